"""What seeding a fault needs: rows still free of any, rates, and the entries of the answer key."""

from datetime import date

import numpy as np

from auditkit.sources.moments import day_number
from auditkit.sources.sample import assumptions as a
from auditkit.sources.sample.key import POPULATION, fault
from auditkit.sources.sample.members import span_on
from auditkit.sources.sample.table import Table, length
from auditkit.sources.sample.timing import DAY

PLAN, SPREADSHEET = 0, 1
"""Extracts of the authorizations, in the order of the mapping."""
LAST_QUARTER = day_number(date(2026, 7, 1))


class Seeder:
    """The tables while faults are seeded, and which rows are still free of any.

    It is a class because every fault takes rows away from the next.
    """

    def __init__(self, rng, tables: dict[str, Table], natural: dict[str, int], origin: dict[str, np.ndarray]):
        self.rng, self.tables, self.origin = rng, tables, origin
        self.key: list[dict] = []
        self.raw: dict[str, list] = {name: [] for name in tables}
        self.built = {
            m
            for name, rows in natural.items()
            if "member_id" in tables[name]
            for m in tables[name]["member_id"][rows:]
        }
        self.free = {name: np.arange(length(tables[name])) < natural[name] for name in natural}

    def choose(self, defect: str, table: str, which: np.ndarray) -> np.ndarray:
        """Free rows for a fault, in the number its rate gives, taken out of the free ones."""
        candidates = np.flatnonzero(self.free[table] & which)
        base = np.count_nonzero(which) if defect in _OF_THE_ELIGIBLE else length(self.tables[table])
        wanted = max(a.LEAST_OF_A_DEFECT, round(base * a.DEFECTS_PER_10_000[defect] / 10_000))
        mixed = self.rng.permutation(candidates)
        if table in POPULATION:  # half of them in the last quarter, which the sample run reports on
            recent = self.tables[table][POPULATION[table]][mixed] >= LAST_QUARTER * DAY
            mixed = np.concatenate(
                [mixed[recent][: wanted // 2], mixed[~recent], mixed[recent][wanted // 2 :]]
            )
        chosen = np.sort(mixed[:wanted])
        self.free[table][chosen] = False
        return chosen

    def note(self, defect, table, chosen, column, found_by, expected, note="") -> None:
        """An entry of the key for every chosen row."""
        self.key += [
            fault(defect.replace("_", " "), table, int(i), column, found_by, expected, note) for i in chosen
        ]

    def cells(self, defect, chosen, column, raw, expected, part="value", note="") -> None:
        """Put raw cells where the values of an authorization's column stand; intake finds them."""
        cells = raw if isinstance(raw, list) else [raw] * len(chosen)
        self.raw["authorizations"] += [
            (int(i), column, part, cell) for i, cell in zip(chosen, cells, strict=True)
        ]
        self.note(defect, "authorizations", chosen, column, "intake", expected, note)


_OF_THE_ELIGIBLE = ("excel_serial_date", "locale_date", "member_id_zeros_lost")


def close_referenced(s: Seeder) -> None:
    """Cases others refer to stay clean, so that a fault has no echo in another case."""
    t = s.tables
    for table, references in (
        (
            "authorizations",
            (
                t["appeals"]["original_case_id"],
                t["claims"]["authorization_id"],
                t["reductions"]["authorization_id"],
            ),
        ),
        ("claims", (t["appeals"]["original_case_id"],)),
        ("appeals", (t["effectuations"]["appeal_id"],)),
        ("coverage_determinations", (t["redeterminations"]["original_case_id"],)),
        ("redeterminations", (t["effectuations"]["appeal_id"],)),
    ):
        known = {case for column in references for case in column if case is not None}
        s.free[table] &= np.array([case not in known for case in t[table]["case_id"]])


def close_members(s: Seeder, members: np.ndarray) -> None:
    """All cases of members whose own row is wrong are spoken for."""
    tainted = set(members)
    for name, free in s.free.items():
        if name != "members" and "member_id" in s.tables[name]:
            free &= np.array([member not in tainted for member in s.tables[name]["member_id"]])


def plan_cases(s: Seeder) -> np.ndarray:
    """Decided pre-service cases the plan processed itself, not extended, of members with Medicare."""
    t, members = s.tables["authorizations"], s.tables["members"]
    span = span_on(members, t["member_id"], t["received_at"] // DAY)
    decided = (
        (t["status"] == "decided") & (t["request_type"] == "pre_service") & (t["extension_taken"] == "N")
    )
    return (
        decided
        & (s.origin["authorizations"] == PLAN)
        & (span >= 0)
        & (members["program"][span] != "sco_medicaid")
    )
