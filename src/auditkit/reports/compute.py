"""Works out a report: every element by unit and period, the cases behind each number, and its checks."""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import fsum

import numpy as np
import pandas as pd
import pyarrow as pa

from auditkit.reports.checks import check_frame, check_rows, number
from auditkit.reports.periods import Span, period_tables, spans
from auditkit.reports.states import NOT_COMPUTED, Standing, standings
from auditkit.reports.views import keep, load_views, needed_verdicts, view_sql, views_read
from auditkit.rules.formulas import formula_value, parse_formula, round_half_up
from auditkit.rules.report_catalogue import Element, Report
from auditkit.sources.engine import DuckDBEngine, Engine

ALL = "all"
UNKNOWN_UNIT = "not known"
TIME_ZONE = "America/New_York"
ELEMENT_COLUMNS = (
    "report", "code", "name", "kind", "unit", "period", "value", "numerator", "denominator", "cases", "state",
    "reason", "definition", "verification", "text",
)  # fmt: skip
CASE_COLUMNS = ("report", "code", "unit", "period", "case_id")


@dataclass(frozen=True)
class Counted:
    """The cases an element counts: for each its unit, its case number and the amount it adds (1 for a count)."""

    unit: np.ndarray
    case_id: np.ndarray
    amount: np.ndarray


@dataclass(frozen=True)
class ReportResult:
    """A report worked out.

    elements: one row an element, unit and period (ELEMENT_COLUMNS); value is missing where state is not
        `computed`, or where a denominator is zero (reason says so); percent values stand in percent.
    checks: one row a check, unit and period (checks.CHECK_COLUMNS).
    cases: the cases behind each number (CASE_COLUMNS), by program, contract or pbp; of the working class only.
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
    """Work out a report for a year.

    report: from the catalogue. tables: typed source tables by name. available: "table.column" that every
    extract of the table delivers; gaps: for the others, which extracts lack them, in words.
    year: the reporting year. through: the last day of data; periods that begin later are left out.
    policies: settings that differ from their defaults. texts: what the plan writes itself, by element code.
    verdicts: clock verdicts by source table, where they were read before; open cases judged on `through`.

    An element whose source column no extract delivers is not computed, and neither is a formula that uses it;
    nothing is filled with zero. Counts of the units add up to `all`; a case whose member has no enrollment
    span counts under the unit "not known".
    """
    engine = engine or DuckDBEngine()
    known = standings(report, available, policies, gaps or {}, texts or {})
    wanted = [element for element in report.elements if element.of and known[element.code].computed]
    views = views_read({element.of for element in wanted})
    if verdicts is None:
        verdicts = needed_verdicts(views, tables, policies, through, time_zone)
    if views:
        load_views(engine, views, tables, policies, verdicts)
    units = _units(report, tables["members"])
    parts = [_period(report, span, engine, views, wanted, known, units) for span in spans(year, through, report.periods)]
    elements = pd.DataFrame([row for part in parts for row in part[0]], columns=list(ELEMENT_COLUMNS))
    numbers = {"value": "float64", "numerator": "float64", "denominator": "float64", "cases": "Int64"}
    cases = [frame for part in parts for frame in part[2]] or [pd.DataFrame(columns=list(CASE_COLUMNS), dtype=str)]
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


def _period(report, span: Span, engine, views, wanted, known, units) -> tuple[list, list, list]:
    """Element rows, check rows and case frames of one period."""
    for name, table in period_tables(span).items():
        engine.load(name, table)
    for view in views:
        keep(engine, view, view_sql(view))
    found = _found(report, wanted, engine)
    others = {unit for counted in found.values() for unit in counted.unit} - set(units)
    elements, checks = [], []
    for unit in [*units, *sorted(others), ALL]:
        values: dict[str, Fraction | None] = {}
        for element in report.elements:
            row = _worked(report, element, found.get(element.code), unit, values, known[element.code])
            values[element.code] = row["value"]
            numbers = {name: number(row[name]) for name in ("value", "numerator", "denominator")}
            elements.append(_described(report, element, unit, span, known[element.code]) | row | numbers)
        checks += check_rows(report, unit, span.label, values)
    cases = [
        {"code": np.full(len(counted.unit), code, dtype=object), "unit": counted.unit, "case_id": counted.case_id}
        for code, counted in found.items()
    ]
    return elements, checks, [_case_frame(report, span, cases)]


def _case_frame(report: Report, span: Span, cases: list[dict]) -> pd.DataFrame:
    joined = {name: np.concatenate([one[name] for one in cases] or [np.array([], dtype=object)])
              for name in ("code", "unit", "case_id")}  # fmt: skip
    return pd.DataFrame(joined, dtype=str).assign(report=report.id, period=span.label)[list(CASE_COLUMNS)]


def _found(report: Report, wanted: list[Element], engine: Engine) -> dict[str, Counted]:
    """The cases each element counts, by code, in the report's programs."""
    found: dict[str, Counted] = {}
    for view in dict.fromkeys(element.of for element in wanted):
        elements = [element for element in wanted if element.of == view]
        rows = engine.fetch(cases_sql(report, view, elements))
        unit, case_id = (rows[name].to_numpy(zero_copy_only=False) for name in ("unit", "case_id"))
        for place, element in enumerate(elements):
            amount = rows[f"amount_{place}"].cast(pa.float64()).to_numpy(zero_copy_only=False)
            counts = ~np.isnan(amount)
            found[element.code] = Counted(unit[counts], case_id[counts], amount[counts])
    return found


