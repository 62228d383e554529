"""Cases built one by one: one unit inside, on, and one unit past every limit.

A case on or inside its limit is timely and must not be flagged; only the one past it is late, and
only under the rule the answer key names: everything else about it is in time.
"""

from datetime import date

import numpy as np

from auditkit.sources.moments import day_number
from auditkit.sources.sample import assumptions as a
from auditkit.sources.sample import limits, timing
from auditkit.sources.sample.key import fault
from auditkit.sources.sample.members import enrolled_on
from auditkit.sources.sample.table import NONE, Table

DAY, HOUR = timing.DAY, timing.HOUR
LATE_DECISION = "decision past its limit"
"""Name in the key of the lateness that a case about forwarding needs."""
KINDS = {"inside": -1, "on_limit": 0, "past_limit": 1}
"""Units from the limit to the stop: a calendar day, or a second for a limit in hours."""


class Cases:
    """Cases as they are built: rows and key entries by table, with fresh members and case numbers.

    It is a class because every builder adds to the same rows, key and numbers.
    """

    def __init__(self, rng: np.random.Generator, members: Table, first_numbers: dict[str, int]):
        self.rng = rng
        self.rows = {name: [] for name in first_numbers}
        self.raw: dict[str, list] = {name: [] for name in first_numbers}
        self.key: list[dict] = []
        self._first, self._members, self._next = first_numbers, members, {}
        steady = enrolled_on(members, np.arange(len(members["member_id"])), a.FIRST_DAY - 400)
        steady &= members["enrolled_to"] == NONE
        self._steady = {
            p: rng.permutation(np.flatnonzero(steady & (members["program"] == p))) for p in a.PROGRAM_SHARES
        }

    def member(self, program: str) -> str:
        """A member enrolled from before the window to its end; the next one at every call."""
        turn = self._next[program] = self._next.get(program, -1) + 1
        spans = self._steady[program]
        return self._members["member_id"][spans[turn % len(spans)]]

    def add(self, table: str, pattern: str, row: dict) -> int:
        """Add a row under the next case number; gives its place in the table."""
        index = self._first[table] + len(self.rows[table])
        self.rows[table].append(row | {"case_id": pattern.format(index + 1)})
        return index

    def case_id(self, table: str, index: int) -> str:
        """Number of a case added before."""
        return self.rows[table][index - self._first[table]]["case_id"]

    def expect(
        self,
        defect: str,
        table: str,
        index: int,
        column: str,
        rule: str,
        kind: str,
        margin: int,
        unit: str,
        note: str = "",
    ) -> None:
        """Note what the clock must say: timely inside and on the limit, late past it."""
        verdict = "late" if kind == "past_limit" else "timely"
        self.key.append(
            fault(
                defect,
                table,
                index,
                column,
                "clock",
                f"{rule} {verdict}",
                note,
                kind=kind,
                rule=rule,
                verdict=verdict,
                margin=margin,
                margin_unit=unit,
            )
        )

    def late_decision(self, table: str, index: int, rule: str) -> None:
        """Note a decision past its limit, which the case's forwarding to the IRE follows from."""
        self.fault(LATE_DECISION, table, index, "written_notified_at", "clock", f"{rule} late",
                   "its forwarding to the IRE is the case at a limit", rule=rule, verdict="late")  # fmt: skip

    def fault(self, *entry, **more) -> None:
        """Note a fault; arguments as `key.fault`."""
        self.key.append(fault(*entry, **more))

    def moment(self, low: date, high: date) -> int:
        """A moment on a day of the range, between 9:00 and 13:59."""
        day = int(self.rng.integers(day_number(low), day_number(high) + 1))
        return day * DAY + int(self.rng.integers(9 * HOUR, 14 * HOUR))

    def office(self, day: int) -> int:
        """A moment of the day between 14:00 and 16:59."""
        return day * DAY + int(self.rng.integers(14 * HOUR, 17 * HOUR))

    def limit_stop(self, rule: str, start: int, kind: str, extended: bool = False) -> tuple[int, int, str]:
        """The stop this near to the rule's limit, and the margin with its unit."""
        units = KINDS[kind]
        extra = limits.extension(rule) if extended else 0
        seconds = limits.seconds(rule)
        if seconds is None:
            return self.office(start // DAY + limits.days(rule) + extra + units), -units, "days"
        return timing.after(start, seconds + extra * DAY + units), -units, "seconds"


def each_kind():
    """Every kind, as often as the assumptions say: (kind, number of the case)."""
    for number in range(a.BOUNDARY_CASES_EACH):
        for kind in KINDS:
            yield kind, number


def window(number: int, early: tuple[date, date], late: tuple[date, date]) -> tuple[date, date]:
    """The last case of each kind belongs to the last quarter of the sample, the others to `early`."""
    return late if number == a.BOUNDARY_CASES_EACH - 1 else early
