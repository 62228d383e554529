"""What a release leaves with the plan, in `<outputs>/review/releases/<name>/`, readable by the plan only."""

import shutil
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from auditkit.publish.draft import Check
from auditkit.publish.files import written_whole
from auditkit.publish.gate import Hit
from auditkit.publish.manifest import MANIFEST

GATE_REPORT, CHECKS, LOG = "gate_report.csv", "checks.csv", "suppression_log.csv"


def keep_evidence(folder: Path, run_folder: Path, log: pd.DataFrame, checks: Iterable[Check]) -> None:
    """Keep the suppression log, the checks, an empty gate report and the manifest of the run released."""
    _write(folder / LOG, log)
    keep_refusal(folder, [], checks)
    with written_whole(folder / MANIFEST) as partial:
        shutil.copyfile(run_folder / MANIFEST, partial)


def keep_refusal(folder: Path, hits: Iterable[Hit], checks: Iterable[Check]) -> None:
    """Keep what the gate found (file, place, kind; never the value) and how each check went."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _write(folder / GATE_REPORT, pd.DataFrame([vars(hit) for hit in hits], columns=["file", "place", "kind"]))
    columns = ["id", "what", "result", "note", "who", "why"]
    _write(folder / CHECKS, pd.DataFrame([vars(check) for check in checks], columns=columns))


def _write(path: Path, frame: pd.DataFrame) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with written_whole(path) as partial:
        frame.to_csv(partial, index=False, encoding="utf-8", lineterminator="\n")
