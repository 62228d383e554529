"""A report's results as people read them: units side by side, numbers in words' places, checks that fail."""

import pandas as pd

from auditkit.rules.describe import PROGRAM_NAMES
from auditkit.rules.report_catalogue import VERIFICATIONS, Report

_ABOUT = ("code", "name", "kind")
_UNIT_WORDS = {**PROGRAM_NAMES, "all": "All", "not known": "Member not known"}


def wide_elements(elements: pd.DataFrame) -> pd.DataFrame:
    """One row an element, one column of numbers a unit (and period, where there are several).

    elements: as `compute.ReportResult.elements`, of one report. Gives code, name, kind, the units in their
    order with `All` last, text (of elements that state something), state, reason, definition and
    verification (in words).
    A missing number has its reason in state and reason.
    """
    periods = list(dict.fromkeys(elements["period"]))
    headers = elements["unit"].map(_UNIT_WORDS).fillna(elements["unit"])
    if len(periods) > 1:
        headers = headers + " " + elements["period"]
    frame = elements.assign(header=headers)
    by_period = [frame.loc[frame["period"] == period, "header"] for period in periods]
    order = [header for headers_of in by_period for header in dict.fromkeys(headers_of)]
    wide = frame.pivot(index="code", columns="header", values="value")[order]
    told = frame.sort_values("reason", key=lambda reason: reason != "", ascending=False, kind="stable")
    told = told.drop_duplicates("code").set_index("code")
    first = frame.drop_duplicates("code").set_index("code")[["name", "kind"]]
    after = told[["text", "state", "reason", "definition", "verification"]].copy()
    after["verification"] = after["verification"].map(VERIFICATIONS)
    return first.join(wide).join(after).reset_index()


def shown_numbers(elements: pd.DataFrame, report: Report) -> pd.DataFrame:
    """The computed numbers of one report for a page, as text: counts whole, percent with sign and decimals.

    Elements that are text, or not computed, are left out; a number without a denominator shows "none".
    """
    places = {element.code: element.round for element in report.elements}
    numbers = elements[(elements["state"] == "computed") & (elements["kind"] != "text")]
    if numbers.empty:
        return pd.DataFrame(columns=["code", "name"])
    shown = numbers.assign(value=[_shown(row, places[row.code]) for row in numbers.itertuples()])
    beside = ["kind", "text", "state", "reason", "definition", "verification"]
    return wide_elements(shown).drop(columns=beside)


def stated_texts(elements: pd.DataFrame) -> pd.DataFrame:
    """What elements of kind text state: code, name and text."""
    texts = elements[(elements["kind"] == "text") & (elements["state"] == "computed")]
    return texts.drop_duplicates("code")[["code", "name", "text"]].reset_index(drop=True)


def reasons_not_computed(elements: pd.DataFrame) -> pd.DataFrame:
    """The elements that were not computed: code, name and reason."""
    absent = elements[elements["state"] != "computed"]
    return absent.drop_duplicates("code")[["code", "name", "reason"]].reset_index(drop=True)


def _shown(row, places: int | None) -> str:
    if pd.isna(row.value):
        return "none"
    if places is None:
        places = 0 if float(row.value).is_integer() else 2
    return f"{row.value:,.{places}f}{'%' if row.kind == 'percent' else ''}"


def failed_checks(checks: pd.DataFrame) -> pd.DataFrame:
    """The checks that fail, with unit and period in words."""
    failed = checks[checks["result"] == "fails"]
    units = failed["unit"].map(_UNIT_WORDS).fillna(failed["unit"])
    columns = ["check", "unit", "period", "kind", "left", "right", "difference", "sentence"]
    return failed.assign(unit=units)[columns].reset_index(drop=True)
