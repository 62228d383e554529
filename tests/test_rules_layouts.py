"""The record layouts: what is known of them, and malformed files refused."""

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from auditkit.errors import InputError
from auditkit.rules.layouts import LAYOUT_FOLDER, Layout, all_layouts, layout_in_force, load_layouts


@pytest.fixture(scope="module")
def layouts() -> dict[str, Layout]:
    return load_layouts()


def test_the_13_tables_in_protocol_order(layouts):
    widths = {code: len(layout.columns) for code, layout in layouts.items()}
    assert widths == {"OD": 25, "RECON": 29, "PYMT_C": 22, "EFF_C": 17, "GRV_C": 23, "AIP": 13,
                      "CD": 27, "CDER": 31, "PYMT_D": 19, "RD": 27, "EFF_D": 15, "GRV_D": 20, "SNPE": 17}
    assert list(layouts) == list(widths)


def test_31_columns_are_corroborated_the_rest_recalled_none_official(layouts):
    total = Counter()
    for layout in layouts.values():
        total.update(layout.status_counts())
    assert total == {"official": 0, "corroborated": 31, "recalled": 285 - 31}
    assert layouts["OD"].status_counts() == {"official": 0, "corroborated": 20, "recalled": 5}
    assert layouts["CD"].status_counts()["corroborated"] == 5
    assert layouts["SNPE"].status_counts()["corroborated"] == 6


@pytest.mark.parametrize("code, pairs", [
    ("OD", "H-I K-L P-Q R-S T-U"),
    ("RECON", "H-I K-L P-Q R-S T-U V-W X-Y"),
    ("PYMT_C", ""),
    ("EFF_C", "L-M N-O"),
    ("GRV_C", "H-I J-K R-S T-U"),
    ("AIP", ""),
    ("CD", "H-I J-K N-O P-Q R-S T-U Y-Z"),
    ("CDER", "H-I J-K M-N Q-R S-T U-V W-X AC-AD"),
    ("PYMT_D", ""),
    ("RD", "H-I J-K N-O P-Q R-S T-U Y-Z"),
    ("EFF_D", "J-K L-M"),
    ("GRV_D", "F-G N-O P-Q"),
    ("SNPE", ""),
])
def test_each_time_column_belongs_to_one_date(layouts, code, pairs):
    layout = layouts[code]
    found = [f"{column.id}-{column.time_column}" for column in layout.columns if column.time_column]
    assert " ".join(found) == pairs
    times = {column.id for column in layout.columns if column.kind == "time"}
    assert times == {column.time_column for column in layout.columns if column.time_column}


def test_organization_determination_columns_as_published(layouts):
    """Table 1, seen in a published validator: M in Approved, Denied, Dismissed; V in CP, NCP, E, ER."""
    layout = layouts["OD"]
    assert layout.column("M").values == ("Approved", "Denied", "Dismissed")
    assert layout.column("V").values == ("CP", "NCP", "E", "ER")
    assert (layout.column("C").kind, layout.column("C").length) == ("mbi", 11)
    assert layout.column("G").length == 40 and layout.column("F").none_allowed
    assert layout.population_column == "P"


@pytest.mark.parametrize("code, column, kind", [
    ("AIP", "K", "date"), ("GRV_C", "O", "text"), ("CD", "J", "date"), ("CDER", "J", "date"),
    ("PYMT_D", "J", "date"), ("RD", "J", "date"), ("GRV_D", "I", "date"), ("CDER", "Y", "date"),
    ("SNPE", "G", "date"),
])
def test_a_corrected_kind_says_so_in_the_note(layouts, code, column, kind):
    found = layouts[code].column(column)
    assert found.kind == kind
    assert "isted as text" in found.note or "A draft listing" in found.note


def test_collection_of_the_integrated_plan_table_is_suspended_for_2026(layouts):
    assert "suspended" in layouts["AIP"].status_2026
    assert [code for code, layout in layouts.items() if layout.status_2026] == ["AIP"]


def test_layout_in_force():
    assert layout_in_force("OD", date(2026, 9, 30)).version == "CMS-10717 reconstructed 2026-11"
    with pytest.raises(InputError, match="No version of layout OD is in force on 2021-12-31"):
        layout_in_force("OD", date(2021, 12, 31))
    with pytest.raises(InputError, match="There is no layout ODD; the tables are OD, RECON"):
        layout_in_force("ODD", date(2026, 9, 30))


