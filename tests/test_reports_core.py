"""The engine of the periodic reports: formulas, due dates, catalogue files, units, periods, what is not computed."""

from datetime import date
from fractions import Fraction

import pytest
import sqlglot
import yaml
from report_tables import EVERY_COLUMN, MEMBERS, case_ids, check, elements, result, tables, value

from auditkit.errors import InputError
from auditkit.reports.catalogue import NOT_LOCATED, calendar_frame, catalogue_frame
from auditkit.reports.checks import check_rows
from auditkit.reports.counting import cases_sql
from auditkit.reports.periods import spans
from auditkit.reports.tables import shown_numbers, wide_elements
from auditkit.reports.views import PLACED_ON, no_verdicts, placed_steps, policies_read, view_names, view_sql, views_read
from auditkit.rules.due_dates import check_due_rule, due_in
from auditkit.rules.formulas import formula_value, parse_formula, round_half_up
from auditkit.rules.report_catalogue import load_catalogue, load_report
from auditkit.sources.mapping import available_columns, column_gaps, load_mapping

CATALOGUE = load_catalogue()
NO_CLOCKS = {"grievances": no_verdicts()}
DIALECTS = ("duckdb", "postgres", "spark", "tsql", "snowflake")


# Formulas


@pytest.mark.parametrize(("text", "expected"), [
    ("A1 + A1a * 2", 8),                    # 2 + 3 * 2: products first
    ("(A1 + A1a) * 2", 10),
    ("10 - 4 - 3", 3),                      # from the left
    ("100 * A1 / (A1a - 1)", 100),          # 100 * 2 / 2
    ("A1.5 * IN-1 - A1", 33),               # 5 * 7 - 2: a hyphen inside a code is no minus
    ("A1a - A1", 1),                        # the longer code is meant where one begins another
    ("1.5 * A1", 3),
])  # fmt: skip
def test_a_formula_is_worked_out_as_on_paper(text, expected):
    values = {"A1": Fraction(2), "A1a": Fraction(3), "A1.5": Fraction(5), "IN-1": Fraction(7)}
    assert formula_value(parse_formula(text, values), values) == expected


def test_a_zero_denominator_and_a_missing_value_give_no_value_never_zero():
    values = {"A": Fraction(1), "B": Fraction(0), "C": None}
    assert formula_value(parse_formula("A / B", values), values) is None
    assert formula_value(parse_formula("A + C", values), values) is None


@pytest.mark.parametrize(("text", "reason"), [
    ("A + X9", "uses 'X9', which is no element that stands before it"),
    ("(A + A", "lacks a closing parenthesis"),
    ("A +", "lacks an element or a number at its end"),
    ("A A", "goes on where it should end, at 'A'"),
    ("A; DROP", "uses ';'"),
])  # fmt: skip
def test_a_formula_that_cannot_be_read_is_refused_in_a_sentence(text, reason):
    with pytest.raises(ValueError, match="the formula") as refused:
        parse_formula(text, ["A"])
    assert reason in str(refused.value)


def test_half_is_rounded_up_and_not_to_even():
    """0.125 to 0.13 and 2.5 to 3; 1/3 to 0.33."""
    assert round_half_up(Fraction(1, 8), 2) == Fraction(13, 100)
    assert round_half_up(Fraction(5, 2), 0) == 3
    assert round_half_up(Fraction(-5, 2), 0) == -3
    assert round_half_up(Fraction(1, 3), 2) == Fraction(33, 100)


# Due dates


def test_due_dates_worked_by_hand():
    """180 days after 31 December 2026: 29 June 2027; 2028 is a leap year, so 28 June. Mondays of February 2027: 1, 8, 15, 22."""
    assert due_in("year end + 180 days", 2027) == date(2027, 6, 29)
    assert due_in("year end + 180 days", 2028) == date(2028, 6, 28)
    assert due_in("03-31", 2027) == date(2027, 3, 31)
    assert due_in("first monday of february", 2027) == date(2027, 2, 1)
    assert due_in("last monday of february", 2027) == date(2027, 2, 22)


@pytest.mark.parametrize("rule", ["31 March", "02-30", "third monday of may", ""])
def test_a_due_date_that_cannot_be_computed_is_refused(rule):
    with pytest.raises(ValueError, match="must be written as '03-31'"):
        check_due_rule(rule)


def test_the_calendar_holds_twelve_months_and_guesses_nothing():
    """From 2026-09-30: the public metrics on 2027-03-31, the State's MCPAR on 2027-06-29; MH-21 has no date."""
    calendar = calendar_frame(CATALOGUE.values(), date(2026, 9, 30))
    days = dict(zip(calendar["report"], calendar["day"]))
    assert days["MH-03"] == "2027-03-31"
    assert days["MH-01"] == "2027-06-29"
    assert days["MH-21"] == NOT_LOCATED
    dated = calendar.loc[calendar["day"] != NOT_LOCATED, "day"].tolist()
    assert dated == sorted(dated)
    assert min(dated) > "2026-09-30" and max(dated) <= "2027-09-30"
    assert set(calendar["report"]) == set(CATALOGUE)


