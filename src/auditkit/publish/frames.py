"""Frames of any report as sheets: widths and kinds read off the columns, values made fit for a cell."""

import re
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from auditkit.publish.sheets import CONTROL, MAX_CHARACTERS, Column, Marks, Sheet, Stream, excel_length

_LONG = {
    "arithmetic",
    "citation",
    "expected",
    "found",
    "meaning",
    "note",
    "reason",
    "rule_sentence",
    "sentence",
    "what",
    "why",
}
_NUMBERS = ("integer", "decimal", "percent", "mixed")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
_SUSPECT = "[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]"


def frame_sheet(
    name: str,
    frame: pd.DataFrame,
    about: str = "",
    marks: dict[tuple[int, int], str] | None = None,
    kinds: dict[str, str] | None = None,
    frozen: int = 0,
) -> Sheet:
    """Give `frame` as a sheet; headers are the column names in words.

    Numbers stay numbers (integers where all are whole), everything else is text; `kinds` overrides that by
    column name (see `sheets.Column`).
    """
    kinds = kinds or {}
    columns, parts = [], {}
    for place, column in enumerate(frame.columns):
        values = frame.iloc[:, place]
        kind = kinds.get(column) or _kind(str(column), values)
        parts[place] = values if kind in _NUMBERS else as_text(values)
        columns.append(Column(_words(str(column)), _width(str(column), parts[place], kind), kind))
    return Sheet(name, columns, pd.DataFrame(parts, index=frame.index), marks or {}, frozen, about)


def _words(name: str) -> str:
    """clock_start becomes Clock start; a name that already has capitals stays."""
    return name if name != name.lower() else name.replace("_", " ").capitalize()


def _kind(name: str, values: pd.Series) -> str:
    if pd.api.types.is_bool_dtype(values):
        return "text"
    if pd.api.types.is_integer_dtype(values):
        return "integer"
    if pd.api.types.is_float_dtype(values):
        return "integer" if (values.dropna() % 1 == 0).all() else "decimal"
    return "wrap" if name.lower().replace(" ", "_") in _LONG else "text"


def _width(name: str, values: pd.Series, kind: str) -> float:
    """Wide enough for the header's longest word and the first rows, at most 28 (60 for wrapped text)."""
    if "sha256" in name:
        return 68
    longest = max(map(len, name.replace("_", " ").split()), default=4) + 4
    if kind in _NUMBERS:
        return max(longest, 11)
    seen = values.head(200).dropna().astype("str").str.len()
    most = int(seen.quantile(0.95)) + 2 if len(seen) else 8
    return float(min(max(longest, most, 8), 60 if kind == "wrap" else 28))


def as_text(values: pd.Series) -> pd.Series:
    """Give a column as text; a missing value stays missing."""
    if values.dtype == "str":
        return values
    return values.astype("object").where(values.isna(), values.map(str, na_action="ignore")).astype("str")


def fit_for_cells(frame: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """Give `frame` with the few texts a workbook cannot hold made visible, and a sentence on each change.

    A control character becomes its Unicode picture (the escape character becomes ␛); a text above
    32,767 characters is cut and ends in a remark. The sentences name column and row, never the value.
    """
    changed, said = {}, []
    for name in frame.columns:
        values = frame[name]
        if not pd.api.types.is_string_dtype(values):
            continue
        hits = values.str.contains(_SUSPECT, regex=True, na=False) | (values.str.len() > MAX_CHARACTERS // 2)
        for row in np.flatnonzero(hits.to_numpy(dtype=bool)):
            before = values.iloc[row]
            after = _fit(before)
            if after != before:
                values = values.copy() if name not in changed else changed[name]
                values.iloc[row] = after
                changed[name] = values
                said.append(f"column {name}, row {row + 1}")
    return (frame.assign(**changed) if changed else frame), said


def unfit_rows(values: pa.ChunkedArray) -> np.ndarray:
    """Give the places, from 0, of the texts that `fit_for_cells` would change."""
    suspect = pc.or_(
        pc.match_substring_regex(values, CONTROL), pc.greater(pc.utf8_length(values), MAX_CHARACTERS // 2)
    )
    places = np.flatnonzero(pc.fill_null(suspect, False).to_numpy())
    texts = values.take(pa.array(places)).to_pylist()
    return places[[_fit(text) != text for text in texts]] if len(places) else places


def stream_sheet(
    name: str, stream: Stream, about: str = "", kinds: dict[str, str] | None = None, frozen: int = 0
) -> Sheet:
    """Give the frames of `stream` as one sheet, as `frame_sheet` gives one; widths are those of the first."""
    first, _ = next(stream.parts())
    shape = frame_sheet(name, first, about, kinds=kinds, frozen=frozen)
    pinned = {column: told.kind for column, told in zip(first.columns, shape.columns, strict=True)}

    def parts() -> Iterator[tuple[pd.DataFrame, Marks]]:
        for frame, marks in stream.parts():
            yield frame_sheet(name, frame, kinds=pinned).rows, marks

    return replace(shape, rows=replace(stream, parts=parts))


def _fit(text: str) -> str:
    text = _CONTROL.sub(lambda match: chr(0x2400 + ord(match.group())), text)
    text = text.replace("\ufffe", "\ufffd").replace("\uffff", "\ufffd")
    if excel_length(text) <= MAX_CHARACTERS:
        return text
    remark = " [cut here; the whole text stands in the run's data folder]"
    return text[: (MAX_CHARACTERS - len(remark)) // 2] + remark
