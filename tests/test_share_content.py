"""What a share edition says of a run: which counts it gathers, how they hang together, what is hidden of them."""

import pandas as pd
import pytest
from share_runs import PERIOD, make_run, timeliness

from auditkit.publish.release_cells import Relation
from auditkit.publish.share_tables import masked
from auditkit.rules.report_catalogue import Report
from auditkit.suite import share_content as content
from auditkit.suite.share_masks import hide_small
from auditkit.suite.share_numbers import Numbers
from auditkit.suite.share_reports import add_report
from auditkit.suite.share_same import elements_of, link_reports, quarter_of
from auditkit.suite.share_timeliness import add_timeliness

END = f"|all|{PERIOD}"


def gathered(tmp_path, change=None, output_class="shared", told=()):
    return content.share_content(make_run(tmp_path, change), output_class, PERIOD, 11, None, told)


def seen(numbers, name):
    """A table of the edition as a reader gets it."""
    shown = hide_small(numbers, {}).seen()
    return masked(next(table for table in numbers.tables if table.name == name), shown).frame


def test_rules_with_few_judged_clocks_stand_together(tmp_path):
    """9 and 6 clocks were judged under the two drug rules: 15 together, more than the 11 that may be shown."""
    lines = seen(gathered(tmp_path), "Timeliness").set_index("Rule")
    together = lines.loc["AIP-IOD-PARTB-EXP, AIP-IOD-PARTB-STD"]
    assert together["Judged"] == 15 and together["Limit"] == "24 hours, 72 hours"
    assert lines.loc["AIP-IOD-EXP", ["Timely", "Late", "Percent timely"]].tolist() == [300, 0, 100.0]


def test_a_few_late_cases_are_hidden_and_the_percentage_becomes_a_bound(tmp_path):
    """5 of 645 late: not told, but that 635 or more were timely is; 635 of 645 is 98.4 percent, rounded down."""
    late = seen(gathered(tmp_path), "Timeliness").set_index("Rule").loc["AIP-IOD-STD-PA"]
    assert late["Judged"] == 645 and late["Not judged"] == 40
    assert late["Late"] == "suppressed (1-10)" and late["Timely"] == "suppressed (secondary)"
    assert late["Percent timely"] == "at least 98.4%"


def test_percentages_are_rounded_down_as_in_the_working_edition():
    """2 of 3 is 66.6 percent here as there; 2,999 of 3,000 would otherwise read 100.0."""
    numbers = Numbers(threshold=1)
    rows = timeliness([("OD", "decision", "A", "72 hours", 200, 100, 0, 0, 0)])
    add_timeliness(numbers, {"timeliness_by_rule": rows}.get, {}, PERIOD)
    assert [(rate.decimals, rate.down) for rate in numbers.rates.values()] == [(1, True)]
    numbers.threshold = 11
    assert seen(numbers, "Timeliness").loc[0, "Percent timely"] == 66.6


def test_a_universe_and_the_clocks_on_its_cases_protect_each_other(tmp_path):
    """122 grievances are in the universe and 120 were judged: with both shown, the 2 left over would be known."""
    numbers = gathered(tmp_path)
    frame = seen(numbers, "Universes")
    grievances = frame[frame["Universe"].str.startswith("GRV_C")].set_index("Reason")["Cases"]
    assert seen(numbers, "Timeliness").set_index("Rule").loc["AIP-G-STD", "Judged"] == 120
    assert grievances["In the period"] == "suppressed (secondary)"
    assert "suppressed (secondary)" in grievances.drop("In the period").tolist()  # or it were the total less the rest


def test_where_one_of_two_numbers_must_go_the_result_stays(tmp_path):
    """The percentage of grievances needs its denominator; the row count of the universe is worth less."""
    numbers = gathered(tmp_path)
    found = hide_small(numbers, {})
    assert f"timeliness|GRV_C/resolution/all/judged{END}" in found.shown
    assert found.hidden[f"universe|GRV_C/included{END}"] == "secondary"
    assert not set(found.log["cell"]) - set(numbers.cells) - set(numbers.rates)
    assert found.log["cell"].is_unique


def test_what_one_universe_leaves_out_another_tells(tmp_path):
    """Of 40 grievances Part C leaves out 25 as Part D, Part D leaves out 15 as Part C: both are told by the 40."""
    reasons = {"cite": "", "sentence": ["In", "Other part"]}
    numbers = gathered(tmp_path, {
        "exclusions_GRV_C": pd.DataFrame({"reason": ["included", "part-d"], "rows": [15, 25]} | reasons),
        "exclusions_GRV_D": pd.DataFrame({"reason": ["included", "part-c"], "rows": [25, 15]} | reasons),
    })  # fmt: skip
    parts = (f"universe|GRV_C/part-d{END}", f"universe|GRV_D/part-c{END}")
    assert Relation(f"universe|GRV_C/considered{END}", parts) in numbers.relations


