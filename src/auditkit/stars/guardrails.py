"""Guardrails: how far a cut point may move from one star year to the next.

Source: 42 CFR 422.166(a)(2)(i) and 423.186(a)(2)(i). The caps and their source stand in
rules/stars/between_years.yaml: 5 points on a 0 to 100 scale, otherwise a share of the range of last
year's scores once outliers are removed. None for CAHPS measures, for improvement measures, and for
measures in the program for three years or less; each star year's file marks the measures they bind.
"""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pandas as pd

from auditkit.rules.star_links import load_year_links
from auditkit.rules.star_years import Measure, StarYear
from auditkit.stars.clustering import inside_fences, outer_fences, round_half_up
from auditkit.stars.population import Population, scores_of

CAPPED_SCALES = ("percent", "score_0_100")  # scales from 0 to 100


def apply_guardrails(cut_points: np.ndarray, prior: np.ndarray, cap: float) -> np.ndarray:
    """Give the cut points held within `cap` of last year's published ones."""
    prior = np.asarray(prior, dtype=float)
    return np.round(np.clip(cut_points, prior - cap, prior + cap), 6)


def restricted_range_cap(prior_scores: np.ndarray, decimals: int) -> float:
    """Give the cap of a measure that is not on a 0 to 100 scale (complaints per 1,000 members).

    prior_scores: last year's scores; those beyond the outer fences are left out first. The cap is
    rounded half up to the measure's displayed decimals.
    """
    kept = inside_fences(prior_scores, outer_fences(prior_scores, lowest=0.0))
    share = load_year_links().guardrails.range_share
    return float(round_half_up(share * (kept.max() - kept.min()), decimals))


def guardrail_cap(
    year: StarYear, measure: Measure, group: str, prior_scores: np.ndarray | None = None
) -> float | None:
    """Give how far the measure's cut points may move into `year`.

    group: ALL, MA-PD or PDP. prior_scores: last year's scores of that group, needed only where the
    cap is a share of their range and CMS printed none.

    Infinity where no guardrail binds the measure; None where a cap applies and cannot be known.
    """
    links = load_year_links()
    if not (year.method.guardrails and measure.guardrails):
        return float("inf")
    if measure.scale in CAPPED_SCALES:
        return links.guardrails.absolute_cap
    printed = links.printed_cap(year.star_year, measure, group)
    if printed is None and prior_scores is not None and len(prior_scores):
        return restricted_range_cap(prior_scores, measure.decimals)
    return printed


def same_measures(prior: StarYear, year: StarYear) -> Iterator[tuple[Measure, Measure]]:
    """Give each measure of `year` with its counterpart of the year before, by part and name."""
    links = load_year_links()
    before = {links.key(measure): measure for measure in prior.measures}
    for measure in year.measures:
        if links.key(measure) in before:
            yield before[links.key(measure)], measure


def published_moves(years: list[StarYear], populations: dict[int, Population] | None = None) -> pd.DataFrame:
    """Compare the published cut points of successive star years with the guardrails.

    years: parameters of star years, in order. populations: scores by star year, for the caps that
    are a share of last year's range. One row a cut point of a measure that guardrails bind:
    star_year, measure, name, group, star, prior, published, move, cap (missing where neither the
    rules nor last year's scores tell it), within_cap, on_cap (the guardrail itself set the cut point).
    """
    rows = []
    for before, now in pairwise(years):
        scores = (populations or {}).get(before.star_year)
        for old, new in same_measures(before, now):
            for group in new.cut_points:
                known = scores_of(scores, before, old, group) if scores else None
                rows += _moves(now, old, new, group, guardrail_cap(now, new, group, known))
    return pd.DataFrame(rows).astype({"cap": float})


def counted_moves(years: list[StarYear], populations: dict[int, Population] | None = None) -> pd.DataFrame:
    """Count `published_moves` by star year: cut points, cap known, within the cap, set by the guardrail."""
    moves = published_moves(years, populations)
    flags = moves.assign(
        known=moves["cap"].notna(), within=moves["within_cap"].eq(True), held=moves["on_cap"].eq(True)
    )
    counted = flags.groupby("star_year").agg(
        cut_points=("move", "size"), known=("known", "sum"), within=("within", "sum"), held=("held", "sum")
    )
    counted.columns = ["Cut points", "Cap known", "Within the cap", "Set by the guardrail"]
    return counted.rename_axis("Star year").reset_index()


def _moves(year: StarYear, old: Measure, new: Measure, group: str, cap: float | None) -> list[dict]:
    if cap == float("inf") or group not in old.cut_points:
        return []
    rows = []
    for star, published in sorted(new.cut_points[group].items()):
        prior = old.cut_points[group].get(star)
        if prior is None:
            continue
        move = round(published - prior, 6)
        rows.append(
            {
                "star_year": year.star_year,
                "measure": new.id,
                "name": new.name,
                "group": group,
                "star": star,
                "prior": prior,
                "published": published,
                "move": move,
                "cap": cap,
                "within_cap": None if cap is None else abs(move) <= round(cap, 6),
                "on_cap": None if cap is None else abs(move) == round(cap, 6),
            }
        )
    return rows
