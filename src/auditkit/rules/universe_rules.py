"""What is tested on a universe and who belongs in one, as typed data.

`universe_checks.yaml` holds the faults of a cell and the checks between cells;
`universe_scope.yaml` says, for each table, which date brings a case in and which cases stay out.
"""

import re
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from auditkit.errors import InputError
from auditkit.rules.checked import Strict, Text, checked
from auditkit.rules.layouts import ColumnId, Layout, load_layouts
from auditkit.rules.policies import load_policies
from auditkit.rules.yamlfile import read_yaml

FOLDER = Path(__file__).parent
CHECK_FILE = FOLDER / "universe_checks.yaml"
SCOPE_FILE = FOLDER / "universe_scope.yaml"

Code = Annotated[str, StringConstraints(pattern=r"^[FXL]\d\d$")]
Severity = Literal["error", "warning", "info"]
RuleStatus = Literal["official", "corroborated", "recalled", "house", "layout"]
PLACEHOLDERS = ("column", "date", "period_start", "period_end")

_COLUMN_IN_SQL = re.compile(r"\b([A-Z]{1,2})(_day|_sec|_none|_bad)?\b")
_LITERAL = re.compile(r"'[^']*'")
_SQL_WORDS = {"IN", "OR", "IS", "AS", "ON", "BY"}


class CellRule(Strict):
    """A fault of one cell, or of the file itself.

    code: stable name of the fault. severity: error, warning or info.
    sentence: what is wrong and why it matters.
    citation: where the rule comes from. status: how well it is known; `layout` means as well as
        the column it is found on.
    """

    code: Code
    severity: Severity
    sentence: Text
    citation: Text
    status: RuleStatus


class Check(CellRule):
    """A fault between cells of one row, or between rows of one table.

    tables: layout codes.
    columns: columns a finding is put on; `paired_times` is every time column whose date may be None.
    when: SQL predicate over the typed universe, true where the fault is.
    needs: columns that must be free of format faults; left out, every column that `when` reads.
    unless_found: columns; silent on a row where one of them has a finding already.
    unique: columns that may stand together in the table once, or `all`.
    expected: what should have been found.
    """

    tables: Annotated[tuple[Text, ...], Field(min_length=1)]
    columns: Annotated[tuple[Text, ...], Field(min_length=1)] | Literal["paired_times"]
    when: Text | None = None
    needs: tuple[Text, ...] | None = None
    unless_found: tuple[Text, ...] = ()
    unique: Annotated[tuple[Text, ...], Field(min_length=1)] | None = None
    expected: Text

    @model_validator(mode="after")
    def _says_something(self) -> "Check":
        if self.when is None and self.unique is None:
            raise ValueError("a check needs 'when', 'unique' or both")
        unknown = set(re.findall(r"\{(\w+)\}", self.when or "")) - set(PLACEHOLDERS)
        if unknown:
            raise ValueError(f"'when' uses {{{sorted(unknown)[0]}}}; "
                             f"the placeholders are {', '.join(PLACEHOLDERS)}")
        return self

    @property
    def uses_period(self) -> bool:
        """Can it be tested only when the universe period is known?"""
        return "{period_" in (self.when or "")

    def targets(self, layout: Layout) -> list[str]:
        """Ids of the columns it puts findings on, in the order of the layout."""
        if self.columns == "paired_times":
            return [c.time_column for c in layout.columns if c.time_column and c.none_allowed]
        return list(self.columns)


class CheckRules(Strict):
    """The whole of universe_checks.yaml.

    formats: faults of a cell. file_faults: faults of lines and header. checks: faults between cells.
    name_columns: titles of columns that hold a person's name.
    """

    version: Text
    source: Text
    name_columns: tuple[Text, ...]
    formats: tuple[CellRule, ...]
    file_faults: tuple[CellRule, ...]
    checks: tuple[Check, ...]

    def cell_rule(self, code: str) -> CellRule:
        """The cell or file fault with this code."""
        return next(rule for rule in self.formats + self.file_faults if rule.code == code)

    def for_table(self, table: str) -> list[Check]:
        """The checks of one layout, in the order in which they claim cells."""
        return [check for check in self.checks if table in check.tables]


def columns_read(sql: str) -> list[str]:
    """Ids of the layout columns an SQL predicate reads, each once, in order; X_bad alone does not count."""
    found = _COLUMN_IN_SQL.findall(_LITERAL.sub("''", sql))
    return list(dict.fromkeys(c for c, part in found if c not in _SQL_WORDS and part != "_bad"))


class Exclusion(Strict):
    """A reason why a row of the source table is not in the universe.

    code: stable name. sentence: the reason in words, as it is counted and printed.
    when: SQL predicate over the source row `s`, its member's span `m` and `population_day`.
    policy, value: the exclusion holds only while this policy has this value.
    """

    code: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$")]
    sentence: Text
    when: Text
    cite: Text
    status: RuleStatus
    policy: Text | None = None
    value: Text | None = None

    @model_validator(mode="after")
    def _policy_with_value(self) -> "Exclusion":
        if (self.policy is None) != (self.value is None):
            raise ValueError("'policy' and 'value' belong together")
        return self


