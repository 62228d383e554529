"""The manifest of a run: what went in, by which rules and code, what came out, each with its hash.

Fields follow the evidence list R-01 to R-13: report, inputs, code, parameters, rules, row
reconciliation, checks, output hashes, times, version. `content_sha256` covers the outputs alone,
so that two runs on the same inputs show the same value; times stand apart from it.
"""

import hashlib
import json
import platform
from importlib.metadata import version
from pathlib import Path

from auditkit.errors import InputError
from auditkit.publish.files import sha256_of, written_whole
from auditkit.rules.version import rule_files, rules_version

MANIFEST = "manifest.json"
_TIMES = ("started", "ended", "ended_local")


def write_manifest(run_folder: Path, facts: dict) -> dict:
    """Write `manifest.json` into `run_folder` and give its content.

    `facts` is what only the caller knows, each name optional: `run`, `plan`, `report`, `period`,
    `contracts`, `output_class`, `synthetic` (R-01); `inputs`, a list of {name, sha256, rows}, and
    `public_inputs`, a list of {file, sha256} (R-02);
    `code_commit`, `lock_sha256` (R-03); `params_sha256` (R-04); `policies` and `rules_used` (R-05);
    `reconciliation`, a list of {table, rows_in, rows_used, rows_set_aside} (R-06); `checks`, a list of
    {check, result} (R-07); `started`, `ended`, `ended_local` (texts, R-10); `replaces` (R-13).
    """
    folder = Path(run_folder)
    outputs = output_files(folder)
    rest = {name: value for name, value in sorted(facts.items()) if name not in _TIMES}
    manifest = {
        "manifest_version": 1,
        "content_sha256": content_sha256(outputs),
        "facts": {"output_class": "working"} | rest,
        "rules": {
            "version": rules_version(),
            "files": [{"file": name, "sha256": digest} for name, digest in rule_files()],
        },
        "code": {"auditkit": version("auditkit"), "python": platform.python_version()},
        "outputs": outputs,
        "times": {name: str(facts[name]) for name in _TIMES if name in facts},
    }
    text = json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"
    with written_whole(folder / MANIFEST) as partial:
        partial.write_text(text, encoding="utf-8", newline="\n")
    return manifest


def output_files(run_folder: Path) -> list[dict]:
    """Give every file of a run but its manifest, sorted: file (relative), bytes, sha256."""
    folder = Path(run_folder)
    paths = (path for path in folder.rglob("*") if path.is_file() and path != folder / MANIFEST)
    named = sorted((path.relative_to(folder).as_posix(), path) for path in paths)
    return [{"file": name, "bytes": path.stat().st_size, "sha256": sha256_of(path)} for name, path in named]


def content_sha256(outputs: list[dict]) -> str:
    """Give one hash over the names and hashes of all outputs: equal for two equal runs."""
    lines = "".join(f"{output['sha256']}  {output['file']}\n" for output in outputs)
    return hashlib.sha256(lines.encode("utf-8")).hexdigest()


def read_manifest(run_folder: Path) -> dict:
    """Give the manifest of a run. Raises InputError when there is none or it is not readable."""
    path = Path(run_folder) / MANIFEST
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputError(f"{path}: no manifest there; give the folder of a finished run.") from None
    except ValueError:
        raise InputError(f"{path}: is not JSON; the manifest was changed, so make the run again.") from None


def verify_manifest(run_folder: Path) -> list[str]:
    """Compare a run with its manifest and give a sentence for each difference; none means intact.

    Raises InputError as `read_manifest` does.
    """
    manifest = read_manifest(run_folder)
    stated = {output["file"]: output for output in manifest["outputs"]}
    found = {output["file"]: output for output in output_files(run_folder)}
    gone, new = sorted(stated.keys() - found), sorted(found.keys() - stated)
    differences = [f"{name}: stands in the manifest but not in the run." for name in gone]
    differences += [f"{name}: stands in the run but not in the manifest." for name in new]
    for name in sorted(stated.keys() & found.keys()):
        if stated[name]["sha256"] != found[name]["sha256"]:
            differences.append(f"{name}: was changed after the run ended.")
    if content_sha256(manifest["outputs"]) != manifest["content_sha256"]:
        differences.append(f"{MANIFEST}: the list of outputs was changed after the run ended.")
    return differences
