"""A page a plan posts on its website: headings, sentences and tables in the house template, nothing else."""

from dataclasses import dataclass, field
from html import escape

import pandas as pd

from auditkit.publish.markup import note_html, slug, table_html
from auditkit.publish.narrative import page_html
from auditkit.publish.prose import Page


@dataclass(frozen=True)
class Section:
    """One section of a page.

    notes: (kind, sentence) remarks, as `show.show_note`. paragraphs: sentences. tables: (rows, caption); the
    first column heads each row.
    """

    heading: str
    notes: list[tuple[str, str]] = field(default_factory=list)
    paragraphs: list[str] = field(default_factory=list)
    tables: list[tuple[pd.DataFrame, str]] = field(default_factory=list)


def posting_html(title: str, remarks: list[tuple[str, str]], sections: list[Section], facts: dict) -> str:
    """Give the page: self-contained, without script, in the template of the narratives.

    title: its first heading. remarks: (kind, sentence) above everything. facts: as
    `narrative.render_narrative`. The same arguments give the same bytes.
    """
    page = Page(title=escape(title))
    page.parts += [note_html(kind, text) for kind, text in remarks]
    for number, section in enumerate(sections, start=1):
        name = f"{slug(section.heading)}-{number}"
        page.contents.append((2, name, escape(section.heading)))
        page.parts.append(f'<h2 id="{name}">{escape(section.heading)}</h2>')
        page.parts += [note_html(kind, text) for kind, text in section.notes]
        page.parts += [f"<p>{escape(text)}</p>" for text in section.paragraphs]
        page.parts += [table_html(rows, caption) for rows, caption in section.tables]
    return page_html(page, facts | {"report": title})
