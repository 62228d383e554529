"""Workbooks of any size, exact in every value and the same bytes on every run.

xlsxwriter makes the workbook: styles, headers, tables, widths, print set-up, text pages. Then the
finished zip is written again with fixed dates, and the rows of each table are streamed into
their sheet as inline text (see `cells`). Nothing is guessed from a value.
"""

import io
import re
import zipfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import xlsxwriter

from auditkit.publish.cells import Styles, column_letters, lines_needed, sheet_rows
from auditkit.publish.files import written_whole
from auditkit.publish.sheets import (
    Line,
    Page,
    Sheet,
    Stream,
    as_arrow,
    check_headers,
    check_names,
    check_values,
    pieces,
    sheet_count,
    split,
)
from auditkit.publish.styles import cell_formats, page_formats

FIXED_DATE = datetime(1980, 1, 1)
_TEMPLATE_ROW = re.compile(rb'(.*?</row>)(<row r="2".*?</row>)(</sheetData>.*)', re.DOTALL)
_LABEL_WIDTH, _TEXT_WIDTH = 36, 96
_PAGE_WIDTH = 210
_BIG_PART = 1_000_000_000
ROWS_AT_ONCE = 20_000


@dataclass(frozen=True)
class _Part:
    """One table on one sheet: its rows (None: a stream), how many they are and how many bytes they take."""

    sheet: Sheet
    table: pa.Table | None
    count: int
    size: int


def write_workbook(path: Path, title: str, sheets: list[Page | Sheet], footer: str = "") -> None:
    """Write `sheets` in order to the xlsx file at `path`, beside it first and then renamed.

    `title` becomes the document's title, `footer` stands at the foot of each printed page. A table
    above 1,048,575 rows goes on in `NAME (2)` and so on (see `sheet_names`); a stream ends there.
    Raises InputError on a value that a cell cannot hold; nothing is written then.
    """
    parts = _parts(sheets)
    skeleton = io.BytesIO()
    styles = _write_skeleton(skeleton, title, parts, footer)
    with written_whole(Path(path)) as partial:
        _splice(skeleton, partial, parts, styles)


def sheet_names(sheet: Sheet) -> list[tuple[str, int]]:
    """Give the names under which `sheet` will stand in the workbook and the data rows of each."""
    if isinstance(sheet.rows, Stream):
        return [(sheet.name, sheet_count(sheet.rows.count))]
    return [(part.name, table.num_rows) for part, table in split(sheet, as_arrow(sheet))]


def _parts(sheets: list[Page | Sheet]) -> list[Page | _Part]:
    parts: list[Page | _Part] = []
    for sheet in sheets:
        if isinstance(sheet, Page):
            parts.append(sheet)
            continue
        check_headers(sheet)
        if isinstance(sheet.rows, Stream):
            parts.append(_Part(sheet, None, sheet_count(sheet.rows.count), sheet.rows.size))
            continue
        table = as_arrow(sheet)
        check_values(sheet, table)
        parts += [_Part(part, rows, rows.num_rows, rows.nbytes) for part, rows in split(sheet, table)]
    check_names([part.name if isinstance(part, Page) else part.sheet.name for part in parts])
    return parts


def _write_skeleton(target: io.BytesIO, title: str, parts: list[Page | _Part], footer: str) -> Styles:
    """Write the workbook without its rows; row 2 of each table shows every cell style once.

    Excel tables are made two rows long and stretched afterwards: xlsxwriter would visit every cell.
    """
    book = xlsxwriter.Workbook(target, {"strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": title, "author": "", "company": "", "created": FIXED_DATE})
    formats, page_styles = cell_formats(book), page_formats(book)
    for part in parts:
        if isinstance(part, Page):
            write_page(book.add_worksheet(part.name), part, page_styles, footer)
        else:
            _write_frame(book.add_worksheet(part.sheet.name), part, formats, footer)
    book.close()
    return {key: place for place, key in enumerate(formats)}


def print_setup(sheet: xlsxwriter.worksheet.Worksheet, footer: str, pages_wide: int = 1) -> None:
    """Paper, margins and footer of a printed sheet; `footer` stands at the left."""
    sheet.set_paper(1)
    sheet.fit_to_pages(pages_wide, 0)
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
    sheet.set_footer(f"&L&8{footer.replace('&', '&&')}&C&8&A&R&8Page &P of &N")


