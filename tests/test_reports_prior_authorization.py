"""Prior authorization metrics: worked examples of 42 CFR 422.122(c) and 438.210(f) on hand-made requests."""

from datetime import date

import pandas as pd
import pytest

from auditkit.errors import InputError
from auditkit.publish.lint import lint_html
from auditkit.publish.posting import Section, posting_html
from auditkit.reports.compute import compute
from auditkit.reports.history import compared, no_history, period_before, read_history
from auditkit.reports.prior_authorization import (
    COUNTS, MCPAR, MEDICAID, MEDICARE, METRICS, data_file, metric_table, read_items, small_counts, units_shown,
    whole_sco, year_table,
)  # fmt: skip
from auditkit.rules.report_catalogue import load_catalogue
from report_tables import EVERY_COLUMN, MEMBERS, THROUGH, YEAR, check, result, tables, value

CATALOGUE = load_catalogue()
PUBLIC, PLAN, FORM = CATALOGUE[MEDICARE], CATALOGUE[MEDICAID], CATALOGUE[MCPAR]


def request(case: str, outcome: str = "approved", **other) -> dict:
    """A standard request of a One Care member about a Medicare item, received 2 March 2026 at 09:00."""
    row = {
        "case_id": case, "member_id": "O1", "request_type": "pre_service", "part_b_drug": "N", "benefit": "medicare",
        "prior_authorization": "Y", "priority": "standard", "received_at": "2026-03-02 09:00:00",
        "extension_taken": "N", "status": "decided", "determination": outcome, "decided_at": "2026-03-05 09:00:00",
    }  # fmt: skip
    if outcome in ("withdrawn", "pending"):
        row |= {"status": outcome, "determination": None, "decided_at": None}
    return row | other


def appeal(case: str, of: str, outcome: str) -> dict:
    return {"case_id": case, "member_id": "O1", "original_case_id": of, "appeal_type": "pre_service", "part_b_drug": "N",
            "benefit": "medicare", "priority": "standard", "received_at": "2026-04-01 09:00:00", "status": "decided",
            "determination": outcome, "decided_at": "2026-04-09 09:00:00"}  # fmt: skip


@pytest.fixture(scope="module")
def thousand() -> dict:
    """The reference's example: 1,000 standard requests of a Medicaid benefit, 860 approved, 90 denied, 20 in part, 30
    withdrawn; 44 appeals decided, 18 of them approved."""
    outcomes = ["approved"] * 860 + ["denied"] * 90 + ["partially_denied"] * 20 + ["withdrawn"] * 30
    requests = [request(f"R{n}", outcome, benefit="medicaid") for n, outcome in enumerate(outcomes)]
    denied = [row["case_id"] for row in requests if row["determination"] == "denied"][:44]
    appeals = [appeal(f"A{n}", of, "approved" if n < 18 else "denied") for n, of in enumerate(denied)]
    return tables(authorizations=requests, appeals=appeals)


def over(made: dict, report, **policies: str):
    """A report over tables that are made once."""
    return compute(report, made, EVERY_COLUMN, YEAR, THROUGH, policies)


def test_mcpar_takes_every_share_of_all_requests_received(thousand):
    """860, 110 and 18 of 1,000: 86.00, 11.00, 1.80. Of 44 appeals 40.91; of 110 denied in full or in part 16.36."""
    worked = over(thousand, FORM)
    numbers = {code: value(worked, code) for code in (
        "D1.XIII.3", "D1.XIII.4", "D1.XIII.5", "D1.XIII.6", "D1.XIII.7", "D1.XIII.8", "AFTER_APPEAL.OF_APPEALS",
        "AFTER_APPEAL.OF_DENIALS")}  # fmt: skip
    assert numbers == {"D1.XIII.3": 1000, "D1.XIII.4": 0, "D1.XIII.5": 1000, "D1.XIII.6": 86.00, "D1.XIII.7": 11.00,
                       "D1.XIII.8": 1.80, "AFTER_APPEAL.OF_APPEALS": 40.91, "AFTER_APPEAL.OF_DENIALS": 16.36}  # fmt: skip
    assert check(worked, "MH-02.STD.SUM") == "holds"
    # no expedited request: no share, and no zero in its place
    assert value(worked, "D1.XIII.11") is None


