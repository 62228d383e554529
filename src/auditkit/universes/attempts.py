"""The log of submission attempts: one line a submission of a table, appended and never rewritten.

Each line is a JSON object that carries the hash of the line before it, so a change to any line but the
newest is noticed when the log is read.
"""

import fcntl
import json
import os
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path

from auditkit.errors import InputError
from auditkit.rules.resubmission import load_resubmission


@dataclass(frozen=True)
class Attempt:
    """One submission of one table.

    table: layout code. attempt: 1 for the first submission. at: when it was logged, UTC, ISO 8601.
    file: name of the file, without its folder; sha256: of its bytes. rows, errors, warnings: what the checks
    counted in it.
    """

    table: str
    attempt: int
    at: str
    file: str
    sha256: str
    rows: int
    errors: int
    warnings: int


def log_attempt(
    log: Path, *, table: str, at: str, file: str, file_hash: str, rows: int, errors: int, warnings: int
) -> Attempt:
    """Append the next attempt for `table` to `log` and give it; arguments as the fields of `Attempt`.

    Writers at the same moment wait for each other. Raises InputError when the attempts for the table are
    used up, the very same file was submitted before, the log was changed afterwards, or it is a folder.
    """
    if log.is_dir():
        raise InputError(f"{log}: this is a folder; name a file in it for the log of attempts.")
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("a+b") as out:
        fcntl.flock(out, fcntl.LOCK_EX)
        out.seek(0)
        lines = out.read().splitlines()
        earlier = [one for one in _attempts(lines, log) if one.table == table]
        most = load_resubmission().attempts.most
        if len(earlier) >= most:
            raise InputError(
                f"{log}: {len(earlier)} attempts for {table} are logged and {most} is the most CMS "
                "takes; begin a new log for a new audit."
            )
        for one in earlier:
            if one.sha256 == file_hash:
                raise InputError(
                    f"{log}: this very file was logged as attempt {one.attempt} for {table}; "
                    "nothing in it has changed."
                )
        made = Attempt(table, len(earlier) + 1, at, file, file_hash, rows, errors, warnings)
        line = json.dumps(asdict(made) | {"previous": _hash(lines)}, ensure_ascii=False) + "\n"
        out.write(line.encode("utf-8"))
        out.flush()
        os.fsync(out.fileno())
    return made


def read_attempts(log: Path) -> list[Attempt]:
    """The attempts in `log`, oldest first.

    Raises InputError when there is no such file, or a line was changed or taken out.
    """
    try:
        return _attempts(Path(log).read_bytes().splitlines(), log)
    except OSError as error:
        raise InputError(f"{log}: the log of attempts cannot be read ({error.strerror}).") from None


def attempt_words(attempt: Attempt) -> str:
    """What the attempt means: its number, how many are left, and what a failure of the last one brings."""
    rules = load_resubmission().attempts
    left = rules.most - attempt.attempt
    place = f"{attempt.table}: attempt {attempt.attempt} of {rules.most}"
    source = f"({rules.status}; {rules.citation})"
    if left:
        return f"{place}; {left} left if it fails. {rules.consequence} {source}"
    return f"{place}, the last. {rules.consequence} {source}"


def _attempts(lines: list[bytes], log: Path) -> list[Attempt]:
    made = []
    for number, line in enumerate(lines):
        try:
            entry = json.loads(line.decode("utf-8"))
            previous = entry.pop("previous")
            made.append(Attempt(**entry))
        except (ValueError, KeyError, TypeError, AttributeError):
            raise InputError(f"{log}: line {number + 1} is no logged attempt; restore the log.") from None
        if previous != _hash(lines[:number]):
            raise InputError(
                f"{log}: a line before line {number + 1} was changed or taken out; restore the log."
            )
    return made


def _hash(lines: list[bytes]) -> str:
    """The hash of the last line, which carries that of the line before it; empty for no lines."""
    return sha256(lines[-1]).hexdigest() if lines else ""
