"""Part C and Part D reporting on hand-made cases: every letter, every check, outliers and data validation."""

from datetime import date

import pandas as pd
import pyarrow as pa
import pytest

from auditkit.errors import InputError
from auditkit.reports.compute import compute_all
from auditkit.reports.outliers import average_members, modified_z, outliers
from auditkit.reports.periods import spans
from auditkit.reports.reopenings import reopened_rows
from auditkit.rules.outlier_checks import load_data_validation, load_outlier_checks
from auditkit.rules.report_catalogue import load_catalogue
from auditkit.stars.own_measures import measures_from_tables
from report_tables import EVERY_COLUMN, THROUGH, case_ids, check, result, table, tables, value

CATALOGUE = load_catalogue()
DECIDED = {"received_at": "2026-02-02 09:00:00", "status": "decided", "decided_at": "2026-02-06 09:00:00"}
"""Received and decided in the first quarter of 2026."""


def case(case_id: str, outcome: str | None = "approved", **other) -> dict:
    row = {"case_id": case_id, "member_id": "O1", "benefit": "medicare", "part_b_drug": "N", "priority": "standard",
           "requester": "enrollee", "determination": outcome, **DECIDED}  # fmt: skip
    if outcome in ("withdrawn", "pending"):
        row |= {"status": outcome, "determination": None, "decided_at": None}
    return row | other


def authorization(case_id: str, outcome: str | None = "approved", **other) -> dict:
    return case(case_id, outcome, request_type="pre_service", **other)


def claim(case_id: str, outcome: str = "approved", claim_type: str = "provider_claim", **other) -> dict:
    requester = "enrollee" if claim_type == "member_reimbursement" else "noncontract_provider"
    return case(
        case_id, outcome, claim_type=claim_type, **{"requester": requester, "contracted": "N"} | other
    )


def appeal(case_id: str, outcome: str | None = "approved", **other) -> dict:
    return case(case_id, outcome, **{"appeal_type": "pre_service"} | other)


def spoiled(report, where: dict[str, str], **changed: str):
    """The report with other conditions for some elements, so that its checks have something to find."""
    elements = tuple(
        one.model_copy(update={"where": where[one.code]}) if one.code in where else one for one in report.elements
    )
    return report.model_copy(update={"elements": elements, **changed})


GRID = ("approved", "partially_denied", "denied")


@pytest.fixture(scope="module")
def determinations():
    """One organization determination and one reconsideration for each cell of the grid and each outcome; beside
    them withdrawn, dismissed, open and unreadable ones, another quarter, and cases that are none at all."""
    requests = [authorization(f"S{n}", outcome) for n, outcome in enumerate(GRID)]
    requests += [
        authorization(f"F{n}", outcome, requester="noncontract_provider") for n, outcome in enumerate(GRID)
    ]
    claims = [claim(f"E{n}", outcome, "member_reimbursement") for n, outcome in enumerate(GRID)]
    claims += [claim(f"G{n}", outcome) for n, outcome in enumerate(GRID)]
    requests += [authorization("W", "withdrawn"), authorization("X", "dismissed"), authorization("P", "pending"),
                 authorization("N", None), authorization("B", part_b_drug="Y"), authorization("MH", benefit="medicaid"),
                 authorization("Q2", decided_at="2026-04-01 09:00:00"), authorization("MO", member_id="N1")]  # fmt: skip
    claims += [claim("K", contracted="Y", requester="contract_provider")]
    appeals = [appeal(f"AS{n}", outcome) for n, outcome in enumerate(GRID)]
    appeals += [appeal(f"AF{n}", outcome, requester="noncontract_provider") for n, outcome in enumerate(GRID)]
    appeals += [appeal(f"AE{n}", outcome, appeal_type="payment") for n, outcome in enumerate(GRID)]
    appeals += [appeal(f"AG{n}", outcome, appeal_type="payment", requester="noncontract_provider")
                for n, outcome in enumerate(GRID)]  # fmt: skip
    appeals += [appeal("AW", "withdrawn"), appeal("AX", "dismissed"), appeal("AP", "pending"), appeal("AN", None),
                appeal("AK", appeal_type="payment", requester="contract_provider"), appeal("AMO", member_id="N1")]  # fmt: skip
    reopened = {"member_id": "O1", "part": "C", "reopened_date": "2026-02-10"}
    reopenings = [{"case_id": "R1", "level": "organization_determination", **reopened},
                  {"case_id": "R2", "level": "reconsideration", **reopened},
                  {"case_id": "R3", "level": "redetermination", **reopened},
                  {"case_id": "R4", "level": "redetermination", **reopened, "part": "D"}]  # fmt: skip
    rows = {"authorizations": requests, "claims": claims, "appeals": appeals, "reopenings": reopenings}
    return rows, result(CATALOGUE["PART-C-II"], **rows)


