"""Recorded values are JSON and nothing else; what cannot be told apart later is refused now."""

import numpy as np
import pandas as pd
import pytest

from auditkit.suite.record import _json_value


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("007", "007"),
        (None, None),
        (True, True),
        (np.int64(3), 3),
        (np.float64(0.5), 0.5),
        ({"a": (1, 2)}, {"a": [1, 2]}),
        ({2025: "x"}, {"2025": "x"}),
    ],
)
def test_plain_values_are_kept_and_numpy_scalars_become_plain(given, kept):
    assert _json_value("x", given) == kept


@pytest.mark.parametrize("given", [float("nan"), np.float64("inf"), [1.0, float("nan")]])
def test_a_number_that_is_not_finite_is_refused(given):
    """scrapbook would give it back as the text 'nan'."""
    with pytest.raises(ValueError, match="record None instead"):
        _json_value("x", given)


@pytest.mark.parametrize("given", [pd.Timestamp("2026-01-01"), pd.DataFrame(), {1, 2}, pd.NA])
def test_anything_else_is_refused(given):
    with pytest.raises(TypeError, match="is not a JSON value"):
        _json_value("x", given)