def test_the_public_shares_are_of_requests_decided_unless_the_plan_chooses_otherwise(thousand):
    """860 of 970 decided are 88.66 percent, 110 are 11.34; of all 1,000 they are 86.00 and 11.00."""
    worked = over(thousand, PLAN)
    assert [value(worked, code) for code in ("M2", "M3", "S.WITHDRAWN", "S.REST")] == [88.66, 11.34, 30, 30]
    assert value(worked, "M2") + value(worked, "M3") == 100
    wide = over(thousand, PLAN, prior_authorization_base="received")
    assert [value(wide, code) for code in ("M2", "M3")] == [86.00, 11.00]


@pytest.mark.parametrize(("reading", "share"), [("appeals", 40.91), ("requests", 1.86), ("denials", 16.36)])
def test_approved_after_appeal_is_read_as_the_policy_says_and_all_three_are_kept(thousand, reading, share):
    """18 of 44 appeals; 18 of the 970 requests in the base; 18 of 110 denials. Of all 1,000 requests: 1.80."""
    worked = over(thousand, PLAN, approved_after_appeal=reading)
    assert value(worked, "M4") == share
    assert [value(worked, f"M4.OF_{name}") for name in ("APPEALS", "REQUESTS", "DENIALS")] == [
        40.91,
        1.80,
        16.36,
    ]


@pytest.mark.parametrize(("policy", "approved", "denied"), [("denied", 1, 2), ("approved", 2, 1)])
def test_a_request_approved_in_part_counts_as_the_policy_says_and_its_number_stays(policy, approved, denied):
    rows = [request("R1"), request("R2", "denied"), request("R3", "partially_denied")]
    worked = result(PUBLIC, policies={"prior_authorization_partial": policy}, authorizations=rows)
    assert [value(worked, f"S.{name}") for name in ("APPROVED", "DENIED", "PARTIAL")] == [approved, denied, 1]


@pytest.mark.parametrize(("policy", "cases"), [("received", 1), ("decided", 1)])
def test_a_year_holds_what_was_received_or_what_was_decided_in_it(policy, cases):
    """One request received in December 2025 and decided in January 2026, one received in December 2026 and open."""
    across = request("OLD", received_at="2025-12-30 09:00:00", decided_at="2026-01-02 09:00:00")
    late = request("NEW", "pending", received_at="2026-12-30 09:00:00")
    worked = result(PUBLIC, policies={"prior_authorization_year": policy}, authorizations=[across, late])
    assert value(worked, "S.ALL") == cases
    assert value(worked, "S.APPROVED" if policy == "decided" else "S.OPEN") == 1


def test_what_is_not_a_request_for_items_and_services_is_left_out():
    """A Part B drug, a MassHealth drug and an item known not to need prior authorization."""
    rows = [request("R1"), request("R2", part_b_drug="Y"), request("R3", prior_authorization="N"),
            request("R4", service_category="outpatient_drugs"), request("R5", prior_authorization=None)]  # fmt: skip
    assert value(result(PUBLIC, authorizations=rows), "S.ALL") == 2
    lenient = result(PUBLIC, policies={"unknown_prior_authorization": "not_subject"}, authorizations=rows)
    assert value(lenient, "S.ALL") == 1


def test_every_request_stands_on_one_side_unless_both_are_asked_for():
    """A Medicare and a Medicaid item of a member with Medicare, and an item of a MassHealth-only member."""
    rows = [request("R1"), request("R2", benefit="medicaid"), request("R3", member_id="N1", benefit=None)]
    medicare, medicaid = result(PUBLIC, authorizations=rows), result(PLAN, authorizations=rows)
    assert (value(medicare, "S.ALL"), value(medicaid, "S.ALL")) == (1, 2)
    both = {"prior_authorization_sides": "all"}
    assert value(result(PUBLIC, policies=both, authorizations=rows), "S.ALL") == 2
    assert value(result(PLAN, policies=both, authorizations=rows), "S.ALL") == 3


