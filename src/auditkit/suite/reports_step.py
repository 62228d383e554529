"""What the report notebooks do: work out the catalogue's reports from the run's own source tables."""

from dataclasses import dataclass

import pandas as pd

from auditkit.oversight.timeliness import POPULATION_DAYS
from auditkit.publish.report_workbook import write_report_workbook
from auditkit.publish.show import show_facts, show_note, show_table
from auditkit.reports.catalogue import LAYOUTS, NOT_LOCATED, READINESS, calendar_frame, catalogue_frame
from auditkit.reports.compute import ALL, ReportResult, compute_all
from auditkit.reports.log import log_rows
from auditkit.reports.periods import spans
from auditkit.reports.tables import (
    failed_checks,
    reasons_not_computed,
    shown_numbers,
    stated_texts,
    wide_elements,
)
from auditkit.reports.views import policies_read
from auditkit.rules.report_catalogue import VERIFICATIONS, Report, load_catalogue
from auditkit.sources.mapping import available_columns, column_gaps, load_mapping
from auditkit.suite.extracts import sources_of
from auditkit.suite.facts import run_facts, snapshot_of
from auditkit.suite.notebook import Run


@dataclass(frozen=True)
class Worked:
    """The reports of one notebook worked out: each with its result, and all results in one frame."""

    reports: dict[str, Report]
    results: dict[str, ReportResult]

    def elements(self) -> pd.DataFrame:
        """Every element of every report (see `reports.compute.ELEMENT_COLUMNS`)."""
        return _joined([result.elements for result in self.results.values()])

    def checks(self) -> pd.DataFrame:
        """Every check of every report (see `reports.checks.CHECK_COLUMNS`)."""
        return _joined([result.checks for result in self.results.values()])

    def cases(self) -> pd.DataFrame:
        """The cases behind every number (see `reports.compute.CASE_COLUMNS`)."""
        return _joined([result.cases for result in self.results.values()])


def worked_reports(run: Run, notebook: str, texts: dict[str, str] | None = None) -> Worked:
    """The reports of the catalogue that belong to a notebook, for the year in which the run's period ends.

    The data go through the last day of the period; the clocks were read in 20_timeliness, with open cases
    judged on the as-of day. texts: what the plan writes itself, by element code.
    """
    reports = {name: report for name, report in load_catalogue().items() if report.notebook == notebook}
    tables = sources_of(run).tables
    available, gaps = delivered(run)
    cases = run.table("case_verdicts")
    verdicts = {table: cases[cases["table"] == table] for table in POPULATION_DAYS}
    through = run.period.end
    results = compute_all(reports.values(), tables, available, through.year, through, run.policies, gaps=gaps,
                          texts=texts, verdicts=verdicts, time_zone=run.params.time_zone)  # fmt: skip
    return Worked(reports, results)


def delivered(run: Run) -> tuple[set[str], dict[str, str]]:
    """Source columns every extract delivers ("table.column"); of the others, which extracts lack them."""
    mapping = load_mapping(run.setup.at(run.params.extracts.mapping))
    return available_columns(mapping), column_gaps(mapping)


def catalogue_of(run: Run) -> pd.DataFrame:
    """The catalogue with what this run's extracts can fill (see `reports.catalogue.catalogue_frame`)."""
    available, gaps = delivered(run)
    return catalogue_frame(load_catalogue().values(), available, run.policies, gaps)


def calendar_of(run: Run) -> pd.DataFrame:
    """The due dates of the twelve months after the run's period (see `reports.catalogue.calendar_frame`)."""
    return calendar_frame(load_catalogue().values(), run.period.end)


def log_of(run: Run) -> pd.DataFrame:
    """The grievance and appeal log of the year in which the period ends (see `reports.log.log_rows`)."""
    return log_rows(sources_of(run).tables, run.period.end.year, run.period.end)


def log_sheet(log: pd.DataFrame) -> pd.DataFrame:
    """The log for a workbook: its abbreviations written as such."""
    return log.rename(columns={"ire_resolution": "IRE resolution", "ire_resolved": "IRE resolved",
                               "ltss_user": "LTSS user"})  # fmt: skip


def show_log(log: pd.DataFrame) -> None:
    """Show how many rows the log has by kind and status, and how many lack a field; it names nobody."""
    counted = log.assign(lacking=log["lacks"] != "").groupby(["record", "status"])["lacking"]
    counts = counted.agg(["size", "sum"]).reset_index()
    words = {"record": "Record", "status": "Status", "size": "Rows", "sum": "Lack a field"}
    show_table(counts.rename(columns=words), "Rows of the grievance and appeal log")


def show_catalogue(catalogue: pd.DataFrame) -> None:
    """Show which reports there are, who asks for them, and what these extracts can fill."""
    about = {"report": "Report", "name": "Name", "frequency": "How often", "authority": "Authority",
             "verification": "Definitions", "form": "Regulator's form"}  # fmt: skip
    _show(catalogue, about, "Reports: who asks for them, and how well each is known")
    ready = {"report": "Report", "readiness": "Ready", "elements": "Elements", "computed": "Computed",
             "missing_columns": "Source columns missing", "notebook": "Notebook"}  # fmt: skip
    _show(catalogue, ready, "Readiness: what these extracts can fill")


