"""The catalogue of the periodic reports: what each rests on, what is missing, when the next are due."""

from calendar import monthrange
from collections.abc import Iterable, Mapping, Set
from datetime import date

import pandas as pd

from auditkit.reports.states import Standing, standings
from auditkit.rules.describe import PROGRAM_NAMES
from auditkit.rules.due_dates import due_in
from auditkit.rules.report_catalogue import VERIFICATIONS, Report

READINESS = {
    "ready": "every element is computed",
    "partly": "some elements are computed",
    "not from these extracts": "no element is computed",
}
LAYOUTS = {
    "located": "known",
    "not_located": "not located",
    "not_needed": "none is needed",
}
"""Whether the regulator's own form or template is known, in words."""
NOT_LOCATED = "not located"
_FREQUENCIES = {
    "annual": "annual", "quarterly": "quarterly", "monthly": "monthly", "per_event": "per event",
    "on_request": "on request", "not_located": NOT_LOCATED,
}  # fmt: skip


def catalogue_frame(
    reports: Iterable[Report],
    available: Set[str],
    policies: Mapping[str, object],
    gaps: Mapping[str, str],
    texts: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """One row a report.

    Gives report, name, programs, frequency, due, authority, status, verification (in words), form (is the
    regulator's own form known), readiness (a word of READINESS), elements, computed, missing_columns (source
    columns that would make more elements computable), ask (what to ask EOHHS or CMS for) and notebook.
    Arguments as `states.standings`.
    """
    return pd.DataFrame([
        _catalogue_row(report, standings(report, available, policies, gaps, texts or {}))
        for report in reports
    ])  # fmt: skip


def calendar_frame(reports: Iterable[Report], after: date) -> pd.DataFrame:
    """The due dates of the twelve months after a day, in order, and then the reports whose date is not known.

    Gives day (2027-03-31, or "not located"), report, name, whose (whose duty that day is: plan or state),
    words (the due date in words) and known (how well it is known; empty where there is no date).
    A date is never guessed: a report without a rule for it stands at the end.
    """
    end = _year_later(after)
    dated, others = [], []
    for report in reports:
        years = range(after.year, end.year + 1)
        days = sorted({due_in(rule, year) for rule in report.due.date for year in years})
        within = [day for day in days if after < day <= end]
        dated += [_calendar_row(report, day) for day in within]
        others += [] if report.due.date else [_calendar_row(report, None)]
    rows = sorted(dated, key=lambda row: (row["day"], row["report"])) + others
    return pd.DataFrame(rows, columns=["day", "report", "name", "whose", "words", "known"])


def _catalogue_row(report: Report, known: Mapping[str, Standing]) -> dict:
    computed = sum(standing.computed for standing in known.values())
    lacking = dict.fromkeys(name for standing in known.values() for name in standing.lacking)
    ready = "ready" if computed == len(known) else "partly" if computed else "not from these extracts"
    often = _FREQUENCIES[report.frequency]
    return {
        "report": report.id,
        "name": report.name,
        "programs": ", ".join(PROGRAM_NAMES[program] for program in report.programs),
        "frequency": f"{often} ({report.frequency_note})" if report.frequency_note else often,
        "due": report.due.text,
        "authority": report.authority,
        "status": report.status,
        "verification": VERIFICATIONS[report.verification],
        "form": LAYOUTS[report.layout],
        "readiness": ready,
        "elements": len(known),
        "computed": computed,
        "missing_columns": ", ".join(lacking),
        "ask": "; ".join(report.ask),
        "notebook": report.notebook,
    }


def _calendar_row(report: Report, day: date | None) -> dict:
    return {
        "day": day.isoformat() if day else NOT_LOCATED,
        "report": report.id,
        "name": report.name,
        "whose": report.due.whose if day else "",
        "words": report.due.text,
        "known": VERIFICATIONS[report.due.verification].replace("definition", "day") if day else "",
    }


def _year_later(day: date) -> date:
    return date(day.year + 1, day.month, min(day.day, monthrange(day.year + 1, day.month)[1]))
