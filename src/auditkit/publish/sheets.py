"""What a workbook is made of, as plain data: tables with typed columns and marks, and pages of text."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from auditkit.errors import InputError

MAX_DATA_ROWS = 1_048_575
MAX_CHARACTERS = 32_767
MARKS = ("error", "warning", "info")

CONTROL = r"[\x00-\x08\x0B\x0C\x0E-\x1F\x{FFFE}\x{FFFF}]"
_FORBIDDEN_IN_NAMES = re.compile(r"[\[\]:*?/\\]")


@dataclass(frozen=True)
class Column:
    """One column of a sheet.

    `kind` is text (kept exactly, cell format @), wrap (text that breaks into lines), integer, decimal,
    percent (a share of 1, shown as percent) or mixed (numbers, each with its own decimals). `width` is in
    characters.
    """

    header: str
    width: float = 14
    kind: Literal["text", "wrap", "integer", "decimal", "percent", "mixed"] = "text"


Rows = pa.Table | pd.DataFrame
Marks = dict[tuple[int, int], str]


@dataclass(frozen=True)
class Stream:
    """Rows of one sheet too many to be held.

    `count` says how many they are, `size` about how many bytes their values take. `parts()` gives them
    from the first, each part with its marks (rows counted from 1 at the part's first). Of rows beyond
    Excel's limit the sheet's last row says where they stand, in the words of `rest`.
    """

    count: int
    size: int
    parts: Callable[[], Iterator[tuple[Rows, Marks]]]
    rest: str


@dataclass(frozen=True)
class Sheet:
    """One table on one sheet, its header in row 1.

    `name` has at most 31 characters. `rows` is an Arrow table or a pandas frame with as many columns as
    `columns`, in their order, or a `Stream` of such. `marks` maps (row, column) to error, warning or
    info; rows count from 1 at the first data row, columns from 0. `frozen` is how many leading columns
    stay in view.
    """

    name: str
    columns: list[Column]
    rows: Rows | Stream
    marks: Marks = field(default_factory=dict)
    frozen: int = 0
    about: str = ""


@dataclass(frozen=True)
class Line:
    """One line of a text page: a label, its text and, for a link, the sheet it leads to.

    `kind` is title, heading, fact, sentence, link, blank (a line left for a person to fill) or one of
    the marks error, warning, info (its label looks like a marked cell).
    """

    kind: Literal["title", "heading", "fact", "sentence", "link", "blank", "error", "warning", "info"]
    label: str
    text: str = ""
    sheet: str = ""


@dataclass(frozen=True)
class Page:
    """A sheet of text lines in two columns, as the cover."""

    name: str
    lines: list[Line]


def as_arrow(sheet: Sheet) -> pa.Table:
    """Give the rows of `sheet`, which is no stream, as an Arrow table: text as text, numbers as numbers."""
    rows = sheet.rows
    table = rows if isinstance(rows, pa.Table) else pa.Table.from_pandas(rows, preserve_index=False)
    if table.num_columns != len(sheet.columns):
        found, told = table.num_columns, len(sheet.columns)
        raise ValueError(f"sheet {sheet.name}: {found} columns of data, {told} described")
    kinds = {"integer": pa.int64()} | dict.fromkeys(("decimal", "percent", "mixed"), pa.float64())
    arrays = [
        _plain(values).cast(kinds.get(column.kind, pa.string()))
        for values, column in zip(table.columns, sheet.columns, strict=True)
    ]
    return pa.table(arrays, names=[str(place) for place in range(len(arrays))])


def _plain(values: pa.ChunkedArray) -> pa.ChunkedArray:
    return values.cast(values.type.value_type) if pa.types.is_dictionary(values.type) else values


def split(sheet: Sheet, table: pa.Table, most: int = MAX_DATA_ROWS) -> list[tuple[Sheet, pa.Table]]:
    """Cut a table too long for one sheet into `NAME`, `NAME (2)`, ... of at most `most` data rows."""
    parts = []
    for number, start in enumerate(range(0, max(table.num_rows, 1), most), start=1):
        name = sheet.name if number == 1 else f"{sheet.name} ({number})"
        stop = start + most
        marks = sheet.marks
        if table.num_rows > most:
            marks = {
                (row - start, column): mark for (row, column), mark in marks.items() if start < row <= stop
            }
        parts.append((replace(sheet, name=name, marks=marks), table.slice(start, most)))
    return parts


def pieces(sheet: Sheet, table: pa.Table | None, size: int) -> Iterator[tuple[pa.Table, Marks]]:
    """Give the rows of `sheet` at most `size` at a time, with the marks on them; rows count from 1 in each.

    `table` holds the rows of a sheet that is no stream. Raises InputError on a value of a stream that a
    cell cannot hold.
    """
    if table is None:
        yield from _streamed(sheet, sheet.rows)
        return
    by_piece: dict[int, Marks] = {}
    for (row, column), mark in sheet.marks.items():
        number, place = divmod(row - 1, size)
        by_piece.setdefault(number, {})[place + 1, column] = mark
    for number, start in enumerate(range(0, table.num_rows, size)):
        yield table.slice(start, size), by_piece.get(number, {})


def sheet_count(count: int) -> int:
    """Give the data rows that so many rows of a stream take on their sheet."""
    return min(count, MAX_DATA_ROWS)


def _streamed(sheet: Sheet, stream: Stream) -> Iterator[tuple[pa.Table, Marks]]:
    """The rows of a stream; where they are too many for a sheet, words take the place of the last."""
    too_many = stream.count > MAX_DATA_ROWS
    left = MAX_DATA_ROWS - 1 if too_many else stream.count
    for rows, marks in stream.parts():
        part = replace(sheet, rows=rows)
        table = as_arrow(part)
        check_values(part, table)
        yield table.slice(0, left), {cell: mark for cell, mark in marks.items() if cell[0] <= left}
        left -= min(left, table.num_rows)
        if left == 0:
            break
    if too_many:
        yield _words(sheet, table.schema, stream.rest), {}


def _words(sheet: Sheet, schema: pa.Schema, words: str) -> pa.Table:
    """A row that holds `words` in its first column of text and nothing else."""
    place = next(place for place, column in enumerate(sheet.columns) if column.kind in ("text", "wrap"))
    return pa.table(
        [pa.array([words if number == place else None], kind) for number, kind in enumerate(schema.types)],
        schema=schema,
    )


def check_names(names: list[str]) -> None:
    """Raise ValueError on a sheet name that Excel refuses or that stands twice."""
    for name in names:
        if not 1 <= len(name) <= 31 or _FORBIDDEN_IN_NAMES.search(name):
            raise ValueError(f"sheet name {name!r}: 1 to 31 characters without [ ] : * ? / \\")
    if len({name.lower() for name in names}) != len(names):
        raise ValueError("two sheets have the same name")


def check_headers(sheet: Sheet) -> None:
    """Raise ValueError on headers that an Excel table refuses: empty, too long, or the same twice."""
    headers = [column.header.lower() for column in sheet.columns]
    if not all(1 <= len(header) <= 255 for header in headers) or len(set(headers)) != len(headers):
        raise ValueError(f"sheet {sheet.name}: headers need 1 to 255 characters and must differ")


def check_values(sheet: Sheet, table: pa.Table) -> None:
    """Raise InputError on the first value that a workbook cannot hold; nothing is written then.

    A cell holds at most 32,767 characters (counted as Excel does, in UTF-16 units) and no control
    character other than tab, line feed and carriage return.
    """
    for place, column in enumerate(sheet.columns):
        if column.kind not in ("text", "wrap"):
            continue
        for start, values in _chunks(table.column(place)):
            row = _first(pc.match_substring_regex(values, CONTROL))
            if row is not None:
                raise InputError(_refusal(sheet, column, start + row, "holds a control character"))
            row = _first(_too_long(values))
            if row is not None:
                raise InputError(
                    _refusal(sheet, column, start + row, f"is longer than {MAX_CHARACTERS:,} characters")
                )


def _refusal(sheet: Sheet, column: Column, row: int, fault: str) -> str:
    return (
        f"Sheet {sheet.name}, row {row + 1}, column {column.header}: the value {fault}, which a workbook "
        "cannot hold; mend it in the extract."
    )


def _chunks(values: pa.ChunkedArray):
    start = 0
    for chunk in values.chunks:
        yield start, chunk
        start += len(chunk)


def _first(flags: pa.Array) -> int | None:
    place = pc.index(flags, pa.scalar(True)).as_py()
    return None if place < 0 else place


def _too_long(values: pa.Array) -> pa.Array:
    suspects = pc.greater(pc.binary_length(values), MAX_CHARACTERS)
    if not pc.any(suspects).as_py():
        return suspects
    return pa.array([excel_length(value or "") > MAX_CHARACTERS for value in values.to_pylist()])


def excel_length(text: str) -> int:
    """Give the length of `text` as Excel counts it: in UTF-16 units, an emoji as two."""
    return len(text.encode("utf-16-le")) // 2
