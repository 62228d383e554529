"""Writes the sample plan's tables as the extracts its mapping describes.

The mapping that intake reads is used backwards: from our columns and words to the plan's. So
the files and the mapping cannot drift apart.
"""

import re
import sqlite3
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from auditkit.rules.source_tables import load_source_tables
from auditkit.sources.mapping import ColumnSource, Extract
from auditkit.sources.sample import files
from auditkit.sources.sample.table import NONE, Table, kinds, length, take
from auditkit.sources.sample.timing import DAY

Override = tuple[int, str, str, object]
"""Row of the table, canonical column, part (date, time or value), and the raw cell that shall stand there."""

TORN_SHARE = 0.7
"""Share of the torn file's rows that arrived whole."""


def write_extracts(
    folder: Path,
    extracts: list[Extract],
    tables: dict[str, Table],
    origin: dict[str, np.ndarray],
    overrides: dict[str, list[Override]],
    torn: str,
) -> tuple[dict[str, int], dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Write every extract into `folder`.

    tables: by name. origin: for each table, which of its extracts (from 0) holds each row.
    overrides: raw cells by table. torn: the file that ends in the middle of a line, without its trailer.
    Gives data rows by extract name, and by table the extract name and the data row of every case
    (0 where the row was torn away).
    """
    counts, names, rows = {}, {}, {}
    database = sqlite3.connect(folder / files.DATABASE, isolation_level=None)
    # a file left by a killed run is thrown away whole, so SQLite need not guard it
    database.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
    for position, extract in enumerate(extracts):
        table = tables[extract.table]
        number = [e.table for e in extracts[:position]].count(extract.table)
        names.setdefault(extract.table, np.full(length(table), "", dtype=object))
        rows.setdefault(extract.table, np.zeros(length(table), dtype=np.int64))
        index = _in_order(extract, table, np.flatnonzero(origin[extract.table] == number))
        names[extract.table][index] = extract.name
        rows[extract.table][index] = np.arange(1, len(index) + 1)
        columns = _source_columns(extract, table, index, overrides.get(extract.table, []))
        counts[extract.name] = len(index)
        if extract.connection:
            files.write_database(database, re.search(r"FROM (\w+)", extract.query).group(1), columns)
        elif extract.file == torn:
            whole = int(len(index) * TORN_SHARE)
            files.write_torn(folder / extract.file, columns, whole)
            rows[extract.table][index[whole + 1 :]] = 0
            counts[extract.name] = whole + 1
        else:
            files.write_file(folder / extract.file, columns, extract)
    database.close()
    return counts, names, rows


def _in_order(extract: Extract, table: Table, index: np.ndarray) -> np.ndarray:
    """Rows of a database come in the order of its key, those of a file as they were made or received."""
    if extract.connection:
        keys = [table[name][index] for name in reversed(load_source_tables()[extract.table].key)]
        return index[np.lexsort([k.astype(str) if k.dtype == object else k for k in keys])]
    if "received_at" in table:
        return index[np.argsort(table["received_at"][index], kind="stable")]
    return index


def _source_columns(extract: Extract, table: Table, index: np.ndarray, overrides: list[Override]) -> dict:
    rows = take(table, index)
    place = {int(i): n for n, i in enumerate(index)} if overrides else {}
    columns = {}
    for name, source in extract.columns.items():
        for part, column, values in _parts(extract, source, kinds(extract.table)[name], rows[name]):
            mine = [o for o in overrides if o[1] == name and o[2] == part and o[0] in place]
            columns[column] = _overridden(values, mine, place)
    return columns


def _overridden(values: pa.Array, overrides: list[Override], place: dict[int, int]) -> pa.Array | list:
    if not overrides:
        return values
    cells = values.to_pylist()
    for index, _, _, raw in overrides:
        cells[place[index]] = raw
    return cells


def _parts(extract: Extract, source: ColumnSource, kind: str, values: np.ndarray):
    """The extract's columns made from one of ours: (part, name, values)."""
    if source.constant is not None:
        return
    if source.date:
        moments = _moments(values)
        yield "date", source.date, pc.strftime(moments, extract.date_format)
        if source.time:
            yield "time", source.time, pc.strftime(moments, extract.time_format)
    elif kind == "moment":
        yield "value", source.column, pc.strftime(_moments(values), extract.moment_format(source))
    elif kind == "date":
        days = np.where(values == NONE, 0, values) * DAY
        dates = pa.array(days, pa.timestamp("s"), mask=values == NONE)
        yield "value", source.column, pc.strftime(dates, source.format or extract.date_format)
    elif kind == "integer":
        yield "value", source.column, pa.array(values, pa.int64(), mask=values == NONE)
    elif kind == "number":
        yield "value", source.column, pa.array(values, pa.float64(), mask=np.isnan(values))
    else:
        yield "value", source.column, _words(values, source.values)


def _moments(values: np.ndarray) -> pa.Array:
    missing = values == NONE
    return pa.array(np.where(missing, 0, values), pa.timestamp("s"), mask=missing)


def _words(values: np.ndarray, ours: dict[str, str] | None) -> pa.Array:
    """Text in the extract's own words, code by code; our empty text is no value."""
    words = pa.array(values, pa.string())
    words = pc.if_else(pc.equal(words, ""), None, words)
    if not ours:
        return words
    theirs = {our: their for their, our in ours.items()}
    coded = words.dictionary_encode()
    cells = [cell.split(";") for cell in coded.dictionary.to_pylist()]
    told = [";".join(theirs.get(part, part) for part in parts) for parts in cells]
    return pa.array(told, pa.string()).take(coded.indices)
