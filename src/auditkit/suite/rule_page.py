"""The text of the rule behind a condition, whichever family of rules it belongs to."""

from auditkit.errors import InputError
from auditkit.rules.describe import describe_rule
from auditkit.rules.lifecycle import load_lifecycle
from auditkit.rules.universe_rules import load_checks

_KNOWN = {
    "official": "the published layout or protocol says so",
    "corroborated": "found in more than one public source",
    "recalled": "from memory, to be checked against the protocol before use",
    "house": "our own rule, with no protocol text behind it",
    "layout": "as well known as the layout column it is tested on",
}


def rule_page(rule: str) -> str:
    """A timeframe rule, a check of a universe or a check between tables as plain text.

    A rule that has no page (a value set aside at intake, a clock no rule fits) gives '': its findings
    say what was expected.
    """
    try:
        return describe_rule(rule)
    except InputError:
        return _check_page(rule)


def _check_page(code: str) -> str:
    checks, across = load_checks(), load_lifecycle()
    entries = (*checks.formats, *checks.file_faults, *checks.checks, *across.checks, *across.files)
    found = next((entry for entry in entries if entry.code == code), None)
    if found is None:
        return ""
    lines = [found.code, found.sentence, ""]
    if expected := getattr(found, "expected", ""):
        lines.append(f"Expected        {expected}")
    lines += [f"Citation        {found.citation}", f"How well known  {_KNOWN[found.status]}"]
    return "\n".join(lines)
