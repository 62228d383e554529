"""What differs between two versions of a record layout, column by column."""

import re

import pandas as pd

from auditkit.rules.layouts import Column, Layout

_COMPARED = ("name", "kind", "length", "values", "none_allowed", "time_column", "status")


def diff_layouts(earlier: Layout, later: Layout) -> pd.DataFrame:
    """One row a difference: column (letter in the later version, else the earlier), what, before, after.

    what: added, removed, letter (the same title at another letter), or the property that differs (name,
    kind, length, values, none_allowed, time_column, status). Columns are paired by title, those that are
    left by letter.
    """
    rows = []
    pairs = _pairs(earlier, later)
    for ours, theirs in pairs:
        if ours is None:
            rows.append((theirs.id, "added", "", theirs.name))
        elif theirs is None:
            rows.append((ours.id, "removed", ours.name, ""))
        else:
            rows += _differences(ours, theirs)
    return pd.DataFrame(rows, columns=["column", "what", "before", "after"])


def plain_title(title: str) -> str:
    """A title without capitals, punctuation and repeated spaces, for comparing."""
    return " ".join(re.findall(r"\w+", title.casefold()))


def _pairs(earlier: Layout, later: Layout) -> list[tuple[Column | None, Column | None]]:
    """Columns of both versions: in the order of the later, then those only the earlier has."""
    titles = {plain_title(column.name): column for column in earlier.columns}
    found = {column.id: titles.pop(plain_title(column.name), None) for column in later.columns}
    left = {column.id: column for column in titles.values()}
    for column in later.columns:
        if found[column.id] is None:
            found[column.id] = left.pop(column.id, None)
    return [(found[column.id], column) for column in later.columns] + [
        (column, None) for column in left.values()
    ]


def _differences(ours: Column, theirs: Column) -> list[tuple[str, str, str, str]]:
    rows = [] if ours.id == theirs.id else [(theirs.id, "letter", ours.id, theirs.id)]
    for name in _COMPARED:
        before, after = _words(getattr(ours, name)), _words(getattr(theirs, name))
        if before != after:
            rows.append((theirs.id, name, before, after))
    return rows


def _words(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(value)
    return "" if value is None else str(value)
