"""The workbook of a universe family: cover, marked universes, timeliness, findings, evidence, method."""

from pathlib import Path

import pandas as pd

from auditkit.clocks.summary import by_rule
from auditkit.findings.people import PERSON
from auditkit.publish.arithmetic import with_arithmetic
from auditkit.publish.cover import cover_page, layout_status
from auditkit.publish.frames import as_text, fit_for_cells, frame_sheet
from auditkit.publish.sheets import MARKS, Column, Line, Page, Sheet
from auditkit.publish.workbook import sheet_names, write_workbook

_DECIMAL_PERCENT = {"percent_timely": "decimal"}
_LEADING = [Column("Row", 8, "integer"), Column("Worst", 11), Column("Findings", 26)]
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
        *_overview(verdicts, findings),
        *(universe_sheet(layouts[code], frame, findings) for code, frame in fitted.items()),
        *_details(verdicts, findings),
        *_evidence(exclusions, reconciliation, delegates, rules, files),
        dictionary_sheet([layouts[code] for code in universes]),
    ]
    method = _method_page([layouts[code] for code in universes], facts)
    listed = [(name, rows, sheet.about) for sheet in tables for name, rows in sheet_names(sheet)]
    cover = cover_page(
        facts,
        [layouts[code] for code in universes],
        policies or {},
        _told(reconciliation),
        [*listed, (method.name, None, "How the figures were made and what is not verified.")],
        _shortened(remarks),
    )
    title = facts.get("report") or "Universe workbook"
    footer = f"{facts.get('plan', '')}, {title}, run {facts.get('run', '')}".strip(", ")
    write_workbook(Path(path), title, [cover, *tables, method], footer)
    return remarks


def _shortened(remarks: list[str], most: int = 20) -> list[str]:
    left_out = len(remarks) - most
    return remarks if left_out <= 0 else [*remarks[:most], f"And {left_out:,} more cells."]


def universe_sheet(layout, frame: pd.DataFrame, findings: pd.DataFrame) -> Sheet:
    """Give one universe as a sheet: row, worst finding and codes, then the layout's columns with marks."""
    ids = [column.id for column in layout.columns]
    mine = findings[findings["table"] == layout.code]
    worst, codes = _row_remarks(mine)
    rows = pd.DataFrame(
        {
            "row": range(1, len(frame) + 1),
            "worst": [worst.get(row, "none") for row in range(1, len(frame) + 1)],
            "codes": [codes.get(row, "") for row in range(1, len(frame) + 1)],
        }
    )
    rows = pd.concat([rows, frame[ids].reset_index(drop=True)], axis=1)
    described = [Column(f"{column.id}: {column.name}", _column_width(column)) for column in layout.columns]
    marks = _cell_marks(layout, mine)
    marks |= {(row, 1): severity for row, severity in worst.items()}
    return Sheet(layout.code, _LEADING + described, rows, marks, len(_LEADING), f"{layout.title}.")


def _column_width(column) -> float:
    usual = {"date": 12, "time": 10, "mbi": 14, "contract": 10, "pbp": 8}.get(column.kind)
    return usual or min(max((column.length or 20) * 0.9, 12), 30)


def _row_remarks(findings: pd.DataFrame) -> tuple[dict[int, str], dict[int, str]]:
    """The worst severity of each row with findings, and its codes in order, each once."""
    worst: dict[int, str] = {}
    codes: dict[int, dict[str, None]] = {}
    for row, rule, severity in zip(findings["row"], findings["rule"], findings["severity"], strict=True):
        if pd.isna(row):
            continue
        row = int(row)
        if severity in MARKS and (row not in worst or MARKS.index(severity) < MARKS.index(worst[row])):
            worst[row] = severity
        codes.setdefault(row, {})[str(rule)] = None
    return worst, {row: ", ".join(names)[:32_000] for row, names in codes.items()}


def _cell_marks(layout, findings: pd.DataFrame) -> dict[tuple[int, int], str]:
    """The worst severity on each cell that a finding names by column id or, without one, by column name."""
    places = {column.name: place for place, column in enumerate(layout.columns, len(_LEADING))}
    places |= {column.id: place for place, column in enumerate(layout.columns, len(_LEADING))}
    key = "column_id" if "column_id" in findings else "column_name"
    if key not in findings:
        return {}
    marks: dict[tuple[int, int], str] = {}
    for row, name, severity in zip(findings["row"], findings[key], findings["severity"], strict=True):
        cell = (int(row), places[name]) if name in places and not pd.isna(row) else None
        if cell and severity in MARKS and MARKS.index(severity) < MARKS.index(marks.get(cell, "info")) + 1:
            marks[cell] = severity
    return marks


