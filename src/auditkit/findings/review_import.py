"""Taking a filled review workbook into the log, with every conflict told."""

from pathlib import Path
from typing import NamedTuple
from zipfile import BadZipFile

import openpyxl
import pandas as pd

from auditkit.errors import InputError
from auditkit.findings.annotations import KINDS, Log
from auditkit.findings.facts import condition_facts
from auditkit.findings.fold import with_condition_ids
from auditkit.findings.identity import ROLES, Identity
from auditkit.findings.review_workbook import (
    CASES,
    CONDITIONS,
    COVER,
    FACTS,
    ID,
    JUDGEMENT,
    NAME_CELL,
    ROLE_CELL,
    RUN_CELL,
    SEAL,
    WORDS,
    seal,
    text_of,
)

OUTCOMES = ("taken", "taken, facts changed since", "taken, no longer occurs", "already there", "not taken")
_TAKEN, _CHANGED, _GONE, _THERE, _REFUSED = OUTCOMES
_WORDS = {words: kind for kind, words in KINDS.items()} | {kind: kind for kind in KINDS}
_KEYS = {CONDITIONS: "condition_id", CASES: "finding_id"}


class Filled(NamedTuple):
    """A row somebody wrote on: its place, what it is about, what was chosen and written."""

    sheet: str
    row: int
    about: str
    judgement: str
    words: str
    facts: str
    sealed: bool
    told: str


def take_in(log: Log, path: Path, run: str, findings: pd.DataFrame, who: Identity) -> pd.DataFrame:
    """Save what a reviewer wrote into a review workbook, and tell what became of each row.

    run, findings: the run as it is now. who: speaks where the workbook's name or role is empty. Gives sheet,
    row, id, outcome (one of OUTCOMES) and sentence. A row is not taken when a locked cell was changed or
    its judgement is missing or unknown; its words stay in the workbook. Taking the same file in again adds
    nothing.
    Raises InputError when it is no review workbook of this run, NotSaved when the log cannot be written.
    """
    author, role, rows = read_filled(path, run, who)
    today, known = _todays_facts(findings), _known(log)
    told = [(row, *_take(log, row, author, role, today, known)) for row in rows]
    lines = [(row.sheet, row.row, row.about, outcome, sentence) for row, outcome, sentence in told]
    return pd.DataFrame(lines, columns=["sheet", "row", "id", "outcome", "sentence"])


def read_filled(path: Path, run: str, who: Identity) -> tuple[str, str, list[Filled]]:
    """Author, role and the rows somebody wrote on. Raises InputError when it is no workbook of this run."""
    book = _opened(path)
    cover = book[COVER]
    made_for = text_of(cover[RUN_CELL].value)
    if made_for != run:
        raise InputError(
            f"{path.name}: was made for another run than {run}; export the run's own and fill that."
        )
    author = text_of(cover[NAME_CELL].value).strip() or who.author
    role = text_of(cover[ROLE_CELL].value).strip() or who.role
    if role not in ROLES:
        raise InputError(f"{path.name}, {COVER} {ROLE_CELL}: the role must be one of {', '.join(ROLES)}.")
    return author, role, [row for name in _KEYS for row in _rows(path, book[name])]


def _opened(path: Path):
    try:
        book = openpyxl.load_workbook(path)
    except FileNotFoundError:
        raise InputError(f"{path}: there is no such file.") from None
    except (BadZipFile, KeyError, ValueError, OSError, openpyxl.utils.exceptions.InvalidFileException):
        raise InputError(f"{path.name}: is not an xlsx workbook that can be read; save it as xlsx.") from None
    lacking = [name for name in (COVER, *_KEYS) if name not in book.sheetnames]
    if lacking:
        raise InputError(f"{path.name}: has no sheet {lacking[0]}; it is not a review workbook.")
    return book


def _rows(path: Path, sheet) -> list[Filled]:
    lines = sheet.iter_rows(values_only=True)
    headings = [text_of(value) for value in next(lines, ())]
    for heading in (ID, JUDGEMENT, WORDS, FACTS, SEAL):
        if heading not in headings:
            raise InputError(f"{path.name}, {sheet.title}: the column '{heading}' is gone; export it again.")
    filled = []
    for number, values in enumerate(lines, 2):
        cells = {heading: text_of(value) for heading, value in zip(headings, values)}
        if cells[JUDGEMENT].strip() or cells[WORDS].strip():
            told = f"{cells.get('rule', '')}, {cells.get('table', '')}: {cells.get('what is wrong', '')}"
            filled.append(
                Filled(
                    sheet.title,
                    number,
                    cells[ID],
                    cells[JUDGEMENT].strip().lower(),
                    cells[WORDS],
                    cells[FACTS],
                    cells[SEAL] == seal(cells),
                    told,
                )
            )
    return filled


def _take(log: Log, row: Filled, author: str, role: str, today: dict, known: set) -> tuple[str, str]:
    """Save one row unless something speaks against it; the outcome and a sentence."""
    kind = _WORDS.get(row.judgement)
    if not row.sealed:
        return (
            _REFUSED,
            "a locked cell of the row was changed, so what it is about is not certain; export again.",
        )
    if kind is None:
        return _REFUSED, f"choose {JUDGEMENT} from the list: {', '.join(KINDS.values())}."
    if not row.words.strip() and kind != "agree":
        return _REFUSED, f"the judgement '{KINDS[kind]}' needs words."
    if (row.about, kind, row.words, author, row.facts) in known:
        return _THERE, "the log holds this note already."
    log.append(
        kind,
        row.words,
        facts=row.facts,
        about=row.told,
        author=author,
        role=role,
        **{_KEYS[row.sheet]: row.about},
    )
    if row.about not in today:
        return _GONE, "it no longer occurs in the run; the note is kept and listed as such."
    if today[row.about] != row.facts:
        return _CHANGED, "the facts changed after the workbook was made; read the note again."
    return _TAKEN, "saved."


def _todays_facts(findings: pd.DataFrame) -> dict[str, str]:
    named = with_condition_ids(findings)
    groups = named.groupby("condition_id", sort=False)
    return dict(zip(named["finding_id"], named["facts"])) | {
        key: condition_facts(group) for key, group in groups
    }


def _known(log: Log) -> set[tuple]:
    """The notes of the log as they were first written, as a row of the workbook would say them."""
    return {
        (record.finding_id or record.condition_id, record.kind, record.text, record.author, record.facts)
        for record in log.records()
        if record.kind in KINDS
    }
