"""Every rule the engine runs: one unit inside its limit, on it, and one unit past it.

The last timely moment of each case was worked out by hand from the paragraph cited:
day clocks count from the day after receipt through the end of day N; hour clocks count hours
on the clock, so 72 hours over the March weekend end an hour later on the wall, and over the
November weekend an hour earlier.
"""

from datetime import datetime, timedelta

import pytest
from worked import members, source_table, universe_table

from auditkit.clocks import source_verdicts, universe_verdicts
from auditkit.rules.clock_rules import load_clock_table

OD = {"member_id": "M1", "request_type": "pre_service", "part_b_drug": "N", "requester": "enrollee",
      "priority": "standard", "status": "decided", "determination": "approved"}  # fmt: skip
APPEAL = {"member_id": "M1", "appeal_type": "pre_service", "part_b_drug": "N", "requester": "enrollee",
          "priority": "standard", "status": "decided", "determination": "approved"}  # fmt: skip
GRIEVANCE = {"member_id": "M1", "part": "C", "received_how": "oral", "filed_by": "enrollee", "priority": "standard",
             "quality_of_care": "N", "status": "resolved"}  # fmt: skip
CLAIM = {"member_id": "M1", "claim_type": "provider_claim", "contracted": "N", "clean": "Y",
         "requester": "noncontract_provider", "status": "decided", "determination": "approved"}  # fmt: skip
REVERSAL = {"member_id": "M1", "request_kind": "pre_service", "part_b_drug": "N", "priority": "standard",
            "overturned_by": "ire"}  # fmt: skip
COVERAGE = {"member_id": "M1", "drug": "Apixaban 5 mg tablet", "request_type": "benefit", "requester": "prescriber",
            "priority": "standard", "status": "decided", "determination": "denied"}  # fmt: skip
EXCEPTION = COVERAGE | {"request_type": "exception", "received_at": "2026-07-01 10:00:00"}
PAYMENT, APPROVED, PART_D = {"request_type": "payment"}, {"determination": "approved"}, {"part": "D"}
NOTICE = {"written_notified_at": "2026-07-30 10:00:00"}  # long after every limit of a case received on July 1
EXPEDITED, DRUG, DENIED = {"priority": "expedited"}, {"part_b_drug": "Y"}, {"determination": "denied"}
MEDICAID = {"member_id": "M2"}
MA = "ma"  # a plain Medicare Advantage case is worked on the same row under the program ma

