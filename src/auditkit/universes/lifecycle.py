"""Checks across tables: what befell a case from request to effectuation must fit together.

What is tested stands in rules/lifecycle_checks.yaml; each check is one SELECT over the source tables in
`sql/lifecycle/`. Here they run, and are thinned so that a root fault is told once.
"""

from collections.abc import Collection, Mapping
from datetime import date
from pathlib import Path

import pandas as pd
import pyarrow as pa

from auditkit.errors import InputError
from auditkit.rules.layouts import Layout
from auditkit.rules.lifecycle import LifecycleCheck, load_lifecycle
from auditkit.rules.source_tables import load_source_tables
from auditkit.sources.engine import DuckDBEngine, Engine, read_sql, run_steps
from auditkit.sources.moments import day_number
from auditkit.universes.fill import SOURCES

SQL_FOLDER = Path(__file__).parent / "sql" / "lifecycle"
STEPS = ("determinations", "numbered")
TABLES = (
    "members",
    "authorizations",
    "appeals",
    "claims",
    "grievances",
    "effectuations",
    "reductions",
    "coverage_determinations",
    "redeterminations",
)
"""Source tables the checks read."""
FAULT_COLUMNS = (
    "table",
    "case_id",
    "extract",
    "extract_row",
    "column",
    "rule",
    "severity",
    "found",
    "expected",
    "sentence",
    "citation",
)
Told = Collection[tuple[str, str]]


def lifecycle_faults(
    sources: Mapping[str, pa.Table],
    period: tuple[date, date] | None = None,
    *,
    told: Told = (),
    engine: Engine | None = None,
) -> pd.DataFrame:
    """Faults between the source tables, one row a fault.

    sources: typed source tables by name; a table that is not there counts as empty.
    period: first and last day; only cases that count for it are tested (see `population` in the rules).
        None tests every case.
    told: (rule, case_id) of findings on universes; a check that says the same there is silent here.
    engine: where the SQL runs; DuckDB in process when none is given.

    Gives table (source table), case_id, extract, extract_row (from 1), column (canonical), rule, severity,
    found, expected, sentence and citation, in the order of the rules, then table, extract and row.
    """
    engine = engine or DuckDBEngine()
    for name in TABLES:
        engine.load(name, sources[name] if name in sources else _empty(name))
    run_steps(engine, [(name, read_sql(SQL_FOLDER / f"{name}.sql")) for name in STEPS])
    untested = set(untested_checks(sources))
    found = [
        _faults(check, table, engine.fetch(_select(check, table, period)))
        for check in load_lifecycle().checks
        if check.code not in untested
        for table in check.tables
    ]
    whole = pd.concat(found, ignore_index=True)
    return whole[~_told_elsewhere(whole, set(told))].reset_index(drop=True)


def untested_checks(sources: Mapping[str, pa.Table]) -> dict[str, str]:
    """Checks that say nothing on these sources, with the reason in words, by code."""
    empty = {name for name in TABLES if name not in sources or sources[name].num_rows == 0}
    reasons = {}
    for check in load_lifecycle().checks:
        missing = [name for name in check.tables + check.needs_rows if name in empty]
        if set(check.tables) <= empty or set(check.needs_rows) & empty:
            reasons[check.code] = f"no rows in {', '.join(missing)}"
    return reasons


def lifecycle_sql(code: str, period: tuple[date, date] | None = None) -> str:
    """The SQL of one check as it is run: one SELECT a table. Raises InputError for an unknown code."""
    checks = {check.code: check for check in load_lifecycle().checks}
    if code not in checks:
        raise InputError(f"There is no lifecycle check {code}; the checks are {', '.join(checks)}.")
    return ";\n\n".join(_select(checks[code], table, period) for table in checks[code].tables)


def _select(check: LifecycleCheck, table: str, period: tuple[date, date] | None) -> str:
    """The check's SELECT over one table, its rows cut to the period and put in order."""
    select = read_sql(SQL_FOLDER / f"{check.code}.sql").replace("{table}", table)
    if period is None:
        return (
            f"SELECT case_id, extract, extract_row, found\nFROM (\n{select}\n) faults\n"
            "ORDER BY extract, extract_row"
        )
    day = load_lifecycle().population[table]
    return (
        "SELECT faults.case_id, faults.extract, faults.extract_row, faults.found\n"
        f"FROM (\n{select}\n) faults\n"
        f"JOIN {table} s ON s.extract = faults.extract AND s.extract_row = faults.extract_row\n"
        f"WHERE {day} BETWEEN {day_number(period[0])} AND {day_number(period[1])}\n"
        "ORDER BY faults.extract, faults.extract_row"
    )


def _empty(name: str) -> pa.Table:
    columns = [column for one in load_source_tables()[name].columns for column in one.typed_columns()]
    whole = ("_day", "_sec", "extract_row")
    return pa.table(
        {
            column: pa.array([], pa.int64() if column.endswith(whole) else pa.string())
            for column in [*columns, "extract", "extract_row"]
        }
    )


def _faults(check: LifecycleCheck, table: str, rows: pa.Table) -> pd.DataFrame:
    told = {
        "table": table,
        "column": check.column,
        "rule": check.code,
        "severity": check.severity,
        "expected": check.expected,
        "sentence": check.sentence,
        "citation": check.cited,
    }
    found = {
        name: rows.column(name).to_pylist() if rows.num_rows else []
        for name in ("case_id", "extract", "extract_row", "found")
    }
    frame = pd.DataFrame(found).assign(**told)[list(FAULT_COLUMNS)]
    return frame.astype({name: "int64" if name == "extract_row" else "str" for name in FAULT_COLUMNS})


def _told_elsewhere(faults: pd.DataFrame, told: set[tuple[str, str]]) -> pd.Series:
    """Is the root of the fault told by another check on the same case, here or on the universe row?"""
    here = set(zip(faults["rule"], faults["table"], faults["case_id"]))
    checks = {check.code: check for check in load_lifecycle().checks}
    silent = [
        any((root, table, case) in here for root in checks[rule].silent_after)
        or any((root, case) in told for root in checks[rule].told_by)
        for rule, table, case in zip(faults["rule"], faults["table"], faults["case_id"])
    ]
    return pd.Series(silent, index=faults.index, dtype=bool)


def shown_in_universes(
    faults: pd.DataFrame, universes: Mapping[str, pd.DataFrame], layouts: Mapping[str, Layout]
) -> pd.DataFrame:
    """Where a reader meets each fault: table (layout code), row (from 1) and column_name of a universe.

    faults: as `lifecycle_faults` gives them. universes: filled universes by code, with `case_id`; layouts:
    the layouts they were filled by.
    One row a fault, in the same order; all three are missing where the case stands in no universe.
    """
    checks = {check.code: check for check in load_lifecycle().checks}
    rows = {
        code: {case: place for place, case in enumerate(frame["case_id"], start=1)}
        for code, frame in universes.items()
    }
    places = []
    for rule, table, case in zip(faults["rule"], faults["table"], faults["case_id"]):
        code = next((code for code in rows if table in SOURCES.get(code, ()) and case in rows[code]), None)
        column = checks[rule].shown_in.get(code) if code else None
        name = layouts[code].column(column).name if column else ""
        places.append((code, rows[code][case], name) if code else (None, None, None))
    return pd.DataFrame(places, columns=["table", "row", "column_name"], index=faults.index)
