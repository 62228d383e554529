"""One extract, from its file or query to typed rows, reject records and counts."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from auditkit.errors import InputError
from auditkit.rules.source_tables import SourceColumn, SourceTable
from auditkit.sources import rejects
from auditkit.sources.cells import Fault, TypedColumn
from auditkit.sources.databases import read_query
from auditkit.sources.mapping import ColumnSource, Extract
from auditkit.sources.readers import read_text_table
from auditkit.sources.text_table import TextTable
from auditkit.sources.trailer import Trailer, take_trailer
from auditkit.sources.typing import type_column

_TYPED_FORMATS = ("xlsx", "Parquet", "query")


@dataclass(frozen=True)
class TypedExtract:
    """What one extract gives.

    rows: the typed rows that were not set aside, with extract and extract_row.
    set_aside: (delegate, rule) of each row set aside. rejects: the reject records. facts: how it was read.
    rows_in: data rows in the extract, set-aside lines counted, header and trailer not.
    """

    extract: Extract
    rows: pa.Table
    set_aside: list[tuple[str, str]]
    rows_in: int
    rejects: pd.DataFrame
    facts: dict


def read_extract(extract: Extract, table: SourceTable, folder: Path, time_zone: str) -> TypedExtract:
    """Read, check and type one extract.

    Raises InputError when it cannot be read or lacks a column the mapping names.
    """
    read, trailer = _read(extract, folder)
    rows_in = read.table.num_rows + len(read.set_aside)
    _refuse_missing_columns(extract, read)
    sources = _sources(extract, table)
    iso_cells = read.facts["format"].startswith(_TYPED_FORMATS)
    typed = {
        column.name: type_column(column, sources.get(column.name), read.table, extract, time_zone, iso_cells)
        for column in table.columns
    }
    columns = {name: array for column in typed.values() for name, array in column.columns.items()}
    columns["extract"] = pa.repeat(pa.scalar(extract.name), read.table.num_rows)
    rows = pa.table({**columns, "extract_row": read.row_numbers})
    delegates = rejects.delegates_of(rows, {extract.name: extract})
    keys = _case_keys(table, sources, rows, read.table)
    reason = np.full(rows.num_rows, "", dtype=object)
    records = [rejects.of_bad_lines(read.set_aside, extract)]
    if trailer.fault:
        records.append(rejects.of_file(extract, "IN-TRAILER", trailer.text, trailer.fault))
    for column in table.columns:
        for fault, gone in _judged(column, sources.get(column.name), typed[column.name], read.table):
            reason[gone & (reason == "")] = fault.rule
            records.append(rejects.of_fault(fault, column.name, extract, rows, gone, delegates, keys))
    kept = reason == ""
    set_aside = [*zip(delegates[~kept].tolist(), reason[~kept].tolist(), strict=True)]
    set_aside += [(extract.delegate or "", "IN-FIELDS")] * len(read.set_aside)
    return TypedExtract(
        extract=extract,
        rows=rows.filter(pa.array(kept)),
        set_aside=set_aside,
        rows_in=rows_in,
        rejects=rejects.reject_frame(records),
        facts={**read.facts, "rows": rows_in, "trailer_rows": trailer.stated},
    )


def _read(extract: Extract, folder: Path) -> tuple[TextTable, Trailer]:
    if extract.connection:
        read = read_query(extract.connection, str(extract.query), f"extract {extract.name}")
    else:
        read = read_text_table(folder / str(extract.file), extract.sheet)
    return take_trailer(read, extract.trailer) if extract.trailer else (read, Trailer(None, "", ""))


def _refuse_missing_columns(extract: Extract, read: TextTable) -> None:
    wanted = dict.fromkeys(name for source in extract.columns.values() for name in source.source_columns)
    lacking = [name for name in wanted if name not in read.table.column_names]
    if not lacking:
        return
    if read.facts["header"] == "none":
        raise InputError(f"{extract.name}: the first line looks like data, not like column names; "
                         "have the extract written with a header line.")
    raise InputError(f"{extract.name}: there is no column {', '.join(lacking)}; the extract has "
                     f"{', '.join(read.table.column_names)}. Correct the mapping or the extract.")


def _sources(extract: Extract, table: SourceTable) -> dict[str, ColumnSource]:
    """Where each canonical column comes from; the extract's delegate fills an unmapped delegate column."""
    has_delegate = any(column.name == "delegate" for column in table.columns)
    if extract.delegate and has_delegate and "delegate" not in extract.columns:
        return {**extract.columns, "delegate": ColumnSource(constant=extract.delegate)}
    return extract.columns


def _case_keys(
    table: SourceTable, sources: dict[str, ColumnSource], typed: pa.Table, texts: pa.Table
) -> np.ndarray:
    """The key of each row, its parts joined by |; a part that cannot be read stands as it came."""
    parts = []
    for name in table.key:
        part = typed[table.column(name).typed_columns()[0]]
        raw = sources[name].source_columns
        parts.append(pc.coalesce(part, texts[raw[0]]) if raw else part)
    joined = pc.binary_join_element_wise(*parts, "|") if len(parts) > 1 else parts[0]
    return np.asarray(joined.to_pylist(), dtype=object)


def _judged(
    column: SourceColumn, source: ColumnSource | None, typed: TypedColumn, texts: pa.Table
) -> Iterator[tuple[Fault, np.ndarray]]:
    """Each fault of a column, with the rows that are set aside for it."""
    nowhere = np.zeros(texts.num_rows, dtype=bool)
    explained = nowhere.copy()
    for fault in typed.faults:
        gone = nowhere.copy()
        if column.required and fault.lost:
            gone[fault.rows] = (typed.missing | typed.unread)[fault.rows]
            explained |= gone
        yield fault, gone
    lacking = typed.missing & ~explained
    if column.required and lacking.any():
        yield _required(lacking, source, texts), lacking


def _required(lacking: np.ndarray, source: ColumnSource | None, texts: pa.Table) -> Fault:
    rows = np.flatnonzero(lacking)
    name = source.source_columns[0] if source and source.source_columns else ""
    values = texts.column(name).take(pa.array(rows)).to_pylist() if name else [""] * len(rows)
    wanted = ["a value; the row cannot be used without it"] * len(rows)
    return Fault("IN-REQUIRED", name, rows, values, wanted, lost=True)
