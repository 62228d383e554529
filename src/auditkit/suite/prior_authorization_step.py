"""What the prior authorization notebook does: work the reports out, make the page and file that are posted."""

from dataclasses import dataclass
from datetime import date

import pandas as pd

from auditkit.publish.posting import Section, posting_html
from auditkit.reports.compute import ReportResult
from auditkit.reports.history import compared, no_history, read_history
from auditkit.reports.prior_authorization import (
    COUNTS, MEDICAID, MEDICARE, METRICS, READINGS, UNIT_NAMES, data_file, metric_table, read_items,
    units_shown, whole_sco, year_table,
)  # fmt: skip
from auditkit.rules.due_dates import due_in
from auditkit.rules.policies import load_policies
from auditkit.rules.report_catalogue import load_catalogue
from auditkit.suite.extracts import snapshot_hash, sources_of
from auditkit.suite.facts import run_facts
from auditkit.suite.notebook import Run
from auditkit.suite.reports_step import Worked, delivered, worked_reports

NOTEBOOK = "50_prior_authorization"
POLICIES = (
    "prior_authorization_year", "prior_authorization_base", "prior_authorization_partial",
    "approved_after_appeal", "prior_authorization_sides", "unknown_prior_authorization",
)  # fmt: skip
"""The settings the metrics rest on."""


@dataclass(frozen=True)
class Metrics:
    """The prior authorization reports of a run.

    worked: the reports with their results. plans: the elements of the Medicaid side, with Senior Care Options
    as one plan too. through: last day of data. items: the list of items and services, None where the params name none.
    """

    worked: Worked
    plans: pd.DataFrame
    through: date
    items: pd.DataFrame | None

    @property
    def results(self) -> dict[str, ReportResult]:
        """The results by report id."""
        return self.worked.results

    @property
    def year(self) -> int:
        return self.through.year

    @property
    def year_over(self) -> bool:
        return self.through == date(self.year, 12, 31)

    @property
    def sides(self) -> dict[str, pd.DataFrame]:
        """What is posted: elements by side."""
        return {"Medicare": self.results[MEDICARE].elements, "Medicaid": self.plans}


def work_out(run: Run) -> Metrics:
    """Work out PA-PUBLIC, MH-03 and MH-02 for the year of the run's period, as far as its data go."""
    through, reports = run.period.end, run.params.reports
    page = reports and reports.prior_authorization_page
    worked = worked_reports(run, NOTEBOOK, {"D1.XIII.1": page, "D1.XIII.2": page} if page else None)
    plans = worked.results[MEDICAID].elements
    if {"sco", "sco_medicaid"} <= set(plans["unit"]):
        available, gaps = delivered(run)
        report, tables = load_catalogue()[MEDICAID], sources_of(run).tables
        whole = whole_sco(report, tables, available, through.year, through, run.policies, gaps)
        plans = pd.concat([plans, whole.elements], ignore_index=True)
    listed = reports and reports.prior_authorization_list
    return Metrics(worked, plans, through, read_items(run.setup.at(listed)) if listed else None)


def history_of(run: Run) -> pd.DataFrame:
    """What the params say was reported earlier; no rows where they name no file."""
    named = run.params.reports and run.params.reports.history
    return read_history(run.setup.at(named)) if named else no_history()


def with_last_year(metrics: Metrics, history: pd.DataFrame) -> pd.DataFrame:
    """The metrics beside those of the year before, as `history.compared` gives them."""
    posted = pd.concat([metrics.results[MEDICARE].elements, metrics.plans], ignore_index=True)
    units = [unit for side in metrics.sides.values() for unit in units_shown(side)]
    return compared(posted[posted["unit"].isin(units)], history, METRICS)


def post(run: Run, metrics: Metrics, earlier: pd.DataFrame) -> list[str]:
    """Write the page and its data file into submissions/; give their names.

    earlier: as `with_last_year`. Nothing on the page is about one person; its numbers are not suppressed, as
    the law asks for them, and compliance counsel looks at the small ones before it is posted.
    """
    page, data = (f"prior_authorization_{metrics.year}.{ending}" for ending in ("html", "csv"))
    with run.new_file("submissions", page) as path:
        path.write_text(_page(run, metrics, earlier, data), encoding="utf-8", newline="\n")
    with run.new_file("submissions", data) as path:
        data_file(metrics.sides, metrics.through).to_csv(path, index=False, lineterminator="\n")
    return [page, data]


