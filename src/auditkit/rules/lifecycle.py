"""The checks across tables, as typed data; their SQL stands in universes/sql/lifecycle/."""

from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from auditkit.errors import InputError
from auditkit.rules.checked import Strict, Text, checked
from auditkit.rules.layouts import ColumnId, load_layouts
from auditkit.rules.source_tables import load_source_tables
from auditkit.rules.yamlfile import read_yaml

LIFECYCLE_FILE = Path(__file__).parent / "lifecycle_checks.yaml"

Code = Annotated[str, StringConstraints(pattern=r"^LC\d\d$")]


class LifecycleRule(Strict):
    """A fault of how cases or files hang together.

    code: stable name. severity: error, warning or info. sentence: what is wrong, and what to look at.
    expected: what should have been found. citation: where the rule comes from; status: how well it is
    known (house: our own rule).
    """

    code: Code
    severity: Literal["error", "warning", "info"]
    sentence: Text
    expected: Text
    citation: Text
    status: Literal["official", "corroborated", "recalled", "house"]

    @property
    def cited(self) -> str:
        """The citation, with its status where it is no rule of our own."""
        return self.citation if self.status == "house" else f"{self.citation} ({self.status})"


class LifecycleCheck(LifecycleRule):
    """A fault between rows of several source tables.

    tables: source tables whose rows get the finding. column: canonical column it is put on.
    needs_rows: source tables that must hold rows; without them nothing can be concluded from absence.
    shown_in: layout code to the layout column that shows the same fact.
    silent_after: codes of other lifecycle checks that tell the root of this fault on the same case.
    told_by: codes of universe checks that tell the same fault on the case's universe row.
    """

    tables: Annotated[tuple[Text, ...], Field(min_length=1)]
    needs_rows: tuple[Text, ...] = ()
    column: Text
    shown_in: dict[str, ColumnId] = Field(default_factory=dict)
    silent_after: tuple[Code, ...] = ()
    told_by: tuple[Text, ...] = ()


class LifecycleRules(Strict):
    """The whole of lifecycle_checks.yaml.

    population: SQL over a row `s` of a source table that gives the day on which it counts for a period.
    checks: faults between tables. files: faults of a delegate's file.
    """

    version: Text
    source: Text
    population: dict[str, Text]
    checks: tuple[LifecycleCheck, ...]
    files: tuple[LifecycleRule, ...]

    def file_rule(self, code: str) -> LifecycleRule:
        """The rule on delegate files with this code."""
        return next(rule for rule in self.files if rule.code == code)


@cache
def load_lifecycle(path: Path = LIFECYCLE_FILE) -> LifecycleRules:
    """The checks across tables.

    Raises InputError naming file, entry and reason when the file is malformed, gives a code twice, or
    names a table, column or layout that does not exist.
    """
    raw = read_yaml(path)
    if not isinstance(raw, dict):
        raise InputError(f"{path}: names and values are needed at the top; see the packaged file.")
    entries = {
        name: [
            _entry(model, entry, path, f"{name} number {place}")
            for place, entry in enumerate(raw.get(name) or [], start=1)
        ]
        for name, model in (("checks", LifecycleCheck), ("files", LifecycleRule))
    }
    rules = checked(LifecycleRules, {**raw, **entries}, path)
    codes = [rule.code for rule in rules.checks + rules.files]
    for code in codes:
        if codes.count(code) > 1:
            raise InputError(f"{path}, code {code}: it stands there twice; give each fault its own code.")
    for check in rules.checks:
        _names_exist(check, rules, codes, path)
    return rules


def _entry(model: type[LifecycleRule], entry: object, path: Path, place: str) -> LifecycleRule:
    code = entry.get("code", "") if isinstance(entry, dict) else ""
    return checked(model, entry, path, f"{place} {code}".strip())


def _names_exist(check: LifecycleCheck, rules: LifecycleRules, codes: list[str], path: Path) -> None:
    tables, layouts = load_source_tables(), load_layouts()
    for name in check.tables:
        if name not in tables or name not in rules.population:
            raise InputError(
                f"{path}, check {check.code}: {name} is no source table with a 'population' day."
            )
        tables[name].column(check.column)
    for name in check.needs_rows:
        if name not in tables:
            raise InputError(
                f"{path}, check {check.code}: 'needs_rows' names {name}, which is no source table."
            )
    for code, column in check.shown_in.items():
        if code not in layouts:
            raise InputError(
                f"{path}, check {check.code}: there is no layout {code}; the tables are {', '.join(layouts)}."
            )
        layouts[code].column(column)
    for code in check.silent_after:
        if code not in codes:
            raise InputError(
                f"{path}, check {check.code}: 'silent_after' names {code}, which is no check here."
            )
