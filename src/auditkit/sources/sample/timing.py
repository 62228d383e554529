"""When things happen: receipts over the day and the week, answers within their limits.

A moment is the second of the local wall clock counted from 1970-01-01 00:00. Durations in hours
are exact, so they are added in UTC.
"""

from datetime import date

import numpy as np

from auditkit.sources.moments import day_number, utc_seconds
from auditkit.sources.sample import assumptions as a
from auditkit.sources.sample.table import NONE

DAY = 86_400
HOUR = 3_600
END = (a.LAST_DAY + 1) * DAY - 1
"""Last recorded second."""

_CLOCK_CHANGES = tuple(day_number(d) * DAY for d in (date(2025, 11, 2), date(2026, 3, 8)))
"""Nights on which an hour of wall time occurs twice or not at all; nothing happens in it."""


def utc(moment: np.ndarray) -> np.ndarray:
    """UTC epoch seconds of local moments."""
    moment = np.asarray(moment, dtype=np.int64)
    return utc_seconds(moment // DAY, moment % DAY, a.TIME_ZONE)


def after(moment: int, seconds: int) -> int:
    """The local moment exactly so many seconds later."""
    target = int(utc(np.array([moment]))[0]) + seconds
    for offset in (-4 * HOUR, -5 * HOUR):
        if int(utc(np.array([target + offset]))[0]) == target:
            return target + offset
    raise ValueError("the moment falls into an hour of wall time that occurs twice")


def daytime(moment: np.ndarray) -> np.ndarray:
    """Moments moved out of the night hour in which the clocks change; order is kept."""
    for midnight in _CLOCK_CHANGES:
        moment = np.where(
            (moment >= midnight + HOUR) & (moment < midnight + 3 * HOUR), midnight + 3 * HOUR, moment
        )
    return moment


def receipt_days(rng: np.random.Generator, rows: int) -> np.ndarray:
    """Days of receipt, with the skew of the week and of the month's end."""
    days = np.arange(a.FIRST_DAY, a.LAST_DAY + 1)
    weights = np.array(a.WEEKDAY_WEIGHTS)[(days + 3) % 7]  # 1970-01-01 was a Thursday
    months = days.astype("datetime64[D]").astype("datetime64[M]")
    before_next = ((months + 1).astype("datetime64[D]") - days.astype("datetime64[D]")).astype(int)
    weights = np.where(before_next <= 3, weights * a.MONTH_END_WEIGHT, weights)
    return days[np.searchsorted(np.cumsum(weights) / weights.sum(), rng.random(rows), side="right")]


def clock_times(rng: np.random.Generator, rows: int) -> np.ndarray:
    """Seconds of the day at which requests arrive: mostly business hours."""
    weights = np.array(a.HOUR_WEIGHTS, dtype=float)
    hours = np.searchsorted(np.cumsum(weights) / weights.sum(), rng.random(rows), side="right")
    return hours * HOUR + rng.integers(0, HOUR, rows)


def office_times(rng: np.random.Generator, rows: int) -> np.ndarray:
    """Seconds of the day at which staff decide and write: 8:00 to 17:59."""
    return rng.integers(8 * HOUR, 18 * HOUR, rows)


def into_office_hours(rng: np.random.Generator, moment: np.ndarray, floor: np.ndarray) -> np.ndarray:
    """Moments of the night moved back to the evening before, but never to or before `floor`."""
    hour = moment % DAY // HOUR
    evening = moment // DAY * DAY + rng.integers(16 * HOUR, 19 * HOUR, len(moment))
    evening = np.where(hour < 7, evening - DAY, evening)
    at_night = (hour < 7) | (hour >= 19)
    return np.where(at_night & (evening > floor), np.minimum(evening, moment), moment)


def respond(
    rng: np.random.Generator,
    received: np.ndarray,
    floor: np.ndarray,
    hours: np.ndarray,
    limit: np.ndarray,
    extended: np.ndarray,
    extension_days: int,
) -> dict[str, np.ndarray]:
    """Decision, telephone call, written notice and extension notice, all inside the limit.

    received: receipt. floor: the latest paper the case needs; nothing is decided before it.
    hours: is the limit counted in hours; limit: its length in seconds or in calendar days.
    extended: was the timeframe extended, by at most `extension_days`. Everything is timely counted
    from receipt, so it is timely from any later start as well.
    """
    by_hours = _within_hours(rng, received, floor, np.where(hours, limit, 3 * DAY), extended, extension_days)
    by_days = _within_days(rng, received, floor, np.where(hours, 30, limit), extended, extension_days)
    moments = {name: daytime(np.where(hours, by_hours[name], by_days[name])) for name in by_hours}
    moments["extension_notice"] = np.where(extended, moments["extension_notice"], NONE)
    return moments


def _within_hours(rng, received, floor, limit, extended, extension_days):
    """At most nine tenths of the limit, so that a changed clock cannot matter."""
    rows = len(received)
    share = rng.beta(1.5, 1.4, rows) * 0.70
    long = received + limit * 1.1 + share * extension_days * DAY
    decided = np.where(extended, long, received + share * limit).astype(np.int64)
    earliest = np.where(extended, received + limit + 2 * HOUR, np.maximum(received, floor))
    decided = np.maximum(decided, np.maximum(received, floor) + 600)
    decided = into_office_hours(rng, decided, earliest)
    return {
        "decided": decided,
        "oral": decided + (300 + rng.random(rows) * 0.04 * limit).astype(np.int64),
        "written": decided + (600 + rng.random(rows) * 0.10 * limit).astype(np.int64),
        "extension_notice": received + (limit * (0.3 + 0.4 * rng.random(rows))).astype(np.int64),
    }


def _within_days(rng, received, floor, limit, extended, extension_days):
    """Any day of the limit, seldom on a weekend, the written notice up to two days behind the decision."""
    rows = len(received)
    first = received // DAY
    last = first + limit + np.where(extended, extension_days, 0)
    wait = np.floor(rng.beta(1.25, 1.2, rows) * limit)
    long_wait = limit + 1 + np.floor(rng.random(rows) * (extension_days - 1))
    day = first + np.where(extended, long_wait, wait).astype(np.int64)
    weekday = (day + 3) % 7
    friday = day - np.maximum(weekday - 4, 0)
    moves = (rng.random(rows) < 0.9) & (friday >= np.where(extended, first + limit + 1, first))
    day = np.where(moves, friday, day)
    latest_paper = np.maximum(received, floor)
    decided = np.maximum(
        day * DAY + office_times(rng, rows), latest_paper + rng.integers(600, 2 * HOUR, rows)
    )
    written_day = np.minimum(decided // DAY + rng.integers(0, 3, rows), last)
    written = np.maximum(written_day * DAY + office_times(rng, rows), decided + rng.integers(600, HOUR, rows))
    end_of_last = (last + 1) * DAY - 1
    return {
        "decided": np.minimum(decided, end_of_last),
        "oral": np.minimum(decided + rng.integers(300, 2 * HOUR, rows), end_of_last),
        "written": np.minimum(written, end_of_last),
        "extension_notice": (first + limit - rng.integers(1, 4, rows)) * DAY + office_times(rng, rows),
    }
