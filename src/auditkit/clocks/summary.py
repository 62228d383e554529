"""Verdicts counted: by rule, by week, by delegate, by margin."""

import numpy as np
import pandas as pd

VERDICTS = ("timely", "late", "pending", "not_testable", "not_applicable")


def by_rule(verdicts: pd.DataFrame) -> pd.DataFrame:
    """One row a table, clock and rule: its limit, cases by verdict, and the share timely.

    percent_timely is timely of timely and late, in percent with one decimal rounded down, so
    that 100.0 means every case; missing when no case was tested. No pass mark is applied.
    """
    keys = ["table", "clock", "rule"]
    told = verdicts.groupby(keys, dropna=False)[["limit", "citation"]].max().reset_index()
    counts = told.merge(_counts(verdicts, keys), on=keys)
    return _with_percent(counts[[*keys, "limit", "cases", *VERDICTS, "citation"]])


def by_rule_together(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """The `by_rule` of all verdicts from that of each part of them."""
    keys = ["table", "clock", "rule"]
    how = {"limit": "max", "cases": "sum", **dict.fromkeys(VERDICTS, "sum"), "citation": "max"}
    return _with_percent(pd.concat(parts).groupby(keys, dropna=False).agg(how).reset_index())


def by_delegate(verdicts: pd.DataFrame, delegates: pd.Series) -> pd.DataFrame:
    """One row a delegate and one for the plan itself.

    delegates: name of the delegate by case_id; missing means the plan processed the case.
    """
    name = verdicts["case_id"].map(delegates).fillna("the plan itself")
    return _with_percent(_counts(verdicts.assign(delegate=name), ["delegate"]))


def by_week(verdicts: pd.DataFrame) -> pd.DataFrame:
    """One row a week in which clocks started (Monday): cases by verdict, median and slowest days taken.

    Hour clocks are shown in days of 24 hours.
    """
    started = pd.to_datetime(verdicts["clock_start"].str[:10], format="%Y/%m/%d")
    monday = (started - pd.to_timedelta(started.dt.weekday, unit="D")).dt.strftime("%Y-%m-%d")
    days = verdicts["taken"].astype("float64") / np.where(verdicts["margin_unit"] == "hours", 24, 1)
    rows = verdicts.assign(week=monday, days=days).dropna(subset=["week"])
    counts = _counts(rows, ["week"])
    taken = rows.groupby("week")["days"].agg(median="median", slowest="max").round(2).reset_index()
    return counts.merge(taken, on="week").sort_values("week", ignore_index=True)


def margins(verdicts: pd.DataFrame, unit: str = "days") -> pd.DataFrame:
    """How many cases ended how many whole days (or hours) before their deadline; below zero is late."""
    tested = verdicts[verdicts["verdict"].isin(["timely", "late"]) & (verdicts["margin_unit"] == unit)]
    whole = np.floor(tested["margin"].dropna().astype("float64")).astype("int64")
    return whole.value_counts().sort_index().rename_axis("margin").reset_index(name="cases")


def _counts(verdicts: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    table = verdicts.groupby([*keys, "verdict"], dropna=False).size().unstack("verdict", fill_value=0)
    table = table.reindex(columns=list(VERDICTS), fill_value=0).astype("int64")
    table.insert(0, "cases", table.sum(axis=1))
    return table.rename_axis(columns=None).reset_index()


def _with_percent(counts: pd.DataFrame) -> pd.DataFrame:
    tested = counts["timely"] + counts["late"]
    # rounded down: 99.96 percent is not shown as 100
    share = np.floor(1000 * counts["timely"] / tested.where(tested > 0)) / 10
    return counts.assign(percent_timely=share)