def cases_sql(report: Report, view: str, elements: list[Element]) -> str:
    """The SELECT of all elements that count one view: a row a case, and per element the amount it adds.

    amount_N belongs to the N-th of `elements` (from 0): 1 for a count, else the number that is summed or
    averaged; null where the case does not count.
    """
    programs = ", ".join(f"'{program}'" for program in report.programs)
    amounts = [f"    {_amount(element)} AS amount_{place}" for place, element in enumerate(elements)]
    return "\n".join([
        f"SELECT\n    COALESCE(unit_{report.unit}, '{UNKNOWN_UNIT}') AS unit,",
        "    CAST(case_id AS VARCHAR(200)) AS case_id,",
        ",\n".join(amounts),
        f"FROM {view}\nWHERE unit_program IN ({programs}) OR unit_program IS NULL\nORDER BY 1, 2",
    ])  # fmt: skip


def _amount(element: Element) -> str:
    worked = element.sum or element.mean or element.median
    # a floating literal: the division of whole numbers differs between engines
    amount = f"1e0 * ({worked})" if worked else "1"
    return f"CASE WHEN {element.where} THEN {amount} END" if element.where else amount


def _worked(report, element: Element, counted: Counted | None, unit: str, values: dict, standing: Standing) -> dict:
    """Value, numerator, denominator and number of cases of one element in one unit."""
    nothing = {"value": None, "numerator": None, "denominator": None, "cases": None}
    if not standing.computed or element.kind == "text":
        return nothing
    if element.formula:
        return nothing | _from_formula(report, element, values)
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


def _from_formula(report: Report, element: Element, values: dict) -> dict:
    formula = parse_formula(element.formula, values)
    missing = [code for code in sorted(formula.codes()) if values[code] is None]
    if missing:
        return {"reason": f"it rests on {missing[0]}, which has no value here"}
    times = 100 if element.kind == "percent" else 1
    worked = formula_value(formula, values)
    row = {"value": None if worked is None else _rounded(times * worked, element)}
    if formula.sign == "/":
        row |= {"numerator": formula_value(formula.left, values), "denominator": formula_value(formula.right, values)}
    return row if worked is not None else row | {"reason": "the denominator is zero"}


def _rounded(value: Fraction, element: Element) -> Fraction:
    return value if element.round is None else round_half_up(value, element.round)


def _described(report: Report, element: Element, unit: str, span: Span, standing: Standing) -> dict:
    return {
        "report": report.id, "code": element.code, "name": element.name, "kind": element.kind, "unit": unit,
        "period": span.label, "state": "computed" if standing.computed else NOT_COMPUTED, "reason": standing.reason,
        "definition": element.definition, "verification": report.verification_of(element), "text": standing.text,
    }  # fmt: skip
