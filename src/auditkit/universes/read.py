"""Reads a universe file somebody made: text, workbook or Parquet, whatever the order of its columns."""

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from auditkit.errors import InputError
from auditkit.rules.layouts import Column, Layout
from auditkit.rules.universe_rules import load_checks
from auditkit.sources.readers import read_text_table
from auditkit.sources.text_table import TextTable
from auditkit.universes.broken_lines import BadLines, Rejoined, rejoin
from auditkit.universes.finding_rows import finding_rows, findings_frame, saying, shown


def read_universe(path: Path | str, layout: Layout) -> tuple[pd.DataFrame, pd.DataFrame, dict]:
    """A universe file as text cells named by layout id, findings about the file, and facts about it.

    path: tab, pipe, comma or semicolon delimited text, xlsx or Parquet.

    Columns are known by the titles in the header (capitals and spaces do not matter); when the titles
    are not the layout's but their number fits, by position. The frame has a column `row`, the row's
    place among the data rows of the file from 1, then A, B, ... Its cells are exactly what stands in
    the file. Findings have the columns of `check_universe`; row 0 means the header. Facts are those of
    `read_text_table` and `columns_by` (title or position).

    A line with a wrong number of fields gives a finding and is left out, except where it can be told
    that a single cell holds the tab or line break that broke it: then it is in the frame as it was.

    Raises InputError when the file cannot be read, a column is missing, or most lines do not fit.
    """
    source = read_text_table(path)
    chosen = choose_columns(source, layout, path)
    bad = BadLines()
    bad.add(source.set_aside)
    rejoined = rejoin(bad, source.facts.get("delimiter", ""), chosen.columns(layout))
    check_most_fit(source.table.num_rows + len(rejoined.mended), len(rejoined.rows), chosen, path)
    rows = rejoined.places(source.row_numbers.to_numpy())
    table = universe_rows(source.table, rows, chosen, layout)
    if rejoined.mended:
        table = pa.concat_tables([table, mended_rows(rejoined, chosen, layout)]).sort_by("row")
    findings = [*header_findings(chosen, layout), *line_findings(rejoined, chosen, layout)]
    return table.to_pandas(), findings_frame(findings, layout), {**source.facts, "columns_by": chosen.by}


@dataclass(frozen=True)
class Chosen:
    """Which layout column stands in each column of a file (None: no column of the layout), what is wrong
    with the header, and whether columns were known by title or position."""

    order: list[str | None]
    faults: list[tuple]
    by: str

    def columns(self, layout: Layout) -> list[Column | None]:
        return [layout.column(id_) if id_ else None for id_ in self.order]

    def places(self, layout: Layout) -> list[int]:
        """The column of the file, from 0, in which each column of the layout stands first."""
        return [self.order.index(column.id) for column in layout.columns]


def check_most_fit(good: int, broken: int, chosen: Chosen, path) -> None:
    """Raise InputError when more lines are broken than fit the header."""
    if broken > good:
        raise InputError(f"{path}: {broken:,} of {broken + good:,} lines do not have the "
                         f"{len(chosen.order)} fields of the header; check delimiter and header.")


_TITLE_ROWS = 10


def _plain(title: str) -> str:
    return re.sub(r"\s+", " ", title.replace("\u00a0", " ")).strip().casefold()


def choose_columns(source: TextTable, layout: Layout, path) -> Chosen:
    """Find the layout's columns in a file; of `source`, the first rows are enough.

    Raises InputError when a column is missing.
    """
    titles = source.table.column_names
    ids = [column.id for column in layout.columns]
    known = {_plain(column.name): column.id for column in layout.columns}
    order = [known.get(_plain(title)) for title in titles]
    missing = [id_ for id_ in ids if id_ not in order]
    if not missing:
        return Chosen(order, _order_faults(titles, order, ids), "title")
    if _header_below(source, layout):
        raise InputError(_missing_sentence(source, layout, missing, path))
    in_place = all(found in (None, due) for found, due in zip(order, ids, strict=False))
    if len(titles) == len(ids) and in_place:
        if source.facts.get("header") == "none":
            fault = ("F17", None, "no header", "a first line with the column titles")
            return Chosen(list(ids), [fault], "position")
        faults = [("F16", due, title, layout.column(due).name)
                  for title, found, due in zip(titles, order, ids, strict=True) if found is None]
        return Chosen(list(ids), faults, "position")
    raise InputError(_missing_sentence(source, layout, missing, path))


