"""Timeframe rules: how long a plan has, from which event to which, and where that is written.

One YAML file a line of business stands in `timeframes/`, with `meta.yaml` for the words they
share. A rule carries its citation, where its number was read, and whether it may drive a
finding yet. The clock engine joins these rules to cases; no limit stands in code.
"""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from auditkit.errors import InputError
from auditkit.rules.checked import Day, Strict, Text, checked
from auditkit.rules.timeframe_meta import TIMEFRAME_FOLDER, TimeframeMeta, load_timeframe_meta
from auditkit.rules.yamlfile import read_yaml

SECONDS_AN_HOUR = 3600

Unit = Literal["hours", "calendar_days", "business_days", "months",
               "upon_receipt", "none", "see_CLAIMS", "per_state_policy", "contract_term"]
COUNTED_UNITS = ("hours", "calendar_days", "business_days", "months")
Program = Literal["one_care", "sco", "sco_medicaid", "ma"]


class Limit(Strict):
    """How long. value: a number, none where the unit says why there is none; unit: see meta.yaml."""

    value: Annotated[int, Field(ge=0)] | None = None
    unit: Unit

    @model_validator(mode="after")
    def _number_where_counted(self) -> "Limit":
        counted = self.unit in COUNTED_UNITS
        if counted and self.value is None:
            raise ValueError(f"a limit in {self.unit} needs a 'value'")
        if not counted and self.value is not None:
            raise ValueError(f"a limit of unit {self.unit} takes no 'value'")
        return self


class Event(Strict):
    """A clock's start or stop. event: what happens, in words; field: the moment that records it."""

    event: Text
    field: Text | None = None


class Extension(Strict):
    """Whether the limit may be extended.

    permitted: may it; days: by how many calendar days at most, none where the rule gives no
    number; who: on whose ground; notice: what notice the enrollee is owed.
    """

    permitted: bool
    days: Annotated[int, Field(ge=0)] | None = None
    who: Text | None = None
    notice: Text | None = None


class Effective(Strict):
    """First and last day of receipt to which a rule applies; empty means not tracked, or open."""

    first: Day | None = Field(default=None, alias="from")
    last: Day | None = Field(default=None, alias="to")

    @model_validator(mode="after")
    def _forwards(self) -> "Effective":
        if self.first and self.last and self.last < self.first:
            raise ValueError("'to' lies before 'from'")
        return self

    def covers(self, day: date) -> bool:
        """Is `day` inside the range, both ends included?"""
        return (self.first or date.min) <= day <= (self.last or date.max)

    def overlaps(self, other: "Effective") -> bool:
        """Is there a day inside both ranges?"""
        return ((self.first or date.min) <= (other.last or date.max)
                and (other.first or date.min) <= (self.last or date.max))


class PopulationTest(Strict):
    """A share of cases that must meet the limit.

    percent: the share; of: of what; also: what else is owed.
    """

    percent: Annotated[int, Field(ge=1, le=100)]
    of: Text
    also: Text | None = None


class Timeframe(Strict):
    """One timeframe rule.

    id: stable name, as AIP-IOD-STD-PA.
    line_of_business: AIP, MA_C, PART_D, MEDICAID_438, CLAIMS or MA_STATE.
    programs: whose members it governs (one_care, sco, sco_medicaid; ma is a plain Medicare
        Advantage plan).
    reference_only: the rule is displaced for One Care and SCO members and kept for comparison.
    request_type, stage, priority: keys of meta.yaml; item: what is asked for, in words.
    limit, test: how long, and whether the stop must lie at or before the end of it
        (at_or_before) or no earlier (at_least, as for advance notice).
    start, stop: the two ends of the clock. extension, effective: see their models.
    population_test: where the law sets a share of cases instead of every case.
    cite: paragraph. provenance: keys of `sources`. confidence, verification, sign_off: how
        well the rule is known, how it was read, and what must happen before it drives a finding.
    on_failure: what the law says follows from missing it. note: what a reader should know.
    """

    id: Text
    line_of_business: Text
    programs: Annotated[tuple[Program, ...], Field(min_length=1)]
    reference_only: bool = False
    request_type: Text
    stage: Text
    priority: Text
    item: Text
    limit: Limit
    test: Literal["at_or_before", "at_least"]
    start: Event
    stop: Event
    extension: Extension
    effective: Effective
    population_test: PopulationTest | None = None
    cite: Text
    provenance: Annotated[tuple[Text, ...], Field(min_length=1)]
    confidence: Text
    verification: Text
    sign_off: Text
    on_failure: Text | None = None
    note: Text | None = None

    @property
    def limit_days(self) -> int | None:
        """The limit in calendar days; None when it is counted otherwise."""
        return self.limit.value if self.limit.unit == "calendar_days" else None

    @property
    def limit_seconds(self) -> int | None:
        """The limit in seconds for a limit in hours; None when it is counted otherwise."""
        return self.limit.value * SECONDS_AN_HOUR if self.limit.unit == "hours" else None

    @property
    def extension_days(self) -> int | None:
        """Most calendar days an extension may add: 0 when none is permitted, None when the law
        permits one without giving a number."""
        return self.extension.days if self.extension.permitted else 0

    def in_force(self, on: date) -> bool:
        """Does the rule apply to a request received on the day `on`?"""
        return self.effective.covers(on)


