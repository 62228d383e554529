"""The case views of the reports: SQL steps over the typed source tables, one row a case.

A view is found by name in `sql/` and finds what it reads by name, too:
- a source table, as `members`; every row carries `case_row`, its place in the table from 1;
- `placed_TABLE`: a source table with unit_program, unit_contract and unit_pbp of the span in force;
- `verdicts_TABLE`: the clocks of a source table, joined by case_row;
- `report_period` and `report_months` (see `periods`), `report_policy` (one row, a column a policy);
- `mds_hc_limits`: when an MDS-HC is due, from rules/mds_hc.yaml;
- another view.
"""

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pandas as pd
import pyarrow as pa

from auditkit.clocks import source_verdicts
from auditkit.clocks.run import with_case_rows
from auditkit.rules.mds_hc import load_mds_hc
from auditkit.rules.policies import load_policies, resolve_policies
from auditkit.rules.report_catalogue import Report
from auditkit.rules.source_tables import load_source_tables
from auditkit.sources.engine import DuckDBEngine, Engine, read_sql, run_steps

SQL_FOLDER = Path(__file__).parent / "sql"
PLACED_ON = {
    "authorizations": "received_at_day",
    "appeals": "received_at_day",
    "claims": "received_at_day",
    "effectuations": "overturn_received_at_day",
    "reductions": "decided_at_day",
    "grievances": "received_at_day",
    "coverage_determinations": "received_at_day",
    "redeterminations": "received_at_day",
    "assessments": "COALESCE(occasion_date_day, due_date_day, completed_date_day)",
    "care_plans": "COALESCE(completed_date_day, coordinator_offered_date_day)",
    "critical_incidents": "known_at_day",
    "ltss_services": "COALESCE(service_from_day, approved_date_day)",
    "reopenings": "reopened_date_day",
}
"""The day on which the enrollment span of a case's member is looked up: receipt, where the case has one."""

_VERDICT_COLUMNS = [
    "case_id", "clock", "rule", "verdict", "taken", "margin", "margin_unit", "extension", "reason",
]  # fmt: skip


def view_names() -> tuple[str, ...]:
    """Every case view."""
    return tuple(sorted(path.stem for path in SQL_FOLDER.glob("*.sql")))


def view_sql(view: str) -> str:
    """The SELECT of a view, as an auditor can read and run it."""
    return read_sql(SQL_FOLDER / f"{view}.sql")


def views_read(views: set[str]) -> list[str]:
    """`views` and the views they read, each after those it reads."""
    order: list[str] = []

    def add(view: str) -> None:
        for read in sorted(words_of(view_sql(view)) & set(view_names()) - {view}):
            add(read)
        if view not in order:
            order.append(view)

    for view in sorted(views):
        add(view)
    return order


def words_of(sql: str) -> set[str]:
    """The names in a SELECT, its comments left out."""
    return set(re.findall(r"\w+", re.sub(r"--[^\n]*", "", sql)))


def tables_read(views: list[str]) -> tuple[set[str], set[str], set[str]]:
    """Names of the source tables that views read as they are, placed, and by their verdicts."""
    words = set().union(*(words_of(view_sql(view)) for view in views))
    placed = {table for table in PLACED_ON if f"placed_{table}" in words}
    verdicts = {table for table in load_source_tables() if f"verdicts_{table}" in words}
    plain = {table for table in load_source_tables() if table in words}
    return plain, placed, verdicts


def policies_read(report: Report) -> list[str]:
    """Names of the policies a report depends on: in its views, its elements and the clocks it counts."""
    views = views_read({element.of for element in report.elements if element.of})
    words = set().union(*(words_of(view_sql(view)) for view in views))
    named = {name for name in load_policies() if name in words or f"{name}_number" in words}
    named |= {setting for element in report.elements for setting in element.settings}
    if views and tables_read(views)[2]:
        named |= {name for name, policy in load_policies().items() if any(map(_of_cases, policy.used_in))}
    return [name for name in load_policies() if name in named]


def _of_cases(use: str) -> bool:
    """Is it a clock of cases from extracts, rather than of a universe file alone?"""
    return use.startswith("clocks") and "universe" not in use


def load_views(
    engine: Engine,
    views: list[str],
    tables: Mapping[str, pa.Table],
    policies: Mapping[str, object],
    verdicts: Mapping[str, pd.DataFrame],
) -> None:
    """Load what `views` read and no period changes: tables, placed tables, verdicts, policies."""
    plain, placed, judged = tables_read(views)
    for table in sorted(plain | placed | {"members"}):
        engine.load(table, with_case_rows(tables[table]))
    for name, select in [step for table in sorted(placed) for step in placed_steps(table)]:
        keep(engine, name, select)
    for table in sorted(judged):
        engine.load(f"verdicts_{table}", verdict_rows(verdicts[table]))
    engine.load("report_policy", policy_row(policies))
    engine.load("mds_hc_limits", mds_hc_rows())


def mds_hc_rows() -> pa.Table:
    """When an MDS-HC is due: program, rating_category (its beginning), occasion, limit_days."""
    limits = load_mds_hc().limits
    return pa.table(
        {
            "program": [limit.program for limit in limits],
            "rating_category": [limit.category for limit in limits],
            "occasion": [limit.occasion for limit in limits],
            "limit_days": pa.array([limit.days for limit in limits], pa.int64()),
        }
    )


