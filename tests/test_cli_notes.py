"""`auditkit notes` on a run of three findings: lists, proof, exchange, waivers, sign-off, actions."""

import csv
import json
import re
import stat

import openpyxl
import pandas as pd
import pytest
from findings_frames import findings, late

from auditkit.findings.annotations import note_finding, open_log
from auditkit.findings.identity import Identity
from auditkit.publish.manifest import write_manifest
from auditkit.suite import cli
from auditkit.suite.reviewed_run import open_reviewed_run

FRAME = findings(late("A"), late("B"), late("C", severity="warning"))
FACTS = {"run": "q3", "plan": "Sample", "period": "2026-07-01 to 2026-09-30"}


def make_run(folder, frame=FRAME, verdicts=("late", "late", "timely", "timely")):
    """A finished run of a few tables and one submission."""
    (folder / "data").mkdir(parents=True, exist_ok=True)
    (folder / "submissions").mkdir(exist_ok=True)
    (folder / "narratives").mkdir(exist_ok=True)
    frame.to_parquet(folder / "data" / "findings.parquet")
    told = pd.DataFrame({"table": "OD", "rule": "AIP-IOD-STD-PA", "verdict": list(verdicts)})
    told.to_parquet(folder / "data" / "verdicts.parquet")
    (folder / "submissions" / "OD.txt").write_text("Enrollee ID\n", encoding="utf-8")
    write_manifest(folder, FACTS | {"run": folder.name})


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AUDITKIT_REVIEWER", "K. Osei")
    monkeypatch.setenv("AUDITKIT_ROLE", "compliance officer")
    make_run(tmp_path / "outputs" / "q3")
    return tmp_path / "outputs" / "q3"


@pytest.fixture
def notes(run, capsys):
    def call(*arguments: str) -> tuple[int, str]:
        code = cli.main(["notes", *arguments])
        said = capsys.readouterr()
        return code, said.out + said.err

    return call


def condition(notes) -> str:
    """The id of the condition of the late cases."""
    return re.search(r"(C-\w+)  error", notes("list", "q3")[1])[1]


def log_of(run):
    return open_log(run.parent / "review" / "q3.jsonl")


def test_list_tells_the_state_of_each_condition_without_a_case_number(notes):
    code, said = notes("list", "q3")
    assert code == 0
    assert "error    AIP-IOD-STD-PA on OD: 2 cases, 0 settled, unreviewed" in said
    assert "warning  AIP-IOD-STD-PA on OD: 1 case, 0 settled, unreviewed" in said
    assert "1 critical condition lacks a disposition" in said


def test_list_and_export_count_the_people_behind_a_condition(notes, run):
    """A and B, late under one rule, are two cases of one enrollee."""
    make_run(run, FRAME.assign(person=pd.array([1, 1, 2], dtype="Int64")))
    assert "AIP-IOD-STD-PA on OD: 2 cases of 1 enrollee, 0 settled" in notes("list", "q3")[1]
    notes("export", "q3", "--out", "out")
    sheet = openpyxl.load_workbook(run.parents[1] / "out" / "conditions.xlsx")["Conditions"]
    cells = list(zip(*sheet.iter_rows(values_only=True)))
    assert ("people", "1", "1") in cells


def test_the_reviewer_of_the_params_speaks_where_the_environment_names_nobody(notes, run, monkeypatch):
    monkeypatch.delenv("AUDITKIT_REVIEWER")
    monkeypatch.delenv("AUDITKIT_ROLE")
    write_manifest(run, FACTS | {"reviewer": {"name": "Dr. Reyes", "role": "medical director"}})
    said = notes("waive", "q3", condition(notes), "--reason", "Reported.")[1]
    assert "waived by Dr. Reyes, medical director" in said
    record = log_of(run).records()[0]
    assert record.author == "Dr. Reyes" and "@" in record.account


def test_a_waiver_lets_a_run_be_signed_and_a_new_run_voids_it(notes, run):
    code, said = notes("sign", "q3")
    assert code == 2 and "AIP-IOD-STD-PA on OD (2)" in said
    assert notes("waive", "q3", condition(notes), "--reason", "Reported to CMS on 2 October.")[0] == 0
    assert notes("sign", "q3")[0] == 0
    assert "compliance officer" in notes("list", "q3")[1] and ": stands." in notes("list", "q3")[1]
    (run / "narratives" / "80_review.html").write_text("shows the sign-off", encoding="utf-8")
    assert (
        ": stands." in notes("list", "q3")[1]
    )  # the page that shows the review is not part of what is signed
    make_run(run, findings(late("A", stop="2026/07/17"), late("B")))
    said = notes("list", "q3")[1]
    assert "void: the run's content changed" in said and "ended, the facts changed" in said


