"""Findings of an invented run, as few columns as a test needs to say."""

import pandas as pd

from auditkit.findings.collect import COLUMNS, finding_id
from auditkit.findings.identity import Identity

DIRECTOR = Identity("Dr. Rivera", "medical director", "rivera@desk-2")
OFFICER = Identity("K. Osei", "compliance officer", "osei@desk-3")


def late(
    case: str, stop: str = "2026/07/16", rule: str = "AIP-IOD-STD-PA", severity: str = "error", row: int = 1
):
    """A case late under a rule: decided on `stop` where 2026/07/15 was the deadline."""
    return {
        "finding_id": finding_id(rule, "OD", case), "kind": "clock", "severity": severity, "rule": rule,
        "table": "OD", "row": row, "column_name": "decision", "case_id": case, "found": stop,
        "expected": "by 2026/07/15", "sentence": "Decision: stopped after the deadline.",
        "citation": "42 CFR 422.631(d)(2)(i)(B)(2)",
    }  # fmt: skip


def findings(*rows: dict) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=COLUMNS)
