"""The state of the review as plain tables: what the rendered notebook, and the narrative made of it, show."""

from datetime import date

import pandas as pd

from auditkit.findings.annotations import verify
from auditkit.findings.fold import GONE, STATES
from auditkit.findings.signoff import open_conditions, refusal, sign_offs
from auditkit.publish.manifest import output_files
from auditkit.suite.desk_review import Review
from auditkit.suite.notebook import Run
from auditkit.suite.review_actions import followed_actions
from auditkit.suite.reviewed_run import signed_content

DUTIES = ["condition", "owner", "due", "status", "days open", "days overdue", "step", "evidence"]
EFFECTS = ["condition", "opened in", "before", "after", "effect", "action"]
"""Columns of `action_table` that say who does what by when, and those that say whether it helped."""
_LONGEST = 1_000


def state_counts(review: Review) -> dict[str, int]:
    """How many findings are in each state of review, and how many notes are on what no longer occurs."""
    counts = review.findings["review_state"].value_counts()
    known = {state: int(counts.get(state, 0)) for state in STATES if state != GONE}
    return known | {"notes on what no longer occurs": len(orphan_table(review))}


def log_sentence(review: Review) -> tuple[str, str]:
    """Kind and text of a remark on the log: how many records, and whether each is as it was written."""
    if not review.log.path.exists():
        return "note", "Nobody has written a note on this run yet."
    wrong, count = verify(review.log.path), len(review.log.records())
    if wrong:
        return "error", "The log is not as it was written: " + " ".join(place.sentence for place in wrong)
    return "done", f"The log holds {count:,} record{'' if count == 1 else 's'}, each as it was written."


def sign_off_table(run: Run, review: Review) -> pd.DataFrame:
    """The sign-offs given, in order: role, author, at (UTC), state (stands, or void and why), remark.

    Notes written since are counted in `notes since`: the signer has not seen them.
    """
    given = sign_offs(review.log.records(), signed_content(output_files(run.folder)))
    return given[["role", "author", "at", "state", "remark", "notes_since"]].rename(
        columns={"notes_since": "notes since"}
    )


def settled_sentence(review: Review) -> tuple[str, str]:
    """Kind and text of a remark on whether the run can be signed off: what each critical condition lacks."""
    lacking = open_conditions(review.findings, review.log.records())
    if len(lacking):
        return "caution", refusal(lacking)
    return "done", "Every critical condition (severity error) has a disposition or is waived."


def condition_table(review: Review) -> pd.DataFrame:
    """One row a condition: severity, rule, table, cases, people, settled, review, disposition, waived, ...

    people: distinct enrollees. settled: cases with a disposition that rests on the facts of this run. waived:
    by whom, where a waiver holds on them. Sentence and citation follow.
    """
    shown = ["severity", "rule", "table", "cases", "people", "settled", "review_state", "disposition"]
    given = [review.waiver_on(name) for name in review.conditions["condition_id"]]
    waived = [f"{one.author}, {one.role}" if one else "" for one in given]
    told = review.conditions[[*shown, "sentence", "citation"]].rename(columns={"review_state": "review"})
    told.insert(len(shown), "waived", pd.Series(waived, told.index, dtype="str"))
    return told


def action_table(run: Run, review: Review, today: date) -> pd.DataFrame:
    """One row a corrective action, of this run and of earlier ones, aged to `today`.

    Gives DUTIES and EFFECTS, as `review_actions.followed_actions` gives them: opened in is the run, step the
    latest step, action the id.
    """
    names = {"action_id": "action", "about": "condition"}
    rows = followed_actions(run, review, today).rename(columns=names)
    rows = rows.rename(columns=lambda name: name.replace("_", " "))[list(dict.fromkeys([*DUTIES, *EFFECTS]))]
    return rows.astype({"days open": "int64", "days overdue": "int64"})


def action_sentence(rows: pd.DataFrame, today: date) -> tuple[str, str]:
    """Kind and text of a remark on corrective actions: how many, how many overdue, and on which day."""
    if rows.empty:
        return "note", "No corrective action has been started."
    late = int((rows["days overdue"] > 0).sum())
    count = f"{len(rows):,} corrective action{'' if len(rows) == 1 else 's'}"
    return "caution" if late else "note", f"{count}, {late:,} overdue on {today}."


def note_table(review: Review) -> pd.DataFrame:
    """The notes that stand on findings of this run: on, kind, text, author, role, at (UTC), state, note."""
    return _told(review.notes[review.notes["state"] != GONE], review)


def orphan_table(review: Review) -> pd.DataFrame:
    """The notes whose condition or case this run does not find, with what it said when they were written."""
    return _told(review.notes[review.notes["state"] == GONE], review)


def _told(notes: pd.DataFrame, review: Review) -> pd.DataFrame:
    notes = notes[~notes["withdrawn"].astype(bool)]
    # An edit is dated as it was made, so that a reader sees which text is how old.
    at = notes["edited_at"].where(notes["edited_at"] != "", notes["at"])
    return pd.DataFrame({
        "on": [_on(review, about) for about in notes["on"]],
        "what it said then": notes["about"],
        "kind": notes["kind_words"],
        "text": notes["text"].map(_shortened),
        "author": notes["author"],
        "role": notes["role"],
        "at": at,
        "state": notes["state"],
        "note": notes["record_id"],
    }).reset_index(drop=True)  # fmt: skip


def _on(review: Review, about: str) -> str:
    finding = review.finding(about)
    if finding is not None:
        return f"case {finding['case_id']}" if finding["case_id"] else f"finding {about}"
    return "whole condition" if about.startswith("C-") else f"finding {about}"


def _shortened(text: str) -> str:
    if len(text) <= _LONGEST:
        return text
    left_out = f"the first {_LONGEST:,} of {len(text):,} characters; `auditkit notes export` gives all"
    return f"{text[:_LONGEST]} [{left_out}]"
