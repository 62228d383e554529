"""Facts about a run for its narratives and its manifest."""

import subprocess
from datetime import datetime, timezone
from hashlib import sha256
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow.parquet as pq

from auditkit.errors import InputError
from auditkit.publish.manifest import MANIFEST, read_manifest, write_manifest
from auditkit.rules.version import rules_version
from auditkit.suite.params import Setup
from auditkit.suite.record import recorded_across

_INPUT_COLUMNS = ("extract", "table", "sha256", "rows")
_RECONCILIATION_COLUMNS = ("extract", "table", "delegate", "rows_in", "rows_used", "rows_set_aside")


def narrative_facts(setup: Setup, folder: Path, notebook: str) -> dict:
    """What the narrative of one notebook says about the run in `folder`.

    Notebooks record `snapshot` (hash of the extracts as read) and `unverified` (sentences on
    what is recalled); both are optional.
    """
    own = recorded_across(folder / "notebooks").get(notebook, {})
    return run_facts(setup) | {"snapshot": snapshot_of(folder), "unverified": own.get("unverified", [])}


def seal(setup: Setup, folder: Path, started: datetime) -> None:
    """Write the manifest of the staged run: the last file, and the one that makes it finished.

    The tables `files` and `reconciliation`, which the intake notebook saves, become its inputs; so do the
    public tables that the star notebooks record.
    """
    ended = datetime.now(timezone.utc)
    known = run_facts(setup) | {
        "snapshot": snapshot_of(folder),
        "inputs": _records(folder, "files", _INPUT_COLUMNS),
        "public_inputs": _public_files(folder),
        "reconciliation": _records(folder, "reconciliation", _RECONCILIATION_COLUMNS),
        "reviewer": setup.params.reviewer and setup.params.reviewer.model_dump(),
        "params_sha256": _sha256(setup.file),
        "lock_sha256": _sha256(setup.root / "requirements.lock"),
        "code_commit": _commit(setup.root),
        "replaces": _content_of(setup.run_folder),
        "started": started.isoformat(timespec="seconds"),
        "ended": ended.isoformat(timespec="seconds"),
        "ended_local": ended.astimezone(ZoneInfo(setup.params.time_zone)).isoformat(timespec="seconds"),
    }
    write_manifest(folder, {name: value for name, value in known.items() if value is not None})


def refuse_other_params(setup: Setup) -> None:
    """Raise InputError when the existing run was made with other params or rules than stand now."""
    manifest = read_manifest(setup.run_folder)
    for made, now, what in (
        (manifest["facts"].get("params_sha256"), _sha256(setup.file), "params"),
        (manifest["rules"]["version"], rules_version(), "rules"),
    ):
        if made != now:
            raise InputError(
                f"run {setup.params.run} was made with other {what} than stand now, "
                "so its parts do not go together; run it whole, without --only."
            )


def snapshot_of(folder: Path) -> str | None:
    """The hash of the extracts as read, which the intake notebook records as `snapshot`."""
    values = (facts.get("snapshot") for facts in recorded_across(folder / "notebooks").values())
    return next((value for value in values if value), None)


def run_facts(setup: Setup) -> dict:
    """What every cover and page says about a run: plan, contracts, programs, period, run, policies, rules."""
    params = setup.params
    return {
        "plan": params.plan,
        "contracts": list(params.contracts),
        "programs": list(params.programs),
        "period": f"{params.period.start} to {params.period.end}",
        "run": params.run,
        "policies": setup.policies,
        "synthetic": params.synthetic,
        "rules_version": rules_version(),
    }


def _records(folder: Path, table: str, columns: tuple[str, ...]) -> list[dict] | None:
    path = folder / "data" / f"{table}.parquet"
    if not path.exists():
        return None
    saved = pq.read_table(path)
    return saved.select([name for name in columns if name in saved.column_names]).to_pylist()


def _public_files(folder: Path) -> list[dict] | None:
    found = [one for facts in recorded_across(folder / "notebooks").values() for one in facts.get("public_files", [])]
    return [dict(pairs) for pairs in sorted({tuple(sorted(one.items())) for one in found})] or None


def _content_of(run_folder: Path) -> str | None:
    """What the run that is to be replaced held, as one hash."""
    return read_manifest(run_folder)["content_sha256"] if (run_folder / MANIFEST).exists() else None


def _sha256(file: Path) -> str | None:
    return sha256(file.read_bytes()).hexdigest() if file.exists() else None


def _commit(root: Path) -> str | None:
    """The code's commit, where the project is a git checkout; `+changes` when files differ from it."""
    try:
        shown = [
            subprocess.run(
                ["git", *words], cwd=root, capture_output=True, text=True, check=True
            ).stdout.strip()
            for words in (["rev-parse", "HEAD"], ["status", "--porcelain", "--untracked-files=no"])
        ]
    except (OSError, subprocess.CalledProcessError):
        return None
    return shown[0] + ("+changes" if shown[1] else "")
