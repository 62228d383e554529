"""A report's results as people read them: units side by side, numbers in words' places, checks that fail."""

import pandas as pd

from auditkit.rules.describe import PROGRAM_NAMES
from auditkit.rules.report_catalogue import Report

_ABOUT = ("code", "name", "kind")
_UNIT_WORDS = {**PROGRAM_NAMES, "all": "All", "not known": "Member not known"}


def wide_elements(elements: pd.DataFrame) -> pd.DataFrame:
    """One row an element, one column of numbers a unit (and period, where there are several).

    elements: as `compute.ReportResult.elements`, of one report. Gives code, name, kind, the units in their
    order with `All` last, text (of elements that state something), state, reason, definition, verification.
    A missing number has its reason in state and reason.
    """
    periods = list(dict.fromkeys(elements["period"]))
    headers = elements["unit"].map(_UNIT_WORDS).fillna(elements["unit"])
    if len(periods) > 1:
        headers = headers + " " + elements["period"]
    frame = elements.assign(header=headers)
    order = [header for period in periods for header in dict.fromkeys(frame.loc[frame["period"] == period, "header"])]
    wide = frame.pivot(index="code", columns="header", values="value")[order]
    told = frame.sort_values("reason", key=lambda reason: reason != "", ascending=False, kind="stable")
    told = told.drop_duplicates("code").set_index("code")
    first = frame.drop_duplicates("code").set_index("code")[["name", "kind"]]
    after = told[["text", "state", "reason", "definition", "verification"]]
    return first.join(wide).join(after).reset_index()


def shown_elements(elements: pd.DataFrame, report: Report) -> pd.DataFrame:
    """The same for a page, as text: counts whole, percent with its sign and decimals, words where a number is missing.

    A missing number shows "not computed" or, where a denominator is zero or no case is there, "none".
    """
    places = {element.code: element.round for element in report.elements}
    texts = [
        row.text if row.kind == "text" and row.state == "computed" else _shown(row, places[row.code])
        for row in elements.itertuples()
    ]
    wide = wide_elements(elements.assign(value=texts))
    return wide.drop(columns=["kind", "text", "state", "reason", "definition", "verification"])


def _shown(row, places: int | None) -> str:
    if pd.isna(row.value):
        return "none" if row.state == "computed" else row.state
    if places is None:
        places = 0 if float(row.value).is_integer() else 2
    return f"{row.value:,.{places}f}{'%' if row.kind == 'percent' else ''}"


def failed_checks(checks: pd.DataFrame) -> pd.DataFrame:
    """The checks that fail, with unit and period in words."""
    failed = checks[checks["result"] == "fails"]
    units = failed["unit"].map(_UNIT_WORDS).fillna(failed["unit"])
    columns = ["check", "unit", "period", "kind", "left", "right", "difference", "sentence"]
    return failed.assign(unit=units)[columns].reset_index(drop=True)
