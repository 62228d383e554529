"""Writes a universe as CMS takes it: tab-delimited UTF-8 text, a header, columns as the layout has them."""

import os
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from auditkit.errors import InputError
from auditkit.rules.layouts import Layout
from auditkit.universes.typed import as_text_table

_BREAKS = "[\\t\\n\\r\\x00-\\x1f]"
_SLICE = 100_000


def write_submission(path: Path | str, universe: pd.DataFrame | pa.Table, layout: Layout) -> Path:
    """Write `universe` (columns named by layout id; others are left out) to `path` and give the path.

    Rows keep the order of `universe`, so the row of a finding is the row of the file; `fill` orders them by
    population date and case, so equal runs give equal bytes. Lines end in a line feed. The file appears
    whole or not at all.

    Raises InputError when a cell holds a tab, line break or control character, or a column is missing.
    """
    path = Path(path)
    table = as_text_table(universe, layout)
    for column in layout.columns:
        broken = pc.match_substring_regex(table.column(column.id), _BREAKS)
        if pc.any(broken).as_py():
            row = pc.index(broken, True).as_py() + 1
            raise InputError(f"{path.name}: row {row}, column {column.id} ({column.name}) holds a tab, "
                             "line break or control character and would break the file; mend the source.")
    beside = path.with_name(f".{path.name}.partial-{os.getpid()}")
    try:
        with beside.open("w", encoding="utf-8", newline="\n") as out:
            out.write("\t".join(column.name for column in layout.columns) + "\n")
            _write_rows(out, table)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    return path


def _write_rows(out, table: pa.Table) -> None:
    for start in range(0, table.num_rows, _SLICE):
        part = table.slice(start, _SLICE)
        lines = pc.binary_join_element_wise(*[column.combine_chunks() for column in part.columns], "\t")
        out.write("\n".join(lines.to_pylist()) + "\n")
