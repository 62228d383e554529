"""What the Part C and Part D notebook does beside working the reports out: outliers, workpaper, walk."""

import pandas as pd

from auditkit.reports.compute import ALL
from auditkit.reports.outliers import average_members, outliers
from auditkit.reports.periods import spans
from auditkit.reports.walk import places
from auditkit.rules.appeals_walk import load_walk
from auditkit.rules.outlier_checks import load_data_validation, load_outlier_checks
from auditkit.rules.report_catalogue import VERIFICATIONS
from auditkit.sources.moments import day_number
from auditkit.stars.own_measures import judged_appeals
from auditkit.suite.extracts import sources_of
from auditkit.suite.notebook import Run
from auditkit.suite.prior_authorization_step import history_of
from auditkit.suite.reports_step import Worked

NOTEBOOK = "60_part_c_reporting"
PROGRAMS = ("one_care", "sco")
"""Members with Medicare."""
_BLANK = ("cases_looked_at", "errors_found", "score", "remark", "reviewer", "day")


def looked_at(run: Run, worked: Worked) -> pd.DataFrame:
    """Every count of the reports with its past, its rate per 1,000 members and the checks it fires."""
    through = run.period.end
    periods = [*spans(through.year, through, "quarter"), *spans(through.year, through, "year")]
    members = average_members(sources_of(run).tables["members"], periods, PROGRAMS)
    return outliers(worked.elements(), history_of(run), members)


def outlier_rules() -> pd.DataFrame:
    """The outlier checks as a table: code, when it fires, what it means."""
    checks = load_outlier_checks().values()
    return pd.DataFrame(
        [{"check": one.code, "fires_when": one.said(), "meaning": one.meant()} for one in checks]
    )


def workpaper(worked: Worked) -> pd.DataFrame:
    """The data validation workpaper: one row a count, its reviewer's columns blank.

    report, code, element, unit, period, value, source (columns read), definition, known (how well), and for
    the reviewer cases_looked_at, errors_found, score, remark, reviewer, day. The cases stand on the sheet Cases.
    """
    sources = {
        (name, element.code): ", ".join(f"{need.table}.{need.column}" for need in report.needs_of(element))
        for name, report in worked.reports.items() for element in report.elements
    }  # fmt: skip
    shown = worked.elements()
    shown = shown[(shown["unit"] != ALL) & (shown["kind"] == "count")]
    paper = pd.DataFrame({
        "report": shown["report"], "code": shown["code"], "element": shown["name"], "unit": shown["unit"],
        "period": shown["period"], "value": shown["value"],
        "source": [sources[key] for key in zip(shown["report"], shown["code"])],
        "definition": shown["definition"], "known": shown["verification"].map(VERIFICATIONS),
    })  # fmt: skip
    return paper.assign(**dict.fromkeys(_BLANK, "")).reset_index(drop=True)


def score_table() -> pd.DataFrame:
    """The five scores of data validation with the errors that earn them, the highest first."""
    known, rows, above = load_data_validation(), [], None
    for band in known.bands:
        least = "" if above is None else f"above {above} percent"
        most = "" if band.most_percent is None else f"at most {band.most_percent} percent"
        rows.append({"score": band.score, "errors": " and ".join(filter(None, (least, most)))})
        above = band.most_percent
    return pd.DataFrame(rows)


def appeal_places(run: Run, worked: Worked) -> pd.DataFrame:
    """Where every appeal stands in MCPAR, Part C reporting, the RECON universe and the Star measures."""
    tables, through = sources_of(run).tables, run.period.end
    cases = pd.concat([run.table("report_cases"), worked.cases()], ignore_index=True)
    year = (day_number(through.replace(month=1, day=1)), day_number(through))
    judged = judged_appeals(tables["appeals"].to_pandas(), tables["members"].to_pandas(), *year)
    counted = {
        report.report: set(
            cases.loc[(cases["report"] == report.report) & (cases["code"] == report.element), "case_id"]
        )
        for report in load_walk() if report.element
    }  # fmt: skip
    counted |= {"RECON": set(run.table("universe_RECON")["case_id"]), "STAR": set(judged["case_id"])}
    excluded = run.table("excluded_RECON")
    left_out = {"RECON": dict(zip(excluded["case_id"], excluded["reason"]))}
    return places(tables, counted, left_out, run.policies, through)
