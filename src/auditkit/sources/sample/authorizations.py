"""Authorizations: requests for coverage of a service, item or drug, each answered in time."""

from datetime import date

import numpy as np

from auditkit.sources.moments import day_number
from auditkit.sources.sample import assumptions as a
from auditkit.sources.sample import limits, timing
from auditkit.sources.sample.members import draw_receipts, member_years
from auditkit.sources.sample.table import NONE, Table, complete, draw, flags, length, numbered, text
from auditkit.sources.sample.words import (
    BEHAVIORAL_SERVICES,
    DENIAL_REASONS,
    DISMISSAL_REASONS,
    PART_B_DRUGS,
    SERVICES,
)

SWITCH = day_number(date(2026, 1, 1))
"""Requests received from this day on fall under AIP-IOD-STD-PA and M-AUTH-STD."""
DELEGATES = tuple(a.DELEGATE_SHARES)
CASE_PATTERNS = {"": "A{:09d}", DELEGATES[1]: "HV-{:07d}", DELEGATES[2]: "CBP{:07d}"}


def make_authorizations(rng: np.random.Generator, members: Table) -> Table:
    """Table `authorizations`, without faults, in order of receipt."""
    rows = round(member_years(members) * a.AUTHORIZATIONS_A_MEMBER_YEAR)
    span, received = draw_receipts(rng, members, rows)
    table = {"member_id": members["member_id"][span], "received_at": received}
    table |= _request(rng, members["program"][span], rows)
    table |= _papers(rng, received, table["requester"], rows)
    table |= _answer(rng, table, members["program"][span])
    table |= _services(rng, table)
    table["case_id"] = case_numbers(table["delegate"], 1)
    return complete("authorizations", table)


def case_numbers(delegate: np.ndarray, first: int) -> np.ndarray:
    """Authorization numbers in the style of whoever processes the case; `delegate` is '' for the plan."""
    numbers = np.arange(first, first + len(delegate))
    made = np.empty(len(delegate), dtype=object)
    for name, pattern in CASE_PATTERNS.items():
        mine = delegate == name
        made[mine] = numbered(pattern, numbers[mine])
    return made


def _request(rng, program, rows: int) -> Table:
    delegate = draw(rng, a.DELEGATE_SHARES, rows)
    own = delegate == ""
    concurrent = own & (rng.random(rows) < a.CONCURRENT_SHARE)
    drug = (
        (delegate != DELEGATES[2])
        & ~concurrent
        & (rng.random(rows) < a.PART_B_SHARE / (1 - a.CONCURRENT_SHARE))
    )
    expedited = rng.random(rows) < a.EXPEDITED_SHARE
    refused = ~expedited & (rng.random(rows) < a.REFUSED_EXPEDITE_SHARE)
    only_medicaid = program == "sco_medicaid"
    medicaid = only_medicaid | (~drug & (rng.random(rows) < a.MEDICAID_BENEFIT_SHARE))
    return {
        "delegate": delegate,
        "request_type": np.where(concurrent, "concurrent", "pre_service").astype(object),
        "part_b_drug": flags(drug),
        "prior_authorization": draw(rng, a.PRIOR_AUTHORIZATION, rows),
        "benefit": np.where(medicaid, "medicaid", "medicare").astype(object),
        "priority": np.where(expedited, "expedited", "standard").astype(object),
        "priority_requested": np.where(expedited | refused, "expedited", "standard").astype(object),
        "requester": draw(rng, a.REQUESTERS, rows),
    }


