"""A regulator's own template: values go in, everything else stays, and what may not be written is refused."""

import zipfile

import openpyxl
import pandas as pd
import pytest
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation

from auditkit.errors import InputError
from auditkit.publish.template import fill_template
from auditkit.suite.reports_fill import fill_from_run


@pytest.fixture
def template(tmp_path):
    """A form as a regulator makes one: a title over merged cells, yellow input cells, a total, a list to choose from."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "D1.IV Appeals"
    sheet["A1"] = "Appeals"
    sheet.merge_cells("A1:B1")
    sheet["A1"].font = Font(bold=True, size=16)
    for row, label in ((2, "Denied"), (3, "Partly"), (4, "In favor")):
        sheet[f"A{row}"] = label
        sheet[f"B{row}"].fill = PatternFill("solid", fgColor="FFFF00")
        sheet[f"B{row}"].number_format = "#,##0"
    sheet["B5"] = "=SUM(B2:B4)"
    sheet["B6"].number_format = "0.00%"
    choice = DataValidation(type="list", formula1='"Yes,No"')
    choice.add("B7")
    sheet.add_data_validation(choice)
    sheet.conditional_formatting.add("B5", CellIsRule(operator="lessThan", formula=["1"], font=Font(color="FF0000")))
    sheet.column_dimensions["A"].width = 31
    sheet.print_area = "A1:B7"
    book.create_sheet("Instructions")["A1"] = "Read me"
    path = tmp_path / "form.xlsx"
    book.save(path)
    return path


def test_values_go_in_and_everything_else_stays(template, tmp_path):
    """22, 6 and 12 stand as numbers in their styled cells; the total is still the form's own formula."""
    out = tmp_path / "filled.xlsx"
    place = "D1.IV Appeals!B{}".format
    told = fill_template(template, {place(2): 22, place(3): 6, place(4): 12, place(6): 0.95, place(7): "Yes"}, out)
    assert told == []
    sheet = openpyxl.load_workbook(out)["D1.IV Appeals"]
    assert [sheet[f"B{row}"].value for row in range(2, 8)] == [22, 6, 12, "=SUM(B2:B4)", 0.95, "Yes"]
    assert (sheet["B2"].fill.fgColor.rgb, sheet["B2"].number_format) == ("00FFFF00", "#,##0")
    assert sheet["B6"].number_format == "0.00%"
    assert sheet["A1"].font.size == 16 and sheet["A1"].font.bold
    assert [str(area) for area in sheet.merged_cells.ranges] == ["A1:B1"]
    assert sheet.data_validations.dataValidation[0].formula1 == '"Yes,No"'
    assert len(sheet.conditional_formatting) == 1
    assert sheet.column_dimensions["A"].width == 31
    assert openpyxl.load_workbook(out).sheetnames == ["D1.IV Appeals", "Instructions"]


def test_the_same_values_make_the_same_bytes(template, tmp_path):
    one, two = tmp_path / "one.xlsx", tmp_path / "two.xlsx"
    for out in (one, two):
        fill_template(template, {"Instructions!B2": "x"}, out)
    assert one.read_bytes() == two.read_bytes()
    with zipfile.ZipFile(one) as archive:
        assert {part.date_time[0] for part in archive.infolist()} == {1980}


def test_text_that_looks_like_a_formula_stays_text(template, tmp_path):
    out = tmp_path / "filled.xlsx"
    fill_template(template, {"Instructions!B2": '=HYPERLINK("http://x")'}, out)
    cell = openpyxl.load_workbook(out)["Instructions"]["B2"]
    assert (cell.data_type, cell.value) == ("s", '=HYPERLINK("http://x")')


@pytest.mark.parametrize(("place", "value", "reason"), [
    ("D1.IV Appeals!B5", 40, "holds a formula, which must stay"),
    ("D1.IV Appeals!B1", 40, "lies inside the merged cell A1:B1; write to D1.IV Appeals!A1"),
    ("D1.IV Appeal!B2", 40, "there is no sheet 'D1.IV Appeal'; did you mean 'D1.IV Appeals'"),
    ("B2", 40, "'B2' names no cell; write it as Sheet!B7"),
    ("Instructions!XFE1", 40, "names no cell; a sheet ends at column XFD"),
    ("Instructions!B2", "a\x00b", "holds a control character"),
    ("Instructions!B2", "x" * 32_768, "longer than the 32,767 characters"),
])  # fmt: skip
def test_what_may_not_be_written_is_refused_and_nothing_is_written(template, tmp_path, place, value, reason):
    out = tmp_path / "filled.xlsx"
    with pytest.raises(InputError, match=".") as refused:
        fill_template(template, {"Instructions!B1": 1, place: value}, out)
    assert reason in str(refused.value)
    assert not out.exists()


