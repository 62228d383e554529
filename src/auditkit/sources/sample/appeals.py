"""Appeals of denied authorizations and claims, what outside reviewers decide, and what the plan then does."""

import numpy as np

from auditkit.sources.sample import assumptions as a
from auditkit.sources.sample import limits, timing
from auditkit.sources.sample.authorizations import issue_texts, outcome_columns
from auditkit.sources.sample.members import span_on
from auditkit.sources.sample.table import NONE, Table, complete, draw, joined, length, numbered, take, text

DAY, HOUR = timing.DAY, timing.HOUR


def make_appeals(rng: np.random.Generator, members: Table, authorizations: Table, claims: Table) -> Table:
    """Table `appeals`, without faults, in order of receipt."""
    parts = [
        _appealed(rng, authorizations, a.APPEALED_SHARE, "pre_service"),
        _appealed(rng, claims, a.CLAIM_APPEALED_SHARE, "payment"),
    ]
    table = joined(parts)
    span = span_on(members, table["member_id"], table["received_at"] // DAY)
    table = take(table, (span >= 0) & (table["received_at"] <= timing.END))
    table = take(table, np.lexsort((table["original_case_id"].astype(str), table["received_at"])))
    span = span_on(members, table["member_id"], table["received_at"] // DAY)
    table |= _papers(rng, table)
    table |= _answer(rng, table, members["program"][span])
    table |= _after_answer(rng, table, members["program"][span])
    table["issue_description"] = issue_texts(rng, table.pop("words"), table["determination"], "Appeal about")
    table["case_id"] = numbered("R{:08d}", np.arange(1, length(table) + 1))
    return complete("appeals", table)


def _appealed(rng, cases: Table, share: float, appeal_type: str) -> Table:
    """The columns an appeal takes from the denial it is about."""
    adverse = np.isin(cases["determination"], ("denied", "partially_denied"))
    if appeal_type == "payment":
        adverse &= (cases["contracted"] == "N") & (cases["benefit"] == "medicare")
    notice = "enrollee_notified_at" if appeal_type == "payment" else "written_notified_at"
    chosen = take(cases, adverse & (rng.random(length(cases)) < share))
    rows = length(chosen)
    wait = np.minimum(1 + rng.gamma(1.6, 11.0, rows).astype(np.int64), 58)
    received = (chosen[notice] // DAY + wait) * DAY + timing.clock_times(rng, rows)
    drug = chosen["part_b_drug"] if appeal_type == "pre_service" else text("N", rows)
    words = chosen["service_description"] if appeal_type == "pre_service" else text("a denied payment", rows)
    provider = rng.random(rows) < 0.75
    asker = {
        "pre_service": draw(rng, a.APPEAL_REQUESTERS, rows),
        "payment": np.where(provider, "noncontract_provider", "enrollee").astype(object),
    }
    fast = (rng.random(rows) < a.EXPEDITED_SHARE) & (appeal_type == "pre_service")
    return {
        "member_id": chosen["member_id"],
        "original_case_id": chosen["case_id"],
        "appeal_type": text(appeal_type, rows),
        "part_b_drug": drug,
        "benefit": chosen["benefit"],
        "received_at": timing.daytime(received),
        "requester": asker[appeal_type],
        "priority": np.where(fast, "expedited", "standard").astype(object),
        "medical_necessity_denial": chosen["medical_necessity_denial"],
        "words": words,
    }


def _papers(rng, table: Table) -> Table:
    """Appointment of representative and waiver of liability, with the appeal or some hours later."""
    received, rows = table["received_at"], length(table)
    later = rng.random(rows) < a.LATER_AOR_SHARE
    came = timing.daytime(np.where(later, received + rng.integers(600, 4 * HOUR, rows), received))
    provider_payment = (table["appeal_type"] == "payment") & (table["requester"] == "noncontract_provider")
    refused = (table["priority"] == "standard") & (rng.random(rows) < a.REFUSED_EXPEDITE_SHARE)
    refused &= table["appeal_type"] == "pre_service"
    return {
        "aor_received_at": np.where(table["requester"] == "enrollee_representative", came, NONE),
        "waiver_received_at": np.where(provider_payment, came, NONE),
        "priority_requested": np.where(refused, "expedited", table["priority"]),
    }


def _answer(rng, table: Table, program: np.ndarray) -> Table:
    rows = length(table)
    drug, fast = table["part_b_drug"] == "Y", table["priority"] == "expedited"
    payment = table["appeal_type"] == "payment"
    limit = np.select(
        [fast, drug],
        [limits.seconds("AIP-REC-EXP"), limits.days("AIP-REC-PARTB-STD")],
        limits.days("AIP-REC-STD"),
    )
    outcome = draw(rng, a.APPEAL_DETERMINATIONS, rows)
    withdrawn = rng.random(rows) < a.WITHDRAWN_SHARE
    # the State counts an extension into the 30 days of MassHealth-only members: they get none
    extended = (
        (rng.random(rows) < a.EXTENSION_SHARE) & ~drug & ~payment & ~withdrawn & (program != "sco_medicaid")
    )
    extended &= outcome != "dismissed"
    floor = np.maximum(
        np.maximum(table["aor_received_at"], table["waiver_received_at"]), table["received_at"]
    )
    # a day is kept free at the end, for carrying out or forwarding what was decided
    room = np.where(fast | extended, limit, limit - 1)
    moments = timing.respond(
        rng, table["received_at"], floor, fast, room, extended, limits.extension("AIP-REC-STD")
    )
    necessity = table["medical_necessity_denial"]
    answer = outcome_columns(rng, moments, outcome, withdrawn, extended, rng.random(rows) < 0.5)
    return answer | {"medical_necessity_denial": necessity, "_limit": limit}


def _after_answer(rng, table: Table, program: np.ndarray) -> Table:
    """Effectuation, payment, forwarding to the Independent Review Entity, and what reviewers decide."""
    rows = length(table)
    decided, payment = table["decided_at"], table["appeal_type"] == "payment"
    fast, medicare = table["priority"] == "expedited", table["benefit"] == "medicare"
    last = _last_second(table)
    carried = np.minimum(decided + rng.integers(HOUR, 40 * HOUR, rows), last)
    carried_fast = decided + rng.integers(600, 8 * HOUR, rows)
    carried = timing.daytime(np.where(fast, np.minimum(carried_fast, last), carried))
    approved = table["determination"] == "approved"
    adverse = np.isin(table["determination"], ("denied", "partially_denied"))
    forwarded = np.where(adverse & medicare & (program != "sco_medicaid"), carried, NONE)
    too_late = np.maximum(np.where(approved, carried, NONE), forwarded) > timing.END
    columns = {
        "effectuated_at": np.where(approved & ~payment & ~too_late, carried, NONE),
        "paid_at": np.where(approved & payment & ~too_late, carried, NONE),
        "ire_forwarded_at": np.where(too_late, NONE, forwarded),
    }
    return (
        columns
        | _reopened(table, too_late)
        | _reviewers(rng, table, columns["ire_forwarded_at"], adverse & ~medicare)
    )


def _last_second(table: Table) -> np.ndarray:
    """End of the limit within which an appeal must be carried out or forwarded."""
    received, limit = table["received_at"], table["_limit"]
    days = limit + np.where(table["extension_taken"] == "Y", limits.extension("AIP-REC-STD"), 0)
    by_day = (received // DAY + days + 1) * DAY - 1
    fast = table["priority"] == "expedited"
    by_hour = received + limit - 2 * HOUR
    by_hour = np.where(
        table["extension_taken"] == "Y", by_hour + limits.extension("AIP-REC-EXP") * DAY, by_hour
    )
    return np.where(fast, np.maximum(by_hour, table["decided_at"]), by_day)


def _reopened(table: Table, too_late: np.ndarray) -> Table:
    """Appeals whose last step lies behind the last recorded second are still pending."""
    none = {
        name: np.where(too_late, NONE, table[name])
        for name in ("decided_at", "oral_notified_at", "written_notified_at")
    }
    return none | {
        "status": np.where(too_late, "pending", table["status"]),
        "determination": np.where(too_late, None, table["determination"]),
    }


def _reviewers(rng, table: Table, forwarded: np.ndarray, medicaid_denied: np.ndarray) -> Table:
    rows = length(table)
    fast = table["priority"] == "expedited"
    wait = np.where(fast, rng.integers(1, 4, rows), rng.integers(12, 45, rows)) * DAY
    reviewed = forwarded // DAY * DAY + wait + timing.office_times(rng, rows)
    decided = (forwarded != NONE) & (reviewed + 5 * HOUR <= timing.END)
    asked = (
        table["written_notified_at"] // DAY * DAY
        + rng.integers(3, 90, rows) * DAY
        + timing.office_times(rng, rows)
    )
    hearing = medicaid_denied & (rng.random(rows) < a.FAIR_HEARING_SHARE) & (asked <= timing.END)
    hearing &= table["appeal_type"] == "pre_service"
    heard = asked + rng.integers(25, 75, rows) * DAY
    heard_done = hearing & (heard + 5 * HOUR <= timing.END)
    return {
        "ire_outcome": np.where(decided, draw(rng, a.IRE_OUTCOMES, rows), None),
        "ire_decided_at": np.where(decided, timing.daytime(reviewed), NONE),
        "fair_hearing_requested_at": np.where(hearing, asked, NONE),
        "fair_hearing_outcome": np.where(heard_done, draw(rng, a.FAIR_HEARING_OUTCOMES, rows), None),
        "fair_hearing_decided_at": np.where(heard_done, heard, NONE),
    }


def make_effectuations(rng: np.random.Generator, appeals: Table) -> Table:
    """Table `effectuations`: every reversal by an outside reviewer, carried out in time."""
    reversed_words = ("overturned", "partially_overturned")
    by_ire = np.isin(appeals["ire_outcome"], reversed_words)
    by_hearing = np.isin(appeals["fair_hearing_outcome"], reversed_words)
    upheld = (appeals["ire_outcome"] == "upheld") & (rng.random(length(appeals)) < a.HIGHER_OVERTURN_SHARE)
    parts = [
        _reversals(take(appeals, by_ire), "ire", "ire_decided_at", 0),
        _reversals(take(appeals, by_hearing), "fair_hearing", "fair_hearing_decided_at", 0),
        _reversals(take(appeals, upheld), "alj", "ire_decided_at", 75),
    ]
    table = joined(parts)
    received = table["overturn_received_at"] + rng.integers(HOUR, 4 * HOUR, length(table))
    table["overturn_received_at"] = received
    table = take(table, received <= timing.END)
    table |= _carried_out(rng, table)
    table = take(table, np.lexsort((table["appeal_id"].astype(str), table["overturn_received_at"])))
    table["case_id"] = numbered("E{:07d}", np.arange(1, length(table) + 1))
    return complete("effectuations", table)


def _reversals(appeals: Table, by: str, decided: str, days_later: int) -> Table:
    rows = length(appeals)
    return {
        "member_id": appeals["member_id"],
        "part": text("C", rows),
        "appeal_id": appeals["case_id"],
        "request_kind": appeals["appeal_type"],
        "part_b_drug": appeals["part_b_drug"],
        "priority": appeals["priority"],
        "overturned_by": text(by, rows),
        "overturn_received_at": appeals[decided] + days_later * DAY,
        "issue_description": text("Decision of the plan reversed by an outside reviewer.", rows),
    }


def _carried_out(rng, table: Table) -> Table:
    rows = length(table)
    start, payment = table["overturn_received_at"], table["request_kind"] == "payment"
    short = (table["part_b_drug"] == "Y") & (table["priority"] == "expedited")
    shares = 0.05 + 0.8 * rng.random(rows)
    limit = np.select(
        [short, payment],
        [limits.seconds("AIP-EFF-IRE-EXP-PARTB"), limits.days("AIP-EFF-IRE-PAY") * DAY],
        limits.seconds("AIP-EFF-IRE-AUTH"),
    )
    done = timing.into_office_hours(rng, start + (shares * limit).astype(np.int64), start)
    done = timing.daytime(done)
    done = np.where(done <= timing.END, done, NONE)
    return {"effectuated_at": done, "interest_paid": np.where(payment, "N", None)}


def record_reviewers(effectuations: Table, appeals: Table, redeterminations: Table) -> None:
    """Write into each appeal what the reviewers above decided whose reversals were carried out."""
    for table in (appeals, redeterminations):
        place = {case: row for row, case in enumerate(table["case_id"])}
        for row, appeal in enumerate(effectuations["appeal_id"]):
            by, at = effectuations["overturned_by"][row], place.get(appeal)
            if at is None or by == "fair_hearing" or (by == "ire" and table is appeals):
                continue  # the appeal itself says so already
            name = "ire" if by == "ire" else "higher"
            table[f"{name}_outcome"][at] = "overturned"
            table[f"{name}_decided_at"][at] = effectuations["overturn_received_at"][row]
            if name == "higher":
                table["higher_reviewer"][at] = by
