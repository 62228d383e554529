"""Notes stay on their findings through every re-run; sign-off and corrective actions rest on them."""

from datetime import date

import pandas as pd
import pytest
from findings_frames import DIRECTOR, OFFICER, findings, late
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditkit.findings.annotations import NotSaved, condition_id, note_condition, note_finding, open_log
from auditkit.findings.attestation import attestation_page
from auditkit.findings.corrective import actions, effectiveness, open_action, update_action
from auditkit.findings.fold import CHANGED, CURRENT, GONE, UNREVIEWED, attach, fold
from auditkit.findings.signoff import STANDS, VOID, open_conditions, sign_off, sign_offs, waive, waivers

LATE = condition_id("AIP-IOD-STD-PA", "OD", "error")


@pytest.fixture
def log(tmp_path):
    return open_log(tmp_path / "review" / "run.jsonl")


def states(frame: pd.DataFrame, log) -> dict[str, str]:
    noted = attach(frame, log.records())
    return dict(
        zip(noted["case_id"] + noted["sentence"].where(noted["case_id"] == "", ""), noted["review_state"])
    )


def test_a_note_stays_on_its_case_while_cases_come_change_and_go(log):
    """Case A was decided a day late. The next extract says two days; the one after no longer holds A."""
    first = findings(late("A"), late("B"))
    note_finding(
        log, first.iloc[0], "explained", "The enrollee asked to wait for the second opinion.", DIRECTOR
    )
    assert states(first, log) == {"A": CURRENT, "B": UNREVIEWED}
    moved = findings(late("C", row=1), late("A", row=2), late("B", row=3))
    assert states(moved, log) == {"A": CURRENT, "B": UNREVIEWED, "C": UNREVIEWED}
    changed = findings(late("A", stop="2026/07/17"), late("B"))
    assert states(changed, log) == {"A": CHANGED, "B": UNREVIEWED}
    gone = findings(late("B"))
    said = "AIP-IOD-STD-PA, OD: Decision: stopped after the deadline."
    assert states(gone, log) == {"B": UNREVIEWED, said: GONE}
    assert states(first, log) == {"A": CURRENT, "B": UNREVIEWED}


def test_reading_a_note_again_against_todays_facts_makes_it_current(log):
    changed = findings(late("A", stop="2026/07/17"))
    note = note_finding(log, late("A"), "agree", "", DIRECTOR)
    assert states(changed, log) == {"A": CHANGED}
    facts = attach(changed, log.records())["facts"].iloc[0]
    log.edit(
        note.record_id, "Two days late, agreed.", facts=facts, author="K. Osei", role="compliance officer"
    )
    assert states(changed, log) == {"A": CURRENT}
    row = fold(log.records()).iloc[0]
    assert (row["author"], row["edited_by"], row["text"]) == (
        "Dr. Rivera",
        "K. Osei",
        "Two days late, agreed.",
    )


def test_a_condition_speaks_for_its_cases_until_a_case_joins_it(log):
    both = findings(late("A"), late("B"), late("D", severity="warning"))
    note_condition(log, both.head(2), "agree", "The vendor's queue stood still from 1 to 9 July.", OFFICER)
    noted = attach(both, log.records())
    assert list(noted["disposition"]) == ["agree", "agree", ""]  # late and not testable are two conditions
    assert list(noted["noted_on"]) == ["condition", "condition", ""]
    joined = attach(findings(late("A"), late("B"), late("C")), log.records())
    assert set(joined["disposition_state"]) == {CHANGED}


def test_a_case_keeps_its_own_word_beside_its_conditions(log):
    both = findings(late("A"), late("B"))
    note_condition(log, both, "agree", "Late.", OFFICER)
    note_finding(log, both.iloc[0], "needs_records", "Fax log of 15 July.", DIRECTOR)
    noted = attach(both, log.records())
    assert list(noted["note_kind"]) == ["needs_records", "agree"]
    assert list(noted["disposition"]) == ["agree", "agree"]


def test_a_withdrawn_note_no_longer_counts_and_is_still_told(log):
    note = note_finding(log, late("A"), "agree", "", DIRECTOR)
    log.withdraw(note.record_id, "Wrong case.", author="Dr. Rivera", role="medical director")
    assert states(findings(late("A")), log) == {"A": UNREVIEWED}
    assert fold(log.records()).iloc[0]["withdrawn_reason"] == "Wrong case."


STEP = st.one_of(
    st.tuples(st.just("note"), st.sampled_from("ABCD"), st.text(min_size=1).filter(str.strip)),
    st.tuples(st.just("edit"), st.integers(0, 20), st.text(min_size=1).filter(str.strip)),
    st.tuples(st.just("withdraw"), st.integers(0, 20), st.just("because")),
    st.tuples(
        st.just("run"),
        st.dictionaries(st.sampled_from("ABCD"), st.sampled_from(["16", "17", "18"])),
        st.just(""),
    ),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(STEP, max_size=25))
