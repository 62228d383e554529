"""Due dates of reports as data: a yearly day, days after the year's end, or a weekday of a month."""

import calendar
import re
from datetime import date, timedelta

_MONTHS = [name.lower() for name in calendar.month_name]
_WEEKDAYS = [name.lower() for name in calendar.day_name]
_DAY = re.compile(r"(\d\d)-(\d\d)")
_AFTER = re.compile(r"year end \+ (\d+) days")
_WEEKDAY = re.compile(rf"(first|last) ({'|'.join(_WEEKDAYS)}) of ({'|'.join(_MONTHS[1:])})")

FORMS = "'03-31', 'year end + 180 days' or 'last monday of february'"


def check_due_rule(rule: str) -> str:
    """Give `rule` back when it can be computed; raises ValueError naming the forms when it cannot."""
    try:
        due_in(rule, 2028)
    except ValueError:
        raise ValueError(f"must be written as {FORMS}") from None
    return rule


def due_in(rule: str, year: int) -> date:
    """The day in calendar year `year` on which a report is due.

    rule: month and day; days after the end of the year before ("year end + 180 days" is 29 June of a common
        year and 28 June of a leap year); or a weekday of a month.
    Raises ValueError when the rule is written otherwise or its day does not exist.
    """
    if found := _DAY.fullmatch(rule):
        return date(year, int(found[1]), int(found[2]))
    if found := _AFTER.fullmatch(rule):
        return date(year - 1, 12, 31) + timedelta(days=int(found[1]))
    if found := _WEEKDAY.fullmatch(rule):
        return _weekday(year, _MONTHS.index(found[3]), _WEEKDAYS.index(found[2]), found[1] == "last")
    raise ValueError(rule)


def _weekday(year: int, month: int, weekday: int, last: bool) -> date:
    if last:
        end = date(year, month, calendar.monthrange(year, month)[1])
        return end - timedelta(days=(end.weekday() - weekday) % 7)
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7)
