"""The command `auditkit`. Exit codes: 0 done, whatever was found; 2 the input is wrong; 1 our fault."""

import argparse
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from auditkit.errors import InputError
from auditkit.suite import cli_layouts, cli_notes, cli_release, cli_reports, cli_share, cli_stars, cli_universes
from auditkit.suite.failures import RunFailed, disk_full, error_lines, is_disk_full, log_folder, write_log

# Each command imports what it needs when it runs: help and doctor answer at once, and doctor also
# answers where a package is missing.

_ABOUT = """\
auditkit turns a health plan's extracts into CMS and MassHealth universes, checks them against
their record layouts and timeframes, and writes an audit-ready workbook and narratives."""

_FIRST_STEPS = """\
first steps:
  auditkit sample outputs/sample-extracts     make an invented plan to try things on
  auditkit run params/sample.yaml             run every report on it
  auditkit check OD my_universe.txt --out checked
                                              check a universe somebody else made

exit codes: 0 done, whatever was found; 2 your input is wrong (one sentence says what);
1 our fault (a log file is named)"""


class _Parser(argparse.ArgumentParser):
    """argparse with its complaint as one sentence and no page of usage before it."""

    def error(self, message: str) -> None:
        raise InputError(f"{message}; `{self.prog} --help` shows how it is written.")


def main(arguments: list[str] | None = None) -> int:
    """Run one command and give its exit code."""
    signal.signal(signal.SIGTERM, _as_interrupt)  # a terminated run cleans up as an interrupted one does
    try:
        return _run(arguments)
    except KeyboardInterrupt:
        return _say("Stopped; what was there before is unchanged.", 130)
    except InputError as error:
        return _say(str(error), 2)
    except RunFailed as error:
        return _say(f"Something went wrong on our side: {error}.", 1)
    except BrokenPipeError:
        return 0  # the reader of our output (head, less) has seen enough
    except Exception as error:
        if is_disk_full(error):
            return _say(str(disk_full("a file")), 2)
        log = write_log(log_folder(), "auditkit", error_lines(error))
        return _say(f"Something went wrong on our side ({type(error).__name__}); the log is {log}.", 1)


def _run(arguments: list[str] | None) -> int:
    parser = build_parser()
    chosen = parser.parse_args(arguments)
    if "command" not in chosen:
        parser.print_help()
        return 0
    # A command gives nothing, or the exit code it ends with.
    return chosen.command(chosen) or 0


def _say(sentence: str, code: int) -> int:
    print(sentence, file=sys.stderr)
    return code


def _as_interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def build_parser() -> argparse.ArgumentParser:
    """The parser of every command, with the help texts."""
    parser = _Parser("auditkit", description=_ABOUT, epilog=_FIRST_STEPS, formatter_class=_Raw)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", parser_class=_Parser)
    for add in (_add_run, _add_sample, _add_check, _add_explain, _add_doctor, _add_rules, _add_sql, _add_selftest):
        add(commands)
    for group in (cli_layouts, cli_notes, cli_stars, cli_universes, cli_reports, cli_share, cli_release):
        group.add_parser(commands)
    return parser


_Raw = argparse.RawDescriptionHelpFormatter


def _command(
    commands: argparse._SubParsersAction, name: str, run: Callable, about: str, example: str
) -> _Parser:
    parser = commands.add_parser(
        name,
        help=about.split(".")[0].split(";")[0],
        description=about,
        formatter_class=_Raw,
        epilog=f"example:\n  {example}",
    )
    parser.set_defaults(command=run)
    return parser


def _add_run(commands: argparse._SubParsersAction) -> None:
    parser = _command(
        commands,
        "run",
        _do_run,
        "Run the reports that a params file describes.\n\n"
        "The run appears in the output folder only when it is whole; until then, and if anything\n"
        "fails, the earlier run stays as it was.",
        "auditkit run params/sample.yaml --only 20,90",
    )
    parser.add_argument("params", metavar="PARAMS", help="the params file, such as params/sample.yaml")
    parser.add_argument(
        "--only",
        metavar="NUMBERS",
        help="run only these notebooks, such as 10,20, and keep the earlier run's results for the others",
    )
    parser.add_argument(
        "--jobs", type=int, default=2, metavar="N", help="notebooks at the same time (default 2)"
    )


def _do_run(chosen: argparse.Namespace) -> None:
    if chosen.jobs < 1:
        raise InputError(f"--jobs must be 1 or more, not {chosen.jobs}.")
    from auditkit.suite.run import run_suite

    only = [part.strip() for part in chosen.only.split(",") if part.strip()] if chosen.only else None
    print(run_suite(chosen.params, only, chosen.jobs).text())


def _add_sample(commands: argparse._SubParsersAction) -> None:
    parser = _command(
        commands,
        "sample",
        _do_sample,
        "Make the extracts of an invented plan, with seeded faults and an answer key.\n\n"
        "The same number of members and the same seed give the same files, byte for byte.",
        "auditkit sample outputs/sample-extracts --members 25000 --seed 2026",
    )
    parser.add_argument("folder", metavar="DIR", help="folder to write the extracts to")
    parser.add_argument("--members", type=int, default=25_000, metavar="N", help="members (default 25,000)")
    parser.add_argument(
        "--seed", type=int, default=2026, metavar="S", help="seed of the random numbers (default 2026)"
    )


def _do_sample(chosen: argparse.Namespace) -> None:
    if chosen.members < 1 or chosen.seed < 0:
        raise InputError("--members must be 1 or more and --seed 0 or more.")
    from auditkit.suite.inputs import output_folder
    from auditkit.suite.sample import sample_extracts

    print(sample_extracts(output_folder(chosen.folder), chosen.members, chosen.seed))


