"""Workbooks: every value exact, every byte the same, no size too large."""

import zipfile
from io import BytesIO

import openpyxl
import pandas as pd
import pyarrow as pa
import pytest
from openpyxl.utils.escape import unescape
from python_calamine import CalamineWorkbook

from auditkit.errors import InputError
from auditkit.publish import sheets
from auditkit.publish.cells import column_letters
from auditkit.publish.frames import fit_for_cells, frame_sheet
from auditkit.publish.sheets import Column, Line, Page, Sheet, excel_length
from auditkit.publish.workbook import sheet_names, write_workbook

NASTY = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "https://example.org",
    "mailto:a@b",
    "_x000D_",
    "_x0041_x0042_",
    "x_x0041",
    "line\nbreak",
    "carriage\r\nreturn",
    "tab\there",
    "😀 emoji",
    "שלום עולם",
    "é e\u0301",
    "\u2028",
    "00123",
    "  leading",
    "trailing  ",
    "a  b",
    "<&>\"'",
    "]]>",
    "None",
    "NA",
    "null",
    "nan",
    "TRUE",
    "1E5",
    "2026/01/05",
    "12:30:00",
    "1/2",
    "x" * 32_767,
    "😀" * 16_383,
    "",
    " ",
]


def one_column(values, name="OD", **more) -> Sheet:
    return Sheet(name, [Column("A: First")], pa.table({"a": pa.array(values, pa.string())}), **more)


def read_calamine(path, name) -> list[list]:
    return CalamineWorkbook.from_path(str(path)).get_sheet_by_name(name).to_python(skip_empty_area=False)


def test_every_nasty_value_reads_back_exactly(tmp_path):
    path = tmp_path / "nasty.xlsx"
    write_workbook(path, "Nasty", [one_column(NASTY)])
    assert [row[0] for row in read_calamine(path, "OD")[1:]] == NASTY
    cells = [row[0] for row in openpyxl.load_workbook(path)["OD"].iter_rows(min_row=2)]
    # openpyxl leaves the escapes of ECMA-376 22.9.2.19 (_x005F_) for its caller to undo.
    assert [unescape(cell.value) for cell in cells] == NASTY
    assert {cell.data_type for cell in cells} == {"s"}
    assert {cell.number_format for cell in cells} == {"@"}
    assert all(cell.hyperlink is None for cell in cells)


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        ("bell\x07", "holds a control character"),
        ("\x00", "holds a control character"),
        ("\ufffe", "holds a control character"),
        ("x" * 32_768, "is longer than 32,767 characters"),
        ("😀" * 16_384, "is longer than 32,767 characters"),  # two UTF-16 units each: 32,768
    ],
)
def test_a_value_no_cell_can_hold_is_refused_before_anything_is_written(tmp_path, value, fault):
    path = tmp_path / "refused.xlsx"
    with pytest.raises(InputError, match=f"Sheet OD, row 2, column A: First: the value {fault}"):
        write_workbook(path, "Refused", [one_column(["fine", value])])
    assert list(tmp_path.iterdir()) == []


def test_numbers_stay_numbers_and_missing_stays_empty(tmp_path):
    frame = pd.DataFrame(
        {
            "cases": pd.array([12840, None, -3], dtype="Int64"),
            "share": [0.975, None, 1.0],
            "text": ["a", None, "c"],
        }
    )
    path = tmp_path / "numbers.xlsx"
    write_workbook(path, "Numbers", [frame_sheet("Counts", frame, kinds={"share": "percent"})])
    sheet = openpyxl.load_workbook(path)["Counts"]
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["Cases", "Share", "Text"],
        [12840, 0.975, "a"],
        [None, None, None],
        [-3, 1, "c"],
    ]
    assert sheet["B2"].number_format == "0.0%"


def test_marks_stand_on_their_cells_across_batches(tmp_path):
    marks = {(1, 0): "error", (20_001, 0): "warning", (20_003, 0): "info"}
    path = tmp_path / "marks.xlsx"
    write_workbook(path, "Marks", [one_column(["v"] * 20_003, marks=marks)])
    sheet = openpyxl.load_workbook(path)["OD"]
    cells = ((row, sheet.cell(row + 1, 1)) for row in range(1, 20_004))
    marked = {row: cell.fill.fgColor.rgb for row, cell in cells if cell.fill.fill_type}
    assert marked == {1: "FFFBDDD9", 20_001: "FFFFF0C7", 20_003: "FFDFECF9"}
    assert sheet.cell(2, 1).font.b and sheet.cell(20_002, 1).font.i and sheet.cell(20_004, 1).font.u


def test_two_writings_are_the_same_bytes(tmp_path):
    content = [Page("Cover", [Line("title", "T"), Line("link", "OD", "the rows", "OD")]), one_column(NASTY)]
    for name in ("one.xlsx", "two.xlsx"):
        write_workbook(tmp_path / name, "Same", content, "footer")
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()
    parts = zipfile.ZipFile(tmp_path / "one.xlsx").infolist()
    assert {part.date_time for part in parts} == {(1980, 1, 1, 0, 0, 0)}


