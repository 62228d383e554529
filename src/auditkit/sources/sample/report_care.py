"""What the periodic reports ask of members, assessments, care plans, incidents and calls.

Comprehensive assessments and the Minimum Data Set - Home Care (MDS-HC) of One Care come behind the
rows that are there already, so that those keep their numbers and their values.
"""

import numpy as np

from auditkit.sources.sample import assumptions as a
from auditkit.sources.sample import timing
from auditkit.sources.sample.care import enrollments
from auditkit.sources.sample.table import (
    NONE,
    Table,
    complete,
    draw,
    flags,
    joined,
    length,
    numbered,
    take,
    text,
)

DAY = timing.DAY
AFTER_ENROLLMENT = 90
"""Days from enrollment to the comprehensive assessment and the MDS-HC (reports MH-07 and MH-08)."""
AFTER_ADMISSION = 30
"""Days from the admission to a Transitional Living Program to the MDS-HC (report MH-08)."""
_COORDINATORS = {"one_care": "lts_coordinator", "sco": "gssc", "sco_medicaid": "gssc"}


def rate_members(rng: np.random.Generator, members: Table) -> None:
    """A rating category for every One Care member; for SCO none, as those of 2026 were not located."""
    ids, place = np.unique(members["member_id"].astype(str), return_inverse=True)
    rated = draw(rng, a.RATING_CATEGORIES, len(ids))[place]
    members["rating_category"] = np.where(members["program"] == "one_care", rated, None).astype(object)


