"""Reading an extract as it stands: every trap a plan's or a delegate's file holds, one by one."""

import csv
import datetime as dt
import io

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditkit.errors import InputError
from auditkit.sources.readers import read_text_table


def read(tmp_path, content: bytes | str, name: str = "extract.txt", sheet: str | None = None):
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_text_table(path, sheet)


def rows(read_table) -> list[tuple]:
    return [tuple(row.values()) for row in read_table.table.to_pylist()]


# --- cells stay what they are -----------------------------------------------------------------


def test_words_that_other_readers_take_for_missing_stay(tmp_path):
    text = "CASE|A|B|C|D|E\n001|None|NA|null|N/A|\n"
    assert rows(read(tmp_path, text)) == [("001", "None", "NA", "null", "N/A", "")]


def test_leading_zeros_long_numbers_and_exponents_stay(tmp_path):
    text = "ID,PLAN,CODE\n00000000012345678901234,001,1E2\n"
    assert rows(read(tmp_path, text)) == [("00000000012345678901234", "001", "1E2")]


def test_spaces_inside_cells_stay_and_around_header_names_go(tmp_path):
    found = read(tmp_path, " ID |NAME\n 12 |Ana \n")
    assert found.table.column_names == ["ID", "NAME"]
    assert rows(found) == [(" 12 ", "Ana ")]


# --- delimiter and header ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mark", "name"), [("\t", "tab"), ("|", "pipe"), (",", "comma"), (";", "semicolon")]
)
def test_delimiter_is_found_and_stated(tmp_path, mark, name):
    found = read(tmp_path, f"A{mark}B{mark}C\n1{mark}2{mark}3\n")
    assert found.facts["delimiter"] == name
    assert rows(found) == [("1", "2", "3")]


def test_commas_in_free_text_do_not_beat_the_pipe(tmp_path):
    """Each line holds one comma: as two columns a comma explains the file too. The pipe explains four."""
    text = "ID|MEMBER, NAME|DATE|NOTE\n" + "1|Doe, Jane|2026-01-05|x\n" * 20 + "2|short line\n"
    found = read(tmp_path, text)
    assert found.facts["delimiter"] == "pipe"
    assert len(found.table) == 20


def test_one_column_needs_no_delimiter(tmp_path):
    found = read(tmp_path, "CASE\nA1\nA2\n")
    assert (found.facts["delimiter"], rows(found)) == ("none", [("A1",), ("A2",)])


def test_a_first_line_with_a_date_is_data_and_that_is_stated(tmp_path):
    found = read(tmp_path, "AU1\t2026/01/05\tNone\nAU2\t2026/01/06\tNone\n")
    assert found.facts["header"] == "none"
    assert found.table.column_names == ["column 1", "column 2", "column 3"]
    assert len(found.table) == 2


def test_header_alone_is_a_table_without_rows(tmp_path):
    found = read(tmp_path, "A|B\n")
    assert found.table.column_names == ["A", "B"]
    assert (found.facts["header"], found.facts["rows"]) == ("first line", 0)


def test_nameless_column_is_called_by_its_place(tmp_path):
    """Some systems end every line, the header too, with a delimiter."""
    assert read(tmp_path, "A|B|\n1|2|\n").table.column_names == ["A", "B", "column 3"]


def test_two_columns_of_one_name_are_refused_by_place(tmp_path):
    with pytest.raises(InputError, match="columns 1 and 3 of the header have the same name"):
        read(tmp_path, "ID|NAME|ID\n1|2|3\n")


# --- encoding ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("encoding", "stated"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8 with byte order mark"),
        ("utf-16", "UTF-16 with byte order mark"),
        ("utf-16-le", "UTF-16 little-endian"),
        ("cp1252", "Windows-1252"),
    ],
)
def test_encoding_is_found_and_stated(tmp_path, encoding, stated):
    found = read(tmp_path, "ID|NAME\n1|José Ñandú\n".encode(encoding))
    assert found.facts["encoding"] == stated
    assert found.table.column_names == ["ID", "NAME"]
    assert rows(found) == [("1", "José Ñandú")]


def test_a_file_cut_inside_a_character_keeps_the_accents_of_its_other_lines(tmp_path):
    """The last byte is half of an é. Reading the whole file as Windows-1252 would turn José into JosÃ©."""
    found = read(tmp_path, "ID|NAME\n1|José\n2|Ren".encode() + b"\xc3")
    assert rows(found)[0] == ("1", "José")
    assert found.facts["encoding"] == "UTF-8, bytes read as Windows-1252: 1"


# --- line ends, blank lines, ragged lines -----------------------------------------------------


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends(tmp_path, end):
    assert rows(read(tmp_path, end.join(["A|B", "1|2", "3|4"]))) == [("1", "2"), ("3", "4")]


def test_blank_lines_are_counted_and_are_no_rows(tmp_path):
    found = read(tmp_path, "\nA|B\n\n1|2\r\n\r\n3|4\n\n")
    assert rows(found) == [("1", "2"), ("3", "4")]
    assert found.facts["blank_lines"] == 3
    assert found.row_numbers.to_pylist() == [1, 2]


