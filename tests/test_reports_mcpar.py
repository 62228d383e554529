"""MH-01, the appeals topic of the Managed Care Program Annual Report: each number worked out by hand."""

import pytest
from report_tables import EVERY_COLUMN, MEMBERS, case_ids, check, elements, result, value

from auditkit.reports.states import standings
from auditkit.rules.report_catalogue import load_catalogue

MH_01 = load_catalogue()["MH-01"]


def appeal(case_id: str, member_id: str = "N1", **more) -> dict:
    """A standard appeal of a MassHealth-only member, decided and notified in 18 of its 30 days."""
    return {
        "case_id": case_id, "member_id": member_id, "appeal_type": "pre_service", "part_b_drug": "N",
        "requester": "enrollee", "priority": "standard", "received_at": "2026-03-02 09:00:00", "status": "decided",
        "determination": "denied", "decided_at": "2026-03-19 09:00:00", "written_notified_at": "2026-03-20 09:00:00",
        "primary_payer": "masshealth", "appeal_reason": "denial_or_limited_authorization", "service_categories": "other",
    } | more  # fmt: skip


def grievance(case_id: str, member_id: str = "O1", **more) -> dict:
    """A standard grievance about customer service, resolved and answered in 18 days."""
    return {
        "case_id": case_id, "member_id": member_id, "part": "C", "received_how": "oral", "filed_by": "enrollee",
        "priority": "standard", "quality_of_care": "N", "received_at": "2026-03-02 09:00:00", "status": "resolved",
        "resolved_at": "2026-03-19 09:00:00", "oral_notified_at": "2026-03-20 09:00:00",
        "reason_categories": "customer_service", "service_categories": "other",
    } | more  # fmt: skip


# The worked example: 40 appeals resolved, 22 denied, 6 partly and 12 fully in favor; 34 standard and 4 expedited
# ones in time, 2 standard ones late; 7 of them about two kinds of service; 5 fair hearings.


def worked_example() -> list[dict]:
    outcomes = ["denied"] * 22 + ["partially_denied"] * 6 + ["approved"] * 12
    rows = [appeal(f"A{place:02}", determination=outcome) for place, outcome in enumerate(outcomes)]
    for row in rows[:4]:  # 72 hours: told after 24
        row |= {"priority": "expedited", "decided_at": "2026-03-03 08:00:00", "written_notified_at": "2026-03-03 09:00:00"}
    for row in rows[4:6]:  # 30 days from 2 March end on 1 April
        row |= {"decided_at": "2026-04-02 09:00:00", "written_notified_at": "2026-04-02 10:00:00"}
    for row in rows[6:13]:
        row["service_categories"] = "dental;transportation"
    for row, outcome in zip(rows, ("overturned", "partially_overturned", "upheld", "upheld", "withdrawn"), strict=False):
        row |= {"fair_hearing_requested_at": "2026-04-20 09:00:00", "fair_hearing_outcome": outcome,
                "fair_hearing_decided_at": "2026-06-01 09:00:00"}  # fmt: skip
    return rows


@pytest.fixture(scope="module")
def example():
    return result(MH_01, appeals=worked_example())


@pytest.mark.parametrize(("code", "expected"), [
    ("D1.IV.1", 40), ("D1.IV.1a", 22), ("D1.IV.1b", 6), ("D1.IV.1c", 12),
    ("D1.IV.5a", 34), ("D1.IV.5b", 4),
    ("RATE.timely", 95.00),      # 38 / 40
    ("RATE.upheld", 55.00),      # 22 / 40
    ("RATE.overturned", 45.00),  # (6 + 12) / 40
    ("D1.IV.8a", 5), ("D1.IV.8b", 2), ("D1.IV.8c", 2), ("D1.IV.8d", 1),
    ("RATE.hearings_reversed", 50.00),  # 2 / (2 + 2)
])  # fmt: skip
def test_the_worked_example(example, code, expected):
    assert value(example, code) == expected


def test_reasons_of_the_worked_example_sum_to_40_and_services_to_47(example):
    assert sum(value(example, f"D1.IV.6{row}") for row in "abcdefg") == 40
    assert sum(value(example, f"D1.IV.7{row}") for row in "abcdefghiklmno") == 47
    assert set(example.checks["result"]) == {"holds"}


