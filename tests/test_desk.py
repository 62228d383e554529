"""The review desk without a browser: what it lists, what it says, and that it drops no text."""

import errno
import json
import stat
from datetime import date
from types import SimpleNamespace

import nbformat
import pandas as pd
import pytest
from desk_findings import FORMAT, LATE, finding, three_findings, two_verdicts

from auditkit.errors import InputError
from auditkit.findings import chain
from auditkit.findings.identity import Identity
from auditkit.findings.signoff import STANDS, VOID, sign_off
from auditkit.publish.manifest import output_files
from auditkit.suite import review_desk
from auditkit.suite.desk import Desk
from auditkit.suite.desk_drafts import Drafts
from auditkit.suite.desk_lists import PAGE
from auditkit.suite.desk_review import Review
from auditkit.suite.environment import variables
from auditkit.suite.lab import desk_notebook
from auditkit.suite.review_tables import (
    condition_table,
    log_sentence,
    note_table,
    orphan_table,
    settled_sentence,
    sign_off_table,
    state_counts,
)
from auditkit.suite.reviewed_run import signed_content
from auditkit.suite.rule_page import rule_page

WHO = Identity("Dr. Reyes", "medical director", "areyes@audit-01")


@pytest.fixture
def log(tmp_path):
    return tmp_path / "review" / "q3.jsonl"


def tiny_run(log) -> SimpleNamespace:
    """The run beside the log, of the third quarter; its folder is made by tests that need it."""
    folder = log.parents[1] / "q3"
    params = SimpleNamespace(run="q3", contracts=["H9901"], programs=["sco"], reviewer=None)
    period = SimpleNamespace(start=date(2026, 7, 1), end=date(2026, 9, 30))
    setup = SimpleNamespace(run_folder=folder)
    return SimpleNamespace(folder=folder, setup=setup, params=params, period=period)


def opened(log, findings=None, who=WHO) -> Desk:
    review = Review(three_findings() if findings is None else findings, two_verdicts(), log)
    return Desk(review, Drafts(log.with_name("drafts.json")), who, tiny_run(log))


def labels(control) -> list[str]:
    return [label for label, _ in control.options]


def choose(control, words: str) -> None:
    control.value = next(value for label, value in control.options if words in label)


def save(desk: Desk, text: str, kind: str = "agree") -> None:
    desk.controls.kind.value, desk.controls.text.value = kind, text
    desk.controls.save.click()


def test_conditions_are_listed_with_their_cases_the_worst_first(log):
    on = opened(log).controls
    assert labels(on.conditions) == [
        f"error, 2 cases, unreviewed; OD {LATE}: Too late.",
        f"warning, 1 case, unreviewed; OD {FORMAT}: This is no identifier.",
    ]
    assert labels(on.cases) == ["A1, row 1: 2026/07/16, unreviewed", "A2, row 2: 2026/07/22, unreviewed"]


def test_a_case_shows_its_arithmetic_and_the_text_of_its_rule(log):
    """Received 8 July, seven calendar days: due 15 July, decided 16 July, one day late."""
    on = opened(log).controls
    assert "2026/07/15 (through the end of that day) = 2026/07/08 + 7 calendar days" in on.case.value
    assert "late by 1 day" in on.case.value
    assert "42 CFR 422.631(d)(2)(i)(B)(2)" in on.condition.value and "Clock starts" in on.condition.value


def test_filters_narrow_conditions_cases_and_counts(log):
    on = opened(log).controls
    on.words.value = "a2 late"
    assert labels(on.conditions) == [f"error, 1 of 2 cases, unreviewed; OD {LATE}: Too late."]
    assert labels(on.cases) == ["A2, row 2: 2026/07/22, unreviewed"]
    assert "1 condition; 1 of 3 findings" in on.count.value
    on.words.value, on.severity.value = "", "warning"
    assert [FORMAT in label for label in labels(on.conditions)] == [True]
    on.words.value = "no such word"
    assert on.conditions.options == () and on.case.value == "" and on.save.disabled


def test_ten_thousand_findings_are_listed_a_page_at_a_time(log):
    """200 conditions of 50 cases: the browser is handed 50 lines of each list, whatever there is."""
    many = pd.DataFrame([finding(f"R{n % 200:03}", f"A{n:05}", n + 1, "late") for n in range(10_000)])
    on = opened(log, many).controls
    assert (len(on.conditions.options), len(on.cases.options)) == (PAGE, PAGE)
    assert "1 to 50 of 200 conditions; 10,000 of 10,000 findings" in on.count.value
    for _ in range(3):
        on.conditions_on.click()
    assert "R150" in labels(on.conditions)[0] and on.conditions_on.disabled
    on.words.value = "a09999"
    assert labels(on.cases) == ["A09999, row 10,000: late, unreviewed"]