def test_times_are_exact_the_median_of_an_even_number_is_between_and_an_unknown_hour_is_no_midnight():
    """Standard: 1, 2, 4 and 9 days: mean 4.00, median 3.00. Expedited: 10 and 21 hours: mean and median 15.50.
    A request without a time of day and one decided before it was received have no time at all."""
    ends = {"R1": "2026-03-03 09:00:00", "R2": "2026-03-04 09:00:00", "R3": "2026-03-06 09:00:00",
            "R4": "2026-03-11 10:00:00"}  # summer time began on 8 March: ten o'clock is nine days later  # fmt: skip
    rows = [request(case, decided_at=end) for case, end in ends.items()]
    rows += [request("R5", decided_at="2026-03-05"), request("R6", decided_at="2026-03-01 09:00:00")]
    rows += [request("E1", priority="expedited", decided_at="2026-03-02 19:00:00"),
             request("E2", priority="expedited", decided_at="2026-03-03 06:00:00")]  # fmt: skip
    worked = result(PUBLIC, authorizations=rows)
    numbers = [
        value(worked, code)
        for code in ("M8.AVERAGE", "M8.MEDIAN", "M9.AVERAGE", "M9.MEDIAN", "S.TIMED", "S.UNTIMED")
    ]
    assert numbers == [4.00, 3.00, 15.50, 15.50, 4, 2]
    assert check(worked, "PA-PUBLIC.S.TIMES") == "holds"


def test_a_median_under_one_day_is_given_in_hours_never_as_zero_days():
    rows = [request("R1", decided_at="2026-03-02 15:30:00")]
    table = metric_table(result(PUBLIC, authorizations=rows).elements, METRICS).set_index("Metric")["H9901"]
    assert table["Median time from submission to decision, standard"] == "6.50 hours"
    assert table["Standard requests approved"] == "100.00%"
    assert table["Expedited requests approved"] == "not available"


def test_extended_and_approved_is_of_both_classes_together():
    """Two of four: one standard, one expedited; an extended denial is none."""
    rows = [request("R1", extension_taken="Y"), request("R2", "denied", extension_taken="Y"), request("R3"),
            request("E1", priority="expedited", extension_taken="Y")]  # fmt: skip
    worked = result(PUBLIC, authorizations=rows)
    assert value(worked, "M5") == 50.00
    assert [value(worked, code) for code in ("M6", "M7", "S.EXTENDED", "E.EXTENDED")] == [100.00, 0.00, 2, 1]


def test_everything_received_is_accounted_for():
    """One of each, standard and expedited: approved, denied, in part, withdrawn, dismissed, open, and decided without
    an outcome. Of the three decided one is approved: 33.33 percent of the base; of the seven received 14.29.
    """
    outcomes = ["approved", "denied", "partially_denied", "withdrawn", "dismissed", "pending", None]
    rows = [request(f"{priority}{n}", outcome, priority=priority)
            for priority in ("standard", "expedited") for n, outcome in enumerate(outcomes)]  # fmt: skip
    names = (
        "ALL",
        "APPROVED",
        "DENIED",
        "PARTIAL",
        "WITHDRAWN",
        "DISMISSED",
        "OPEN",
        "NOT_STATED",
        "REST",
        "BASE",
        "TIMED",
    )
    worked = result(PUBLIC, authorizations=rows)
    for kind in "SE":
        assert [value(worked, f"{kind}.{name}") for name in names] == [7, 1, 2, 1, 1, 1, 1, 1, 4, 3, 3]
        assert check(worked, f"PA-PUBLIC.{kind}.SUM") == "holds"
    assert [value(worked, code) for code in ("M2", "M3", "M6", "M7")] == [33.33, 66.67, 33.33, 66.67]
    form = result(FORM, authorizations=[row | {"benefit": "medicaid"} for row in rows])
    for kind in ("STD", "EXP"):
        shares = [value(form, f"{kind}.{name}") for name in ("APPROVED", "DENIED", "PARTIAL", "WITHDRAWN", "DISMISSED",
                                                             "OPEN", "NOT_STATED")]  # fmt: skip
        assert shares == [1] * 7 and check(form, f"MH-02.{kind}.SUM") == "holds"
    codes = ("D1.XIII.3", "D1.XIII.4", "D1.XIII.5", "D1.XIII.6", "D1.XIII.7", "D1.XIII.11", "D1.XIII.12")
    assert [value(form, code) for code in codes] == [7, 7, 14, 14.29, 28.57, 14.29, 28.57]
    # every decision came after three days
    assert [value(form, f"D1.XIII.{n}") for n in (9, 10, 13, 14)] == [3.00, 3.00, 72.00, 72.00]


def test_the_form_takes_extended_and_approved_of_all_requests_received():
    """One of four; and the addresses are the plan's own, said to be missing where it gives none."""
    rows = [
        request("R1", extension_taken="Y"),
        request("R2"),
        request("R3", "withdrawn"),
        request("E1", priority="expedited"),
    ]
    medicaid = [row | {"benefit": "medicaid"} for row in rows]
    worked = result(FORM, texts={"D1.XIII.1": "https://plan.example/pa"}, authorizations=medicaid)
    assert [value(worked, code) for code in ("BOTH.EXTENDED", "D1.XIII.15")] == [1, 25.00]
    told = worked.elements.drop_duplicates("code").set_index("code")
    assert told.loc["D1.XIII.1", "text"] == "https://plan.example/pa"
    assert told.loc["D1.XIII.2", "state"] == "not computed"


