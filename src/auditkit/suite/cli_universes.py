"""The command `auditkit universes`: compare versions, log attempts, periods to expect, monitoring tables."""

import argparse
from datetime import date
from pathlib import Path


def add_parser(commands: argparse._SubParsersAction) -> None:
    """Add `universes` with its sub-commands to the parser of `auditkit`."""
    parser = commands.add_parser(
        "universes",
        help="compare two versions of a universe, log submission attempts, make monitoring tables",
        description="Compare two versions of a universe case by case, log submission attempts, "
        "say what period to expect, make the tables of the Timeliness Monitoring Project.",
    )
    parser.set_defaults(command=lambda chosen: parser.print_help())
    actions = parser.add_subparsers(title="actions", metavar="ACTION", parser_class=type(parser))
    _add_compare(actions)
    _add_submit(actions)
    _add_attempts(actions)
    _add_period(actions)
    _add_tmp(actions)


def _action(actions, name: str, run, about: str, example: str) -> argparse.ArgumentParser:
    parser = actions.add_parser(
        name,
        help=about.split(".")[0],
        description=about,
        epilog=f"example:\n  {example}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(command=run)
    return parser


def _add_table(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--table", required=True, metavar="TABLE", help="the record layout, such as OD")
    parser.add_argument("--params", metavar="FILE", help="params file for period, contracts and time zone")


def _add_compare(actions) -> None:
    parser = _action(
        actions,
        "compare",
        _compare,
        "Compare two versions of a universe file.\n\nCases are known again by enrollee and case number. "
        "Says what was fixed, what changed\nbeside it and what broke; writes comparison.xlsx, changes.csv "
        "and findings_compared.csv into DIR.",
        "auditkit universes compare od_1.txt od_2.txt --table OD --out compared",
    )
    parser.add_argument("before", metavar="A", help="the earlier file")
    parser.add_argument("after", metavar="B", help="the later file")
    _add_table(parser)
    parser.add_argument("--out", required=True, metavar="DIR", help="folder for what the comparison writes")


def _compare(chosen: argparse.Namespace) -> None:
    from auditkit.suite.inputs import output_folder
    from auditkit.suite.resubmission import compare_files

    out = output_folder(chosen.out)
    print(compare_files(Path(chosen.before), Path(chosen.after), chosen.table, out, chosen.params))


def _add_submit(actions) -> None:
    parser = _action(
        actions,
        "submit",
        _submit,
        "Log that a universe file was submitted.\n\nAppends the attempt with the file's hash and its "
        "findings to the log; nothing is sent anywhere.\nA table has three attempts.",
        "auditkit universes submit od_2.txt --table OD --log outputs/attempts.jsonl",
    )
    parser.add_argument("file", metavar="FILE", help="the universe file as submitted")
    _add_table(parser)
    parser.add_argument(
        "--log", required=True, metavar="LOG", help="the log of attempts; made when it is not there"
    )


def _submit(chosen: argparse.Namespace) -> None:
    from auditkit.suite.resubmission import submit
    from auditkit.universes.attempts import attempt_words

    made = submit(Path(chosen.file), chosen.table, Path(chosen.log), chosen.params)
    print(f"{made.rows:,} rows, {made.errors:,} errors, {made.warnings:,} warnings.\n{attempt_words(made)}")


def _add_attempts(actions) -> None:
    parser = _action(
        actions,
        "attempts",
        _attempts,
        "List the logged attempts and what a further failure brings.",
        "auditkit universes attempts --log outputs/attempts.jsonl",
    )
    parser.add_argument("--log", required=True, metavar="LOG", help="the log of attempts")


def _attempts(chosen: argparse.Namespace) -> None:
    from auditkit.universes.attempts import attempt_words, read_attempts

    made = read_attempts(Path(chosen.log))
    for one in made:
        print(
            f"{one.table} {one.attempt}  {one.at}  {one.file}  {one.rows:,} rows, {one.errors:,} errors, "
            f"{one.warnings:,} warnings"
        )
    newest = {one.table: one for one in made}
    print("\n".join(attempt_words(one) for one in newest.values()) or "Nothing is logged yet.")


def _add_period(actions) -> None:
    parser = _action(
        actions,
        "period",
        _period,
        "Say which period to expect by enrollment size.\n\nThe rule is recalled, and a run's period is always "
        "an input: take it from the engagement letter.",
        "auditkit universes period --enrollees 42000 --letter 2026-05-04",
    )
    parser.add_argument("--enrollees", required=True, type=int, metavar="N", help="enrollees in scope")
    parser.add_argument("--letter", required=True, type=date.fromisoformat, metavar="DATE",
                        help="date of the engagement letter, as 2026-05-04")  # fmt: skip


def _period(chosen: argparse.Namespace) -> None:
    from auditkit.rules.universe_periods import load_universe_periods, period_by_enrollment

    first, last = period_by_enrollment(chosen.enrollees, chosen.letter)
    known = load_universe_periods().by_enrollment
    print(f"{first} to {last}\nNot verified ({known.status}). {known.source}")


def _add_tmp(actions) -> None:
    parser = _action(
        actions,
        "tmp",
        _tmp,
        "Make the tables of the Timeliness Monitoring Project.\n\nReads the extracts a finished run took in, and "
        "writes the submission text of each table,\nits findings and its verdicts into DIR.",
        "auditkit universes tmp params/sample.yaml --year 2026 --out tmp_2026",
    )
    parser.add_argument("params", metavar="PARAMS", help="params file of a finished run")
    parser.add_argument("--year", required=True, type=int, metavar="Y", help="year of the first quarter")
    parser.add_argument("--out", required=True, metavar="DIR", help="folder for the tables")


def _tmp(chosen: argparse.Namespace) -> None:
    from auditkit.suite.inputs import output_folder
    from auditkit.suite.monitoring import monitoring_tables

    print(monitoring_tables(chosen.params, chosen.year, output_folder(chosen.out)))
