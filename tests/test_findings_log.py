"""The log of notes: nothing acknowledged is lost, nothing is changed unseen, and no failure costs a word."""

import errno
import os
import random
import resource
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from auditkit.errors import InputError
from auditkit.findings import chain
from auditkit.findings.annotations import NotSaved, facts_fingerprint, open_log, verify
from auditkit.findings.identity import identity

WHO = {"author": "Dr. Rivera", "role": "medical director"}


@pytest.fixture
def log(tmp_path):
    return open_log(tmp_path / "review" / "one-care-2026q3.jsonl")


def note(log, text="The fax log shows the notice left on time.", kind="disagree"):
    return log.append(kind, text, finding_id="F-0123456789ab", facts="f" * 16, **WHO)


NASTY = [
    "=HYPERLINK(\"http://x\",\"y\")", "<script>alert(1)</script><!-- ]]> &amp;", "שלום \u202eabc\u202c مرحبا",
    "line\r\nline\u2028line\ttab\x00\x1b[31m", "half a character: \ud83d", "é " * 50_000,
    " leading and trailing ",
]  # fmt: skip


@pytest.mark.parametrize("text", NASTY, ids=range(len(NASTY)))
def test_text_is_stored_exactly(log, text):
    note(log, text)
    assert [record.text for record in log.records()] == [text]
    assert verify(log.path) == []


def test_an_edit_and_a_withdrawal_are_records_of_their_own(log):
    first = note(log, "Late by the clock, but the member asked for the delay.")
    edited = log.edit(first.record_id, "Late; the member asked for the delay in writing.", **WHO)
    log.withdraw(edited.record_id, "The letter is about another case.", **WHO)  # an edit's id means its note
    kinds = [(record.kind, record.refers) for record in log.records()]
    assert kinds == [("disagree", ""), ("edit", first.record_id), ("withdrawal", first.record_id)]
    assert log.records()[0].text == "Late by the clock, but the member asked for the delay."
    with pytest.raises(NotSaved, match="was withdrawn; write a new one"):
        log.edit(first.record_id, "again", **WHO)


def test_who_and_when_are_recorded(log):
    record = note(log)
    assert (record.author, record.role) == ("Dr. Rivera", "medical director")
    assert "@" in record.account and record.at.endswith("Z")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"kind": "praise"}, "kind must be one of agree"),
        ({"text": "  "}, "needs a text"),
        ({"finding_id": None}, "on one finding or on one condition"),
        ({"condition_id": "C-1"}, "on one finding or on one condition"),
        ({"author": " "}, "name is empty"),
        ({"role": "king"}, "role must be one of medical director"),
    ],
)
def test_an_incomplete_note_is_refused_with_its_text(log, changed, said):
    given = {"kind": "explained", "text": "a text", "finding_id": "F-1", "facts": "x", **WHO} | changed
    with pytest.raises(NotSaved, match=said) as refused:
        log.append(given.pop("kind"), given.pop("text"), **given)
    assert refused.value.text == changed.get("text", "a text")
    assert log.records() == []


def test_only_the_owner_reads_the_log(log):
    note(log)
    assert stat.S_IMODE(log.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(log.path.parent.stat().st_mode) == 0o700


def test_a_log_inside_a_run_is_refused(tmp_path):
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "manifest.json").write_text("{}", encoding="utf-8")
    with pytest.raises(InputError, match="lies inside a run"):
        open_log(tmp_path / "run" / "data" / "notes.jsonl")


def test_identity_is_the_environments_then_the_params_then_the_account(monkeypatch):
    params = {"name": "Dr. Rivera", "role": "medical director"}
    monkeypatch.setenv("AUDITKIT_REVIEWER", "K. Osei")
    monkeypatch.setenv("AUDITKIT_ROLE", "compliance officer")
    assert identity(params)[:2] == ("K. Osei", "compliance officer")
    monkeypatch.delenv("AUDITKIT_ROLE")
    assert identity(params)[:2] == ("K. Osei", "reviewer")  # not the role of the person in the params
    monkeypatch.delenv("AUDITKIT_REVIEWER")
    assert identity(params)[:2] == ("Dr. Rivera", "medical director")
    assert identity().author == identity().account.split("@")[0] and identity().role == "reviewer"
    with pytest.raises(InputError, match="AUDITKIT_ROLE"):
        identity({"role": "king"})


