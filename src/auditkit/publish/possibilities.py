"""Which whole numbers agree with a set of sums: the search behind the proof of suppression.

A possibility is one number for each unknown, such that every sum holds and every unknown stays within what
is told of it. To show that an unknown is open, two possibilities that differ in it are enough. The search
therefore starts small: it keeps most unknowns as they are in the first possibility, lets a few neighbours
vary, and widens to all of them only where that fails; only then is "there is no second one" an answer.
"""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

SCATTERED = 4  # possibilities sought at random before unknowns are taken singly
NEIGHBOURS = (16, 64)  # unknowns that vary at first; widened to all where these do not suffice


@dataclass(frozen=True)
class Unknowns:
    """Linked unknowns: rows @ x = sums, low <= x <= high, and x zero or at least `least` where that is not 0.

    names: of the unknowns, in the order of the columns of `rows` (one row a sum, whole numbers).
    """

    names: list[str]
    rows: csr_array
    sums: np.ndarray
    low: np.ndarray
    high: np.ndarray
    least: np.ndarray

    @cached_property
    def by_column(self):
        """The same sums, quick to reach from an unknown."""
        return self.rows.tocsc()

    def holds(self, x: np.ndarray) -> bool:
        """Is x a possibility? In whole numbers, so that no tolerance of a solver can slip in."""
        return bool(
            (self.rows @ x == self.sums).all()
            and (x >= self.low).all()
            and (x <= self.high).all()
            and ((x == 0) | (x >= self.least)).all()
        )


def settled_values(
    unknowns: Unknowns, goals: dict[str, dict[int, int]], first: np.ndarray | None
) -> tuple[list[str], np.ndarray | None]:
    """Give the goals that come to the same number in every possibility, and one possibility.

    That is None where there is none at all. goals: name to weights by column; the goal is the weighted sum of
    those unknowns. first: a possibility that is known already.
    """
    everything = np.arange(len(unknowns.names))
    if first is None or not unknowns.holds(first):
        first = _vary(unknowns, np.zeros_like(unknowns.low), everything)
    if first is None:
        return list(goals), None
    left = dict(goals)
    for found in _scattered(unknowns, first, everything) if len(goals) > SCATTERED else ():
        left = _still(left, found - first)
    sizes = [size for size in NEIGHBOURS if size < len(everything)] + [len(everything)]
    for name in list(left):
        for size in sizes:
            if name not in left:
                break
            varied = _near(unknowns, list(left[name]), size) if size < len(everything) else everything
            for sign in (1, -1):
                found = _vary(unknowns, first, varied, move=(left[name], sign)) if name in left else None
                if found is not None:
                    left = _still(left, found - first)
    return list(left), first


def _scattered(unknowns: Unknowns, first: np.ndarray, everything: np.ndarray) -> Iterator[np.ndarray]:
    """Possibilities far from the first one, in directions drawn at random (the same ones every time)."""
    scatter = np.random.default_rng(0)
    for _ in range(SCATTERED):
        push = scatter.choice([-1.0, 1.0], len(everything))
        found = _vary(unknowns, first, everything, push=push)
        if found is not None:
            yield found


def _still(goals: dict[str, dict[int, int]], moved: np.ndarray) -> dict[str, dict[int, int]]:
    """The goals that `moved`, the difference of two possibilities, leaves where they were."""
    by = {column: int(moved[column]) for column in np.flatnonzero(moved).tolist()}
    return {
        name: goal
        for name, goal in goals.items()
        if not sum(weight * by.get(column, 0) for column, weight in goal.items())
    }


def _near(unknowns: Unknowns, start: list[int], size: int) -> np.ndarray:
    """The unknowns nearest to `start`, short sums first."""
    rows, columns = unknowns.rows, unknowns.by_column
    near: dict[int, None] = dict.fromkeys(start)
    seen: set[int] = set()
    queue: list[tuple[int, int]] = []

    def reach(column: int, far: int) -> None:
        for row in columns.indices[columns.indptr[column] : columns.indptr[column + 1]].tolist():
            if row not in seen:
                seen.add(row)
                heapq.heappush(queue, (far + int(rows.indptr[row + 1] - rows.indptr[row]), row))

    for column in start:
        reach(column, 0)
    while queue and len(near) < size:
        far, row = heapq.heappop(queue)
        for column in rows.indices[rows.indptr[row] : rows.indptr[row + 1]].tolist():
            if column not in near:
                near[column] = None
                reach(column, far)
    return np.array(list(near))


def _vary(
    unknowns: Unknowns, base: np.ndarray, varied: np.ndarray, push: np.ndarray | None = None,
    move: tuple[dict[int, int], int] | None = None,
) -> np.ndarray | None:  # fmt: skip
    """A possibility that differs from `base` in the varied unknowns only, or None when none was found.

    push: weights of a sum that should become large. move: a goal and +1 or -1; its sum must become larger or
    smaller than it is in `base`.
    """
    rows = unknowns.by_column[:, varied].tocoo()
    sums = unknowns.sums - unknowns.rows @ base
    np.add.at(sums, rows.row, rows.data * base[varied][rows.col])
    touched, row = np.unique(rows.row, return_inverse=True)
    low, high, least = (limits[varied] for limits in (unknowns.low, unknowns.high, unknowns.least))
    gaps = np.flatnonzero(least)  # x is zero or at least `least`: a switch s, least*s <= x <= high*s
    switches, each = len(varied) + np.arange(len(gaps)), np.arange(len(gaps))
    above, below = len(touched) + each, len(touched) + len(gaps) + each
    one = np.ones(len(gaps))
    lower = [sums[touched], 0 * one, -np.inf * one]
    upper = [sums[touched], np.inf * one, 0 * one]
    entries = [
        (rows.data, row, rows.col), (one, above, gaps), (-least[gaps], above, switches),
        (one, below, gaps), (-high[gaps], below, switches),
    ]  # fmt: skip
    if move:
        place = {column: number for number, column in enumerate(varied.tolist())}
        goal, sign = move
        columns = [place[column] for column in goal]
        entries.append((sign * np.array([*goal.values()]), np.full(len(goal), sum(map(len, lower))), columns))
        lower.append([sign * sum(weight * int(base[column]) for column, weight in goal.items()) + 1])
        upper.append([np.inf])
    values, places, columns = (np.concatenate(parts) for parts in zip(*entries, strict=True))
    lower, upper = np.concatenate(lower), np.concatenate(upper)
    matrix = csr_array((values, (places, columns)), shape=(len(lower), len(varied) + len(gaps)))
    answer = milp(
        np.concatenate([np.zeros(len(varied)) if push is None else -push, 0 * one]),
        integrality=np.ones(matrix.shape[1]),
        bounds=Bounds(np.concatenate([low, 0 * one]), np.concatenate([high, one])),
        constraints=[LinearConstraint(matrix, lower, upper)] if len(lower) else [],
        options={"mip_rel_gap": 1.0},
    )
    if answer.x is None:
        return None
    x = base.copy()
    x[varied] = np.rint(answer.x[: len(varied)]).astype(np.int64)
    return x if unknowns.holds(x) else None
