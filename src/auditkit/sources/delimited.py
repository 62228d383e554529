"""Delimited text as plans and delegates write it: sniffed, read as it stands, nothing lost.

Two ways in, one result. The quick way hands well-formed text to pyarrow. Where a line has a wrong
number of fields, or quote marks do not pair as RFC 4180 has them, the careful way looks at each
line: a quote mark that encloses nothing is a character like any other and swallows no line, and a
line that does not fit is set aside with its number and its text.
"""

import csv
import io
import re
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pyarrow as pa
import pyarrow.csv

from auditkit.errors import InputError
from auditkit.sources.text_table import BadLine, TextTable, column_names, numbered

_DELIMITERS = {"\t": "tab", "|": "pipe", ",": "comma", ";": "semicolon"}
_SNIFF_LINES = 50
_LONGEST_QUOTED_RECORD = 500  # lines one quoted cell may span
_BLOCK_BYTES = 1 << 24

# Windows-1252 with its five unassigned bytes kept as control characters, which intake reports.
_CP1252 = {
    byte: bytes([byte]).decode("cp1252")
    for byte in range(0x80, 0xA0)
    if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
}


@dataclass(frozen=True)
class _Layout:
    """How a text is laid out: delimiter, names of the columns, where the data begin."""

    delimiter: str
    names: list[str]
    has_header: bool
    data_offset: int  # byte at which the data begin
    lines_before: int  # lines before the data


def read_delimited(content: bytes, place: str) -> TextTable:
    """The table in `content`, a file's bytes; `place` names the file in messages.

    Facts: encoding, delimiter, quoting, header, blank_lines. Raises InputError when there is no
    line at all or two columns have the same name.
    """
    content, encoding = to_utf8(content)
    if not content.strip():
        raise InputError(f"{place}: the file is empty; ask for it again.")
    layout = _sniff(content, place)
    body = content[layout.data_offset :]
    read = _read_quick(body, layout) or _read_careful(body, layout, place)
    table, row_numbers, set_aside, quoting, blank = read
    facts = {
        "format": "delimited text",
        "encoding": encoding,
        "delimiter": _DELIMITERS.get(layout.delimiter, "none") if len(layout.names) > 1 else "none",
        "quoting": quoting,
        "header": "first line" if layout.has_header else "none",
        "blank_lines": blank,
    }
    return TextTable(table, facts, row_numbers, set_aside)


def to_utf8(content: bytes) -> tuple[bytes, str]:
    """The bytes as UTF-8 without a byte order mark, with line feeds at line ends, and the encoding found."""
    if content.startswith(b"\xef\xbb\xbf"):
        content, encoding = content[3:], "UTF-8 with byte order mark"
    elif content.startswith((b"\xff\xfe", b"\xfe\xff")):
        content, encoding = content.decode("utf-16", errors="replace").encode(), "UTF-16 with byte order mark"
    elif len(content) > 3 and content[1] == 0 and content[3] == 0:
        content, encoding = content.decode("utf-16-le", errors="replace").encode(), "UTF-16 little-endian"
    else:
        encoding = "UTF-8"
    if not _is_utf8(content):
        content, encoding = _windows_bytes(content, encoding)
    if b"\n" not in content:
        content = content.replace(b"\r", b"\n")
    return content, encoding


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _windows_bytes(content: bytes, encoding: str) -> tuple[bytes, str]:
    """Bytes that are not UTF-8 are read as Windows-1252; good UTF-8 around them stays what it is.

    A file cut off in the middle of a character, or glued from two systems, must not lose the
    accents of all its other lines.
    """
    text = content.decode("utf-8", errors="surrogateescape")
    strays = re.findall("[\udc80-\udcff]", text)
    others = sum(1 for character in set(text) if "\x80" <= character < "\udc80" or character > "\udcff")
    text = re.sub("[\udc80-\udcff]", lambda m: _CP1252.get(ord(m[0]) - 0xDC00, chr(ord(m[0]) - 0xDC00)), text)
    if others or encoding != "UTF-8":
        return text.encode(), f"{encoding}, bytes read as Windows-1252: {len(strays)}"
    return text.encode(), "Windows-1252"


