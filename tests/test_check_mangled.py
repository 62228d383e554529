"""`auditkit check` on mangled files: each ends in one sentence (exit code 2) or in a clean result.

The file behind every case is the same: two sound rows of an OD universe, mangled in one way.
"""

import io
import sys
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_cli_check import CLEAN, LAYOUT, read

from auditkit.errors import InputError
from auditkit.sources import bounds
from auditkit.sources.readers import read_text_table
from auditkit.suite import cli

TITLES = [column.name for column in LAYOUT.columns]
ROW = [CLEAN[column.id] for column in LAYOUT.columns]
SECOND = [*ROW[:6], "A-2", *ROW[7:]]
ROWS = [TITLES, ROW, SECOND]
TEXT = "".join("\t".join(row) + "\n" for row in ROWS)
OLE = bytes.fromhex("d0cf11e0a1b11ae1")  # how locked workbooks and those of Excel 97 begin
SHEET = "xl/worksheets/sheet1.xml"
SEEDS = sorted((Path(__file__).parent / "fuzz").iterdir())


def workbook(rows, title: str = "") -> bytes:
    """An .xlsx of `rows`, under a title in one merged cell if there is one."""
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content)
    sheet = book.add_worksheet("OD")
    if title:
        sheet.merge_range(0, 0, 0, len(TITLES) - 1, title)
    for place, row in enumerate(rows, start=bool(title)):
        sheet.write_row(place, 0, row)
    book.close()
    return content.getvalue()


def changed(content: bytes, part: str, old: bytes, new: bytes) -> bytes:
    """A workbook with `old` written as `new` in one of its parts."""
    target = io.BytesIO()
    book = zipfile.ZipFile(io.BytesIO(content))
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out:
        for name in book.namelist():
            inside = book.read(name)
            assert name != part or old in inside
            out.writestr(name, inside.replace(old, new, 1) if name == part else inside)
    return target.getvalue()


def check(folder: Path, content: bytes | str, name: str = "od.txt") -> int:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return cli.main(["check", "OD", str(path), "--out", str(folder / "out")])


