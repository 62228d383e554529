"""The command `auditkit notes`: list, prove, export and take in what reviewers say; waive and sign off."""

import argparse
from datetime import date
from pathlib import Path

from auditkit.errors import InputError

_WHO = "Your name and role come from AUDITKIT_REVIEWER and AUDITKIT_ROLE, else from the params of the run."


def add_parser(commands: argparse._SubParsersAction) -> None:
    """Add `notes` with its sub-commands to the parser of `auditkit`."""
    parser = commands.add_parser(
        "notes",
        help="reviewers' notes on findings, sign-off and corrective actions",
        description="What reviewers say about a run's findings: list and prove it, exchange it with Excel, "
        f"waive, sign off, follow corrective actions. {_WHO}",
    )
    parser.set_defaults(command=lambda chosen: parser.print_help())
    actions = parser.add_subparsers(title="actions", metavar="ACTION", parser_class=type(parser))
    _add_reading(actions)
    _add_exchange(actions)
    _add_signing(actions)
    _add_corrective(actions)


def _action(actions, name: str, run, about: str, example: str) -> argparse.ArgumentParser:
    parser = actions.add_parser(
        name,
        help=about.split(".")[0],
        description=about,
        epilog=f"example:\n  {example}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("run", metavar="RUN", help="name or folder of a finished run")
    parser.set_defaults(command=run)
    return parser


def _add_reading(actions) -> None:
    _action(
        actions,
        "list",
        _list,
        "List the conditions of a run with the state of their review.\n\n"
        "Neither case numbers nor words of notes are printed.",
        "auditkit notes list sample-2026q3",
    )
    _action(
        actions,
        "verify",
        _verify,
        "Prove that the log is as it was written.\n\nNames every place that is not; exit code 1 when "
        "there is one. RUN may also be a log file.",
        "auditkit notes verify sample-2026q3",
    )


def _list(chosen: argparse.Namespace) -> None:
    from auditkit.suite.notes_text import list_text

    print(list_text(_run(chosen.run)))


def _verify(chosen: argparse.Namespace) -> int:
    from auditkit.suite.notes_text import verify_text

    file = Path(chosen.run)
    told, intact = verify_text(file if file.is_file() else _run(chosen.run).log.path)
    print(told)
    return 0 if intact else 1


def _add_exchange(actions) -> None:
    parser = _action(
        actions,
        "export",
        _export,
        "Write every note as CSV and JSON, and a workbook for a reviewer to fill.",
        "auditkit notes export sample-2026q3 --out review-out",
    )
    parser.add_argument(
        "--out", required=True, metavar="DIR", help="folder for notes.csv, notes.json, conditions.xlsx"
    )
    parser = _action(
        actions,
        "import",
        _import,
        "Take in a workbook that a reviewer filled, and tell every conflict.\n\nTaking the same file in "
        "again adds nothing.",
        "auditkit notes import sample-2026q3 review-out/conditions.xlsx",
    )
    parser.add_argument("file", metavar="FILE", help="the filled conditions.xlsx")


def _export(chosen: argparse.Namespace) -> None:
    from auditkit.suite.notes_text import export

    run = _run(chosen.run)
    print(export(run, Path(chosen.out), _who(run)))


def _import(chosen: argparse.Namespace) -> None:
    from auditkit.findings.review_import import OUTCOMES, take_in

    run = _run(chosen.run)
    told = take_in(run.log, Path(chosen.file), run.name, run.table("findings"), _who(run))
    for row in told[told["sentence"] != "saved."].itertuples():
        print(f"{row.sheet}, row {row.row}, {row.outcome}: {row.sentence}")
    counts = ", ".join(f"{outcome} {(told['outcome'] == outcome).sum():,}" for outcome in OUTCOMES)
    print(f"{len(told):,} filled row{'' if len(told) == 1 else 's'}: {counts}.")


def _add_signing(actions) -> None:
    parser = _action(
        actions,
        "waive",
        _waive,
        f"Let a critical condition pass without a disposition, with the reason.\n\n{_WHO}",
        'auditkit notes waive sample-2026q3 C-0a5430c5bcd9 --reason "Reported to CMS on 2 October."',
    )
    parser.add_argument(
        "condition", metavar="CONDITION", help="the condition's id, as `auditkit notes list` prints it"
    )
    parser.add_argument("--reason", required=True, metavar="TEXT", help="why it may pass")
    parser = _action(
        actions,
        "sign",
        _sign,
        "Sign a run off. Refused while a critical condition lacks a disposition; void when the run's "
        f"content changes.\n\n{_WHO}",
        "auditkit notes sign sample-2026q3",
    )
    parser.add_argument("--remark", default="", metavar="TEXT", help="a remark to keep with it")
    parser = _action(
        actions,
        "attest",
        _attest,
        "Prepare the attestation page; its blanks are left blank.",
        "auditkit notes attest sample-2026q3 --out attestation.md",
    )
    parser.add_argument("--out", required=True, metavar="FILE", help="Markdown file to write")


def _waive(chosen: argparse.Namespace) -> None:
    from auditkit.findings.signoff import waive

    run = _run(chosen.run)
    record = waive(run.log, run.table("findings"), chosen.condition, chosen.reason, _who(run))
    print(f"{record.about}: waived by {record.author}, {record.role}; the waiver ends when its facts change.")


def _sign(chosen: argparse.Namespace) -> None:
    from auditkit.suite.reviewed_run import sign

    run = _run(chosen.run)
    record = sign(run, _who(run), chosen.remark)
    print(f"{run.name}: signed off by {record.author}, {record.role}. {record.data['statement']}")


def _attest(chosen: argparse.Namespace) -> None:
    from auditkit.suite.notes_text import attest
    from auditkit.suite.packet import open_points

    run = _run(chosen.run)
    print(attest(run, Path(chosen.out), open_points(run)))


def _add_corrective(actions) -> None:
    parser = _action(
        actions,
        "act",
        _act,
        f"Start a corrective action on a condition.\n\n{_WHO}",
        'auditkit notes act sample-2026q3 C-0a5430c5bcd9 --cause "The vendor\'s queue stood still." '
        '--owner "UM operations" --due 2026-12-15 --step "Second shift until it is empty."',
    )
    parser.add_argument(
        "condition", metavar="CONDITION", help="the condition's id, as `auditkit notes list` prints it"
    )
    for name, meaning in (
        ("cause", "why it happened"),
        ("owner", "who is to act"),
        ("step", "what is done first"),
    ):
        parser.add_argument(f"--{name}", required=True, metavar="TEXT", help=meaning)
    parser.add_argument("--due", required=True, metavar="DATE", help="day it is due, such as 2026-12-15")
    parser = _action(
        actions,
        "update",
        _update,
        f"Record progress of a corrective action.\n\n{_WHO}",
        'auditkit notes update sample-2026q3 N-4d469d0d9c4d232e --status done --evidence "Policy UM-14"',
    )
    parser.add_argument(
        "action", metavar="ACTION", help="the action's id, as `auditkit notes actions` prints it"
    )
    parser.add_argument(
        "--status",
        default="",
        metavar="STATUS",
        help="open, in progress, done, effective, not effective or cancelled",
    )
    for name, meaning in (
        ("step", "a step taken"),
        ("evidence", "where the evidence lies"),
        ("owner", "new owner"),
    ):
        parser.add_argument(f"--{name}", default="", metavar="TEXT", help=meaning)
    parser.add_argument("--due", metavar="DATE", help="new day it is due")
    parser = _action(
        actions,
        "actions",
        _actions,
        "List the corrective actions of a run, their age, and whether they helped.",
        "auditkit notes actions sample-2026q3 --later sample-2026q4",
    )
    parser.add_argument("--later", metavar="RUN", help="a later run: did the late rate fall there?")


def _act(chosen: argparse.Namespace) -> None:
    from auditkit.findings.corrective import open_action
    from auditkit.findings.fold import with_condition_ids

    run = _run(chosen.run)
    named = with_condition_ids(run.table("findings"))
    cases = named[named["condition_id"] == chosen.condition]
    if cases.empty:
        raise InputError(
            f"{chosen.condition}: the run has no such condition; `auditkit notes list` names them."
        )
    record = open_action(
        run.log,
        cases,
        cause=chosen.cause,
        owner=chosen.owner,
        due=_day(chosen.due),
        step=chosen.step,
        who=_who(run),
    )
    print(f"{record.record_id}: corrective action on {record.about}, due {chosen.due}.")


def _update(chosen: argparse.Namespace) -> None:
    from auditkit.findings.corrective import update_action

    due = _day(chosen.due) if chosen.due else None
    run = _run(chosen.run)
    update_action(
        run.log,
        chosen.action,
        who=_who(run),
        status=chosen.status,
        step=chosen.step,
        evidence=chosen.evidence,
        owner=chosen.owner,
        due=due,
    )
    print(f"{chosen.action}: recorded.")


def _actions(chosen: argparse.Namespace) -> None:
    from auditkit.suite.notes_text import actions_text

    print(actions_text(_run(chosen.run), _run(chosen.later) if chosen.later else None, date.today()))


def _run(name: str):
    from auditkit.suite.reviewed_run import open_reviewed_run

    return open_reviewed_run(name)


def _who(run):
    from auditkit.findings.identity import identity

    return identity(run.manifest["facts"].get("reviewer"))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError(f"--due {text}: write the day as 2026-12-15.") from None
