"""Part D clocks: when an exception starts, which notice stops it, what an untimely case still owes.

Sources: 42 CFR 423.568, 423.572 (coverage determinations), 423.590 (redeterminations).
"""

from datetime import date

import pytest
from worked import members, source_table, universe_table

from auditkit.clocks import source_verdicts, universe_verdicts
from auditkit.rules.clock_rules import load_clock_table
from auditkit.rules.timeframes import load_timeframes

CASE = {"case_id": "D1", "member_id": "M1", "drug": "Apixaban 5 mg tablet", "request_type": "benefit",
        "requester": "prescriber", "priority": "standard", "status": "decided", "determination": "denied",
        "received_at": "2026-07-01 10:00:00"}  # fmt: skip
EXCEPTION = CASE | {"request_type": "exception"}
FORWARDING = "IRE forwarding of an untimely case"


def read(row, table="coverage_determinations", as_of=None):
    """The clocks of one case by name."""
    frame = source_verdicts(table, {table: source_table(table, [row]), "members": members()}, None, as_of)
    return {clock["clock"]: clock for _, clock in frame.iterrows()}


def read_file(table, row):
    frame = universe_verdicts(table, universe_table(table, [row]), "one_care")
    return {clock["clock"]: clock for _, clock in frame.iterrows()}


def test_the_days_of_the_wait_are_those_of_the_rule_that_names_them():
    wait = load_clock_table().statement_wait
    assert f"{wait.days} days" in load_timeframes()[wait.rule].start.field


# what is known of the statement; the rule that runs; when its clock starts and why
@pytest.mark.parametrize("known, rule, start, reason", [
    ({"supporting_statement_at": "2026-07-03 09:00:00"}, "D-CD-STD-EXC", "2026/07/03 09:00:00",
     "supporting statement"),
    ({"supporting_statement_at": "2026-07-01 10:00:00"}, "D-CD-STD-EXC", "2026/07/01 10:00:00",
     "supporting statement"),  # the request itself was the statement
    ({"supporting_statement_at": "2026-06-20 09:00:00"}, "D-CD-STD-EXC", "2026/07/01 10:00:00", "receipt"),
    ({"supporting_statement_at": "2026-07-15 23:59:59"}, "D-CD-STD-EXC", "2026/07/15 23:59:59",
     "supporting statement"),
    ({"supporting_statement_at": "2026-07-16 00:00:00"}, "D-CD-STD-EXC-NOSTMT", "2026/07/15 23:59:59",
     "end of the wait for a supporting statement"),
    ({}, "D-CD-STD-EXC-NOSTMT", "2026/07/15 23:59:59", "end of the wait for a supporting statement"),
    # a representative's request is complete when the appointment is there: the wait counts from it
    ({"requester": "enrollee_representative", "aor_received_at": "2026-07-03 09:00:00"}, "D-CD-STD-EXC-NOSTMT",
     "2026/07/17 23:59:59", "end of the wait for a supporting statement"),
])  # fmt: skip
def test_where_the_clock_of_an_exception_starts(known, rule, start, reason):
    clock = read(EXCEPTION | {"written_notified_at": "2026-07-16 12:00:00"} | known)["decision"]
    assert (clock["rule"], clock["clock_start"], clock["start_reason"]) == (rule, start, reason)


def test_a_wait_over_the_spring_change_ends_at_its_own_midnight():
    # received February 23; day 14 is March 9, a day after the clocks change; 72 hours later it is March 12.
    clock = read(EXCEPTION | {"received_at": "2026-02-23 10:00:00", "written_notified_at": "2026-03-12 23:59:59"})
    assert (clock["decision"]["deadline"], clock["decision"]["verdict"]) == ("2026/03/12 23:59:59", "timely")


