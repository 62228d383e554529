"""`auditkit check` and `auditkit explain` on a small universe whose verdicts are worked out by hand.

A standard request to an applicable integrated plan, received 2026-07-01, subject to prior
authorization: 7 calendar days (42 CFR 422.122, from 2026-01-01), so the deadline is 2026-07-08.
"""

import csv

import openpyxl
import pytest
from suite_projects import PARAMS, make_project

from auditkit.rules.layouts import load_layouts
from auditkit.suite import cli

LAYOUT = load_layouts()["OD"]
CLEAN = dict(
    A="Ana",
    B="Silva",
    C="1EG4TE5MK73",
    D="H9901",
    E="001",
    F="None",
    G="A-1",
    H="2026/07/01",
    I="None",
    J="N",
    K="None",
    L="None",
    M="Approved",
    N="S",
    O="N",
    P="2026/07/08",
    Q="None",
    R="None",
    S="None",
    T="2026/07/08",
    U="None",
    V="E",
    W="Home health aide hours",
    X="N",
    Y="None",
)
ROWS = [
    CLEAN,  # row 1: written notice on the 7th day
    CLEAN | {"G": "A-2", "P": "2026/07/09", "T": "2026/07/09"},  # row 2: one day late
    CLEAN | {"G": "A-3", "C": "1SG4TE5MK73"},  # row 3: S in position 2, never issued
    CLEAN | {"G": "A-4", "W": "=HYPERLINK(1)", "E": "1"},  # row 4: leading zeros of the PBP lost
]


def write_universe(path, rows, broken=""):
    titles = [column.name for column in LAYOUT.columns]
    lines = [titles] + [[row[column.id] for column in LAYOUT.columns] for row in rows]
    path.write_text("".join("\t".join(line) + "\n" for line in lines) + broken, encoding="utf-8")
    return path


