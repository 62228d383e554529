"""Fills a universe from the source tables: who belongs in it, with which span, and every cell as text.

Three steps in plain SQL: `with_span` joins each case to its member's span, `scoped` gives the reason
why a case stays out, `sql/fill_<table>.sql` writes the columns. Nothing is lost on the way: rows of
the source table = rows of the universe + rows excluded, each under one reason.
"""

import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from auditkit.errors import InputError
from auditkit.rules.care_tests import load_care_tests
from auditkit.rules.layouts import Layout, load_layouts
from auditkit.rules.policies import resolve_policies
from auditkit.rules.universe_rules import Scope, load_scope
from auditkit.sources.engine import DuckDBEngine, Engine, read_sql, run_steps
from auditkit.sources.moments import day_number

SQL_FOLDER = Path(__file__).parent / "sql"
SOURCES = {
    "OD": ("authorizations",),
    "RECON": ("appeals",),
    "PYMT_C": ("claims", "appeals"),
    "EFF_C": ("effectuations",),
    "GRV_C": ("grievances",),
    "AIP": ("reductions",),
    "CD": ("coverage_determinations",),
    "CDER": ("coverage_determinations",),
    "PYMT_D": ("coverage_determinations", "redeterminations"),
    "RD": ("redeterminations",),
    "EFF_D": ("effectuations",),
    "GRV_D": ("grievances",),
    "SNPE": ("members",),
}
"""Source tables whose rows become the rows of each universe; `members` is read beside them."""
EVIDENCE = {"SNPE": ("assessments", "care_plans")}
"""Source tables a universe takes dates from without taking their rows."""
PROVENANCE = ("case_id", "extract", "extract_row", "delegate", "program")
WITH_BENEFIT = ("OD", "RECON", "PYMT_C")
"""Universes whose source tells Medicare from Medicaid benefits; they carry it in a column `benefit`."""
_EXCLUDED_SQL = (
    "SELECT case_id, reason, extract, extract_row FROM scoped WHERE reason IS NOT NULL "
    "ORDER BY extract, extract_row, case_id"
)
_CONTROL = "[\\x00-\\x1f\\x7f-\\x9f\u2028\u2029\ufeff]"


@dataclass(frozen=True)
class Filled:
    """A universe filled, and what became of every row of its source.

    universe: text columns named by layout id, then case_id, extract, extract_row, delegate, program
        and, for OD, RECON and PYMT_C, benefit; sorted by population date and case.
    excluded: case_id, reason, extract, extract_row of each row left out.
    counts: reason, sentence, cite, rows; `included` first, then every reason, also those without rows.
    changes: case_id, column, what: cells in which a control character became a space.
    """

    universe: pd.DataFrame
    excluded: pd.DataFrame
    counts: pd.DataFrame
    changes: pd.DataFrame


def fill(
    table: str,
    sources: Mapping[str, pa.Table],
    period: tuple[date, date],
    *,
    policies: Mapping[str, str | int] | None = None,
    engine: Engine | None = None,
) -> Filled:
    """Fill the universe `table` from typed source tables.

    table: a layout code of rules/universe_scope.yaml, as OD, CD or SNPE.
    sources: typed source tables by name (see rules/source_tables.yaml); `members` gives the spans.
    period: first and last day of the universe; SNPE takes the last day for that of the engagement letter.
    policies: choices that differ from the defaults of rules/policies.yaml, as {"concurrent_review": "included"}.
    engine: where the SQL runs; DuckDB in process when none is given.

    Raises InputError for an unknown table or policy and for a source table that is not there;
    RuntimeError when rows are lost, which is our fault.
    """
    steps = fill_steps(table, period, policies)
    engine = engine or DuckDBEngine()
    for name in dict.fromkeys((*SOURCES[table], *EVIDENCE.get(table, ()), "members")):
        if name not in sources:
            raise InputError(f"The {table} universe is filled from {name}, which the mapping does not give; "
                             f"map an extract to {name}.")
        engine.load(name, sources[name])
    run_steps(engine, steps[:-1])
    universe = _fetched(engine, steps[-1][1], _universe_columns(table))
    excluded = _fetched(engine, _EXCLUDED_SQL, ["case_id", "reason", "extract", "extract_row"])
    rows = sum(sources[name].num_rows for name in SOURCES[table])
    if rows != universe.num_rows + excluded.num_rows:
        raise RuntimeError(f"{table}: {rows} source rows became {universe.num_rows} in the universe "
                           f"and {excluded.num_rows} excluded; they must add up.")
    universe, changes = _without_control_characters(universe, load_layouts()[table])
    excluded_frame = excluded.to_pandas()
    counts = _counts(load_scope().tables[table], universe.num_rows, excluded_frame)
    return Filled(universe.to_pandas(), excluded_frame, counts, changes)


