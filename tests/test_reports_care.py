"""MH-07 to MH-10 and the person-centered measures of MH-06, worked out by hand.

All members are of One Care unless they say otherwise; who is enrolled from 2026-01-01 has the 90th day on
2026-04-01 (31 + 28 + 31 days), in the second quarter.
"""

from datetime import date

import pytest
from pandas.testing import assert_frame_equal

from auditkit.reports.compute import compute
from auditkit.rules.report_catalogue import load_catalogue
from engines import open_engine
from report_tables import EVERY_COLUMN, case_ids, check, elements, result, tables, value

REPORTS = load_catalogue()
Q2 = "2026Q2"
JUNE = {"through": date(2026, 6, 30)}


def member(number, enrolled="2026-01-01", left=None, program="one_care", rating=None):
    contract = {"one_care": "H9901", "sco": "H9902"}[program]
    return {"member_id": number, "program": program, "contract": contract, "pbp": "001", "enrolled_from": enrolled,
            "enrolled_to": left, "rating_category": rating}  # fmt: skip


def assessed(number, done, kind="comprehensive", **more):
    return {"assessment_id": f"A-{number}-{done}", "member_id": number, "assessment_type": kind,
            "completed_date": done} | more  # fmt: skip


def missed(number, reason, attempts=None):
    return assessed(number, None, occasion="enrollment", occasion_date="2026-01-01", due_date="2026-04-01",
                    not_done_reason=reason, outreach_attempts=attempts)  # fmt: skip


def plan(number, done=None, signed=None, **more):
    return {"care_plan_id": f"P-{number}-{done}-{more.get('not_done_reason')}", "member_id": number,
            "completed_date": done, "signed_date": signed} | more  # fmt: skip


def numbers(worked, *codes, period=Q2, unit="all"):
    return tuple(value(worked, code, unit, period) for code in codes)


def verdict(worked, check_id, period=Q2):
    rows = worked.checks
    mine = (rows["check"] == check_id) & (rows["unit"] == "all") & (rows["period"] == period)
    return rows.loc[mine, "result"].item()


# --- MH-07: the example of the reference, 120 members, 10 refused, 20 not reached, 81 assessed in time ---


@pytest.fixture(scope="module")
def initial():
    people = [f"M{n:03}" for n in range(1, 121)]
    members = [member(one) for one in people]
    done = [assessed(one, "2026-03-01") for one in people[:80]]
    done.append(assessed("M081", "2026-04-01"))  # day 90: in time
    refused = [missed(one, "refused", 1) for one in people[81:91]]
    done.append(assessed("M082", "2026-04-11"))  # refused at first, assessed on day 100
    unreached = [missed(one, "unable_to_reach", 3) for one in people[91:111]]
    unreached.append(missed("M112", "unable_to_reach", 2))  # two attempts are not enough
    done += [assessed("M113", "2026-04-02"), assessed("M114", "2026-05-01")]  # days 91 and 120
    done.append(assessed("M115", "2026-05-02"))  # day 121
    members += [
        member("LEFT", left="2026-06-29"),  # not enrolled on the last day of the quarter
        member("Q3", enrolled="2026-04-02"),  # 90th day 2026-07-01, in the third quarter
        member("Q1", enrolled="2025-12-31"),  # 90th day 2026-03-31
        member("ON", enrolled="2025-06-01", left="2025-12-31"),  # a change of package is no new enrollment
        member("ON", enrolled="2026-01-01"),
        member("HRA", enrolled="2025-12-31"),
    ]
    done.append(assessed("HRA", "2026-01-05", kind="hra_initial"))  # a health risk assessment is not comprehensive
    return result(REPORTS["MH-07"], members=members, assessments=done + refused + unreached, **JUNE)