def _sniff(content: bytes, place: str) -> _Layout:
    """Delimiter by consistency over the first lines, then the names of the columns."""
    sample = content[: 1 << 20].decode("utf-8", errors="ignore").split("\n")
    lines_before = next(number for number, line in enumerate(sample) if line.strip())
    lines = [line.rstrip("\r") for line in sample[lines_before:] if line.strip()][:_SNIFF_LINES]
    if len(lines) > 2:
        lines.pop()  # the last line of the sample may be cut
    delimiter = max(_DELIMITERS, key=lambda candidate: _consistency(lines, candidate))
    if _consistency(lines, delimiter) == 0:
        delimiter = "\t"
    names, has_header = column_names(_split(lines[0], delimiter), place)
    offset = _line_start(content, lines_before + has_header)
    return _Layout(delimiter, names, has_header, offset, lines_before + has_header)


def _line_start(content: bytes, line: int) -> int:
    """The byte at which a line begins; lines counted from 0."""
    start = 0
    for _ in range(line):
        end = content.find(b"\n", start)
        start = end + 1 if end >= 0 else len(content)
    return start


def _consistency(lines: list[str], delimiter: str) -> float:
    """How well a delimiter explains the lines: fields of the first line, weighted by the lines that agree."""
    widths = [len(_split(line, delimiter)) for line in lines]
    agreeing = sum(width == widths[0] for width in widths) / len(widths)
    return widths[0] * agreeing**2 if widths[0] > 1 else 0


def _split(line: str, delimiter: str) -> list[str]:
    """The fields of one line: by RFC 4180 where its quote marks pair so, else cut at each delimiter."""
    if '"' in line:
        return _quoted_fields(line, delimiter) or line.split(delimiter)
    return line.split(delimiter)


def _quoted_fields(record: str, delimiter: str) -> list[str] | None:
    """The fields of a record whose enclosing quotes are well formed; None where they are not."""
    whole_record, one_field = _quoting_patterns(delimiter)
    if not whole_record.fullmatch(record):
        return None
    fields = one_field.findall(record + delimiter)
    return [plain if plain else enclosed.replace('""', '"') for enclosed, plain in fields]


@lru_cache(maxsize=8)
def _quoting_patterns(delimiter: str) -> tuple[re.Pattern, re.Pattern]:
    """A whole record of enclosed and plain fields, and one field of it with the delimiter after it."""
    mark = re.escape(delimiter)
    enclosed, plain = r'[^"]*(?:""[^"]*)*', rf'[^"{mark}][^{mark}]*'
    field = rf'(?:"{enclosed}"|{plain}|)'
    return re.compile(rf"{field}(?:{mark}{field})*"), re.compile(rf'(?:"({enclosed})"|({plain})|){mark}')


def _read_quick(body: bytes, layout: _Layout):
    """pyarrow's reading, where it cannot go wrong; None where the careful way is needed."""
    cells = np.frombuffer(body, dtype=np.uint8)
    lines, blank = _count_lines(cells)
    if lines == 0:
        return _arrow_table(b"", layout, quoted=False), numbered(0), [], "none", blank
    quoted = b'"' in body
    if quoted and not _quotes_pair(cells, ord(layout.delimiter)):
        return None
    try:
        table = _arrow_table(body, layout, quoted)
    except pa.ArrowInvalid:
        return None
    if table.num_rows != lines:
        return None
    return table, numbered(lines), [], "double quotes" if quoted else "none", blank


def _count_lines(cells: np.ndarray) -> tuple[int, int]:
    """Lines that hold something, and blank lines."""
    ends = np.flatnonzero(cells == 10)
    if len(cells) and (len(ends) == 0 or ends[-1] != len(cells) - 1):
        ends = np.append(ends, len(cells))
    lengths = np.diff(ends, prepend=-1) - 1
    only_return = (lengths == 1) & (cells[np.maximum(ends - 1, 0)] == 13) if len(ends) else lengths == 1
    blank = int(((lengths == 0) | only_return).sum())
    return len(ends) - blank, blank


def _quotes_pair(cells: np.ndarray, delimiter: int) -> bool:
    """Does every quote mark open a field, close one, or stand doubled inside one?"""
    marks = np.flatnonzero(cells == ord('"'))
    if len(marks) % 2:
        return False
    opening, closing = marks[::2], marks[1::2]
    doubled = closing[:-1] + 1 == opening[1:]
    before = np.where(opening > 0, cells[np.maximum(opening - 1, 0)], 10)
    after = np.where(closing < len(cells) - 1, cells[np.minimum(closing + 1, len(cells) - 1)], 10)
    opens = np.isin(before, [delimiter, 10])
    closes = np.isin(after, [delimiter, 10, 13])
    opens[1:] |= doubled
    closes[:-1] |= doubled
    return bool(opens.all() and closes.all())


