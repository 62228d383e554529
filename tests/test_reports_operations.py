"""MH-12, MH-13, MH-15, MH-16 and MH-20, and the grievance and appeal log, worked out by hand.

Members are those of report_tables: O1 and O2 in One Care, S1 in SCO with Medicare, N1 with MassHealth only.
"""

from datetime import date

import pytest

from auditkit.reports.log import log_rows
from auditkit.rules.mds_hc import load_mds_hc
from auditkit.rules.report_catalogue import load_catalogue
from report_tables import EVERY_COLUMN, MEMBERS, case_ids, elements, result, tables, value

REPORTS = load_catalogue()
Q2 = "2026Q2"
SECOND_QUARTER = {"through": date(2026, 6, 30)}


def numbers(worked, *codes, unit="all", period=Q2):
    return tuple(value(worked, code, unit, period) for code in codes)


def verdict(worked, check_id, unit="all", period=Q2):
    rows = worked.checks
    mine = (rows["check"] == check_id) & (rows["unit"] == unit) & (rows["period"] == period)
    return rows.loc[mine, "result"].item()


# --- MH-12 and the log ---


def appeal(case_id, member="O1", received="2026-04-01 10:00:00", answer=None, outcome="denied", **more):
    decided = {"status": "decided", "determination": outcome, "decided_at": answer, "written_notified_at": answer}
    row = {"case_id": case_id, "member_id": member, "appeal_type": "pre_service", "part_b_drug": "N",
           "benefit": "medicare", "received_at": received, "requester": "enrollee", "priority": "standard",
           "extension_taken": "N", "status": "pending", "issue_description": "A denied wheelchair."}  # fmt: skip
    return row | (decided if answer else {}) | more


def grievance(case_id, received="2026-04-01 10:00:00", answer=None, **more):
    told = {"status": "resolved", "resolved_at": answer, "oral_notified_at": answer, "written_notified_at": answer,
            "resolution_description": "Explained."}  # fmt: skip
    row = {"case_id": case_id, "member_id": "O1", "part": "C", "received_at": received, "received_how": "oral",
           "filed_by": "enrollee", "priority": "standard", "extension_taken": "N", "quality_of_care": "N",
           "accommodation": "N", "status": "pending", "issue_description": "A late ride."}  # fmt: skip
    return row | (told if answer else {}) | more


NAMED = [row | {"first_name": "Ana", "last_name": "Example"} for row in MEMBERS]
APPEALS = [
    appeal("P1", answer="2026-05-01 12:00:00", review_dates="2026/04/20"),  # day 30
    appeal("P2", answer="2026-05-02 12:00:00", outcome="approved"),  # day 31, and no dates of review
    appeal("P3", answer="2026-05-02 12:00:00", outcome="dismissed", review_dates="2026/04/20"),
    appeal("P4", received="2026-06-20 10:00:00"),
    appeal("P0", received="2026-03-01 10:00:00", answer="2026-03-10 12:00:00", review_dates="2026/03/05"),
]
GRIEVANCES = [
    grievance("G1", answer="2026-05-01 12:00:00", review_dates="2026/04/20", accommodation="Y"),  # day 30
    grievance("G2", answer="2026-05-02 12:00:00", review_dates="2026/04/20"),  # day 31
    grievance("G3", received="2026-03-30 10:00:00", answer="2026-04-10 12:00:00", review_dates="2026/04/20"),
    grievance("G4", received="2026-06-20 10:00:00"),
]


@pytest.fixture(scope="module")
def logged():
    ltss = [{"service_id": "L1", "member_id": "O1", "service": "homemaker", "service_from": "2025-01-01"}]
    timeless = {"received": "2026-02-02 10:00:00", "answer": "2026-02-03", "priority": "expedited"}
    return result(REPORTS["MH-12"], members=NAMED, appeals=[*APPEALS, appeal("P9", **timeless)],
                  grievances=[*GRIEVANCES, grievance("G9", **timeless)], ltss_services=ltss, **SECOND_QUARTER)  # fmt: skip