def test_the_example_of_the_reference(initial):
    """81 / (120 - 10 - 20) = 90.00 percent; of all, 81 / 120 = 67.50 percent."""
    assert numbers(initial, "A", "B", "C", "D") == (120, 10, 20, 81)
    assert numbers(initial, "RATE", "RATE.ALL", "OTHER") == (90.00, 67.50, 9)
    rate = elements(initial, "RATE", period=Q2)
    assert (rate["numerator"].item(), rate["denominator"].item()) == (81, 90)


def test_the_view_of_120_days(initial):
    """Days 91, 100 and 120 come in: 84; the one who had refused and was assessed on day 100 leaves B.

    84 / (120 - 9 - 20) = 92.31 percent.
    """
    assert numbers(initial, "D120", "B120", "C120", "RATE120") == (84, 9, 20, 92.31)


def test_which_quarter_a_member_falls_in(initial):
    assert numbers(initial, "A", "D", period="2026Q1") == (2, 0)
    assert not {"LEFT", "ON", "Q3"} & set(case_ids(initial, "A"))


def test_its_checks_hold(initial):
    assert {verdict(initial, name) for name in ("MH-07.APART", "MH-07.WITHIN", "MH-07.ORDER")} == {"holds"}


def test_contradicting_records_are_told():
    """One member refused, was not reached and was assessed within 90 days; and an assessment precedes enrollment."""
    rows = [missed("M1", "refused"), missed("M1", "unable_to_reach", 3), assessed("M1", "2026-02-01")]
    rows.append(assessed("M2", "2025-12-30", occasion="enrollment", occasion_date="2026-01-01"))
    worked = result(REPORTS["MH-07"], members=[member("M1"), member("M2")], assessments=rows, **JUNE)
    assert numbers(worked, "A", "B", "C", "D", "TWICE", "BEFORE") == (2, 1, 1, 1, 1, 1)
    assert {verdict(worked, name) for name in ("MH-07.APART", "MH-07.WITHIN", "MH-07.ORDER")} == {"fails"}


def test_after_a_break_the_days_count_again_unless_policy_says_first():
    spans = [member("M1", enrolled="2024-01-01", left="2025-11-30"), member("M1", enrolled="2026-01-01")]
    again = result(REPORTS["MH-07"], members=spans, **JUNE)
    first = result(REPORTS["MH-07"], members=spans, policies={"assessment_after_break": "first"}, **JUNE)
    assert (numbers(again, "A"), numbers(first, "A")) == ((1,), (0,))


def test_without_the_attempts_only_what_rests_on_them_is_missing():
    columns = EVERY_COLUMN - {"assessments.outreach_attempts"}
    worked = result(REPORTS["MH-07"], members=[member("M1")], assessments=[assessed("M1", "2026-02-01")],
                    available=columns, **JUNE)  # fmt: skip
    absent = worked.elements[worked.elements["state"] != "computed"]
    assert set(absent["code"]) == {"C", "RATE", "OTHER", "C120", "RATE120", "TWICE"}
    assert "assessments.outreach_attempts is not delivered" in absent["reason"].iloc[0]
    assert numbers(worked, "D", "RATE.ALL", "C") == (1, 100, None)
    assert verdict(worked, "MH-07.APART") == "not checked"


# --- MH-08 ---


