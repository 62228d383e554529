"""Small source tables and a few helpers for the tests of the periodic reports."""

from datetime import date

import pandas as pd
import pyarrow as pa

from auditkit.reports.compute import ReportResult, compute
from auditkit.rules.report_catalogue import Report
from auditkit.rules.source_tables import load_source_tables
from worked import source_table

TABLES = load_source_tables()
EVERY_COLUMN = frozenset(f"{table.name}.{column.name}" for table in TABLES.values() for column in table.columns)
"""What a plan whose extracts lack nothing delivers."""

MEMBERS = [
    {"member_id": "O1", "program": "one_care", "contract": "H9901", "pbp": "001", "enrolled_from": "2024-01-01"},
    {"member_id": "O2", "program": "one_care", "contract": "H9901", "pbp": "001", "enrolled_from": "2024-01-01"},
    {"member_id": "S1", "program": "sco", "contract": "H9902", "pbp": "001", "enrolled_from": "2024-01-01"},
    {"member_id": "N1", "program": "sco_medicaid", "contract": "H9903", "pbp": "001", "enrolled_from": "2024-01-01"},
]
"""Two members of One Care, one of SCO with Medicare, one of SCO with MassHealth only."""
YEAR, THROUGH = 2026, date(2026, 12, 31)


def table(name: str, rows: list[dict]) -> pa.Table:
    """Rows as people write them as a typed source table; every column is there, also when there are no rows."""
    numbers = {column.name for column in TABLES[name].columns if column.kind in ("integer", "number")}
    typed = source_table(name, [{k: v for k, v in row.items() if k not in numbers} for row in rows] or [{}])
    for column in TABLES[name].columns:
        if column.name in numbers:
            kind = pa.int64() if column.kind == "integer" else pa.float64()
            values = pa.array([row.get(column.name) for row in rows or [{}]], kind)
            typed = typed.set_column(typed.schema.get_field_index(column.name), column.name, values)
    return typed if rows else typed.slice(0, 0)


def tables(members: list[dict] | None = None, **rows: list[dict]) -> dict[str, pa.Table]:
    """All source tables: those given, the members above, and the others empty."""
    given = {"members": MEMBERS if members is None else members} | rows
    return {name: table(name, given.get(name, [])) for name in TABLES}


def result(report: Report, year: int = YEAR, through: date = THROUGH, policies: dict | None = None,
           available=EVERY_COLUMN, texts: dict | None = None, gaps: dict | None = None,
           verdicts: dict | None = None, **rows: list[dict]) -> ReportResult:  # fmt: skip
    """The report worked out over a few rows."""
    return compute(report, tables(**rows), available, year, through, policies or {}, texts=texts, gaps=gaps,
                   verdicts=verdicts)  # fmt: skip


def value(worked: ReportResult, code: str, unit: str = "all", period: str | None = None) -> float | None:
    """One number of a report; None where it is missing."""
    found = elements(worked, code, unit, period)["value"].item()
    return None if pd.isna(found) else found


def elements(worked: ReportResult, code: str, unit: str = "all", period: str | None = None) -> pd.DataFrame:
    """The rows of one element."""
    rows = worked.elements
    chosen = (rows["code"] == code) & (rows["unit"] == unit)
    return rows[chosen & (rows["period"] == period if period else True)]


def case_ids(worked: ReportResult, code: str) -> list[str]:
    """The cases behind a number."""
    return sorted(worked.cases.loc[worked.cases["code"] == code, "case_id"])


def check(worked: ReportResult, check_id: str, unit: str = "all") -> str:
    """What a check says."""
    rows = worked.checks
    return rows.loc[(rows["check"] == check_id) & (rows["unit"] == unit), "result"].item()


def assert_adds_up(found: pd.DataFrame, cases: pd.DataFrame) -> None:
    """In a run's report_elements and report_cases: units add up to `all`, and every number has its whole case list."""
    counts = found[(found["kind"] == "count") & found["cases"].notna()]
    keys = ["report", "code", "period"]
    totals = counts[counts["unit"] == "all"].set_index(keys)
    parts = counts[counts["unit"] != "all"].groupby(keys)["value"].sum()
    lists = cases.groupby(keys).size().reindex(totals.index, fill_value=0)
    assert (parts.reindex(totals.index) == totals["value"]).all()
    assert (lists == totals["cases"]).all()
