"""`auditkit share` from a finished run to files that may leave the plan, and what stops it."""

import json
import re
import zipfile

import openpyxl
import pandas as pd
import pytest
from share_runs import FIRST, LAST, make_run, tables, timeliness

from auditkit.errors import InputError
from auditkit.publish.lint import lint_html
from auditkit.publish.lint_workbook import lint_workbook
from auditkit.suite.cli import main
from auditkit.suite.share import share


@pytest.fixture(autouse=True)
def reviewer(monkeypatch):
    monkeypatch.setenv("AUDITKIT_REVIEWER", "Ana Cho")
    monkeypatch.setenv("AUDITKIT_ROLE", "compliance officer")


@pytest.fixture(scope="module")
def released(tmp_path_factory):
    """The first shared release of the small run."""
    folder = make_run(tmp_path_factory.mktemp("outputs"))
    with pytest.MonkeyPatch.context() as at:
        at.setenv("AUDITKIT_REVIEWER", "Ana Cho")
        at.setenv("AUDITKIT_ROLE", "compliance officer")
        return share(str(folder), "shared")


def page_of(made):
    return (made.folder / f"{made.release.name}.html").read_text(encoding="utf-8")


def test_page_and_workbook_are_whole_and_pass_every_check(released):
    name = "tiny_shared_v1"
    assert released.release.name == released.folder.name == name
    assert sorted(released.release.files) == [f"{name}.html", f"{name}.json", f"{name}.xlsx"]
    assert {check.result for check in released.checks} == {"passed", "by hand"}
    assert lint_html(page_of(released)) == []
    assert lint_workbook(released.folder / f"{name}.xlsx") == []


def test_no_hidden_number_is_anywhere_in_the_files(released):
    """640 timely under the standard rule would tell its 5 late; neither stands in any part of any file."""
    texts = [page_of(released), (released.folder / "tiny_shared_v1.json").read_text(encoding="utf-8")]
    with zipfile.ZipFile(released.folder / "tiny_shared_v1.xlsx") as book:
        texts += [re.sub(r'(r|ref|sqref|s|count|uniqueCount|ht)="[^"]*"', "", book.read(part).decode("utf-8"))
                  for part in book.namelist() if "worksheets/" in part or "sharedStrings" in part]  # fmt: skip
    assert not [text for text in texts if re.search(r"(?<![\w.])640(?![\w.])", re.sub(r"<style>.*?</style>", "", text, flags=re.S))]


def test_the_page_says_what_it_rests_on(released):
    page = page_of(released)
    for words in ("tiny_shared_v1, version 1", "2026-07-01 to 2026-09-30", "2026-10-05", "no count from 1 to 10",
                  "Ana Cho, compliance officer", "nobody yet", "suppressed (secondary)", "MassHealth reports: the run did not"):  # fmt: skip
        assert words in page


def test_numbers_in_the_workbook_are_numbers_and_words_are_words(released):
    book = openpyxl.load_workbook(released.folder / "tiny_shared_v1.xlsx")
    assert book.sheetnames[:3] == ["Cover", "Timeliness by clock", "Timeliness"]
    sheet = book["Timeliness"]
    rows = {row[2]: row for row in sheet.iter_rows(values_only=True)}
    assert rows["AIP-IOD-EXP"][4:8] == (300, 300, 0, 100)
    assert rows["AIP-IOD-STD-PA"][4:8] == (645, "suppressed (secondary)", "suppressed (1-10)", "at least 98.4%")
    assert list(sheet.tables.values())[0].ref == f"A1:J{sheet.max_row}"
    assert not book.properties.creator and book.properties.title.startswith("Shared edition, Tiny Plan")


def test_findings_are_codes_and_counts(released):
    """Twelve people lack a contract; the two late decisions are one person's: 2 cases, so they stand as words."""
    book = openpyxl.load_workbook(released.folder / "tiny_shared_v1.xlsx")
    rows = {row[2]: row for row in book["Findings"].iter_rows(values_only=True)}
    assert rows["X20"][3:] == (12, 12, "open (1)")
    assert rows["AIP-IOD-STD-PA"][3] == "suppressed (1-10)"


