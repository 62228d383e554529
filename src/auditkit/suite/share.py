"""`auditkit share`: a run's counts, masked, as a page and a workbook that may leave the plan.

Everything is hidden in the numbers first; page, figures and workbook are made from what is left. The gate of
`publish.release` then reads every byte before anything stands where somebody could send it from.
"""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pandas as pd

from auditkit.errors import InputError
from auditkit.findings.annotations import Record
from auditkit.findings.dispositions import coded_dispositions
from auditkit.findings.identity import Identity, identity
from auditkit.findings.signoff import STANDS, sign_offs
from auditkit.findings.wider import ON_CASES
from auditkit.publish.draft import Draft, Edition, Waiver
from auditkit.publish.own_words import own_words
from auditkit.publish.release import Released, drafted, place
from auditkit.publish.release_cells import Suppression
from auditkit.publish.share_page import ShareEdition, write_share_page
from auditkit.publish.share_tables import masked
from auditkit.publish.share_workbook import write_share_workbook
from auditkit.publish.sign import read_signing_key
from auditkit.rules.timeframes import load_timeframes
from auditkit.suite.record import recorded_across
from auditkit.suite.reviewed_run import ReviewedRun, open_reviewed_run, refuse_changed
from auditkit.suite.share_content import share_content
from auditkit.suite.share_masks import hide_small
from auditkit.suite.share_numbers import Numbers

def share(
    run: str, output_class: str, to: Path | None = None, key: Path | None = None, reason: str = "",
    waivers: Mapping[str, str] | None = None,
) -> Released:  # fmt: skip
    """Release a share edition of a finished run.

    run: name or folder. output_class: shared or public. to: folder of the releases, `releases` beside the run
    unless given. key: the plan's secret signing key. reason: why it is released again. waivers: id of a release
    check to the reason for which the compliance officer who runs this lets it pass.
    Raises InputError, and releases nothing, when the run was changed, a count cannot be protected, the gate
    finds an identifier, or a check fails.
    """
    reviewed = open_reviewed_run(run)
    refuse_changed(reviewed)
    signing = read_signing_key(Path(key)) if key else None
    who, records = identity(reviewed.manifest["facts"].get("reviewer")), list(reviewed.log.records())
    signed = _signed(records, reviewed.content_sha256)
    with drafted(reviewed.folder, output_class, to, reason) as draft:
        numbers = _numbers(reviewed, draft, records)
        found = hide_small(numbers, draft.told)
        edition = _edition(draft, numbers, found, _limits(reviewed.folder), who, signed)
        write_share_page(draft.page, edition)
        write_share_workbook(draft.workbook, edition)
        return place(draft, Edition(
            cells={name: found.hidden.get(name, cell.value) for name, cell in numbers.cells.items()
                   if name in found.hidden or cell.value is not None},
            log=found.log, own=own_words(dates=_rule_days()), who=who,
            of_nobody=frozenset(name for name, cell in numbers.cells.items() if not cell.people),
            signed=signed, waivers={name: Waiver(who, why) for name, why in (waivers or {}).items()},
            limits=tuple(edition.facts["unverified"]), key=signing,
        ))  # fmt: skip


def _numbers(reviewed: ReviewedRun, draft: Draft, records: list[Record]) -> Numbers:
    """The numbers of the class. Findings are read for their codes and counts alone."""
    facts = reviewed.manifest["facts"]
    has_findings = (reviewed.folder / "data" / "findings.parquet").exists()
    coded = None
    if has_findings and draft.output_class == "shared":
        findings = reviewed.table("findings")  # care coordination and reports have sections of their own
        on_cases = findings[findings["kind"].isin(ON_CASES)]
        coded = coded_dispositions(on_cases, records, reviewed.content_sha256)
    threshold = int(facts["policies"]["small_cell_threshold"])
    numbers = share_content(reviewed.folder, draft.output_class, facts["period"], threshold, coded, draft.told)
    if not numbers.tables:
        raise InputError(f"{reviewed.name}: holds none of the tables a share edition shows; run all its notebooks.")
    return numbers


def _edition(
    draft: Draft, numbers: Numbers, found: Suppression, limits: list[str], who: Identity, signed: tuple
) -> ShareEdition:
    """Tables with words for what is hidden, and what page and cover say of the release."""
    run, facts = draft.run_manifest, draft.run_manifest["facts"]
    seen = found.seen()
    threshold = numbers.threshold
    evidence = [
        ("Release", f"{draft.name}, version {draft.version}"),
        ("Replaces", f"{draft.replaces}: {draft.reason}" if draft.replaces else "nothing released before"),
        ("Source", "extracts of the plan's own systems, as read by the run; the list and its hashes stay "
                   "with the plan"),
        ("Run ended", run["times"].get("ended", "not stated")[:10]),
        ("Suppression rule", f"no count from 1 to {threshold - 1} is shown or can be worked out (house rule after "
                             "CMS's cell size policy)"),
        ("Content of the run, SHA-256", run["content_sha256"]),
        ("Released by", f"{who.author}, {who.role}"),
        ("Run signed off by", "; ".join(f"{name}, {role}" for role, name, _ in signed) or "nobody yet"),
    ]  # fmt: skip
    told = facts | {
        "output_class": draft.output_class, "rules_version": run["rules"]["version"], "unverified": limits,
    }  # fmt: skip
    return ShareEdition([masked(table, seen) for table in numbers.tables], told, threshold, numbers.absent, evidence)


def _limits(run_folder: Path) -> list[str]:
    """What the run's notebooks recorded as not verified, each sentence once."""
    recorded = recorded_across(run_folder / "notebooks").values()
    return list(dict.fromkeys(sentence for facts in recorded for sentence in facts.get("unverified") or []))


def _rule_days() -> set[date]:
    """Days on which a timeframe rule begins or ends: dates a sentence about the rules may name."""
    return {day for rule in load_timeframes().values() for day in (rule.effective.first, rule.effective.last) if day}


def _signed(records: list[Record], content_sha256: str) -> tuple[tuple[str, str, str], ...]:
    """Sign-offs that stand on the run's content of today: role, name, time."""
    given: pd.DataFrame = sign_offs(records, content_sha256)
    standing = given[(given["state"] == STANDS) & given["intact"].astype(bool)]
    return tuple(zip(standing["role"], standing["author"], standing["at"]))
