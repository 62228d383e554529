"""Findings and verdicts of a universe that is laid down, part by part, and the CSV files made of them."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa
from pyarrow.parquet import ParquetWriter, read_schema

from auditkit.clocks.wording import VERDICT_COLUMNS
from auditkit.publish.checked_workbook import Overview
from auditkit.publish.files import written_whole
from auditkit.rules.layouts import Layout
from auditkit.sources.engine import DuckDBEngine
from auditkit.universes.crosschecks import Period
from auditkit.universes.finding_rows import FINDING_SCHEMA
from auditkit.universes.formats import CellScope
from auditkit.universes.landing import Landed
from auditkit.universes.large import checked_parts

Clocks = Callable[[pa.Table], pd.DataFrame]
"""Typed rows to their verdicts, as `clocks.universe_verdicts`."""
_FINDING_COLUMNS = (
    "row", "column_id", "column_name", "rule", "severity", "found", "expected", "sentence", "citation",
)  # fmt: skip
_FIRST_COLUMNS = ("row", "rule", "clock_start", "clock_stop", "deadline", "verdict")
_TYPES = {"row": pa.int64(), "taken": pa.float64(), "margin": pa.float64()}
_VERDICT_SCHEMA = pa.schema([(name, _TYPES.get(name, pa.string())) for name in VERDICT_COLUMNS])


@dataclass(frozen=True)
class Judged:
    """Findings and verdicts as Parquet files, what the workbook says of all of them, how many there are by
    severity and verdict, and the timeframe rules that were used."""

    findings: Path
    verdicts: Path
    overview: Overview
    counts: Counter
    rules: set[str]


def judge(
    landed: Landed,
    layout: Layout,
    cells: CellScope,
    period: Period | None,
    clocks: Clocks | None,
    folder: Path,
) -> Judged:
    """Check the rows laid down in `landed` and read their clocks; what is found is kept in `folder`.

    cells, period: as `universes.large.checked_parts`. clocks: None where the table has none.
    """
    judged = Judged(
        folder / "findings.parquet", folder / "verdicts.parquet", Overview(layout), Counter(), set()
    )
    ids = [column.id for column in layout.columns]
    with (
        ParquetWriter(judged.findings, FINDING_SCHEMA) as findings,
        ParquetWriter(judged.verdicts, _VERDICT_SCHEMA) as verdicts,
    ):
        for typed, found in checked_parts(landed, layout, cells, period, folder):
            told = _verdicts(clocks, typed.table)
            findings.write_table(found)
            verdicts.write_table(told)
            judged.overview.add(typed.table.select(ids), typed.rows, found, told)
            judged.counts.update(_counted(found.column("severity")) | _counted(told.column("verdict")))
            judged.rules.update(told.column("rule").unique().to_pylist())
    return judged


def _verdicts(clocks: Clocks | None, typed: pa.Table) -> pa.Table:
    if clocks is None or typed.num_rows == 0:
        return _VERDICT_SCHEMA.empty_table()
    return pa.Table.from_pandas(clocks(typed), _VERDICT_SCHEMA, preserve_index=False)


def _counted(values: pa.ChunkedArray) -> dict[str, int]:
    return {pair["values"]: pair["counts"] for pair in values.value_counts().to_pylist()}


def write_findings(judged: Judged, path: Path) -> None:
    """Write every finding to a CSV file."""
    _write_csv(judged.findings, _FINDING_COLUMNS, path)


def write_verdicts(judged: Judged, path: Path, has_clocks: bool) -> None:
    """Write every verdict to a CSV file; for a table without clocks, a header alone."""
    others = [name for name in VERDICT_COLUMNS if name not in _FIRST_COLUMNS]
    _write_csv(judged.verdicts, (*_FIRST_COLUMNS, *others) if has_clocks else _FIRST_COLUMNS, path)


def _write_csv(rows: Path, columns: tuple[str, ...], path: Path) -> None:
    """Written by DuckDB, never held whole: the same cells as pandas writes; a missing cell is empty."""
    kinds = {field.name: field.type for field in read_schema(rows)}
    cells = ", ".join(
        f"NULLIF(\"{name}\", '') AS \"{name}\"" if kinds[name] == pa.string() else f'"{name}"'
        for name in columns
    )
    engine = DuckDBEngine(rows.parent)
    engine.load_parquet("written", rows)
    with written_whole(path) as beside:
        engine.connection.sql(f"SELECT {cells} FROM written").write_csv(str(beside), header=True)
