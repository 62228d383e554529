"""What the audit packet gathers: all findings, what is not verified, the workbook, the list of files."""

from pathlib import PurePosixPath

import pandas as pd

from auditkit.findings.collect import clock_findings, collect, universe_findings
from auditkit.findings.people import with_people
from auditkit.findings.wider import ON_CASES, care_findings, check_findings, measure_findings, outlier_findings
from auditkit.publish.cover import layout_status
from auditkit.publish.universe_workbook import write_universe_workbook
from auditkit.rules.layouts import Layout, layout_in_force
from auditkit.rules.report_catalogue import load_catalogue
from auditkit.rules.timeframe_meta import load_timeframe_meta
from auditkit.rules.timeframes import load_timeframes
from auditkit.suite.extracts import sources_of
from auditkit.suite.facts import run_facts, snapshot_of
from auditkit.suite.notebook import Run
from auditkit.suite.shelf import find_notebooks
from auditkit.suite.sql_text import STEPS_FILE
from auditkit.suite.universe_step import CDAG, exclusions_of, odag_tables, universes_of

PACKET = "90_audit_packet"
_POSTED = {".html": "Page to post", ".csv": "Data of the page to post"}


def collected_findings(run: Run) -> pd.DataFrame:
    """Every finding of the run under one model: intake, checks of and between tables, clocks, care coordination,
    periodic reports and Star measures; ids are stable.

    Each carries the number of its enrollee, so that the people behind a condition can be counted.
    """
    parts = [run.table("intake_findings"), clock_findings(run.table("verdicts")), run.table("lifecycle_findings")]
    for code in (*odag_tables(run), *CDAG, "SNPE"):
        found = run.table(f"universe_findings_{code}")
        case_ids = found.drop_duplicates("row").set_index("row")["case_id"]
        parts.append(universe_findings(found.drop(columns="finding_id"), case_ids))
    citations = {report.id: report.authority for report in load_catalogue().values()}
    checks = [run.table(f"{name}_checks") for name in ("report", "pa", "part_cd")]
    parts += [
        check_findings(pd.concat(checks, ignore_index=True), citations),
        outlier_findings(run.table("part_cd_outliers"), citations),
        care_findings(run.table("care_coordination")),
        measure_findings(run.table("star_measures_to_date")),
    ]
    return with_people(collect(*parts), sources_of(run).tables)


def rules_used(verdicts: pd.DataFrame) -> pd.DataFrame:
    """The timeframe rules the clocks were read by: what they say, where it stands, how well it is known."""
    meta, timeframes = load_timeframe_meta(), load_timeframes()
    used = [timeframes[rule] for rule in sorted(set(verdicts["rule"]) - {""})]
    return pd.DataFrame([
        {
            "rule": rule.id,
            "limit": f"{rule.limit.value} {meta.units[rule.limit.unit]}",
            "item": rule.item,
            "starts": rule.start.event,
            "stops": rule.stop.event,
            "citation": rule.cite,
            "known": meta.verification[rule.verification],
            "before use": meta.sign_off[rule.sign_off],
        }
        for rule in used
    ])  # fmt: skip


def open_points(run: Run) -> list[str]:
    """What this run rests on that nobody has verified yet, in plain sentences."""
    codes = (*odag_tables(run), *CDAG, "SNPE")
    return [layout_status(layout_in_force(code, run.period.end)) for code in codes] + rules_not_verified(run.table("verdicts"))


def rules_not_verified(verdicts: pd.DataFrame) -> list[str]:
    """How well the timeframe rules behind the verdicts are known, one sentence a way of knowing."""
    groups = rules_used(verdicts).groupby("known", sort=True)
    points = [f"Timeframe rules {', '.join(group['rule'])}: {known}" for known, group in groups]
    points.append("One Care plans are applicable integrated plans since 2026-01-01. Requests received before that "
                  "day are read under the same rules here; the rules of the demonstration are not part of this suite.")  # fmt: skip
    return points


def write_universe_workbooks(run: Run, findings: pd.DataFrame, delegates: pd.DataFrame) -> None:
    """Write workbooks/odag_universes.xlsx and cdag_universes.xlsx: universes with marks, and all that stands behind.

    Cases that no universe takes (MassHealth-only members, claims, open cases) are told in the ODAG workbook, or in
    the CDAG workbook where they are about Part D. delegates: as `lifecycle_step.counts_by_delegate` gives them.
    """
    part_d = (*CDAG, "coverage_determinations", "redeterminations")
    findings = findings[findings["kind"].isin(ON_CASES)]
    for name, codes in (("ODAG", odag_tables(run)), ("CDAG", list(CDAG))):
        def mine(frame: pd.DataFrame, cdag: bool = name == "CDAG") -> pd.DataFrame:
            return frame[frame["table"].isin(part_d) == cdag]

        _write_workbook(run, name, codes, mine(findings), mine(run.table("verdicts")), delegates)


def _write_workbook(run: Run, name: str, codes: list[str], findings: pd.DataFrame, verdicts: pd.DataFrame,
                    delegates: pd.DataFrame) -> None:  # fmt: skip
    layouts = {code: layout_in_force(code, run.period.end) for code in codes}
    facts = run_facts(run.setup) | {
        "report": f"{name} universes and timeliness",
        "snapshot": snapshot_of(run.folder),
        # the cover says of each layout itself how well it is known
        "unverified": rules_not_verified(verdicts),
    }
    with run.new_file("workbooks", f"{name.lower()}_universes.xlsx") as path:
        write_universe_workbook(
            path,
            facts=facts,
            layouts=layouts,
            universes=universes_of(run, codes),
            findings=_with_column_ids(findings, layouts).reset_index(drop=True),
            verdicts=verdicts.reset_index(drop=True),
            reconciliation=run.table("reconciliation"),
            exclusions=exclusions_of(run, codes),
            policies=run.policies,
            rules=rules_used(verdicts),
            files=run.table("files"),
            delegates=delegates,
        )


def _with_column_ids(findings: pd.DataFrame, layouts: dict[str, Layout]) -> pd.DataFrame:
    """Findings with the column id of the layout where the finding is about a cell of a universe."""
    ids = {(code, column.name): column.id for code, layout in layouts.items() for column in layout.columns}
    pairs = zip(findings["table"], findings["column_name"])
    return findings.assign(column_id=[ids.get(pair, "") for pair in pairs])


def files_of(run: Run) -> pd.DataFrame:
    """The files a reader opens beside the packet: what each is, and where it lies in the run folder.

    Narratives are those of every notebook of the suite, also of one that is rendered after the packet; a
    workbook that a later notebook makes (80_review.xlsx) is reached from its narrative.
    """
    names = [notebook.name for notebook in find_notebooks(run.root / "notebooks") if notebook.name != PACKET]
    narratives = [("Narrative", f"narratives/{name}.html") for name in names]
    workbooks, submissions = (
        [(kind, f"{folder}/{path.name}") for path in sorted((run.folder / folder).glob("[!.]*"))]
        for folder, kind in (("workbooks", "Workbook"), ("submissions", "Submission text"))
    )
    workbooks = [(kind, place) for kind, place in workbooks if PurePosixPath(place).stem not in names]
    submissions = [(_POSTED.get(PurePosixPath(place).suffix, kind), place) for kind, place in submissions]
    places = workbooks + narratives + submissions + [("SQL of every step", f"data/{STEPS_FILE}")]
    rows = [(kind, PurePosixPath(place).stem.replace("_", " "), place) for kind, place in places]
    return pd.DataFrame(rows, columns=["kind", "name", "file"])
