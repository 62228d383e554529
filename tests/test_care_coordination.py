"""Care coordination: worked enrollees on both sides of 90 days, 365 days and the outreach policy."""

from datetime import date

import pytest
from worked import source_table

from auditkit.oversight.care_coordination import care_gaps, care_rates, care_results
from auditkit.rules.care_tests import load_care_tests

LAST_DAY = date(2026, 9, 30)
ENROLLEE = {"case_id": "M1", "D": "H9901", "G": "2025/06/01", "H": "2025/07/01", "I": "2026/06/15", "J": "2025/07/01",
            "M": "2026/06/20", "N": "Assigned", "Q": "None"}  # fmt: skip
NEVER = ENROLLEE | {"H": "None", "I": "None", "J": "None"}
UNDONE = {"assessment_id": "H1", "member_id": "M1", "assessment_type": "hra_initial", "due_date": "2025-08-30"}


def results(enrollee, *undone, attempts=3):
    import pandas as pd

    rows = [UNDONE | {"not_done_reason": "refused", "outreach_attempts": 0} | row for row in undone]
    table = source_table("assessments", [{k: v for k, v in r.items() if k != "outreach_attempts"} for r in rows or [UNDONE]])
    table = table.set_column(table.column_names.index("outreach_attempts"), "outreach_attempts",
                             [[row.get("outreach_attempts") for row in rows or [UNDONE]]])  # fmt: skip
    found = care_results(pd.DataFrame([enrollee], dtype=str), table, LAST_DAY, attempts)
    return {row.test: row for row in found.itertuples()}


def test_the_numbers_are_data():
    tests = load_care_tests()
    assert (tests.test("HRA-INIT").days, tests.initial_days_before, tests.test("HRA-ANNUAL").days) == (90, 90, 365)
    assert {test.status for test in tests.tests} == {"recalled"}


@pytest.mark.parametrize("done, days, result", [
    ("2025/08/30", 90, "met"),  # June 1 + 90 days = August 30
    ("2025/08/31", 91, "not met"),
    ("2025/03/03", -90, "met"),  # June 1 - 90 days = March 3
    ("2025/03/02", -91, "not met"),
])
def test_the_initial_assessment_within_ninety_days_either_side(done, days, result):
    found = results(ENROLLEE | {"H": done})["HRA-INIT"]
    assert (found.result, found.days, found.limit) == (result, days, 90)


@pytest.mark.parametrize("previous, latest, result", [
    ("2025/06/15", "2026/06/15", "met"),  # 365 days
    ("2025/06/14", "2026/06/15", "not met"),  # 366 days
    ("2024/02/28", "2025/02/27", "not met"),  # 365 days, but nothing in the 580 days since
])
def test_the_yearly_assessment(previous, latest, result):
    assert results(ENROLLEE | {"J": previous, "I": latest})["HRA-ANNUAL"].result == result


def test_one_assessment_is_enough_for_its_first_365_days():
    # September 30, 2025 to September 30, 2026 is 365 days: the next is due, not late
    assert "HRA-ANNUAL" not in results(ENROLLEE | {"H": "2025/09/30", "I": "2025/09/30", "J": "None"})
    late = results(ENROLLEE | {"H": "2025/09/29", "I": "2025/09/29", "J": "None"})["HRA-ANNUAL"]
    assert (late.result, late.days, late.reason) == ("not met", 366, "no HRA since")


@pytest.mark.parametrize("reason, tries, result, words", [
    ("unable_to_reach", 3, "excused", "not reached, 3 or more documented attempts"),
    ("unable_to_reach", 2, "not met", "not reached, but fewer than 3 documented attempts"),
    ("refused", 3, "excused", "refused, 3 or more documented attempts"),
    ("refused", None, "not met", "refused, but fewer than 3 documented attempts"),
    ("disenrolled", 5, "not met", "no HRA was ever completed"),
])
def test_a_missing_initial_assessment_is_excused_by_documented_attempts_only(reason, tries, result, words):
    found = results(NEVER, {"not_done_reason": reason, "outreach_attempts": tries})
    assert (found["HRA-INIT"].result, found["HRA-INIT"].reason) == (result, words)
    assert "HRA-ANNUAL" not in found  # told once


def test_the_policy_sets_the_number_of_attempts():
    tried = {"not_done_reason": "unable_to_reach", "outreach_attempts": 2}
    assert results(NEVER, tried, attempts=2)["HRA-INIT"].result == "excused"


def test_an_excuse_of_an_earlier_year_does_not_serve_again():
    # refused in 2025, assessed on 2025/07/01 after all, nothing since
    overdue = ENROLLEE | {"I": "2025/07/01", "J": "None"}
    earlier = {"assessment_type": "hra_annual", "due_date": "2025-06-30", "outreach_attempts": 5}
    assert results(overdue, earlier)["HRA-ANNUAL"].result == "not met"
    assert results(overdue, earlier | {"due_date": "2026-07-01"})["HRA-ANNUAL"].result == "excused"


def test_nothing_is_late_before_it_is_due():
    # enrolled July 2, 2026: day 90 is September 30
    assert "HRA-INIT" not in results(NEVER | {"G": "2026/07/02"})
    assert results(NEVER | {"G": "2026/07/01"})["HRA-INIT"].result == "not met"


def test_plan_and_team():
    found = results(ENROLLEE | {"M": "None", "N": "None"})
    assert found["ICP-EXISTS"].result == found["ICT-ASSIGNED"].result == "not met"
    assert results(ENROLLEE)["ICP-EXISTS"].result == results(ENROLLEE)["ICT-ASSIGNED"].result == "met"


def test_rates_are_rounded_down_and_gaps_carry_their_reasons():
    import pandas as pd

    universe = pd.DataFrame([ENROLLEE, ENROLLEE | {"case_id": "M2"}, NEVER | {"case_id": "M3"}], dtype=str)
    table = source_table("assessments", [UNDONE]).slice(0, 0)
    found = care_results(universe, table, LAST_DAY, 3)
    initial = care_rates(found).set_index("test").loc["HRA-INIT"]
    assert (initial["enrollees"], initial["met"], initial["not_met"], initial["percent_met"]) == (3, 2, 1, 66.6)
    assert care_gaps(found).values.tolist() == [["HRA-INIT", "no HRA was ever completed", 1]]
