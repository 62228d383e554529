"""The worksheet of a sampled case: its timeline, its arithmetic, and fields left blank."""

import openpyxl
import pandas as pd
import pyarrow as pa
from mock_audit_cases import OD, RULES, cases_of, finding, frame_of, late, universe, verdict

from auditkit.oversight.integrity_sample import integrity_lines, integrity_sample
from auditkit.oversight.risk import risk_reasons, with_scores
from auditkit.oversight.sampling import draw_samples
from auditkit.oversight.tracer import trace_cases
from auditkit.publish.tracer_figure import case_timeline, timeline_words
from auditkit.publish.tracer_workbook import worksheet, write_tracer_workbook
from auditkit.publish.vector import svg_markup

FRAME = universe(
    {"case_id": "A1", "M": "Denied", "H": "2026/07/01", "P": "2026/07/08", "T": "2026/07/09"},
    {"case_id": "A2"},
)
VERDICTS = [late(1, "A1"), verdict(2, "A2")]


def source(**moments) -> dict[str, pa.Table]:
    """The authorizations extract: A1 in row 2, with what `moments` say beside receipt and written notice."""
    case = {
        "case_id": "A1",
        "extract": "um.csv",
        "extract_row": 2,
        "received_at_date": "2026/07/01",
        "received_at_time": "12:00:00",
        "extension_notice_at_date": None,
        "extension_notice_at_time": None,
        "written_notified_at_date": "2026/07/09",
        "written_notified_at_time": None,
    } | moments
    other = dict.fromkeys(case) | {"case_id": "B7", "extract": "other.csv", "extract_row": 2}
    return {"authorizations": pa.Table.from_pylist([case, other])}


def traced(sources=None, verdicts=VERDICTS, findings=(finding(1),), frame=FRAME):
    verdicts = frame_of(list(verdicts), verdict(1, ""))
    findings = frame_of(list(findings), finding(1))
    cases = cases_of(frame)
    reasons = risk_reasons(cases, {"OD": frame}, verdicts, findings, RULES)
    cases = with_scores(cases, reasons)
    samples, draws = draw_samples(cases, {"OD": frame}, reasons, RULES, "2026")
    tracers = trace_cases(samples, {"OD": frame}, {"OD": OD}, verdicts, findings, sources or {}, RULES)
    return tracers, samples, draws, cases


def test_the_timeline_comes_from_the_source_table_with_what_no_layout_holds():
    """Received 07/01 at noon: day 0.5. An extension notice on day 6, the deadline through the end of day 7,
    the written notice on day 8 without a time of day: at the start of that day, after the deadline.
    """
    extension = {"extension_notice_at_date": "2026/07/07", "extension_notice_at_time": "06:00:00"}
    first = traced(source(**extension))[0][0]
    assert first.name == "OD 1"
    assert first.moments[["what", "date", "time", "kind"]].values.tolist() == [
        ["Request received", "2026/07/01", "12:00:00", "event"],
        ["Extension notice sent", "2026/07/07", "06:00:00", "event"],
        ["Deadline of the decision clock", "2026/07/08", "", "deadline"],
        ["Written notice", "2026/07/09", "", "event"],
    ]
    assert first.moments["day"].tolist() == [0.5, 6.25, 7.99999, 8.0]


def test_a_notice_on_the_last_day_stands_before_the_deadline():
    """A day clock runs through the end of its last day, so 23:59:58 on that day is still before it."""
    last = {"written_notified_at_date": "2026/07/08", "written_notified_at_time": "23:59:58"}
    first = traced(source(**last))[0][0]
    assert first.moments["what"].tolist()[-2:] == ["Written notice", "Deadline of the decision clock"]


def test_without_a_source_table_the_timeline_is_that_of_the_row():
    """A cell that is no date (2026/02/30) is left out of the line; it stays in the row as submitted."""
    frame = FRAME.assign(R=["2026/02/30", "None"])
    first = traced(frame=frame)[0][0]
    assert first.moments[first.moments["kind"] == "event"]["what"].tolist() == [
        "Date the request was received",
        "Date of Determination",
        "Date written notification provided to enrollee",
    ]
    assert ("Date oral notification provided to enrollee", "2026/02/30") in first.facts


def test_a_case_drawn_twice_has_one_worksheet_that_names_both_draws():
    """A1 is denied: timeliness takes it among any cases, processing among the denied ones."""
    tracers, samples, _, _ = traced()
    assert [tracer.row for tracer in tracers] == [1, 2] and len(samples) == 4
    assert [said.split(",")[0] for said in tracers[0].drawn] == [
        "ODAG-TIME Timeliness (any cases)",
        "ODAG-PROC Processing of Coverage Requests (denied cases)",
    ]
    assert "late (decision: late by 1 day) [40]" in tracers[0].drawn[0]


