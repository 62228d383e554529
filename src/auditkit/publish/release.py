"""Make a release: stage its files, pass them through the gate, sign, register, and put them in place.

Order of the last steps: the register first, the rename after. A program that dies between the two leaves
cells that count as known though nobody saw them, which is safe; the other way round a file could be out of
which the register knows nothing. Nothing that was released is ever written over.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

from auditkit.errors import InputError
from auditkit.publish.draft import Check, Draft, Edition
from auditkit.publish.evidence import keep_evidence, keep_refusal
from auditkit.publish.files import sha256_of, written_whole
from auditkit.publish.gate import refuse_hits, scan
from auditkit.publish.known_values import known_values
from auditkit.publish.manifest import MANIFEST, read_manifest
from auditkit.publish.own_words import OwnWords
from auditkit.publish.register import (
    CLASSES,
    Release,
    latest,
    next_version,
    record_not_placed,
    record_release,
    register_held,
    register_path,
    released_cells,
    releases,
)
from auditkit.publish.release_checks import check_release, refuse_failed
from auditkit.publish.release_manifest import write_release_manifest
from auditkit.publish.retention import retained_until
from auditkit.publish.sign import sign_file, sign_page
from auditkit.publish.workbook import FIXED_DATE
from auditkit.rules.policies import resolve_policies


@dataclass(frozen=True)
class Released:
    """A finished release: its folder, its record, and how each check went."""

    folder: Path
    release: Release
    checks: list[Check]


@contextmanager
def drafted(run_folder: Path, output_class: str, to: Path | None = None, reason: str = "") -> Iterator[Draft]:
    """Open the next release of a run in a class; whatever is not placed when the block ends is removed.

    to: folder of the releases, `releases` beside the run unless given. reason: why it is made again, needed
    from version 2 on. Raises InputError when the register is not whole, another release is being made, or a
    reason is missing.
    """
    if output_class not in CLASSES:
        raise InputError(f"{output_class}: a release is of class {' or '.join(CLASSES)}.")
    run_folder = Path(run_folder)
    manifest = read_manifest(run_folder)
    run, outputs = manifest["facts"].get("run", run_folder.resolve().name), run_folder.resolve().parent
    to = Path(to) if to else outputs / "releases"
    if any((above / MANIFEST).exists() for above in (to.absolute(), *to.absolute().parents)):
        raise InputError(f"{to}: lies inside a run, which a re-run replaces; name another folder with --to.")
    with register_held(register_path(outputs)):
        made = releases(register_path(outputs))
        former, version = latest(made, run, output_class), next_version(made, run, output_class, to)
        if former and not reason.strip():
            raise InputError(
                f"{former.name} was released before; say why it is made again with --reason, in words that "
                "may leave the plan."
            )
        name = f"{run}_{output_class}_v{version}"
        stage = _stage(to, name)
        try:
            yield Draft(
                name, run_folder, manifest, output_class, version, stage, to / name, outputs, tuple(made),
                released_cells(made), former.name if former else "", reason.strip(),
            )  # fmt: skip
        finally:
            shutil.rmtree(stage, ignore_errors=True)


def place(draft: Draft, edition: Edition) -> Released:
    """Check, sign, register and put in place the release whose page and workbook stand in `draft.stage`.

    Raises InputError, and releases nothing, when the gate finds anything or a check fails without a waiver;
    the gate report (file, place and kind, never the value) and the checks stand in the working edition then.
    """
    at = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    known, facts = known_values(draft.run_folder), draft.run_manifest["facts"]
    evidence = draft.outputs / "review" / "releases" / draft.name
    kept = retained_until(resolve_policies({}) | facts["policies"])
    own = _own(draft, edition, at, str(kept))
    hits = scan([draft.page, draft.workbook], known, own)
    checks = check_release(draft, edition, hits)
    if edition.key:
        sign_page(draft.page, edition.key, at)
    files = [draft.page, draft.workbook]
    write_release_manifest(draft, edition, files, checks, at, kept)
    hits += scan([draft.manifest], known, own)
    files.append(draft.manifest)
    if hits or any(check.result == "failed" for check in checks):
        keep_refusal(evidence, hits, checks)
        refuse_hits(hits, evidence)
        refuse_failed(checks, evidence)
    if edition.key:
        files += [sign_file(path, edition.key, at) for path in files]
    release = Release(
        draft.name, facts["run"], draft.output_class, draft.version, at,
        {path.name: sha256_of(path) for path in files}, draft.run_manifest["content_sha256"], edition.cells,
        draft.replaces, draft.reason, str(kept), edition.key.public.name if edition.key else "",
    )  # fmt: skip
    keep_evidence(evidence, draft.run_folder, edition.log, checks)
    _put_in_place(draft, release)
    if draft.replaces:
        statement = _say_superseded(draft, release)
        if edition.key:
            sign_file(statement, edition.key, at)
    return Released(draft.folder, release, checks)


def _own(draft: Draft, edition: Edition, at: str, kept: str) -> OwnWords:
    """What the edition says of itself, with what every release says: its run, its time, its people."""
    run, facts = draft.run_manifest, draft.run_manifest["facts"]
    times = [*run["times"].values(), *(when for _, _, when in edition.signed)]
    days = [*facts["period"].split(" to "), *(time[:10] for time in times)]
    codes = [run["content_sha256"], run["rules"]["version"], *(
        str(facts.get(name) or "") for name in ("code_commit", "lock_sha256", "params_sha256", "snapshot")
    )]  # fmt: skip
    people = [edition.who.author, *(name for _, name, _ in edition.signed)]
    people += [waiver.who.author for waiver in (edition.waivers or {}).values()]
    own = edition.own.with_dates(kept, at[:10], FIXED_DATE.date(), *days).with_codes(*codes)
    return own.with_texts(facts.get("plan", ""), draft.name, *people)


def _stage(to: Path, name: str) -> Path:
    """An empty folder beside the place of the release."""
    stage = to / f".{name}.partial-{os.getpid()}"
    try:
        shutil.rmtree(stage, ignore_errors=True)
        stage.mkdir(parents=True)
    except OSError as error:
        why = (error.strerror or type(error).__name__).lower()
        raise InputError(f"{to}: cannot be written ({why}); name another folder with --to.") from None
    return stage


def _put_in_place(draft: Draft, release: Release) -> None:
    register = register_path(draft.outputs)
    for path in draft.stage.iterdir():
        _on_disk(path)
        path.chmod(0o444)
    record_release(register, release)
    try:
        # rename() would silently take the place of an empty folder, so what stands there is looked at first
        if draft.folder.exists():
            raise InputError(f"{draft.folder}: is there already, and nothing released is written over.")
        draft.stage.rename(draft.folder)
        _on_disk(draft.folder.parent)
    except BaseException:
        record_not_placed(register, release.name, release.at)
        raise


def _say_superseded(draft: Draft, release: Release) -> Path:
    """A statement beside the former version, which itself is never touched."""
    former = next(each for each in draft.made if each.name == release.replaces)
    lines = [
        f"{former.name} is superseded: {release.name} replaces it.",
        f"Reason: {release.reason}",
        f"Said at {release.at} (UTC). Do not use the former files any more:",
        *[f"  {name}, SHA-256 {sha256}" for name, sha256 in former.files.items()],
    ]
    statement = draft.folder.parent / f"{former.name}_superseded.txt"
    with written_whole(statement) as partial:
        partial.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    return statement


def _on_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
