"""Is one cell written as its layout column asks? If not, which fault is it?

`screen` looks at many different values at once and points at those that need a closer look;
`fault_of` looks closely at one and gives the most specific fault.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from auditkit.rules.layouts import Column
from auditkit.sources.moments import EPOCH

NONE = "None"
LETTER, LETTER_OR_DIGIT = "[AC-HJKMNP-RT-Y]", "[0-9AC-HJKMNP-RT-Y]"
_AFTER_SECOND = (
    f"{LETTER_OR_DIGIT}[0-9]{LETTER}{LETTER_OR_DIGIT}[0-9]{LETTER}{LETTER}[0-9][0-9]"
)
MBI = f"^[1-9]{LETTER}{_AFTER_SECOND}$"
SYNTHETIC_MBI = f"^[1-9]S{_AFTER_SECOND}$"
CONTRACT = "^[A-Z][0-9]{4}$"
PBP = "^[0-9]{3}$"
DATE = "^[0-9]{4}/[0-9]{2}/[0-9]{2}$"
TIME = "^([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]$"

# Control, format and line-separator characters, and the mark a failed decoding leaves behind.
_CONTROL = (
    "[\\x00-\\x1f\\x7f-\\x9f\u200b-\u200f\u2028-\u202e\u2060\ufeff\ufffd]"
)
_SPACE = "[ \u00a0]"
_STAND_INS = frozenset(
    ["NA", "N/A", "n/a", "N.A.", "NULL", "Null", "null", "none", "NONE", "#N/A", "-", "--", "."]
)
_EXCEL_ERRORS = frozenset(["#REF!", "#VALUE!", "#NAME?", "#NULL!", "#DIV/0!", "#NUM!"])
_SCIENTIFIC = r"[0-9](\.[0-9]+)?[Ee]\+[0-9]+"
_TEXT_SUSPECT = (
    f"^$|^{_SPACE}|{_SPACE}$|{_CONTROL}|^#|^{_SCIENTIFIC}$|^N\\.A\\.$|^[-.]+$|"
    "^(NA|N/A|n/a|NULL|Null|null|none|NONE|None)$"
)
FIRST_YEAR, LAST_YEAR = 1900, 2100


@dataclass(frozen=True)
class Fault:
    """A fault of one cell: its code, what was expected there, and what the value looks like."""

    code: str
    expected: str
    hint: str = ""


@dataclass(frozen=True)
class CellScope:
    """What is known beside the layout: contracts in scope (None: any), whether synthetic identifiers
    may stand in the file, and the titles of the columns that hold names."""

    contracts: Collection[str] | None = None
    synthetic: bool = False
    name_columns: Collection[str] = ()


def screen(values: pa.Array, column: Column, scope: CellScope) -> pa.Array:
    """True for each of `values` (text, no nulls) that must be looked at by `fault_of`."""
    if column.kind == "text":
        return _screen_text(values, column, scope)
    if column.kind == "code":
        good = pc.is_in(values, pa.array(column.values))
    elif column.kind == "mbi":
        good = pc.match_substring_regex(values, MBI)
        if scope.synthetic:
            good = pc.or_(good, pc.match_substring_regex(values, SYNTHETIC_MBI))
    elif column.kind == "contract":
        good = pc.match_substring_regex(values, CONTRACT)
        if scope.contracts is not None:
            good = pc.and_(good, pc.is_in(values, pa.array(list(scope.contracts), pa.string())))
    elif column.kind == "pbp":
        good = pc.match_substring_regex(values, PBP)
    elif column.kind == "time":
        good = pc.match_substring_regex(values, TIME)
    else:
        # Every distinct date is looked at: there are few, and only a calendar knows which exist.
        good = pa.array([read_day(value) is not None for value in values.to_pylist()], pa.bool_())
    if column.none_allowed:
        good = pc.or_(good, pc.equal(values, NONE))
    return pc.invert(good)


def _screen_text(values: pa.Array, column: Column, scope: CellScope) -> pa.Array:
    suspect = pc.match_substring_regex(values, _TEXT_SUSPECT)
    if column.none_allowed:
        suspect = pc.and_not(suspect, pc.equal(values, NONE))
    if column.length:
        suspect = pc.or_(suspect, pc.greater(pc.utf8_length(values), column.length))
    if column.name in scope.name_columns:
        suspect = pc.or_(suspect, pc.match_substring_regex(values, "[0-9]"))
    return suspect


def read_day(value: str) -> int | None:
    """Days since 1970-01-01 of a date written CCYY/MM/DD; None when it is not one or cannot be meant."""
    if not re.fullmatch(DATE, value):
        return None
    try:
        day = date(int(value[:4]), int(value[5:7]), int(value[8:]))
    except ValueError:
        return None
    return (day - EPOCH).days if FIRST_YEAR <= day.year <= LAST_YEAR else None


def fault_of(value: str, column: Column, scope: CellScope) -> Fault | None:
    """The most specific fault of a cell, or None when it is written as the layout asks."""
    expected = _expected(column)
    if value.strip(" \u00a0\t\r\n") == "" or value in _STAND_INS:
        return Fault("X18", expected)
    if value == NONE:
        return None if column.none_allowed else Fault("F01", expected)
    if re.search(_CONTROL, value):
        return Fault("X19", "text without control characters, tabs and line breaks")
    if value in _EXCEL_ERRORS:
        return Fault("X20", expected, "It is the error text of a spreadsheet formula.")
    stripped = value.strip(" \u00a0")
    fault = _FAULTS[column.kind](stripped, column, scope, expected)
    if fault is None and stripped != value:
        return Fault("F13" if column.kind == "text" else "F18", f"{expected}, without spaces around it")
    return fault


def _expected(column: Column) -> str:
    words = {
        "text": f"text of at most {column.length} characters" if column.length else "text",
        "mbi": "an 11-character Medicare Beneficiary Identifier",
        "contract": "a capital letter and four digits",
        "pbp": "three digits",
        "date": "a date CCYY/MM/DD",
        "time": "a time HH:MM:SS",
    }
    said = " or ".join(column.values) if column.kind == "code" else words[column.kind]
    return f"{said}, or None" if column.none_allowed else said


def _text_fault(value: str, column: Column, scope: CellScope, expected: str) -> Fault | None:
    if column.name in scope.name_columns and re.search("[0-9]", value):
        return Fault("F12", "a name without digits")
    if re.fullmatch(_SCIENTIFIC, value):
        hint = "It is a long number in a spreadsheet's short form; its digits are lost."
        return Fault("X20", expected, hint)
    if column.length and len(value) > column.length:
        return Fault("F06", expected, f"It has {len(value):,} characters.")
    return None


def _code_fault(value: str, column: Column, scope: CellScope, expected: str) -> Fault | None:
    if value in column.values:
        return None
    for allowed in column.values:
        if value.casefold() == allowed.casefold():
            return Fault("F05", expected, f"Write it as {allowed}.")
    return Fault("F05", expected)


def _mbi_fault(value: str, column: Column, scope: CellScope, expected: str) -> Fault | None:
    if re.fullmatch(MBI, value):
        return None
    if re.fullmatch(SYNTHETIC_MBI, value):
        return None if scope.synthetic else Fault("F08", expected)
    return Fault("F07", expected, _mbi_hint(value))


def _mbi_hint(value: str) -> str:
    bare = re.sub(r"[-\s]", "", value)
    if bare != value:
        return "It holds hyphens or spaces."
    if len(value) != 11:
        return f"It has {len(value)} characters."
    if value != value.upper():
        return "It holds lower-case letters."
    pattern = MBI.strip("^$")
    parts = re.findall(r"\[[^\]]*\]", pattern)
    for place, (part, character) in enumerate(zip(parts, value, strict=True), start=1):
        if not re.fullmatch(part, character):
            return f"The character in position {place} is not allowed there."
    return ""


def _contract_fault(value: str, column: Column, scope: CellScope, expected: str) -> Fault | None:
    if not re.fullmatch(CONTRACT, value):
        hint = "Its letter must be a capital." if re.fullmatch(CONTRACT, value.upper()) else ""
        return Fault("F09", expected, hint)
    if scope.contracts is not None and value not in scope.contracts:
        return Fault("F10", " or ".join(sorted(scope.contracts)))
    return None


def _pbp_fault(value: str, column: Column, scope: CellScope, expected: str) -> Fault | None:
    if re.fullmatch(PBP, value):
        return None
    if re.fullmatch("[0-9]{1,2}", value):
        return Fault("X20", value.zfill(3), "Its leading zeros are lost.")
    if re.fullmatch(r"[0-9]{1,3}\.0", value):
        return Fault("X20", value[:-2].zfill(3), "It was read as a number.")
    return Fault("F11", expected)


def _date_fault(value: str, column: Column, scope: CellScope, expected: str) -> Fault | None:
    if read_day(value) is not None:
        return None
    if re.fullmatch(DATE, value):
        return Fault("F03", expected, "" if _exists(value) else "There is no such day.")
    if re.fullmatch(r"[1-9][0-9]{4}(\.[0-9]+)?", value):
        return Fault("X20", expected, "It looks like a spreadsheet's serial number of a day.")
    if re.fullmatch(r"[0-9]{1,2}[/.-][0-9]{1,2}[/.-]([0-9]{4}|[0-9]{2})([ T].*)?", value):
        return Fault("X20", expected, "It looks like a date in a local form.")
    if re.fullmatch(r"[0-9]{1,2}[- ][A-Za-z]{3,9}[- ]([0-9]{4}|[0-9]{2})", value):
        return Fault("X20", expected, "It looks like a date in a local form.")
    if re.fullmatch(r"[0-9]{4}/[0-9]{1,2}/[0-9]{1,2}", value):
        return Fault("X20", expected, "Its leading zeros are lost.")
    if re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        return Fault("F02", expected, "It is an ISO date; CMS wants slashes.")
    if re.match(r"[0-9]{4}/[0-9]{2}/[0-9]{2}[ T]", value):
        return Fault("F02", expected, "It has a time attached; the time has its own column.")
    if re.fullmatch(r"(19|20)[0-9]{6}", value):
        return Fault("F02", expected, "It lacks the slashes.")
    return Fault("F02", expected)


def _exists(value: str) -> bool:
    try:
        date(int(value[:4]), int(value[5:7]), int(value[8:]))
    except ValueError:
        return False
    return True


def _time_fault(value: str, column: Column, scope: CellScope, expected: str) -> Fault | None:
    if re.fullmatch(TIME, value):
        return None
    if re.fullmatch("24:00(:00)?", value):
        return Fault("F04", expected, "Midnight is written 00:00:00 of the following day.")
    if re.fullmatch(r"[0-9]{1,2}:[0-9]{2}(:[0-9]{2})? ?[AaPp]\.?[Mm]\.?", value):
        return Fault("F04", expected, "It is written on the 12-hour clock.")
    if re.fullmatch(r"([01]?[0-9]|2[0-3]):[0-5][0-9]", value):
        return Fault("F04", expected, "The seconds are missing.")
    if re.fullmatch(r"[0-9]:[0-5][0-9]:[0-5][0-9]", value):
        return Fault("F04", expected, "Its leading zero is lost.")
    if re.fullmatch(r"0?\.[0-9]+", value):
        return Fault("X20", expected, "It looks like a spreadsheet's fraction of a day.")
    return Fault("F04", expected)


_FAULTS = {
    "text": _text_fault,
    "code": _code_fault,
    "mbi": _mbi_fault,
    "contract": _contract_fault,
    "pbp": _pbp_fault,
    "date": _date_fault,
    "time": _time_fault,
}
