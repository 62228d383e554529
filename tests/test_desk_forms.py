"""The desk's forms beside the note: waivers, corrective actions, sign-off. None of them drops a text."""

import errno
from datetime import date
from types import SimpleNamespace

import openpyxl
import pandas as pd
import pytest
from desk_findings import FORMAT, LATE, three_findings, two_verdicts

from auditkit.findings import chain
from auditkit.findings.annotations import condition_id, log_path, open_log
from auditkit.findings.corrective import actions, open_action
from auditkit.findings.identity import Identity
from auditkit.findings.signoff import waivers
from auditkit.publish.manifest import write_manifest
from auditkit.suite.desk import Desk
from auditkit.suite.desk_drafts import Drafts
from auditkit.suite.desk_review import Review
from auditkit.suite.notebook import Run
from auditkit.suite.review_actions import followed_actions
from auditkit.suite.review_book import write_review_book
from auditkit.suite.review_tables import action_sentence, action_table

DIRECTOR = Identity("Dr. Reyes", "medical director", "areyes@audit-01")
READER = Identity("P. Moss", "reviewer", "pmoss@audit-02")
LATE_CONDITION = condition_id(LATE, "OD", "error")


def make_run(folder, period: str, late: int, timely: int) -> None:
    """A finished run: the clocks of one rule, three findings, one submission."""
    (folder / "data").mkdir(parents=True)
    (folder / "submissions").mkdir()
    verdicts = pd.DataFrame({"table": "OD", "rule": LATE, "verdict": ["late"] * late + ["timely"] * timely})
    verdicts.to_parquet(folder / "data" / "verdicts.parquet")
    three_findings().to_parquet(folder / "data" / "findings.parquet")
    (folder / "submissions" / "OD.txt").write_text("A1", encoding="ascii")
    write_manifest(
        folder, {"run": folder.name, "period": period, "contracts": ["H9901"], "programs": ["sco"]}
    )


def run_of(output, name: str, start: date, end: date) -> SimpleNamespace:
    period = SimpleNamespace(start=start, end=end)
    params = SimpleNamespace(run=name, plan="Tiny", contracts=["H9901"], programs=["sco"], period=period)
    setup = SimpleNamespace(run_folder=output / name, params=params)
    return SimpleNamespace(folder=output / name, setup=setup, params=params, period=period)


def clocks(run) -> pd.DataFrame:
    return pd.read_parquet(run.folder / "data" / "verdicts.parquet")


@pytest.fixture
def run(tmp_path):
    """The third quarter, with two of four cases late."""
    make_run(tmp_path / "q3", "2026-07-01 to 2026-09-30", 2, 2)
    return run_of(tmp_path, "q3", date(2026, 7, 1), date(2026, 9, 30))


def opened(run, who=DIRECTOR) -> Desk:
    log = log_path(run.folder.parent, run.params.run)
    review = Review(three_findings(), two_verdicts(), log)
    return Desk(review, Drafts(log.with_name("drafts.json")), who, run)


def form(desk: Desk, title: str):
    """The controls, with the form of that title open."""
    desk.controls.form.value = title
    return desk.controls


def told(on) -> str:
    """The remarks at the head of the open form."""
    return on.place.children[0].children[0].value


def test_a_sign_off_is_refused_with_its_reasons_waived_and_given(run):
    desk = opened(run)
    on = form(desk, "sign-off")
    assert f"{LATE} on OD: 2 of 2 cases without a disposition" in told(on)
    assert "You state: I, Dr. Reyes, medical director, have reviewed the 3 findings of run q3" in told(on)
    on.remark.value = "Read on 22 November."
    on.save.click()
    assert "1 critical condition lacks a disposition" in on.said.value and "Not saved." in on.said.value
    assert on.remark.value == "Read on 22 November." and "Not saved yet." in on.unsaved.value

    on = form(desk, "waiver")
    assert "There is unsaved text in 1 other place." in on.unsaved.value
    on.reason.value = "Reported to CMS on 2 October."
    on.save.click()
    assert "waived until its facts change" in on.said.value and on.reason.value == ""
    assert "by Dr. Reyes, medical director" in on.condition.value and "Reported to CMS" in on.condition.value

    on = form(desk, "sign-off")
    assert "Nothing stands in the way" in told(on) and on.remark.value == "Read on 22 November."
    on.save.click()
    assert "signed off by Dr. Reyes, medical director" in on.said.value
    assert "medical director: Dr. Reyes" in told(on) and on.remark.value == ""
    signed = desk.review.log.records()[-1]
    assert signed.data["statement"].startswith("I, Dr. Reyes, medical director, have reviewed the 3 findings")


