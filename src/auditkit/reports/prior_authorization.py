"""The public prior authorization metrics: what is posted, from the elements of PA-PUBLIC and MH-03.

42 CFR 422.122(c) asks for the metrics by Medicare contract, 438.210(f) by MassHealth plan. A plan for
dual-eligible members posts both.
"""

import re
from collections.abc import Mapping, Sequence, Set
from datetime import date
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from auditkit.errors import InputError
from auditkit.reports.compute import ALL, ReportResult, compute
from auditkit.reports.counting import UNKNOWN_UNIT
from auditkit.rules.report_catalogue import Report
from auditkit.sources.readers import read_text_table

MEDICARE, MEDICAID, MCPAR = "PA-PUBLIC", "MH-03", "MH-02"
"""The prior authorization reports: by contract, by plan, and the feed of the annual Medicaid form."""
WHOLE_SCO = "sco_whole"
UNIT_NAMES = {
    "one_care": "One Care",
    WHOLE_SCO: "Senior Care Options",
    "sco": "Senior Care Options: members with Medicare",
    "sco_medicaid": "Senior Care Options: MassHealth only",
}
"""Units of the Medicaid side in the order of the page."""
METRICS = ("M2", "M3", "M4", "M5", "M6", "M7", "M8.AVERAGE", "M8.MEDIAN", "M9.AVERAGE", "M9.MEDIAN")
"""Metrics 2 to 9 of the rule's list; metric 1 is the list of items and services."""
READINGS = {
    "appeals": ("M4.OF_APPEALS", "requests with an appeal decided"),
    "requests": ("M4.OF_REQUESTS", "all standard requests"),
    "denials": ("M4.OF_DENIALS", "standard requests denied"),
}
"""The readings of "approved after appeal" by value of the policy: element, and what it is taken of."""
COUNTS = (
    "S.ALL", "S.APPROVED", "S.DENIED", "S.PARTIAL", "S.WITHDRAWN", "S.DISMISSED", "S.OPEN", "S.NOT_STATED",
    "S.APPEALED", "S.AFTER_APPEAL", "E.ALL", "E.APPROVED", "E.DENIED", "E.PARTIAL", "E.WITHDRAWN",
    "E.DISMISSED", "E.OPEN", "E.NOT_STATED", "EXT.APPROVED",
)  # fmt: skip
ITEM_COLUMNS = ("code", "item", "since")
_IN_HOURS = {"M8.AVERAGE": "M8.AVERAGE_HOURS", "M8.MEDIAN": "M8.MEDIAN_HOURS"}


def read_items(path: Path) -> pd.DataFrame:
    """The items and services that need prior authorization (metric 1): code, item, since.

    path: a CSV with exactly those columns; `since` is a day written 2026-01-31, or empty.
    Raises InputError naming line and column when a line is not whole or stands there twice.
    """
    read = read_text_table(path)
    if tuple(read.table.column_names) != ITEM_COLUMNS or read.bad_lines:
        raise InputError(
            f"{path.name}: every line must hold {', '.join(ITEM_COLUMNS)}, in that order; mend the file."
        )
    items = read.table.to_pandas()
    for place, row in enumerate(items.itertuples(index=False), start=2):
        if not row.code.strip() or not row.item.strip():
            raise InputError(f"{path.name}, line {place}: code and item must not be empty; fill them in.")
        if row.since and not _is_day(row.since):
            raise InputError(
                f"{path.name}, line {place}, column since: must be a day such as 2026-01-31, or empty."
            )
    twice = items.duplicated("code")
    if twice.any():
        raise InputError(
            f"{path.name}, line {int(twice.idxmax()) + 2}: its code stands there before; keep one."
        )
    return items


def _is_day(text: str) -> bool:
    try:
        return re.fullmatch(r"\d{4}-\d\d-\d\d", text) is not None and bool(date.fromisoformat(text))
    except ValueError:
        return False


def whole_sco(
    report: Report,
    tables: Mapping[str, pa.Table],
    available: Set[str],
    year: int,
    through: date,
    policies: Mapping[str, object],
    gaps: Mapping[str, str],
) -> ReportResult:
    """MH-03 for Senior Care Options as one plan, members with Medicare and MassHealth-only ones together.

    A median of the whole cannot be had from those of its halves. Requests whose member is not known stand in
    no plan. Arguments as `compute`; the unit of the result is `sco_whole`.
    """
    known = pc.is_in(tables["authorizations"]["member_id"], tables["members"]["member_id"].combine_chunks())
    mine = {**tables, "authorizations": tables["authorizations"].filter(known)}
    halves = report.model_copy(update={"programs": ("sco", "sco_medicaid")})
    result = compute(halves, mine, available, year, through, policies, gaps=gaps)
    elements = result.elements[result.elements["unit"] == ALL].assign(unit=WHOLE_SCO)
    return ReportResult(elements.reset_index(drop=True), result.checks, result.cases)


