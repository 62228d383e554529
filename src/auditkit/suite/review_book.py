"""The review as a workbook of the run: conditions, notes and sign-offs, for people who read in Excel.

It stands apart from the universe workbook, as the notes do from the findings: a note written after a
sign-off must not change the file that was signed. To write notes in Excel, see `auditkit notes export`.
"""

from datetime import date

from auditkit.publish.frames import frame_sheet
from auditkit.publish.sheets import Line, Page
from auditkit.publish.workbook import write_workbook
from auditkit.suite.desk_review import Review
from auditkit.suite.notebook import Run
from auditkit.suite.review_tables import (
    action_sentence,
    action_table,
    condition_table,
    log_sentence,
    note_table,
    orphan_table,
    sign_off_table,
)

WORKBOOK = "80_review.xlsx"
_EFFECT = "Before and after compare two runs; they are no statistical test."


def write_review_book(run: Run, review: Review) -> None:
    """Write workbooks/80_review.xlsx: findings, what reviewers say and do about them, who signed off.

    The text of a note is shown as text, whatever it holds; a long one is cut with a remark. A finished run
    keeps the workbook it was made with, whatever was noted since.
    """
    if run.finished:
        return
    today = date.today()
    acting = action_table(run, review, today)
    sheets = [
        frame_sheet("Conditions", condition_table(review), "Every condition, with what reviewers settled."),
        frame_sheet("Notes", note_table(review), "Notes on findings of this run, the oldest first."),
        frame_sheet("No longer found", orphan_table(review), "Notes on what this run does not find."),
        frame_sheet("Corrective actions", acting, f"{action_sentence(acting, today)[1]} {_EFFECT}"),
        frame_sheet("Sign-offs", sign_off_table(run, review), "Sign-offs given, and whether each still stands."),
    ]
    title = "Review: findings, notes and sign-offs"
    lines = [
        Line("title", title),
        Line("fact", "Class", "Working. It holds data on individual members."),
        Line("fact", "Plan", run.params.plan),
        Line("fact", "Period", f"{run.period.start} to {run.period.end}"),
        Line("fact", "Run", run.params.run),
        Line("fact", "Log of notes", log_sentence(review)[1]),
        Line("heading", "Sheets"),
        *(Line("link", sheet.name, sheet.about, sheet.name) for sheet in sheets),
    ]
    with run.new_file("workbooks", WORKBOOK) as path:
        write_workbook(path, title, [Page("Cover", lines), *sheets], f"{run.params.plan}, run {run.params.run}")