class Scope(Strict):
    """Who belongs in one universe.

    table: layout code. source: the source table it is filled from.
    population: SQL over the source row `s` that gives the day which brings a case into the period.
    receipt: SQL over `s` that gives the day to look up the member's enrollment when the population
        date finds no span.
    population_sentence: the same in words. order: layout columns by which the file is sorted.
    exclusions: in order; a row is counted under the first that holds.
    """

    table: Text
    source: Text
    population: Text
    receipt: Text
    population_sentence: Text
    cite: Text
    status: RuleStatus
    exclusions: Annotated[tuple[Exclusion, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _codes_once(self) -> "Scope":
        codes = [exclusion.code for exclusion in self.exclusions]
        for code in codes:
            if codes.count(code) > 1:
                raise ValueError(f"exclusion {code} stands there twice")
        return self


class ScopeRules(Strict):
    """The whole of universe_scope.yaml."""

    version: Text
    tables: dict[str, Scope]


@lru_cache(maxsize=4)
def load_checks(path: Path = CHECK_FILE) -> CheckRules:
    """The checks on universes.

    Raises InputError naming file, entry and reason when the file is malformed, names a layout or
    column that does not exist, or gives one column of a table the same code and predicate twice.
    """
    raw = _mapping(path)
    lists = {
        "formats": _entries(raw, "formats", CellRule, path),
        "file_faults": _entries(raw, "file_faults", CellRule, path),
        "checks": _entries(raw, "checks", Check, path),
    }
    rules = checked(CheckRules, {**raw, **lists}, path)
    _once([rule.code for rule in rules.formats + rules.file_faults], path)
    layouts = load_layouts()
    for check in rules.checks:
        for code in check.tables:
            if code not in layouts:
                raise InputError(f"{path}, check {check.code}: there is no layout {code}; "
                                 f"the tables are {', '.join(layouts)}.")
            _columns_exist(check, layouts[code], path)
    return rules


@lru_cache(maxsize=4)
def load_scope(path: Path = SCOPE_FILE) -> ScopeRules:
    """Who belongs in which universe. Raises InputError naming file, entry and reason when malformed."""
    raw = _mapping(path)
    tables: dict[str, Scope] = {}
    for scope in _entries(raw, "tables", Scope, path, label="table"):
        if scope.table in tables:
            raise InputError(f"{path}, table {scope.table}: it stands there twice; remove one.")
        tables[scope.table] = scope
    rules = checked(ScopeRules, {**raw, "tables": tables}, path)
    policies = load_policies()
    for scope in rules.tables.values():
        for exclusion in scope.exclusions:
            policy = policies.get(exclusion.policy)
            if exclusion.policy and (policy is None or not policy.allows(exclusion.value)):
                raise InputError(f"{path}, table {scope.table}, exclusion {exclusion.code}: "
                                 f"no policy {exclusion.policy} with the value {exclusion.value}.")
    return rules


def _mapping(path: Path) -> dict:
    raw = read_yaml(path)
    if not isinstance(raw, dict):
        raise InputError(f"{path}: names and values are needed at the top; see the packaged file.")
    return raw


def _entries(raw: dict, name: str, model: type, path: Path, label: str = "code") -> list:
    entries = raw.get(name)
    if not isinstance(entries, list):
        raise InputError(f"{path}: a list named '{name}' is needed; add it.")
    made = []
    for position, entry in enumerate(entries, start=1):
        known = entry.get(label, "") if isinstance(entry, dict) else ""
        made.append(checked(model, entry, path, f"{name} number {position} {known}".strip()))
    return made


def _once(codes: list[str], path: Path) -> None:
    for code in codes:
        if codes.count(code) > 1:
            raise InputError(f"{path}, code {code}: it stands there twice; give each fault its own code.")


def _columns_exist(check: Check, layout: Layout, path: Path) -> None:
    ids = {column.id for column in layout.columns}
    dates = {column.time_column: column.id for column in layout.columns if column.time_column}
    named = list(check.targets(layout)) + columns_read(check.when or "")
    named += [c for c in (check.needs or ()) + check.unless_found + (check.unique or ())
              if c != "all" and not c.startswith("{")]
    for column in named:
        if column not in ids:
            raise InputError(f"{path}, check {check.code}: layout {layout.code} has no column {column}.")
    if not check.targets(layout):
        raise InputError(f"{path}, check {check.code}: layout {layout.code} has no time "
                         "whose date may be None.")
    for column in check.targets(layout):
        if "{date}" in (check.when or "") and column not in dates:
            raise InputError(f"{path}, check {check.code}: column {column} of {layout.code} is not the time "
                             "of a date, so {date} means nothing there.")
