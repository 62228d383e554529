"""What may be seen of the numbers of a share edition: small cells hidden, stage by stage.

Hiding all at once would hide the smallest of two linked numbers, which is as often a result as a row count.
The stages keep what readers ask for: each is settled as if it were released first, the next then has to
protect it. Nothing is gained or lost in safety, as `publish.suppress` proves each stage with all before it.
"""

from collections.abc import Mapping

import pandas as pd

from auditkit.publish.release_cells import Suppression, Told
from auditkit.publish.suppress import suppress
from auditkit.suite.share_numbers import Numbers

Said = Mapping[str, Told | tuple[Told, ...]]


def hide_small(numbers: Numbers, told: Said) -> Suppression:
    """Hide what must not be seen. told: what earlier releases told, by cell id.

    Raises InputError when no choice of hidden cells protects all of them.
    """
    groups, stage_of = _connected(numbers), _stage_of(numbers)
    own: dict[str, Told] = {}
    found = Suppression({}, {}, {}, pd.DataFrame())
    for stage in range(len(numbers.stages)):
        asked = {groups[name] for name in numbers.stages[stage]}
        seen = {name for name in numbers.cells if groups[name] in asked and stage_of[name] <= stage}
        if seen:
            found = _joined(found, _suppressed(numbers, seen, _with(told, own)))
        shown = {name: numbers.cells[name].value for name in stage_of if name in found.shown}
        own = {name: value for name, value in shown.items() if value is not None} | found.hidden
    return found


def _stage_of(numbers: Numbers) -> dict[str, int]:
    return {name: number for number, stage in enumerate(numbers.stages) for name in stage}


def _connected(numbers: Numbers) -> dict[str, str]:
    """For each id one that stands for all it is connected with, by sums and rates."""
    leader = {name: name for name in numbers.cells}

    def lead(name: str) -> str:
        leader.setdefault(name, name)
        while leader[name] != name:
            leader[name] = leader[leader[name]]
            name = leader[name]
        return name

    for names in [*((one.total, *one.parts) for one in numbers.relations),
                  *((rate.denominator, rate.numerator) for rate in numbers.rates.values())]:  # fmt: skip
        for name in names[1:]:
            leader[lead(name)] = lead(names[0])
    return {name: lead(name) for name in numbers.cells}


def _joined(before: Suppression, now: Suppression) -> Suppression:
    """Two answers as one; of a cell in both, why it was hidden first is what the log says."""
    logged = set(before.log["cell"]) if len(before.log) else set()
    log = pd.concat([before.log, now.log[~now.log["cell"].isin(logged)]], ignore_index=True)
    return Suppression(
        before.hidden | now.hidden, before.words | now.words, before.shown | now.shown, log
    )  # fmt: skip


def _suppressed(numbers: Numbers, seen: set[str], told: Said) -> Suppression:
    later = set(numbers.cells) - seen
    relations = [one for one in numbers.relations if not {one.total, *one.parts} & later]
    rates = [rate for rate in numbers.rates.values() if {rate.numerator, rate.denominator} <= seen]
    averages = [one for one in numbers.statistics.values() if one.cases in seen]
    cells = [cell for name, cell in numbers.cells.items() if name in seen]
    return suppress(cells, relations, rates, numbers.threshold, told, averages)


def _with(told: Said, own: Mapping[str, Told]) -> dict[str, Told | tuple[Told, ...]]:
    """What was told before, and what the stages before tell now."""
    both = dict(told)
    for name, now in own.items():
        before = both.get(name, ())
        both[name] = (*(before if isinstance(before, tuple) else (before,)), now)
    return both
