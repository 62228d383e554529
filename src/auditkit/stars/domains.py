"""Domain stars: the rounded plain mean of a domain's measure stars (Technical Notes 2026, pages
10-11 and Table 5). Domains are shown to members and take no part in the ratings."""

import numpy as np
import pandas as pd

from auditkit.rules.star_years import StarYear, load_star_year
from auditkit.stars.contract_types import presumed_only_isnp, rated_as, required_measures
from auditkit.stars.ratings import star_matrix


def domain_stars(measure_stars: pd.DataFrame, contracts: pd.DataFrame, year: int) -> pd.DataFrame:
    """Star of each domain for each contract.

    Takes the tables `auditkit.stars.ratings.rate` takes. Gives contract_id, domain, star (1-5 or
    missing), mean (unrounded), measures (rated), needed (rated measures needed), reason ('' or why
    there is no star). Improvement measures count in their domain.
    """
    parameters = load_star_year(year)
    contracts = contracts.reset_index(drop=True)
    stars = star_matrix(measure_stars, contracts, parameters)
    required = required_measures(measure_stars, contracts)
    rated = rated_as(contracts, required).ne("not_rated").to_numpy()
    isnp = presumed_only_isnp(contracts, stars, parameters).to_numpy()
    names = list(dict.fromkeys(measure.domain for measure in parameters.measures))
    parts = [_one(name, stars, required, rated, isnp, contracts, parameters) for name in names]
    return pd.concat(parts, ignore_index=True)


def _one(domain, stars, required, rated, isnp, contracts, parameters: StarYear) -> pd.DataFrame:
    measures = [measure for measure in parameters.measures if measure.domain == domain]
    ids = [measure.id for measure in measures]
    counts = ~(_flags(measures, "snp_only") & ~contracts["snp"].eq(True).to_numpy()[:, None])
    have = stars[ids].notna().to_numpy() & counts
    counts &= _flags(measures, "of_only_isnp") | ~isnp[:, None]
    asked = (required.reindex(columns=ids).eq(True).to_numpy() & counts).sum(axis=1)
    needed = np.where(asked % 2 == 1, (asked + 1) // 2, asked // 2 + 1)
    rows = have.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(have, stars[ids].to_numpy(), 0).sum(axis=1) / rows
    met = rated & (asked > 0) & (rows >= needed)
    star = np.where(met, np.floor(np.round(mean, 9) + 0.5), np.nan)
    reason = [
        "" if m else "not rated or not required" if not r or n == 0 else f"{h} rated measures, {k} needed"
        for m, r, n, h, k in zip(met, rated, asked, rows, needed, strict=True)
    ]
    return pd.DataFrame(
        {
            "contract_id": contracts["contract_id"],
            "domain": domain,
            "star": star,
            "mean": mean,
            "measures": rows,
            "needed": needed,
            "reason": reason,
        }
    )


def _flags(measures: list, name: str) -> np.ndarray:
    return np.array([[getattr(measure, name) for measure in measures]])