def test_whatever_is_noted_and_run_again_every_note_is_found_in_its_right_state(tmp_path_factory, steps):
    """The model: per case the stop last seen by a note that stands. A run is cases and their stops."""
    log = open_log(tmp_path_factory.mktemp("log") / "review" / "x.jsonl")
    run, notes = {"A": "16", "B": "16"}, []  # notes: [case, stop seen, text, stands, id]
    for what, about, text in steps:
        if what == "run":
            run = about
        elif what == "note" and about in run:
            seen = late(about, stop=run[about])
            notes.append(
                [
                    about,
                    run[about],
                    text,
                    True,
                    note_finding(log, seen, "explained", text, DIRECTOR).record_id,
                ]
            )
        elif what in ("edit", "withdraw") and notes:
            note = notes[about % len(notes)]
            change = log.edit if what == "edit" else log.withdraw
            if not note[3]:
                with pytest.raises(NotSaved):
                    change(note[4], text, author="K. Osei", role="preparer")
                continue
            change(note[4], text, author="K. Osei", role="preparer")
            note[2], note[3] = (text, True) if what == "edit" else (note[2], False)
    folded = fold(log.records())
    assert list(zip(folded["record_id"], folded["text"], folded["withdrawn"])) == [
        (n[4], n[2], not n[3]) for n in notes
    ]
    standing = {note[0]: note[1] for note in notes if note[3]}
    expected = {case: UNREVIEWED if case not in standing else CURRENT if standing[case] == stop else CHANGED
                for case, stop in run.items()}  # fmt: skip
    noted = attach(findings(*(late(case, stop=stop) for case, stop in run.items())), log.records())
    present = noted[noted["review_state"] != GONE]
    assert dict(zip(present["case_id"], present["review_state"])) == expected
    gone = set(noted[noted["review_state"] == GONE]["finding_id"])
    assert gone == {late(case)["finding_id"] for case in standing if case not in run}


# Sign-off


def sign(log, frame, content="a" * 64, who=DIRECTOR):
    return sign_off(log, frame, run="one-care-2026q3", content_sha256=content, who=who)


def test_sign_off_waits_for_every_critical_condition(log):
    """Two cases late under one rule, and one warning: one condition stands in the way, with two cases."""
    frame = findings(late("A"), late("B"), late("C", severity="warning"))
    with pytest.raises(
        NotSaved, match=r"1 critical condition lacks a disposition.*AIP-IOD-STD-PA on OD \(2\)"
    ):
        sign(log, frame)
    note_finding(log, frame.iloc[0], "agree", "", DIRECTOR)
    note_finding(log, frame.iloc[1], "root_cause", "A vendor's queue.", DIRECTOR)  # no disposition
    assert list(open_conditions(frame, log.records())["settled"]) == [1]
    note_finding(log, frame.iloc[1], "disagree", "The fax log shows 14 July.", DIRECTOR)
    sign(log, frame)
    signed = sign_offs(log.records(), "a" * 64)
    assert list(zip(signed["role"], signed["state"], signed["notes_since"])) == [
        ("medical director", STANDS, 0)
    ]


def test_a_disposition_on_former_facts_settles_nothing(log):
    note_condition(log, findings(late("A")), "agree", "", OFFICER)
    assert open_conditions(findings(late("A")), log.records()).empty
    assert list(open_conditions(findings(late("A", stop="2026/07/17")), log.records())["condition_id"]) == [
        LATE
    ]


def test_a_waiver_needs_a_reason_and_ends_with_its_facts(log):
    frame = findings(late("A"))
    with pytest.raises(NotSaved, match="needs a reason"):
        waive(log, frame, LATE, " ", OFFICER)
    with pytest.raises(NotSaved, match="no such condition"):
        waive(log, frame, "C-unknown", "why", OFFICER)
    waive(log, frame, LATE, "Reported to CMS on 2 October.", OFFICER)
    sign(log, frame)
    changed = findings(late("A", stop="2026/07/17"))
    assert list(waivers(changed, log.records())["holds"]) == [False]
    with pytest.raises(NotSaved, match="critical condition"):
        sign(log, changed)


def test_a_sign_off_is_void_when_the_content_changes_and_tells_of_later_notes(log):
    frame = findings(late("C", severity="warning"))
    sign(log, frame)
    note_finding(log, frame.iloc[0], "agree", "", OFFICER)
    signed = sign_offs(log.records(), "b" * 64).iloc[0]
    assert (signed["state"], signed["notes_since"]) == (VOID, 1)


