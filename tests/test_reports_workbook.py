"""The workbook of the periodic reports: numbers as numbers, blanks explained, nothing verified that is not."""

import openpyxl
import pandas as pd
import pytest

from auditkit.publish.report_workbook import write_report_workbook

ELEMENTS = pd.DataFrame({
    "code": ["D1.IV.1", "RATE.timely", "D1.IV.9a"],
    "name": ["Appeals resolved", "Resolved in time", "External reviews"],
    "kind": ["count", "percent", "count"],
    "One Care": [40.0, 95.25, None],
    "All": [40.0, 95.25, None],
    "state": ["computed", "computed", "not computed"],
    "reason": ["", "", "no source column holds them"],
})  # fmt: skip
CHECKS = pd.DataFrame({"check": ["MH-01.HEARINGS"], "result": ["fails"], "sentence": ["a gap"]})


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    path = tmp_path_factory.mktemp("book") / "reports.xlsx"
    write_report_workbook(
        path, facts={"plan": "Test Plan", "reported": "2026, through 2026-09-30", "contracts": ["H9901"]},
        title="MassHealth reports", policies={"mcpar_primary_payer": "not_medicare"},
        unverified=[("MH-07", "definition recalled, not read")], reports={"MH-01": ("Appeals", ELEMENTS)},
        tables={"Checks": ("Every check.", CHECKS)},
    )  # fmt: skip
    return openpyxl.load_workbook(path)


def test_a_report_keeps_each_number_with_its_own_decimals_and_a_blank_where_there_is_none(book):
    sheet = book["MH-01"]
    assert [sheet[f"D{row}"].value for row in (1, 2, 3, 4)] == ["One Care", 40, 95.25, None]
    assert sheet["D2"].number_format == sheet["D3"].number_format == "General"
    assert sheet["F4"].value == "not computed" and sheet["G4"].value == "no source column holds them"


def test_a_check_that_fails_is_marked(book):
    fails, plain = book["Checks"]["B2"], book["Checks"]["A2"]
    assert fails.font.bold and fails.fill.fgColor.rgb != plain.fill.fgColor.rgb


def test_the_cover_says_what_is_reported_what_is_not_verified_and_by_which_policy(book):
    lines = {(row[0].value, row[1].value) for row in book["Cover"].iter_rows(max_col=2)}
    assert {("Reported", "2026, through 2026-09-30"), ("MH-07", "definition recalled, not read"),
            ("mcpar_primary_payer", "not_medicare")} <= lines  # fmt: skip
    assert book.sheetnames == ["Cover", "MH-01", "Checks", "Method"]
