"""The records of a delimited text, line by line: a quote mark that encloses nothing is a character like
any other and swallows no line."""

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from auditkit.sources.bounds import LONGEST_LINE

_LONGEST_QUOTED_RECORD = 500  # lines one quoted cell may span


@dataclass(frozen=True)
class Record:
    """One record: its fields (None: a blank line), its first line as it stands, how many lines it takes,
    and whether a quote mark is left open in it."""

    fields: list[str] | None
    text: str
    lines: int = 1
    left_open: bool = False


def fields_of(line: str, delimiter: str) -> list[str]:
    """The fields of one line: by RFC 4180 where its quote marks pair so, else cut at each delimiter."""
    if '"' in line:
        return _quoted_fields(line, delimiter) or line.split(delimiter)
    return line.split(delimiter)


def records(lines: Iterator[str], delimiter: str, width: int, quoting: bool, sure: bool) -> Iterator[Record]:
    """The records in `lines` (without their line feeds), in order.

    width: fields of the header. quoting: may quote marks enclose cells? sure: does every one of them
    in the file do so?
    """
    window = _Window(lines)
    while (first := window.line(0)) is not None:
        line = first.removesuffix("\r")
        if not line:
            record = Record(None, line)
        elif quoting:
            record = _record(window, line, delimiter, width, sure)
        else:
            record = Record(line.split(delimiter), line)
        yield record
        window.drop(record.lines)


class _Window:
    """Lines that can be looked at before their turn; only those looked at are held."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._rest, self._held = iter(lines), deque()

    def line(self, ahead: int) -> str | None:
        """The line so many lines ahead; None beyond the last."""
        while len(self._held) <= ahead:
            line = next(self._rest, None)
            if line is None:
                return None
            self._held.append(line)
        return self._held[ahead]

    def drop(self, count: int) -> None:
        for _ in range(count):
            self._held.popleft()


def _record(window: _Window, line: str, delimiter: str, width: int, sure: bool) -> Record:
    """The record that begins at the first line of the window, which is `line`."""
    plain = line.split(delimiter)
    if '"' not in line:
        return Record(plain, line)
    fields = _quoted_fields(line, delimiter)
    if fields is not None and len(fields) == width:
        return Record(fields, line)
    joined = _joined(window, delimiter, width) if fields is None else None
    if joined:
        parts = [window.line(number) for number in range(joined[1])]
        if sure or not all(_fits(part, delimiter, width) for part in parts):
            return Record(joined[0], line, joined[1])
    if len(plain) == width or fields is None:
        return Record(plain, line, left_open=True)
    return Record(fields, line)


def _joined(window: _Window, delimiter: str, width: int) -> tuple[list[str], int] | None:
    """The record of a quoted cell that holds line breaks, and how many lines it takes."""
    record = window.line(0)
    for taken in range(2, _LONGEST_QUOTED_RECORD + 1):
        line = window.line(taken - 1)
        if line is None:
            break
        record += "\n" + line
        if len(record) > LONGEST_LINE:
            break
        if '"' not in line:
            continue
        fields = _quoted_fields(record.removesuffix("\r"), delimiter)
        if fields is not None:
            return (fields, taken) if len(fields) == width else None
    return None


def _fits(line: str, delimiter: str, width: int) -> bool:
    """Is the line a record of the right width when it is read by itself?"""
    return width in (len(line.split(delimiter)), len(fields_of(line.removesuffix("\r"), delimiter)))


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
