"""Reads an extract, whatever its form, as the text that stands in it.

pandas and readers that guess types turn the words None and NA into missing cells and 00123 into
123. Here every cell stays text until a mapping says what it is.
"""

import hashlib
from pathlib import Path

from auditkit.errors import InputError
from auditkit.sources.bounds import check_lines, read_whole
from auditkit.sources.delimited import read_delimited
from auditkit.sources.parquet import read_parquet
from auditkit.sources.text_table import TextTable
from auditkit.sources.workbooks import read_xlsx

_ZIP, _OLE, _PARQUET = b"PK\x03\x04", bytes.fromhex("d0cf11e0a1b11ae1"), b"PAR1"
_NO_TABLE = {
    b"%pdf": "a PDF",
    b"\x1f\x8b": "a gzip archive",
    b"bzh": "a bzip2 archive",
    b"\xfd7zxz": "an xz archive",
    b"7z\xbc\xaf": "a 7-Zip archive",
    b"rar!": "a RAR archive",
    b"{\\rtf": "an RTF document",
    b"<html": "a web page",
    b"<!doctype html": "a web page",
}
"""How files begin that are often sent in place of a table; in small letters."""


def read_text_table(path: Path | str, sheet: str | None = None) -> TextTable:
    """The table in one file: delimited text, xlsx or Parquet, told apart by what the file holds.

    path: the file. sheet: the sheet of a workbook; the first when none is named.
    Lines with a wrong number of fields stand in `set_aside`. Facts always hold rows, bytes and
    sha256 of the file. Raises InputError, one sentence, when the file cannot be read as a table.
    """
    path = Path(path)
    content = _content(path)
    if content.startswith((_ZIP, _OLE)) or path.suffix.lower() in (".xlsx", ".xlsm"):
        read = read_xlsx(content, str(path), sheet)
    elif sheet:
        raise InputError(f"{path}: a sheet is named but the file is not a workbook; leave the sheet out.")
    elif content.startswith(_PARQUET):
        read = read_parquet(content, str(path))
    else:
        _refuse_other_kinds(content, path)
        check_lines(content, str(path))
        read = read_delimited(content, str(path))
    facts = {
        **read.facts,
        "rows": read.table.num_rows,
        "bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    return TextTable(read.table, facts, read.row_numbers, read.set_aside)


def _content(path: Path) -> bytes:
    try:
        content = read_whole(path)
    except FileNotFoundError:
        raise InputError(f"{path}: no such file; check the name and the folder.") from None
    except OSError as error:
        raise InputError(f"{path}: the file cannot be opened ({error.strerror}).") from None
    if not content:
        raise InputError(f"{path}: the file is empty; ask for it again.")
    return content


def _refuse_other_kinds(content: bytes, path: Path) -> None:
    beginning = content[:64].lstrip().lower()
    for mark, words in _NO_TABLE.items():
        if beginning.startswith(mark):
            raise InputError(f"{path}: this is {words} and not a table; ask for tab-delimited text or .xlsx.")
