"""Every SQL step of the clocks and of the fills parses in the dialects it is meant for.

SQL Server and Snowflake cannot be run here; that their parsers take the text is the least that can be held.
"""

from datetime import date

import pytest
import sqlglot

from auditkit.clocks.run import clock_steps
from auditkit.rules.clock_rules import load_case_sources
from auditkit.rules.universe_rules import load_scope
from auditkit.universes.fill import fill_steps

DIALECTS = ("duckdb", "postgres", "spark", "tsql", "snowflake")
PERIOD = (date(2026, 7, 1), date(2026, 9, 30))


def parses(steps) -> None:
    for _, select in steps:
        for dialect in DIALECTS:
            assert isinstance(sqlglot.parse_one(select, dialect=dialect), sqlglot.exp.Query)


@pytest.mark.parametrize("table", sorted(load_case_sources()))
def test_the_clock_steps_of_a_table(table):
    universe = load_case_sources()[table].kind == "universe"
    parses(clock_steps(table, "one_care" if universe else None))


@pytest.mark.parametrize("table", sorted(load_scope().tables))
def test_the_fill_steps_of_a_universe(table):
    parses(fill_steps(table, PERIOD))
