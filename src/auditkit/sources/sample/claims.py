"""Claims and reimbursement requests, each paid or denied in time."""

import numpy as np

from auditkit.sources.sample import assumptions as a
from auditkit.sources.sample import limits, timing
from auditkit.sources.sample.members import draw_receipts, member_years, span_on
from auditkit.sources.sample.table import NONE, Table, complete, draw, flags, length, numbered, text

DAY = timing.DAY


def make_claims(rng: np.random.Generator, members: Table, authorizations: Table) -> Table:
    """Table `claims`, without faults, in order of receipt; a claim refers only to approved authorizations."""
    rows = round(member_years(members) * a.CLAIMS_A_MEMBER_YEAR)
    span, received = draw_receipts(rng, members, rows)
    table = {
        "member_id": members["member_id"][span],
        "received_at": received,
        "authorization_id": text(None, rows),
    }
    program = members["program"][span].copy()
    _refer(rng, table, program, members, authorizations)
    order = np.lexsort((table["member_id"].astype(str), table["received_at"]))
    table, program = {name: values[order] for name, values in table.items()}, program[order]
    table |= _request(rng, program, rows)
    table |= _answer(rng, table, program)
    table["issue_description"] = _issues(table)
    table["case_id"] = numbered("C{:010d}", np.arange(1, rows + 1))
    return complete("claims", table)


def _refer(rng, table: Table, program, members: Table, authorizations: Table) -> None:
    """Give some claims an approved authorization: its member, and a receipt some weeks behind it."""
    approved = np.flatnonzero(
        (authorizations["determination"] == "approved") & (authorizations["delegate"] == "")
    )
    chosen = rng.permutation(approved)[: length(table) // 5]
    written = authorizations["written_notified_at"][chosen]
    received = (written // DAY + rng.integers(5, 40, len(chosen))) * DAY + timing.clock_times(
        rng, len(chosen)
    )
    received = timing.daytime(received)
    span = span_on(members, authorizations["member_id"][chosen], received // DAY)
    usable = np.flatnonzero((span >= 0) & (received <= timing.END))
    rows = np.sort(rng.permutation(length(table))[: len(usable)])
    table["member_id"][rows] = authorizations["member_id"][chosen[usable]]
    table["authorization_id"][rows] = authorizations["case_id"][chosen[usable]]
    table["received_at"][rows] = received[usable]
    program[rows] = members["program"][span[usable]]


def _request(rng, program, rows: int) -> Table:
    sort = draw(rng, a.CLAIM_SHARES, rows)
    only_medicaid = program == "sco_medicaid"
    # no limit is known for reimbursing MassHealth-only members: they are given none
    contracted, reimbursement = sort == "contract", (sort == "reimbursement") & ~only_medicaid
    medicaid = only_medicaid | (rng.random(rows) < a.MEDICAID_BENEFIT_SHARE)
    return {
        "claim_type": np.where(reimbursement, "member_reimbursement", "provider_claim").astype(object),
        "contracted": flags(contracted),
        "clean": flags(only_medicaid | (rng.random(rows) < a.CLEAN_SHARE)),
        "benefit": np.where(medicaid, "medicaid", "medicare").astype(object),
        "requester": np.select(
            [contracted, reimbursement], ["contract_provider", "enrollee"], "noncontract_provider"
        ).astype(object),
    }


def _answer(rng, table: Table, program) -> Table:
    rows = length(table)
    received = table["received_at"]
    slow = (table["clean"] == "N") & (table["claim_type"] == "provider_claim") & (table["contracted"] == "N")
    limit = np.where(slow, limits.days("CLM-NC-OTHER"), limits.days("CLM-NC-CLEAN")) - 2
    outcome = draw(rng, a.CLAIM_DETERMINATIONS, rows)
    day = received // DAY + np.minimum(np.floor(rng.beta(1.4, 2.6, rows) * limit), limit).astype(np.int64)
    decided = np.maximum(day * DAY + timing.office_times(rng, rows), received + 600)
    paid = (decided // DAY + rng.integers(0, 2, rows)) * DAY + timing.office_times(rng, rows)
    paid = np.maximum(paid, decided + 600)
    # a denial of MassHealth payment is told on its own day (42 CFR 438.404(c)(2))
    told = np.where(program == "sco_medicaid", decided, paid)
    withdrawn = rng.random(rows) < 0.005
    pending = ~withdrawn & (paid > timing.END)
    open_case = withdrawn | pending
    pays, adverse = outcome == "approved", np.isin(outcome, ("denied", "partially_denied"))
    interest = (
        (table["contracted"] == "N") & (table["clean"] == "Y") & (table["claim_type"] == "provider_claim")
    )
    billed = np.round(np.exp(rng.normal(5.4, 1.1, rows)), 2)
    return {
        "status": np.select([withdrawn, pending], ["withdrawn", "pending"], "decided").astype(object),
        "determination": np.where(open_case, None, outcome),
        "decided_at": np.where(open_case, NONE, decided),
        "paid_at": np.where(open_case | ~pays, NONE, paid),
        "interest_paid": np.where(interest & ~open_case, "N", None),
        "enrollee_notified_at": np.where(open_case, NONE, told),
        "provider_notified_at": np.where(open_case | (table["claim_type"] != "provider_claim"), NONE, told),
        "medical_necessity_denial": np.where(adverse & ~open_case, flags(rng.random(rows) < 0.2), None),
        "billed_amount": billed,
        "paid_amount": np.where(open_case | ~pays, np.nan, np.round(billed * 0.62, 2)),
    }


def _issues(table: Table) -> np.ndarray:
    words = {
        "approved": "Paid.",
        "denied": "Denied: the records do not support the service billed.",
        "partially_denied": "Denied in part: some lines are not supported by the records.",
        "dismissed": "Dismissed: the request lacks the waiver of liability or a proper party.",
    }
    asked = {
        "provider_claim": "Claim for covered services.",
        "member_reimbursement": "Request for reimbursement.",
    }
    made = np.empty(length(table), dtype=object)
    made[:] = [
        f"{asked[kind]} {words.get(how, 'In process.')}"
        for kind, how in zip(table["claim_type"], table["determination"], strict=True)
    ]
    return made
