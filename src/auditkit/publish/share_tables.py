"""The tables of a share edition, before and after their cells are masked: plain data, no regulation.

A table holds text, numbers that everybody may see, and references to cells by id. Only `masked` puts
words or numbers in the place of references, so that page, workbook and figure are all made from what
may be seen, and nothing else is ever in them.
"""

from dataclasses import dataclass, field, replace

import pandas as pd


@dataclass(frozen=True)
class Ref:
    """A place in a table that shows the cell, rate or average of that id, or the words that stand for it."""

    id: str


@dataclass(frozen=True)
class ShareTable:
    """One table of a share edition.

    name: of its sheet, at most 31 characters. heading: of its part of the page; tables of one heading stand
    together. caption: says what the table holds. frame: texts, numbers and `Ref`s; the first column heads
    its row. numbers: the columns of numbers, in which words stand for what is suppressed. note: a sentence
    under the table. units: column to unit. split_by: on the page, one table for each value of this column.
    """

    name: str
    heading: str
    caption: str
    frame: pd.DataFrame
    numbers: tuple[str, ...] = ()
    note: str = ""
    units: dict[str, str] = field(default_factory=dict)
    split_by: str = ""


def masked(table: ShareTable, shown: dict[str, int | float | str | None]) -> ShareTable:
    """Give `table` with what may be seen in place of every reference.

    shown: number, words ("suppressed (1-10)") or None (no number, as with a rate of nothing) by id.
    Raises KeyError on a reference to an id that `shown` lacks: a cell nobody judged is never shown.
    """
    frame = table.frame
    columns = {
        name: pd.Series(
            [shown[value.id] if isinstance(value, Ref) else value for value in frame[name]],
            index=frame.index, dtype="object")  # fmt: skip
        for name in frame.columns
    }
    return replace(table, frame=pd.DataFrame(columns, index=frame.index))


def share_table(name: str, heading: str, caption: str, frame: pd.DataFrame, note: str = "", **more) -> ShareTable:
    """Make a table whose columns of numbers are those that hold references; `more` as for `ShareTable`."""
    numbers = tuple(column for column in frame if any(isinstance(value, Ref) for value in frame[column]))
    return ShareTable(name, heading, caption, frame, numbers, note, **more)