# One case a rule: who counts, when, and where


LTSS = [
    {"service_id": "L1", "member_id": "O1", "service": "homemaker", "service_from": "2025-06-01", "service_to": "2026-01-01"},
    {"service_id": "L2", "member_id": "O2", "service": "homemaker", "service_from": "2025-06-01", "service_to": "2025-12-31"},
    {"service_id": "L3", "member_id": "S1", "service": "personal_care", "service_from": "2026-12-31"},
    {"service_id": "L4", "member_id": "N1", "service": "personal_care"},  # approved, never begun
]  # fmt: skip
"""O1 had LTSS on the first day of 2026, S1 on the last; O2 only before, N1 never."""

APPEALS = [
    appeal("denied", "O1"),
    appeal("partial", "S1", determination="partially_denied", appeal_reason="reduction_suspension_termination"),
    appeal("favorable", "N1", determination="approved", appeal_reason="payment_denial"),
    appeal("dismissed", determination="dismissed"),
    appeal("withdrawn", "O2", status="withdrawn", determination=None, decided_at=None),
    appeal("pending", "S1", status="pending", determination=None, decided_at=None, written_notified_at=None),
    appeal("last year", received_at="2025-12-01 09:00:00", decided_at="2025-12-31 09:00:00"),
    appeal("next year", decided_at="2027-01-01 09:00:00", written_notified_at="2027-01-01 10:00:00"),
    appeal("medicare one care", "O2", primary_payer="medicare"),
    appeal("medicare sco", "S1", primary_payer="medicare"),
    appeal("medicare and no medicare", "N1", primary_payer="medicare", appeal_reason="service_not_timely"),
    appeal("both payers", "O1", primary_payer="both", appeal_reason="decision_not_timely"),
    appeal("payer not said", "S1", primary_payer=None, appeal_reason="out_of_network_denial"),
    appeal("no notice time", "O2", priority="expedited", received_at="2026-03-02", appeal_reason="financial_liability"),
]
COUNTED = ["both payers", "denied", "favorable", "medicare and no medicare", "no notice time", "partial",
           "payer not said"]  # fmt: skip
GRIEVANCES = [
    grievance("resolved"),
    grievance("two reasons", "S1", reason_categories="quality_of_care;payment_billing", service_categories="dental;ltss"),
    grievance("late", "N1", resolved_at="2026-04-05 09:00:00", oral_notified_at="2026-04-06 09:00:00"),
    grievance("part d", "S1", part="D", reason_categories="expedited_appeal_denied"),
    grievance("still open", "O1", status="pending", resolved_at=None, oral_notified_at=None),
    grievance("open at year end", "O1", received_at="2026-12-20 09:00:00", resolved_at="2027-01-10 09:00:00",
              oral_notified_at="2027-01-10 09:00:00"),
    grievance("withdrawn", "O2", status="withdrawn", resolved_at=None, oral_notified_at=None),
]  # fmt: skip
INCIDENTS = [
    {"incident_id": "I1", "member_id": "O1", "category": "fall", "known_at": "2026-03-03 09:00:00"},   # a day after
    {"incident_id": "I2", "member_id": "O1", "category": "fall", "known_at": "2026-03-02 09:00:00"},   # the same day
    {"incident_id": "I3", "member_id": "O2", "category": "fall", "known_at": "2026-05-01 09:00:00"},   # no LTSS user
    {"incident_id": "I4", "member_id": "S1", "category": "fall", "known_at": "2026-12-31 09:00:00"},
    {"incident_id": "I5", "member_id": "O1", "category": "fall", "known_at": "2025-12-31 09:00:00"},   # last year
]


@pytest.fixture(scope="module")
def cases():
    return result(MH_01, members=MEMBERS, appeals=APPEALS, grievances=GRIEVANCES, critical_incidents=INCIDENTS,
                  ltss_services=LTSS)  # fmt: skip


def test_resolved_are_decided_cases_of_the_year_and_not_dismissals_or_withdrawals(cases):
    """Ten were decided in 2026: three leave for their payer or dismissal, none for its outcome."""
    assert case_ids(cases, "D1.IV.1") == COUNTED
    assert case_ids(cases, "D1.IV.1b") == ["partial"]
    assert case_ids(cases, "D1.IV.1c") == ["favorable"]
    assert case_ids(cases, "OUT.dismissed") == ["dismissed"]
    assert case_ids(cases, "OUT.withdrawn") == ["withdrawn"]


