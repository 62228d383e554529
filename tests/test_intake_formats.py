"""Dates and times by a stated format. Day numbers are counted from 1970-01-01: 2026-01-01 is day 20,454
(56 years of 365 days are 20,440, and 14 of them, 1972 to 2024, had a leap day)."""

import datetime as dt

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditkit.errors import InputError
from auditkit.sources.formats import check_format, example, read_moments, read_times

NEW_YEAR_2026 = 20_454


def day(text: str, written: str = "%Y-%m-%d") -> int | None:
    read = read_moments(pa.array([text]), written)
    return int(read.day[0]) if read.date_ok[0] else None


def second(text: str, written: str = "%H:%M:%S") -> int | None:
    seconds, ok = read_times(pa.array([text]), written)
    return int(seconds[0]) if ok[0] else None


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("2026-01-01", "%Y-%m-%d"),
        ("2026/01/01", "%Y/%m/%d"),
        ("01/01/2026", "%m/%d/%Y"),
        ("1/1/2026", "%m/%d/%Y"),
        ("20260101", "%Y%m%d"),
        ("01-JAN-2026", "%d-%b-%Y"),
        ("January 1, 2026", "%B %d, %Y"),
    ],
)
def test_new_years_day_in_the_forms_plans_write_it(text, written):
    assert day(text, written) == NEW_YEAR_2026


def test_leap_day_and_days_that_do_not_exist():
    assert day("2024-02-29") == day("2024-02-28") + 1
    for text in ("2026-02-29", "2026-02-30", "2026-13-01", "2026-00-10", "2026-01-00", "2026-04-31"):
        assert day(text) is None


def test_what_is_not_of_the_format_is_not_read():
    for text in ("01/02/2026", "2026-01-01x", "x2026-01-01", "46023", "26-01-01", "", "2026-01-01 "):
        assert day(text) is None
    # without marks between the parts a missing digit could belong to month or day
    assert day("2026111", "%Y%m%d") is None


def test_years_out_of_reach_are_not_read():
    assert day("1899-12-31") is None
    assert day("9999-12-31") is None


def test_twelve_hour_clock():
    """Midnight is 12 AM and noon is 12 PM."""
    times = {"12:00 AM": 0, "12:59 am": 59 * 60, "1:05 AM": 3900, "12:00 PM": 43_200, "11:59 PM": 86_340}
    for text, expected in times.items():
        assert second(text, "%I:%M %p") == expected
    for text in ("13:00 PM", "0:30 AM", "12:60 PM", "12:00"):
        assert second(text, "%I:%M %p") is None


def test_twenty_four_hour_clock():
    assert second("23:59:59") == 86_399
    assert second("09:05", "%H:%M") == 9 * 3600 + 5 * 60
    for text in ("24:00:00", "23:60:00", "23:59:60", "09:05", "09:05:00 AM"):
        assert second(text) is None


def test_a_moment_without_its_time_keeps_its_day():
    texts = pa.array(["2026-01-01 00:00:10", "2026-01-01", "2026-01-01 25:00:00", "soon"])
    read = read_moments(texts, "%Y-%m-%d %H:%M:%S")
    assert read.date_ok.tolist() == [True, True, True, False]
    assert read.time_ok.tolist() == [True, False, False, False]
    assert read.time_given.tolist() == [True, False, True, False]
    assert read.day.tolist()[:3] == [NEW_YEAR_2026] * 3


def test_fractions_of_a_second_are_dropped():
    read = read_moments(pa.array(["2026-01-01 00:00:10.987"]), "%Y-%m-%d %H:%M:%S.%f")
    assert read.second.tolist() == [10]


def test_example_shows_a_format():
    assert example("%m/%d/%Y %I:%M %p") == "01/31/2026 02:05 PM"


@pytest.mark.parametrize(
    ("written", "needs", "sentence"),
    [
        ("%m/%d/%y", "date", "a year in two digits"),
        ("%Y-%m", "date", "year, month and day are needed"),
        ("%Y-%m-%d %m", "date", "%m stands there twice"),
        ("%I:%M", "time", "hour and minute are needed"),
        ("%H:%M %p", "time", "hour and minute are needed"),
        ("%Y-%m-%d %S", "moment", "hour and minute are needed"),
        ("%Y-%m-%d %z", "moment", "%z is not read here"),
    ],
)
def test_formats_that_cannot_be_used_are_refused(written, needs, sentence):
    with pytest.raises(InputError, match=sentence):
        check_format(written, needs)


@given(st.datetimes(dt.datetime(1900, 1, 1), dt.datetime(2100, 12, 31)))
def test_every_moment_reads_back(moment):
    written = "%Y-%m-%d %H:%M:%S"
    read = read_moments(pa.array([moment.isoformat(sep=" ", timespec="seconds")]), written)
    assert read.day[0] == (moment.date() - dt.date(1970, 1, 1)).days
    assert read.second[0] == moment.hour * 3600 + moment.minute * 60 + moment.second
    assert read.time_ok[0]
