"""The numbers of a share edition as they are gathered: cells, how they add up, rates and averages of them.

An id is `report|code|unit|period` and stands for one number wherever and whenever it is shown, so that two
tables, two editions and two releases can be held against each other.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from itertools import combinations

import pandas as pd

from auditkit.publish.release_cells import Cell, Rate, Relation, Statistic
from auditkit.publish.share_tables import Ref, ShareTable

ALL = "all"
Tables = Callable[[str], pd.DataFrame | None]
"""Gives a saved table of the run by its name; None where the run does not hold it."""


@dataclass
class Numbers:
    """Everything a share edition would show, before anything is hidden.

    threshold: smallest count that may be shown. tables: in reading order. absent: a sentence on each part
    the run does not hold. stages: number of the stage of each id, by its worth; where one of two numbers must
    be hidden, it is that of the later stage. stage: the one of what is counted now.
    """

    threshold: int
    stage: int = 0
    stages: dict[str, int] = field(default_factory=dict)
    tables: list[ShareTable] = field(default_factory=list)
    cells: dict[str, Cell] = field(default_factory=dict)
    relations: list[Relation] = field(default_factory=list)
    rates: dict[str, Rate] = field(default_factory=dict)
    statistics: dict[str, Statistic] = field(default_factory=dict)
    absent: list[str] = field(default_factory=list)

    def count(self, name: str, value: object, people: bool = True) -> Ref:
        """Add a count and give its reference; a missing value is no count and shows as none.

        Raises ValueError when the id already stands for another number.
        """
        whole = None if value is None or pd.isna(value) else int(value)
        cell = Cell(name, whole, people)
        self.stages.setdefault(name, self.stage)
        if self.cells.setdefault(name, cell) != cell:
            raise ValueError(f"{name}: two different numbers under one id")
        return Ref(name)

    def next_stage(self) -> None:
        """What is counted from now on is hidden rather than what was counted before."""
        self.stage += 1

    def total(self, name: str, parts: list[str]) -> Ref:
        """Add the sum of counts that are already there, and say so."""
        reference = self.count(name, sum(self.cells[part].value for part in parts))
        self.relations.append(Relation(name, tuple(parts)))
        return reference

    def balance(self, left: list[str], right: list[str]) -> None:
        """Say that two sums of counts are the same, or differ by a small count of its own.

        Nothing is said where a count is not known, or where the sums differ by more than a small count: what
        the difference is, nobody can then know from them.
        """
        if not left or not right or any(self._value(name) is None for name in (*left, *right)):
            return
        more = sum(self._value(name) for name in left) - sum(self._value(name) for name in right)
        if abs(more) >= self.threshold:
            return
        # What a sum says of earlier numbers has to be seen when those are settled.
        stage = max(self.stages[name] for name in (*left, *right))
        if more:
            rest = f"{'+'.join(left)}|beside|{'+'.join(right)}"
            self.stages.setdefault(rest, stage)
            self.count(rest, abs(more))
            left, right = (left, [*right, rest]) if more > 0 else ([*left, rest], right)
        if len(left) == 1 or len(right) == 1:
            whole, parts = (left, right) if len(left) == 1 else (right, left)
            if whole != parts:
                self.relations.append(Relation(whole[0], tuple(parts)))
            return
        joined = "+".join(left)
        self.stages.setdefault(joined, stage)
        self.total(joined, left)
        self.relations.append(Relation(joined, tuple(right)))

    def _value(self, name: str) -> int | None:
        return self.cells[name].value if name in self.cells else None

    def rate(self, name: str, numerator: str, denominator: str, decimals: int, down: bool = False) -> Ref:
        """Add the share of one count in another, in percent, rounded half up or down."""
        self.rates[name] = Rate(name, numerator, denominator, decimals, down=down)
        return Ref(name)

    def average(self, name: str, value: object, cases: str, kind: str = "mean") -> Ref:
        """Add a mean or median over as many cases as the count `cases` says."""
        number = None if value is None or pd.isna(value) else float(value)
        self.statistics[name] = Statistic(name, cases, kind, number)
        return Ref(name)

    def link(self, whole: str, sums: list[tuple[str, ...]]) -> None:
        """Say how a count goes together with that one of `sums` (ids to add up) which stands nearest to it.

        Two counts of nearly the same cases tell their difference, which may be a small cell.
        """
        value = self._value(whole)
        known = [names for names in sums if names and all(self._value(name) is not None for name in names)]
        if value and known:
            apart = [abs(value - sum(self._value(name) for name in names)) for names in known]
            self.balance([whole], list(known[apart.index(min(apart))]))

    def link_lines(self, told: Collection[str]) -> None:
        """Say what stood together: rules on one line may have stood apart, or otherwise together, before.

        told: ids of everything released before. A line's id is `head|a/b/RULE+RULE/what|unit|period`.
        """
        for name in [*self.cells, *told] if told else []:
            head, *rest = name.split("|")
            code = rest[0].split("/") if rest else []
            if len(code) == 4 and "+" in code[2]:
                codes = ["/".join([*code[:2], rule, code[3]]) for rule in code[2].split("+")]
                self.relations.append(Relation(name, tuple("|".join([head, one, *rest[1:]]) for one in codes)))


def sums_of(groups: list[tuple[str, ...]], most: int) -> list[tuple[str, ...]]:
    """Every way to add up one to `most` of `groups`, the fewest first."""
    return [
        tuple(name for group in chosen for name in group)
        for size in range(1, min(most, len(groups)) + 1)
        for chosen in combinations(groups, size)
    ]


def titled(table: str, codes: dict[str, str]) -> str:
    """A table's code with its title where it is a record layout, else its name in words."""
    return f"{table}: {codes[table]}" if table in codes else table.replace("_", " ").capitalize()
