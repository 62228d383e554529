"""Corrective actions: who does what by when, with what evidence, and whether it helped.

An action and each change to it are records of the log. Whether it helped is read from the verdicts of
a later run: did the late rate under the action's rule fall?
"""

from collections.abc import Iterable
from datetime import date

import pandas as pd

from auditkit.findings.annotations import Log, NotSaved, Record
from auditkit.findings.facts import about_condition, condition_id
from auditkit.findings.identity import Identity

ACTION, UPDATE = "action", "action_update"
STATUSES = ("open", "in progress", "done", "effective", "not effective", "cancelled")
CLOSED = ("effective", "cancelled")
COLUMNS = [
    "action_id", "condition_id", "rule", "table", "about", "cause", "owner", "due", "status", "step",
    "evidence", "steps", "opened_by", "opened_on", "changed_on", "days_open", "days_overdue", "intact",
]  # fmt: skip


def open_action(
    log: Log, findings: pd.DataFrame, *, cause: str, owner: str, due: date, step: str, who: Identity
) -> Record:
    """Start a corrective action on a condition; its record id names the action.

    findings: all findings of the condition. cause: why it happened. owner: who is to act. step: what is
    done first. Raises NotSaved (with the cause) when one of them is empty.
    """
    first = findings.iloc[0]
    for name, text in (("cause", cause), ("owner", owner), ("step", step)):
        if not text.strip():
            raise NotSaved(f"a corrective action needs its {name}.", cause)
    return log.write(
        ACTION,
        cause,
        author=who.author,
        role=who.role,
        about=about_condition(findings),
        condition_id=condition_id(first["rule"], first["table"], first["severity"]),
        data={
            "rule": first["rule"],
            "table": first["table"],
            "owner": owner,
            "due": due.isoformat(),
            "step": step,
        },
    )


def update_action(
    log: Log, action_id: str, *, who: Identity, status: str = "", step: str = "", evidence: str = "",
    owner: str = "", due: date | None = None, remark: str = "",
) -> Record:  # fmt: skip
    """Record a step, evidence (where it lies), a new status, owner or due date of an action.

    Raises NotSaved (with the remark) for an unknown action or status, when nothing is given, or when an
    action is called done without evidence.
    """
    known = {row.action_id: row for row in actions(log.records(), date.today()).itertuples()}
    if action_id not in known:
        raise NotSaved(f"{action_id}: there is no such corrective action in {log.path.name}.", remark)
    if status and status not in STATUSES:
        raise NotSaved(f"a corrective action's status is one of {', '.join(STATUSES)}.", remark)
    if status in ("done", "effective") and not (evidence.strip() or known[action_id].evidence):
        raise NotSaved(
            f"a corrective action is {status} when its evidence is named; say where it lies.", remark
        )
    given = {"status": status, "step": step, "evidence": evidence, "owner": owner,
             "due": due.isoformat() if due else ""}  # fmt: skip
    data = {name: value for name, value in given.items() if value.strip()}
    if not data and not remark.strip():
        raise NotSaved(
            "nothing is said about the action; give a status, step, evidence, owner, due date or remark.",
            remark,
        )
    return log.write(UPDATE, remark, author=who.author, role=who.role, refers=action_id, data=data)


def actions(records: Iterable[Record], today: date) -> pd.DataFrame:
    """One row an action as it stands, the longest overdue first.

    due, opened_on, changed_on: CCYY-MM-DD. days_open: from opening to `today`, or to the change that closed
    it (effective or cancelled). days_overdue: days past due of an action not closed, else 0. steps: steps
    recorded so far; step and evidence are the latest.
    """
    rows: dict[str, dict] = {}
    for record in records:
        if record.kind == ACTION:
            rows[record.record_id] = _opened(record)
        elif record.kind == UPDATE and record.refers in rows:
            row = rows[record.refers]
            row |= {name: value for name, value in record.data.items() if name in COLUMNS}
            row |= {"steps": row["steps"] + ("step" in record.data), "changed_on": record.at[:10],
                    "intact": row["intact"] and record.intact}  # fmt: skip
    aged = pd.DataFrame([row | _age(row, today) for row in rows.values()], columns=COLUMNS)
    return aged.sort_values(["days_overdue", "days_open"], ascending=False, kind="stable", ignore_index=True)


def effectiveness(action_rows: pd.DataFrame, before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Did the late rate fall? One row an action.

    action_rows: as `actions` gives them. before, after: verdicts of the run the action was opened on and
    of a later run. Gives action_id, rule, table, late_before, tested_before, rate_before, late_after,
    tested_after, rate_after (rates in percent, missing where nothing was tested), change (percentage
    points) and the sentence. Tested are the cases timely or late.
    """
    rows = []
    for action in action_rows.itertuples():
        late_0, tested_0 = _late(before, action.rule, action.table)
        late_1, tested_1 = _late(after, action.rule, action.table)
        rate_0, rate_1 = _rate(late_0, tested_0), _rate(late_1, tested_1)
        known = rate_0 is not None and rate_1 is not None
        rows.append(
            (
                action.action_id,
                action.rule,
                action.table,
                late_0,
                tested_0,
                rate_0,
                late_1,
                tested_1,
                rate_1,
                rate_1 - rate_0 if known else None,
                _said(action.rule, (late_0, tested_0, rate_0), (late_1, tested_1, rate_1)),
            )
        )
    columns = ["action_id", "rule", "table", "late_before", "tested_before", "rate_before", "late_after",
               "tested_after", "rate_after", "change", "sentence"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _opened(record: Record) -> dict:
    about = {name: record.data.get(name, "") for name in ("rule", "table", "owner", "due", "step")}
    return about | {
        "action_id": record.record_id, "condition_id": record.condition_id, "about": record.about,
        "cause": record.text, "status": "open", "evidence": "", "steps": 1, "opened_by": record.author,
        "opened_on": record.at[:10], "changed_on": record.at[:10], "intact": record.intact,
    }  # fmt: skip


def _age(row: dict, today: date) -> dict:
    closed = row["status"] in CLOSED
    end = date.fromisoformat(row["changed_on"]) if closed else today
    overdue = 0 if closed else max((today - date.fromisoformat(row["due"])).days, 0)
    return {"days_open": (end - date.fromisoformat(row["opened_on"])).days, "days_overdue": overdue}


def _late(verdicts: pd.DataFrame, rule: str, table: str) -> tuple[int, int]:
    """Cases late and cases tested under a rule on a table."""
    mine = verdicts[(verdicts["rule"] == rule) & (verdicts["table"] == table)]["verdict"]
    late = int((mine == "late").sum())
    return late, late + int((mine == "timely").sum())


def _rate(late: int, tested: int) -> float | None:
    return 100 * late / tested if tested else None


def _said(rule: str, before: tuple, after: tuple) -> str:
    if before[2] is None or after[2] is None:
        when = "before" if before[2] is None else "after"
        return f"{rule}: cannot be told, because no case was tested {when} the action."
    verb = "fell" if after[2] < before[2] else "rose" if after[2] > before[2] else "stayed the same"
    told = [f"{rate:.1f}% ({late:,} of {tested:,})" for late, tested, rate in (before, after)]
    return f"{rule}: the late rate {verb}, from {told[0]} to {told[1]}."
