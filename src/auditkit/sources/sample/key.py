"""The answer key: every seeded fault and every boundary case, and the row of the extract that holds it."""

import csv
import io

import numpy as np

from auditkit.sources.moments import day_text
from auditkit.sources.sample.table import NONE, Table
from auditkit.sources.sample.timing import DAY

COLUMNS = (
    "defect",
    "kind",
    "table",
    "case_id",
    "member_id",
    "extract",
    "row",
    "column",
    "found_by",
    "expected",
    "rule",
    "verdict",
    "margin",
    "margin_unit",
    "population_date",
    "note",
)
"""Columns of answer_key.csv.

defect: name of the fault. kind: fault, or inside | on_limit | past_limit for a case at a limit
(inside and on_limit are no faults). table, case_id, member_id: whose. extract, row: data row from 1
(empty for a whole file). column: canonical column. found_by: intake, universe, clock or lifecycle.
expected: rule code or words. rule, verdict, margin, margin_unit: for clocks, the timeframe rule, its verdict
and the time left (negative: over the limit) in days or seconds. population_date: CCYY/MM/DD.
"""

POPULATION = {
    "authorizations": "decided_at",
    "appeals": "decided_at",
    "claims": "decided_at",
    "grievances": "resolved_at",
    "effectuations": "overturn_received_at",
    "reductions": "decided_at",
    "coverage_determinations": "decided_at",
    "redeterminations": "decided_at",
}


def fault(
    defect: str, table: str, index: int, column: str, found_by: str, expected: str, note: str = "", **more
) -> dict:
    """One entry; `index` is the row's place in the table while it is made."""
    entry = dict.fromkeys(COLUMNS, "")
    return (
        entry
        | {
            "defect": defect,
            "kind": "fault",
            "table": table,
            "index": index,
            "column": column,
            "found_by": found_by,
            "expected": expected,
            "note": note,
        }
        | more
    )


def locate(
    entries: list[dict],
    tables: dict[str, Table],
    extracts: dict[str, np.ndarray],
    rows: dict[str, np.ndarray],
) -> list[dict]:
    """Entries with extract, row, case, member and population date, in the order of the extracts.

    extracts, rows: for each table, the name of the extract and the data row of every case.
    """
    located = []
    for entry in entries:
        table, index = tables[entry["table"]], entry["index"]
        case_id = table["case_id"][index] if "case_id" in table else ""
        population = table.get(POPULATION.get(entry["table"]), None)
        when = int(population[index]) if population is not None else NONE
        located.append(
            entry
            | {
                "case_id": case_id,
                "member_id": table["member_id"][index],
                "extract": extracts[entry["table"]][index],
                "row": int(rows[entry["table"]][index]),
                "population_date": "" if when == NONE else day_text(when // DAY),
            }
        )
    return sorted(located, key=lambda e: (e["table"], e["extract"], e["row"], e["column"], e["defect"]))


def key_text(entries: list[dict]) -> str:
    """The answer key as CSV."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(entries)
    return out.getvalue()
