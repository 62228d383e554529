"""The release register: what left the plan, in a file that only grows.

It lies beside the runs (`<outputs>/review/releases.jsonl`), hash-chained and fsynced. Each release is one
record: its files with their hashes, and the identity of every cell that was shown or hidden. Values of
shown cells are in it, for they are known to its readers; values of hidden cells are not.
"""

import fcntl
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from auditkit.errors import InputError
from auditkit.findings import chain
from auditkit.publish.release_cells import Told

CLASSES = ("shared", "public")
RELEASED, NOT_PLACED = "released", "not_placed"


@dataclass(frozen=True)
class Release:
    """One release.

    name: `<run>_<class>_v<version>`. at: UTC. files: name to SHA-256. source: content hash of the run.
    cells: id of a cell to the number shown, or to the kind under which it was hidden. replaces: name of the
    release it replaces, or "". reason: why it was made again. retained_until:
    CCYY-MM-DD. signed_by: id of the key, or "".
    """

    name: str
    run: str
    output_class: str
    version: int
    at: str
    files: Mapping[str, str]
    source: str
    cells: Mapping[str, Told]
    replaces: str
    reason: str
    retained_until: str
    signed_by: str


def register_path(outputs: Path) -> Path:
    """Where the register of the runs in `outputs` lies."""
    return Path(outputs) / "review" / "releases.jsonl"


@contextmanager
def register_held(register: Path) -> Iterator[None]:
    """Hold the register for one release at a time. Raises InputError when another release is being made."""
    register.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with open(register.with_name(f".{register.name}.lock"), "w", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise InputError(f"{register}: another release is being made; wait until it is done.") from None
        yield


def releases(register: Path) -> list[Release]:
    """Every release, in the order made; none when nothing was released.

    Raises InputError when the register is not as it was written: what left the plan can then not be known,
    and nothing more may leave it.
    """
    if not register.exists():
        _refuse_lost(register)
        return []
    places = chain.verify(register)
    if places:
        raise InputError(
            f"{register}: {places[0].sentence.rstrip('.')}; put the register back from its copy before "
            "anything is released."
        )
    made: dict[str, Release] = {}
    for record, _ in chain.read(register):
        if record["kind"] == NOT_PLACED:
            made.pop(record["name"], None)
        else:
            made[record["name"]] = Release(**{name: record[name] for name in Release.__dataclass_fields__})
    return list(made.values())


def next_version(made: list[Release], run: str, output_class: str, folder: Path) -> int:
    """The version a release of this run and class gets: one more than any in register or `folder`."""
    pattern = re.compile(rf"{re.escape(f'{run}_{output_class}')}_v(\d+)")
    there = [pattern.match(path.name) for path in folder.iterdir()] if folder.is_dir() else []
    versions = [
        release.version for release in made if (release.run, release.output_class) == (run, output_class)
    ]
    return max([*versions, *(int(match[1]) for match in there if match)], default=0) + 1


def latest(made: list[Release], run: str, output_class: str) -> Release | None:
    """The last release of a run in a class; None when there is none."""
    same = [release for release in made if (release.run, release.output_class) == (run, output_class)]
    return same[-1] if same else None


def released_cells(made: list[Release]) -> dict[str, Told | tuple[Told, ...]]:
    """What was told of every cell ever released, in either class, as `publish.suppress` takes it.

    The number shown, or the kind under which it was hidden; a tuple, in the order told, when releases told
    different things.
    """
    told: dict[str, list[Told]] = {}
    for release in made:
        for name, value in release.cells.items():
            tellings = told.setdefault(name, [])
            if value not in tellings:
                tellings.append(value)
    return {name: tellings[0] if len(tellings) == 1 else tuple(tellings) for name, tellings in told.items()}


def superseded_by(made: list[Release], name: str) -> Release | None:
    """The release that replaces the one of that name; None while it is the current one."""
    return next((release for release in made if release.replaces == name), None)


def record_release(register: Path, release: Release) -> None:
    """Write a release to the register; it is on the disk when this returns."""
    chain.append(register, {"kind": RELEASED} | asdict(release))


def record_not_placed(register: Path, name: str, at: str) -> None:
    """Take back the record of a release whose files could not be put in their place; nobody saw them."""
    chain.append(register, {"kind": NOT_PLACED, "name": name, "at": at})


def _refuse_lost(register: Path) -> None:
    """A register that is gone while the file that counts its records is there was removed."""
    if register.with_name(f"{register.name}.head").exists():
        raise InputError(
            f"{register}: is gone, and what was released before is no longer known; put its copy back."
        )
