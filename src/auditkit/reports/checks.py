"""The checks of a report: relations between its elements, tested for every unit and period."""

from collections.abc import Mapping
from fractions import Fraction

import pandas as pd

from auditkit.rules.formulas import formula_value, parse_formula
from auditkit.rules.report_catalogue import Check, Report

CHECK_COLUMNS = (
    "report", "check", "unit", "period", "left", "right", "difference", "result", "sentence", "kind",
    "relation",
)  # fmt: skip
_TESTS = {"=": lambda gap: gap == 0, "<=": lambda gap: gap <= 0, ">=": lambda gap: gap >= 0}


def check_rows(report: Report, unit: str, period: str, values: Mapping[str, Fraction | None]) -> list[dict]:
    """Every check of a report for one unit and period.

    values: value of each element by code; None where it was not computed. A check that lacks a value is
    `not checked`, never `holds`.
    """
    return [_row(report, check, unit, period, values) for check in report.checks]


def check_frame(rows: list[dict]) -> pd.DataFrame:
    """Check rows as a frame of CHECK_COLUMNS; left, right and difference are numbers or missing."""
    numbers = dict.fromkeys(("left", "right", "difference"), "float64")
    return pd.DataFrame(rows, columns=list(CHECK_COLUMNS)).astype(numbers)


def _row(report: Report, check: Check, unit: str, period: str, values: Mapping[str, Fraction | None]) -> dict:
    codes = [element.code for element in report.elements]
    left, right = (formula_value(parse_formula(side, codes), values) for side in (check.left, check.right))
    gap = None if left is None or right is None else left - right
    result = "not checked" if gap is None else "holds" if _TESTS[check.is_](gap) else "fails"
    return {
        "report": report.id, "check": check.id, "unit": unit, "period": period, "left": number(left),
        "right": number(right), "difference": number(gap), "result": result, "sentence": check.sentence,
        "kind": check.kind, "relation": f"{check.left} {check.is_} {check.right}",
    }  # fmt: skip


def number(value: Fraction | None) -> float | None:
    """A fraction as the number tables hold."""
    return None if value is None else float(value)