@pytest.mark.parametrize("change", [
    {"received_at": "2026-07-01", "supporting_statement_at": "2026-07-01 09:00:00"},
    {"supporting_statement_at": "2026-07-03"},
    {"supporting_statement_at": "2026-07-01"},  # the day of the request: which was later is not known
])
def test_a_missing_time_that_matters_is_not_testable(change):
    clock = read(EXCEPTION | {"written_notified_at": "2026-07-04 09:00:00"} | change)["decision"]
    assert clock["verdict"] == "not_testable"


def test_without_a_statement_the_time_of_the_request_does_not_matter():
    # The wait ends with day 14 whatever the hour of receipt was.
    clock = read(EXCEPTION | {"received_at": "2026-07-01", "written_notified_at": "2026-07-18 23:59:59"})["decision"]
    assert clock["verdict"] == "timely"


def test_a_standard_denial_by_telephone_counts_when_the_letter_follows_in_three_days():
    # 423.568(f): told on July 4, 10:00 (hour 72); letter on July 7 (day 3) or July 8 (day 4).
    told = CASE | {"oral_notified_at": "2026-07-04 10:00:00"}
    assert read(told | {"written_notified_at": "2026-07-07 10:00:00"})["decision"]["verdict"] == "timely"
    late = read(told | {"written_notified_at": "2026-07-08 10:00:00"})
    assert (late["decision"]["verdict"], late["written confirmation"]["verdict"]) == ("late", "late")


def test_a_standard_redetermination_is_answered_in_writing():
    # 423.590(a): the call on July 3 does not stop it, the letter on July 9 is a day late.
    row = CASE | {"determination": "approved", "oral_notified_at": "2026-07-03 10:00:00",
                  "written_notified_at": "2026-07-09 10:00:00"}  # fmt: skip
    assert read(row, "redeterminations")["decision"]["margin"] == -1


def test_a_reimbursement_needs_the_notice_and_the_money():
    # 423.568(c): both by July 15. Paid on July 10, but the notice went out on July 16.
    row = CASE | {"request_type": "payment", "determination": "approved", "paid_at": "2026-07-10 10:00:00"}
    clock = read(row | {"written_notified_at": "2026-07-16 10:00:00"})["decision"]
    assert (clock["verdict"], clock["stop_reason"]) == ("late", "the later of notice and payment")
    assert read(row)["decision"]["verdict"] == "pending"


def test_an_approval_is_carried_out_in_the_time_the_notice_has():
    row = CASE | {"determination": "approved", "written_notified_at": "2026-07-02 10:00:00",
                  "effectuated_at": "2026-07-04 10:00:01"}  # fmt: skip
    clocks = read(row)
    assert (clocks["decision"]["verdict"], clocks["effectuation"]["verdict"]) == ("timely", "late")
    assert clocks["effectuation"]["rule"] == "D-CD-STD"


def test_a_case_that_was_forwarded_ends_at_the_forwarding():
    # never decided: 72 hours ended on July 4, 10:00; sent on July 5, 09:00, within 24 hours of that.
    row = CASE | {"determination": "forwarded_to_ire", "decided_at": "2026-07-04 12:00:00",
                  "ire_forwarded_at": "2026-07-05 09:00:00"}  # fmt: skip
    clocks = read(row)
    assert (clocks["decision"]["verdict"], clocks["decision"]["stop_reason"]) == ("late", "IRE forwarding")
    forwarded = clocks[FORWARDING]
    assert (forwarded["clock_start"], forwarded["start_reason"]) == ("2026/07/04 10:00:00",
                                                                     "end of the time to decide")  # fmt: skip
    assert (forwarded["verdict"], forwarded["margin"]) == ("timely", 1.0)


def test_a_timely_case_owes_no_forwarding():
    assert FORWARDING not in read(CASE | {"written_notified_at": "2026-07-04 10:00:00"})


def test_a_late_approval_was_to_be_forwarded_too():
    row = CASE | {"determination": "approved", "written_notified_at": "2026-07-10 10:00:00"}
    assert read(row)[FORWARDING]["verdict"] == "pending"
    assert read(row, as_of=date(2026, 7, 31))[FORWARDING]["verdict"] == "late"


