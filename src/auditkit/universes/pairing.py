"""Finds a case again in another version of its universe, by the keys that rules/resubmission.yaml gives."""

import pandas as pd

from auditkit.rules.layouts import Layout
from auditkit.rules.resubmission import load_resubmission

_SEPARATOR = "\x1f"


def pair_rows(before: pd.DataFrame, after: pd.DataFrame, layout: Layout) -> pd.DataFrame:
    """Which row of `after` is which row of `before`.

    before, after: text cells by layout id, index from 0 to the number of rows.
    Gives before and after (positions, missing where a row stands in one version only) and paired_by (the
    columns that paired them, as "C, G"; "whole row"; empty where nothing did), in the order of `after`,
    then the rows that only `before` has.
    """
    ids = [column.id for column in layout.columns]
    ways = [(key, n > 0) for n, key in enumerate(load_resubmission().keys[layout.code])] + [
        (tuple(ids), False)
    ]
    left, right = before[ids], after[ids]
    found = []
    for key, must_be_unique in ways:
        pairs = _pairs(_texts(left, key, ids), _texts(right, key, ids), must_be_unique)
        words = "whole row" if key == tuple(ids) else ", ".join(key)
        found.append(pairs.assign(paired_by=words))
        left = left.drop(index=pairs["before"])
        right = right.drop(index=pairs["after"])
    alone = pd.DataFrame({"before": pd.array(left.index, "Int64"), "after": pd.NA, "paired_by": ""})
    new = pd.DataFrame({"before": pd.NA, "after": pd.array(right.index, "Int64"), "paired_by": ""})
    whole = pd.concat(
        [
            part.astype({"before": "Int64", "after": "Int64", "paired_by": "str"})
            for part in (*found, new, alone)
        ]
    )
    return whole.sort_values(["after", "before"], na_position="last", ignore_index=True)


def _texts(frame: pd.DataFrame, key: tuple[str, ...], ids: list[str]) -> pd.Series:
    """The key of each row as one text; rows with an empty part are left out, but not of a whole row's key."""
    parts = frame[list(key)]
    if key != tuple(ids):
        parts = parts[~parts.isin(["", "None"]).any(axis=1)]
    texts = parts[key[0]].astype("str")
    for column in key[1:]:
        texts = texts + _SEPARATOR + parts[column].astype("str")
    return texts


def _pairs(left: pd.Series, right: pd.Series, must_be_unique: bool) -> pd.DataFrame:
    """Positions with equal keys. A key that repeats pairs first with first, second with second."""
    if must_be_unique:
        left, right = (keys[~keys.duplicated(keep=False)] for keys in (left, right))
    sides = [
        pd.DataFrame({"key": keys, "turn": keys.groupby(keys).cumcount(), name: keys.index})
        for name, keys in (("before", left), ("after", right))
    ]
    return sides[0].merge(sides[1], on=["key", "turn"])[["before", "after"]]
