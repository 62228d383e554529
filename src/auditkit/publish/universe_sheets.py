"""The sheets of a universe workbook, whole (`..._sheet`) or some of their rows at a time (`..._part`)."""

import pandas as pd

from auditkit.clocks.summary import by_rule
from auditkit.findings.people import PERSON
from auditkit.publish.arithmetic import with_arithmetic
from auditkit.publish.frames import fit_for_cells, frame_sheet
from auditkit.publish.sheets import MARKS, Column, Marks, Sheet, Stream

_DECIMAL_PERCENT = {"percent_timely": "decimal"}
_LEADING = [Column("Row", 8, "integer"), Column("Worst", 11), Column("Findings", 26)]


def universe_sheet(layout, frame: pd.DataFrame, findings: pd.DataFrame) -> Sheet:
    """Give one universe as a sheet: row, worst finding and codes, then the layout's columns with marks."""
    return universe_shape(layout, *universe_part(layout, frame, findings[findings["table"] == layout.code]))


def universe_shape(layout, rows: pd.DataFrame | Stream, marks: Marks | None = None) -> Sheet:
    """Give the sheet of a universe whose rows and marks are made as by `universe_part`."""
    described = [Column(f"{column.id}: {column.name}", _column_width(column)) for column in layout.columns]
    return Sheet(layout.code, _LEADING + described, rows, marks or {}, len(_LEADING), f"{layout.title}.")


def universe_part(
    layout, frame: pd.DataFrame, findings: pd.DataFrame, first: int = 1
) -> tuple[pd.DataFrame, Marks]:
    """Give rows of a universe as they stand on its sheet, and the marks on them.

    frame: the rows' cells. findings: those on the rows, numbered in the frame from 1.
    first: what the first row is numbered on the sheet.
    """
    ids = [column.id for column in layout.columns]
    worst, codes = _row_remarks(findings)
    numbers = range(1, len(frame) + 1)
    rows = pd.DataFrame(
        {
            "row": range(first, first + len(frame)),
            "worst": [worst.get(row, "none") for row in numbers],
            "codes": [codes.get(row, "") for row in numbers],
        }
    )
    rows = pd.concat([rows, frame[ids].reset_index(drop=True)], axis=1)
    return rows, _cell_marks(layout, findings) | {(row, 1): severity for row, severity in worst.items()}


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


def overview(verdicts: pd.DataFrame | None, findings: pd.DataFrame) -> list[Sheet]:
    """Give the summaries of verdicts by rule and of findings by condition."""
    rules = by_rule(verdicts) if verdicts is not None and len(verdicts) else None
    return overview_sheets(rules, count_conditions(findings) if len(findings) else None)


def overview_sheets(rules: pd.DataFrame | None, conditions: pd.DataFrame | None) -> list[Sheet]:
    """Give the summaries: verdicts by rule (`clocks.summary`) and findings by condition."""
    sheets = []
    if rules is not None:
        about = "Cases by rule and verdict; percent timely is of timely and late cases, rounded down."
        sheets.append(frame_sheet("Summary by rule", rules, about, kinds=_DECIMAL_PERCENT, frozen=3))
    if conditions is not None:
        counted = "findings, rows and people" if "people" in conditions else "findings and rows"
        about = f"One row a condition and column: how many {counted}."
        sheets.append(frame_sheet("Findings by condition", _ranked(conditions), about, frozen=2))
    return sheets


_CONDITION = ("table", "rule", "severity", "column_id", "column_name")


def count_conditions(findings: pd.DataFrame) -> pd.DataFrame:
    """One row a table, rule, severity and column: findings, rows and people, what was expected, the law."""
    keys = [name for name in _CONDITION if name in findings]
    told = {"people": (PERSON, "nunique")} if PERSON in findings else {}
    told |= {name: (name, "first") for name in ("expected", "citation") if name in findings}
    grouped = findings.groupby(keys, dropna=False, sort=False)
    return grouped.agg(findings=("rule", "size"), rows=("row", "nunique"), **told).reset_index()


def count_conditions_together(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """The `count_conditions` of findings without persons, from that of each part; no row may be in two."""
    how = {"findings": "sum", "rows": "sum", "expected": "first", "citation": "first"}
    return pd.concat(parts).groupby(list(_CONDITION), dropna=False, sort=False).agg(how).reset_index()


def _ranked(counted: pd.DataFrame) -> pd.DataFrame:
    """Conditions with the worst first, then those with most findings."""
    rank = counted["severity"].map({name: place for place, name in enumerate(MARKS)})
    ranked = counted.assign(_rank=rank, _most=-counted["findings"])
    ranked = ranked.sort_values(["_rank", "_most"], kind="stable")
    return ranked.drop(columns=["_rank", "_most"]).reset_index(drop=True)


def details(verdicts: pd.DataFrame | None, findings: pd.DataFrame) -> list[Sheet]:
    """Give every verdict with its arithmetic, and every finding."""
    sheets = []
    if verdicts is not None and len(verdicts):
        told, marks = timeliness_part(verdicts)
        sheets.append(frame_sheet("Timeliness", told, TIMELINESS, marks, kinds=TIMELINESS_KINDS, frozen=4))
    if len(findings):
        listed, marks = findings_part(findings)
        about = _PERSONS if PERSON in findings else FINDINGS
        sheets.append(frame_sheet("Findings", listed, about, marks, frozen=4))
    return sheets


FINDINGS = "Every finding with its row, rule and law."
_PERSONS = "Every finding with its row, rule and law; person numbers the enrollees of this run."
TIMELINESS = "Every clock of every case with its arithmetic."
TIMELINESS_KINDS = {"margin": "decimal"}


def findings_part(findings: pd.DataFrame) -> tuple[pd.DataFrame, Marks]:
    """Give findings as they stand on their sheet, and the marks on them."""
    order = [name for name in ("severity", "table", "row", "rule") if name in findings]
    listed = findings[order + [name for name in findings.columns if name not in order]]
    listed, _ = fit_for_cells(listed)
    marks = {(row, 0): mark for row, mark in enumerate(listed["severity"], start=1) if mark in MARKS}
    return listed, marks


def timeliness_part(verdicts: pd.DataFrame) -> tuple[pd.DataFrame, Marks]:
    """Give verdicts as they stand on their sheet, with their arithmetic, and the marks on them."""
    first = ["table", "row", "case_id", "verdict", "margin", "margin_unit", "arithmetic"]
    told = with_arithmetic(verdicts)
    told, _ = fit_for_cells(told[first + [name for name in told.columns if name not in first]])
    looks = {"late": "error", "not_testable": "warning", "pending": "info"}
    marks = {
        (row, 3): looks[verdict] for row, verdict in enumerate(told["verdict"], start=1) if verdict in looks
    }
    told["verdict"] = told["verdict"].str.replace("_", " ")
    return told, marks


def evidence_sheets(*frames: pd.DataFrame | None) -> list[Sheet]:
    """Give exclusions, reconciliation, delegates, rules and files, in this order; None leaves one out."""
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
