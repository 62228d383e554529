"""Small cells: which counts, rates and averages of a release are hidden so that no small count can be seen.

House rules after CMS's cell size suppression policy (version of 2024-01-26, as published by ResDAC and HHS).
That the policy binds a plan's own data, and what MassHealth asks, was not located.

1. A count of 1 up to the threshold less one is hidden.
2. A percentage is hidden, and its numerator with it, where numerator, rest or denominator is such a count.
3. Where a hidden cell could be worked out from a total, the next smallest cell is hidden too.
4. The same holds across quarters and years, programs and plan, and everything released before.
5. Averages and medians rest on enough cases, or are hidden; a minimum and a maximum describe one person.
6. Hidden cells have words, never a blank or a zero.

Rule 3 is done by its wording first and then held to the proof of `suppression_proof`: cells are hidden until
nothing can be worked out. A mean needs no proof of its own: it is shown only with its count, and sums add up
over the same cells as counts do, so whatever leaves a count open leaves the sum open.
"""

from collections.abc import Iterable, Sequence

import pandas as pd

from auditkit.errors import InputError
from auditkit.publish.release_cells import (
    Cell, Kind, Rate, Relation, Released, Statistic, Suppression,
)  # fmt: skip
from auditkit.publish.suppressed_words import cell_words, rate_number, rate_words
from auditkit.publish.suppression_proof import linked, worked_out
from auditkit.publish.suppression_system import System, build_system

LEAST_THRESHOLD = 3  # below it, "suppressed (1-1)" would tell the number


def suppress(
    cells: Iterable[Cell], relations: Iterable[Relation], rates: Iterable[Rate], threshold: int,
    released: Released | None = None, statistics: Iterable[Statistic] = (),
) -> Suppression:  # fmt: skip
    """Decide what a release shows.

    cells: all counts that it would print. relations: how they add up, among themselves and with cells of
    earlier releases. rates, statistics: made from the cells. threshold: smallest count shown (policy
    `small_cell_threshold`). released: what earlier releases told, by cell id.

    No hidden cell of the answer can be worked out from it and from what was released before. Raises InputError
    when the input does not add up, and when no choice of cells can bring that about; it names the table.
    """
    if threshold < LEAST_THRESHOLD:
        raise InputError(f"The smallest count shown must be {LEAST_THRESHOLD} or more, not {threshold}.")
    cells, rates, statistics = list(cells), list(rates), list(statistics)
    system = build_system(cells, relations, rates, threshold, released or {})
    hidden, reasons = _first(system, threshold)
    _hide_until_proven(system, hidden, reasons, threshold)
    return _told(system, cells, rates, statistics, hidden, reasons, threshold)


def _first(system: System, threshold: int) -> tuple[dict[str, Kind | None], dict[str, str]]:
    """What is hidden for its own sake, or because it was hidden before; and why."""
    hidden: dict[str, Kind | None] = {}
    reasons: dict[str, str] = {}
    for name in system.cells:
        if name in system.under:
            hidden[name] = "withheld"
            reasons[name] = f"stands under the small denominator {system.under[name]}"
        elif system.small(name, threshold):
            hidden[name] = "primary"
            reasons[name] = f"a count of 1 to {threshold - 1}"
        elif name in system.kept:
            kept = system.kept[name]
            hidden[name] = kept if system.value(name) is None or kept == "withheld" else "secondary"
            reasons[name] = "hidden in an earlier release"
    for name in system.public.keys() & hidden.keys():
        reasons[name] = "already public: shown in an earlier release, so that hiding it here protects nothing"
    return hidden, reasons


def _hide_until_proven(
    system: System, hidden: dict[str, Kind | None], reasons: dict[str, str], threshold: int
) -> None:
    """Hide further cells until no hidden one can be worked out."""
    settled: set[str] = set()
    while True:
        _hide_next_smallest(system, hidden, reasons)
        unknown = {name: kind for name, kind in hidden.items() if name not in system.public}
        loose = {name for name in system.unseen if system.value(name) is None}
        asked = [name for name in [*unknown, *sorted(loose)] if name not in settled]
        found = worked_out(system.cells, system.relations, _shown(system, hidden), unknown, asked, threshold)
        # What is open stays open when more is hidden: every possibility found remains one.
        settled |= set(asked) - found.keys() - loose
        zeros = [name for name, number in found.items() if number == 0 and name not in {*system.kept, *loose}]
        for name in zeros:  # a zero may be shown, and to hide one that all can work out would be a pretence
            del hidden[name], reasons[name]
        open_ones = [
            name
            for name, number in found.items()
            if name not in loose or (number is not None and 1 <= number < threshold)
        ]
        if not open_ones:
            return
        if not zeros:
            _hide_for(system, hidden, reasons, open_ones)


def _shown(system: System, hidden: dict[str, Kind | None]) -> dict[str, int]:
    """What a reader sees: the shown cells, and everything already public."""
    seen = {
        name: cell.value
        for name, cell in system.cells.items()
        if name in system.own and name not in hidden and cell.value is not None
    }
    return {**seen, **system.public}