# rule, table, facts, start event, start, stop event, last timely stop, the arithmetic
CASES = [
    ("AIP-IOD-STD-PA-2025", "authorizations", OD, "received_at", "2025-12-31 23:59:59", "written_notified_at",
     "2026-01-14", "received in 2025: 14 days; Dec 31 + 14 = Jan 14"),
    ("AIP-IOD-STD-PA", "authorizations", OD, "received_at", "2026-01-01 00:00:00", "written_notified_at",
     "2026-01-08", "received in 2026: 7 days; Jan 1 + 7 = Jan 8"),
    ("AIP-IOD-STD-NOPA", "authorizations", OD | {"prior_authorization": "N"}, "received_at", "2026-02-16 08:00:00",
     "written_notified_at", "2026-03-02", "14 days; February 2026 has 28: Feb 16 + 14 = Mar 2"),
    ("AIP-IOD-EXP", "authorizations", OD | EXPEDITED, "received_at", "2026-03-06 15:00:00", "oral_notified_at",
     "2026-03-09 16:00:00", "72 h over the spring change: 15:00 EST Friday is 16:00 EDT Monday"),
    ("AIP-IOD-PARTB-STD", "authorizations", OD | DRUG, "received_at", "2025-10-31 15:00:00", "written_notified_at",
     "2025-11-03 14:00:00", "72 h over the autumn change: 15:00 EDT Friday is 14:00 EST Monday"),
    ("AIP-IOD-PARTB-EXP", "authorizations", OD | DRUG | EXPEDITED, "received_at", "2026-05-04 09:30:00",
     "oral_notified_at", "2026-05-05 09:30:00", "24 h"),
    ("AIP-IOD-EXP-WRITTEN", "authorizations", OD | EXPEDITED | DENIED | {"received_at": "2026-05-04 09:00:00"},
     "oral_notified_at", "2026-05-05 09:00:00", "written_notified_at", "2026-05-08", "3 days after the oral notice"),
    ("C-OD-STD-PA-2025", MA, ("OD", {"N": "S", "J": "N"}), "H", "2025-12-31", "T", "2026-01-14", "14 days"),
    ("C-OD-STD-PA", MA, ("OD", {"N": "S", "J": "N"}), "H", "2026-01-01", "T", "2026-01-08", "7 days"),
    ("C-OD-EXP", MA, ("OD", {"N": "E", "J": "N"}), "H", "2026-07-01 10:00:00", "R", "2026-07-04 10:00:00", "72 h"),
    ("C-OD-PARTB-STD", MA, ("OD", {"N": "S", "J": "Y"}), "H", "2026-07-01 10:00:00", "T", "2026-07-04 10:00:00",
     "72 h"),
    ("C-OD-PARTB-EXP", MA, ("OD", {"N": "E", "J": "Y"}), "H", "2026-07-01 10:00:00", "R", "2026-07-02 10:00:00",
     "24 h"),
    ("C-OD-EXP-WRITTEN", MA, ("OD", {"N": "E", "J": "N", "M": "Denied", "H": "2026-07-01 09:00:00"}), "R",
     "2026-07-02 09:00:00", "T", "2026-07-05", "3 days after the oral notice"),
    ("C-REC-STD", MA, ("RECON", {"N": "S", "J": "N"}), "H", "2026-01-30", "T", "2026-03-01", "Jan 30 + 30 = Mar 1"),
    ("C-REC-PARTB", MA, ("RECON", {"N": "S", "J": "Y"}), "H", "2026-07-01", "T", "2026-07-08", "7 days"),
    ("C-REC-EXP", MA, ("RECON", {"N": "E", "J": "N"}), "H", "2026-07-01 10:00:00", "R", "2026-07-04 10:00:00", "72 h"),
    ("C-REC-EXP-PARTB", MA, ("RECON", {"N": "E", "J": "Y"}), "H", "2026-07-01 10:00:00", "R", "2026-07-04 10:00:00",
     "72 h"),
    ("C-IRE-EXP", MA, ("RECON", {"N": "E", "J": "N", "M": "Denied", "H": "2026-07-01 10:00:00"}), "P",
     "2026-07-02 11:00:00", "X", "2026-07-03 11:00:00", "24 h from the affirmation"),
    ("C-EFF-PLAN", MA, ("RECON", {"N": "S", "J": "N"}), "H", "2026-07-01", "V", "2026-07-31", "30 days of receipt"),
    ("C-EFF-PLAN-EXP", MA, ("RECON", {"N": "E", "J": "N"}), "H", "2026-07-01 10:00:00", "V", "2026-07-04 10:00:00",
     "72 h of receipt"),
    ("C-G-STD", MA, ("GRV_C", {"L": "S"}), "H", "2026-07-01", "R", "2026-07-31", "30 days"),
    ("C-G-EXP", MA, ("GRV_C", {"L": "E"}), "H", "2026-07-01 10:00:00", "R", "2026-07-02 10:00:00", "24 h"),
    ("C-REC-PAY", MA, ("PYMT_C", {"K": "RECON", "T": "E"}), "H", "2026-07-01", "O", "2026-08-30", "60 days"),
    ("M-AUTH-STD-2025", "authorizations", OD | MEDICAID, "received_at", "2025-12-31 12:00:00", "written_notified_at",
     "2026-01-14", "14 days"),
    ("M-AUTH-STD", "authorizations", OD | MEDICAID, "received_at", "2026-01-01 12:00:00", "written_notified_at",
     "2026-01-08", "7 days"),
    ("M-AUTH-EXP", "authorizations", OD | MEDICAID | EXPEDITED, "received_at", "2026-07-01 10:00:00",
     "oral_notified_at", "2026-07-04 10:00:00", "72 h"),
    ("M-AUTH-RX", "authorizations", OD | MEDICAID | DRUG, "received_at", "2026-07-01 10:00:00",
     "oral_notified_at", "2026-07-02 10:00:00", "24 h, whatever the priority"),
    ("AIP-REC-STD", "appeals", APPEAL, "received_at", "2028-01-31 10:00:00", "written_notified_at", "2028-03-01",
     "30 days over a leap day: Jan 31 + 29 = Feb 29, + 30 = Mar 1"),
    ("AIP-REC-EXP", "appeals", APPEAL | EXPEDITED, "received_at", "2026-07-01 10:00:00", "oral_notified_at",
     "2026-07-04 10:00:00", "72 h"),
    ("AIP-REC-PARTB-STD", "appeals", APPEAL | DRUG, "received_at", "2026-07-01 10:00:00", "written_notified_at",
     "2026-07-08", "7 days"),
    ("AIP-REC-PARTB-EXP", "appeals", APPEAL | DRUG | EXPEDITED, "received_at", "2026-07-01 10:00:00",
     "oral_notified_at", "2026-07-04 10:00:00", "72 h"),
    ("AIP-EFF-PLAN", "appeals", APPEAL | {"received_at": "2026-07-01 10:00:00"}, "decided_at", "2026-07-06 12:00:00",
     "effectuated_at", "2026-07-09 12:00:00", "72 h from the reversal"),
    ("AIP-EFF-PLAN-30", "appeals", APPEAL, "received_at", "2026-07-01 10:00:00", "effectuated_at", "2026-07-31",
     "30 days from receipt: the other limb"),
    ("AIP-EFF-PARTB", "appeals", APPEAL | DRUG, "received_at", "2026-07-01 10:00:00", "effectuated_at", "2026-07-08",
     "7 days from receipt"),
    ("AIP-IRE-STD", "appeals", APPEAL | DENIED, "received_at", "2026-07-01 10:00:00", "ire_forwarded_at",
     "2026-07-31", "30 days from receipt: not additional time"),
    ("AIP-IRE-PARTB", "appeals", APPEAL | DENIED | DRUG, "received_at", "2026-07-01 10:00:00", "ire_forwarded_at",
     "2026-07-08", "7 days"),
    ("AIP-IRE-EXP", "appeals", APPEAL | DENIED | EXPEDITED | {"received_at": "2026-07-01 10:00:00"}, "decided_at",
     "2026-07-02 11:00:00", "ire_forwarded_at", "2026-07-03 11:00:00", "24 h from the affirmation"),
    ("AIP-REC-PAY", "appeals", APPEAL | {"appeal_type": "payment"}, "received_at", "2026-07-01 10:00:00", "paid_at",
     "2026-07-31", "30 days under the default policy"),
    ("M-A-STD", "appeals", APPEAL | MEDICAID, "received_at", "2026-07-01 10:00:00", "written_notified_at",
     "2026-07-31", "30 days"),
    ("M-A-EXP", "appeals", APPEAL | MEDICAID | EXPEDITED, "received_at", "2026-07-01 10:00:00", "oral_notified_at",
     "2026-07-04 10:00:00", "72 h"),
    ("M-EFF", "appeals", APPEAL | MEDICAID | {"received_at": "2026-07-01 10:00:00"}, "decided_at",
     "2026-07-06 12:00:00", "effectuated_at", "2026-07-09 12:00:00", "72 h"),
    ("AIP-G-STD", "grievances", GRIEVANCE, "received_at", "2026-07-01 10:00:00", "oral_notified_at", "2026-07-31",
     "30 days"),
    ("AIP-G-EXP", "grievances", GRIEVANCE | EXPEDITED, "received_at", "2026-07-01 10:00:00", "oral_notified_at",
     "2026-07-02 10:00:00", "24 h"),
    ("D-G-STD", "grievances", GRIEVANCE | {"part": "D"}, "received_at", "2026-07-01 10:00:00", "oral_notified_at",
     "2026-07-31", "30 days"),
    ("D-G-EXP", "grievances", GRIEVANCE | EXPEDITED | {"part": "D"}, "received_at", "2026-07-01 10:00:00",
     "oral_notified_at", "2026-07-02 10:00:00", "24 h"),
    ("M-G-STD", "grievances", GRIEVANCE | MEDICAID, "received_at", "2026-07-01 10:00:00", "oral_notified_at",
     "2026-07-31", "30 days by policy; the federal ceiling is 90"),
    ("CLM-NC-CLEAN", "claims", CLAIM, "received_at", "2026-07-01 10:00:00", "paid_at", "2026-07-31", "30 days"),
    ("CLM-NC-OTHER", "claims", CLAIM | {"clean": "N"}, "received_at", "2026-07-01 10:00:00", "paid_at", "2026-08-30",
     "60 days"),
    ("CLM-MEDICAID-90", "claims", CLAIM | MEDICAID, "received_at", "2026-07-01 10:00:00", "paid_at", "2026-07-31",
     "30 days for 90 percent"),
    ("CLM-MEDICAID-99", "claims", CLAIM | MEDICAID, "received_at", "2026-07-01 10:00:00", "paid_at", "2026-09-29",
     "90 days for 99 percent"),
    ("AIP-EFF-IRE-AUTH", "effectuations", REVERSAL, "overturn_received_at", "2026-07-01 10:00:00", "effectuated_at",
     "2026-07-04 10:00:00", "72 h to authorize"),
    ("AIP-EFF-IRE-EXP", "effectuations", REVERSAL | EXPEDITED, "overturn_received_at", "2026-07-01 10:00:00",
     "effectuated_at", "2026-07-04 10:00:00", "72 h"),
    ("AIP-EFF-IRE-PARTB", "effectuations", REVERSAL | DRUG, "overturn_received_at", "2026-07-01 10:00:00",
     "effectuated_at", "2026-07-04 10:00:00", "72 h"),
    ("AIP-EFF-IRE-EXP-PARTB", "effectuations", REVERSAL | DRUG | EXPEDITED, "overturn_received_at",
     "2026-07-01 10:00:00", "effectuated_at", "2026-07-02 10:00:00", "24 h"),
    ("AIP-EFF-IRE-PAY", "effectuations", REVERSAL | {"request_kind": "payment"}, "overturn_received_at",
     "2026-07-01 10:00:00", "effectuated_at", "2026-07-31", "30 days"),
    ("AIP-EFF-ALJ", "effectuations", REVERSAL | {"overturned_by": "alj"}, "overturn_received_at",
     "2026-07-01 10:00:00", "effectuated_at", "2026-08-30", "60 days"),
    ("AIP-EFF-ALJ-PARTB", "effectuations", REVERSAL | DRUG | {"overturned_by": "council"}, "overturn_received_at",
     "2026-07-01 10:00:00", "effectuated_at", "2026-07-04 10:00:00", "72 h"),
    ("D-CD-STD", "coverage_determinations", COVERAGE, "received_at", "2026-03-06 15:00:00", "written_notified_at",
     "2026-03-09 16:00:00", "72 h over the spring change"),
    ("D-CD-EXP", "coverage_determinations", COVERAGE | EXPEDITED, "received_at", "2025-11-01 10:00:00",
     "written_notified_at", "2025-11-02 09:00:00", "24 h over the autumn change: 10:00 EDT is 09:00 EST a day later"),
    ("D-CD-STD-EXC", "coverage_determinations", EXCEPTION, "supporting_statement_at", "2026-07-05 08:00:00",
     "written_notified_at", "2026-07-08 08:00:00", "72 h from the supporting statement, not from the request"),
    ("D-CD-EXP-EXC", "coverage_determinations", EXCEPTION | EXPEDITED, "supporting_statement_at",
     "2026-07-15 22:00:00", "written_notified_at", "2026-07-16 22:00:00", "a statement on day 14 still counts: 24 h"),
    ("D-CD-STD-EXC-NOSTMT", "coverage_determinations", EXCEPTION, "received_at", "2026-07-01 10:00:00",
     "written_notified_at", "2026-07-18 23:59:59", "no statement: the end of July 15 (day 14) + 72 h"),
    ("D-CD-EXP-EXC-NOSTMT", "coverage_determinations",
     EXCEPTION | EXPEDITED | {"supporting_statement_at": "2026-07-16 00:00:00"}, "received_at", "2026-07-01 10:00:00",
     "written_notified_at", "2026-07-16 23:59:59", "a statement a second after day 14 is too late: end of July 15 + 24 h"),
    ("D-CD-PAY", "coverage_determinations", COVERAGE | PAYMENT | APPROVED | {"written_notified_at": "2026-07-03 10:00:00"},
     "received_at", "2026-07-01 10:00:00", "paid_at", "2026-07-15", "notice on July 3, but the money within 14 days too"),
    ("D-CD-WRITTEN", "coverage_determinations", COVERAGE | {"received_at": "2026-07-01 09:00:00"}, "oral_notified_at",
     "2026-07-02 09:00:00", "written_notified_at", "2026-07-05", "3 days after the oral notice, standard cases too"),
    ("D-CD-IRE", "coverage_determinations", COVERAGE | NOTICE, "received_at", "2026-07-01 10:00:00",
     "ire_forwarded_at", "2026-07-05 10:00:00", "72 h end on July 4, 10:00; 24 h later"),
    ("D-RD-STD", "redeterminations", COVERAGE, "received_at", "2026-12-28 10:00:00", "written_notified_at",
     "2027-01-04", "7 days over the turn of the year"),
    ("D-RD-EXP", "redeterminations", COVERAGE | EXPEDITED, "received_at", "2026-07-01 10:00:00",
     "written_notified_at", "2026-07-04 10:00:00", "72 h"),
    ("D-RD-PAY", "redeterminations", COVERAGE | PAYMENT, "received_at", "2026-07-01 10:00:00", "written_notified_at",
     "2026-07-15", "14 days"),
    ("D-RD-EXP-WRITTEN", "redeterminations", COVERAGE | EXPEDITED | {"received_at": "2026-07-01 09:00:00"},
     "oral_notified_at", "2026-07-02 09:00:00", "written_notified_at", "2026-07-05", "3 days after the oral notice"),
    ("D-RD-IRE", "redeterminations", COVERAGE | NOTICE, "received_at", "2026-07-01 10:00:00", "ire_forwarded_at",
     "2026-07-09 23:59:59", "7 days end with July 8; 24 h later"),
    ("D-EFF-RD", "redeterminations", COVERAGE | APPROVED, "received_at", "2026-07-01 10:00:00", "effectuated_at",
     "2026-07-08", "7 days from receipt"),
    ("D-EFF-RD-EXP", "redeterminations", COVERAGE | APPROVED | EXPEDITED, "received_at", "2026-07-01 10:00:00",
     "effectuated_at", "2026-07-04 10:00:00", "72 h from receipt"),
    ("D-EFF-RD-PAY", "redeterminations", COVERAGE | APPROVED | PAYMENT, "received_at", "2026-07-01 10:00:00",
     "paid_at", "2026-07-31", "30 days from receipt"),
    ("D-EFF-IRE", "effectuations", REVERSAL | PART_D, "overturn_received_at", "2026-07-01 10:00:00", "effectuated_at",
     "2026-07-04 10:00:00", "72 h"),
    ("D-EFF-IRE-EXP", "effectuations", REVERSAL | PART_D | EXPEDITED, "overturn_received_at", "2026-07-01 10:00:00",
     "effectuated_at", "2026-07-02 10:00:00", "24 h"),
    ("D-EFF-IRE-PAY-AUTH", "effectuations", REVERSAL | PART_D | {"request_kind": "payment"}, "overturn_received_at",
     "2026-07-01 10:00:00", "effectuated_at", "2026-07-04 10:00:00", "72 h to authorize the payment"),
    ("D-EFF-IRE-PAY", "effectuations", REVERSAL | PART_D | {"request_kind": "payment"}, "overturn_received_at",
     "2026-07-01 10:00:00", "paid_at", "2026-07-31", "30 days to pay"),
    ("AIP-IRE-UNTIMELY", "appeals", APPEAL | DENIED | EXPEDITED | NOTICE, "received_at", "2026-07-01 10:00:00",
     "ire_forwarded_at", "2026-07-05 10:00:00", "72 h end on July 4, 10:00; 24 h later"),
    ("C-IRE-EXP-UNTIMELY", MA, ("RECON", {"N": "E", "J": "N", "M": "Denied", "T": "2026-07-30 10:00:00"}), "H",
     "2026-07-01 10:00:00", "X", "2026-07-05 10:00:00", "72 h end on July 4, 10:00; 24 h later"),
    ("AIP-EFF-ALJ-EXP-PARTB", "effectuations", REVERSAL | DRUG | EXPEDITED | {"overturned_by": "council"},
     "overturn_received_at", "2026-03-07 10:00:00", "effectuated_at", "2026-03-08 11:00:00",
     "24 h over the spring change: 10:00 EST is 11:00 EDT a day on"),
    ("AIP-EFF-SFH", "effectuations", REVERSAL | {"overturned_by": "fair_hearing"}, "overturn_received_at",
     "2026-07-01 10:00:00", "effectuated_at", "2026-07-04 10:00:00", "72 h"),
]  # fmt: skip

