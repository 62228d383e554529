"""`auditkit doctor`: what is installed, what it is for, and what a params file still needs."""

import os
import platform
import re
import shutil
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from packaging.markers import Marker


_PROGRAMS = {
    "LibreOffice": (("soffice", "libreoffice"), "to look at workbooks as pages (tests only)"),
    "Chromium": (
        ("chromium", "chromium-browser", "google-chrome"),
        "to look at narratives as pictures (tests only)",
    ),
    "Java": (("java",), "to run the clocks on Spark (optional)"),
    "PostgreSQL": (("postgres", "psql"), "to run the clocks in a database (tests only)"),
}
_LEAST_FREE = 2 * 1024**3


def examine(params_file: str | None = None) -> str:
    """Give the report as text.

    Raises InputError when `params_file` is wrong; what is merely missing is reported.
    """
    needed = [_python(), _disk(), *_packages()]
    lines = ["Needed", *(_line(*item) for item in needed)]
    lines += ["", "Optional", *(_line(*item, absent="absent ") for item in _programs())]
    if params_file:
        inputs = list(_inputs(params_file))
        lines += ["", f"What {params_file} needs", *(_line(*item) for item in inputs)]
        needed += inputs
    ready = all(there for there, _, _ in needed)
    lines += ["", "Everything that is needed is there." if ready else "What is marked MISSING is needed."]
    return "\n".join(lines)


def _line(there: bool, name: str, words: str, absent: str = "MISSING") -> str:
    return f"  {'ok     ' if there else absent}  {name}: {words}"


def _python() -> tuple[bool, str, str]:
    return sys.version_info >= (3, 11), "Python", f"{platform.python_version()} (3.11 or later is needed)"


def _disk() -> tuple[bool, str, str]:
    free = shutil.disk_usage(Path.cwd()).free
    return (
        free >= _LEAST_FREE,
        "Disk",
        f"{free / 1024**3:.1f} GiB free here ({_LEAST_FREE // 1024**3} or more is advised)",
    )


def _packages() -> Iterator[tuple[bool, str, str]]:
    """The packages auditkit itself asks for, beside the versions of the lock file."""
    locked = locked_versions(Path.cwd() / "requirements.lock")
    for requirement in requires("auditkit") or []:
        if "extra ==" in requirement:
            continue
        name = re.match(r"[A-Za-z0-9_.-]+", requirement)[0]
        try:
            found = version(name)
        except PackageNotFoundError:
            yield False, name, "is not installed; run `make`"
            continue
        wanted = locked.get(name.lower().replace("_", "-"), found)
        yield (
            True,
            name,
            found if found == wanted else f"{found}, the lock has {wanted}; results may differ in bytes",
        )


def locked_versions(lock: Path) -> dict[str, str]:
    """Package versions by name, of those pins of a lock file that this Python takes; empty without a lock."""
    if not lock.exists():
        return {}
    pins = re.findall(r"^([\w.-]+)==(\S+)(?: ; (.+?))? \\$", lock.read_text(encoding="utf-8"), re.MULTILINE)
    return {name.lower(): number for name, number, marker in pins if not marker or Marker(marker).evaluate()}


def _programs() -> Iterator[tuple[bool, str, str]]:
    for name, (commands, purpose) in _PROGRAMS.items():
        there = any(shutil.which(command) for command in commands)
        yield there, name, purpose


def _inputs(params_file: str) -> Iterator[tuple[bool, str, str]]:
    """Files and environment variables that a params file and its mapping name."""
    from auditkit.suite.inputs import needed_files, needed_variables
    from auditkit.suite.params import load_params

    setup = load_params(params_file)
    for path, what in needed_files(setup):
        there = setup.at(path).exists()
        yield there, path, what if there else f"{what}; not there"
    for name in needed_variables(setup):
        there = bool(os.environ.get(name))
        yield there, name, "environment variable with a database URL" + ("" if there else "; not set")
