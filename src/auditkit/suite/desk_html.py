"""The read-only parts of the review desk as HTML. Every text from data or from a note is escaped."""

from html import escape

import pandas as pd

_LONG = "white-space: pre-wrap; overflow-wrap: anywhere; margin: 0 0 0.5em"
_MONO = "white-space: pre-wrap; word-break: normal; font-size: 0.85em; line-height: 1.4; margin: 0.3em 0"


def condition_html(condition: pd.Series, rule_text: str) -> str:
    """One condition: what is wrong, how many cases, what it rests on."""
    rule = rule_text or "This rule has no page of its own; each case says what was expected."
    return (
        f"<h3>{escape(condition['rule'])} on {escape(condition['table'])}</h3>"
        f"<p style='{_LONG}'>{escape(condition['sentence'])}</p>"
        + _facts([("Severity", condition["severity"]), ("Cases", f"{condition['cases']:,}"),
                  ("Review", condition["review_state"]), ("Citation", condition["citation"])])
        + f"<details><summary>Text of the rule</summary><pre style='{_MONO}'>{escape(rule)}</pre></details>"
    )  # fmt: skip


def case_html(finding: pd.Series, arithmetic: str) -> str:
    """One case: what was found, what was expected, and its clocks step by step."""
    row = "" if pd.isna(finding["row"]) else f"{int(finding['row']):,}"
    clocks = (
        f"<pre style='{_MONO}'>{escape(arithmetic)}</pre>"
        if arithmetic
        else "<p>No clock was read on this case.</p>"
    )
    return (
        f"<h3>Case {escape(finding['case_id'] or 'without a number')}</h3>"
        f"<p style='{_LONG}'>{escape(finding['sentence'])}</p>"
        + _facts([("Finding", finding["finding_id"]), ("Table and row", f"{finding['table']} {row}"),
                  ("Column", finding["column_name"]), ("Found", finding["found"]),
                  ("Expected", finding["expected"]), ("Review", finding["review_state"])])
        + f"<h4>Timeline and arithmetic</h4>{clocks}"
    )  # fmt: skip


def notes_html(notes: pd.DataFrame, about: str) -> str:
    """The notes on one condition or case, oldest first, each whole."""
    if notes.empty:
        return f"<h3>Notes on {escape(about)}</h3><p>None yet.</p>"
    items = "".join(_note(note) for note in notes.to_dict("records"))
    return f"<h3>Notes on {escape(about)}</h3><ol style='padding-left: 1.5em'>{items}</ol>"


def _note(note: dict) -> str:
    head = f"{note['kind_words']}, by {note['author']}, {note['role']}, {note['at']}"
    more = [note["state"]]
    if note["edits"]:
        more.append(f"last changed by {note['edited_by']}, {note['edited_at']}")
    if note["withdrawn"]:
        more = [f"withdrawn by {note['withdrawn_by']}, {note['withdrawn_at']}: {note['withdrawn_reason']}"]
    return (
        f"<li><p dir='auto' style='margin: 0'><strong>{escape(head)}</strong> ({escape('; '.join(more))})</p>"
        f"<p dir='auto' style='{_LONG}'>{escape(note['text'])}</p></li>"
    )


def status_html(sentence: str, weight: str = "note") -> str:
    """What the desk has to say now, for screen readers too; weight: note, done, caution or error."""
    word = {"note": "", "done": "Done. ", "caution": "Not saved yet. ", "error": "Not saved. "}[weight]
    colour = {"note": "inherit", "done": "#1d6b3a", "caution": "#8a4b00", "error": "#a3261d"}[weight]
    border = "transparent" if weight == "note" else colour
    live = "alert" if weight == "error" else "status"
    return (
        f"<p role='{live}' style='margin: 0; padding: 0.3em 0.6em; border-left: 4px solid {border}'>"
        f"<strong style='color: {colour}'>{word}</strong>{escape(sentence)}</p>"
    )


def _facts(pairs: list[tuple[str, str]]) -> str:
    rows = "".join(
        f"<tr><th scope='row' style='text-align: left; padding-right: 1em'>{escape(name)}</th>"
        f"<td style='text-align: left; overflow-wrap: anywhere'>{escape(str(value))}</td></tr>"
        for name, value in pairs if str(value).strip()
    )  # fmt: skip
    return f"<table>{rows}</table>"
