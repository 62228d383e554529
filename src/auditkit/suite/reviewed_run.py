"""A finished run as its reviewers see it: its tables, the log beside it, what a sign-off is given on."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq

from auditkit.errors import InputError
from auditkit.findings.annotations import Log, Record, log_path, open_log
from auditkit.findings.identity import Identity
from auditkit.findings.signoff import sign_off
from auditkit.publish.manifest import content_sha256, output_files, read_manifest, verify_manifest
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
        name,
        folder,
        manifest,
        open_log(log_path(folder.resolve().parent, name)),
        signed_content(output_files(folder)),
    )


def signed_content(outputs: list[dict]) -> str:
    """The hash of everything in a run but the pages that show the review.

    outputs: as `publish.manifest.output_files` gives them. Those pages show the sign-off itself: were they
    part of what is signed, showing it would void it.
    """
    return content_sha256([output for output in outputs if not _shows_review(output["file"])])


def refuse_changed(run: ReviewedRun) -> None:
    """Raise InputError when a file of the run is not as the run made it: what was read is not what ran."""
    changed = [
        sentence for sentence in verify_manifest(run.folder) if not _shows_review(sentence.split(": ")[0])
    ]
    if changed:
        more = f" ({len(changed) - 1} more)" if len(changed) > 1 else ""
        raise InputError(
            f"{run.name}: {changed[0].rstrip('.')}{more}; make the run again before it is signed."
        )


def sign(run: ReviewedRun, who: Identity, remark: str = "") -> Record:
    """Sign a run off on its content as it is now; raises InputError, or NotSaved with the remark, when refused."""
    refuse_changed(run)
    return sign_off(
        run.log, run.table("findings"), run=run.name, content_sha256=run.content_sha256, who=who, remark=remark
    )


def _shows_review(file: str) -> bool:
    return Path(file).name.startswith(REVIEW_NOTEBOOK)
