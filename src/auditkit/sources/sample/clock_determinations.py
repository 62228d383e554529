"""Authorizations at the limits of their rules, and those whose clock has a trap."""

from datetime import date

from auditkit.sources.sample import limits
from auditkit.sources.sample.boundaries import DAY, HOUR, KINDS, Cases, each_kind, window

_OLD = (date(2025, 7, 8), date(2025, 11, 25))
_NEW = (date(2026, 1, 6), date(2026, 6, 10))
_LAST = (date(2026, 7, 6), date(2026, 8, 20))

_NO_FLAG_IN_LAYOUT = "read from the extract's prior authorization flag; the OD layout has none"
_PRIOR, _NO_PRIOR = {"prior_authorization": "Y"}, {"prior_authorization": "N"}
_FAST = {"priority": "expedited", "priority_requested": "expedited"}
_DRUG = {
    "part_b_drug": "Y",
    "prior_authorization": None,
    "service_code": "J0897",
    "service_description": "denosumab injection",
}

LIMITS = (
    # rule, program, what the request is, extended, earlier days of receipt, last days of receipt
    ("AIP-IOD-STD-PA-2025", "one_care", _PRIOR, False, _OLD, _OLD),
    ("AIP-IOD-STD-PA", "one_care", _PRIOR, False, _NEW, _LAST),
    ("AIP-IOD-STD-PA", "sco", _PRIOR, True, _NEW, _LAST),
    ("AIP-IOD-STD-NOPA", "sco", _NO_PRIOR, False, _NEW, _LAST),
    ("AIP-IOD-EXP", "sco", _FAST, False, _NEW, _LAST),
    ("AIP-IOD-EXP", "one_care", _FAST, True, (date(2026, 3, 20), date(2026, 6, 10)), _LAST),
    ("AIP-IOD-PARTB-STD", "sco", _DRUG, False, _NEW, _LAST),
    ("AIP-IOD-PARTB-EXP", "one_care", _DRUG | _FAST, False, _NEW, _LAST),
    ("M-AUTH-STD-2025", "sco_medicaid", _PRIOR, False, _OLD, _OLD),
    ("M-AUTH-STD", "sco_medicaid", _PRIOR, False, _NEW, _LAST),
    ("M-AUTH-EXP", "sco_medicaid", _FAST, False, _NEW, _LAST),
    ("M-AUTH-RX", "sco_medicaid", _DRUG, False, _NEW, _LAST),
)
"""Every rule on organization determinations that the clock engine runs for these programs."""


def request(cases: Cases, program: str, received: int, **columns) -> dict:
    """A prior authorization request of a steady member, not yet answered."""
    return {
        "member_id": cases.member(program),
        "request_type": "pre_service",
        "part_b_drug": "N",
        "prior_authorization": "Y",
        "benefit": "medicaid" if program == "sco_medicaid" else "medicare",
        "service_code": "E0260",
        "service_description": "hospital bed",
        "service_date": received // DAY + 30,
        "received_at": received,
        "case_created_at": received,
        "requester": "contract_provider",
        "priority": "standard",
        "priority_requested": "standard",
        "extension_taken": "N",
        "status": "decided",
        "issue_description": "Request for coverage; see the service.",
    } | columns


def answered(row: dict, stop: int, by_telephone: bool) -> dict:
    """Decided shortly before the stop: approved and told by telephone, or denied in writing."""
    decided = max(stop - 900, row["received_at"])
    if by_telephone:
        return row | {
            "determination": "approved",
            "decided_at": decided,
            "oral_notified_at": stop,
            "written_notified_at": stop + 20 * HOUR,
        }
    return row | {
        "determination": "denied",
        "decided_at": decided,
        "written_notified_at": stop,
        "medical_necessity_denial": "Y",
        "issue_description": "Request for coverage. Denied: the criteria are not met.",
    }


def add(cases: Cases, row: dict) -> int:
    """Add an authorization."""
    return cases.add("authorizations", "A{:09d}", row)


def add_denied(cases: Cases, program: str, appealed: int, **columns) -> int:
    """A standard request denied in time, three weeks before it is appealed."""
    received = appealed - 21 * DAY
    row = request(cases, program, received, **columns)
    hours = row["part_b_drug"] == "Y"
    return add(cases, answered(row, received + (6 * HOUR if hours else 3 * DAY), by_telephone=False))


def build(cases: Cases) -> None:
    """Add the authorizations at their limits and the traps."""
    for rule, program, columns, extended, early, late in LIMITS:
        for kind, number in each_kind():
            received = cases.moment(*window(number, early, late))
            _at_limit(
                cases,
                "extended limit" if extended else "limit",
                rule,
                kind,
                number,
                request(cases, program, received, **columns),
                extended,
                note=_NO_FLAG_IN_LAYOUT if columns == _NO_PRIOR else "",
            )
    _written_after_oral(cases)
    _switch_of_2026(cases)
    _clock_changes(cases)
    _appointments(cases)
    _extensions(cases)
    _missing_times(cases)