def _overview(verdicts: pd.DataFrame | None, findings: pd.DataFrame) -> list[Sheet]:
    sheets = []
    if verdicts is not None and len(verdicts):
        about = "Cases by rule and verdict; percent timely is of timely and late cases, rounded down."
        sheets.append(frame_sheet("Summary by rule", by_rule(verdicts), about, kinds=_DECIMAL_PERCENT, frozen=3))
    if len(findings):
        about = "One row a condition and column: how many findings, rows and people."
        sheets.append(frame_sheet("Findings by condition", _by_condition(findings), about, frozen=2))
    return sheets


def _by_condition(findings: pd.DataFrame) -> pd.DataFrame:
    """One row a table, rule, severity and column: findings, rows and people, what was expected, the law."""
    keys = [name for name in ("table", "rule", "severity", "column_id", "column_name") if name in findings]
    told = {"people": (PERSON, "nunique")} if PERSON in findings else {}
    told |= {name: (name, "first") for name in ("expected", "citation") if name in findings}
    grouped = findings.groupby(keys, dropna=False, sort=False)
    counted = grouped.agg(findings=("rule", "size"), rows=("row", "nunique"), **told).reset_index()
    rank = counted["severity"].map({name: place for place, name in enumerate(MARKS)})
    ranked = counted.assign(_rank=rank, _most=-counted["findings"])
    ranked = ranked.sort_values(["_rank", "_most"], kind="stable")
    return ranked.drop(columns=["_rank", "_most"]).reset_index(drop=True)


def _details(verdicts: pd.DataFrame | None, findings: pd.DataFrame) -> list[Sheet]:
    sheets = []
    if verdicts is not None and len(verdicts):
        sheets.append(_timeliness(verdicts))
    if len(findings):
        order = [name for name in ("severity", "table", "row", "rule") if name in findings]
        listed = findings[order + [name for name in findings.columns if name not in order]]
        listed, _ = fit_for_cells(listed)
        marks = {(row, 0): mark for row, mark in enumerate(listed["severity"], start=1) if mark in MARKS}
        about = "Every finding with its row, rule and law; person numbers the enrollees of this run."
        sheets.append(frame_sheet("Findings", listed, about, marks, frozen=4))
    return sheets


def _timeliness(verdicts: pd.DataFrame) -> Sheet:
    first = ["table", "row", "case_id", "verdict", "margin", "margin_unit", "arithmetic"]
    told = with_arithmetic(verdicts)
    told, _ = fit_for_cells(told[first + [name for name in told.columns if name not in first]])
    looks = {"late": "error", "not_testable": "warning", "pending": "info"}
    marks = {
        (row, 3): looks[verdict] for row, verdict in enumerate(told["verdict"], start=1) if verdict in looks
    }
    told["verdict"] = told["verdict"].str.replace("_", " ")
    about = "Every clock of every case with its arithmetic."
    return frame_sheet("Timeliness", told, about, marks, kinds={"margin": "decimal"}, frozen=4)


def _evidence(*frames: pd.DataFrame | None) -> list[Sheet]:
    named = (
        ("Exclusions", "Rows left out of the universes, by reason."),
        ("Reconciliation", "Rows in, rows used and rows set aside."),
        ("Delegates", "Rows, findings and late clocks by who processed the case."),
        ("Rules", "The timeframe rules used, with their source and how well each is known."),
        ("Files", "The extracts read, with their hashes."),
    )
    return [
        frame_sheet(name, frame, about, frozen=1)
        for (name, about), frame in zip(named, frames, strict=True)
        if frame is not None and len(frame.columns)
    ]


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


def dictionary_sheet(layouts: list) -> Sheet:
    """Give the data dictionary: one row a layout column with its rule, allowed values and status."""
    rows = [
        {
            "table": layout.code,
            "column": column.id,
            "name": column.name,
            "kind": column.kind,
            "length": column.length,
            "allowed values": ", ".join(column.values),
            "none allowed": "yes" if column.none_allowed else "no",
            "rule_sentence": column.rule,
            "note": column.note,
            "status": column.status,
        }
        for layout in layouts
        for column in layout.columns
    ]
    frame = pd.DataFrame(rows)
    frame["length"] = frame["length"].astype("Int64")
    recalled = [row for row, status in enumerate(frame["status"], start=1) if status == "recalled"]
    marks = {(row, frame.columns.get_loc("status")): "warning" for row in recalled}
    about = "What each column means and how well it is known."
    kinds = {"name": "wrap", "allowed values": "wrap"}
    return frame_sheet("Dictionary", frame, about, marks, kinds, frozen=3)


def _method_page(layouts: list, facts: dict) -> Page:
    lines = [Line("title", "Method and limits"), *(Line("fact", name, text) for name, text in _METHOD)]
    lines.append(Line("heading", "What is not verified"))
    lines += [Line("fact", layout.code, layout_status(layout)) for layout in layouts]
    lines += [Line("fact", "Not verified", sentence) for sentence in facts.get("unverified") or []]
    return Page("Method", lines)
