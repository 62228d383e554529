"""A malformed entry becomes one sentence: file, entry, reason."""

from typing import Annotated

import pytest
from pydantic import Field

from auditkit.errors import InputError
from auditkit.rules.checked import Day, Strict, Text, checked


class Inner(Strict):
    first: Day | None = Field(default=None, alias="from")
    share: float = 1.0


class Outer(Strict):
    name: Text
    count: int = 0
    inner: Inner = Inner()
    tags: Annotated[tuple[Text, ...], Field(min_length=1)] = ("none",)


def refusal(data: object) -> str:
    with pytest.raises(InputError) as error:
        checked(Outer, data, "params/x.yaml", "entry 3")
    return str(error.value)


def test_a_good_entry_gets_its_types():
    """Everything is read as text; the model makes the whole number and the date of it."""
    found = checked(Outer, {"name": "001", "count": "12", "inner": {"from": "2026-03-08"}}, "x.yaml")
    assert (found.name, found.count, found.inner.first.isoformat()) == ("001", 12, "2026-03-08")


@pytest.mark.parametrize("data, reason", [
    ({}, "'name' is missing; add it."),
    ({"name": ""}, "'name' must not be empty."),
    ({"name": ["a"]}, "'name' must be text, not a list."),
    ({"name": {"a": "b"}}, "'name' must be text, not a group."),
    ({"name": "a", "cuont": "1"}, "'cuont' is not a name known here; did you mean 'count'."),
    ({"name": "a", "zzz": "1"},
     "'zzz' is not a name known here; the names known here are name, count, inner, tags."),
    ({"name": "a", "inner": {"form": "2026-01-01"}},
     "'inner.form' is not a name known here; did you mean 'from'."),
    ({"name": "a", "count": "1.5"}, "'count' must be a whole number, not '1.5'."),
    ({"name": "a", "inner": {"share": "half"}}, "'inner.share' must be a number, not 'half'."),
    ({"name": "a", "inner": "x"}, "'inner' must be a group of names and values, not 'x'."),
    ({"name": "a", "tags": "x"}, "'tags' must be a list, not 'x'."),
    ({"name": "a", "tags": []}, "'tags' must hold at least one value."),
    ({"name": "a", "tags": ["x", ""]}, "'tags.2' must not be empty."),
    ({"name": "a", "inner": {"from": "01/31/2026"}},
     "'inner.from' must be a date written as 2026-01-31, not '01/31/2026'."),
    ({"name": "", "count": "x"}, "'name' must not be empty (1 more fault in this entry)."),
    ("only text", "it must be a group of names and values, not 'only text'."),
])
def test_one_sentence_with_file_entry_and_reason(data, reason):
    assert refusal(data) == f"params/x.yaml, entry 3: {reason}"


def test_an_address_with_a_password_is_never_repeated():
    assert refusal({"name": "a", "count": "postgresql://me:secret@host/db"}) == (
        "params/x.yaml, entry 3: 'count' must be a whole number.")
