"""Dates and moments of an extract as typed columns: CMS text, day number, UTC second."""

from collections.abc import Callable
from dataclasses import astuple, dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from auditkit.rules.source_tables import SourceColumn
from auditkit.sources.cells import Fault, Texts, TypedColumn
from auditkit.sources.formats import FIRST_YEAR, LAST_YEAR, Moments, example, read_moments, read_times
from auditkit.sources.mapping import ColumnSource, Extract
from auditkit.sources.moments import day_text, utc_seconds

_ISO_MOMENT, _ISO_TIME = "%Y-%m-%d %H:%M:%S", "%H:%M:%S"


@dataclass(frozen=True)
class _Part:
    """Days or seconds of the rows: the numbers, whether they could be read, which cells are missing."""

    number: np.ndarray
    ok: np.ndarray
    missing: np.ndarray


def date_column(column: SourceColumn, texts: Texts, written: str, typed_cells: bool) -> TypedColumn:
    """A date: its CMS text CCYY/MM/DD and its day number."""
    days, faults = _days(texts, written, typed_cells)
    columns = {
        column.name: _spread(days.number, days.ok, day_text),
        f"{column.name}_day": pa.array(days.number, type=pa.int64(), mask=~days.ok),
    }
    return TypedColumn(columns, days.missing, ~days.missing & ~days.ok, faults)


def moment_column(
    column: SourceColumn,
    source: ColumnSource,
    table: pa.Table,
    extract: Extract,
    time_zone: str,
    typed_cells: bool,
) -> TypedColumn:
    """A moment: date and time as CMS text, day number, and UTC second where the time is known."""
    if source.date:
        days, seconds, faults = _of_two_columns(source, table, extract, typed_cells)
    else:
        texts = Texts(table.column(source.column), source.column, extract.missing)
        days, seconds, faults = _of_one_column(texts, extract.moment_format(source), typed_cells)
    has_time = days.ok & seconds.ok
    second = np.where(has_time, seconds.number, 0)
    epoch = utc_seconds(np.where(has_time, days.number, 0), second, time_zone)
    columns = {
        f"{column.name}_date": _spread(days.number, days.ok, day_text),
        f"{column.name}_time": _spread(second, has_time, _time_text),
        f"{column.name}_day": pa.array(days.number, type=pa.int64(), mask=~days.ok),
        f"{column.name}_sec": pa.array(epoch, type=pa.int64(), mask=~has_time),
    }
    return TypedColumn(columns, days.missing, ~days.missing & ~days.ok, faults)


def _of_two_columns(
    source: ColumnSource, table: pa.Table, extract: Extract, typed_cells: bool
) -> tuple[_Part, _Part, list[Fault]]:
    dates = Texts(table.column(source.date), source.date, extract.missing)
    days, faults = _days(dates, extract.date_format, typed_cells)
    if not source.time:
        none = np.zeros(len(days.ok), dtype=bool)
        return days, _Part(np.zeros(len(none), dtype=np.int64), none, ~none), faults
    times = Texts(table.column(source.time), source.time, extract.missing)
    second, ok = read_times(times.trimmed, extract.time_format)
    if typed_cells:
        iso_second, iso_ok = read_times(times.trimmed, _ISO_TIME)
        second, ok = np.where(ok, second, iso_second), ok | iso_ok
    wanted = f"a time that exists, written as {example(extract.time_format)}; the date is kept"
    faults = faults + times.fault("IN-TIME", ~ok & ~times.is_missing, [wanted] * len(times.raw))
    ok &= ~times.is_missing
    seconds = _Part(second[times.places], ok[times.places], times.is_missing[times.places])
    alone = days.missing & ~seconds.missing
    return days, seconds, faults + times.fault_of_rows("IN-DATE", alone, "a date beside the time")


def _of_one_column(texts: Texts, written: str, typed_cells: bool) -> tuple[_Part, _Part, list[Fault]]:
    read = _read(texts, written, typed_cells)
    present = ~texts.is_missing
    faults = texts.fault("IN-DATE", present & ~read.date_ok, _dates_expected(texts, written))
    wanted = f"a time that exists, as in {example(written)}; the date is kept"
    bad_time = present & read.date_ok & read.time_given & ~read.time_ok
    faults += texts.fault("IN-TIME", bad_time, [wanted] * len(texts.raw))
    missing = texts.is_missing[texts.places]
    days = _Part(read.day[texts.places], (read.date_ok & present)[texts.places], missing)
    return days, _Part(read.second[texts.places], (read.time_ok & present)[texts.places], missing), faults


def _days(texts: Texts, written: str, typed_cells: bool) -> tuple[_Part, list[Fault]]:
    read = _read(texts, written, typed_cells)
    ok = read.date_ok & (read.time_ok | ~read.time_given) & ~texts.is_missing
    faults = texts.fault("IN-DATE", ~ok & ~texts.is_missing, _dates_expected(texts, written))
    return _Part(read.day[texts.places], ok[texts.places], texts.is_missing[texts.places]), faults


def _read(texts: Texts, written: str, typed_cells: bool) -> Moments:
    """The distinct texts by the extract's format, and where the cells were typed by ISO's too."""
    read = read_moments(texts.trimmed, written)
    if not typed_cells:
        return read
    iso = read_moments(texts.trimmed, _ISO_MOMENT)
    both = zip(astuple(read), astuple(iso), strict=True)
    return Moments(*(np.where(read.date_ok, ours, theirs) for ours, theirs in both))


def _dates_expected(texts: Texts, written: str) -> list[str]:
    serial = pc.match_substring_regex(texts.trimmed, r"^[2-6][0-9]{4}(\.[0-9]+)?$").to_pylist()
    plain = f"a date that exists, {FIRST_YEAR} to {LAST_YEAR}, written as {example(written)}"
    return [f"{plain}; this looks like Excel's day number of a date" if found else plain for found in serial]


def _time_text(second: int) -> str:
    return f"{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}"


def _spread(numbers: np.ndarray, ok: np.ndarray, as_text: Callable[[int], str]) -> pa.Array:
    """The text of each number, null where not ok; each distinct number is written once."""
    coded = pa.array(np.where(ok, numbers, 0), mask=~ok).dictionary_encode()
    texts = pa.array([as_text(number) for number in coded.dictionary.to_pylist()], type=pa.string())
    return texts.take(coded.indices)
