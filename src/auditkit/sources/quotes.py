"""What the quote marks of a delimited text do, told before a record is read."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

_LINE_FEED, _RETURN, _MARK = 10, 13, 34


@dataclass(frozen=True)
class Quotes:
    """found: there are quote marks. pair: every one opens a field, closes one, or stands doubled inside
    one. enclose: a cell stands between quote marks on one line; then whoever wrote the file encloses
    cells. spans: a cell begins in one block and ends in a later one."""

    found: bool
    pair: bool
    enclose: bool
    spans: bool


def quotes_of(blocks: Iterable[bytes], delimiter: str) -> Quotes:
    """The quote marks of a text given in blocks that end at a line end."""
    mark = re.escape(delimiter.encode())
    enclosed = re.compile(rb'(?m)(?:^|' + mark + rb')"[^"\n]+"(?:' + mark + rb"|\r?$)")
    found, pair, enclose, spans, is_open = False, True, False, False, False
    for block in blocks:
        if b'"' not in block:
            spans = spans or is_open
            continue
        found = True
        enclose = enclose or enclosed.search(block) is not None
        if pair:
            pair, is_open = _pairs(np.frombuffer(block, dtype=np.uint8), ord(delimiter), is_open)
        spans = spans or is_open
    return Quotes(found, found and pair and not is_open, enclose, spans)


def _pairs(cells: np.ndarray, delimiter: int, is_open: bool) -> tuple[bool, bool]:
    """Do the marks of a block open, close or double? And is a cell left open at its end?

    is_open: a cell that began in an earlier block goes on in this one. Blocks end at a line end, so
    a mark at the very beginning or end stands beside one.
    """
    marks = np.flatnonzero(cells == _MARK)
    opening, closing = (np.append(-1, marks[1::2]), marks[::2]) if is_open else (marks[::2], marks[1::2])
    doubled = closing[: len(opening) - 1] + 1 == opening[1:]
    before = np.where(opening > 0, cells[np.maximum(opening - 1, 0)], _LINE_FEED)
    after = np.where(closing < len(cells) - 1, cells[np.minimum(closing + 1, len(cells) - 1)], _LINE_FEED)
    opens = np.isin(before, [delimiter, _LINE_FEED])
    closes = np.isin(after, [delimiter, _LINE_FEED, _RETURN])
    opens[1:] |= doubled
    closes[: len(doubled)] |= doubled
    return bool(opens.all() and closes.all()), len(opening) > len(closing)
