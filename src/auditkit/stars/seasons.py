"""Next year's cut points, simulated: what the cut points did in the past, drawn again many times.

One season: a past move from one star year to the next is drawn for the whole nation (so that a year
in which most cut points rose stays such a year), and for each measure the move of one measure of the
same kind in that year, all four cut points together. The move is added to the last published cut
points, held within the guardrails, kept in order and on the measure's scale. Past moves are
final cut points, so Tukey, resampling and guardrails of those years are in them.

What this cannot know: measures respecified or new next year, and events without a precedent in
the star years drawn from. `backtest` measures how often it was right.
"""

from itertools import pairwise

import numpy as np
import pandas as pd

from auditkit.rules.star_years import Measure, StarYear
from auditkit.stars.clustering import STARS, round_half_up
from auditkit.stars.guardrails import CAPPED_SCALES, guardrail_cap, same_measures

MovePool = dict[str, np.ndarray]
NARROW = 15  # points from the 2-star to the 5-star cut point: such measures move less than wide ones


def past_moves(years: list[StarYear]) -> list[MovePool]:
    """Give one pool a pair of successive star years: kind of measure -> array (measures x 4).

    A move is counted as harder (positive) or easier (negative) for the plan, whatever the
    measure's direction. Measures new or respecified in the later year are left out.
    """
    pools = []
    for before, now in pairwise(years):
        pool: dict[str, list[np.ndarray]] = {}
        for old, new in same_measures(before, now):
            if new.new or new.method == "improvement":
                continue
            for group in _groups(new):
                if _complete(old, group) and _complete(new, group):
                    move = _cuts(new, group) - _cuts(old, group)
                    pool.setdefault(_kind(old, group), []).append(move * _sign(new))
        pools.append({kind: np.array(moves) for kind, moves in pool.items()})
    return pools


def standing_still(pools: list[MovePool]) -> list[MovePool]:
    """Give the pools with every move taken out: seasons in which the last published cut points stay."""
    return [{kind: np.zeros((1, 4)) for kind in pool} for pool in pools]


def season_cut_points(
    base: StarYear, pools: list[MovePool], group: str, seasons: int, generator: np.random.Generator
) -> dict[str, np.ndarray]:
    """Give simulated next-year cut points: measure id -> array (seasons x 4), stars 2 to 5.

    base: the last published star year. group: MA-PD or PDP (Part C measures have one set for all).
    Improvement measures, and measures without published cut points for the group, are left out.
    """
    year_drawn = generator.integers(len(pools), size=seasons)
    drawn = {}
    for measure in base.measures:
        name = cut_point_group(measure, group)
        if name is None or measure.method == "improvement":
            continue
        moves = _draw_moves(pools, _kind(measure, name), year_drawn, generator)
        cap = guardrail_cap(base, measure, name)
        drawn[measure.id] = _moved(measure, _cuts(measure, name), moves, cap)
    return drawn


def backtest(years: list[StarYear], seasons: int = 1000, seed: int = 2026) -> pd.DataFrame:
    """Give, for each star year that has at least two years before it, how the simulation would have done.

    Each year is simulated from the years before it only. Columns: star_year, cut_points (how many),
    inside_80 (share that fell into the simulated 80 percent interval), exact (share equal to the
    median season), within_1 (share no more than 1 point off), error (mean absolute error of the
    median season in points), error_unchanged (the same for "as last year"); measures on a 0 to 100
    scale only, new and respecified ones left out.
    """
    rows = []
    for last in range(2, len(years)):
        known, target = years[:last], years[last]
        generator = np.random.default_rng(seed)
        misses = [_against(known, target, group, seasons, generator) for group in ("MA-PD", "PDP")]
        table = np.vstack([part for part in misses if len(part)])
        inside, median, prior, published = table.T
        rows.append(
            {
                "star_year": target.star_year,
                "cut_points": len(table),
                "inside_80": inside.mean(),
                "exact": (median == published).mean(),
                "within_1": (np.abs(median - published) <= 1).mean(),
                "error": np.abs(median - published).mean(),
                "error_unchanged": np.abs(prior - published).mean(),
            }
        )
    return pd.DataFrame(rows)


def _against(
    known: list[StarYear], target: StarYear, group: str, seasons: int, generator: np.random.Generator
) -> np.ndarray:
    """Rows (inside the 80 percent interval, median season, prior, published) of one group's cut points."""
    base = known[-1]
    drawn = season_cut_points(base, past_moves(known), group, seasons, generator)
    rows = []
    for old, new in same_measures(base, target):
        name = cut_point_group(new, group)
        wanted = old.id in drawn and name is not None and new.scale in CAPPED_SCALES and not new.new
        if not wanted or (group == "PDP" and name == "ALL"):  # Part C is counted once
            continue
        published = _cuts(new, name)
        low, median, high = np.quantile(drawn[old.id], [0.1, 0.5, 0.9], axis=0)
        rows += zip(
            (low <= published) & (published <= high),
            round_half_up(median, 0),
            _cuts(old, name),
            published,
            strict=True,
        )
    return np.array(rows, dtype=float)


def cut_point_group(measure: Measure, group: str) -> str | None:
    """Give the name of the cut points for an MA-PD or PDP contract, None when there is no full set."""
    for name in ("ALL", group):
        if _complete(measure, name):
            return name
    return None


def _draw_moves(
    pools: list[MovePool], kind: str, year_drawn: np.ndarray, generator: np.random.Generator
) -> np.ndarray:
    moves = np.zeros((len(year_drawn), 4))
    for number, pool in enumerate(pools):
        at = np.flatnonzero(year_drawn == number)
        choice = pool.get(kind)
        if choice is None:  # a kind that had no counterpart in that year: no move is invented
            continue
        moves[at] = choice[generator.integers(len(choice), size=len(at))]
    return moves


def _moved(measure: Measure, cuts: np.ndarray, moves: np.ndarray, cap: float | None) -> np.ndarray:
    sign = _sign(measure)
    if cap is not None:
        moves = np.clip(moves, -cap, cap)
    harder = sign * cuts + moves
    harder = np.maximum.accumulate(harder, axis=1)
    top = 100.0 if measure.scale in CAPPED_SCALES else np.inf
    return np.clip(round_half_up(sign * harder, measure.decimals), 0, top)


def _kind(measure: Measure, group: str) -> str:
    """Which past moves a measure's may be drawn from: same method, same scale, about as wide."""
    if measure.scale not in CAPPED_SCALES:
        return f"{measure.method}, {measure.scale}"
    cuts = _cuts(measure, group)
    return f"{measure.method}, {'narrow' if abs(cuts[-1] - cuts[0]) < NARROW else 'wide'}"


def _sign(measure: Measure) -> int:
    return 1 if measure.direction == "higher" else -1


def _groups(measure: Measure) -> list[str]:
    return [group for group in measure.cut_points if _complete(measure, group)]


def _complete(measure: Measure, group: str) -> bool:
    return set(measure.cut_points.get(group, ())) == set(STARS)


def _cuts(measure: Measure, group: str) -> np.ndarray:
    return np.array([measure.cut_points[group][star] for star in STARS], dtype=float)