def units_shown(elements: pd.DataFrame) -> list[str]:
    """The units that are posted, in order: contracts or plans; never the total or unknown members."""
    units = [unit for unit in dict.fromkeys(elements["unit"]) if unit not in (ALL, UNKNOWN_UNIT)]
    return [unit for unit in UNIT_NAMES if unit in units] + sorted(set(units) - set(UNIT_NAMES))


def metric_table(elements: pd.DataFrame, codes: Sequence[str]) -> pd.DataFrame:
    """One row an element, one column a unit, every cell as it is posted ("87.84%", "3.17 days", "1,204").

    elements: of one report. An average or median under one day is given in hours, never as "0 days".
    What cannot be computed is "not available".
    """
    by_place = {(row.code, row.unit): row for row in elements.itertuples(index=False)}
    units = units_shown(elements)
    rows = []
    for code in codes:
        known = [by_place[code, unit] for unit in units]
        cells = [posted(row, by_place.get((_IN_HOURS.get(code), row.unit))) for row in known]
        rows.append([known[0].name if known else code, *cells])
    return pd.DataFrame(rows, columns=["Metric", *(UNIT_NAMES.get(unit, unit) for unit in units)])


def year_table(compared: pd.DataFrame) -> pd.DataFrame:
    """The metrics of one unit beside those of the year before, as they are posted.

    compared: rows of one unit as `history.compared`. Gives Metric, the year before, the year, Change.
    """
    first = compared.iloc[0]
    signed = [
        f"{row.change:+.2f}" if pd.notna(row.change) else "not available" for row in compared.itertuples()
    ]
    return pd.DataFrame({
        "Metric": compared["name"].to_list(),
        first["period_before"]: [
            posted(row._replace(value=row.value_before)) for row in compared.itertuples()
        ],
        first["period"]: [posted(row) for row in compared.itertuples()],
        "Change": signed,
    })  # fmt: skip


def posted(row, in_hours=None) -> str:
    """One number as it is posted, with its unit.

    row: an element's row. in_hours: the same time in hours, shown in its place where it is under one day.
    """
    if pd.isna(row.value):
        return "not available"
    if in_hours is not None and row.value < 1 and not pd.isna(in_hours.value):
        return f"{in_hours.value:.2f} hours"
    return {"count": f"{row.value:,.0f}", "percent": f"{row.value:.2f}%"}.get(
        row.kind, f"{row.value:.2f} {row.kind}"
    )


def data_file(sides: Mapping[str, pd.DataFrame], through: date) -> pd.DataFrame:
    """The numbers of the page as a machine reads them, one row a number.

    sides: elements by side (`Medicare`, `Medicaid`). Gives side, unit, unit_name, period, through, code,
    metric, value, measured_in, numerator, denominator, definition; all text, empty where there is no number.
    """
    parts = []
    for side, elements in sides.items():
        codes = [*METRICS, *(code for code, _ in READINGS.values()), *COUNTS]
        shown = elements[elements["unit"].isin(units_shown(elements)) & elements["code"].isin(codes)]
        parts.append(pd.DataFrame({
            "side": side,
            "unit": shown["unit"],
            "unit_name": [UNIT_NAMES.get(unit, unit) for unit in shown["unit"]],
            "period": shown["period"],
            "through": through.isoformat(),
            "code": shown["code"],
            "metric": shown["name"],
            "value": [_plain(row.value, row.kind) for row in shown.itertuples()],
            "measured_in": shown["kind"],
            "numerator": [_whole(row.numerator, row.kind) for row in shown.itertuples()],
            "denominator": [_whole(row.denominator, row.kind) for row in shown.itertuples()],
            "definition": shown["definition"],
        }))  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def _plain(value: float, kind: str) -> str:
    if pd.isna(value):
        return ""
    return f"{value:.0f}" if kind == "count" else f"{value:.2f}"


def _whole(value: float, kind: str) -> str:
    """Numerators and denominators of shares only: those of a mean are seconds and cases."""
    return "" if pd.isna(value) or kind != "percent" else f"{value:.0f}"


def small_counts(elements: pd.DataFrame, threshold: int) -> pd.DataFrame:
    """Counts from 1 to `threshold` - 1 that the posting shows: report, unit, code, name, value.

    The law asks for the numbers without an exception for small cells, so they are posted; compliance counsel
    looks at these before (policy small_cell_threshold).
    """
    counted = elements["code"].isin(COUNTS) & elements["unit"].isin(units_shown(elements))
    small = elements[counted & elements["value"].between(1, threshold - 1)]
    return small[["report", "unit", "code", "name", "value"]].reset_index(drop=True)
