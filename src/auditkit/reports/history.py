"""What was reported for earlier periods, and how this run's numbers compare with it."""

import re
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from auditkit.errors import InputError
from auditkit.sources.readers import read_text_table

COLUMNS = ("report", "unit", "period", "code", "value")
_PERIOD = re.compile(r"(20\d\d)(?:Q([1-4]))?")


def read_history(path: Path) -> pd.DataFrame:
    """Give what was reported earlier: report, unit, period, code, value (a number).

    path: a CSV with exactly those columns; period is 2025 or 2025Q4, unit a contract, a program or `all`.
    Raises InputError naming line and column when a cell cannot be read or a line stands there twice.
    """
    read = read_text_table(path)
    if tuple(read.table.column_names) != COLUMNS:
        raise InputError(
            f"{path.name}: the columns must be {', '.join(COLUMNS)}, in that order; mend the first line."
        )
    if read.bad_lines:
        raise InputError(
            f"{path.name}: line {read.bad_lines[0][0]} does not have {len(COLUMNS)} cells; mend it."
        )
    frame = read.table.to_pandas()
    for place, row in enumerate(frame.itertuples(index=False), start=2):
        if not _PERIOD.fullmatch(row.period):
            raise InputError(
                f"{path.name}, line {place}, column period: must be a year or a quarter such as 2025Q4."
            )
        if not re.fullmatch(r"\d+(\.\d+)?", row.value):
            raise InputError(
                f"{path.name}, line {place}, column value: must be a number such as 12 or 86.25."
            )
    twice = frame.duplicated(list(COLUMNS[:4]))
    if twice.any():
        raise InputError(
            f"{path.name}, line {int(twice.idxmax()) + 2}: this number stands there before; keep one."
        )
    return frame.assign(value=frame["value"].astype("float64"))


def no_history() -> pd.DataFrame:
    """The history of a plan that gives none: no rows."""
    return pd.DataFrame({name: pd.Series(dtype="float64" if name == "value" else "str") for name in COLUMNS})


def period_before(period: str) -> str:
    """The period before: 2025 of 2026, 2025Q4 of 2026Q1."""
    year, quarter = _PERIOD.fullmatch(period).groups()
    if quarter is None:
        return str(int(year) - 1)
    return f"{int(year) - 1}Q4" if quarter == "1" else f"{year}Q{int(quarter) - 1}"


def compared(elements: pd.DataFrame, history: pd.DataFrame, codes: Sequence[str]) -> pd.DataFrame:
    """This run's numbers beside those reported for the period before.

    elements: the long form of reports (report, code, name, kind, unit, period, value). codes: which to show.
    Gives report, unit, code, name, kind, period, value, period_before, value_before, change (missing where
    either number is).
    """
    shown = elements[elements["code"].isin(codes)]
    shown = shown[["report", "unit", "code", "name", "kind", "period", "value"]].reset_index(drop=True)
    shown["period_before"] = [period_before(period) for period in shown["period"]]
    earlier = history.rename(columns={"period": "period_before", "value": "value_before"})
    both = shown.merge(earlier, on=["report", "unit", "code", "period_before"], how="left")
    return both.assign(change=(both["value"] - both["value_before"]).round(6))