def test_a_plain_reviewer_is_told_that_the_role_cannot_sign_or_waive(run):
    desk = opened(run, READER)
    assert "not by a reviewer" in told(form(desk, "sign-off"))
    on = form(desk, "waiver")
    assert "a waiver is given by one of medical director" in told(on)
    on.reason.value = "Why not?"
    on.save.click()
    assert "not by a reviewer" in on.said.value and on.reason.value == "Why not?"
    assert waivers(three_findings(), desk.review.log.records()).empty


def test_a_run_whose_files_were_changed_cannot_be_signed(run):
    (run.folder / "submissions" / "OD.txt").write_text("A2", encoding="ascii")
    on = form(opened(run), "sign-off")
    assert "submissions/OD.txt: was changed after the run ended" in told(on)
    on.save.click()
    assert "was changed after the run ended" in on.said.value


def test_what_needs_no_waiver_says_so(run):
    desk = opened(run)
    on = form(desk, "waiver")
    on.conditions.value = condition_id(FORMAT, "OD", "warning")
    assert "a sign-off does not wait for it" in told(on)


def start_action(on, **changed) -> None:
    given = {"owner": "UM operations", "due": "2026-12-15", "step": "Second shift.", "cause": "The queue."}
    for name, text in (given | changed).items():
        getattr(on, name).value = text
    on.save.click()


def test_a_corrective_action_is_started_and_followed(run):
    desk = opened(run)
    on = form(desk, "corrective action")
    assert "None has been started." in told(on) and on.status.disabled
    start_action(on)
    assert "corrective action on" in on.said.value and on.owner.value == ""
    assert f"{LATE} on OD: open" in told(on) and "owner UM operations, due 2026-12-15" in told(on)
    assert "no later run yet" in told(on)
    on.which.value = on.which.options[1][1]
    assert (on.owner.value, on.due.value, on.status.value) == ("UM operations", "2026-12-15", "open")
    on.status.value = "done"
    on.save.click()
    assert "when its evidence is named" in on.said.value and on.status.value == "done"
    on.evidence.value = "Policy UM-14"
    on.save.click()
    row = actions(desk.review.log.records(), date.today()).iloc[0]
    assert (row["status"], row["evidence"], row["steps"]) == ("done", "Policy UM-14", 1)
    assert on.evidence.value == "" and on.status.value == "done" and on.unsaved.value == ""


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"due": "soon"}, "write it as 2026-12-15"),
        ({"owner": " "}, "needs its owner"),
        ({"cause": ""}, "needs its cause"),
    ],
)
def test_an_action_that_says_too_little_keeps_its_text(run, changed, said):
    on = form(opened(run), "corrective action")
    start_action(on, **changed)
    assert said in on.said.value and on.step.value == "Second shift." and "Not saved yet." in on.unsaved.value


def test_texts_of_every_form_outlive_the_kernel_and_are_found_again(run):
    desk = opened(run)
    form(desk, "waiver").reason.value = "A reason under way."
    form(desk, "corrective action").step.value = "A step under way."
    form(desk, "sign-off").remark.value = "A remark under way."
    again = opened(run)
    on = again.controls
    assert "3 unsaved" in on.said.value and "3 other places" in on.unsaved.value
    assert on.conditions.options[0][0].startswith("UNSAVED TEXT: ")
    found = []
    for control in (on.reason, on.step, on.remark):
        on.elsewhere.click()
        found.append((on.form.value, control.value))
        on.discard.click()
    assert found == [
        ("waiver", "A reason under way."),
        ("corrective action", "A step under way."),
        ("sign-off", "A remark under way."),
    ]
    assert on.elsewhere.disabled and not any("UNSAVED" in label for label, _ in on.conditions.options)


def test_a_full_disk_keeps_what_stands_in_the_form(run, monkeypatch):
    on = form(opened(run), "corrective action")
    monkeypatch.setattr(chain, "append", lambda *_: (_ for _ in ()).throw(OSError(errno.ENOSPC, "full")))
    start_action(on)
    assert "the disk is full" in on.said.value and on.cause.value == "The queue."


def test_markup_in_an_action_is_shown_as_text(run):
    on = form(opened(run), "corrective action")
    start_action(on, owner="<b>me</b>", step="<img src=x>", cause="=1+1")
    assert "<b>me" not in told(on) and "<img" not in told(on) and "&lt;b&gt;me" in told(on)


# The next run


