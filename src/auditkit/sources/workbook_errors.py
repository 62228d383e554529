"""What the XML of a sheet tells that the fast reader does not: cells with an error, and how far cells lie.

The fast reader gives a cell that holds an error such as #N/A as empty, which would make a failed
lookup look like a missing value: the error is put back as the text Excel shows. And it makes room
for every cell of the rectangle around the outermost ones, be they a thousand million.
"""

import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO
from xml.etree import ElementTree

_CHUNK = 1 << 24
_LONGEST_CELL = 1 << 16
_ERROR = re.compile(rb'<c r="([A-Z]+)(\d+)"[^>]*\bt="e"[^>]*>(?:<f[^>]*/>|<f[^>]*>[^<]*</f>)?<v>([^<]*)</v>')
_ROW = re.compile(rb"""r\s*=\s*["'][A-Za-z]*([0-9]+)""")
_COLUMN = re.compile(rb"""r\s*=\s*["']([A-Z]+)[0-9]""")
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


@dataclass
class SheetScan:
    """The text of each error by row (from 1) and column (from 0); the last row and column with a cell."""

    errors: dict[int, dict[int, str]] = field(default_factory=dict)
    rows: int = 0
    columns: int = 0


def scan_sheet(file: BinaryIO, sheet: str) -> SheetScan:
    """Errors and extent of a sheet of the workbook `file`.

    Raises what zipfile, zlib and ElementTree raise on a damaged workbook.
    """
    scan = SheetScan()
    with zipfile.ZipFile(file) as book:
        part = _sheet_part(book, sheet)
        for piece in _pieces(book, part) if part else ():
            _look_at(piece, scan)
    return scan


def _look_at(piece: bytes, scan: SheetScan) -> None:
    for column, row, text in _ERROR.findall(piece):
        scan.errors.setdefault(int(row), {})[_column_number(column)] = text.decode(errors="replace")
    scan.rows = max(scan.rows, *map(int, set(_ROW.findall(piece))), 0)
    numbers = (_column_number(letters) + 1 for letters in set(_COLUMN.findall(piece)))
    scan.columns = max(scan.columns, *numbers, 0)


def _sheet_part(book: zipfile.ZipFile, sheet: str) -> str | None:
    """The name of the sheet's XML inside the workbook."""
    names = set(book.namelist())
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
        return None
    sheets = ElementTree.fromstring(book.read("xl/workbook.xml")).iter()
    wanted = {item.get("name"): item.get(_RELATION) for item in sheets if item.get(_RELATION)}.get(sheet)
    links = ElementTree.fromstring(book.read("xl/_rels/workbook.xml.rels"))
    target = next((link.get("Target") for link in links if link.get("Id") == wanted), None)
    part = posixpath.normpath(posixpath.join("xl", target)).lstrip("/") if target else None
    return part if part in names else None


def _pieces(book: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """The sheet's XML piece by piece, for it can be gigabytes; pieces overlap by more than a cell takes."""
    with book.open(part) as stream:
        held = b""
        while read := stream.read(_CHUNK):
            yield held + read
            held = (held + read)[-_LONGEST_CELL:]


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number - 1
