"""Corrective actions as a review shows them: those of this run and of earlier runs, and whether they helped.

Whether an action helped is read from two runs of the same contracts and programs: the one it was opened on
and, for an earlier run's action, this one; for this run's own, the next run, once there is one.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq

from auditkit.errors import InputError
from auditkit.findings.annotations import condition_id, log_path, open_log
from auditkit.findings.corrective import CLOSED, actions, effectiveness
from auditkit.publish.manifest import MANIFEST, read_manifest
from auditkit.suite.desk_review import Review
from auditkit.suite.notebook import Run

LATER = "no later run yet"
_VERDICTS = ["table", "rule", "verdict"]
_CONDITION = ["rule", "table", "severity"]


@dataclass(frozen=True)
class Evidence:
    """What a run says of actions: its clocks (table, rule, verdict), and cases by condition id."""

    verdicts: pd.DataFrame
    cases: dict[str, int]


@dataclass(frozen=True)
class Neighbour:
    """A finished run beside this one, of the same contracts and programs: its folder and its period."""

    folder: Path
    start: date
    end: date


def followed_actions(run: Run, review: Review, today: date) -> pd.DataFrame:
    """One row a corrective action: this run's own, and those of earlier runs that are not closed.

    Gives the columns of `corrective.actions`, the longest overdue first, and opened_in (the run), before and
    after (late rate under the rule or, where no clock runs under it, the cases found) and effect (did it
    fall, in a sentence; '' until it can be told). today: the day to which an open action is aged.
    """
    near, here = _neighbours(run), Evidence(review.verdicts, _cases(review.findings))
    own = actions(review.records, today)
    later = next((one for one in near if one.start > run.period.end), None)
    parts = [_with_effect(own, run.params.run, here, _evidence(later) if later and len(own) else None)]
    for earlier in (one for one in near if one.end < run.period.start):
        log = open_log(log_path(earlier.folder.parent, earlier.folder.name))
        rows = actions(log.records(), today)
        rows = rows[~rows["status"].isin(CLOSED)].reset_index(drop=True)
        if len(rows):
            parts.append(_with_effect(rows, earlier.folder.name, _evidence(earlier), here))
    whole = pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
    return whole.sort_values(["days_overdue", "days_open"], ascending=False, kind="stable", ignore_index=True)


def _with_effect(
    rows: pd.DataFrame, opened_in: str, before: Evidence, after: Evidence | None
) -> pd.DataFrame:
    nothing = Evidence(before.verdicts.head(0), {})
    rates = effectiveness(rows, before.verdicts, (after or nothing).verdicts)
    told = [_told(rate, name, before, after) for rate, name in zip(rates.itertuples(), rows["condition_id"])]
    words = pd.DataFrame(told, columns=["before", "after", "effect"], dtype="str")
    return pd.concat([rows.assign(opened_in=opened_in), words], axis=1)


def _told(rate, condition: str, before: Evidence, after: Evidence | None) -> tuple[str, str, str]:
    """The words before and after an action, and whether it helped."""
    if rate.tested_before or rate.tested_after:
        then = _rate_words(rate.late_before, rate.tested_before)
        now = LATER if after is None else _rate_words(rate.late_after, rate.tested_after)
        return then, now, "" if pd.isna(rate.change) else rate.sentence
    cases = before.cases.get(condition, 0)
    if after is None:
        return _found(cases), LATER, ""
    now = after.cases.get(condition, 0)
    if now == cases:
        return _found(cases), _found(now), f"{rate.rule}: as many cases found as before, {now:,}."
    verb = "fell" if now < cases else "rose"
    return _found(cases), _found(now), f"{rate.rule}: the cases found {verb} from {cases:,} to {now:,}."


def _rate_words(late: int, tested: int) -> str:
    return f"{100 * late / tested:.1f}% late ({late:,} of {tested:,})" if tested else "no case tested"


def _found(cases: int) -> str:
    return f"{cases:,} case{'' if cases == 1 else 's'} found"


def _evidence(run: Neighbour) -> Evidence:
    return Evidence(_columns(run, "verdicts", _VERDICTS), _cases(_columns(run, "findings", _CONDITION)))


def _columns(run: Neighbour, table: str, columns: list[str]) -> pd.DataFrame:
    path = run.folder / "data" / f"{table}.parquet"
    if not path.exists():
        return pd.DataFrame(columns=columns)
    return pq.read_table(path, columns=columns).to_pandas()


def _cases(findings: pd.DataFrame) -> dict[str, int]:
    return {condition_id(*about): int(count) for about, count in findings[_CONDITION].value_counts().items()}


def _neighbours(run: Run) -> list[Neighbour]:
    """Finished runs of the same contracts and programs in the same output folder, by period."""
    mine = {"contracts": list(run.params.contracts), "programs": list(run.params.programs)}
    found = []
    for path in sorted(run.setup.run_folder.parent.glob(f"*/{MANIFEST}")):
        try:
            facts = read_manifest(path.parent)["facts"]
            start, end = (date.fromisoformat(day) for day in facts["period"].split(" to "))
        except (InputError, KeyError, ValueError):
            continue  # no run of ours, or one that cannot be read
        if path.parent.name != run.params.run and all(facts.get(name) == mine[name] for name in mine):
            found.append(Neighbour(path.parent, start, end))
    return sorted(found, key=lambda one: (one.start, one.end, one.folder.name))
