"""The SQL of a run as it is printed: an auditor can run the text again, step by step, in the order it stands."""

import re
from datetime import date

import duckdb
import pytest

from auditkit.errors import InputError
from auditkit.rules.policies import resolve_policies
from auditkit.rules.source_tables import load_source_tables
from auditkit.sources.typing import empty_columns
from auditkit.suite.sql_text import table_sql

PERIOD = (date(2026, 7, 1), date(2026, 9, 30))


def printed_steps(table: str) -> list[tuple[str, str]]:
    text = table_sql(table, PERIOD, resolve_policies({}))
    parts = re.split(rf"^-- {table}, (.+)$", text, flags=re.MULTILINE)[1:]
    return [(name, sql.strip().rstrip(";")) for name, sql in zip(parts[::2], parts[1::2], strict=True)]


@pytest.mark.parametrize("table", ["OD", "PYMT_D", "SNPE"])
def test_the_steps_that_fill_a_universe_run_as_printed(table):
    """On source tables without rows the last step gives a universe without rows, with its columns."""
    connection = duckdb.connect()
    for name, one in load_source_tables().items():
        connection.register(name, empty_columns(one))
    for name, sql in printed_steps(table):
        if name.startswith("fill: "):
            connection.execute(f"CREATE TEMPORARY VIEW {name.removeprefix('fill: ')} AS {sql}")
    filled = connection.execute(f"SELECT * FROM universe_{table}")
    assert [column[0] for column in filled.description][:3] == ["A", "B", "C"]
    assert filled.fetchall() == []


def test_the_steps_of_a_table_are_named_in_order():
    """The organization determinations: three steps fill them, then the checks by code, then the clocks."""
    names = [name for name, _ in printed_steps("OD")]
    assert names[:3] == ["fill: with_span", "fill: scoped", "fill: universe_OD"]
    assert "check X05" in names
    assert names[-1] == "clocks, read under the rules of one_care: verdicts"
    assert {name.split(" ")[0] for name, _ in printed_steps("lifecycle")} == {"determinations", "numbered", "check"}
    assert "report_appeals" in [name for name, _ in printed_steps("reports")]
    assert printed_steps("authorizations")[-1][0] == "clocks: verdicts"


def test_period_and_policies_stand_in_the_text():
    """2026-07-01 is day 20,635; a policy that takes concurrent reviews in takes its line out."""
    text = table_sql("OD", PERIOD, resolve_policies({}))
    assert "CAST(20635 AS BIGINT) AS period_start" in text and "THEN 'concurrent'" in text
    assert "THEN 'concurrent'" not in table_sql("OD", PERIOD, resolve_policies({"concurrent_review": "included"}))


def test_a_table_without_steps():
    with pytest.raises(InputError, match="no SQL for calls; the tables are OD, .*lifecycle"):
        table_sql("calls", PERIOD, resolve_policies({}))
