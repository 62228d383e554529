"""Claims, grievances and reductions at the limits of their rules."""

from datetime import date

from auditkit.rules.policies import load_policies
from auditkit.sources.sample import limits
from auditkit.sources.sample.boundaries import DAY, HOUR, KINDS, Cases, each_kind, window

_EARLY = (date(2025, 8, 1), date(2026, 5, 1))
_LATE = (date(2026, 7, 1), date(2026, 7, 25))

CLAIM_LIMITS = (
    # rule, program, what the claim is
    ("CLM-NC-CLEAN", "one_care", {"clean": "Y"}),
    ("CLM-NC-OTHER", "sco", {"clean": "N"}),
    ("CLM-MEDICAID-90", "sco_medicaid", {"clean": "Y"}),
)
GRIEVANCE_LIMITS = (
    # rule, program, what the grievance is, extended
    ("AIP-G-STD", "one_care", {}, False),
    ("AIP-G-STD", "sco", {}, True),
    ("AIP-G-EXP", "sco", {"priority": "expedited", "category": "Expedited grievance"}, False),
    ("M-G-STD", "sco_medicaid", {}, False),
    ("D-G-STD", "one_care", {"part": "D", "category": "Pharmacy access"}, False),
)
NOTICE_LIMITS = (("AIP-TERM-10D", "one_care"), ("AIP-TERM-10D", "sco"), ("M-TSR-10D", "sco_medicaid"))
"""Every rule on payment, grievances and advance notice that the clock engine runs for these programs."""


def build(cases: Cases) -> None:
    """Add claims, grievances and reductions at their limits."""
    for kind, number in each_kind():
        for rule, program, columns in CLAIM_LIMITS:
            _claim_at_limit(cases, rule, program, columns, kind, number)
        for rule, program, columns, extended in GRIEVANCE_LIMITS:
            _grievance_at_limit(cases, rule, program, columns, extended, kind, number)
        for rule, program in NOTICE_LIMITS:
            _reduction_at_limit(cases, rule, program, kind, number)


def _claim(cases: Cases, program: str, received: int, finalized: int, determination: str) -> dict:
    """A noncontract provider's claim, paid or denied with notice at `finalized`."""
    row = {
        "member_id": cases.member(program),
        "claim_type": "provider_claim",
        "contracted": "N",
        "clean": "Y",
        "benefit": "medicaid" if program == "sco_medicaid" else "medicare",
        "received_at": received,
        "requester": "noncontract_provider",
        "status": "decided",
        "determination": determination,
        "decided_at": finalized - 600,
        "enrollee_notified_at": finalized,
        "provider_notified_at": finalized,
        "billed_amount": 240.0,
        "interest_paid": "N",
        "issue_description": "Claim for covered services.",
    }
    if determination == "approved":
        return row | {"paid_at": finalized, "paid_amount": 180.0}
    return row | {
        "medical_necessity_denial": "N",
        "issue_description": "Claim for covered services. Denied: the records do not support it.",
    }


def add_denied(cases: Cases, program: str, appealed: int) -> int:
    """A clean claim denied in time, ten days before it is appealed."""
    received = appealed - 30 * DAY
    return cases.add("claims", "C{:010d}", _claim(cases, program, received, received + 20 * DAY, "denied"))


def _claim_at_limit(cases, rule, program, columns, kind, number) -> None:
    received = cases.moment(*window(number, _EARLY, _LATE))
    stop, margin, unit = cases.limit_stop(rule, received, kind)
    determination = "approved" if number % 2 == 0 else "denied"
    row = _claim(cases, program, received, stop, determination) | columns
    # interest is owed, and paid, once a clean claim is late (42 CFR 422.520(a)(2))
    owed = kind == "past_limit" and determination == "approved" and columns["clean"] == "Y"
    row["interest_paid"] = ("Y" if owed else "N") if columns["clean"] == "Y" else None
    index = cases.add("claims", "C{:010d}", row)
    column = "paid_at" if determination == "approved" else "enrollee_notified_at"
    cases.expect("limit", "claims", index, column, rule, kind, margin, unit)


def _grievance_at_limit(cases, rule, program, columns, extended, kind, number) -> None:
    received = cases.moment(*window(number, _EARLY, _LATE))
    if rule == "M-G-STD":
        # the rule itself gives the federal ceiling; a run counts by this policy
        days = int(load_policies()["medicaid_grievance_days"].default)
        stop = cases.office(received // DAY + days + KINDS[kind])
        margin, unit = -KINDS[kind], "days"
    else:
        stop, margin, unit = cases.limit_stop(rule, received, kind, extended)
    in_writing = number % 2 == 1 and columns.get("priority") != "expedited"
    row = {
        "member_id": cases.member(program),
        "part": "C",
        "received_at": received,
        "received_how": "written" if in_writing else "oral",
        "filed_by": "enrollee",
        "priority": "standard",
        "extension_taken": "Y" if extended else "N",
        "category": "Customer service",
        "quality_of_care": "N",
        "issue_description": "The enrollee could not reach the plan.",
        "status": "resolved",
        "extension_notice_at": received + 5 * DAY if extended else None,
        "resolved_at": max(stop - 2 * HOUR, received),
        "resolution_description": "Explained and followed up.",
    } | columns
    # received in writing means answered in writing: the telephone call before does not stop the clock
    row |= (
        {"written_notified_at": stop, "oral_notified_at": stop - HOUR}
        if in_writing
        else {"oral_notified_at": stop}
    )
    index = cases.add("grievances", "G{:08d}", row)
    column = "written_notified_at" if in_writing else "oral_notified_at"
    cases.expect(
        "extended limit" if extended else "limit", "grievances", index, column, rule, kind, margin, unit
    )


def _reduction_at_limit(cases, rule, program, kind, number) -> None:
    """The notice must go out at least so many days ahead: one day more is inside, one day fewer past."""
    decided = cases.moment(
        *window(number, (date(2025, 9, 1), date(2026, 5, 1)), (date(2026, 7, 5), date(2026, 9, 10)))
    )
    ahead = limits.days(rule) - KINDS[kind]
    member, notice = cases.member(program), decided + HOUR
    index = cases.add(
        "reductions",
        "T{:07d}",
        {
            "member_id": member,
            "action": "reduction",
            "decided_at": decided,
            "notice_sent_at": notice,
            "effective_date": notice // DAY + ahead,
            "exception": "none",
            "continuation_requested": "N",
            "issue_description": "Fewer units of homemaker service after reassessment.",
        },
    )
    cases.expect("limit", "reductions", index, "effective_date", rule, kind, -KINDS[kind], "days")
