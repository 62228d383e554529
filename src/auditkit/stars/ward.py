"""Ward's clustering of numbers on a line, for many samples at once.

On a line Ward's method only ever joins neighbours: joining two clusters across a third one
costs more than joining one of them with the cluster between (if both neighbour joins cost at
least m, the join across costs at least m * (1 + 2*sqrt(ac)/(a+c)) > m, with a and c the sizes).
And equal values are joined first, at no cost. So a sample is the count of contracts at each
distinct score, the tree is a row of neighbours, and thousands of samples of the same scores
(leave-one-group-out runs, random partitions, simulated seasons) are joined step by step side by
side. The result equals `scipy.cluster.hierarchy.linkage(method="ward")` cut into the same
number of clusters, except where two joins cost exactly the same: here the lower one comes first.
"""

import numpy as np


def cluster_ranges(values: np.ndarray, counts: np.ndarray, clusters: int) -> tuple[np.ndarray, np.ndarray]:
    """Give the lowest and the highest value of each cluster, in rising order, for each sample.

    values: the distinct scores in rising order (k of them).
    counts: one row a sample, one column a value: how many contracts have that score.
    clusters: how many clusters to cut the tree into.

    Two arrays (samples x clusters). A sample with fewer distinct scores than `clusters` has one
    cluster a score, at the right-hand end; the cells to the left of them are NaN.
    """
    samples, width = counts.shape
    row = _Row(values, counts)
    for _ in range(width - clusters):
        at = np.flatnonzero(row.alive > clusters)
        if not at.size:
            break
        row.join_cheapest(at)
    return row.ranges(values, clusters, samples)


class _Row:
    """The clusters of every sample as linked neighbours; column `width` is the stop at both ends."""

    def __init__(self, values: np.ndarray, counts: np.ndarray):
        samples, width = counts.shape
        self.width = width
        self.size = np.zeros((samples, width + 1))
        self.size[:, :width] = counts
        self.total = self.size * np.append(values, 0.0)
        present = counts > 0
        self.alive = present.sum(axis=1)
        self.left, self.right = _neighbours(present)
        self.last = np.tile(np.arange(width + 1), (samples, 1))
        self.present = np.hstack([present, np.zeros((samples, 1), dtype=bool)])
        everywhere = np.arange(samples)
        self.cost = np.full((samples, width + 1), np.inf)
        for column in range(width):
            self._price(everywhere, np.full(samples, column))
        self.cost[~self.present] = np.inf

    def _price(self, at: np.ndarray, slot: np.ndarray) -> None:
        """Set the cost of joining each `slot` with its right-hand neighbour: ab/(a+b) * distance²."""
        after = self.right[at, slot]
        a, b = self.size[at, slot], self.size[at, after]
        with np.errstate(divide="ignore", invalid="ignore"):
            distance = self.total[at, after] / b - self.total[at, slot] / a
            cost = a * b / (a + b) * distance * distance
        self.cost[at, slot] = np.where((after == self.width) | (slot == self.width), np.inf, cost)

    def join_cheapest(self, at: np.ndarray) -> None:
        """Join the cheapest pair of neighbours in each of the samples `at`."""
        slot = np.argmin(self.cost[at] if at.size < len(self.cost) else self.cost, axis=1)
        gone = self.right[at, slot]
        self.size[at, slot] += self.size[at, gone]
        self.total[at, slot] += self.total[at, gone]
        self.last[at, slot] = self.last[at, gone]
        after = self.right[at, gone]
        self.right[at, slot] = after
        self.left[at, after] = slot
        self.cost[at, gone] = np.inf
        self.present[at, gone] = False
        self.alive[at] -= 1
        self._price(at, slot)
        self._price(at, self.left[at, slot])

    def ranges(self, values: np.ndarray, clusters: int, samples: int) -> tuple[np.ndarray, np.ndarray]:
        low = np.full((samples, clusters), np.nan)
        high = np.full((samples, clusters), np.nan)
        sample, slot = np.nonzero(self.present)
        order_from_right = self.alive[sample] - (np.cumsum(self.present, axis=1)[sample, slot])
        place = clusters - 1 - order_from_right
        low[sample, place] = values[slot]
        high[sample, place] = values[self.last[sample, slot]]
        return low, high


def _neighbours(present: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give the present column to the left and to the right of each column (`width` when none)."""
    samples, width = present.shape
    columns = np.arange(width)
    before = np.where(present, columns, -1)
    before = np.maximum.accumulate(before, axis=1)
    after = np.where(present, columns, width)
    after = np.minimum.accumulate(after[:, ::-1], axis=1)[:, ::-1]
    left = np.full((samples, width + 1), width)
    right = np.full((samples, width + 1), width)
    left[:, 1:width] = np.where(before[:, :-1] < 0, width, before[:, :-1])
    right[:, : width - 1] = after[:, 1:]
    return left, right
