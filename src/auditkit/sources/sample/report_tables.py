"""Long-term services and supports, reopened decisions and encounter files of the sample plan."""

from datetime import date

import numpy as np

from auditkit.sources.moments import day_number
from auditkit.sources.sample import assumptions as a
from auditkit.sources.sample import timing
from auditkit.sources.sample.care import enrollments
from auditkit.sources.sample.table import (
    NONE,
    Table,
    complete,
    draw,
    flags,
    from_rows,
    joined,
    length,
    numbered,
    take,
    text,
)
from auditkit.sources.sample.words import REOPENING_REASONS

DAY = timing.DAY
_WITHOUT_HOURS = ("adult_day_health", "nursing_facility")
REOPENED_LEVELS = {
    "authorizations": ("C", "organization_determination"),
    "appeals": ("C", "reconsideration"),
    "coverage_determinations": ("D", "coverage_determination"),
    "redeterminations": ("D", "redetermination"),
}
"""Table of the case that is reopened: part and level."""


def make_ltss_services(rng: np.random.Generator, members: Table) -> Table:
    """Table `ltss_services`: services of a fourth of the members, some with two, inside their enrollment."""
    begins, last = enrollments(members)
    share = np.array([a.LTSS_SHARE[program] for program in members["program"]])
    users = np.flatnonzero(begins & (rng.random(length(members)) < share))
    span = np.sort(np.concatenate([users, users[rng.random(len(users)) < a.LTSS_SECOND_SHARE]]))
    earliest = np.maximum(members["enrolled_from"][span], a.FIRST_DAY - 250)
    approved = earliest + rng.integers(0, 450, len(span))
    ends = np.where(last[span] == NONE, a.LAST_DAY, np.minimum(last[span], a.LAST_DAY))
    usable = approved <= ends
    span, approved, ends = span[usable], approved[usable], ends[usable]
    rows = len(span)
    begun = approved + 1 + np.minimum(rng.gamma(1.8, 6.0, rows).astype(np.int64), 60)
    begun = np.where((begun > ends) | (rng.random(rows) < 0.03), NONE, begun)
    stops = begun + rng.integers(30, 400, rows)
    leaves = last[span] != NONE
    ended = (begun != NONE) & ((rng.random(rows) < 0.3) | leaves)
    until = np.where(leaves, np.minimum(stops, ends), stops)
    table = {
        "service_id": numbered("L{:08d}", np.arange(1, rows + 1)),
        "member_id": members["member_id"][span],
        "service": draw(rng, a.LTSS_SERVICES, rows),
        "approved_date": approved,
        "service_from": begun,
        "service_to": np.where(ended & (until <= a.LAST_DAY), until, NONE),
    }
    table["self_directed"] = flags((table["service"] == "personal_care") & (rng.random(rows) < 0.55))
    return complete("ltss_services", table | _hours(rng, table))


def _hours(rng, table: Table) -> Table:
    """Hours asked for, approved, and given: nearly always no more than approved."""
    rows = length(table)
    asked = np.round(rng.integers(4, 40, rows) * rng.integers(8, 27, rows), 1).astype(float)
    approved = np.round(asked * np.where(rng.random(rows) < 0.72, 1.0, rng.uniform(0.5, 0.95, rows)), 1)
    share = np.where(rng.random(rows) < 0.03, rng.uniform(1.01, 1.10, rows), rng.uniform(0.65, 1.0, rows))
    given = np.where(table["service_from"] == NONE, 0.0, np.round(approved * share, 1))
    counted = ~np.isin(table["service"], _WITHOUT_HOURS)
    hours = {"hours_requested": asked, "hours_authorized": approved, "hours_provided": given}
    return {name: np.where(counted, values, np.nan) for name, values in hours.items()}


def make_reopenings(
    rng: np.random.Generator, tables: dict[str, Table], spoken_for: dict[str, set[int]]
) -> Table:
    """Table `reopenings`: decided cases of four tables reopened later, without those of `spoken_for` (rows
    by table), which carry a seeded fault or stand at a limit."""
    wanted = max(12, round(length(tables["members"]) * a.REOPENINGS_A_MEMBER))
    shares = {"authorizations": 0.5, "appeals": 0.2, "coverage_determinations": 0.2, "redeterminations": 0.1}
    parts = [
        _reopened(rng, name, tables[name], spoken_for.get(name, set()), max(2, round(wanted * share)))
        for name, share in shares.items()
    ]
    table = joined(parts)
    table = take(table, np.lexsort((table["original_case_id"].astype(str), table["reopened_date"])))
    table["case_id"] = numbered("O{:07d}", np.arange(1, length(table) + 1))
    return complete("reopenings", table)


def _reopened(rng, name: str, cases: Table, spoken_for: set[int], wanted: int) -> Table:
    decided = cases["status"] == "decided"
    decided &= np.isin(cases["determination"], ("denied", "partially_denied", "dismissed", "approved"))
    decided &= cases["decided_at"] // DAY + 125 <= a.LAST_DAY
    decided[list(spoken_for)] = False
    seldom = (cases["determination"] == "approved") & (rng.random(length(cases)) > 0.02)
    chosen = take(cases, np.sort(rng.permutation(np.flatnonzero(decided & ~seldom))[:wanted]))
    rows = length(chosen)
    (part, level), before = REOPENED_LEVELS[name], chosen["decided_at"] // DAY
    reopened = before + rng.integers(5, 120, rows)
    closed = reopened + rng.integers(1, 40, rows)
    done = closed <= a.LAST_DAY
    after = draw(rng, {"approved": 0.55, "denied": 0.35, "partially_denied": 0.10}, rows)
    payment = chosen.get("appeal_type", chosen.get("request_type")) == "payment"
    return {
        "member_id": chosen["member_id"],
        "original_case_id": chosen["case_id"],
        "part": text(part, rows),
        "level": text(level, rows),
        "original_determination": chosen["determination"],
        "original_decided_date": before,
        "expedited": flags(chosen["priority"] == "expedited"),
        "request_kind": np.where(payment, "claim", "service").astype(object),
        "provider_contracted": flags(rng.random(rows) < 0.8),
        "reopened_date": reopened,
        "reopening_reason": draw(rng, dict.fromkeys(REOPENING_REASONS, 1), rows),
        "new_determination": np.where(done, after, None).astype(object),
        "new_decided_date": np.where(done, closed, NONE),
    }


def make_encounter_files(rng: np.random.Generator) -> Table:
    """Table `encounter_files`: one a program and month, due on an invented day of the month after next."""
    rows = []
    for month in range(2025 * 12 + 4, 2026 * 12 + 7):  # May 2025 to July 2026
        year, of_year = divmod(month, 12)
        later_year, later = divmod(month + 2, 12)
        due = day_number(date(later_year, later + 1, 15))
        for program in a.PROGRAM_SHARES:
            sent = due + int(rng.integers(-6, 1)) if rng.random() < 0.9 else due + int(rng.integers(1, 12))
            rows.append(
                {
                    "file_id": f"ENC-{program.upper()}-{year}{of_year + 1:02d}",
                    "program": program,
                    "due_date": due,
                    "submitted_date": sent if sent <= a.LAST_DAY else None,
                    "hipaa_compliant": "Y" if rng.random() < 0.94 else "N",
                }
            )
    return from_rows("encounter_files", rows)
