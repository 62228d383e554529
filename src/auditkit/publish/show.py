"""What notebooks call to show a table, a figure, facts or a remark.

Each call displays accessible HTML together with the same content as plain text, makes the same
output on every run, and holds no script and no random id.
"""

from html import escape
from urllib.parse import quote

import pandas as pd
from IPython.display import display
from matplotlib.figure import Figure

from auditkit.publish import markup
from auditkit.publish.house import style_figure
from auditkit.publish.vector import figure_html, svg_markup

__all__ = ["show_facts", "show_files", "show_figure", "show_note", "show_table", "style_figure"]


def _display(html: str, text: str) -> None:
    display({"text/html": html, "text/plain": text}, raw=True)


def show_table(
    frame: pd.DataFrame,
    caption: str,
    note: str | None = None,
    units: dict[str, str] | None = None,
    max_rows: int | None = None,
) -> None:
    """Show `frame` as a captioned table whose first column heads each row.

    `note` is a sentence under the table. `units` maps a column's name to its unit, printed in the
    header. Of more rows than `max_rows` (1,000 when None) the first are shown, and a sentence
    says how many are left out. A meaningful index becomes leading columns.
    """
    arguments = (frame, caption, note, units, max_rows)
    _display(markup.table_html(*arguments), markup.table_text(*arguments))


def show_figure(figure: Figure, title: str, alt: str, data: pd.DataFrame) -> None:
    """Show a matplotlib figure as inline SVG with `title` above it and its numbers under it.

    `alt` says in one sentence what the figure shows, for a person who cannot see it. `data` holds
    the numbers drawn; they open under the figure and are printed with it. The figure is closed.
    Raises InputError when `alt` says nothing.
    """
    caption = f"Numbers of the figure: {title}"
    html = figure_html(svg_markup(figure, title, alt), title, markup.table_html(data, caption))
    _display(html, f"{title}\n{alt}\n\n{markup.table_text(data, caption)}")


def show_facts(pairs: dict | list[tuple[str, object]], caption: str) -> None:
    """Show name and value pairs as a two-column table."""
    _display(markup.facts_html(pairs, caption), markup.facts_text(pairs, caption))


def show_files(files: pd.DataFrame, caption: str) -> None:
    """Show the files of a run as links that work from the run's narratives and from its notebooks.

    `files` has `kind`, `name` and `file`, the place inside the run folder.
    """
    rows = list(files[["kind", "name", "file"]].itertuples(index=False))
    items = "\n".join(
        f'<li>{escape(kind)}: <a href="../{quote(file)}">{escape(name)}</a></li>' for kind, name, file in rows)
    text = "\n".join(f"{kind}: {name} ({file})" for kind, name, file in rows)
    _display(f"<p>{escape(caption)}</p>\n<ul>\n{items}\n</ul>", f"{caption}\n{text}")


def show_note(kind: str, text: str) -> None:
    """Show a remark whose weight stands in words before it.

    `kind` is done, note, caution, error or recalled ("Not verified."). Raises KeyError on another kind.
    """
    _display(markup.note_html(kind, text), markup.note_text(kind, text))
