"""Checks a universe that is laid down (see `landing`) part by part; the same findings as `check`.

Only a repeated row needs the whole universe at once: those are found first, by DuckDB over the
Parquet file, which puts on disk what does not fit into its share of memory.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from auditkit.rules.layouts import Layout
from auditkit.rules.universe_rules import Check, load_checks
from auditkit.sources.engine import DuckDBEngine
from auditkit.universes.check import fault_findings
from auditkit.universes.crosschecks import Period, RepeatsOf, check_select
from auditkit.universes.finding_rows import findings_table
from auditkit.universes.formats import CellScope
from auditkit.universes.landing import Landed, landed_tables
from auditkit.universes.typed import TypedUniverse, with_faults


def checked_parts(
    landed: Landed, layout: Layout, scope: CellScope, period: Period | None, folder: Path
) -> Iterator[tuple[TypedUniverse, pa.Table]]:
    """Each part of a universe, typed, with the findings on its rows and on the broken lines among them.

    period: as `check.check_universe`. folder: takes what DuckDB puts on disk. Findings have
    `finding_rows.FINDING_SCHEMA` and are sorted by row, column and rule, within a part and over the
    parts; those on the header come first.
    """
    engine = DuckDBEngine()
    repeats_of = _repeated_rows(landed, layout, period, folder, engine)
    below = -1
    for table in landed_tables(landed.typed):
        typed = with_faults(table, layout, scope)
        found = findings_table(fault_findings(typed, layout, period, engine, repeats_of), layout)
        above = int(typed.rows[-1])
        yield typed, _among(_between(landed.of_file, below, above), found)
        below = above
    rest = _between(landed.of_file, below, landed.last)
    if rest.num_rows:
        yield with_faults(landed.nothing, layout, scope), rest


def _between(findings: pa.Table, below: int, above: int) -> pa.Table:
    rows = findings.column("row")
    return findings.filter(pc.and_(pc.greater(rows, below), pc.less_equal(rows, above)))


def _among(of_file: pa.Table, found: pa.Table) -> pa.Table:
    """Both in the order of rows; no row has findings of both kinds."""
    return pa.concat_tables([of_file, found]).sort_by("row") if of_file.num_rows else found


def _repeated_rows(
    landed: Landed, layout: Layout, period: Period | None, folder: Path, engine: DuckDBEngine
) -> RepeatsOf:
    """What the checks of repeated rows find in the whole universe, kept on disk, told part by part.

    engine: tells it; what is found, is found by one of its own that is let go.
    """
    bounded, files = DuckDBEngine(folder), {}
    bounded.load_parquet(layout.code, landed.typed)
    for check in load_checks().for_table(layout.code):
        if check.unique and (period or not check.uses_period):
            for column in check.targets(layout):
                select = check_select(check, column, layout, period)
                files[_key(check, column)] = folder / f"repeats{len(files)}.parquet"
                bounded.keep_parquet(select, files[_key(check, column)])
    bounded.connection.close()

    def repeats_of(check: Check, column: str, rows: np.ndarray) -> pa.Table:
        engine.load_parquet("repeats", files[_key(check, column)])
        first, last = (int(rows[0]), int(rows[-1])) if len(rows) else (0, 0)
        inside = f"case_row >= {first} AND case_row <= {last}"
        return engine.fetch(f"SELECT * FROM repeats WHERE {inside} ORDER BY case_row")

    return repeats_of


def _key(check: Check, column: str) -> tuple:
    return check.code, column, check.when, check.unique
