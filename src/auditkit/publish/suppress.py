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
from dataclasses import dataclass, field

import pandas as pd

from auditkit.errors import InputError
from auditkit.publish.release_cells import (
    Cell, Kind, Rate, Relation, Released, Statistic, Suppression,
)  # fmt: skip
from auditkit.publish.suppressed_words import cell_words, rate_number, rate_words
from auditkit.publish.suppression_proof import linked, sums_by_cell, worked_out
from auditkit.publish.suppression_system import EARLIER, System, build_system, told

PUBLIC = "already public"
LEAST_THRESHOLD = 3  # below it, "suppressed (1-1)" would tell the number


def suppress(
    cells: Iterable[Cell], relations: Iterable[Relation], rates: Iterable[Rate], threshold: int,
    released: Released | None = None, statistics: Iterable[Statistic] = (), before: Released | None = None,
) -> Suppression:  # fmt: skip
    """Decide what a release shows.

    cells: all counts that it would print. relations: how they add up, among themselves and with cells of
    earlier releases. rates, statistics: made from the cells. threshold: smallest count shown (policy
    `small_cell_threshold`). released: what is settled already, by cell id: told by earlier releases, or by
    parts of this one that come first. before: the former alone; what it gives away by itself is neither
    repeated nor protected, and the log calls it already public.

    No other hidden cell of the answer can be worked out from it and what is settled. Raises InputError when
    the input does not add up, and when no choice of cells leaves every hidden one open; it names the table.
    """
    if threshold < LEAST_THRESHOLD:
        raise InputError(f"The smallest count shown must be {LEAST_THRESHOLD} or more, not {threshold}.")
    cells, rates, statistics = list(cells), list(rates), list(statistics)
    system = build_system(cells, relations, rates, threshold, released or {})
    draft = _Draft(system, threshold)
    _hide_first(draft)
    if before:
        _note_public(draft, before)
    _hide_until_proven(draft)
    return _told(draft, cells, rates, statistics)


@dataclass
class _Draft:
    """What is hidden so far, and why. settled: cells proven open. stays: zeros that cannot be kept open."""

    system: System
    threshold: int
    hidden: dict[str, Kind | None] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    settled: set[str] = field(default_factory=set)
    stays: set[str] = field(default_factory=set)

    def hide(self, name: str, kind: Kind | None, reason: str) -> None:
        self.hidden[name], self.reasons[name] = kind, reason

    def said(self, name: str) -> bool:
        """Do the words of an earlier release still hold? A reader remembers them, so they stay."""
        kept, known = self.system.kept.get(name), self.system.value(name) is not None
        if kept in ("primary", "secondary") and known:
            return (kept == "primary") == self.system.small(name, self.threshold)
        return kept is not None

    def shown(self) -> dict[str, int]:
        """What a reader sees: the shown cells, and everything already public."""
        seen = {
            name: cell.value
            for name, cell in self.system.cells.items()
            if name in self.system.own and name not in self.hidden and cell.value is not None
        }
        return {**seen, **self.system.public}

    def worked_out(self, asked: Iterable[str]) -> dict[str, int | None]:
        """The cells among `asked` that a reader of all this can work out, with their numbers."""
        kinds = {name: kind for name, kind in self.hidden.items() if name not in self.system.public}
        return worked_out(
            self.system.cells, self.system.relations, self.shown(), kinds, asked, self.threshold
        )


def _hide_first(draft: _Draft) -> None:
    """Hide what is hidden for its own sake, and what was hidden before."""
    system, threshold = draft.system, draft.threshold
    for name in system.cells:
        if draft.said(name):
            draft.hide(name, system.kept[name], "hidden in an earlier release")
        elif name in system.under:
            draft.hide(name, "withheld", f"stands under the small denominator {system.under[name]}")
        elif system.small(name, threshold):
            draft.hide(name, "primary", f"a count of 1 to {threshold - 1}")
        elif name in system.kept:
            kind = "secondary" if system.value(name) is not None else None
            draft.hide(name, kind, "hidden in an earlier release")
    for name in system.public.keys() & draft.hidden.keys():
        draft.reasons[name] = f"{PUBLIC}: shown in an earlier release, so hiding it here protects nothing"


def _note_public(draft: _Draft, before: Released) -> None:
    """What earlier releases give away by themselves, nothing done here can protect: it is only reported."""
    system = draft.system
    public = {
        name: number
        for name, number in system.public.items()
        if EARLIER in name or number in told(before, name)
    }
    asked = [name for name in draft.hidden if name not in system.public]
    kept = {name: draft.hidden[name] for name in asked if told(before, name)}
    found = worked_out(system.cells, system.relations, public, kept, asked, draft.threshold)
    for name, number in found.items():
        if number is not None and number == system.value(name):
            system.public[name] = number
            draft.reasons[name] = f"{PUBLIC}: follows from earlier releases alone; tell the privacy officer"


