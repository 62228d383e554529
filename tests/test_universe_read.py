"""Universe files somebody else made: order of columns, headers, broken lines, workbooks."""

import pytest
import xlsxwriter
from universe_rows import LAYOUTS, OD_DENIED, OD_EXPEDITED, OD_STANDARD, PERIOD, universe

from auditkit.errors import InputError
from auditkit.universes.check import check_universe, read_universe
from auditkit.universes.submission import write_submission

OD = LAYOUTS["OD"]
NAMES = [column.name for column in OD.columns]
ROWS = [OD_STANDARD, OD_EXPEDITED, OD_DENIED]


def lines(rows=ROWS, names=NAMES, delimiter="\t", ids=None) -> str:
    ids = ids or [column.id for column in OD.columns]
    return "\n".join([delimiter.join(names), *(delimiter.join(row[i] for i in ids) for row in rows)]) + "\n"


def read(tmp_path, text: str):
    path = tmp_path / "od.txt"
    path.write_text(text, encoding="utf-8")
    return read_universe(path, OD)


def marks(findings) -> list[tuple]:
    return list(findings[["row", "column_id", "rule"]].itertuples(index=False, name=None))


@pytest.mark.parametrize("delimiter", ["\t", "|"])
def test_a_file_as_the_layout_has_it(tmp_path, delimiter):
    frame, findings, facts = read(tmp_path, lines(delimiter=delimiter))
    assert findings.empty and facts["columns_by"] == "title" and facts["rows"] == 3
    assert frame.drop(columns="row").to_dict("records") == universe("OD", ROWS).to_dict("records")
    assert frame["row"].tolist() == [1, 2, 3]


def test_titles_in_other_capitals_and_spaces(tmp_path):
    frame, findings, _ = read(tmp_path, lines(names=[f" {name.upper()} ".replace(" ",
        "  ") for name in NAMES]))
    assert findings.empty and frame["G"].tolist() == ["A-1", "A-2", "A-4"]


def test_another_order_is_read_by_title_and_reported(tmp_path):
    ids = [column.id for column in reversed(OD.columns)]
    frame, findings, _ = read(tmp_path, lines(names=NAMES[::-1], ids=ids))
    assert marks(findings) == [(0, "A", "F15")]
    assert frame["G"].tolist() == ["A-1", "A-2", "A-4"] and check_universe(frame, OD, period=PERIOD).empty


def test_a_column_too_many_is_reported(tmp_path):
    text = "\n".join(f"{line}\t{more}" for line, more in zip(lines().splitlines(), ["Reviewer", "x", "y",
        "z"], strict=True))
    frame, findings, _ = read(tmp_path, text)
    assert marks(findings) == [(0, "", "F15")] and findings["found"][0] == "Reviewer"
    assert check_universe(frame, OD, period=PERIOD).empty


def test_a_missing_column_is_one_sentence(tmp_path):
    kept = [column for column in OD.columns if column.id != "J"]
    with pytest.raises(InputError,
        match=r"column J \(Part B Drug Request\?\) of OD is missing; the file has 24"):
        read(tmp_path, lines(names=[c.name for c in kept], ids=[c.id for c in kept]))


def test_other_titles_are_taken_by_position_and_reported(tmp_path):
    names = ["Cardholder ID" if name == "Enrollee ID" else name for name in NAMES]
    frame, findings, facts = read(tmp_path, lines(names=names))
    assert marks(findings) == [(0, "C", "F16")] and facts["columns_by"] == "position"
    assert frame["C"].tolist() == ["1EG4TE5MK73"] * 3


def test_a_wrong_title_in_another_order_is_not_guessed(tmp_path):
    names = NAMES[::-1]
    names[0] = "Something else"
    with pytest.raises(InputError, match="column Y"):
        read(tmp_path, lines(names=names))


