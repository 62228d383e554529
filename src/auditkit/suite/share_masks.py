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
    own: dict[str, Told] = {}
    seen: set[str] = set()
    logs = []
    for stage in numbers.stages:
        seen |= set(stage)
        found = _suppressed(numbers, seen, _with(told, own))
        logs.append(found.log[~found.log["cell"].isin(own) & ~found.log["cell"].isin(_logged(logs))])
        shown = {name: numbers.cells[name].value for name in seen - found.hidden.keys()}
        own = {name: value for name, value in shown.items() if value is not None} | found.hidden
    return Suppression(found.hidden, found.words, found.shown, pd.concat(logs, ignore_index=True))


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


def _logged(logs: list[pd.DataFrame]) -> set[str]:
    return {name for log in logs for name in log["cell"]}
