"""Checks that need a whole source table: the same key twice, a member nobody knows."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from auditkit.rules.source_tables import SourceTable
from auditkit.sources.mapping import Extract
from auditkit.sources.rejects import ROW_KEPT, ROW_SET_ASIDE, delegates_of

_PROVENANCE = ("extract", "extract_row")


def repeated_keys(
    table: SourceTable, rows: pa.Table, extracts: dict[str, Extract]
) -> tuple[np.ndarray, pd.DataFrame]:
    """Which rows repeat the key of an earlier row, and their reject records.

    rows: all typed rows of the table in the order of the extracts.
    extracts: those that feed the table, by name.
    """
    keys = _key_texts(table, rows)
    codes = keys.dictionary_encode().indices.to_numpy(zero_copy_only=False)
    first = np.unique(codes, return_index=True)[1]
    repeats = np.ones(len(codes), dtype=bool)
    repeats[first] = False
    later = np.flatnonzero(repeats)
    if not len(later):
        return repeats, pd.DataFrame()
    earlier = first[codes[later]]
    here, there = rows.take(pa.array(later)), rows.take(pa.array(earlier))
    differing = _differing_columns(here, there)
    expected = [
        f"a key that stands once; it stands first in row {row} of {extract}, "
        + (f"which differs in {', '.join(names)}" if names else "which is identical")
        for row, extract, names in zip(
            there["extract_row"].to_pylist(), there["extract"].to_pylist(), differing, strict=True
        )
    ]
    frame = _records(table, list(table.key), here, extracts)
    key_texts = keys.take(pa.array(later)).to_pylist()
    return repeats, frame.assign(
        value=key_texts, rule="IN-DUPLICATE", expected=expected, action=ROW_SET_ASIDE, case_key=key_texts
    )


def unknown_members(
    table: SourceTable, rows: pa.Table, extracts: dict[str, Extract], members: pa.Table
) -> pd.DataFrame:
    """The reject records of rows whose member_id is in no enrollment span; the rows stay."""
    known = pc.is_in(rows["member_id"], value_set=members["member_id"].combine_chunks())
    places = np.flatnonzero(~known.to_numpy(zero_copy_only=False))
    if not len(places):
        return pd.DataFrame()
    here = rows.take(pa.array(places))
    return _records(table, ["member_id"], here, extracts).assign(
        value=here["member_id"].to_pylist(),
        rule="IN-MEMBER",
        expected="a member number that stands in the table members",
        action=ROW_KEPT,
        case_key=_key_texts(table, here).to_pylist(),
    )


def _key_texts(table: SourceTable, rows: pa.Table) -> pa.Array:
    parts = [rows[name] for name in table.key]
    joined = parts[0] if len(parts) == 1 else pc.binary_join_element_wise(*parts, "|")
    return pa.concat_arrays(joined.chunks) if joined.num_chunks else pa.array([], type=pa.string())


def _differing_columns(here: pa.Table, there: pa.Table) -> list[list[str]]:
    """For each pair of rows the typed columns that are not the same in both; missing equals missing."""
    names: list[list[str]] = [[] for _ in range(here.num_rows)]
    for name in here.column_names:
        if name in _PROVENANCE:
            continue
        ours, theirs = here[name].to_pylist(), there[name].to_pylist()
        for place, (one, other) in enumerate(zip(ours, theirs, strict=True)):
            if one != other:
                names[place].append(name)
    return names


def _records(
    table: SourceTable, columns: list[str], here: pa.Table, extracts: dict[str, Extract]
) -> pd.DataFrame:
    names = here["extract"].to_pylist()
    theirs = {
        name: "|".join(
            source
            for column in columns
            if column in extracts[name].columns
            for source in extracts[name].columns[column].source_columns
        )
        for name in set(names)
    }
    return pd.DataFrame(
        {
            "extract": names,
            "table": table.name,
            "row": here["extract_row"].to_pylist(),
            "column": "|".join(columns),
            "source_column": [theirs[name] for name in names],
            "delegate": delegates_of(here, extracts),
        }
    )