def test_active_appeals_are_those_without_a_decision_at_the_end_of_the_year(cases):
    assert case_ids(cases, "D1.IV.2") == ["next year", "pending"]


def test_programs_stand_apart_and_add_up(cases):
    """O1 and O2 in One Care: 3; S1 in SCO: 2; N1 with MassHealth only: 2."""
    units = [value(cases, "D1.IV.1", unit) for unit in ("one_care", "sco", "sco_medicaid", "all")]
    assert units == [3, 2, 2, 7]


def test_appeals_where_medicare_pays_first_are_left_out_and_counted_apart(cases):
    """Both payers, or none recorded, count; a member without Medicare always counts."""
    assert case_ids(cases, "OUT.medicare") == ["medicare one care", "medicare sco"]
    assert case_ids(cases, "IN.payer_unknown") == ["payer not said"]


@pytest.fixture(scope="module")
def other_policies():
    """The same appeals, where SCO's all count and the State allows 15 days."""
    policies = {"mcpar_primary_payer": "not_medicare_one_care", "medicaid_appeal_days": "15"}
    return result(MH_01, policies=policies, members=MEMBERS, appeals=APPEALS)


def test_by_policy_the_appeals_of_sco_all_count(other_policies):
    assert case_ids(other_policies, "D1.IV.1") == sorted([*COUNTED, "medicare sco"])
    assert case_ids(other_policies, "OUT.medicare") == ["medicare one care"]


def test_a_stricter_limit_of_the_state_makes_more_appeals_late(other_policies):
    """Notice after 18 days is late under a State limit of 15, which binds the MassHealth-only member alone."""
    late = {"favorable", "medicare and no medicare"}
    assert value(other_policies, "D1.IV.5a", "sco_medicaid") == 0
    assert set(case_ids(other_policies, "D1.IV.5a")) == set(COUNTED) - late - {"no notice time"} | {"medicare sco"}
    told = elements(other_policies, "C1.IV.2")["text"].item()
    assert "M-A-STD: 15 calendar days (policy medicaid_appeal_days)" in told


def test_who_counts_every_appeal_needs_no_payer():
    """Without the payer's column the appeals topic is not computed, unless the policy is to count every appeal."""
    without = EVERY_COLUMN - {"appeals.primary_payer"}
    lacking = {policy: standings(MH_01, without, {"mcpar_primary_payer": policy}, {}, {})
               for policy in ("not_medicare", "all")}  # fmt: skip
    assert not lacking["not_medicare"]["D1.IV.1"].computed and not lacking["not_medicare"]["D1.IV.4"].computed
    assert lacking["not_medicare"]["D1.IV.10"].computed
    assert all(lacking["all"][code].computed for code in ("D1.IV.1", "D1.IV.4", "RATE.timely"))


@pytest.mark.parametrize(("column", "gone", "stays"), [
    ("appeals.appeal_reason", ["D1.IV.6a", "D1.IV.6g.denied"], ["D1.IV.1", "D1.IV.5a", "D1.IV.7a", "D1.IV.8a"]),
    ("appeals.service_categories", ["D1.IV.7a", "D1.IV.7o"], ["D1.IV.1", "D1.IV.6a", "D1.IV.15a"]),
    ("appeals.primary_payer", ["D1.IV.1", "D1.IV.4", "OUT.medicare", "RATE.timely"], ["D1.IV.8a", "D1.IV.13"]),
    ("appeals.written_notified_at", ["D1.IV.5a", "D1.IV.5b", "RATE.timely"], ["D1.IV.1", "RATE.upheld", "D1.IV.14"]),
    ("appeals.fair_hearing_outcome", ["D1.IV.8a", "RATE.hearings_reversed"], ["D1.IV.1", "D1.IV.2"]),
    ("ltss_services.service_from", ["D1.IV.3", "D1.IV.4", "D1.IV.12", "D1.IV.13"], ["D1.IV.1", "D1.IV.10"]),
    ("grievances.resolved_at", ["D1.IV.10", "D1.IV.11", "D1.IV.14", "D1.IV.16a", "RATE.grievances"],
     ["D1.IV.12", "D1.IV.13", "D1.IV.1"]),
])  # fmt: skip
def test_a_missing_column_takes_what_needs_it_and_leaves_the_rest(column, gone, stays):
    known = standings(MH_01, EVERY_COLUMN - {column}, {}, {}, {})
    assert not any(known[code].computed for code in gone)
    assert all(column in known[code].reason for code in gone)
    assert all(known[code].computed for code in stays)


