"""Part D coverage determinations and redeterminations of the benefit manager, each answered in time."""

import numpy as np

from auditkit.sources.sample import assumptions as a
from auditkit.sources.sample import limits, timing
from auditkit.sources.sample.authorizations import issue_texts, outcome_columns
from auditkit.sources.sample.members import draw_receipts, member_years, span_on
from auditkit.sources.sample.table import NONE, Table, complete, draw, length, numbered, take, text
from auditkit.sources.sample.words import PART_D_DRUGS

DAY, HOUR = timing.DAY, timing.HOUR


def make_coverage_determinations(rng: np.random.Generator, members: Table) -> Table:
    """Table `coverage_determinations`, without faults, in order of receipt."""
    rows = round(member_years(members) * a.COVERAGE_DETERMINATIONS_A_MEMBER_YEAR)
    span, received = draw_receipts(rng, members, rows, ("one_care", "sco"))
    request = draw(rng, {"benefit": 0.55, "exception": 0.38, "payment": 0.07}, rows)
    exception, payment = request == "exception", request == "payment"
    fast = ~payment & (rng.random(rows) < 0.3)
    kind = draw(
        rng,
        {
            "prior_authorization": 0.4,
            "quantity_limit": 0.25,
            "step_therapy": 0.15,
            "formulary": 0.15,
            "tiering": 0.05,
        },
        rows,
    )
    later = rng.random(rows) < 0.3
    statement = timing.daytime(np.where(later, received + rng.integers(HOUR, 3 * HOUR, rows), received))
    table = {
        "member_id": members["member_id"][span],
        "received_at": received,
        "request_type": request,
        "exception_type": np.where(exception, kind, None),
        "drug": _drugs(rng, rows),
        "supporting_statement_at": np.where(exception, statement, NONE),
        "requester": draw(rng, {"prescriber": 0.8, "enrollee": 0.17, "enrollee_representative": 0.03}, rows),
        "priority": np.where(fast, "expedited", "standard").astype(object),
        "case_id": numbered("CD{:08d}", np.arange(1, rows + 1)),
    }
    table["priority_requested"] = table["priority"]
    hours_limit = np.where(fast, limits.seconds("D-CD-EXP"), limits.seconds("D-CD-STD"))
    limit = np.where(payment, limits.days("D-CD-PAY"), hours_limit)
    floor = np.where(exception, statement, received)
    table |= _answered(
        rng, table, ~payment, limit, floor, {"approved": 0.68, "denied": 0.27, "dismissed": 0.05}
    )
    approved = table["determination"] == "approved"
    through = table["decided_at"] // DAY + 365
    table["approval_expires"] = np.where(approved & exception, through, NONE)
    table["issue_description"] = issue_texts(rng, table["drug"], table["determination"])
    return complete("coverage_determinations", table)


def make_redeterminations(rng: np.random.Generator, members: Table, determinations: Table) -> Table:
    """Table `redeterminations`: appeals of denied coverage determinations, in order of receipt."""
    denied = (determinations["determination"] == "denied") & (rng.random(length(determinations)) < 0.12)
    chosen = take(determinations, denied)
    wait = 1 + np.minimum(rng.gamma(1.5, 9.0, length(chosen)).astype(np.int64), 55)
    received = (chosen["written_notified_at"] // DAY + wait) * DAY + timing.clock_times(rng, length(chosen))
    received = timing.daytime(received)
    usable = (received <= timing.END) & (span_on(members, chosen["member_id"], received // DAY) >= 0)
    order = np.flatnonzero(usable)[np.lexsort((chosen["case_id"][usable].astype(str), received[usable]))]
    chosen, received = take(chosen, order), received[order]
    rows = len(order)
    payment = chosen["request_type"] == "payment"
    fast = ~payment & (rng.random(rows) < 0.3)
    table = {
        "member_id": chosen["member_id"],
        "original_case_id": chosen["case_id"],
        "drug": chosen["drug"],
        "request_type": chosen["request_type"],
        "received_at": received,
        "requester": draw(rng, {"prescriber": 0.7, "enrollee": 0.22, "enrollee_representative": 0.08}, rows),
        "priority": np.where(fast, "expedited", "standard").astype(object),
        "case_id": numbered("RD{:08d}", np.arange(1, rows + 1)),
    }
    by_day = np.where(payment, limits.days("D-RD-PAY"), limits.days("D-RD-STD"))
    limit = np.where(fast, limits.seconds("D-RD-EXP"), by_day - 1)
    table |= _answered(
        rng, table, fast, limit, received, {"approved": 0.6, "denied": 0.35, "dismissed": 0.05}
    )
    table["issue_description"] = issue_texts(rng, table["drug"], table["determination"], "Appeal about")
    return complete("redeterminations", table)


def _drugs(rng, rows: int) -> np.ndarray:
    return draw(rng, dict.fromkeys(PART_D_DRUGS, 1), rows)


def _answered(rng, table: Table, hours, limit, floor, shares: dict) -> Table:
    rows = length(table)
    outcome = draw(rng, shares, rows)
    withdrawn = rng.random(rows) < a.WITHDRAWN_SHARE
    nobody = np.zeros(rows, dtype=bool)
    moments = timing.respond(rng, table["received_at"], floor, hours, limit, nobody, 14)
    answer = outcome_columns(rng, moments, outcome, withdrawn, nobody, rng.random(rows) < 0.8)
    representative = table["requester"] == "enrollee_representative"
    approved, payment = answer["determination"] == "approved", table["request_type"] == "payment"
    done = np.minimum(answer["written_notified_at"], answer["decided_at"] + 1800)
    del answer["extension_taken"], answer["extension_notice_at"]
    return answer | {
        "aor_received_at": np.where(representative, table["received_at"], NONE),
        "effectuated_at": np.where(approved & ~payment, done, NONE),
        "paid_at": np.where(approved & payment, answer["written_notified_at"], NONE),
        "delegate": text(a.PBM, rows),
    }
