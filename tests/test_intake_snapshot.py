"""A snapshot gives the same intake back, has the same bytes each time, and is refused once changed."""

import pandas as pd
import pytest

from auditkit.errors import InputError
from auditkit.sources.intake import intake
from auditkit.sources.mapping import load_mapping
from auditkit.sources.snapshot import load_snapshot, save_snapshot

MAPPING = """
plan: Test
extracts:
  - table: delegates
    file: d.csv
    columns: {delegate: NAME, services: WHAT, delegated_from: FROM}
"""


@pytest.fixture
def taken(tmp_path):
    rows = "NAME|WHAT|FROM\nBay IPA|UM|2025-01-01\nRx|Part D|soon\nBay IPA||\n"
    (tmp_path / "d.csv").write_text(rows, encoding="utf-8")
    (tmp_path / "mapping.yaml").write_text(MAPPING, encoding="utf-8")
    return intake(load_mapping(tmp_path / "mapping.yaml"), tmp_path, "America/New_York")


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_what_is_saved_comes_back(taken, tmp_path):
    save_snapshot(taken, tmp_path / "snapshot")
    back = load_snapshot(tmp_path / "snapshot")
    assert back.time_zone == "America/New_York"
    assert back.tables == taken.tables
    for name in ("rejects", "reconciliation", "files"):
        pd.testing.assert_frame_equal(getattr(back, name), getattr(taken, name))
    assert back.tables["delegates"].num_rows == 2


def test_the_same_intake_gives_the_same_bytes(taken, tmp_path):
    first = save_snapshot(taken, tmp_path / "one")
    again = save_snapshot(load_snapshot(tmp_path / "one"), tmp_path / "two")
    assert first == again
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


def test_a_newer_snapshot_takes_the_place_of_the_older(taken, tmp_path):
    save_snapshot(taken, tmp_path / "snapshot")
    save_snapshot(taken, tmp_path / "snapshot")
    assert load_snapshot(tmp_path / "snapshot").tables == taken.tables
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_a_folder_with_other_files_is_left_alone(taken, tmp_path):
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "a.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match="the folder holds other files"):
        save_snapshot(taken, tmp_path / "letters")
    assert (tmp_path / "letters" / "a.txt").read_text(encoding="utf-8") == "mine"


def test_a_changed_or_missing_snapshot_is_refused(taken, tmp_path):
    folder = tmp_path / "snapshot"
    with pytest.raises(InputError, match="there is no snapshot here"):
        load_snapshot(folder)
    save_snapshot(taken, folder)
    (folder / "delegates.parquet").write_bytes((folder / "members.parquet").read_bytes())
    with pytest.raises(InputError, match="delegates.parquet: missing or changed"):
        load_snapshot(folder)
