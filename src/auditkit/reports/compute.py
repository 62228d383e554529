"""Works out a report: every element by unit and period, the cases behind each number, and its checks."""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import fsum

import numpy as np
import pandas as pd
import pyarrow as pa

from auditkit.reports.checks import check_frame, check_rows, number
from auditkit.reports.counting import Counted, counted_cases
from auditkit.reports.periods import Span, period_tables, spans
from auditkit.reports.states import COMPUTED, NOT_COMPUTED, Standing, standings
from auditkit.reports.views import keep, load_views, needed_verdicts, view_sql, views_read
from auditkit.rules.formulas import formula_value, parse_formula, round_half_up
from auditkit.rules.report_catalogue import Element, Report
from auditkit.sources.engine import DuckDBEngine, Engine

ALL = "all"
TIME_ZONE = "America/New_York"
ELEMENT_COLUMNS = (
    "report", "code", "name", "kind", "unit", "period", "value", "numerator", "denominator", "cases", "state",
    "reason", "definition", "verification", "text",
)  # fmt: skip
CASE_COLUMNS = ("report", "code", "unit", "period", "case_id")


@dataclass(frozen=True)
class ReportResult:
    """A report worked out.

    elements: one row an element, unit and period (ELEMENT_COLUMNS); value is missing where state is not
        `computed`, or where a denominator is zero (reason says so); percent values stand in percent.
    checks: one row a check, unit and period (checks.CHECK_COLUMNS).
    cases: the cases behind each number (CASE_COLUMNS), by program, contract or pbp; working class only.
    """

    elements: pd.DataFrame
    checks: pd.DataFrame
    cases: pd.DataFrame


def compute(
    report: Report,
    tables: Mapping[str, pa.Table],
    available: Set[str],
    year: int,
    through: date,
    policies: Mapping[str, object],
    engine: Engine | None = None,
    *,
    gaps: Mapping[str, str] | None = None,
    texts: Mapping[str, str] | None = None,
    verdicts: Mapping[str, pd.DataFrame] | None = None,
    time_zone: str = TIME_ZONE,
) -> ReportResult:
    """Work out one report for a year; see `compute_all`."""
    return compute_all([report], tables, available, year, through, policies, engine, gaps=gaps, texts=texts,
                       verdicts=verdicts, time_zone=time_zone)[report.id]  # fmt: skip


def compute_all(
    reports: Iterable[Report],
    tables: Mapping[str, pa.Table],
    available: Set[str],
    year: int,
    through: date,
    policies: Mapping[str, object],
    engine: Engine | None = None,
    *,
    gaps: Mapping[str, str] | None = None,
    texts: Mapping[str, str] | None = None,
    verdicts: Mapping[str, pd.DataFrame] | None = None,
    time_zone: str = TIME_ZONE,
) -> dict[str, ReportResult]:
    """Work out reports for a year, by id; a case view that several of them count is made once.

    reports: from the catalogue. tables: typed source tables by name. available: "table.column" that every
    extract of the table delivers; gaps: for the others, which extracts lack them, in words.
    year: the reporting year. through: the last day of data; periods that begin later are left out.
    policies: settings that differ from their defaults. texts: what the plan writes itself, by element code.
    verdicts: clock verdicts by source table, where they were read before; open cases judged on `through`.

    An element whose source column no extract delivers is not computed, and neither is a formula that uses it;
    nothing is filled with zero. Counts of the units add up to `all`; a case whose member has no enrollment
    span counts under the unit "not known".
    """
    engine = engine or DuckDBEngine()
    plans = [_plan(report, standings(report, available, policies, gaps or {}, texts or {}), tables["members"])
             for report in reports]  # fmt: skip
    views = views_read({element.of for plan in plans for element in plan.wanted})
    if verdicts is None:
        verdicts = needed_verdicts(views, tables, policies, through, time_zone)
    if views:
        load_views(engine, views, tables, policies, verdicts)
    parts: dict[str, list[tuple]] = {plan.report.id: [] for plan in plans}
    for periods in ("year", "quarter"):
        mine = [plan for plan in plans if plan.report.periods == periods]
        for span in spans(year, through, periods) if mine else []:
            _load_span(engine, span, {element.of for plan in mine for element in plan.wanted})
            for plan in mine:
                parts[plan.report.id].append(_period(plan, span, engine))
    return {name: _result(worked) for name, worked in parts.items()}


@dataclass(frozen=True)
class _Plan:
    """A report to work out: the standing of its elements, those that count cases, and the plan's units."""

    report: Report
    known: Mapping[str, Standing]
    wanted: list[Element]
    units: list[str]


def _plan(report: Report, known: Mapping[str, Standing], members: pa.Table) -> _Plan:
    wanted = [element for element in report.elements if element.of and known[element.code].computed]
    return _Plan(report, known, wanted, _units(report, members))


def _load_span(engine: Engine, span: Span, views: set[str]) -> None:
    """Make the tables of a period, and the views as they are in it."""
    for name, table in period_tables(span).items():
        engine.load(name, table)
    for view in views_read(views):
        keep(engine, view, view_sql(view))