def test_organization_determinations_by_side_kind_and_outcome(determinations):
    """A: 12 cases of the grid, the Part B drug and the Medicaid item. D: 3 + 2, E, F, G: 3 each. One case a cell, but
    three approved services of the enrollee's side."""
    _, worked = determinations
    first = {letter: value(worked, f"II.1.{letter}", "H9901", "2026Q1") for letter in "ABCDEFG"}
    assert first == {"A": 14, "B": 1, "C": 1, "D": 5, "E": 3, "F": 3, "G": 3}
    cells = {letter: value(worked, f"II.2.{letter}", "H9901", "2026Q1") for letter in "HIJKLMNOPQRS"}
    assert cells == dict.fromkeys("HIJKLMNOPQRS", 1) | {"H": 3}
    assert value(worked, "II.1.NOT_STATED", "H9901", "2026Q1") == 1
    assert value(worked, "II.1.A", "all", "2026Q2") == 1
    assert not {"K", "MO"} & set(case_ids(worked, "II.1.A"))


def test_reconsiderations_have_the_same_shape(determinations):
    _, worked = determinations
    first = {letter: value(worked, f"II.3.{letter}", "all", "2026Q1") for letter in "ABCDEFG"}
    assert first == {"A": 12, "B": 1, "C": 1, "D": 3, "E": 3, "F": 3, "G": 3}
    assert {value(worked, f"II.4.{letter}", "all", "2026Q1") for letter in "HIJKLMNOPQRS"} == {1}
    assert value(worked, "II.3.NOT_STATED", "all", "2026Q1") == 1
    assert not {"AK", "AMO"} & set(case_ids(worked, "II.3.A"))


def test_reopenings_of_part_c_by_level_with_the_rows_behind_them(determinations):
    rows, worked = determinations
    counts = [value(worked, f"II.5.{code}", "H9901", "2026Q1") for code in ("A", "B", "C", "OTHER")]
    assert counts == [3, 1, 1, 1]
    assert case_ids(worked, "II.5.A") == ["R1", "R2", "R3"]
    listed = reopened_rows(tables(reopenings=rows["reopenings"]), worked.cases)
    assert listed[["period", "contract", "plan", "case_id", "level"]].values.tolist()[1] == [
        "2026Q1", "H9901", "H9901-001", "R2", "reconsideration"]  # fmt: skip
    assert len(listed) == 3


def test_every_edit_holds_and_fires_when_a_letter_is_wrong(determinations):
    rows, worked = determinations
    assert set(worked.checks["result"]) == {"holds"}
    report = CATALOGUE["PART-C-II"]
    wrong = {"II.1.D", "II.2.S", "II.3.D", "II.4.S", "II.5.B"}
    broken = spoiled(report, dict.fromkeys(wrong, "1 = 0"))
    told = result(broken, **rows).checks
    failed = set(
        told.loc[
            (told["unit"] == "H9901") & (told["period"] == "2026Q1") & (told["result"] == "fails"), "check"
        ]
    )
    assert failed == {"PART-C-II.1.GRID", "PART-C-II.2.SUM", "PART-C-II.2.D", "PART-C-II.2.G", "PART-C-II.3.GRID",
                      "PART-C-II.4.SUM", "PART-C-II.4.D", "PART-C-II.4.G", "PART-C-II.5.SUM"}  # fmt: skip


def test_medicaid_benefits_leave_part_c_where_the_policy_says_so(determinations):
    rows, worked = determinations
    without = result(CATALOGUE["PART-C-II"], policies={"medicaid_benefit": "excluded"}, **rows)
    assert value(worked, "II.1.A", "all", "2026Q1") - value(without, "II.1.A", "all", "2026Q1") == 1


def test_an_extract_without_claims_columns_disables_what_counts_them_and_nothing_else(determinations):
    rows, _ = determinations
    worked = result(CATALOGUE["PART-C-II"], available=EVERY_COLUMN - {"claims.contracted"}, **rows)
    states = worked.elements.drop_duplicates("code").set_index("code")["state"]
    off = set(states.index[states == "not computed"])
    assert off == {code for code in states.index if code.startswith(("II.1.", "II.2."))}
    assert check_states(worked, "PART-C-II.1.GRID") == {"not checked"}


