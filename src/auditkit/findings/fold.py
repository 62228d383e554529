"""What the log says today: notes with their latest text, set beside the findings of a run."""

from collections.abc import Iterable

import pandas as pd

from auditkit.findings.annotations import DISPOSITIONS, EDIT, KINDS, WITHDRAWAL, Record
from auditkit.findings.collect import COLUMNS, conditions
from auditkit.findings.facts import FACTS, condition_id, facts_fingerprint, facts_of_cases
from auditkit.findings.people import PERSON

UNREVIEWED, CURRENT, CHANGED, GONE = "unreviewed", "current", "facts changed since", "no longer occurs"
STATES = (UNREVIEWED, CURRENT, CHANGED, GONE)

NOTE_COLUMNS = [
    "record_id", "finding_id", "condition_id", "kind", "text", "facts", "about", "author", "role", "account",
    "at", "edits", "edited_at", "edited_by", "withdrawn", "withdrawn_at", "withdrawn_by", "withdrawn_reason",
    "intact", "seq",
]  # fmt: skip
_SHOWN = {
    "note_kind": "kind", "note": "text", "reviewer": "author", "reviewer_role": "role", "reviewed_at": "at",
    "note_id": "record_id",
}  # fmt: skip
_NUMBERS = {"row": None, PERSON: None, "people": None, "cases": 0, "notes": 0, "settled": 0}
REVIEW_COLUMNS = [
    "review_state", "disposition", "disposition_state", "noted_on", "note_kind", "note", "reviewer",
    "reviewer_role", "reviewed_at", "note_id", "notes",
]  # fmt: skip


def fold(records: Iterable[Record]) -> pd.DataFrame:
    """One row a note, in the order they were written, with its latest text.

    record_id to at: who said what when. edits, edited_at, edited_by: number of edits and the last of them.
    withdrawn, withdrawn_at, withdrawn_by, withdrawn_reason: whether and why it was taken back. intact:
    false when any of its lines was changed after it was written.
    """
    notes: dict[str, dict] = {}
    for record in records:
        if record.kind in KINDS:
            notes[record.record_id] = _note(record)
        elif record.kind in (EDIT, WITHDRAWAL) and record.refers in notes:
            note = notes[record.refers]
            note["intact"] &= record.intact
            if record.kind == EDIT:
                note |= {"text": record.text, "facts": record.facts, "edits": note["edits"] + 1,
                         "edited_at": record.at, "edited_by": record.author}  # fmt: skip
            else:
                note |= {"withdrawn": True, "withdrawn_at": record.at, "withdrawn_by": record.author,
                         "withdrawn_reason": record.text}  # fmt: skip
    return pd.DataFrame(list(notes.values()), columns=NOTE_COLUMNS)


def attach(findings: pd.DataFrame, records: Iterable[Record]) -> pd.DataFrame:
    """The findings of a run with what was said about each; notes whose finding is gone follow at the end.

    Gives the columns of `findings` and condition_id, review_state (unreviewed, current, facts changed
    since, no longer occurs), disposition (agree, disagree, explained or empty) and disposition_state,
    noted_on (case, condition or empty), the latest note (note_kind, note, reviewer, reviewer_role,
    reviewed_at in UTC, note_id) and notes, how many stand. A case without a note of its own shows its
    condition's. Withdrawn notes do not count.
    """
    return _attached(with_condition_ids(findings), _standing(records))


def attach_conditions(findings: pd.DataFrame, records: Iterable[Record]) -> pd.DataFrame:
    """The conditions of a run with what was said about each; notes whose condition is gone follow.

    Gives condition_id, severity, rule, table, cases, people, sentence, citation, facts (fingerprint of
    today), the review columns of `attach`, and `settled`: cases with a disposition that rests on today's
    facts, their own or the condition's.
    """
    standing, named = _standing(records), with_condition_ids(findings)
    cases = _attached(named, standing)
    settled = cases[(cases["disposition"] != "") & (cases["disposition_state"] == CURRENT)]
    counted = conditions(findings)
    counted.insert(0, "condition_id", _condition_ids(counted))
    counted["facts"] = counted["condition_id"].map(_condition_facts(named))
    noted = _beside(counted, standing[standing["condition_id"] != ""], "condition_id", "condition")
    noted["settled"] = (
        noted["condition_id"].map(settled.groupby("condition_id").size()).fillna(0).astype("int64")
    )
    gone = _gone(standing, counted["condition_id"], "condition_id", noted)
    return pd.concat([noted, gone], ignore_index=True).astype(
        {"cases": "int64", "notes": "int64", "settled": "int64"}
    )