def _result(parts: list[tuple]) -> ReportResult:
    """The rows and frames of a report's periods put together."""
    elements = pd.DataFrame([row for part in parts for row in part[0]], columns=list(ELEMENT_COLUMNS))
    numbers = {"value": "float64", "numerator": "float64", "denominator": "float64", "cases": "Int64"}
    cases = [part[2] for part in parts] or [pd.DataFrame(columns=list(CASE_COLUMNS), dtype=str)]
    return ReportResult(elements.astype(numbers), check_frame([row for part in parts for row in part[1]]),
                        pd.concat(cases, ignore_index=True))  # fmt: skip


def _units(report: Report, members: pa.Table) -> list[str]:
    """The units the plan has in the report's programs, in order."""
    spans_of = members.select(["program", "contract", "pbp"]).to_pandas().drop_duplicates()
    mine = spans_of[spans_of["program"].isin(report.programs)]
    if report.unit == "program":
        return [program for program in report.programs if program in set(mine["program"])]
    names = mine["contract"] if report.unit == "contract" else mine["contract"] + "-" + mine["pbp"]
    return sorted(set(names.dropna()))


def _period(plan: _Plan, span: Span, engine: Engine) -> tuple[list[dict], list[dict], pd.DataFrame]:
    """Element rows, check rows and cases of one report in one period."""
    report, found = plan.report, counted_cases(plan.report, plan.wanted, engine)
    others = {unit for counted in found.values() for unit in counted.unit} - set(plan.units)
    elements, checks = [], []
    for unit in [*plan.units, *sorted(others), ALL]:
        values: dict[str, Fraction | None] = {}
        for element in report.elements:
            standing = plan.known[element.code]
            row = _worked(element, found.get(element.code), unit, values, standing)
            values[element.code] = row["value"]
            numbers = {name: number(row[name]) for name in ("value", "numerator", "denominator")}
            elements.append(_described(report, element, unit, span, standing) | row | numbers)
        checks += check_rows(report, unit, span.label, values)
    return elements, checks, _case_frame(report, span, found)


def _case_frame(report: Report, span: Span, found: Mapping[str, Counted]) -> pd.DataFrame:
    parts = {
        "code": [np.full(len(counted.unit), code, dtype=object) for code, counted in found.items()],
        "unit": [counted.unit for counted in found.values()],
        "case_id": [counted.case_id for counted in found.values()],
    }
    nothing = [np.array([], dtype=object)]
    joined = {name: np.concatenate(arrays or nothing) for name, arrays in parts.items()}
    return pd.DataFrame(joined, dtype=str).assign(report=report.id, period=span.label)[list(CASE_COLUMNS)]


def _worked(element: Element, counted: Counted | None, unit: str, values: dict, standing: Standing) -> dict:
    """Value, numerator, denominator and number of cases of one element in one unit."""
    nothing = {"value": None, "numerator": None, "denominator": None, "cases": None}
    if not standing.computed or element.kind == "text":
        return nothing
    if element.formula:
        return nothing | _from_formula(element, values)
    amounts = counted.amount if unit == ALL else counted.amount[counted.unit == unit]
    return nothing | {"cases": len(amounts)} | _from_cases(element, amounts)


def _from_cases(element: Element, amounts: np.ndarray) -> dict:
    if not (element.sum or element.mean or element.median):
        return {"value": Fraction(len(amounts))}
    total = Fraction(fsum(amounts)) / element.per
    if element.sum:
        return {"value": _rounded(total, element)}
    if not len(amounts):
        return {"reason": "no case to take it from"}
    if element.mean:
        return {"value": _rounded(total / len(amounts), element), "numerator": total,
                "denominator": Fraction(len(amounts))}  # fmt: skip
    return {"value": _rounded(Fraction(float(np.median(amounts))) / element.per, element)}


def _from_formula(element: Element, values: dict) -> dict:
    formula = parse_formula(element.formula, values)
    missing = [code for code in sorted(formula.codes()) if values[code] is None]
    if missing:
        return {"reason": f"it rests on {missing[0]}, which has no value here"}
    times = 100 if element.kind == "percent" else 1
    worked = formula_value(formula, values)
    row = {"value": None if worked is None else _rounded(times * worked, element)}
    if formula.sign == "/":
        row["numerator"] = formula_value(formula.left, values)
        row["denominator"] = formula_value(formula.right, values)
    return row if worked is not None else row | {"reason": "the denominator is zero"}


def _rounded(value: Fraction, element: Element) -> Fraction:
    return value if element.round is None else round_half_up(value, element.round)


def _described(report: Report, element: Element, unit: str, span: Span, standing: Standing) -> dict:
    return {
        "report": report.id, "code": element.code, "name": element.name, "kind": element.kind, "unit": unit,
        "period": span.label, "state": COMPUTED if standing.computed else NOT_COMPUTED,
        "reason": standing.reason, "definition": element.definition,
        "verification": report.verification_of(element), "text": standing.text,
    }  # fmt: skip
