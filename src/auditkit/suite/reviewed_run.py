"""A finished run as its reviewers see it: its tables, the log beside it, what a sign-off is given on."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq

from auditkit.errors import InputError
from auditkit.findings.annotations import Log, log_path, open_log
from auditkit.publish.manifest import content_sha256, read_manifest
from auditkit.suite.params import Period

REVIEW_NOTEBOOK = "80_review"


@dataclass(frozen=True)
class ReviewedRun:
    """name, folder and manifest of a run, its log, and the hash of the content a sign-off is given on."""

    name: str
    folder: Path
    manifest: dict
    log: Log
    content_sha256: str

    @property
    def period(self) -> Period:
        """First and last day reported."""
        start, end = self.manifest["facts"]["period"].split(" to ")
        return Period(start=start, end=end)

    def table(self, name: str) -> pd.DataFrame:
        """A table of the run. Raises InputError when the run does not hold it."""
        path = self.folder / "data" / f"{name}.parquet"
        if not path.exists():
            raise InputError(f"{self.name}: holds no table {name}; run all its notebooks.")
        return pq.read_table(path).to_pandas()


def open_reviewed_run(run: str) -> ReviewedRun:
    """The run of that name in outputs, or in the folder given. Raises InputError when there is none."""
    folder = next((path for path in (Path("outputs") / run, Path(run)) if path.is_dir()), None)
    if folder is None:
        raise InputError(f"{run}: there is no such run in outputs and no such folder; check the name.")
    manifest = read_manifest(folder)
    name = manifest["facts"].get("run", folder.resolve().name)
    return ReviewedRun(
        name, folder, manifest, open_log(log_path(folder.resolve().parent, name)), signed_content(manifest)
    )


def signed_content(manifest: dict) -> str:
    """The hash of everything in a run but the pages that show the review.

    Those pages show the sign-off itself: were they part of what is signed, showing it would void it.
    """
    outputs = manifest["outputs"]
    return content_sha256(
        [output for output in outputs if not Path(output["file"]).name.startswith(REVIEW_NOTEBOOK)]
    )
