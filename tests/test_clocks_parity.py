"""Every engine and the naive oracle give the same verdicts, row by row.

The cases are drawn so that most moments lie on a boundary or one unit beside it, over both
daylight-saving changes, the leap day and the turn of 2025/2026.
"""

import random
from datetime import date, datetime, timedelta

import pytest
from clock_oracle import ORACLES
from engines import ENGINES, open_engine
from worked import members, source_table

from auditkit.clocks import source_verdicts
from auditkit.rules.source_tables import load_source_tables

AS_OF = date(2026, 9, 30)
STARTS = ["2025-10-31 15:00:00", "2025-11-01 23:30:00", "2025-12-18 09:00:00", "2025-12-31 23:59:59",
          "2026-01-01 00:00:00", "2026-02-26 12:00:00", "2026-03-06 15:00:00", "2026-03-07 23:59:59",
          "2026-07-01 10:00:00", "2026-09-22 10:00:00", "2028-02-28 10:00:00"]  # fmt: skip
HOURS = [24, 48, 72, 96, 72 + 14 * 24]
DAYS = [2, 3, 4, 7, 10, 14, 21, 28, 30, 44, 60, 90]


def near_a_limit(pick, start: datetime) -> str | None:
    """A moment on, just inside or just past one of the limits; sometimes without time, sometimes absent."""
    kind = pick.random()
    if kind < 0.08:
        return None
    if kind < 0.16:  # the end of a day, or the second after it: where a wait or a day clock runs out
        day = start + timedelta(days=pick.choice([7, 8, 14, 15, 17, 18]))
        return (day.replace(hour=23, minute=59, second=59) + timedelta(seconds=pick.choice([0, 1]))).isoformat(" ")
    if kind < 0.5:
        moment = start + timedelta(hours=pick.choice(HOURS), seconds=pick.choice([-3601, -1, 0, 1, 3600]))
    else:
        moment = start + timedelta(days=pick.choice(DAYS) + pick.choice([-1, 0, 0, 1]))
    if pick.random() < 0.03:
        moment = start - timedelta(hours=5)
    text = moment.strftime("%Y-%m-%d %H:%M:%S")
    return text[:10] if pick.random() < 0.06 else text


def random_cases(table: str, count: int, seed: int = 7) -> list[dict]:
    """Rows of a source table with every code drawn at random and every moment near a limit."""
    pick = random.Random(f"{seed} {table}")
    rows = []
    for number in range(count):
        start = datetime.fromisoformat(pick.choice(STARTS))
        row = {"case_id": f"{table[0].upper()}{number:05d}", "member_id": pick.choice(["M1", "M1", "M2"])}
        for column in load_source_tables()[table].columns:
            if column.kind == "code":
                row[column.name] = pick.choice(column.values)
            elif column.kind == "flag":
                row[column.name] = pick.choice("YN")
            elif column.kind == "moment":
                row[column.name] = near_a_limit(pick, start)
            elif column.kind == "date":
                row[column.name] = (near_a_limit(pick, start) or "")[:10] or None
        first = "overturn_received_at" if table == "effectuations" else "received_at"
        row[first] = str(start) if pick.random() > 0.05 else str(start)[:10]
        if table == "reductions":
            row["decided_at"] = str(start)
        if row.get("status") in ("pending", "withdrawn"):
            row["determination"] = None
        rows.append(row)
    return rows


def kept(table: str, row: dict) -> bool:
    """Withdrawn cases, and grievances dismissed, have no clock."""
    return row.get("status") not in ("withdrawn", "dismissed")


def expected(table: str, typed) -> set[tuple[str, str, str]]:
    lines = {"M1": "AIP", "M2": "MEDICAID_438"}
    return {
        (row["case_id"], clock, verdict)
        for row in typed.to_pylist() if kept(table, row)
        for clock, verdict in ORACLES[table](row, lines[row["member_id"]], AS_OF).items()
    }  # fmt: skip


@pytest.mark.parametrize("engine_name", ENGINES)
@pytest.mark.parametrize("table", sorted(ORACLES))
def test_every_engine_agrees_with_the_oracle(table, engine_name):
    typed = source_table(table, random_cases(table, 3000 if engine_name == "DuckDB" else 600))
    with open_engine(engine_name) as engine:
        found = source_verdicts(table, {table: typed, "members": members()}, None, AS_OF, engine=engine)
    got = set(zip(found["case_id"], found["clock"], found["verdict"]))
    wanted = expected(table, typed)
    assert got == wanted, f"only engine: {sorted(got - wanted)[:5]}; only oracle: {sorted(wanted - got)[:5]}"