def read(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def checked(tmp_path_factory):
    """The folder a check of ROWS and one broken line wrote."""
    folder = tmp_path_factory.mktemp("check")
    universe = write_universe(folder / "their_od.txt", ROWS, broken="half\ta line\n")
    assert cli.main(["check", "od", str(universe), "--out", str(folder / "out")]) == 0
    return folder / "out"


def test_findings_are_one_row_a_fault(checked):
    found = read(checked / "findings.csv")
    assert list(found[0]) == [
        "row",
        "column_id",
        "column_name",
        "rule",
        "severity",
        "found",
        "expected",
        "sentence",
        "citation",
    ]
    assert [(row["row"], row["column_id"], row["severity"], row["found"]) for row in found] == [
        ("3", "C", "error", "1SG4TE5MK73"),
        ("4", "E", "error", "1"),
        ("5", "", "error", "2 fields"),
    ]


def test_verdicts_are_those_worked_out_by_hand(checked):
    verdicts = read(checked / "verdicts.csv")
    assert list(verdicts[0])[:6] == ["row", "rule", "clock_start", "clock_stop", "deadline", "verdict"]
    assert [tuple(row.values())[:6] for row in verdicts[:2]] == [
        ("1", "AIP-IOD-STD-PA", "2026/07/01", "2026/07/08", "2026/07/08", "timely"),
        ("2", "AIP-IOD-STD-PA", "2026/07/01", "2026/07/09", "2026/07/08", "late"),
    ]
    assert [row["row"] for row in verdicts] == ["1", "2", "3", "4"]  # the broken line has no clock


def test_the_marked_workbook_keeps_every_value_and_every_row_number(checked):
    sheet = openpyxl.load_workbook(checked / "their_od_marked.xlsx")["OD"]
    rows = list(sheet.iter_rows(min_row=2, values_only=True))
    assert [row[0] for row in rows] == [1, 2, 3, 4, 5]  # the line that could not be read keeps its place
    assert rows[3][3 + 22] == "=HYPERLINK(1)" and sheet.cell(5, 26).data_type != "f"
    assert [row[1] for row in rows] == ["none", "none", "error", "error", "error"]


def test_the_command_says_what_it_found_and_what_that_rests_on(capsys, tmp_path):
    universe = write_universe(tmp_path / "od.txt", ROWS)
    cli.main(["check", "OD", str(universe), "--out", str(tmp_path / "out")])
    said = capsys.readouterr().out
    assert "OD: 4 rows checked." in said
    assert "2 error, 0 warning, 0 info" in said
    assert "3 timely, 1 late, 0 pending" in said
    assert "of 25 columns 20 are corroborated and 5 are recalled" in said
    assert "one_care (taken because --program was not given)" in said
    assert "approval_stop = first_notice" in said


def test_the_same_file_gives_the_same_bytes(checked, tmp_path):
    universe = write_universe(tmp_path / "their_od.txt", ROWS, broken="half\ta line\n")
    cli.main(["check", "OD", str(universe), "--out", str(tmp_path / "out")])
    names = sorted(path.name for path in checked.iterdir())
    assert names == ["findings.csv", "their_od_marked.xlsx", "verdicts.csv"]
    assert [(checked / name).read_bytes() for name in names] == [
        (tmp_path / "out" / name).read_bytes() for name in names
    ]


def test_params_give_contracts_period_policies_and_what_is_synthetic(tmp_path):
    """The contract of the rows is out of scope, their period is past, and the S identifier passes."""
    params = make_project(tmp_path)
    params.write_text(
        PARAMS.replace("H9901", "H9902").replace("2026-07-01", "2026-08-01") + "synthetic: true\n",
        encoding="utf-8",
    )
    universe = write_universe(tmp_path / "od.txt", ROWS[2:3])
    assert (
        cli.main(["check", "OD", str(universe), "--out", str(tmp_path / "out"), "--params", str(params)]) == 0
    )
    columns = [row["column_id"] for row in read(tmp_path / "out" / "findings.csv")]
    assert "C" not in columns and {"D", "P"} <= set(columns)


def test_the_program_chooses_the_timeframe(tmp_path):
    """Plain Medicare Advantage answers the same request under 42 CFR 422.568, not under 422.631."""
    universe = write_universe(tmp_path / "od.txt", ROWS[:1])
    cli.main(["check", "OD", str(universe), "--out", str(tmp_path / "out"), "--program", "ma"])
    verdict = read(tmp_path / "out" / "verdicts.csv")[0]
    assert (verdict["rule"], verdict["verdict"]) == ("C-OD-STD-PA", "timely")
    assert "422.568" in verdict["citation"]


@pytest.mark.parametrize(
    ("table", "text", "words"),
    [
        ("ODD", "x", "there is no such table; did you mean OD?"),
        ("OD", "", "od.txt"),
        ("OD", "a\tb\n1\t2\n", "no column title of OD is in the header"),
    ],
)
def test_what_cannot_be_checked_is_one_sentence_and_writes_nothing(capsys, tmp_path, table, text, words):
    universe = tmp_path / "od.txt"
    universe.write_text(text, encoding="utf-8")
    assert cli.main(["check", table, str(universe), "--out", str(tmp_path / "out")]) == 2
    said = capsys.readouterr().err
    assert words in said and len(said.splitlines()) == 1
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("wanted", ["2", "OD:2", "od:2", "A-2"])
def test_explain_finds_a_case_by_row_or_number(capsys, checked, wanted):
    assert cli.main(["explain", str(checked), wanted]) == 0
    said = capsys.readouterr().out
    assert "AIP-IOD-STD-PA" in said and "2026/07/08" in said and "late by 1 day" in said


@pytest.mark.parametrize("wanted", ["17", "OD:17", "RECON:1", "F-0123456789ab", "No-such-case"])
def test_explain_does_not_repeat_what_it_cannot_find(capsys, checked, wanted):
    assert cli.main(["explain", str(checked), wanted]) == 2
    said = capsys.readouterr().err.replace(str(checked), "")  # the folder's own name may hold any digits
    assert "no clock was tested on what you named" in said and wanted not in said.replace("OD:1,", "")