def test_counts_beside_the_log(logged):
    """Appeals: two decided, one of them in time. Grievances: three resolved, two in time (66.67 percent)."""
    worked = logged
    codes = ("RECEIVED", "RESOLVED", "OPEN", "TESTED", "TIMELY", "TIMELY.RATE", "LTSS")
    assert numbers(worked, *(f"A.{code}" for code in codes)) == (4, 2, 1, 2, 1, 50, 4)
    assert numbers(worked, *(f"G.{code}" for code in codes)) == (3, 3, 1, 3, 2, 66.67, 3)
    assert numbers(worked, "A.DISMISSED", "G.ADA", "LOG.ROWS", "LOG.LACKING") == (1, 1, 8, 1)
    assert [verdict(worked, f"MH-12.{name}") for name in ("LOG", "A.CLOCKS", "G.CLOCKS")] == ["fails", "holds", "holds"]


def test_a_clock_that_cannot_be_tested_is_told(logged):
    """P9 and G9 of February, expedited and without a time of day: 72 hours (24 of a grievance) cannot be counted.

    Beside P9 the appeal P0 was decided in the first quarter, and could be tested.
    """
    codes = ("A.RESOLVED", "A.TESTED", "G.RESOLVED", "G.TESTED")
    assert numbers(logged, *codes, period="2026Q1") == (2, 1, 1, 0)
    told = [verdict(logged, f"MH-12.{name}", period="2026Q1") for name in ("A.CLOCKS", "G.CLOCKS")]
    assert told == ["fails", "fails"]


def test_the_log_has_the_six_fields_and_says_what_is_missing():
    """42 CFR 438.416(b): reason, date received, dates of review, resolution and its date at each level, name."""
    heard = {"ire_outcome": "upheld", "ire_decided_at": "2026-06-01 10:00:00", "fair_hearing_outcome": "overturned",
             "fair_hearing_decided_at": "2026-06-20 10:00:00"}  # fmt: skip
    rows = [appeal("P1", answer="2026-05-01 12:00:00", review_dates="2026/04/20;2026/05/01", **heard), *APPEALS[1:]]
    sources = tables(members=NAMED, appeals=rows, grievances=GRIEVANCES)
    log = log_rows(sources, 2026, date(2026, 6, 30)).set_index("case_id")
    assert log.loc["P1", ["reason", "received", "review_dates", "covered_person"]].to_list() == [
        "A denied wheelchair.", "2026/04/01", "2026/04/20;2026/05/01", "Ana Example"]  # fmt: skip
    levels = [f"{level}_{what}" for level in ("plan", "ire", "hearing") for what in ("resolution", "resolved")]
    assert log.loc["P1", levels].to_list() == [
        "denied", "2026/05/01", "upheld", "2026/06/01", "overturned", "2026/06/20"]  # fmt: skip
    assert log.loc["P2", "lacks"] == "the dates of review"
    assert log.loc["P4", "lacks"] == ""  # nothing is decided yet
    assert list(log.index) == ["P0", "G3", "P1", "P2", "P3", "G1", "G2", "P4", "G4"]


def test_the_log_of_a_year_holds_what_was_open_from_the_year_before():
    rows = [appeal("OLD", received="2025-12-30 10:00:00"), appeal("DONE", received="2025-11-01 10:00:00",
                                                                  answer="2025-11-20 10:00:00")]  # fmt: skip
    log = log_rows(tables(appeals=rows), 2026, date(2026, 6, 30))
    assert log[["case_id", "covered_person", "lacks"]].to_numpy().tolist() == [
        ["OLD", None, "the name of the covered person"]]  # fmt: skip


# --- MH-13: five requests, two reversed (one in part), two upheld, one withdrawn ---


def hearing(number, outcome, asked="2026-04-10 09:00:00", told="2026-03-01 12:00:00", heard="2026-06-01 09:00:00"):
    return appeal(f"H{number}", member="N1", received="2025-08-10 10:00:00", answer=told, benefit="medicaid",
                  primary_payer="masshealth", fair_hearing_requested_at=asked, fair_hearing_outcome=outcome,
                  fair_hearing_decided_at=heard)  # fmt: skip


def reversal(number, done, notice="2026-06-02 10:00:00"):
    return {"case_id": f"E{number}", "member_id": "N1", "part": "C", "appeal_id": f"H{number}",
            "request_kind": "pre_service", "part_b_drug": "N", "priority": "standard",
            "overturned_by": "fair_hearing", "overturn_received_at": notice, "effectuated_at": done}  # fmt: skip


