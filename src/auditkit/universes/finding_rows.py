"""Findings put together: what a rule says about a cell, as rows of text.

Texts that repeat are kept once and pointed at until the frame is made, so a file in which every
row is faulty does not fill the memory with the same sentence a million times.
"""

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from auditkit.rules.layouts import Column, Layout
from auditkit.rules.universe_rules import CellRule

FINDING_COLUMNS = (
    "table", "row", "column_id", "column_name", "rule", "severity", "found", "expected", "sentence",
    "citation",
)  # fmt: skip
LONGEST_SHOWN = 120
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060\ufeff\ufffd]")


@dataclass(frozen=True)
class Saying:
    """What one rule says: its code and severity, what was expected, the sentence and the citation."""

    rule: str
    severity: str
    expected: str
    sentence: str
    citation: str


def saying(rule: CellRule, layout: Layout, column: Column | None, expected: str, hint: str = "") -> Saying:
    """What `rule` says about a cell of `column`, with a hint of what the value looks like."""
    sentence = f"{rule.sentence} {hint}".strip()
    return Saying(rule.code, rule.severity, expected, sentence, _citation(rule, layout, column))


def _citation(rule: CellRule, layout: Layout, column: Column | None) -> str:
    if rule.status == "house":
        return rule.citation
    if rule.status == "layout":
        place = f", column {column.id}" if column else ""
        status = column.status if column else "recalled"
        return f"{rule.citation}, {layout.protocol} table {layout.table} ({layout.code}){place} ({status})"
    return f"{rule.citation} ({rule.status})"


def shown(value: str) -> str:
    """A cell as a finding shows it: control characters spelled out, long text cut."""
    visible = _UNPRINTABLE.sub(lambda mark: f"\\u{ord(mark[0]):04x}", value)
    return visible if len(visible) <= LONGEST_SHOWN else visible[: LONGEST_SHOWN - 1] + "…"


def finding_rows(
    layout: Layout, column: Column | None, rows: np.ndarray, sayings: list[Saying], which: np.ndarray,
    found: pa.Array, expected: pa.Array | None = None,
) -> pa.Table:  # fmt: skip
    """Findings on one column: `which` says for each of `rows` the number of its saying in `sayings`.

    column: None when the finding is about a whole line. found: the cells as they stand.
    expected: takes the place of what the sayings expect.
    """
    pointers = pa.array(which, pa.int32())

    def text(pick) -> pa.Array:
        texts = pa.array([pick(said) for said in sayings], pa.string())
        return pa.DictionaryArray.from_arrays(pointers, texts)

    return pa.table({
        "table": text(lambda said: layout.code),
        "row": pa.array(rows, pa.int64()),
        "column_id": text(lambda said: column.id if column else ""),
        "column_name": text(lambda said: column.name if column else ""),
        "rule": text(lambda said: said.rule),
        "severity": text(lambda said: said.severity),
        "found": found.cast(pa.string()),
        "expected": text(lambda said: said.expected) if expected is None else expected.dictionary_encode(),
        "sentence": text(lambda said: said.sentence),
        "citation": text(lambda said: said.citation),
    })


FINDING_SCHEMA = pa.schema([(name, pa.int64() if name == "row" else pa.string()) for name in FINDING_COLUMNS])


def findings_frame(parts: list[pa.Table], layout: Layout) -> pd.DataFrame:
    """All findings of a universe as text, sorted by row, column and rule."""
    return findings_table(parts, layout).to_pandas()


def findings_table(parts: list[pa.Table], layout: Layout) -> pa.Table:
    """As `findings_frame`, as an Arrow table of `FINDING_SCHEMA`."""
    if not parts:
        return FINDING_SCHEMA.empty_table()
    table = pa.concat_tables(parts).unify_dictionaries().combine_chunks()
    place = {"": -1} | {column.id: place for place, column in enumerate(layout.columns)}
    keys = pa.table({
        "row": table.column("row"),
        "place": _numbered(table.column("column_id"), place),
        "rule": _numbered(table.column("rule"), None),
    })
    order = pc.sort_indices(keys, [("row", "ascending"), ("place", "ascending"), ("rule", "ascending")])
    table = table.select(FINDING_COLUMNS).take(order)
    return pa.table({
        name: column if name == "row" else column.cast(pa.string())
        for name, column in zip(table.column_names, table.columns, strict=True)
    })


def _numbered(encoded: pa.ChunkedArray, place: dict[str, int] | None) -> pa.Array:
    """The place of each cell's text: as `place` has it, or in the order of the alphabet."""
    whole = encoded.combine_chunks()
    whole = whole.chunk(0) if isinstance(whole, pa.ChunkedArray) else whole
    texts = whole.dictionary.to_pylist()
    place = place or {text: number for number, text in enumerate(sorted(texts))}
    numbers = np.array([place[text] for text in texts], dtype=np.int64)
    return pa.array(numbers[whole.indices.to_numpy(zero_copy_only=False)])
