"""The workbook of a mock audit: samples, one worksheet a case, integrity sample, impact and readiness.

Everything comes as plain frames and worksheets; what a reviewer finds is left blank.
"""

from dataclasses import replace
from pathlib import Path

import pandas as pd

from auditkit.clocks.explain import explain_case
from auditkit.oversight.tracer import Tracer
from auditkit.publish.cover import PURPOSES
from auditkit.publish.frames import fit_for_cells, frame_sheet
from auditkit.publish.sheets import Line, Page, Sheet
from auditkit.publish.workbook import write_workbook

MOST_WORKSHEETS = 400
"""More sheets than this make a workbook no one can leaf through; further cases stand in the samples only."""
_WIDEST = 40
_LABEL_LETTERS = 30
_BLANK_WIDTH = 28
_WRAPPED = ("reasons", "told", "says", "costs_most", "in_the_file", "conditions")
_BLANKS = ("what_was_seen", "result", "remark")
_METHOD = (
    (
        "Samples",
        "A case's place in a draw is the SHA-256 of seed, element, table, cases and case number, joined by "
        "the control character 31. The smallest come first; by risk, the most points first and then the "
        "smallest. The order of the rows plays no part.",
    ),
    (
        "Points",
        "The points of a reason are a house rule. They choose what to look at and say nothing about "
        "compliance.",
    ),
    (
        "Timelines",
        "Times are the plan's own. An event without a time of day stands at the start of its day; the "
        "deadline of a day clock at the end of it.",
    ),
    (
        "Impact",
        "Every case of the period that a condition touched, and the enrollee behind it; late cases also "
        "where they stand in no universe. Days late count a begun day of an hour clock as one; an open "
        "case is counted to the as-of day.",
    ),
    (
        "Readiness",
        "A house rule, weighed as the sheet says, without the share of late cases. CMS publishes no such "
        "score.",
    ),
)


def write_tracer_workbook(
    path: Path,
    *,
    facts: dict,
    settings: list[tuple[str, str]],
    statuses: list[tuple[str, str]],
    draws: pd.DataFrame,
    samples: pd.DataFrame,
    tracers: list[Tracer],
    integrity: pd.DataFrame,
    conditions: pd.DataFrame,
    enrollees: pd.DataFrame,
    impact: pd.DataFrame,
    scores: pd.DataFrame,
    parts: pd.DataFrame,
    points: pd.DataFrame,
) -> None:
    """Write the workbook to `path`.

    facts: plan, period, run, rules_version, snapshot, synthetic.
    settings: seed, targeting and other choices, by name. statuses: what is recalled or a house rule, by name.
    draws, samples: as `sampling.draw_samples`. tracers: a worksheet each.
    integrity: as `integrity_sample.integrity_lines`.
    conditions, enrollees, impact: as the functions of `oversight.impact`.
    scores, parts: as those of `oversight.readiness`. points: reasons and their points.
    """
    shown = tracers[:MOST_WORKSHEETS]
    worksheets = [worksheet(tracer) for tracer in shown]
    tables = [
        _sheet("Draws", draws, "Every draw of every element: cases there are, wanted and drawn.", frozen=2),
        _sheet(
            "Samples",
            samples,
            "The cases drawn, with the reasons; the last columns are the reviewer's.",
            frozen=5,
            blanks=_BLANKS,
        ),
        _sheet(
            "Integrity sample",
            integrity,
            "Every cell of some cases, to be compared with the systems.",
            frozen=3,
            blanks=("in_the_system", "agrees", "remark"),
        ),
        _sheet(
            "Impact by condition",
            conditions,
            "Each condition found, with cases and enrollees touched.",
            frozen=1,
        ),
        _sheet("Impact by enrollee", enrollees, "Each enrollee touched by any condition.", frozen=1),
        _sheet(
            "Impact by case", impact, "Each case touched, with days late, contract and delegate.", frozen=4
        ),
        _sheet("Readiness", scores, "A score for each universe; a house rule.", frozen=1),
        _sheet("Readiness by part", parts, "What each score is made of.", frozen=2),
        _sheet("Points", points, "Why a case is worth looking at, with its points; a house rule.", frozen=1),
    ]
    index = Page("Worksheets", [Line("title", "Worksheets by case"), *_index(shown, len(tracers))])
    cover = _cover(facts, settings, statuses, [*tables, index])
    method = Page("Method", [Line("title", "Method"), *(Line("fact", name, text) for name, text in _METHOD)])
    footer = f"{facts.get('plan', '')}, mock audit, run {facts.get('run', '')}".strip(", ")
    write_workbook(Path(path), "Mock audit", [cover, *tables, index, *worksheets, method], footer)


def worksheet(tracer: Tracer) -> Page:
    """Give the page of one case: why it was drawn, timeline, clocks, findings, blanks and cells."""
    lines = [
        Line("title", f"Case {tracer.name}"),
        Line("fact", "Case number", tracer.case_id or "none"),
        *(Line("fact", "Drawn for", _fit(said)) for said in tracer.drawn),
        Line("heading", "What happened when"),
        *_timeline(tracer.moments),
        Line("heading", "Clocks"),
        *_clocks(tracer.clocks),
        Line("heading", "What the checks found on the row"),
        *(_findings(tracer.findings) or [Line("fact", "Nothing", "")]),
        Line("heading", "For the reviewer"),
        *(line for blank in tracer.blanks for line in _blank(blank)),
        Line("heading", "The row as submitted"),
        *(Line("fact", _fit(name), _fit(value)) for name, value in tracer.facts),
    ]
    return Page(tracer.name, lines)


