"""Accessible HTML and plain text for tables, facts and notes: pure functions, the same text every time.

Every value is escaped, tables carry a caption and scoped headers, a wide table scrolls inside a
labelled region that the keyboard can reach, and nothing here makes an id or a script.
"""

import re
from collections.abc import Collection
from html import escape
from numbers import Integral, Real

import pandas as pd

MISSING = "—"
ROW_CEILING = 1000
NOTE_WORDS = {
    "done": "Done.",
    "note": "Note.",
    "caution": "Caution.",
    "error": "Error.",
    "recalled": "Not verified.",
}


def slug(text: str) -> str:
    """Give `text` as a short name for ids: lower-case letters, digits and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", str(text).lower()).strip("-") or "part"


def with_index(frame: pd.DataFrame) -> pd.DataFrame:
    """Give `frame` with a meaningful index turned into leading columns; a plain 0, 1, 2 index is dropped."""
    plain = isinstance(frame.index, pd.RangeIndex) and frame.index.name is None
    return frame.reset_index(drop=True) if plain else frame.reset_index()


def _is_missing(value: object) -> bool:
    return value is None or (pd.api.types.is_scalar(value) and pd.isna(value))


def _is_number(value: object) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool) and type(value).__name__ != "bool_"


def _decimals(values: list[Real]) -> int:
    """The fewest decimals, at most three, that show every value as it is."""
    for places in range(3):
        if all(abs(round(float(value), places) - float(value)) < 1e-9 for value in values):
            return places
    return 3


def format_column(values: list) -> tuple[list[str], bool]:
    """Give the texts of one column and whether it is numeric (aligned right).

    Numbers of a column share their decimals; thousands are separated where a value reaches 10,000,
    so that years stay years. A missing value becomes a dash, True and False become yes and no.
    """
    present = [value for value in values if not _is_missing(value)]
    numeric = bool(present) and all(_is_number(value) for value in present)
    if not numeric:
        return [_text(value) for value in values], False
    places = 0 if all(isinstance(value, Integral) for value in present) else _decimals(present)
    comma = "," if any(abs(value) >= 10_000 for value in present) else ""
    pattern = f"{{:{comma}.{places}f}}"
    return [MISSING if _is_missing(value) else pattern.format(value) for value in values], True


def format_mixed(values: list) -> list[str]:
    """Give the texts of a column of numbers with words among them, as where a number is suppressed.

    Whole numbers have no decimals, the others of the column share theirs: it may hold counts and percentages.
    """
    whole = iter(format_column([value for value in values if isinstance(value, Integral)])[0])
    other = iter(format_column([value for value in values if _is_number(value) and not isinstance(value, Integral)])[0])
    return [
        _text(value) if not _is_number(value) else next(whole if isinstance(value, Integral) else other)
        for value in values
    ]


def _text(value: object) -> str:
    if _is_missing(value):
        return MISSING
    if isinstance(value, bool) or type(value).__name__ == "bool_":
        return "yes" if value else "no"
    if _is_number(value):
        return format_column([value])[0][0]
    return str(value)


def _cut(frame: pd.DataFrame, max_rows: int | None) -> tuple[pd.DataFrame, str]:
    """Give the rows to print and a sentence on those left out ('' when none is)."""
    limit = ROW_CEILING if max_rows is None else max_rows
    left_out = len(frame) - limit
    if left_out <= 0:
        return frame, ""
    words = "1 row is" if left_out == 1 else f"{left_out:,} rows are"
    return frame.head(limit), f"The first {limit:,} of {len(frame):,} rows; {words} left out here."


def _columns(frame: pd.DataFrame, mixed: Collection[str] = ()) -> list[tuple[str, list[str], bool]]:
    def told(name: object, values: list) -> tuple[list[str], bool]:
        return (format_mixed(values), True) if name in mixed else format_column(values)

    return [(str(name), *told(name, frame.iloc[:, place].tolist())) for place, name in enumerate(frame.columns)]


def _cell(tag: str, scope: str, text: str, numeric: bool) -> str:
    scope = f' scope="{scope}"' if scope else ""
    kind = "num said" if re.search("[a-z]{3}", text) and tag == "td" else "num"
    side = f' class="{kind}" style="text-align: right"' if numeric else ' style="text-align: left"'
    return f"<{tag}{scope}{side}>{text}</{tag}>"


def table_html(
    frame: pd.DataFrame,
    caption: str,
    note: str | None = None,
    units: dict[str, str] | None = None,
    max_rows: int | None = None,
    mixed: Collection[str] = (),
) -> str:
    """Give `frame` as an accessible HTML table; the first column heads its row.

    `units` maps a column's name to its unit, printed in the header. More rows than `max_rows`
    (1,000 when None) are cut, and a sentence under the table says how many. `mixed` names columns of
    numbers in which words stand for some of them.
    """
    units = units or {}
    shown, cut = _cut(with_index(frame), max_rows)
    columns = _columns(shown, mixed)
    head = "".join(
        _cell("th", "col", escape(name) + _unit_html(units.get(name)), numeric)
        for name, _, numeric in columns
    )
    rows = []
    for cells in zip(*(texts for _, texts, _ in columns), strict=True):
        row = [
            _cell("td" if place else "th", "" if place else "row", _unbroken(text), columns[place][2])
            for place, text in enumerate(cells)
        ]
        rows.append(f"<tr>{''.join(row)}</tr>")
    if not rows:
        rows.append(f'<tr><td colspan="{max(len(columns), 1)}">No rows.</td></tr>')
    body = f"<thead><tr>{head}</tr></thead>\n<tbody>\n" + "\n".join(rows) + "\n</tbody>"
    return _table_region(caption, body, [note, cut])


def _unbroken(text: str) -> str:
    """A cell's text; "(1-10)" and the like are not broken at the hyphen."""
    return re.sub(r"\(\d+-\d+\)", r'<span class="whole">\g<0></span>', escape(text))


