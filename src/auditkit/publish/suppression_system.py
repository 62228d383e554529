"""All that a reader could lay side by side: the release, what was released before, and what follows from it.

Numbers that no table prints are numbers too: the rest of a rate (1,000 less 995), the part of a total that
was left out (a plan of 206 less 200), the change since the last release (103 less 100). They are added here
as cells nobody shows, so that one method protects them all.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from auditkit.publish.release_cells import Cell, Kind, Rate, Relation, Released, check_cells

EARLIER = " as released before"


@dataclass
class System:
    """Cells by id, and what is known of them.

    cells: with every id that a relation names. own: ids of the release itself, which can be shown or hidden.
    public: numbers shown in earlier releases. kept: cells hidden in earlier releases, which stay hidden.
    unseen: ids that are never shown, with a phrase that says what each is. under: ids that stand under a
    small denominator, with its id.
    """

    cells: dict[str, Cell]
    own: set[str]
    relations: list[Relation]
    public: dict[str, int] = field(default_factory=dict)
    kept: dict[str, Kind | None] = field(default_factory=dict)
    unseen: dict[str, str] = field(default_factory=dict)
    under: dict[str, str] = field(default_factory=dict)

    def value(self, name: str) -> int | None:
        """The number of a cell, None where it is not known."""
        return self.cells[name].value

    def small(self, name: str, threshold: int) -> bool:
        """Is this a count of people that is too small to show?"""
        cell = self.cells[name]
        return cell.people and cell.value is not None and 1 <= cell.value < threshold


def build_system(
    cells: Iterable[Cell], relations: Iterable[Relation], rates: Iterable[Rate], threshold: int,
    released: Released,
) -> System:  # fmt: skip
    """Lay the release beside what was released before.

    Arguments as in `suppress.suppress`. Raises InputError as `check_cells` does.
    """
    cells, relations, rates = list(cells), list(dict.fromkeys(relations)), list(rates)
    check_cells(cells, relations, rates)
    system = System({cell.id: cell for cell in cells}, {cell.id for cell in cells}, list(relations))
    _add_released(system, released)
    _add_implied(system)
    _add_disagreements(system)
    _add_changes(system, threshold, released)
    _add_earlier_relations(system, relations, released)
    under = _by_total(system.relations)
    for rate in rates:
        _add_rest(system, rate, under.get(rate.denominator, []))
    under = _by_total(system.relations)
    for rate in rates:
        if system.small(rate.denominator, threshold):
            _note_numerators(system, rate, under.get(rate.denominator, []))
    return system


def _by_total(relations: Iterable[Relation]) -> dict[str, list[Relation]]:
    sums: dict[str, list[Relation]] = {}
    for relation in relations:
        sums.setdefault(relation.total, []).append(relation)
    return sums


def told(released: Released, name: str) -> tuple[int | Kind | None, ...]:
    """Everything earlier releases told of a cell, oldest first; empty when it is in none."""
    if name not in released:
        return ()
    said = released[name]
    return said if isinstance(said, tuple) else (said,)


def _add_released(system: System, released: Released) -> None:
    named = {name for one in system.relations for name in (one.total, *one.parts)}
    for name in sorted(named | system.own):
        cell = system.cells.setdefault(name, Cell(name, None))
        said = told(released, name)
        numbers = [one for one in said if isinstance(one, int)]
        if numbers and (cell.value is None or cell.value in numbers):
            number = numbers[-1] if cell.value is None else cell.value
            system.cells[name] = Cell(name, number, cell.people)
            system.public[name] = number
        elif said and len(numbers) < len(said):
            system.kept[name] = next(one for one in reversed(said) if not isinstance(one, int))
        elif name not in system.own:
            system.unseen[name] = f"what is left of {name}"


def _add_implied(system: System) -> None:
    """Fill in a number nobody gave where the others of its relation leave one possibility."""
    before = -1
    while before != (before := sum(cell.value is None for cell in system.cells.values())):
        for relation in list(system.relations):
            unknown = [name for name in (relation.total, *relation.parts) if system.value(name) is None]
            if len(unknown) != 1:
                continue
            left = _left_over(system, relation)
            number = -left if unknown == [relation.total] else left
            if number < 0:  # a number has changed since it was released: the sum tells nothing any more
                system.relations.remove(relation)
            else:
                system.cells[unknown[0]] = Cell(unknown[0], number, system.cells[unknown[0]].people)


def _left_over(system: System, relation: Relation) -> int:
    """The total less its parts, as far as they are known."""
    return (system.value(relation.total) or 0) - sum(system.value(part) or 0 for part in relation.parts)


def _add_disagreements(system: System) -> None:
    """A total that is not what its parts came to when they were released: the change is a count as well."""
    for relation in list(system.relations):
        names = (relation.total, *relation.parts)
        left = _left_over(system, relation)
        if left == 0 or any(system.value(name) is None for name in names):
            continue
        system.relations.remove(relation)
        change, parts = f"{relation.total} less its parts", f"parts of {relation.total}"
        what = f"the change of {relation.total} since its parts were released"
        _add_unseen(system, change, abs(left), what)
        _add_unseen(system, parts, system.value(relation.total) - left, f"the sum of the {parts}")
        larger, smaller = (relation.total, parts) if left > 0 else (parts, relation.total)
        system.relations += [Relation(parts, relation.parts), Relation(larger, (smaller, change))]


def _add_unseen(system: System, name: str, number: int, what: str, people: bool = True) -> None:
    system.cells[name] = Cell(name, number, people)
    system.unseen[name] = what


def _add_changes(system: System, threshold: int, released: Released) -> None:
    """A number that differs by less than the threshold from what was released: a small count came or went."""
    for name in sorted(system.own):
        cell = system.cells[name]
        if name in system.public or not cell.people or cell.value is None:
            continue
        for number in dict.fromkeys(one for one in told(released, name) if isinstance(one, int)):
            if not 1 <= abs(cell.value - number) < threshold:
                continue
            old, change = f"{name}{EARLIER} ({number})", f"{name} less {number}"
            system.public[old] = number
            system.cells[old] = Cell(old, number)
            what = f"the change of {name} since it was released"
            _add_unseen(system, change, abs(cell.value - number), what)
            larger, smaller = (name, old) if cell.value > number else (old, name)
            system.relations.append(Relation(larger, (smaller, change)))


def _add_earlier_relations(system: System, relations: list[Relation], released: Released) -> None:
    """A sum as it was released before a number of it changed; a reader may take the hidden ones as unchanged.

    Only where that is possible: an equation that the real numbers of today break tells a reader nothing.
    """
    for relation in relations:
        names = (relation.total, *relation.parts)
        old: dict[str, str] = {}
        for name in names:
            numbers = [one for one in told(released, name) if isinstance(one, int)]
            if numbers and name not in system.public:
                old[name] = f"{name}{EARLIER} ({numbers[-1]})"
                system.public[old[name]] = numbers[-1]
                system.cells[old[name]] = Cell(old[name], numbers[-1])
        if not old or any(not told(released, name) for name in names):
            continue
        total, *parts = (old.get(name, name) for name in names)
        values = [system.value(part) for part in parts]
        if None not in values and system.value(total) == sum(values):
            system.relations.append(Relation(total, tuple(parts)))


def _add_rest(system: System, rate: Rate, under: list[Relation]) -> None:
    """The denominator less the numerator, unless it is a cell already. under: the sums to the denominator."""
    above, below = system.value(rate.numerator), system.value(rate.denominator)
    if rate.per != 100 or above is None or below is None:
        return
    if any(len(relation.parts) == 2 and rate.numerator in relation.parts for relation in under):
        return
    rest = f"{rate.denominator} less {rate.numerator}"
    people = system.cells[rate.denominator].people
    _add_unseen(system, rest, below - above, f"the rest of rate {rate.id}", people)
    system.relations.append(Relation(rate.denominator, (rate.numerator, rest)))


def _note_numerators(system: System, rate: Rate, under: list[Relation]) -> None:
    """A small denominator takes its numerator with it, and what stands beside that in the denominator."""
    beside = {part for relation in under if rate.numerator in relation.parts for part in relation.parts}
    for name in sorted(beside | {rate.numerator}):
        if name not in system.public:
            system.under[name] = rate.denominator
