"""How a release stands against the checklist: each check passed, failed, waived, or left to a person."""

from collections.abc import Iterable, Mapping
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
    faults |= _by_id(lint_html(draft.page.read_text(encoding="utf-8"))) | _by_id(lint_workbook(draft.workbook))
    faults |= _people(draft.output_class, edition) | _cells(draft, edition)
    return [_judged(check, faults.get(check.id, []), waivers) for check in load_release_checks().values()]


def refuse_failed(checks: Iterable[Check], evidence: Path) -> None:
    """Raise InputError when a check failed, naming the first; the rest stands in the evidence folder."""
    failed = [check for check in checks if check.result == FAILED]
    if failed:
        more = f" and {len(failed) - 1} more" if len(failed) > 1 else ""
        raise InputError(
            f"Nothing was released: check {failed[0].id}{more} failed ({failed[0].note.rstrip('.')}); mend it, or have "
            f"a {WAIVING_ROLE} waive what may be waived; {evidence / 'checks.csv'} lists every check."
        )