def test_a_due_day_on_the_first_day_counts_for_the_next_year():
    """A period that ends on 31 March: the posting due that day is not coming any more; the next one is."""
    calendar = calendar_frame([CATALOGUE["MH-03"]], date(2026, 3, 31))
    assert calendar["day"].tolist() == ["2027-03-31"]


# The files


def small(**more) -> dict:
    """A report of two counts and a share, as its YAML would read."""
    return {
        "id": "T-01", "name": "Test", "programs": ["one_care", "sco", "sco_medicaid"], "unit": "program",
        "frequency": "annual", "periods": "year", "due": {"text": "never"}, "authority": "none", "status": "current",
        "verification": "recalled", "layout": "not_needed", "scope": "all", "provenance": ["made up"],
        "elements": [
            {"code": "A", "name": "Grievances received", "kind": "count", "definition": "all", "of": "report_grievances",
             "where": "filed = 'Y'", "needs": ["grievances.received_at"]},
            {"code": "B", "name": "Of them expedited", "kind": "count", "definition": "some", "of": "report_grievances",
             "where": "filed = 'Y' AND priority = 'expedited'", "needs": ["grievances.priority"]},
            {"code": "C", "name": "Share", "kind": "percent", "definition": "B of A", "formula": "B / A", "round": "2"},
        ],
        "checks": [{"id": "T-01.1", "kind": "must", "left": "B", "is": "<=", "right": "A", "sentence": "B is part of A."}],
    } | more  # fmt: skip


def written(path, **more):
    path.write_text(yaml.safe_dump(small(**more)), encoding="utf-8")
    return path


@pytest.mark.parametrize(("more", "reason"), [
    ({"frequency": "yearly"}, "'frequency' must be"),
    ({"elements": small()["elements"][2:]}, "uses 'B', which is no element that stands before it"),
    ({"elements": small()["elements"] * 2, "checks": []}, "A stands there twice"),
    ({"needs": {"report_claims": ["claims.status"]}}, "names the view report_claims, which no element counts"),
    ({"elements": [small()["elements"][0] | {"needs": ["grievances.colour"]}], "checks": []},
     "must name a source table and one of its columns"),
    ({"elements": [small()["elements"][0] | {"formula": "1"}], "checks": []}, "one of 'of', 'formula'"),
    ({"due": {"text": "soon", "date": "soon"}}, "must be written as '03-31'"),
])  # fmt: skip
def test_a_malformed_report_file_is_refused_in_one_sentence(tmp_path, more, reason):
    with pytest.raises(InputError) as refused:
        load_report(written(tmp_path / "t.yaml", **more))
    assert reason in str(refused.value) and "t.yaml" in str(refused.value)


def test_every_element_counts_a_view_that_is_there():
    views = {element.of for report in CATALOGUE.values() for element in report.elements if element.of}
    assert views <= set(view_names())


@pytest.mark.parametrize("report", CATALOGUE.values(), ids=list(CATALOGUE))
def test_every_check_of_every_report_can_hold_and_fires_on_a_broken_case(report):
    """All zero, all one, or one element far off: some of these hold and some fail; one that is missing is neither."""
    zero = {element.code: Fraction(0) for element in report.elements}
    for one in report.checks:
        codes = sorted(parse_formula(one.left, zero).codes() | parse_formula(one.right, zero).codes())
        alike = [zero, {code: Fraction(1) for code in zero}]
        cases = alike + [base | {code: Fraction(1000)} for base in alike for code in codes]
        told = {_told(report, one.id, case) for case in cases}
        assert {"holds", "fails"} <= told, one.id
        assert all(_told(report, one.id, zero | {code: None}) == "not checked" for code in codes)


def _told(report, check_id: str, values: dict) -> str:
    return next(row["result"] for row in check_rows(report, "all", "2026", values) if row["check"] == check_id)


# The SQL


@pytest.mark.parametrize("view", view_names())
def test_a_view_parses_in_every_dialect(view):
    for dialect in DIALECTS:
        assert isinstance(sqlglot.parse_one(view_sql(view), dialect=dialect), sqlglot.exp.Query)


def test_the_steps_around_the_views_parse_in_every_dialect():
    counted = CATALOGUE["MH-01"]
    mine = [element for element in counted.elements if element.of == "report_appeals"]
    selects = [cases_sql(counted, "report_appeals", mine)]
    selects += [select for table in PLACED_ON for _, select in placed_steps(table)]
    for dialect in DIALECTS:
        for select in selects:
            assert isinstance(sqlglot.parse_one(select, dialect=dialect), sqlglot.exp.Query)


