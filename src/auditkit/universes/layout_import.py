"""Makes a layout version from an official workbook or CSV: columns as CMS lists them, marked official.

The file has one row a column of the layout. Wanted are the column's letter, name, type, length and
description, under the titles such tables carry; allowed values and whether None is allowed may stand
there too. What the file does not say is taken from the packaged column of the same letter and title, and
said so.
"""

import os
import re
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from pathlib import Path
from typing import get_args

import yaml

from auditkit.errors import InputError
from auditkit.rules.checked import checked
from auditkit.rules.layouts import FIXED_LENGTHS, Column, Layout
from auditkit.sources.readers import read_text_table
from auditkit.universes.layout_diff import plain_title

TITLES = {
    "id": ("column id", "column", "id", "letter", "column letter", "field id"),
    "name": ("field name", "column name", "name", "title", "element", "data element"),
    "type": ("field type", "type", "kind", "data type"),
    "length": ("field length", "length", "max length", "maximum length", "size"),
    "description": ("description", "field description", "definition", "rule"),
    "values": ("values", "allowed values", "valid values"),
    "none": ("none allowed", "none allowed?", "none"),
}
"""The titles under which each fact is looked for, without capitals and punctuation."""
KINDS = get_args(Column.model_fields["kind"].annotation)
_ANSWER_NONE = re.compile(
    r"\b(answer|enter|submit|populate|write|with|is|or)\s+[\"'\u201c\u2018]?None\b", re.IGNORECASE
)
SAME_TITLE = 0.6
"""Titles less alike than this share of letters (difflib ratio, 0 to 1) may mean another column."""


@dataclass(frozen=True)
class Imported:
    """A layout made from a file.

    taken_over: sentences on what the file did not say and the packaged layout did.
    doubts: letters whose title is unlike the packaged one, so that they may mean something else.
    """

    layout: Layout
    taken_over: list[str]
    doubts: list[str]


def read_official(
    file: Path, known: Layout, effective_from: date, *, sheet: str | None = None, version: str | None = None
) -> Imported:
    """The layout in an official workbook or CSV, as a version of `known` from `effective_from` on.

    known: the packaged layout; gives code, protocol, population and scope, which such a file does not hold.
    sheet: sheet of a workbook; the first when none is named. version: its name; else the file's.
    Raises InputError naming the file and the row when letter, name or length cannot be read.
    """
    read = read_text_table(file, sheet)
    if read.set_aside:
        bad = read.set_aside[0]
        raise InputError(
            f"{file}: line {bad.line_number} has {bad.fields_found} fields, not {bad.fields_expected} as the "
            "first line; the first line must be the header, so delete what stands above it, or mend the line."
        )
    places = _places(read.table.column_names, file)
    rows = [{fact: row[place].strip() for fact, place in places.items()} for row in read.table.to_pylist()]
    told = [(number, row) for number, row in enumerate(rows, start=1) if any(row.values())]
    numbered = [(number, row) for number, row in told if row["id"] or row["name"]]
    if not numbered:
        raise InputError(f"{file}: no row holds a column letter and a name; check the sheet and the header.")
    notes: dict[str, list[str]] = {}
    columns = [_column(row, known, number, file, notes) for number, row in numbered]
    left_out = [str(number) for number, row in told if not (row["id"] or row["name"])]
    if left_out:
        notes["rows left out, having neither letter nor name; a description that goes on there is lost"] = left_out
    ours = {column.id: column for column in known.columns}
    doubts = [
        column.id for column in columns if column.id in ours and not _alike(column.name, ours[column.id].name)
    ]
    layout = checked(
        Layout,
        known.model_dump()
        | {
            "version": version or file.stem,
            "effective_from": effective_from.isoformat(),
            "effective_to": None,
            "source": f"Imported from {file.name} (sha256 {read.facts['sha256']})",
            "population_column": _population(known, columns),
            "columns": [column.model_dump() for column in _paired(columns, known)],
        },
        file,
    )
    return Imported(layout, [f"{what}: {', '.join(ids)}" for what, ids in notes.items()], doubts)


def write_own(layout: Layout, folder: Path) -> Path:
    """Write a layout version into the plan's folder; gives its path. Raises InputError when it is there."""
    path = folder / f"{layout.code}_{layout.effective_from}.yaml"
    if path.exists():
        raise InputError(
            f"{path}: a version from that day is there already; remove it or choose another day."
        )
    data = layout.model_dump(mode="json", exclude_none=True)
    data["columns"] = [
        {name: value for name, value in column.items() if value != []} for column in data["columns"]
    ]
    folder.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.partial-{os.getpid()}")
    try:
        text = yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=110)
        beside.write_text(text, encoding="utf-8", newline="\n")
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    return path