def test_a_column_that_is_not_there(layouts):
    with pytest.raises(InputError, match="Layout OD has no column Z; it runs from A to Y."):
        layouts["OD"].column("Z")


SMALL = """\
code: OD
protocol: ODAG
table: 1
title: A small layout
version: one
effective_from: 2022-01-01
source: made for a test
population: by date of receipt
population_column: B
scope_status: recalled
include: [everything]
exclude: [nothing]
columns:
  - {id: A, name: Priority, kind: code, values: [S, E], none_allowed: false, rule: x, status: official}
  - {id: B, name: Date, kind: date, length: 10, none_allowed: false, rule: x, status: official,
     time_column: C}
  - {id: C, name: Time, kind: time, length: 8, none_allowed: true, rule: x, status: official}
"""


def load(folder: Path, text: str) -> dict[str, Layout]:
    (folder / "OD.yaml").write_text(text, encoding="utf-8")
    return load_layouts(folder)


def test_a_layout_of_ones_own_counts_as_official(tmp_path):
    assert load(tmp_path, SMALL)["OD"].status_counts() == {"official": 3, "corroborated": 0, "recalled": 0}


@pytest.mark.parametrize("old, new, reason", [
    ("title: A small layout\n", "", "'title' is missing; add it."),
    ("title:", "titel:", "'titel' is not a name known here; did you mean 'title'"),
    ("table: 1", "table: one", "'table' must be a whole number, not 'one'."),
    ("values: [S, E], ", "", "column A: a column of kind code needs at least one value in 'values'."),
    ("values: [S, E]", "values: []", "column A: a column of kind code needs at least one value in 'values'."),
    ("name: Time", "values: [x], name: Time", "column C: 'values' belongs to a column of kind code."),
    ("kind: time", "kind: clock",
     "column C: 'kind' must be 'text', 'mbi', 'contract', 'pbp', 'code', 'date' or 'time'"),
    ("length: 8", "length: 5", "column C: a time is 8 characters long."),
    ("length: 10", "length: 0", "column B: 'length' must be greater than or equal to 1, not '0'."),
    ("time_column: C", "time_column: D", "'time_column' D of column B is not a time column of this layout."),
    ("kind: code", "kind: code, time_column: C", "column A: 'time_column' belongs to a column of kind date."),
    ("{id: C", "{id: D", "column D stands where C is due"),
    ("{id: C", "{id: B", "column B stands there twice"),
    ("population_column: B", "population_column: A", "'population_column' A is not a date column."),
    ("2022-01-01", "2022-01-01\neffective_to: 2021-01-01", "'effective_to' lies before 'effective_from'."),
    ("rule: x, status: official,\n", "rule: x, status: sure,\n",
     "'status' must be 'official', 'corroborated' or 'recalled'"),
    (SMALL, "code: OD\n", "a layout needs a list named 'columns'; add it."),
])
def test_a_malformed_layout_is_refused_with_file_column_and_reason(tmp_path, old, new, reason):
    assert old in SMALL
    with pytest.raises(InputError) as refusal:
        load(tmp_path, SMALL.replace(old, new))
    assert str(refusal.value).startswith(str(tmp_path / "OD.yaml"))
    assert reason in str(refusal.value)


def test_the_newest_version_is_loaded_and_the_older_one_stays_in_force_before_it(tmp_path):
    """Other tables may replace a layout: the old one ends on 2026-12-31, the new begins the day after."""
    later = SMALL.replace("version: one", "version: two").replace("2022-01-01", "2027-01-01")
    (tmp_path / "OD_2027.yaml").write_text(later, encoding="utf-8")
    earlier = SMALL.replace("2022-01-01", "2022-01-01\neffective_to: 2026-12-31")
    assert load(tmp_path, earlier)["OD"].version == "two"
    assert [layout.version for layout in all_layouts(tmp_path)] == ["one", "two"]
    assert layout_in_force("OD", date(2026, 12, 31), tmp_path).version == "one"
    assert layout_in_force("OD", date(2027, 1, 1), tmp_path).version == "two"
    with pytest.raises(InputError, match="versions 'one' and 'two' are both in force on 2027-01-01"):
        load(tmp_path, SMALL)


def test_an_empty_folder(tmp_path):
    with pytest.raises(InputError, match="no layout files"):
        load_layouts(tmp_path)


def test_one_file_a_table():
    assert sorted(path.stem for path in LAYOUT_FOLDER.glob("*.yaml")) == sorted(load_layouts())
