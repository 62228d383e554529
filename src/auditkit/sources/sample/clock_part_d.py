"""Part D cases at the limits of their rules: coverage determinations, redeterminations, reversals."""

from datetime import date

from auditkit.rules.clock_rules import load_clock_table
from auditkit.sources.sample import assumptions as a
from auditkit.sources.sample import limits, timing
from auditkit.sources.sample.boundaries import DAY, HOUR, Cases, each_kind, window
from auditkit.sources.sample.words import PART_D_DRUGS

_EARLY = (date(2025, 9, 1), date(2026, 5, 20))
_LATE = (date(2026, 7, 8), date(2026, 8, 20))
_REVERSALS = (date(2025, 11, 12), date(2026, 5, 20))
_FAST = {"priority": "expedited", "priority_requested": "expedited"}
_EXCEPTION = {"request_type": "exception", "exception_type": "step_therapy"}
_PAYMENT = {"request_type": "payment"}

DETERMINATIONS = (
    # rule, what the request is, hours from receipt to the prescriber's supporting statement
    ("D-CD-STD", {}, None),
    ("D-CD-EXP", _FAST, None),
    ("D-CD-STD-EXC", _EXCEPTION, 50),
    ("D-CD-EXP-EXC", _EXCEPTION | _FAST, 30),
    ("D-CD-STD-EXC-NOSTMT", _EXCEPTION, None),
    ("D-CD-EXP-EXC-NOSTMT", _EXCEPTION | _FAST, None),
    ("D-CD-PAY", _PAYMENT, None),
)
"""Every rule on coverage determinations that the clock engine runs, but those on what follows."""

REDETERMINATIONS = (
    # rule, what the appeal is, determination, the event at its limit
    ("D-RD-STD", {}, "denied", "written_notified_at"),
    ("D-RD-EXP", _FAST, "denied", "written_notified_at"),
    ("D-RD-PAY", _PAYMENT, "denied", "written_notified_at"),
    ("D-EFF-RD", {}, "approved", "effectuated_at"),
    ("D-EFF-RD-EXP", _FAST, "approved", "effectuated_at"),
    ("D-EFF-RD-PAY", _PAYMENT, "approved", "paid_at"),
)

REVERSALS = (
    # rule, what was reversed, the event at its limit
    ("D-EFF-IRE", {}, "effectuated_at"),
    ("D-EFF-IRE-EXP", {"priority": "expedited"}, "effectuated_at"),
    ("D-EFF-IRE-PAY-AUTH", _PAYMENT, "effectuated_at"),
    ("D-EFF-IRE-PAY", _PAYMENT, "paid_at"),
)


def build(cases: Cases) -> None:
    """Add Part D cases at their limits."""
    for kind, number in each_kind():
        for rule, columns, statement in DETERMINATIONS:
            _determination_at_limit(cases, rule, columns, statement, kind, number)
        _confirmation_at_limit(cases, "coverage_determinations", "D-CD-WRITTEN", {}, kind, number)
        _confirmation_at_limit(cases, "redeterminations", "D-RD-EXP-WRITTEN", _FAST, kind, number)
        _forwarding_at_limit(cases, "coverage_determinations", "D-CD-IRE", "D-CD-STD", kind, number)
        _forwarding_at_limit(cases, "redeterminations", "D-RD-IRE", "D-RD-STD", kind, number)
        for rule, columns, determination, column in REDETERMINATIONS:
            _redetermination_at_limit(cases, rule, columns, determination, column, kind, number)
        for rule, columns, column in REVERSALS:
            _reversal_at_limit(cases, rule, columns, column, kind, number)


def _request(cases: Cases, table: str, received: int, **columns) -> dict:
    """A prescriber's request, or the appeal of one that was denied in time; not yet answered."""
    row = {
        "member_id": cases.member("one_care" if received % 2 else "sco"),
        "delegate": a.PBM,
        "drug": PART_D_DRUGS[0],
        "request_type": "benefit",
        "received_at": received,
        "requester": "prescriber",
        "priority": "standard",
        "status": "decided",
        "issue_description": f"Request for {PART_D_DRUGS[0]}.",
    }
    if table == "redeterminations":
        wanted = {name: columns[name] for name in ("request_type",) if columns.get(name) == "payment"}
        original = _denied(cases, "coverage_determinations", received - 10 * DAY, **wanted)
        denied = cases.rows["coverage_determinations"][-1]
        row |= {
            "member_id": denied["member_id"],
            "original_case_id": cases.case_id("coverage_determinations", original),
        }
        columns.pop("priority_requested", None)
        columns.pop("exception_type", None)
    else:
        row["priority_requested"] = "standard"
    return row | columns


def _answered(row: dict, determination: str, decided: int, written: int) -> dict:
    """Decided and told in writing; what follows an approval at once."""
    row = row | {"determination": determination, "decided_at": decided, "written_notified_at": written}
    if determination == "denied":
        return row | {
            "medical_necessity_denial": "Y",
            "issue_description": row["issue_description"] + " Denied: the criteria are not met.",
        }
    done = "paid_at" if row["request_type"] == "payment" else "effectuated_at"
    return row | {done: decided + 600}


