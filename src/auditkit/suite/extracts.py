"""A run's extracts: read once, kept as the run's own snapshot, read from there ever after."""

import hashlib

import pandas as pd

from auditkit.errors import InputError
from auditkit.sources.intake import Intake, intake
from auditkit.sources.mapping import Mapping, load_mapping, missing_columns
from auditkit.sources.snapshot import load_snapshot, save_snapshot
from auditkit.suite.notebook import Run

SNAPSHOT = "snapshot"


def take_in(run: Run) -> Intake:
    """Read the extracts the params name and keep them, typed, as the run's snapshot.

    A finished run gives back its snapshot: its numbers never depend on extracts that have moved on.
    Raises InputError when an extract cannot be read.
    """
    if run.finished:
        return sources_of(run)
    taken = intake(_mapping(run), run.setup.at(run.params.extracts.folder), run.params.time_zone)
    save_snapshot(taken, run.folder / "data" / SNAPSHOT)
    return taken


def sources_of(run: Run) -> Intake:
    """The source tables of a run. Raises InputError when the run took nothing in, or a file changed since."""
    return load_snapshot(run.folder / "data" / SNAPSHOT)


def snapshot_hash(run: Run) -> str:
    """sha256 of the snapshot's index, which holds the hash of every table."""
    return hashlib.sha256((run.folder / "data" / SNAPSHOT / "snapshot.json").read_bytes()).hexdigest()


def columns_not_mapped(run: Run) -> pd.DataFrame:
    """Source columns an extract does not deliver: table, extract, column and meaning; they stay empty."""
    return pd.DataFrame(missing_columns(_mapping(run)), columns=["table", "extract", "column", "meaning"])


def _mapping(run: Run) -> Mapping:
    return load_mapping(run.setup.at(run.params.extracts.mapping))


def rejects_by_rule(taken: Intake) -> pd.DataFrame:
    """Values and rows set aside, counted by table, rule and what was done."""
    counts = taken.rejects.groupby(["table", "rule", "action", "expected"], dropna=False).size()
    return counts.rename("cases").reset_index().sort_values(["table", "rule", "expected"], ignore_index=True)


def delegates_of(taken: Intake, table: str) -> pd.Series:
    """The delegate of each case of a source table by case number; cases of the plan itself are missing."""
    if table not in taken.tables:
        raise InputError(f"there is no source table {table}; see docs/data_dictionary.md for the names.")
    frame = taken.tables[table].select(["case_id", "delegate"]).to_pandas()
    return frame.dropna(subset=["case_id"]).drop_duplicates("case_id").set_index("case_id")["delegate"]
