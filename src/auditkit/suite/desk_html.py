"""The read-only parts of the review desk as HTML. Every text from data or from a note is escaped."""

from html import escape

import pandas as pd

_LONG = "white-space: pre-wrap; overflow-wrap: anywhere; margin: 0 0 0.5em"
_SCROLLED = "max-height: 16em; overflow: auto"
_MONO = "white-space: pre-wrap; word-break: normal; font-size: 0.85em; line-height: 1.4; margin: 0.3em 0"


def condition_html(condition: pd.Series, rule_text: str, waived: str) -> str:
    """One condition: what is wrong, its cases and people, what it rests on, and who waived it, if anybody."""
    rule = rule_text or "This rule has no page of its own; each case says what was expected."
    return (
        f"<h3>{escape(condition['rule'])} on {escape(condition['table'])}</h3>"
        f"<p style='{_LONG}'>{escape(condition['sentence'])}</p>"
        + _facts([("Severity", condition["severity"]), ("Cases", f"{condition['cases']:,}"),
                  ("People", "" if pd.isna(condition["people"]) else f"{condition['people']:,}"),
                  ("Review", condition["review_state"]), ("Waived", waived),
                  ("Citation", condition["citation"])])
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
    sentence = sentence[:1].upper() + sentence[1:]
    live = "alert" if weight == "error" else "status"
    return (
        f"<p role='{live}' style='margin: 0; padding: 0.3em 0.6em; border-left: 4px solid {border}'>"
        f"<strong style='color: {colour}'>{word}</strong>{escape(sentence)}</p>"
    )


def paragraphs_html(lines: list[str]) -> str:
    """Lines of a form's remarks, each a paragraph."""
    return "".join(f"<p dir='auto' style='{_LONG}'>{escape(line)}</p>" for line in lines)


def sign_off_html(words: str, against: list[str], given: list[str]) -> str:
    """The statement that is signed, each reason why it would be refused now, and the sign-offs given.

    words: '' where the run cannot be signed at all.
    """
    parts = ["<h3>Sign-off</h3>"]
    if words:
        parts.append(f"<p style='{_LONG}'>You state: {escape(words)}</p>")
    if against:
        parts.append(f"<h4>Refused while this stands ({len(against):,})</h4>" + _items("Refused", against))
    else:
        parts.append("<p>Nothing stands in the way: every critical condition is settled or waived.</p>")
    parts.append("<h4>Given so far</h4>" + (_items("Sign-offs given", given) if given else "<p>None.</p>"))
    return "".join(parts)


def actions_html(rows: pd.DataFrame, chosen: str) -> str:
    """Every corrective action with its age and its effect; the chosen one in bold.

    rows: as `review_actions.followed_actions` gives them.
    """
    head = "<h3>Corrective actions</h3>"
    if rows.empty:
        return head + "<p>None has been started.</p>"
    items = []
    for row in rows.itertuples():
        overdue = f", {_many(row.days_overdue, 'day')} overdue" if row.days_overdue else ""
        name = f"{row.rule} on {row.table}: {row.status}"
        name = f"<strong>{escape(name)} (chosen)</strong>" if row.action_id == chosen else escape(name)
        told = [f"owner {row.owner}, due {row.due}{overdue}; open {_many(row.days_open, 'day')}, {_many(row.steps, 'step')}",
                f"last step: {row.step}", f"evidence: {row.evidence}" if row.evidence else "",
                f"before: {row.before}; after: {row.after}"]  # fmt: skip
        lines = "".join(f"<br>{escape(line)}" for line in told if line)
        items.append(f"<li dir='auto' style='overflow-wrap: anywhere'>{name}{lines}</li>")
    return head + _scrolled("Corrective actions", f"<ol>{''.join(items)}</ol>")


def _items(label: str, lines: list[str]) -> str:
    return _scrolled(label, f"<ul>{''.join(f'<li>{escape(line)}</li>' for line in lines)}</ul>")


def _scrolled(label: str, html: str) -> str:
    """A list that scrolls when it is long, also by keyboard."""
    return f"<div role='region' aria-label='{label}' tabindex='0' style='{_SCROLLED}'>{html}</div>"


def _many(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def _facts(pairs: list[tuple[str, str]]) -> str:
    rows = "".join(
        f"<tr><th scope='row' style='text-align: left; padding-right: 1em'>{escape(name)}</th>"
        f"<td style='text-align: left; overflow-wrap: anywhere'>{escape(str(value))}</td></tr>"
        for name, value in pairs if str(value).strip()
    )  # fmt: skip
    return f"<table>{rows}</table>"