def _denied(cases: Cases, table: str, received: int, **columns) -> int:
    """A case denied within a day."""
    row = _request(cases, table, received, **columns)
    row = _answered(row, "denied", received + 3 * HOUR, received + 4 * HOUR)
    return cases.add(table, _PATTERNS[table], row)


_PATTERNS = {"coverage_determinations": "CD{:08d}", "redeterminations": "RD{:08d}"}


def _forwarded(row: dict, kind: str, stop: int) -> dict:
    """A decision past its limit goes to the IRE in time, a few hours later."""
    return row | {"ire_forwarded_at": stop + 2 * HOUR} if kind == "past_limit" else row


def _determination_at_limit(cases, rule, columns, statement, kind, number) -> None:
    table = "coverage_determinations"
    received = start = cases.moment(*window(number, _EARLY, _LATE))
    row = _request(cases, table, received, **columns)
    if statement is not None:
        start = received + statement * HOUR
        row["supporting_statement_at"] = start
    elif row["request_type"] == "exception":
        start = _end_of_day(received // DAY + load_clock_table().statement_wait.days)
    stop, margin, unit = cases.limit_stop(rule, start, kind)
    row = _forwarded(_answered(row, "denied", stop - 900, stop), kind, stop)
    index = cases.add(table, _PATTERNS[table], row)
    cases.expect("limit", table, index, "written_notified_at", rule, kind, margin, unit)


def _end_of_day(day: int) -> int:
    return (day + 1) * DAY - 1


def _confirmation_at_limit(cases, table, rule, columns, kind, number) -> None:
    """Approved and told by telephone in time; the letter is at its limit."""
    received = cases.moment(*window(number, _EARLY, _LATE))
    told = received + 20 * HOUR
    stop, margin, unit = cases.limit_stop(rule, told, kind)
    row = _answered(_request(cases, table, received, **columns), "approved", told - 900, stop)
    index = cases.add(table, _PATTERNS[table], row | {"oral_notified_at": told})
    cases.expect("limit", table, index, "written_notified_at", rule, kind, margin, unit)


def _forwarding_at_limit(cases, table, rule, decision, kind, number) -> None:
    """Decided too late; the forwarding is at its limit, counted from the end of the time to decide."""
    received = cases.moment(*window(number, _EARLY, _LATE))
    if limits.seconds(decision) is None:
        ran_out = _end_of_day(received // DAY + limits.days(decision))
    else:
        ran_out = timing.after(received, limits.seconds(decision))
    row = _request(cases, table, received)
    row = _answered(row, "denied", ran_out + 30 * HOUR, ran_out + 31 * HOUR)
    stop, margin, unit = cases.limit_stop(rule, ran_out, kind)
    index = cases.add(table, _PATTERNS[table], row | {"ire_forwarded_at": stop})
    cases.late_decision(table, index, decision)
    cases.expect("limit", table, index, "ire_forwarded_at", rule, kind, margin, unit)


def _redetermination_at_limit(cases, rule, columns, determination, column, kind, number) -> None:
    table = "redeterminations"
    received = cases.moment(*window(number, _EARLY, _LATE))
    row = _request(cases, table, received, **columns)
    stop, margin, unit = cases.limit_stop(rule, received, kind)
    if determination == "denied":
        row = _forwarded(_answered(row, determination, stop - 900, stop), kind, stop)
    else:
        row = _answered(row, determination, received + 20 * HOUR, received + 21 * HOUR) | {column: stop}
    index = cases.add(table, _PATTERNS[table], row)
    cases.expect("limit", table, index, column, rule, kind, margin, unit)


def _reversal_at_limit(cases, rule, columns, column, kind, number) -> None:
    """Denial, redetermination and reversal, one behind the other, each in time."""
    received = cases.moment(*window(number, _REVERSALS, _LATE))
    payment = columns.get("request_type") == "payment"
    appeal = _denied(cases, "redeterminations", received - 40 * DAY, **columns)
    stop, margin, unit = cases.limit_stop(rule, received, kind)
    row = {
        "member_id": cases.rows["redeterminations"][-1]["member_id"],
        "delegate": a.PBM,
        "part": "D",
        "appeal_id": cases.case_id("redeterminations", appeal),
        "drug": PART_D_DRUGS[0],
        "request_kind": "payment" if payment else "pre_service",
        "part_b_drug": "N",
        "priority": columns.get("priority", "standard"),
        "overturned_by": "ire",
        "overturn_received_at": received,
        "effectuated_at": received + 20 * HOUR,
        "paid_at": received + 10 * DAY if payment else None,
        "issue_description": "Decision of the plan reversed by an outside reviewer.",
    } | {column: stop}
    index = cases.add("effectuations", "E{:07d}", row)
    cases.expect("limit", "effectuations", index, column, rule, kind, margin, unit)
