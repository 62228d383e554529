"""A few invented findings for the desk's tests: two conditions, three cases, one clock each."""

import pandas as pd

from auditkit.findings.collect import finding_id

LATE, FORMAT = "AIP-IOD-STD-PA", "F07"


def finding(
    rule: str, case: str, row: int, found: str, severity: str = "error", sentence: str = "Too late."
) -> dict:
    return {
        "finding_id": finding_id(rule, "OD", case), "kind": "clock", "severity": severity, "rule": rule,
        "table": "OD", "row": row, "column_name": "decision", "case_id": case, "found": found,
        "expected": "by 2026/07/15", "sentence": sentence, "citation": "42 CFR 422.631(d)(2)(i)(B)(2)",
    }  # fmt: skip


def three_findings() -> pd.DataFrame:
    """Two late determinations (a condition of two cases) and one faulty identifier (a condition of one)."""
    return pd.DataFrame([
        finding(LATE, "A1", 1, "2026/07/16"),
        finding(LATE, "A2", 2, "2026/07/22"),
        finding(FORMAT, "A3", 3, "1EG4", severity="warning", sentence="This is no identifier."),
    ])  # fmt: skip


def verdict(case: str, row: int, stop: str, margin: float) -> dict:
    """The decision clock of one case, received 8 July 2026 and due after seven calendar days."""
    return {
        "table": "OD", "row": row, "case_id": case, "clock": "decision", "rule": LATE,
        "clock_start": "2026/07/08", "start_reason": "receipt",
        "clock_stop": stop, "stop_reason": "written notice", "taken": 7 - margin,
        "limit": "7 calendar days", "extension": "none", "deadline": "2026/07/15", "verdict": "late",
        "margin": margin, "margin_unit": "days", "reason": "stopped after the deadline",
        "citation": "42 CFR 422.631(d)(2)(i)(B)(2)",
    }  # fmt: skip


def two_verdicts() -> pd.DataFrame:
    """The clocks of A1, decided a day late, and A2, decided a week late."""
    return pd.DataFrame([verdict("A1", 1, "2026/07/16", -1.0), verdict("A2", 2, "2026/07/22", -7.0)])