def check_states(worked, name: str) -> set[str]:
    return set(worked.checks.loc[worked.checks["check"] == name, "result"])


def grievance(case_id: str, days: int, **other) -> dict:
    """A Part C grievance of 2 February 2026, answered in writing after `days` days."""
    told = (date(2026, 2, 2) + pd.Timedelta(days=days)).isoformat()
    return {"case_id": case_id, "member_id": "O1", "part": "C", "received_at": "2026-02-02 09:00:00",
            "received_how": "written", "filed_by": "enrollee", "priority": "standard", "extension_taken": "N",
            "quality_of_care": "N", "status": "resolved", "resolved_at": f"{told} 08:00:00",
            "written_notified_at": f"{told} 10:00:00"} | other  # fmt: skip


GRIEVANCES = [
    grievance("G1", 30), grievance("G2", 31), grievance("G3", 2),
    grievance("X1", 1, priority="expedited", resolved_at="2026-02-03 08:00:00",
              written_notified_at="2026-02-03 08:30:00"),
    grievance("X2", 2, priority="expedited"),
    grievance("X3", 1, priority="expedited", resolved_at="2026-02-03", written_notified_at="2026-02-03"),
    grievance("Q2", 60), grievance("DD", 5, part="D"), grievance("MO", 5, member_id="N1"),
    grievance("DS", 5, status="dismissed"), grievance("WD", 5, status="withdrawn"),
    grievance("NN", 5, written_notified_at=None),
]  # fmt: skip


@pytest.fixture(scope="module")
def grievances() -> dict:
    """The reports of Part C and Part D on grievances, and one of Part C in which three letters count too much."""
    report = CATALOGUE["PART-C-I"]
    wrong = {"I.B": "state = 'notified'", "I.C": "state = 'notified'", "I.D": "1 = 1"}
    broken = spoiled(report, wrong, id="BROKEN")
    return compute_all(
        [report, CATALOGUE["PART-D-III"], broken],
        tables(grievances=GRIEVANCES),
        EVERY_COLUMN,
        2026,
        THROUGH,
        {},
    )


def test_grievances_count_when_the_enrollee_is_told_and_are_timely_by_the_clocks(grievances):
    """30 days are timely and 31 late; an expedited one has 24 hours, and X3, whose hours are missing, is neither.
    Rates: B 3 of A 6 is 50.0 percent, D 1 of C 3 is 33.3, E 1 of A and E 7 is 14.3."""
    worked = grievances["PART-C-I"]
    counts = {letter: value(worked, f"I.{letter}", "H9901", "2026Q1") for letter in "ABCDE"}
    assert counts == {"A": 6, "B": 3, "C": 3, "D": 1, "E": 1}
    rest = [
        value(worked, f"I.{name}", "H9901", "2026Q1")
        for name in ("B_OF_A", "D_OF_C", "E_OF_AE", "NOT_TESTABLE", "NO_NOTICE")
    ]
    assert rest == [50.0, 33.3, 14.3, 1, 1]
    assert value(worked, "I.A", "H9901", "2026Q2") == 1
    assert set(worked.checks["result"]) == {"holds"}


def test_grievances_of_part_d_have_the_same_letters(grievances):
    worked = grievances["PART-D-III"]
    assert [value(worked, f"III.{letter}", "all", "2026Q1") for letter in "ABCDE"] == [1, 1, 0, 0, 0]
    assert [value(worked, f"III.{rate}", "all", "2026Q1") for rate in ("B_OF_A", "D_OF_C", "E_OF_AE")] == [
        100.0,
        None,
        0.0,
    ]
    assert set(worked.checks["result"]) == {"holds"}


def test_the_edits_on_grievances_fire(grievances):
    """In the second quarter A is 1, and the broken letters count what belongs to other quarters too."""
    told = grievances["BROKEN"].checks
    second = told[(told["unit"] == "all") & (told["period"] == "2026Q2")]
    assert dict(zip(second["check"], second["result"])) == {
        "PART-C-I.B": "fails",
        "PART-C-I.C": "fails",
        "PART-C-I.D": "fails",
    }


def assessment(
    number: str,
    kind: str,
    done: str | None,
    why: str | None = None,
    member: str = "S1",
    due: str = "2026-05-01",
) -> dict:
    return {"assessment_id": number, "member_id": member, "assessment_type": kind, "due_date": due,
            "completed_date": done, "not_done_reason": why}  # fmt: skip