def _blank(question: str) -> list[Line]:
    """A line to write on; a question too long for its label stands above it."""
    if len(question) <= _LABEL_LETTERS:
        return [Line("blank", question)]
    return [Line("sentence", "To see and write down", question), Line("blank", "")]


def _timeline(moments: pd.DataFrame) -> list[Line]:
    """One line a moment; the dots before its mark are in proportion to the days since receipt."""
    if moments.empty:
        return [Line("fact", "No date can be read", "")]
    most = max(float(moments["day"].max()), 1.0)
    lines = []
    for one in moments.itertuples():
        dots = "·" * round(_WIDEST * max(one.day, 0.0) / most)
        mark = "◆" if one.kind == "deadline" else "●"
        lines.append(
            Line(
                "fact", f"{one.date} {one.time}".strip(), f"{dots}{mark} {one.what} (day {int(one.day // 1)})"
            )
        )
    return lines


def _clocks(clocks: pd.DataFrame) -> list[Line]:
    """The arithmetic of `clocks.explain`, a line each: the first ten letters of a line are its label."""
    lines = []
    for number in range(len(clocks)):
        clock = clocks.iloc[number : number + 1]
        mark = {"late": "error", "not_testable": "warning"}.get(clock["verdict"].iloc[0])
        title, *rest = explain_case(clock).splitlines()
        lines.append(Line("fact", "Clock", title.partition(": ")[2]))
        for line in rest:
            label, _, text = line.strip().partition(" ")
            lines.append(Line(mark if mark and label == "Verdict" else "fact", label, _fit(text.strip())))
    return lines or [Line("fact", "None", "No clock runs on this case.")]


def _findings(findings: pd.DataFrame) -> list[Line]:
    return [
        Line(
            one.severity,
            one.rule,
            _fit(
                f"{one.column_name}: {one.sentence} Found {one.found}; expected "
                f"{one.expected}. {one.citation}"
            ),
        )
        for one in findings.itertuples()
    ]


def _fit(text: str) -> str:
    """A text as a cell can hold it: control characters as pictures, long text cut."""
    return fit_for_cells(pd.DataFrame({"text": [str(text)]}))[0]["text"].iloc[0]


def _index(shown: list[Tracer], total: int) -> list[Line]:
    lines = [Line("link", tracer.name, _worst(tracer), tracer.name) for tracer in shown]
    if total > len(shown):
        lines.append(
            Line(
                "warning", "Not shown", f"{total - len(shown):,} more cases stand in the sheet Samples only."
            )
        )
    return lines or [Line("sentence", "No case was drawn.")]


def _worst(tracer: Tracer) -> str:
    verdicts = ", ".join(
        f"{one.clock}: {one.verdict.replace('_', ' ')}" for one in tracer.clocks.itertuples()
    )
    found = len(tracer.findings)
    return f"{verdicts or 'no clock'}; {found} finding{'' if found == 1 else 's'} on the row"


def _sheet(name: str, frame: pd.DataFrame, about: str, frozen: int, blanks: tuple[str, ...] = ()) -> Sheet:
    fitted, _ = fit_for_cells(frame)
    kinds = dict.fromkeys((*_WRAPPED, *blanks), "wrap")
    sheet = frame_sheet(name, fitted.assign(**dict.fromkeys(blanks, "")), about, kinds=kinds, frozen=frozen)
    columns = sheet.columns[: len(sheet.columns) - len(blanks)]
    columns += [replace(column, width=_BLANK_WIDTH) for column in sheet.columns[len(columns) :]]
    return replace(sheet, columns=columns)


def _cover(facts: dict, settings: list, statuses: list, sheets: list[Page | Sheet]) -> Page:
    lines = [
        Line("title", "Mock audit"),
        Line("fact", "Class", f"Working. {PURPOSES['working']}"),
        *(
            [Line("fact", "Synthetic data", "No person in this workbook exists.")]
            if facts.get("synthetic")
            else []
        ),
        *(
            Line("fact", label, str(facts.get(name) or "not stated"))
            for label, name in (
                ("Plan", "plan"),
                ("Period", "period"),
                ("Run", "run"),
                ("Rules version", "rules_version"),
                ("Snapshot of the extracts", "snapshot"),
            )
        ),
        Line("heading", "How the cases were chosen"),
        *(Line("fact", name, text) for name, text in settings),
        Line("heading", "Whose the sizes and rules are"),
        *(Line("fact", name, text) for name, text in statuses),
        Line("heading", "Sheets"),
        *(
            Line("link", sheet.name, getattr(sheet, "about", "") or "One worksheet a case.", sheet.name)
            for sheet in sheets
        ),
        Line("heading", "Sign-off"),
        *(
            Line("blank", f"{who}: {what}")
            for who in ("Reviewer", "Compliance officer")
            for what in ("name and title", "signature and date")
        ),
    ]
    return Page("Cover", lines)