def test_a_view_stands_after_those_it_reads():
    order = views_read({"report_incidents_after"})
    assert order.index("report_ltss_users") < order.index("report_appeals") < order.index("report_incidents_after")


def test_a_report_names_the_policies_it_depends_on():
    """MH-01: the payer switch of its view, and those of the clocks it counts; a register of files: none."""
    assert {"mcpar_primary_payer", "medicaid_appeal_days", "approval_stop"} <= set(policies_read(CATALOGUE["MH-01"]))
    assert "concurrent_review" not in policies_read(CATALOGUE["MH-01"])
    assert policies_read(CATALOGUE["MH-18"]) == []


# Units and periods


def grievance(case_id: str, member_id: str, received: str, priority: str = "standard") -> dict:
    return {"case_id": case_id, "member_id": member_id, "part": "C", "received_at": f"{received} 09:00:00",
            "received_how": "oral", "filed_by": "enrollee", "priority": priority, "quality_of_care": "N",
            "status": "pending"}  # fmt: skip


MOVER = [
    {"member_id": "V1", "program": "one_care", "contract": "H9901", "pbp": "001", "enrolled_from": "2024-01-01",
     "enrolled_to": "2026-04-30"},
    {"member_id": "V1", "program": "sco", "contract": "H9902", "pbp": "001", "enrolled_from": "2026-05-01"},
]  # fmt: skip
GRIEVANCES = [
    grievance("G1", "O1", "2026-01-01"),               # One Care, first day of the year
    grievance("G2", "S1", "2026-03-31", "expedited"),  # SCO, last day of the first quarter
    grievance("G3", "N1", "2026-04-01"),               # MassHealth only, first day of the second quarter
    grievance("G4", "V1", "2026-04-30", "expedited"),  # a mover, on the last day in One Care
    grievance("G5", "V1", "2026-05-01"),               # the same, on the first day in SCO
    grievance("G6", "nobody", "2026-06-30"),           # never a member
    grievance("G7", "O1", "2025-12-31"),               # the year before
]


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    return load_report(written(tmp_path_factory.mktemp("report") / "t.yaml"))


@pytest.fixture(scope="module")
def year(report):
    return result(report, members=MEMBERS + MOVER, grievances=GRIEVANCES, verdicts=NO_CLOCKS)


@pytest.fixture(scope="module")
def quarters(tmp_path_factory):
    by_quarter = load_report(written(tmp_path_factory.mktemp("report") / "t.yaml", periods="quarter", unit="contract"))
    return result(by_quarter, through=date(2026, 6, 30), members=MEMBERS + MOVER, grievances=GRIEVANCES, verdicts=NO_CLOCKS)


def test_a_case_counts_where_its_member_was_on_the_day_of_receipt(year):
    """G1 and G4 in One Care, G2 and G5 in SCO, G3 with MassHealth only, G6 nowhere; G7 is last year's."""
    counts = {unit: value(year, "A", unit) for unit in ("one_care", "sco", "sco_medicaid", "not known", "all")}
    assert counts == {"one_care": 2, "sco": 2, "sco_medicaid": 1, "not known": 1, "all": 6}
    assert case_ids(year, "B") == ["G2", "G4"]


def test_a_share_of_all_comes_from_the_sums(year):
    """One Care 1 of 2, SCO 1 of 2, the others 0 of 1: together 2 of 6, 33.33 percent, not the mean of the shares."""
    assert [value(year, "C", unit) for unit in ("one_care", "sco_medicaid", "all")] == [50.0, 0.0, 33.33]
    total = elements(year, "C").iloc[0]
    assert (total["numerator"], total["denominator"]) == (2, 6)
    assert check(year, "T-01.1") == "holds"


def test_units_add_up_to_the_total_and_every_number_is_the_length_of_its_case_list(year):
    counts = year.elements[year.elements["kind"] == "count"]
    for code, rows in counts.groupby("code"):
        parts = rows.loc[rows["unit"] != "all", "value"].sum()
        assert parts == rows.loc[rows["unit"] == "all", "value"].item() == len(case_ids(year, code))


def test_quarters_begin_and_end_on_their_days_and_only_begun_ones_are_told(quarters):
    """Through 30 June: two quarters. G1 and G2 in the first; G3, G4, G5 and G6 in the second."""
    assert [value(quarters, "A", period=quarter) for quarter in ("2026Q1", "2026Q2")] == [2, 4]
    assert set(quarters.elements["period"]) == {"2026Q1", "2026Q2"}
    assert value(quarters, "A", "H9902", "2026Q2") == 1  # G5, by contract