def load_timeframes(folder: Path | None = None) -> dict[str, Timeframe]:
    """All timeframe rules by id, in the order of the files.

    folder: where the YAML files are; the packaged rules when none is given.
    Raises InputError naming file, rule and reason when an entry is malformed, an id stands there
    twice, a word is not in meta.yaml, or two rules for the same case apply on the same day.
    """
    return dict(_packaged()) if folder is None else _load(Path(folder))


@cache
def _packaged() -> dict[str, Timeframe]:
    return _load(TIMEFRAME_FOLDER)


def _load(source: Path) -> dict[str, Timeframe]:
    meta = load_timeframe_meta(source)
    rules: dict[str, Timeframe] = {}
    for path in sorted(source.glob("*.yaml")):
        for rule in _rules_in(path, meta) if path.name != "meta.yaml" else ():
            if rule.id in rules:
                raise InputError(f"{path}, rule {rule.id}: the id stands there twice; "
                                 "give each rule its own.")
            rules[rule.id] = rule
    _refuse_overlaps(source, list(rules.values()))
    return rules


def _rules_in(path: Path, meta: TimeframeMeta) -> list[Timeframe]:
    raw = read_yaml(path)
    if not isinstance(raw, dict) or not isinstance(raw.get("rules"), list):
        raise InputError(f"{path}: a list named 'rules' is needed; add it.")
    rules = []
    for position, entry in enumerate(raw["rules"], start=1):
        name = entry.get("id") if isinstance(entry, dict) else None
        label = f"rule {name or f'number {position}'}"
        rule = checked(Timeframe, entry, path, label)
        _refuse_unknown_words(rule, meta, f"{path}, {label}")
        rules.append(rule)
    return rules


def _refuse_unknown_words(rule: Timeframe, meta: TimeframeMeta, place: str) -> None:
    """Every word a rule takes from a vocabulary must stand in meta.yaml."""
    used: list[tuple[str, Any, dict[str, str]]] = [
        ("line_of_business", rule.line_of_business, meta.lines),
        ("request_type", rule.request_type, meta.request_types),
        ("stage", rule.stage, meta.stages),
        ("priority", rule.priority, meta.priorities),
        ("limit.unit", rule.limit.unit, meta.units),
        ("test", rule.test, meta.tests),
        ("confidence", rule.confidence, meta.confidence),
        ("verification", rule.verification, meta.verification),
        ("sign_off", rule.sign_off, meta.sign_off),
        *(("provenance", key, meta.sources) for key in rule.provenance),
    ]
    for name, word, known in used:
        if word not in known:
            raise InputError(f"{place}: '{name}' must be one of {', '.join(known)}, not '{word}'.")


def _same_case(rule: Timeframe) -> tuple:
    """What two rules share when the later one replaces the earlier one."""
    share = rule.population_test.percent if rule.population_test else None
    return (rule.line_of_business, rule.programs, rule.request_type, rule.stage, rule.priority,
            rule.item, rule.stop.field, share)


def _refuse_overlaps(source: Path, rules: list[Timeframe]) -> None:
    seen: dict[tuple, list[Timeframe]] = {}
    for rule in rules:
        for other in seen.setdefault(_same_case(rule), []):
            if rule.effective.overlaps(other.effective):
                raise InputError(f"{source}, rule {rule.id}: its effective range overlaps that of "
                                 f"{other.id}, which is for the same case; end one the day before "
                                 "the other begins.")
        seen[_same_case(rule)].append(rule)
