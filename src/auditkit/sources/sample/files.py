"""Writes one extract in its file format; the same columns always give the same bytes."""

import csv
import io
import sqlite3
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import xlsxwriter

from auditkit.sources.mapping import Extract

DATABASE = "plan.db"
WORKBOOK_DATE = datetime(2026, 10, 5, 8, 0, 0)
"""Creation date written into the workbooks, so that their bytes do not depend on the day."""


class Style(NamedTuple):
    """How a delimited file is written."""

    delimiter: str = ","
    encoding: str = "utf-8"
    newline: str = "\n"


STYLES = {
    "members.csv": Style("|"),
    "authorizations.csv": Style("|"),
    "commonwealth_um.txt": Style("\t", "cp1252", "\r\n"),
    "northgate_coverage_determinations.csv": Style(encoding="utf-8-sig"),
    "northgate_redeterminations.csv": Style(encoding="utf-8-sig"),
}
"""Files that are not written as comma-delimited UTF-8."""


def write_file(path: Path, columns: dict, extract: Extract) -> None:
    """Write a delimited file (with its trailer), a workbook or a Parquet file, by the file's ending."""
    if path.suffix == ".parquet":
        pq.write_table(pa.table(_arrays(columns)), path)
    elif path.suffix == ".xlsx":
        _write_workbook(path, columns, extract.sheet)
    else:
        style = STYLES.get(path.name, Style())
        lines = _lines(columns, style)
        if extract.trailer:
            lines.append(f"{extract.trailer}{style.delimiter}{len(lines) - 1}")
        text = style.newline.join(lines) + style.newline
        path.write_bytes(text.encode(style.encoding))


def write_torn(path: Path, columns: dict, whole: int) -> None:
    """Write a delimited file that breaks off in the middle of the line after `whole` data rows."""
    style = STYLES.get(path.name, Style())
    lines = _lines(columns, style)
    cells = lines[whole + 1].split(style.delimiter)
    torn = style.delimiter.join(cells[: len(cells) // 2])
    path.write_bytes(style.newline.join([*lines[: whole + 1], torn]).encode(style.encoding))


def write_database(database: sqlite3.Connection, table: str, columns: dict) -> None:
    """Write one table of the SQLite database."""
    types = [f'"{name}" {"INTEGER" if _is_integer(values) else "TEXT"}' for name, values in columns.items()]
    marks = ", ".join("?" * len(columns))
    cells = [_pylist(values) for values in columns.values()]
    database.execute("BEGIN")
    database.execute(f"CREATE TABLE {table} ({', '.join(types)})")
    database.executemany(f"INSERT INTO {table} VALUES ({marks})", zip(*cells, strict=True))
    database.execute("COMMIT")


def _is_integer(values: pa.Array | list) -> bool:
    return isinstance(values, pa.Array) and pa.types.is_integer(values.type)


def _pylist(values: pa.Array | list) -> list:
    return values if isinstance(values, list) else values.to_pylist()


def _arrays(columns: dict) -> dict[str, pa.Array]:
    return {
        name: pa.array(values, pa.string()) if isinstance(values, list) else values
        for name, values in columns.items()
    }


def _lines(columns: dict, style: Style) -> list[str]:
    """Header and data lines; cells that hold the delimiter, a quote or a line break are quoted."""
    special = f'[{style.delimiter}"\r\n]'
    arrays = []
    for values in columns.values():
        cells = (
            pa.array([None if v is None else str(v) for v in values], pa.string())
            if isinstance(values, list)
            else values.cast(pa.string())
        )
        cells = pc.fill_null(cells, "")
        if pc.any(pc.match_substring_regex(cells, special)).as_py():
            quoted = pc.binary_join_element_wise('"', pc.replace_substring(cells, '"', '""'), '"', "")
            cells = pc.if_else(pc.match_substring_regex(cells, special), quoted, cells)
        arrays.append(cells)
    header = io.StringIO()
    csv.writer(header, delimiter=style.delimiter, lineterminator="").writerow(columns)
    return [header.getvalue(), *pc.binary_join_element_wise(*arrays, style.delimiter).to_pylist()]


def _write_workbook(path: Path, columns: dict, sheet: str) -> None:
    """Numbers stay numbers (a date serial is one), everything else is text."""
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_urls": False})
    book.set_properties({"created": WORKBOOK_DATE})
    page = book.add_worksheet(sheet)
    for column, name in enumerate(columns):
        page.write_string(0, column, name)
    for row, cells in enumerate(zip(*map(_pylist, columns.values()), strict=True), start=1):
        for column, cell in enumerate(cells):
            if isinstance(cell, str):
                page.write_string(row, column, cell)
            elif cell is not None:
                page.write_number(row, column, cell)
    book.close()
