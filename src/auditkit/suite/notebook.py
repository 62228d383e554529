"""What a notebook imports: `open_run` gives the run it belongs to.

from auditkit.suite.notebook import open_run
run = open_run(params_file)

members = run.table("members")                        # saved by an earlier notebook
run.save("late_cases", late)                          # Parquet, for later notebooks
with run.new_file("workbooks", "odag.xlsx") as path:  # any other file
    write_universe_workbook(path, ...)
run.record("late", len(late))                         # a small fact, read with run.recorded()
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from auditkit.errors import InputError
from auditkit.publish.manifest import MANIFEST
from auditkit.suite import record as scraps
from auditkit.suite.params import Params, Period, Setup, load_params

FOLDERS = ("workbooks", "submissions", "narratives", "notebooks", "data")
RUN_FOLDER_VARIABLE = "AUDITKIT_RUN_FOLDER"


@dataclass(frozen=True, repr=False)
class Run:
    """One run: its params, its policies and its folder. Made by `open_run`."""

    setup: Setup
    folder: Path

    def __repr__(self) -> str:
        return f"Run({self.params.run})"

    @property
    def params(self) -> Params:
        return self.setup.params

    @property
    def policies(self) -> dict[str, str | int]:
        """Every policy the law leaves open, with the value this run uses."""
        return dict(self.setup.policies)

    @property
    def period(self) -> Period:
        return self.params.period

    @property
    def root(self) -> Path:
        """The project folder, to which the paths in the params are relative."""
        return self.setup.root

    @property
    def data_folder(self) -> Path:
        """Public reference data (AUDITKIT_DATA, else ../shared/data); it may not exist."""
        return self.setup.data_folder

    @property
    def finished(self) -> bool:
        """True when the run has its manifest: its files are then read-only."""
        return (self.folder / MANIFEST).exists()

    def path(self, folder: str, name: str) -> Path:
        """Where a file of the run lies; `folder` is one of FOLDERS."""
        if folder not in FOLDERS:
            raise ValueError(f"{folder!r} is not a folder of a run; it has {', '.join(FOLDERS)}.")
        return self.folder / folder / name

    @contextmanager
    def new_file(self, folder: str, name: str) -> Iterator[Path]:
        """Give a path to write to; the file takes its place when the block ends without an error.

        In a finished run a file equal to the one there is dropped, and any other raises InputError.
        """
        target = self.path(folder, name)
        target.parent.mkdir(parents=True, exist_ok=True)
        # The true name stays at the end: writers choose their format by it.
        beside = target.with_name(f".new-{os.getpid()}-{name}")
        try:
            yield beside
            if self.finished:
                self._refuse_change(target, beside)
            else:
                beside.replace(target)
        finally:
            beside.unlink(missing_ok=True)

    def save(self, name: str, frame: pd.DataFrame | pa.Table) -> None:
        """Save a table of the run as data/`name`.parquet; equal tables give equal bytes."""
        table = frame if isinstance(frame, pa.Table) else pa.Table.from_pandas(frame, preserve_index=False)
        with self.new_file("data", f"{name}.parquet") as path:
            pq.write_table(table.replace_schema_metadata(None), path, compression="zstd")

    def has(self, name: str) -> bool:
        """True when the run holds the table `name`."""
        return self.path("data", f"{name}.parquet").exists()

    def arrow(self, name: str) -> pa.Table:
        """A saved table as Arrow; raises InputError when the run does not hold it."""
        path = self.path("data", f"{name}.parquet")
        if not path.exists():
            raise InputError(
                f"run {self.params.run} has no table {name}; run the notebook that makes it first."
            )
        return pq.read_table(path)

    def table(self, name: str) -> pd.DataFrame:
        """A saved table as a frame; whole numbers stay whole also where some are missing (Int64)."""
        table = self.arrow(name)
        frame = table.to_pandas(types_mapper={pa.int64(): pd.Int64Dtype()}.get)
        whole = [
            column
            for column in table.column_names
            if table.schema.field(column).type == pa.int64() and not table[column].null_count
        ]
        return frame.astype(dict.fromkeys(whole, "int64"))

    def record(self, name: str, value: object) -> None:
        """Record a small JSON fact in this notebook (see auditkit.suite.record)."""
        scraps.record(name, value)

    def recorded(self) -> dict[str, dict[str, object]]:
        """What the run's finished notebooks recorded: {notebook: {name: value}}.

        Read by name the notebooks yours needs: any other may or may not be finished when yours runs.
        """
        return scraps.recorded_across(self.folder / "notebooks")

    def _refuse_change(self, target: Path, beside: Path) -> None:
        if not target.exists() or target.read_bytes() != beside.read_bytes():
            raise InputError(
                f"this run is finished: {target.parent.name}/{target.name} would change; "
                f"make a new run with `auditkit run {_shown(self.setup)}`."
            )


def open_run(params_file: str) -> Run:
    """Open the run that `params_file` describes.

    The path is looked for from the working folder upwards, so that a notebook opened in
    JupyterLab finds it as the suite does. The folder is `<output>/<run>`; while the suite
    renders it is the folder named by AUDITKIT_RUN_FOLDER. Raises InputError for wrong params.
    """
    setup = load_params(_find(params_file))
    staged = os.environ.get(RUN_FOLDER_VARIABLE)
    return Run(setup, Path(staged) if staged else setup.run_folder)


def _find(params_file: str) -> Path:
    wanted = Path(params_file)
    if wanted.is_absolute() or wanted.exists():
        return wanted
    above = (Path(os.path.relpath(folder / wanted)) for folder in Path.cwd().parents)
    return next((path for path in above if path.exists()), wanted)


def _shown(setup: Setup) -> str:
    return Path(os.path.relpath(setup.file, setup.root)).as_posix()
