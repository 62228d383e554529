"""Delimited text as plans and delegates write it: sniffed, read as it stands, nothing lost.

Two ways in, one result. The quick way hands well-formed text to pyarrow. Where a line has a wrong
number of fields, or quote marks do not pair as RFC 4180 has them, the careful way looks at each
line (see `records`) and sets aside a line that does not fit, with its number and its text. Either
way the file is gone through a block at a time and never held whole.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.csv

from auditkit.errors import InputError
from auditkit.sources import bounds
from auditkit.sources.encoding import Utf8File, as_utf8
from auditkit.sources.quotes import Quotes, quotes_of
from auditkit.sources.records import Record, fields_of, records
from auditkit.sources.text_table import BadLine, Batch, TextStream, column_names, numbered

_DELIMITERS = {"\t": "tab", "|": "pipe", ",": "comma", ";": "semicolon"}
_SNIFF_LINES = 50
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


@contextmanager
def open_delimited(file: BinaryIO, place: str) -> Iterator[TextStream]:
    """The table in `file`; `place` names the file in messages.

    Facts: encoding, delimiter, quoting, header, blank_lines. Raises InputError when there is no
    line at all or two columns have the same name.
    """
    with as_utf8(file) as text:
        if text.blank:
            raise InputError(f"{place}: the file is empty; ask for it again.")
        text.file.seek(text.start)
        sample = text.file.read(_SAMPLE_BYTES)
        if _is_binary(sample):
            raise InputError(f"{place}: this is not a text file; ask for tab-delimited text or .xlsx.")
        layout = _sniff(sample, text, place)
        facts = {
            "format": "delimited text",
            "encoding": text.encoding,
            "delimiter": _DELIMITERS.get(layout.delimiter, "none") if len(layout.names) > 1 else "none",
            "quoting": "none",
            "header": "first line" if layout.has_header else "none",
            "blank_lines": 0,
        }
        yield TextStream(layout.names, facts, _batches(text.file, layout, facts, place))


def _is_binary(sample: bytes) -> bool:
    """Does too much of it stand for no character? A stray control character is left to the checks."""
    return len(sample) - len(sample.translate(None, _CONTROL_BYTES)) > _MOST_CONTROL * len(sample) + 4


def _sniff(beginning: bytes, text: Utf8File, place: str) -> _Layout:
    """Delimiter by consistency over the first lines, then the names of the columns."""
    sample = beginning.decode("utf-8", errors="ignore").split("\n")
    lines_before = next((number for number, line in enumerate(sample) if line.strip()), None)
    if lines_before is None:
        raise InputError(f"{place}: the file begins with more than {_SAMPLE_BYTES:,} bytes of blank lines; "
                         "delete the lines above the header.")
    lines = [line.rstrip("\r") for line in sample[lines_before:] if line.strip()][:_SNIFF_LINES]
    if len(lines) > 2:
        lines.pop()  # the last line of the sample may be cut
    delimiter = max(_DELIMITERS, key=lambda candidate: _consistency(lines, candidate))
    if _consistency(lines, delimiter) == 0:
        delimiter = "\t"
    names, has_header = column_names(fields_of(lines[0], delimiter), place)
    offset = _line_start(text, lines_before + has_header)
    return _Layout(delimiter, names, has_header, offset, lines_before + has_header)


def _line_start(text: Utf8File, line: int) -> int:
    """The byte at which a line begins; lines counted from 0."""
    text.file.seek(text.start)
    for _ in range(line):
        text.file.readline()
    return text.file.tell()


def _consistency(lines: list[str], delimiter: str) -> float:
    """How well a delimiter explains the lines: fields of the first line, weighted by the lines that agree."""
    widths = [len(fields_of(line, delimiter)) for line in lines]
    agreeing = sum(width == widths[0] for width in widths) / len(widths)
    return widths[0] * agreeing**2 if widths[0] > 1 else 0


@dataclass
class _Place:
    """How far a file has been read: rows, lines of the file, blank lines, quote marks left open."""

    rows: int = 0
    lines: int = 0
    blank: int = 0
    left_open: int = 0


def _batches(file: BinaryIO, layout: _Layout, facts: dict, place: str) -> Iterator[Batch]:
    """The rows of the data, by whichever way can read them; completes `facts`."""
    quotes = quotes_of(_blocks(file, layout), layout.delimiter)
    at = _Place(lines=layout.lines_before)
    if quotes.found and not _quick_throughout(file, layout, quotes):
        yield from _read_careful(_lines(_blocks(file, layout)), layout, quotes, at, place)
    else:
        for block in _blocks(file, layout):
            yield from _read_block(block, layout, quotes, at, place)
    if at.rows == 0:
        yield Batch(_arrow_table(b"", layout, quoted=False), numbered(0))
    facts["quoting"] = "double quotes" if _quoting(quotes, layout) else "none"
    if at.left_open:
        never = "lines whose opening quote mark is never closed, read as they stand"
        facts["quoting"] += f"; {never}: {at.left_open}"
    facts["blank_lines"] = at.blank


def _blocks(file: BinaryIO, layout: _Layout) -> Iterator[bytes]:
    """The data in blocks that end at a line end."""
    file.seek(layout.data_offset)
    while block := file.read(bounds.BLOCK):
        yield block if block.endswith(b"\n") else block + file.readline()


def _lines(blocks: Iterable[bytes]) -> Iterator[str]:
    """The lines of the data without their line feeds."""
    for block in blocks:
        lines = block.decode("utf-8").split("\n")
        yield from lines if lines[-1] else lines[:-1]


def _quoting(quotes: Quotes, layout: _Layout) -> bool:
    """May quote marks enclose cells? A tab-delimited file follows quoting rules throughout or not at
    all: CMS text has none."""
    return quotes.found and (quotes.pair or layout.delimiter != "\t")


def _quick_throughout(file: BinaryIO, layout: _Layout, quotes: Quotes) -> bool:
    """Does pyarrow read every line of a file with quote marks as one row?"""
    if not quotes.pair or quotes.spans:
        return False
    return all(
        _read_quick(block, layout, True, _count_lines(block)[0]) is not None for block in _blocks(file, layout)
    )


def _read_block(block: bytes, layout: _Layout, quotes: Quotes, at: _Place, place: str) -> Iterator[Batch]:
    """One block of a file in which no cell holds a line end."""
    filled, blank = _count_lines(block)
    table = _read_quick(block, layout, quotes.found, filled)
    if table is None:
        yield from _read_careful(_lines([block]), layout, quotes, at, place)
        return
    yield Batch(table, numbered(filled, at.rows))
    at.rows, at.lines, at.blank = at.rows + filled, at.lines + filled + blank, at.blank + blank


def _count_lines(block: bytes) -> tuple[int, int]:
    """Lines that hold something, and blank lines."""
    cells = np.frombuffer(block, dtype=np.uint8)
    ends = np.flatnonzero(cells == 10)
    if len(ends) == 0 or ends[-1] != len(cells) - 1:
        ends = np.append(ends, len(cells))
    lengths = np.diff(ends, prepend=-1) - 1
    only_return = (lengths == 1) & (cells[np.maximum(ends - 1, 0)] == 13)
    blank = int(((lengths == 0) | only_return).sum())
    return len(ends) - blank, blank


def _read_quick(block: bytes, layout: _Layout, quoted: bool, lines: int) -> pa.Table | None:
    """pyarrow's reading, where it cannot go wrong; None where the careful way is needed."""
    if lines == 0:
        return _arrow_table(b"", layout, quoted)
    try:
        table = _arrow_table(block, layout, quoted)
    except pa.ArrowInvalid:
        return None
    return table if table.num_rows == lines else None


