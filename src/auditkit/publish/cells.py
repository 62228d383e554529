"""Rows of an Arrow table as the XML of a worksheet, a batch at a time.

Text is written as inline strings under a style with the format @, so that neither opening the
workbook nor a double click on a cell changes `00123`, `=1+1` or `2026/01/05`.
Source: ECMA-376 part 1, sections 18.3.1.4 (c), 18.3.1.73 (row) and 22.9.2.19 (ST_Xstring).
"""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import repeat

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from auditkit.publish.sheets import Column, Marks

MOST_POINTS = 409
_LITERAL_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
Styles = dict[tuple[str, str], int]


def column_letters(place: int) -> str:
    """Give the spreadsheet letters of a column counted from 0: 0 is A, 26 is AA."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def sheet_rows(
    pieces: Iterator[tuple[pa.Table, Marks]], columns: list[Column], styles: Styles
) -> Iterator[memoryview]:
    """Give the `<row>` elements of `pieces` (see `sheets.pieces`) from sheet row 2 on, as UTF-8.

    `styles` maps (column kind, mark or "") to the number of the cell style. The next piece is made
    in a second thread while the caller compresses the last one.
    """

    def made(first_row: int) -> tuple[memoryview, int] | None:
        table, marks = next(pieces, (None, {}))
        if table is None:
            return None
        cells = [(row - 1, column, mark) for (row, column), mark in marks.items()]
        return _rows_xml(table, first_row, columns, cells, styles), first_row + table.num_rows

    with ThreadPoolExecutor(1) as worker:
        ahead = worker.submit(made, 2)
        while ready := ahead.result():
            ahead = worker.submit(made, ready[1])
            yield ready[0]


def _rows_xml(
    part: pa.Table, first_row: int, columns: list[Column], marks: list[tuple[int, int, str]], styles: Styles
) -> memoryview:
    numbers = pa.array(np.arange(first_row, first_row + part.num_rows)).cast(pa.string())
    pieces: list[pa.Array | str] = ['<row r="', numbers, *_row_height(part, columns), '">']
    for place, column in enumerate(columns):
        style = _style_column(place, column.kind, marks, styles, part.num_rows)
        value = part.column(place).combine_chunks()
        pieces += [f'<c r="{column_letters(place)}', numbers, '" s="', style, '"']
        pieces += _text_cell(value) if column.kind in ("text", "wrap") else _number_cell(value)
    pieces.append("</row>\n")
    rows = pc.binary_join_element_wise(*_merged(pieces), "")
    offsets = np.frombuffer(rows.buffers()[1], dtype=np.int32)
    begin, end = offsets[rows.offset], offsets[rows.offset + len(rows)]
    return memoryview(rows.buffers()[2])[begin:end]


def _row_height(part: pa.Table, columns: list[Column]) -> list[pa.Array | str]:
    """The height of each row whose text wraps: not every program fits rows by itself."""
    wrapped = [place for place, column in enumerate(columns) if column.kind == "wrap"]
    if not wrapped:
        return []
    lines = np.ones(part.num_rows, dtype=np.int64)
    for place in wrapped:
        values = part.column(place).combine_chunks()
        length = pc.fill_null(pc.utf8_length(values), 0).to_numpy(zero_copy_only=False)
        breaks = pc.fill_null(pc.count_substring(values, "\n"), 0).to_numpy(zero_copy_only=False)
        lines = np.maximum(lines, lines_needed(length, columns[place].width) + breaks)
    points = np.minimum(3 + 13 * lines, MOST_POINTS)
    return ['" ht="', pa.array(points).cast(pa.string()), '" customHeight="1']


def lines_needed(length, width: float):
    """How many lines a text of `length` characters takes in a column `width` characters wide."""
    return np.maximum(np.ceil(np.asarray(length) / max(width * 1.05, 4)), 1).astype(np.int64)


def _merged(pieces: list[pa.Array | str]) -> list[pa.Array | str]:
    """Join neighbouring constants, so that each row is glued from as few parts as possible."""
    merged: list[pa.Array | str] = []
    for piece in pieces:
        if isinstance(piece, str) and merged and isinstance(merged[-1], str):
            merged[-1] += piece
        else:
            merged.append(piece)
    return merged


def _style_column(
    place: int, kind: str, marks: list[tuple[int, int, str]], styles: Styles, count: int
) -> pa.Array | str:
    mine = [(row, mark) for row, column, mark in marks if column == place]
    plain = str(styles[kind, ""])
    if not mine:
        return plain
    numbers = list(repeat(plain, count))
    for row, mark in mine:
        numbers[row] = str(styles[kind, mark])
    return pa.array(numbers)


def _text_cell(values: pa.Array) -> list[pa.Array | str]:
    begin, end = ' t="inlineStr"><is><t xml:space="preserve">', "</t></is></c>"
    if values.null_count == 0:
        return [begin, escape_text(values), end]
    return [pc.coalesce(pc.binary_join_element_wise(begin, escape_text(values), end, ""), "></c>")]


def _number_cell(values: pa.Array) -> list[pa.Array | str]:
    shown = pc.binary_join_element_wise("<v>", values.cast(pa.string()), "</v>", "")
    return [">", pc.coalesce(shown, ""), "</c>"]


def escape_text(values: pa.Array) -> pa.Array:
    """Give texts ready to stand in a `<t>` element; a missing one stays missing.

    `&`, `<` and `>` are escaped as XML wants it; a literal `_x0041_` as `_x005F_x0041_` and a carriage
    return as `_x000D_`, as ST_Xstring wants it.
    """
    if not pc.any(pc.match_substring_regex(values, "[&<>\r]|_x")).as_py():
        return values
    values = _replaced_where(values, r"_x[0-9A-Fa-f]{4}_", lambda text: _LITERAL_ESCAPE.sub("_x005F_", text))
    values = _replaced_where(values, "\r", lambda text: text.replace("\r", "_x000D_"))
    for character, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        values = pc.replace_substring(values, character, entity)
    return values


def _replaced_where(values: pa.Array, pattern: str, change) -> pa.Array:
    """Apply `change` to the few texts that hold `pattern`."""
    hits = pc.match_substring_regex(values, pattern)
    if not pc.any(hits).as_py():
        return values
    changed = pa.array([change(text) for text in values.filter(hits).to_pylist()], type=values.type)
    return pc.replace_with_mask(values, hits, changed)
