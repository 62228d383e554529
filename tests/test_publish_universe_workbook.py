"""The workbook of a universe family, from a small plan worked by hand."""

import openpyxl
import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from auditkit.clocks.summary import by_rule
from auditkit.publish.arithmetic import with_arithmetic
from auditkit.publish.universe_workbook import write_universe_workbook
from auditkit.rules.layouts import load_layouts

LAYOUTS = load_layouts()
FACTS = {
    "report": "Part C universes",
    "plan": "Sample Health Plan",
    "contracts": ["H9901"],
    "synthetic": True,
    "period": "2026-07-01 to 2026-09-30",
    "run": "sample-2026q3",
    "rules_version": "1a2b",
    "snapshot": "ff00",
    "unverified": ["Part B drug timeframes await sign-off."],
}


def universe() -> pd.DataFrame:
    """Three rows of OD: the second begins its first name with =, the third holds a control character."""
    columns = {column.id: ["None"] * 3 for column in LAYOUTS["OD"].columns}
    columns["A"] = ["Ana", "=1+1", "Bo\x0bb"]
    columns["E"] = ["001", "001", "002"]
    return pd.DataFrame(columns)


def finding(row: int, column_id: str, rule: str, severity: str) -> dict:
    return {
        "table": "OD",
        "row": row,
        "column_id": column_id,
        "column_name": "",
        "rule": rule,
        "severity": severity,
        "found": "x",
        "expected": "y",
        "sentence": "A sentence.",
        "citation": "CMS-10717",
    }


FINDINGS = pd.DataFrame(
    [
        finding(1, "H", "OD.date", "error"),
        finding(1, "A", "OD.name", "warning"),
        finding(2, "A", "OD.name", "warning"),
        finding(2, "A", "OD.text", "error"),
        finding(3, "A", "OD.note", "info"),
    ]
)


def verdict(row: int, **facts) -> dict:
    """A standard prior authorization received on 2026/07/01: 7 calendar days, so due on 2026/07/08."""
    return {
        "table": "OD",
        "row": row,
        "case_id": f"C{row}",
        "clock": "notice",
        "rule": "standard",
        "clock_start": "2026/07/01",
        "start_reason": "receipt",
        "clock_stop": "2026/07/08",
        "stop_reason": "written notice",
        "limit": "7 calendar days",
        "extension": "not taken",
        "deadline": "2026/07/08",
        "verdict": "timely",
        "margin": 0.0,
        "margin_unit": "days",
        "reason": "stopped within the limit",
        "citation": "42 CFR 422.568(b)(1)",
    } | facts


VERDICTS = pd.DataFrame(
    [
        verdict(1),
        verdict(2, clock_stop="2026/07/09", verdict="late", margin=-1.0, reason="stopped after the deadline"),
        verdict(
            3, deadline="", clock_stop="", verdict="not_testable", margin=None, reason="the start is missing"
        ),
    ]
)
RECONCILIATION = pd.DataFrame(
    {
        "table": ["authorizations"],
        "rows_in": [5],
        "rows_used": [3],
        "rows_set_aside": [2],
    }
)


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    path = tmp_path_factory.mktemp("workbook") / "od.xlsx"
    write(path)
    return path


def write(path, **changes) -> list[str]:
    arguments = {
        "facts": FACTS,
        "layouts": LAYOUTS,
        "universes": {"OD": universe()},
        "findings": FINDINGS,
        "verdicts": VERDICTS,
        "reconciliation": RECONCILIATION,
        "policies": {"dismissals": "reported"},
        "exclusions": pd.DataFrame({"table": ["OD"], "reason": ["withdrawn"], "rows": [4]}),
    }
    return write_universe_workbook(path, **(arguments | changes))


def rows(path, name) -> list[list]:
    return CalamineWorkbook.from_path(str(path)).get_sheet_by_name(name).to_python()


def test_the_universe_sheet_holds_the_submission_text_cell_by_cell(path):
    header, *body = rows(path, "OD")
    assert header[:4] == ["Row", "Worst", "Findings", "A: Enrollee First Name"]
    assert [row[3:] for row in body[:2]] == universe().values.tolist()[:2]
    assert body[2][3] == "Bo␋b"  # the cover says so


def test_each_row_says_its_worst_finding_and_the_codes(path):
    assert [row[:3] for row in rows(path, "OD")[1:]] == [
        [1, "error", "OD.date, OD.name"],
        [2, "error", "OD.name, OD.text"],
        [3, "info", "OD.note"],
    ]


def test_cells_carry_the_worst_mark_on_them(path):
    sheet = openpyxl.load_workbook(path)["OD"]
    # Column A of the layout is the sheet's fourth, column H its eleventh.
    assert sheet.cell(2, 11).font.b  # row 1, H: error
    assert sheet.cell(2, 4).font.i and not sheet.cell(2, 4).font.b  # row 1, A: warning
    assert sheet.cell(3, 4).font.b  # row 2, A: warning and error, so error
    assert sheet.cell(4, 4).font.u and not sheet.cell(4, 5).font.u  # row 3, A: info; B: nothing


def test_marks_work_by_column_name_too(tmp_path):
    named = FINDINGS.assign(column_name="Enrollee First Name").drop(columns="column_id")
    write(tmp_path / "named.xlsx", findings=named)
    assert openpyxl.load_workbook(tmp_path / "named.xlsx")["OD"].cell(4, 4).font.u


