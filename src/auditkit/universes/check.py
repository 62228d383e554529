"""Checks a universe file: every cell against its layout, every row against itself, rows against each other.

Whether a case was handled in time is not told here; that is what auditkit.clocks is for.
"""

from collections.abc import Collection
from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from auditkit.rules.layouts import Layout
from auditkit.rules.universe_rules import load_checks
from auditkit.sources.engine import Engine
from auditkit.universes.crosschecks import CrossFaults, Period, RepeatsOf, cross_faults, expected_text
from auditkit.universes.finding_rows import LONGEST_SHOWN, finding_rows, findings_frame, saying, shown
from auditkit.universes.read import read_universe
from auditkit.universes.typed import TIME_ZONE, ColumnFaults, TypedUniverse, type_universe

__all__ = ["check_typed", "check_universe", "read_universe"]


def check_universe(
    frame: pd.DataFrame | pa.Table,
    layout: Layout,
    *,
    period: Period | None = None,
    contracts: Collection[str] | None = None,
    synthetic: bool = False,
    time_zone: str = TIME_ZONE,
) -> pd.DataFrame:
    """Findings on a universe whose columns are named by layout id.

    frame: text cells; a column `row` gives each row's place in the file, else rows count from 1.
    period: first and last day of the universe, as dates; None leaves the period untested.
    contracts: contract numbers in scope; None takes any.
    synthetic: may identifiers with S in position 2 stand in the file?
    time_zone: IANA name of the zone the file's dates and times are in.

    Gives one row a fault, sorted by row, column and rule, with the columns table, row (from 1),
    column_id, column_name, rule, severity (error, warning, info), found, expected, sentence, citation.
    Raises InputError when a column of the layout is missing.
    """
    typed = type_universe(frame, layout, contracts=contracts, synthetic=synthetic, time_zone=time_zone)
    return check_typed(typed, layout, period=period)


def check_typed(typed: TypedUniverse, layout: Layout, *, period: Period | None = None) -> pd.DataFrame:
    """Findings on a universe that `type_universe` has typed already; as `check_universe`."""
    return findings_frame(fault_findings(typed, layout, period), layout)


def fault_findings(
    typed: TypedUniverse,
    layout: Layout,
    period: Period | None,
    engine: Engine | None = None,
    repeats_of: RepeatsOf | None = None,
) -> list[pa.Table]:
    """Findings on a typed universe, as yet unsorted; arguments as `crosschecks.cross_faults`."""
    parts = [_cell_findings(faults, typed, layout) for faults in typed.faults]
    between = cross_faults(typed, layout, period, engine, repeats_of)
    return parts + [_cross_findings(faults, typed, layout, period) for faults in between]


def _cell_findings(faults: ColumnFaults, typed: TypedUniverse, layout: Layout) -> pa.Table:
    """One finding a faulty cell. Equal faults of different values share one saying."""
    rules = load_checks()
    numbers: dict = {}
    saying_of = np.array([numbers.setdefault(fault, len(numbers)) for fault in faults.faults])
    sayings = [
        saying(rules.cell_rule(fault.code), layout, faults.column, fault.expected, fault.hint)
        for fault in numbers
    ]
    found = pa.array([shown(value) for value in faults.values]).take(pa.array(faults.which))
    return finding_rows(
        layout, faults.column, typed.rows[faults.positions], sayings, saying_of[faults.which], found
    )


def _cross_findings(
    faults: CrossFaults, typed: TypedUniverse, layout: Layout, period: Period | None
) -> pa.Table:
    column, count = layout.column(faults.column_id), len(faults.positions)
    said = saying(faults.check, layout, column, expected_text(faults.check, period))
    cells = typed.table.column(column.id).take(pa.array(faults.positions)).combine_chunks()
    found = pc.utf8_slice_codeunits(cells, 0, LONGEST_SHOWN)
    expected = None
    if faults.repeats is not None:
        earlier = pa.array(faults.repeats).cast(pa.string())
        expected = pc.binary_join_element_wise(f"{said.expected}; row", earlier, "has it already", " ")
    return finding_rows(
        layout, column, typed.rows[faults.positions], [said], np.zeros(count, dtype=np.int32), found, expected
    )
