"""The workbook of a universe family: cover, marked universes, timeliness, findings, evidence, method."""

from pathlib import Path

import pandas as pd

from auditkit.publish.cover import cover_page, layout_status
from auditkit.publish.frames import as_text, fit_for_cells
from auditkit.publish.sheets import Line, Page, Sheet
from auditkit.publish.universe_sheets import (
    details, dictionary_sheet, evidence_sheets, overview, universe_sheet,
)  # fmt: skip
from auditkit.publish.workbook import sheet_names, write_workbook

_METHOD = (
    ("Universes", "Each universe sheet holds the submission text cell by cell; nothing is retyped."),
    (
        "Clocks",
        "A day clock compares calendar dates in the plan's time zone; an hour clock compares exact "
        "elapsed time, also across a change to or from daylight saving time.",
    ),
    ("Missing times", "An hour clock without its time of day is not testable; midnight is never assumed."),
    ("Pass mark", "No share of timely cases is called passing: this report knows of no pass mark of CMS."),
    ("Rows", "Rows in equal rows used plus rows set aside, each with its reason."),
)


def write_universe_workbook(
    path: Path,
    *,
    facts: dict,
    layouts: dict,
    universes: dict[str, pd.DataFrame],
    findings: pd.DataFrame,
    verdicts: pd.DataFrame | None = None,
    reconciliation: pd.DataFrame | None = None,
    exclusions: pd.DataFrame | None = None,
    policies: dict | None = None,
    rules: pd.DataFrame | None = None,
    files: pd.DataFrame | None = None,
    delegates: pd.DataFrame | None = None,
) -> list[str]:
    """Write the workbook of `universes` to `path` and give the remarks printed on its cover.

    facts: as for `narrative.render_narrative`, with `report` as the title.
    layouts: record layouts by code (`rules.layouts`).
    universes: frames by code, columns named by layout id, values as submission text.
    findings: table, row (from 1), column_id or column_name, rule, severity, found, expected,
        sentence, citation.
    verdicts: table, row, case_id, clock, rule, clock_start ... citation (`clocks.wording`).
    reconciliation: rows in, used and set aside by table or file; exclusions: rows left out by
        reason; both are printed as they come. With the columns `rows_in`, `rows_used` and
        `rows_set_aside` the reconciliation is also told on the cover, by table.
    policies: name to value. rules: the timeframe rules used. files: the extracts read. delegates: rows,
        findings and late clocks by who processed the case.

    A text that no cell can hold is shown with its control characters as pictures or cut, and the
    cover says where.
    """
    if findings.empty:
        findings = pd.DataFrame(columns=["table", "row", "rule", "severity"])
    fitted, remarks = {}, []
    for code, frame in universes.items():
        fitted[code], places = fit_for_cells(frame.apply(as_text))
        remarks += [f"Sheet {code}, {place}: shown as far as a cell can." for place in places]
    tables = [
        *overview(verdicts, findings),
        *(universe_sheet(layouts[code], frame, findings) for code, frame in fitted.items()),
        *details(verdicts, findings),
        *evidence_sheets(exclusions, reconciliation, delegates, rules, files),
        dictionary_sheet([layouts[code] for code in universes]),
    ]
    used = [layouts[code] for code in universes]
    write_with_cover(path, facts, used, tables, policies, reconciliation, shortened(remarks, len(remarks)))
    return remarks


def write_with_cover(
    path: Path,
    facts: dict,
    layouts: list,
    tables: list[Sheet],
    policies: dict | None,
    reconciliation: pd.DataFrame | None,
    remarks: list[str],
) -> None:
    """Write `tables` between a cover, which lists them, and the page on method; arguments as above."""
    method = _method_page(layouts, facts)
    listed = [(name, rows, sheet.about) for sheet in tables for name, rows in sheet_names(sheet)]
    cover = cover_page(
        facts,
        layouts,
        policies or {},
        _told(reconciliation),
        [*listed, (method.name, None, "How the figures were made and what is not verified.")],
        remarks,
    )
    title = facts.get("report") or "Universe workbook"
    footer = f"{facts.get('plan', '')}, {title}, run {facts.get('run', '')}".strip(", ")
    write_workbook(Path(path), title, [cover, *tables, method], footer)


MOST_REMARKS = 20


def shortened(remarks: list[str], count: int) -> list[str]:
    """Give the first remarks on changed cells, and how many more there are of `count` in all."""
    left_out = count - MOST_REMARKS
    return remarks if left_out <= 0 else [*remarks[:MOST_REMARKS], f"And {left_out:,} more cells."]


def _told(reconciliation: pd.DataFrame | None) -> list[str]:
    wanted = {"rows_in", "rows_used", "rows_set_aside"}
    if reconciliation is None or not wanted <= set(reconciliation.columns):
        return []
    key = "table" if "table" in reconciliation else reconciliation.columns[0]
    named = reconciliation[key].astype("str")
    totals = reconciliation.groupby(named, sort=False)[sorted(wanted)].sum()
    return [
        f"{name}: {row.rows_in:,} rows in = {row.rows_used:,} used + {row.rows_set_aside:,} set aside"
        for name, row in totals.iterrows()
    ]


def _method_page(layouts: list, facts: dict) -> Page:
    lines = [Line("title", "Method and limits"), *(Line("fact", name, text) for name, text in _METHOD)]
    lines.append(Line("heading", "What is not verified"))
    lines += [Line("fact", layout.code, layout_status(layout)) for layout in layouts]
    lines += [Line("fact", "Not verified", sentence) for sentence in facts.get("unverified") or []]
    return Page("Method", lines)