def _arrow_table(body: bytes, layout: _Layout, quoted: bool) -> pa.Table:
    """All columns as text; nothing is taken for missing."""
    if not body:
        return pa.table([pa.array([], type=pa.string())] * len(layout.names), names=layout.names)
    return pyarrow.csv.read_csv(
        pa.py_buffer(body),
        read_options=pyarrow.csv.ReadOptions(column_names=layout.names, block_size=_BLOCK_BYTES),
        parse_options=pyarrow.csv.ParseOptions(
            delimiter=layout.delimiter, quote_char='"' if quoted else False, newlines_in_values=quoted
        ),
        convert_options=pyarrow.csv.ConvertOptions(
            column_types={name: pa.string() for name in layout.names},
            null_values=[],
            strings_can_be_null=False,
        ),
    )


def _read_careful(body: bytes, layout: _Layout, place: str):
    """Every line looked at: the good ones written again as RFC 4180 has them, the others set aside."""
    lines = [line.removesuffix("\r") for line in body.decode("utf-8").split("\n")]
    # A tab-delimited file follows quoting rules throughout or not at all: CMS text has none.
    whole = np.frombuffer(body, dtype=np.uint8)
    quoting = b'"' in body and (layout.delimiter != "\t" or _quotes_pair(whole, ord(layout.delimiter)))
    width = len(layout.names)
    rewritten = io.StringIO()
    writer = csv.writer(rewritten, delimiter=layout.delimiter, quoting=csv.QUOTE_ALL, lineterminator="\n")
    row_numbers, set_aside, row, blank, stray, index = [], [], 0, 0, 0, 0
    while index < len(lines):
        if not lines[index]:
            blank += index < len(lines) - 1
            index += 1
            continue
        fields, taken, is_stray = _record(lines, index, layout.delimiter, width, quoting)
        row += 1
        if len(fields) == width:
            if '"' in lines[index] or "\r" in lines[index]:
                writer.writerow(fields)
            else:
                rewritten.write(lines[index] + "\n")
            row_numbers.append(row)
            stray += is_stray
        else:
            number = layout.lines_before + index + 1
            set_aside.append(BadLine(row, number, len(fields), width, lines[index]))
        index += taken
    try:
        table = _arrow_table(rewritten.getvalue().encode(), layout, quoted=True)
    except pa.ArrowInvalid:
        raise InputError(f"{place}: cannot be read as delimited text; check how it was written.") from None
    said = "double quotes" if quoting else "none"
    said += f"; lines whose opening quote mark is never closed, read as they stand: {stray}" if stray else ""
    return table, pa.array(row_numbers, type=pa.int64()), set_aside, said, blank


def _record(lines: list[str], index: int, delimiter: str, width: int, quoting: bool):
    """The record that begins at a line: its fields, the lines it takes, whether a quote is left open in it."""
    line = lines[index]
    plain = line.split(delimiter)
    if '"' not in line:
        return plain, 1, False
    if not quoting:
        return plain, 1, False
    fields = _quoted_fields(line, delimiter)
    if fields is not None and len(fields) == width:
        return fields, 1, False
    joined = _joined(lines, index, delimiter, width) if fields is None else None
    if joined and not all(_fits(lines[i], delimiter, width) for i in range(index, index + joined[1])):
        return *joined, False
    if len(plain) == width or fields is None:
        return plain, 1, True
    return fields, 1, False


def _joined(lines: list[str], index: int, delimiter: str, width: int) -> tuple[list[str], int] | None:
    """The record of a quoted cell that holds line breaks, and how many lines it takes."""
    record = lines[index]
    for taken, line in enumerate(lines[index + 1 : index + _LONGEST_QUOTED_RECORD], 2):
        record += "\n" + line
        if '"' not in line:
            continue
        fields = _quoted_fields(record, delimiter)
        if fields is not None:
            return (fields, taken) if len(fields) == width else None
    return None


def _fits(line: str, delimiter: str, width: int) -> bool:
    """Is the line a record of the right width when it is read by itself?"""
    return width in (len(line.split(delimiter)), len(_split(line, delimiter)))
