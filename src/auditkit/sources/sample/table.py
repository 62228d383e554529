"""A table while it is being made: columns by name, all of one length.

Text is an array of Python strings (None where missing), a date a day number, a moment the second
of the local wall clock counted from 1970-01-01 00:00; a missing number, date or moment is NONE.
"""

from collections.abc import Sequence
from functools import cache

import numpy as np

from auditkit.rules.source_tables import load_source_tables

NONE = np.iinfo(np.int64).min
"""Stands for no date, no moment, no number."""

Table = dict[str, np.ndarray]


@cache
def kinds(table: str) -> dict[str, str]:
    """Kind of every column of a source table, by name."""
    return {column.name: column.kind for column in load_source_tables()[table].columns}


def is_text(kind: str) -> bool:
    """Are values of this kind held as text?"""
    return kind in ("text", "code", "codes", "flag")


def blank(kind: str, rows: int) -> np.ndarray:
    """A column without values."""
    if is_text(kind):
        return np.full(rows, None, dtype=object)
    if kind == "number":
        return np.full(rows, np.nan)
    return np.full(rows, NONE, dtype=np.int64)


def length(table: Table) -> int:
    """Number of rows."""
    return len(next(iter(table.values())))


def complete(name: str, columns: Table) -> Table:
    """The columns in the order of the source table, those not given blank."""
    rows = length(columns)
    return {column: columns.get(column, blank(kind, rows)) for column, kind in kinds(name).items()}


def from_rows(name: str, rows: Sequence[dict]) -> Table:
    """A table from single rows; what a row does not name is missing."""
    table = {}
    for column, kind in kinds(name).items():
        values = blank(kind, len(rows))
        for position, row in enumerate(rows):
            if row.get(column) is not None:
                values[position] = row[column]
        table[column] = values
    return table


def take(table: Table, which: np.ndarray) -> Table:
    """The rows at these positions, or where the mask is true."""
    return {name: values[which] for name, values in table.items()}


def joined(tables: Sequence[Table]) -> Table:
    """Tables of one shape, one under the other."""
    return {name: np.concatenate([table[name] for table in tables]) for name in tables[0]}


def text(values: str | None, rows: int) -> np.ndarray:
    """A column with the same text in every row."""
    return np.full(rows, values, dtype=object)


def draw(rng: np.random.Generator, shares: dict, rows: int) -> np.ndarray:
    """Words drawn with the given shares."""
    words = np.empty(len(shares), dtype=object)
    words[:] = list(shares)
    weights = np.fromiter(shares.values(), dtype=float)
    return words[np.searchsorted(np.cumsum(weights) / weights.sum(), rng.random(rows), side="right")]


def flags(truth: np.ndarray) -> np.ndarray:
    """Y and N."""
    return np.where(truth, "Y", "N").astype(object)


def numbered(pattern: str, numbers: np.ndarray) -> np.ndarray:
    """Identifiers made from numbers, as `A{:08d}`."""
    made = np.empty(len(numbers), dtype=object)
    made[:] = [pattern.format(number) for number in numbers.tolist()]
    return made
