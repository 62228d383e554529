"""What reviewers say about findings: a log that only grows, and the records in it.

A note stands on a finding or on a condition (one rule on one table, many cases). Editing and
withdrawing are records of their own, so every word ever saved can be read again. The log lies beside
the runs, never inside one, and holds names and clinical text: it is readable by its owner only.
"""

import errno
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path

import pandas as pd

from auditkit.errors import InputError
from auditkit.findings import chain
from auditkit.findings.facts import (
    about_condition,
    about_finding,
    condition_facts,
    condition_id,
    facts_fingerprint,
)
from auditkit.findings.identity import Identity, checked_name, checked_role, machine_account

KINDS = {
    "agree": "agree",
    "disagree": "disagree",
    "explained": "explained",
    "root_cause": "root cause",
    "clinical_rationale": "clinical rationale",
    "needs_records": "needs records",
    "corrective_action": "corrective action",
}
"""Kinds of a note and the words shown for them."""

DISPOSITIONS = ("agree", "disagree", "explained")
"""Kinds that settle a condition; the others add to what is known about it."""

EDIT, WITHDRAWAL = "edit", "withdrawal"

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_REFUSED = (errno.EROFS, errno.EACCES, errno.EPERM)


class NotSaved(InputError):
    """A note could not be saved: the sentence says why, `text` is the reviewer's text, whole."""

    def __init__(self, sentence: str, text: str):
        super().__init__(sentence)
        self.text = text


@dataclass(frozen=True)
class Record:
    """One line of the log.

    record_id: N- and sixteen hexadecimal digits of its hash. at: UTC. facts: fingerprint of what the
    reviewer saw. about: what the finding said then, in words. refers: the record that an edit or a
    withdrawal is about. data: what other kinds of record hold. intact: false when the line was changed
    after it was written.
    """

    record_id: str
    seq: int
    at: str
    author: str
    role: str
    account: str
    kind: str
    text: str
    finding_id: str = ""
    condition_id: str = ""
    facts: str = ""
    about: str = ""
    refers: str = ""
    data: dict = field(default_factory=dict)
    intact: bool = True


def log_path(output: Path, run: str) -> Path:
    """Where the log of a run lies: `<output>/review/<run>.jsonl`, the same for every re-run of it."""
    return Path(output) / "review" / f"{run}.jsonl"


class Log:
    """The log of one run; every method that writes has the record on the disk when it returns."""

    def __init__(self, path: Path):
        self.path = Path(path)

    def append(
        self, kind: str, text: str, *, finding_id: str | None = None, condition_id: str | None = None,
        facts: str, author: str, role: str, about: str = "",
    ) -> Record:  # fmt: skip
        """Save a note on a finding or on a condition.

        facts: `facts_fingerprint` of the finding or `condition_facts` of the condition, as the reviewer saw
        it. about: what it said, for the day it no longer occurs. Raises InputError when the note is
        incomplete, NotSaved (with the text) when it cannot be written.
        """
        if kind not in KINDS:
            raise NotSaved(f"a note's kind must be one of {', '.join(KINDS)}.", text)
        if bool(finding_id) == bool(condition_id):
            raise NotSaved("a note stands on one finding or on one condition; name one of them.", text)
        if not text.strip() and kind != "agree":
            raise NotSaved(f"a note of kind '{KINDS[kind]}' needs a text.", text)
        return self.write(
            kind,
            text,
            author=author,
            role=role,
            finding_id=finding_id or "",
            condition_id=condition_id or "",
            facts=facts,
            about=about,
        )

    def edit(self, record_id: str, text: str, *, author: str, role: str, facts: str | None = None) -> Record:
        """Save a new text for a note; the former one stays in the log.

        facts: the fingerprint of today, when the note was read again against today's facts.
        """
        note = self._standing(record_id, text)
        if not text.strip() and note.kind != "agree":
            raise NotSaved(
                f"a note of kind '{KINDS[note.kind]}' needs a text; to take it back, withdraw it.", text
            )
        return self._about(EDIT, note, text, author, role, note.facts if facts is None else facts)

    def withdraw(self, record_id: str, reason: str, *, author: str, role: str) -> Record:
        """Take a note back, with the reason; the note stays in the log and is shown as withdrawn."""
        note = self._standing(record_id, reason)
        if not reason.strip():
            raise NotSaved("withdrawing a note needs a reason.", reason)
        return self._about(WITHDRAWAL, note, reason, author, role, note.facts)

    def records(self) -> list[Record]:
        """Every record in the order it was written; a line that cannot be read is told by `verify`."""
        return [_record(line, intact) for line, intact in chain.read(self.path)]

    def write(self, kind: str, text: str, *, author: str, role: str, **rest) -> Record:
        """Save a record of any kind. Raises NotSaved, with the text, when it cannot be written."""
        try:
            body = {
                "kind": kind, "text": text, "author": checked_name(author, "author's name"),
                "role": checked_role(role), "account": machine_account(), "at": _now(),
            }  # fmt: skip
        except InputError as error:
            raise NotSaved(str(error), text) from None
        try:
            return _record(
                chain.append(self.path, body | {name: value for name, value in rest.items() if value}), True
            )
        except OSError as error:
            raise NotSaved(_why(self.path, error), text) from None

    def _about(self, kind: str, note: Record, text: str, author: str, role: str, facts: str) -> Record:
        return self.write(
            kind,
            text,
            author=author,
            role=role,
            refers=note.record_id,
            facts=facts,
            finding_id=note.finding_id,
            condition_id=note.condition_id,
        )

    def _standing(self, record_id: str, text: str) -> Record:
        """The note of that id, which is not withdrawn; an edit's id stands for the note it edits."""
        known = {record.record_id: record for record in self.records()}
        found = known.get(record_id)
        note = known.get(found.refers) if found and found.kind == EDIT else found
        if note is None or note.kind not in KINDS:
            raise NotSaved(f"{record_id}: there is no such note in {self.path.name}.", text)
        if any(other.kind == WITHDRAWAL and other.refers == note.record_id for other in known.values()):
            raise NotSaved(f"{record_id}: the note was withdrawn; write a new one.", text)
        return note


