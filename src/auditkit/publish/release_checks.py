"""How a release stands against the checklist: each check passed, failed, waived, or left to a person."""

from collections.abc import Iterable, Mapping
from numbers import Integral
from pathlib import Path

from auditkit.errors import InputError
from auditkit.publish.draft import Check, Draft, Edition, Waiver
from auditkit.publish.gate import Hit
from auditkit.publish.lint import lint_html
from auditkit.publish.lint_workbook import lint_workbook
from auditkit.rules.release_checks import ReleaseCheck, load_release_checks

WAIVING_ROLE = "compliance officer"
PASSED, FAILED, WAIVED, BY_HAND = "passed", "failed", "waived", "by hand"


def check_release(draft: Draft, edition: Edition, hits: Iterable[Hit]) -> list[Check]:
    """Every check of the list, in its order. hits: what the gate found in page and workbook.

    Raises InputError for a waiver that cannot be: of no check, of one that is never waived, without a
    reason, or by somebody who is no compliance officer.
    """
    waivers = edition.waivers or {}
    _refuse_waivers(waivers)
    faults = _by_id([f"{hit.kind}: {hit.file}, {hit.place}" for hit in hits])
    faults |= _by_id(lint_html(draft.page.read_text(encoding="utf-8"))) | _by_id(
        lint_workbook(draft.workbook)
    )
    faults |= _people(draft.output_class, edition) | _cells(draft, edition)
    return [_judged(check, faults.get(check.id, []), waivers) for check in load_release_checks().values()]


def refuse_failed(checks: Iterable[Check], evidence: Path) -> None:
    """Raise InputError when a check failed, naming the first; the rest stands in the evidence folder."""
    failed = [check for check in checks if check.result == FAILED]
    if failed:
        more = f" and {len(failed) - 1} more" if len(failed) > 1 else ""
        note = failed[0].note.rstrip(".")
        raise InputError(
            f"Nothing was released: check {failed[0].id}{more} failed ({note}); mend it, or "
            f"have a {WAIVING_ROLE} waive what may be waived; {evidence / 'checks.csv'} lists every check."
        )


def _by_id(sentences: Iterable[str]) -> dict[str, list[str]]:
    """Sentences that begin with the id of a check, by that id; others count as W-02, the page's shape."""
    faults: dict[str, list[str]] = {}
    for sentence in sentences:
        check = sentence[:4] if sentence[:4] in load_release_checks() else "W-02"
        faults.setdefault(check, []).append(sentence[5:].strip(": ") if check == sentence[:4] else sentence)
    return faults


def _people(output_class: str, edition: Edition) -> dict[str, list[str]]:
    """Who stands behind the release: its reviewer is the one who makes it."""
    roles = {edition.who.role, *(role for role, _, _ in edition.signed)}
    if output_class == "public" and WAIVING_ROLE not in roles:
        return {
            "R-11": [f"a public edition needs a {WAIVING_ROLE} to release it or to have signed the run off"]
        }
    return {}


def _cells(draft: Draft, edition: Edition) -> dict[str, list[str]]:
    """A second look at what suppression decided: no small count is shown, and none is the change of a number
    since it was last shown."""
    threshold = int(draft.run_manifest["facts"]["policies"]["small_cell_threshold"])
    faults: dict[str, list[str]] = {}
    for name, now in edition.cells.items():
        if not isinstance(now, Integral) or name in edition.of_nobody:
            continue
        if 0 < now < threshold:
            faults.setdefault("P-20", []).append(f"cell {name} shows a count below {threshold}")
        told = draft.told.get(name)
        before = [
            number
            for number in (told if isinstance(told, tuple) else (told,))
            if isinstance(number, Integral)
        ]
        # A number that was shown just so before tells nothing new.
        if now not in before and any(0 < abs(now - number) < threshold for number in before):
            faults.setdefault("P-22", []).append(
                f"cell {name} differs by less than {threshold} from what was released"
            )
    return faults


def _judged(check: ReleaseCheck, faults: list[str], waivers: Mapping[str, Waiver]) -> Check:
    if not faults:
        return Check(check.id, check.what, BY_HAND if check.by == "hand" else PASSED)
    more = f" ({len(faults) - 1:,} more)" if len(faults) > 1 else ""
    note, waiver = faults[0] + more, waivers.get(check.id)
    if waiver is None:
        return Check(check.id, check.what, FAILED, note)
    return Check(check.id, check.what, WAIVED, note, f"{waiver.who.author}, {waiver.who.role}", waiver.why)


def _refuse_waivers(waivers: Mapping[str, Waiver]) -> None:
    known = load_release_checks()
    for name, waiver in waivers.items():
        if name not in known:
            raise InputError(f"{name}: there is no such release check; they are {', '.join(known)}.")
        if not known[name].waivable:
            raise InputError(f"{name} is never waived ({known[name].what.lower()}); mend what it found.")
        if not waiver.why.strip():
            raise InputError(f"{name}: a waiver needs a reason.")
        if waiver.who.role != WAIVING_ROLE:
            raise InputError(
                f"{name}: a release check is waived by a {WAIVING_ROLE}, not by a {waiver.who.role}."
            )
