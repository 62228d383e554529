"""Lines with a wrong number of fields: which single cell broke them, when that can be told.

Nothing is repaired: the cell keeps the tab or line break it holds and is reported for it. Only the
other cells of the row get their places back, so that they can be checked.
"""

from array import array
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from auditkit.rules.layouts import Column
from auditkit.rules.universe_rules import load_checks
from auditkit.sources.text_table import BadLine
from auditkit.universes.formats import CellScope, fault_of

_DELIMITERS = {"tab": "\t", "pipe": "|", "comma": ",", "semicolon": ";"}
_MOST_LINES = 10_000
_MOST_OTHER_FAULTS = 2
_FREE_TEXT = 500  # characters: a column this long holds sentences, where tabs come from


class BadLines:
    """Lines set aside, gathered batch by batch: all by place and fields, the first with their texts.

    Where there are too many to be put together again, no more texts are held.
    """

    def __init__(self) -> None:
        self.lines: list[BadLine] = []
        self._rows, self._fields = array("q"), array("q")

    @property
    def count(self) -> int:
        return len(self._rows)

    def add(self, lines: Iterable[BadLine]) -> None:
        for line in lines:
            self._rows.append(line.row)
            self._fields.append(line.fields_found)
            if len(self.lines) < _MOST_LINES:
                self.lines.append(line)

    def arrays(self) -> tuple[np.ndarray, np.ndarray]:
        """Places among the lines, and numbers of fields."""
        return np.array(self._rows, dtype=np.int64), np.array(self._fields, dtype=np.int64)


@dataclass(frozen=True)
class Rejoined:
    """Lines set aside, told as records.

    mended: place among the rows and fields of each record put together again.
    rows, fields: place and number of fields of each line that stays broken.
    dropped: lines that turned out to be the rest of a record, by their place among the lines.
    """

    mended: list[tuple[int, list[str]]]
    rows: np.ndarray
    fields: np.ndarray
    dropped: np.ndarray

    def places(self, lines: np.ndarray) -> np.ndarray:
        """The places among the rows of lines given by their places among the lines: a record broken over
        several lines counts as one row, so later rows move up."""
        return lines - np.searchsorted(self.dropped, lines)


def rejoin(bad: BadLines, delimiter: str, columns: list[Column | None]) -> Rejoined:
    """Sort the lines set aside into records put together again and lines that stay broken.

    bad: the lines set aside. delimiter: its name in the facts of the file.
    columns: the layout column in each column of the file.
    """
    lines, mark = bad.lines, _DELIMITERS.get(delimiter)
    if mark is None or bad.count > len(lines):
        return Rejoined([], *bad.arrays(), np.array([], dtype=np.int64))
    mended, broken, dropped, index = [], [], [], 0
    while index < len(lines):
        row = lines[index].row - len(dropped)
        fields, taken = _over_lines(lines, index, mark, columns)
        if fields is None:
            taken, fields = 1, _one_field_too_many(lines[index], mark, columns)
        if fields is None:
            broken.append((row, lines[index].fields_found))
        else:
            mended.append((row, fields))
        dropped += [line.row for line in lines[index + 1 : index + taken]]
        index += taken
    rows, found = np.array(broken, dtype=np.int64).reshape(-1, 2).T
    return Rejoined(mended, rows, found, np.array(dropped, dtype=np.int64))


def _over_lines(
    bad: list[BadLine], index: int, delimiter: str, columns: list[Column | None]
) -> tuple[list[str] | None, int]:
    """The record that a line break in a text cell has spread over this line and the next ones."""
    fields = bad[index].text.split(delimiter)
    for taken, line in enumerate(bad[index + 1 :], start=2):
        follows = line.line_number == bad[index].line_number + taken - 1
        if not follows or len(fields) >= len(columns) + 1:
            break
        more = line.text.split(delimiter)
        if not _is_text(columns, len(fields) - 1):
            break
        fields = [*fields[:-1], f"{fields[-1]}\n{more[0]}", *more[1:]]
        if len(fields) == len(columns) and _other_faults(fields, columns) <= _MOST_OTHER_FAULTS:
            return fields, taken
    return None, 1


def _one_field_too_many(bad: BadLine, delimiter: str, columns: list[Column | None]) -> list[str] | None:
    """The record whose text cell holds the delimiter itself: the one place where the rest fits best."""
    fields = bad.text.split(delimiter)
    extra = len(fields) - len(columns)
    if extra < 1:
        return None
    candidates = []
    for place in range(len(columns)):
        if _is_text(columns, place):
            whole = delimiter.join(fields[place : place + extra + 1])
            candidate = [*fields[:place], whole, *fields[place + extra + 1 :]]
            candidates.append((_other_faults(candidate, columns), place, candidate))
    fewest = min((faults for faults, _, _ in candidates), default=_MOST_OTHER_FAULTS + 1)
    if fewest > _MOST_OTHER_FAULTS:
        return None
    best = [(place, fields) for faults, place, fields in candidates if faults == fewest]
    if len(best) > 1:
        best = [(place, fields) for place, fields in best if _is_free_text(columns[place])]
    return best[0][1] if len(best) == 1 else None


def _is_free_text(column: Column | None) -> bool:
    return column is not None and (column.length or _FREE_TEXT) >= _FREE_TEXT


def _is_text(columns: list[Column | None], place: int) -> bool:
    return place < len(columns) and (columns[place] is None or columns[place].kind == "text")


def _other_faults(fields: list[str], columns: list[Column | None]) -> int:
    """Cells that are not written as their column asks, the broken text cell not counted."""
    scope = CellScope(synthetic=True, name_columns=load_checks().name_columns)
    faults = (fault_of(cell, column, scope) for cell, column in zip(fields, columns, strict=True) if column)
    return sum(fault is not None and fault.code not in ("X19", "F06") for fault in faults)