def test_the_hidden_numbers_stay_with_the_plan(released):
    kept = released.folder.parents[1] / "review" / "releases" / "tiny_shared_v1" / "suppression_log.csv"
    log = pd.read_csv(kept).set_index("cell")
    assert log.loc["timeliness|OD/decision/AIP-IOD-STD-PA/late|all|2026-07-01 to 2026-09-30", "value"] == 5


def test_a_correction_cannot_be_held_against_what_was_released(tmp_path):
    """Three more cases were decided in time: 303 shown beside the former 300 would tell the three."""
    first = make_run(tmp_path)
    share(str(first), "shared")
    rows = tables()["timeliness_by_rule"]
    rows.loc[0, ["timely", "cases"]] += 3
    make_run(tmp_path, {"timeliness_by_rule": rows})
    with pytest.raises(InputError, match="say why it is made again"):
        share(str(first), "shared")
    second = share(str(first), "shared", reason="a file came late")
    cell = "timeliness|OD/decision/AIP-IOD-EXP/timely|all|2026-07-01 to 2026-09-30"
    assert second.release.cells[cell] == "secondary" and second.release.replaces == "tiny_shared_v1"
    assert "tiny_shared_v1: a file came late" in page_of(second)
    assert "300" not in openpyxl.load_workbook(second.folder / "tiny_shared_v2.xlsx")["Timeliness"]["F2"].value


def test_an_identifier_stops_the_release_and_is_not_repeated(tmp_path):
    """A citation that names a member, as a careless rule table might."""
    rows = timeliness([("OD", "decision", "AIP-IOD-EXP", "72 hours", 300, 0, 0, 0, 0)])
    folder = make_run(tmp_path, {"timeliness_by_rule": rows.assign(citation=f"letter of {FIRST} {LAST}")})
    with pytest.raises(InputError, match="Nothing was released: .*P-06") as refused:
        share(str(folder), "shared")
    report = (tmp_path / "review" / "releases" / "tiny_shared_v1" / "gate_report.csv").read_text(encoding="utf-8")
    assert FIRST not in str(refused.value) + report and LAST not in report
    assert not list((tmp_path / "releases").iterdir())


def test_the_command_says_what_it_released_and_what_a_person_still_looks_at(tmp_path, capsys):
    folder = make_run(tmp_path)
    assert main(["share", str(folder), "--class", "public"]) == 0
    said = capsys.readouterr().out
    assert "Released tiny_public_v1: " in said and "look at it yourself, W-20" in said and "not signed" in said
    manifest = json.loads((tmp_path / "releases" / "tiny_public_v1" / "tiny_public_v1.json").read_text(encoding="utf-8"))
    assert manifest["class"] == "public" and manifest["small_cell_threshold"] == 11


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["share", "no-such-run", "--class", "shared"], "there is no such run"),
        (["share", "{run}", "--class", "shared", "--waive", "W-04"], "write the check and the reason"),
        (["share", "{run}", "--class", "shared", "--waive", "P-07=known"], "P-07 is never waived"),
    ],
)
def test_what_cannot_be_shared_is_said_in_one_sentence(tmp_path, capsys, arguments, sentence):
    folder = make_run(tmp_path)
    assert main([argument.format(run=folder) for argument in arguments]) == 2
    said = capsys.readouterr().err
    assert sentence in said and said.count("\n") == 1


def test_a_run_changed_by_hand_is_not_shared(tmp_path):
    folder = make_run(tmp_path)
    timeliness([("OD", "decision", "A", "1 hour", 1, 0, 0, 0, 0)]).to_parquet(folder / "data" / "timeliness_by_rule.parquet")
    with pytest.raises(InputError, match="was changed after the run ended"):
        share(str(folder), "shared")
