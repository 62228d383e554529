"""Delimited text as plans and delegates write it: sniffed, read as it stands, nothing lost.

Two ways in, one result. The quick way hands well-formed text to pyarrow. Where a line has a wrong
number of fields, or quote marks do not pair as RFC 4180 has them, the careful way looks at each
line: a quote mark that encloses nothing is a character like any other and swallows no line, and a
line that does not fit is set aside with its number and its text.
"""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pyarrow as pa
import pyarrow.csv

from auditkit.errors import InputError
from auditkit.sources.encoding import to_utf8
from auditkit.sources.text_table import BadLine, TextTable, column_names, numbered

_DELIMITERS = {"\t": "tab", "|": "pipe", ",": "comma", ";": "semicolon"}
_SNIFF_LINES = 50
_LONGEST_QUOTED_RECORD = 500  # lines one quoted cell may span
_BLOCK_BYTES = 1 << 24
_SAMPLE_BYTES = 1 << 20
_CONTROL_BYTES = bytes(byte for byte in (*range(32), 127) if byte not in b"\t\n\v\f\r\x1a")
_MOST_CONTROL = 0.05  # share of control characters above which a file is no text


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
    if _is_binary(content[:_SAMPLE_BYTES]):
        raise InputError(f"{place}: this is not a text file; ask for tab-delimited text or .xlsx.")
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


def _is_binary(sample: bytes) -> bool:
    """Does too much of it stand for no character? A stray control character is left to the checks."""
    return len(sample) - len(sample.translate(None, _CONTROL_BYTES)) > _MOST_CONTROL * len(sample) + 4


def _sniff(content: bytes, place: str) -> _Layout:
    """Delimiter by consistency over the first lines, then the names of the columns."""
    sample = content[:_SAMPLE_BYTES].decode("utf-8", errors="ignore").split("\n")
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


def _encloses(body: bytes, delimiter: str) -> bool:
    """Does a cell stand between quote marks on one line? Then whoever wrote the file encloses cells."""
    mark = re.escape(delimiter.encode())
    return re.search(rb'(?m)(?:^|' + mark + rb')"[^"\n]+"(?:' + mark + rb"|\r?$)", body) is not None


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
    lines = body.decode("utf-8").split("\n")
    # A tab-delimited file follows quoting rules throughout or not at all: CMS text has none.
    pair = b'"' in body and _quotes_pair(np.frombuffer(body, dtype=np.uint8), ord(layout.delimiter))
    quoting = b'"' in body and (pair or layout.delimiter != "\t")
    sure = pair and _encloses(body, layout.delimiter)
    rewritten, row_numbers, set_aside, left_open = io.StringIO(), [], [], 0
    writer = csv.writer(rewritten, delimiter=layout.delimiter, quoting=csv.QUOTE_ALL, lineterminator="\n")
    width, lines_taken = len(layout.names), 0
    for row, (index, taken, fields, is_left_open) in enumerate(_records(lines, layout, quoting, sure), 1):
        line = lines[index].removesuffix("\r")
        lines_taken += taken
        if len(fields) != width:
            set_aside.append(BadLine(row, layout.lines_before + index + 1, len(fields), width, line))
            continue
        row_numbers.append(row)
        left_open += is_left_open
        if '"' in line or "\r" in line:
            writer.writerow(fields)
        else:
            rewritten.write(line + "\n")
    try:
        table = _arrow_table(rewritten.getvalue().encode(), layout, quoted=True)
    except pa.ArrowInvalid:
        raise InputError(f"{place}: cannot be read as delimited text; check how it was written.") from None
    quotes = "double quotes" if quoting else "none"
    if left_open:
        quotes += f"; lines whose opening quote mark is never closed, read as they stand: {left_open}"
    blank = len(lines) - lines_taken - (lines[-1] == "")
    return table, pa.array(row_numbers, type=pa.int64()), set_aside, quotes, blank


def _records(
    lines: list[str], layout: _Layout, quoting: bool, sure: bool
) -> Iterator[tuple[int, int, list[str], bool]]:
    """Each record: the line it begins on, the lines it takes, its fields, whether a quote mark is left open.

    quoting: may quote marks enclose cells? sure: does every one of them in the file do so?
    """
    index = 0
    while index < len(lines):
        taken = 1
        line = lines[index].removesuffix("\r")
        if line and quoting:
            fields, taken, left_open = _record(lines, index, layout.delimiter, len(layout.names), sure)
            yield index, taken, fields, left_open
        elif line:
            yield index, taken, line.split(layout.delimiter), False
        index += taken


def _record(lines: list[str], index: int, delimiter: str, width: int, sure: bool):
    """The record that begins at a line: its fields, the lines it takes, whether a quote mark is left open."""
    line = lines[index].removesuffix("\r")
    plain = line.split(delimiter)
    if '"' not in line:
        return plain, 1, False
    fields = _quoted_fields(line, delimiter)
    if fields is not None and len(fields) == width:
        return fields, 1, False
    joined = _joined(lines, index, delimiter, width) if fields is None else None
    if joined and (sure or not all(_fits(each, delimiter, width) for each in lines[index : index + joined[1]])):
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
        fields = _quoted_fields(record.removesuffix("\r"), delimiter)
        if fields is not None:
            return (fields, taken) if len(fields) == width else None
    return None


def _fits(line: str, delimiter: str, width: int) -> bool:
    """Is the line a record of the right width when it is read by itself?"""
    return width in (len(line.split(delimiter)), len(_split(line.removesuffix("\r"), delimiter)))