def test_an_open_case_past_its_time_is_late_and_so_is_its_forwarding():
    row = CASE | {"status": "pending", "determination": None}
    judged = read(row, as_of=date(2026, 7, 5))  # end of July 5 lies past 10:00, where the 24 hours ended
    assert (judged["decision"]["verdict"], judged[FORWARDING]["verdict"]) == ("late", "late")
    judged = read(row, as_of=date(2026, 7, 4))
    assert (judged["decision"]["verdict"], judged[FORWARDING]["verdict"]) == ("late", "pending")


@pytest.mark.parametrize("sent, verdict", [("2026/07/16", "timely"), ("2026/07/17", "late")])
def test_where_time_ran_out_with_a_day_the_date_of_forwarding_settles_it(sent, verdict):
    # PYMT_D has no times: 14 days end with July 15, and 24 hours later July 16 ends.
    row = {"I": "2026-07-01", "L": "2026-07-20", "M": "2026-07-20", "R": sent.replace("/", "-")}
    assert read_file("PYMT_D", row)[FORWARDING]["verdict"] == verdict


def test_where_time_ran_out_at_an_hour_the_date_of_forwarding_does_not():
    row = CASE | {"written_notified_at": "2026-07-10 10:00:00", "ire_forwarded_at": "2026-07-05"}
    assert read(row)[FORWARDING]["verdict"] == "not_testable"


# one row of each file, and the rules its clocks run under
@pytest.mark.parametrize("table, row, rules", [
    ("CD", {"H": "2026-07-01 10:00:00", "R": "2026-07-02 10:00:00"}, {"D-CD-STD"}),
    ("CD", {"L": "Expedited", "H": "2026-07-01 10:00:00", "P": "2026-07-02 09:00:00", "R": "2026-07-03 10:00:00"},
     {"D-CD-EXP", "D-CD-WRITTEN"}),
    ("CDER", {"H": "2026-07-01 10:00:00", "M": "2026-07-02 10:00:00", "U": "2026-07-03 10:00:00"}, {"D-CD-STD-EXC"}),
    ("CDER", {"H": "2026-07-01 10:00:00", "U": "2026-07-03 10:00:00"}, {"D-CD-STD-EXC-NOSTMT"}),
    ("PYMT_D", {"I": "2026-07-01", "M": "2026-07-15"}, {"D-CD-PAY"}),
    ("PYMT_D", {"H": "RD", "K": "Approved", "I": "2026-07-01", "M": "2026-07-15", "N": "2026-07-31"},
     {"D-RD-PAY", "D-EFF-RD-PAY"}),
    ("RD", {"H": "2026-07-01 10:00:00", "M": "Approved", "R": "2026-07-08 10:00:00", "T": "2026-07-08 10:00:00"},
     {"D-RD-STD", "D-EFF-RD"}),
    ("EFF_D", {"J": "2026-07-01 10:00:00", "L": "2026-07-04 10:00:00"}, {"D-EFF-IRE"}),
    ("EFF_D", {"H": "payment", "J": "2026-07-01", "L": "2026-07-02", "N": "2026-07-31"}, {"D-EFF-IRE-PAY"}),
    ("GRV_D", {"F": "2026-07-01", "N": "2026-07-31"}, {"D-G-STD"}),
    ("GRV_D", {"F": "2026-07-01", "K": "Yes", "N": "2026-08-14"}, {"D-G-STD"}),  # 30 days and 14 more: Jul 1 + 44
    ("GRV_D", {"F": "2026-07-01 10:00:00", "J": "Expedited", "N": "2026-07-02 10:00:00"}, {"D-G-EXP"}),
])  # fmt: skip
def test_the_clocks_of_a_file(table, row, rules):
    clocks = read_file(table, row)
    assert {clock["rule"] for clock in clocks.values()} == rules
    assert {clock["verdict"] for clock in clocks.values()} == {"timely"}
