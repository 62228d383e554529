"""One sheet of an Excel workbook (.xlsx) as text."""

import io
from collections.abc import Iterator
from xml.etree.ElementTree import ParseError

import pyarrow as pa
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, WorksheetNotFound

from auditkit.errors import InputError
from auditkit.sources.bounds import UNREADABLE_ZIP, check_extent, check_packed
from auditkit.sources.text_table import BadLine, TextTable, cell_text, column_names, text_columns
from auditkit.sources.workbook_errors import SheetScan, scan_sheet

_DAMAGED = (CalamineError, ParseError, *UNREADABLE_ZIP)
_OLD_OR_LOCKED = bytes.fromhex("d0cf11e0a1b11ae1")


def read_xlsx(content: bytes, place: str, sheet: str | None = None) -> TextTable:
    """The table on a sheet (the first when none is named); `place` names the file in messages.

    The first row that holds something is the header; empty rows are left out and counted; a row with
    cells to the right of the header is set aside. Facts: sheet, header, blank_lines. Raises
    InputError for a locked workbook, a file that is none, a missing or an empty sheet.
    """
    if content.startswith(_OLD_OR_LOCKED):
        raise InputError(f"{place}: the workbook has a password or is in the old .xls form; "
                         "save it as .xlsx without a password.")
    check_packed(content, place)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        name = sheet or book.sheet_names[0]
        scan = scan_sheet(content, name)
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
    return _read_sheet(page, scan, f"{place}, sheet '{page.name}'")


def _read_sheet(page: CalamineSheet, scan: SheetScan, place: str) -> TextTable:
    rows = _filled_rows(page, scan.errors)
    first = next(rows, None)
    if first is None:
        raise InputError(f"{place}: the sheet is empty; name the sheet that holds the rows.")
    header_line, header = first
    names, has_header = column_names(header, place)
    if not has_header:
        rows = _again(first, rows)
    width, row, last_line = len(names), 0, header_line - 1
    columns: list[list[str]] = [[] for _ in names]
    row_numbers, set_aside, blank = [], [], -1 if has_header else 0
    for line, cells in rows:
        row, blank, last_line = row + 1, blank + line - last_line - 1, line
        if len(cells) > width:
            set_aside.append(BadLine(row, line, len(cells), width, "\t".join(cells)))
            continue
        row_numbers.append(row)
        for column, cell in zip(columns, cells, strict=False):
            column.append(cell)
        for column in columns[len(cells):]:
            column.append("")
    facts = {
        "format": "xlsx",
        "sheet": page.name,
        "header": f"row {header_line}" if has_header else "none",
        "blank_lines": max(blank, 0),
    }
    return TextTable(text_columns(names, columns), facts, pa.array(row_numbers, type=pa.int64()), set_aside)


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


def _again(first: tuple[int, list[str]], rows: Iterator) -> Iterator:
    yield first
    yield from rows