def test_an_action_is_followed_into_the_next_run_of_the_same_contracts(run, tmp_path):
    """Two of four late in the third quarter, one of four in the fourth: 50 % before, 25 % after."""
    q3 = open_log(log_path(tmp_path, "q3"))
    given = {"cause": "c", "owner": "UM", "due": date(2026, 12, 15), "step": "s", "who": DIRECTOR}
    open_action(q3, three_findings().head(2), **given)
    make_run(tmp_path / "q4", "2026-10-01 to 2026-12-31", 1, 3)
    q4 = run_of(tmp_path, "q4", date(2026, 10, 1), date(2026, 12, 31))
    review = Review(three_findings(), clocks(q4), log_path(tmp_path, "q4"))
    row = followed_actions(q4, review, date(2026, 12, 20)).iloc[0]
    assert (row["opened_in"], row["before"]) == ("q3", "50.0% late (2 of 4)")
    assert row["after"] == "25.0% late (1 of 4)"
    assert "the late rate fell" in row["effect"] and row["days_overdue"] == 5

    third = Review(three_findings(), clocks(run), q3.path)
    row = followed_actions(run, third, date(2026, 12, 20)).iloc[0]
    assert (row["opened_in"], row["after"]) == ("q3", "25.0% late (1 of 4)")

    other = run_of(tmp_path, "q4", date(2026, 10, 1), date(2026, 12, 31))
    other.params.contracts = ["H9902"]
    assert followed_actions(other, review, date(2026, 12, 20)).empty


def test_an_earlier_runs_action_is_brought_up_to_date_from_the_next_runs_desk(run, tmp_path):
    q3 = open_log(log_path(tmp_path, "q3"))
    given = {"cause": "c", "owner": "UM", "due": date(2026, 12, 15), "step": "s", "who": DIRECTOR}
    action = open_action(q3, three_findings().head(2), **given)
    make_run(tmp_path / "q4", "2026-10-01 to 2026-12-31", 1, 3)
    desk = opened(run_of(tmp_path, "q4", date(2026, 10, 1), date(2026, 12, 31)))
    on = form(desk, "corrective action")
    on.which.value = action.record_id
    on.status.value, on.evidence.value = "effective", "Run q4"
    on.save.click()
    assert actions(q3.records(), date.today())["status"].tolist() == ["effective"]
    assert len(on.which.options) == 1  # it is closed: the next run no longer follows it


def test_a_condition_under_no_clock_is_followed_by_its_cases(run, tmp_path):
    """A check of a column has no late rate: one faulty identifier in the third quarter, one in the fourth."""
    q3 = open_log(log_path(tmp_path, "q3"))
    given = {"cause": "c", "owner": "UM", "due": date(2026, 12, 15), "step": "s", "who": DIRECTOR}
    open_action(q3, three_findings().tail(1), **given)
    review = Review(three_findings(), two_verdicts(), q3.path)
    row = followed_actions(run, review, date(2026, 12, 20)).iloc[0]
    assert (row["before"], row["after"], row["effect"]) == ("1 case found", "no later run yet", "")
    make_run(tmp_path / "q4", "2026-10-01 to 2026-12-31", 1, 3)
    row = followed_actions(run, review, date(2026, 12, 20)).iloc[0]
    assert (row["after"], row["effect"]) == ("1 case found", "F07: as many cases found as before, 1.")


def test_the_page_and_the_workbook_list_actions_with_age_and_rate(run, tmp_path):
    """Due on 15 December, shown five days later. An owner that looks like a formula is text in the workbook."""
    log = open_log(log_path(tmp_path, "q3"))
    given = {"cause": "c", "owner": "=UM", "due": date(2026, 12, 15), "step": "s", "who": DIRECTOR}
    open_action(log, three_findings().head(2), **given)
    review = Review(three_findings(), clocks(run), log.path)
    shown = action_table(run, review, date(2026, 12, 20))
    told = shown[["opened in", "owner", "due", "status", "days overdue", "before", "after"]]
    assert told.values.tolist() == [
        ["q3", "=UM", "2026-12-15", "open", 5, "50.0% late (2 of 4)", "no later run yet"]
    ]
    told = action_sentence(shown, date(2026, 12, 20))
    assert told == ("caution", "1 corrective action, 1 overdue on 2026-12-20.")

    making = Run(SimpleNamespace(params=run.params, run_folder=run.folder), tmp_path / "staged")
    write_review_book(making, review)
    sheet = openpyxl.load_workbook(tmp_path / "staged" / "workbooks" / "80_review.xlsx")["Corrective actions"]
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert [cell.data_type for cell in cells if cell.value == "=UM"] == ["s"]


def test_a_finished_run_keeps_the_workbook_it_was_made_with(run, tmp_path):
    """A note after the run ended would change the workbook: opening the desk must not stumble over that."""
    review = Review(three_findings(), clocks(run), log_path(tmp_path, "q3"))
    write_review_book(Run(run.setup, run.folder), review)
    assert not (run.folder / "workbooks").exists()
