"""The review through Excel: what a physician fills comes back whole, and every conflict is told."""

import shutil
import subprocess
from pathlib import Path

import openpyxl
import pytest
from findings_frames import DIRECTOR, OFFICER, findings, late

from auditkit.errors import InputError
from auditkit.findings.annotations import note_finding, open_log, verify
from auditkit.findings.fold import attach
from auditkit.findings.review_import import take_in
from auditkit.findings.review_workbook import NAME_CELL, ROLE_CELL, WORDS, write_review_workbook

FRAME = findings(late("A"), late("B"), late("C", rule="=HYPERLINK(1)", severity="warning"))
RUN = "one-care-2026q3"


@pytest.fixture
def log(tmp_path):
    return open_log(tmp_path / "review" / f"{RUN}.jsonl")


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    path = tmp_path_factory.mktemp("exported") / "conditions.xlsx"
    write_review_workbook(path, RUN, FRAME, [], DIRECTOR)
    return path


@pytest.fixture
def book(tmp_path, exported):
    return Path(shutil.copy(exported, tmp_path))


def cell(sheet, row: int, heading: str):
    headings = [head.value for head in sheet[1]]
    return sheet.cell(row, headings.index(heading) + 1)


def fill(path, sheet: str, row: int, **said):
    """Write into a row by heading (with _ for a space), as a person would."""
    book = openpyxl.load_workbook(path)
    for heading, value in said.items():
        cell(book[sheet], row, heading.replace("_", " ")).value = value
    book.save(path)


def taken(log, path, frame=FRAME, who=OFFICER):
    told = take_in(log, path, RUN, frame, who)
    return list(zip(told["sheet"], told["row"], told["outcome"]))


def test_what_a_physician_fills_becomes_notes(log, book):
    fill(book, "Conditions", 2, your_judgement="root cause", your_words="The vendor's queue stood still.")
    fill(book, "Cases", 3, your_judgement="disagree", your_words="The fax log shows 14 July.")
    assert taken(log, book) == [("Conditions", 2, "taken"), ("Cases", 3, "taken")]
    saved = [(record.kind, record.text, record.author, record.role) for record in log.records()]
    assert saved == [
        ("root_cause", "The vendor's queue stood still.", "Dr. Rivera", "medical director"),
        ("disagree", "The fax log shows 14 July.", "Dr. Rivera", "medical director"),
    ]
    assert list(attach(FRAME, log.records())["disposition"]) == ["", "disagree", ""]
    assert taken(log, book) == [("Conditions", 2, "already there"), ("Cases", 3, "already there")]
    assert len(log.records()) == 2


TEXTS = ['=1+1', '=HYPERLINK("http://x")', "@SUM(A1)", "<b>bold</b> & more", "שלום مرحبا", "one\ntwo",
         "_x0041_ is no A", "  spaces  ", "x" * 32_767]  # fmt: skip


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_words_come_back_as_they_were_typed(log, book, text):
    """A text that Excel would store escaped (_x0041_) is written so here too."""
    stored = text.replace("_x0041_", "_x005F_x0041_")
    fill(book, "Cases", 2, your_judgement="explained", your_words=stored)
    assert taken(log, book) == [("Cases", 2, "taken")]
    assert log.records()[0].text == text


def test_a_number_or_an_array_formula_is_kept_as_text(log, book):
    array = openpyxl.worksheet.formula.ArrayFormula("A1", "=SUM(1,2)")
    fill(book, "Cases", 2, your_judgement="explained", your_words=17.0)
    fill(book, "Cases", 3, your_judgement="explained", your_words=array)
    taken(log, book)
    assert [record.text for record in log.records()] == ["17", "=SUM(1,2)"]


def test_notes_and_findings_are_shown_as_text_never_as_formulas(tmp_path, log):
    note_finding(log, FRAME.iloc[2], "explained", "=cmd|' /C calc'!A0\x07", DIRECTOR)
    note_finding(log, FRAME.iloc[0], "explained", "y" * 100_000, DIRECTOR)
    write_review_workbook(tmp_path / "x.xlsx", RUN, FRAME, log.records(), DIRECTOR)
    book = openpyxl.load_workbook(tmp_path / "x.xlsx")
    kinds = {one.data_type for sheet in book for row in sheet for one in row}
    assert kinds <= {"s", "inlineStr"}
    assert cell(book["Cases"], 4, "last words").value == "=cmd|' /C calc'!A0_x0007_"
    long = cell(book["Cases"], 2, "last words").value
    assert len(long) == 32_767 and long.endswith("[cut: the log holds all 100,000 characters]")


