"""Rules in words a person can read: one line a rule for a list, one page for a single rule."""

from collections.abc import Iterator
from datetime import date
from difflib import get_close_matches
from textwrap import fill

from auditkit.errors import InputError
from auditkit.rules.describe_checks import check_paragraphs, check_rows, checks_by_code
from auditkit.rules.layouts import Layout, load_layouts
from auditkit.rules.policies import Policy, load_policies
from auditkit.rules.timeframe_meta import TimeframeMeta, load_timeframe_meta
from auditkit.rules.timeframes import Timeframe, load_timeframes

PROGRAM_NAMES = {"one_care": "One Care", "sco": "SCO with Medicare", "sco_medicaid": "SCO without Medicare",
                 "ma": "a plain Medicare Advantage plan"}
_WIDTH = 100
_LABEL = 16
_Row = tuple[str, str, str, str, str, str]


def rules_table(kind: str | None = None) -> list[dict[str, str]]:
    """One row a rule, for a list.

    kind: timeframe, layout, check or policy; all of them when not given.

    Each row holds id, kind, about (what it is for), limit (how long; the default of a policy;
    the number of columns of a layout; the severity of a check), in_force (of a check: its tables), status (how far it may be relied on) and cite.
    Raises InputError for an unknown kind.
    """
    makers = {"timeframe": _timeframe_rows, "layout": _layout_rows, "check": check_rows, "policy": _policy_rows}
    if kind is not None and kind not in makers:
        raise InputError(f"There are no rules of kind {kind}; the kinds are {', '.join(makers)}.")
    return [{"id": row_id, "kind": name, "about": about, "limit": limit, "in_force": in_force,
             "status": status, "cite": cite}
            for name, make in makers.items() if kind in (None, name)
            for row_id, about, limit, in_force, status, cite in make()]


def describe_rule(rule_id: str) -> str:
    """A page of plain text about one rule.

    rule_id: id of a timeframe rule (AIP-IOD-STD-PA), code of a layout (OD) or of a check (X05, LC07), or
        name of a policy (approval_stop).
    Raises InputError naming the nearest ids when there is no such rule.
    """
    timeframes, layouts, policies = load_timeframes(), load_layouts(), load_policies()
    if rule_id in timeframes:
        return _timeframe_page(timeframes[rule_id], load_timeframe_meta())
    if rule_id in layouts:
        return layout_page(layouts[rule_id])
    if rule_id in policies:
        return _policy_page(policies[rule_id])
    if rule_id in checks_by_code():
        return _check_page(rule_id)
    known = {name.lower(): name for name in (*timeframes, *layouts, *checks_by_code(), *policies)}
    near = [known[name] for name in get_close_matches(rule_id.lower(), known, n=4)]
    hint = f"nearest are {', '.join(near)}" if near else "list them all to see what there is"
    raise InputError(f"There is no rule named {rule_id}; {hint}.")


def limit_words(rule: Timeframe) -> str:
    """The limit of a timeframe rule, as "72 hours" or "at least 10 calendar days"."""
    if rule.limit.value is None:
        return load_timeframe_meta().units[rule.limit.unit]
    unit = rule.limit.unit.replace("_", " ")
    unit = unit.removesuffix("s") if rule.limit.value == 1 else unit
    return f"{'at least ' if rule.test == 'at_least' else ''}{rule.limit.value} {unit}"


def extension_words(rule: Timeframe) -> str:
    """Whether the limit may be extended, as "none" or "up to 14 calendar days"."""
    if not rule.extension.permitted:
        return "none"
    return "for good cause" if rule.extension.days is None else f"up to {rule.extension.days} calendar days"


def effective_words(first: date | None, last: date | None) -> str:
    """A range of days, as "from 2026-01-01", "until 2025-12-31" or "no dates tracked"."""
    parts = [f"from {first}" if first else "", f"until {last}" if last else ""]
    return " ".join(filter(None, parts)) or "no dates tracked"


def _timeframe_rows() -> Iterator[_Row]:
    meta = load_timeframe_meta()
    for rule in load_timeframes().values():
        yield (rule.id, f"{_timeframe_title(rule, meta)}; {rule.item}", limit_words(rule),
               effective_words(rule.effective.first, rule.effective.last),
               f"confidence {rule.confidence}; {meta.verification[rule.verification]}; "
               f"{meta.sign_off[rule.sign_off]}", rule.cite)


def _layout_rows() -> Iterator[_Row]:
    for layout in load_layouts().values():
        yield (layout.code, f"{layout.protocol} Table {layout.table}: {layout.title}",
               f"{len(layout.columns)} columns",
               effective_words(layout.effective_from, layout.effective_to),
               _status_words(layout), layout.version)