def test_lines_with_a_wrong_number_of_fields_are_set_aside_with_their_number(tmp_path):
    """Data rows 1 to 4 stand on lines 2 to 5; rows 2 and 3 do not fit a header of three."""
    found = read(tmp_path, "A|B|C\n1|2|3\n4|5\n6|7|8|9\n10|11|12\n")
    assert rows(found) == [("1", "2", "3"), ("10", "11", "12")]
    assert found.row_numbers.to_pylist() == [1, 4]
    assert found.bad_lines == [(3, 2, 3), (4, 4, 3)]
    assert [(bad.row, bad.text) for bad in found.set_aside] == [(2, "4|5"), (3, "6|7|8|9")]


def test_a_carriage_return_inside_a_cell_does_not_cut_the_row(tmp_path):
    assert rows(read(tmp_path, "A|B|C\n1|x\ry|3\n4|5|6\n")) == [("1", "x\ry", "3"), ("4", "5", "6")]


# --- quote marks ------------------------------------------------------------------------------


def test_quoted_cells_hold_delimiters_line_breaks_and_quotes(tmp_path):
    found = read(tmp_path, 'ID,NOTE,END\n1,"x, y",a\n2,"first\nsecond",b\n3,"said ""no""",c\n')
    assert rows(found) == [("1", "x, y", "a"), ("2", "first\nsecond", "b"), ("3", 'said "no"', "c")]
    assert found.bad_lines == []


def test_lone_quotes_in_tab_text_are_characters_and_swallow_nothing(tmp_path):
    text = 'ID\tNOTE\tEND\n1\t"\ta\n2\t5" tube\t"\n3\t"begins only\tb\n4\tends only"\tc\n5\tplain\td\n'
    assert rows(read(tmp_path, text)) == [
        ("1", '"', "a"), ("2", '5" tube', '"'), ("3", '"begins only', "b"), ("4", 'ends only"', "c"),
        ("5", "plain", "d"),
    ]  # fmt: skip


def test_two_lone_quotes_that_would_pair_across_lines_do_not(tmp_path):
    """A reader by RFC 4180 sees one cell that begins on line 2 and ends on line 3, and loses a row."""
    found = read(tmp_path, 'A|B\n1|"\n2|"\n3|x\n')
    assert rows(found) == [("1", '"'), ("2", '"'), ("3", "x")]


def test_lone_quote_in_a_quoted_comma_file_swallows_nothing(tmp_path):
    text = 'ID,NOTE,END\n1,"x, y",a\n2,"begins only,b\n3,6" pipe,c\n4,"""q"" r",d\n5,e\n'
    found = read(tmp_path, text)
    assert rows(found) == [
        ("1", "x, y", "a"), ("2", '"begins only', "b"), ("3", '6" pipe', "c"), ("4", '"q" r', "d"),
    ]  # fmt: skip
    assert found.bad_lines == [(6, 2, 3)]
    assert found.facts["quoting"].endswith("read as they stand: 1")


def test_text_after_a_closing_quote_keeps_its_quotes(tmp_path):
    found = read(tmp_path, 'ID|NOTE\n1|"Denied" per reviewer\n2|x\n')
    assert rows(found)[0] == ("1", '"Denied" per reviewer')


# --- workbooks --------------------------------------------------------------------------------


def workbook(path, sheets: dict[str, list[list]]):
    book = xlsxwriter.Workbook(path)
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    clock = book.add_format({"num_format": "hh:mm:ss"})
    for name, cells in sheets.items():
        page = book.add_worksheet(name)
        for row, values in enumerate(cells):
            for column, value in enumerate(values):
                if isinstance(value, dt.datetime):
                    page.write_datetime(row, column, value, moment)
                elif isinstance(value, dt.date):
                    page.write_datetime(row, column, value, day)
                elif isinstance(value, dt.time):
                    page.write_datetime(row, column, value, clock)
                elif value is not None:
                    page.write(row, column, value)
    book.close()
    return path


def test_workbook_cells_become_text(tmp_path):
    path = workbook(
        tmp_path / "a.xlsx",
        {"Cases": [
            ["ID", "TEXT", "NUMBER", "SHARE", "DAY", "MOMENT", "TIME"],
            ["007", "None", 12, 0.1, dt.date(2026, 1, 5), dt.datetime(2026, 1, 5, 13, 44, 59), dt.time(9, 5)],
        ]},
    )  # fmt: skip
    found = read_text_table(path)
    assert rows(found) == [("007", "None", "12", "0.1", "2026-01-05", "2026-01-05 13:44:59", "09:05:00")]
    assert found.facts["sheet"] == "Cases"


def test_error_cells_keep_their_text(tmp_path):
    """A lookup that failed is no missing value. The sheet begins in column B, row 2."""
    book = xlsxwriter.Workbook(tmp_path / "a.xlsx")
    page = book.add_worksheet("S")
    page.write_row("B2", ["ID", "DAY", "NOTE"])
    page.write_row("B3", ["1", "2026-01-05", "x"])
    page.write("B4", "2")
    page.write_formula("C4", "=VLOOKUP(B4,Z:Z,1,FALSE)", None, "#N/A")
    page.write_formula("D4", "=1/0", None, "#DIV/0!")
    book.close()
    assert rows(read_text_table(tmp_path / "a.xlsx")) == [("1", "2026-01-05", "x"), ("2", "#N/A", "#DIV/0!")]


