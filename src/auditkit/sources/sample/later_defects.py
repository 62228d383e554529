"""Faults in what comes after a determination: appeals, claims, grievances, reversals."""

import numpy as np

from auditkit.sources.sample import assumptions as a
from auditkit.sources.sample.members import span_on
from auditkit.sources.sample.seeder import LAST_QUARTER, Seeder, plan_cases
from auditkit.sources.sample.table import NONE
from auditkit.sources.sample.timing import DAY


def seed_later(s: Seeder) -> None:
    """Seed the faults of appeals, claims, grievances and effectuations."""
    _appeals(s)
    _claims(s)
    _other_tables(s)


def _appeals(s: Seeder) -> None:
    """Faults in what follows an appeal's decision."""
    t, members, cases = s.tables["appeals"], s.tables["members"], s.tables["authorizations"]
    span = span_on(members, t["member_id"], t["received_at"] // DAY)
    own = (t["appeal_type"] == "pre_service") & (members["program"][span] != "sco_medicaid")
    own &= (t["status"] == "decided") & (t["priority"] == "standard") & (t["part_b_drug"] == "N")
    own &= t["extension_taken"] == "N"
    not_reversed = ~np.isin(t["ire_outcome"], ("overturned", "partially_overturned"))
    denied = own & (t["determination"] == "denied") & (t["benefit"] == "medicare") & not_reversed

    chosen = s.choose("denied_not_forwarded", "appeals", denied)
    t["ire_forwarded_at"][chosen] = t["ire_decided_at"][chosen] = NONE
    t["ire_outcome"][chosen] = None
    s.note(
        "denied_not_forwarded",
        "appeals",
        chosen,
        "ire_forwarded_at",
        "universe",
        "X11",
        "late under AIP-IRE-STD too",
    )

    approved = own & (t["determination"] == "approved")
    chosen = s.choose("approved_forwarded", "appeals", approved)
    t["ire_forwarded_at"][chosen] = t["effectuated_at"][chosen]
    s.note("approved_forwarded", "appeals", chosen, "ire_forwarded_at", "universe", "X11")

    chosen = s.choose("approved_not_effectuated", "appeals", approved)
    t["effectuated_at"][chosen] = NONE
    s.note(
        "approved_not_effectuated",
        "appeals",
        chosen,
        "effectuated_at",
        "universe",
        "X12",
        "the effectuation clock finds it too",
    )

    place = {case: row for row, case in enumerate(cases["case_id"])}
    original = np.array([place.get(case, 0) for case in t["original_case_id"]])
    days = (t["received_at"] - cases["decided_at"][original]) // DAY + 3
    moved = t["received_at"] // DAY - days
    early = approved & (moved >= a.FIRST_DAY) & (span_on(members, t["member_id"], moved) >= 0)
    chosen = s.choose("appeal_before_denial", "appeals", early)
    for column in (
        "received_at",
        "aor_received_at",
        "decided_at",
        "oral_notified_at",
        "written_notified_at",
        "effectuated_at",
    ):
        values = t[column][chosen]
        t[column][chosen] = np.where(values == NONE, NONE, values - days[chosen] * DAY)
    s.note(
        "appeal_before_denial",
        "appeals",
        chosen,
        "received_at",
        "lifecycle",
        "appealed before the denial existed",
    )


def _claims(s: Seeder) -> None:
    t, members = s.tables["claims"], s.tables["members"]
    cases = s.tables["authorizations"]
    span = span_on(members, t["member_id"], t["received_at"] // DAY)
    paid = (
        (t["determination"] == "approved")
        & (t["contracted"] == "N")
        & (members["program"][span] != "sco_medicaid")
    )
    chosen = s.choose("approved_not_paid", "claims", paid)
    t["paid_at"][chosen], t["paid_amount"][chosen] = NONE, np.nan
    s.note(
        "approved_not_paid", "claims", chosen, "paid_at", "universe", "X13", "the payment clock finds it too"
    )

    denied = np.flatnonzero(
        s.free["authorizations"]
        & plan_cases(s)
        & (cases["determination"] == "denied")
        & (cases["written_notified_at"] < (LAST_QUARTER - 60) * DAY)
    )
    late = paid & (t["received_at"] >= LAST_QUARTER * DAY) & (t["authorization_id"] == None)  # noqa: E711
    chosen = s.choose("paid_for_denied_authorization", "claims", late)
    pairs = _same_member_line(s, chosen, denied)
    for claim, case in pairs:
        t["member_id"][claim], t["authorization_id"][claim] = cases["member_id"][case], cases["case_id"][case]
        s.free["authorizations"][case] = False
    s.note(
        "paid_for_denied_authorization",
        "claims",
        [claim for claim, _ in pairs],
        "authorization_id",
        "lifecycle",
        "paid although the authorization was denied",
    )


def _same_member_line(s: Seeder, claims: np.ndarray, cases: np.ndarray) -> list[tuple[int, int]]:
    """For each claim a denied authorization whose member is still enrolled when the claim arrives."""
    t, members, authorizations = s.tables["claims"], s.tables["members"], s.tables["authorizations"]
    pairs, remaining = [], list(cases)
    for claim in claims:
        day = np.array([t["received_at"][claim] // DAY])
        for case in remaining:
            if span_on(members, authorizations["member_id"][[case]], day)[0] >= 0:
                pairs.append((int(claim), int(case)))
                remaining.remove(case)
                break
    return pairs


def _other_tables(s: Seeder) -> None:
    t = s.tables["grievances"]
    written = (t["received_how"] == "written") & (t["status"] == "resolved") & (t["part"] == "C")
    chosen = s.choose("written_answer_missing", "grievances", written)
    t["oral_notified_at"][chosen] = t["written_notified_at"][chosen]
    t["written_notified_at"][chosen] = NONE
    s.note(
        "written_answer_missing",
        "grievances",
        chosen,
        "written_notified_at",
        "universe",
        "X15",
        "the clock finds it too: only a written answer stops it",
    )

    t, appeals = s.tables["effectuations"], s.tables["appeals"]
    place = {case: row for row, case in enumerate(appeals["case_id"])}
    chosen = s.choose("effectuation_without_overturn", "effectuations", t["overturned_by"] == "ire")
    appeals["ire_outcome"][[place[case] for case in t["appeal_id"][chosen]]] = "upheld"
    s.note(
        "effectuation_without_overturn",
        "effectuations",
        chosen,
        "appeal_id",
        "lifecycle",
        "the appeal's outcome at the IRE is upheld",
    )
