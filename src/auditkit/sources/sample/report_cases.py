"""What the periodic reports ask of authorizations, appeals and grievances beyond the case itself.

Filled in after all cases are made, from random numbers of its own, so that the cases stay as they were.
"""

import numpy as np

from auditkit.sources.moments import day_text
from auditkit.sources.sample import assumptions as a
from auditkit.sources.sample.table import NONE, Table, draw, flags, length, text
from auditkit.sources.sample.timing import DAY
from auditkit.sources.sample.words import GRIEVANCE_REASONS, SECOND_REASONS, SERVICE_CATEGORIES

ADVERSE = ("denied", "partially_denied")


def describe_authorizations(rng: np.random.Generator, table: Table) -> None:
    """Kind of service, by the procedure code, and why a denial was made."""
    table["service_category"] = _looked_up(SERVICE_CATEGORIES, table["service_code"])
    other = draw(rng, a.NOT_NECESSITY_REASONS, length(table))
    reason = np.where(table["medical_necessity_denial"] == "Y", "medical_necessity", other)
    table["denial_reason"] = np.where(np.isin(table["determination"], ADVERSE), reason, None).astype(object)


def describe_appeals(rng: np.random.Generator, table: Table, authorizations: Table) -> None:
    """Who pays first, what the appeal is against, kinds of service, aid while it is open, dates of review."""
    rows = length(table)
    shared = rng.random(rows) < a.BOTH_PAYERS_SHARE
    payer = np.where(table["benefit"] == "medicaid", "masshealth", "medicare")
    table["primary_payer"] = np.where(shared, "both", payer).astype(object)
    cases = dict(zip(authorizations["case_id"], range(length(authorizations)), strict=True))
    original = np.array([cases.get(case, -1) for case in table["original_case_id"]])
    known = original >= 0
    ends = known & (authorizations["request_type"][original] == "concurrent")
    reason = np.where(ends, "reduction_suspension_termination", draw(rng, a.APPEAL_REASONS, rows))
    paid = table["appeal_type"] == "payment"
    reason = np.where(paid, draw(rng, a.CLAIM_APPEAL_REASONS, rows), reason)
    table["appeal_reason"] = reason.astype(object)
    first = np.where(known, authorizations["service_category"][original], draw(rng, a.CLAIM_SERVICES, rows))
    table["service_categories"] = _with_second(rng, first, draw(rng, a.GRIEVANCE_SERVICES, rows))
    aided = np.where(reason == "reduction_suspension_termination", a.AID_PENDING_SHARE, 0.05)
    table["aid_pending"] = flags(~paid & (rng.random(rows) < aided))
    table["review_dates"] = _review_dates(rng, table["received_at"], table["decided_at"])


def describe_grievances(rng: np.random.Generator, table: Table) -> None:
    """Reasons and kinds of service as the State sorts them, accommodation, dates of review."""
    rows = length(table)
    reasons = _looked_up(GRIEVANCE_REASONS, table["category"])
    table["reason_categories"] = _with_second(rng, reasons, draw(rng, dict.fromkeys(SECOND_REASONS, 1), rows))
    service = np.select(
        [table["part"] == "D", table["category"] == "Transportation"],
        ["outpatient_drugs", "transportation"],
        draw(rng, a.GRIEVANCE_SERVICES, rows),
    )
    table["service_categories"] = _with_second(rng, service, draw(rng, a.GRIEVANCE_SERVICES, rows))
    asked = (table["category"] == "Accessibility") | (rng.random(rows) < a.ACCOMMODATION_SHARE)
    table["accommodation"] = flags(asked)
    table["review_dates"] = _review_dates(rng, table["received_at"], table["resolved_at"])


def _looked_up(words: dict[str, str], keys: np.ndarray) -> np.ndarray:
    found = text(None, len(keys))
    found[:] = [words.get(key) for key in keys]
    return found


def _with_second(rng, first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """The first code, and for some rows a second one behind a semicolon."""
    more = rng.random(len(first)) < a.SECOND_CODE_SHARE
    made = np.empty(len(first), dtype=object)
    made[:] = [
        f"{one};{two}" if also and one is not None and one != two else one
        for one, two, also in zip(first, second, more, strict=True)
    ]
    return made


def _review_dates(rng, received: np.ndarray, decided: np.ndarray) -> np.ndarray:
    """One or two days between receipt and answer on which the case was reviewed; none for an open case."""
    first, last = received // DAY, np.where(decided == NONE, received, decided) // DAY
    span = np.maximum(last - first, 0)
    middle = first + np.floor(rng.random(len(first)) * (span + 1)).astype(np.int64)
    twice = rng.random(len(first)) < 0.4
    made = text(None, len(first))
    for row in np.flatnonzero((decided != NONE) & (last >= first)):
        days = [middle[row], last[row]] if twice[row] and middle[row] < last[row] else [last[row]]
        made[row] = ";".join(day_text(int(day)) for day in days)
    return made
