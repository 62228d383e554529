"""What a reviewer reviews: the findings of a run, the notes on them, and how a new note is written."""

from pathlib import Path

import pandas as pd

from auditkit.clocks.explain import explain_case
from auditkit.findings.annotations import KINDS, Record, about_condition, about_finding, log_path, open_log
from auditkit.findings.fold import CHANGED, CURRENT, GONE, attach, attach_conditions, fold, with_condition_ids
from auditkit.findings.identity import Identity
from auditkit.findings.signoff import WAIVER
from auditkit.suite.desk_lists import searchable
from auditkit.suite.explain import clocks_of
from auditkit.suite.notebook import Run


class Review:
    """The findings of one run beside its log.

    findings: as `fold.attach` gives them, with `haystack`; those that occur in the run.
    conditions: as `fold.attach_conditions` gives them; those that occur.
    notes: as `fold.fold` gives them, with kind_words and state (current, facts changed since, no longer
    occurs). records: the log itself. They are what the log held at the last `read`.
    verdicts: the clocks of the run.
    """

    def __init__(self, findings: pd.DataFrame, verdicts: pd.DataFrame, path: Path) -> None:
        self._found, self.verdicts = with_condition_ids(findings.reset_index(drop=True)), verdicts
        self._places = {name: place for place, name in enumerate(self._found["finding_id"])}
        self.log = open_log(path)
        records = self.log.records()
        self.findings, self.conditions = _reviewed(self._found, records)
        self.findings = searchable(self.findings)
        self._facts = dict(zip(self.findings["finding_id"], self.findings["facts"]))
        self._facts |= dict(zip(self.conditions["condition_id"], self.conditions["facts"]))
        self._take_notes(records)

    def read(self) -> None:
        """Take in what has been written to the log since; only what it is about is worked out again."""
        records = self.log.records()
        touched = {self._condition_of(record) for record in records[len(self.records) :]}
        mine = self._found["condition_id"].isin(touched)
        if mine.any():
            cases, conditions = _reviewed(self._found[mine], records)
            _replace(self.findings, mine, cases)
            _replace(self.conditions, self.conditions["condition_id"].isin(touched), conditions)
        self._take_notes(records)

    def _condition_of(self, record: Record) -> str:
        finding = self.finding(record.finding_id)
        return record.condition_id if finding is None else finding["condition_id"]

    def _take_notes(self, records: list[Record]) -> None:
        self.records = records
        notes = fold(records)
        about = notes["finding_id"].where(notes["finding_id"] != "", notes["condition_id"])
        states = [self._state(name, facts) for name, facts in zip(about, notes["facts"])]
        self.notes = notes.assign(kind_words=notes["kind"].map(KINDS), on=about, state=states)

    def _state(self, about: str, facts: str) -> str:
        if about not in self._facts:
            return GONE
        return CURRENT if self._facts[about] == facts else CHANGED

    def finding(self, finding_id: str | None) -> pd.Series | None:
        """One finding, or None where this run has none of that id."""
        return self.findings.iloc[self._places[finding_id]] if finding_id in self._places else None

    def condition(self, condition_id: str | None) -> pd.Series | None:
        """One condition, or None where this run has none of that id."""
        found = self.conditions[self.conditions["condition_id"] == condition_id]
        return None if found.empty else found.iloc[0]

    def notes_on(self, about: str) -> pd.DataFrame:
        """The notes on a condition or case, withdrawn ones too, the oldest first."""
        return self.notes[self.notes["on"] == about]

    def waiver_on(self, condition_id: str) -> Record | None:
        """The last waiver of a condition that holds on today's facts, or None."""
        today = self._facts.get(condition_id)
        given = [one for one in self.records if one.kind == WAIVER and one.condition_id == condition_id]
        return next((one for one in reversed(given) if one.facts == today), None)

    def note_text(self, record_id: str) -> str:
        """The text of a note as it stands."""
        return next(iter(self.notes.loc[self.notes["record_id"] == record_id, "text"]), "")

    def arithmetic(self, finding: pd.Series) -> str:
        """The clocks of a finding's case, step by step; '' where none was read."""
        return explain_case(clocks_of(finding, self.verdicts))

    def append(self, about: str, kind: str, text: str, who: Identity) -> str:
        """Save a new note on a condition or case and give its id; raises NotSaved."""
        finding = self.finding(about)
        if finding is not None:
            place = {"finding_id": about, "about": about_finding(finding)}
        else:
            place = {"condition_id": about, "about": about_condition(self.cases_of(about))}
        return self.log.append(
            kind, text, facts=self._facts[about], author=who.author, role=who.role, **place
        ).record_id

    def edit(self, record_id: str, text: str, who: Identity) -> str:
        """Save a note's new text, read against the facts of today, and give the record's id."""
        about = self.notes.loc[self.notes["record_id"] == record_id, "on"].iloc[0]
        return self.log.edit(
            record_id, text, author=who.author, role=who.role, facts=self._facts[about]
        ).record_id

    def withdraw(self, record_id: str, reason: str, who: Identity) -> str:
        """Take a note back, with the reason, and give the record's id."""
        return self.log.withdraw(record_id, reason, author=who.author, role=who.role).record_id

    def cases_of(self, condition_id: str) -> pd.DataFrame:
        """The findings of a condition."""
        return self.findings[self.findings["condition_id"] == condition_id]


def _reviewed(found: pd.DataFrame, records: list[Record]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Findings and their conditions with what was said of them, without those that no longer occur."""
    cases, conditions = attach(found, records), attach_conditions(found, records)
    return tuple(frame[frame["review_state"] != GONE].reset_index(drop=True) for frame in (cases, conditions))


def _replace(frame: pd.DataFrame, where: pd.Series, part: pd.DataFrame) -> None:
    """Put the columns of `part` into the rows of `frame` that `where` marks, by their id."""
    key = "finding_id" if "finding_id" in part else "condition_id"
    fresh = part.set_index(key).loc[frame.loc[where, key]]
    for name in fresh:
        frame.loc[where, name] = fresh[name].to_numpy()


def open_review(run: Run) -> Review:
    """The review of a run. Raises InputError when the run holds no findings yet."""
    output = run.setup.run_folder.parent
    return Review(run.table("findings"), run.table("verdicts"), log_path(output, run.params.run))
