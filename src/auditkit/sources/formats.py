"""Dates and times of day read by a stated format, many at once and without guessing.

A format is written with the usual codes: %Y year in four digits, %m month, %d day, %b or %B month
name, %H or %I with %p hour, %M minute, %S second, %f part of a second (dropped), %% a per cent sign.
%y is refused: with two digits a birth in 1945 and an end date in 2045 are the same text.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from auditkit.errors import InputError

FIRST_YEAR, LAST_YEAR = 1900, 2100

_DATE_CODES, _TIME_CODES = "YmdbB", "HIpMSf"
_PATTERNS = {"Y": r"\d{4}", "b": "[A-Za-z]{3}", "B": "[A-Za-z]{3,9}", "p": "[AaPp][Mm]", "f": r"\d{1,9}"}
_EXAMPLE = {
    "Y": "2026", "m": "01", "d": "31", "b": "Jan", "B": "January", "H": "14", "I": "02", "p": "PM",
    "M": "05", "S": "00", "f": "000", "%": "%",
}  # fmt: skip
_MONTHS = [
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
]  # fmt: skip


@dataclass(frozen=True)
class Moments:
    """Texts read as moments, one entry a text.

    day: days since 1970-01-01; second: second of the day. date_ok, time_ok: could it be read?
    time_given: does the text hold anything where the time should stand?
    """

    day: np.ndarray
    second: np.ndarray
    date_ok: np.ndarray
    time_ok: np.ndarray
    time_given: np.ndarray


def check_format(written: str, needs: str) -> None:
    """Raises InputError when a format cannot be used; `needs` is "date", "time" or "moment"."""
    codes = [token[1] for token in _tokens(written) if token.startswith("%") and token != "%%"]
    for code in codes:
        if code not in _DATE_CODES + _TIME_CODES:
            hint = " (a year in two digits cannot be told apart by century)" if code == "y" else ""
            raise InputError(f"format '{written}': %{code} is not read here{hint}; use {_known(needs)}.")
        if codes.count(code) > 1:
            raise InputError(f"format '{written}': %{code} stands there twice; use it once.")
    has_date = {"Y", "d"} <= set(codes) and len(set(codes) & set("mbB")) == 1
    hour_ok = ("H" in codes and not set("Ip") & set(codes)) or ({"I", "p"} <= set(codes) and "H" not in codes)
    has_time = hour_ok and "M" in codes
    if needs != "time" and not has_date:
        raise InputError(f"format '{written}': year, month and day are needed; use {_known('date')}.")
    if needs != "date" and not has_time and (needs == "time" or set(codes) & set(_TIME_CODES)):
        raise InputError(f"format '{written}': hour and minute are needed; use {_known('time')}.")


def example(written: str) -> str:
    """How a value of this format looks: "%m/%d/%Y" gives 01/31/2026."""
    return "".join(_EXAMPLE[token[1]] if token.startswith("%") else token for token in _tokens(written))


def read_moments(texts: pa.Array, written: str) -> Moments:
    """Each text read by a format that holds a date and, where it has them, hour, minute and second.

    A text that stops after the date is a date without a time; one whose time cannot be read keeps its date.
    """
    parts, matched = _parts(texts, written)
    day, date_ok = _days(parts, matched)
    second, time_ok = _seconds(parts, matched)
    given = matched & bool(set(parts) & set(_TIME_CODES))
    others, date_format = np.flatnonzero(~matched), _date_prefix(written)
    if date_format and len(others):
        parts, matched = _parts(texts.take(pa.array(others)), date_format, rest=True)
        day[others], date_ok[others] = _days(parts, matched)
        rest = pc.utf8_trim_whitespace(pc.fill_null(parts["rest"], ""))
        given[others] = pc.not_equal(rest, "").to_numpy(zero_copy_only=False)
    return Moments(day, second, date_ok, time_ok & date_ok, given)


def read_times(texts: pa.Array, written: str) -> tuple[np.ndarray, np.ndarray]:
    """Second of the day of each text, and whether it could be read."""
    return _seconds(*_parts(texts, written))


def _known(needs: str) -> str:
    return {
        "date": "%Y, %m and %d, as in %Y-%m-%d",
        "time": "%H:%M:%S, or %I:%M %p for a 12-hour clock",
        "moment": "%Y, %m, %d, %H, %M and %S, as in %Y-%m-%d %H:%M:%S",
    }[needs]


def _tokens(written: str) -> list[str]:
    return re.findall(r"%.|[^%]|%$", written, flags=re.DOTALL)


def _date_prefix(written: str) -> str:
    """The part of a format up to its last date code, where its time codes come after; else ''."""
    tokens = _tokens(written)
    dates = [i for i, token in enumerate(tokens) if token[0] == "%" and token[1:] in _DATE_CODES]
    times = [i for i, token in enumerate(tokens) if token[0] == "%" and token[1:] in _TIME_CODES]
    return "".join(tokens[: dates[-1] + 1]) if times and dates and dates[-1] < times[0] else ""


@lru_cache(maxsize=64)
def _pattern(written: str, rest: bool) -> str:
    """The format as a regular expression; one digit will do for a month or hour between marks."""
    tokens, pattern = _tokens(written), ""
    for place, token in enumerate(tokens):
        if not token.startswith("%") or token == "%%":
            pattern += re.escape(token[-1])
            continue
        neighbours = tokens[max(place - 1, 0) : place] + tokens[place + 1 : place + 2]
        alone = not any(near.startswith("%") and near[1] in "YmdHIMSf" for near in neighbours)
        digits = r"\d{1,2}" if alone else r"\d{2}"
        pattern += f"(?P<{token[1]}>{_PATTERNS.get(token[1], digits)})"
    return f"^{pattern}(?P<rest>[^0-9].*)?$" if rest else f"^{pattern}$"


def _parts(texts: pa.Array, written: str, rest: bool = False) -> tuple[dict[str, pa.Array], np.ndarray]:
    """What stands at each code, and which texts have the format's form."""
    found = pc.extract_regex(texts, pattern=_pattern(written, rest))
    names = [field.name for field in found.type]
    matched = pc.is_valid(found).to_numpy(zero_copy_only=False)
    return {name: pc.struct_field(found, name) for name in names}, matched