def _line_height(line: Line) -> float:
    """Height in points: programs differ in fitting wrapped text, so it is worked out from its length."""
    heights = {"title": 36, "heading": 30, "blank": 24}
    lines = max(-(-len(line.label) // (_LABEL_WIDTH - 4)), -(-len(line.text) // (_TEXT_WIDTH - 6)), 1)
    return heights.get(line.kind, 3 + 15 * lines)


def write_page(sheet: xlsxwriter.worksheet.Worksheet, page: Page, formats: dict, footer: str) -> None:
    """Write a page of text lines; `formats` as `styles.page_formats` gives them."""
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, _LABEL_WIDTH)
    sheet.set_column(1, 1, _TEXT_WIDTH)
    sheet.set_portrait()
    print_setup(sheet, footer)
    for row, line in enumerate(page.lines):
        label, text = formats[line.kind]
        sheet.set_row(row, _line_height(line))
        if line.kind == "link":
            sheet.write_url(row, 0, f"internal:'{line.sheet}'!A1", label, string=line.label)
        else:
            sheet.write_string(row, 0, line.label, label)
        sheet.write_string(row, 1, line.text, text)


def _write_frame(
    sheet: xlsxwriter.worksheet.Worksheet, whole: _Part, formats: dict, footer: str
) -> None:
    part, header = whole.sheet, formats["header", ""]
    last = len(part.columns) - 1
    lines = max(int(lines_needed(len(column.header), column.width * 0.85)) for column in part.columns)
    sheet.set_row(0, 6 + 14 * lines)
    for place, column in enumerate(part.columns):
        sheet.set_column(place, place, column.width)
        sheet.write_string(0, place, column.header, header)
    if whole.count:
        sheet.add_table(
            0,
            0,
            1,
            last,
            {
                "name": "T_" + re.sub(r"\W", "_", part.name),
                "style": None,
                "columns": [{"header": column.header, "header_format": header} for column in part.columns],
            },
        )
        for place, key in enumerate(formats):
            sheet.write_blank(1, place, None, formats[key])
        sheet.ignore_errors({"number_stored_as_text": _range(whole).decode()})
    sheet.freeze_panes(1, part.frozen)
    sheet.set_landscape()
    sheet.repeat_rows(0)
    if part.frozen:
        sheet.repeat_columns(0, part.frozen - 1)
    total = sum(column.width for column in part.columns)
    print_setup(sheet, footer, pages_wide=max(1, round(total / _PAGE_WIDTH)))


def _splice(skeleton: io.BytesIO, path: Path, parts: list[Page | _Part], styles: Styles) -> None:
    """Copy the zip part by part; `ZipFile.open` dates each part 1980-01-01, whatever the clock says."""
    filled = [part for part in parts if isinstance(part, _Part) and part.count]
    with (
        zipfile.ZipFile(skeleton) as source,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as target,
    ):
        for name in source.namelist():
            content = source.read(name)
            found = re.fullmatch(r"xl/worksheets/sheet(\d+)\.xml", name)
            part = parts[int(found.group(1)) - 1] if found else None
            if isinstance(part, _Part) and part.count:
                _write_rows(target, name, content, part, styles)
                continue
            found = re.fullmatch(r"xl/tables/table(\d+)\.xml", name)
            if found:
                content = _stretched(content, filled[int(found.group(1)) - 1])
            with target.open(name, "w") as out:
                out.write(content)


def _range(part: _Part) -> bytes:
    """The cells of a part in words of a spreadsheet: A1:Y1001."""
    return f"A1:{column_letters(len(part.sheet.columns) - 1)}{part.count + 1}".encode()


def _stretched(content: bytes, part: _Part) -> bytes:
    """The definition of an Excel table over all rows of its part."""
    return re.sub(rb' ref="[^"]*"', b' ref="' + _range(part) + b'"', content)


def _write_rows(target: zipfile.ZipFile, name: str, content: bytes, part: _Part, styles: Styles) -> None:
    sheet = part.sheet
    before, template, after = _TEMPLATE_ROW.fullmatch(content).groups()
    numbers = [int(number) for number in re.findall(rb'<c r="[A-Z]+2" s="(\d+)"', template)]
    styles = {key: numbers[place] for key, place in styles.items()}
    before = re.sub(rb'<dimension ref="[^"]*"/>', b'<dimension ref="' + _range(part) + b'"/>', before)
    big = part.size + part.count * len(sheet.columns) * 80 > _BIG_PART
    with target.open(name, "w", force_zip64=big) as out:
        out.write(before)
        rows = pieces(sheet, part.table, ROWS_AT_ONCE)
        for piece in sheet_rows(rows, sheet.columns, styles):
            out.write(piece)
        out.write(after)
