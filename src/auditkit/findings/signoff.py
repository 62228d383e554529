"""Sign-off of a run by a named role, and what stands in its way.

A sign-off holds the hash of the content it was given on. When the run's content is another one, the
sign-off is void: it stays in the log and is shown as void.
"""

from collections.abc import Iterable

import pandas as pd

from auditkit.findings.annotations import DISPOSITIONS, EDIT, KINDS, WITHDRAWAL, Log, NotSaved, Record
from auditkit.findings.facts import about_condition, condition_facts
from auditkit.findings.fold import attach_conditions, with_condition_ids
from auditkit.findings.identity import Identity

SIGN_OFF, WAIVER = "sign_off", "waiver"
SIGNING_ROLES = ("medical director", "compliance officer", "preparer")
CRITICAL = "error"
STANDS, VOID = "stands", "void: the run's content changed"


def open_conditions(findings: pd.DataFrame, records: Iterable[Record]) -> pd.DataFrame:
    """The critical conditions (severity error) that lack a disposition and are not waived.

    A condition is settled by a disposition (agree, disagree, explained) that rests on today's facts, on
    the condition or on every one of its cases; or by a waiver given on today's facts. Gives
    condition_id, rule, table, cases, settled, sentence, citation.
    """
    records = list(records)
    critical = attach_conditions(findings, records)
    critical = critical[critical["severity"] == CRITICAL]
    waived = {(record.condition_id, record.facts) for record in records if record.kind == WAIVER}
    is_waived = [pair in waived for pair in zip(critical["condition_id"], critical["facts"])]
    lacking = critical[
        (critical["settled"] < critical["cases"]) & ~pd.Series(is_waived, critical.index, dtype=bool)
    ]
    columns = ["condition_id", "rule", "table", "cases", "settled", "sentence", "citation"]
    return lacking[columns].reset_index(drop=True)


def waive(log: Log, findings: pd.DataFrame, condition_id: str, reason: str, who: Identity) -> Record:
    """Let a critical condition pass without a disposition, with the reason; new facts end the waiver.

    findings: all findings of the run. Raises NotSaved (with the reason) for an unknown condition, an
    empty reason, or a role that cannot sign off.
    """
    named = with_condition_ids(findings)
    cases = named[named["condition_id"] == condition_id]
    if cases.empty:
        raise NotSaved(
            f"{condition_id}: the run has no such condition; `auditkit notes list` names them.", reason
        )
    if not reason.strip():
        raise NotSaved("a waiver needs a reason.", reason)
    if who.role not in SIGNING_ROLES:
        raise NotSaved(
            f"a waiver is given by one of {', '.join(SIGNING_ROLES)}, not by a {who.role}.", reason
        )
    return log.write(
        WAIVER,
        reason,
        author=who.author,
        role=who.role,
        condition_id=condition_id,
        facts=condition_facts(cases),
        about=about_condition(cases),
    )


def sign_off(
    log: Log, findings: pd.DataFrame, *, run: str, content_sha256: str, who: Identity, remark: str = ""
) -> Record:
    """Sign a run off.

    findings: all findings of the run. content_sha256: hash of the run's content. What is signed, in the
    words of `statement`, is kept in the record. Raises NotSaved (with the remark) when the role cannot sign
    off or a critical condition lacks a disposition.
    """
    if who.role not in SIGNING_ROLES:
        raise NotSaved(_not_by(who.role), remark)
    lacking = open_conditions(findings, log.records())
    if len(lacking):
        raise NotSaved(refusal(lacking), remark)
    words = statement(run, findings, content_sha256, who)
    return log.write(
        SIGN_OFF,
        remark,
        author=who.author,
        role=who.role,
        data={"run": run, "content_sha256": content_sha256, "statement": words},
    )


def statement(run: str, findings: pd.DataFrame, content_sha256: str, who: Identity) -> str:
    """What a person states who signs a run off. It is the plan's own sign-off, no certification to CMS."""
    count = len(findings)
    return (
        f"I, {who.author}, {who.role}, have reviewed the {count:,} finding{'' if count == 1 else 's'} of run "
        f"{run} as its log settles or waives them, and sign off the run's content, SHA-256 "
        f"{content_sha256}. Other content voids this sign-off. It is no certification to CMS."
    )


def reasons_against(findings: pd.DataFrame, records: Iterable[Record], who: Identity) -> list[str]:
    """Every reason for which a sign-off by `who` would be refused now, one sentence each."""
    lacking = open_conditions(findings, records)
    reasons = [] if who.role in SIGNING_ROLES else [_not_by(who.role)]
    return reasons + [
        f"{row.rule} on {row.table}: {row.cases - row.settled:,} of {row.cases:,} "
        f"case{'' if row.cases == 1 else 's'} without a disposition on today's facts, and no waiver."
        for row in lacking.itertuples()
    ]


def sign_offs(records: Iterable[Record], content_sha256: str) -> pd.DataFrame:
    """Every sign-off, in order, and whether it holds for the run's content of today.

    Gives role, author, account, at (UTC), run, content_sha256, state (stands, or void and why), remark,
    notes_since (notes, edits and withdrawals after it, which the signer has not seen), intact, record_id.
    """
    records, noting = list(records), {*KINDS, EDIT, WITHDRAWAL}
    rows = [
        {
            "role": record.role,
            "author": record.author,
            "account": record.account,
            "at": record.at,
            "run": record.data.get("run", ""),
            "content_sha256": record.data.get("content_sha256", ""),
            "state": STANDS if record.data.get("content_sha256") == content_sha256 else VOID,
            "remark": record.text,
            "notes_since": sum(later.kind in noting and later.seq > record.seq for later in records),
            "intact": record.intact,
            "record_id": record.record_id,
        }
        for record in records
        if record.kind == SIGN_OFF
    ]
    columns = ["role", "author", "account", "at", "run", "content_sha256", "state", "remark", "notes_since",
               "intact", "record_id"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def waivers(findings: pd.DataFrame, records: Iterable[Record]) -> pd.DataFrame:
    """Every waiver, in order: condition_id, about, reason, author, role, at, holds (on today's facts)."""
    named = with_condition_ids(findings)
    today = {name: condition_facts(cases) for name, cases in named.groupby("condition_id", sort=False)}
    rows = [
        (record.condition_id, record.about, record.text, record.author, record.role, record.at,
         today.get(record.condition_id) == record.facts)
        for record in records if record.kind == WAIVER
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["condition_id", "about", "reason", "author", "role", "at", "holds"])


def _not_by(role: str) -> str:
    return f"a run is signed off by one of {', '.join(SIGNING_ROLES)}, not by a {role}."


def refusal(lacking: pd.DataFrame) -> str:
    """Which conditions stand in the way: rules and tables, no case."""
    first = "; ".join(
        f"{row.rule} on {row.table} ({row.cases - row.settled:,})" for row in lacking.head(5).itertuples()
    )
    more = f"; and {len(lacking) - 5} more" if len(lacking) > 5 else ""
    are = "condition lacks" if len(lacking) == 1 else "conditions lack"
    return (
        f"{len(lacking)} critical {are} a disposition ({' or '.join(DISPOSITIONS)}) on today's facts: "
        f"{first}{more}; settle or waive each with a reason."
    )
