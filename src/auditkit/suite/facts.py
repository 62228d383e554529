"""Facts about a run for its narratives and its manifest."""

import json
import os
from datetime import datetime, timezone
from hashlib import sha256
from pathlib import Path

from auditkit.errors import InputError
from auditkit.publish.manifest import write_manifest
from auditkit.rules.version import rules_version
from auditkit.suite.notebook import MANIFEST
from auditkit.suite.params import Setup
from auditkit.suite.record import recorded_across, recorded_in


def narrative_facts(setup: Setup, folder: Path, notebook: str) -> dict:
    """What the narrative of one notebook says about the run in `folder`.

    Notebooks record `snapshot` (hash of the extracts as read) and `unverified` (sentences on
    what is recalled); both are optional.
    """
    params = setup.params
    return {
        "plan": params.plan,
        "contracts": list(params.contracts),
        "period": f"{params.period.start} to {params.period.end}",
        "run": params.run,
        "rules_version": rules_version(),
        "snapshot": snapshot_of(folder),
        "policies": setup.policies,
        "synthetic": params.synthetic,
        "unverified": recorded_in(folder / "notebooks" / f"{notebook}.ipynb").get("unverified", []),
    }


def snapshot_of(folder: Path) -> str | None:
    """The hash of the extracts as read, which the intake notebook records as `snapshot`."""
    values = (facts.get("snapshot") for facts in recorded_across(folder / "notebooks").values())
    return next((value for value in values if value), None)


def seal(setup: Setup, folder: Path, started: datetime) -> None:
    """Write the manifest of the staged run: the last file, and the one that makes it finished."""
    write_manifest(folder, manifest_facts(setup, folder, started))


def manifest_facts(setup: Setup, folder: Path, started: datetime) -> dict:
    """The part of a manifest that only the suite knows."""
    return {"run": setup.params.run}


def refuse_other_params(setup: Setup) -> None:
    """Raise InputError when the existing run was made with other params than the file holds now."""
