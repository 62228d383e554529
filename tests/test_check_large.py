"""`auditkit check` on files too large to be held: the same bytes however few rows are held at a time.

The bounds of millions of rows are let down to a handful, so that a file of 40 rows shows what a file of
4,000,000 does: parts, repeated rows in different parts, and sheets that Excel would not take.
"""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from test_cli_check import CLEAN, LAYOUT, read, write_universe

from auditkit.errors import InputError
from auditkit.publish import checked_workbook, sheets
from auditkit.sources import bounds
from auditkit.sources.readers import read_text_table
from auditkit.suite import check as suite_check
from auditkit.suite import cli
from auditkit.universes import landing, large
from auditkit.universes.typed import cell_scope

ROWS = [CLEAN | {"G": f"A-{number}"} for number in range(1, 41)]
ROWS[1] |= {"P": "2026/07/09", "T": "2026/07/09"}  # row 2: one day late
ROWS[9] |= {"E": "1"}  # row 10: leading zeros of the PBP lost
ROWS[19] |= {"W": "aide\nhours"}  # row 20: a line break, put together again as one record
ROWS[21] |= {"W": "aide\thours"}  # row 22: a tab, the same
ROWS[29] |= {"A": "Bo\x0bb"}  # row 30: a control character, shown in the workbook as a picture
ROWS[38] |= {"G": "A-3"}  # row 39 repeats the request of row 3, 36 rows above
BROKEN = "half\ta line\n"  # row 41


def check(folder, name="od"):
    file = write_universe(folder / f"{name}.txt", ROWS, BROKEN)
    assert cli.main(["check", "OD", str(file), "--out", str(folder / "out")]) == 0
    return folder / "out"


@pytest.fixture(scope="module")
def at_once(tmp_path_factory):
    """What a check writes that holds all rows at once."""
    return check(tmp_path_factory.mktemp("at_once"))


def test_the_findings_are_those_of_the_file(at_once):
    found = [(row["row"], row["column_id"], row["rule"]) for row in read(at_once / "findings.csv")]
    assert found == [
        ("10", "E", "X20"), ("20", "W", "X19"), ("22", "W", "X19"), ("30", "A", "X19"), ("39", "G", "X16"),
        ("41", "", "F14"),
    ]  # fmt: skip
    repeated = next(row for row in read(at_once / "findings.csv") if row["row"] == "39")
    assert repeated["expected"] == "one row a request; row 3 has it already"


@pytest.fixture(scope="module")
def in_parts(tmp_path_factory):
    """The same in parts of 7 rows and blocks of about 10 lines; and how many rows each step was given."""
    held = []

    def noting(function, argument):
        def noted(*arguments, **named):
            held.append(len(arguments[argument]))
            return function(*arguments, **named)

        return noted

    steps = (
        (landing, "typed_table", 0), (large, "with_faults", 0), (suite_check, "universe_verdicts", 1),
    )  # fmt: skip
    with pytest.MonkeyPatch.context() as let_down:
        let_down.setattr(landing, "ROWS_AT_ONCE", 7)
        let_down.setattr(bounds, "BLOCK", 2_000)
        for module, name, argument in steps:
            let_down.setattr(module, name, noting(getattr(module, name), argument))
        return check(tmp_path_factory.mktemp("in_parts")), held


def test_parts_of_any_size_give_the_same_bytes(at_once, in_parts):
    names = sorted(path.name for path in at_once.iterdir())
    assert names == sorted(path.name for path in in_parts[0].iterdir())
    assert [(in_parts[0] / name).read_bytes() for name in names] == [
        (at_once / name).read_bytes() for name in names
    ]


def test_no_step_holds_more_rows_than_it_should(in_parts):
    """Typed, checked and clocked: each of the 40 rows in all three, at most 7 at a time."""
    assert max(in_parts[1]) == 7 and sum(in_parts[1]) == 3 * 40


def test_nothing_that_was_laid_down_stays(at_once, tmp_path):
    assert sorted(path.name for path in at_once.parent.iterdir()) == ["od.txt", "out"]
    (tmp_path / "od.txt").write_text("a\tb\n1\t2\n", encoding="utf-8")
    assert cli.main(["check", "OD", str(tmp_path / "od.txt"), "--out", str(tmp_path / "out")]) == 2
    assert [path.name for path in tmp_path.iterdir()] == ["od.txt"]