def test_each_reason_stands_in_its_row_by_outcome(cases):
    rows = {row: case_ids(cases, f"D1.IV.6{row}") for row in "abcdefg"}
    assert rows == {"a": ["denied"], "b": ["partial"], "c": ["favorable"], "d": ["medicare and no medicare"],
                    "e": ["both payers"], "f": ["payer not said"], "g": ["no notice time"]}  # fmt: skip
    assert case_ids(cases, "D1.IV.6b.partial") == ["partial"]
    assert case_ids(cases, "D1.IV.6c.favorable") == ["favorable"]
    assert case_ids(cases, "D1.IV.6b.denied") == case_ids(cases, "D1.IV.6c.denied") == []


def test_timely_is_what_the_clock_of_the_governing_rule_says(cases):
    """The expedited case lacks its time of receipt: 72 hours cannot be tested, and it counts as neither."""
    assert case_ids(cases, "D1.IV.5a") == [case for case in COUNTED if case != "no notice time"]
    assert case_ids(cases, "D1.IV.5b") == []
    assert case_ids(cases, "IN.not_tested") == ["no notice time"]


def test_ltss_users_are_those_with_a_day_of_service_in_the_year(cases):
    """Counted on filing, whatever became of the appeal: O1's two; S1's three of the year that are not Medicare's."""
    assert case_ids(cases, "D1.IV.3") == ["both payers", "denied", "partial", "payer not said", "pending"]
    assert case_ids(cases, "D1.IV.12") == ["open at year end", "part d", "resolved", "still open", "two reasons"]


def test_incidents_count_after_an_appeal_or_grievance_of_the_year_before(cases):
    """I1 and I4 come after; I2 is of the same day, I3 of nobody with LTSS, I5 of the year before."""
    assert case_ids(cases, "D1.IV.4") == ["I1", "I4"]
    assert case_ids(cases, "D1.IV.13") == ["I1", "I4"]
    assert case_ids(cases, "IN.incidents_ltss") == ["I1", "I2", "I4"]


def test_grievances_resolved_active_and_in_time(cases):
    """The late one took 35 days of 30; two are open at the end of the year; Part D counts and is told apart."""
    assert case_ids(cases, "D1.IV.10") == ["late", "part d", "resolved", "two reasons"]
    assert case_ids(cases, "D1.IV.11") == ["open at year end", "still open"]
    assert case_ids(cases, "D1.IV.14") == ["part d", "resolved", "two reasons"]
    assert case_ids(cases, "IN.part_d") == ["part d"]
    assert value(cases, "RATE.grievances_timely") == 75.00


def test_a_grievance_may_stand_in_several_rows(cases):
    assert case_ids(cases, "D1.IV.16d") == case_ids(cases, "D1.IV.16f") == ["two reasons"]
    assert case_ids(cases, "D1.IV.16j") == ["part d"]
    assert case_ids(cases, "D1.IV.16a") == ["late", "resolved"]
    assert case_ids(cases, "D1.IV.15h") == case_ids(cases, "D1.IV.15g") == ["two reasons"]
    assert sum(value(cases, f"D1.IV.15{row}") for row in "abcdefghiklmno") == 5  # of 4 grievances


def test_grievances_per_thousand_member_months(cases):
    """Four members for twelve months: 48; 1,000 * 4 / 48 = 83.33."""
    assert value(cases, "MEMBER_MONTHS") == 48
    assert value(cases, "RATE.grievances") == 83.33


def test_external_review_and_the_states_definition_of_incidents_are_not_made_up(cases):
    for code in ("D1.IV.9a", "D1.IV.9b", "C1.IV.1"):
        assert elements(cases, code)["state"].item() == "not computed"
        assert elements(cases, code)["reason"].item()


# Each check on a broken case


