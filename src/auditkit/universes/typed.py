"""A universe as text becomes a universe the checks and clocks can read: days, seconds, marks.

For every column K of the layout the typed table holds K (the text as it came), K_none (1 when the
cell says None), K_bad (1 when the cell has a format fault); for a date also K_day (days since
1970-01-01) and, when the layout pairs it with a time, K_sec (UTC epoch second). Days and seconds
are null where the cell says None or cannot be read.

`case_row` is the row's place in the file. `benefit` says medicare or medicaid in a universe that was
filled from an extract which tells it, and '' elsewhere.
"""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from auditkit.errors import InputError
from auditkit.rules.layouts import Column, Layout
from auditkit.rules.universe_rules import load_checks
from auditkit.sources.moments import utc_seconds
from auditkit.universes.formats import NONE, CellScope, Fault, fault_of, read_day, screen

TIME_ZONE = "America/New_York"


@dataclass(frozen=True)
class ColumnFaults:
    """The format faults of one column: `positions` of the rows (from 0), and for each the number of its
    value in `values`; `faults` has the fault of each value."""

    column: Column
    positions: np.ndarray
    which: np.ndarray
    faults: list[Fault]
    values: list[str]


@dataclass(frozen=True)
class TypedUniverse:
    """A typed universe and what is wrong with its cells.

    table: as the module says. rows: place of each row in the file, from 1.
    faults: the format faults, one entry a column that has any.
    """

    table: pa.Table
    rows: np.ndarray
    faults: list[ColumnFaults]


def type_universe(
    frame: pd.DataFrame | pa.Table,
    layout: Layout,
    *,
    contracts: Collection[str] | None = None,
    synthetic: bool = False,
    time_zone: str = TIME_ZONE,
) -> TypedUniverse:
    """Type a universe whose columns are named by layout id (A, B, ...).

    frame: text cells; a column `row` gives each row's place in the file, else rows count from 1.
    contracts: contract numbers in scope; None takes any.
    synthetic: may identifiers with S in position 2 stand in the file?
    time_zone: IANA name of the zone the file's dates and times are in.

    Raises InputError when a column of the layout is missing.
    """
    scope = cell_scope(contracts, synthetic)
    return with_faults(typed_table(frame, layout, scope, time_zone), layout, scope)


def cell_scope(contracts: Collection[str] | None, synthetic: bool) -> CellScope:
    """What is known of the cells of any universe; arguments as `type_universe`."""
    return CellScope(contracts, synthetic, load_checks().name_columns)


def typed_table(
    frame: pd.DataFrame | pa.Table, layout: Layout, scope: CellScope, time_zone: str = TIME_ZONE
) -> pa.Table:
    """The typed table alone; arguments as `type_universe`."""
    text = as_text_table(frame, layout)
    rows = _row_numbers(frame, text.num_rows)
    columns: dict[str, pa.Array] = {"case_row": pa.array(rows), "benefit": _benefit(frame, text.num_rows)}
    days, seconds_of_day = {}, {}
    for column in layout.columns:
        read = _read_column(text.column(column.id), column, scope)
        columns[column.id] = text.column(column.id)
        columns[f"{column.id}_none"] = pa.array(read.none.astype(np.int64))
        columns[f"{column.id}_bad"] = pa.array(read.bad.astype(np.int64))
        if column.kind == "date":
            days[column.id] = read.number
        if column.kind == "time":
            seconds_of_day[column.id] = read.number
    for column in layout.columns:
        if column.kind == "date":
            columns |= _moments(column, days[column.id], seconds_of_day.get(column.time_column), time_zone)
    return pa.table(columns)


def with_faults(table: pa.Table, layout: Layout, scope: CellScope) -> TypedUniverse:
    """A typed table with the fault of each cell that is marked as bad in it."""
    faults = []
    for column in layout.columns:
        positions = np.flatnonzero(table.column(f"{column.id}_bad").to_numpy())
        if len(positions):
            coded = _coded(table.column(column.id).take(pa.array(positions)))
            values = coded.dictionary.to_pylist()
            told = [fault_of(value, column, scope) for value in values]
            faults.append(ColumnFaults(column, positions, _indices(coded), told, values))
    return TypedUniverse(table, table.column("case_row").to_numpy(), faults)