def show_calendar(calendar: pd.DataFrame) -> None:
    """Show the coming due dates, and apart from them the reports whose date is not known."""
    known = calendar["day"] != NOT_LOCATED
    columns = {"day": "Day", "report": "Report", "name": "Name", "whose": "Whose", "words": "In words",
               "known": "How known"}  # fmt: skip
    _show(calendar[known], columns, "Due in the twelve months after the period")
    columns = {"report": "Report", "name": "Name", "words": "In words"}
    _show(calendar[~known], columns, "Due dates not located; none is guessed")


def _show(frame: pd.DataFrame, columns: dict[str, str], caption: str) -> None:
    show_table(frame[list(columns)].rename(columns=columns), caption)


def show_coming_year(run: Run) -> None:
    """Show how many reports these extracts can fill, and the coming due dates, as 40_masshealth kept them."""
    catalogue, calendar = run.table("report_catalogue"), run.table("report_calendar")
    counts = catalogue["readiness"].value_counts()
    ready = {f"{word.capitalize()}: {says}": int(counts.get(word, 0)) for word, says in READINESS.items()}
    show_facts(ready, "Periodic reports by readiness")
    show_calendar(calendar)


def show_report(run: Run, report: Report, result: ReportResult) -> None:
    """Show one report: what it is, its numbers by unit, its checks, what is not computed, what to ask for."""
    used = "; ".join(f"{name} = {run.policies[name]}" for name in policies_read(report))
    show_facts(report_facts(report) | ({"Policies": used} if used else {}), f"{report.id}: {report.name}")
    latest = result.elements["period"].max()
    page = result.elements[(result.elements["period"] == latest) | (result.elements["unit"] == ALL)]
    numbers, texts = shown_numbers(page, report), stated_texts(result.elements)
    absent, failed = reasons_not_computed(result.elements), failed_checks(result.checks)
    if len(numbers):
        notes = ["none: there is no case to take the number from."] if (numbers == "none").any(axis=None) else []
        notes += ["Earlier quarters stand by program in the workbook."] if report.periods == "quarter" else []
        show_table(_headed(numbers), f"{report.id}: numbers", note=" ".join(notes) or None)
    if len(texts):
        show_table(_headed(texts), f"{report.id}: in words")
    if len(failed):
        show_table(_headed(failed), f"{report.id}: checks that do not hold")
    elif len(result.checks):
        held, every = int((result.checks["result"] == "holds").sum()), len(result.checks)
        rest = "" if held == every else f"; {every - held:,} lack a number"
        show_note("done", f"{report.id}: {held:,} of {every:,} checks hold and none fails{rest}.")
    if len(absent):
        show_table(_headed(absent), f"{report.id}: not computed, and why")
    if report.ask:
        show_table(pd.DataFrame({"Ask EOHHS for": report.ask}), f"{report.id}: what is missing on paper")


def _headed(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with headers that begin with a capital."""
    return frame.rename(columns=lambda name: name[:1].upper() + name[1:])


def report_facts(report: Report) -> dict[str, str]:
    """What a reader needs to know of a report before its numbers."""
    return {
        "Scope": report.scope,
        "Due": report.due.text,
        "Authority": report.authority,
        "Status": report.status,
        "Definitions": VERIFICATIONS[report.verification],
        "Regulator's form": LAYOUTS[report.layout],
    }


def reported_words(run: Run) -> str:
    """The year reported, in words: "2026, through 2026-09-30" while the year is not over."""
    return spans(run.period.end.year, run.period.end, "year")[0].words()


def unverified(reports: dict[str, Report]) -> list[tuple[str, str]]:
    """The reports whose definitions or form are not read in a current text, a sentence each."""
    told = []
    for report in reports.values():
        parts = [] if report.verification == "read_current" else [VERIFICATIONS[report.verification]]
        own = {report.verification, "read_current", None}
        others = sorted({element.verification for element in report.elements} - own)
        parts += [f"some elements: {VERIFICATIONS[other]}" for other in others]
        parts += ["the regulator's form was not located"] if report.layout == "not_located" else []
        told += [(report.id, f"{report.name}: {'; '.join(parts)}.")] if parts else []
    return told


def write_reports(
    run: Run, worked: Worked, file: str, title: str, tables: dict[str, tuple[str, pd.DataFrame]]
) -> None:
    """Write a workbook of reports: one sheet a report, then `tables`, checks and cases."""
    facts = run_facts(run.setup) | {"snapshot": snapshot_of(run.folder), "reported": reported_words(run)}
    reports = {name: (report.name, wide_elements(worked.results[name].elements))
               for name, report in worked.reports.items()}  # fmt: skip
    after = {
        "Checks": ("Every check of every report, by unit and period.", worked.checks()),
        "Cases": ("The cases behind every number.", worked.cases()),
    }
    with run.new_file("workbooks", file) as path:
        write_report_workbook(
            path, facts=facts, title=title, policies=run.policies, unverified=unverified(worked.reports),
            reports=reports, tables=tables | after,
        )  # fmt: skip


def _joined(frames: list[pd.DataFrame]) -> pd.DataFrame:
    return pd.concat([frame for frame in frames if len(frame)] or frames[:1], ignore_index=True)