def test_no_case_is_zero_and_a_share_without_cases_has_no_value(quarters):
    assert value(quarters, "A", "H9903", "2026Q1") == 0
    assert value(quarters, "C", "H9903", "2026Q1") is None
    assert elements(quarters, "C", "H9903", "2026Q1")["reason"].item() == "the denominator is zero"


def test_a_year_that_is_not_over_says_so():
    assert spans(2026, date(2026, 9, 30), "year")[0].words() == "2026, through 2026-09-30"
    assert spans(2026, date(2026, 12, 31), "year")[0].words() == "2026"
    assert spans(2027, date(2026, 12, 31), "year") == []


def test_the_units_stand_side_by_side_for_a_reader(year, report):
    wide = wide_elements(year.elements).set_index("code")
    assert list(wide.columns[2:7]) == ["One Care", "SCO with Medicare", "SCO without Medicare", "Member not known", "All"]
    assert wide.loc["A", "All"] == 6
    shown = shown_numbers(year.elements, report).set_index("code")
    assert shown.loc["C"].tolist()[1:] == ["50.00%", "50.00%", "0.00%", "0.00%", "33.33%"]


# What is not computed


def test_a_missing_column_takes_exactly_what_needs_it(report):
    """Without grievances.priority B is not computed, nor the share and the check that use it; A stays."""
    gaps = {"grievances.priority": "not in harborview.csv"}
    worked = result(report, available=EVERY_COLUMN - set(gaps), gaps=gaps, grievances=GRIEVANCES, verdicts=NO_CLOCKS)
    assert value(worked, "A") == 6
    assert elements(worked, "B")["state"].item() == elements(worked, "C")["state"].item() == "not computed"
    assert "grievances.priority is not delivered" in elements(worked, "B")["reason"].item()
    assert "not in harborview.csv" in elements(worked, "B")["reason"].item()
    assert "it rests on B, not computed" in elements(worked, "C")["reason"].item()
    assert value(worked, "B") is None and value(worked, "C") is None
    assert check(worked, "T-01.1") == "not checked"
    row = catalogue_frame([report], EVERY_COLUMN - set(gaps), {}, gaps).iloc[0]
    assert (row["readiness"], row["computed"], row["missing_columns"]) == ("partly", 1, "grievances.priority")


def test_a_column_counts_as_delivered_only_when_every_extract_of_its_table_delivers_it(tmp_path):
    """Two files of calls, one without the abandoned; nothing feeds the grievances."""
    columns = {name: name for name in ("queue", "call_date", "offered", "answered", "abandoned")}
    without = {name: column for name, column in columns.items() if name != "abandoned"}
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text(yaml.safe_dump({"plan": "Test", "extracts": [
        {"table": "calls", "file": "own.csv", "columns": columns},
        {"table": "calls", "file": "vendor.csv", "columns": without},
    ]}), encoding="utf-8")  # fmt: skip
    given, gaps = available_columns(load_mapping(mapping)), column_gaps(load_mapping(mapping))
    assert given == {f"calls.{name}" for name in without}
    assert gaps["calls.abandoned"] == "not in vendor.csv"
    assert gaps["calls.tty_calls"] == "not in own.csv, vendor.csv"
    assert gaps["grievances.status"] == "no extract feeds the table grievances"


def test_averages_and_sums_are_over_the_cases_that_have_the_number(tmp_path):
    """Days from receipt to resolution 1, 2 and 9, one case without a day: mean 4.00, median 2, sum 12."""
    worked_out = {"kind": "days", "definition": "days", "of": "report_grievances", "round": "2"}
    days = "resolved_at_day - received_at_day"
    report = load_report(written(tmp_path / "t.yaml", checks=[], elements=[
        {"code": "MEAN", "name": "mean", "mean": days} | worked_out,
        {"code": "MEDIAN", "name": "median", "median": days} | worked_out,
        {"code": "SUM", "name": "sum", "sum": "resolved_at_sec - received_at_sec", "per": "86400"} | worked_out,
        {"code": "NONE", "name": "mean of none", "mean": days, "where": "priority = 'expedited'"} | worked_out,
    ]))  # fmt: skip
    resolved = ["2026-02-02 09:00:00", "2026-02-03 09:00:00", "2026-02-10 09:00:00", None]
    rows = [grievance(f"G{place}", "O1", "2026-02-01") | {"resolved_at": moment} for place, moment in enumerate(resolved)]
    worked = result(report, grievances=rows, verdicts=NO_CLOCKS)
    assert [value(worked, code) for code in ("MEAN", "MEDIAN", "SUM", "NONE")] == [4, 2, 12, None]
    assert elements(worked, "MEAN")["cases"].item() == 3
    assert case_ids(worked, "MEAN") == ["G0", "G1", "G2"]


def test_the_helper_tables_have_every_column_of_every_table():
    assert all(one.num_rows == 0 for name, one in tables().items() if name != "members")
