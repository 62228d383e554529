"""The share edition as a workbook: a cover, then one table a sheet, from masked tables alone.

Numbers stay numbers, suppressed ones hold their words. There is no formula, merged cell, hidden part,
comment or chart, and nothing in the properties but the title: what is not in the file cannot tell anything.
"""

import re
from collections.abc import Iterable
from pathlib import Path

import pandas as pd
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from auditkit.errors import InputError
from auditkit.publish.cover import PURPOSES
from auditkit.publish.files import written_whole
from auditkit.publish.frames import fit_for_cells
from auditkit.publish.markup import MISSING
from auditkit.publish.share_page import TITLES, ShareEdition, reading_rules
from auditkit.publish.share_tables import ShareTable
from auditkit.publish.sheets import MAX_DATA_ROWS, Line, Page, check_names
from auditkit.publish.styles import cell_formats, page_formats
from auditkit.publish.workbook import FIXED_DATE, print_setup, write_page

_CONTACT = "The plan's compliance department; ask there for this workbook in another format."
_WIDEST, _NUMBER, _LINE, _PAGE = 34, 24, 15, 240


def write_share_workbook(path: Path, edition: ShareEdition) -> None:
    """Write the workbook, beside its place first. Raises InputError on a table too long for a sheet."""
    check_names(["Cover", *(table.name for table in edition.tables)])
    for table in edition.tables:
        if len(table.frame) > MAX_DATA_ROWS:
            raise InputError(f"Table {table.name} has more rows than a sheet holds; release fewer reports at a time.")
    title = f"{TITLES[edition.facts['output_class']]}, {edition.facts['plan']}, {edition.facts['period']}"
    with written_whole(Path(path)) as partial:
        book = xlsxwriter.Workbook(partial, {"strings_to_formulas": False, "strings_to_urls": False})
        book.set_properties({"title": title, "author": "", "company": "", "created": FIXED_DATE})
        looks = cell_formats(book)
        write_page(book.add_worksheet("Cover"), cover(edition), page_formats(book), title)
        for table in edition.tables:
            _write_table(book.add_worksheet(table.name), table, looks, title)
        book.close()


def cover(edition: ShareEdition) -> Page:
    """Give the first sheet: purpose, class, period, version, sheets, words for what is suppressed, contact."""
    facts, output_class = edition.facts, edition.facts["output_class"]
    lines = [
        Line("title", TITLES[output_class]),
        Line("fact", "Class", f"{output_class.capitalize()}. {PURPOSES[output_class]}"),
        *([Line("fact", "Synthetic data", "No person in this workbook exists.")] if facts.get("synthetic") else []),
        Line("fact", "Plan", facts["plan"]),
        Line("fact", "Contracts", ", ".join(facts.get("contracts") or []) or "not stated"),
        Line("fact", "Period", facts["period"]),
        Line("fact", "Run", facts["run"]),
        Line("fact", "Rules version", facts["rules_version"]),
        Line("fact", "Snapshot of the extracts", str(facts.get("snapshot") or "not stated")),
        *(Line("fact", name, text) for name, text in edition.evidence),
        Line("heading", "How to read the numbers"),
        *(Line("fact", words, meaning) for words, meaning in reading_rules(edition.threshold)),
        Line("heading", "Sheets"),
        *(Line("link", table.name, f"{table.caption}. {table.note}".strip(), table.name) for table in edition.tables),
        *([Line("heading", "Not in this edition")] if edition.absent else []),
        *(Line("fact", *sentence.split(": ", 1)) for sentence in edition.absent),
        *([Line("heading", "What is not verified")] if facts.get("unverified") else []),
        *(Line("sentence", "", sentence) for sentence in facts.get("unverified") or []),
        Line("heading", "Policies used where the law leaves a choice"),
        *(Line("fact", str(name), str(value)) for name, value in sorted((facts.get("policies") or {}).items())),
        Line("heading", "Contact"),
        Line("sentence", "Questions and other formats", facts.get("contact") or _CONTACT),
    ]
    return Page("Cover", lines)


def _write_table(sheet: Worksheet, table: ShareTable, looks: dict[tuple[str, str], Format], footer: str) -> None:
    """One real Excel table from A1 with its header in row 1, frozen and repeated on each printed page."""
    frame, _ = fit_for_cells(table.frame)
    headers = [_header(name, table.units) for name in frame.columns]
    widths = [_width(headers[place], frame[name].tolist(), name in table.numbers)
              for place, name in enumerate(frame.columns)]  # fmt: skip
    for place, width in enumerate(widths):
        sheet.set_column(place, place, width)
    sheet.set_row(0, _height(headers, widths))
    for row, values in enumerate(frame.itertuples(index=False), start=1):
        sheet.set_row(row, _height(values, widths))
        for place, value in enumerate(values):
            _write_cell(sheet, row, place, value, looks, frame.columns[place] in table.numbers)
    header = looks["header", ""]
    sheet.add_table(0, 0, max(len(frame), 1), len(headers) - 1, {
        "name": "T_" + re.sub(r"\W", "_", table.name), "style": None,
        "columns": [{"header": text, "header_format": header} for text in headers],
    })  # fmt: skip
    sheet.freeze_panes(1, 0 if len(headers) < 6 else 1)
    sheet.set_landscape()
    sheet.repeat_rows(0)
    print_setup(sheet, footer, pages_wide=max(1, round(sum(widths) / _PAGE)))


def _height(values: Iterable[object], widths: list[float]) -> float:
    """Height in points of a row whose texts wrap: programs differ in fitting them, so it is worked out."""
    lines = [-(-len(str(value)) // int(width - 2)) for value, width in zip(values, widths, strict=True)]
    return 3 + _LINE * max([1, *lines])


def _header(name: str, units: dict[str, str]) -> str:
    return f"{name} ({units[name]})" if name in units else name


def _write_cell(
    sheet: Worksheet, row: int, place: int, value: object, looks: dict[tuple[str, str], Format], number: bool
) -> None:
    """A number as a number, anything else as text that no program takes for a formula or a date."""
    if value is None or (not isinstance(value, str) and pd.isna(value)):
        sheet.write_string(row, place, MISSING if number else "", looks["word" if number else "wrap", ""])
    elif isinstance(value, str):
        sheet.write_string(row, place, value, looks["word" if number else "wrap", ""])
    elif float(value).is_integer() and isinstance(value, int):
        sheet.write_number(row, place, value, looks["integer", ""])
    else:
        sheet.write_number(row, place, float(value), looks["decimal", ""])


def _width(header: str, values: list, number: bool) -> float:
    """Wide enough for the longest word of the header and for the texts, which wrap when they are long."""
    longest = max(map(len, header.split()), default=4) + 4
    if number:
        return max(longest, _NUMBER)
    return float(min(max([longest, *(len(str(value)) + 2 for value in values)]), _WIDEST))