def test_text_that_is_not_saved_is_marked_and_stays_with_its_condition(log):
    on = opened(log).controls
    on.text.value = "The letter is in the file."
    assert labels(on.conditions)[0].startswith("UNSAVED TEXT: ") and "Not saved yet." in on.unsaved.value
    choose(on.conditions, FORMAT)
    assert on.text.value == "" and "1 other place" in on.unsaved.value
    on.elsewhere.click()
    assert on.text.value == "The letter is in the file."
    on.discard.click()
    assert on.text.value == "" and not any("UNSAVED" in label for label in labels(on.conditions))


def test_text_that_is_not_saved_outlives_the_kernel(log):
    opened(log).controls.text.value = "Half a sen"
    kept = log.with_name("drafts.json")
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    again = opened(log).controls
    assert again.text.value == "Half a sen" and "1 unsaved" in again.said.value
    again.save.click()
    assert not kept.exists()


def test_a_note_on_a_case_and_one_on_the_condition(log):
    desk = opened(log)
    save(desk, "All of these are ours.", "agree")
    desk.controls.on.value = "case"
    choose(desk.controls.cases, "A2")
    save(desk, "The member asked for the delay.", "explained")
    notes = desk.review.notes
    assert notes["kind"].tolist() == ["agree", "explained"] and notes["author"].unique().tolist() == [
        "Dr. Reyes"
    ]
    assert (notes["condition_id"] != "").tolist() == [True, False]
    assert "The member asked for the delay." in desk.controls.notes.value and desk.controls.text.value == ""
    assert "is in the log" in desk.controls.said.value


@pytest.mark.parametrize(
    "number, words", [(errno.ENOSPC, "the disk is full"), (errno.EROFS, "cannot be written")]
)
def test_a_save_that_fails_keeps_the_text_and_says_why(log, monkeypatch, number, words):
    def refuse(*_):
        raise OSError(number, "refused")

    desk = opened(log)
    monkeypatch.setattr(chain, "append", refuse)
    save(desk, "Nothing of this may be lost.")
    assert desk.controls.text.value == "Nothing of this may be lost."
    assert words in desk.controls.said.value and "Not saved yet." in desk.controls.unsaved.value
    monkeypatch.undo()
    desk.controls.save.click()
    assert desk.review.notes["text"].tolist() == ["Nothing of this may be lost."]


def test_a_draft_the_disk_refuses_is_said_to_be_on_the_screen_only(log, monkeypatch):
    desk = opened(log)
    monkeypatch.setattr(
        "auditkit.suite.desk_drafts.os.open", lambda *_: (_ for _ in ()).throw(OSError(28, "full"))
    )
    desk.controls.text.value = "Only here."
    assert "it is on this screen only" in desk.controls.unsaved.value


def test_a_note_is_changed_and_taken_back_and_every_word_stays_in_the_log(log):
    desk = opened(log)
    save(desk, "First.")
    choose(desk.controls.action, "change note 1")
    assert desk.controls.text.value == "First." and desk.controls.kind.disabled
    desk.controls.text.value = "Second."
    desk.controls.save.click()
    choose(desk.controls.action, "withdraw note 1")
    desk.controls.text.value = "Wrong condition."
    desk.controls.save.click()
    assert [record.text for record in desk.review.log.records()] == ["First.", "Second.", "Wrong condition."]
    assert "withdrawn by Dr. Reyes" in desk.controls.notes.value
    assert labels(desk.controls.action) == ["write a new note"]


def test_facts_that_changed_are_told_until_somebody_confirms_the_note(log):
    """The first run found 16 July; in the second the plan's records say 18 July."""
    save(opened(log), "Ours.")
    changed = three_findings()
    changed.loc[0, "found"] = "2026/07/18"
    desk = opened(log, changed)
    assert "facts changed since" in labels(desk.controls.conditions)[0]
    assert "Ours." in desk.controls.notes.value
    choose(desk.controls.action, "confirm or change note 1")
    desk.controls.save.click()
    assert labels(desk.controls.conditions)[0] == f"error, 2 cases, current; OD {LATE}: Too late."


def test_what_another_reviewer_wrote_meanwhile_is_shown_after_the_next_save(log):
    mine, other = opened(log), opened(log)
    choose(other.controls.conditions, FORMAT)
    save(other, "Needs the card.", "needs_records")
    save(mine, "Ours.")
    assert labels(mine.controls.conditions)[1].startswith("warning, 1 case, current")


def test_markup_from_data_and_notes_is_shown_as_the_text_it_is(log):
    """Nothing of it may become an element: a browser would run what a data cell says."""
    bad = "<img src=x onerror=alert(1)>"
    findings = pd.DataFrame([finding("R<b>", "A<i>", 1, bad, sentence=bad)])
    desk = opened(log, findings)
    text = f"{bad} =1+1 \u202eשלום\n" + "x" * 100_000
    save(desk, text)
    on = desk.controls
    for shown in (on.condition.value, on.case.value, on.notes.value, on.said.value):
        assert "<img" not in shown and "<b>" not in shown and "<i>" not in shown
    assert desk.review.notes["text"].tolist() == [text]