def _policy_rows() -> Iterator[_Row]:
    for policy in load_policies().values():
        yield (policy.name, policy.meaning, f"default {policy.default}", effective_words(None, None),
               "setting; a run may choose", policy.cite)


def _timeframe_title(rule: Timeframe, meta: TimeframeMeta) -> str:
    priority = "" if rule.priority in ("n/a", "any") else f", {meta.priorities[rule.priority]}"
    title = f"{meta.request_types[rule.request_type]}: {meta.stages[rule.stage]}{priority}"
    return title[0].upper() + title[1:]


def _status_words(layout: Layout) -> str:
    return ", ".join(f"{count} {status}" for status, count in layout.status_counts().items() if count)


def _line(label: str, text: str | None) -> list[str]:
    """A labelled paragraph; nothing when there is no text."""
    if not text:
        return []
    return [fill(f"{label:<{_LABEL}}{text}", _WIDTH, subsequent_indent=" " * _LABEL,
                 break_long_words=False, break_on_hyphens=False)]


def _timeframe_page(rule: Timeframe, meta: TimeframeMeta) -> str:
    share = rule.population_test
    also = f"; also {share.also}" if share and share.also else ""
    known = (f"{meta.confidence[rule.confidence]}; {meta.verification[rule.verification]}; "
             f"{meta.sign_off[rule.sign_off]}")
    dates = effective_words(rule.effective.first, rule.effective.last)
    extension = [f"{extension_words(rule)}.", rule.extension.who, rule.extension.notice]
    lines = [rule.id, _timeframe_title(rule, meta), ""]
    lines += _line("Line", f"{rule.line_of_business}: {meta.lines[rule.line_of_business]}")
    lines += _line("Members of", ", ".join(PROGRAM_NAMES[program] for program in rule.programs)
                   + (" (for comparison only at One Care and SCO)" if rule.reference_only else ""))
    lines += _line("Item", rule.item)
    lines += _line("Limit", limit_words(rule))
    lines += _line("Clock starts", _event_words(rule.start.event, rule.start.field))
    lines += _line("Clock stops", _event_words(rule.stop.event, rule.stop.field))
    lines += _line("Extension", " ".join(filter(None, extension)))
    lines += _line("Tested as share", share and f"{share.percent} percent of {share.of}{also}")
    lines += _line("In force", dates)
    lines += _line("When missed", rule.on_failure)
    lines += _line("Citation", rule.cite)
    lines += _line("How well known", known)
    for key in rule.provenance:
        lines += _line("Source", f"{key}: {meta.sources[key]}")
    lines += _line("Note", rule.note)
    return "\n".join(lines)


def _event_words(event: str, field: str | None) -> str:
    return f"{event} ({field})" if field else event


def layout_page(layout: Layout) -> str:
    """A page of plain text about one version of a record layout."""
    lines = [layout.code, f"{layout.protocol} Table {layout.table}: {layout.title}", ""]
    lines += _line("Version", f"{layout.version}, in force from {layout.effective_from}"
                   + (f" until {layout.effective_to}" if layout.effective_to else ""))
    lines += _line("Source", layout.source)
    lines += _line("Columns", f"{len(layout.columns)}: {_status_words(layout)}")
    lines += _line("Period", layout.population)
    for sentence in layout.include:
        lines += _line("In", sentence)
    for sentence in layout.exclude:
        lines += _line("Out", sentence)
    lines += _line("In 2026", layout.status_2026)
    lines.append("")
    for column in layout.columns:
        length = f", at most {column.length} characters" if column.length else ", length not known"
        values = f", one of {', '.join(column.values)}" if column.values else ""
        lines += _line(column.id, f"{column.name} ({column.kind}{length}{values}; {column.status})")
        lines += _line("", " ".join(filter(None, (column.rule, column.note))))
    return "\n".join(lines)


def _check_page(code: str) -> str:
    lines = [code]
    for paragraph in check_paragraphs(code):
        lines += ["", *(line for label, text in paragraph for line in _line(label, text))]
    return "\n".join(lines)


def _policy_page(policy: Policy) -> str:
    lines = [policy.name, policy.meaning, ""]
    lines += _line("Default", f"{policy.default} {policy.unit or ''}".strip())
    for value, meaning in (policy.values or {}).items():
        lines += _line("Allowed", f"{value}: {meaning}")
    if policy.numbers:
        lines += _line("Allowed", f"a whole number from {policy.numbers.least} to {policy.numbers.most}")
    lines += _line("Why", policy.why)
    lines += _line("Citation", policy.cite)
    lines += _line("Used in", ", ".join(policy.used_in))
    return "\n".join(lines)
