"""The release manifest: what leaves the plan with a release to say what it is, from what, and how checked.

It leaves with the files, so it holds no row counts of the plan (a reconciliation counts cases too): what the
plan keeps is named by its hash.
"""

import hashlib
import json
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from auditkit.publish.draft import Check, Draft, Edition
from auditkit.publish.files import sha256_of, written_whole
from auditkit.publish.manifest import MANIFEST

BLOCK = 4096
"""Bytes of which each has its own hash, so that a changed place can be named."""


def write_release_manifest(
    draft: Draft, edition: Edition, files: Iterable[Path], checks: Iterable[Check], at: str, kept: date
) -> dict:
    """Write the manifest of a release and give its content.

    files: page and workbook as they will be released. at: time of the release, UTC. kept: day until which it
    is kept. The names R-01 to R-13 are those of the release checklist.
    """
    facts = draft.run_manifest["facts"]
    manifest = {
        "release_manifest_version": 1,
        "release": draft.name,
        "class": draft.output_class,
        "files": [described(path) for path in files],
        "evidence": _evidence(draft, edition, list(checks), at),
        "small_cell_threshold": facts["policies"]["small_cell_threshold"],
        "cells": {
            "shown": sum(not isinstance(told, str) and told is not None for told in edition.cells.values()),
            "hidden": sum(isinstance(told, str) or told is None for told in edition.cells.values()),
        },
        "limits": list(edition.limits),
        "retained_until": str(kept),
    }
    text = json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"
    with written_whole(draft.manifest) as partial:
        partial.write_text(text, encoding="utf-8", newline="\n")
    return manifest


def described(path: Path) -> dict:
    """A file's name, length and SHA-256, and the first half of the SHA-256 of each 4,096 bytes of it."""
    content = path.read_bytes()
    return {
        "file": path.name,
        "bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "blocks": block_hashes(content),
    }


def block_hashes(content: bytes) -> list[str]:
    """The first half of the SHA-256 of each 4,096 bytes."""
    return [hashlib.sha256(content[at : at + BLOCK]).hexdigest()[:32] for at in range(0, len(content), BLOCK)]


def _evidence(draft: Draft, edition: Edition, checks: list[Check], at: str) -> dict:
    run, facts = draft.run_manifest, draft.run_manifest["facts"]
    kept = "kept by the plan under the hash of the run's manifest"
    listed = json.dumps(facts.get("inputs", []), sort_keys=True, ensure_ascii=True)
    return {
        "R-01": {"plan": facts.get("plan"), "run": facts.get("run"), "period": facts.get("period"),
                 "class": draft.output_class},
        "R-02": {"list_of_inputs_sha256": hashlib.sha256(listed.encode("ascii")).hexdigest(),
                 "snapshot": facts.get("snapshot"), "list": kept},
        "R-03": {"code_commit": facts.get("code_commit"), "lock_sha256": facts.get("lock_sha256")}
        | run["code"],
        "R-04": {"params_sha256": facts.get("params_sha256")},
        "R-05": {"rules_version": run["rules"]["version"], "policies": facts.get("policies")},
        "R-06": {"reconciliation": kept},
        "R-07": [_told(check) for check in checks],
        "R-08": {"changes_by_hand": "none: page and workbook are made from the run by program"},
        "R-09": {"run_content_sha256": run["content_sha256"],
                 "run_manifest_sha256": sha256_of(draft.run_folder / MANIFEST)},
        "R-10": run["times"] | {"released": at},
        "R-11": {"released_by": f"{edition.who.author}, {edition.who.role}",
                 "run_signed_off_by": [f"{name}, {role}, {when}" for role, name, when in edition.signed]
                 or "nobody"},
        "R-12": {"receipt": "none: an edition of this class is not submitted through a portal"},
        "R-13": {"version": draft.version, "replaces": draft.replaces or "nothing", "reason": draft.reason or
                 "first release"},
    }  # fmt: skip


def _told(check: Check) -> dict[str, str]:
    """A check as it leaves the plan: what failed and was waived is told, with who and why."""
    told = {"id": check.id, "what": check.what, "result": check.result}
    return told | ({"note": check.note, "who": check.who, "why": check.why} if check.who else {})
