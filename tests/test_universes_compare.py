"""Two versions of a universe: the first as it came, the second as somebody mended it."""

import csv
import json

import openpyxl
import pandas as pd
import pytest
from universe_rows import GRV_ORAL, LAYOUTS, OD_DENIED, OD_EXPEDITED, OD_PART_B, OD_STANDARD, universe

from auditkit.errors import InputError
from auditkit.rules.layouts import load_layouts
from auditkit.rules.resubmission import RESUBMISSION_FILE, load_resubmission
from auditkit.suite.cli import main
from auditkit.universes.attempts import attempt_words, log_attempt, read_attempts
from auditkit.universes.check import check_universe
from auditkit.universes.compare import Version, compare_universes
from auditkit.universes.pairing import pair_rows

LAYOUT = LAYOUTS["OD"]
FIRST = [
    OD_STANDARD | {"E": "1"},  # package without its zeros
    OD_EXPEDITED | {"T": "None"},  # a time without its date
    OD_PART_B,  # clean
    OD_DENIED | {"Y": "None"},  # A-4, Bay Physicians: why it was denied is missing
    OD_STANDARD | {"G": "A-9"},  # not in the second version
]
SECOND = [
    OD_DENIED | {"Y": "None", "W": "MRI of the hip"},  # still wrong, and the words changed beside it
    OD_STANDARD | {"E": "001"},  # fixed
    OD_EXPEDITED | {"T": "2026/07/02", "M": "approved"},  # fixed, but the answer is now in small letters
    OD_PART_B,
    OD_STANDARD | {"G": "A-10", "H": "2026/07/02", "V": "X"},  # new, and wrong
]


def version(rows, table="OD") -> Version:
    frame = universe(table, rows).assign(row=range(1, len(rows) + 1))
    return Version(frame, check_universe(frame, LAYOUTS[table]))


@pytest.fixture(scope="module")
def compared():
    return compare_universes(version(FIRST), version(SECOND), LAYOUT)


def listed(frame, *names):
    return [tuple(None if pd.isna(value) else value for value in row) for row in frame[list(names)].to_numpy()]


def test_every_row_of_both_files_is_accounted_for(compared):
    assert listed(compared.rows, "change", "row_before", "row_after", "case") == [
        ("changed", 4, 1, "A-4"), ("changed", 1, 2, "A-1"), ("changed", 2, 3, "A-2"), ("same", 3, 4, "A-3"),
        ("added", None, 5, "A-10"), ("removed", 5, None, "A-9")]


def test_a_changed_cell_says_what_the_change_did(compared):
    assert listed(compared.cells, "effect", "case", "column_id", "before", "after") == [
        ("beside", "A-4", "W", "MRI of the knee", "MRI of the hip"),
        ("fixed", "A-1", "E", "1", "001"),
        ("broke", "A-2", "M", "Approved", "approved"),
        ("beside", "A-2", "T", "None", "2026/07/02")]  # the finding stood on its time, column U


def test_a_finding_says_what_became_of_it(compared):
    assert sorted(listed(compared.findings, "fate", "case", "column_id", "rule")) == [
        ("broke", "A-2", "M", "F05"), ("came with its row", "A-10", "V", "F05"), ("fixed", "A-1", "E", "X20"),
        ("fixed", "A-2", "U", "X06"), ("stays", "A-4", "Y", "X21")]


def test_counts_by_contract_and_delegate_add_up(compared):
    assert compared.counts.to_dict("records") == [
        {"contract": "H1234", "delegate": "Bay Physicians", "rows_before": 1, "rows_after": 1, "added": 0,
         "removed": 0, "changed": 1, "findings_before": 1, "findings_after": 1, "fixed": 0, "broke": 0},
        {"contract": "H1234", "delegate": "None", "rows_before": 4, "rows_after": 4, "added": 1, "removed": 1,
         "changed": 2, "findings_before": 2, "findings_after": 2, "fixed": 2, "broke": 1}]