def with_condition_ids(findings: pd.DataFrame) -> pd.DataFrame:
    """The findings with condition_id and facts (fingerprint) of each."""
    prints = [facts_fingerprint(row) for row in findings[list(FACTS)].to_dict("records")]
    ids = _condition_ids(findings)
    return findings.assign(
        condition_id=pd.Series(ids, findings.index, dtype="str"),
        facts=pd.Series(prints, findings.index, dtype="str"),
    )


def _condition_ids(frame: pd.DataFrame) -> list[str]:
    abouts = list(zip(frame["rule"], frame["table"], frame["severity"]))
    ids = {about: condition_id(*about) for about in set(abouts)}
    return [ids[about] for about in abouts]


def _condition_facts(findings: pd.DataFrame) -> dict[str, str]:
    groups = findings.groupby("condition_id", sort=False)
    return {name: facts_of_cases(zip(group["finding_id"], group["facts"])) for name, group in groups}


def _standing(records: Iterable[Record]) -> pd.DataFrame:
    notes = fold(records)
    return notes[~notes["withdrawn"].astype(bool)]


def _attached(findings: pd.DataFrame, standing: pd.DataFrame) -> pd.DataFrame:
    on_case = _beside(findings, standing[standing["finding_id"] != ""], "finding_id", "case")
    today = findings["condition_id"].map(_condition_facts(findings))
    on_condition = _beside(
        findings.assign(facts=today), standing[standing["condition_id"] != ""], "condition_id", "condition"
    )
    silent = on_case["notes"] == 0
    for name in REVIEW_COLUMNS:
        on_case[name] = on_case[name].where(~silent, on_condition[name])
    # A case with a note but no disposition of its own takes its condition's.
    undecided = on_case["disposition"] == ""
    for name in ("disposition", "disposition_state"):
        on_case[name] = on_case[name].where(~undecided, on_condition[name])
    whole = pd.concat(
        [on_case, _gone(standing, findings["finding_id"], "finding_id", on_case)], ignore_index=True
    )
    kept = [name for name in [*COLUMNS, PERSON, "condition_id", "facts", *REVIEW_COLUMNS] if name in whole]
    return whole[kept].astype({"row": "Int64", "notes": "int64"})  # a finding on a whole file has no row


def _beside(frame: pd.DataFrame, notes: pd.DataFrame, key: str, noted_on: str) -> pd.DataFrame:
    """`frame` (with `facts` of today) and the review columns of the notes on its `key`."""
    latest = notes.drop_duplicates(key, keep="last").set_index(key)
    settled = notes[notes["kind"].isin(DISPOSITIONS)].drop_duplicates(key, keep="last").set_index(key)
    counts = notes[key].value_counts()
    about, made = frame[key], frame.copy()
    made["review_state"] = _state(about.map(latest["facts"]), frame["facts"], UNREVIEWED)
    made["disposition"] = about.map(settled["kind"]).astype("str").fillna("")
    made["disposition_state"] = _state(about.map(settled["facts"]), frame["facts"], "")
    for shown, name in _SHOWN.items():
        made[shown] = about.map(latest[name]).astype("str").fillna("")
    made["notes"] = about.map(counts).fillna(0).astype("int64")
    made["noted_on"] = made["notes"].map(lambda number: noted_on if number else "").astype("str")
    return made


def _state(noted: pd.Series, today: pd.Series, silent: str) -> pd.Series:
    state = (noted == today).map({True: CURRENT, False: CHANGED})
    return state.where(noted.notna(), silent).astype("str")


def _gone(standing: pd.DataFrame, present: pd.Series, key: str, like: pd.DataFrame) -> pd.DataFrame:
    """One row for each finding or condition that was noted and no longer occurs."""
    gone = standing[(standing[key] != "") & ~standing[key].isin(present)]
    rows = gone.drop_duplicates(key, keep="last")
    made = rows[[key, *_SHOWN.values()]].rename(columns={name: shown for shown, name in _SHOWN.items()})
    made["review_state"], made["sentence"] = GONE, rows["about"]
    made["noted_on"] = "case" if key == "finding_id" else "condition"
    made["notes"] = rows[key].map(gone[key].value_counts())
    made = made.reindex(columns=like.columns)
    for name in made:
        empty, kind = (_NUMBERS[name], "Int64") if name in _NUMBERS else ("", "str")
        made[name] = made[name].astype(object).where(made[name].notna(), empty).astype(kind)
    return made


def _note(record: Record) -> dict:
    names = (
        "record_id",
        "finding_id",
        "condition_id",
        "kind",
        "text",
        "facts",
        "about",
        "author",
        "role",
        "account",
        "at",
        "intact",
        "seq",
    )
    unchanged = {"edits": 0, "edited_at": "", "edited_by": "", "withdrawn": False, "withdrawn_at": "",
                 "withdrawn_by": "", "withdrawn_reason": ""}  # fmt: skip
    return {name: getattr(record, name) for name in names} | unchanged
