"""Periods CMS asks universes for: the loader of universe_periods.yaml, and the two periods it can tell."""

from calendar import monthrange
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Annotated

from pydantic import Field

from auditkit.errors import InputError
from auditkit.rules.checked import Strict, Text, checked
from auditkit.rules.yamlfile import read_yaml

PERIOD_FILE = Path(__file__).parent / "universe_periods.yaml"


class EnrollmentRow(Strict):
    """Weeks back from the engagement letter for fewer than `below` enrollees; the last row has no `below`."""

    below: Annotated[int, Field(ge=1)] | None = None
    weeks: Annotated[int, Field(ge=1)]


class ByEnrollment(Strict):
    """Period by enrollment size, with how well it is known."""

    status: Text
    source: Text
    rows: Annotated[tuple[EnrollmentRow, ...], Field(min_length=1)]


class MonitoredTable(Strict):
    """A table of the Timeliness Monitoring Project; column and value say which of its rows are taken."""

    table: Text
    column: Text | None = None
    value: Text | None = None
    left_out: Text | None = None


class TimelinessMonitoring(Strict):
    """Months and tables of the Timeliness Monitoring Project (TMP)."""

    status: Text
    source: Text
    first_month: Annotated[int, Field(ge=1, le=12)]
    last_month: Annotated[int, Field(ge=1, le=12)]
    tables: Annotated[tuple[MonitoredTable, ...], Field(min_length=1)]


class UniversePeriods(Strict):
    """The whole of universe_periods.yaml."""

    version: Text
    by_enrollment: ByEnrollment
    timeliness_monitoring: TimelinessMonitoring


@lru_cache
def load_universe_periods(path: Path = PERIOD_FILE) -> UniversePeriods:
    """The periods. Raises InputError naming file, entry and reason when the file is malformed."""
    return checked(UniversePeriods, read_yaml(path), path)


def period_by_enrollment(enrollees: int, letter: date) -> tuple[date, date]:
    """First and last day to expect for a plan of this size: whole weeks that end the day before the letter.

    Raises InputError when the number of enrollees is below 1.
    """
    if enrollees < 1:
        raise InputError("--enrollees must be a whole number of at least 1.")
    rows = load_universe_periods().by_enrollment.rows
    weeks = next(row.weeks for row in rows if row.below is None or enrollees < row.below)
    return letter - timedelta(weeks=weeks), letter - timedelta(days=1)


def monitored_period(year: int) -> tuple[date, date]:
    """First and last day of the Timeliness Monitoring Project in a year."""
    project = load_universe_periods().timeliness_monitoring
    last = monthrange(year, project.last_month)[1]
    return date(year, project.first_month, 1), date(year, project.last_month, last)
