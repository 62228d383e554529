"""Impact and readiness of a mock audit: enrollees counted and shares weighed by hand."""

from datetime import date

import pandas as pd
import pyarrow as pa
import pytest
from mock_audit_cases import OD, RULES, finding, frame_of, late, verdict

from auditkit.oversight.audit_cases import source_people
from auditkit.oversight.impact import impact_by_condition, impact_by_enrollee, impact_cases
from auditkit.oversight.readiness import readiness_parts, readiness_scores

AS_OF = date(2026, 9, 30)
PEOPLE = pd.DataFrame(
    [
        ("OD", 1, "E1", "H9901", "the plan itself"),
        ("OD", 2, "E1", "H9901", "Harbor"),
        ("OD", 3, "E2", "H9902", "Harbor"),
        ("authorizations", 9, "E3", "H9903", "the plan itself"),
    ],
    columns=["table", "row", "enrollee", "contract", "delegate"],
)


def impact_of(verdicts: list[dict], findings: list[dict]) -> pd.DataFrame:
    return impact_cases(frame_of(verdicts, verdict(1, "")), frame_of(findings, finding(1)), PEOPLE, AS_OF)


def test_every_late_case_is_told_with_enrollee_contract_delegate_and_days_late():
    """A timely and an untestable case are not touched; a case outside the universes is."""
    verdicts = [
        late(1, "A1", days=3),
        verdict(2, "A2"),
        verdict(3, "A3", verdict="not_testable"),
        late(9, "A9", table="authorizations"),
    ]
    touched = impact_of(verdicts, [])
    assert touched[
        ["table", "row", "enrollee", "contract", "delegate", "days_late", "late_by"]
    ].values.tolist() == [
        ["OD", 1, "E1", "H9901", "the plan itself", 3, "3 days"],
        ["authorizations", 9, "E3", "H9903", "the plan itself", 1, "1 day"],
    ]


@pytest.mark.parametrize(
    "facts, days, words",
    [
        # One second after a deadline of hours is late, so it is never shown as 0 days.
        ({"margin": round(-1 / 3600, 4), "margin_unit": "hours"}, 1, "1 second"),
        # 26.5 hours are one day and a begun second one.
        ({"margin": -26.5, "margin_unit": "hours"}, 2, "26 hours 30 minutes"),
        # Due 2026/07/08, open on 2026/09/30: 23 days of July, 31 of August, 30 of September.
        ({"margin": None, "clock_stop": ""}, 84, "open since its deadline, 2026/07/08"),
    ],
)
def test_days_late_count_a_begun_day_and_an_open_case_to_the_as_of_day(facts, days, words):
    touched = impact_of([late(1, "A1", **facts)], [])
    assert touched[["days_late", "late_by"]].values.tolist() == [[days, words]]
    assert touched["still_open"].tolist() == ["yes" if facts.get("clock_stop") == "" else "no"]


def test_a_check_touches_the_rows_with_an_error_and_no_others():
    """A warning is nothing to count; a fault of the header (row 0) stands on no case."""
    findings = [finding(3), finding(1, severity="warning"), finding(0, rule="F16")]
    touched = impact_of([], findings)
    assert touched[["condition", "row", "enrollee"]].values.tolist() == [["check: OD X05", 3, "E2"]]
    assert touched["days_late"].isna().all()


def test_conditions_count_cases_and_enrollees_against_all_cases_under_the_rule():
    """Three late cases of two enrollees, of four under the rule; a dismissed case does not count."""
    verdicts = [
        late(1, "A1", days=2),
        late(2, "A2", days=4),
        late(3, "A3", days=9),
        verdict(4, "A4"),
        verdict(5, "A5", verdict="not_applicable"),
    ]
    touched = impact_of(verdicts, [finding(2)])
    by_condition = impact_by_condition(touched, pd.DataFrame(verdicts), {"OD": 5}).set_index("condition")
    clock = by_condition.loc["late: AIP-IOD-STD-PA"]
    assert clock[["cases_under_it", "cases", "enrollees", "median_days_late", "most_days_late"]].tolist() == [
        4,
        3,
        2,
        4,
        9,
    ]
    assert clock["contracts"] == "H9901 (2), H9902 (1)"
    assert clock["delegates"] == "Harbor (2), the plan itself (1)"
    assert by_condition.loc["check: OD X05", "cases_under_it"] == 5


def test_an_enrollee_is_counted_once_for_a_case_that_two_conditions_touch():
    touched = impact_of([late(1, "A1"), late(3, "A3")], [finding(1)])
    by_enrollee = impact_by_enrollee(touched)
    assert by_enrollee[["enrollee", "cases"]].values.tolist() == [["E1", 1], ["E2", 1]]
    assert by_enrollee["conditions"].iloc[0] == "check: OD X05 (1), late: AIP-IOD-STD-PA (1)"


def test_two_cases_without_a_known_enrollee_are_two_people():
    touched = impact_of([late(50, "A50"), late(51, "A51")], [])
    assert len(impact_by_enrollee(touched)) == 2


