"""Whether a contract has enough rated measures for a rating, and the reason in words when not.

Half of the required measures, rounded up; improvement measures are not counted (Technical Notes
2026, Tables 6 and 7). A measure that CMS's own message calls not required does not count.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from auditkit.rules.star_years import StarYear

_PRESUMED = (
    "rests on the minimum for contracts that offer only institutional SNPs, presumed because no "
    "survey measure has a star; CMS's tables do not say"
)

_KEPT = (
    "keeps the rating of CMS's first release; the minimum of rated measures is not tested, because "
    "the measures of that release are not in this folder"
)


@dataclass(frozen=True)
class Minimum:
    """met: contracts that get the rating. reason: why not, or what the rating rests on, else ''."""

    met: pd.Series
    reason: pd.Series


def rating_minimums(
    stars: pd.DataFrame,
    required: pd.DataFrame,
    rated: pd.Series,
    types: pd.Series,
    parameters: StarYear,
    keep: pd.Series | None = None,
) -> dict[str, Minimum]:
    """Minimums of part_c, part_d and overall, row for row with `rated`.

    keep: contracts that keep the rating of an earlier release. Where such a contract is also
    presumed to offer only I-SNPs, its minimum cannot be tested on this folder and is not.
    """
    untested = types.eq("ccp_only_isnp") & (keep if keep is not None else False)
    result = {
        rating: _one(rating, stars, required, rated, types, parameters, untested)
        for rating in ("part_c", "part_d", "overall")
    }
    both = result["part_c"].met & result["part_d"].met
    enough = result["overall"]
    reason = enough.reason.mask(enough.met & ~both, "Part C or Part D has no rating")
    result["overall"] = Minimum(enough.met & both, reason)
    return result


def _one(rating, stars, required, rated, types, parameters: StarYear, untested: pd.Series) -> Minimum:
    counted = [measure.id for measure in parameters.measures if _counts(measure, rating)]
    have = stars[counted].notna().sum(axis=1).to_numpy()
    asked = required.reindex(columns=counted).eq(True).sum(axis=1).to_numpy()
    half = (asked + 1) // 2
    need = np.fmin(_table(rating, types, parameters), half)
    full = np.fmin(_table(rating, types.replace("ccp_only_isnp", "ccp_with_snp"), parameters), half)
    applies = _applies(rating, rated, have)
    enough = pd.Series(applies & (have >= need) & (asked > 0))
    met = enough | (untested & applies)
    reason = pd.Series("", index=met.index)
    reason = reason.mask(met & (have < full), _PRESUMED).mask(met & ~enough, _KEPT)
    counts = [f"{h} rated measures, {n:.0f} needed" for h, n in zip(have, np.nan_to_num(need), strict=True)]
    reason = reason.mask(applies & ~met, pd.Series(counts))
    return Minimum(met, reason.mask(~pd.Series(applies), _not_rated(rating, rated)))


def _counts(measure, rating: str) -> bool:
    if measure.method == "improvement":
        return False
    if rating == "overall":
        return measure.counted_in_overall_as is None
    return measure.part == {"part_c": "C", "part_d": "D"}[rating]


def _table(rating: str, types: pd.Series, parameters: StarYear) -> np.ndarray:
    needed = {name: getattr(entry, rating) for name, entry in parameters.minimum_measures.items()}
    return types.map(needed).astype(float).to_numpy()


def _applies(rating: str, rated: pd.Series, have: np.ndarray) -> np.ndarray:
    kinds = {"part_c": ["ma_pd", "ma_only"], "part_d": ["ma_pd", "pdp"], "overall": ["ma_pd"]}
    return rated.isin(kinds[rating]).to_numpy()


def _not_rated(rating: str, rated: pd.Series) -> pd.Series:
    words = {
        "not_rated": "organization type is not rated, or the contract has no Summary row",
        "pdp": "a PDP has no such rating",
        "ma_only": "an MA-only contract has no such rating",
    }
    return rated.map(words).fillna("")
