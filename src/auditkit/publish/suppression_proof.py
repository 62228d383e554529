"""Proof that no hidden cell can be worked out: all that a reader knows, as whole-number equations.

A reader knows the shown cells, how cells add up, that counts are whole and not negative, and what the words
of a hidden cell say of it. A cell can be worked out when only one number agrees with all of that, so for each
hidden cell a second possible number is sought, above and below the real one (`scipy.optimize.milp`, HiGHS).

Whole numbers are essential, and a linear program would not do: its smallest and largest may lie at fractions
between which no second whole number exists, and it cannot say "zero, or at least 11", which is what the
words of a secondary cell give away (11 of 12 in time: the late one is 1 to 10, the timely ones 0 or 11 and
more, so they are 11). Nothing rests on the solver's tolerance: a number of the solver counts only after it
was rounded and held against every equation in exact arithmetic; what it fails to show counts as derivable.
"""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from scipy.sparse import csr_array

from auditkit.publish.possibilities import Unknowns, settled_values
from auditkit.publish.release_cells import Cell, Kind, Relation


def derivable(
    cells: Iterable[Cell], relations: Sequence[Relation], shown: Mapping[str, int],
    hidden: Mapping[str, Kind | None], threshold: int,
) -> list[str]:  # fmt: skip
    """Give the ids of the hidden cells that a reader can work out, in the order of `hidden`.

    cells: of the release; their numbers only help to be quick. relations: how cells add up. shown: number by
    id of all that the reader sees, in this release or an earlier one. hidden: kind of each hidden cell; None
    when nothing is told of it. threshold: smallest count shown.
    """
    known = {cell.id: cell for cell in cells}
    found = worked_out(known, relations, shown, hidden, hidden, threshold)
    return [name for name in hidden if name in found]


def worked_out(
    cells: Mapping[str, Cell], relations: Sequence[Relation], shown: Mapping[str, int],
    hidden: Mapping[str, Kind | None], asked: Iterable[str], threshold: int,
) -> dict[str, int | None]:  # fmt: skip
    """Give the ids among `asked` that have only one possible number, with that number.

    The number is None where nothing at all agrees with what is told. An id that is neither shown nor hidden
    is any count. Other arguments as in `derivable`.
    """
    wanted = set(asked)
    answers: dict[str, int | None] = {}
    sums = sums_by_cell(relations)
    for names in linked(relations, shown, wanted):
        place = {name: number for number, name in enumerate(names)}
        goals = {name: {place[name]: 1} for name in names if name in wanted}
        if goals:
            own = dict.fromkeys(one for name in names for one in sums.get(name, ()))
            unknowns = _unknowns(place, cells, own, shown, hidden, threshold)
            found, one = settled_values(unknowns, goals, _real(names, cells))
            answers |= {name: None if one is None else int(one[place[name]]) for name in found}
    return answers


def sums_by_cell(relations: Iterable[Relation]) -> dict[str, list[Relation]]:
    """The sums in which each cell stands, as total or part."""
    sums: dict[str, list[Relation]] = {}
    for relation in relations:
        for name in (relation.total, *relation.parts):
            sums.setdefault(name, []).append(relation)
    return sums


def linked(relations: Sequence[Relation], shown: Iterable[str], also: Iterable[str] = ()) -> list[list[str]]:
    """Give the ids that are not shown, in groups that no equation connects with one another."""
    seen, leader = set(shown), {}

    def lead(name: str) -> str:
        while leader[name] != name:
            leader[name] = leader[leader[name]]
            name = leader[name]
        return name

    together = [(relation.total, *relation.parts) for relation in relations]
    for names in [*together, *((name,) for name in also)]:
        open_ones = [name for name in names if name not in seen]
        for name in open_ones:
            leader.setdefault(name, name)
            leader[lead(name)] = lead(open_ones[0])
    groups: dict[str, list[str]] = {}
    for name in leader:
        groups.setdefault(lead(name), []).append(name)
    return list(groups.values())


def _unknowns(
    place: dict[str, int], cells: Mapping[str, Cell], relations: Iterable[Relation],
    shown: Mapping[str, int], hidden: Mapping[str, Kind | None], threshold: int,
) -> Unknowns:  # fmt: skip
    """The equations of one group of linked cells, and what is told of each cell."""
    entries, sums = [], []
    for relation in relations:
        terms = [(relation.total, 1), *((part, -1) for part in relation.parts)]
        entries += [(len(sums), place[name], sign) for name, sign in terms if name in place]
        sums.append(-sum(sign * int(shown[name]) for name, sign in terms if name not in place))
    row, column, sign = np.array(entries, dtype=np.int64).reshape(-1, 3).T
    numbers = [abs(number) for number in sums] + [cells[name].value or 0 for name in place if name in cells]
    ceiling = 2 * max([*numbers, threshold]) + 4 * threshold
    kinds = [hidden.get(name) for name in place]
    gap = [hidden.get(name) == "secondary" and (name not in cells or cells[name].people) for name in place]
    return Unknowns(
        names=list(place),
        rows=csr_array((sign, (row, column)), shape=(len(sums), len(place))),
        sums=np.array(sums, dtype=np.int64),
        low=np.array([1 if kind == "primary" else 0 for kind in kinds]),
        high=np.array([threshold - 1 if kind == "primary" else ceiling for kind in kinds]),
        least=np.array([threshold if zero_or_more else 0 for zero_or_more in gap]),
    )


def _real(names: list[str], cells: Mapping[str, Cell]) -> np.ndarray | None:
    """The real numbers, which are one possibility, when all of them are at hand."""
    numbers = [cells[name].value if name in cells else None for name in names]
    return None if None in numbers else np.array(numbers, dtype=np.int64)
