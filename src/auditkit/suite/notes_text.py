"""What `auditkit notes` prints and writes: lists, checks and exports of the notes on a run."""

import csv
import io
import json
from datetime import date
from pathlib import Path

import pandas as pd

from auditkit.errors import InputError
from auditkit.findings import chain
from auditkit.findings.annotations import EDIT, KINDS, WITHDRAWAL, verify
from auditkit.findings.attestation import attestation_page
from auditkit.findings.corrective import actions, effectiveness
from auditkit.findings.fold import GONE, attach, attach_conditions
from auditkit.findings.identity import Identity
from auditkit.findings.review_workbook import write_review_workbook
from auditkit.findings.signoff import open_conditions, sign_offs, waivers
from auditkit.publish.files import written_whole
from auditkit.suite.reviewed_run import ReviewedRun

_COLUMNS = (
    "seq",
    "at",
    "kind",
    "author",
    "role",
    "account",
    "finding_id",
    "condition_id",
    "text",
    "about",
    "refers",
    "facts",
    "data",
    "hash",
)


def list_text(run: ReviewedRun) -> str:
    """The conditions of a run with the state of their review, what no longer occurs, and the sign-offs.

    Case numbers and the words of notes are left out: the text goes to a terminal.
    """
    findings, records = run.table("findings"), run.log.records()
    noted = attach_conditions(findings, records)
    lines = [f"{run.name}: {_many(len(findings), 'finding')}."]
    for row in noted[noted["review_state"] != GONE].itertuples():
        said = f", {row.disposition} ({row.disposition_state})" if row.disposition else ""
        people = "" if pd.isna(row.people) else f" of {_many(row.people, 'enrollee')}"
        lines.append(
            f"  {row.condition_id}  {row.severity:<7}  {row.rule} on {row.table}: "
            f"{_many(row.cases, 'case')}{people}, {row.settled:,} settled, {row.review_state}{said}"
        )
    gone = (attach(findings, records)["review_state"] == GONE).sum() + (noted["review_state"] == GONE).sum()
    lines.append(f"Noted and no longer found: {gone:,}; the notes are kept.")
    for row in waivers(findings, records).itertuples():
        lines.append(
            f"Waived by {row.role}: {row.about}; {'holds' if row.holds else 'ended, the facts changed'}."
        )
    for row in sign_offs(records, run.content_sha256).itertuples():
        later = f"; {_many(row.notes_since, 'note')} since" if row.notes_since else ""
        lines.append(f"Signed off by {row.author}, {row.role}, {row.at}: {row.state}{later}.")
    lines.append(_open_sentence(len(open_conditions(findings, records))))
    return "\n".join(lines)


def verify_text(path: Path) -> tuple[str, bool]:
    """Whether a log is as it was written, in words and as a truth value."""
    places = verify(path)
    lines = [
        f"{path.name}, bytes {place.first_byte:,} to {place.last_byte:,}: {place.sentence}"
        for place in places
    ]
    count = sum(1 for _ in chain.read(path))
    kept = path.with_name(f"{path.name}.torn")
    if kept.exists():
        lines.append(
            f"{kept.name} holds what programs that died left unfinished; none of it was acknowledged."
        )
    if places:
        return "\n".join([*lines, f"{path.name}: {_many(len(places), 'place')} not as written."]), False
    last = chain.last_hash(path)
    lines.append(
        f"{path.name}: {_many(count, 'record')}, each as it was written. The chain ends with {last}; "
        "keep this number elsewhere to prove later that nothing was replaced."
    )
    return "\n".join(lines), True


def export(run: ReviewedRun, folder: Path, who: Identity) -> str:
    """Write notes.json and notes.csv (every record) and conditions.xlsx (to be filled) into `folder`."""
    raw = [record for record, _ in chain.read(run.log.path)]
    _write(folder / "notes.json", json.dumps(raw, indent=2, ensure_ascii=False) + "\n")
    _write(folder / "notes.csv", _csv(raw))
    with written_whole(folder / "conditions.xlsx") as partial:
        write_review_workbook(partial, run.name, run.table("findings"), run.log.records(), who)
        partial.chmod(0o600)
    noted = sum(record["kind"] in KINDS for record in raw)
    changed = sum(record["kind"] in (EDIT, WITHDRAWAL) for record in raw)
    return (
        f"{folder}: notes.json and notes.csv hold {_many(len(raw), 'record')} ({_many(noted, 'note')}, "
        f"{changed:,} edits and withdrawals); conditions.xlsx is for a reviewer to fill. "
        "They hold names and clinical text: keep them in the plan's secure store."
    )


def attest(run: ReviewedRun, path: Path, limits: list[str]) -> str:
    """Write the attestation page of a run as Markdown, every blank left blank."""
    facts = run.manifest["facts"]
    submissions = [(output["file"], output["sha256"]) for output in run.manifest["outputs"]
                   if output["file"].startswith("submissions/")]  # fmt: skip
    page = attestation_page(
        {
            "run": run.name,
            "plan": facts.get("plan", ""),
            "period": facts.get("period", ""),
            "content_sha256": run.content_sha256,
            "log_sha256": chain.last_hash(run.log.path),
            "version": run.manifest["code"]["auditkit"],
            "submissions": submissions,
        },
        run.table("findings"),
        run.log.records(),
        limits,
    )
    _write(path, page)
    lacking = len(open_conditions(run.table("findings"), run.log.records()))
    return f"{path}: the attestation page, with its blanks left blank. {_open_sentence(lacking)}"


def actions_text(run: ReviewedRun, later: ReviewedRun | None, today: date) -> str:
    """The corrective actions of a run with their age and, when a later run is given, whether they helped."""
    rows = actions(run.log.records(), today)
    if rows.empty:
        return f"{run.name}: no corrective action has been started."
    lines = []
    for row in rows.itertuples():
        overdue = f", {_many(row.days_overdue, 'day')} overdue" if row.days_overdue else ""
        lines.append(
            f"{row.action_id}  {row.status}: {row.about}; owner {row.owner}, due {row.due}{overdue}; "
            f"open {_many(row.days_open, 'day')}, {_many(row.steps, 'step')}."
        )
    if later:
        told = effectiveness(rows, run.table("verdicts"), later.table("verdicts"))
        lines += [f"{row.action_id}  {row.sentence}" for row in told.itertuples()]
    return "\n".join(lines)


def _csv(raw: list[dict]) -> str:
    """Every record as CSV; a cell that a spreadsheet would run as a formula gets an apostrophe in front."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for record in raw:
        cells = {**record, "data": json.dumps(record["data"], sort_keys=True) if record.get("data") else ""}
        writer.writerow([_harmless(str(cells.get(name, ""))) for name in _COLUMNS])
    return text.getvalue()


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r", "'")) else text


def _write(path: Path, text: str) -> None:
    """Write a text only its owner can read. Half a character becomes the escape JSON has for it."""
    if path.is_dir():
        raise InputError(f"{path}: is a folder; name a file.")
    try:
        with written_whole(path) as partial:
            partial.touch(mode=0o600)
            partial.write_bytes(text.encode("utf-8", "backslashreplace"))
    except (PermissionError, FileExistsError, NotADirectoryError):
        raise InputError(f"{path}: cannot be written; choose a folder you may write to.") from None


def _open_sentence(lacking: int) -> str:
    if not lacking:
        return "Every critical condition has a disposition on today's facts or is waived."
    have = "condition lacks" if lacking == 1 else "conditions lack"
    return f"{lacking:,} critical {have} a disposition on today's facts; a sign-off is refused until then."


def _many(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"
