"""Checks between the cells of a row, and between rows: one SELECT a check and column.

What is tested stands in rules/universe_checks.yaml; here its predicates become SQL, run, and are
thinned so that a cell gets one finding and a root fault is not told again as its consequences.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa

from auditkit.errors import InputError
from auditkit.rules.layouts import Layout, load_layouts
from auditkit.rules.universe_rules import Check, columns_read, load_checks
from auditkit.sources.engine import DuckDBEngine, Engine
from auditkit.sources.moments import day_number, day_text
from auditkit.universes.typed import TypedUniverse

Period = tuple[date, date]


@dataclass(frozen=True)
class CrossFaults:
    """Rows on which one check fired for one column: `positions` from 0, and for a repeated row the
    places in the file of the rows it repeats."""

    check: Check
    column_id: str
    positions: np.ndarray
    repeats: np.ndarray | None


def check_sql(table: str, code: str, period: Period | None = None) -> str:
    """The SQL of one check, as it is run: one SELECT for each column it puts findings on.

    table: layout code, under whose name the typed universe is known to the engine.
    code: code of the check, as X05. period: first and last day of the universe.
    Raises InputError when the table has no such check between cells, or no period is given to a check
    that needs one.
    """
    layout = load_layouts().get(table)
    if layout is None:
        raise InputError(f"There is no layout {table}; the tables are {', '.join(load_layouts())}.")
    checks = [check for check in load_checks().for_table(table) if check.code == code]
    if not checks:
        codes = sorted({check.code for check in load_checks().for_table(table)})
        raise InputError(f"Table {table} has no check {code} between cells; "
                         f"its checks are {', '.join(codes)}.")
    if period is None and any(check.uses_period for check in checks):
        raise InputError(f"Check {code} compares with the universe period; give its first and last day.")
    return ";\n\n".join(
        f"-- {table} column {column}: {check.sentence}\n{check_select(check, column, layout, period)}"
        for check in checks
        for column in check.targets(layout)
    )


RepeatsOf = Callable[[Check, str, np.ndarray], pa.Table]


def cross_faults(
    typed: TypedUniverse,
    layout: Layout,
    period: Period | None,
    engine: Engine | None = None,
    repeats_of: RepeatsOf | None = None,
) -> Iterator[CrossFaults]:
    """Run the checks of `layout` in the order of the rules file and give the rows they fire on.

    repeats_of: when `typed` is one part of a larger universe, gives for a check of repeated rows, its
    column and the part's rows what its SELECT over the whole universe found on them.
    A row is left out where the cell has a finding already, or one of the check's root columns has.
    Checks that need the period are left out when it is None.
    """
    engine = engine or DuckDBEngine()
    engine.load(layout.code, typed.table)
    found = {column.id: np.zeros(len(typed.rows), dtype=bool) for column in layout.columns}
    for faults in typed.faults:
        found[faults.column.id][faults.positions] = True
    by_row = np.argsort(typed.rows, kind="stable")
    for check in load_checks().for_table(layout.code):
        if check.uses_period and period is None:
            continue
        for column in check.targets(layout):
            if check.unique and repeats_of:
                fired = repeats_of(check, column, typed.rows)
            else:
                fired = engine.fetch(check_select(check, column, layout, period))
            if fired.num_rows == 0:
                continue
            fired_rows = fired.column("case_row").to_numpy()
            positions = by_row[np.searchsorted(typed.rows, fired_rows, sorter=by_row)]
            keep = ~found[column][positions]
            for root in _filled(check.unless_found, column, layout):
                keep &= ~found[root][positions]
            positions = positions[keep]
            if len(positions) == 0:
                continue
            found[column][positions] = True
            repeats = fired.column("repeats_row").to_numpy()[keep] if check.unique else None
            yield CrossFaults(check, column, positions, repeats)


def expected_text(check: Check, period: Period | None) -> str:
    """What a check expected to find, with the period spelled out."""
    if period is None:
        return check.expected
    return (check.expected.replace("{period_start_text}", day_text(day_number(period[0])))
            .replace("{period_end_text}", day_text(day_number(period[1]))))


def check_select(check: Check, column: str, layout: Layout, period: Period | None) -> str:
    """The SELECT of one check for one of its columns."""
    conditions = [f"{name}_bad = 0" for name in _needs(check, column, layout)]
    if check.when:
        conditions.append(f"({_fill(check.when, column, layout, period)})")
    indent = "    " if check.unique else ""
    where = f"\n{indent}  AND ".join(conditions)
    source = f"{indent}FROM {layout.code}" + (f"\n{indent}WHERE {where}" if where else "")
    if check.unique is None:
        return f"SELECT case_row\n{source}\nORDER BY case_row"
    together = ", ".join([c.id for c in layout.columns] if check.unique == ("all",) else check.unique)
    return (
        "SELECT case_row, repeats_row\n"
        "FROM (\n"
        "    SELECT\n"
        "        case_row,\n"
        f"        MIN(case_row) OVER (PARTITION BY {together}) AS repeats_row\n"
        f"{source}\n"
        ") groups_of_rows\n"
        "WHERE repeats_row < case_row\n"
        "ORDER BY case_row"
    )


def _needs(check: Check, column: str, layout: Layout) -> list[str]:
    """Columns that must be free of format faults, in the order they are read."""
    if check.needs is not None:
        return _filled(check.needs, column, layout)
    if check.when is None:
        return []
    predicate = check.when.replace("{column}", column)
    if "{date}" in predicate:
        predicate = predicate.replace("{date}", _date_of(column, layout))
    return columns_read(predicate)


def _filled(names: tuple[str, ...], column: str, layout: Layout) -> list[str]:
    """Column names with {column} and {date} filled in; {date} of a column that is no time names nothing."""
    filled = []
    for name in names:
        if name == "{column}":
            filled.append(column)
        elif name != "{date}":
            filled.append(name)
        elif _date_of(column, layout):
            filled.append(_date_of(column, layout))
    return filled


def _fill(predicate: str, column: str, layout: Layout, period: Period | None) -> str:
    values = {"{column}": column, "{date}": _date_of(column, layout)}
    if period is not None:
        values["{period_start}"] = str(day_number(period[0]))
        values["{period_end}"] = str(day_number(period[1]))
    for name, value in values.items():
        predicate = predicate.replace(name, value)
    return predicate


def _date_of(column: str, layout: Layout) -> str:
    """The date column whose time of day stands in `column`; '' when it is no time."""
    return next((c.id for c in layout.columns if c.time_column == column), "")