def add_assessments(rng: np.random.Generator, assessments: Table, members: Table) -> Table:
    """Table `assessments` with occasions, and with the comprehensive assessments and One Care's MDS-HC."""
    occasion_of = {"hra_initial": "enrollment", "hra_annual": "annual", "mds_hc": "annual"}
    due, kind = assessments["due_date"], assessments["assessment_type"]
    there = assessments | {"occasion": np.array([occasion_of[k] for k in kind], dtype=object)}
    anniversary = kind != "hra_initial"
    there["occasion_date"] = np.where(anniversary, due, NONE)
    begins, last = enrollments(members)
    first, rating = members["enrolled_from"], members["rating_category"]
    inside = begins & (first >= a.FIRST_DAY)
    years = np.maximum((a.LAST_DAY - first) // 365, 0)
    yearly = begins & (years > 0)
    low, high = np.isin(rating, ("C2A", "C2B", "C3A", "C3B")), rating == "C4"
    changed = begins & (rating == "C1") & (rng.random(length(members)) < 0.05)
    some_day = a.FIRST_DAY + rng.integers(0, a.LAST_DAY - a.FIRST_DAY - 30, length(members))
    anniversaries = first + years * 365
    plans = [
        ("comprehensive", "enrollment", inside, first, AFTER_ENROLLMENT),
        ("mds_hc", "enrollment", inside & low, first, AFTER_ENROLLMENT),
        ("mds_hc", "annual", yearly & low, anniversaries, 0),
        ("mds_hc", "category_change", changed, some_day, AFTER_ADMISSION),
        ("mds_hc", "transitional_living", begins & high, some_day, AFTER_ADMISSION),
    ]
    parts = [_assessed(rng, members, last, *plan) for plan in plans]
    parts.append(_at_the_same_visit(take(there, (kind == "hra_annual") & (due >= a.FIRST_DAY))))
    new = complete("assessments", joined(parts))
    new = take(new, np.lexsort((new["member_id"].astype(str), new["due_date"])))
    new["assessment_id"] = numbered("H{:08d}", np.arange(1, length(new) + 1) + length(assessments))
    table = joined([complete("assessments", there), new])
    table["submitted_at"] = _submissions(rng, table)
    return table


def _assessed(rng, members: Table, last: np.ndarray, kind: str, occasion: str, which, since, within) -> Table:
    """One assessment for each span of `which`, due `within` days after `since`, in the ways it can end."""
    enrolled = (since >= members["enrolled_from"]) & ((last == NONE) | (last >= since))
    span = np.flatnonzero(which & enrolled & (since >= a.FIRST_DAY))
    rows, since, ends = len(span), since[span], last[span]
    due = since + within
    fate = draw(rng, a.ASSESSMENT_FATES, rows)
    early = rng.integers(0, within - 4 if within else 60, rows)
    done = np.where(fate == "late", due + rng.integers(1, 46, rows), due - early)
    gone = (ends != NONE) & (ends < np.minimum(done, due))
    open_yet = (due > a.LAST_DAY) & (done > a.LAST_DAY)
    finished = np.isin(fate, ("on_time", "late")) & ~gone & (done <= a.LAST_DAY)
    finished &= (ends == NONE) | (done <= ends)
    died = members["disenrollment_reason"][span] == "death"
    why = np.where(gone, np.where(died, "deceased", "disenrolled"), fate)
    told = ~finished & np.isin(why, ("refused", "unable_to_reach", "deceased", "disenrolled"))
    told &= gone | (due <= a.LAST_DAY)
    # the policy asks for three documented attempts; one in eight who could not be reached has fewer
    tries = np.where(rng.random(rows) < 0.125, 2, rng.integers(3, 7, rows))
    tries = np.where(told & (why == "unable_to_reach"), tries, rng.integers(1, 4, rows))
    return {
        "member_id": members["member_id"][span],
        "assessment_type": text(kind, rows),
        "occasion": text(occasion, rows),
        "occasion_date": since,
        "due_date": due,
        "completed_date": np.where(finished, done, NONE),
        "not_done_reason": np.where(told, why, None).astype(object),
        "outreach_attempts": np.where(open_yet & ~finished & ~told, 1, tries),
    }


def _at_the_same_visit(yearly: Table) -> Table:
    """The yearly comprehensive assessment, made or missed together with the yearly health risk assessment."""
    names = ("member_id", "occasion", "occasion_date", "due_date", "completed_date", "not_done_reason",
             "outreach_attempts")  # fmt: skip
    return {name: yearly[name] for name in names} | {"assessment_type": text("comprehensive", length(yearly))}


def _submissions(rng, table: Table) -> np.ndarray:
    """Each completed MDS-HC is sent to MassHealth some days later; a few are not, or not yet."""
    rows = length(table)
    done = (table["assessment_type"] == "mds_hc") & (table["completed_date"] != NONE)
    days = np.where(done, table["completed_date"], 0) + rng.integers(0, 12, rows)
    sent = done & (days <= a.LAST_DAY) & (rng.random(rows) >= a.NOT_SUBMITTED_SHARE)
    return np.where(sent, days * DAY + timing.office_times(rng, rows), NONE)


def describe_care_plans(rng: np.random.Generator, plans: Table, members: Table, ltss: Table) -> None:
    """Coordinators of the member's own program, their offer and invitation, and why a plan is missing."""
    rows = length(plans)
    first = np.unique(members["member_id"].astype(str), return_index=True)
    row = first[1][np.searchsorted(first[0], plans["member_id"].astype(str))]
    theirs = np.array([_COORDINATORS[program] for program in members["program"][row]], dtype=object)
    has = plans["coordinator_type"] != "none"
    plans["coordinator_type"] = np.where(has, theirs, "none").astype(object)
    need = np.isin(plans["member_id"].astype(str), ltss["member_id"].astype(str)) | (rng.random(rows) < 0.05)
    done = plans["completed_date"]
    refused = ~has & need & (done != NONE) & (rng.random(rows) < a.REFUSED_COORDINATOR_SHARE)
    offered = (has | refused) & (done != NONE)
    plans["ltss_need"] = flags(need)
    plans["coordinator_offered_date"] = np.where(offered, done - rng.integers(0, 20, rows), NONE)
    plans["coordinator_accepted"] = np.where(offered, flags(has), None)
    plans["coordinator_invited"] = np.where(offered & has, flags(rng.random(rows) < 0.88), None)
    missing = (done == NONE) & (rng.random(rows) < 0.8)
    # one reason a member: nobody both refuses and cannot be reached
    why = draw(rng, {"refused": 0.35, "unable_to_reach": 0.65}, length(members))[row]
    plans["not_done_reason"] = np.where(missing, why, None).astype(object)
    tries = np.where(missing, rng.integers(2, 7, rows), rng.integers(1, 4, rows))
    plans["outreach_attempts"] = tries


def follow_incidents(rng: np.random.Generator, incidents: Table) -> None:
    """When the investigation began, and the corrective action some substantiated incidents call for."""
    rows = length(incidents)
    known, closed = incidents["known_at"], incidents["closed_at"]
    began = timing.daytime(known + rng.integers(timing.HOUR, 4 * DAY, rows))
    idle = (closed == NONE) & (rng.random(rows) < 0.15)
    incidents["investigation_started_at"] = np.where(idle | (began > timing.END), NONE, began)
    owed = (incidents["substantiated"] == "Y") & (rng.random(rows) < a.CORRECTIVE_ACTION_SHARE)
    due = np.where(closed == NONE, 0, closed) // DAY + rng.integers(15, 60, rows)
    late = rng.random(rows) < 0.09
    done = due + np.where(late, rng.integers(1, 20, rows), -rng.integers(0, 15, rows))
    incidents["corrective_action_due"] = np.where(owed, due, NONE)
    incidents["corrective_action_done"] = np.where(owed & (done <= a.LAST_DAY), done, NONE)


def describe_calls(rng: np.random.Generator, calls: Table) -> None:
    """Calls dropped on the plan's side, with an interpreter, and by TTY or relay."""
    calls["disconnected"] = rng.binomial(calls["answered"], 0.012)
    calls["interpreter_calls"] = rng.binomial(calls["answered"], 0.09)
    calls["tty_calls"] = rng.binomial(calls["answered"], 0.006)
