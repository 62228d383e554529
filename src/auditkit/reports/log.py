"""The grievance and appeal log of report MH-12: the six fields 42 CFR 438.416(b) asks for, and what is beside them."""

from collections.abc import Mapping
from datetime import date

import pandas as pd
import pyarrow as pa

from auditkit.reports.periods import period_tables, spans
from auditkit.reports.views import keep, load_views, view_sql, views_read
from auditkit.sources.engine import DuckDBEngine, Engine

VIEW = "report_log"
LOG_COLUMNS = (
    "record", "case_id", "program", "reason", "received", "review_dates", "plan_resolution", "plan_resolved",
    "ire_resolution", "ire_resolved", "hearing_resolution", "hearing_resolved", "covered_person", "status",
    "request_type", "priority", "extension_taken", "primary_payer", "ltss_user", "accommodation", "lacks",
)  # fmt: skip
"""Columns of the log.

record: appeal or grievance. case_id, program: whose. reason: its general description. received: CCYY/MM/DD.
review_dates: of each review or review meeting. plan_, ire_, hearing_ resolution and resolved: outcome and day
(CCYY/MM/DD) at each level, where the case went there. covered_person: name. lacks: the fields that are missing,
in words; empty when none is. The others as in the source tables.
"""
_REQUIRED = {
    "reason": "the reason",
    "review_dates": "the dates of review",
    "plan_resolution": "the resolution",
    "plan_resolved": "the date of the resolution",
    "covered_person": "the name of the covered person",
}
_ONCE_ANSWERED = ("review_dates", "plan_resolution", "plan_resolved")


def log_rows(tables: Mapping[str, pa.Table], year: int, through: date, engine: Engine | None = None) -> pd.DataFrame:
    """The log of a reporting year: every appeal and grievance received or answered in it, or open from before.

    tables: typed source tables by name. year: the reporting year. through: last day of the data.
    Gives LOG_COLUMNS, text, None where missing, in order of receipt. It names people: a working file only.
    """
    engine = engine or DuckDBEngine()
    (span,) = spans(year, through, "year")
    views = views_read({VIEW})
    load_views(engine, views, tables, {}, {})
    for name, table in period_tables(span).items():
        engine.load(name, table)
    for view in views:
        keep(engine, view, view_sql(view))
    rows = engine.fetch(f"SELECT * FROM {VIEW} ORDER BY received_day, record, case_row").to_pylist()
    told = [row | {"program": row["unit_program"], "lacks": "; ".join(_lacking(row))} for row in rows]
    return pd.DataFrame([{name: row[name] for name in LOG_COLUMNS} for row in told], columns=list(LOG_COLUMNS),
                        dtype=object)  # fmt: skip


def _lacking(row: dict) -> list[str]:
    """The fields the rule asks for that are missing; those of an answer only once there is one."""
    asked = [name for name in _REQUIRED if name not in _ONCE_ANSWERED or row["answered"] == "Y"]
    return [_REQUIRED[name] for name in asked if row[name] is None]
