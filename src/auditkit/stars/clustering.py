"""Cut points from scores: outer fences, mean resampling and Ward's clustering.

Source: 42 CFR 422.166(a)(2)(i) and 423.186(a)(2)(i); the particulars (quartile definition, ten
groups, five clusters, which end of a cluster is the cut point, rounding) from the 2026 Technical
Notes, Attachment K. CMS's own partition into ten groups (SAS SURVEYSELECT, seed 8675309) cannot
be drawn again outside SAS, so every function here draws partitions from a generator it is given
and gives back all of them: the spread over partitions is part of the answer.
"""

import numpy as np

from auditkit.stars.ward import cluster_ranges

GROUPS = 10  # leave-one-group-out runs of mean resampling
STARS = (2, 3, 4, 5)  # the stars that have a cut point; one star is what lies below


def outer_fences(scores: np.ndarray, lowest: float = -np.inf, highest: float = np.inf) -> tuple[float, float]:
    """Give Tukey's outer fences Q1 - 3*IQR and Q3 + 3*IQR, capped to the measure's own range.

    Quartiles follow SAS's default (PCTLDEF=5: the empirical distribution, with the mean of two
    neighbours where it steps exactly at the quarter). An IQR of zero is not treated apart: both
    fences then sit on the median value (2026 Technical Notes, Tables K-3 to K-6: MPF Price Accuracy).
    """
    q1, q3 = np.quantile(scores, [0.25, 0.75], method="averaged_inverted_cdf")
    reach = 3 * (q3 - q1)
    return max(q1 - reach, lowest), min(q3 + reach, highest)


def inside_fences(scores: np.ndarray, fences: tuple[float, float]) -> np.ndarray:
    """Give the scores that lie on or between the fences."""
    return scores[(scores >= fences[0]) & (scores <= fences[1])]


def round_half_up(values: np.ndarray | float, decimals: int) -> np.ndarray:
    """Round half up, as CMS does for scores and cut points (83.5 -> 84); floating noise is forgiven."""
    factor = 10.0**decimals
    return np.floor(np.asarray(values, dtype=float) * factor + 0.5 + 1e-9) / factor


def leave_one_group_out(
    scores: np.ndarray, partitions: int, generator: np.random.Generator, groups: int = GROUPS
) -> tuple[np.ndarray, np.ndarray]:
    """Split the scores at random into equal groups, `partitions` times, and leave each group out once.

    Gives the distinct scores in rising order and their counts: one row a run (partition by
    partition, group by group), one column a distinct score.
    """
    values, code, counts = np.unique(scores, return_inverse=True, return_counts=True)
    n, k = len(scores), len(values)
    group = np.argsort(generator.random((partitions, n)), axis=1) % groups
    cell = (np.arange(partitions)[:, None] * groups + group) * k + code
    left_out = np.bincount(cell.ravel(), minlength=partitions * groups * k).reshape(-1, k)
    return values, counts - left_out


def resampled_cut_points(
    scores: np.ndarray,
    direction: str,
    partitions: int,
    generator: np.random.Generator,
    end_of_range: float = 0.0,
) -> np.ndarray:
    """Give the four cut points (stars 2 to 5) of each random partition, not yet rounded.

    scores: one a contract, outliers already removed.
    direction: `higher` (cut point = lowest score of the cluster) or `lower` (= highest score).
    end_of_range: the worst score the measure allows; the cut point of a star no run has a cluster
        for. Runs with fewer than five distinct scores have clusters for the upper stars only, and
        the mean is taken over the runs that have the cluster. (CMS printed 0, 0, 0, 99 where one
        cluster was left in every run; the mean over some runs is our reading.)

    An array (partitions x 4): the mean of ten leave-one-group-out runs each.
    """
    values, counts = leave_one_group_out(scores, partitions, generator)
    if direction == "higher":
        edges, _ = cluster_ranges(values, counts, 5)
    else:  # mirrored, so that the best cluster is the last one here as well
        edges, _ = cluster_ranges(-values[::-1], counts[:, ::-1], 5)
        edges = -edges
    runs = edges[:, 1:].reshape(partitions, -1, 4)
    found = ~np.isnan(runs)
    sums = np.where(found, runs, 0.0).sum(axis=1)
    return np.where(found.any(axis=1), sums / np.maximum(found.sum(axis=1), 1), end_of_range)


def improvement_cut_points(scores: np.ndarray, partitions: int, generator: np.random.Generator) -> np.ndarray:
    """Give the cut points of an improvement measure (scores from -1 to 1) for each random partition.

    Scores below zero and from zero up have their own fences. From zero up three clusters make
    3, 4 and 5 stars, with the 3-star cut point fixed at zero (no net change); below zero two
    clusters make 1 and 2 stars (2026 Technical Notes, Attachments I and K). Rounded to six decimals.
    """
    scores = np.asarray(scores, dtype=float)
    sides = {}
    for name, side, clusters in (("gain", scores[scores >= 0], 3), ("loss", scores[scores < 0], 2)):
        kept = inside_fences(side, outer_fences(side))
        values, counts = leave_one_group_out(kept, partitions, generator)
        low, _ = cluster_ranges(values, counts, clusters)
        sides[name] = low.reshape(partitions, -1, clusters).mean(axis=1)
    cuts = np.column_stack(
        [
            sides["loss"][:, 1],
            np.zeros(partitions),
            sides["gain"][:, 1],
            sides["gain"][:, 2],
        ]
    )
    return np.round(cuts, 6)
