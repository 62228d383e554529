"""Dates and times become integers here, once.

A moment is a local calendar date and, where it is known, a local time of day. Everything
downstream compares two integers: the day number (days since 1970-01-01 in the plan's time
zone) and the UTC epoch second. 72 hours are 259,200 seconds on every weekend of the year.

Two conventions, both those of the IANA time zone database with fold 0: a wall time in the
hour that is skipped in March is read with the offset in force before the change, and a wall
time in the hour that occurs twice in November is read as the first of the two.
"""

from datetime import date, datetime, timedelta, timezone
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np

EPOCH = date(1970, 1, 1)
SECONDS_A_DAY = 86_400
_FIRST_YEAR, _LAST_YEAR = 1900, 2100


def day_number(value: date) -> int:
    """Days from 1970-01-01 to `value`."""
    return (value - EPOCH).days


def day_text(day: int) -> str:
    """The CMS text form CCYY/MM/DD of a day number."""
    return (EPOCH + timedelta(days=int(day))).strftime("%Y/%m/%d")


def local_moment(second: int, time_zone: str) -> datetime:
    """The wall time in `time_zone` of a UTC epoch second."""
    return datetime.fromtimestamp(int(second), tz=timezone.utc).astimezone(ZoneInfo(time_zone))


@lru_cache(maxsize=4)
def _offset_changes(time_zone: str) -> tuple[np.ndarray, np.ndarray]:
    """Local second at which each UTC offset starts to hold (fold 0), and the offset in seconds."""
    zone = ZoneInfo(time_zone)

    def offset(day: int, second: int) -> int:
        wall = datetime.combine(EPOCH + timedelta(days=day), datetime.min.time()) + timedelta(seconds=second)
        return int(wall.replace(tzinfo=zone).utcoffset().total_seconds())

    first, last = day_number(date(_FIRST_YEAR, 1, 1)), day_number(date(_LAST_YEAR, 12, 31))
    starts, offsets = [first * SECONDS_A_DAY], [offset(first, 0)]
    for day in range(first, last):
        after = offset(day + 1, 0)
        if after == offsets[-1]:
            continue
        low, high = 0, SECONDS_A_DAY
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if offset(day, middle) == after else (middle, high)
        starts.append(day * SECONDS_A_DAY + high)
        offsets.append(after)
    return np.array(starts, dtype=np.int64), np.array(offsets, dtype=np.int64)


def utc_seconds(day: np.ndarray, second_of_day: np.ndarray, time_zone: str) -> np.ndarray:
    """UTC epoch seconds of local moments; `day` in days since 1970-01-01, `second_of_day` 0 to 86,399."""
    starts, offsets = _offset_changes(time_zone)
    local = np.asarray(day, dtype=np.int64) * SECONDS_A_DAY + np.asarray(second_of_day, dtype=np.int64)
    return local - offsets[np.searchsorted(starts, local, side="right") - 1]
