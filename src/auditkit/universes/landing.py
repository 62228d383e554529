"""A universe file too large to be held: read once, typed, and laid down as Parquet in the order of the file.

What is laid down is read again some rows at a time. No step holds more than `ROWS_AT_ONCE` of them.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from auditkit.rules.layouts import Layout
from auditkit.sources.readers import open_text
from auditkit.sources.text_table import TextStream, TextTable
from auditkit.universes.broken_lines import BadLines, Rejoined, rejoin
from auditkit.universes.finding_rows import findings_table
from auditkit.universes.formats import CellScope
from auditkit.universes.read import (
    Chosen, check_most_fit, choose_columns, header_findings, line_findings, mended_rows, universe_rows,
)  # fmt: skip
from auditkit.universes.typed import typed_table

ROWS_AT_ONCE = 100_000


@dataclass(frozen=True)
class Landed:
    """A universe laid down.

    typed: a Parquet file of the typed rows, in order; `case_row` is the place in the file, from 1.
    of_file: findings on header (row 0) and broken lines, in order, as `finding_rows.FINDING_SCHEMA`.
    nothing: a typed table without rows. facts: about the file, as `read.read_universe` gives them.
    rows: typed rows. last: place of the last row, of broken lines as well.
    """

    typed: Path
    nothing: pa.Table
    of_file: pa.Table
    facts: dict
    rows: int
    last: int


def land_universe(path: Path, layout: Layout, folder: Path, scope: CellScope, time_zone: str) -> Landed:
    """Read a universe file as `read.read_universe` does and lay it down in `folder`.

    scope, time_zone: as `typed.typed_table`. Raises InputError as `read.read_universe`.
    """
    typed, nothing = folder / "typed.parquet", _nothing(layout, scope, time_zone)
    with open_text(path) as stream:
        chosen, stream = _chosen(stream, layout, path)
        bad, rows, last = BadLines(), 0, 0
        with pq.ParquetWriter(typed, nothing.schema) as writer:
            for batch in stream.batches:
                bad.add(batch.set_aside)
                numbers = batch.row_numbers.to_numpy()
                table = universe_rows(batch.table, numbers, chosen, layout)
                for start in range(0, table.num_rows, ROWS_AT_ONCE):
                    part = typed_table(table.slice(start, ROWS_AT_ONCE), layout, scope, time_zone)
                    writer.write_table(part, row_group_size=part.num_rows)
                rows, last = rows + len(numbers), int(max(last, *numbers[-1:], 0))
    rejoined = rejoin(bad, stream.facts.get("delimiter", ""), chosen.columns(layout))
    check_most_fit(rows + len(rejoined.mended), len(rejoined.rows), chosen, path)
    last = int(rejoined.places(np.array([last]))[0])
    if rejoined.mended:
        mended = typed_table(mended_rows(rejoined, chosen, layout), layout, scope, time_zone)
        _put_in_place(typed, mended, rejoined)
        last = max(last, rejoined.mended[-1][0])
    of_file = [*header_findings(chosen, layout), *line_findings(rejoined, chosen, layout)]
    return Landed(
        typed,
        nothing,
        findings_table(of_file, layout),
        {**stream.facts, "columns_by": chosen.by},
        rows + len(rejoined.mended),
        max(last, *map(int, rejoined.rows[-1:]), 0),
    )


def landed_tables(typed: Path, columns: list[str] | None = None) -> Iterator[pa.Table]:
    """The rows laid down, part by part; all columns, or `columns`."""
    with pq.ParquetFile(typed) as file:
        for number in range(file.num_row_groups):
            yield file.read_row_group(number, columns)


def _chosen(stream: TextStream, layout: Layout, path: Path) -> tuple[Chosen, TextStream]:
    """The layout's columns, told from the first batch; and the stream with that batch still in it."""
    batches = iter(stream.batches)
    first = next(batches)
    head = TextTable(first.table, stream.facts, first.row_numbers, first.set_aside)
    chosen = choose_columns(head, layout, path)
    return chosen, TextStream(stream.names, stream.facts, chain([first], batches))


def _nothing(layout: Layout, scope: CellScope, time_zone: str) -> pa.Table:
    cells = {column.id: pa.array([], pa.string()) for column in layout.columns}
    return typed_table(pa.table(cells), layout, scope, time_zone)


def _put_in_place(typed: Path, mended: pa.Table, rejoined: Rejoined) -> None:
    """Write the typed rows again with the records put together again in their places."""
    again = typed.with_suffix(".again")
    with pq.ParquetWriter(again, mended.schema) as writer:
        below = 0
        for table in landed_tables(typed):
            rows = rejoined.places(table.column("case_row").to_numpy())
            table = table.set_column(0, "case_row", pa.array(rows))
            above = int(rows[-1])
            writer.write_table(_merged(table, _between(mended, below, above)))
            below = above
        rest = _between(mended, below, None)
        if rest.num_rows:
            writer.write_table(rest)
    os.replace(again, typed)


def _merged(table: pa.Table, more: pa.Table) -> pa.Table:
    return pa.concat_tables([table, more]).sort_by("case_row") if more.num_rows else table


def _between(table: pa.Table, below: int, above: int | None) -> pa.Table:
    rows = table.column("case_row")
    inside = pc.greater(rows, below)
    return table.filter(inside if above is None else pc.and_(inside, pc.less_equal(rows, above)))
