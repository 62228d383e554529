"""A plan's next ratings, simulated: seasons of cut points times the uncertainty of its own rates.

Per season: cut points from `seasons.season_cut_points`; each rate with a numerator and a denominator
is drawn from what the counts so far allow (a Beta distribution; complaints: Gamma) and raised by what
the measure still gained after this day last year. Where that is not known, the rest of the year is
taken to run like the part counted, which understates measures that fill up over the year. Scores
without counts stay as they are. A CAHPS star that was given moves with the cut points, one star at
most; an improvement star stays as given. The chance of a half star is the share of seasons that end
there.
"""

import numpy as np
import pandas as pd

from auditkit.rules.star_years import Measure, StarYear
from auditkit.stars.clustering import STARS
from auditkit.stars.plan_year import star_of
from auditkit.stars.ratings import RATINGS
from auditkit.stars.seasons import MovePool, season_cut_points
from auditkit.stars.variants import rate_variants

SEASONS = 1000
HALF_STARS = tuple(half / 2 for half in range(2, 11))


def season_ratings(
    measures: pd.DataFrame,
    facts: pd.DataFrame,
    rules: StarYear,
    pools: list[MovePool],
    seasons: int = SEASONS,
    seed: int = 2026,
    group: str = "MA-PD",
) -> pd.DataFrame:
    """Give the ratings of every contract in every simulated season.

    measures: `plan_year.measures_to_date`. facts: `variants.read_contract_facts`. rules: star year
    whose weights, thresholds and last published cut points apply. pools: `seasons.past_moves`.
    The same seed gives the same seasons; all contracts live through the same cut points.

    Columns: contract, season, part_c, part_d, overall (half stars), overall_unrounded.
    """
    cuts = season_cut_points(rules, pools, group, seasons, np.random.default_rng([seed, 0]))
    parts = []
    for number, (_, fact) in enumerate(facts.iterrows(), start=1):
        own = measures[measures["contract"] == fact["contract_id"]]
        generator = np.random.default_rng([seed, number])
        stars = season_stars(own, rules, cuts, seasons, generator)
        rated = rate_variants(stars, fact, rules)
        part = rated[[*RATINGS, "overall_unrounded"]]
        parts.append(part.assign(contract=fact["contract_id"], season=range(1, seasons + 1)))
    frame = pd.concat(parts, ignore_index=True)
    return frame[["contract", "season", *RATINGS, "overall_unrounded"]]


def season_stars(
    own: pd.DataFrame,
    rules: StarYear,
    cuts: dict[str, np.ndarray],
    seasons: int,
    generator: np.random.Generator,
) -> np.ndarray:
    """Give one contract's measure stars in each season (seasons x measures, in the order of the rules)."""
    rows = {row["measure"]: row for row in own.to_dict("records")}
    drawn: dict[str, np.ndarray] = {}
    columns = []
    for measure in rules.measures:
        row = rows.get(measure.id)
        columns.append(_measure_season(measure, row, cuts.get(measure.id), drawn, seasons, generator))
    return np.column_stack(columns)


def chances(ratings: pd.DataFrame) -> pd.DataFrame:
    """Give the chance of each half star: contract, rating, stars, seasons, chance, low, high.

    low and high: 95 percent interval of the chance itself (Wilson), which comes from having simulated a
    limited number of seasons. Only half stars that occurred are listed.
    """
    rows = []
    for contract, own in ratings.groupby("contract", sort=True):
        for rating in RATINGS:
            known = own[rating].dropna()
            for stars in HALF_STARS:
                hits = int((known == stars).sum())
                if hits:
                    low, high = _wilson(hits, len(known))
                    rows.append(
                        {
                            "contract": contract,
                            "rating": rating,
                            "stars": stars,
                            "seasons": hits,
                            "chance": hits / len(known),
                            "low": low,
                            "high": high,
                        }
                    )
    return pd.DataFrame(rows, columns=["contract", "rating", "stars", "seasons", "chance", "low", "high"])


def expected(ratings: pd.DataFrame) -> pd.DataFrame:
    """Give each contract's overall rating before rounding: median season and the middle 80 percent."""
    grouped = ratings.groupby("contract", sort=True)["overall_unrounded"]
    frame = grouped.quantile([0.1, 0.5, 0.9]).unstack()
    frame.columns = ["low_10", "median", "high_90"]
    return frame.reset_index()


def _measure_season(
    measure: Measure,
    row: dict | None,
    cuts: np.ndarray | None,
    drawn: dict[str, np.ndarray],
    seasons: int,
    generator: np.random.Generator,
) -> np.ndarray:
    if row is None or np.isnan(row["star"]):
        return np.full(seasons, np.nan)
    if cuts is None:
        return np.full(seasons, row["star"])
    if row["basis"] == "star given":
        return _given_star(measure, row, cuts)
    if row["basis"] == "counts":
        # The Part D copy of a measure has the same counts as its Part C original: draw them once.
        source = measure.counted_in_overall_as or measure.id
        if source not in drawn:
            drawn[source] = _drawn_rate(measure, row, seasons, generator)
        return star_of(measure, drawn[source], cuts)
    return star_of(measure, np.full(seasons, row["score"]), cuts)


def _drawn_rate(measure: Measure, row: dict, seasons: int, generator: np.random.Generator) -> np.ndarray:
    count, total = row["numerator"], row["denominator"]
    if measure.scale == "rate_per_1000":
        return generator.gamma(count + 0.5, size=seasons) / total * 1000 * 30 / row["days"]
    drawn = 100 * generator.beta(count + 0.5, max(total - count, 0) + 0.5, size=seasons)
    return np.clip(drawn + np.nan_to_num(row["growth"]), 0, 100)


def _given_star(measure: Measure, row: dict, cuts: np.ndarray) -> np.ndarray:
    if measure.method != "cahps" or np.isnan(row["score"]):
        return np.full(len(cuts), row["star"])
    last = np.array([row[f"cut_{star}"] for star in STARS])
    moved = star_of(measure, row["score"], cuts) - star_of(measure, row["score"], last)
    return np.clip(row["star"] + np.clip(moved, -1, 1), 1, 5)


def _wilson(hits: int, of: int, z: float = 1.959964) -> tuple[float, float]:
    """95 percent score interval of a share."""
    share = hits / of
    centre = share + z * z / (2 * of)
    reach = z * np.sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    scale = 1 + z * z / of
    return (centre - reach) / scale, (centre + reach) / scale
