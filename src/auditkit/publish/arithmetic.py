"""Clock verdicts in a workbook: each case's arithmetic in a sentence, and counts by rule."""

import pandas as pd

VERDICTS = ("timely", "late", "pending", "not_testable", "not_applicable")


def with_arithmetic(verdicts: pd.DataFrame) -> pd.DataFrame:
    """Give the verdicts with the column `arithmetic`: start + limit = deadline, stop, margin, verdict."""
    names = [
        "clock_start",
        "start_reason",
        "clock_stop",
        "stop_reason",
        "limit",
        "extension",
        "deadline",
        "verdict",
        "margin",
        "margin_unit",
        "reason",
    ]
    columns = [verdicts[name].tolist() for name in names]
    return verdicts.assign(arithmetic=[_sentence(*values) for values in zip(*columns, strict=True)])


def _sentence(
    start, start_reason, stop, stop_reason, limit, extension, deadline, verdict, margin, unit, reason
) -> str:
    if not _given(deadline):
        return f"Verdict {_words(verdict)}: {reason}."
    longer = str(extension).removeprefix("taken, ")
    taken = f" + extension of {longer}" if str(extension).startswith("taken") else ""
    because = f" ({start_reason})" if _given(start_reason) else ""
    due = f"{start}{because} + {limit}{taken} = due by {deadline}."
    if not _given(stop):
        return f"{due} No stop recorded: {_words(verdict)}."
    stopped = f" Stopped {stop}" + (f" ({stop_reason})" if _given(stop_reason) else "")
    return f"{due}{stopped}: {_words(verdict)}{_by(verdict, margin, unit)}."


def _given(value: object) -> bool:
    return not pd.isna(value) and str(value) not in ("", "None")


def _words(verdict: str) -> str:
    return str(verdict).replace("_", " ")


def _by(verdict: str, margin: object, unit: str) -> str:
    if verdict not in ("timely", "late") or pd.isna(margin):
        return ""
    size = abs(float(margin))
    words = f"{size:g} {unit if size != 1 else unit[:-1]}"
    return f" by {words}" if verdict == "late" else f", {words} to spare"


def summary_by_rule(verdicts: pd.DataFrame) -> pd.DataFrame:
    """Give one row a table, clock and rule: cases by verdict, and the share timely of those judged.

    The share counts timely and late cases only; it is missing where none was judged.
    """
    keys = ["table", "clock", "rule"]
    counted = verdicts.groupby([*keys, "verdict"], sort=True, dropna=False).size().unstack(fill_value=0)
    counted = counted.reindex(columns=list(VERDICTS), fill_value=0).reset_index()
    judged = counted["timely"] + counted["late"]
    counted["share_timely"] = (counted["timely"] / judged.where(judged > 0)).astype("float64")
    first = verdicts.groupby(keys, dropna=False)[["limit", "citation"]].first().reset_index()
    counted = counted.merge(first, on=keys, how="left").rename_axis(columns=None)
    counted["cases"] = counted[list(VERDICTS)].sum(axis=1)
    return counted[[*keys, "limit", "cases", *VERDICTS, "share_timely", "citation"]]
