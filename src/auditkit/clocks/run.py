"""Reads the clocks of a table: from rows to verdicts, on any engine."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pandas as pd
import pyarrow as pa

from auditkit.clocks.cases import cases_sql, program_steps
from auditkit.clocks.rule_table import calendar_rows, policy_row, rule_rows
from auditkit.clocks.wording import verdict_frame
from auditkit.rules.clock_rules import load_case_sources
from auditkit.rules.policies import resolve_policies
from auditkit.sources.engine import DuckDBEngine, Engine, read_sql, run_steps

SQL_FOLDER = Path(__file__).parent / "sql"
TIME_ZONE = "America/New_York"


def clock_steps(table: str, program: str | None = None) -> list[tuple[str, str]]:
    """The named SELECTs that turn a loaded table into `verdicts`, in order; each can be printed and run.

    table: a source table or a universe named in rules/clock_cases.yaml; it is loaded under this name,
        a source table together with `members`, and beside `rules`, `policy` and `calendar`.
    program: one_care, sco, sco_medicaid or ma, for a universe.
    """
    source = load_case_sources()[table]
    steps, rows = [], table
    if source.kind == "source":
        steps += program_steps(table, f"{source.events['received']}_day")
        rows = steps[-1][0]
    steps.append(("cases", cases_sql(source, rows, program)))
    return steps + [(path.stem[2:], read_sql(path)) for path in sorted(SQL_FOLDER.glob("*.sql"))]


def load_rules(engine: Engine, policies: dict, as_of: date | None, time_zone: str) -> None:
    """Load the rule matrix, the policies and the calendar the steps join to."""
    engine.load("rules", rule_rows(policies))
    engine.load("policy", policy_row(policies, as_of, time_zone))
    engine.load("calendar", calendar_rows(time_zone))


def source_verdicts(
    table: str,
    sources: Mapping[str, pa.Table],
    policies: Mapping[str, str] | None = None,
    as_of: date | None = None,
    time_zone: str = TIME_ZONE,
    engine: Engine | None = None,
) -> pd.DataFrame:
    """Verdicts of every case of a source table.

    table: authorizations, appeals, claims, effectuations, grievances, reductions, coverage_determinations
        or redeterminations.
    sources: typed source tables by name; `members` tells each case's program.
    policies: settings that differ from their defaults.
    as_of: day on which open cases are judged; None leaves them pending.
    Gives the columns of `wording.verdict_frame`; `row` counts cases in the order of extract and row.
    Source of the rules: rules/timeframes and rules/clocks.yaml, each with its citation.
    """
    engine = engine or DuckDBEngine()
    engine.load(table, with_case_rows(sources[table]))
    engine.load("members", sources["members"])
    return _verdicts(engine, table, None, policies, as_of, time_zone)


def with_case_rows(table: pa.Table) -> pa.Table:
    """A source table with `case_row`, the place of each row in it, from 1."""
    return table.append_column("case_row", pa.array(range(1, table.num_rows + 1), pa.int64()))


def universe_verdicts(
    table: str,
    typed: pa.Table,
    program: str,
    policies: Mapping[str, str] | None = None,
    as_of: date | None = None,
    time_zone: str = TIME_ZONE,
    engine: Engine | None = None,
) -> pd.DataFrame:
    """Verdicts of every row of a universe.

    table: layout code, as OD.
    typed: the universe with its moments as integers (see universes.typed), and `case_row` from 1.
    program: one_care, sco, sco_medicaid or ma: whose rules govern the file.
    Other arguments and the result as `source_verdicts`.
    """
    engine = engine or DuckDBEngine()
    engine.load(table, typed)
    return _verdicts(engine, table, program, policies, as_of, time_zone)


def has_clocks(table: str) -> bool:
    """Does the clock engine read this table?"""
    return table in load_case_sources()


def _verdicts(engine, table, program, policies, as_of, time_zone) -> pd.DataFrame:
    load_rules(engine, resolve_policies(dict(policies or {})), as_of, time_zone)
    run_steps(engine, clock_steps(table, program))
    raw = engine.fetch("SELECT * FROM verdicts ORDER BY case_row, clock, rule")
    return verdict_frame(raw.to_pandas(types_mapper=_nullable), table, time_zone)


def _nullable(kind: pa.DataType):
    """Whole numbers stay whole when some are missing."""
    return pd.Int64Dtype() if pa.types.is_integer(kind) else None