def test_nothing_found_touches_nobody():
    touched = impact_of([verdict(1, "A1")], [])
    assert touched.empty
    assert impact_by_condition(touched, pd.DataFrame([verdict(1, "A1")]), {"OD": 1}).empty
    assert impact_by_enrollee(touched).empty


def test_a_case_outside_the_universes_has_the_contract_of_the_span_on_receipt():
    """Received on day 150: the span begun on day 100 counts, not those of day 0 and 200. M2 has no MBI."""
    sources = {
        "members": pa.table(
            {
                "member_id": ["M1", "M1", "M1", "M2"],
                "mbi": ["E1", "E1", "E1", None],
                "contract": ["H9901", "H9902", "H9903", "H9903"],
                "enrolled_from_day": [0, 100, 200, 300],
            }
        ),
        "authorizations": pa.table(
            {
                "case_id": ["A1", "A2"],
                "member_id": ["M1", "M2"],
                "delegate": ["Harbor", None],
                "received_at_day": [150, 150],
            }
        ),
    }
    rows = pd.DataFrame(
        {"table": ["authorizations", "authorizations", "OD"], "row": [1, 2, 7], "case_id": ["A1", "A2", "A1"]}
    )
    assert source_people(rows, sources).values.tolist() == [
        ["authorizations", 1, "E1", "H9902", "Harbor"],
        ["authorizations", 2, "M2", "H9903", "the plan itself"],
    ]


def readiness_of(**changed) -> pd.DataFrame:
    """100 rows, 4 with errors; 10 clocks, 1 not testable; 95 cases kept, 5 lost; 990 of 1,000 rows used."""
    findings = [finding(row) for row in (1, 1, 2, 3, 4)] + [finding(5, severity="warning"), finding(0)]
    verdicts = [verdict(row, f"A{row}") for row in range(1, 10)] + [
        verdict(10, "A10", verdict="not_testable")
    ]
    verdicts.append(verdict(11, "A11", verdict="not_applicable"))
    facts = {
        "rows": 100,
        "findings": pd.DataFrame(findings),
        "verdicts": pd.DataFrame(verdicts),
        "exclusions": pd.DataFrame(
            {"reason": ["included", "member-unknown", "outside-period"], "rows": [95, 5, 800]}
        ),
        "reconciliation": pd.DataFrame({"rows_in": [500, 500], "rows_used": [500, 490]}),
        "file_against_records": pd.DataFrame({"table": ["OD"], "why": ["they agree"], "cases": [10]}),
    } | changed
    return readiness_parts(OD, RULES, **facts)


def test_readiness_weighs_the_share_of_each_part():
    """96 of 100 at 35, 9 of 10 at 20, 95 of 100 at 15, 990 of 1,000 at 10, 10 of 10 at 10, 20 of 25 at 10.

    33.6 + 18 + 14.25 + 9.9 + 10 + 8 = 93.75, told as 93.7: never rounded up.
    """
    parts = readiness_of()
    assert parts["points"].tolist() == [33.6, 18, 14.25, 9.9, 10, 8]
    assert parts["percent"].tolist() == [96, 90, 95, 99, 100, 80]
    scores = readiness_scores(parts)
    assert scores[["table", "score", "parts_counted"]].values.tolist() == [["OD", 93.7, "6 of 6"]]
    assert scores["costs_most"].tolist() == ["clocks testable: 9 of 10; layout known: 20 of 25"]


def test_a_late_case_does_not_lower_readiness():
    verdicts = [late(row, f"A{row}") for row in range(1, 10)] + [verdict(10, "A10", verdict="not_testable")]
    assert (
        readiness_of(verdicts=pd.DataFrame(verdicts))["points"].tolist() == readiness_of()["points"].tolist()
    )


def test_a_part_with_nothing_to_count_does_not_weigh():
    """Without clocks and without a comparison 70 of 100 weigh: 33.6 + 14.25 + 9.9 + 8 = 65.75 of 70, 93.9."""
    nothing = {
        "verdicts": pd.DataFrame([verdict(1, "A1", table="RECON")]),
        "file_against_records": pd.DataFrame({"table": ["RECON"], "why": ["they agree"], "cases": [1]}),
    }
    parts = readiness_of(**nothing)
    assert parts["of"].tolist()[1] == 0 and parts["percent"].isna().tolist()[1]
    assert readiness_scores(parts)[["score", "parts_counted"]].values.tolist() == [[93.9, "4 of 6"]]


def test_everything_in_full_is_one_hundred_but_for_the_layout():
    """The OD layout has 5 recalled columns of 25: at most 98 of 100 while nobody has imported CMS's own."""
    whole = readiness_of(
        findings=frame_of([], finding(1)),
        verdicts=pd.DataFrame([verdict(1, "A1")]),
        exclusions=pd.DataFrame({"reason": ["included"], "rows": [100]}),
        reconciliation=pd.DataFrame({"rows_in": [9], "rows_used": [9]}),
    )
    assert readiness_scores(whole)["score"].tolist() == [98.0]
