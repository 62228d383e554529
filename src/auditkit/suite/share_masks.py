"""What may be seen of the numbers of a share edition: small cells hidden, stage by stage.

Hiding all at once would hide the smallest of two linked numbers, which is as often a result as a row count.
The stages keep what readers ask for: each is settled as if it were released first, the next then has to
protect it. That costs no safety: the whole is proven once more at the end.
"""

from collections.abc import Iterator, Mapping

import pandas as pd

from auditkit.errors import InputError
from auditkit.publish.release_cells import Suppression, Told
from auditkit.publish.suppress import suppress
from auditkit.publish.suppression_proof import derivable
from auditkit.suite.share_numbers import Numbers

Said = Mapping[str, Told | tuple[Told, ...]]


def hide_small(numbers: Numbers, told: Said) -> Suppression:
    """Hide what must not be seen. told: what earlier releases told, by cell id.

    Where what an earlier stage shows leaves a later one nothing to hide, or all together give a cell away, stages are
    settled as one. Raises InputError when no choice of hidden cells protects all of them.
    """
    stages = [[name for name, at in numbers.stages.items() if at == stage] for stage in range(numbers.stage + 1)]
    while True:
        settled = 0
        try:
            for found in _settle(numbers, stages, told):
                settled += 1
            if len(stages) == 1 or not _given_away(numbers, found):
                return found
            settled -= 1
        except InputError:
            if not settled:
                raise
        stages[settled - 1 : settled + 1] = [stages[settled - 1] + stages[settled]]


def _given_away(numbers: Numbers, found: Suppression) -> list[str]:
    """Hidden cells that follow from all that this edition shows, whatever the stages took for known."""
    shown = {name: cell.value for name, cell in numbers.cells.items()
             if name not in found.hidden and cell.value is not None}  # fmt: skip
    return derivable(numbers.cells.values(), numbers.relations, shown, found.hidden, numbers.threshold)


def _settle(numbers: Numbers, stages: list[list[str]], told: Said) -> Iterator[Suppression]:
    """What may be seen after each stage."""
    groups, stage_of = _connected(numbers), _stage_of(stages)
    own: dict[str, Told] = {}
    found = Suppression({}, {}, {}, pd.DataFrame())
    for stage, names in enumerate(stages):
        asked = {groups[name] for name in names}
        seen = {name for name in numbers.cells if groups[name] in asked and stage_of[name] <= stage}
        if seen:
            found = _joined(found, _suppressed(numbers, seen, told, own))
        shown = {name: numbers.cells[name].value for name in stage_of if name in found.shown}
        own = {name: value for name, value in shown.items() if value is not None} | found.hidden
        yield found


def _stage_of(stages: list[list[str]]) -> dict[str, int]:
    return {name: number for number, stage in enumerate(stages) for name in stage}


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


def _suppressed(numbers: Numbers, seen: set[str], told: Said, own: Mapping[str, Told]) -> Suppression:
    later = set(numbers.cells) - seen
    relations = [one for one in numbers.relations if not {one.total, *one.parts} & later]
    rates = [rate for rate in numbers.rates.values() if {rate.numerator, rate.denominator} <= seen]
    averages = [one for one in numbers.statistics.values() if one.cases in seen]
    cells = [cell for name, cell in numbers.cells.items() if name in seen]
    return suppress(cells, relations, rates, numbers.threshold, _with(told, own), averages, told)


def _with(told: Said, own: Mapping[str, Told]) -> dict[str, Told | tuple[Told, ...]]:
    """What was told before, and what the stages before tell now."""
    both = dict(told)
    for name, now in own.items():
        before = both.get(name, ())
        both[name] = (*(before if isinstance(before, tuple) else (before,)), now)
    return both
