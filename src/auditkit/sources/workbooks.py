"""One sheet of an Excel workbook (.xlsx) as text."""

from collections.abc import Iterator
from itertools import chain, islice, zip_longest
from typing import BinaryIO
from xml.etree.ElementTree import ParseError

import pyarrow as pa
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, WorksheetNotFound

from auditkit.errors import InputError
from auditkit.sources.bounds import UNREADABLE_ZIP, check_extent, check_packed
from auditkit.sources.text_table import (
    BadLine, Batch, TextStream, cell_text, column_names, numbered, text_columns,
)  # fmt: skip
from auditkit.sources.workbook_errors import SheetScan, scan_sheet

_DAMAGED = (CalamineError, ParseError, *UNREADABLE_ZIP)
_ROWS_AT_ONCE = 20_000
_OLD_OR_LOCKED = bytes.fromhex("d0cf11e0a1b11ae1")


def open_xlsx(file: BinaryIO, place: str, sheet: str | None = None) -> TextStream:
    """The table on a sheet (the first when none is named); `place` names the file in messages.

    The first row that holds something is the header; empty rows are left out and counted; a row with
    cells to the right of the header is set aside. Facts: sheet, header, blank_lines. Raises
    InputError for a locked workbook, a file that is none, a missing or an empty sheet.

    The fast reader holds a sheet whole; Excel's limit of 1,048,576 rows bounds it.
    """
    file.seek(0)
    if file.read(len(_OLD_OR_LOCKED)) == _OLD_OR_LOCKED:
        raise InputError(f"{place}: the workbook has a password or is in the old .xls form; "
                         "save it as .xlsx without a password.")
    check_packed(file, place)
    try:
        file.seek(0)
        book = CalamineWorkbook.from_filelike(file)
        name = sheet or book.sheet_names[0]
        scan = scan_sheet(file, name)
        check_extent(scan.rows, scan.columns, f"{place}, sheet '{name}'")
        page = book.get_sheet_by_name(name)
    except PasswordError:
        raise InputError(f"{place}: the workbook has a password; save it without one.") from None
    except WorksheetNotFound:
        raise InputError(f"{place}: there is no sheet '{sheet}'; its sheets are "
                         f"{', '.join(book.sheet_names)}.") from None
    except _DAMAGED:
        raise InputError(f"{place}: this is not an Excel workbook (.xlsx) or it is damaged; "
                         "save it again from Excel.") from None
    return _open_sheet(page, scan, f"{place}, sheet '{page.name}'")


def _open_sheet(page: CalamineSheet, scan: SheetScan, place: str) -> TextStream:
    rows = _filled_rows(page, scan.errors)
    first = next(rows, None)
    if first is None:
        raise InputError(f"{place}: the sheet is empty; name the sheet that holds the rows.")
    header_line, header = first
    names, has_header = column_names(header, place)
    facts = {
        "format": "xlsx",
        "sheet": page.name,
        "header": f"row {header_line}" if has_header else "none",
        "blank_lines": 0,
    }
    data = rows if has_header else chain([first], rows)
    return TextStream(names, facts, _batches(data, names, header_line - (not has_header), facts))


def _batches(
    rows: Iterator[tuple[int, list[str]]], names: list[str], before: int, facts: dict
) -> Iterator[Batch]:
    """Rows of text of the header's width; `before` is the last row of the sheet above the data."""
    width, place, last_line = len(names), 0, before
    while page := list(islice(rows, _ROWS_AT_ONCE)):
        columns: list[list[str]] = [[] for _ in names]
        row_numbers, set_aside = [], []
        for line, cells in page:
            place, last_line = place + 1, line
            if len(cells) > width:
                set_aside.append(BadLine(place, line, len(cells), width, "\t".join(cells)))
                continue
            row_numbers.append(place)
            for column, cell in zip_longest(columns, cells, fillvalue=""):
                column.append(cell)
        facts["blank_lines"] = last_line - before - place
        yield Batch(text_columns(names, columns), pa.array(row_numbers, type=pa.int64()), set_aside)
    if place == 0:
        yield Batch(text_columns(names, [[] for _ in names]), numbered(0))


def _filled_rows(page: CalamineSheet, errors: dict[int, dict[int, str]]) -> Iterator[tuple[int, list[str]]]:
    """Number (from 1) and cells, up to the last that holds something, of each row that is not empty."""
    first_column = page.start[1] if page.start else 0
    for number, values in enumerate(page.iter_rows(), 1):
        cells = [cell_text(value) for value in values]
        for column, text in errors.get(number, {}).items():
            if 0 <= column - first_column < len(cells):
                cells[column - first_column] = text
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            yield number, cells