@pytest.fixture(scope="module")
def heard():
    outcomes = ["overturned", "partially_overturned", "upheld", "upheld", "withdrawn"]
    rows = [hearing(n, outcome) for n, outcome in enumerate(outcomes)]
    rows[0] |= {"aid_pending": "Y", "ire_forwarded_at": "2026-03-01 13:00:00"}
    adverse = [appeal(f"D{n}", member="N1", answer="2026-04-20 12:00:00", benefit="medicaid") for n in range(10)]
    adverse[0] |= {"benefit": "medicare", "primary_payer": "both"}
    medicare = [appeal("M1", answer="2026-04-20 12:00:00", primary_payer="medicare")]
    # 72 hours to the second, and one second more
    done = [reversal(0, "2026-06-05 10:00:00"), reversal(1, "2026-06-05 10:00:01")]
    # in the first quarter: no outcome, asked for 121 days after the notice, carried out without a time of day
    wrong = [hearing(9, None, told="2025-09-10 12:00:00", asked="2026-01-09 09:00:00", heard="2026-02-01 09:00:00")]
    done.append(reversal(9, "2026-02-03", notice="2026-02-02 10:00:00"))
    return result(REPORTS["MH-13"], appeals=rows + adverse + medicare + wrong, effectuations=done, **SECOND_QUARTER)


def test_hearings_of_the_example(heard):
    """Reversal rate 2 / (2 + 2) = 50 percent; five requests after ten adverse decisions of the quarter: 50 percent."""
    worked = heard
    assert numbers(worked, "ADVERSE", "REQUESTS", "REQUEST.RATE") == (10, 5, 50)
    assert numbers(worked, "ENDED", "FAVORABLE", "PARTIAL", "UPHELD", "RETRACTED", "DISMISSED") == (5, 1, 1, 2, 1, 0)
    assert numbers(worked, "REVERSAL.RATE", "AID", "IRE", "OPEN", "FILED.120") == (50, 1, 1, 0, 5)
    assert numbers(worked, "OPEN", period="2026Q1") == (0,)
    assert numbers(worked, "REVERSALS", "EFFECTUATED.TIMELY", "EFFECTUATED.LATE", "EFFECTUATED.RATE") == (2, 1, 1, 50)
    assert [verdict(worked, f"MH-13.{name}") for name in ("SUM", "FILED", "CLOCK", "72")] == [
        "holds", "holds", "holds", "fails"]  # fmt: skip


def test_what_is_wrong_with_a_hearing_is_told(heard):
    """Ended without an outcome; asked for 121 days after the notice of 2025-09-10; carried out without a time."""
    codes = ("ENDED", "REQUESTS", "FILED.120", "REVERSALS", "EFFECTUATED.LATE")
    assert numbers(heard, *codes, period="2026Q1") == (1, 1, 0, 1, 0)
    told = [verdict(heard, f"MH-13.{name}", period="2026Q1") for name in ("SUM", "FILED", "CLOCK")]
    assert told == ["fails"] * 3


# --- MH-15: thresholds met to the last call ---


def day(queue, program, offered, answered, quick, abandoned, dropped, wait, on="2026-05-01", **more):
    counts = {"offered": offered, "answered": answered, "answered_in_30_seconds": quick, "abandoned": abandoned,
              "disconnected": dropped, "wait_seconds": wait}  # fmt: skip
    return {"queue": queue, "program": program, "call_date": on} | counts | more