def test_only_two_columns_are_open_and_the_judgement_is_a_list(book):
    opened = openpyxl.load_workbook(book)
    for name in ("Conditions", "Cases"):
        sheet = opened[name]
        assert sheet.protection.sheet
        open_cells = {
            sheet.cell(1, one.column).value for row in sheet for one in row if not one.protection.locked
        }
        assert open_cells == {"your judgement", "your words"}
        assert "root cause" in sheet.data_validations.dataValidation[0].formula1
        assert sheet.column_dimensions[cell(sheet, 1, "seal").column_letter].hidden


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"id": "F-000000000000"}, "a locked cell of the row was changed"),
        ({"what_is_wrong": "Nothing."}, "a locked cell of the row was changed"),
        ({"facts": "0" * 16}, "a locked cell of the row was changed"),
        ({"your_judgement": "splendid"}, "choose your judgement from the list: agree"),
        ({"your_judgement": None}, "choose your judgement from the list"),
        ({"your_words": None}, "needs words"),
    ],
)
def test_a_row_in_conflict_is_told_and_not_taken(log, book, said, sentence):
    fill(
        book,
        "Cases",
        2,
        **({"your_judgement": "disagree", "your_words": "The fax log shows 14 July."} | said),
    )
    fill(book, "Cases", 3, your_judgement="agree")
    told = take_in(log, book, RUN, FRAME, OFFICER)
    assert list(told["outcome"]) == ["not taken", "taken"]
    assert sentence in told["sentence"].iloc[0]


def test_a_note_on_facts_that_changed_or_went_meanwhile_is_kept_and_told(log, book):
    """Filled while A was one day late and B was there; taken in when A is two days late and B is gone."""
    fill(book, "Cases", 2, your_judgement="agree")
    fill(book, "Cases", 3, your_judgement="agree")
    now = findings(late("A", stop="2026/07/17"))
    outcomes = ["taken, facts changed since", "taken, no longer occurs"]
    assert taken(log, book, now) == [("Cases", 2, outcomes[0]), ("Cases", 3, outcomes[1])]
    assert list(attach(now, log.records())["review_state"]) == ["facts changed since", "no longer occurs"]


def test_the_cover_says_who_speaks(log, book):
    opened = openpyxl.load_workbook(book)
    opened["Reviewer"][NAME_CELL], opened["Reviewer"][ROLE_CELL] = None, "preparer"
    opened.save(book)
    fill(book, "Cases", 2, your_judgement="agree")
    taken(log, book)
    assert [(record.author, record.role) for record in log.records()] == [("K. Osei", "preparer")]


def test_what_is_no_review_workbook_of_this_run_is_refused(tmp_path, log, book):
    with pytest.raises(InputError, match="made for another run than other"):
        take_in(log, book, "other", FRAME, OFFICER)
    (tmp_path / "notes.xlsx").write_text("no zip", encoding="utf-8")
    with pytest.raises(InputError, match="is not an xlsx workbook"):
        take_in(log, tmp_path / "notes.xlsx", RUN, FRAME, OFFICER)
    with pytest.raises(InputError, match="there is no such file"):
        take_in(log, tmp_path / "none.xlsx", RUN, FRAME, OFFICER)
    openpyxl.Workbook().save(tmp_path / "empty.xlsx")
    with pytest.raises(InputError, match="has no sheet Reviewer"):
        take_in(log, tmp_path / "empty.xlsx", RUN, FRAME, OFFICER)
    opened = openpyxl.load_workbook(book)
    cell(opened["Cases"], 1, WORDS).value = "remarks"
    opened.save(book)
    with pytest.raises(InputError, match="the column 'your words' is gone"):
        take_in(log, book, RUN, FRAME, OFFICER)


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_a_workbook_saved_by_another_program_is_taken_in(tmp_path, log, book):
    """LibreOffice opens the filled workbook and saves it again: seals and words hold."""
    words = "=1+1\nשלום  two spaces"
    fill(book, "Cases", 4, your_judgement="explained", your_words=words)
    fill(book, "Conditions", 2, your_judgement="agree")
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "xlsx",
         "--outdir", str(tmp_path / "saved"), str(book)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    assert [line[2] for line in taken(log, tmp_path / "saved" / book.name)] == ["taken", "taken"]
    assert log.records()[1].text == words
    assert verify(log.path) == []