def test_the_cover_says_what_the_workbook_rests_on(path):
    told = {row[0]: row[1] for row in rows(path, "Cover")}
    assert told["Plan"] == "Sample Health Plan"
    assert told["Class"].startswith("Working.")
    assert told["authorizations"] == "5 rows in = 3 used + 2 set aside"
    assert told["dismissals"] == "reported"
    assert told["OD"] == "Standard and Expedited Pre-service Organization Determinations. 3 rows."
    assert told["Changed to fit a cell"] == "Sheet OD, column A, row 3: shown as far as a cell can."
    assert told["Not verified"] == "Part B drug timeframes await sign-off."
    status = next(text for name, text in told.items() if name.startswith("OD CMS-10717"))
    counts = LAYOUTS["OD"].status_counts()
    assert f"{counts['recalled']} are recalled" in status and "check its name" in status


def test_the_cover_adds_up_the_files_of_a_table(tmp_path):
    files = pd.DataFrame({
        "extract": ["a.csv", "b.csv"], "table": ["authorizations"] * 2,
        "rows_in": [5, 10], "rows_used": [3, 10], "rows_set_aside": [2, 0],
    })  # fmt: skip
    write(tmp_path / "two.xlsx", reconciliation=files)
    told = {row[0]: row[1] for row in rows(tmp_path / "two.xlsx", "Cover")}
    assert told["authorizations"] == "15 rows in = 13 used + 2 set aside"


def test_many_changed_cells_are_counted_not_dropped(tmp_path):
    universe_25 = pd.DataFrame({column.id: ["x\x07"] for column in LAYOUTS["OD"].columns})
    write(tmp_path / "many.xlsx", universes={"OD": universe_25}, findings=FINDINGS.head(0))
    told = [row[1] for row in rows(tmp_path / "many.xlsx", "Cover") if row[0] == "Changed to fit a cell"]
    assert len(told) == 21 and told[-1] == f"And {len(LAYOUTS['OD'].columns) - 20} more cells."


def test_the_sign_off_is_left_blank(path):
    blank = [
        row for row in rows(path, "Cover") if row[0].startswith(("Preparer", "Independent", "Compliance"))
    ]
    assert len(blank) == 6 and all(row[1] == "" for row in blank)


def test_every_sheet_is_listed_and_linked(path):
    book = openpyxl.load_workbook(path)
    linked = [row[0].hyperlink.location for row in book["Cover"].iter_rows() if row[0].hyperlink]
    assert linked == [f"'{name}'!A1" for name in book.sheetnames[1:]]


def test_the_arithmetic_of_each_case_is_spelled_out():
    timely, late, open_case = with_arithmetic(VERDICTS)["arithmetic"]
    start = "2026/07/01 (receipt) + 7 calendar days = due by 2026/07/08."
    assert timely == f"{start} Stopped 2026/07/08 (written notice): timely with 0 days to spare."
    assert late == f"{start} Stopped 2026/07/09 (written notice): late by 1 day."
    assert open_case == "Verdict not testable: the start is missing."


def test_an_extension_that_was_taken_is_added():
    taken = pd.DataFrame(
        [
            verdict(
                1,
                extension="taken, 14 calendar days",
                deadline="2026/07/22",
                clock_stop="",
                verdict="pending",
            )
        ]
    )
    assert with_arithmetic(taken)["arithmetic"][0] == (
        "2026/07/01 (receipt) + 7 calendar days + extension of 14 calendar days = due by 2026/07/22. "
        "No stop recorded: pending."
    )


def test_the_share_timely_counts_judged_cases_only():
    # One timely, one late, one not testable: 1 of 2 judged cases.
    summary = by_rule(VERDICTS).iloc[0]
    assert (summary["cases"], summary["timely"], summary["late"], summary["not_testable"]) == (3, 1, 1, 1)
    assert summary["percent_timely"] == 50.0


def test_findings_are_counted_by_condition_and_listed(path):
    header, *conditions = rows(path, "Findings by condition")
    assert [dict(zip(header, row, strict=True))["Severity"] for row in conditions] == [
        "error",
        "error",
        "warning",
        "info",
    ]
    assert len(rows(path, "Findings")) == 1 + len(FINDINGS)
    assert len(rows(path, "Timeliness")) == 1 + len(VERDICTS)
    assert rows(path, "Exclusions")[1] == ["OD", "withdrawn", 4]


def test_the_dictionary_says_how_well_each_column_is_known(path):
    header, *body = rows(path, "Dictionary")
    assert [row[header.index("Status")] for row in body] == [
        column.status for column in LAYOUTS["OD"].columns
    ]


def test_the_workbook_is_the_same_every_time(path, tmp_path):
    write(tmp_path / "again.xlsx")
    assert (tmp_path / "again.xlsx").read_bytes() == path.read_bytes()


def test_a_universe_without_findings_or_verdicts_is_still_a_workbook(tmp_path):
    write(
        tmp_path / "bare.xlsx", findings=FINDINGS.head(0), verdicts=None, reconciliation=None, exclusions=None
    )
    assert openpyxl.load_workbook(tmp_path / "bare.xlsx").sheetnames == [
        "Cover",
        "OD",
        "Dictionary",
        "Method",
    ]
