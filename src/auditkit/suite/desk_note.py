"""The desk's form for notes: on the chosen condition or case; new, changed or taken back."""

from types import SimpleNamespace

import ipywidgets as widgets

from auditkit.findings.annotations import KINDS
from auditkit.findings.fold import CHANGED
from auditkit.findings.identity import Identity
from auditkit.suite.desk_form import LABEL, WIDE, Form, box, choice, long_text, offer
from auditkit.suite.desk_review import Review

NEW = "new"
ON_CONDITION, ON_CASE = "condition", "case"


def note_form(desk: SimpleNamespace, review: Review, who: Identity) -> Form:
    """The form; desk: the controls of the desk, to which `on`, `action`, `kind` and `text` are added."""
    places = [("the whole condition", ON_CONDITION), ("the selected case", ON_CASE)]
    on = desk.on = widgets.RadioButtons(description="Note on", options=places, style=LABEL, layout=WIDE)
    action = desk.action = choice("Action", [("write a new note", NEW)])
    kind = desk.kind = choice("Kind", [(words, name) for name, words in KINDS.items()])
    text = desk.text = long_text("Text", rows=7)

    def target() -> str:
        return (desk.cases.value if on.value == ON_CASE else desk.conditions.value) or ""

    def show() -> None:
        offer(action, _actions(review.notes_on(target())))
        kind.disabled = action.value != NEW
        text.placeholder = "Why is it withdrawn?" if action.value.startswith("withdraw") else ""

    def start() -> dict[str, str]:
        verb, _, record_id = action.value.partition(" ")
        return {"kind": kind.value, "text": review.note_text(record_id) if verb == "edit" else ""}

    def write(values: dict[str, str]) -> str:
        verb, _, record_id = action.value.partition(" ")
        if verb == "edit":
            saved = review.edit(record_id, values["text"], who)
        elif verb == "withdraw":
            saved = review.withdraw(record_id, values["text"], who)
        else:
            saved = review.append(target(), values["kind"], values["text"], who)
        return f"Record {saved} is in the log."

    def clear() -> None:
        text.value, action.value = "", NEW

    def go_to(place: tuple[str, str]) -> None:
        if place[1] in [value for _, value in action.options]:
            action.value = place[1]

    return Form(
        title="note", button="Save note", box=box(on, action, kind, text),
        fields={"kind": kind, "text": text}, counted=("text",), choosers=(on, action),
        does=(NEW, "edit", "withdraw"), show=show, place=lambda: (target(), action.value), start=start,
        write=write, clear=clear, go_to=go_to,
    )  # fmt: skip


def _actions(notes) -> list[tuple[str, str]]:
    """What may be done with each standing note on what is open."""
    options = [("write a new note", NEW)]
    for number, note in enumerate(notes.to_dict("records"), start=1):
        if not note["withdrawn"]:
            named = f"note {number}: {note['kind_words']}, by {note['author']}"
            change = "confirm or change" if note["state"] == CHANGED else "change"
            options += [(f"{change} {named}", f"edit {note['record_id']}")]
            options += [(f"withdraw {named}", f"withdraw {note['record_id']}")]
    return options
