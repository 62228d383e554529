"""Which elements of a report can be computed from what the extracts deliver, and why the others cannot."""

from collections.abc import Mapping, Set
from dataclasses import dataclass

from auditkit.rules.clock_rules import load_clock_table
from auditkit.rules.describe import extension_words, limit_words
from auditkit.rules.formulas import parse_formula
from auditkit.rules.policies import load_policies, resolve_policies
from auditkit.rules.report_catalogue import NOT_SET, Element, Report, SourceNeed
from auditkit.rules.source_tables import load_source_tables
from auditkit.rules.timeframes import load_timeframes

COMPUTED, NOT_COMPUTED = "computed", "not computed"


@dataclass(frozen=True)
class Standing:
    """Whether an element is computed; the reason when it is not; what an element of kind text states.

    lacking: source columns ("table.column") no or not every extract delivers.
    """

    computed: bool
    reason: str = ""
    text: str = ""
    lacking: tuple[str, ...] = ()


def standings(
    report: Report,
    available: Set[str],
    policies: Mapping[str, object],
    gaps: Mapping[str, str],
    texts: Mapping[str, str],
) -> dict[str, Standing]:
    """The standing of every element by code.

    available: "table.column" that every extract of the table delivers. gaps: for the others, which extracts
    lack them, in words. texts: what the plan writes itself, by element code.
    """
    settled = resolve_policies({name: str(value) for name, value in policies.items()})
    known: dict[str, Standing] = {}
    for element in report.elements:
        known[element.code] = _standing(report, element, known, available, settled, gaps, texts)
    return known


def _standing(report, element: Element, known, available, settled, gaps, texts) -> Standing:
    if element.not_built:
        return Standing(False, element.not_built)
    if element.kind == "text":
        return _text_standing(element, settled, texts)
    needs = [need for need in report.needs_of(element) if _is_read(need, settled)]
    lacking = [name for name in (f"{need.table}.{need.column}" for need in needs) if name not in available]
    if lacking:
        return Standing(False, _lacking_words(lacking, gaps), lacking=tuple(lacking))
    unset = [name for name in element.settings if settled[name] == NOT_SET]
    if unset:
        return Standing(False, "; ".join(_unset_words(name) for name in unset))
    if element.formula:
        return _formula_standing(element, known)
    return Standing(True)


def _is_read(need: SourceNeed, settled: Mapping[str, object]) -> bool:
    return need.policy is None or str(settled[need.policy]) != need.value


def _formula_standing(element: Element, known: Mapping[str, Standing]) -> Standing:
    used = sorted(parse_formula(element.formula, known).codes())
    absent = [code for code in used if not known[code].computed]
    if not absent:
        return Standing(True)
    lacking = tuple(dict.fromkeys(name for code in absent for name in known[code].lacking))
    reason = f"it rests on {', '.join(absent)}, not computed: {known[absent[0]].reason}"
    return Standing(False, reason, lacking=lacking)


def _unset_words(name: str) -> str:
    """Why a policy without a value holds an element up, and the mend."""
    return f"{load_policies()[name].values[NOT_SET]}: set policy {name} in the run's params"


def _lacking_words(lacking: list[str], gaps: Mapping[str, str]) -> str:
    """Each missing column with its meaning and the extracts that lack it."""
    parts = []
    for name in lacking:
        table, column = name.split(".")
        meaning = load_source_tables()[table].column(column).meaning
        where = f"; {gaps[name]}" if name in gaps else ""
        parts.append(f"{name} is not delivered ({meaning}{where})")
    return "; ".join(parts)


def _text_standing(element: Element, settled: Mapping[str, object], texts: Mapping[str, str]) -> Standing:
    if element.code in texts:
        return Standing(True, text=texts[element.code])
    if element.given:
        return Standing(False, f"the plan has not given it: {element.given}")
    rules = "; ".join(_rule_words(rule, settled) for rule in element.rules)
    return Standing(True, text=element.text or rules)


def _rule_words(rule_id: str, settled: Mapping[str, object]) -> str:
    """A timeframe rule in words, with the number a policy gives it."""
    rule = load_timeframes()[rule_id]
    chosen = {one.rule: one.policy for one in load_clock_table().limit_policies}
    limit = limit_words(rule)
    if rule_id in chosen:
        limit = f"{settled[chosen[rule_id]]} {rule.limit.unit.replace('_', ' ')} (policy {chosen[rule_id]})"
    return f"{rule_id}: {limit}, extension {extension_words(rule)} ({rule.cite})"
