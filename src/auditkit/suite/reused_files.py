"""Delegates' files that a run of another period already read: told when a run ends, so that no reuse is unseen."""

from pathlib import Path

from auditkit.errors import InputError
from auditkit.publish.manifest import MANIFEST, read_manifest
from auditkit.suite.params import Setup


def delegate_files_used_before(setup: Setup) -> list[str]:
    """A sentence for each delegate's file of the run that another run beside it read for another period.

    A file is the same when its sha256 is. A reuse that the params state (`reused_from`) is a finding of the
    run itself and not told here.
    """
    mine = read_manifest(setup.run_folder)
    stated = [one.extract for one in setup.params.delegate_files if one.reused_from]
    files = {
        one["sha256"]: one["extract"]
        for one in mine["facts"].get("inputs", [])
        if one["extract"] in _of_delegates(mine) and not _is_stated(one["extract"], stated)
    }
    sentences = []
    for other in _other_runs(setup, mine["facts"].get("period")):
        for one in other["facts"].get("inputs", []):
            if one["sha256"] in files:
                sentences.append(
                    f"{files[one['sha256']]} is the same file that run {other['facts'].get('run')} read for "
                    f"{other['facts'].get('period')}; where it was used again, say so under delegate_files "
                    "(reused_from, approved_by)."
                )
    return sentences


def _of_delegates(manifest: dict) -> set[str]:
    """Extracts in which every row is a delegate's."""
    rows = manifest["facts"].get("reconciliation", [])
    own = {row["extract"] for row in rows if not row.get("delegate")}
    return {row["extract"] for row in rows} - own


def _is_stated(extract: str, stated: list[str]) -> bool:
    return any(extract == name or extract.startswith(f"{name} [") for name in stated)


def _other_runs(setup: Setup, period: str | None) -> list[dict]:
    """Manifests of the runs in the same output folder, of another period; one that cannot be read is passed over."""
    found = []
    for path in sorted(Path(setup.run_folder).parent.glob(f"*/{MANIFEST}")):
        try:
            manifest = read_manifest(path.parent)
        except InputError:
            continue
        if manifest["facts"].get("period") != period:
            found.append(manifest)
    return found
