"""Full dates in a text, in any of the ways they are written."""

import re
from datetime import date

_NAMES = (
    "jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july", "aug august",
    "sep sept september", "oct october", "nov november", "dec december",
)  # fmt: skip
_MONTHS = {name: number for number, names in enumerate(_NAMES, start=1) for name in names.split()}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_FORMS = tuple(
    re.compile(form)
    for form in (
        rf"(?<![\w.]){_YEAR}[-/.](?P<month>\d{{1,2}})[-/.](?P<day>\d{{1,2}})(?!\d)",
        rf"(?<![\w.]){_YEAR}(?P<month>0[1-9]|1[0-2])(?P<day>0[1-9]|[12]\d|3[01])(?=t?\d{{6}}|\W|\Z)",
        rf"(?<![\w.])(?P<month>\d{{1,2}})[-/](?P<day>\d{{1,2}})[-/]{_YEAR}(?!\d)",
        rf"(?<![\w.])(?P<day>\d{{1,2}})\.(?P<month>\d{{1,2}})\.{_YEAR}(?!\d)",
        rf"(?<!\w)(?P<month>{_MONTH})\.? (?P<day>\d{{1,2}})(?:st|nd|rd|th)?,? {_YEAR}(?!\d)",
        rf"(?<!\w)(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[ -](?:of )?(?P<month>{_MONTH})\.?,?[ -]{_YEAR}(?!\d)",
        r"(?<![\w./-])(?P<month>0?[1-9]|1[0-2])/(?P<day>0?[1-9]|[12]\d|3[01])/(?P<year>\d\d)(?![\w/])",
    )
)


def without_dates(text: str, allowed: frozenset[str]) -> tuple[str, bool]:
    """A plain text with its full dates taken out, and whether one of them is not among those allowed.

    allowed: CCYY-MM-DD. The digits of a date are gone so that nothing takes them for a number.
    """
    others = False
    for form in _FORMS:

        def taken(found: re.Match) -> str:
            nonlocal others
            day = _iso(found)
            others = others or (day is not None and day not in allowed)
            return found[0] if day is None else " ~ "

        text = form.sub(taken, text)
    return text, others


def _iso(found: re.Match) -> str | None:
    """The day of a date, CCYY-MM-DD; None when the calendar has no such day."""
    month, year = found["month"], found["year"]
    try:
        century = int(year) if len(year) == 4 else 2000 + int(year)
        return date(century, _MONTHS.get(month) or int(month), int(found["day"])).isoformat()
    except ValueError:
        return None