def _missing_sentence(source: TextTable, layout: Layout, missing: list[str], path) -> str:
    count = source.table.num_columns
    lower = _header_below(source, layout)
    if lower:
        return (f"{path}: the column titles of {layout.code} stand in row {lower}, below a line that is no "
                "header; delete the lines above them.")
    if len(missing) == len(layout.columns):
        columns = f"{count:,} column{'' if count == 1 else 's'}"
        return (f"{path}: no column title of {layout.code} is in the header and the file has {columns}, "
                f"not {len(layout.columns)}; check delimiter and header, and that it is the "
                f"{layout.code} universe.")
    first = layout.column(missing[0])
    more = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
    return (f"{path}: column {first.id} ({first.name}){more} of {layout.code} is missing; "
            f"the file has {count} columns, the layout {len(layout.columns)}. Add it to the file.")


def _header_below(source: TextTable, layout: Layout) -> int | None:
    """The row of the file (from 1) in which the layout's titles stand below a title page; None where none is.

    Looked for in the first rows: a title over the table, often in one merged cell, pushes the header down.
    """
    rows = source.table.slice(0, _TITLE_ROWS).to_pylist()
    numbers = source.row_numbers[:_TITLE_ROWS].to_pylist()
    first = [(number, list(row.values())) for number, row in zip(numbers, rows, strict=True)]
    first += [(bad.row, re.split("[\t|,;]", bad.text)) for bad in source.set_aside[:_TITLE_ROWS]]
    known = {_plain(column.name) for column in layout.columns}
    for row, cells in sorted(first):
        place = row + (source.facts.get("header") != "none")
        if place > 1 and len(known & {_plain(cell) for cell in cells}) * 2 > len(known):
            return place
    return None


def _order_faults(titles: list[str], order: list[str | None], ids: list[str]) -> list[tuple]:
    """What is wrong with the header: columns too many, columns twice, a wrong order."""
    twice = [id_ for id_, count in Counter(filter(None, order)).items() if count > 1]
    faults = [("F15", None, title, "no other columns than the layout's")
              for title, id_ in zip(titles, order, strict=True) if id_ is None]
    faults += [("F15", id_, "the title stands there twice", "each title once") for id_ in twice]
    present = list(dict.fromkeys(filter(None, order)))
    if present != ids:
        first = next(due for found, due in zip(present, ids, strict=True) if found != due)
        faults.append(("F15", first, "another order of columns", "the order of the layout"))
    return faults


def header_findings(chosen: Chosen, layout: Layout) -> list[pa.Table]:
    """What is wrong with the header, as findings on row 0."""
    return [_header_finding(layout, *fault) for fault in chosen.faults]


def _header_finding(layout: Layout, code: str, column_id: str | None, found: str, expected: str) -> pa.Table:
    column = layout.column(column_id) if column_id else None
    said = saying(load_checks().cell_rule(code), layout, column, expected)
    return finding_rows(layout, column, np.zeros(1), [said], np.zeros(1), pa.array([shown(found)]))


def line_findings(rejoined: Rejoined, chosen: Chosen, layout: Layout) -> list[pa.Table]:
    """One finding for each line that stays broken."""
    count = len(rejoined.rows)
    if count == 0:
        return []
    said = saying(load_checks().cell_rule("F14"), layout, None, f"{len(chosen.order)} fields")
    found = pc.binary_join_element_wise(pa.array(rejoined.fields).cast(pa.string()), "fields", " ")
    return [finding_rows(layout, None, rejoined.rows, [said], np.zeros(count), found)]


def universe_rows(table: pa.Table, rows: np.ndarray, chosen: Chosen, layout: Layout) -> pa.Table:
    """Rows of a file by layout id, with `row`, the place of each."""
    cells = {"row": pa.array(rows, pa.int64())}
    for column, place in zip(layout.columns, chosen.places(layout), strict=True):
        cells[column.id] = table.column(place)
    return pa.table(cells)


def mended_rows(rejoined: Rejoined, chosen: Chosen, layout: Layout) -> pa.Table:
    """The records put together again, as `universe_rows`."""
    cells = {"row": pa.array([row for row, _ in rejoined.mended], pa.int64())}
    for column, place in zip(layout.columns, chosen.places(layout), strict=True):
        cells[column.id] = pa.array([fields[place] for _, fields in rejoined.mended], pa.string())
    return pa.table(cells)