STEP = {"day": timedelta(days=1), "second": timedelta(seconds=1)}


def test_every_rule_the_engine_runs_has_its_case_here():
    by_policy = {"C-OD-STD-NOPA"}  # a layout cannot say it; worked in test_clocks_policies.py
    advance = {"AIP-TERM-10D", "M-TSR-10D"}  # at least, not at most; worked in test_clocks_particulars.py
    assert {case[0] for case in CASES} | by_policy | advance == {c.rule for c in load_clock_table().clocks}


@pytest.mark.parametrize("case", CASES, ids=[case[0] for case in CASES])
def test_one_unit_inside_on_and_past_the_limit(case):
    rule, table, facts, start_event, start, stop_event, last, _ = case
    step = STEP["second" if " " in last else "day"]
    form = "%Y-%m-%d %H:%M:%S" if " " in last else "%Y-%m-%d"
    on = datetime.strptime(last, form)
    stops = [(on - step).strftime(form), on.strftime(form), (on + step).strftime(form)]
    if table == MA:
        verdicts = universe_stops(facts, start_event, start, stop_event, stops)
    else:
        verdicts = source_stops(table, facts, start_event, start, stop_event, stops)
    mine = verdicts[verdicts["rule"] == rule].sort_values("row")
    mine = mine[mine["verdict"] != "pending"]  # a rule that runs to two stops: the other one is not recorded
    assert list(mine["verdict"]) == ["timely", "timely", "late"]
    assert list(mine["margin"].round(3)) == ([1, 0, -1] if " " not in last else [0, 0, 0])


def source_stops(table, facts, start_event, start, stop_event, stops):
    # a day clock's stop still has a time of day in the source; it must not matter
    timed = [s if " " in s else f"{s} 23:59:59" for s in stops]
    rows = [{"case_id": f"C{n}"} | facts | {start_event: start, stop_event: stop} for n, stop in enumerate(timed)]
    if "decided_at" not in (start_event, stop_event) and "received_at" in rows[0]:
        rows = [row | {"decided_at": row["received_at"]} for row in rows]
    return source_verdicts(table, {table: source_table(table, rows), "members": members()})


def universe_stops(facts, start_event, start, stop_event, stops):
    table, columns = facts
    rows = [columns | {start_event: start, stop_event: stop} for stop in stops]
    return universe_verdicts(table, universe_table(table, rows), "ma")