def _arrow_table(text: bytes, layout: _Layout, quoted: bool) -> pa.Table:
    """All columns as text; nothing is taken for missing."""
    if not text:
        return pa.table([pa.array([], type=pa.string())] * len(layout.names), names=layout.names)
    return pyarrow.csv.read_csv(
        pa.py_buffer(text),
        read_options=pyarrow.csv.ReadOptions(column_names=layout.names, block_size=len(text)),
        parse_options=pyarrow.csv.ParseOptions(
            delimiter=layout.delimiter, quote_char='"' if quoted else False, newlines_in_values=quoted
        ),
        convert_options=pyarrow.csv.ConvertOptions(
            column_types={name: pa.string() for name in layout.names},
            null_values=[],
            strings_can_be_null=False,
        ),
    )


def _read_careful(
    lines: Iterator[str], layout: _Layout, quotes: Quotes, at: _Place, place: str
) -> Iterator[Batch]:
    """Every line looked at: the good ones written again as RFC 4180 has them, the others set aside."""
    width, page = len(layout.names), _Page(layout, place)
    sure = quotes.pair and quotes.enclose
    for record in records(lines, layout.delimiter, width, _quoting(quotes, layout), sure):
        line_number, at.lines = at.lines + 1, at.lines + record.lines
        if record.fields is None:
            at.blank += 1
            continue
        at.rows += 1
        if len(record.fields) == width:
            at.left_open += record.left_open
            page.write(at.rows, record)
        else:
            page.set_aside(BadLine(at.rows, line_number, len(record.fields), width, record.text))
        if page.size > bounds.BLOCK // 4:
            yield page.batch()
            page = _Page(layout, place)
    if page.size:
        yield page.batch()


class _Page:
    """Records written again as RFC 4180 has them, until there are enough for a batch."""

    def __init__(self, layout: _Layout, place: str) -> None:
        self._layout, self._place = layout, place
        self._text, self._rows, self._set_aside = io.StringIO(), [], []
        self._writer = csv.writer(
            self._text, delimiter=layout.delimiter, quoting=csv.QUOTE_ALL, lineterminator="\n"
        )
        self.size = 0  # characters

    def write(self, row: int, record: Record) -> None:
        self._rows.append(row)
        self.size += 1 + sum(map(len, record.fields))
        if '"' in record.text or "\r" in record.text:
            self._writer.writerow(record.fields)
        else:
            self._text.write(record.text + "\n")

    def set_aside(self, line: BadLine) -> None:
        self._set_aside.append(line)
        self.size += 1 + len(line.text)

    def batch(self) -> Batch:
        try:
            table = _arrow_table(self._text.getvalue().encode(), self._layout, quoted=True)
        except pa.ArrowInvalid:
            raise InputError(f"{self._place}: cannot be read as delimited text; "
                             "check how it was written.") from None
        return Batch(table, pa.array(self._rows, pa.int64()), self._set_aside)
