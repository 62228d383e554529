"""Appeals, and reversals by outside reviewers, at the limits of their rules.

Each comes with the denied authorization or claim it is about, answered in time.
"""

from datetime import date

from auditkit.sources.sample import clock_determinations, clock_payments, limits, timing
from auditkit.sources.sample.boundaries import DAY, HOUR, Cases, each_kind, window

_EARLY = (date(2025, 9, 1), date(2026, 5, 20))
_LATE = (date(2026, 7, 8), date(2026, 8, 8))
_FAST = {"priority": "expedited", "priority_requested": "expedited"}
_DRUG = {"part_b_drug": "Y"}
_PAYMENT = {"appeal_type": "payment"}

LIMITS = (
    # rule, program, what the appeal is, determination, the event at its limit, when it was decided
    ("AIP-REC-STD", "one_care", {}, "approved", "written_notified_at", 27 * DAY),
    ("AIP-REC-STD", "sco", {"extension_taken": "Y"}, "approved", "written_notified_at", 40 * DAY),
    ("AIP-REC-EXP", "sco", _FAST, "approved", "written_notified_at", 60 * HOUR),
    ("AIP-REC-PARTB-STD", "one_care", _DRUG, "approved", "written_notified_at", 5 * DAY),
    ("AIP-REC-PARTB-EXP", "sco", _DRUG | _FAST, "approved", "written_notified_at", 60 * HOUR),
    ("AIP-REC-PAY", "one_care", _PAYMENT, "approved", "paid_at", 27 * DAY),
    ("AIP-REC-PAY", "sco", _PAYMENT, "denied", "ire_forwarded_at", 27 * DAY),
    ("AIP-EFF-PLAN", "one_care", {}, "approved", "effectuated_at", 9 * DAY),
    ("AIP-EFF-PLAN-30", "sco", {}, "approved", "effectuated_at", 29 * DAY),
    ("AIP-EFF-PARTB", "one_care", _DRUG, "approved", "effectuated_at", 6 * DAY),
    ("AIP-IRE-STD", "sco", {}, "denied", "ire_forwarded_at", 25 * DAY),
    ("AIP-IRE-EXP", "one_care", _FAST, "denied", "ire_forwarded_at", 20 * HOUR),
    ("AIP-IRE-PARTB", "sco", _DRUG, "denied", "ire_forwarded_at", 4 * DAY),
    ("M-A-STD", "sco_medicaid", {}, "approved", "written_notified_at", 27 * DAY),
    ("M-A-EXP", "sco_medicaid", _FAST, "denied", "written_notified_at", 60 * HOUR),
    ("M-EFF", "sco_medicaid", {}, "approved", "effectuated_at", 9 * DAY),
)
"""Every rule on reconsiderations that the clock engine runs for these programs."""

_FROM_DECISION = ("AIP-EFF-PLAN", "AIP-IRE-EXP", "M-EFF")
_EFFECTUATIONS_BEGIN = {
    "early": (date(2025, 11, 12), date(2026, 5, 20)),
    "late": (date(2026, 7, 6), date(2026, 7, 24)),
}

REVERSALS = (
    # rule, program, what was reversed, by whom
    ("AIP-EFF-IRE-AUTH", "one_care", {}, "ire"),
    ("AIP-EFF-IRE-EXP", "sco", _FAST, "ire"),
    ("AIP-EFF-IRE-PARTB", "one_care", _DRUG, "ire"),
    ("AIP-EFF-IRE-EXP-PARTB", "sco", _DRUG | _FAST, "ire"),
    ("AIP-EFF-IRE-PAY", "one_care", _PAYMENT, "ire"),
    ("AIP-EFF-ALJ", "sco", {}, "alj"),
    ("AIP-EFF-ALJ-PARTB", "one_care", _DRUG, "council"),
    ("AIP-EFF-SFH", "sco", {"benefit": "medicaid"}, "fair_hearing"),
    ("M-EFF", "sco_medicaid", {"benefit": "medicaid"}, "fair_hearing"),
    ("AIP-EFF-ALJ-EXP-PARTB", "sco", _DRUG | _FAST, "council"),
)
"""Every rule on carrying out an outside reviewer's reversal that the clock engine runs."""


def build(cases: Cases) -> None:
    """Add appeals and reversals at their limits."""
    for rule, program, columns, determination, column, decided_after in LIMITS:
        for kind, number in each_kind():
            _appeal_at_limit(
                cases, rule, program, columns, determination, column, decided_after, kind, number
            )
    _untimely(cases)
    _waivers(cases)
    for rule, program, columns, reviewer in REVERSALS:
        for kind, number in each_kind():
            _reversal_at_limit(cases, rule, program, columns, reviewer, kind, number)


def _appeal(cases: Cases, program: str, received: int, **columns) -> dict:
    """An appeal with the denial it is about; not yet decided."""
    drug = columns.get("part_b_drug", "N")
    benefit = columns.get("benefit", "medicaid" if program == "sco_medicaid" else "medicare")
    if columns.get("appeal_type") == "payment":
        table, original = "claims", clock_payments.add_denied(cases, program, received)
        asker = "enrollee"
    else:
        table, asker = "authorizations", "enrollee"
        original = clock_determinations.add_denied(
            cases, program, received, part_b_drug=drug, benefit=benefit
        )
    denied = cases.rows[table][-1]
    return {
        "member_id": denied["member_id"],
        "original_case_id": cases.case_id(table, original),
        "appeal_type": "pre_service",
        "part_b_drug": drug,
        "benefit": benefit,
        "received_at": received,
        "requester": asker,
        "priority": "standard",
        "priority_requested": "standard",
        "extension_taken": "N",
        "status": "decided",
        "medical_necessity_denial": "Y",
        "issue_description": "Appeal of a denial.",
    } | columns