def _at_limit(cases, defect, rule, kind, number, row, extended=False, start=None, note="") -> None:
    start = row["received_at"] if start is None else start
    stop, margin, unit = cases.limit_stop(rule, start, kind, extended)
    if extended:
        base = limits.seconds(rule)
        notice = row["received_at"] + 2 * DAY if base is None else row["received_at"] + base // 2
        row = row | {"extension_taken": "Y", "extension_notice_at": notice}
    by_telephone = number % 2 == 0
    index = add(cases, answered(row, stop, by_telephone))
    column = "oral_notified_at" if by_telephone else "written_notified_at"
    cases.expect(defect, "authorizations", index, column, rule, kind, margin, unit, note)


def _written_after_oral(cases: Cases) -> None:
    """An extended expedited denial told by telephone: only the written confirmation is at its limit."""
    rule = "AIP-IOD-EXP-WRITTEN"
    for kind, number in each_kind():
        received = cases.moment(*window(number, (date(2026, 3, 20), date(2026, 6, 10)), _LAST))
        row = request(
            cases,
            "one_care",
            received,
            **_FAST,
            extension_taken="Y",
            extension_notice_at=received + 30 * HOUR,
        )
        oral = received + 80 * HOUR
        stop, margin, unit = cases.limit_stop(rule, oral, kind)
        row = answered(row, stop, by_telephone=False) | {"decided_at": oral - 900, "oral_notified_at": oral}
        cases.expect(
            "limit", "authorizations", add(cases, row), "written_notified_at", rule, kind, margin, unit
        )


def _switch_of_2026(cases: Cases) -> None:
    """Received on the last day of the 14-day rule and on the first of the 7-day rule."""
    for rule, received_on in (
        ("AIP-IOD-STD-PA-2025", date(2025, 12, 31)),
        ("AIP-IOD-STD-PA", date(2026, 1, 1)),
    ):
        for kind, number in each_kind():
            received = cases.moment(received_on, received_on)
            _at_limit(
                cases,
                "switch of 2026",
                rule,
                kind,
                number,
                request(cases, "sco", received),
                note=f"received {received_on:%Y/%m/%d}",
            )


def _clock_changes(cases: Cases) -> None:
    """72 and 24 exact hours across both changes of the clock and across the year's end."""
    for received_on, label in (
        (date(2025, 11, 1), "clocks back"),
        (date(2026, 3, 7), "clocks forward"),
        (date(2025, 12, 30), "year end"),
    ):
        for rule, columns in (("AIP-IOD-EXP", _FAST), ("AIP-IOD-PARTB-EXP", _DRUG | _FAST)):
            for kind, number in each_kind():
                received = cases.moment(received_on, received_on)
                _at_limit(cases, label, rule, kind, number, request(cases, "sco", received, **columns))


def _appointments(cases: Cases) -> None:
    """The clock starts when the appointment of representative arrives, not with the request."""
    for rule, columns, later in (("AIP-IOD-STD-PA", {}, 5 * DAY), ("AIP-IOD-EXP", _FAST, 30 * HOUR)):
        for kind, number in each_kind():
            received = cases.moment(*window(number, (date(2026, 3, 20), date(2026, 6, 10)), _LAST))
            row = request(
                cases,
                "one_care",
                received,
                requester="enrollee_representative",
                aor_received_at=received + later,
                **columns,
            )
            _at_limit(
                cases,
                "AOR later than receipt",
                rule,
                kind,
                number,
                row,
                start=received + later,
                note="counted from the request it would be late" if kind != "past_limit" else "",
            )


def _extensions(cases: Cases) -> None:
    """Extensions that do not count: without a notice, with a notice too late, on a Part B drug."""
    for kind, number in each_kind():
        if kind != "past_limit":
            continue
        received = cases.moment(*window(number, _NEW, _LAST))
        rule = "AIP-IOD-STD-PA"
        stop, margin, unit = cases.limit_stop(rule, received, kind)
        for defect, notice in (("extension without notice", None), ("extension notice too late", stop - 300)):
            row = request(cases, "sco", received, extension_taken="Y", extension_notice_at=notice)
            index = add(cases, answered(row, stop, by_telephone=False))
            cases.expect(defect, "authorizations", index, "extension_taken", rule, kind, margin, unit)
        rule = "AIP-IOD-PARTB-STD"
        row = request(
            cases, "sco", received, **_DRUG, extension_taken="Y", extension_notice_at=received + DAY
        )
        stop, margin, unit = cases.limit_stop(rule, received, kind)
        index = add(cases, answered(row, stop, by_telephone=False))
        cases.expect(
            "extension on a Part B drug",
            "authorizations",
            index,
            "extension_taken",
            rule,
            kind,
            margin,
            unit,
            "X05 in the universe as well",
        )


def _missing_times(cases: Cases) -> None:
    """A clock in hours without a time of day cannot be tested; it must not be read as midnight."""
    for number in range(len(KINDS) + 1):
        column = ("received_at", "written_notified_at")[number % 2]
        received = cases.moment(*(_NEW if number < 2 else _LAST))
        row = answered(request(cases, "one_care", received, **_FAST), received + 2 * DAY, by_telephone=False)
        index = add(cases, row)
        cases.raw["authorizations"].append((index, column, "time", None))
        cases.fault(
            "missing time",
            "authorizations",
            index,
            column,
            "clock",
            "AIP-IOD-EXP not_testable",
            "X02 in the universe as well",
            rule="AIP-IOD-EXP",
            verdict="not_testable",
        )
