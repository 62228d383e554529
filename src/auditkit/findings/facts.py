"""What a note stands on: ids of conditions, and fingerprints of the facts a reviewer saw."""

import hashlib
import re
from collections.abc import Iterable, Mapping

import pandas as pd

FACTS = ("severity", "found", "expected", "sentence")
_ROW_NUMBERS = re.compile(r"\b(?:row|line)s? \d+(?:(?:, | and )\d+)*")


def facts_fingerprint(finding: Mapping) -> str:
    """Sixteen hexadecimal digits over what a judgement rests on: severity, found, expected, sentence.

    Row numbers are left out: a case that moves within its file has not changed.
    """
    said = _ROW_NUMBERS.sub("row", "\x1f".join(_plain(finding[name]) for name in FACTS))
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def condition_facts(findings: pd.DataFrame) -> str:
    """The fingerprint of a condition: its cases and the facts of each. findings: those of the condition."""
    return facts_of_cases(zip(findings["finding_id"], map(facts_fingerprint, findings.to_dict("records"))))


def facts_of_cases(pairs: Iterable[tuple[str, str]]) -> str:
    """One fingerprint over (finding id, facts fingerprint) of several cases, in any order."""
    lines = sorted(f"{finding_id} {facts}" for finding_id, facts in pairs)
    return hashlib.sha256("\n".join(lines).encode("ascii")).hexdigest()[:16]


def condition_id(rule: str, table: str, severity: str) -> str:
    """C- and twelve hexadecimal digits: one rule on one table; late and not testable are two conditions."""
    about = "\x1f".join((rule, table, severity))
    return "C-" + hashlib.sha256(about.encode("utf-8")).hexdigest()[:12]


def about_finding(finding: Mapping) -> str:
    """What a finding says, for the day it no longer occurs."""
    return f"{finding['rule']}, {finding['table']}: {_plain(finding['sentence'])}"


def about_condition(findings: pd.DataFrame) -> str:
    """What a condition says, for the day it no longer occurs."""
    first, cases = findings.iloc[0], len(findings)
    return f"{first['rule']}, {first['table']}: {cases:,} case{'s' if cases > 1 else ''}, {first['severity']}"


def _plain(value: object) -> str:
    return "" if value is None or value is pd.NA or value != value else str(value)