def test_a_file_that_is_no_workbook_and_the_template_itself_are_refused(template, tmp_path):
    text = tmp_path / "notes.xlsx"
    text.write_text("not a workbook", encoding="utf-8")
    with pytest.raises(InputError, match="cannot be read as an xlsx workbook"):
        fill_template(text, {}, tmp_path / "out.xlsx")
    with pytest.raises(InputError, match="this is the template itself"):
        fill_template(template, {"Instructions!B1": 1}, template)


# From a run, by a cell map


class FinishedRun:
    """What a fill reads of a finished run: its name and folder, and its table of elements."""

    name = "sample"

    def __init__(self, folder):
        self.folder = folder
        (folder / "data").mkdir()
        row = {"report": "MH-01", "unit": "one_care", "period": "2026", "kind": "count", "text": "", "reason": ""}
        rows = [
            row | {"code": "D1.IV.1a", "value": 22.0},
            row | {"code": "RATE.timely", "kind": "percent", "value": 95.0},
            row | {"code": "D1.IV.9a", "value": None, "reason": "no source column holds external medical reviews"},
            row | {"code": "C1.IV.2", "kind": "text", "value": None, "text": "30 calendar days"},
        ]
        pd.DataFrame(rows).to_parquet(folder / "data" / "report_elements.parquet")

    def table(self, name):
        return pd.read_parquet(self.folder / "data" / f"{name}.parquet")


MAP = """
report: MH-01
unit: one_care
period: "2026"
cells:
  - {cell: "D1.IV Appeals!B2", code: D1.IV.1a}
  - {cell: "D1.IV Appeals!B3", code: D1.IV.9a}
  - {cell: "D1.IV Appeals!B6", code: RATE.timely, as: share}
  - {cell: "Instructions!B1", code: C1.IV.2}
"""


def filled(template, tmp_path, text: str):
    map_file = tmp_path / "cells.yaml"
    map_file.write_text(text, encoding="utf-8")
    folder = tmp_path / "run"
    folder.mkdir(exist_ok=True)
    return fill_from_run(FinishedRun(folder), template, map_file, tmp_path / "filled.xlsx")


def test_a_cell_map_fills_counts_shares_and_texts_and_leaves_what_was_not_computed(template, tmp_path):
    """95.00 percent is 0.95 in a cell that Excel shows as a percent; an external review is nobody's zero."""
    done = filled(template, tmp_path, MAP)
    sheet = openpyxl.load_workbook(done.out)["D1.IV Appeals"]
    assert [sheet[place].value for place in ("B2", "B3", "B6")] == [22, None, 0.95]
    assert done.text() == (
        f"Wrote 3 cells into {done.out}.\n"
        "Left as it was: D1.IV Appeals!B3, D1.IV.9a: no source column holds external medical reviews."
    )


@pytest.mark.parametrize(("old", "new", "reason"), [
    ("code: D1.IV.1a", "code: D1.IV.1z", "cell D1.IV Appeals!B2: the run has no code 'D1.IV.1z' there; did you mean"),
    ("unit: one_care", "unit: sco", "the run has no unit 'sco' there; there are one_care"),
    ('"2026"', '"2025"', "the run has no period '2025' there"),
    ("as: share", "as: percentage", "'as' must be 'number' or 'share'"),
    ("Instructions!B1", "D1.IV Appeals!B2", "the cell D1.IV Appeals!B2 stands there twice"),
])  # fmt: skip
def test_a_cell_map_that_does_not_fit_the_run_is_refused(template, tmp_path, old, new, reason):
    with pytest.raises(InputError, match=".") as refused:
        filled(template, tmp_path, MAP.replace(old, new))
    assert reason in str(refused.value)