@pytest.fixture(scope="module")
def mds():
    members = [member("E1", "2026-01-15", rating="C2A"), member("E2", "2026-01-15", rating="C3B"),
               member("E3", "2026-01-10", rating="C2A"), member("N1", "2024-05-01", rating="C2B"),
               member("N2", "2024-05-01", rating="C3A"), member("T1", "2024-01-01", rating="C4"),
               member("T2", "2024-01-01", rating="C4"), member("G1", "2024-01-01", rating="C1"),
               member("S1", "2024-01-01", program="sco")]  # fmt: skip

    def mds_hc(number, occasion, since, done=None, sent=None, reason=None):
        return assessed(number, done, kind="mds_hc", occasion=occasion, occasion_date=since, submitted_at=sent,
                        not_done_reason=reason)  # fmt: skip

    rows = [
        mds_hc("E1", "enrollment", "2026-01-15", "2026-04-15", "2026-04-20 09:00:00"),  # day 90, sent 5 days later
        mds_hc("E2", "enrollment", "2026-01-15", "2026-04-16"),  # day 91
        mds_hc("E3", "enrollment", "2026-01-10", reason="disenrolled"),
        mds_hc("N1", "annual", "2026-05-01", "2026-05-01", "2026-05-11 09:00:00"),  # on the anniversary
        mds_hc("N2", "annual", "2026-05-01", "2026-05-02"),
        mds_hc("T1", "transitional_living", "2026-05-20", "2026-06-19"),  # day 30
        mds_hc("T2", "transitional_living", "2026-05-21"),  # due 2026-06-20, not done
        mds_hc("G1", "category_change", "2026-05-05", "2026-05-05"),  # no number of days is known
        mds_hc("S1", "annual", "2026-05-05"),  # nor any rule of SCO
    ]
    return result(REPORTS["MH-08"], members=members, assessments=rows, **JUNE)


def test_each_occasion_has_its_own_limit(mds):
    assert numbers(mds, "ENR.DUE", "ENR.TIMELY", "ENR.RATE") == (2, 1, 50)
    assert numbers(mds, "ANN.DUE", "ANN.TIMELY", "ANN.RATE") == (2, 1, 50)
    assert numbers(mds, "TLP.DUE", "TLP.TIMELY", "TLP.RATE") == (2, 1, 50)
    assert numbers(mds, "DUE", "TIMELY", "RATE", "LEFT") == (6, 3, 50, 1)


def test_an_mds_hc_without_a_rule_is_counted_and_not_judged(mds):
    assert numbers(mds, "NO_RULE") == (2,)
    assert numbers(mds, "NO_RULE", "DUE", "RATE", unit="sco") == (1, 0, None)


def test_submission_to_masshealth(mds):
    """E1, E2, N1, N2, T1 and G1 were completed; two were sent, after 5 and 10 days: 33.33 percent, 7.50 days."""
    assert numbers(mds, "COMPLETED", "SUBMITTED", "SUBMITTED.RATE", "SUBMITTED.DAYS") == (6, 2, 33.33, 7.5)
    assert verdict(mds, "MH-08.SENT") == "fails"
    assert "no source column holds it" in elements(mds, "NURSE", period=Q2)["reason"].item()


# --- MH-09 ---


def test_care_plans_in_time_and_agreed():
    """P1 and P7 within 90 days, and P8, whose older refusal no longer counts: 3 / (8 - 1 - 1) = 50 percent."""
    rows = [
        plan("P1", "2026-04-01", "2026-04-20"),  # day 90, agreed
        plan("P2", "2026-04-02"),  # day 91
        plan("P3", not_done_reason="refused"),
        plan("P4", not_done_reason="unable_to_reach", outreach_attempts=3),
        plan("P5", not_done_reason="unable_to_reach", outreach_attempts=2),
        plan("P7", "2026-02-01", "2026-07-05"),  # agreed after the quarter
        plan("P8", not_done_reason="refused"),
        plan("P8", "2026-03-01"),
    ]
    worked = result(REPORTS["MH-09"], members=[member(f"P{n}") for n in range(1, 9)], care_plans=rows, **JUNE)
    assert numbers(worked, "A", "B", "C", "D", "OTHER") == (8, 1, 1, 3, 3)
    assert numbers(worked, "RATE", "RATE.ALL", "AGREED", "AGREED.RATE") == (50, 37.5, 1, 33.33)
    assert {verdict(worked, name) for name in ("MH-09.APART", "MH-09.WITHIN")} == {"holds"}


def test_a_member_who_refused_and_was_not_reached_is_told():
    rows = [plan("P1", not_done_reason="refused"), plan("P1", not_done_reason="unable_to_reach", outreach_attempts=3)]
    worked = result(REPORTS["MH-09"], members=[member("P1")], care_plans=rows, **JUNE)
    assert numbers(worked, "A", "B", "C", "TWICE") == (1, 1, 1, 1)
    assert {verdict(worked, name) for name in ("MH-09.APART", "MH-09.WITHIN")} == {"fails"}