def test_call_statistics_on_the_federal_thresholds():
    """76 / 95 = 80.00 percent, 11,400 s / 95 = 120.00 s, 5 / 100 = 5.00 percent: met; one call or second more: not."""
    rows = [
        day("A", "one_care", 60, 57, 46, 3, 3, 6_840, interpreter_calls=4, tty_calls=1),
        day("A", "one_care", 40, 38, 30, 2, 2, 4_560, on="2026-05-02", interpreter_calls=1, tty_calls=1),
        day("B", "sco", 100, 95, 75, 6, 6, 11_401),
        day("C", "sco_medicaid", 10, 5, 6, 1, 0, 10),
        day("Help desk", None, 500, 500, 0, 0, 0, 0),  # serves several programs
    ]
    worked = result(REPORTS["MH-15"], calls=rows, **SECOND_QUARTER)
    shown = ("OFFERED", "ANSWERED", "SERVICE_LEVEL", "HOLD", "DISCONNECT.RATE", "ABANDONMENT", "INTERPRETER", "TTY")
    assert numbers(worked, *shown, unit="one_care") == (100, 95, 80, 120, 5, 5, 5, 2)
    assert numbers(worked, "OFFERED", "ANSWERED.30", "ABANDONED", "DISCONNECTED", "WAIT") == (210, 157, 12, 11, 22_811)
    names = ("SUM", "SERVICE_LEVEL", "HOLD", "DISCONNECT")
    assert {verdict(worked, f"MH-15.{name}", "one_care") for name in names} == {"holds"}
    assert {verdict(worked, f"MH-15.{name}", "sco") for name in names} == {"fails"}
    assert verdict(worked, "MH-15.30", "sco_medicaid") == "fails"  # more quick answers than answers


# --- MH-16 ---


def request(case_id, outcome=None, answered="2026-04-05 12:00:00", member="O1", **more):
    decided = {"status": "decided", "determination": outcome, "decided_at": answered, "written_notified_at": answered}
    row = {"case_id": case_id, "member_id": member, "request_type": "pre_service", "part_b_drug": "N",
           "prior_authorization": "Y", "benefit": "medicaid", "service_category": "dental",
           "received_at": "2026-04-01 10:00:00", "requester": "enrollee", "priority": "standard",
           "priority_requested": "standard", "extension_taken": "N", "status": "pending"}  # fmt: skip
    return row | (decided if outcome else {}) | more


def action(case_id, kind, effective, on="2026-05-01"):
    return {"case_id": case_id, "member_id": "O1", "action": kind, "decided_at": f"{on} 10:00:00",
            "notice_sent_at": f"{on} 12:00:00", "effective_date": effective, "exception": "none"}  # fmt: skip


@pytest.fixture(scope="module")
def utilization():
    rows = [
        request("A1", "approved"),
        request("A2", "denied", service_category="ltss", priority="expedited", denial_reason="medical_necessity"),
        request("A3", "partially_denied", denial_reason="not_covered"),
        request("A4", status="withdrawn"),
        request("A5", received_at="2026-06-29 10:00:00"),
        request("A6", "dismissed", member="N1"),
        request("A0", "approved", received_at="2026-03-31 10:00:00"),  # of the first quarter
    ]
    actions = [action("T1", "reduction", "2026-05-11"), action("T2", "termination", "2026-05-10")]  # 10 and 9 days
    services = [{"service_id": f"L{n}", "member_id": "O1", "service": kind, "approved_date": "2026-05-01",
                 "hours_requested": 100.0, "hours_authorized": 80.0}
                for n, kind in enumerate(("personal_care", "homemaker", "home_health_aide", "habilitation"))]  # fmt: skip
    # in the first quarter: codes intake would have set aside, a missing kind of service, a missing reason, more hours
    early = {"received_at": "2026-02-01 10:00:00", "answered": "2026-02-05 12:00:00"}
    rows += [request("B1", "elsewhere", service_category="spa", priority="soon", **early),
             request("B2", "denied", service_category=None, **early),
             request("B3", "denied", denial_reason="mood", **early)]  # fmt: skip
    actions.append(action("T3", "pause", "2026-02-02", on="2026-02-01"))
    services += [{"service_id": kind, "member_id": "O1", "service": kind, "approved_date": "2026-02-01",
                  "hours_requested": 10.0, "hours_authorized": 11.0}
                 for kind in ("personal_care", "homemaker", "home_health_aide")]  # fmt: skip
    return result(REPORTS["MH-16"], authorizations=rows, reductions=actions, ltss_services=services, **SECOND_QUARTER)