def keep(engine: Engine, name: str, select: str) -> None:
    """Keep the rows of `select` as `name`, once.

    DuckDB would work its view out again at every reading, so its rows are loaded; a database and Spark keep rows of
    themselves, with the types of the columns also where there are no rows.
    """
    if isinstance(engine, DuckDBEngine):
        engine.load(name, engine.fetch(select))
    else:
        run_steps(engine, [(name, select)])


def needed_verdicts(
    views: list[str],
    tables: Mapping[str, pa.Table],
    policies: Mapping[str, object],
    through: date,
    time_zone: str,
) -> dict[str, pd.DataFrame]:
    """The verdicts that views read, by source table; open cases are judged on `through`."""
    chosen = {name: str(value) for name, value in policies.items()}
    judged = sorted(tables_read(views)[2]) if views else []
    return {
        table: source_verdicts(table, tables, chosen, through, time_zone) if tables[table].num_rows
        else no_verdicts()
        for table in judged
    }  # fmt: skip


def no_verdicts() -> pd.DataFrame:
    """The verdicts of a table without cases."""
    return pd.DataFrame(columns=["row", *_VERDICT_COLUMNS])


def verdict_rows(verdicts: pd.DataFrame) -> pa.Table:
    """Verdicts as views join them: case_row, clock, rule, verdict, taken and margin (in margin_unit) ..."""
    frame = verdicts[["row", *_VERDICT_COLUMNS]].rename(columns={"row": "case_row"})
    numbers = {"case_row": "int64", "taken": "float64", "margin": "float64"}
    frame = frame.astype(numbers)
    text = {name: frame[name].astype("object").where(frame[name].notna(), None) for name in _VERDICT_COLUMNS
            if name not in numbers}  # fmt: skip
    kinds = {"int64": pa.int64(), "float64": pa.float64()}
    schema = pa.schema([(name, kinds.get(numbers.get(name), pa.string())) for name in frame.columns])
    return pa.Table.from_pandas(frame.assign(**text), schema=schema, preserve_index=False)


def policy_row(policies: Mapping[str, object]) -> pa.Table:
    """One row: a text column a policy, and NAME_number beside those that may be a number (null for words)."""
    settled = resolve_policies({name: str(value) for name, value in policies.items()})
    columns: dict[str, pa.Array] = {}
    for name, policy in load_policies().items():
        columns[name] = pa.array([str(settled[name])], pa.string())
        if policy.numbers:
            number = settled[name] if isinstance(settled[name], int) else None
            columns[f"{name}_number"] = pa.array([number], pa.int64())
    return pa.table(columns)


def placed_steps(table: str) -> list[tuple[str, str]]:
    """The SELECTs that give each row of a source table its unit: program, contract, and contract with plan.

    The enrollment span in force on the day of `PLACED_ON` counts; a member whose spans all miss that day
    gets the nearest earlier span, else the first later one, as the clocks do. Who never was a member has
    no unit.
    """
    one_unit = """SELECT member_id, MIN(program) AS program, MIN(contract) AS contract, MIN(pbp) AS pbp
FROM members
GROUP BY member_id
HAVING MIN(program) = MAX(program) AND MIN(contract) = MAX(contract) AND MIN(pbp) = MAX(pbp)"""
    nearest = f"""SELECT case_row, program, contract, pbp
FROM (
    SELECT
        c.case_row,
        m.program,
        m.contract,
        m.pbp,
        ROW_NUMBER() OVER (
            PARTITION BY c.case_row
            ORDER BY
                CASE WHEN m.enrolled_from_day <= c.unit_day
                          AND (m.enrolled_to_day IS NULL OR m.enrolled_to_day >= c.unit_day) THEN 0
                     WHEN m.enrolled_from_day <= c.unit_day THEN 1 ELSE 2 END,
                CASE WHEN m.enrolled_from_day <= c.unit_day THEN 0 - m.enrolled_from_day
                     ELSE m.enrolled_from_day END,
                m.case_row
        ) AS span_rank
    FROM (SELECT case_row, member_id, {PLACED_ON[table]} AS unit_day FROM {table}) c
    JOIN members m ON m.member_id = c.member_id
    LEFT JOIN one_unit o ON o.member_id = c.member_id
    WHERE o.member_id IS NULL
) spans
WHERE span_rank = 1"""
    placed = f"""SELECT
    c.*,
    COALESCE(o.program, n.program) AS unit_program,
    COALESCE(o.contract, n.contract) AS unit_contract,
    CASE WHEN COALESCE(o.pbp, n.pbp) IS NOT NULL
         THEN CONCAT(COALESCE(o.contract, n.contract), '-', COALESCE(o.pbp, n.pbp)) END AS unit_pbp
FROM {table} c
LEFT JOIN one_unit o ON o.member_id = c.member_id
LEFT JOIN nearest_unit n ON n.case_row = c.case_row"""
    return [("one_unit", one_unit), ("nearest_unit", nearest), (f"placed_{table}", placed)]
