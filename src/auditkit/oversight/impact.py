"""Impact of what was found: every enrollee a condition touched, how late, under which contract and delegate.

A condition is one rule that was not kept: a timeframe (late cases) or a check of a universe (rows with an
error). CMS asks for the impact of a condition over all its cases of the period, not over the sample.
"""

from collections.abc import Mapping
from datetime import date

import numpy as np
import pandas as pd

from auditkit.clocks.explain import margin_words

CASE_COLUMNS = (
    "condition",
    "table",
    "row",
    "case_id",
    "enrollee",
    "contract",
    "delegate",
    "days_late",
    "late_by",
    "still_open",
    "told",
    "citation",
)


def impact_cases(
    verdicts: pd.DataFrame, findings: pd.DataFrame, people: pd.DataFrame, as_of: date
) -> pd.DataFrame:
    """One row a condition and case touched, with CASE_COLUMNS.

    verdicts: all clocks of the period, as `clocks.wording` gives them; the late ones are taken, in a universe
        or not. findings: of the universe checks, with case_id; the errors are taken.
    people: table, row, enrollee, contract, delegate of every case that may be touched.
    as_of: day to which an open case's delay is counted.

    days_late: days, or begun days of 24 hours, after the deadline; missing for a check. late_by: the same
    exactly, in words. still_open: yes where no stop is recorded. told, citation: the clock's or the check's
    own words and law.
    """
    late = verdicts[verdicts["verdict"] == "late"]
    errors = findings[(findings["severity"] == "error") & (findings["row"] > 0)]
    clocks = pd.DataFrame(
        {
            "condition": "late: " + late["rule"],
            "table": late["table"],
            "row": late["row"],
            "case_id": late["case_id"],
            "days_late": days_late(late, as_of),
            "late_by": [_late_by(*one) for one in zip(late["margin"], late["margin_unit"], late["deadline"])],
            "still_open": (late["clock_stop"] == "").map({True: "yes", False: "no"}),
            "told": late["clock"] + ": " + late["reason"],
            "citation": late["citation"],
        }
    )
    checks = pd.DataFrame(
        {
            "condition": "check: " + errors["table"] + " " + errors["rule"],
            "table": errors["table"],
            "row": errors["row"],
            "case_id": errors["case_id"],
            "days_late": pd.Series(pd.NA, index=errors.index, dtype="Int64"),
            "late_by": "",
            "still_open": "",
            "told": errors["column_name"] + ": " + errors["sentence"],
            "citation": errors["citation"],
        }
    )
    both = [part for part in (clocks, checks) if len(part)]
    if not both:
        return pd.DataFrame(columns=CASE_COLUMNS)
    touched = pd.concat(both, ignore_index=True).merge(
        people[["table", "row", "enrollee", "contract", "delegate"]], on=["table", "row"], how="left"
    )
    for name in ("contract", "delegate"):
        touched[name] = touched[name].fillna("not known")
    # Two cases whose enrollee is not known may be two people, and are counted as two.
    nobody = "not known: " + touched["table"] + " " + touched["row"].astype("str")
    touched["enrollee"] = touched["enrollee"].where(touched["enrollee"].notna(), nobody)
    touched = touched.sort_values(["condition", "table", "row"], kind="stable", ignore_index=True)
    return touched[list(CASE_COLUMNS)]


def days_late(late: pd.DataFrame, as_of: date) -> pd.Series:
    """Whole days from deadline to stop, or to `as_of` where there is none; a begun day counts as one."""
    hours = late["margin_unit"] == "hours"
    stopped = -late["margin"].astype("float64") / hours.map({True: 24, False: 1})
    due = pd.to_datetime(late["deadline"].str[:10], format="%Y/%m/%d", errors="coerce")
    open_days = (pd.Timestamp(as_of) - due).dt.days.astype("float64")
    return np.ceil(stopped.where(late["margin"].notna(), open_days)).astype("Int64")


def _late_by(margin: float, unit: str, deadline: str) -> str:
    """'1 day', '2 hours 5 minutes', '1 second'; an open case says since when it is due."""
    if pd.isna(margin):
        return f"open since its deadline, {deadline}"
    return margin_words(-margin, unit)


def impact_by_condition(
    touched: pd.DataFrame, verdicts: pd.DataFrame, rows: Mapping[str, int]
) -> pd.DataFrame:
    """One row a condition: cases under it, cases and enrollees touched, how late, contracts, delegates.

    touched: as `impact_cases`. verdicts: all clocks of the period. rows: rows of each universe.
    `told` is what was said of the first case. `cases_under_it` counts the cases to which the rule applied:
    clocks under the timeframe, or rows checked.
    """
    applies = verdicts[verdicts["verdict"] != "not_applicable"].groupby("rule").size()
    grouped = touched.groupby("condition", sort=True)
    counted = grouped.agg(
        cases=("row", "size"),
        enrollees=("enrollee", "nunique"),
        still_open=("still_open", _yes),
        median_days_late=("days_late", "median"),
        most_days_late=("days_late", "max"),
        contracts=("contract", _listed),
        delegates=("delegate", _listed),
        told=("told", "first"),
        citation=("citation", "first"),
        first_table=("table", "first"),
    ).reset_index()
    under = [
        int(applies.get(name.removeprefix("late: "), 0)) if name.startswith("late: ") else rows.get(table, 0)
        for name, table in zip(counted["condition"], counted["first_table"])
    ]
    counted.insert(1, "cases_under_it", under)
    return counted.drop(columns="first_table")


def impact_by_enrollee(touched: pd.DataFrame) -> pd.DataFrame:
    """One row an enrollee: cases touched, conditions, most days late; those touched most often first."""
    cases = touched["table"] + " " + touched["row"].astype("str")
    grouped = touched.assign(case=cases).groupby("enrollee", sort=True)
    counted = grouped.agg(
        contracts=("contract", _listed),
        cases=("case", "nunique"),
        conditions=("condition", _listed),
        most_days_late=("days_late", "max"),
    ).reset_index()
    return counted.sort_values(
        ["cases", "enrollee"], ascending=[False, True], kind="stable", ignore_index=True
    )


def _yes(values: pd.Series) -> int:
    return int((values == "yes").sum())


def _listed(values: pd.Series) -> str:
    """'H9901 (3), H9902 (1)': each value with its cases, the most frequent first."""
    counts = values.value_counts().rename_axis("value").reset_index(name="cases")
    counts = counts.sort_values(["cases", "value"], ascending=[False, True])
    return ", ".join(f"{one.value} ({one.cases})" for one in counts.itertuples())