def test_the_same_file_twice_has_nothing_to_say():
    same = compare_universes(version(FIRST), version(FIRST), LAYOUT)
    assert set(same.rows["change"]) == {"same"} and same.cells.empty and set(same.findings["fate"]) == {"stays"}


def paired(before, after, table="OD"):
    pairs = pair_rows(universe(table, before), universe(table, after), LAYOUTS[table])
    return listed(pairs, "before", "after", "paired_by")


def test_a_corrected_enrollee_number_is_still_the_same_case():
    assert paired([OD_STANDARD], [OD_STANDARD | {"C": "2EG4TE5MK73"}]) == [(0, 0, "G")]


def test_a_corrected_case_number_is_found_by_enrollee_and_receipt():
    assert paired([OD_STANDARD], [OD_STANDARD | {"G": "B-1"}]) == [(0, 0, "C, H")]


def test_two_cases_that_could_be_meant_are_not_guessed():
    """Two new rows of the same enrollee and day: neither is taken for the one that went."""
    after = [OD_STANDARD | {"G": "B-1"}, OD_STANDARD | {"G": "B-2"}]
    assert paired([OD_STANDARD], after) == [(None, 0, ""), (None, 1, ""), (0, None, "")]


def test_repeated_keys_pair_in_their_order_and_missing_numbers_by_the_whole_row():
    assert paired([OD_STANDARD, OD_STANDARD], [OD_STANDARD]) == [(0, 0, "C, G"), (1, None, "")]
    row = GRV_ORAL | {"G": "None", "C": "None"}
    assert paired([row, row], [row, row], "GRV_C") == [(0, 0, "whole row"), (1, 1, "whole row")]


def test_files_without_a_common_case_are_refused():
    other = OD_STANDARD | {"C": "2EG4TE5MK73", "G": "Z-1", "H": "2026/07/02"}
    with pytest.raises(InputError, match="not two versions of one OD universe"):
        compare_universes(version([OD_STANDARD]), version([other]), LAYOUT)


def test_every_table_has_its_keys_and_a_column_that_names_the_case():
    rules = load_resubmission()
    assert list(rules.keys) == list(load_layouts())
    for code, layout in load_layouts().items():
        title = layout.column(rules.case_column(code)).name
        assert "number" in title.casefold() or title == "Enrollee ID", code


def test_a_key_of_a_column_that_does_not_exist_is_refused(tmp_path):
    file = tmp_path / "resubmission.yaml"
    text = RESUBMISSION_FILE.read_text(encoding="utf-8")
    file.write_text(text.replace("OD: [[C, G]", "OD: [[C, ZZ]"), encoding="utf-8")
    with pytest.raises(InputError, match="Layout OD has no column ZZ"):
        load_resubmission(file)


def write(path, rows, broken=""):
    titles = "\t".join(column.name for column in LAYOUT.columns)
    lines = ["\t".join(row[column.id] for column in LAYOUT.columns) for row in rows]
    path.write_text("\n".join([titles, *lines]) + "\n" + broken, encoding="utf-8")
    return str(path)


def test_the_command_writes_a_workbook_and_two_files(tmp_path, capsys):
    files = [write(tmp_path / "od_1.txt", FIRST, "half\ta line\n"), write(tmp_path / "od_2.txt", SECOND)]
    assert main(["universes", "compare", *files, "--table", "od", "--out", str(tmp_path / "out")]) == 0
    said = capsys.readouterr().out
    assert "1 added, 1 removed, 3 changed, 1 same rows" in said
    assert "3 fixed, 1 broke, 1 stays, 0 gone with its row, 1 came with its row" in said  # and the broken line
    book = openpyxl.load_workbook(tmp_path / "out" / "comparison.xlsx")
    assert book.sheetnames == ["Cover", "Counts", "Cells", "Findings", "Rows"]
    with (tmp_path / "out" / "changes.csv").open(encoding="utf-8", newline="") as file:
        assert [row["effect"] for row in csv.DictReader(file)] == ["beside", "fixed", "broke", "beside"]
    first = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    assert main(["universes", "compare", *files, "--table", "OD", "--out", str(tmp_path / "again")]) == 0
    assert first == {path.name: path.read_bytes() for path in (tmp_path / "again").iterdir()}


