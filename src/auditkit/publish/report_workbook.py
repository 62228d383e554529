"""The workbook of periodic reports: a cover, one sheet a report, and the tables behind them.

It knows frames and sentences only: what an element or a check is, the caller says.
"""

from dataclasses import replace
from pathlib import Path

import pandas as pd

from auditkit.publish.cover import PURPOSES
from auditkit.publish.frames import fit_for_cells, frame_sheet
from auditkit.publish.sheets import Line, Page, Sheet
from auditkit.publish.workbook import write_workbook

_WRAPPED = (
    "name", "text", "reason", "definition", "verification", "relation", "ask", "words", "authority", "due",
    "scope", "missing_columns", "status",
)  # fmt: skip
_SENTENCE_WIDTH = 44
_METHOD_WORDS = "How the numbers were reached."
_MARKED = {"fails": "error", "not computed": "info", "not checked": "info"}
_METHOD = (
    ("Numbers", "Each count is the length of its case list; the sheet Cases holds the lists."),
    ("Units", "A case counts where its member was enrolled on the day it was received. The units add up to "
              "All; a share of All is worked out from the sums, not from the shares. A case whose member has "
              "no enrollment span counts under Member not known."),
    ("Rounding", "Shares and averages are rounded half up to the decimals shown."),
    ("Blank", "A blank is a number that was not computed, or has no denominator; state and reason say why. "
              "Nothing is filled with zero."),
    ("Checks", "A must follows from the form or from logic; a gap in an expected one is told, never mended."),
)  # fmt: skip


def write_report_workbook(
    path: Path,
    *,
    facts: dict,
    title: str,
    policies: dict[str, str],
    unverified: list[tuple[str, str]],
    reports: dict[str, tuple[str, pd.DataFrame]],
    tables: dict[str, tuple[str, pd.DataFrame]],
) -> None:
    """Write the workbook to `path`.

    facts: plan, contracts, period, reported (the period reported, in words), run, rules_version, snapshot,
    synthetic. policies: those the reports used, with their values. unverified: a label and a sentence each.
    reports: by sheet name, what the report is and its elements side by side; every column of numbers keeps
    the decimals of each number. tables: the sheets after them, by name, with what each holds.
    """
    sheets = [_sheet(name, *told, frozen=2, numbers="mixed") for name, told in reports.items()]
    sheets += [_sheet(name, *told, frozen=1) for name, told in tables.items()]
    method = Page("Method", [Line("title", "Method"), *(Line("fact", name, text) for name, text in _METHOD)])
    cover = _cover(facts, title, policies, unverified, [*sheets, method])
    footer = ", ".join(part for part in (facts.get("plan", ""), title, f"run {facts.get('run', '')}") if part)
    write_workbook(Path(path), title, [cover, *sheets, method], footer)


def _sheet(name: str, about: str, frame: pd.DataFrame, frozen: int, numbers: str | None = None) -> Sheet:
    fitted, _ = fit_for_cells(frame.reset_index(drop=True))
    kinds = {column: "wrap" for column in _WRAPPED}
    if numbers:
        kinds |= {column: numbers for column in fitted.select_dtypes("number").columns}
    marks = {
        (row, place): _MARKED[value]
        for place, column in enumerate(fitted.columns) if column in ("result", "state")
        for row, value in enumerate(fitted[column], start=1) if value in _MARKED
    }  # fmt: skip
    sheet = frame_sheet(name, fitted, about, marks, kinds, frozen)
    # the width of a column is read off most of its cells; a few long sentences still need room
    columns = list(sheet.columns)
    for place, column in enumerate(columns):
        if column.kind == "wrap" and _long(fitted, place):
            columns[place] = replace(column, width=max(column.width, _SENTENCE_WIDTH))
    return replace(sheet, columns=columns)


def _long(frame: pd.DataFrame, place: int) -> bool:
    return bool(frame.iloc[:, place].astype("str").str.len().max() > _SENTENCE_WIDTH)


def _cover(facts: dict, title: str, policies: dict, unverified: list, sheets: list[Page | Sheet]) -> Page:
    told = (
        ("Plan", "plan"), ("Contracts", "contracts"), ("Reported", "reported"),
        ("Period of the run", "period"), ("Run", "run"), ("Rules version", "rules_version"), ("Snapshot of the extracts", "snapshot"),
    )  # fmt: skip
    invented = [Line("fact", "Synthetic data", "No person in this workbook exists.")]
    who = ("Preparer", "Independent reviewer", "Compliance officer")
    blanks = ("name and title", "signature and date")
    return Page(
        "Cover",
        [
            Line("title", title),
            Line("fact", "Class", f"Working. {PURPOSES['working']}"),
            *(invented if facts.get("synthetic") else []),
            *(Line("fact", label, _words(facts.get(name))) for label, name in told),
            Line("heading", "What is not verified"),
            *(Line("fact", label, sentence) for label, sentence in unverified),
            Line("heading", "Policies used where the law leaves a choice"),
            *(Line("fact", name, str(value)) for name, value in sorted(policies.items())),
            Line("heading", "Sheets"),
            *(Line("link", one.name, getattr(one, "about", _METHOD_WORDS), one.name) for one in sheets),
            Line("heading", "Sign-off"),
            *(Line("blank", f"{one}: {what}") for one in who for what in blanks),
        ],
    )  # fmt: skip


def _words(value: object) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value or "not stated")
