"""A file of JSON records that only grows: one record a line, each chained to the line before it.

A record holds `prev`, the SHA-256 of the line before it, and `hash`, the SHA-256 of its own canonical
JSON. Beside the file lies `<name>.head` with the number of records and the SHA-256 of the last line, so
that records cut off the end are noticed too. A record is acknowledged once it is fsynced. What a
program that died left unfinished is moved to `<name>.torn`; nothing else is ever moved or changed.
"""

import errno
import fcntl
import hashlib
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

from auditkit.errors import InputError

FIRST = "0" * 64
LOCK_SECONDS = 30.0
_CHUNK = 65_536


@dataclass(frozen=True)
class Place:
    """A place of a log that is not as it was written: line (from 1), its bytes, and what is wrong."""

    line: int
    first_byte: int
    last_byte: int
    sentence: str


def canonical(record: dict) -> bytes:
    """The one way to write a record: ASCII JSON, names sorted, no spaces."""
    return json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode("ascii")


def digest(line: bytes) -> str:
    """SHA-256 of a line without its line end, as hex."""
    return hashlib.sha256(line).hexdigest()


def parsed(line: bytes) -> tuple[dict | None, bool]:
    """The record of a line (None when it is not one), and whether it is as it was written."""
    try:
        record = json.loads(line)
    except ValueError:
        return None, False
    if not isinstance(record, dict) or "hash" not in record:
        return None, False
    body = {name: value for name, value in record.items() if name != "hash"}
    return record, record["hash"] == digest(canonical(body)) and canonical(record) == line


def append(path: Path, body: dict) -> dict:
    """Write one record to the end of the file and give it whole, with seq, prev and hash.

    It is on the disk when this returns. Safe for many writers, in threads, processes and machines that
    share flock. Raises OSError when it cannot be written; the file is then as it was.
    """
    new = not path.exists()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _locked(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, fcntl.LOCK_EX) as file:
        _settle_end(file, path)
        last = _last_line(file, os.fstat(file).st_size)
        seq = _seq(file, last)
        _notice_shortened(path, last, seq)
        record = body | {"seq": seq + 1, "prev": digest(last) if last is not None else FIRST}
        record["hash"] = digest(canonical(record))
        line = canonical(record)
        _write_all(file, line + b"\n")
        if new:
            _sync_folder(path.parent)
        _write_head(path, seq + 1, digest(line))
    return record


def read(path: Path) -> Iterator[tuple[dict, bool]]:
    """Every record that can be read, in order, and whether it is as it was written; none for no file."""
    for line in _whole_lines(_content(path))[0]:
        record, intact = parsed(line)
        if record is not None:
            yield record, intact


def last_hash(path: Path) -> str:
    """The SHA-256 of the last line, which stands for the whole file; zeros for an empty one."""
    lines = _whole_lines(_content(path))[0]
    return digest(lines[-1]) if lines else FIRST


def repair(path: Path) -> None:
    """Move an unfinished last line to `<name>.torn`. Raises OSError when the file cannot be written."""
    if path.exists():
        with _locked(path, os.O_RDWR | os.O_APPEND, fcntl.LOCK_EX) as file:
            _settle_end(file, path)


def verify(path: Path) -> list[Place]:
    """Every place where the file is not as it was written; none means intact.

    Raises InputError when there is no such file.
    """
    if not os.path.exists(path):
        raise InputError(f"{path}: there is no such log; nothing has been noted yet, or the name is wrong.")
    content = _content(path)
    lines, tail = _whole_lines(content)
    places, start, before, before_bad = [], 0, FIRST, False
    for number, line in enumerate(lines, 1):
        record, intact = parsed(line)
        wrong = "was changed after it was written" if not intact else ""
        if intact and record["prev"] != before and not before_bad:
            wrong = "does not follow the line before it: a line was replaced, moved or taken out there"
        if wrong:
            places.append(Place(number, start, start + len(line), f"line {number} {wrong}."))
        before, before_bad, start = digest(line), not intact, start + len(line) + 1
    if tail:
        sentence = (
            f"line {len(lines) + 1} is unfinished: a program died while it wrote it, or its end was cut."
        )
        places.append(Place(len(lines) + 1, start, len(content) - 1, sentence))
    return places + _end_places(path, lines, before_bad or bool(tail), len(content))


def _end_places(path: Path, lines: list[bytes], end_told: bool, size: int) -> list[Place]:
    """What the file beside it says about the end of the log."""
    head, sentences = _read_head(path), []
    if lines and head is None:
        sentences.append(
            f"{_beside(path, 'head').name} is missing or unreadable: whether records "
            "were cut off the end cannot be told."
        )
    elif head and not end_told and head["last"] not in {digest(line) for line in lines}:
        sentences.append(
            f"records are missing at the end: {head['records']} were written, {len(lines)} are there."
        )
    for lost in sorted(path.parent.glob(f"{path.name}.head.lost-*")):
        sentences.append(
            f"records were missing at the end once before: {lost.name} holds what was known of them."
        )
    return [Place(len(lines) + 1, size, size, sentence) for sentence in sentences]