BOOK = workbook(ROWS)
REFUSED = {
    "a delimiter that is none": ("od.txt", TEXT.replace("\t", "~"), "check delimiter and header"),
    "a title over the header": ("od.txt", "ODAG Table 1\n" + TEXT, "titles of OD stand in row 2"),
    "a title with its tabs": ("od.txt", "Table 1" + "\t" * 24 + "\n" + TEXT, "titles of OD stand in row 2"),
    "a merged title in Excel": ("od.xlsx", workbook(ROWS, "ODAG Table 1"), "titles of OD stand in row 2"),
    "all in one line": ("od.txt", TEXT.replace("\n", " "), "no column title of OD is in the header"),
    "empty": ("od.txt", "", "the file is empty"),
    "blank lines": ("od.txt", "\n \n\n", "the file is empty"),
    "an empty sheet": ("od.xlsx", workbook([]), "the sheet is empty"),
    "rubbish": ("od.txt", bytes(n * n * 31 % 256 for n in range(5000)), "this is not a text file"),
    "nothing but NUL": ("od.txt", b"\0" * 5000, "this is not a text file"),
    "a PDF": ("od.txt", b"%PDF-1.7\n%\xe2\xe3\n1 0 obj\n", "this is a PDF and not a table"),
    "a web page": ("od.xls", "<html><table><tr><td>x</td></tr></table></html>", "this is a web page"),
    "a gzip archive": ("od.txt.gz", b"\x1f\x8b\x08\0\0\0\0\0", "this is a gzip archive"),
    "a zip archive": ("od.zip", changed(BOOK, "", b"", b"").replace(b"xl/workbook.xml", b"xl/notebook.xml"),
                      "not an Excel workbook"),
    "one name twice": ("od.txt", TEXT.replace(TITLES[1], TITLES[0], 1), "columns 1 and 2 of the header"),
    "thousands of columns": ("od.txt", "\t".join(f"C{n}" for n in range(5000)), "has 5,000 columns"),
    "locked": ("od.xlsx", OLE + b"\0" * 600, "has a password or is in the old .xls form"),
    "of Excel 97": ("od.xls", OLE + b"\0" * 600, "has a password or is in the old .xls form"),
    "half a workbook": ("od.xlsx", BOOK[: len(BOOK) // 2], "it is damaged"),
    "half a sheet": ("od.xlsx", changed(BOOK, SHEET, b"</row>", b"</"), "it is damaged"),
    "half a Parquet file": ("od.parquet", b"PAR1" + b"\0" * 90 + b"PAR1", "it is damaged"),
    "a row Excel does not have": (
        "od.xlsx", changed(BOOK, SHEET, b'r="A3"', b'r="A1048577"'), "cells stand as far out as row 1,048,577"
    ),
    "a cell far out": (
        "od.xlsx",
        changed(BOOK, SHEET, b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"/></row></sheetData>'),
        "cells stand as far out as row 1,048,576 and column 16,384",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_read_is_refused_in_one_sentence(capsys, tmp_path, case):
    name, content, words = REFUSED[case]
    assert check(tmp_path, content, name) == 2
    said = capsys.readouterr().err
    assert words in said and len(said.splitlines()) == 1
    assert not (tmp_path / "out").exists()


CLEANLY_READ = {
    "with byte order mark": ("od.txt", TEXT.encode("utf-8-sig")),
    "UTF-16 with its mark": ("od.txt", TEXT.encode("utf-16")),
    "UTF-16 big-endian with its mark": ("od.txt", b"\xfe\xff" + TEXT.encode("utf-16-be")),
    "UTF-16 little-endian": ("od.txt", TEXT.encode("utf-16-le")),
    "UTF-16 big-endian": ("od.txt", TEXT.encode("utf-16-be")),
    "UTF-32 with its mark": ("od.txt", TEXT.encode("utf-32")),
    "lines ended by returns": ("od.txt", TEXT.replace("\n", "\r")),
    "pipes": ("od.psv", TEXT.replace("\t", "|")),
    "a workbook with macros": ("od.xlsm", BOOK),
}


@pytest.mark.parametrize("case", CLEANLY_READ)
def test_the_form_of_a_sound_file_is_no_finding(tmp_path, case):
    name, content = CLEANLY_READ[case]
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    table = read_text_table(path).table
    assert table.column_names == TITLES
    assert [list(row.values()) for row in table.to_pylist()] == [ROW, SECOND]


def test_a_header_alone_is_a_universe_without_rows(capsys, tmp_path):
    assert check(tmp_path, "\t".join(TITLES) + "\n") == 0
    assert "OD: 0 rows checked." in capsys.readouterr().out
    assert read(tmp_path / "out" / "verdicts.csv") == []


def test_what_a_cell_should_not_hold_is_a_finding_on_that_cell(tmp_path):
    """Row 1 has a NUL in its name; row 2 a tab and a line break in its free text, told as one cell."""
    broken = [*SECOND[:22], "home\thealth\naide", *SECOND[23:]]
    lines = [TITLES, ["Ana", "Sil\0va", *ROW[2:]], broken, [*ROW[:6], "A-3", *ROW[7:]]]
    assert check(tmp_path, "".join("\t".join(line) + "\n" for line in [*lines, *more_rows(4, 8)])) == 0
    found = [(row["row"], row["column_id"], row["rule"]) for row in read(tmp_path / "out" / "findings.csv")]
    assert ("1", "B", "X19") in found
    assert {row for row, _, _ in found} <= {"1", "2", "3"}


def more_rows(first: int, last: int) -> list[list[str]]:
    return [[*ROW[:6], f"A-{number}", *ROW[7:]] for number in range(first, last + 1)]


def test_a_formula_counts_as_the_value_it_showed_when_saved(tmp_path):
    """The plan's =1+1 was saved with the value 2: a text of its own, and no formula is ever run."""
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content)
    sheet = book.add_worksheet("OD")
    sheet.write_row(0, 0, TITLES)
    sheet.write_row(1, 0, ROW)
    sheet.write_formula(1, 22, "=1+1", None, "2")
    book.close()
    (tmp_path / "od.xlsx").write_bytes(content.getvalue())
    assert read_text_table(tmp_path / "od.xlsx").table.column(22).to_pylist() == ["2"]


# --- bounds: the same tests as for gigabytes, with the bound let down ---------------------------


def test_a_line_beyond_the_bound_is_named_by_its_number(capsys, monkeypatch, tmp_path):
    """Lines 1 to 3 are TEXT; line 4 is one byte longer than the bound."""
    monkeypatch.setattr(bounds, "LONGEST_LINE", 2000)
    assert check(tmp_path, TEXT + "x" * 2001 + "\n") == 2
    assert "line 4 is longer than 2,000 bytes" in capsys.readouterr().err
    bounds.check_lines(io.BytesIO((TEXT + "x" * 2000 + "\n").encode()), "od.txt")  # one byte fewer passes


def test_a_file_beyond_the_bound_is_not_read(capsys, monkeypatch, tmp_path):
    monkeypatch.setattr(bounds, "LARGEST_FILE", 1000)
    assert check(tmp_path, TEXT) == 2
    assert "at most 1,000 are read at once; cut it into several files" in capsys.readouterr().err


def test_a_zip_bomb_is_not_unpacked(capsys, monkeypatch, tmp_path):
    """A million blanks after the rows pack about 1,000 times; a sheet of rows packs far less."""
    monkeypatch.setattr(bounds, "PACKED_TEST_FROM", 100_000)
    bomb = changed(BOOK, SHEET, b"</sheetData>", b" " * 1_000_000 + b"</sheetData>")
    assert check(tmp_path, bomb, "od.xlsx") == 2
    assert "it is not read for safety" in capsys.readouterr().err


def test_texts_that_cells_share_may_swell_less(capsys, monkeypatch, tmp_path):
    """Each shared text is told once, so the part that holds them packs far less well than a sheet does."""
    monkeypatch.setattr(bounds, "PACKED_TEST_FROM", 100_000)
    monkeypatch.setattr(bounds, "MOST_TIMES_PACKED", 10_000)
    bomb = changed(BOOK, "xl/sharedStrings.xml", b"</sst>", b" " * 1_000_000 + b"</sst>")
    assert check(tmp_path, bomb, "od.xlsx") == 2
    assert "it is not read for safety" in capsys.readouterr().err


# --- anything at all: a table or an InputError, never another exception --------------------------


@pytest.mark.parametrize("seed", SEEDS, ids=lambda path: path.stem)
def test_files_that_once_broke_a_reader(seed):
    """Each made a reader fail otherwise than by a sentence, or end the whole process for want of memory."""
    try:
        assert read_text_table(seed).table.num_columns > 0
    except InputError as error:
        assert seed.name in str(error)


SMALL = [["ID", "NAME", "DAY"], ["001", 'O"Neil', "2026/01/05"], ["002", "José", "None"]]
SMALL_TEXT = "".join("\t".join(row) + "\n" for row in SMALL)


def _unpacked(content: bytes) -> bytes:
    """A workbook stored without packing, so that a changed byte changes its XML."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as book, zipfile.ZipFile(target, "w") as out:
        for name in book.namelist():
            out.writestr(name, book.read(name))
    return target.getvalue()


def _parquet() -> bytes:
    target = io.BytesIO()
    pq.write_table(pa.table({"ID": ["1", "2"], "DAY": pa.array([1, None], pa.date32())}), target)
    return target.getvalue()


SOUND = {
    "t.txt": SMALL_TEXT.encode(),
    "q.csv": "".join(
        ",".join('"' + cell.replace('"', '""') + '"' for cell in row) + "\r\n" for row in SMALL
    ).encode(),
    "u.txt": SMALL_TEXT.encode("utf-16"),
    "v.txt": SMALL_TEXT.encode("utf-16-be"),
    "packed.xlsx": workbook(SMALL),
    "stored.xlsx": _unpacked(workbook(SMALL)),
    "p.parquet": _parquet(),
}  # fmt: skip
change = st.tuples(
    st.integers(0, sys.maxsize),  # where
    st.integers(0, 60),  # how many bytes are left out there
    st.sampled_from([b"", b"\0", b"\n", b"\r", b"\t", b'"', b"99999999", b"-1", b"<", b"&#0;", b"\xff\xfe"])
    | st.binary(max_size=8),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.sampled_from(sorted(SOUND)), changes=st.lists(change, min_size=1, max_size=6))
def test_a_reader_gives_a_table_or_a_sentence(tmp_path, name, changes):
    content = SOUND[name]
    for place, left_out, put_in in changes:
        place %= len(content) + 1
        content = content[:place] + put_in + content[place + left_out :]
    path = tmp_path / name
    path.write_bytes(content)
    try:
        found = read_text_table(path)
    except InputError as error:
        assert str(path) in str(error)
    else:
        assert found.table.num_rows == len(found.row_numbers)
