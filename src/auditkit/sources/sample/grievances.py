"""Grievances, and notices that a service is reduced, suspended or ended."""

import numpy as np

from auditkit.sources.sample import assumptions as a
from auditkit.sources.sample import limits, timing
from auditkit.sources.sample.members import draw_receipts, member_years, span_on
from auditkit.sources.sample.table import NONE, Table, complete, draw, flags, length, numbered, take, text
from auditkit.sources.sample.words import (
    DISMISSAL,
    EXPEDITED_GRIEVANCE,
    GRIEVANCES,
    PART_D_GRIEVANCE,
    RESOLUTION,
)

DAY, HOUR = timing.DAY, timing.HOUR


def make_grievances(rng: np.random.Generator, members: Table) -> Table:
    """Table `grievances`, without faults, in order of receipt."""
    rows = round(member_years(members) * a.GRIEVANCES_A_MEMBER_YEAR)
    span, received = draw_receipts(rng, members, rows)
    medicaid_only = members["program"][span] == "sco_medicaid"
    part_d = ~medicaid_only & (rng.random(rows) < a.PART_D_GRIEVANCE_SHARE)
    fast = ~medicaid_only & ~part_d & (rng.random(rows) < a.GRIEVANCE_EXPEDITED_SHARE)
    table = {
        "member_id": members["member_id"][span],
        "received_at": received,
        "part": np.where(part_d, "D", "C").astype(object),
        "priority": np.where(fast, "expedited", "standard").astype(object),
        "received_how": np.where(
            ~fast & (rng.random(rows) < a.GRIEVANCE_WRITTEN_SHARE), "written", "oral"
        ).astype(object),
        "filed_by": draw(rng, {"enrollee": 0.88, "enrollee_representative": 0.12}, rows),
    }
    table |= _issue(rng, part_d, fast)
    table |= _answer(rng, table)
    table["case_id"] = numbered("G{:08d}", np.arange(1, rows + 1))
    return complete("grievances", table)


def _issue(rng, part_d, fast) -> Table:
    rows = len(fast)
    plain = {name: 1 for name in GRIEVANCES if name != "Quality of care"}
    quality = ~part_d & ~fast & (rng.random(rows) < a.QUALITY_OF_CARE_SHARE)
    category = np.select(
        [quality, fast, part_d],
        ["Quality of care", "Expedited grievance", "Pharmacy access"],
        draw(rng, plain, rows),
    ).astype(object)
    issue = np.empty(rows, dtype=object)
    special = {"Expedited grievance": EXPEDITED_GRIEVANCE, "Pharmacy access": PART_D_GRIEVANCE}
    issue[:] = [
        f"The enrollee {GRIEVANCES[c]}." if c in GRIEVANCES else f"The enrollee says: {special[c]}."
        for c in category
    ]
    return {"category": category, "quality_of_care": flags(quality), "issue_description": issue}


def _answer(rng, table: Table) -> Table:
    rows = length(table)
    received, fast = table["received_at"], table["priority"] == "expedited"
    representative = table["filed_by"] == "enrollee_representative"
    extended = ~fast & (table["part"] == "C") & (rng.random(rows) < a.EXTENSION_SHARE)
    limit = np.where(fast, limits.seconds("AIP-G-EXP"), limits.days("AIP-G-STD"))
    moments = timing.respond(rng, received, received, fast, limit, extended, limits.extension("AIP-G-STD"))
    written = (
        (table["received_how"] == "written") | (table["quality_of_care"] == "Y") | (rng.random(rows) < 0.35)
    )
    status = draw(rng, {"resolved": 0.965, "withdrawn": 0.02, "dismissed": 0.015}, rows)
    status[moments["written"] > timing.END] = "pending"
    extended &= (moments["extension_notice"] <= timing.END) & np.isin(status, ("resolved", "pending"))
    resolved = status == "resolved"
    answered = resolved | (status == "dismissed")
    return {
        "aor_received_at": np.where(representative, received, NONE),
        "extension_taken": flags(extended),
        "extension_notice_at": np.where(extended, moments["extension_notice"], NONE),
        "status": status,
        "resolved_at": np.where(answered, moments["decided"], NONE),
        "oral_notified_at": np.where(resolved & (~written | (rng.random(rows) < 0.3)), moments["oral"], NONE),
        "written_notified_at": np.where(answered & (written | ~resolved), moments["written"], NONE),
        "resolution_description": np.where(resolved, RESOLUTION, np.where(answered, DISMISSAL, None)),
    }


def make_reductions(rng: np.random.Generator, members: Table, authorizations: Table) -> Table:
    """Table `reductions`: actions against approved services, each told in good time."""
    rows = round(member_years(members) * a.REDUCTIONS_A_MEMBER_YEAR)
    approved = np.flatnonzero(
        (authorizations["determination"] == "approved") & (authorizations["delegate"] == "")
    )
    chosen = take(authorizations, np.sort(rng.permutation(approved)[: 2 * rows]))
    day = chosen["written_notified_at"] // DAY + rng.integers(20, 150, length(chosen))
    decided = day * DAY + timing.office_times(rng, length(chosen))
    usable = (decided + 2 * DAY <= timing.END) & (span_on(members, chosen["member_id"], day) >= 0)
    chosen, decided = take(chosen, np.flatnonzero(usable)[:rows]), decided[usable][:rows]
    rows = length(chosen)
    exception = draw(rng, {"none": 0.90, "431.213": 0.08, "431.214": 0.02}, rows)
    notice = np.maximum(
        (decided // DAY + rng.integers(0, 2, rows)) * DAY + timing.office_times(rng, rows), decided
    )
    least = limits.days("AIP-TERM-10D")
    ahead = np.select(
        [exception == "none", exception == "431.214"],
        [rng.integers(least, least + 12, rows), 6],
        rng.integers(0, 4, rows),
    )
    words = chosen["service_description"]
    issue = np.empty(rows, dtype=object)
    issue[:] = [f"Fewer units of {what} after reassessment." for what in words]
    table = {
        "member_id": chosen["member_id"],
        "authorization_id": chosen["case_id"],
        "action": draw(rng, {"reduction": 0.6, "suspension": 0.1, "termination": 0.3}, rows),
        "decided_at": decided,
        "notice_sent_at": notice,
        "effective_date": notice // DAY + ahead,
        "exception": exception,
        "continuation_requested": flags(rng.random(rows) < 0.2),
        "issue_description": issue,
        "delegate": text(None, rows),
    }
    table = take(table, np.lexsort((table["authorization_id"].astype(str), table["decided_at"])))
    table["case_id"] = numbered("T{:07d}", np.arange(1, rows + 1))
    return complete("reductions", table)
