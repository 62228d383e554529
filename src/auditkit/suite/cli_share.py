"""The command `auditkit share`: a release of a run's counts, masked and checked."""

import argparse
import os
from pathlib import Path

from auditkit.errors import InputError


def add_parser(commands: argparse._SubParsersAction) -> None:
    """Add `share` to the parser of `auditkit`."""
    from auditkit.suite.share_classes import CLASSES

    parser = commands.add_parser(
        "share",
        help="release a run's counts as a page and a workbook that may leave the plan",
        description="Release a run's counts as a page and a workbook that may leave the plan.\n\n"
        "Counts of 1 to 10 are hidden, and so is whatever they could be worked out from, in this release and\n"
        "together with every earlier one. Every byte is then read for identifiers: one stops the release.\n"
        "Nothing released is ever written over.",
        epilog="examples:\n  auditkit share sample-2026q3 --class shared --key ~/auditkit-keys/release.key\n"
        '  auditkit share sample-2026q3 --class public --reason "a claim file came late"',
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(command=_share)
    parser.add_argument("run", metavar="RUN", help="name or folder of a finished run")
    about = "; ".join(f"{name}: {purpose}" for name, purpose in CLASSES.items())
    parser.add_argument("--class", dest="output_class", required=True, choices=tuple(CLASSES), help=about)
    parser.add_argument("--to", metavar="DIR", help="folder of the releases (default: releases, beside the run)")
    parser.add_argument("--key", metavar="FILE", help="the plan's secret key, to sign with (`auditkit keys make`)")
    parser.add_argument(
        "--reason", default="", metavar="TEXT", help="why it is released again; leaves the plan with it"
    )
    parser.add_argument(
        "--waive", action="append", default=[], metavar="ID=REASON",
        help="let a failed check pass, as the compliance officer AUDITKIT_REVIEWER; may be repeated",
    )  # fmt: skip


def _share(chosen: argparse.Namespace) -> None:
    from auditkit.suite.share import share

    waivers = dict(map(_waiver, chosen.waive))
    made = share(chosen.run, chosen.output_class, Path(chosen.to) if chosen.to else None,
                 Path(chosen.key) if chosen.key else None, chosen.reason, waivers)  # fmt: skip
    release = made.release
    hidden = sum(isinstance(told, str) for told in release.cells.values())
    print(f"Released {release.name}: {len(release.cells) - hidden:,} numbers, {hidden:,} hidden.\n")
    for name in sorted(release.files):
        print(f"  {os.path.relpath(made.folder / name)}")
    results = [check.result for check in made.checks]
    counts = ", ".join(f"{results.count(result)} {result}" for result in dict.fromkeys(results))
    print(f"\nChecks: {counts}. Keep until {release.retained_until}.")
    for check in made.checks:
        if check.result == "by hand":
            print(f"  look at it yourself, {check.id}: {check.what}")
    if release.replaces:
        print(f"It replaces {release.replaces}; send the statement beside it to whoever has that one.")
    if not release.signed_by:
        print("It is not signed: make keys with `auditkit keys make`, and give --key.")


def _waiver(text: str) -> tuple[str, str]:
    check, sign, reason = text.partition("=")
    if not sign or not check.strip():
        raise InputError(f"--waive {text}: write the check and the reason, as in --waive W-04=\"no chart in it\".")
    return check.strip(), reason.strip()