def test_the_rendered_page_counts_states_and_drops_no_note(log):
    """The second run no longer finds A3; its note is listed with what it said."""
    desk = opened(log)
    save(desk, "Ours.")
    choose(desk.controls.conditions, FORMAT)
    save(desk, "y" * 1_001)
    review = Review(three_findings().head(2), two_verdicts(), log)
    assert state_counts(review) == {
        "unreviewed": 0, "current": 2, "facts changed since": 0, "notes on what no longer occurs": 1,
    }  # fmt: skip
    assert condition_table(review)[["cases", "settled", "review", "disposition"]].values.tolist() == [
        [2, 2, "current", "agree"]
    ]
    assert note_table(review)[["on", "text", "state"]].values.tolist() == [
        ["whole condition", "Ours.", "current"]
    ]
    gone = orphan_table(review).iloc[0]
    assert gone["what it said then"] == f"{FORMAT}, OD: 1 case, warning"
    assert gone["text"].endswith("[the first 1,000 of 1,001 characters; `auditkit notes export` gives all]")
    assert log_sentence(review) == ("done", "The log holds 2 records, each as it was written.")


def test_the_page_says_what_still_lacks_a_word_and_who_signed_what(log, tmp_path):
    """The late determinations are critical, the faulty identifier is a warning; other content voids."""
    run = SimpleNamespace(folder=tmp_path / "q3")
    (run.folder / "submissions").mkdir(parents=True)
    (run.folder / "submissions" / "OD.txt").write_text("A1", encoding="ascii")
    desk = opened(log)
    kind, sentence = settled_sentence(desk.review)
    assert kind == "caution" and "1 critical condition lacks a disposition" in sentence
    assert f"{LATE} on OD (2)" in sentence and sign_off_table(run, desk.review).empty
    save(desk, "Ours.")
    assert settled_sentence(desk.review)[0] == "done"
    content = signed_content(output_files(run.folder))
    sign_off(desk.review.log, three_findings(), run="q3", content_sha256=content, who=WHO, remark="Read.")
    assert sign_off_table(run, desk.review)[["role", "author", "state", "remark"]].values.tolist() == [
        ["medical director", "Dr. Reyes", STANDS, "Read."]
    ]
    (run.folder / "submissions" / "OD.txt").write_text("A2", encoding="ascii")
    assert sign_off_table(run, desk.review)["state"].tolist() == [VOID]


def test_a_log_that_was_changed_is_told_on_the_page(log):
    save(opened(log), "Ours.")
    log.write_bytes(log.read_bytes().replace(b"Ours.", b"Hers."))
    kind, sentence = log_sentence(Review(three_findings(), two_verdicts(), log))
    assert kind == "error" and "line 1" in sentence


def test_no_log_is_made_by_looking(log):
    assert log_sentence(Review(three_findings(), two_verdicts(), log)) == (
        "note", "Nobody has written a note on this run yet.",
    )  # fmt: skip
    assert not log.exists()


def test_the_suite_renders_a_sentence_where_a_person_gets_the_desk(log, monkeypatch):
    shown = []
    monkeypatch.setattr(review_desk, "display", shown.append)
    monkeypatch.setattr(review_desk, "show_note", lambda kind, text: shown.append(text))
    review = Review(three_findings(), two_verdicts(), log)
    with variables(AUDITKIT_RUN_FOLDER="outputs/q3"):
        review_desk.show_desk(tiny_run(log), review)
    assert len(shown) == 1 and "make lab" in shown.pop()
    monkeypatch.delenv("AUDITKIT_RUN_FOLDER", raising=False)
    with variables(AUDITKIT_REVIEWER="Dr. Reyes", AUDITKIT_ROLE="medical director"):
        review_desk.show_desk(tiny_run(log), review)
    assert shown[0].startswith("You write as Dr. Reyes, medical director (account ") and len(shown) == 2


def test_every_family_of_rules_has_its_page():
    """A timeframe rule, a check of a cell and a check between tables; intake values have none."""
    assert rule_page(LATE).startswith(LATE)
    assert rule_page(FORMAT).startswith(FORMAT) and "Citation" in rule_page(FORMAT)
    assert rule_page("LC14").startswith("LC14")
    assert rule_page("IN-ZEROS") == ""


def test_the_desk_is_a_copy_of_the_runs_notebook_without_what_it_printed(tmp_path):
    run = tmp_path / "outputs" / "q3"
    with pytest.raises(InputError, match="There is no run q3 yet"):
        desk_notebook(run)
    (run / "notebooks").mkdir(parents=True)
    with pytest.raises(InputError, match="has no 80_review"):
        desk_notebook(run)
    made = nbformat.v4.new_notebook()
    printed = nbformat.v4.new_output("stream", text="case A1")
    made.cells = [nbformat.v4.new_code_cell("show_desk(review)", outputs=[printed], execution_count=3)]
    nbformat.write(made, run / "notebooks" / "80_review.ipynb")
    desk = desk_notebook(run)
    assert desk == tmp_path / "outputs" / "review" / "q3_desk.ipynb"
    cell = json.loads(desk.read_text(encoding="utf-8"))["cells"][0]
    assert (cell["outputs"], cell["execution_count"]) == ([], None)