def test_the_public_class_leaves_out_rows_findings_and_reports_owed(tmp_path):
    numbers = gathered(tmp_path, output_class="public")
    headings = {table.heading for table in numbers.tables}
    assert headings == {"Timeliness", "Care coordination", "Members", "Star Ratings", "Universes"}
    assert not [name for name in numbers.cells if name.startswith(("intake|", "finding|"))]


def test_few_members_of_an_age_are_hidden_and_not_told_by_the_totals(tmp_path):
    """Four members of SCO are 90 or over; 30 of 34 would tell them, and so would 4 of all programs together."""
    lines = seen(gathered(tmp_path), "Members").set_index("Age")
    assert lines["One Care"].tolist() == [240, 0, 240]
    assert lines.loc["90 or over", "SCO with Medicare"] == "suppressed (1-10)"
    assert lines.loc["90 or over", "All"] == "suppressed (1-10)"
    shown = [value for value in lines.loc[["under 65", "All"], ["SCO with Medicare", "All"]].to_numpy().ravel()]
    assert 34 not in shown or 30 not in shown


def test_only_tables_of_counts_are_read(tmp_path, monkeypatch):
    """Whatever is asked for beyond the list is refused, whether the run holds it or not."""
    monkeypatch.setattr(content, "add_stars", lambda numbers, tables: tables("verdicts"))
    with pytest.raises(ValueError, match="verdicts: a share edition does not read this table"):
        gathered(tmp_path)


def test_a_table_the_run_lacks_is_named(tmp_path):
    numbers = gathered(tmp_path, {"timeliness_by_rule": None, "star_ratings": None})
    assert numbers.absent == [
        "Timeliness: the run tested no clock.",
        "MassHealth reports: the run did not make them.",
        "Prior authorization: the run did not make them.",
        "Part C and Part D reporting: the run did not make them.",
        "Star Ratings: the run has no public tables to rate.",
        "Findings: the run gathered none.",
    ]


def test_rules_that_stood_together_before_may_stand_apart_now(tmp_path):
    """15 were judged under two rules together in an earlier release; shown with one of them, the other is told."""
    told = f"timeliness|OD/decision/OLD+NEW/judged{END}"
    assert Relation(told, (f"timeliness|OD/decision/OLD/judged{END}", f"timeliness|OD/decision/NEW/judged{END}")) in (
        gathered(tmp_path, told=[told]).relations)


REPORT = {
    "id": "MH-99", "name": "Appeals", "programs": ["one_care", "sco"], "unit": "program", "frequency": "quarterly",
    "periods": "quarter", "due": {"text": "later"}, "authority": "42 CFR 438.66", "status": "current",
    "verification": "recalled", "layout": "not_located", "scope": "all", "provenance": ["recalled"],
    "elements": [
        {"code": "R.1", "name": "Resolved", "kind": "count", "definition": "d", "given": None, "of": "v"},
        {"code": "R.2", "name": "In time", "kind": "count", "definition": "d", "of": "v"},
        {"code": "R.3", "name": "Late", "kind": "count", "definition": "d", "formula": "R.1 - R.2"},
        {"code": "R.4", "name": "Share in time", "kind": "percent", "definition": "d", "formula": "R.2 / R.1", "round": 1},
        {"code": "R.5", "name": "Mean days", "kind": "days", "definition": "d", "of": "v", "mean": "taken"},
        {"code": "R.6", "name": "Remark", "kind": "text", "definition": "d", "given": "a remark"},
    ],
}  # fmt: skip


def elements() -> pd.DataFrame:
    """One Care resolved 100 appeals, all in time; SCO 60, of them 4 late. A remark of the plan stands beside them."""
    counts = {"one_care": (100, 100), "sco": (60, 56), "all": (160, 156)}
    rows = []
    for unit, (resolved, timely) in counts.items():
        for code, kind, value, above, below, cases in (
            ("R.1", "count", resolved, None, None, None), ("R.2", "count", timely, None, None, None),
            ("R.3", "count", resolved - timely, None, None, None),
            ("R.4", "percent", 100 * timely / resolved, timely, resolved, None),
            ("R.5", "days", 12.5, None, None, 8 if unit == "sco" else resolved),
            ("R.6", "text", None, None, None, None),
        ):  # fmt: skip
            rows.append(("MH-99", code, code, kind, unit, "2026Q3", value, above, below, cases, "computed", "", "recalled"))
    return pd.DataFrame(rows, columns=[
        "report", "code", "name", "kind", "unit", "period", "value", "numerator", "denominator", "cases", "state",
        "reason", "verification"])  # fmt: skip


