"""The command `auditkit layouts`: list, show, import and compare versions of record layouts."""

import argparse
from datetime import date
from pathlib import Path

from auditkit.errors import InputError


def add_parser(commands: argparse._SubParsersAction) -> None:
    """Add `layouts` with its sub-commands to the parser of `auditkit`."""
    parser = commands.add_parser(
        "layouts",
        help="list, show, import and compare record layouts",
        description="Versions of the record layouts: those auditkit has, and your own from CMS's files.",
    )
    parser.set_defaults(command=_list, folder=None)
    actions = parser.add_subparsers(title="actions", metavar="ACTION", parser_class=type(parser))
    _action(
        actions, "list", _list, "List every version, and what CMS has announced.", "auditkit layouts list"
    )
    shown = _action(
        actions, "show", _show, "Print one layout in full.", "auditkit layouts show OD --on 2027-01-31"
    )
    shown.add_argument(
        "code", metavar="CODE", help="the layout, such as OD, or an announced one (SLD_OD)"
    )
    shown.add_argument("--on", metavar="DAY", help="the version in force on this day (default: the newest)")
    _add_import(actions)
    compared = _action(
        actions,
        "diff",
        _diff,
        "Compare two versions of a layout column by column.",
        "auditkit layouts diff OD 2022-01-01 2027-01-01",
    )
    compared.add_argument("code", metavar="CODE", help="the layout, such as OD")
    compared.add_argument(
        "days", metavar="DAY", nargs="*", help="first days of the two versions (default: newest two)"
    )


def _action(actions, name: str, run, about: str, example: str) -> argparse.ArgumentParser:
    parser = actions.add_parser(
        name,
        help=about.split(".")[0],
        description=about,
        epilog=f"example:\n  {example}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--folder", metavar="DIR", help="your own versions (default: params/layouts of the project)"
    )
    parser.set_defaults(command=run)
    return parser


def _add_import(actions) -> None:
    parser = _action(
        actions,
        "import",
        _import,
        "Make a layout version from CMS's own workbook or a CSV.\n\nThe table needs one row a column with "
        "its letter, name, type, length and description. The new\nversion's columns are official; nothing "
        "is written when the file does not fit.",
        "auditkit layouts import table1.xlsx --table OD --from 2027-01-01",
    )
    parser.add_argument("file", metavar="FILE", help="the official workbook or CSV")
    parser.add_argument("--table", required=True, metavar="TABLE", help="the layout it describes, such as OD")
    parser.add_argument(
        "--from",
        required=True,
        metavar="DAY",
        dest="first_day",
        help="first day on which it holds, as 2027-01-01",
    )
    parser.add_argument("--sheet", metavar="NAME", help="sheet of the workbook (default: the first)")
    parser.add_argument("--version", metavar="NAME", help="name of the version (default: the file's name)")
    parser.add_argument(
        "--accept-titles",
        action="store_true",
        help="columns titled otherwise mean the same; a person has compared them",
    )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError(f"'{text[:20]}' is not a day; write it as 2027-01-01.") from None


def _list(chosen: argparse.Namespace) -> None:
    from auditkit.suite.layouts_text import layouts_list
    from auditkit.suite.own_layouts import use_own_layouts

    use_own_layouts(chosen.folder)
    print(layouts_list())


def _show(chosen: argparse.Namespace) -> None:
    from auditkit.suite.layouts_text import layout_shown
    from auditkit.suite.own_layouts import use_own_layouts

    use_own_layouts(chosen.folder)
    print(layout_shown(chosen.code, _day(chosen.on) if chosen.on else None))


def _import(chosen: argparse.Namespace) -> None:
    from auditkit.suite.layouts_text import layout_imported
    from auditkit.suite.own_layouts import own_folder

    print(
        layout_imported(
            Path(chosen.file),
            chosen.table,
            _day(chosen.first_day),
            own_folder(chosen.folder),
            sheet=chosen.sheet,
            version=chosen.version,
            accept_titles=chosen.accept_titles,
        )
    )


def _diff(chosen: argparse.Namespace) -> None:
    from auditkit.suite.layouts_text import layouts_compared
    from auditkit.suite.own_layouts import use_own_layouts

    use_own_layouts(chosen.folder)
    print(layouts_compared(chosen.code, [_day(day) for day in chosen.days]))
