"""`auditkit sample`: the invented plan's extracts, made once and left alone while nothing changes."""

import json
import os
import shutil
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

from auditkit.errors import InputError

_STAMP = ".sample.json"


def sample_extracts(folder: Path, members: int, seed: int) -> str:
    """Make the sample plan in `folder` and give one sentence on what was done.

    Nothing is made when the folder holds the same sample already: same members, seed and code.
    Raises InputError when the folder holds other files.
    """
    wanted = {"members": members, "seed": seed, "code": _code_version()}
    if _stamp(folder) == wanted:
        return f"{folder} holds this sample plan already ({members:,} members, seed {seed})."
    if folder.exists() and any(folder.iterdir()) and _stamp(folder) is None:
        raise InputError(f"{folder}: holds files that are not a sample plan; name a new or an empty folder.")
    from auditkit.sources.sample import make_sample

    beside = folder.with_name(f".{folder.name}.partial-{os.getpid()}")
    try:
        make_sample(beside, members=members, seed=seed)
        (beside / _STAMP).write_text(json.dumps(wanted), encoding="utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        beside.rename(folder)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return f"{folder} holds the sample plan: {members:,} invented members, seed {seed}; see answer_key.csv."


def _stamp(folder: Path) -> dict | None:
    try:
        return json.loads((folder / _STAMP).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def _code_version() -> str:
    """A hash over the code that makes the sample."""
    total = sha256()
    for file in sorted(files("auditkit.sources.sample").iterdir(), key=lambda file: file.name):
        if file.name.endswith((".py", ".yaml", ".csv")):
            total.update(file.name.encode() + file.read_bytes())
    return total.hexdigest()[:12]
