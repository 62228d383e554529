"""From the text of one extract column to the typed columns of a source table.

Every distinct text is read once, however many rows hold it. What cannot be read becomes null and
is described by a Fault; nothing is repaired. Spaces around a date, a number, a code or a flag say
nothing and are passed over; in names and identifiers they are part of the value and reported.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from auditkit.rules.source_tables import SourceColumn, SourceTable
from auditkit.sources.cells import Fault, Texts, TypedColumn, means_missing
from auditkit.sources.mapping import ColumnSource, Extract, allowed_values
from auditkit.sources.moment_columns import date_column, moment_column

_CONTROL = r"[\x00-\x1f\x7f]|[\x{80}-\x{9f}]|\x{fffd}"
_OUTER_SPACE = r"^[\s\x{a0}]|[\s\x{a0}]$"
_SHARE_OF_ONE_LENGTH = 0.9  # of the numbers in a column, for a shorter one to look as if it lost zeros


def type_column(
    column: SourceColumn,
    source: ColumnSource | None,
    table: pa.Table,
    extract: Extract,
    time_zone: str,
    typed_cells: bool,
) -> TypedColumn:
    """The typed columns of one canonical column, and what is wrong with its cells.

    source: where its values come from; None when the extract does not give it (all null).
    table: the extract as text. time_zone: of the plan, for moments.
    typed_cells: the extract's dates were typed cells (xlsx, Parquet, query), so their text is ISO
        whatever the extract's own format says.
    """
    rows = table.num_rows
    if source is None:
        return _absent(column, rows)
    if column.kind == "moment":
        return moment_column(column, source, table, extract, time_zone, typed_cells)
    cells, name = _cells(source, table)
    if column.kind == "text":
        return _text(column, source, cells, name, extract.missing)
    texts = Texts(cells, name, extract.missing)
    if column.kind == "date":
        return date_column(column, texts, source.format or extract.date_format, typed_cells)
    if column.kind in ("integer", "number"):
        return _number(column, texts)
    if column.kind == "codes":
        return _codes(column, source, texts)
    return _code(column, source, texts)


def empty_columns(table: SourceTable) -> pa.Table:
    """The typed table without rows."""
    columns = {name: array for column in table.columns for name, array in _absent(column, 0).columns.items()}
    return pa.table({**columns, "extract": pa.nulls(0, pa.string()), "extract_row": pa.nulls(0, pa.int64())})


def _cells(source: ColumnSource, table: pa.Table) -> tuple[pa.ChunkedArray, str]:
    if source.constant is not None:
        return pa.chunked_array([pa.repeat(pa.scalar(source.constant), table.num_rows)]), ""
    return table.column(source.column), source.column


def _absent(column: SourceColumn, rows: int) -> TypedColumn:
    kinds = {"integer": pa.int64(), "number": pa.float64()}
    whole, kind = ("_day", "_sec"), kinds.get(column.kind, pa.string())
    columns = {
        name: pa.nulls(rows, pa.int64() if name.endswith(whole) else kind) for name in column.typed_columns()
    }
    return TypedColumn(columns, np.ones(rows, dtype=bool), np.zeros(rows, dtype=bool), [])


def _text(
    column: SourceColumn, source: ColumnSource, cells: pa.ChunkedArray, name: str, missing: tuple[str, ...]
) -> TypedColumn:
    is_missing = means_missing(pc.utf8_trim_whitespace(cells), missing)
    present = pa.array(~is_missing)
    values = pc.if_else(present, cells, None)
    for theirs, ours in (source.values or {}).items():
        values = pc.if_else(pc.equal(values, theirs), ours or None, values)
    faults = _kept(cells, name, "IN-CHARACTER", _CONTROL, is_missing, "no control character or line break")
    if not column.name.endswith("_description"):
        faults += _kept(cells, name, "IN-SPACE", _OUTER_SPACE, is_missing, "no space before or after it")
    faults += _lost_zeros(cells, name)
    gone = pc.is_null(values).to_numpy(zero_copy_only=False)
    return TypedColumn({column.name: values}, gone, np.zeros(len(gone), dtype=bool), faults)


def _kept(cells, name: str, rule: str, pattern: str, is_missing: np.ndarray, expected: str) -> list[Fault]:
    """The fault of cells that match a pattern; their values stay."""
    found = pc.match_substring_regex(cells, pattern).to_numpy(zero_copy_only=False)
    return _kept_fault(cells, name, rule, np.flatnonzero(found & ~is_missing), expected)


def _kept_fault(cells, name: str, rule: str, rows: np.ndarray, expected: str) -> list[Fault]:
    if not len(rows):
        return []
    values = cells.take(pa.array(rows)).to_pylist()
    return [Fault(rule, name, rows, values, [expected] * len(rows), lost=False)]


def _lost_zeros(cells: pa.ChunkedArray, name: str) -> list[Fault]:
    """Numbers shorter than nearly all others of a column whose numbers are padded with zeros."""
    numeric = pc.match_substring_regex(cells, r"^[0-9]+$").to_numpy(zero_copy_only=False)
    lengths = pc.binary_length(cells).to_numpy(zero_copy_only=False)
    if not numeric.any():
        return []
    usual = np.bincount(lengths[numeric]).argmax()
    of_usual_length = numeric & (lengths == usual)
    padded = pc.starts_with(cells, "0").to_numpy(zero_copy_only=False) & of_usual_length
    if not padded.any() or of_usual_length.sum() < _SHARE_OF_ONE_LENGTH * numeric.sum():
        return []
    rows = np.flatnonzero(numeric & (lengths < usual))
    expected = f"{usual} digits, as in nearly all rows; leading zeros look lost"
    return _kept_fault(cells, name, "IN-ZEROS", rows, expected)


def _number(column: SourceColumn, texts: Texts) -> TypedColumn:
    whole = column.kind == "integer"
    pattern = r"^[+-]?[0-9]{1,18}(\.0+)?$" if whole else r"^[+-]?[0-9]{1,18}(\.[0-9]+)?$"
    ok = pc.match_substring_regex(texts.trimmed, pattern).to_numpy(zero_copy_only=False) & ~texts.is_missing
    plain = [text if good else "0" for text, good in zip(texts.trimmed.to_pylist(), ok, strict=True)]
    kind = pa.int64() if whole else pa.float64()
    numbers = [int(text.split(".")[0]) if whole else float(text) for text in plain]
    values = np.array(numbers, dtype=kind.to_pandas_dtype())
    bad = ~ok & ~texts.is_missing
    wanted = "a whole number, digits only" if whole else "a number, digits and a decimal point only"
    return TypedColumn(
        {column.name: texts.spread(values, ok, kind)},
        texts.is_missing[texts.places],
        bad[texts.places],
        texts.fault("IN-NUMBER", bad, [wanted] * len(bad)),
    )


def _code(column: SourceColumn, source: ColumnSource, texts: Texts) -> TypedColumn:
    allowed, ours = allowed_values(column), source.values or {}
    both = zip(texts.raw.to_pylist(), texts.trimmed.to_pylist(), strict=True)
    mapped = [ours.get(raw, ours.get(text, text)) for raw, text in both]
    is_missing = texts.is_missing & ~np.array([value in allowed for value in mapped], dtype=bool)
    is_missing |= np.array([value == "" for value in mapped], dtype=bool)
    ok = np.array([value in allowed for value in mapped], dtype=bool) & ~is_missing
    bad = ~ok & ~is_missing
    words = [*ours, *(value for value in allowed if value not in ours)]
    rule = "IN-FLAG" if column.kind == "flag" else "IN-CODE"
    values = [value if good else None for value, good in zip(mapped, ok, strict=True)]
    return TypedColumn(
        {column.name: texts.spread_texts(values)},
        is_missing[texts.places],
        bad[texts.places],
        texts.fault(rule, bad, [f"one of {', '.join(words)} (capitals matter)"] * len(bad)),
    )


def _codes(column: SourceColumn, source: ColumnSource, texts: Texts) -> TypedColumn:
    """Codes between semicolons, each mapped by itself, as `a;b`; one that is not allowed spoils the cell."""
    allowed, ours = allowed_values(column), source.values or {}
    read = []
    for text in texts.trimmed.to_pylist():
        parts = [part.strip() for part in (text or "").split(";")]
        mapped = [ours.get(part, part) for part in parts if part]
        read.append([value for value in dict.fromkeys(mapped) if value])
    bad = np.array([not set(values) <= set(allowed) for values in read], dtype=bool) & ~texts.is_missing
    empty = texts.is_missing | np.array([not values for values in read], dtype=bool)
    values = [None if spoilt or gone else ";".join(codes) for codes, spoilt, gone in zip(read, bad, empty, strict=True)]
    words = [*ours, *(value for value in allowed if value not in ours)]
    expected = f"one or more of {', '.join(words)}, between semicolons (capitals matter)"
    return TypedColumn(
        {column.name: texts.spread_texts(values)},
        (empty & ~bad)[texts.places],
        bad[texts.places],
        texts.fault("IN-CODE", bad, [expected] * len(bad)),
    )
