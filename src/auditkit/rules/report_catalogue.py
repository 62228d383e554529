"""The periodic reports as data: elements, definitions, formulas, checks, due dates, what is known of each.

One YAML file a report in `reports/`. What an element counts is a condition over a case view (a SQL step of
`auditkit/reports/sql`); how numbers combine is a formula over element codes.
"""

import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, NamedTuple

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, model_validator

from auditkit.errors import InputError
from auditkit.rules.checked import Strict, Text, checked
from auditkit.rules.due_dates import check_due_rule
from auditkit.rules.formulas import parse_formula
from auditkit.rules.policies import load_policies
from auditkit.rules.source_tables import load_source_tables
from auditkit.rules.timeframes import load_timeframes
from auditkit.rules.yamlfile import read_yaml

REPORT_FOLDER = Path(__file__).parent / "reports"
VERIFICATIONS = {
    "read_current": "definition read in a current text of the regulator",
    "read_secondary": "definition read in a secondary source",
    "read_older": "definition read in an older text",
    "recalled": "definition recalled, not read",
    "mixed": "part read, part recalled",
}
"""How well a report or an element is known, in words."""

NOT_SET = "not_set"
"""Value of a policy that has none until a run gives it one: the State's number, which nobody may invent."""

_NEED = re.compile(r"(?P<table>\w+)\.(?P<column>\w+)( unless (?P<policy>\w+) = (?P<value>\w+))?")
Verification = Literal[tuple(VERIFICATIONS)]
Code = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Za-z0-9._-]*$")]


class SourceNeed(NamedTuple):
    """A source column an element cannot do without, unless a policy has a value with which it is not read."""

    table: str
    column: str
    policy: str | None
    value: str | None


def _read_need(text: str) -> SourceNeed:
    return SourceNeed(**_NEED.fullmatch(text).groupdict())


def _known_need(text: str) -> str:
    found = _NEED.fullmatch(text)
    if not found:
        raise ValueError("must be written as appeals.status or 'appeals.status unless POLICY = VALUE'")
    table = load_source_tables().get(found["table"])
    if table is None or found["column"] not in {column.name for column in table.columns}:
        raise ValueError("must name a source table and one of its columns, as appeals.status")
    policy = found["policy"] and load_policies().get(found["policy"])
    if found["policy"] and not (policy and policy.allows(found["value"])):
        raise ValueError("must name a policy and a value it may have after 'unless'")
    return text


Need = Annotated[str, AfterValidator(_known_need)]


def _known_setting(text: str) -> str:
    policy = load_policies().get(text)
    if policy is None or not policy.allows(NOT_SET):
        raise ValueError(f"must name a policy that may be {NOT_SET}")
    return text


Setting = Annotated[str, AfterValidator(_known_setting)]


class Element(Strict):
    """One number (or text) of a report.

    code, name, kind, definition: as on the form. verification: where it differs from the report's.
    of, where: the case view it counts, and the condition in portable SQL (all rows without one).
    sum, mean, median: a SQL expression over those rows, instead of their count; per: what it is divided by.
    formula: arithmetic over elements that stand before it; of kind percent it gives a share, shown times 100.
    round: decimals, half up. needs: source columns it cannot do without, beside those of its view.
    rules: of kind text: the timeframe rules it states. text: of kind text: what it states.
    given: of kind text: what the plan itself writes here. not_built: what is needed, and from whom.
    settings: policies that may be `not_set`; the element waits until a run sets them.
    """

    code: Code
    name: Text
    kind: Literal["count", "percent", "days", "hours", "seconds", "number", "text"]
    definition: Text
    verification: Verification | None = None
    of: Text | None = None
    where: Text | None = None
    sum: Text | None = None
    mean: Text | None = None
    median: Text | None = None
    per: Annotated[int, Field(gt=0)] = 1
    formula: Text | None = None
    round: Annotated[int, Field(ge=0, le=6)] | None = None
    needs: tuple[Need, ...] = ()
    settings: tuple[Setting, ...] = ()
    rules: tuple[Text, ...] = ()
    text: Text | None = None
    given: Text | None = None
    not_built: Text | None = None

    @model_validator(mode="after")
    def _one_way(self) -> "Element":
        ways = [self.of, self.formula, self.not_built, self.rules or None, self.text, self.given]
        if sum(way is not None for way in ways) != 1:
            raise ValueError("one of 'of', 'formula', 'rules', 'text', 'given' or 'not_built' is needed")
        if self.not_built is None and (self.kind == "text") != bool(self.rules or self.text or self.given):
            raise ValueError("'rules', 'text' and 'given' belong to kind text, which needs one of them")
        worked = [name for name in ("sum", "mean", "median") if getattr(self, name)]
        if len(worked) > 1 or (worked or self.where) and not self.of:
            raise ValueError("'where' and one of 'sum', 'mean' and 'median' belong to 'of'")
        unknown = [rule for rule in self.rules if rule not in load_timeframes()]
        if unknown:
            raise ValueError(f"'rules' names {unknown[0]}, which is no timeframe rule")
        return self


