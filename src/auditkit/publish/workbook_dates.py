"""Dates in a workbook are numbers with a date format; which formats, and which day a number is."""

import re
from datetime import date, timedelta
from functools import lru_cache
from xml.etree import ElementTree

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_BUILT_IN = frozenset((14, 15, 16, 17, 22, *range(27, 37), *range(50, 59)))
_TEXT_OF_FORMAT = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')


@lru_cache(maxsize=4)
def date_styles(styles: bytes) -> frozenset[int]:
    """The cell styles (the `s` of a cell) that show a number as a date. styles: bytes of xl/styles.xml."""
    try:
        root = ElementTree.fromstring(styles)
    except ElementTree.ParseError:
        return frozenset()
    own = {int(each.get("numFmtId", 0)): each.get("formatCode", "") for each in root.iter(f"{_MAIN}numFmt")}
    formats = [int(each.get("numFmtId", 0)) for each in root.findall(f"{_MAIN}cellXfs/{_MAIN}xf")]
    return frozenset(
        number for number, code in enumerate(formats) if code in _BUILT_IN or _is_date(own.get(code, ""))
    )


def day_of(number: str) -> str:
    """The day a number stands for, CCYY-MM-DD; the number itself when it stands for none."""
    try:
        return (date(1899, 12, 30) + timedelta(days=int(float(number)))).isoformat()
    except (OverflowError, ValueError):
        return number


def _is_date(code: str) -> bool:
    bare = _TEXT_OF_FORMAT.sub("", code).lower()
    return "y" in bare or "d" in bare
