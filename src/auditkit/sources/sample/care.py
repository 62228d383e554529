"""Assessments, care plans, incidents, calls, quality measures and the list of delegates."""

from datetime import date

import numpy as np

from auditkit.rules.care_tests import load_care_tests
from auditkit.rules.star_years import Measure, load_star_year
from auditkit.sources.moments import day_number
from auditkit.sources.sample import assumptions as a
from auditkit.sources.sample import timing
from auditkit.sources.sample.members import draw_receipts, member_years
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
from auditkit.sources.sample.words import INCIDENTS

DAY, HOUR = timing.DAY, timing.HOUR
INITIAL, YEAR = load_care_tests().test("HRA-INIT").days, load_care_tests().test("HRA-ANNUAL").days
STAR_YEAR = 2026
QUALITY_DAYS = ((2025, 9, 30), (2025, 12, 31), (2026, 3, 31), (2026, 6, 30), (2026, 9, 30))
QUEUES = {
    "One Care Member Services": ("one_care", 0.020),
    "SCO Member Services": ("sco", 0.024),
    "SCO MassHealth Services": ("sco_medicaid", 0.024),
    "Pharmacy Help Desk": (None, 0.006),
}
"""Queue: the program it serves, and calls a member and business day."""


def make_assessments(rng: np.random.Generator, members: Table) -> Table:
    """Table `assessments`: the health risk assessments of every enrollment; MDS-HC for older members.

    An enrollment from before the sample has its initial assessment and the one before the latest as well.
    """
    begins, last = enrollments(members)
    new = np.flatnonzero(begins & (members["enrolled_from"] >= a.FIRST_DAY))
    kept = np.flatnonzero(begins & (members["enrolled_from"] < a.FIRST_DAY))
    older = kept[(members["program"][kept] != "one_care") & (rng.random(len(kept)) < 0.5)]
    initial = members["enrolled_from"][kept] + rng.integers(5, 80, len(kept))
    before = a.FIRST_DAY + rng.integers(10 - YEAR, 0, len(kept))
    first_year = before <= initial
    before = np.where(first_year, initial, before)
    parts = [
        _due(rng, members, new, last, "hra_initial", members["enrolled_from"][new] + INITIAL),
        _done(members, kept, last, "hra_initial", initial),
        _done(members, kept[~first_year], last, "hra_annual", before[~first_year]),
        _due(rng, members, kept, last, "hra_annual", before + YEAR),
        _due(rng, members, older, last, "mds_hc", a.FIRST_DAY + rng.integers(10, 365, len(older))),
    ]
    # a year after what was done in the sample's first months the next is due
    spans = (new, kept)
    for span, part in zip(spans, (parts[0], parts[3]), strict=True):
        again = (part["completed_date"] != NONE) & (part["completed_date"] + YEAR <= a.LAST_DAY)
        due = part["completed_date"][again] + YEAR
        parts.append(_due(rng, members, span[again], last, "hra_annual", due))
    table = joined(parts)
    table = take(table, np.lexsort((table["member_id"].astype(str), table["due_date"])))
    table["assessment_id"] = numbered("H{:08d}", np.arange(1, length(table) + 1))
    return complete("assessments", table)


def enrollments(members: Table) -> tuple[np.ndarray, np.ndarray]:
    """Which spans begin an unbroken enrollment, and for every span the last day of its enrollment."""
    same = np.zeros(length(members), dtype=bool)
    same[1:] = members["member_id"][1:] == members["member_id"][:-1]
    follows = np.zeros(length(members), dtype=bool)
    follows[1:] = same[1:] & (members["enrolled_from"][1:] == members["enrolled_to"][:-1] + 1)
    last = members["enrolled_to"].copy()
    for row in np.flatnonzero(follows)[::-1]:
        last[row - 1] = last[row]
    return ~follows, last


def _done(members: Table, span: np.ndarray, last: np.ndarray, kind: str, done: np.ndarray) -> Table:
    """Assessments of earlier years, done while enrolled."""
    enrolled = (last[span] == NONE) | (last[span] >= done)
    span, done = span[enrolled], done[enrolled]
    return {
        "member_id": members["member_id"][span],
        "assessment_type": text(kind, len(span)),
        "due_date": done,
        "completed_date": done,
        "not_done_reason": text(None, len(span)),
        "outreach_attempts": np.ones(len(span), dtype=np.int64),
    }


def _due(rng, members: Table, span: np.ndarray, ends: np.ndarray, kind: str, due: np.ndarray) -> Table:
    rows = len(span)
    last = ends[span]
    gone = (last != NONE) & (last < due)
    done = due - rng.integers(0, 80 if kind == "hra_initial" else 120, rows)
    missed = rng.random(rows) < 0.17
    why = draw(rng, {"refused": 0.45, "unable_to_reach": 0.55}, rows)
    died = gone & (members["disenrollment_reason"][span] == "death")
    why = np.where(died, "deceased", np.where(gone, "disenrolled", why)).astype(object)
    missed |= gone | (done > a.LAST_DAY)
    open_yet = missed & ~gone & (due > a.LAST_DAY)
    return {
        "member_id": members["member_id"][span],
        "assessment_type": text(kind, rows),
        "due_date": due,
        "completed_date": np.where(missed, NONE, done),
        "not_done_reason": np.where(missed & ~open_yet, why, None),
        "outreach_attempts": np.where(missed & ~open_yet, rng.integers(2, 7, rows), rng.integers(1, 4, rows)),
    }


