"""The workbook of a comparison: what became of one version of a universe in the next."""

from pathlib import Path

import pandas as pd

from auditkit.publish.frames import fit_for_cells, frame_sheet
from auditkit.publish.sheets import Line, Page
from auditkit.publish.workbook import write_workbook

_LOOKS = {
    "broke": "error",
    "still wrong": "warning",
    "stays": "warning",
    "came with its row": "error",
    "removed": "warning",
    "added": "info",
    "beside": "info",
}
_METHOD = (
    ("fixed", "The finding of the first version is gone; on a changed cell: the finding on that cell."),
    ("broke", "A finding that the first version did not have, on a case that it had."),
    ("stays, still wrong", "The finding is in both versions, though the cell may have changed."),
    ("beside", "A cell that changed without a finding before or after: nobody asked for this change."),
    ("gone, came with its row", "The finding left with a removed row, or came with an added one."),
    (
        "paired_by",
        "The columns by which the case was found again. The first key is enrollee and case number; a "
        "later one was used where a part of it had changed, and only where it was unique in both files.",
    ),
)


def write_comparison_workbook(
    path: Path,
    *,
    title: str,
    facts: list[tuple[str, str]],
    counts: pd.DataFrame,
    rows: pd.DataFrame,
    cells: pd.DataFrame,
    findings: pd.DataFrame,
) -> None:
    """Write the tables of `universes.compare.Comparison` as a workbook.

    title: of the document. facts: label and text of the lines on the first sheet. Rows that are the same in
    both versions are counted and not listed.
    """
    about = {
        "Counts": ("Rows and findings by contract and delegate.", counts, ""),
        "Cells": ("Every changed cell and what the change did.", cells, "effect"),
        "Findings": ("Every finding of either version and what became of it.", findings, "fate"),
        "Rows": ("Rows added, removed or changed.", rows[rows["change"] != "same"], "change"),
    }
    sheets = []
    for name, (sentence, frame, marked) in about.items():
        frame, _ = fit_for_cells(frame.reset_index(drop=True))
        marks = {
            (row, 0): _LOOKS[what]
            for row, what in enumerate(frame[marked] if marked else [], start=1)
            if what in _LOOKS
        }
        sheets.append(
            frame_sheet(name, frame, sentence, marks, {"before": "wrap", "after": "wrap"}, frozen=1)
        )
    cover = Page(
        "Cover",
        [
            Line("title", title),
            Line(
                "fact",
                "Class",
                "Working paper for named staff and auditors. It holds data on individual members.",
            ),
            *(Line("fact", label, text) for label, text in facts),
            Line("heading", "Words"),
            *(Line("fact", label, text) for label, text in _METHOD),
            Line("heading", "Sheets"),
            *(Line("link", sheet.name, sheet.about, sheet.name) for sheet in sheets),
        ],
    )
    write_workbook(path, title, [cover, *sheets], title)