ASSESSMENTS = [
    assessment("I1", "hra_initial", "2026-05-01"), assessment("I2", "hra_initial", None, "refused"),
    assessment("I3", "hra_initial", None, "unable_to_reach"), assessment("I4", "hra_initial", "2026-05-02"),
    assessment("I5", "hra_initial", None, "disenrolled"), assessment("A1", "hra_annual", "2026-04-01"),
    assessment("A2", "hra_annual", "2026-04-30"), assessment("A3", "hra_annual", None, "refused"),
    assessment("A4", "hra_annual", None, "unable_to_reach"), assessment("A5", "hra_annual", None),
    assessment("A6", "hra_annual", None, "deceased"), assessment("Y", "hra_annual", "2025-05-01", due="2025-05-01"),
    assessment("M", "mds_hc", "2026-05-01"), assessment("N", "hra_annual", "2026-05-01", member="N1"),
]  # fmt: skip


def test_care_management_of_special_needs_plans_and_the_rate_of_the_star_measure():
    """A 4: one in time, one refused, one not reached, one late. B 5: two in time, one refused, one not reached, one
    with nothing. Refusals stay in the denominator: (1 + 2) of (4 + 5) is 33.33 percent. A late one is in none of C to E.
    """
    worked = result(CATALOGUE["PART-C-IV"], assessments=ASSESSMENTS)
    counts = {letter: value(worked, f"IV.{letter}", "H9902-001") for letter in "ABCDEFGH"}
    assert counts == {"A": 4, "B": 5, "C": 1, "D": 1, "E": 1, "F": 2, "G": 1, "H": 1}
    assert [value(worked, f"IV.{name}", "all") for name in ("A_NONE", "B_NONE", "LEFT", "RATE")] == [
        1,
        1,
        2,
        33.33,
    ]
    assert set(worked.checks["result"]) == {"holds"}
    # the Star measure made of the plan's own tables counts the same
    frames = {name: one.to_pandas() for name, one in tables(assessments=ASSESSMENTS).items()}
    own = measures_from_tables(frames, None, 2026, date(2026, 12, 31))
    star = own[own["measure_name"].str.contains("SNP") & (own["contract"] == "H9902")].iloc[0]
    assert (star["numerator"], star["denominator"]) == (3, 9)


def test_the_edits_of_care_management_fire():
    report = CATALOGUE["PART-C-IV"]
    broken = spoiled(report, dict.fromkeys(("IV.C", "IV.F"), "1 = 0"))
    worked = result(broken, assessments=ASSESSMENTS)
    assert {check(worked, f"PART-C-IV.{name}") for name in ("INITIAL", "ANNUAL")} == {"fails"}


def drug_case(
    case_id: str, kind: str, outcome: str | None = "approved", exception: str | None = None, **other
) -> dict:
    return case(case_id, outcome, request_type=kind, exception_type=exception, **other)


@pytest.fixture(scope="module")
def part_d():
    """A coverage determination of every block and outcome, its redetermination, and what stands outside."""
    kinds = {
        "b": ("benefit", None),
        "c": ("exception", "step_therapy"),
        "d": ("exception", "formulary"),
        "e": ("exception", "tiering"),
    }
    coverage = [drug_case(f"C{block}{n}", kind, outcome, exception)
                for block, (kind, exception) in kinds.items() for n, outcome in enumerate(GRID)]  # fmt: skip
    again = [drug_case(f"R{block}{n}", kind, outcome, original_case_id=f"C{block}{n}")
             for block, (kind, _) in kinds.items() for n, outcome in enumerate(GRID)]  # fmt: skip
    again += [drug_case(f"Rf{n}", "at_risk", outcome) for n, outcome in enumerate(GRID)]
    sent_on = {"decided_at": None, "ire_forwarded_at": "2026-03-01 09:00:00"}
    coverage += [drug_case("CP", "payment"), drug_case("CW", "benefit", "withdrawn"),
                 drug_case("CX", "benefit", "dismissed"), drug_case("CI", "benefit", "forwarded_to_ire", **sent_on),
                 drug_case("CN", "exception"), drug_case("C0", "benefit", None)]  # fmt: skip
    again += [drug_case("RW", "benefit", "withdrawn"), drug_case("RX", "benefit", "dismissed"),
              drug_case("RN", "exception"),
              drug_case("RI", "benefit", "forwarded_to_ire"), drug_case("R0", "benefit", None)]  # fmt: skip
    reopened = {"member_id": "O1", "part": "D", "reopened_date": "2026-02-10"}
    reopenings = [{"case_id": f"O{n}", "level": level, **reopened}
                  for n, level in enumerate(("coverage_determination", "redetermination", "reconsideration"))]  # fmt: skip
    rows = {"coverage_determinations": coverage, "redeterminations": again, "reopenings": reopenings}
    return rows, result(CATALOGUE["PART-D-V"], **rows)