def test_a_run_changed_by_hand_cannot_be_signed_and_voids_what_was(notes, run):
    make_run(run, findings(late("C", severity="warning")))
    assert notes("sign", "q3")[0] == 0
    (run / "submissions" / "OD.txt").write_text("changed by hand", encoding="utf-8")
    assert "void: the run's content changed" in notes("list", "q3")[1]
    code, said = notes("sign", "q3")
    assert code == 2 and "submissions/OD.txt: was changed after the run ended; make the run again" in said


def test_export_gives_everything_as_json_csv_and_a_workbook(notes, run):
    text = '=1+1, "quoted"\nשלום'
    note_finding(
        log_of(run), FRAME.iloc[0], "explained", text, Identity("Dr. Rivera", "medical director", "")
    )
    assert notes("export", "q3", "--out", "review-out")[0] == 0
    out = run.parents[1] / "review-out"
    assert [one["text"] for one in json.loads((out / "notes.json").read_text("utf-8"))] == [text]
    with (out / "notes.csv").open(encoding="utf-8", newline="") as file:
        assert [row["text"] for row in csv.DictReader(file)] == ["'" + text]  # a spreadsheet must not run it
    assert {stat.S_IMODE(path.stat().st_mode) for path in out.iterdir()} == {0o600}


def test_import_takes_a_filled_workbook_and_tells_conflicts(notes, run):
    notes("export", "q3", "--out", "out")
    path = run.parents[1] / "out" / "conditions.xlsx"
    book = openpyxl.load_workbook(path)
    headings = [cell.value for cell in book["Cases"][1]]
    for row, judgement in ((2, "agree"), (3, "splendid")):
        book["Cases"].cell(row, headings.index("your judgement") + 1).value = judgement
    book.save(path)
    code, said = notes("import", "q3", str(path))
    assert code == 0
    assert "Cases, row 3, not taken: choose your judgement from the list" in said
    assert "2 filled rows: taken 1," in said and "not taken 1." in said


def test_verify_proves_the_chain_or_names_the_place(notes, run):
    note_finding(log_of(run), FRAME.iloc[0], "agree", "seen", Identity("A", "preparer", ""))
    code, said = notes("verify", "q3")
    assert code == 0 and "1 record, each as it was written" in said
    log = run.parent / "review" / "q3.jsonl"
    log.write_bytes(log.read_bytes().replace(b"seen", b"Seen"))
    code, said = notes("verify", str(log))
    assert code == 1 and "line 1 was changed after it was written" in said


def test_a_corrective_action_is_followed_to_the_next_run(notes, run):
    """Two of four late in the third quarter, one of four in the fourth."""
    make_run(run.parent / "q4", verdicts=("late", "timely", "timely", "timely"))
    given = ["--cause", "The vendor's queue.", "--owner", "UM operations", "--step", "Second shift."]
    code, said = notes("act", "q3", condition(notes), *given, "--due", "2026-12-15")
    assert code == 0
    action = re.search(r"N-\w+", said)[0]
    assert notes("update", "q3", action, "--status", "done", "--evidence", "Policy UM-14")[0] == 0
    said = notes("actions", "q3", "--later", "q4")[1]
    assert "done: AIP-IOD-STD-PA, OD: 2 cases, error; owner UM operations, due 2026-12-15" in said
    assert "the late rate fell, from 50.0% (2 of 4) to 25.0% (1 of 4)" in said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["list", "nowhere"], "there is no such run"),
        (["verify", "q3"], "there is no such log"),
        (["waive", "q3", "C-x", "--reason", "r"], "no such condition"),
        (["update", "q3", "N-x", "--status", "done"], "no such corrective action"),
        (
            ["act", "q3", "C-x", "--cause", "c", "--owner", "o", "--step", "s", "--due", "soon"],
            "C-x: the run has no",
        ),
        (["import", "q3", "none.xlsx"], "there is no such file"),
        (["sign"], "the following arguments are required: RUN"),
    ],
)
def test_a_mistake_gets_one_sentence(notes, arguments, said):
    code, told = notes(*arguments)
    assert code == 2 and said in told and len(told.strip().splitlines()) == 1


def test_the_attestation_page_is_written_with_blanks(notes, run, monkeypatch):
    monkeypatch.setattr("auditkit.suite.packet.open_points", lambda run: ["The layout of OD is recalled."])
    notes("waive", "q3", condition(notes), "--reason", "Reported.")
    assert notes("attest", "q3", "--out", "attestation.md")[0] == 0
    page = (run.parents[1] / "attestation.md").read_text("utf-8")
    assert "Signature: ____" in page and "submissions/OD.txt" in page
    assert open_reviewed_run("q3").content_sha256 in page
