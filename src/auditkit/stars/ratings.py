"""Measure stars to Part C, Part D and overall ratings (42 CFR 422.166(c)-(i), 423.186(c)-(i)).

Order of the steps, each leg on its own: weighted mean, + reward factor, + CAI, rounded to half
stars; then the legs (with and without improvement, with and without new measures) are compared on
their rounded values. All contracts are computed at once; nothing of CMS's ratings is read.
"""

import numpy as np
import pandas as pd

from auditkit.rules.star_years import StarYear, load_star_year
from auditkit.stars.contract_types import (
    contract_types,
    presumed_only_isnp,
    rated_as,
    required_measures,
)
from auditkit.stars.legs import LEGS, leg_steps
from auditkit.stars.minimums import rating_minimums

RATINGS = ("part_c", "part_d", "overall")


def rate(
    measure_stars: pd.DataFrame,
    contracts: pd.DataFrame,
    year: int,
    original_stars: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Give the ratings of every contract in `contracts`, with every unrounded step.

    measure_stars: contract_id, measure, star (1-5 or missing), message, as
    `auditkit.stars.reader.read_measure_stars` gives them. contracts: facts by contract, as
    `read_contracts` gives them. original_stars: measure stars before a recalculation, in the years
    whose rules let a contract keep the better of two ratings (2024).

    Columns: contract_id, rated_as, contract_type; part_c, part_d, overall (half stars, missing when there
    is no rating); for each of the three `<rating>_reason` (why there is no rating, or what the
    rating rests on), `_leg`, `_mean`, `_variance`, `_reward`, `_cai`, `_unrounded` of the leg that
    counts, and the same steps of each leg as `<rating>_<leg>_<step>`.
    Raises InputError when a parameter of the year is missing.
    """
    parameters = load_star_year(year)
    contracts = contracts.reset_index(drop=True)
    if original_stars is None or parameters.method.recalculation is None:
        return rate_year(measure_stars, contracts, parameters)
    keep = contracts["contract_id"].isin(original_stars.loc[original_stars["kept"], "contract_id"])
    recalculated = rate_year(measure_stars, contracts, parameters, keep, recalculated=True)
    return _higher_of(recalculated, rate_year(original_stars, contracts, parameters, keep))


def rate_year(
    measure_stars: pd.DataFrame,
    contracts: pd.DataFrame,
    parameters: StarYear,
    keep: pd.Series | None = None,
    recalculated: bool = False,
) -> pd.DataFrame:
    """One set of ratings under any parameters, a published year's or a scenario's.

    keep: contracts known to keep a rating of an earlier release. recalculated: thresholds are
    computed, those published belong to the first release. Columns as `rate` gives them.
    """
    contracts = contracts.reset_index(drop=True)
    stars = star_matrix(measure_stars, contracts, parameters)
    required = required_measures(measure_stars, contracts)
    rated = rated_as(contracts, required)
    types = contract_types(contracts, rated, presumed_only_isnp(contracts, stars, parameters))
    minimums = rating_minimums(stars, required, rated, types, parameters, keep)
    table = pd.DataFrame({"contract_id": contracts["contract_id"], "rated_as": rated, "contract_type": types})
    parts = [
        _rating_columns(rating, stars, contracts, rated, minimums[rating], parameters, recalculated)
        for rating in RATINGS
    ]
    wide = pd.concat([table, *parts], axis=1)
    first = [
        "contract_id",
        "rated_as",
        "contract_type",
        *RATINGS,
        *(f"{rating}_reason" for rating in RATINGS),
    ]
    return wide[first + [name for name in wide.columns if name not in first]]


def star_matrix(measure_stars: pd.DataFrame, contracts: pd.DataFrame, parameters: StarYear) -> pd.DataFrame:
    """Stars as one row a contract, one column a measure; missing where a measure has no star."""
    wide = measure_stars.pivot(index="contract_id", columns="measure", values="star")
    ids = [measure.id for measure in parameters.measures]
    return wide.reindex(index=contracts["contract_id"], columns=ids).astype(float)


def weight_matrix(rating: str, contracts: pd.DataFrame, parameters: StarYear) -> np.ndarray:
    """Weight of each measure (column) for each contract (row) in a rating.

    Zero for measures of the other part, for the Part D copies in the overall rating, for SNP-only
    measures of contracts without a SNP, and where Puerto Rico-only contracts have another weight.
    """
    weights = np.zeros((len(contracts), len(parameters.measures)))
    snp = contracts["snp"].to_numpy(bool)
    puerto_rico = contracts["puerto_rico_only"].to_numpy(bool)
    for column, measure in enumerate(parameters.measures):
        if not _counts_in(measure, rating):
            continue
        weights[:, column] = measure.weight
        if measure.snp_only:
            weights[~snp, column] = 0
        if measure.puerto_rico_weight is not None:
            weights[puerto_rico, column] = measure.puerto_rico_weight
    return weights


def _counts_in(measure, rating: str) -> bool:
    if rating == "overall":
        return measure.counted_in_overall_as is None
    return measure.part == {"part_c": "C", "part_d": "D"}[rating]


def _rating_columns(rating, stars, contracts, rated, minimum, parameters, recalculated) -> pd.DataFrame:
    weights = weight_matrix(rating, contracts, parameters)
    has_new = any(measure.new for measure in parameters.measures)
    legs = {
        leg.name: leg_steps(
            leg, rating, stars, weights, contracts, rated, minimum.met, parameters, recalculated
        )
        for leg in LEGS
        if leg.new_measures or has_new
    }
    chosen = _chosen_leg(rating, legs, stars, contracts, rated, parameters)
    columns = {rating: _pick(legs, chosen, "stars").where(minimum.met)}
    no_category = minimum.met & legs["improvement"]["cai"].isna() & minimum.reason.eq("")
    columns[f"{rating}_reason"] = minimum.reason.mask(
        no_category, "no category in the CAI table: no CAI added"
    )
    columns[f"{rating}_leg"] = pd.Series(chosen).where(minimum.met)
    for step in ("mean", "variance", "reward", "cai", "unrounded"):
        columns[f"{rating}_{step}"] = _pick(legs, chosen, step)
    for name, steps in legs.items():
        columns |= {f"{rating}_{name}_{step}": steps[step] for step in steps.columns}
    return pd.DataFrame(columns)


def _pick(legs: dict[str, pd.DataFrame], chosen: np.ndarray, step: str) -> pd.Series:
    values = np.full(len(chosen), np.nan)
    for name, steps in legs.items():
        values = np.where(chosen == name, steps[step], values)
    return pd.Series(values)


def _chosen_leg(rating, legs, stars, contracts, rated, parameters: StarYear) -> np.ndarray:
    """Name of the leg that counts for each contract."""
    kept = _improvement_choice(rating, legs, rated, parameters, "")
    if len(legs) == 2:
        return kept
    without_new = _improvement_choice(rating, legs, rated, parameters, "_no_new")
    better = _pick(legs, without_new, "stars") > _pick(legs, kept, "stars")
    return np.where(_harmless_new(stars, contracts, parameters) & better, without_new, kept)


def _improvement_choice(rating, legs, rated, parameters: StarYear, suffix: str) -> np.ndarray:
    """With or without improvement measures: 42 CFR 422.166(g) for the highest rating."""
    rule = parameters.method.improvement_hold_harmless
    with_, without = legs[f"improvement{suffix}"]["stars"], legs[f"no_improvement{suffix}"]["stars"]
    highest = {"part_c": rated.eq("ma_only"), "part_d": rated.eq("pdp"), "overall": rated.eq("ma_pd")}
    applies = np.ones(len(rated), bool) if rule.ratings == "all" else highest[rating].to_numpy()
    drop = applies & (without >= rule.at_least) & (without > with_)
    return np.where(drop, f"no_improvement{suffix}", f"improvement{suffix}")


def _harmless_new(stars: pd.DataFrame, contracts: pd.DataFrame, parameters: StarYear) -> np.ndarray:
    """Contracts that may leave the new measures out: hit by a disaster in the year that counts for
    one of the new measures they are rated on (42 CFR 422.166(i); Technical Notes 2026, page 8)."""
    harmless = np.zeros(len(contracts), bool)
    for measure in parameters.measures:
        if measure.new and measure.disaster != "none":
            hit = contracts[f"disaster_{measure.disaster}"].ge(parameters.method.disaster_share).to_numpy()
            harmless |= hit & stars[measure.id].notna().to_numpy()
    return harmless


def _higher_of(ratings: pd.DataFrame, original: pd.DataFrame) -> pd.DataFrame:
    """Each rating from the recalculation or from the original, whichever is higher."""
    result = ratings.copy()
    for rating in RATINGS:
        keep = original[rating].gt(ratings[rating]) | (ratings[rating].isna() & original[rating].notna())
        names = [name for name in result.columns if name == rating or name.startswith(f"{rating}_")]
        result.loc[keep, names] = original.loc[keep, names]
        note = "the original rating is higher than the recalculated one and is kept"
        result.loc[keep, f"{rating}_reason"] = note
    return result
