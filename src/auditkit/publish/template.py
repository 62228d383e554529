"""Fills a regulator's own Excel template: values into named cells, everything else as it came.

Styles, formulas, validations, protection and print set-up stay; a cell with a formula is never written. What
the library cannot carry over (charts with unusual parts, macros, controls) is told in sentences.
"""

import io
import re
import warnings
import zipfile
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path

import openpyxl
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.utils import column_index_from_string
from openpyxl.utils.exceptions import IllegalCharacterError, InvalidFileException
from openpyxl.workbook import Workbook

from auditkit.errors import InputError
from auditkit.publish.files import written_whole
from auditkit.publish.sheets import MAX_CHARACTERS, MAX_DATA_ROWS, excel_length

_PLACE = re.compile(r"(?P<sheet>.+)!\$?(?P<column>[A-Z]{1,3})\$?(?P<row>[1-9]\d{0,6})")
_LAST_COLUMN = 16_384
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)
_FIXED_MOMENT = rb"\g<1>1980-01-01T00:00:00Z\g<2>"


def fill_template(template: Path, cells: Mapping[str, str | int | float], out: Path) -> list[str]:
    """Write `out`: the template with values in its cells.

    template: an xlsx file. cells: "Sheet!B7" to text or number; a number keeps the cell's own number format,
    and text that begins with an equals sign stays text. out: the filled file, another one than the template;
    the same template and cells give the same bytes.

    Gives a sentence on each thing of the template that is not in the filled file. Raises InputError, before
    anything is written, when the template cannot be read, a sheet is not there, or a cell holds a formula, is
    covered by a merged cell, or may not be written as it is named.
    """
    template, out = Path(template), Path(out)
    if out.resolve() == template.resolve():
        raise InputError(f"{out}: this is the template itself; name another file for the filled one.")
    book, told = _opened(template)
    for place, value in cells.items():
        _write(_cell(book, template, place), place, value)
    filled = io.BytesIO()
    book.save(filled)
    with written_whole(out) as partial:
        _write_again(filled, partial)
    return told + _parts_lost(template, filled)


def _opened(template: Path) -> tuple[Workbook, list[str]]:
    try:
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            book = openpyxl.load_workbook(template)
    except FileNotFoundError:
        raise InputError(f"{template}: no such file; check the path.") from None
    except (InvalidFileException, zipfile.BadZipFile, KeyError, OSError, ValueError):
        raise InputError(
            f"{template}: this cannot be read as an xlsx workbook; save it as .xlsx in Excel."
        ) from None
    lost = sorted({str(one.message) for one in said if "not supported" in str(one.message)})
    return book, [f"Not carried over from the template: {sentence}." for sentence in lost]


def _cell(book: Workbook, template: Path, place: str) -> Cell:
    """The cell of a place, when it may be written."""
    found = _PLACE.fullmatch(place)
    if not found:
        raise InputError(f"{template}: '{place}' names no cell; write it as Sheet!B7.")
    name = found["sheet"].strip("'")
    if name not in book.sheetnames:
        near = get_close_matches(name, book.sheetnames, n=1)
        hint = f"did you mean '{near[0]}'" if near else f"its sheets are {', '.join(book.sheetnames)}"
        raise InputError(f"{template}: there is no sheet '{name}'; {hint}.")
    sheet = book[name]
    if column_index_from_string(found["column"]) > _LAST_COLUMN or int(found["row"]) > MAX_DATA_ROWS + 1:
        raise InputError(f"{template}: '{place}' names no cell; a sheet ends at column XFD and row 1048576.")
    cell = sheet[f"{found['column']}{found['row']}"]
    if isinstance(cell, MergedCell):
        whole = next(area for area in sheet.merged_cells.ranges if cell.coordinate in area)
        first = whole.coord.split(":")[0]
        raise InputError(
            f"{template}: {place} lies inside the merged cell {whole.coord}; write to {name}!{first}."
        )
    if cell.data_type == "f":
        raise InputError(
            f"{template}: {place} holds a formula, which must stay; fill the cells it reads instead."
        )
    return cell


def _write(cell: Cell, place: str, value: str | int | float) -> None:
    if isinstance(value, str) and excel_length(value) > MAX_CHARACTERS:
        raise InputError(f"{place}: the text is longer than the {MAX_CHARACTERS:,} characters of a cell.")
    try:
        cell.value = value
    except IllegalCharacterError:
        raise InputError(f"{place}: the text holds a control character, which a cell cannot hold.") from None
    if isinstance(value, str):
        cell.data_type = "s"  # text that begins with an equals sign would become a formula


def _write_again(filled: io.BytesIO, path: Path) -> None:
    """The same workbook without the moment of its making."""
    with zipfile.ZipFile(filled) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "docProps/core.xml":
                content = _MODIFIED.sub(_FIXED_MOMENT, content)
            target.writestr(zipfile.ZipInfo(name, _ZIP_DATE), content, zipfile.ZIP_DEFLATED)


def _parts_lost(template: Path, filled: io.BytesIO) -> list[str]:
    """A sentence on each kind of part the template has more of: pictures, charts, controls, macros."""
    with zipfile.ZipFile(template) as before, zipfile.ZipFile(filled) as after:
        had, has = _kinds(before), _kinds(after)
    lost = [kind for kind in had if had[kind] > has.get(kind, 0)]
    return [f"Not carried over from the template: {_KINDS[kind]}; compare the two files." for kind in lost]


_KINDS = {
    "xl/charts": "a chart",
    "xl/media": "a picture",
    "xl/drawings": "a drawing (shape, text box or control)",
    "xl/ctrlProps": "a form control",
    "xl/pivotTables": "a pivot table",
    "xl/slicers": "a slicer",
    "xl/vbaProject.bin": "its macros",
    "xl/externalLinks": "a link to another workbook",
}


def _kinds(archive: zipfile.ZipFile) -> dict[str, int]:
    counts: dict[str, int] = {}
    for name in archive.namelist():
        kind = next((kind for kind in _KINDS if name.startswith(kind) and "/_rels/" not in name), None)
        if kind:
            counts[kind] = counts.get(kind, 0) + 1
    return counts
