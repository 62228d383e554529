"""The account of every row: what came in, what was used, what was set aside and why."""

from collections import Counter

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from auditkit.sources.rejects import delegates_of
from auditkit.sources.typed_extract import TypedExtract

SET_ASIDE_RULES = (
    "IN-FIELDS", "IN-REQUIRED", "IN-DATE", "IN-TIME", "IN-NUMBER", "IN-CODE", "IN-FLAG", "IN-DUPLICATE",
)  # fmt: skip

_FILE_FACTS = (
    "format", "encoding", "delimiter", "quoting", "header", "sheet", "rows", "blank_lines", "trailer_rows",
    "bytes", "sha256",
)  # fmt: skip
_NUMBERS = ("rows", "blank_lines", "trailer_rows", "bytes")


def reconcile(
    read: list[TypedExtract], reasons: list[list[tuple[str, str]]], tables: dict[str, pa.Table]
) -> pd.DataFrame:
    """One line an extract and delegate.

    reasons: for each extract the (delegate, rule) of every row set aside. tables: the rows used.
    Raises RuntimeError when the rows of an extract do not add up.
    """
    lines = []
    for part, set_aside in zip(read, reasons, strict=True):
        used = Counter(delegates_of(part.rows, {part.extract.name: part.extract}).tolist())
        used.subtract(delegate for delegate, rule in set_aside if rule == "IN-DUPLICATE")
        by_reason = Counter(set_aside)
        delegates = sorted({*used, *(delegate for delegate, _ in set_aside)}) or [part.extract.delegate or ""]
        mine = [_line(part, delegate, used[delegate], by_reason) for delegate in delegates]
        _must_add_up(part, mine, tables[part.extract.table])
        lines += mine
    return pd.DataFrame(lines)


def file_frame(read: list[TypedExtract]) -> pd.DataFrame:
    """How each extract was read; a fact that does not apply is empty."""
    frame = pd.DataFrame(
        [
            {
                "extract": part.extract.name,
                "table": part.extract.table,
                **{fact: part.facts.get(fact, None if fact in _NUMBERS else "") for fact in _FILE_FACTS},
            }
            for part in read
        ]
    )
    return frame.astype({name: "Int64" if name in _NUMBERS else "str" for name in frame.columns})


def _line(part: TypedExtract, delegate: str, used: int, by_reason: Counter) -> dict:
    counts = {rule: by_reason[(delegate, rule)] for rule in SET_ASIDE_RULES}
    set_aside = sum(counts.values())
    return {
        "extract": part.extract.name,
        "table": part.extract.table,
        "delegate": delegate,
        "rows_in": used + set_aside,
        "rows_used": used,
        "rows_set_aside": set_aside,
        **counts,
    }


def _must_add_up(part: TypedExtract, lines: list[dict], table: pa.Table) -> None:
    """Against the rows counted in the file and the rows that stand in the table, both counted elsewhere."""
    in_table = pc.sum(pc.equal(table["extract"], part.extract.name)).as_py() or 0
    if sum(line["rows_in"] for line in lines) != part.rows_in:
        raise RuntimeError(f"{part.extract.name}: rows in do not equal rows used and rows set aside")
    if sum(line["rows_used"] for line in lines) != in_table:
        raise RuntimeError(f"{part.extract.name}: rows used do not equal the rows of the source table")