def test_a_plain_reviewer_cannot_sign_off(log):
    with pytest.raises(NotSaved, match="not by a reviewer"):
        sign(log, findings(), who=DIRECTOR._replace(role="reviewer"))


def attestation(frame, log):
    facts = {
        "run": "x",
        "plan": "Sample",
        "period": "2026-07-01 to 2026-09-30",
        "content_sha256": "a" * 64,
        "log_sha256": "c" * 64,
        "version": "0.1.0",
        "submissions": [("OD.txt", "b" * 64)],
    }
    return attestation_page(facts, frame, log.records(), ["The layout of OD is recalled."])


def test_the_attestation_page_is_blank_and_has_no_line_to_sign_while_a_condition_is_open(log):
    frame = findings(late("A"))
    refused = attestation(frame, log)
    assert "Not ready to be signed" in refused and "Signature" not in refused
    waive(log, frame, LATE, "M. Doe was told by telephone.", OFFICER)
    sign(log, frame)
    ready = attestation(frame, log)
    assert ready.index("The layout of OD is recalled.") < ready.index("Signature: ____")
    assert all(f"{blank}: _" in ready for blank in ("Name", "Title", "Signature", "Date"))
    assert "M. Doe" not in ready and "waived: AIP-IOD-STD-PA, OD: 1 case" in ready


# Corrective actions


def verdicts(late_cases: int, timely: int, rule: str = "AIP-IOD-STD-PA") -> pd.DataFrame:
    told = ["late"] * late_cases + ["timely"] * timely + ["pending", "not_testable"]
    return pd.DataFrame({"table": "OD", "rule": rule, "verdict": told})


def start(log, **changed):
    given = {
        "cause": "The queue of the vendor stood still.",
        "owner": "UM operations",
        "due": date(2026, 10, 15),
        "step": "Second shift until the queue is empty.",
        "who": OFFICER,
    } | changed
    return open_action(log, findings(late("A"), late("B")), **given)


def test_an_action_ages_until_it_is_found_effective(log):
    """Due on 15 October; on 20 October it is 5 days overdue; once effective it is no longer overdue."""
    action = start(log)
    row = actions(log.records(), date(2026, 10, 20)).iloc[0]
    assert (row["status"], row["days_overdue"], row["steps"], row["rule"]) == ("open", 5, 1, "AIP-IOD-STD-PA")
    update_action(log, action.record_id, status="done", evidence="Policy UM-14, section 3", who=OFFICER)
    update_action(log, action.record_id, step="Watch the queue weekly.", due=date(2026, 12, 1), who=OFFICER)
    row = actions(log.records(), date(2026, 12, 11)).iloc[0]
    assert (row["status"], row["days_overdue"], row["steps"]) == ("done", 10, 2)
    assert row["evidence"] == "Policy UM-14, section 3"
    update_action(log, action.record_id, status="effective", who=OFFICER)
    assert actions(log.records(), date(2027, 1, 1)).iloc[0]["days_overdue"] == 0


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"status": "fixed"}, "status is one of open"),
        ({"status": "done"}, "say where it lies"),
        ({}, "nothing is said"),
    ],
)
def test_an_update_that_says_too_little_is_refused(log, change, said):
    action = start(log)
    with pytest.raises(NotSaved, match=said):
        update_action(log, action.record_id, who=OFFICER, **change)


def test_an_action_needs_cause_owner_and_first_step(log):
    with pytest.raises(NotSaved, match="needs its owner"):
        start(log, owner=" ")
    with pytest.raises(NotSaved, match="no such corrective action"):
        update_action(log, "N-0000", status="open", who=OFFICER)


@pytest.mark.parametrize(
    ("before", "after", "said", "change"),
    [
        ((6, 44), (1, 49), "the late rate fell, from 12.0% (6 of 50) to 2.0% (1 of 50).", -10.0),
        ((1, 49), (2, 48), "the late rate rose, from 2.0% (1 of 50) to 4.0% (2 of 50).", 2.0),
        ((1, 9), (5, 45), "the late rate stayed the same, from 10.0% (1 of 10) to 10.0% (5 of 50).", 0.0),
        ((1, 9), (0, 0), "cannot be told, because no case was tested after the action.", None),
    ],
)
def test_effectiveness_is_the_late_rate_before_and_after(log, before, after, said, change):
    start(log)
    told = effectiveness(actions(log.records(), date(2026, 12, 1)), verdicts(*before), verdicts(*after)).iloc[
        0
    ]
    assert told["sentence"] == f"AIP-IOD-STD-PA: {said}"
    assert pd.isna(told["change"]) if change is None else told["change"] == pytest.approx(change)