def test_a_case_that_moves_within_its_file_has_not_changed():
    """The same duplicate, told on row 12 and, after a row was added above it, on row 13."""
    told = {
        "severity": "error",
        "found": "A1",
        "expected": "stands once; first in row 12 of x.csv",
        "sentence": "s",
    }
    assert facts_fingerprint(told) == facts_fingerprint(
        told | {"expected": "stands once; first in row 13 of x.csv"}
    )
    assert facts_fingerprint(told) != facts_fingerprint(told | {"found": "A2"})


# What is not as it was written


def test_any_byte_changed_is_noticed_on_its_line(log):
    """Every byte of a log of three short records, each changed in two ways: 2 x about 1,300 damaged logs."""
    for text in ("one", "two", "three"):
        note(log, text)
    written = log.path.read_bytes()
    lines = [number for number, line in enumerate(written.splitlines(keepends=True), 1) for _ in line]
    for at in range(len(written)):
        for change in (0x01, 0x20):
            damaged = bytearray(written)
            damaged[at] ^= change
            log.path.write_bytes(damaged)
            places = verify(log.path)
            assert places and places[0].line == lines[at], f"byte {at} changed by {change:#x}"


def test_a_line_taken_out_replaced_or_cut_off_is_noticed(log):
    for text in ("one", "two", "three"):
        note(log, text)
    one, two, three = log.path.read_bytes().splitlines(keepends=True)
    log.path.write_bytes(one + three)
    assert [place.line for place in verify(log.path)] == [2]
    forged = chain.parsed(two.rstrip())[0] | {"text": "forged"}
    del forged["hash"]
    forged["hash"] = chain.digest(chain.canonical(forged))  # whole in itself, yet the next line gives it away
    log.path.write_bytes(one + chain.canonical(forged) + b"\n" + three)
    assert [place.line for place in verify(log.path)] == [3]
    log.path.write_bytes(one + two)
    assert "3 were written, 2 are there" in verify(log.path)[0].sentence
    note(log, "written after the cut")  # a cut log can be written on, and what happened stays known
    assert "were missing at the end once before" in verify(log.path)[0].sentence


def test_a_damaged_log_can_be_written_on_and_stays_damaged(log):
    for text in ("one", "two"):
        note(log, text)
    log.path.write_bytes(log.path.read_bytes().replace(b'"two"', b'"TWO"'))
    note(log, "three")
    assert [record.text for record in log.records()] == ["one", "TWO", "three"]
    assert [record.intact for record in log.records()] == [True, False, True]
    assert [place.line for place in verify(log.path)] == [2]


@pytest.mark.parametrize("cut", [1, 40, 150])
def test_a_torn_last_line_is_set_aside_and_nothing_else_is_lost(log, cut):
    note(log, "acknowledged")
    whole = log.path.read_bytes()
    torn = chain.canonical({"kind": "agree", "text": "never acknowledged" * 20})[:cut]
    log.path.write_bytes(whole + torn)
    assert "unfinished" in verify(log.path)[0].sentence
    assert [record.text for record in open_log(log.path).records()] == ["acknowledged"]
    assert log.path.with_name(log.path.name + ".torn").read_bytes() == torn + b"\n"
    note(log, "next")
    assert [record.text for record in log.records()] == ["acknowledged", "next"]
    assert verify(log.path) == []


def test_an_acknowledged_line_that_lost_its_end_stays_in_the_log(log):
    note(log, "one")
    note(log, "two")
    log.path.write_bytes(log.path.read_bytes()[:-1])
    assert [record.text for record in open_log(log.path).records()] == ["one", "two"]
    assert verify(log.path) == []
    log.path.write_bytes(log.path.read_bytes()[:-4])  # damaged, not torn: the head knows of two records
    note(log, "three")
    assert [place.line for place in verify(log.path)] == [2]
    assert not log.path.with_name(log.path.name + ".torn").exists()


# What cannot be written


