"""A notebook's cells as the parts of a page: prose with orderly headings, outputs cleaned, code left out."""

import re
from dataclasses import dataclass, field
from html import escape

import mistune
from nbformat import NotebookNode

from auditkit.publish.markup import note_html, slug
from auditkit.publish.sanitize import clean_output, clean_prose

_HEADING = re.compile(r"<h([1-6])>(.*?)</h\1>", re.DOTALL)
_TAG = re.compile(r"<[^>]+>")
_render_markdown = mistune.create_markdown(escape=True, plugins=["table"])


@dataclass
class Page:
    """What a notebook says: `title` (HTML of the h1), `contents` (level, id, text) and `parts` (HTML)."""

    title: str = ""
    contents: list[tuple[int, str, str]] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)


def read_page(notebook: NotebookNode) -> Page:
    """Give the page of an executed notebook.

    The first heading becomes the title. A later first-level heading becomes a second-level one and
    no level is skipped (WCAG 1.3.1). Code, standard error and tracebacks are left out.
    """
    page = Page()
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            html = clean_prose(_render_markdown(_source(cell.source)))
            html = _orderly_headings(re.sub(r"<th\b", '<th scope="col"', html), page)
            if html.strip():
                page.parts.append(html)
        elif cell.cell_type == "code":
            page.parts.extend(filter(None, map(_output_html, cell.get("outputs", []))))
    return page


def _source(source: str | list[str]) -> str:
    return source if isinstance(source, str) else "".join(source)


def _orderly_headings(html: str, page: Page) -> str:
    """Move the title out of `html`, mend the levels of the other headings and give them ids."""

    def mend(match: re.Match) -> str:
        text = match.group(2)
        if not page.title:
            page.title = text
            return ""
        last = page.contents[-1][0] if page.contents else 1
        level = min(max(int(match.group(1)), 2), last + 1)
        name = f"{slug(_TAG.sub('', text))}-{len(page.contents) + 1}"
        page.contents.append((level, name, _TAG.sub("", text)))
        return f'<h{level} id="{name}">{text}</h{level}>'

    return _HEADING.sub(mend, html)


def _output_html(output: NotebookNode) -> str:
    if output.output_type == "stream":
        return _preformatted(output.text) if output.name == "stdout" else ""
    if output.output_type == "error":
        return note_html("error", "This step of the notebook failed; its log says why.")
    data = output.get("data", {})
    if "text/html" in data:
        return clean_output(_source(data["text/html"]))
    if "image/png" in data:
        return _image(_source(data["image/png"]), output.get("metadata", {}))
    return _preformatted(data["text/plain"]) if "text/plain" in data else ""


def _image(encoded: str, metadata: dict) -> str:
    """A picture, with the alternative text its metadata carries (the lint reports a missing one)."""
    alt = metadata.get("image/png", {}).get("alt", metadata.get("alt", ""))
    encoded = re.sub(r"[^A-Za-z0-9+/=]", "", encoded)
    return f'<img src="data:image/png;base64,{encoded}" alt="{escape(alt, quote=True)}">'


def _preformatted(text: str | list[str]) -> str:
    text = _source(text).rstrip()
    return f'<pre role="region" aria-label="Printed text" tabindex="0">{escape(text)}</pre>' if text else ""