def open_log(path: Path | str) -> Log:
    """The log at `path`; it is made with its first record.

    What a program that died left unfinished is set aside. Raises InputError for a path inside a run.
    """
    path = Path(path)
    if any(os.path.exists(folder / "manifest.json") for folder in path.absolute().parents):
        raise InputError(f"{path}: lies inside a run, which a re-run replaces; keep notes beside the runs.")
    try:
        chain.repair(path)
    except OSError:
        pass  # reading works all the same, and writing says what is wrong
    return Log(path)


def verify(path: Path | str) -> list[chain.Place]:
    """Every place where a log is not as it was written: line, bytes, sentence; none means intact."""
    return chain.verify(Path(path))


def note_finding(log: Log, finding: Mapping, kind: str, text: str, who: Identity) -> Record:
    """Save a note on one finding (a row of the findings frame)."""
    return log.append(
        kind,
        text,
        finding_id=finding["finding_id"],
        facts=facts_fingerprint(finding),
        author=who.author,
        role=who.role,
        about=about_finding(finding),
    )


def note_condition(log: Log, findings: pd.DataFrame, kind: str, text: str, who: Identity) -> Record:
    """Save a note on a condition. findings: all findings of the condition."""
    first = findings.iloc[0]
    return log.append(
        kind,
        text,
        condition_id=condition_id(first["rule"], first["table"], first["severity"]),
        facts=condition_facts(findings),
        author=who.author,
        role=who.role,
        about=about_condition(findings),
    )


def _record(line: dict, intact: bool) -> Record:
    names = (
        "at",
        "author",
        "role",
        "account",
        "kind",
        "text",
        "finding_id",
        "condition_id",
        "facts",
        "about",
        "refers",
    )
    data = line.get("data")
    return Record(
        record_id=f"N-{str(line['hash'])[:16]}",
        seq=line.get("seq", 0),
        intact=intact,
        data=data if isinstance(data, dict) else {},
        **{name: str(line.get(name, "")) for name in names},
    )


def _now() -> str:
    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def _why(path: Path, error: OSError) -> str:
    """Why a note could not be saved, in one sentence without the note."""
    if error.errno in _FULL:
        why = "the disk is full; free some space and save again"
    elif error.errno in _REFUSED:
        why = f"{path.parent} cannot be written by you; ask for the right to write there and save again"
    else:
        why = f"{(error.strerror or type(error).__name__).lower()}; put that right and save again"
    return f"{path.name}: the note is not saved: {why}, your text is kept."
