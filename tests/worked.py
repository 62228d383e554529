"""Small typed source tables for worked examples."""

from datetime import date

import numpy as np
import pyarrow as pa

from auditkit.rules.layouts import load_layouts
from auditkit.rules.source_tables import load_source_tables
from auditkit.sources.moments import day_number, utc_seconds

TIME_ZONE = "America/New_York"
TABLES = load_source_tables()

MEMBERS = [
    {"member_id": "M1", "first_name": "Ana", "last_name": "Test", "program": "one_care", "contract": "H9901",
     "pbp": "001", "mbi": "1S00A00AA00", "enrolled_from": "2024-01-01"},
    {"member_id": "M2", "first_name": "Bo", "last_name": "Test", "program": "sco_medicaid", "contract": "H9903",
     "pbp": "001", "enrolled_from": "2024-01-01"},
]  # fmt: skip
"""M1 is in One Care (rules of applicable integrated plans), M2 has MassHealth only (42 CFR 438)."""


def source_table(name: str, rows: list[dict]) -> pa.Table:
    """Rows written as people write them ('2026-03-06 15:00:00', or a date alone) as a typed source table."""
    columns: dict[str, list] = {}
    for position, row in enumerate(rows, start=1):
        typed = {"extract": "worked example", "extract_row": position}
        for column in TABLES[name].columns:
            typed |= _typed(column, row.get(column.name))
        for key, value in typed.items():
            columns.setdefault(key, []).append(value)
    whole = ("_day", "_sec", "extract_row")
    types = {key: pa.int64() if key.endswith(whole) else pa.string() for key in columns}
    return pa.table({key: pa.array(values, type=types[key]) for key, values in columns.items()})


def members() -> pa.Table:
    return source_table("members", MEMBERS)


def _typed(column, text: str | None) -> dict:
    if column.kind == "moment":
        day_text, _, time_text = (text or "").partition(" ")
        return {
            f"{column.name}_date": day_text.replace("-", "/") or None,
            f"{column.name}_time": time_text or None,
            f"{column.name}_day": _day(day_text),
            f"{column.name}_sec": _second(day_text, time_text),
        }
    if column.kind == "date":
        return {column.name: text.replace("-", "/") if text else None, f"{column.name}_day": _day(text)}
    return {column.name: text}


def _day(text: str | None) -> int | None:
    return day_number(date.fromisoformat(text)) if text else None


def _second(day_text: str, time_text: str) -> int | None:
    if not time_text:
        return None
    hours, minutes, seconds = map(int, time_text.split(":"))
    of_day = np.array([hours * 3600 + minutes * 60 + seconds])
    return int(utc_seconds(np.array([_day(day_text)]), of_day, TIME_ZONE)[0])


CLEAN = {
    "OD": {"C": "1S00A00AA00", "G": "A1", "J": "N", "M": "Approved", "N": "S", "O": "N", "V": "E"},
    "RECON": {"C": "1S00A00AA00", "G": "R1", "J": "N", "M": "Approved", "N": "S", "O": "N", "Z": "E"},
    "GRV_C": {"C": "1S00A00AA00", "G": "V1", "L": "S", "M": "N", "N": "Oral", "Q": "N", "W": "E"},
    "CD": {"C": "1S00A00AA00", "G": "D1", "L": "Standard", "M": "Denied", "V": "enrollee"},
    "CDER": {"C": "1S00A00AA00", "G": "D2", "O": "Standard", "P": "Denied", "Z": "enrollee"},
    "PYMT_D": {"C": "1S00A00AA00", "G": "D3", "H": "CD", "K": "Denied", "O": "enrollee"},
    "RD": {"C": "1S00A00AA00", "G": "D4", "L": "Standard", "M": "Denied", "V": "enrollee"},
    "EFF_D": {"C": "1S00A00AA00", "G": "D5", "H": "standard", "I": "IRE"},
    "GRV_D": {"C": "1S00A00AA00", "H": "Oral", "J": "Standard", "K": "N"},
    "PYMT_C": {"C": "1S00A00AA00", "G": "P1", "K": "OD", "L": "Approved", "M": "None", "T": "E"},
}
"""The facts a clock reads, for one plain case of each table."""


def universe_table(code: str, rows: list[dict]) -> pa.Table:
    """Rows of a universe by column letter; a date cell may carry its time ('2026-07-01 10:00:00')."""
    columns: dict[str, list] = {"case_row": list(range(1, len(rows) + 1))}
    for row in rows:
        filled = CLEAN[code] | row
        for column in load_layouts()[code].columns:
            text = filled.get(column.id, "None")
            columns.setdefault(column.id, []).append(text)
            if column.kind != "date":
                continue
            day, _, time = text.partition(" ") if text != "None" else ("", "", "")
            columns.setdefault(f"{column.id}_day", []).append(_day(day))
            columns.setdefault(f"{column.id}_bad", []).append(0)
            if column.time_column:
                columns.setdefault(f"{column.id}_sec", []).append(_second(day, time))
    return pa.table({
        name: pa.array(values, type=pa.string() if name.isupper() else pa.int64()) for name, values in columns.items()
    })
