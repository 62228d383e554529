"""Reads an extract, whatever its form, as the text that stands in it.

pandas and readers that guess types turn the words None and NA into missing cells and 00123 into
123. Here every cell stays text until a mapping says what it is.
"""

import hashlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa

from auditkit.errors import InputError
from auditkit.sources.bounds import check_lines, check_size
from auditkit.sources.delimited import open_delimited
from auditkit.sources.parquet import open_parquet
from auditkit.sources.text_table import Batch, TextStream, TextTable
from auditkit.sources.workbooks import open_xlsx

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
    with open_text(path, sheet) as stream:
        batches = list(stream.batches)
    return TextTable(
        pa.concat_tables([batch.table for batch in batches]),
        stream.facts,
        pa.concat_arrays([batch.row_numbers for batch in batches]),
        [line for batch in batches for line in batch.set_aside],
    )


@contextmanager
def open_text(path: Path | str, sheet: str | None = None) -> Iterator[TextStream]:
    """The table in one file, a batch at a time; as `read_text_table`, for files too large to be held."""
    path = Path(path)
    with _opened(path) as file, ExitStack() as stack:
        beginning = file.read(64)
        if not beginning:
            raise InputError(f"{path}: the file is empty; ask for it again.")
        if beginning.startswith((_ZIP, _OLE)) or path.suffix.lower() in (".xlsx", ".xlsm"):
            stream = open_xlsx(file, str(path), sheet)
        elif sheet:
            raise InputError(f"{path}: a sheet is named but the file is not a workbook; leave the sheet out.")
        elif beginning.startswith(_PARQUET):
            stream = open_parquet(file, str(path))
        else:
            _refuse_other_kinds(beginning, path)
            check_lines(file, str(path))
            stream = stack.enter_context(open_delimited(file, str(path)))
        size = path.stat().st_size
        facts = stream.facts
        facts |= {"rows": 0, "bytes": size, "sha256": _sha256(file)}
        yield TextStream(stream.names, facts, _counted(stream.batches, facts))


def _counted(batches: Iterator[Batch], facts: dict) -> Iterator[Batch]:
    for batch in batches:
        facts["rows"] += batch.table.num_rows
        yield batch


def _sha256(file: BinaryIO) -> str:
    file.seek(0)
    return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    try:
        check_size(path.stat().st_size, str(path))
        file = path.open("rb")
    except FileNotFoundError:
        raise InputError(f"{path}: no such file; check the name and the folder.") from None
    except OSError as error:
        raise InputError(f"{path}: the file cannot be opened ({error.strerror}).") from None
    with file:
        yield file


def _refuse_other_kinds(beginning: bytes, path: Path) -> None:
    beginning = beginning.lstrip().lower()
    for mark, words in _NO_TABLE.items():
        if beginning.startswith(mark):
            raise InputError(f"{path}: this is {words} and not a table; ask for tab-delimited text or .xlsx.")