def test_a_sheet_is_set_up_for_reading_and_printing(tmp_path):
    path = tmp_path / "setup.xlsx"
    write_workbook(path, "Set up", [one_column(["a", "b"], frozen=1)], "Plan & report")
    book = openpyxl.load_workbook(path)
    sheet = book["OD"]
    table = sheet.tables["T_OD"]
    assert table.ref == table.autoFilter.ref == sheet.dimensions == "A1:A3"
    assert sheet.freeze_panes == "B2"
    assert (sheet.print_title_rows, sheet.page_setup.orientation) == ("$1:$1", "landscape")
    assert sheet.sheet_properties.pageSetUpPr.fitToPage and sheet.page_setup.fitToHeight == 0
    assert not sheet.merged_cells.ranges
    assert book.properties.title == "Set up" and not book.properties.creator
    assert sheet.sheet_state == "visible"


def test_a_table_without_rows_keeps_its_header(tmp_path):
    path = tmp_path / "empty.xlsx"
    write_workbook(path, "Empty", [one_column([])])
    assert read_calamine(path, "OD") == [["A: First"]]


def test_200_000_rows_read_back(tmp_path):
    rows = 200_000
    numbers = pa.array(range(rows)).cast(pa.string())
    path = tmp_path / "long.xlsx"
    write_workbook(
        path,
        "Long",
        [
            Sheet(
                "OD",
                [Column("A: Id"), Column("n", kind="integer")],
                pa.table({"id": numbers, "n": pa.array(range(rows))}),
            )
        ],
    )
    read = CalamineWorkbook.from_path(str(path)).get_sheet_by_name("OD").iter_rows()
    assert next(read) == ["A: Id", "n"]
    places = [place for place, row in enumerate(read) if row == [str(place), place]]
    assert places == list(range(rows))


def test_more_rows_than_a_sheet_holds_go_on_in_the_next(tmp_path):
    # 1,048,576 rows with the header: 1,048,575 data rows fit, the next two go on in "OD (2)".
    values = pa.array(range(1_048_577)).cast(pa.string())
    sheet = Sheet("OD", [Column("A: Id")], pa.table({"id": values}), {(1_048_576, 0): "error"})
    assert sheet_names(sheet) == [("OD", 1_048_575), ("OD (2)", 2)]
    path = tmp_path / "split.xlsx"
    write_workbook(path, "Split", [sheet])
    assert read_calamine(path, "OD (2)") == [["A: Id"], ["1048575"], ["1048576"]]
    first = CalamineWorkbook.from_path(str(path)).get_sheet_by_name("OD")
    assert sum(1 for _ in first.iter_rows()) == 1_048_576
    with zipfile.ZipFile(path) as parts:
        second = parts.read("xl/worksheets/sheet2.xml").decode()
    assert 'r="A2" s="' in second and second.count("<row ") == 3


@pytest.mark.parametrize("name", ["", "x" * 32, "a/b", "History?"])
def test_a_sheet_name_excel_refuses_is_our_mistake(tmp_path, name):
    with pytest.raises(ValueError, match="sheet name"):
        write_workbook(tmp_path / "x.xlsx", "T", [one_column(["a"], name=name)])


def test_two_columns_of_one_name_are_our_mistake(tmp_path):
    frame = pd.DataFrame([["a", "b"]], columns=["Rule", "rule"])
    with pytest.raises(ValueError, match="must differ"):
        write_workbook(tmp_path / "x.xlsx", "T", [frame_sheet("OD", frame)])


def test_a_failed_writing_leaves_the_old_workbook(tmp_path, monkeypatch):
    path = tmp_path / "kept.xlsx"
    write_workbook(path, "Kept", [one_column(["old"])])
    before = path.read_bytes()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("auditkit.publish.workbook._splice", full)
    with pytest.raises(OSError, match="No space"):
        write_workbook(path, "Kept", [one_column(["new"])])
    assert path.read_bytes() == before and list(tmp_path.iterdir()) == [path]


def test_letters_of_columns():
    assert [column_letters(place) for place in (0, 25, 26, 51, 52, 701, 702)] == [
        "A",
        "Z",
        "AA",
        "AZ",
        "BA",
        "ZZ",
        "AAA",
    ]


def test_texts_are_made_fit_visibly_and_said_so():
    frame = pd.DataFrame({"A": ["fine", "bell\x07", None], "B": ["x" * 40_000, "b", "c"]})
    fitted, places = fit_for_cells(frame)
    assert fitted["A"].tolist()[:2] == ["fine", "bell␇"]
    assert excel_length(fitted["B"][0]) <= 32_767 and fitted["B"][0].endswith(
        "stands in the run's data folder]"
    )
    assert places == ["column A, row 2", "column B, row 1"]
    assert frame["A"][1] == "bell\x07"  # the plan's own data is untouched


def test_the_limit_counts_as_excel_counts():
    assert excel_length("a") == 1 and excel_length("😀") == 2


def test_the_package_holds_no_hidden_or_foreign_parts(tmp_path):
    path = tmp_path / "parts.xlsx"
    write_workbook(path, "Parts", [Page("Cover", [Line("title", "T")]), one_column(["a"])])
    names = zipfile.ZipFile(BytesIO(path.read_bytes())).namelist()
    assert not [
        n for n in names if any(x in n for x in ("vba", "externalLink", "pivot", "comments", "customXml"))
    ]
    assert sheets.MAX_DATA_ROWS == 1_048_575