def fill_steps(
    table: str, period: tuple[date, date], policies: Mapping[str, str | int] | None = None
) -> list[tuple[str, str]]:
    """The named SELECTs that fill a universe, in order; each can be printed and run on any engine.

    Arguments and errors as `fill`.
    """
    scopes = load_scope().tables
    if table not in scopes:
        raise InputError(f"The universe {table} cannot be filled; those that can are {', '.join(scopes)}.")
    scope, chosen = scopes[table], resolve_policies(dict(policies or {}))
    steps = []
    if (SQL_FOLDER / f"source_{table}.sql").exists():
        text = read_sql(SQL_FOLDER / f"source_{table}.sql")
        steps.append((scope.source, _window_filled(text, period, chosen)))
    steps.append(("with_span", _with_span_sql(scope, period)))
    steps.append(("scoped", _scoped_sql(scope, chosen)))
    steps.append((f"universe_{table}", read_sql(SQL_FOLDER / f"fill_{table}.sql")))
    return steps


def _window_filled(text: str, period: tuple[date, date], policies: dict[str, str | int]) -> str:
    """A source step with the day of engagement and the review window before it put in as day numbers."""
    after = period[1] + timedelta(days=1)
    months = after.year * 12 + after.month - 1 - int(policies["snp_review_months"])
    last_of_month = monthrange(months // 12, months % 12 + 1)[1]
    first = date(months // 12, months % 12 + 1, min(after.day, last_of_month))
    numbers = {"{engagement_day}": day_number(period[1]), "{window_start}": day_number(first),
               "{days_before}": load_care_tests().initial_days_before}  # fmt: skip
    for name, number in numbers.items():
        text = text.replace(name, str(number))
    return text


def _with_span_sql(scope: Scope, period: tuple[date, date]) -> str:
    """Each case once, with the member's span in force on the population day, else on receipt."""
    def covers(day: str) -> str:
        return (f"m.enrolled_from_day <= s.{day} AND "
                f"(m.enrolled_to_day IS NULL OR m.enrolled_to_day >= s.{day})")

    span = f"CASE WHEN {covers('population_day')} THEN 2 WHEN {covers('receipt_day')} THEN 1 ELSE 0 END"
    key = "s.extract, s.extract_row, s.case_id"
    if len(SOURCES[scope.table]) > 1:
        key += ", s.request_type"
    return f"""SELECT *
FROM (
    SELECT
        s.*,
        CAST({day_number(period[0])} AS BIGINT) AS period_start,
        CAST({day_number(period[1])} AS BIGINT) AS period_end,
        m.first_name, m.last_name, m.mbi, m.program, m.contract, m.pbp,
        CASE WHEN m.member_id IS NULL THEN 0 ELSE 1 END AS member_known,
        CASE WHEN {span} = 0 THEN 0 ELSE 1 END AS span_found,
        ROW_NUMBER() OVER (
            PARTITION BY {key}
            ORDER BY {span} DESC, m.enrolled_from_day DESC, m.extract_row DESC
        ) AS choice
    FROM (
        SELECT s.*, {scope.population} AS population_day, {scope.receipt} AS receipt_day
        FROM {scope.source} s
    ) s
    LEFT JOIN members m ON m.member_id = s.member_id
) spans
WHERE choice = 1"""


def _scoped_sql(scope: Scope, policies: dict[str, str | int]) -> str:
    """Each case with the first reason that keeps it out, or none."""
    reasons = [f"        WHEN {exclusion.when} THEN '{exclusion.code}'" for exclusion in scope.exclusions
               if exclusion.policy is None or str(policies[exclusion.policy]) == exclusion.value]
    return "SELECT\n    s.*,\n    CASE\n" + "\n".join(reasons) + "\n    END AS reason\nFROM with_span s"


def _universe_columns(table: str) -> list[str]:
    benefit = ["benefit"] if table in WITH_BENEFIT else []
    return [column.id for column in load_layouts()[table].columns] + list(PROVENANCE) + benefit


def _fetched(engine: Engine, select: str, names: list[str]) -> pa.Table:
    """The rows of `select`, columns in the case written here; a database may give no columns for no rows."""
    rows = engine.fetch(select)
    if rows.num_rows == 0:
        return pa.table({name: pa.array([], pa.string()) for name in names})
    return rows.rename_columns(names)


def _counts(scope: Scope, included: int, excluded: pd.DataFrame) -> pd.DataFrame:
    found = excluded["reason"].value_counts()
    rows = [("included", scope.population_sentence, scope.cite, included)]
    rows += [(e.code, e.sentence, e.cite, int(found.get(e.code, 0))) for e in scope.exclusions]
    return pd.DataFrame(rows, columns=["reason", "sentence", "cite", "rows"])


def _without_control_characters(universe: pa.Table, layout: Layout) -> tuple[pa.Table, pd.DataFrame]:
    """Tabs, line breaks and other control characters would break the file: each becomes a space, listed."""
    changes = []
    for column in layout.columns:
        cells = universe.column(column.id).cast(pa.string())
        held = pc.match_substring_regex(cells, _CONTROL)
        if pc.any(held).as_py():
            for case, cell in zip(universe.column("case_id").filter(held).to_pylist(),
                                  cells.filter(held).to_pylist(), strict=True):
                marks = sorted({f"U+{ord(mark):04X}" for mark in re.findall(_CONTROL, cell)})
                changes.append((case, column.id, f"{', '.join(marks)} replaced by a space"))
            cells = pc.replace_substring_regex(cells, _CONTROL, " ")
        universe = universe.set_column(universe.column_names.index(column.id), column.id, cells)
    return universe, pd.DataFrame(changes, columns=["case_id", "column", "what"])