def test_the_checks_fire_on_broken_cases():
    """A decided appeal without outcome and service, one without reason, a hearing dismissed, a grievance without reason."""
    broken = result(MH_01, appeals=[
        appeal("no outcome", determination=None, service_categories=None, appeal_reason="payment_denial"),
        appeal("no reason", appeal_reason=None),
        appeal("hearing dismissed", fair_hearing_requested_at="2026-04-20 09:00:00", fair_hearing_outcome="dismissed",
               fair_hearing_decided_at="2026-06-01 09:00:00"),
    ], grievances=[grievance("no reason", reason_categories=None)])  # fmt: skip
    failed = set(broken.checks.loc[(broken.checks["unit"] == "all") & (broken.checks["result"] == "fails"), "check"])
    assert failed == {"MH-01.OUTCOMES", "MH-01.REASONS", "MH-01.REASON-C", "MH-01.HEARINGS", "MH-01.SERVICES",
                      "MH-01.GRIEVANCE-REASONS"}  # fmt: skip
    assert check(broken, "MH-01.REASON-A") == "holds"


# MH-04 and MH-18: enrollment and encounter files

FILES = [
    {"file_id": "in time", "program": "one_care", "due_date": "2026-01-31", "submitted_date": "2026-01-31",
     "hipaa_compliant": "Y"},
    {"file_id": "a day late", "program": "one_care", "due_date": "2026-02-28", "submitted_date": "2026-03-01",
     "hipaa_compliant": "Y"},
    {"file_id": "refused", "program": "sco", "due_date": "2026-03-31", "submitted_date": "2026-03-30",
     "hipaa_compliant": "N"},
    {"file_id": "never sent", "program": "sco", "due_date": "2026-04-30"},
    {"file_id": "last year", "program": "sco", "due_date": "2025-12-31", "submitted_date": "2025-12-31",
     "hipaa_compliant": "Y"},
]  # fmt: skip


def test_average_enrollment_and_shares_of_encounter_files():
    """One leaves on 30 June: 2 members for 12 months and 1 for 6 are 30 member months, 2.50 a month."""
    members = [
        {"member_id": "A", "program": "one_care", "contract": "H9901", "pbp": "001", "enrolled_from": "2025-07-01"},
        {"member_id": "B", "program": "one_care", "contract": "H9901", "pbp": "001", "enrolled_from": "2025-07-01",
         "enrolled_to": "2026-06-30"},
        {"member_id": "C", "program": "sco", "contract": "H9902", "pbp": "001", "enrolled_from": "2026-01-01"},
    ]  # fmt: skip
    worked = result(load_catalogue()["MH-04"], members=members, encounter_files=FILES)
    assert [value(worked, "MEMBER_MONTHS", unit) for unit in ("one_care", "sco", "all")] == [18, 12, 30]
    assert [value(worked, "D1.I.1", unit) for unit in ("one_care", "sco", "all")] == [1.5, 1.0, 2.5]
    counts = {code: case_ids(worked, f"D1.III.{code}") for code in ("FILES", "TIMELY", "HIPAA")}
    assert counts == {"FILES": ["a day late", "in time", "never sent", "refused"], "TIMELY": ["in time", "refused"],
                      "HIPAA": ["a day late", "in time"]}  # fmt: skip
    assert (value(worked, "D1.III.2"), value(worked, "D1.III.3")) == (50.0, 50.0)
    assert value(worked, "D1.I.2") is None  # the State's own denominator


def test_encounter_files_by_quarter_say_what_was_never_sent():
    """First quarter: three due, three sent, two in time. Second: one due and not sent."""
    worked = result(load_catalogue()["MH-18"], encounter_files=FILES)
    codes = ("FILES", "SENT", "TIMELY", "HIPAA", "TIMELY_PCT", "HIPAA_PCT")
    assert [value(worked, code, period="2026Q1") for code in codes] == [3, 3, 2, 2, 66.67, 66.67]
    assert [value(worked, code, period="2026Q2") for code in codes] == [1, 0, 0, 0, 0.0, 0.0]
    failed = worked.checks[(worked.checks["result"] == "fails") & (worked.checks["unit"] == "all")]
    assert list(zip(failed["check"], failed["period"])) == [("MH-18.SENT", "2026Q2")]
