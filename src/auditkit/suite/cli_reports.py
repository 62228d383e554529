"""The command `auditkit reports`: fill a regulator's own template."""

import argparse
from pathlib import Path


def add_parser(commands: argparse._SubParsersAction) -> None:
    """Add `reports` with its sub-commands to the parser of `auditkit`."""
    parser = commands.add_parser(
        "reports",
        help="fill a regulator's own template with a run's numbers",
        description="Periodic reports to MassHealth and CMS: fill a regulator's own template with a run's "
        "numbers.",
    )
    parser.set_defaults(command=lambda chosen: parser.print_help())
    actions = parser.add_subparsers(title="actions", metavar="ACTION", parser_class=type(parser))
    _add_fill(actions)


def _add_fill(actions) -> None:
    parser = actions.add_parser(
        "fill",
        help="fill a regulator's own Excel template with the numbers of a run",
        description="Fill a regulator's own Excel template with the numbers of a run.\n\nA cell map says "
        "which element goes into which cell; docs/reports.md shows one. Styles and\nformulas of the template "
        "stay; a number that was not computed leaves its cell as it was.",
        epilog="example:\n  auditkit reports fill sample-2026q3 form.xlsx --map cells.yaml --out filled.xlsx",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(command=_fill)
    parser.add_argument("run", metavar="RUN", help="name or folder of a finished run")
    parser.add_argument("template", metavar="TEMPLATE", help="the regulator's workbook (.xlsx)")
    parser.add_argument("--map", required=True, metavar="FILE", help="the cell map")
    parser.add_argument("--out", required=True, metavar="FILE", help="the filled workbook to write")


def _fill(chosen: argparse.Namespace) -> None:
    from auditkit.suite.reports_fill import fill_from_run
    from auditkit.suite.reviewed_run import open_reviewed_run

    run = open_reviewed_run(chosen.run)
    print(fill_from_run(run, Path(chosen.template), Path(chosen.map), Path(chosen.out)).text())