# --- MH-10 ---


def offer(number, day, accepted, invited=None, kind="lts_coordinator", **more):
    return plan(number, "2026-01-10", coordinator_type=kind, coordinator_offered_date=day,
                coordinator_accepted=accepted, coordinator_invited=invited, **more)  # fmt: skip


def test_offer_invitation_and_referral():
    """Five assessed, three offered by 30 June: 60 percent. Two accepted, one of them invited: 50 percent."""
    members = [member("K1"), member("K6"), *(member(one, "2024-01-01") for one in ("K2", "K3", "K4"))]
    offers = [
        offer("K1", "2026-04-01", "Y", "Y", ltss_need="Y", coordinator_assigned_date="2026-04-01"),  # day 90
        offer("K2", "2026-04-01", "N", ltss_need="N"),
        offer("K4", "2026-07-01", "Y", "Y"),  # after the quarter
        offer("K6", "2026-04-01", "Y", "N", ltss_need="Y", coordinator_assigned_date="2026-04-02"),  # day 91
    ]
    rows = [assessed(one, "2026-05-01") for one in ("K1", "K2", "K3", "K4", "K6")]
    worked = result(REPORTS["MH-10"], members=members, assessments=rows, care_plans=offers, **JUNE)
    assert numbers(worked, "ASSESSED", "OFFERED", "OFFERED.RATE") == (5, 3, 60)
    assert numbers(worked, "ACCEPTED", "INVITED", "INVITED.RATE") == (2, 1, 50)
    assert numbers(worked, "NEED", "REFERRED", "REFERRED.RATE") == (2, 1, 50)
    assert verdict(worked, "MH-10.OFFERED") == "fails"  # K3 and K4
    assert {verdict(worked, name) for name in ("MH-10.ACCEPTED", "MH-10.KIND")} == {"holds"}


def test_an_answer_without_an_offer_and_the_other_programs_coordinator_are_told():
    worked = result(REPORTS["MH-10"], members=[member("K1", "2024-01-01")],
                    assessments=[assessed("K1", "2026-05-01")],
                    care_plans=[offer("K1", None, "Y", kind="gssc")], **JUNE)  # fmt: skip
    assert numbers(worked, "ACCEPTED", "OFFERED", "WRONG_KIND") == (1, 0, 1)
    assert {verdict(worked, name) for name in ("MH-10.ACCEPTED", "MH-10.KIND")} == {"fails"}


# --- MH-06: person-centered planning, access ---


def service(number, member_id, kind, approved, begun=None, ended=None, hours=(None, None)):
    return {"service_id": number, "member_id": member_id, "service": kind, "approved_date": approved,
            "service_from": begun, "service_to": ended, "hours_authorized": hours[0], "hours_provided": hours[1]}  # fmt: skip


