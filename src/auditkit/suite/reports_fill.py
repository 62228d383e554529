"""Fills a template of MassHealth or CMS with the numbers of a finished run, by the plan's own cell map."""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Literal

import pandas as pd
from pydantic import Field

from auditkit.errors import InputError
from auditkit.publish.template import fill_template
from auditkit.rules.checked import Strict, Text, checked
from auditkit.rules.yamlfile import read_yaml
from auditkit.suite.reviewed_run import ReviewedRun

ELEMENT_TABLES = ("report_elements", "pa_elements", "part_cd_elements")
"""Tables of a run that hold report elements."""


class MappedCell(Strict):
    """One cell of the template.

    cell: as Sheet!B7. code: the element. report, unit, period: where they differ from the map's own.
    as_: number as it stands (a percent as 95.0), or share (the same percent as 0.95, for a cell that
    Excel shows as a percent).
    """

    cell: Text
    code: Text
    report: Text | None = None
    unit: Text | None = None
    period: Text | None = None
    as_: Annotated[Literal["number", "share"], Field(alias="as")] = "number"


class CellMap(Strict):
    """A cell map: which element of which report, unit and period goes into which cell.

    report, unit, period: what holds for every cell that does not say otherwise; unit is a program, a contract
    or `all`; period is as in the run, "2026" or "2026Q1".
    """

    report: Text
    unit: Text = "all"
    period: Text
    cells: Annotated[tuple[MappedCell, ...], Field(min_length=1)]


@dataclass(frozen=True)
class Filled:
    """What became of a template: cells written, cells left and why, what was not carried over."""

    out: Path
    written: int
    left: list[str]
    lost: list[str]

    def text(self) -> str:
        """The same in lines for the command line."""
        lines = [f"Wrote {self.written:,} cells into {self.out}."]
        lines += [f"Left as it was: {sentence}" for sentence in self.left]
        return "\n".join([*lines, *self.lost])


def load_cell_map(path: Path) -> CellMap:
    """The cell map in a YAML file. Raises InputError naming file, cell and reason, or a cell named twice."""
    raw = read_yaml(path)
    if not isinstance(raw, dict) or not isinstance(raw.get("cells"), list):
        raise InputError(f"{path}: a list named 'cells' is needed; add it.")
    cells = [
        checked(MappedCell, entry, path, f"cell {entry.get('cell') if isinstance(entry, dict) else number}")
        for number, entry in enumerate(raw["cells"], start=1)
    ]
    places = [cell.cell for cell in cells]
    twice = next((place for place in places if places.count(place) > 1), None)
    if twice:
        raise InputError(f"{path}: the cell {twice} stands there twice; remove one.")
    return checked(CellMap, raw | {"cells": cells}, path)


def fill_from_run(run: ReviewedRun, template: Path, map_file: Path, out: Path) -> Filled:
    """Fill a template with the numbers of a finished run.

    A number that was not computed leaves its cell as it was; nothing is filled with zero.
    Raises InputError when the map names a report, element, unit or period the run does not have.
    """
    chosen = load_cell_map(map_file)
    elements = _elements(run)
    cells: dict[str, str | float | int] = {}
    left = []
    for cell in chosen.cells:
        row = _row(elements, chosen, cell, map_file)
        value = _value(row, cell)
        if value is None:
            left.append(f"{cell.cell}, {cell.code}: {(row['reason'] or 'no number').rstrip('.')}.")
        else:
            cells[cell.cell] = value
    lost = fill_template(template, cells, out)
    return Filled(out, len(cells), left, lost)


def _elements(run: ReviewedRun) -> pd.DataFrame:
    kept = [name for name in ELEMENT_TABLES if (run.folder / "data" / f"{name}.parquet").exists()]
    tables = [run.table(name) for name in kept]
    if not tables:
        raise InputError(f"run {run.name} has no report elements; run the notebooks 40, 50 or 60 first.")
    return pd.concat(tables, ignore_index=True)


def _row(elements: pd.DataFrame, chosen: CellMap, cell: MappedCell, file: Path) -> Mapping[str, object]:
    """The element a cell asks for; each of report, code, unit and period must be there in turn."""
    wanted = {
        "report": cell.report or chosen.report,
        "code": cell.code,
        "unit": cell.unit or chosen.unit,
        "period": cell.period or chosen.period,
    }
    rows = elements
    for name, value in wanted.items():
        known = list(dict.fromkeys(rows[name]))
        rows = rows[rows[name] == value]
        if rows.empty:
            near = get_close_matches(value, known, n=1)
            hint = f"did you mean '{near[0]}'" if near else f"there are {', '.join(known[:12])}"
            raise InputError(f"{file}, cell {cell.cell}: the run has no {name} '{value}' there; {hint}.")
    return rows.iloc[0].to_dict()


def _value(row: Mapping[str, object], cell: MappedCell) -> str | float | int | None:
    if row["kind"] == "text":
        return row["text"] or None
    if pd.isna(row["value"]):
        return None
    value = float(row["value"])
    if cell.as_ == "share":
        return round(value / 100, 10)
    return int(value) if value.is_integer() else value
