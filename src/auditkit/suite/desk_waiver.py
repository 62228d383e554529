"""The desk's form for waivers: let the chosen condition pass without a disposition, with the reason."""

from types import SimpleNamespace

import ipywidgets as widgets

from auditkit.findings.identity import Identity
from auditkit.findings.signoff import CRITICAL, SIGNING_ROLES, waive
from auditkit.suite.desk_form import Form, box, long_text
from auditkit.suite.desk_html import paragraphs_html
from auditkit.suite.desk_review import Review

WAIVE = "waive"


def waiver_form(desk: SimpleNamespace, review: Review, who: Identity) -> Form:
    """The form; desk: the controls of the desk, to which `reason` is added."""
    told = widgets.HTML()
    reason = desk.reason = long_text("Reason", rows=5, placeholder="Why may this condition pass?")

    def show() -> None:
        told.value = paragraphs_html(_told(review, desk.conditions.value, who))

    def write(values: dict[str, str]) -> str:
        chosen = desk.conditions.value
        record = waive(review.log, review.cases_of(chosen), chosen, values["reason"], who)
        return f"Record {record.record_id} is in the log: {record.about}, waived until its facts change."

    return Form(
        title="waiver", button="Waive this condition", box=box(told, reason),
        fields={"reason": reason}, counted=("reason",), choosers=(), does=(WAIVE,), show=show,
        place=lambda: (desk.conditions.value or "", WAIVE), start=lambda: {"reason": ""}, write=write,
        clear=lambda: setattr(reason, "value", ""), go_to=lambda place: None,
    )  # fmt: skip


def _told(review: Review, condition_id: str | None, who: Identity) -> list[str]:
    """What a person must know before waiving the condition."""
    condition = review.condition(condition_id)
    if condition is None:
        return ["No condition is chosen."]
    lines = [f"{condition['rule']} on {condition['table']}: {condition['settled']:,} of "
             f"{condition['cases']:,} cases settled. A waiver ends when the facts change."]  # fmt: skip
    if condition["severity"] != CRITICAL:
        lines.append(f"It is no critical condition (severity {CRITICAL}): a sign-off does not wait for it.")
    given = review.waiver_on(condition_id)
    if given:
        lines.append(f"Waived by {given.author}, {given.role}, {given.at}: {given.text}")
    if who.role not in SIGNING_ROLES:
        lines.append(f"You are a {who.role}; a waiver is given by one of {', '.join(SIGNING_ROLES)}.")
    return lines