def _add_check(commands: argparse._SubParsersAction) -> None:
    parser = _command(
        commands,
        "check",
        _do_check,
        "Check a universe file that somebody else made.\n\n"
        "Reads tab or pipe text, csv or xlsx, by header names or by column order. Writes into DIR\n"
        "what is wrong (findings.csv), whether each case was timely (verdicts.csv) and the file with\n"
        "its faults marked (xlsx).",
        "auditkit check OD delegate_od.txt --out checked --program sco",
    )
    parser.add_argument("table", metavar="TABLE", help="the record layout, such as OD, RECON or GRV_C")
    parser.add_argument("file", metavar="FILE", help="the universe file")
    parser.add_argument("--out", required=True, metavar="DIR", help="folder for what the check writes")
    parser.add_argument(
        "--program",
        choices=("one_care", "sco", "sco_medicaid", "ma"),
        default=None,
        help="whose timeframes apply (default one_care)",
    )
    parser.add_argument(
        "--params", metavar="FILE", help="params file for period, contracts, time zone and policies"
    )


def _do_check(chosen: argparse.Namespace) -> None:
    from auditkit.suite.check import check_file
    from auditkit.suite.inputs import output_folder

    out, program = output_folder(chosen.out), chosen.program or "one_care"
    result = check_file(chosen.table, Path(chosen.file), out, program, chosen.params)
    print(result.text(program_stated=chosen.program is not None))


def _add_explain(commands: argparse._SubParsersAction) -> None:
    parser = _command(
        commands,
        "explain",
        _do_explain,
        "Explain the timeliness of one case: receipt, limit, extension, deadline, verdict, citation.",
        "auditkit explain sample-2026q3 OD:17",
    )
    parser.add_argument(
        "run", metavar="RUN", help="name or folder of a run, or of what `auditkit check` wrote"
    )
    parser.add_argument(
        "case", metavar="ROW_OR_FINDING", help="a case number, a universe row such as OD:17, or a finding id"
    )


def _do_explain(chosen: argparse.Namespace) -> None:
    from auditkit.suite.explain import explain

    print(explain(chosen.run, chosen.case))


def _add_doctor(commands: argparse._SubParsersAction) -> None:
    parser = _command(
        commands,
        "doctor",
        _do_doctor,
        "Say what is installed, what it is for, and what a params file still needs.",
        "auditkit doctor params/sample.yaml",
    )
    parser.add_argument("params", nargs="?", metavar="PARAMS", help="also check what this params file needs")


def _do_doctor(chosen: argparse.Namespace) -> None:
    from auditkit.suite.doctor import examine

    print(examine(chosen.params))


def _add_rules(commands: argparse._SubParsersAction) -> None:
    parser = _command(
        commands,
        "rules",
        _do_rules_list,
        "Print the rules: timeframes, record layouts, checks, and policies the law leaves open.",
        "auditkit rules show OD",
    )
    actions = parser.add_subparsers(title="actions", metavar="ACTION", parser_class=_Parser)
    listing = _command(actions, "list", _do_rules_list, "List every rule on one line.", "auditkit rules list")
    listing.set_defaults(command=_do_rules_list)
    one = _command(
        actions, "show", _do_rules_show, "Print one rule in full.", "auditkit rules show approval_stop"
    )
    one.add_argument("rule", metavar="ID", help="id of a timeframe, code of a layout or check, or name of a policy")


def _do_rules_list(chosen: argparse.Namespace) -> None:
    from auditkit.suite.rules_text import rules_list

    print(rules_list())


def _do_rules_show(chosen: argparse.Namespace) -> None:
    from auditkit.rules.describe import describe_rule

    print(describe_rule(chosen.rule))


def _add_sql(commands: argparse._SubParsersAction) -> None:
    parser = _command(
        commands,
        "sql",
        _do_sql,
        "Print the SQL of one table: how its universe is filled and checked, and how its clocks are read.\n\n"
        "TABLE is a universe such as OD, a source table such as authorizations, or `lifecycle` for the\n"
        "checks between tables. Period and policies are those of the params file.",
        "auditkit sql OD --params params/sample.yaml",
    )
    parser.add_argument("table", metavar="TABLE", help="a universe, a source table, or lifecycle")
    parser.add_argument("--params", metavar="FILE", required=True, help="params file for period and policies")


def _do_sql(chosen: argparse.Namespace) -> None:
    from auditkit.suite.params import load_params
    from auditkit.suite.sql_text import table_sql

    setup = load_params(chosen.params)
    print(table_sql(chosen.table, (setup.params.period.start, setup.params.period.end), setup.policies), end="")


def _add_selftest(commands: argparse._SubParsersAction) -> None:
    parser = _command(
        commands,
        "selftest",
        _do_selftest,
        "Run the boundary cases of every clock rule in your own database and say whether it agrees.\n\n"
        "The database is named by an environment variable that holds its URL; the URL is never shown.",
        "auditkit selftest --source PLAN_DATABASE",
    )
    parser.add_argument(
        "--source",
        metavar="NAME",
        help="environment variable with the database's URL (default: the built-in engine)",
    )


def _do_selftest(chosen: argparse.Namespace) -> int:
    from auditkit.suite.selftest import selftest

    report, agrees = selftest(chosen.source)
    print(report)
    return 0 if agrees else 1


if __name__ == "__main__":
    sys.exit(main())