def _unit_html(unit: str | None) -> str:
    return f' <span class="unit">({escape(unit)})</span>' if unit else ""


def _table_region(caption: str, body: str, notes: list[str | None]) -> str:
    label = escape(caption, quote=True)
    after = "".join(f'\n<p class="table-note">{escape(note)}</p>' for note in notes if note)
    return (
        f'<div class="table-scroll" role="region" aria-label="{label}" tabindex="0">\n'
        f"<table>\n<caption>{escape(caption)}</caption>\n{body}\n</table>\n</div>{after}"
    )


def table_text(
    frame: pd.DataFrame,
    caption: str,
    note: str | None = None,
    units: dict[str, str] | None = None,
    max_rows: int | None = None,
) -> str:
    """Give the same table as `table_html` in plain text, columns lined up."""
    units = units or {}
    shown, cut = _cut(with_index(frame), max_rows)
    lined = []
    for name, texts, numeric in _columns(shown):
        head = f"{name} ({units[name]})" if name in units else name
        cells = [head, *(re.sub(r"\s+", " ", text) for text in texts)]
        width = max(map(len, cells))
        lined.append([cell.rjust(width) if numeric else cell.ljust(width) for cell in cells])
    lines = ["  ".join(row).rstrip() for row in zip(*lined, strict=True)]
    if len(shown) == 0:
        lines.append("No rows.")
    return "\n".join([caption, *lines, *(text for text in (note, cut) if text)])


def facts_html(pairs: dict | list[tuple[str, object]], caption: str) -> str:
    """Give name and value pairs as a two-column table whose names head the rows."""
    pairs = _pairs(pairs)
    numeric = bool(pairs) and all(_is_number(value) for _, value in pairs)
    rows = "\n".join(
        f"<tr>{_cell('th', 'row', escape(str(name)), False)}{_cell('td', '', escape(text), numeric)}</tr>"
        for name, text in ((name, _text(value)) for name, value in pairs)
    )
    return _table_region(caption, f"<tbody>\n{rows}\n</tbody>", [])


def facts_text(pairs: dict | list[tuple[str, object]], caption: str) -> str:
    """Give the same pairs as `facts_html` in plain text."""
    pairs = _pairs(pairs)
    width = max((len(str(name)) for name, _ in pairs), default=0)
    return "\n".join([caption, *(f"{str(name).ljust(width)}  {_text(value)}" for name, value in pairs)])


def _pairs(pairs: dict | list[tuple[str, object]]) -> list[tuple[str, object]]:
    return list(pairs.items()) if isinstance(pairs, dict) else list(pairs)


def note_html(kind: str, text: str) -> str:
    """Give a remark whose weight is said in words: kind is one of done, note, caution, error, recalled."""
    word = NOTE_WORDS[kind]
    return f'<p class="remark remark-{kind}" role="note"><strong>{word}</strong> {escape(text)}</p>'


def note_text(kind: str, text: str) -> str:
    """Give the same remark as `note_html` in plain text."""
    return f"{NOTE_WORDS[kind]} {text}"