def _decided(row: dict, program: str, determination: str, decided: int) -> dict:
    """Decided, told in writing an hour later and at once carried out, paid or forwarded."""
    row = row | {"determination": determination, "decided_at": decided, "written_notified_at": decided + HOUR}
    payment = row["appeal_type"] == "payment"
    if determination == "approved":
        return row | {"paid_at" if payment else "effectuated_at": decided + 2 * HOUR}
    if program != "sco_medicaid" and row["benefit"] == "medicare":
        return row | {"ire_forwarded_at": decided + 2 * HOUR}
    return row


def _appeal_at_limit(
    cases, rule, program, columns, determination, column, decided_after, kind, number
) -> None:
    received = cases.moment(*window(number, _EARLY, _LATE))
    extended = columns.get("extension_taken") == "Y"
    notice = {"extension_notice_at": received + 10 * DAY} if extended else {}
    row = _appeal(cases, program, received, **columns, **notice)
    decided = received + decided_after
    if decided_after >= DAY and columns.get("priority") != "expedited":
        decided = decided // DAY * DAY + 9 * HOUR
    row = _decided(row, program, determination, decided)
    start = decided if rule in _FROM_DECISION else received
    stop, margin, unit = cases.limit_stop(rule, start, kind, extended)
    index = cases.add("appeals", "R{:08d}", row | {column: stop})
    cases.expect(
        "extended limit" if extended else "limit", "appeals", index, column, rule, kind, margin, unit
    )


def _untimely(cases: Cases) -> None:
    """An expedited appeal decided too late goes to the IRE counted from the end of the time to decide."""
    rule, decision = "AIP-IRE-UNTIMELY", "AIP-REC-EXP"
    for kind, number in each_kind():
        received = cases.moment(*window(number, _EARLY, _LATE))
        row = _appeal(cases, "one_care", received, **_FAST)
        ran_out = timing.after(received, limits.seconds(decision))
        row = _decided(row, "one_care", "denied", ran_out + 8 * HOUR)
        stop, margin, unit = cases.limit_stop(rule, ran_out, kind)
        index = cases.add("appeals", "R{:08d}", row | {"ire_forwarded_at": stop})
        cases.late_decision("appeals", index, decision)
        cases.expect("limit", "appeals", index, "ire_forwarded_at", rule, kind, margin, unit)


def _waivers(cases: Cases) -> None:
    """A noncontract provider's payment appeal counts from the waiver of liability."""
    rule = "AIP-REC-PAY"
    for kind, number in each_kind():
        received = cases.moment(*window(number, _EARLY, _LATE))
        waiver = received + 6 * DAY
        row = _appeal(cases, "sco", received, **_PAYMENT, waiver_received_at=waiver)
        row["requester"] = "noncontract_provider"
        row = _decided(row, "sco", "approved", received + 28 * DAY)
        stop, margin, unit = cases.limit_stop(rule, waiver, kind)
        index = cases.add("appeals", "R{:08d}", row | {"paid_at": stop})
        cases.expect(
            "waiver of liability later than receipt",
            "appeals",
            index,
            "paid_at",
            rule,
            kind,
            margin,
            unit,
            "counted from the request it would be late" if kind != "past_limit" else "",
        )


def _reversal_at_limit(cases, rule, program, columns, reviewer, kind, number) -> None:
    """Denial, appeal, review and reversal, one behind the other, each in time."""
    received = cases.moment(*window(number, _EFFECTUATIONS_BEGIN["early"], _EFFECTUATIONS_BEGIN["late"]))
    appealed = received - 75 * DAY
    row = _appeal(cases, program, appealed, **columns)
    row = _decided(row, program, "denied", appealed + 30 * HOUR)
    if reviewer == "fair_hearing":
        row |= {
            "fair_hearing_requested_at": appealed + 10 * DAY,
            "fair_hearing_outcome": "overturned",
            "fair_hearing_decided_at": received - HOUR,
        }
    else:
        row |= {
            "ire_outcome": "overturned" if reviewer == "ire" else "upheld",
            "ire_decided_at": received - HOUR if reviewer == "ire" else appealed + 30 * DAY,
        }
    appeal = cases.add("appeals", "R{:08d}", row)
    stop, margin, unit = cases.limit_stop(rule, received, kind)
    index = cases.add(
        "effectuations",
        "E{:07d}",
        {
            "member_id": row["member_id"],
            "part": "C",
            "appeal_id": cases.case_id("appeals", appeal),
            "request_kind": row["appeal_type"],
            "part_b_drug": row["part_b_drug"],
            "priority": row["priority"],
            "overturned_by": reviewer,
            "overturn_received_at": received,
            "effectuated_at": stop,
            "interest_paid": "N" if row["appeal_type"] == "payment" else None,
            "issue_description": "Decision of the plan reversed by an outside reviewer.",
        },
    )
    cases.expect("limit", "effectuations", index, "effectuated_at", rule, kind, margin, unit)