def test_without_a_header_the_first_line_is_data(tmp_path):
    frame, findings, _ = read(tmp_path, lines().split("\n", 1)[1])
    assert marks(findings) == [(0, "", "F17")] and frame["G"].tolist() == ["A-1", "A-2", "A-4"]


def test_a_file_of_another_table_is_refused(tmp_path):
    with pytest.raises(InputError, match="no column title of OD"):
        read(tmp_path, "claim\tamount\nC-1\t5\n")


def test_a_line_that_lost_a_field_is_reported_and_its_cells_are_not_checked(tmp_path):
    broken = lines().splitlines()
    broken[2] = broken[2].replace("\tH1234\t", "\t")
    frame, findings, _ = read(tmp_path, "\n".join(broken))
    assert marks(findings) == [(2, "", "F14")] and findings["found"][0] == "24 fields"
    assert frame["row"].tolist() == [1, 3]


def test_a_tab_in_free_text_is_found_in_its_cell(tmp_path):
    frame, findings, _ = read(tmp_path, lines([OD_STANDARD, OD_EXPEDITED | {"W": "MRI\tof the knee"},
        OD_DENIED]))
    assert findings.empty and frame["W"].tolist()[1] == "MRI\tof the knee"
    assert marks(check_universe(frame, OD, period=PERIOD)) == [(2, "W", "X19")]


def test_a_line_break_in_free_text_is_one_row(tmp_path):
    rows = [OD_STANDARD, OD_EXPEDITED | {"W": "MRI of\n\nthe knee".replace("\n\n", "\n")},
        OD_DENIED | {"E": "1"}]
    frame, findings, _ = read(tmp_path, lines(rows))
    assert findings.empty and frame["row"].tolist() == [1, 2, 3]
    # the later row keeps its number, although the file has one line more
    assert marks(check_universe(frame, OD, period=PERIOD)) == [(2, "W", "X19"), (3, "E", "X20")]


def test_a_tab_in_a_name_cannot_be_placed(tmp_path):
    frame, findings, _ = read(tmp_path, lines([OD_STANDARD | {"A": "An\ta"}, OD_EXPEDITED]))
    assert marks(findings) == [(1, "", "F14")] and frame["G"].tolist() == ["A-2"]


def test_a_header_that_fits_no_line_is_refused(tmp_path):
    text = lines().split("\n", 1)
    with pytest.raises(InputError, match="3 of 3 lines do not have the 26 fields of the header"):
        read(tmp_path, f"{text[0]}\tmore\n{text[1]}")


def test_a_workbook_saved_by_excel_shows_what_excel_did(tmp_path):
    path = tmp_path / "od.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, NAMES)
        for number, row in enumerate(ROWS, start=1):
            for place, column in enumerate(OD.columns):
                sheet.write_string(number, place, row[column.id])
        sheet.write_number(1, 4, 1)  # PBP 001
        sheet.write_number(2, 7, 46204)  # 2026/07/01
    frame, findings, _ = read_universe(path, OD)
    assert findings.empty
    assert marks(check_universe(frame, OD, period=PERIOD)) == [(1, "E", "X20"), (2, "H", "X20")]


def test_a_submission_is_read_back_as_it_was(tmp_path):
    path = write_submission(tmp_path / "OD.txt", universe("OD", ROWS[::-1]), OD)
    frame, findings, _ = read_universe(path, OD)
    assert findings.empty
    assert frame["G"].tolist() == ["A-4", "A-2", "A-1"]  # the order it was given: row 1 stays row 1
    assert path.read_bytes().startswith("\t".join(NAMES).encode()) and b"\r" not in path.read_bytes()


def test_a_submission_refuses_a_tab_and_leaves_nothing_behind(tmp_path):
    with pytest.raises(InputError, match=r"row 2, column W \(Issue Description\) holds a tab"):
        write_submission(tmp_path / "OD.txt", universe("OD", [OD_STANDARD, OD_DENIED | {"W": "a\tb"}]), OD)
    assert list(tmp_path.iterdir()) == []