def banner(metrics: Metrics) -> list[tuple[str, str]]:
    """What stands above the page while the year is not over, or while something that is posted is missing."""
    due = due_in("03-31", metrics.year + 1)
    remarks = []
    if not metrics.year_over:
        words = f"It holds the year {metrics.year} to date, through {metrics.through}"
        sentence = f"This is not the annual posting. {words}; the posting for the whole year is due on {due}."
        remarks.append(("caution", sentence))
    if metrics.items is None:
        sentence = ("The list of items and services that require prior authorization is missing: name its file "
                    "in the params as reports.prior_authorization_list.")  # fmt: skip
        remarks.append(("caution", sentence))
    return remarks


def _page(run: Run, metrics: Metrics, earlier: pd.DataFrame, data: str) -> str:
    facts = run_facts(run.setup) | {
        "period": f"{metrics.year}" if metrics.year_over else f"{metrics.year}, through {metrics.through}",
        "snapshot": snapshot_hash(run), "output_class": "public", "unverified": _unsettled(),
        "policies": {name: run.policies[name] for name in POLICIES},
        "class_sentence": "Posted under 42 CFR 422.122(c) and 438.210(f). No individual is described.",
    }  # fmt: skip
    sections = [
        _items(metrics),
        *(_side(side, elements) for side, elements in metrics.sides.items()),
        _appeals(run, metrics),
    ]
    if earlier["value_before"].notna().any():
        sections.append(_earlier(earlier))
    sections.append(_method(run, data))
    title = f"Prior authorization metrics for {metrics.year}"
    return posting_html(title, banner(metrics), sections, facts)


def _items(metrics: Metrics) -> Section:
    heading = "Items and services that require prior authorization"
    if metrics.items is None:
        return Section(heading, notes=[("caution", "The list is not part of this page yet.")])
    items = metrics.items.rename(columns={"code": "Code", "item": "Item or service", "since": "Since"})
    return Section(
        heading,
        paragraphs=["Drugs are not part of this list."],
        tables=[(items[["Item or service", "Code", "Since"]].replace("", "—"), heading)],
    )


def _side(side: str, elements: pd.DataFrame) -> Section:
    heading = {"Medicare": "Medicare contracts", "Medicaid": "MassHealth plans"}[side]
    return Section(heading, tables=[
        (metric_table(elements, METRICS), f"{heading}: shares of requests, times from submission to decision"),
        (metric_table(elements, COUNTS), f"{heading}: the numbers of requests behind them"),
    ])  # fmt: skip


def _appeals(run: Run, metrics: Metrics) -> Section:
    return Section(
        "Approved after appeal: three readings",
        paragraphs=["The rule does not say of what the share is taken. The tables above take it of "
                    f"{READINGS[run.policies['approved_after_appeal']][1]}; the other readings stand here."],
        tables=[(metric_table(elements, [code for code, _ in READINGS.values()]),
                 f"{side} side: standard requests approved after appeal")
                for side, elements in metrics.sides.items()],
    )  # fmt: skip


def _earlier(earlier: pd.DataFrame) -> Section:
    tables = [(year_table(rows), f"{UNIT_NAMES.get(unit, unit)}: the year and the year before")
              for unit, rows in earlier.groupby("unit", sort=False)
              if rows["value_before"].notna().any()]  # fmt: skip
    return Section("Compared with the year before", tables=tables)


def _method(run: Run, data: str) -> Section:
    policies = load_policies()
    choices = pd.DataFrame([
        {"Question": policies[name].meaning, "Answer here": policies[name].values[str(run.policies[name])]}
        for name in POLICIES
    ])  # fmt: skip
    return Section(
        "How the numbers are made",
        paragraphs=[
            "Requests for items and services; drugs are left out. A request is standard or expedited as it was "
            "processed.",
            "Times run from the moment a request first reached the plan or its delegate to the decision. Of an "
            "even number of requests the median is the mean of the two middle ones. A time under one day is given "
            "in hours.",
            f"The same numbers stand in the file {data}, with what each share was taken of.",
        ],
        tables=[(choices, "What the rule leaves open, and how it is answered here")],
    )


def _unsettled() -> list[str]:
    return [f"{sentence}." for sentence in load_catalogue()[MEDICARE].ask]