def test_the_worksheet_tells_rule_law_arithmetic_and_finding_and_leaves_the_reviewers_lines_blank():
    page = worksheet(traced(source())[0][0])
    told = [(line.kind, line.label, line.text) for line in page.lines]
    assert ("fact", "Law", "42 CFR 422.631(d)(2)(i)(B)(2)") in told
    assert (
        "fact",
        "Deadline",
        "2026/07/08 (through the end of that day) = 2026/07/01 + 7 calendar days",
    ) in told
    assert ("error", "Verdict", "late by 1 day") in told
    assert any(kind == "error" and label == "X05" for kind, label, _ in told)
    blanks = [line for line in page.lines if line.kind == "blank"]
    assert blanks and all(line.text == "" for line in blanks)
    assert "Reviewer and date" in [line.label for line in blanks]
    # The dots before a mark are in proportion: day 8.0 is the last moment and has all 40, day 0.5 has 2 or 3.
    line = next(text for _, label, text in told if label == "2026/07/09")
    assert line == "·" * 40 + "● Written notice (day 8)"


def test_a_case_without_clock_and_finding_says_so():
    page = worksheet(traced(verdicts=[], findings=[])[0][1])
    told = [(line.label, line.text) for line in page.lines]
    assert ("None", "No clock runs on this case.") in told and ("Nothing", "") in told


def test_the_drawing_holds_every_moment_as_text_and_in_words():
    moments = traced(source())[0][0].moments
    svg = svg_markup(case_timeline(moments), "OD 1: what happened when", timeline_words(moments))
    for text in ("Request received", "Deadline of the decision clock", "2026/07/01 12:00:00"):
        assert text in svg
    assert timeline_words(moments) == (
        "In order of time: Request received 2026/07/01 12:00:00; Deadline of the decision "
        "clock 2026/07/08; Written notice 2026/07/09."
    )
    assert svg == svg_markup(case_timeline(moments), "OD 1: what happened when", timeline_words(moments))


def workbook(path, tracers, samples, draws, cases):
    nothing = pd.DataFrame({"table": []})
    lines = integrity_lines(integrity_sample(cases, RULES, "2026"), {"OD": FRAME}, {"OD": OD})
    write_tracer_workbook(
        path,
        facts={"plan": "Sample Health Plan", "run": "r", "synthetic": True},
        settings=[("Seed", "2026")],
        statuses=[("Elements", RULES.standing)],
        draws=draws,
        samples=samples,
        tracers=tracers,
        integrity=lines,
        conditions=nothing,
        enrollees=nothing,
        impact=nothing,
        scores=nothing,
        parts=nothing,
        points=nothing,
    )
    return path.read_bytes()


def test_the_workbook_has_a_sheet_a_case_and_the_same_bytes_every_time(tmp_path):
    made = traced(source())
    first = workbook(tmp_path / "a.xlsx", *made)
    assert first == workbook(tmp_path / "b.xlsx", *made)
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert book.sheetnames[0] == "Cover" and {"OD 1", "OD 2"} <= set(book.sheetnames)
    assert [row[0].hyperlink.location for row in book["Worksheets"].iter_rows(min_row=2)] == [
        "'OD 1'!A1",
        "'OD 2'!A1",
    ]
    # What was seen, the result and a remark are the reviewer's: 4 sampled cases, 3 empty cells each.
    header = [cell.value for cell in book["Samples"][1]]
    assert header[-3:] == ["What was seen", "Result", "Remark"]
    assert {
        cell.value for row in book["Samples"].iter_rows(min_row=2, min_col=len(header) - 2) for cell in row
    } <= {None, ""}


def test_a_formula_and_a_control_character_in_the_row_stay_text(tmp_path):
    frame = FRAME.assign(A=["=1+1", "Bo\x0bb"])
    workbook(tmp_path / "a.xlsx", *traced(frame=frame))
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    cells = {row[0].value: row[1] for name in ("OD 1",) for row in book[name].iter_rows()}
    assert cells["Enrollee First Name"].value == "=1+1" and cells["Enrollee First Name"].data_type == "s"
    other = {row[0].value: row[1].value for row in book["OD 2"].iter_rows()}
    assert other["Enrollee First Name"] == "Bo␋b"