def test_a_sheet_ends_where_excel_ends_and_says_where_the_rest_stands(capsys, monkeypatch, tmp_path):
    """With room for 12 rows a sheet: 11 rows, drawn 7 at a time, and a last one in words."""
    monkeypatch.setattr(sheets, "MAX_DATA_ROWS", 12)
    monkeypatch.setattr(checked_workbook, "ROWS_AT_ONCE", 7)
    out = check(tmp_path)
    book = load_workbook(out / "od_marked.xlsx")
    assert [len(list(book[name].rows)) for name in ("OD", "Timeliness", "Findings")] == [13, 13, 7]
    assert [cell.value for cell in book["OD"]["A"]] == ["Row", *range(1, 12), None]
    assert [cell.value for cell in book["OD"]["J"]][1:12] == [f"A-{number}" for number in range(1, 12)]
    marked = [cell.row for cell in book["OD"]["H"] if cell.font.bold]  # H: column E of the layout
    assert marked == [1, 11]  # the header, and row 10
    assert book["OD"]["B13"].value == (
        "The sheet ends at Excel's limit. The rows from here on stand in od.txt, and what was found in them "
        "in findings.csv."
    )
    assert "stand, with all others, in verdicts.csv" in book["Timeliness"]["A13"].value
    assert not [name for name in book.sheetnames if "(2)" in name]
    told = {row[0].value: row[1].value for row in book["Cover"].iter_rows(max_col=2)}
    assert "Of 41 rows, as many as a sheet holds" in told["OD"] and "Of" not in told["Findings"]
    assert [row["row"] for row in read(out / "verdicts.csv")] == [str(number) for number in range(1, 41)]
    assert "A sheet of the workbook ends at Excel's limit" in capsys.readouterr().out


# --- readers -------------------------------------------------------------------------------------

cell = st.sampled_from(["a", "", "é", "None", "2026/01/05", 'x"y', '"', '"q"', '"a""b"', '"l\nm"', '"t\tu"'])
table = st.lists(st.lists(cell, min_size=2, max_size=3), min_size=1, max_size=9)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=table,
    delimiter=st.sampled_from("\t|,;"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
    block=st.integers(4, 40),
)
def test_where_a_block_ends_does_not_show(tmp_path, rows, delimiter, encoding, block):
    path = tmp_path / "t.txt"
    lines = ["ID", "NAME"], *rows
    path.write_bytes("".join(delimiter.join(line) + "\n" for line in lines).encode(encoding))
    whole = read_text_table(path)
    with pytest.MonkeyPatch.context() as let_down:
        let_down.setattr(bounds, "BLOCK", block)
        in_blocks = read_text_table(path)
    assert in_blocks.table.equals(whole.table)
    assert (in_blocks.row_numbers, in_blocks.set_aside, in_blocks.facts) == (
        whole.row_numbers, whole.set_aside, whole.facts
    )  # fmt: skip


def test_a_parquet_file_that_swells_is_refused_before_it_is_unpacked(monkeypatch, tmp_path):
    """50,000 cells of the same 1,000 letters take 50 million bytes as text and a few thousand as Parquet."""
    path = tmp_path / "bomb.parquet"
    pq.write_table(pa.table({"A": pa.array(["x" * 1000]).take(pa.array([0] * 50_000))}), path)
    assert path.stat().st_size < 20_000
    monkeypatch.setattr(bounds, "LARGEST_FILE", 10_000_000)
    with pytest.raises(InputError, match="unpacked, the table takes at least .* cut it into several files"):
        read_text_table(path)


def test_the_columns_of_a_large_file_are_known_from_its_first_rows(monkeypatch, tmp_path):
    """The layout's titles below another line are found although only the first batch has been read."""
    monkeypatch.setattr(bounds, "BLOCK", 400)
    titles = "\t".join(column.name for column in LAYOUT.columns)
    (tmp_path / "od.txt").write_text(f"ODAG Table 1\n{titles}\n", encoding="utf-8")
    scope = cell_scope(None, False)
    with pytest.raises(InputError, match="the column titles of OD stand in row 2"):
        landing.land_universe(tmp_path / "od.txt", LAYOUT, tmp_path, scope, "America/New_York")
