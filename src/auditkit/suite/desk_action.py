"""The desk's form for corrective actions: start one on the chosen condition, or record progress of one."""

from datetime import date
from types import SimpleNamespace

import ipywidgets as widgets
import pandas as pd

from auditkit.errors import InputError
from auditkit.findings.annotations import log_path, open_log
from auditkit.findings.corrective import STATUSES, open_action, update_action
from auditkit.findings.identity import Identity
from auditkit.suite.desk_form import Form, box, choice, long_text, offer, short_text
from auditkit.suite.desk_html import actions_html
from auditkit.suite.desk_review import Review
from auditkit.suite.notebook import Run
from auditkit.suite.review_actions import followed_actions

START, UPDATE = "start", "update"
_EMPTY = {"status": "open", "owner": "", "due": "", "step": "", "evidence": "", "cause": ""}
_STANDING = ("status", "owner", "due")
_CHANGES = (*_STANDING, "step", "evidence")


def action_form(desk: SimpleNamespace, review: Review, who: Identity, run: Run) -> Form:
    """The form; desk: the controls of the desk, to which `which` and the fields are added.

    `cause` is the cause of a new action, and a remark on one that was started.
    """
    told = widgets.HTML()
    which = desk.which = choice("Which", [("start one on this condition", START)])
    fields = {
        "status": choice("Status", [(word, word) for word in STATUSES]),
        "owner": short_text("Owner", "who is to act"),
        "due": short_text("Due", "a day, such as 2026-12-15"),
        "step": long_text("Step", rows=2, placeholder="what is done"),
        "evidence": short_text("Evidence", "where it lies; needed for done"),
        "cause": long_text("Cause", rows=3),
    }
    for name, control in fields.items():
        setattr(desk, name, control)
    held: dict[int, pd.DataFrame] = {}

    def known() -> pd.DataFrame:
        """The actions; other runs are read again only when the log holds something new."""
        count = len(review.records)
        if count not in held:
            held.clear()
            held[count] = followed_actions(run, review, date.today())
        return held[count]

    def chosen() -> dict | None:
        """The action that is chosen; None for a new one."""
        mine = known()[known()["action_id"] == which.value]
        return None if mine.empty else mine.iloc[0].to_dict()

    def show() -> None:
        offer(which, [("start one on this condition", START), *map(_line, known().to_dict("records"))])
        new = which.value == START
        fields["status"].disabled = fields["evidence"].disabled = new
        fields["cause"].description = "Cause" if new else "Remark"
        told.value = actions_html(known(), which.value)

    def start() -> dict[str, str]:
        action = chosen()
        return _EMPTY | ({name: action[name] for name in _STANDING} if action else {})

    def write(values: dict[str, str]) -> str:
        action = chosen()
        held.clear()  # an action of an earlier run stands in that run's log
        if action is None:
            cases = review.cases_of(desk.conditions.value)
            given = {name: values[name] for name in ("cause", "owner", "step")}
            record = open_action(review.log, cases, due=_day(values["due"]), who=who, **given)
            return f"Record {record.record_id} is in the log: corrective action on {record.about}."
        started = _EMPTY | {name: action[name] for name in _STANDING}
        changed = {name: values[name] for name in _CHANGES if values[name] != started[name]}
        if "due" in changed:
            changed["due"] = _day(changed["due"])
        log = open_log(log_path(review.log.path.parents[1], action["opened_in"]))
        update_action(log, action["action_id"], who=who, remark=values["cause"], **changed)
        return f"{action['action_id']}: recorded in the log."

    def clear() -> None:
        for name, control in fields.items():
            control.value = _EMPTY[name]

    def go_to(place: tuple[str, str]) -> None:
        target = START if place[1] == START else place[0]
        if target in [value for _, value in which.options]:
            which.value = target

    def place() -> tuple[str, str]:
        return (desk.conditions.value or "", START) if which.value == START else (which.value, UPDATE)

    return Form(
        title="corrective action", button="Save corrective action", box=box(told, which, *fields.values()),
        fields=fields, counted=tuple(fields), choosers=(which,), does=(START, UPDATE), show=show, place=place,
        start=start, write=write, clear=clear, go_to=go_to,
    )  # fmt: skip


def _line(action: dict) -> tuple[str, str]:
    told = f"{action['owner']}, due {action['due']}, {action['status']} ({action['action_id'][:6]})"
    return f"{action['rule']} on {action['table']}: {told}", action["action_id"]


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise InputError("the day it is due cannot be read: write it as 2026-12-15.") from None
