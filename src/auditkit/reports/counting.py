"""Which cases an element counts: one SELECT a case view, with a column an element."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from auditkit.rules.report_catalogue import Element, Report
from auditkit.sources.engine import Engine

UNKNOWN_UNIT = "not known"
"""The unit of a case whose member has no enrollment span."""


@dataclass(frozen=True)
class Counted:
    """The cases an element counts: for each its unit, its number and the amount it adds (1 in a count)."""

    unit: np.ndarray
    case_id: np.ndarray
    amount: np.ndarray


def counted_cases(report: Report, wanted: list[Element], engine: Engine) -> dict[str, Counted]:
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