def _hide_next_smallest(
    system: System, hidden: dict[str, Kind | None], reasons: dict[str, str]
) -> None:
    """Rule 3 by its wording: a sum with exactly one hidden cell loses its next smallest too, until stable."""
    again = True
    while again:
        again = False
        shown = _shown(system, hidden)
        for relation in system.relations:
            unknown = [name for name in (relation.total, *relation.parts) if name not in shown]
            if len(unknown) == 1 and unknown[0] in hidden:
                choice = _next_smallest(system, [relation], shown)
                if choice:
                    _hide(system, hidden, reasons, choice, unknown[0])
                    del shown[choice]
                    again = True


def _hide_for(
    system: System, hidden: dict[str, Kind | None], reasons: dict[str, str], open_ones: list[str]
) -> None:
    """Hide one more cell beside each that can be worked out; one at a time where they stand in one sum."""
    shown = _shown(system, hidden)
    groups = {name: group for group in linked(system.relations, shown) for name in group}
    sums: dict[str, list[Relation]] = {}
    for relation in system.relations:
        for name in (relation.total, *relation.parts):
            sums.setdefault(name, []).append(relation)
    touched: set[Relation] = set()
    for name in open_ones:
        near = sums.get(name, [])
        if touched.intersection(near):
            continue
        touched.update(near)
        wide = [relation for one in groups.get(name, ()) for relation in sums.get(one, ())]
        choice = _next_smallest(system, near, shown) or _next_smallest(system, wide, shown)
        if choice:
            _hide(system, hidden, reasons, choice, name)
            del shown[choice]
        elif not _say_less(near, hidden):
            raise InputError(
                f"Table {name.split('|')[0]}: {system.unseen.get(name, f'cell {name}')} can be worked out from "
                "this release and earlier ones, whatever else is hidden; leave its totals out of the release, "
                "and where it follows from earlier releases alone, tell the privacy officer."
            )


def _say_less(near: Sequence[Relation], hidden: dict[str, Kind | None]) -> bool:
    """Where nothing is left to hide the words themselves give a count away: let them tell nothing."""
    names = {name for relation in near for name in (relation.total, *relation.parts)}
    telling = [name for name in names if hidden.get(name) in ("primary", "secondary")]
    for name in telling:
        hidden[name] = "withheld"
    return bool(telling)


def _next_smallest(system: System, relations: Sequence[Relation], shown: dict[str, int]) -> str | None:
    """The smallest shown cell of these sums that can still be hidden; a zero stays, as it protects nothing."""
    names = {name for relation in relations for name in (relation.total, *relation.parts)}
    choices = [name for name in names & shown.keys() & system.own - system.public.keys() if shown[name]]
    return min(choices, key=lambda name: (shown[name], name), default=None)


def _hide(
    system: System, hidden: dict[str, Kind | None], reasons: dict[str, str], name: str, protected: str
) -> None:
    hidden[name] = "secondary"
    reasons[name] = f"hidden so that {system.unseen.get(protected, protected)} cannot be worked out"


def _told(
    system: System, cells: list[Cell], rates: list[Rate], statistics: list[Statistic],
    hidden: dict[str, Kind | None], reasons: dict[str, str], threshold: int,
) -> Suppression:  # fmt: skip
    """Words for all that is hidden, numbers for the rest, and the log of the working side."""
    own: dict[str, Kind] = {cell.id: hidden[cell.id] or "secondary" for cell in cells if cell.id in hidden}
    words = {name: cell_words(kind, threshold) for name, kind in own.items()}
    shown: dict[str, int | float | None] = {cell.id: cell.value for cell in cells if cell.id not in own}
    rows = [(name, system.value(name), own[name], words[name], reasons[name]) for name in own]
    for rate in rates:
        above, below = system.value(rate.numerator), system.value(rate.denominator)
        number = None if above is None or below is None else rate_number(rate, above, below)
        if {rate.numerator, rate.denominator} & own.keys():
            words[rate.id] = rate_words(rate, above, below, own, threshold)
            rows.append((rate.id, number, "rate", words[rate.id], "its numerator or denominator is hidden"))
        else:
            shown[rate.id] = number
    for one in statistics:
        why = _statistic_hidden(one, system, own, threshold)
        if why:
            words[one.id] = cell_words(own.get(one.cases, "primary"), threshold)
            rows.append((one.id, one.value, one.kind, words[one.id], why))
        else:
            shown[one.id] = one.value
    log = pd.DataFrame(rows, columns=["cell", "value", "kind", "words", "reason"])
    return Suppression(own, words, shown, log)


def _statistic_hidden(one: Statistic, system: System, own: dict[str, Kind], threshold: int) -> str:
    """Why a mean, median, minimum or maximum is hidden; empty when it is shown."""
    if one.cases not in system.own:
        raise InputError(f"{one.id} needs cell {one.cases}, which the release does not hold; add it.")
    if one.cases in own:
        return "the count of its cases is hidden"
    if one.value is None:
        return ""
    if one.kind in ("minimum", "maximum"):
        return "describes one person"
    cases = system.value(one.cases)
    return f"rests on fewer than {threshold} cases" if cases is None or cases < threshold else ""
