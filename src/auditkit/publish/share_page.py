"""The share edition as one self-contained HTML page, drawn from masked tables in the narratives' template."""

from dataclasses import dataclass, field
from html import escape
from pathlib import Path

import pandas as pd

from auditkit.publish.files import written_whole
from auditkit.publish.markup import note_html, slug, table_html
from auditkit.publish.narrative import page_html
from auditkit.publish.prose import Page
from auditkit.publish.share_figures import percent_figure
from auditkit.publish.share_tables import ShareTable
from auditkit.publish.vector import figure_html, svg_markup

TITLES = {"shared": "Shared edition", "public": "Public edition"}
_FIGURES = {"Timeliness by clock": ("Percent timely", "clock"), "Care coordination": ("Percent met", "test")}


@dataclass(frozen=True)
class ShareEdition:
    """A share edition whose tables are masked.

    tables: in reading order. facts: as for `narrative.render_narrative`, with `output_class` shared or public.
    threshold: smallest count shown. absent: a sentence on each part the run does not hold. evidence stands
    in the foot: pairs of name and text.
    """

    tables: list[ShareTable]
    facts: dict
    threshold: int
    absent: list[str] = field(default_factory=list)
    evidence: list[tuple[str, str]] = field(default_factory=list)


def reading_rules(threshold: int) -> list[tuple[str, str]]:
    """How to read what stands in the place of a number: the words and what they mean."""
    most = threshold - 1
    return [
        (f"suppressed (1-{most})",
         f"The count is between 1 and {most}. It is not shown, so that nobody can be recognized."),
        ("suppressed (secondary)", "The number is not shown, because a suppressed count could be worked out from it."),
        ("at least, at most",
         f"A percentage that cannot be shown, as it would tell a count of 1 to {most}: its bound."),
        ("0", "Nobody: a zero is shown as it is."),
        ("—", "No number: nothing to count, or a share of nothing."),
    ]  # fmt: skip


def write_share_page(path: Path, edition: ShareEdition) -> None:
    """Write the page; it holds no script and asks for nothing from outside."""
    with written_whole(Path(path)) as partial:
        partial.write_text(share_page(edition), encoding="utf-8", newline="\n")


def share_page(edition: ShareEdition) -> str:
    """Give the page as HTML."""
    page = Page(title=f"{TITLES[edition.facts['output_class']]}: counts of the audit run")
    _add_heading(page, 2, "About this edition")
    page.parts.append(_about(edition))
    for heading in dict.fromkeys(table.heading for table in edition.tables):
        _add_heading(page, 2, heading)
        for table in (one for one in edition.tables if one.heading == heading):
            _add_table(page, table)
    return page_html(page, edition.facts | {"report": page.title, "evidence": edition.evidence})


def _about(edition: ShareEdition) -> str:
    words = pd.DataFrame(reading_rules(edition.threshold), columns=["Words", "What they mean"])
    parts = [
        "<p>This edition holds counts of cases and people, and shares worked out from them. No row of it is about "
        "one person. The evidence behind every number stays with the plan.</p>",
        table_html(words, "How to read the numbers"),
    ]
    if edition.absent:
        items = "".join(f"<li>{escape(sentence)}</li>" for sentence in edition.absent)
        parts.append(note_html("note", "Not in this edition:") + f"\n<ul>{items}</ul>")
    return "\n".join(parts)


def _add_heading(page: Page, level: int, text: str) -> None:
    name = f"{slug(text)}-{len(page.contents) + 1}"
    page.contents.append((level, name, escape(text)))
    page.parts.append(f'<h{level} id="{name}">{escape(text)}</h{level}>')


def _add_table(page: Page, table: ShareTable) -> None:
    if table.name in _FIGURES:
        page.parts.append(_figure(table))
        if len(table.frame.columns) == 2:
            return
    if not table.split_by:
        page.parts.append(table_html(table.frame, table.caption, table.note, table.units, mixed=table.numbers))
        return
    page.parts.append(f"<p>{escape(table.note)}</p>")
    for value, part in table.frame.groupby(table.split_by, sort=False):
        _add_heading(page, 3, str(value))
        part = part.drop(columns=table.split_by)
        part = part.loc[:, [part[name].notna().any() for name in part.columns]]
        page.parts.append(table_html(part, f"{table.caption}: {value}", None, table.units, mixed=table.numbers))


def _figure(table: ShareTable) -> str:
    column, what = _FIGURES[table.name]
    heads = table.frame.iloc[:, 0].tolist()
    numbers = pd.DataFrame({what.capitalize(): heads, column: table.frame[column].tolist()})
    title = f"{column} by {what}"
    shown = sum(isinstance(value, float) for value in table.frame[column])
    alt = (
        f"{column} of {len(numbers)} {what}s: {shown} as numbers, the others as a bound or as suppressed; "
        f"{_lowest(numbers, column)}"
    )
    drawing = svg_markup(percent_figure(heads, table.frame[column].tolist()), title, alt)
    under = table_html(numbers, f"Numbers of the figure: {title}", table.note, mixed=[column])
    return figure_html(drawing, title, under)


def _lowest(numbers: pd.DataFrame, column: str) -> str:
    """The finding of a figure in words: its lowest number."""
    shown = [(value, head) for head, value in zip(numbers.iloc[:, 0], numbers[column]) if isinstance(value, float)]
    if not shown:
        return "no number may be shown."
    value, head = min(shown)
    return f"the lowest number shown is {value:g} percent, for {head}."
