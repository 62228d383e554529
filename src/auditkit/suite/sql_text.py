"""The SQL of a run, as an auditor can read it and run it again: every step, in order, with its name.

`auditkit sql` prints one table's; the packet keeps all of a run's in data/steps.sql.
"""

from collections.abc import Mapping
from datetime import date

from auditkit.clocks.run import clock_steps, has_clocks
from auditkit.errors import InputError
from auditkit.reports.views import view_sql, views_read
from auditkit.rules.clock_rules import load_case_sources
from auditkit.rules.lifecycle import load_lifecycle
from auditkit.rules.report_catalogue import load_catalogue
from auditkit.rules.universe_rules import load_checks, load_scope
from auditkit.rules.version import rules_version
from auditkit.sources.engine import read_sql
from auditkit.suite.notebook import Run
from auditkit.suite.universe_step import CDAG, odag_tables
from auditkit.universes.crosschecks import check_sql
from auditkit.universes.fill import fill_steps
from auditkit.universes.lifecycle import SQL_FOLDER as LIFECYCLE_FOLDER
from auditkit.universes.lifecycle import STEPS as LIFECYCLE_STEPS
from auditkit.universes.lifecycle import lifecycle_sql

Period = tuple[date, date]
LIFECYCLE = "lifecycle"
REPORTS = "reports"
STEPS_FILE = "steps.sql"
_HEAD = (
    "Each step is one SELECT over integers and text; what it gives is known to the steps after it by its name.\n"
    "-- A date is a day number (days since 1970-01-01), a moment a UTC second as well; docs/data_dictionary.md\n"
    "-- names the columns. The clock steps also read the rule matrix as the tables rules, policy and calendar."
)


def table_sql(table: str, period: Period, policies: Mapping[str, str | int], program: str = "one_care") -> str:
    """Every step of one table as a commented script.

    table: a universe (OD), a source table with clocks (authorizations), or `lifecycle` for the checks
    between tables. period: first and last day, put into the steps that need it. policies: of the run.
    program: whose rules a universe that stands alone is read under.
    Raises InputError for a table that has no steps.
    """
    if table == LIFECYCLE:
        return _script(table, _lifecycle_steps(period))
    if table == REPORTS:
        counted = {element.of for report in load_catalogue().values() for element in report.elements if element.of}
        return _script(table, [(view, view_sql(view)) for view in views_read(counted)])
    if table not in load_scope().tables and not has_clocks(table):
        known = [*load_scope().tables, *_source_tables(), LIFECYCLE, REPORTS]
        raise InputError(f"There is no SQL for {table}; the tables are {', '.join(known)}.")
    return _script(table, _steps_of(table, period, policies, program))


def run_sql(run: Run) -> str:
    """Every step this run is made of: universes filled and checked, checks between tables, clocks of its sources."""
    period = (run.period.start, run.period.end)
    tables = [*odag_tables(run), *CDAG, "SNPE", LIFECYCLE, *_source_tables(), REPORTS]
    scripts = [table_sql(table, period, run.policies) for table in tables]
    return f"-- Rules version {rules_version()}\n-- {_HEAD}\n\n" + "\n".join(scripts)


def keep_sql(run: Run) -> None:
    """Keep `run_sql` as data/steps.sql of the run."""
    with run.new_file("data", STEPS_FILE) as path:
        path.write_text(run_sql(run), encoding="utf-8", newline="\n")


def _source_tables() -> list[str]:
    return [name for name, source in load_case_sources().items() if source.kind == "source"]


def _steps_of(table: str, period: Period, policies: Mapping, program: str) -> list[tuple[str, str]]:
    steps = []
    if table in load_scope().tables:
        steps += [(f"fill: {name}", sql) for name, sql in fill_steps(table, period, policies)]
        codes = dict.fromkeys(check.code for check in load_checks().for_table(table))
        steps += [(f"check {code}", check_sql(table, code, period)) for code in codes]
    if has_clocks(table):
        whose = None if table in _source_tables() else program
        said = f"clocks, read under the rules of {whose}" if whose else "clocks"
        steps += [(f"{said}: {name}", sql) for name, sql in clock_steps(table, whose)]
    return steps


def _lifecycle_steps(period: Period) -> list[tuple[str, str]]:
    steps = [(name, read_sql(LIFECYCLE_FOLDER / f"{name}.sql")) for name in LIFECYCLE_STEPS]
    return steps + [(f"check {check.code}", lifecycle_sql(check.code, period)) for check in load_lifecycle().checks]


def _script(table: str, steps: list[tuple[str, str]]) -> str:
    return "\n".join(f"-- {table}, {name}\n{sql.rstrip()};\n" for name, sql in steps)