def _services_of_a_year() -> dict:
    members = [member("E1", "2026-01-01"), member("E2", "2026-01-02"), member("E6", "2024-01-01", "2026-11-30"),
               *(member(one, "2024-01-01") for one in ("E3", "E4", "E5", "E7"))]  # fmt: skip
    services = [
        service("L0", "E1", "personal_care", "2026-02-01", "2026-02-01"),
        service("L1", "E3", "homemaker", "2026-01-10", "2026-01-20", hours=(100.0, 80.0)),  # 10 days
        service("L2", "E3", "homemaker", "2026-06-01", "2026-06-06", hours=(50.0, 50.0)),  # not the first of the year
        service("L3", "E4", "homemaker", "2026-02-01", "2026-02-21", hours=(200.0, 120.0)),  # 20 days
        service("L4", "E2", "homemaker", "2026-03-01", hours=(50.0, None)),  # not begun
        service("L5", "E2", "adult_day_health", "2026-01-05", "2026-01-06"),
        service("L6", "E5", "nursing_facility", "2025-01-01", "2025-01-02"),
        service("L7", "E6", "homemaker", "2025-01-01", "2025-01-08", "2025-12-31", hours=(70.0, 70.0)),  # of 2025
        service("L8", "E6", "other", "2025-01-01", "2025-01-08"),
        service("L9", "E7", "homemaker", "2025-11-01", "2025-11-08", "2026-01-01"),  # without hours
    ]
    visits = [assessed("E3", "2026-05-01"), assessed("E4", "2026-06-01", kind="mds_hc"), assessed("E7", "2025-12-31")]
    plans = [plan("E3", "2026-05-01"), plan("E4", "2026-05-31"), plan("E7", "2026-05-31")]
    return {"members": members, "ltss_services": services, "assessments": visits, "care_plans": plans}


@pytest.fixture(scope="module")
def hcbs():
    return result(REPORTS["MH-06"], **_services_of_a_year())


def test_who_is_due_for_the_yearly_reassessment(hcbs):
    """On 2026-12-31 E1 has 365 days and is due, E2 has 364; E5 lives in a facility, E6 has left.

    Of E1, E3, E4 and E7 two were reassessed in 2026 (50 percent), and one of them had the care plan reviewed on
    the same day (25 percent); E4's review was a day too early.
    """
    assert case_ids(hcbs, "PCP.D") == ["E1", "E3", "E4", "E7"]
    assert numbers(hcbs, "PCP-1.N", "PCP-1", "PCP-2.N", "PCP-2", period="2026") == (2, 50, 1, 25)
    assert (verdict(hcbs, "MH-06.PCP-1", "2026"), verdict(hcbs, "MH-06.PCP-2", "2026")) == ("fails", "fails")


def test_days_from_approval_to_start_are_days(hcbs):
    """10 and 20 days: 15.00 on average, not 1,500 percent as the form would show."""
    assert numbers(hcbs, "HAPCH-1.HMK", "HAPCH-1.PC", period="2026") == (15, 0)
    shown = elements(hcbs, "HAPCH-1.HMK")
    assert (shown["kind"].item(), shown["cases"].item()) == ("days", 2)
    assert elements(hcbs, "HAPCH-1.HAB")["reason"].item() == "no case to take it from"


def test_hours_of_a_service_that_has_not_begun_count_as_authorized(hcbs):
    """100 + 50 + 200 + 50 hours authorized, 80 + 50 + 120 + 0 given: 250 / 400 = 62.50 percent."""
    codes = [f"HAPCH-2.HMK{part}" for part in (".D", ".N", "")]
    assert numbers(hcbs, *codes, period="2026") == (400, 250, 62.5)
    assert verdict(hcbs, "MH-06.HAPCH-2.HMK", "2026") == "holds"
    assert elements(hcbs, "LTSS-6")["state"].item() == "not computed"


def test_postgresql_gives_the_same(hcbs):
    with open_engine("PostgreSQL") as engine:
        other = compute(REPORTS["MH-06"], tables(**_services_of_a_year()), EVERY_COLUMN, 2026, date(2026, 12, 31), {},
                        engine)  # fmt: skip
    assert_frame_equal(other.elements, hcbs.elements)
    assert_frame_equal(other.checks, hcbs.checks)


def test_more_hours_than_authorized_are_told():
    kinds = {"homemaker": "HMK", "home_health_aide": "HHA", "personal_care": "PC", "habilitation": "HAB"}
    services = [service(kind, "O1", kind, "2026-01-01", "2026-01-02", hours=(10.0, 10.5)) for kind in kinds]
    worked = result(REPORTS["MH-06"], ltss_services=services)
    for code in kinds.values():
        assert check(worked, f"MH-06.HAPCH-2.{code}") == "fails"
        assert value(worked, f"HAPCH-2.{code}") == 105
