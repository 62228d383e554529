"""One leg of a rating: weighted mean, variance, reward factor, CAI, rounding.

Sources: 42 CFR 422.166(c)-(f); Technical Notes 2026 pages 13-23 and Attachment H.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from auditkit.errors import InputError
from auditkit.rules.star_years import RewardThresholds, StarYear

# Thresholds are published to six decimals, and CMS compares to them at six decimals.
_DECIMALS = 6


@dataclass(frozen=True)
class Leg:
    """Whether improvement measures and new measures take part."""

    name: str
    improvement: bool
    new_measures: bool


LEGS = (
    Leg("improvement", True, True),
    Leg("no_improvement", False, True),
    Leg("improvement_no_new", True, False),
    Leg("no_improvement_no_new", False, False),
)


def weighted_mean_and_variance(stars: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Weighted mean and variance of each row's stars; missing stars do not count.

    mean = sum(w x) / W; variance = n / ((n - 1) W) * sum(w (x - mean)^2), with n the rated measures
    of positive weight and W the sum of their weights (Attachment H). The variance of a single
    measure is missing.
    """
    used = np.where(np.isnan(stars), 0.0, weights)
    filled = np.nan_to_num(stars)
    total = used.sum(axis=1)
    count = (used > 0).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = (used * filled).sum(axis=1) / total
        spread = (used * (filled - mean[:, None]) ** 2).sum(axis=1)
        variance = count / ((count - 1) * total) * spread
    return mean, np.where(count > 1, variance, np.nan)


def half_star(value: np.ndarray) -> np.ndarray:
    """Round to half stars, .25 and .75 upwards, 5 at most (Technical Notes, Table 22)."""
    # Sums of six-decimal numbers are exact to eight decimals; 3.7499999999 is 3.75.
    return np.minimum(np.floor(2 * np.round(value, 8) + 0.5) / 2, 5)


def reward_factor(mean: np.ndarray, variance: np.ndarray, limits: RewardThresholds) -> np.ndarray:
    """Reward for a high and steady mean: 0.4, 0.3, 0.2, 0.1 or 0 (42 CFR 422.166(f)(1))."""
    mean, variance = np.round(mean, _DECIMALS), np.round(variance, _DECIMALS)
    low = variance < limits.low_variance
    medium = ~low & (variance < limits.high_variance)
    high_mean = mean >= limits.high_mean
    relatively_high = ~high_mean & (mean >= limits.relatively_high_mean)
    return np.select(
        [high_mean & low, high_mean & medium, relatively_high & low, relatively_high & medium],
        [0.4, 0.3, 0.2, 0.1],
        0.0,
    )


def leg_steps(
    leg: Leg,
    rating: str,
    stars: pd.DataFrame,
    weights: np.ndarray,
    contracts: pd.DataFrame,
    rated: pd.Series,
    met: pd.Series,
    parameters: StarYear,
    computed_thresholds: bool,
) -> pd.DataFrame:
    """Every step of one leg for all contracts: mean, variance, reward, cai, unrounded, stars.

    weights: of the rating, measure by measure. met: contracts that get the rating; they are the
    ones thresholds are computed from where none are published, or where `computed_thresholds`.
    """
    used = weights * _takes_part(leg, parameters)
    mean, variance = weighted_mean_and_variance(stars.to_numpy(), used)
    reward, cai = np.full(len(rated), np.nan), np.full(len(rated), np.nan)
    for key, rows in _groups(rating, rated).items():
        among = rows & met.to_numpy() & ~_left_out(contracts, parameters)
        limits = thresholds(key, leg, mean[among], variance[among], parameters, computed_thresholds)
        reward[rows] = 0 if limits is None else reward_factor(mean[rows], variance[rows], limits)
        cai[rows] = _cai(key, contracts[rows], met[rows], parameters)
    reward[np.isnan(mean)] = np.nan
    unrounded = mean + reward + np.nan_to_num(cai)
    return pd.DataFrame(
        {
            "mean": mean,
            "variance": variance,
            "reward": reward,
            "cai": cai,
            "unrounded": unrounded,
            "stars": half_star(unrounded),
        }
    )


def thresholds(
    rating: str,
    leg: Leg,
    means: np.ndarray,
    variances: np.ndarray,
    parameters: StarYear,
    computed: bool,
) -> RewardThresholds | None:
    """Published reward thresholds of a leg, or those computed from the means and variances given.

    Percentiles as SAS computes them by default (PCTLDEF=5), to six decimals. None when nothing is
    published and there is no contract to compute from.
    """
    improvement = "with" if leg.improvement else "without"
    new = ("with" if leg.new_measures else "without", "any")
    if not computed:
        for row in parameters.reward_thresholds:
            if row.rating == rating and row.improvement == improvement and row.new_measures in new:
                return row
    if len(means) == 0:
        return None

    def percentile(values: np.ndarray, percent: int) -> float:
        known = np.round(values[~np.isnan(values)], _DECIMALS)
        return round(float(np.percentile(known, percent, method="averaged_inverted_cdf")), _DECIMALS)

    return RewardThresholds(
        rating=rating,
        improvement=improvement,
        new_measures=new[0],
        relatively_high_mean=percentile(means, 65),
        high_mean=percentile(means, 85),
        low_variance=percentile(variances, 30),
        high_variance=percentile(variances, 70),
    )


def _takes_part(leg: Leg, parameters: StarYear) -> np.ndarray:
    return np.array(
        [
            (leg.improvement or measure.method != "improvement") and (leg.new_measures or not measure.new)
            for measure in parameters.measures
        ]
    )


def _groups(rating: str, rated: pd.Series) -> dict[str, np.ndarray]:
    """Rows by the key under which thresholds and CAI values of the rating stand."""
    if rating != "part_d":
        return {rating: rated.isin(["ma_pd", "ma_only"]).to_numpy()}
    return {"part_d_mapd": rated.eq("ma_pd").to_numpy(), "part_d_pdp": rated.eq("pdp").to_numpy()}


def _left_out(contracts: pd.DataFrame, parameters: StarYear) -> np.ndarray:
    share = parameters.method.threshold_share
    if share is None:
        return np.zeros(len(contracts), bool)
    return contracts["disaster_care_year"].ge(share).to_numpy()


def _cai(key: str, contracts: pd.DataFrame, met: pd.Series, parameters: StarYear) -> np.ndarray:
    """CAI value by the contract's final adjustment category (42 CFR 422.166(f)(2))."""
    categories = contracts[f"fac_{key}"].to_numpy(float)
    values = np.array(parameters.cai.get(key, ()))
    if len(values) == 0:
        raise InputError(
            f"Star year {parameters.star_year}: no CAI values for {key} "
            f"({parameters.sources['cai'].source}); add them to rules/stars/{parameters.star_year}.yaml."
        )
    unknown = met.to_numpy() & (categories > len(values))
    if unknown.any():
        contract = contracts["contract_id"].to_numpy()[unknown][0]
        raise InputError(
            f"Contract {contract}: category {categories[unknown][0]:.0f} of {key} has no CAI value in "
            f"rules/stars/{parameters.star_year}.yaml (known are 1 to {len(values)})."
        )
    positions = np.nan_to_num(categories, nan=1).astype(int).clip(1, len(values)) - 1
    return np.where(np.isnan(categories), np.nan, values[positions])
