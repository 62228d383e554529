"""Share edition: timeliness by table, clock and rule, coarse enough that most of it may be shown.

Rules under which few clocks were judged stand together on one line; what was not judged is one count, whatever
the reason. Only the counts of `timeliness_by_rule` are read.
"""

import pandas as pd

from auditkit.publish.share_tables import Ref, share_table
from auditkit.suite.share_numbers import ALL, Numbers, Tables, sums_of, titled

_JUDGED, _NOT_JUDGED = ("timely", "late"), ("pending", "not_testable", "not_applicable")
_COUNTS = (*_JUDGED, "not_judged")
_NOTE = (
    "Judged: clocks that were timely or late; percent timely is the share of timely among them, rounded down. "
    "Not judged: still open within the limit, a start, stop or time of day missing, or not applicable."
)
_TOGETHER = "Rules under which few clocks were judged stand together on one line."
FORWARDED = "IRE forwarding of an untimely case"
"""The clock, by its name in the rules, that starts on a late decision."""
_COLUMNS = [
    "Cases of", "Clock", "Rule", "Limit", "Judged", "Timely", "Late", "Percent timely", "Not judged", "Citation",
]  # fmt: skip


def add_timeliness(numbers: Numbers, tables: Tables, codes: dict[str, str], period: str) -> None:
    """Clocks judged, timely, late and not judged for each table, clock and rule, and for each clock in all."""
    saved = tables("timeliness_by_rule")
    if saved is None:
        numbers.absent.append("Timeliness: the run tested no clock.")
        return
    rows, by_clock = [], []
    for (table, clock), rules in _counted(saved).groupby(["table", "clock"], sort=False):
        lines = _lines(rules, numbers.threshold)
        codes_of = [_code(table, clock, line, len(lines)) for line in lines]
        for code, line in zip(codes_of, lines, strict=True):
            shown = _references(numbers, code, {name: int(line[name].sum()) for name in _COUNTS}, period)
            citations = "; ".join(dict.fromkeys(cite for cite in line["citation"] if cite))
            rows.append((titled(table, codes), clock, *_told_of(line), *shown, citations))
        if len(lines) > 1:
            shown = _all_lines(numbers, f"{table}/{clock}/{ALL}", codes_of, period)
            rows.append((titled(table, codes), clock, "all rules", "", *shown, ""))
        by_clock.append((f"{table.replace('_', ' ')}, {clock}", shown[3]))
    for table in dict.fromkeys(saved["table"]):
        _link_forwarded(numbers, table, period)
    numbers.tables.append(share_table(
        "Timeliness by clock", "Timeliness", "Percent timely by clock, all rules together",
        pd.DataFrame(by_clock, columns=["Clock", "Percent timely"]), _NOTE))
    numbers.tables.append(share_table(
        "Timeliness", "Timeliness", "Timeliness by clock and rule", pd.DataFrame(rows, columns=_COLUMNS),
        f"{_NOTE} {_TOGETHER}", split_by="Cases of"))


def _counted(saved: pd.DataFrame) -> pd.DataFrame:
    return saved.assign(
        judged=saved[list(_JUDGED)].sum(axis=1),
        not_judged=saved[list(_NOT_JUDGED)].sum(axis=1),
        citation=saved["citation"].fillna(""),
    )


def _lines(rules: pd.DataFrame, threshold: int) -> list[pd.DataFrame]:
    """The rules of a clock as lines: those with few clocks judged together, with the next smallest if need be."""
    ordered = rules.sort_values("judged", kind="stable")
    few = int((ordered["judged"] < threshold).sum())
    while 0 < few < len(ordered) and (few < 2 or ordered["judged"].head(few).sum() < threshold):
        few += 1
    together = set(ordered["rule"].head(few))
    lines = [rules[rules["rule"] == rule] for rule in rules["rule"] if rule not in together]
    return [*lines, rules[rules["rule"].isin(together)]] if together else lines


def _code(table: str, clock: str, line: pd.DataFrame, lines: int) -> str:
    return f"{table}/{clock}/{'+'.join(line['rule']) if lines > 1 else ALL}"


def _told_of(line: pd.DataFrame) -> tuple[str, str]:
    """Rules and limits of a line in words."""
    return ", ".join(line["rule"]), ", ".join(limit for limit in dict.fromkeys(line["limit"]) if limit)


def _id(code: str, what: str, period: str) -> str:
    return f"timeliness|{code}/{what}|{ALL}|{period}"


def _references(numbers: Numbers, code: str, counts: dict[str, int], period: str) -> list[Ref]:
    """References to judged, timely, late, percent timely and not judged."""
    timely, late, not_judged = (numbers.count(_id(code, name, period), counts[name]) for name in _COUNTS)
    judged = numbers.total(_id(code, "judged", period), [timely.id, late.id])
    percent = numbers.rate(_id(code, "percent_timely", period), timely.id, judged.id, 1, down=True)
    return [judged, timely, late, percent, not_judged]


def _all_lines(numbers: Numbers, code: str, lines: list[str], period: str) -> list[Ref]:
    parts = {name: [_id(line, name, period) for line in lines] for name in (*_COUNTS, "judged")}
    counts = {name: sum(numbers.cells[part].value for part in parts[name]) for name in _COUNTS}
    shown = _references(numbers, code, counts, period)
    for name, ids in parts.items():
        numbers.balance([_id(code, name, period)], ids)
    return shown


def _link_forwarded(numbers: Numbers, table: str, period: str) -> None:
    """Late decisions are nearly the cases that must be forwarded to the independent review entity."""
    late = _id(f"{table}/decision/{ALL}", "late", period)
    judged = _id(f"{table}/{FORWARDED}/{ALL}", "judged", period)
    if judged in numbers.cells:
        numbers.link(judged, [(late,)])


def link_universes(numbers: Numbers, tables: Tables, period: str) -> None:
    """A universe and the clocks on its cases count nearly the same people."""
    saved = tables("timeliness_by_rule")
    if saved is None:
        return
    for table, group in saved.groupby("table", sort=False):
        codes = [f"{table}/{clock}/{ALL}" for clock in dict.fromkeys(group["clock"])]
        cases = [(_id(code, "judged", period), _id(code, "not_judged", period)) for code in codes]
        universe = f"universe|{table}/included|{ALL}|{period}"
        if universe in numbers.cells:
            numbers.link(universe, sums_of(cases, 4))
