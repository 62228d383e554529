"""Verdicts in the forms people read: CMS dates and times, limits and reasons in words."""

import numpy as np
import pandas as pd

from auditkit.rules.timeframes import load_timeframes
from auditkit.sources.moments import EPOCH

REASONS = {
    "inside": "stopped within the limit",
    "outside": "stopped after the deadline",
    "open after the deadline": "no stop recorded, and the deadline has passed on the as-of date",
    "open": "no stop recorded; not judged as open past its deadline",
    "dismissed": "dismissed: reported, not tested (policy 'dismissals')",
    "no rule fits": "no timeframe rule of this program fits the case, or its priority, item or determination cannot be read",
    "start unreadable": "the cell that starts the clock cannot be read",
    "start missing": "the moment that starts the clock is missing",
    "stop unreadable": "a cell that may stop the clock cannot be read",
    "start time missing": "an hour clock needs the time of day at its start; it is missing",
    "stop time missing": "an hour clock needs the time of day at its stop; it is missing",
    "stop before receipt": "the stop lies before the receipt of the request",
    "extension time missing": "the time of the extension notice is missing, and the verdict depends on it",
}

VERDICT_COLUMNS = (
    "table", "row", "case_id", "clock", "rule", "clock_start", "start_reason", "clock_stop", "stop_reason",
    "taken", "limit", "extension", "deadline", "verdict", "margin", "margin_unit", "reason", "citation",
)  # fmt: skip
"""The columns of `verdict_frame`: row is a whole number, taken and margin are numbers, all others text."""

_MISSING = np.iinfo(np.int64).min


def verdict_frame(raw: pd.DataFrame, table: str, time_zone: str) -> pd.DataFrame:
    """The engine's verdicts, one row a case and clock, in text a person can check by hand.

    raw: rows of clocks/sql/5_verdicts.sql.
    table: source table or universe the cases came from.
    Gives the columns table, row, case_id, clock, rule, clock_start, start_reason, clock_stop,
    stop_reason, taken (from start to stop), limit, extension, deadline, verdict, margin (negative:
    late by), margin_unit (of taken and margin: days or hours), reason, citation.
    """
    hours = raw["limit_seconds"].notna()
    margin = raw["margin_days"].astype("Float64").where(~hours, raw["margin_seconds"].astype("Float64") / 3600)
    taken = (raw["stop_day"] - raw["start_day"]).astype("Float64")
    taken = taken.where(~hours, (raw["stop_sec"] - raw["start_sec"]).astype("Float64") / 3600)
    reason = raw["result"].map(REASONS).fillna(raw["result"])
    settled = " (the dates alone show more than the limit)"
    return pd.DataFrame({
        "table": table,
        "row": raw["case_row"],
        "case_id": raw["case_id"],
        "clock": raw["clock"],
        "rule": raw["rule"].fillna(""),
        "clock_start": moment_text(raw["start_day"], raw["start_sec"], hours, time_zone),
        "start_reason": raw["start_reason"].fillna(""),
        "clock_stop": moment_text(raw["stop_day"], raw["stop_sec"], hours, time_zone),
        "stop_reason": raw["stop_reason"].where(raw["stop_day"].notna(), "").fillna(""),
        "taken": taken.round(4),
        "limit": _limit_text(raw),
        "extension": _extension_text(raw),
        "deadline": moment_text(raw["deadline_day"], raw["deadline_sec"], hours, time_zone),
        "verdict": raw["verdict"],
        "margin": margin.round(4),
        "margin_unit": np.where(hours, "hours", "days"),
        "reason": reason.where(raw["late_by_dates_alone"] == 0, reason + settled),
        "citation": raw["rule"].map(_citations()).fillna(""),
    })  # fmt: skip


def moment_text(day: pd.Series, second: pd.Series, with_time: pd.Series, time_zone: str) -> pd.Series:
    """CCYY/MM/DD, with HH:MM:SS where the clock counts hours and the time is known; empty when missing."""
    text = _by_value(day, lambda days: pd.Timestamp(EPOCH) + pd.to_timedelta(days, unit="D"), "%Y/%m/%d")
    local = _by_value(
        second,
        lambda seconds: pd.to_datetime(seconds, unit="s", utc=True).tz_convert(time_zone),
        "%Y/%m/%d %H:%M:%S",
    )
    return text.where(~(with_time & second.notna()), local)


def _by_value(numbers: pd.Series, to_time, form: str) -> pd.Series:
    """Formats each distinct number once; a missing number gives empty text."""
    distinct, where = np.unique(numbers.to_numpy("int64", na_value=_MISSING), return_inverse=True)
    known = distinct != _MISSING
    texts = np.full(len(distinct), "", dtype=object)
    texts[known] = pd.DatetimeIndex(to_time(distinct[known])).strftime(form)
    return pd.Series(texts[where], index=numbers.index, dtype="str")


def _limit_text(raw: pd.DataFrame) -> pd.Series:
    days = _words(raw["limit_days"], lambda n: f"{n} calendar days")
    return days.where(days != "", _words(raw["limit_seconds"], lambda n: f"{n // 3600} hours"))


def _extension_text(raw: pd.DataFrame) -> pd.Series:
    taken = _words(raw["extension_days"], lambda n: f"taken, {n} calendar days")
    return raw["extension"].fillna("").where(raw["extension"] != "taken", taken)


def _words(numbers: pd.Series, words) -> pd.Series:
    """A phrase for each number; empty text for a missing one."""
    distinct, where = np.unique(numbers.to_numpy("int64", na_value=_MISSING), return_inverse=True)
    phrases = np.array(["" if n == _MISSING else words(n) for n in distinct], dtype=object)
    return pd.Series(phrases[where], index=numbers.index, dtype="str")


def _citations() -> dict[str, str]:
    return {rule.id: rule.cite for rule in load_timeframes().values()}
