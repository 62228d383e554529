"""The commands around a release: `auditkit keys`, `auditkit verify`, `auditkit encrypt`."""

import argparse
import os
from getpass import getpass
from pathlib import Path

from auditkit.errors import InputError

_PASSPHRASE = "AUDITKIT_PASSPHRASE"


def add_parser(commands: argparse._SubParsersAction) -> None:
    """Add `keys`, `verify` and `encrypt` to the parser of `auditkit`."""
    keys = commands.add_parser(
        "keys",
        help="make the plan's keys for signing releases",
        description="Keys with which the plan signs its releases.",
    )
    keys.set_defaults(command=lambda chosen: keys.print_help())
    actions = keys.add_subparsers(title="actions", metavar="ACTION", parser_class=type(keys))
    made = _command(
        actions,
        "make",
        _make,
        "Make release.key and release.pub in DIR.\n\n"
        "release.key stays with the plan, readable by its owner only, outside every repository and run;\n"
        "whoever has it can sign in the plan's name. release.pub goes to whoever shall check.",
        "auditkit keys make ~/auditkit-keys",
    )
    made.add_argument("folder", metavar="DIR", help="folder for the two files")
    verify = _command(
        commands,
        "verify",
        _verify,
        "Say whether a file, a release or a run is as it left its maker.\n\n"
        "A recipient needs the file and the plan's public key; a page carries its own signature, other\n"
        "files have theirs beside them (.minisig). Exit code 1 when something was changed.",
        "auditkit verify sample-2026q3_shared_v1 --key release.pub",
    )
    verify.add_argument(
        "path",
        metavar="FILE_OR_FOLDER",
        help="a released file, a release, or a run; by path, or by name in outputs",
    )
    verify.add_argument("--key", metavar="FILE", help="the plan's public key, release.pub")
    encrypt = _command(
        commands,
        "encrypt",
        _encrypt,
        "Encrypt a working workbook for its way to somebody else.\n\n"
        f"For the holders of age keys, or with a passphrase: asked for, or taken from {_PASSPHRASE}.\n"
        "It is opened with `age -d`.",
        "auditkit encrypt outputs/sample-2026q3/workbooks/odag_universes.xlsx --out odag.xlsx.age",
    )
    encrypt.add_argument("file", metavar="FILE", help="the file to encrypt; it stays as it is")
    encrypt.add_argument(
        "--out", required=True, metavar="FILE", help="the encrypted file, such as odag.xlsx.age"
    )
    encrypt.add_argument(
        "--recipient",
        action="append",
        default=[],
        metavar="KEY",
        help="public age key of a reader; may be repeated",
    )


def _command(commands, name: str, run, about: str, example: str) -> argparse.ArgumentParser:
    parser = commands.add_parser(
        name,
        help=about.split(".\n")[0].rstrip("."),
        description=about,
        epilog=f"example:\n  {example}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(command=run)
    return parser


def _make(chosen: argparse.Namespace) -> None:
    from auditkit.publish.sign import PUBLIC, SECRET, make_keys

    public = make_keys(Path(chosen.folder))
    print(
        f"Made {SECRET} (keep it) and {PUBLIC} (give it away) in {chosen.folder}.\n\n{public.text()}", end=""
    )


def _verify(chosen: argparse.Namespace) -> int:
    from auditkit.publish.sign import read_public_key
    from auditkit.publish.verify import verify

    named = Path(chosen.path)
    places = (named, Path("outputs") / named, Path("outputs") / "releases" / named)
    path = next((place for place in places if place.exists()), named)
    verdict = verify(path, read_public_key(Path(chosen.key)) if chosen.key else None)
    print(verdict.text())
    return 0 if verdict.holds else 1


def _encrypt(chosen: argparse.Namespace) -> None:
    from auditkit.publish.encrypt import encrypt_file

    passphrase = "" if chosen.recipient else os.environ.get(_PASSPHRASE) or _asked()
    encrypt_file(Path(chosen.file), Path(chosen.out), chosen.recipient, passphrase)
    print(
        f"Wrote {chosen.out}; it is opened with `age -d -o {Path(chosen.file).name} {Path(chosen.out).name}`."
    )


def _asked() -> str:
    try:
        first, again = getpass("Passphrase: "), getpass("Again: ")
    except EOFError:
        raise InputError(f"No passphrase was given; set {_PASSPHRASE}, or name a --recipient.") from None
    if first != again:
        raise InputError("The two passphrases differ; begin again.")
    return first
