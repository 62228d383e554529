"""Cells of a workbook that hold an error such as #N/A.

The fast reader gives them as empty, which would make a failed lookup look like a missing value. They
are found in the sheet's XML and put back as the text Excel shows.
"""

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from xml.etree import ElementTree

_CHUNK = 1 << 24
_LONGEST_CELL = 1 << 16
_ERROR = re.compile(rb'<c r="([A-Z]+)(\d+)"[^>]*\bt="e"[^>]*>(?:<f[^>]*/>|<f[^>]*>[^<]*</f>)?<v>([^<]*)</v>')
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def error_cells(content: bytes, sheet: str) -> dict[int, dict[int, str]]:
    """For each row (from 1) with an error, the error's text by column (from 0)."""
    found: dict[int, dict[int, str]] = {}
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        part = _sheet_part(book, sheet)
        for column, row, text in _errors(book, part) if part else ():
            found.setdefault(int(row), {})[_column_number(column.decode())] = text.decode()
    return found


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


def _errors(book: zipfile.ZipFile, part: str) -> Iterator[tuple[bytes, bytes, bytes]]:
    """Column letters, row and text of each error, read piece by piece: a sheet's XML can be gigabytes."""
    with book.open(part) as stream:
        held = b""
        while piece := stream.read(_CHUNK):
            held += piece
            end = 0
            for match in _ERROR.finditer(held):
                yield match.groups()
                end = match.end()
            held = held[max(end, len(held) - _LONGEST_CELL) :]


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1