def test_requests_by_outcome_priority_and_kind_of_service(utilization):
    outcomes = ("REQ", "APPROVED", "PARTIAL", "DENIED", "DISMISSED", "WITHDRAWN", "PENDING", "NOT_STATED")
    assert numbers(utilization, *outcomes) == (6, 1, 1, 1, 1, 1, 1, 0)
    assert numbers(utilization, "DENIAL.RATE") == (66.67,)  # (1 + 1) / (1 + 1 + 1)
    assert numbers(utilization, "STD", "STD.APPROVED", "STD.PARTIAL", "STD.DENIED") == (5, 1, 1, 0)
    assert numbers(utilization, "EXP", "EXP.DENIED") == (1, 1)
    assert numbers(utilization, "SVC.h", "SVC.h.APPROVED", "SVC.h.PARTIAL") == (5, 1, 1)
    assert numbers(utilization, "SVC.g", "SVC.g.DENIED", "SVC.o") == (1, 1, 0)
    assert numbers(utilization, "REASON.MN", "REASON.NC") == (1, 1)
    assert case_ids(utilization, "REASON.NC") == ["A3"]
    assert numbers(utilization, "REQ", "DISMISSED", unit="sco_medicaid") == (1, 1)


def test_decisions_in_time_are_those_of_the_clocks(utilization):
    """A1 and A3: 4 of 7 days. A2, expedited, was told after 98 hours. Withdrawn, open, dismissed: not tested."""
    assert numbers(utilization, "STD.TESTED", "STD.TIMELY", "STD.TIMELY.RATE") == (2, 2, 100)
    assert numbers(utilization, "EXP.TESTED", "EXP.TIMELY", "EXP.TIMELY.RATE") == (1, 0, 0)


def test_ten_days_of_notice_and_ltss_hours(utilization):
    """Notice on 2026-05-01: an action on 05-11 has its 10 days, one on 05-10 has not: 50 percent."""
    assert numbers(utilization, "TSR", "TSR.REDUCTION", "TSR.SUSPENSION", "TSR.TERMINATION") == (2, 1, 0, 1)
    assert numbers(utilization, "TSR.TESTED", "TSR.TIMELY", "TSR.RATE") == (2, 1, 50)
    for kind in ("PC", "HMK", "HHA"):
        assert numbers(utilization, f"LTSS.{kind}.ASKED", f"LTSS.{kind}.AUTHORIZED") == (100, 80)
    must = utilization.checks[(utilization.checks["kind"] == "must") & (utilization.checks["period"] == Q2)]
    assert set(must["result"]) == {"holds"}
    assert verdict(utilization, "MH-16.NOTICE") == "fails"


def test_every_check_of_the_um_report_fires(utilization):
    rows = utilization.checks
    early = rows[(rows["unit"] == "all") & (rows["period"] == "2026Q1")]
    assert set(early["result"]) == {"fails"}, early[early["result"] != "fails"]["check"].tolist()


# --- MH-20 ---


def claim(number, paid, member="O1", contracted="N", clean="Y", **more):
    benefit = "medicaid" if member == "N1" else "medicare"
    return {"case_id": f"C{member}{clean}{number}", "member_id": member, "claim_type": "provider_claim",
            "contracted": contracted, "clean": clean, "benefit": benefit, "received_at": "2026-04-01 10:00:00",
            "requester": "contract_provider" if contracted == "Y" else "noncontract_provider", "status": "decided",
            "determination": "approved", "decided_at": paid, "paid_at": paid, "interest_paid": "N",
            "provider_notified_at": paid, "enrollee_notified_at": paid} | more  # fmt: skip


DAYS = {30: "2026-05-01 10:00:00", 31: "2026-05-02 10:00:00", 60: "2026-05-31 10:00:00", 61: "2026-06-01 10:00:00",
        90: "2026-06-30 10:00:00", 91: "2026-07-01 10:00:00"}  # fmt: skip
"""Days from 2026-04-01."""


FIRST_QUARTER = {30: "2026-01-31 10:00:00", 31: "2026-02-01 10:00:00", 61: "2026-03-03 10:00:00",
                 91: "2026-04-02 10:00:00"}  # fmt: skip
"""Days from 2026-01-01."""


@pytest.fixture(scope="module")
def claims():
    rows = [claim(n, DAYS[30]) for n in range(19)] + [claim(19, DAYS[31], interest_paid="Y")]
    rows += [claim(0, DAYS[60], clean="N"), claim("K", DAYS[91], contracted="Y")]  # limits of a contract are not ours
    rows += [claim(n, DAYS[30], "N1", "Y") for n in range(9)] + [claim(9, DAYS[90], "N1", "Y")]
    open_yet = {"received_at": "2026-06-20 10:00:00", "status": "pending", "determination": None}
    rows += [claim(30, None, **open_yet), claim(31, "2026-07-05 10:00:00", received_at="2026-07-01 10:00:00")]
    return result(REPORTS["MH-20"], claims=rows + _claims_past_their_thresholds(), **SECOND_QUARTER)