def test_a_full_disk_keeps_the_log_and_hands_the_text_back(log, monkeypatch):
    """The disk takes half of the line and then no more."""
    note(log, "saved")
    before, real = log.path.read_bytes(), os.write

    def half(file, content):
        if len(content) < 100:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(file, content[: len(content) // 2])

    monkeypatch.setattr(os, "write", half)
    with pytest.raises(NotSaved, match="the disk is full; free some space and save again") as refused:
        note(log, "a long afternoon's work")
    monkeypatch.undo()
    assert refused.value.text == "a long afternoon's work"
    assert "afternoon" not in str(refused.value)
    assert log.path.read_bytes() == before
    note(log, "saved too")
    assert verify(log.path) == []


def test_a_read_only_folder_gives_a_sentence(log, monkeypatch):
    def refuse(*_, **__):
        raise OSError(errno.EROFS, "Read-only file system")

    note(log, "saved")
    monkeypatch.setattr(os, "write", refuse)
    with pytest.raises(NotSaved, match="cannot be written by you") as refused:
        note(log, "kept")
    assert refused.value.text == "kept"
    assert [record.text for record in log.records()] == ["saved"]


def apart(work) -> str:
    """What `work` says in a process of its own."""
    heard, told = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            work()
            os.write(told, b"it went well")
        except InputError as error:
            os.write(told, str(error).encode("utf-8"))
        finally:
            os._exit(0)
    os.close(told)
    os.waitpid(child, 0)
    with os.fdopen(heard, "rb") as pipe:
        return pipe.read().decode("utf-8")


def as_nobody(work) -> str:
    """What `work` says under an account that owns nothing."""

    def change_account_and_work():
        if os.getuid() == 0:
            os.setgid(65534)
            os.setuid(65534)
        work()

    return apart(change_account_and_work)


def test_a_folder_without_the_right_to_write_or_read_gives_a_sentence(log):
    note(log, "saved")
    log.path.parent.chmod(0o500)
    log.path.chmod(0o400)
    assert "cannot be written by you; ask for the right" in as_nobody(lambda: note(open_log(log.path)))
    if os.getuid() == 0:  # only then is nobody somebody else
        assert "cannot be read (permission denied)" in as_nobody(lambda: open_log(log.path).records())
    log.path.parent.chmod(0o700)


def test_a_disk_that_takes_no_more_bytes_gives_a_sentence(log):
    """The system itself refuses the rest of the line: files may not grow beyond 2,000 bytes."""
    note(log, "saved")
    before = log.path.read_bytes()

    def write():
        resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, 2_000))
        note(log, "x" * 5_000)

    assert "the disk is full" in apart(write)
    assert log.path.read_bytes() == before
    assert verify(log.path) == []


# Many writers, killed at any moment

WRITER = """
import sys
from auditkit.findings.annotations import open_log
log, name = open_log(sys.argv[1]), sys.argv[2]
print("ready", flush=True)
for number in range(int(sys.argv[3])):
    text = f"{name} {number}"
    record = log.append("agree", text, finding_id="F-1", facts="f", author=name, role="reviewer")
    print(record.record_id, flush=True)
"""


def start(path: Path, name: str, count: int) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path), name, str(count)], stdout=subprocess.PIPE, text=True
    )


def test_four_writers_at_once_lose_nothing(log):
    writers = [start(log.path, f"writer {number}", 25) for number in range(4)]
    said = {line for writer in writers for line in writer.communicate(timeout=60)[0].split()} - {"ready"}
    records = log.records()
    assert {record.record_id for record in records} == said and len(records) == 100
    for number in range(4):
        mine = [record.text for record in records if record.author == f"writer {number}"]
        assert mine == [f"writer {number} {step}" for step in range(25)]
    assert verify(log.path) == []


def test_writers_killed_at_any_moment_lose_no_acknowledged_note(log):
    """Four writers, all killed with kill -9 a random moment after they began; twice."""
    chance, acknowledged = random.Random(5), set()
    for _ in range(2):
        writers = [start(log.path, f"writer {number}", 100_000) for number in range(4)]
        for writer in writers:
            writer.stdout.readline()
        time.sleep(chance.uniform(0.05, 0.3))
        for writer in writers:
            writer.send_signal(signal.SIGKILL)
        for writer in writers:
            # read on where readline stopped: communicate() would pass over what readline has in its buffer
            lines = writer.stdout.read().split("\n")
            writer.wait(timeout=60)
            acknowledged |= set(lines[:-1])  # what stands after the last line end was not said to the end
    open_log(log.path)
    kept = {record.record_id for record in log.records()}
    assert acknowledged and acknowledged <= kept
    assert verify(log.path) == []