def _hide_until_proven(draft: _Draft) -> None:
    """Hide further cells until no hidden one can be worked out."""
    system = draft.system
    unknown = {name for name in system.unseen if system.value(name) is None}
    while True:
        _hide_next_smallest(draft)
        asked = (draft.hidden.keys() | unknown) - draft.settled - system.public.keys()
        found = draft.worked_out(sorted(asked))
        # What is open stays open when more is hidden: every possibility found remains one.
        draft.settled |= asked - found.keys() - unknown
        zeros = [name for name, number in found.items() if number == 0 and name in draft.hidden]
        if zeros := [name for name in zeros if name not in system.kept]:
            _show_zeros(draft, zeros)
            continue
        telling = [name for name, number in found.items() if name not in unknown or _small(draft, number)]
        if telling:
            _hide_for(draft, telling)
        else:
            return


def _small(draft: _Draft, number: int | None) -> bool:
    return number is not None and 1 <= number < draft.threshold


def _show_zeros(draft: _Draft, zeros: list[str]) -> None:
    """A zero may be shown, and to hide one that all can work out would be a pretence."""
    for name in zeros:
        del draft.hidden[name], draft.reasons[name]
    draft.stays.update(zeros)


def _hide_next_smallest(draft: _Draft) -> None:
    """Rule 3 by its wording: a sum with exactly one hidden cell loses its next smallest too, until stable."""
    again = True
    while again:
        again = False
        shown = draft.shown()
        for relation in draft.system.relations:
            unknown = [name for name in (relation.total, *relation.parts) if name not in shown]
            if len(unknown) == 1 and unknown[0] in draft.hidden:
                choice = _next_smallest(draft, [relation], shown)
                if choice:
                    _protect(draft, unknown[0], choice)
                    del shown[choice]
                    again = True


def _hide_for(draft: _Draft, telling: list[str]) -> None:
    """Hide one more cell beside each that can be worked out; one at a time where they stand in one sum."""
    system, shown = draft.system, draft.shown()
    groups = {name: group for group in linked(system.relations, shown) for name in group}
    sums = sums_by_cell(system.relations)
    touched: set[Relation] = set()
    for name in telling:
        near = sums.get(name, [])
        if touched.intersection(near):
            continue
        touched.update(near)
        wide = [relation for one in groups.get(name, ()) for relation in sums.get(one, ())]
        choice = _next_smallest(draft, near, shown) or _next_smallest(draft, wide, shown)
        if choice is None and _say_less(draft, near):
            continue
        choice = choice or _next_smallest(draft, near, shown, zeros=True)
        if choice is None:
            what = system.unseen.get(name, f"cell {name}")
            raise InputError(
                f"Table {name.split('|')[0]}: {what} can be worked out from this release and earlier ones, "
                "whatever else is hidden; leave its totals out of the release."
            )
        _protect(draft, name, choice)
        del shown[choice]


def _say_less(draft: _Draft, near: Sequence[Relation]) -> bool:
    """Where no count is left to hide, the words themselves give one away: let them tell nothing."""
    names = {name for relation in near for name in (relation.total, *relation.parts)}
    telling = [
        name
        for name in names
        if draft.hidden.get(name) in ("primary", "secondary") and not draft.said(name)
    ]
    for name in telling:
        draft.hidden[name] = "withheld"
    return bool(telling)


def _next_smallest(
    draft: _Draft, relations: Sequence[Relation], shown: dict[str, int], zeros: bool = False
) -> str | None:
    """The smallest shown cell of these sums that can still be hidden; a zero only when asked for."""
    names = {name for relation in relations for name in (relation.total, *relation.parts)}
    free = (names & shown.keys() & draft.system.own) - draft.system.public.keys() - draft.stays
    choices = [name for name in free if (shown[name] == 0) == zeros]
    return min(choices, key=lambda name: (shown[name], name), default=None)


def _protect(draft: _Draft, name: str, choice: str) -> None:
    """Hide `choice` for the sake of `name`; of a zero the words must not say that it is no small count."""
    kind: Kind = "secondary" if draft.system.value(choice) else "withheld"
    protected = draft.system.unseen.get(name, name)
    draft.hide(choice, kind, f"hidden so that {protected} cannot be worked out")


def _told(
    draft: _Draft, cells: list[Cell], rates: list[Rate], statistics: list[Statistic]
) -> Suppression:
    """Words for all that is hidden, numbers for the rest, and the log of the working side."""
    system, threshold = draft.system, draft.threshold
    own: dict[str, Kind] = {
        cell.id: draft.hidden[cell.id] or "secondary" for cell in cells if cell.id in draft.hidden
    }
    words = {name: cell_words(kind, threshold) for name, kind in own.items()}
    shown: dict[str, int | float | None] = {cell.id: cell.value for cell in cells if cell.id not in own}
    rows = [
        (name, system.value(name), PUBLIC if why.startswith(PUBLIC) else own[name], words.get(name), why)
        for name, why in draft.reasons.items()
        if name in own or why.startswith(PUBLIC)
    ]
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
