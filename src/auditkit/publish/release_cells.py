"""What a release holds, as plain data: counts, how they add up, and the rates and averages made from them.

A cell's id says which number it is, in every release: `report|code|unit|period`. Two cells of one id are the
same number, so that what was released before can be laid beside what is about to be released.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from numbers import Integral
from typing import Literal

import pandas as pd

from auditkit.errors import InputError

Kind = Literal["primary", "secondary", "withheld"]
"""Why a cell is hidden, and what a reader may conclude from its words.

primary: a count of 1 up to the threshold less one; its words say so. secondary: hidden so that another cell
cannot be worked out; a reader may conclude that it is not a small count. withheld: hidden with the words of a
secondary cell whatever its size, so that they tell nothing. So hides a small denominator what stands under it
(were 3 of 8 told as "1-10" and 0 of 8 as "secondary", the words would give away the zero, and the rate), and
a small count that its own words would give away (ten counts of 1-10 that sum to 1-10 are ten ones).
"""

Told = int | Kind | None
Released = Mapping[str, Told | tuple[Told, ...]]
"""What earlier releases told of a cell: the number shown, the kind under which it was hidden, or None when it
was hidden and the kind is not known; a tuple when several releases told different things."""


@dataclass(frozen=True)
class Cell:
    """One count of a release.

    value: whole and not negative; None when there is no number (not reported). people: does it count people,
    cases or services, so that a small one must be hidden; a count of rules or contracts need not be.
    """

    id: str
    value: int | None
    people: bool = True


@dataclass(frozen=True)
class Relation:
    """The cell `total` is the sum of the cells `parts`.

    Each id is a cell of this release or of an earlier one; an id that is neither stands for a number nobody
    shows.
    """

    total: str
    parts: tuple[str, ...]


@dataclass(frozen=True)
class Rate:
    """`numerator` in `per` of `denominator`, rounded half up to `decimals`; or down, as a working edition may
    do so that 100.0 means every case.

    per: 100 for a percentage, whose numerator is part of its denominator; any other number (1000 for "per
    1,000 members") says that the two count different things.
    """

    id: str
    numerator: str
    denominator: str
    decimals: int = 1
    per: int = 100
    down: bool = False


@dataclass(frozen=True)
class Statistic:
    """A number that describes cases without counting them.

    cases: id of the cell that counts the cases it rests on. value: None when there are none.
    """

    id: str
    cases: str
    kind: Literal["mean", "median", "minimum", "maximum"]
    value: float | None


@dataclass(frozen=True)
class Suppression:
    """What may be seen of a release.

    hidden: every hidden cell and its kind. words: what stands in the place of each hidden cell, rate and
    statistic. shown: the number of every other cell, rate and statistic, None where there is none. log: for
    the working side only, as it holds the hidden numbers; one row a hidden or already public cell: id, value,
    kind, reason.
    """

    hidden: dict[str, Kind]
    words: dict[str, str]
    shown: dict[str, int | float | None]
    log: pd.DataFrame

    def seen(self) -> dict[str, int | float | str | None]:
        """The number or the words of every id, which is all that a reader may get."""
        return {**self.shown, **self.words}


def check_cells(cells: Iterable[Cell], relations: Iterable[Relation], rates: Iterable[Rate]) -> None:
    """Refuse what cannot be judged: raises InputError naming the cell, relation or rate.

    Ids must be unique, counts whole and not negative, totals the sums of their parts, the numerator of a
    percentage not above its denominator.
    """
    values: dict[str, int | None] = {}
    for cell in cells:
        if cell.id in values:
            raise InputError(f"The release holds cell {cell.id} twice; give each number one id.")
        if cell.value is not None and (not isinstance(cell.value, Integral) or cell.value < 0):
            raise InputError(f"Cell {cell.id} is not a count (whole, and zero or more); correct it.")
        values[cell.id] = cell.value
    for relation in relations:
        parts = [values.get(part) for part in relation.parts]
        total = values.get(relation.total)
        if total is not None and None not in parts and total != sum(parts):
            raise InputError(f"Cell {relation.total} is not the sum of the parts given for it; correct one.")
    for rate in rates:
        for name in (rate.numerator, rate.denominator):
            if name not in values:
                raise InputError(f"Rate {rate.id} needs cell {name}, which is not in the release; add it.")
        above, below = values[rate.numerator], values[rate.denominator]
        if rate.per == 100 and above is not None and below is not None and above > below:
            raise InputError(f"Rate {rate.id}: its numerator is above its denominator; correct one.")
