"""What the report notebooks do: work out the catalogue's reports from the run's own source tables."""

from dataclasses import dataclass

import pandas as pd

from auditkit.reports.catalogue import calendar_frame, catalogue_frame
from auditkit.reports.compute import ReportResult, compute
from auditkit.reports.views import needed_verdicts, views_read
from auditkit.rules.report_catalogue import Report, load_catalogue
from auditkit.sources.mapping import available_columns, column_gaps, load_mapping
from auditkit.suite.extracts import sources_of
from auditkit.suite.notebook import Run


@dataclass(frozen=True)
class Worked:
    """The reports of one notebook worked out: each report with its result, and all results in one frame each."""

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

    The data go through the last day of the period. texts: what the plan writes itself, by element code.
    """
    reports = {name: report for name, report in load_catalogue().items() if report.notebook == notebook}
    tables = sources_of(run).tables
    available, gaps = delivered(run)
    views = views_read({element.of for report in reports.values() for element in report.elements if element.of})
    verdicts = needed_verdicts(views, tables, run.policies, run.period.end, run.params.time_zone)
    results = {
        name: compute(report, tables, available, run.period.end.year, run.period.end, run.policies, gaps=gaps,
                      texts=texts, verdicts=verdicts, time_zone=run.params.time_zone)
        for name, report in reports.items()
    }  # fmt: skip
    return Worked(reports, results)


def delivered(run: Run) -> tuple[set[str], dict[str, str]]:
    """The source columns every extract delivers ("table.column"), and for the others which extracts lack them."""
    mapping = load_mapping(run.setup.at(run.params.extracts.mapping))
    return available_columns(mapping), column_gaps(mapping)


def catalogue_of(run: Run) -> pd.DataFrame:
    """The catalogue with what this run's extracts can fill (see `reports.catalogue.catalogue_frame`)."""
    available, gaps = delivered(run)
    return catalogue_frame(load_catalogue().values(), available, run.policies, gaps)


def calendar_of(run: Run) -> pd.DataFrame:
    """The due dates of the twelve months after the run's period (see `reports.catalogue.calendar_frame`)."""
    return calendar_frame(load_catalogue().values(), run.period.end)


def _joined(frames: list[pd.DataFrame]) -> pd.DataFrame:
    return pd.concat([frame for frame in frames if len(frame)] or frames[:1], ignore_index=True)
