"""What went wrong on our side, told in one sentence and logged without anybody's data.

A log holds the kind of error and the places in the code it passed through. It never holds a
message, a value or a cell's output: those may name a member.
"""

import errno
import os
import re
import tempfile
import traceback
from datetime import datetime, timezone
from pathlib import Path

from auditkit.errors import InputError

_FULL = "No space left on device"
_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_FRAME = re.compile(r"File (?P<file>\S+?):(?P<line>\d+), in (?P<function>[\w.<>]+)")


class RunFailed(Exception):
    """Our fault: one sentence that names the log."""


def disk_full(where: str) -> InputError:
    """The sentence for a full disk."""
    return InputError(
        f"the disk is full: {where} could not be written; free some space and run again, "
        "nothing that was there has changed."
    )


def is_disk_full(error: BaseException) -> bool:
    """True when `error` says that the disk is full, also through a library's own error."""
    said = getattr(error, "evalue", None) or str(error)  # a notebook's error tells more than what was raised
    return getattr(error, "errno", None) == errno.ENOSPC or _FULL in said


def log_folder(root: Path | None = None) -> Path:
    """Where logs go: outputs/logs of the project, else a folder of the system for temporary files."""
    base = root or Path.cwd()
    return (
        base / "outputs" / "logs"
        if (base / "notebooks").is_dir()
        else Path(tempfile.gettempdir()) / "auditkit-logs"
    )


def write_log(folder: Path, subject: str, lines: list[str]) -> Path:
    """Write `lines` to a new log file in `folder` and give its path, shown from the working folder."""
    folder.mkdir(parents=True, exist_ok=True)
    stamp = datetime.now(timezone.utc).strftime("%Y%m%dT%H%M%S")
    path = folder / f"{stamp}-{os.getpid()}-{subject}.log"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def error_lines(error: BaseException) -> list[str]:
    """The kind of an exception and the places it passed through; neither message nor values."""
    frames = traceback.extract_tb(error.__traceback__)
    return [type(error).__name__] + [
        f"  {_short(frame.filename)}:{frame.lineno} in {frame.name}" for frame in frames
    ]


def notebook_failure(name: str, error: Exception, logs: Path, minutes: int) -> Exception:
    """What to raise for a notebook that stopped with `error`: InputError for the user's, else RunFailed."""
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill.exceptions import PapermillExecutionError

    if is_disk_full(error):
        return disk_full(f"a file of notebook {name}")
    if isinstance(error, PapermillExecutionError):
        if error.ename == "InputError":
            return InputError(error.evalue)
        cell = error.cell_index  # counted from 1 in the stored notebook, which lacks the injected cell
        log = write_log(logs, name, [f"{name}, cell {cell}: {error.ename}", *_own_frames(error.traceback)])
        return RunFailed(f"notebook {name} stopped in cell {cell} ({error.ename}); the log is {log}")
    log = write_log(logs, name, error_lines(error))
    if isinstance(error, CellTimeoutError):
        return RunFailed(
            f"notebook {name} was stopped because a cell ran longer than {minutes} minutes; the log is {log}"
        )
    if isinstance(error, DeadKernelError):
        return RunFailed(
            f"notebook {name} lost its Python process, most often because memory ran out; the log is {log}"
        )
    return RunFailed(f"notebook {name} stopped ({type(error).__name__}); the log is {log}")


def _own_frames(lines: list[str]) -> list[str]:
    """Places in our own code that a notebook's traceback names, without the code's values."""
    text = _ANSI.sub("", "\n".join(lines))
    found = (frame.groupdict() for frame in _FRAME.finditer(text))
    return [
        f"  {_short(frame['file'])}:{frame['line']} in {frame['function']}"
        for frame in found
        if "auditkit" in frame["file"]
    ]


def _short(path: str) -> str:
    """A code file's path from its package on: the machine's folders say nothing."""
    for mark in ("/src/", "/site-packages/", "/lib/"):
        if mark in path:
            return path.split(mark, 1)[1]
    return Path(path).name
