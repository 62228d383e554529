"""The appeals walk: from all appeals to each report that counts appeals, and from one report to the next.

Every appeal of the source table is either counted by a report or left out for one stated reason, so the
difference of two reports is a sum of reasons. What no reason explains is shown as such and never spread over
the others.
"""

from collections.abc import Mapping, Set
from datetime import date

import pandas as pd
import pyarrow as pa

from auditkit.reports.periods import period_tables, spans
from auditkit.reports.views import keep, load_views, view_sql, views_read
from auditkit.rules.appeals_walk import WalkedReport, load_walk
from auditkit.sources.engine import DuckDBEngine, Engine

VIEW = "report_appeals_facts"
COUNTED, UNEXPLAINED = "counted", "unexplained"
WALK_COLUMNS = ("walk", "line", "report", "reason", "sentence", "appeals")


def places(
    tables: Mapping[str, pa.Table],
    counted: Mapping[str, Set[str]],
    left_out: Mapping[str, Mapping[str, str]],
    policies: Mapping[str, object],
    through: date,
    engine: Engine | None = None,
) -> pd.DataFrame:
    """Where every appeal stands in every report: case_id, report, place.

    tables: typed source tables (appeals, members). counted: the case numbers each report counted, by report.
    left_out: for a universe, its own reason by case number. through: last day of the reported year to date.
    `place` is `counted`, the code of the first reason that holds, or `unexplained`: left out without a
    reason, or counted although a reason holds.
    """
    engine = engine or DuckDBEngine()
    load_views(engine, views_read({VIEW}), tables, policies, {})
    for name, table in period_tables(spans(through.year, through, "year")[0]).items():
        engine.load(name, table)
    keep(engine, VIEW, view_sql(VIEW))
    parts = []
    for report in load_walk():
        reasons = _reasons(engine, report, left_out)
        mine = counted[report.report]
        place = [
            _place(case, reason, mine)
            for case, reason in zip(reasons["case_id"], reasons["reason"], strict=True)
        ]
        parts.append(pd.DataFrame({"case_id": reasons["case_id"], "report": report.report, "place": place}))
    return pd.concat(parts, ignore_index=True)


def _reasons(engine: Engine, report: WalkedReport, left_out: Mapping[str, Mapping[str, str]]) -> pd.DataFrame:
    """Every appeal with the first reason that would keep it out of the report, None where none holds."""
    if report.universe:
        cases = engine.fetch(f"SELECT case_id FROM {VIEW} ORDER BY case_id").to_pandas()
        told = left_out[report.report]
        return cases.assign(reason=[told.get(case) for case in cases["case_id"]])
    whens = " ".join(f"WHEN {reason.when} THEN '{reason.code}'" for reason in report.reasons)
    return engine.fetch(
        f"SELECT case_id, CASE {whens} END AS reason FROM {VIEW} ORDER BY case_id"
    ).to_pandas()


def _place(case: str, reason: str | None, counted: Set[str]) -> str:
    held = isinstance(reason, str)
    if (case in counted) == held:
        return UNEXPLAINED
    return reason if held else COUNTED


def walk(placed: pd.DataFrame) -> pd.DataFrame:
    """The walk as a table (WALK_COLUMNS), from the places of all appeals.

    walk: "all appeals to MH-01", then "MH-01 to PART-C-II" and so on. line: `start`, `left out`, `added`,
    `end`; start − left out + added = end. `report` is the report whose reason is given.
    """
    by_report = placed.pivot(index="case_id", columns="report", values="place")
    known = load_walk()
    rows = [row for report in known for row in _from_all(by_report, report)]
    rows += [row for first, second in zip(known, known[1:]) for row in _between(by_report, first, second)]
    return pd.DataFrame(rows, columns=list(WALK_COLUMNS))


def _from_all(by_report: pd.DataFrame, report: WalkedReport) -> list[tuple]:
    name, place = f"all appeals to {report.report}", by_report[report.report]
    return [
        (name, "start", "", "", "All appeals of the source table", len(place)),
        *_lines(name, "left out", report, place[place != COUNTED]),
        (name, "end", report.report, COUNTED, report.counts, int((place == COUNTED).sum())),
    ]


def _between(by_report: pd.DataFrame, first: WalkedReport, second: WalkedReport) -> list[tuple]:
    name = f"{first.report} to {second.report}"
    here, there = by_report[first.report], by_report[second.report]
    return [
        (name, "start", first.report, COUNTED, first.counts, int((here == COUNTED).sum())),
        *_lines(name, "left out", second, there[(here == COUNTED) & (there != COUNTED)]),
        *_lines(name, "added", first, here[(here != COUNTED) & (there == COUNTED)]),
        (name, "end", second.report, COUNTED, second.counts, int((there == COUNTED).sum())),
    ]


def _lines(name: str, line: str, report: WalkedReport, places: pd.Series) -> list[tuple]:
    """A line for every reason that holds for a case, in the report's order; unexplained cases last."""
    counts = places.value_counts()
    sentences = report.sentences() | {UNEXPLAINED: "No reason explains it; look at the cases"}
    return [(name, line, report.report, code, sentence, int(counts[code]))
            for code, sentence in sentences.items() if code in counts]  # fmt: skip


def walk_faults(walked: pd.DataFrame) -> list[str]:
    """A sentence for each walk that does not add up or leaves an appeal unexplained; empty when all is well."""
    faults = []
    for name, lines in walked.groupby("walk", sort=False):
        total = lines.groupby("line")["appeals"].sum()
        gap = total["start"] - total.get("left out", 0) + total.get("added", 0) - total["end"]
        odd = int(lines.loc[lines["reason"] == UNEXPLAINED, "appeals"].sum())
        faults += [f"{name}: {int(gap)} appeals between start and end."] if gap else []
        faults += [f"{name}: {odd} appeals unexplained."] if odd else []
    return faults
