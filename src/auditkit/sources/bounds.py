"""Files read within stated bounds: what is too large is refused before memory is spent on it.

The bounds lie far above any real extract. They catch a file whose line ends were lost, a workbook
that is small only while it is packed, and one in which a stray cell makes Excel count millions of
empty ones.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from auditkit.errors import InputError

LARGEST_FILE = 4 << 30  # bytes
LONGEST_LINE = 16 << 20  # bytes
BLOCK = 16 << 20  # bytes of a file held at once
LARGEST_PART = 8 << 30  # bytes of one part of a workbook, unpacked: a full sheet of long cells has fewer
MOST_TIMES_PACKED = 400  # a sheet of a million equal rows packs less than 300 times
MOST_TIMES_SHARED = 100  # texts that cells share are told once each and so pack less well
PACKED_TEST_FROM = 64 << 20  # bytes; a smaller part does no harm, however it is packed
MOST_CELLS = 62_000_000  # of a sheet's rectangle: 1,048,576 rows of 59 columns
SHEET_ROWS = 1_048_576  # Excel's own limit
MOST_COLUMNS = 4_000
UNREADABLE_ZIP = (
    zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError, ValueError,
    LookupError,
)  # fmt: skip
"""What zipfile raises on a damaged, locked or unknown archive."""
_COUNTED = ("xl/sharedStrings.xml", "xl/styles.xml")
_COUNT = re.compile(rb"""[cC]ount\s*=\s*["']([0-9]+)["']""")
_BEGINNING = 1 << 16


def check_size(size: int, place: str) -> None:
    """Raise InputError when a file of `size` bytes is larger than `LARGEST_FILE`; `place` names the file."""
    if size > LARGEST_FILE:
        raise InputError(f"{place}: the file has {size:,} bytes and at most {LARGEST_FILE:,} are read at "
                         "once; cut it into several files.")


def check_unpacked(size: int, place: str) -> None:
    """Raise InputError when a packed table takes more than `LARGEST_FILE` bytes once it is unpacked."""
    if size > LARGEST_FILE:
        raise InputError(f"{place}: unpacked, the table takes at least {size:,} bytes and at most "
                         f"{LARGEST_FILE:,} are read at once; cut it into several files.")


def check_lines(file: BinaryIO, place: str) -> None:
    """Raise InputError when a line of `file` is longer than `LONGEST_LINE`; `place` names the file.

    Lines end with a line feed or, in a file that has none, with a carriage return.
    """
    for line_end in (b"\n", b"\r"):
        ends, too_long = _long_line(file, line_end)
        if ends or line_end == b"\r":
            break
    if too_long:
        raise InputError(f"{place}: line {too_long:,} is longer than {LONGEST_LINE:,} bytes; the line ends "
                         "are lost or the file is no table; ask for it again.")


def _long_line(file: BinaryIO, line_end: bytes) -> tuple[int, int | None]:
    """How many line ends a file has, and the number of the first line that is too long."""
    ends, begun, too_long = 0, 0, None  # begun: bytes of the line that the last block left unfinished
    for block in blocks(file, min(BLOCK, LONGEST_LINE)):
        first = block.find(line_end)
        if too_long is None and begun + (len(block) if first < 0 else first) > LONGEST_LINE:
            too_long = ends + 1
        begun = begun + len(block) if first < 0 else len(block) - 1 - block.rfind(line_end)
        ends += block.count(line_end)
    return ends, too_long


def blocks(file: BinaryIO, size: int | None = None) -> Iterator[bytes]:
    """The bytes of a file from its beginning, `size` (else `BLOCK`) at a time."""
    file.seek(0)
    while block := file.read(size or BLOCK):
        yield block


def check_column_count(count: int, place: str) -> None:
    """Raise InputError when a header has more than `MOST_COLUMNS` columns."""
    if count > MOST_COLUMNS:
        raise InputError(f"{place}: the first line has {count:,} columns and no extract has more than "
                         f"{MOST_COLUMNS:,}; check delimiter and line ends.")


def check_packed(file: BinaryIO, place: str) -> None:
    """Raise InputError when `file` is no .xlsx workbook or unpacks to more than one can hold."""
    try:
        with zipfile.ZipFile(file) as book:
            parts = book.infolist()
            sound = all(_counts_are_true(book, part) for part in parts if part.filename in _COUNTED)
    except UNREADABLE_ZIP:
        sound = False
    if not sound:
        raise InputError(f"{place}: this is not an Excel workbook (.xlsx) or it is damaged; "
                         "save it again from Excel.")
    if "xl/workbook.xml" not in {part.filename for part in parts}:
        raise InputError(f"{place}: this is a zip archive and not an Excel workbook (.xlsx); unpack it or "
                         "save what is inside as .xlsx or as tab-delimited text.")
    for part in parts:
        times = MOST_TIMES_SHARED if part.filename == "xl/sharedStrings.xml" else MOST_TIMES_PACKED
        swollen = part.file_size > max(PACKED_TEST_FROM, times * part.compress_size)
        if swollen or part.file_size > LARGEST_PART:
            raise InputError(f"{place}: unpacked, a part of the workbook would take {part.file_size:,} "
                             f"bytes, packed it takes {part.compress_size:,}; it is not read for safety. "
                             "Delete unused rows and columns and save it again, or save it as "
                             "tab-delimited text.")


def _counts_are_true(book: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    """Can a part hold as many entries as its first element claims? The fast reader makes room for them."""
    with book.open(part) as stream:
        beginning = stream.read(_BEGINNING)
    return all(int(count) <= part.file_size for count in _COUNT.findall(beginning))


def check_extent(rows: int, columns: int, place: str) -> None:
    """Raise InputError when a sheet's cells lie too far apart for the rectangle around them to be read."""
    if rows > SHEET_ROWS or rows * columns > MOST_CELLS:
        raise InputError(f"{place}: cells stand as far out as row {rows:,} and column {columns:,}; delete "
                         "the rows and columns beyond the table and save it again.")