def test_workbook_rows_empty_short_and_long(tmp_path):
    path = workbook(
        tmp_path / "a.xlsx",
        {"S": [[], ["A", "B"], ["1", "2"], [], ["3"], ["4", "5", "6"], ["7", "8"]]},
    )
    found = read_text_table(path)
    assert rows(found) == [("1", "2"), ("3", ""), ("7", "8")]
    assert found.row_numbers.to_pylist() == [1, 2, 4]
    assert found.bad_lines == [(6, 3, 2)]
    assert (found.facts["blank_lines"], found.facts["header"]) == (1, "row 2")


def test_sheet_by_name(tmp_path):
    path = workbook(tmp_path / "a.xlsx", {"One": [["A"], ["1"]], "Two": [["B"], ["2"]]})
    assert rows(read_text_table(path)) == [("1",)]
    assert rows(read_text_table(path, "Two")) == [("2",)]
    with pytest.raises(InputError, match="no sheet 'Three'; its sheets are One, Two"):
        read_text_table(path, "Three")


def test_workbooks_that_cannot_be_read(tmp_path):
    with pytest.raises(InputError, match="not an Excel workbook"):
        read(tmp_path, "A,B\n1,2\n", "text.xlsx")
    with pytest.raises(InputError, match="has a password or is in the old .xls form"):
        read(tmp_path, bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600, "locked.xlsx")
    with pytest.raises(InputError, match="the sheet is empty"):
        read_text_table(workbook(tmp_path / "empty.xlsx", {"S": [[]]}))
    with pytest.raises(InputError, match="not a workbook; leave the sheet out"):
        read(tmp_path, "A,B\n1,2\n", "text.csv", sheet="S")


# --- Parquet ----------------------------------------------------------------------------------


def test_parquet_becomes_text(tmp_path):
    table = pa.table(
        {
            "ID": ["001", "None", None],
            "N": [1, None, 3],
            "D": [dt.date(2026, 1, 5), None, dt.date(2026, 1, 6)],
            "T": [dt.datetime(2026, 1, 5, 8, 0), dt.datetime(2026, 1, 5), None],
            "DICT": pa.array(["a", None, "a"]).dictionary_encode(),
        }
    )
    pq.write_table(table, tmp_path / "a.parquet")
    assert rows(read_text_table(tmp_path / "a.parquet")) == [
        ("001", "1", "2026-01-05", "2026-01-05 08:00:00", "a"),
        ("None", "", "", "2026-01-05 00:00:00", ""),
        ("", "3", "2026-01-06", "", "a"),
    ]


def test_damaged_parquet(tmp_path):
    with pytest.raises(InputError, match="not a Parquet file or it is damaged"):
        read(tmp_path, b"PAR1 and then nothing", "a.parquet")


# --- no file, no content ----------------------------------------------------------------------


def test_missing_and_empty_files(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        read_text_table(tmp_path / "absent.csv")
    for content in (b"", b"\n\r\n", b"\xef\xbb\xbf"):
        with pytest.raises(InputError, match="the file is empty"):
            read(tmp_path, content)
    with pytest.raises(InputError, match="cannot be opened"):
        read_text_table(tmp_path)


def test_facts_name_size_and_hash(tmp_path):
    """The sha256 of the six bytes is what `sha256sum` prints for them."""
    facts = read(tmp_path, "A\n1\n2\n").facts
    assert (facts["bytes"], facts["rows"]) == (6, 2)
    assert facts["sha256"] == "24c0e84f15bef51c42bc3db6ec48b9e7446d80fe7fa976adead715caa1cefb0f"


plain_cell = st.text(
    st.characters(codec="utf-8", exclude_characters="\"", exclude_categories=["Cs", "Cc"]), max_size=8
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.lists(st.tuples(st.just("x"), plain_cell, plain_cell), max_size=6), spoilt=st.booleans())
def test_tab_text_comes_back_cell_for_cell(tmp_path, data, spoilt):
    """By the quick way, and by the careful way that one line too short brings about."""
    lines = ["\t".join(row) for row in [("A", "B", "C"), *data]] + ["short"] * spoilt
    found = read(tmp_path, "\n".join(lines) + "\n")
    assert rows(found) == data
    assert len(found.bad_lines) == spoilt


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.lists(st.tuples(st.just("x"), st.text(st.sampled_from('a",|\r\n '), max_size=8)), max_size=6))
def test_quoted_text_comes_back_cell_for_cell(tmp_path, data):
    """Written by Python's csv module, every cell quoted; delimiters, quotes and line breaks inside cells."""
    written = io.StringIO()
    csv.writer(written, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows([("A", "B"), *data])
    assert rows(read(tmp_path, written.getvalue())) == data
