"""The cut points of a star year, worked out from the scores of all contracts.

The steps of 42 CFR 422.166(a)(2)(i) and 423.186(a)(2)(i) in order: who counts, outer fences (from
2024), mean resampling with Ward's clustering, rounding, guardrails (from 2023); each star year's
file says which of them it uses. Results are shown beside the published cut points as they are:
public files lack the scores of terminated contracts, show scores rounded, and do not name flagged
and voluntary contracts; and the contractor's random partition cannot be drawn again.
CAHPS and improvement measures are not in the table: CAHPS stars need more than scores, and improvement
scores are not published (`clustering.improvement_cut_points` takes a plan's own).
"""

from pathlib import Path

import numpy as np
import pandas as pd

from auditkit.rules.star_years import Measure, StarYear, known_years, load_star_year
from auditkit.stars.clustering import (
    STARS,
    inside_fences,
    outer_fences,
    resampled_cut_points,
    round_half_up,
)
from auditkit.stars.guardrails import CAPPED_SCALES, apply_guardrails, guardrail_cap, same_measures
from auditkit.stars.population import Population, read_population, scores_of

SEED = 8675309  # CMS's own seed; its generator (SAS) is another, so the partitions differ
PARTITIONS = 20


def cut_points(
    folder: Path | str,
    year: int,
    prior: Path | str | None = None,
    partitions: int = PARTITIONS,
    seed: int = SEED,
) -> pd.DataFrame:
    """Give the cut points of star year `year` from CMS's public folder, beside the published ones.

    prior: last year's folder; only the guardrail of the complaints measures needs it.
    partitions: how many random partitions into ten groups to average and to take the spread from.

    Columns as `cut_points_of_population`. Raises InputError when a folder cannot be read.
    """
    population = read_population(folder, year)
    before = read_population(prior, year - 1) if prior else None
    return cut_points_of_population(population, load_star_year(year), before, partitions, seed)


def cut_points_of_population(
    population: Population,
    year: StarYear,
    prior: Population | None = None,
    partitions: int = PARTITIONS,
    seed: int = SEED,
) -> pd.DataFrame:
    """Give the cut points worked out from a population of scores. One row a measure, group and star:

    measure, name, group (ALL, MA-PD, PDP), star (2 to 5); contracts (that shaped it), outliers (scores
    beyond the fences), low_fence, high_fence; clustered (mean over partitions, not rounded);
    before_guardrails (that mean rounded); lowest and highest (rounded, over the partitions); prior
    (last year's published); cap (how far it may move; infinite where no guardrail binds, missing
    where it cannot be known); cut_point (after guardrails; missing where the cap is); published;
    difference (cut_point minus published); all in the measure's own unit (points, or complaints per
    1,000 members).
    """
    before = _before(year)
    rows = []
    for measure in year.measures:
        if measure.method != "clustering":
            continue
        for group in measure.cut_points:
            scores = scores_of(population, year, measure, group)
            # One stream of random numbers a measure: a measure more or less moves no other.
            stream = np.random.default_rng([seed, year.star_year, *measure.id.encode(), len(group)])
            rows += _measure_rows(year, before, measure, group, scores, prior, partitions, stream)
    return pd.DataFrame(rows)


def agreement(table: pd.DataFrame) -> pd.DataFrame:
    """Count how near the worked-out cut points come to the published ones, by scale and all together.

    scale (0 to 100, per 1,000), group, cut_points, exact, within_1 (no more than 1 point off, or 0.01
    for complaints), mean_error (mean absolute difference), exact_share and within_1_share (0 to 1).
    """
    known = table[table["difference"].notna()]
    scale = np.where(known["name"].str.startswith("Complaints"), "complaints per 1,000", "0 to 100")
    unit = np.where(scale == "0 to 100", 1.0, 0.01)
    off = known["difference"].abs()
    counted = pd.DataFrame(
        {
            "scale": scale,
            "group": known["group"],
            "error": off,
            "exact": off < 1e-9,
            "within": off <= unit + 1e-9,
        }
    )
    rows = (
        counted.groupby(["scale", "group"], sort=True)
        .agg(
            cut_points=("exact", "size"),
            exact=("exact", "sum"),
            within_1=("within", "sum"),
            mean_error=("error", "mean"),
        )
        .reset_index()
    )
    rows["exact_share"] = rows["exact"] / rows["cut_points"]
    rows["within_1_share"] = rows["within_1"] / rows["cut_points"]
    return rows


def _before(year: StarYear) -> StarYear | None:
    return load_star_year(year.star_year - 1) if year.star_year - 1 in known_years() else None


def _measure_rows(
    year: StarYear,
    before: StarYear | None,
    measure: Measure,
    group: str,
    scores: np.ndarray,
    prior: Population | None,
    partitions: int,
    generator: np.random.Generator,
) -> list[dict]:
    if len(scores) < 10:  # ten groups need ten contracts
        return []
    low_end, high_end = (0.0, 100.0) if measure.scale in CAPPED_SCALES else (0.0, np.inf)
    fences = outer_fences(scores, low_end, high_end) if year.method.tukey else (low_end, high_end)
    kept = inside_fences(scores, fences)
    end_of_range = low_end if measure.direction == "higher" else high_end
    runs = resampled_cut_points(kept, measure.direction, partitions, generator, end_of_range)
    mean, rounded = runs.mean(axis=0), round_half_up(runs, measure.decimals)
    own = round_half_up(mean, measure.decimals)
    old = _counterpart(before, year, measure)
    prior_cuts = _published(old, group)
    cap = _cap(year, before, old, measure, group, prior)
    final = _held(own, prior_cuts, cap)
    published = _published(measure, group)
    return [
        {
            "measure": measure.id,
            "name": measure.name,
            "group": group,
            "star": star,
            "contracts": len(kept),
            "outliers": len(scores) - len(kept),
            "low_fence": fences[0],
            "high_fence": fences[1],
            "clustered": mean[at],
            "before_guardrails": own[at],
            "lowest": rounded[:, at].min(),
            "highest": rounded[:, at].max(),
            "prior": prior_cuts[at],
            "cap": np.nan if cap is None else cap,
            "cut_point": final[at],
            "published": published[at],
            "difference": round(float(final[at] - published[at]), 6),
        }
        for at, star in enumerate(STARS)
    ]


def _held(own: np.ndarray, prior_cuts: np.ndarray, cap: float | None) -> np.ndarray:
    """Cut points after guardrails; missing where a cap applies and is not known."""
    if cap is None:
        return np.full(len(own), np.nan)
    return own if np.isnan(prior_cuts).any() else apply_guardrails(own, prior_cuts, cap)


def _counterpart(before: StarYear | None, year: StarYear, measure: Measure) -> Measure | None:
    if before is None:
        return None
    return next((old for old, new in same_measures(before, year) if new is measure), None)


def _published(measure: Measure | None, group: str) -> np.ndarray:
    points = {} if measure is None else measure.cut_points.get(group, {})
    return np.array([points.get(star, np.nan) for star in STARS], dtype=float)


def _cap(
    year: StarYear,
    before: StarYear | None,
    old: Measure | None,
    measure: Measure,
    group: str,
    prior: Population | None,
) -> float | None:
    scores = scores_of(prior, before, old, group) if prior is not None and before and old else None
    return guardrail_cap(year, measure, group, scores)