def _numbers(parts: dict[str, pa.Array], code: str, otherwise: int) -> np.ndarray | int:
    if code not in parts:
        return otherwise
    return pc.fill_null(pc.cast(parts[code], pa.int64()), 0).to_numpy(zero_copy_only=False)


def _days(parts: dict[str, pa.Array], matched: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    years, days = _numbers(parts, "Y", 0), _numbers(parts, "d", 0)
    name = parts.get("b", parts.get("B"))
    months = _numbers(parts, "m", 0) if name is None else _month_numbers(name, short="b" in parts)
    ok = matched & (years >= FIRST_YEAR) & (years <= LAST_YEAR) & (months >= 1) & (months <= 12) & (days >= 1)
    index = np.where(ok, (years - 1970) * 12 + months - 1, 0)
    first = index.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    after = (index + 1).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    ok = ok & (days <= after - first)
    return np.where(ok, first + days - 1, 0), ok


def _month_numbers(names: pa.Array, short: bool) -> np.ndarray:
    known = {month[:3] if short else month: number for number, month in enumerate(_MONTHS, 1)}
    return np.array([known.get((name or "").lower(), 0) for name in names.to_pylist()], dtype=np.int64)


def _seconds(parts: dict[str, pa.Array], matched: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    minutes, seconds = _numbers(parts, "M", 0), _numbers(parts, "S", 0)
    if "I" in parts:
        hours = _numbers(parts, "I", 0)
        is_pm = pc.fill_null(pc.equal(pc.utf8_lower(parts["p"]), "pm"), False)
        afternoon = is_pm.to_numpy(zero_copy_only=False)
        ok = matched & (hours >= 1) & (hours <= 12)
        hours = hours % 12 + 12 * afternoon
    else:
        hours = _numbers(parts, "H", 0)
        ok = matched & (hours <= 23) & ("H" in parts)
    ok = ok & (minutes <= 59) & (seconds <= 59)
    return np.where(ok, hours * 3600 + minutes * 60 + seconds, 0), ok