def make_care_plans(rng: np.random.Generator, assessments: Table) -> Table:
    """Table `care_plans`: one for every health risk assessment; one in fourteen, and those of members who
    were never assessed, are still open."""
    assessed = (assessments["completed_date"] != NONE) & (assessments["assessment_type"] != "mds_hc")
    never = (assessments["assessment_type"] == "hra_initial") & np.isin(
        assessments["not_done_reason"], ("refused", "unable_to_reach")
    )
    chosen = take(assessments, assessed | never)
    rows = length(chosen)
    open_yet = (chosen["completed_date"] == NONE) | (rng.random(rows) < 0.07)
    done = np.minimum(np.where(open_yet, 0, chosen["completed_date"]) + rng.integers(0, 30, rows), a.LAST_DAY)
    signed = np.where(open_yet, a.LAST_DAY + 1, done + rng.integers(0, 20, rows))
    done = np.where(open_yet, NONE, done)
    has_coordinator = rng.random(rows) < 0.6
    table = {
        "care_plan_id": numbered("P{:08d}", np.arange(1, rows + 1)),
        "member_id": chosen["member_id"],
        "completed_date": done,
        "signed_date": np.where(signed <= a.LAST_DAY, signed, NONE),
        "care_team_assigned": flags(rng.random(rows) < 0.97),
        "coordinator_type": np.where(
            has_coordinator, draw(rng, {"lts_coordinator": 0.45, "gssc": 0.55}, rows), "none"
        ).astype(object),
        "coordinator_assigned_date": np.where(has_coordinator, done, NONE),
        "acuity": draw(rng, {"low": 0.45, "medium": 0.35, "high": 0.20}, rows),
        "care_transition": flags(rng.random(rows) < 0.14),
    }
    return complete("care_plans", table)


def make_incidents(rng: np.random.Generator, members: Table) -> Table:
    """Table `critical_incidents`, in the order in which the plan learned of them."""
    rows = max(3, round(member_years(members) * a.INCIDENTS_A_MEMBER_YEAR))
    span, known = draw_receipts(rng, members, rows)
    reported, closed = (
        known + rng.integers(HOUR, 20 * HOUR, rows),
        known + rng.integers(5 * DAY, 28 * DAY, rows),
    )
    table = {
        "incident_id": numbered("I{:07d}", np.arange(1, rows + 1)),
        "member_id": members["member_id"][span],
        "category": draw(rng, dict.fromkeys(INCIDENTS, 1), rows),
        "occurred_at": timing.daytime(known - rng.integers(HOUR, 3 * DAY, rows)),
        "known_at": known,
        "reported_at": np.where(reported <= timing.END, timing.daytime(reported), NONE),
        "closed_at": np.where(closed <= timing.END, timing.daytime(closed), NONE),
        "substantiated": np.where(closed <= timing.END, flags(rng.random(rows) < 0.4), None),
    }
    return complete("critical_incidents", table)


def make_calls(rng: np.random.Generator, members: Table) -> Table:
    """Table `calls`: one row a queue and day."""
    days = np.arange(a.FIRST_DAY, a.LAST_DAY + 1)
    weights = np.array(a.WEEKDAY_WEIGHTS)[(days + 3) % 7]
    parts = []
    for queue, (program, calls) in QUEUES.items():
        served = np.count_nonzero(members["program"] == program) if program else length(members)
        offered = rng.poisson(np.maximum(served * calls * weights, 0.2))
        abandoned = rng.binomial(offered, 0.03)
        answered = offered - abandoned
        parts.append(
            {
                "queue": text(queue, len(days)),
                "program": text(program, len(days)),
                "call_date": days,
                "offered": offered,
                "answered": answered,
                "abandoned": abandoned,
                "answered_in_30_seconds": rng.binomial(answered, 0.84),
                "wait_seconds": (offered * rng.uniform(12, 40, len(days))).astype(np.int64),
            }
        )
    return complete("calls", joined(parts))


def make_quality(rng: np.random.Generator, members: Table) -> Table:
    """Table `quality`: measures of the two Medicare contracts, at the end of each quarter."""
    measures = [m for m in load_star_year(STAR_YEAR).measures if m.method != "improvement"]
    rows = []
    for program in ("one_care", "sco"):
        enrolled = int(np.count_nonzero(members["program"] == program))
        for measure in measures:
            skill, share = rng.random(), 0.04 + 0.3 * rng.random()
            for year, month, day in QUALITY_DAYS:
                row = {
                    "contract": a.CONTRACTS[program],
                    "measure": measure.id,
                    "measurement_year": year,
                    "as_of_date": day_number(date(year, month, day)),
                }
                rows.append(row | _result(rng, measure, skill, max(30, round(enrolled * share)), month))
    return from_rows("quality", rows)


def _result(rng, measure: Measure, skill: float, people: int, month: int) -> dict:
    """Counts where the measure is a rate of the plan's own, else a score as a vendor gives it."""
    cuts = measure.cut_points.get("ALL") or measure.cut_points["MA-PD"]
    score = cuts[2] + (cuts[5] - cuts[2]) * min(1.0, max(0.0, skill + 0.05 * rng.standard_normal()))
    if measure.source in ("HEDIS", "PDE") and measure.direction == "higher":
        to_date = score * (0.55 + 0.45 * month / 12)  # rates grow over the year
        return {"numerator": float(round(people * to_date / 100)), "denominator": float(people)}
    return {"score": round(score, 2 if measure.scale == "rate_per_1000" else 0)}


def make_delegates() -> Table:
    """Table `delegates`."""
    services = ("Utilization management of its own patients", "Behavioral health utilization management")
    rows = [
        {"delegate": name, "services": what, "delegated_from": day_number(date(2023, 1, 1))}
        for name, what in zip(list(a.DELEGATE_SHARES)[1:], services, strict=True)
    ]
    rows.append(
        {
            "delegate": a.PBM,
            "services": "Part D coverage determinations and redeterminations",
            "delegated_from": day_number(date(2022, 1, 1)),
        }
    )
    return from_rows("delegates", rows)
