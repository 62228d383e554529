"""Counts that ask for a second look before they are sent: against their own past, and per 1,000 members.

The checks and their limits stand in rules/outlier_checks.yaml. They are a house rule and call nothing wrong.
"""

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
import pyarrow as pa

from auditkit.reports.history import period_before
from auditkit.reports.periods import Span
from auditkit.rules.outlier_checks import load_outlier_checks

COLUMNS = (
    "report", "code", "name", "unit", "period", "value", "value_before", "change", "percent_change",
    "periods_before", "median_before", "modified_z", "members", "per_1000", "per_1000_all", "checks", "why",
)  # fmt: skip


def average_members(members: pa.Table, periods: Iterable[Span], programs: Sequence[str]) -> pd.DataFrame:
    """Average enrollment of each unit and period: the mean of the counts on the first day of each month.

    members: the typed source table. programs: whose members count.
    Gives unit (contract, contract with plan as "H9901-001", and `all`), period, members.
    """
    spans = members.select(
        ["member_id", "program", "contract", "pbp", "enrolled_from_day", "enrolled_to_day"]
    ).to_pandas()
    spans = spans[spans["program"].isin(programs)]
    spans = spans.assign(plan=spans["contract"] + "-" + spans["pbp"], all="all")
    rows = []
    for period in periods:
        days = [day for _, day in period.months()]
        for unit in ("contract", "plan", "all"):
            counts = pd.concat([_enrolled(spans, day, unit) for day in days], axis=1).fillna(0).mean(axis=1)
            rows += [(key, period.label, float(count)) for key, count in counts.sort_index().items()]
    return pd.DataFrame(rows, columns=["unit", "period", "members"])


def _enrolled(spans: pd.DataFrame, day: int, unit: str) -> pd.Series:
    inside = (spans["enrolled_from_day"] <= day) & ~(spans["enrolled_to_day"] < day).fillna(False)
    return spans[inside].groupby(unit)["member_id"].nunique()


def outliers(elements: pd.DataFrame, history: pd.DataFrame, members: pd.DataFrame) -> pd.DataFrame:
    """Every computed count of the run with its past, its rate per 1,000 members and the checks it fires.

    elements: the long form of reports (report, code, name, kind, unit, period, value); only counts are looked
    at. history: as `history.read_history`. members: as `average_members`.
    Gives COLUMNS; `checks` names the checks that fired, parted by blanks, `why` says them in words.
    """
    counts = elements[(elements["kind"] == "count") & elements["value"].notna()]
    keys = ["report", "code", "unit"]
    known = pd.concat([history[[*keys, "period", "value"]], counts[[*keys, "period", "value"]]])
    known = known.drop_duplicates([*keys, "period"], keep="last")
    past = {key: dict(zip(group["period"], group["value"])) for key, group in known.groupby(keys)}
    size = {(row.unit, row.period): row.members for row in members.itertuples(index=False)}
    value_of = counts.set_index([*keys, "period"])["value"].to_dict()
    rows = [_looked_at(row, past[row.report, row.code, row.unit], size, value_of)
            for row in counts.itertuples(index=False)]  # fmt: skip
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _looked_at(row, past: dict[str, float], size: dict, value_of: dict) -> dict:
    """One count with its measures and the checks it fires."""
    earlier = [past[name] for name in sorted(past) if name < row.period and len(name) == len(row.period)]
    before = past.get(period_before(row.period))
    members, everybody = size.get((row.unit, row.period)), size.get(("all", row.period))
    total = value_of.get((row.report, row.code, "all", row.period))
    looked = {
        "report": row.report, "code": row.code, "name": row.name, "unit": row.unit, "period": row.period,
        "value": row.value, "value_before": before, "change": _minus(row.value, before),
        "percent_change": round(100 * (row.value - before) / before, 1) if before else None,
        "periods_before": len(earlier), "median_before": float(np.median(earlier)) if earlier else None,
        "modified_z": modified_z(row.value, earlier), "members": round(members, 1) if members else None,
        "per_1000": _rate(row.value, members), "per_1000_all": _rate(total, everybody),
    }  # fmt: skip
    fired = [check for check in load_outlier_checks().values() if _FIRES[check.code](looked, check.limits)]
    return looked | {"checks": " ".join(check.code for check in fired),
                     "why": "; ".join(check.said() for check in fired)}  # fmt: skip


def modified_z(value: float, earlier: list[float]) -> float | None:
    """0.6745 × (value − median) / median absolute deviation; None without a past, or when it never moved.

    Iglewicz and Hoaglin (1993): unlike with a standard deviation, one odd quarter does not hide the next.
    """
    if not earlier:
        return None
    median = np.median(earlier)
    spread = np.median(np.abs(np.asarray(earlier) - median))
    return round(float(0.6745 * (value - median) / spread), 2) if spread else None


def _changed(looked: dict, limits: dict[str, float]) -> bool:
    before, change = looked["value_before"], looked["change"]
    if before is None or abs(change) <= limits["cases"]:
        return False
    return before == 0 or abs(looked["percent_change"]) > limits["percent"]


def _far_from_past(looked: dict, limits: dict[str, float]) -> bool:
    if looked["periods_before"] < limits["periods"]:
        return False
    if abs(looked["value"] - looked["median_before"]) <= limits["cases"]:
        return False
    return looked["modified_z"] is None or abs(looked["modified_z"]) > limits["score"]


def _odd_rate(looked: dict, limits: dict[str, float]) -> bool:
    rate, everywhere = looked["per_1000"], looked["per_1000_all"]
    if looked["unit"] == "all" or rate is None or not everywhere:
        return False
    expected = everywhere * looked["members"] / 1000
    if max(looked["value"], expected) < limits["cases"]:
        return False
    return rate > limits["times"] * everywhere or rate < everywhere / limits["times"]


def _fell_to_zero(looked: dict, limits: dict[str, float]) -> bool:
    return looked["value"] == 0 and (looked["value_before"] or 0) >= limits["cases"]


_FIRES = {"CHANGE": _changed, "HISTORY": _far_from_past, "PER-1000": _odd_rate, "FELL-TO-ZERO": _fell_to_zero}


def _minus(value: float, before: float | None) -> float | None:
    return None if before is None else value - before


def _rate(value: float | None, members: float | None) -> float | None:
    """Per 1,000 members, two decimals."""
    return round(1000 * value / members, 2) if members and value is not None else None
