"""Numbers of a share edition that are one number under two names, or nearly so.

What one report hides another must not show. Elements that count the same view under the same condition are the
same number; elements of one source table that come to the same count are taken to be. A universe, its clocks
and the elements of its source tables in the same quarter may count nearly the same cases: then their difference is a
count too. Taking two different numbers for one hides more than is needed, never less.
"""

import re
from collections import defaultdict
from datetime import date

from auditkit.rules.report_catalogue import Element, Report
from auditkit.suite.share_numbers import ALL, Numbers
from auditkit.universes.fill import SOURCES

Elements = dict[tuple[str, str], tuple[Element, frozenset[str]]]
_CASES = re.compile(r"(?:universe\|([^/|]+)/included|timeliness\|([^/|]+)/[^|]+/all/judged)\|.*")


def elements_of(catalogue: dict[str, Report]) -> Elements:
    """Every element with the source tables it reads, by report and code."""
    return {
        (report.id, element.code): (element, frozenset(need.table for need in report.needs_of(element)))
        for report in catalogue.values()
        for element in report.elements
    }


def link_reports(numbers: Numbers, elements: Elements) -> None:
    """Say which counts of reports, of one unit and period, are the same number."""
    for names in _by_place(numbers, elements).values():
        same = defaultdict(list)
        for name in names:
            element, tables = _element(elements, name)
            value = numbers.cells[name].value
            if element.of and not (element.sum or element.mean or element.median):
                same["view", element.of, element.where].append(name)
            if value >= numbers.threshold:
                for table in tables:
                    same["table", table, value].append(name)
        for first, *others in same.values():
            for other in others:
                numbers.balance([first], [other])


def link_quarter(numbers: Numbers, elements: Elements, period: str) -> None:
    """Say how universes and clocks go together with the plan's counts of the same quarter.

    period: of the run; nothing is said unless it is a quarter of a year.
    """
    names = _by_place(numbers, elements).get((ALL, quarter_of(period)), [])
    for cases in [name for name in numbers.cells if _CASES.fullmatch(name)]:
        tables = set(SOURCES.get(next(filter(None, _CASES.fullmatch(cases).groups())), ()))
        for name in names:
            if tables & _element(elements, name)[1] and numbers.cells[name].value >= numbers.threshold:
                numbers.balance([cases], [name])


def quarter_of(period: str) -> str:
    """2026Q3 for "2026-07-01 to 2026-09-30"; "" for a period that is no quarter of a year."""
    first, last = (date.fromisoformat(day) for day in period.split(" to "))
    quarter = (first.month + 2) // 3
    months = (last.year - first.year) * 12 + last.month - first.month
    whole = first.day == 1 and first.month % 3 == 1 and months == 2 and (last.month, last.day) in (
        (3, 31), (6, 30), (9, 30), (12, 31))  # fmt: skip
    return f"{first.year}Q{quarter}" if whole else ""


def _by_place(numbers: Numbers, elements: Elements) -> dict[tuple[str, str], list[str]]:
    """Ids of report counts that are known, by unit and period."""
    places = defaultdict(list)
    for name, cell in numbers.cells.items():
        parts = name.split("|")
        if len(parts) == 4 and (parts[0], parts[1]) in elements and cell.value is not None:
            places[parts[2], parts[3]].append(name)
    return places


def _element(elements: Elements, name: str) -> tuple[Element, frozenset[str]]:
    report, code, *_ = name.split("|")
    return elements[report, code]
