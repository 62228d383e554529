"""The log of notes under kill -9: four writers at once, killed at random moments, until 1,000 were killed.

    python benchmarks/annotations.py [--kills 1000] [--seed 1]

Every note a writer was told is saved must be in the log afterwards, and the chain must hold. Texts are
up to 300,000 characters long, so that a kill can fall into the middle of a write. Then the times: saving a
note, reading and proving the log, setting notes beside 10,000 findings.
"""

import argparse
import os
import random
import signal
import tempfile
import time
from pathlib import Path

import pandas as pd

from auditkit.findings.annotations import Log, open_log, verify
from auditkit.findings.collect import COLUMNS, finding_id
from auditkit.findings.fold import attach, attach_conditions

WRITERS = 4


def write_until_killed(path: Path, name: str, seed: int, told: int) -> None:
    """Save notes of random length for ever; say each record's id through the pipe once it is saved."""
    log, chance = Log(path), random.Random(seed)
    while True:
        text = name + " " * int(10 ** chance.uniform(1, 5.47))
        record = log.append("explained", text, finding_id="F-1", facts="f", author=name, role="reviewer")
        os.write(told, f"{record.record_id}\n".encode("ascii"))


def start(path: Path, name: str, seed: int) -> tuple[int, int]:
    """A writer in a process of its own: its process id and the end of the pipe it speaks through."""
    heard, told = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(heard)
            write_until_killed(path, name, seed, told)
        finally:
            os._exit(1)
    os.close(told)
    return child, heard


def acknowledged(heard: int) -> set[str]:
    """The ids a writer said in full before it died."""
    with os.fdopen(heard, "rb") as pipe:
        return set(pipe.read().decode("ascii").split("\n")[:-1])


def kill_round(path: Path, chance: random.Random) -> set[str]:
    """Start four writers, kill them at moments of their own, and give what they had acknowledged."""
    writers = [start(path, f"writer {number}", chance.getrandbits(32)) for number in range(WRITERS)]
    for child, _ in writers:
        time.sleep(chance.uniform(0, 0.02))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    return set().union(*(acknowledged(heard) for _, heard in writers))


def kills(folder: Path, count: int, seed: int) -> None:
    """Kill `count` writers in rounds of four, a new log every 40, and print what became of the notes."""
    chance, said, kept, torn, broken = random.Random(seed), 0, 0, 0, 0
    for number in range(0, count, 40):
        path = folder / f"{number}" / "review" / "log.jsonl"
        promised: set[str] = set()
        for _ in range(min(40, count - number) // WRITERS):
            promised |= kill_round(path, chance)
        log = open_log(path)
        found = {record.record_id for record in log.records()}
        said, kept = said + len(promised), kept + len(promised & found)
        broken += len(verify(path))
        aside = path.with_name(f"{path.name}.torn")
        torn += aside.read_bytes().count(b"\n") if aside.exists() else 0
    print(
        f"kill -9: {count:,} writers killed, four at once; {said:,} notes acknowledged, "
        f"{said - kept:,} lost, {torn:,} torn lines set aside, {broken:,} places where a chain is broken"
    )
    if said != kept or broken:
        raise SystemExit("the log does not keep its word")


def timed(label: str, work) -> None:
    start = time.perf_counter()
    work()
    print(f"{label}: {1000 * (time.perf_counter() - start):,.1f} ms")


def times(folder: Path) -> None:
    """Print how long a reviewer waits, at 1,000 notes on 10,000 findings in 40 conditions."""
    rows = [
        {"finding_id": finding_id(f"R{case % 40}", "OD", str(case)), "kind": "clock", "severity": "error",
         "rule": f"R{case % 40}", "table": "OD", "row": case, "column_name": "decision", "case_id": str(case),
         "found": "2026/07/16", "expected": "by 2026/07/15", "sentence": "Late.", "citation": "a"}
        for case in range(10_000)
    ]  # fmt: skip
    findings = pd.DataFrame(rows, columns=COLUMNS)
    log = open_log(folder / "review" / "times.jsonl")

    def save(count: int) -> None:
        for row in rows[:count]:
            log.append("explained", "The enrollee asked to wait.", finding_id=row["finding_id"], facts="f",
                       author="A", role="reviewer")  # fmt: skip

    save(999)
    timed("save one note (fsynced)", lambda: save(1))
    timed("read 1,000 notes", log.records)
    timed("prove 1,000 notes", lambda: verify(log.path))
    timed("set them beside 10,000 findings", lambda: attach(findings, log.records()))
    timed("set them beside their conditions", lambda: attach_conditions(findings, log.records()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--kills", type=int, default=1000, help="writers to kill (default 1,000)")
    parser.add_argument("--seed", type=int, default=1, help="seed of the random moments (default 1)")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        kills(Path(folder), chosen.kills, chosen.seed)
        times(Path(folder))


if __name__ == "__main__":
    main()