def test_coverage_determinations_and_redeterminations_by_block_and_outcome(part_d):
    """1a: 12 of the blocks, a reimbursement and an exception of unknown kind. 2a: 12, three at-risk and one unknown."""
    _, worked = part_d
    heads = {name: [value(worked, f"V.{sub}a.{name}", "H9901", "2026Q1") for sub in "12"]
             for name in ("A", "B", "C", "IRE", "NOT_STATED")}  # fmt: skip
    assert heads == {"A": [14, 16], "B": [1, 1], "C": [1, 1], "IRE": [1, 1], "NOT_STATED": [1, 1]}
    blocks = {f"{sub}{block}": [value(worked, f"V.{sub}{block}.{letter}", "all", "2026Q1") for letter in "ABC"]
              for sub, block in ("1b", "1c", "1d", "1e", "2b", "2c", "2d", "2e", "2f")}  # fmt: skip
    assert blocks == dict.fromkeys(blocks, [1, 1, 1]) | {"1b": [2, 1, 1]}
    assert [value(worked, f"V.{sub}.NO_TYPE", "all", "2026Q1") for sub in "12"] == [1, 1]
    assert [value(worked, f"V.3.{name}", "all", "2026Q1") for name in ("A", "B", "C", "OTHER")] == [
        3,
        1,
        1,
        1,
    ]


def test_the_blocks_add_up_and_an_exception_of_unknown_kind_is_told(part_d):
    rows, worked = part_d
    told = worked.checks[
        (worked.checks["period"] == "2026Q1") & (worked.checks["unit"] == "H9901")
    ].set_index("check")["result"]
    assert told.to_dict() == {"PART-D-V.1.SUM": "holds", "PART-D-V.1.TYPES": "fails", "PART-D-V.2.SUM": "holds",
                              "PART-D-V.2.TYPES": "fails", "PART-D-V.3.SUM": "holds"}  # fmt: skip
    report = CATALOGUE["PART-D-V"]
    broken = spoiled(report, dict.fromkeys(("V.1e.C", "V.2f.A", "V.3.B"), "1 = 0"))
    again = result(broken, **rows).checks
    failed = again[(again["period"] == "2026Q1") & (again["unit"] == "H9901") & (again["result"] == "fails")]
    assert {"PART-D-V.1.SUM", "PART-D-V.2.SUM", "PART-D-V.3.SUM"} <= set(failed["check"])


def test_quarters_and_units_add_up_to_the_year(determinations):
    _, worked = determinations
    counts = worked.elements[worked.elements["kind"] == "count"]
    units = counts[counts["unit"] != "all"].groupby(["code", "period"])["value"].sum()
    total = counts[counts["unit"] == "all"].set_index(["code", "period"])["value"]
    assert (units.sort_index() == total.sort_index()).all()


# --- outliers ---------------------------------------------------------------------------------------------


def counted(period: str, number: float, unit: str = "H9901", code: str = "I.A") -> dict:
    return {
        "report": "PART-C-I",
        "code": code,
        "name": "Grievances",
        "kind": "count",
        "unit": unit,
        "period": period,
        "value": number,
    }


def looked(numbers: list[dict], members: dict | None = None) -> pd.Series:
    """The last of the numbers, looked at with the others as its past."""
    sizes = pd.DataFrame([(unit, period, count) for (unit, period), count in (members or {}).items()],
                         columns=["unit", "period", "members"])  # fmt: skip
    past = pd.DataFrame(numbers[:-1], columns=["report", "unit", "period", "code", "value"])
    return outliers(pd.DataFrame(numbers[-1:]), past, sizes).iloc[0]


@pytest.mark.parametrize(
    ("before", "now", "fires"),
    [(100, 151, True), (100, 150, False), (10, 30, False), (10, 31, True), (0, 21, True)],
)
def test_change_needs_more_than_50_percent_and_more_than_20_cases(before, now, fires):
    assert ("CHANGE" in looked([counted("2026Q1", before), counted("2026Q2", now)])["checks"]) is fires


