"""The review as a workbook: a physician fills two columns in Excel, and the log takes them in.

Everything but the columns `your judgement` and `your words` is locked. A hidden seal on each row tells
whether a locked cell was changed all the same. Text is written as text and formulas are never executed.
"""

import hashlib
import re
from pathlib import Path

import openpyxl
import pandas as pd
from openpyxl.styles import Alignment, Font, PatternFill, Protection
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from auditkit.findings.annotations import KINDS, Record
from auditkit.findings.fold import GONE, attach, attach_conditions
from auditkit.findings.identity import ROLES, Identity

COVER, CONDITIONS, CASES = "Reviewer", "Conditions", "Cases"
NAME_CELL, ROLE_CELL, RUN_CELL = "B3", "B4", "B5"
JUDGEMENT, WORDS = "your judgement", "your words"
ID, FACTS, SEAL = "id", "facts", "seal"
SEALED = (ID, "severity", "rule", "table", "case", "found", "expected", "what is wrong", FACTS)
MOST_CHARACTERS = 32_767

_SHEETS = {
    CONDITIONS: {ID: "condition_id", "severity": "severity", "rule": "rule", "table": "table",
                 "cases": "cases", "people": "people", "what is wrong": "sentence", "citation": "citation"},
    CASES: {ID: "finding_id", "severity": "severity", "rule": "rule", "table": "table", "case": "case_id",
            "found": "found", "expected": "expected", "what is wrong": "sentence", "citation": "citation"},
}  # fmt: skip
_REVIEW = {"state": "review_state", "last judgement": "note_kind", "last words": "note", "by": "reviewer"}
_WIDTHS = {ID: 17, "what is wrong": 60, "last words": 40, "found": 24, "expected": 30, "citation": 28,
           "rule": 22, JUDGEMENT: 20, WORDS: 70}  # fmt: skip
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_TO_ESCAPE = re.compile(r"[\x00-\x08\x0b-\x1f]|_(?=x[0-9A-Fa-f]{4}_)")
_NO_CHARACTER = re.compile("[\ud800-\udfff\ufffe\uffff]")


def write_review_workbook(
    path: Path, run: str, findings: pd.DataFrame, records: list[Record], who: Identity
) -> None:
    """Write the workbook a reviewer fills: who reviews, the conditions of a run, and their cases.

    A text longer than a cell can hold is cut there and says so; the log holds it whole.
    """
    book = openpyxl.Workbook()
    _cover(book.active, run, who)
    frames = {CONDITIONS: attach_conditions(findings, records), CASES: attach(findings, records)}
    for name, frame in frames.items():
        _fill(book.create_sheet(name), frame[frame["review_state"] != GONE], _SHEETS[name] | _REVIEW)
    book.save(path)


def seal(cells: dict[str, str]) -> str:
    """Sixteen hexadecimal digits over the locked cells of a row, blind to spaces and control characters.

    cells: text by heading. It shows a slip of the hand, not a forger's.
    """
    plain = (cells.get(name, "") for name in SEALED)
    visible = ("".join(sign for sign in text if sign.isprintable() and not sign.isspace()) for text in plain)
    return hashlib.sha256("\x1f".join(visible).encode("utf-8")).hexdigest()[:16]


def cell_text(text: str) -> str:
    """A text as a cell holds it: control characters in the escape of workbooks, cut where a cell ends."""
    safe = _NO_CHARACTER.sub("\ufffd", text)
    escaped = _TO_ESCAPE.sub(lambda found: f"_x{ord(found[0]):04X}_", safe)
    if len(escaped) <= MOST_CHARACTERS:
        return escaped
    notice = f" [cut: the log holds all {len(text):,} characters]"
    return escaped[: MOST_CHARACTERS - len(notice)] + notice


def text_of(value: object) -> str:
    """What a cell says, as text: formulas as they were typed, escapes undone."""
    if value is None:
        return ""
    if hasattr(value, "text"):  # an array formula
        value = value.text
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), str(value))


def _cover(sheet, run: str, who: Identity) -> None:
    sheet.title = COVER
    lines = [
        ("Review of findings", ""),
        ("Holds names and case numbers: keep it in the plan's secure store.", ""),
        ("Your name", who.author),
        ("Your role", who.role),
        ("Run", run),
        ("", ""),
        (f"On the sheets {CONDITIONS} and {CASES}, choose {JUDGEMENT} and write {WORDS}.", ""),
        ("A judgement on a condition speaks for all its cases; one on a case speaks for the case.", ""),
        (
            "All other cells are locked. Send the file back; nothing is lost when facts have changed since.",
            "",
        ),
    ]
    for row, (left, right) in enumerate(lines, 1):
        _write(sheet.cell(row, 1), left)
        _write(sheet.cell(row, 2), right)
    sheet["A1"].font = Font(bold=True, size=14)
    for place in (NAME_CELL, ROLE_CELL):
        _open(sheet[place])
    _choices(sheet, ROLES, ROLE_CELL)
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 24, 40
    sheet.protection.sheet = True


def _fill(sheet, frame: pd.DataFrame, columns: dict[str, str]) -> None:
    headings = [*columns, JUDGEMENT, WORDS, FACTS, SEAL]
    for column, heading in enumerate(headings, 1):
        _write(sheet.cell(1, column), heading)
        sheet.cell(1, column).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(column)].width = _WIDTHS.get(heading, 14)
    for row, found in enumerate(frame.to_dict("records"), 2):
        cells = {heading: _shown(heading, found[name]) for heading, name in columns.items()}
        cells[FACTS] = found["facts"]
        cells[SEAL] = seal(cells)
        for column, heading in enumerate(headings, 1):
            _write(sheet.cell(row, column), cells.get(heading, ""))
            if heading in (JUDGEMENT, WORDS):
                _open(sheet.cell(row, column))
    if len(frame):
        letter = get_column_letter(headings.index(JUDGEMENT) + 1)
        _choices(sheet, KINDS.values(), f"{letter}2:{letter}{len(frame) + 1}")
    for heading in (FACTS, SEAL):
        sheet.column_dimensions[get_column_letter(headings.index(heading) + 1)].hidden = True
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(headings) - 2)}{max(len(frame) + 1, 2)}"
    sheet.protection.sheet = True
    # False allows it: a reviewer may filter and widen columns on a locked sheet.
    sheet.protection.autoFilter = sheet.protection.formatColumns = sheet.protection.formatRows = False


def _shown(heading: str, value: object) -> str:
    return KINDS.get(value, "") if heading == "last judgement" else "" if pd.isna(value) else str(value)


def _write(cell, text: str) -> None:
    """Write text as text: a text that begins with = must not become a formula."""
    cell.value = cell_text(text)
    cell.data_type, cell.number_format = "s", "@"
    cell.alignment = Alignment(wrap_text=True, vertical="top")


def _open(cell) -> None:
    cell.protection = Protection(locked=False)
    cell.fill = PatternFill("solid", fgColor="FFF7E0")


def _choices(sheet, words, place: str) -> None:
    allowed = DataValidation(type="list", formula1=f'"{",".join(words)}"', allow_blank=True)
    allowed.error, allowed.showErrorMessage = "Choose one of the list.", True
    sheet.add_data_validation(allowed)
    allowed.add(place)