def test_an_appeal_counts_once_for_its_request_and_only_where_it_was_denied():
    """Two appeals of one denial, the second approved; an appeal of an approval; one dismissed."""
    rows = [request("R1", "denied"), request("R2"), request("R3", "denied")]
    appeals = [appeal("A1", "R1", "denied"), appeal("A2", "R1", "approved"), appeal("A3", "R2", "approved"),
               appeal("A4", "R3", "dismissed")]  # fmt: skip
    worked = result(PUBLIC, authorizations=rows, appeals=appeals)
    assert [value(worked, f"S.{name}") for name in ("APPEALED", "AFTER_APPEAL")] == [1, 1]


@pytest.mark.parametrize(("report", "lost"), [
    (PUBLIC, {"S.WITHDRAWN", "E.WITHDRAWN", "S.TIMED", "E.TIMED", "S.APPEALED"}),
    (PLAN, {"S.WITHDRAWN", "E.WITHDRAWN", "S.TIMED", "E.TIMED", "S.APPEALED"}),
    (FORM, {"STD.WITHDRAWN", "EXP.WITHDRAWN", "STD.APPEALED"}),
], ids=lambda one: getattr(one, "id", ""))  # fmt: skip
def test_every_check_fires_where_numbers_do_not_add_up(report, lost):
    """The same relations over a broken report, in which some elements count nothing."""
    broken = report.model_copy(update={"elements": tuple(
        one.model_copy(update={"where": "1 = 0"}) if one.code in lost else one for one in report.elements)})  # fmt: skip
    benefit = "medicare" if report is PUBLIC else "medicaid"
    rows = [
        request("R1", benefit=benefit),
        request("R2", "withdrawn", benefit=benefit),
        request("R3", "denied", benefit=benefit),
        request("E1", benefit=benefit, priority="expedited"),
        request("E2", "withdrawn", benefit=benefit, priority="expedited"),
    ]
    worked = result(broken, authorizations=rows, appeals=[appeal("A1", "R3", "approved")])
    assert {check(worked, one.id) for one in report.checks} == {"fails"}


def test_a_column_no_extract_delivers_disables_what_needs_it_and_nothing_else():
    worked = result(
        PUBLIC, available=EVERY_COLUMN - {"appeals.original_case_id"}, authorizations=[request("R1")]
    )
    states = worked.elements.drop_duplicates("code").set_index("code")["state"]
    off = set(states.index[states == "not computed"])
    assert off == {
        "S.APPEALED",
        "S.AFTER_APPEAL",
        "S.APPEAL_BASE",
        "M4",
        "M4.OF_APPEALS",
        "M4.OF_REQUESTS",
        "M4.OF_DENIALS",
    }
    reason = worked.elements.set_index("code").loc["S.APPEALED", "reason"].iloc[0]
    assert reason.startswith("appeals.original_case_id is not delivered")


def test_senior_care_options_is_one_plan_too_and_its_median_is_its_own():
    """With Medicare 1 and 2 days, MassHealth only 9 days: the median of the three is 2 days, which no half says."""
    rows = [request("R1", member_id="S1", benefit="medicaid", decided_at="2026-03-03 09:00:00"),
            request("R2", member_id="S1", benefit="medicaid", decided_at="2026-03-04 09:00:00"),
            request("R3", member_id="N1", decided_at="2026-03-11 10:00:00"), request("R4", member_id="NOBODY")]  # fmt: skip
    made = tables(authorizations=rows)
    whole = whole_sco(PLAN, made, EVERY_COLUMN, YEAR, THROUGH, {}, {})
    assert (value(whole, "S.ALL", "sco_whole"), value(whole, "M8.MEDIAN", "sco_whole")) == (3, 2.00)
    halves = result(PLAN, authorizations=rows)
    assert [value(halves, "M8.MEDIAN", unit) for unit in ("sco", "sco_medicaid")] == [1.50, 9.00]
    # who is no member stands under "not known" and is never posted
    assert value(halves, "S.ALL", "not known") == 1 and "not known" not in units_shown(halves.elements)


