"""Checks in words: the faults of cells and rows of a universe, and the faults between tables."""

from collections.abc import Iterator

from auditkit.rules.lifecycle import LifecycleCheck, load_lifecycle
from auditkit.rules.universe_rules import CellRule, Check, load_checks

Told = CellRule | LifecycleCheck


def checks_by_code() -> dict[str, list[Told]]:
    """Every check by its code, in the order of the files; one code may stand for the same fault of several tables."""
    rules, across = load_checks(), load_lifecycle()
    found: dict[str, list[Told]] = {}
    for check in (*rules.formats, *rules.file_faults, *rules.checks, *across.checks, *across.files):
        found.setdefault(check.code, []).append(check)
    return dict(sorted(found.items()))


def check_rows() -> Iterator[tuple[str, str, str, str, str, str]]:
    """One row a code: id, about, limit (severity), in force, status, citation."""
    for code, checks in checks_by_code().items():
        first = checks[0]
        others = len({check.sentence for check in checks}) - 1
        about = first.sentence + (f" ({others} more of its kind on other tables)" if others else "")
        yield code, about, first.severity, tables_words(checks), first.status, first.citation


def check_paragraphs(code: str) -> list[list[tuple[str, str]]]:
    """What is known of a check, as label and text; one list an entry of the rule files."""
    return [_paragraph(check) for check in checks_by_code()[code]]


def tables_words(checks: list[Told]) -> str:
    """The tables that entries of one code are tested on."""
    named = [table for check in checks for table in getattr(check, "tables", ())]
    return ", ".join(dict.fromkeys(named)) or "every file"


def _paragraph(check: Told) -> list[tuple[str, str]]:
    lines = [("Tested on", tables_words([check])), ("Says", check.sentence), ("Severity", check.severity)]
    lines.append(("Expected", getattr(check, "expected", "")))
    if isinstance(check, Check):
        paired = "every time of day whose date is there" if check.columns == "paired_times" else ""
        lines += [("Stands on", paired or f"column {', '.join(check.columns)}"), ("Fires where", check.when or "")]
        lines.append(("Once in file", ", ".join(check.unique or ())))
    return [*lines, ("Citation", check.citation), ("How well known", check.status)]