def test_an_unknown_table_or_file_is_one_sentence(tmp_path, capsys):
    file = write(tmp_path / "od.txt", FIRST)
    for words in (["compare", file, file, "--table", "ODD"], ["compare", file, "nowhere.txt", "--table", "OD"]):
        assert main(["universes", *words, "--out", str(tmp_path / "out")]) == 2
        said = capsys.readouterr().err
        assert len(said.splitlines()) == 1 and not (tmp_path / "out").exists()


def logged(log, number, table="OD"):
    return log_attempt(log, table=table, at=f"2026-11-0{number}T10:00:00+00:00", file=f"{table}_{number}.txt",
                       file_hash=f"hash {table} {number}", rows=5, errors=number, warnings=0)


def test_three_attempts_a_table_and_what_the_last_one_means(tmp_path):
    log = tmp_path / "attempts.jsonl"
    words = [attempt_words(logged(log, number)) for number in (1, 2, 3)]
    assert words[0].startswith("OD: attempt 1 of 3; 2 left if it fails. After a third failure CMS cites an Invalid")
    assert words[2].startswith("OD: attempt 3 of 3, the last.") and "(corroborated;" in words[2]
    with pytest.raises(InputError, match="3 attempts for OD are logged and 3 is the most"):
        logged(log, 4)
    assert logged(log, 4, "RECON").attempt == 1
    assert [(one.table, one.attempt, one.errors) for one in read_attempts(log)] == [
        ("OD", 1, 1), ("OD", 2, 2), ("OD", 3, 3), ("RECON", 1, 4)]


def test_a_folder_is_no_log(tmp_path):
    with pytest.raises(InputError, match="this is a folder; name a file in it"):
        logged(tmp_path, 1)


def test_the_very_same_file_is_no_new_attempt(tmp_path):
    logged(tmp_path / "log", 1)
    with pytest.raises(InputError, match="this very file was logged as attempt 1 for OD"):
        logged(tmp_path / "log", 1)


@pytest.mark.parametrize("spoil, reason", [
    (lambda lines: [lines[0].replace('"errors": 1', '"errors": 0'), lines[1]], "before line 2 was changed"),
    (lambda lines: lines[1:], "before line 1 was changed or taken out"),
    (lambda lines: ["{}", lines[1]], "line 1 is no logged attempt"),
    (lambda lines: ["not json", lines[1]], "line 1 is no logged attempt"),
], ids=["changed", "taken out", "empty", "no json"])  # fmt: skip
def test_a_log_changed_afterwards_is_noticed(tmp_path, spoil, reason):
    log = tmp_path / "log"
    logged(log, 1), logged(log, 2)
    log.write_text("\n".join(spoil(log.read_text(encoding="utf-8").splitlines())) + "\n", encoding="utf-8")
    with pytest.raises(InputError, match=reason):
        read_attempts(log)
    with pytest.raises(InputError, match=reason):
        logged(log, 3)


def test_submitting_logs_hash_and_findings_and_no_case(tmp_path, capsys):
    file, log = write(tmp_path / "od.txt", FIRST), tmp_path / "log" / "attempts.jsonl"
    assert main(["universes", "submit", file, "--table", "OD", "--log", str(log)]) == 0
    assert "5 rows, 3 errors, 0 warnings.\nOD: attempt 1 of 3" in capsys.readouterr().out
    entry = json.loads(log.read_text(encoding="utf-8"))
    assert (entry["file"], entry["errors"], len(entry["sha256"])) == ("od.txt", 3, 64)
    assert main(["universes", "attempts", "--log", str(log)]) == 0
    assert "OD 1  2" in capsys.readouterr().out
    assert main(["universes", "attempts", "--log", str(tmp_path / "none")]) == 2
