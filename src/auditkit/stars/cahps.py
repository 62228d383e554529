"""CAHPS stars from the survey report a plan receives (42 CFR 422.166(a)(3), 423.186(a)(3)).

CMS's public files hold the rounded mean only, which gives the base group; the star is then moved
by at most one, on significance, reliability and standard error, which the plan's CAHPS report and
the HPMS page 'Measure Detail - CAHPS' state.
"""

from functools import cache

import numpy as np
import pandas as pd

from auditkit.errors import InputError
from auditkit.rules.star_years import FOLDER
from auditkit.rules.yamlfile import read_yaml

SIGNIFICANCE = ("below", "none", "above")
_NEEDED = ("contract_id", "measure", "group", "score", "standard_error", "reliability", "significance")


@cache
def _rules() -> dict:
    return read_yaml(FOLDER / "cahps.yaml")


def base_group_agreement(year: int) -> float | None:
    """Share of CAHPS scores whose base group is CMS's star in that star year, where known."""
    share = _rules()["base_group_agreement"].get(str(year))
    return None if share is None else float(share)


def cahps_stars(detail: pd.DataFrame, cut_points: pd.DataFrame, year: int) -> pd.DataFrame:
    """Star of each CAHPS measure by the full table.

    detail: contract_id; measure (C03 ...); group (ALL for Part C, MA-PD or PDP for Part D); score
    (mean, 0-100, unrounded); standard_error (of that mean, points); reliability (0-1);
    significance against the national mean (below, none, above); where the year's 12 percent
    limits are not in the rules also low_reliability (yes or no, as the report states it).
    cut_points: measure, group, star, limit: the base-group limits.
    Gives contract_id, measure, star (missing below the reliability that allows a star), base_group.
    Raises InputError when a column or a limit is missing.
    """
    missing = [name for name in _NEEDED if name not in detail.columns]
    if missing:
        raise InputError(f"CAHPS detail: no column {missing[0]}; give {', '.join(_NEEDED)}.")
    wrong = ~detail["significance"].isin(SIGNIFICANCE)
    if wrong.any():
        raise InputError(
            f"CAHPS detail, row {wrong.idxmax() + 1}: significance must be below, none or above."
        )
    limits = cut_points.pivot(index=["measure", "group"], columns="star", values="limit")
    by_row = limits.reindex(pd.MultiIndex.from_frame(detail[["measure", "group"]]))
    if by_row.isna().any(axis=None):
        row = detail[by_row.isna().any(axis=1).to_numpy()].iloc[0]
        raise InputError(
            f"CAHPS detail: no base-group limits of {row['measure']} for {row['group']} in star year {year}."
        )
    points = by_row[[2, 3, 4, 5]].to_numpy(float)
    base = 1 + (np.floor(detail["score"].to_numpy(float) + 0.5)[:, None] >= points).sum(axis=1)
    table = {key: [int(star) for star in stars] for key, stars in _rules()["table"].items()}
    columns = detail["significance"] + "_" + np.where(_low(detail, year), "low", "sufficient")
    rows = _table_rows(base, detail, points)
    star = [table[row][_rules()["columns"].index(column)] for row, column in zip(rows, columns, strict=True)]
    allowed = detail["reliability"].ge(float(_rules()["no_star_below_reliability"]))
    return pd.DataFrame(
        {
            "contract_id": detail["contract_id"].to_numpy(),
            "measure": detail["measure"].to_numpy(),
            "star": np.where(allowed, np.array(star, float), np.nan),
            "base_group": base,
        }
    )


def _table_rows(base: np.ndarray, detail: pd.DataFrame, points: np.ndarray) -> list[str]:
    """Row of the table: base groups 1 and 5 are split by one standard error from their limit."""
    score = detail["score"].to_numpy(float)
    error = detail["standard_error"].to_numpy(float)
    beyond = np.where(base == 1, points[:, 0] - score > error, score - points[:, 3] > error)
    side = np.where(beyond, "beyond", "within")
    return [
        f"{group}_{where}_standard_error" if group in (1, 5) else str(group)
        for group, where in zip(base, side, strict=True)
    ]


def _low(detail: pd.DataFrame, year: int) -> np.ndarray:
    """Low reliability: below 0.75 and among the lowest 12 percent of contracts."""
    if "low_reliability" in detail.columns:
        return detail["low_reliability"].astype("str").str.lower().eq("yes").to_numpy()
    limits = _rules()["twelve_percent_limits"].get(str(year))
    if limits is None:
        raise InputError(
            f"CAHPS detail: the 12 percent reliability limits of {year} are not known; add the column "
            f"low_reliability (yes or no) from the CAHPS report."
        )
    known = {(entry["measure"], entry["group"]): float(entry["limit"]) for entry in limits}
    keys = zip(detail["measure"], detail["group"], strict=True)
    lowest = np.array([known.get(key, np.nan) for key in keys])
    reliability = detail["reliability"].to_numpy(float)
    return (reliability < float(_rules()["low_reliability_below"])) & (reliability < lowest)
