"""A table of text exactly as an extract holds it, with what can be said about the extract."""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

import numpy as np
import pyarrow as pa

from auditkit.errors import InputError
from auditkit.sources.bounds import check_column_count

_NOT_A_NAME = re.compile(
    r"\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}.*|\d{1,2}:\d{2}(:\d{2})?|-?\d{5,}|-?\d+\.\d+|None|NULL|NA|N/A"
)


@dataclass(frozen=True)
class BadLine:
    """A line or row set aside because it does not have the header's number of fields.

    `row` is its place among the data rows (from 1), `line_number` its place in the file (from 1,
    the header counted), `text` the line as it stands.
    """

    row: int
    line_number: int
    fields_found: int
    fields_expected: int
    text: str


@dataclass(frozen=True)
class TextTable:
    """What one extract holds.

    table: every column text, as it stands; an empty cell is '' and the words None, NA and null stay.
    facts: format, encoding, delimiter, quoting, header, sheet, rows, blank_lines, bytes, sha256
        (those that apply).
    row_numbers: for each row of `table` its place among the data rows of the extract, from 1;
        set-aside lines are counted, blank lines are not.
    set_aside: the lines with a wrong number of fields.
    """

    table: pa.Table
    facts: dict
    row_numbers: pa.Array
    set_aside: list[BadLine] = field(default_factory=list)

    @property
    def bad_lines(self) -> list[tuple[int, int, int]]:
        """(line number, fields found, fields expected) of each line set aside."""
        return [(bad.line_number, bad.fields_found, bad.fields_expected) for bad in self.set_aside]


@dataclass(frozen=True)
class Batch:
    """Some rows of an extract, and the lines set aside between them; as in `TextTable`."""

    table: pa.Table
    row_numbers: pa.Array
    set_aside: list[BadLine] = field(default_factory=list)


@dataclass(frozen=True)
class TextStream:
    """An extract read a batch at a time, once, from its first row to its last.

    names: of its columns. facts: as in `TextTable`; those that only the last row settles (quoting,
    rows, blank_lines) are right when the batches have been read. Reading a batch raises InputError
    where the extract is damaged.
    """

    names: list[str]
    facts: dict
    batches: Iterator[Batch]


def column_names(first_row: list[str], place: str) -> tuple[list[str], bool]:
    """The column names, and whether the first row is a header at all.

    A row that holds a date, a time, a long number or the word None is data: the columns are then
    called "column 1", "column 2" and so on. A nameless column of a header is called the same way.
    Raises InputError when two columns have the same name (by place, for a cell may be a person's) or
    when there are more columns than any extract has.
    """
    check_column_count(len(first_row), place)
    cells = [cell.strip() for cell in first_row]
    is_header = any(cells) and not any(_NOT_A_NAME.fullmatch(cell) for cell in cells)
    names = [cell if is_header and cell else f"column {place_no}" for place_no, cell in enumerate(cells, 1)]
    first_place: dict[str, int] = {}
    for place_no, name in enumerate(names, 1):
        if name in first_place:
            raise InputError(
                f"{place}: columns {first_place[name]} and {place_no} of the header have the same name; "
                "give every column its own name."
            )
        first_place[name] = place_no
    return names, is_header


def cell_text(value: object) -> str:
    """The text of one typed cell of a workbook or database.

    A date becomes CCYY-MM-DD, a moment CCYY-MM-DD HH:MM:SS, a whole float loses its '.0' (a
    workbook holds every number as a float), a missing cell becomes ''.
    """
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, dt.datetime):
        return _whole_second(value).isoformat(sep=" ")
    if isinstance(value, dt.timedelta):
        seconds = round(value.total_seconds())
        sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
        return f"{sign}{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, bytes | memoryview):
        return bytes(value).decode("utf-8", errors="replace")
    return str(value)


def _whole_second(value: dt.datetime) -> dt.datetime:
    """A workbook keeps a moment as a fraction of a day: undo the rounding to a few milliseconds."""
    nearest = (value + dt.timedelta(milliseconds=500)).replace(microsecond=0)
    return nearest if abs(nearest - value) <= dt.timedelta(milliseconds=5) else value


def text_columns(names: list[str], columns: list[list[str]]) -> pa.Table:
    """A table of text from lists of cells."""
    return pa.table([pa.array(cells, type=pa.string()) for cells in columns], names=names)


def numbered(count: int, after: int = 0) -> pa.Array:
    """1, 2, 3 ... `count`, or as many numbers that follow `after`."""
    return pa.array(np.arange(after + 1, after + count + 1, dtype=np.int64))
