"""Is a file as it left the plan? For a recipient who has it and the public key, and for a run's folder."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from auditkit.errors import InputError
from auditkit.publish.manifest import MANIFEST, read_manifest, verify_manifest
from auditkit.publish.release_manifest import BLOCK, block_hashes
from auditkit.publish.sign import ENDING, PublicKey, check_signature, page_signature


@dataclass(frozen=True)
class Verdict:
    """What was found. faults: a sentence for each file that is not as it left the plan. proven: a sentence
    for each that is. unproven: what could not be told, and why."""

    faults: list[str]
    proven: list[str]
    unproven: list[str]

    @property
    def holds(self) -> bool:
        """Is everything as it left the plan, as far as it could be told, and could anything be told?"""
        return not self.faults and bool(self.proven)

    def text(self) -> str:
        """The sentences, faults first."""
        return "\n".join([*self.faults, *self.proven, *self.unproven])


def verify(path: Path, public: PublicKey | None = None) -> Verdict:
    """Verify a run, a release, or one file of a release.

    A run is compared with its manifest. A file of a release is checked against its signature (beside it as
    `<name>.minisig`, or a page's own) when a public key is given, and against the release manifest when that
    stands beside it. Raises InputError when there is nothing to verify against.
    """
    path = Path(path)
    if not path.exists():
        raise InputError(f"{path}: there is no such file or folder; check the name.")
    if path.is_dir() and (path / MANIFEST).exists():
        return _verify_run(path)
    if path.is_dir():
        return _verify_release(path, public)
    verdict = _verify_file(path, public)
    if not (verdict.faults or verdict.proven or _signatures(path, _bytes(path))):
        raise InputError(
            f"{path}: there is neither a signature nor a release manifest to verify it against; put "
            f"{path.name}{ENDING} or the whole release beside it."
        )
    return verdict


def _verify_run(folder: Path) -> Verdict:
    differences = verify_manifest(folder)
    files = len(read_manifest(folder)["outputs"])
    proven = [] if differences else [f"{folder.name}: all {files:,} files are as the run made them."]
    unproven = ["A run is not signed: who made it is not proven."]
    return Verdict(differences, proven, unproven)


def _verify_release(folder: Path, public: PublicKey | None) -> Verdict:
    files = sorted(path for path in folder.iterdir() if path.is_file())
    manifests = [path for path in files if path.suffix == ".json"]
    if len(manifests) != 1:
        raise InputError(
            f"{folder}: is neither a run nor a release; a release holds one .json file, its manifest."
        )
    manifest = _read(manifests[0])
    stated = [entry["file"] for entry in manifest["files"]]
    expected = {*stated, manifests[0].name}
    faults = [
        f"{name}: stands in the release manifest, and is not there."
        for name in stated
        if not (folder / name).exists()
    ]
    faults += [
        f"{path.name}: is no part of the release."
        for path in files
        if path.name not in expected and path.name.removesuffix(ENDING) not in expected
    ]
    # The manifest first: what it says of the others holds only when it is as it was.
    each = [
        _verify_file(path, public)
        for path in [manifests[0], *(folder / name for name in stated)]
        if path.exists()
    ]
    unproven = [sentence for verdict in each for sentence in verdict.unproven]
    superseded = folder.resolve().with_name(f"{folder.resolve().name}_superseded.txt")
    if superseded.exists():
        unproven.append(f"This release is superseded; {superseded.name} says by which.")
    return Verdict(
        faults + [sentence for verdict in each for sentence in verdict.faults],
        [sentence for verdict in each for sentence in verdict.proven],
        list(dict.fromkeys(unproven)),
    )


def _verify_file(path: Path, public: PublicKey | None) -> Verdict:
    content = _bytes(path)
    faults, proven, unproven = [], [], []
    differs = _difference(path, content)
    faults += [differs] if differs else []
    signed = _signatures(path, content)
    if public is None:
        unproven.append("Who released it was not checked: give the plan's public key with --key.")
    elif not signed:
        faults.append(f"{path.name}: carries no signature, and {path.name}{ENDING} is not beside it.")
    for covered, lines in signed if public else []:
        checked = check_signature(covered, lines, public)
        if not checked.holds:
            faults += [f"{path.name}: {checked.why}."] if not differs else []
        else:
            name = "" if checked.file == path.name else f", under the name {checked.file}"
            proven.append(
                f"{path.name}: is as it was signed at {checked.signed_at} with key {public.name}{name}."
            )
    if differs == "" and not faults:
        proven.append(f"{path.name}: is as the release manifest says.")
    return Verdict(faults, list(dict.fromkeys(proven)), unproven)


def _signatures(path: Path, content: bytes) -> list[tuple[bytes, str]]:
    """What the signatures of a file cover, and their lines."""
    signed = []
    beside = path.with_name(path.name + ENDING)
    if beside.exists():
        signed.append((content, _bytes(beside).decode("utf-8", "replace")))
    own = page_signature(content) if path.suffix == ".html" else None
    return signed + ([own] if own else [])


def _difference(path: Path, content: bytes) -> str | None:
    """How a file differs from the release manifest beside it, "" when not at all; None without a manifest."""
    manifest_path = path.with_name(f"{path.stem}.json")
    if path == manifest_path or not manifest_path.exists():
        return None
    entry = next((each for each in _read(manifest_path)["files"] if each["file"] == path.name), None)
    if entry is None:
        return f"{path.name}: does not stand in the release manifest."
    if hashlib.sha256(content).hexdigest() == entry["sha256"]:
        return ""
    pairs = zip(block_hashes(content), entry["blocks"])
    block = next((number for number, (now, then) in enumerate(pairs) if now != then), None)
    first = min(len(content), entry["bytes"]) if block is None else block * BLOCK
    last = max(len(content), entry["bytes"]) if block is None else min((block + 1) * BLOCK, len(content))
    where = f"bytes {first + 1:,} to {last:,}"
    return f"{path.name}: was changed after it was released; the first change lies in {where}."


def _read(path: Path) -> dict:
    """A release manifest. Raises InputError when it is none."""
    try:
        manifest = json.loads(_bytes(path))
        [(entry["file"], entry["sha256"], entry["bytes"], entry["blocks"]) for entry in manifest["files"]]
        return manifest
    except (ValueError, KeyError, TypeError):
        raise InputError(
            f"{path}: is no release manifest, or was changed so that it cannot be read."
        ) from None


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        why = (error.strerror or type(error).__name__).lower()
        raise InputError(f"{path}: cannot be read ({why}); ask for the right to read it.") from None
