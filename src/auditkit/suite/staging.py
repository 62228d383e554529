"""A run is made beside its place and put there by a rename when it is whole.

Whatever ends a run early (an error, Ctrl-C, a kill, a full disk), the run that was there stays
as it was. What a killed run leaves behind is removed when the next one starts.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from auditkit.errors import InputError


@contextmanager
def staged(run_folder: Path, kinds: tuple[str, ...], keep: bool = False) -> Iterator[Path]:
    """Give an empty folder that takes the place of `run_folder` when the block ends without an error.

    kinds: subfolders to make. keep: begin with a copy of the existing run.
    Raises InputError when another process is making the same run.
    """
    run_folder.parent.mkdir(parents=True, exist_ok=True)
    with _locked(run_folder):
        _clear_leftovers(run_folder)
        stage = run_folder.with_name(f".{run_folder.name}.partial-{os.getpid()}")
        try:
            if keep:
                shutil.copytree(run_folder, stage)
            for kind in kinds:
                (stage / kind).mkdir(parents=True, exist_ok=True)
            yield stage
            _swap(stage, run_folder)
        finally:
            shutil.rmtree(stage, ignore_errors=True)


@contextmanager
def _locked(run_folder: Path) -> Iterator[None]:
    """Hold the run's lock, which the system frees however the process ends."""
    with open(run_folder.with_name(f".{run_folder.name}.lock"), "w", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise InputError(
                f"run {run_folder.name} is being made by another process; wait until it is done."
            ) from None
        yield


def _clear_leftovers(run_folder: Path) -> None:
    former = sorted(run_folder.parent.glob(f".{run_folder.name}.former-*"))
    if former and not run_folder.exists():
        former.pop().rename(run_folder)  # killed between the two renames of _swap
    for path in [*former, *run_folder.parent.glob(f".{run_folder.name}.partial-*")]:
        shutil.rmtree(path, ignore_errors=True)


def _swap(stage: Path, run_folder: Path) -> None:
    former = run_folder.with_name(f".{run_folder.name}.former-{os.getpid()}")
    if run_folder.exists():
        run_folder.rename(former)
    stage.rename(run_folder)
    shutil.rmtree(former, ignore_errors=True)
