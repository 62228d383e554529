"""Star Ratings, timed: all contracts of a year, simulated seasons, and cut points against SciPy's plain loop.

    python benchmarks/stars.py [--year 2025] [--partitions 3] [--seasons 1000]

Reads CMS's public folder (AUDITKIT_DATA, default ../shared/data). Each figure is the best of three
runs in one process; the cut points of both ways are compared as well as their times.
"""

import argparse
import os
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.cluster.hierarchy import fcluster, linkage

from auditkit.rules.star_years import StarYear, known_years, load_star_year
from auditkit.stars.clustering import inside_fences, outer_fences, resampled_cut_points
from auditkit.stars.grids import open_folder
from auditkit.stars.plan_year import measures_to_date
from auditkit.stars.population import Population, read_population, scores_of
from auditkit.stars.ratings import rate
from auditkit.stars.reader import read_measure_stars
from auditkit.stars.seasons import past_moves
from auditkit.stars.simulate import season_ratings
from auditkit.stars.variants import read_contract_facts

DATA = Path(os.environ.get("AUDITKIT_DATA", Path(__file__).parents[2] / "shared" / "data")) / "star_ratings"


def best_of(runs: int, work: Callable[[], object]) -> tuple[float, object]:
    """Seconds of the fastest run, and what it gave."""
    fastest, result = float("inf"), None
    for _ in range(runs):
        start = time.perf_counter()
        result = work()
        fastest = min(fastest, time.perf_counter() - start)
    return fastest, result


def clustered_scores(population: Population, year: StarYear) -> dict[tuple[str, str], tuple[np.ndarray, str]]:
    """Scores inside the fences of every clustered measure and group, with the measure's direction."""
    found = {}
    for measure in year.measures:
        for group in measure.cut_points if measure.method == "clustering" else ():
            scores = scores_of(population, year, measure, group)
            if len(scores) >= 10:
                kept = inside_fences(scores, outer_fences(scores))
                found[measure.id, group] = without_ties(kept), measure.direction
    return found


def without_ties(scores: np.ndarray) -> np.ndarray:
    """Each distinct score moved by about a hundred-thousandth, so that no two joins cost the same.

    Between joins of equal cost the two ways choose differently, and either choice is Ward's.
    """
    values, code = np.unique(scores, return_inverse=True)
    return (values + np.random.default_rng(9).normal(0, 1e-5, len(values)))[code]


def ours(measures: dict, partitions: int) -> dict:
    """Cut points by neighbours, all runs of a measure side by side."""
    return {
        name: resampled_cut_points(scores, direction, partitions, np.random.default_rng(1))
        for name, (scores, direction) in measures.items()
    }


def plain_loop(measures: dict, partitions: int) -> dict:
    """The same partitions, one SciPy tree a run."""
    return {
        name: scipy_cut_points(scores, direction, partitions)
        for name, (scores, direction) in measures.items()
    }


def scipy_cut_points(scores: np.ndarray, direction: str, partitions: int) -> np.ndarray:
    groups = np.argsort(np.random.default_rng(1).random((partitions, len(scores))), axis=1) % 10
    cuts = np.empty((partitions, 10, 4))
    for partition in range(partitions):
        for left_out in range(10):
            kept = scores[groups[partition] != left_out]
            labels = fcluster(linkage(kept[:, None], "ward"), 5, "maxclust")
            edge = np.min if direction == "higher" else np.max
            edges = sorted(
                (edge(kept[labels == label]) for label in set(labels)), reverse=direction == "lower"
            )
            cuts[partition, left_out] = np.array([np.nan] * (5 - len(edges)) + edges)[1:]
    return np.nan_to_num(np.nanmean(cuts, axis=1))


def sample_plan(year: StarYear, contracts: int) -> pd.DataFrame:
    """Counts of plausible size for every measure: made up for timing only."""
    generator, rows = np.random.default_rng(3), []
    for number in range(contracts):
        for measure in year.measures:
            people = int(generator.integers(60, 900))
            share = 0.6 + 0.3 * generator.random() if measure.direction == "higher" else 0.1
            rated = measure.method == "clustering" and measure.scale == "percent"
            rows.append(
                {
                    "contract": f"H99{number:02d}",
                    "measure": measure.id,
                    "measurement_year": year.star_year - 2,
                    "as_of_date": f"{year.star_year - 2}/09/30",
                    "numerator": round(people * share) if rated else None,
                    "denominator": people if rated else None,
                    "score": None,
                    "star": None if rated else 3,
                }
            )
    return pd.DataFrame(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--year", type=int, default=2025)
    parser.add_argument("--partitions", type=int, default=3)
    parser.add_argument("--seasons", type=int, default=1000)
    options = parser.parse_args()
    year = load_star_year(options.year)
    folder = open_folder(DATA / str(options.year), options.year)

    reading, population = best_of(3, lambda: read_population(DATA / str(options.year), options.year))
    stars = read_measure_stars(folder)
    rating, ratings = best_of(3, lambda: rate(stars, population.contracts, options.year))
    print(f"reading scores and contracts of {options.year}: {reading:.2f} s")
    rated = int(ratings[["part_c", "part_d", "overall"]].notna().sum().sum())
    print(f"rating {len(ratings)} contracts ({rated} ratings): {rating:.2f} s")

    quality = sample_plan(year, 2)
    measures = measures_to_date(quality, year, year)
    facts = read_contract_facts(None, sorted(set(quality["contract"])))
    pools = past_moves([load_star_year(number) for number in known_years()])
    simulating, _ = best_of(3, lambda: season_ratings(measures, facts, year, pools, options.seasons))
    print(f"simulating {options.seasons:,} seasons of {len(facts)} contracts: {simulating:.2f} s")

    inputs = clustered_scores(population, year)
    fast, own = best_of(3, lambda: ours(inputs, options.partitions))
    slow, plain = best_of(1, lambda: plain_loop(inputs, options.partitions))
    trees = len(inputs) * options.partitions * 10
    same = np.mean([np.isclose(np.nan_to_num(own[name]), plain[name]) for name in inputs])
    print(
        f"cut points of {len(inputs)} measures and groups, {options.partitions} partitions ({trees:,} trees):"
    )
    print(f"  neighbours joined side by side: {fast:.2f} s")
    print(f"  SciPy, one tree at a time:      {slow:.2f} s   ({slow / fast:.0f} times as long)")
    print(f"  equal cut points: {same:.1%}")


if __name__ == "__main__":
    main()
