"""A snapshot: what intake gave, as Parquet with hashes, so that a re-run needs no extract."""

import hashlib
import json
import os
import shutil
import tempfile
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet

from auditkit.errors import InputError
from auditkit.sources.intake import Intake

_INDEX = "snapshot.json"
_FRAMES = ("rejects", "reconciliation", "files")


def save_snapshot(intake: Intake, folder: Path | str) -> str:
    """Write the snapshot into `folder`, in place of an older one, and give its sha256.

    The same intake gives the same bytes. The folder appears whole or not at all. Raises InputError
    when the folder holds something that is no snapshot or cannot be written.
    """
    folder = Path(folder)
    if folder.exists() and any(folder.iterdir()) and not (folder / _INDEX).is_file():
        raise InputError(f"{folder}: the folder holds other files; name an empty or a new one.")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    except OSError as error:
        raise InputError(f"{folder}: the snapshot cannot be written ({error.strerror}).") from None
    try:
        digest = _write(intake, beside)
        if folder.exists():
            shutil.rmtree(folder)
        os.replace(beside, folder)
    except OSError as error:
        raise InputError(f"{folder}: the snapshot cannot be written ({error.strerror}).") from None
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return digest


def load_snapshot(folder: Path | str) -> Intake:
    """The intake that was saved in `folder`.

    Raises InputError when there is no snapshot or a file of it is missing or changed.
    """
    folder = Path(folder)
    try:
        index = json.loads((folder / _INDEX).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise InputError(f"{folder}: there is no snapshot here; run intake on the extracts first.") from None
    for name, digest in index["files"].items():
        path = folder / name
        if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            raise InputError(f"{path}: missing or changed since the snapshot was taken; run intake again.")
    tables = {name: pyarrow.parquet.read_table(folder / f"{name}.parquet") for name in index["tables"]}
    frames = {name: _frame(pyarrow.parquet.read_table(folder / f"_{name}.parquet")) for name in _FRAMES}
    return Intake(tables=tables, time_zone=index["time_zone"], **frames)


def _write(intake: Intake, folder: Path) -> str:
    for name, table in intake.tables.items():
        _write_parquet(table, folder / f"{name}.parquet")
    for name in _FRAMES:
        table = pa.Table.from_pandas(getattr(intake, name), preserve_index=False)
        _write_parquet(table.replace_schema_metadata(None), folder / f"_{name}.parquet")
    files = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}
    index = {"tables": list(intake.tables), "time_zone": intake.time_zone, "files": files}
    text = json.dumps(index, indent=2, ensure_ascii=False) + "\n"
    (folder / _INDEX).write_text(text, encoding="utf-8", newline="\n")
    return hashlib.sha256(text.encode()).hexdigest()


def _write_parquet(table: pa.Table, path: Path) -> None:
    # One chunk a column: how rows were read in blocks must not show in the bytes.
    pyarrow.parquet.write_table(table.combine_chunks(), path, compression="zstd")


def _frame(table: pa.Table) -> pd.DataFrame:
    """The frame with the types intake gave it: text, and whole numbers that may be missing."""
    frame = table.to_pandas(types_mapper={pa.int64(): pd.Int64Dtype()}.get)
    return frame.astype({name: "int64" for name in frame if frame[name].dtype == "Int64" and _counts(name)})


def _counts(name: str) -> bool:
    """Is this a column of the reconciliation, where every number is given?"""
    return name.startswith(("rows_", "IN-"))