def _papers(rng, received, requester, rows: int) -> Table:
    """Fax header, opening of the case, appointment of representative: all on or near the receipt."""
    end_of_day = (received // timing.DAY + 1) * timing.DAY - 1
    start_of_day = received // timing.DAY * timing.DAY
    faxed = rng.random(rows) < 0.4
    header = np.maximum(received - rng.integers(0, 600, rows), start_of_day)
    opened = np.minimum(received + rng.integers(0, 4 * timing.HOUR, rows), end_of_day)
    later = rng.random(rows) < a.LATER_AOR_SHARE
    appointed = np.where(later, received + rng.integers(600, 4 * timing.HOUR, rows), received)
    return {
        "fax_header_at": np.where(faxed, timing.daytime(header), NONE),
        "case_created_at": timing.daytime(opened),
        "aor_received_at": np.where(requester == "enrollee_representative", timing.daytime(appointed), NONE),
    }


def _answer(rng, table: Table, program: np.ndarray) -> Table:
    rows = length(table)
    received = table["received_at"]
    hours, limit = request_limits(table, program)
    outcome = draw(rng, a.DETERMINATIONS, rows)
    withdrawn = rng.random(rows) < a.WITHDRAWN_SHARE
    drug = table["part_b_drug"] == "Y"
    extended = (rng.random(rows) < a.EXTENSION_SHARE / (1 - a.PART_B_SHARE)) & ~drug & ~withdrawn
    extended &= outcome != "dismissed"
    appointment = table["aor_received_at"]
    never_came = (outcome == "dismissed") & (rng.random(rows) < a.MISSING_AOR_DISMISSAL_SHARE)
    appointment = np.where(never_came, NONE, appointment)
    moments = timing.respond(
        rng,
        received,
        np.where(appointment == NONE, received, appointment),
        hours,
        limit,
        extended,
        limits.extension("AIP-IOD-STD-PA"),
    )
    called = rng.random(rows) < np.where(hours, 0.75, 0.4)
    return {"aor_received_at": appointment} | outcome_columns(
        rng, moments, outcome, withdrawn, extended, called
    )


def request_limits(table: Table, program: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Is the limit counted in hours, and how long is it (seconds, else calendar days).

    An item known not to need prior authorization is answered as fast as the others, so that a
    universe, whose layout does not tell the difference, reads the same verdict.
    """
    drug, fast = table["part_b_drug"] == "Y", table["priority"] == "expedited"
    medicaid_drug = drug & (program == "sco_medicaid")
    new = table["received_at"] // timing.DAY >= SWITCH
    cases = [medicaid_drug, drug & fast, drug, fast, new]
    limit = [
        limits.seconds("M-AUTH-RX"),
        limits.seconds("AIP-IOD-PARTB-EXP"),
        limits.seconds("AIP-IOD-PARTB-STD"),
        limits.seconds("AIP-IOD-EXP"),
        limits.days("AIP-IOD-STD-PA"),
    ]
    return drug | fast, np.select(cases, limit, limits.days("AIP-IOD-STD-PA-2025"))


def outcome_columns(rng, moments, outcome, withdrawn, extended, called) -> Table:
    """Status, outcome and notices; a case whose answer lies behind the last recorded second is pending."""
    rows = len(outcome)
    pending = ~withdrawn & (np.maximum(moments["written"], moments["oral"]) > timing.END)
    open_case = withdrawn | pending
    extended = extended & (moments["extension_notice"] <= timing.END)
    adverse = np.isin(outcome, ("denied", "partially_denied")) & ~open_case
    necessity = np.where(rng.random(rows) < a.MEDICAL_NECESSITY_SHARE, "Y", "N").astype(object)
    return {
        "extension_taken": flags(extended),
        "extension_notice_at": np.where(extended, moments["extension_notice"], NONE),
        "status": np.select([withdrawn, pending], ["withdrawn", "pending"], "decided").astype(object),
        "determination": np.where(open_case, None, outcome),
        "decided_at": np.where(open_case, NONE, moments["decided"]),
        "oral_notified_at": np.where(open_case | ~called, NONE, moments["oral"]),
        "written_notified_at": np.where(open_case, NONE, moments["written"]),
        "medical_necessity_denial": np.where(adverse, necessity, None),
    }


def _services(rng, table: Table) -> Table:
    rows = length(table)
    drug, behavioral = table["part_b_drug"] == "Y", table["delegate"] == DELEGATES[2]
    code, words = text(None, rows), text(None, rows)
    for which, offered in (
        (drug, PART_B_DRUGS),
        (behavioral, BEHAVIORAL_SERVICES),
        (~drug & ~behavioral, SERVICES),
    ):
        code[which] = draw(rng, dict.fromkeys(offered, 1), int(which.sum()))
        words[which] = [offered[c] for c in code[which]]
    planned = table["received_at"] // timing.DAY + rng.integers(1, 45, rows)
    concurrent = table["request_type"] == "concurrent"
    return {
        "service_code": code,
        "service_description": words,
        "service_date": np.where(concurrent, table["received_at"] // timing.DAY, planned),
        "issue_description": issue_texts(rng, words, table["determination"]),
    }


def issue_texts(rng, words: np.ndarray, outcome: np.ndarray, asked: str = "Request for") -> np.ndarray:
    """What was asked for, and why it was denied or dismissed."""
    denied = draw(rng, dict.fromkeys(DENIAL_REASONS, 1), len(words))
    dismissed = draw(rng, dict.fromkeys(DISMISSAL_REASONS, 1), len(words))
    made = np.empty(len(words), dtype=object)
    ends = {"denied": "Denied: ", "partially_denied": "Denied in part: ", "dismissed": "Dismissed: "}
    made[:] = [
        f"{asked} {what}."
        if how not in ends
        else f"{asked} {what}. {ends[how]}{dismissal if how == 'dismissed' else denial}."
        for what, how, denial, dismissal in zip(words, outcome, denied, dismissed, strict=True)
    ]
    return made