def _claims_past_their_thresholds() -> list[dict]:
    days, rows = FIRST_QUARTER, []

    def add(number, paid, *about, **more):
        row = claim(number, paid, *about, received_at="2026-01-01 10:00:00", **more)
        rows.append(row | {"case_id": f"{row['case_id']}-early"})

    for number in range(20):
        add(number, days[30] if number < 18 else days[31])
    add(0, days[61], clean="N")
    for number in range(10):
        add(number, {8: days[31], 9: days[91]}.get(number, days[30]), "N1")
    return rows


def test_claims_on_their_thresholds(claims):
    """19 of 20 clean noncontract claims in 30 days: 95.00. 9 of 10 clean Medicaid claims in 30, all in 90 days."""
    worked = claims
    assert numbers(worked, "NC.TESTED", "NC.TIMELY", "NC.RATE", "NO_INTEREST") == (20, 19, 95, 0)
    assert numbers(worked, "NC.OTHER.TESTED", "NC.OTHER.TIMELY", "NC.OTHER.RATE") == (1, 1, 100)
    assert numbers(worked, "MH30.TESTED", "MH30.TIMELY", "MH30.RATE") == (10, 9, 90)
    assert numbers(worked, "MH90.TESTED", "MH90.TIMELY", "MH90.RATE") == (10, 10, 100)
    assert numbers(worked, "OPEN", "NOT_TESTABLE") == (1, 0)
    assert set(worked.checks.query(f"unit == 'all' and period == '{Q2}'")["result"]) == {"holds"}


def test_claims_past_their_thresholds(claims):
    """18 of 20, 0 of 1, 8 of 10 and 9 of 10: every check fails; two late claims were paid without interest."""
    codes = ("NC.RATE", "NC.OTHER.TIMELY", "NC.OTHER.RATE", "MH30.RATE", "MH90.RATE", "NO_INTEREST")
    assert numbers(claims, *codes, period="2026Q1") == (90, 0, 0, 80, 90, 2)
    assert set(claims.checks.query("unit == 'all' and period == '2026Q1'")["result"]) == {"fails"}


# --- the data behind them ---

MINE = ("MH-06", "MH-07", "MH-08", "MH-09", "MH-10", "MH-12", "MH-13", "MH-14", "MH-15", "MH-16", "MH-20")


def test_limits_of_the_mds_hc_are_marked_as_what_they_are():
    """Demonstration-era One Care only; nothing is invented for SCO or for a change of category."""
    limits = load_mds_hc().limits
    assert {(limit.program, limit.status) for limit in limits} == {("one_care", "read_secondary")}
    days = {(limit.category, limit.occasion): limit.days for limit in limits}
    assert days == {("C2", "enrollment"): 90, ("C3", "enrollment"): 90, ("C2", "annual"): 0, ("C3", "annual"): 0,
                    ("C4", "transitional_living"): 30}  # fmt: skip


def test_a_missing_column_disables_what_needs_it_and_nothing_else():
    """Without the disconnected calls their count and rate are absent; the calls offered, of which none came, are 0."""
    columns = EVERY_COLUMN - {"calls.disconnected"}
    worked = result(REPORTS["MH-15"], available=columns, **SECOND_QUARTER)
    absent = worked.elements[worked.elements["state"] != "computed"]
    assert set(absent["code"]) == {"DISCONNECTED", "DISCONNECT.RATE"}
    assert numbers(worked, "OFFERED", "SERVICE_LEVEL", "DISCONNECTED") == (0, None, None)
    assert verdict(worked, "MH-15.DISCONNECT") == "not checked"
    assert elements(worked, "SERVICE_LEVEL", period=Q2)["reason"].item() == "the denominator is zero"


@pytest.mark.parametrize("report", MINE)
def test_each_report_says_how_well_it_is_known(report):
    """None of these layouts and dates was found: each says so, where it comes from and what to ask EOHHS for."""
    entry = REPORTS[report]
    assert entry.ask and entry.provenance and not entry.due.date
    assert entry.layout == {"MH-06": "located", "MH-08": "not_needed"}.get(report, "not_located")