@pytest.fixture(scope="module")
def reported():
    numbers = Numbers(threshold=11)
    catalogue = {"MH-99": Report.model_validate(REPORT)}
    add_report(numbers, {"report_elements": elements()}.get, "report_elements", "MassHealth reports", catalogue)
    return numbers


def test_programs_add_up_to_the_plan_and_elements_to_elements(reported):
    def name(code, unit):
        return f"MH-99|{code}|{unit}|2026Q3"

    assert Relation(name("R.1", "all"), (name("R.1", "one_care"), name("R.1", "sco"))) in reported.relations
    assert Relation(name("R.1", "sco"), (name("R.3", "sco"), name("R.2", "sco"))) in reported.relations
    assert Relation(name("R.4.numerator", "sco"), (name("R.2", "sco"),)) in reported.relations


def test_four_late_appeals_of_one_program_cannot_be_worked_out(reported):
    """SCO's 4 are not 60 less 56, nor the plan's 4 less the 0 of One Care, nor 93.3 percent of 60."""
    frame = seen(reported, "MassHealth reports").set_index("Element")
    assert frame.loc["R.3: R.3", "sco"] == frame.loc["R.3: R.3", "Whole plan"] == "suppressed (1-10)"
    assert frame.loc["R.4: R.4", "sco"] == "suppressed (secondary)" and frame.loc["R.4: R.4", "one care"] == 100.0
    assert "suppressed (secondary)" in [frame.loc[f"{code}: {code}", "sco"] for code in ("R.1", "R.2")]
    assert frame.loc["R.5: R.5", "sco"] == "suppressed (1-10)"  # a mean of 8 cases
    assert frame.loc["R.5: R.5", "one care"] == 12.5


def test_what_the_plan_writes_itself_is_never_taken(reported):
    assert not [name for name in reported.cells if "R.6" in name]
    assert "R.6: R.6" not in seen(reported, "MassHealth reports")["Element"].tolist()


def test_one_number_in_two_reports_is_hidden_in_both():
    """60 appeals of SCO stand in a second report too: shown there, they would give away what the first hides."""
    second = elements().assign(report="MH-98")
    numbers = Numbers(threshold=11)
    catalogue = {name: Report.model_validate(REPORT | {"id": name}) for name in ("MH-99", "MH-98")}
    frames = {"report_elements": elements(), "part_cd_elements": second[second["code"] == "R.1"]}
    for name in frames:
        add_report(numbers, frames.get, name, name, catalogue)
    link_reports(numbers, elements_of(catalogue))
    shown = hide_small(numbers, {}).seen()
    for unit in ("one_care", "sco", "all"):
        assert shown[f"MH-99|R.1|{unit}|2026Q3"] == shown[f"MH-98|R.1|{unit}|2026Q3"]


@pytest.mark.parametrize(
    ("period", "quarter"),
    [(PERIOD, "2026Q3"), ("2026-01-01 to 2026-03-31", "2026Q1"), ("2026-07-01 to 2026-08-31", ""),
     ("2026-08-01 to 2026-10-31", ""), ("2026-01-01 to 2026-12-31", "")],
)  # fmt: skip
def test_the_quarter_of_a_period(period, quarter):
    assert quarter_of(period) == quarter


def test_stages_that_leave_no_choice_are_settled_together():
    """A first stage shows 100 and 96, having no reason not to; the 4 of the second would be their difference."""
    numbers = Numbers(threshold=11)
    numbers.count("all", 100), numbers.count("timely", 96)
    numbers.next_stage()
    numbers.count("late", 4)
    numbers.balance(["all"], ["timely", "late"])
    found = hide_small(numbers, {})
    assert found.hidden == {"late": "primary", "timely": "secondary"}


def test_the_difference_of_two_numbers_is_settled_with_them():
    """100 and 96 of the first stage are found to be nearly the same cases only later; one of them is hidden all the same."""
    numbers = Numbers(threshold=11)
    numbers.count("decided", 100), numbers.count("in universe", 96)
    numbers.next_stage()
    numbers.link("decided", [("in universe",)])
    found = hide_small(numbers, {})
    assert "secondary" in (found.hidden.get("decided"), found.hidden.get("in universe"))