@contextmanager
def _locked(path: Path, flags: int, kind: int) -> Iterator[int]:
    """The file open and locked; others wait, and give up after half a minute."""
    file = os.open(path, flags | os.O_CLOEXEC, 0o600)
    try:
        until = time.monotonic() + LOCK_SECONDS
        while True:
            try:
                fcntl.flock(file, kind | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > until:
                    raise TimeoutError(errno.ETIMEDOUT, "another program keeps it locked") from None
                time.sleep(0.002)
        yield file
    finally:
        os.close(file)


def _content(path: Path) -> bytes:
    try:
        with _locked(path, os.O_RDONLY, fcntl.LOCK_SH) as file, os.fdopen(os.dup(file), "rb") as handle:
            return handle.read()
    except FileNotFoundError:
        return b""
    except OSError as error:
        why = (error.strerror or type(error).__name__).lower()
        raise InputError(f"{path}: cannot be read ({why}); ask for the right to read it.") from None


def _whole_lines(content: bytes) -> tuple[list[bytes], bytes]:
    """The lines that have their end, and what stands after the last of them."""
    *lines, tail = content.split(b"\n")
    return lines, tail


def _last_line(file: int, size: int) -> bytes | None:
    """The last whole line before `size`, which is the end of the file or the start of a torn line."""
    if size == 0:
        return None
    return _back_to_newline(file, size - 1)


def _back_to_newline(file: int, end: int) -> bytes:
    """The bytes before `end` back to the line end before them."""
    found, at = b"", end
    while at > 0:
        begin = max(0, at - _CHUNK)
        found = os.pread(file, at - begin, begin) + found
        cut = found.rfind(b"\n", 0, at - begin)
        if cut >= 0:
            return found[cut + 1 :]
        at = begin
    return found


def _seq(file: int, last: bytes | None) -> int:
    """The number of the last record; when its line is damaged, the number of lines."""
    if last is None:
        return 0
    record, intact = parsed(last)
    if intact:
        return record["seq"]
    return os.pread(file, os.fstat(file).st_size, 0).count(b"\n")


def _settle_end(file: int, path: Path) -> None:
    """See that the file ends with a line end: keep what is whole, set aside what is torn."""
    size = os.fstat(file).st_size
    if size == 0 or os.pread(file, 1, size - 1) == b"\n":
        return
    tail = _back_to_newline(file, size)
    last = _last_line(file, size - len(tail))
    head = _read_head(path)
    # A line that was acknowledged is never set aside, however it looks now: verify tells of it.
    acknowledged = head is not None and head["records"] > _seq(file, last)
    if parsed(tail)[1] or acknowledged:
        _write_all(file, b"\n")
        return
    aside = os.open(_beside(path, "torn"), os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        _write_all(aside, tail + b"\n")
    finally:
        os.close(aside)
    os.ftruncate(file, size - len(tail))
    os.fsync(file)


def _write_all(file: int, content: bytes) -> None:
    """Write and fsync; on failure the file is cut back to what it was."""
    before, rest = os.fstat(file).st_size, memoryview(content)
    try:
        while rest:
            rest = rest[os.write(file, rest) :]
        os.fsync(file)
    except BaseException:
        with suppress(OSError):  # what cannot be cut back now is set aside by the next writer
            os.ftruncate(file, before)
        raise


def _notice_shortened(path: Path, last: bytes | None, seq: int) -> None:
    """Keep the head aside when it knows of records that are no longer there."""
    head = _read_head(path)
    if head is None or head["records"] < seq or (last is not None and digest(last) == head["last"]):
        return
    damaged = last is not None and not parsed(last)[1]
    if not damaged and head["records"]:
        stamp = datetime.now(timezone.utc).strftime("%Y%m%dT%H%M%S%f")
        os.replace(_beside(path, "head"), _beside(path, f"head.lost-{stamp}"))


def _read_head(path: Path) -> dict | None:
    try:
        head = json.loads(_beside(path, "head").read_bytes())
        return {"records": int(head["records"]), "last": str(head["last"])}
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _write_head(path: Path, records: int, last: str) -> None:
    """Say how far the log goes. The record is safe already: a head that lags behind does no harm."""
    partial = _beside(path, "head.new")
    try:
        handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(canonical({"records": records, "last": last}) + b"\n")
        os.replace(partial, _beside(path, "head"))
    except OSError:
        partial.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(f"{path.name}.{ending}")