def test_small_counts_are_named_for_counsel_and_zero_is_none():
    worked = result(PUBLIC, authorizations=[request(f"R{n}") for n in range(12)] + [request("D1", "denied")])
    small = small_counts(worked.elements, 11)
    assert small[["unit", "code", "value"]].values.tolist() == [["H9901", "S.DENIED", 1]]


def test_the_data_file_holds_every_posted_number_and_no_case():
    worked = result(PUBLIC, authorizations=[request("R1"), request("R2", "denied")])
    data = data_file({"Medicare": worked.elements}, date(2026, 12, 31)).set_index(["unit", "code"])
    row = data.loc[("H9901", "M2")]
    assert (row["value"], row["numerator"], row["denominator"], row["measured_in"]) == (
        "50.00",
        "1",
        "2",
        "percent",
    )
    assert set(data.index.get_level_values("code")) >= {*METRICS, *COUNTS}
    assert "R1" not in data.to_csv()


def test_last_year_stands_beside_this_year():
    worked = result(PUBLIC, authorizations=[request("R1"), request("R2", "denied")])
    history = pd.DataFrame(
        [("PA-PUBLIC", "H9901", "2025", "M2", 80.0)], columns=["report", "unit", "period", "code", "value"]
    )
    beside = compared(worked.elements, history, METRICS)
    row = beside[(beside["unit"] == "H9901") & (beside["code"] == "M2")].iloc[0]
    assert (row["value"], row["value_before"], row["change"]) == (50.0, 80.0, -30.0)
    shown = (
        year_table(beside[beside["unit"] == "H9901"]).set_index("Metric").loc["Standard requests approved"]
    )
    assert shown.to_list() == ["80.00%", "50.00%", "-30.00"]
    assert compared(worked.elements, no_history(), METRICS)["value_before"].isna().all()
    assert [period_before(period) for period in ("2026", "2026Q1", "2026Q3")] == ["2025", "2025Q4", "2026Q2"]


def test_the_page_reads_well_with_assistive_technology_and_escapes_what_it_prints():
    worked = result(PUBLIC, authorizations=[request("R1")])
    section = Section(
        "Shares & times", paragraphs=["a < b"], tables=[(metric_table(worked.elements, METRICS), "Shares")]
    )
    facts = {
        "plan": "A <plan>",
        "period": "2026",
        "run": "r",
        "output_class": "public",
        "class_sentence": "Posted.",
    }
    html = posting_html(
        "Prior authorization metrics", [("caution", "Not the annual posting.")], [section], facts
    )
    assert lint_html(html) == []
    assert "A &lt;plan&gt;" in html and "a &lt; b" in html and "suppressed" not in html
    assert html == posting_html(
        "Prior authorization metrics", [("caution", "Not the annual posting.")], [section], facts
    )


@pytest.mark.parametrize(("text", "words"), [
    ("code,item\nA,B\n", "every line must hold code, item, since"),
    ("code,item,since\nA,,\n", "line 2: code and item must not be empty"),
    ("code,item,since\nA,B,2026-13-01\n", "line 2, column since: must be a day such as 2026-01-31"),
    ("code,item,since\nA,B,\nA,C,\n", "line 3: its code stands there before"),
])  # fmt: skip
def test_a_list_of_items_that_cannot_be_read_is_refused_in_one_sentence(tmp_path, text, words):
    file = tmp_path / "items.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=words):
        read_items(file)


@pytest.mark.parametrize(("text", "words"), [
    ("report,unit,code,period,value\n", "the columns must be report, unit, period, code, value"),
    ("report,unit,period,code,value\nA,B,2025Q5,C,1\n", "line 2, column period"),
    ("report,unit,period,code,value\nA,B,2025Q4,C,n/a\n", "line 2, column value"),
    ("report,unit,period,code,value\nA,B,2025,C,1\nA,B,2025,C,2\n", "line 3: this number stands there before"),
])  # fmt: skip
def test_a_history_that_cannot_be_read_is_refused_in_one_sentence(tmp_path, text, words):
    file = tmp_path / "history.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=words):
        read_history(file)


def test_the_sample_lists_can_be_read(pytestconfig):
    assert len(read_items(pytestconfig.rootpath / "params" / "prior_authorization_items.csv")) > 20
    assert read_history(pytestconfig.rootpath / "params" / "report_history.csv")["value"].notna().all()
    assert {member["program"] for member in MEMBERS} == {"one_care", "sco", "sco_medicaid"}