def _places(titles: list[str], file: Path) -> dict[str, str]:
    """Which title of the file holds each fact."""
    plain = {plain_title(title): title for title in reversed(titles)}
    places = {
        fact: next((plain[plain_title(name)] for name in names if plain_title(name) in plain), None)
        for fact, names in TITLES.items()
    }
    for fact in ("id", "name"):
        if places[fact] is None:
            raise InputError(
                f"{file}: no column of the table is titled {' or '.join(TITLES[fact][:3])}; "
                "name the sheet, or give the table a header row."
            )
    return {fact: title for fact, title in places.items() if title}


def _alike(one: str, other: str) -> bool:
    return SequenceMatcher(None, plain_title(one), plain_title(other)).ratio() >= SAME_TITLE


def _column(row: dict, known: Layout, number: int, file: Path, notes: dict[str, list[str]]) -> Column:
    """One column of the layout from one row of the file."""
    column_id = row["id"].upper()
    place = f"column {column_id or 'without a letter'} (row {number})"
    if not row["name"].isprintable():
        raise InputError(f"{file}, {place}: the name holds a control character or line break; take it out.")
    ours = next((column for column in known.columns if column.id == column_id), None)
    same = ours if ours and _alike(row["name"], ours.name) else None

    def taken(what: str) -> None:
        notes.setdefault(f"{what} taken from the packaged layout", []).append(column_id)

    kind = _kind(row)
    if kind is None and same:
        kind = same.kind
        taken("kind")
    values = tuple(filter(None, re.split(r"\s*[,;|\n]\s*", row.get("values", ""))))
    if kind == "code" and not values and same:
        values = same.values
        taken("allowed values")
    if values and kind in (None, "text"):
        kind = "code"
    length = _length(row.get("length", ""), file, place)
    if length is None and same:
        length = same.length
        taken("length")
    none_allowed = _none_allowed(row)
    if none_allowed is None:
        none_allowed = same.none_allowed if same else True
        taken("whether None is allowed") if same else None
    rule = row.get("description") or (same.rule if same else "The file says nothing about when it is filled.")
    return checked(
        Column,
        {
            "id": column_id,
            "name": row["name"],
            "kind": kind or "text",
            "status": "official",
            "rule": rule,
            "length": FIXED_LENGTHS.get(kind, length),
            "values": values if kind == "code" else (),
            "none_allowed": none_allowed,
        },
        file,
        place,
    )


def _kind(row: dict) -> str | None:
    """The kind the file states: by name, or by the form CMS writes for dates and times."""
    stated, told = (
        row.get("type", "").casefold(),
        f"{row.get('type', '')} {row.get('description', '')}".upper(),
    )
    if stated in KINDS:
        return stated
    if "CCYY/MM/DD" in told:
        return "date"
    return "time" if "HH:MM:SS" in told else None


def _length(text: str, file: Path, place: str) -> int | None:
    if not text:
        return None
    whole = re.fullmatch(r"(\d{1,6})(\.0)?", text)
    if not whole:
        raise InputError(f"{file}, {place}: the length must be a whole number; correct it.")
    return int(whole.group(1))


def _none_allowed(row: dict) -> bool | None:
    stated = row.get("none", "").casefold()
    if stated in ("yes", "y", "true", "no", "n", "false"):
        return stated in ("yes", "y", "true")
    if _ANSWER_NONE.search(row.get("description", "")):
        return True
    return False if "always required" in row.get("type", "").casefold() else None


def _population(known: Layout, columns: list[Column]) -> str | None:
    """The packaged population column, where the file has a date there too."""
    kinds = {column.id: column.kind for column in columns}
    return known.population_column if kinds.get(known.population_column) == "date" else None


def _paired(columns: list[Column], known: Layout) -> list[Column]:
    """Columns with the time of day of each date: as in the packaged layout, else the time that follows it."""
    kinds = {column.id: column.kind for column in columns}
    as_known = {column.id: column.time_column for column in known.columns}
    paired = []
    for column, following in zip(columns, [*columns[1:], None]):
        time = as_known.get(column.id)
        if column.kind == "date" and not (time and kinds.get(time) == "time"):
            time = following.id if following and following.kind == "time" else None
        paired.append(column.model_copy(update={"time_column": time if column.kind == "date" else None}))
    return paired