def test_history_is_measured_by_the_median_so_that_one_odd_quarter_hides_nothing():
    """100, 104, 96, 400: median 102, deviations 2, 2, 6, 298, their median 4. 0.6745 × (130 − 102) / 4 = 4.72."""
    assert modified_z(130, [100, 104, 96, 400]) == 4.72
    quarters = [counted(f"2025Q{n}", number) for n, number in enumerate([100, 104, 96, 400], start=1)]
    assert "HISTORY" in looked([*quarters, counted("2026Q1", 130)])["checks"]
    # 20 cases from the median are not enough, nor are three quarters
    assert "HISTORY" not in looked([*quarters, counted("2026Q1", 122)])["checks"]
    assert "HISTORY" not in looked([*quarters[1:], counted("2026Q1", 130)])["checks"]
    # a past that never moved has no deviation: the cases decide
    still = [counted(f"2025Q{n}", 50) for n in range(1, 5)]
    assert modified_z(80, [50, 50, 50, 50]) is None
    assert "HISTORY" in looked([*still, counted("2026Q1", 71)])["checks"]


def test_a_rate_is_compared_with_that_of_all_members():
    """All: 60 of 10,000 are 6.00 per 1,000. 50 of 2,000 are 25.00, more than twice; 10 of 8,000 are 1.25, less than half
    of the 48 expected."""
    numbers = pd.DataFrame(
        [counted("2026Q1", 50), counted("2026Q1", 10, "H9902"), counted("2026Q1", 60, "all")]
    )
    sizes = pd.DataFrame([("H9901", "2026Q1", 2000.0), ("H9902", "2026Q1", 8000.0), ("all", "2026Q1", 10000.0)],
                         columns=["unit", "period", "members"])  # fmt: skip
    nothing = pd.DataFrame(columns=["report", "unit", "period", "code", "value"])
    told = outliers(numbers, nothing, sizes).set_index("unit")
    assert told["per_1000"].to_dict() == {"H9901": 25.0, "H9902": 1.25, "all": 6.0}
    assert told["checks"].to_dict() == {"H9901": "PER-1000", "H9902": "PER-1000", "all": ""}


def test_a_count_that_fell_to_zero_is_told_and_small_ones_are_not():
    assert looked([counted("2026Q1", 5), counted("2026Q2", 0)])["checks"] == "FELL-TO-ZERO"
    assert looked([counted("2026Q1", 4), counted("2026Q2", 0)])["checks"] == ""
    why = looked([counted("2026Q1", 5), counted("2026Q2", 0)])["why"]
    assert why == "Zero, after 5 cases or more in the period before"


def test_average_enrollment_is_the_mean_of_the_first_days_of_the_months():
    """Two members in January, one of them gone in February and March: (2 + 1 + 1) / 3 = 1.33; MassHealth only: none."""
    sco = {"program": "sco", "contract": "H9902", "pbp": "001", "enrolled_from": "2025-01-01"}
    spans_of = table("members", [
        sco | {"member_id": "A"},
        sco | {"member_id": "B", "enrolled_to": "2026-01-31"},
        sco | {"member_id": "C", "program": "sco_medicaid", "contract": "H9903"},
    ])  # fmt: skip
    assert isinstance(spans_of, pa.Table)
    sizes = average_members(spans_of, spans(2026, date(2026, 3, 31), "quarter"), ("one_care", "sco"))
    assert {row.unit: round(row.members, 2) for row in sizes.itertuples()} == {
        "H9902": 1.33,
        "H9902-001": 1.33,
        "all": 1.33,
    }


# --- data validation --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("errors", "records", "score"), [
    (0, 30, 5), (50, 1000, 5), (505, 10_000, 4), (51, 1000, 4), (100, 1000, 4), (101, 1000, 3), (150, 1000, 3),
    (200, 1000, 2),
    (201, 1000, 1), (30, 30, 1),
])  # fmt: skip
def test_the_five_point_score(errors, records, score):
    """At most 5.0 percent wrong is 5, to 10.0 is 4, to 15.0 is 3, to 20.0 is 2, more is 1; 5.05 rounds to 5.1."""
    assert load_data_validation().score(errors, records) == score


@pytest.mark.parametrize(("errors", "records"), [(0, 0), (3, 2), (-1, 5)])
def test_nothing_looked_at_has_no_score(errors, records):
    with pytest.raises(InputError, match="cannot be scored"):
        load_data_validation().score(errors, records)


def test_every_outlier_check_says_its_limits():
    for one in load_outlier_checks().values():
        assert "{" not in one.said() + one.meant()