class Check(Strict):
    """A test between elements of one unit and period.

    left, right: formulas. kind: must (the form or its logic asks for it) or expected (a gap is told, not a
    fault). sentence: what it means, in words.
    """

    id: Text
    left: Text
    is_: Annotated[Literal["=", "<=", ">="], Field(alias="is")]
    right: Text
    kind: Literal["must", "expected"]
    sentence: Text


class Due(Strict):
    """When a report is due.

    text: in words. date: where the source gives a day, the rules of `due_dates`, one a due date of a year.
    whose: whose duty that day is. verification: how well the day is known.
    """

    text: Text
    date: Annotated[
        tuple[Annotated[str, AfterValidator(check_due_rule)], ...],
        BeforeValidator(lambda value: [value] if isinstance(value, str) else value),
    ] = ()
    whose: Literal["plan", "state"] = "plan"
    verification: Verification = "recalled"


class Report(Strict):
    """One periodic report; see docs/reports.md for the file.

    unit: what rows are counted by, beside the total `all`. frequency_note: what to say beside the frequency.
    periods: whether a year is reported whole or by quarter. verification: how well its elements are known.
    layout: is the regulator's own form known.
    notebook: where it is made. needs: source columns by view, for every element that counts that view.
    """

    id: Text
    name: Text
    programs: Annotated[tuple[Literal["one_care", "sco", "sco_medicaid"], ...], Field(min_length=1)]
    unit: Literal["program", "contract", "pbp"]
    frequency: Literal["annual", "quarterly", "monthly", "per_event", "on_request", "not_located"]
    frequency_note: Text | None = None
    periods: Literal["year", "quarter"]
    due: Due
    authority: Text
    status: Text
    verification: Verification
    layout: Literal["located", "not_located", "not_needed"]
    scope: Text
    notebook: Text = "40_masshealth"
    ask: tuple[Text, ...] = ()
    provenance: Annotated[tuple[Text, ...], Field(min_length=1)]
    needs: dict[Text, tuple[Need, ...]] = Field(default_factory=dict)
    elements: Annotated[tuple[Element, ...], Field(min_length=1)]
    checks: tuple[Check, ...] = ()

    @model_validator(mode="after")
    def _hangs_together(self) -> "Report":
        codes = [element.code for element in self.elements]
        counts = [*Counter(codes).items(), *Counter(check.id for check in self.checks).items()]
        repeated = [name for name, times in counts if times > 1]
        if repeated:
            raise ValueError(f"{repeated[0]} stands there twice")
        for place, element in enumerate(self.elements):
            if element.formula:
                parse_formula(element.formula, codes[:place])
        for check in self.checks:
            parse_formula(check.left, codes), parse_formula(check.right, codes)
        views = {element.of for element in self.elements}
        unused = [view for view in self.needs if view not in views]
        if unused:
            raise ValueError(f"'needs' names the view {unused[0]}, which no element counts")
        return self

    def needs_of(self, element: Element) -> list[SourceNeed]:
        """The source columns an element reads: its own and those of its view."""
        return [_read_need(text) for text in dict.fromkeys((*self.needs.get(element.of, ()), *element.needs))]

    def verification_of(self, element: Element) -> str:
        """How well an element is known, as a word of VERIFICATIONS."""
        return element.verification or self.verification


def load_catalogue() -> dict[str, Report]:
    """Every report by id, in the order of their ids.

    Raises InputError naming file, element and reason when a file is malformed.
    """
    return dict(_packaged())


@cache
def _packaged() -> dict[str, Report]:
    reports = [load_report(path) for path in sorted(REPORT_FOLDER.glob("*.yaml"))]
    return {report.id: report for report in reports}


def load_report(path: Path) -> Report:
    """The report in one YAML file. Raises InputError naming file, element or check and reason."""
    raw = read_yaml(Path(path))
    if not isinstance(raw, dict):
        raise InputError(f"{path}: must hold a report with its id, elements and checks.")
    parts = {}
    for name, model, label in (("elements", Element, "code"), ("checks", Check, "id")):
        entries = raw.get(name, [])
        if not isinstance(entries, list):
            raise InputError(f"{path}: '{name}' must be a list.")
        parts[name] = [
            checked(model, entry, path, f"{name} {_named(entry, label, number)}")
            for number, entry in enumerate(entries, start=1)
        ]
    return checked(Report, raw | parts, path)


def _named(entry: object, label: str, number: int) -> object:
    """The name of an entry for a message, or its place in the list."""
    return entry.get(label, number) if isinstance(entry, dict) else number
