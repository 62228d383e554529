"""A small OD universe for the tests of the mock audit: six cases of two contracts, told in one place."""

import pandas as pd

from auditkit.oversight.audit_cases import audit_cases
from auditkit.rules.audit_elements import load_audit_rules
from auditkit.rules.layouts import load_layouts

RULES = load_audit_rules()
OD = load_layouts()["OD"]


def universe(*cases: dict) -> pd.DataFrame:
    """An OD universe; what a case does not say is an approved standard request of E1 under H9901."""
    usual = {column.id: "None" for column in OD.columns}
    usual |= {"C": "E1", "D": "H9901", "M": "Approved", "N": "S", "O": "N", "X": "N"}
    rows = [usual | {"G": case["case_id"]} | case for case in cases]
    return pd.DataFrame(rows).assign(extract="um.csv", extract_row=range(2, len(rows) + 2))


def verdict(row: int, case_id: str, **facts) -> dict:
    """A standard request received 2026/07/01, limit 7 days, answered on 2026/07/03: 5 days to spare."""
    return {
        "table": "OD",
        "row": row,
        "case_id": case_id,
        "clock": "decision",
        "rule": "AIP-IOD-STD-PA",
        "clock_start": "2026/07/01",
        "start_reason": "receipt",
        "clock_stop": "2026/07/03",
        "stop_reason": "written notice",
        "taken": 2.0,
        "limit": "7 calendar days",
        "extension": "none",
        "deadline": "2026/07/08",
        "verdict": "timely",
        "margin": 5.0,
        "margin_unit": "days",
        "reason": "stopped within the limit",
        "citation": "42 CFR 422.631(d)(2)(i)(B)(2)",
    } | facts


def late(row: int, case_id: str, days: int = 1, **facts) -> dict:
    """The same request answered `days` after 2026/07/08."""
    return (
        verdict(
            row,
            case_id,
            clock_stop=f"2026/07/{8 + days:02}",
            taken=7.0 + days,
            verdict="late",
            margin=-float(days),
            reason="stopped after the deadline",
        )
        | facts
    )


def finding(row: int, severity: str = "error", rule: str = "X05", **facts) -> dict:
    """A fault a universe check found on a row."""
    return {
        "table": "OD",
        "row": row,
        "column_id": "T",
        "column_name": "Date written notification",
        "rule": rule,
        "severity": severity,
        "found": "None",
        "expected": "a date",
        "sentence": "The notice has no date.",
        "citation": "house rule",
        "case_id": "",
    } | facts


def cases_of(frame: pd.DataFrame) -> pd.DataFrame:
    return audit_cases(frame, OD, RULES)


def frame_of(rows: list[dict], like: dict) -> pd.DataFrame:
    """The rows as a frame that has its columns also when there are no rows."""
    return pd.DataFrame(rows, columns=list(like))
