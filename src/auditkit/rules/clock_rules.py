"""Which timeframe rule runs on which case: the loader of clocks.yaml and clock_cases.yaml."""

from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from auditkit.errors import InputError
from auditkit.rules.checked import Strict, checked
from auditkit.rules.yamlfile import read_yaml

FOLDER = Path(__file__).parent

Many = Annotated[tuple[str, ...], BeforeValidator(lambda v: (v,) if isinstance(v, str) else tuple(v))]


class ClockRule(Strict):
    """One row of the rule matrix: a timeframe rule and the cases it runs on."""

    clock: str
    request: str
    line: Many
    priority: Many
    item: Many
    outcome: Many
    rule: str
    start: str
    stop: str
    condition: Literal["always", "oral_given", "medicare_benefit", "untimely"] = "always"


class Line(Strict):
    """Which body of rules a program is under."""

    program: str
    line: str
    why: str


class LimitPolicy(Strict):
    """A rule whose limit is set by a named policy."""

    rule: str
    policy: str


class RulePolicy(Strict):
    """A rule that another one replaces under a named policy."""

    rule: str
    policy: str
    value: str
    by: str


class StatementWait(Strict):
    """Days an exception waits for the prescriber's supporting statement, and the rule that says so."""

    rule: str
    days: Annotated[int, Field(ge=0)]


class ClockTable(Strict):
    """The whole of clocks.yaml."""

    version: str
    lines: tuple[Line, ...]
    confirmation_rule: str
    part_d_confirmation_rule: str
    statement_wait: StatementWait
    limit_policies: tuple[LimitPolicy, ...]
    rule_policies: tuple[RulePolicy, ...]
    clocks: tuple[ClockRule, ...]

    def line_of(self, program: str) -> str:
        """The body of rules of a program; raises InputError for a program nobody named."""
        for line in self.lines:
            if line.program == program:
                return line.line
        known = ", ".join(line.program for line in self.lines)
        raise InputError(f"program '{program}' is not known; write one of {known}.")


class CaseSource(Strict):
    """How rows of one table become cases: SQL facts and the moments behind the events."""

    table: str
    kind: Literal["source", "universe"]
    request: str
    line: str | None = None
    where: str | None = None
    facts: dict[str, str]
    events: dict[str, str]


@lru_cache
def load_clock_table(path: Path = FOLDER / "clocks.yaml") -> ClockTable:
    """The rule matrix. Raises InputError naming file, entry and reason when it is malformed."""
    return checked(ClockTable, read_yaml(path), path, "clocks")


@lru_cache
def load_case_sources(path: Path = FOLDER / "clock_cases.yaml") -> dict[str, CaseSource]:
    """The tables whose rows the clock engine can read, by table name."""
    entries = read_yaml(path)["cases"]
    return {e["table"]: checked(CaseSource, e, path, e.get("table", "?")) for e in entries}
