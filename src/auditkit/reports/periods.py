"""The spans of days a report is counted over: a year, or its quarters, as far as the data go."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date

import pyarrow as pa

from auditkit.sources.moments import day_number


@dataclass(frozen=True)
class Span:
    """A reported period: label ("2026", "2026Q1"), first day, last day with data, and months begun in it."""

    label: str
    first: date
    last: date

    def words(self) -> str:
        """The period in words; a period that is not over says how far its data go."""
        whole = _end(self.label) == self.last
        return self.label if whole else f"{self.label}, through {self.last}"

    def months(self) -> list[tuple[str, int]]:
        """Each month that begins in the period: label ("2026-01") and the number of its first day."""
        begun = range(self.first.month, self.last.month + 1)
        year = self.first.year
        return [(f"{year}-{month:02}", day_number(date(year, month, 1))) for month in begun]


def spans(year: int, through: date, periods: str) -> list[Span]:
    """The periods of `year` that have begun by `through`, the last day of data.

    periods: year or quarter. Empty when the year begins after `through`.
    """
    labels = [f"{year}"] if periods == "year" else [f"{year}Q{quarter}" for quarter in range(1, 5)]
    begun = [(label, _start(label)) for label in labels]
    return [Span(label, first, min(_end(label), through)) for label, first in begun if first <= through]


def period_tables(span: Span) -> dict[str, pa.Table]:
    """The two small tables every case view may join.

    report_period, one row: first_day, last_day, and prior_first_day, prior_last_day of the same period a year
    before (days since 1970-01-01). report_months, one row a month begun: month, month_day (its first day),
    months (how many there are).
    """
    days = {
        "first_day": day_number(span.first),
        "last_day": day_number(span.last),
        "prior_first_day": day_number(_year_before(span.first)),
        "prior_last_day": day_number(_year_before(span.last)),
    }
    begun = span.months()
    months = [{"month": label, "month_day": day, "months": len(begun)} for label, day in begun]
    return {"report_period": pa.Table.from_pylist([days]), "report_months": pa.Table.from_pylist(months)}


def _start(label: str) -> date:
    month = 3 * int(label[5:]) - 2 if "Q" in label else 1
    return date(int(label[:4]), month, 1)


def _end(label: str) -> date:
    month = 3 * int(label[5:]) if "Q" in label else 12
    return date(int(label[:4]), month, monthrange(int(label[:4]), month)[1])


def _year_before(day: date) -> date:
    return date(day.year - 1, day.month, min(day.day, monthrange(day.year - 1, day.month)[1]))