def as_text_table(frame: pd.DataFrame | pa.Table, layout: Layout) -> pa.Table:
    """The layout's columns of `frame` as Arrow text, in the layout's order; a missing cell becomes ''.

    Raises InputError when a column is not there.
    """
    names = list(frame.columns) if isinstance(frame, pd.DataFrame) else frame.column_names
    missing = [column.id for column in layout.columns if column.id not in names]
    if missing:
        raise InputError(f"The {layout.code} universe has no column {missing[0]} "
                         f"({layout.column(missing[0]).name}); give every column of the layout.")
    ids = [column.id for column in layout.columns]
    if isinstance(frame, pd.DataFrame):
        table = pa.Table.from_pandas(frame[ids], preserve_index=False)
    else:
        table = frame.select(ids)
    cells = [pc.fill_null(table.column(name).cast(pa.string()), "") for name in ids]
    return pa.table(cells, names=ids)


def _row_numbers(frame: pd.DataFrame | pa.Table, count: int) -> np.ndarray:
    if isinstance(frame, pd.DataFrame):
        return frame["row"].to_numpy(np.int64) if "row" in frame.columns else np.arange(1, count + 1)
    if "row" in frame.column_names:
        return frame.column("row").to_numpy().astype(np.int64)
    return np.arange(1, count + 1)


def _benefit(frame: pd.DataFrame | pa.Table, count: int) -> pa.Array:
    if "benefit" not in (frame.columns if isinstance(frame, pd.DataFrame) else frame.column_names):
        return pa.array([""]).take(pa.array(np.zeros(count, dtype=np.int64)))
    return pc.fill_null(pa.array(frame["benefit"], pa.string()) if isinstance(frame, pd.DataFrame)
                        else frame.column("benefit").cast(pa.string()), "")


@dataclass(frozen=True)
class _Read:
    """One column read: per row whether it says None, whether it has a fault, and its day or second."""

    none: np.ndarray
    bad: np.ndarray
    number: np.ndarray | None


def _read_column(cells: pa.ChunkedArray, column: Column, scope: CellScope) -> _Read:
    """Look at each distinct value once, then spread the answer over the rows."""
    coded = _coded(cells)
    places, distinct = _indices(coded), coded.dictionary
    bad = np.zeros(len(distinct), dtype=bool)
    for place in np.flatnonzero(screen(distinct, column, scope).to_numpy(zero_copy_only=False)):
        bad[place] = fault_of(distinct[int(place)].as_py(), column, scope) is not None
    none = pc.equal(distinct, NONE).to_numpy(zero_copy_only=False)
    number = _numbers(distinct, bad, column.kind)
    return _Read(none[places], bad[places], None if number is None else number[places])


def _coded(cells: pa.ChunkedArray) -> pa.DictionaryArray:
    """The distinct values of a column, and which of them stands in each row."""
    coded = cells.combine_chunks().dictionary_encode()
    return coded.unify_dictionaries().combine_chunks() if isinstance(coded, pa.ChunkedArray) else coded


def _indices(coded: pa.DictionaryArray) -> np.ndarray:
    return coded.indices.to_numpy(zero_copy_only=False)


def _numbers(distinct: pa.Array, bad: np.ndarray, kind: str) -> np.ndarray | None:
    """Day number or second of day of each distinct value; the smallest integer where there is none."""
    if kind not in ("date", "time"):
        return None
    numbers = np.full(len(distinct), _NOTHING, dtype=np.int64)
    for place, value in enumerate(distinct.to_pylist()):
        if not bad[place] and value != NONE:
            numbers[place] = read_day(value) if kind == "date" else _second_of_day(value)
    return numbers


_NOTHING = np.iinfo(np.int64).min


def _second_of_day(value: str) -> int:
    return int(value[:2]) * 3600 + int(value[3:5]) * 60 + int(value[6:])


def _moments(column: Column, day: np.ndarray, second: np.ndarray | None, time_zone: str) -> dict:
    no_day = day == _NOTHING
    made = {f"{column.id}_day": pa.array(np.where(no_day, 0, day), mask=no_day)}
    if second is not None:
        nothing = no_day | (second == _NOTHING)
        moment = utc_seconds(np.where(nothing, 0, day), np.where(nothing, 0, second), time_zone)
        made[f"{column.id}_sec"] = pa.array(moment, mask=nothing)
    return made
