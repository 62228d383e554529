"""The cover of a workbook: what it is, what it rests on, how to read it, and a sign-off left blank."""

from auditkit.publish.sheets import Line, Page

PURPOSES = {
    "working": "Working paper for named staff and auditors. It holds data on individual members.",
    "submission": "Submission to the regulator under the contract.",
    "shared": "Shared edition without data on individuals.",
    "public": "Public edition without data on individuals.",
}
_CONTACT = "The plan's compliance department; ask there for this workbook in another format."
_SIGN_OFF = ("Preparer", "Independent reviewer", "Compliance officer")


def cover_page(
    facts: dict,
    layouts: list,
    policies: dict,
    reconciliation: list[str],
    sheets: list[tuple[str, int | None, str]],
    remarks: list[str],
) -> Page:
    """Give the cover.

    `facts` is as for `narrative.render_narrative`; `layouts` are the record layouts used;
    `reconciliation` holds one sentence a table; `sheets` holds name, data rows (None for a page of
    text) and content of each other sheet; `remarks` says what was changed to fit a cell.
    """
    lines = [
        *_identity(facts),
        Line("heading", "How well the layouts are known"),
        *(Line("fact", f"{layout.code} {layout.version}", layout_status(layout)) for layout in layouts),
        *(Line("fact", "Not verified", sentence) for sentence in facts.get("unverified") or []),
        Line("heading", "Reconciliation"),
        *(Line("fact", *sentence.split(": ", 1)) for sentence in reconciliation or ["Rows: not stated"]),
        Line("heading", "Policies used where the law leaves a choice"),
        *(Line("fact", str(name), str(value)) for name, value in sorted(policies.items())),
        Line("heading", "Sheets"),
        *(Line("link", name, _sheet_words(rows, about), name) for name, rows, about in sheets),
        *_reading(remarks),
        Line("heading", "Sign-off"),
        *(
            Line("blank", f"{who}: {what}")
            for who in _SIGN_OFF
            for what in ("name and title", "signature and date")
        ),
        Line("heading", "Contact"),
        Line("sentence", "Questions and other formats", facts.get("contact") or _CONTACT),
    ]
    return Page("Cover", lines)


def _identity(facts: dict) -> list[Line]:
    def told(name: str) -> str:
        return str(facts.get(name) or "not stated")

    output_class = facts.get("output_class", "working")
    lines = [
        Line("title", facts.get("report") or "Universe workbook"),
        Line("fact", "Class", f"{output_class.capitalize()}. {PURPOSES[output_class]}"),
        Line("fact", "Plan", told("plan")),
        Line("fact", "Contracts", ", ".join(facts.get("contracts") or []) or "not stated"),
        Line("fact", "Period", told("period")),
        Line("fact", "Run", told("run")),
        Line("fact", "Rules version", told("rules_version")),
        Line("fact", "Snapshot of the extracts", told("snapshot")),
    ]
    if facts.get("synthetic"):
        lines.insert(1, Line("fact", "Synthetic data", "No person in this workbook exists."))
    return lines


def layout_status(layout) -> str:
    """Say in a sentence how well the columns of a layout are known."""
    counts = {status: count for status, count in layout.status_counts().items() if count}
    total = sum(counts.values())
    if len(counts) == 1:
        known = f"all {total} columns are {next(iter(counts))}"
    else:
        known = " and ".join(f"{count} are {status}" for status, count in counts.items())
        known = f"of {total} columns {known}"
    if "recalled" not in counts:
        return f"{layout.title}: {known}."
    return (
        f"{layout.title}: {known}. A recalled column was written from memory: "
        "check its name, length and place against the official CMS workbook before relying on it."
    )


def _sheet_words(rows: int | None, about: str) -> str:
    if rows is None:
        return about
    return f"{about} {rows:,} {'row' if rows == 1 else 'rows'}.".strip()


def _reading(remarks: list[str]) -> list[Line]:
    return [
        Line("heading", "How to read the marks"),
        Line("error", "error", "Red, bold: the value breaks the layout or a rule; mend it before use."),
        Line("warning", "warning", "Amber, italic: the value may be wrong; look at it."),
        Line("info", "info", "Blue, underlined: worth knowing; nothing to mend."),
        Line(
            "fact",
            "Row, Worst, Findings",
            "Each universe sheet begins with these columns: the row's number in the submission, its worst "
            "finding in words, and the codes to look up in the sheet Findings.",
        ),
        Line("fact", "None", "The layout's own word for not applicable."),
        Line("fact", "Column headers", "Before the colon stands the column's letter in the CMS layout."),
        *(Line("fact", "Changed to fit a cell", remark) for remark in remarks),
    ]
