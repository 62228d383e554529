"""The marked workbook of a universe of any size: the same sheets as `universe_workbook`, never held whole.

Rows, findings and verdicts are read from Parquet as the sheets are written. Where one has more rows
than Excel takes, its sheet ends with a row that says where the rest stands, and so does the cover.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from auditkit.clocks.summary import by_rule, by_rule_together
from auditkit.publish.frames import fit_for_cells, stream_sheet, unfit_rows
from auditkit.publish.sheets import Marks, Sheet, Stream, sheet_count
from auditkit.publish.universe_sheets import (
    FINDINGS, TIMELINESS, TIMELINESS_KINDS, count_conditions, count_conditions_together, dictionary_sheet,
    evidence_sheets, findings_part, overview_sheets, timeliness_part, universe_part, universe_shape,
)  # fmt: skip
from auditkit.publish.universe_workbook import MOST_REMARKS, shortened, write_with_cover
from auditkit.publish.workbook import ROWS_AT_ONCE

_SPELLED_OUT = 3  # the arithmetic beside each verdict makes its row about so many times as long


@dataclass
class Overview:
    """What the first sheets and the cover say of all rows, gathered part by part with `add`."""

    layout: object
    findings: int = 0
    verdicts: int = 0
    sizes: Counter = field(default_factory=Counter)
    whole_days: bool = True
    _rules: list[pd.DataFrame] = field(default_factory=list)
    _conditions: list[pd.DataFrame] = field(default_factory=list)
    _changed: dict[str, list[int]] = field(default_factory=dict)
    _changed_count: int = 0

    def add(self, cells: pa.Table, rows: np.ndarray, findings: pa.Table, verdicts: pa.Table) -> None:
        """cells: text by layout id. rows: the place of each in the file. findings, verdicts: on these rows;
        no other part may have any on them."""
        self.sizes.update(cells=cells.nbytes, findings=findings.nbytes, verdicts=verdicts.nbytes)
        for name in cells.column_names:
            places = unfit_rows(cells.column(name))
            self._changed_count += len(places)
            known = self._changed.setdefault(name, [])
            known += [int(rows[place]) for place in places[: MOST_REMARKS - len(known)]]
        if findings.num_rows:
            self.findings += findings.num_rows
            counted = count_conditions(findings.to_pandas())
            self._conditions = [count_conditions_together([*self._conditions, counted])]
        if verdicts.num_rows:
            frame = verdicts.to_pandas()
            self.verdicts += len(frame)
            self._rules = [by_rule_together([*self._rules, by_rule(frame)])]
            self.whole_days = self.whole_days and bool((frame["taken"].dropna() % 1 == 0).all())

    @property
    def fits(self) -> bool:
        """Can cells hold every text of the universe as it stands?"""
        return self._changed_count == 0

    def sheets(self) -> list[Sheet]:
        return overview_sheets(*(parts[0] if parts else None for parts in (self._rules, self._conditions)))

    def remarks(self) -> list[str]:
        told = [
            f"Sheet {self.layout.code}, column {name}, row {row}: shown as far as a cell can."
            for name, rows in self._changed.items()
            for row in rows
        ]
        return shortened(told, self._changed_count)


@dataclass(frozen=True)
class Stored:
    """Where the rows of a checked universe are, and where a reader finds what a sheet cannot hold.

    cells: a Parquet file of text by layout id with `case_row`, the place in the file, in order.
    last: place of the last row; lines that could not be read have no cells.
    findings, verdicts: Parquet files. source, findings_csv, verdicts_csv: names of files for people.
    """

    cells: Path
    last: int
    findings: Path
    verdicts: Path
    source: str
    findings_csv: str
    verdicts_csv: str


def write_checked_workbook(
    path: Path,
    stored: Stored,
    overview: Overview,
    *,
    facts: dict,
    policies: dict,
    reconciliation: pd.DataFrame,
    rules: pd.DataFrame,
    files: pd.DataFrame,
) -> None:
    """Write the workbook of one checked universe to `path`; keywords as `write_universe_workbook`."""
    layout = overview.layout
    tables = [
        *overview.sheets(),
        _universe(stored, overview),
        *_details(stored, overview),
        *evidence_sheets(None, reconciliation, None, rules, files),
        dictionary_sheet([layout]),
    ]
    write_with_cover(path, facts, [layout], tables, policies, reconciliation, overview.remarks())


def _universe(stored: Stored, overview: Overview) -> Sheet:
    layout = overview.layout
    columns = ["case_row", *(column.id for column in layout.columns)]

    def parts() -> Iterator[tuple[pd.DataFrame, Marks]]:
        of_rows = _ranges(stored.cells, columns, stored.last)
        on_rows = _ranges(stored.findings, ["row", "column_id", "rule", "severity"], stored.last)
        for (start, cells), (_, found) in zip(of_rows, on_rows, strict=True):
            numbers = range(start + 1, min(start + ROWS_AT_ONCE, stored.last) + 1)
            frame = cells.to_pandas().set_index("case_row")
            if len(frame) < len(numbers):
                frame = frame.reindex(numbers, fill_value="")
            if not overview.fits:
                frame, _ = fit_for_cells(frame)
            found = found.to_pandas()
            yield universe_part(layout, frame, found.assign(row=found["row"] - start), start + 1)

    rest = (
        f"The sheet ends at Excel's limit. The rows from here on stand in {stored.source}, "
        f"and what was found in them in {stored.findings_csv}."
    )
    return _told(universe_shape(layout, Stream(stored.last, overview.sizes["cells"], parts, rest)))


def _details(stored: Stored, overview: Overview) -> list[Sheet]:
    sheets = []
    if overview.verdicts:
        size = _SPELLED_OUT * overview.sizes["verdicts"]
        rows = _stream(stored.verdicts, stored.verdicts_csv, overview.verdicts, size, timeliness_part)
        kinds = TIMELINESS_KINDS | {"taken": "integer" if overview.whole_days else "decimal"}
        sheets.append(_told(stream_sheet("Timeliness", rows, TIMELINESS, kinds, frozen=4)))
    if overview.findings:
        size = overview.sizes["findings"]
        rows = _stream(stored.findings, stored.findings_csv, overview.findings, size, findings_part)
        sheets.append(_told(stream_sheet("Findings", rows, FINDINGS, frozen=4)))
    return sheets


def _stream(file: Path, csv: str, count: int, size: int, part: Callable) -> Stream:
    def parts() -> Iterator[tuple[pd.DataFrame, Marks]]:
        for table in _tables(file):
            yield part(table.to_pandas())

    rest = f"The sheet ends at Excel's limit. The rows from here on stand, with all others, in {csv}."
    return Stream(count, size, parts, rest)


def _told(sheet: Sheet) -> Sheet:
    """The sheet, whose line on the cover says so when it cannot hold all rows."""
    stream = sheet.rows
    if sheet_count(stream.count) == stream.count:
        return sheet
    return replace(sheet, about=f"{sheet.about} Of {stream.count:,} rows, as many as a sheet holds: "
                                "its last row says where the rest stands.")  # fmt: skip


def _tables(file: Path, columns: list[str] | None = None) -> Iterator[pa.Table]:
    with pq.ParquetFile(file) as parquet:
        for batch in parquet.iter_batches(ROWS_AT_ONCE, columns=columns):
            yield pa.Table.from_batches([batch])


def _ranges(file: Path, columns: list[str], last: int) -> Iterator[tuple[int, pa.Table]]:
    """Rows of a file that is in order of the first of `columns`, a number, cut by that number.

    Gives 0, `ROWS_AT_ONCE` and so on below `last`, each with the rows above it and at most as much higher.
    """
    key, tables = columns[0], _tables(file, columns)
    held = pq.read_schema(file).empty_table().select(columns)
    for start in range(0, last, ROWS_AT_ONCE):
        end = start + ROWS_AT_ONCE
        while not _reaches(held, end) and (more := next(tables, None)) is not None:
            held = pa.concat_tables([held, more.filter(pc.greater(more.column(key), start))])
        cut = int(np.searchsorted(held.column(key).to_numpy(), end, side="right"))
        yield start, held.slice(0, cut)
        held = held.slice(cut)


def _reaches(table: pa.Table, number: int) -> bool:
    return table.num_rows > 0 and table.column(0)[-1].as_py() > number
