"""What the audit packet gathers: all findings, what is not verified, the workbook, the list of files."""

import pandas as pd

from auditkit.findings.collect import clock_findings, collect, universe_findings
from auditkit.publish.cover import layout_status
from auditkit.publish.universe_workbook import write_universe_workbook
from auditkit.rules.layouts import layout_in_force, load_layouts
from auditkit.rules.timeframe_meta import load_timeframe_meta
from auditkit.rules.timeframes import load_timeframes
from auditkit.suite.facts import run_facts, snapshot_of
from auditkit.suite.notebook import Run
from auditkit.suite.universe_step import exclusions_of, universes_of

ODAG = ("OD", "RECON", "GRV_C")
WORKBOOK = "odag_universes.xlsx"
PACKET = "90_audit_packet"


def collected_findings(run: Run) -> pd.DataFrame:
    """Every finding of the run under one model: intake, checks of and between tables, clocks; ids are stable."""
    parts = [run.table("intake_findings"), clock_findings(run.table("verdicts")), run.table("lifecycle_findings")]
    for code in ODAG:
        found = run.table(f"universe_findings_{code}")
        parts.append(universe_findings(found.drop(columns="finding_id"), found.set_index("row")["case_id"]))
    return collect(*parts)


def rules_used(run: Run) -> pd.DataFrame:
    """The timeframe rules this run read a clock by: what they say, where it stands, how well it is known."""
    meta, timeframes = load_timeframe_meta(), load_timeframes()
    used = [timeframes[rule] for rule in sorted(set(run.table("verdicts")["rule"]) - {""})]
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
    rules = rules_used(run)
    points = [layout_status(layout_in_force(code, run.period.end)) for code in ODAG]
    for known, group in rules.groupby("known", sort=True):
        points.append(f"Timeframe rules {', '.join(group['rule'])}: {known}")
    points.append("One Care plans are applicable integrated plans since 2026-01-01. Requests received before that "
                  "day are read under the same rules here; the rules of the demonstration are not part of this suite.")  # fmt: skip
    return points


def write_odag_workbook(run: Run, findings: pd.DataFrame, unverified: list[str]) -> None:
    """Write workbooks/odag_universes.xlsx: cover, universes with marks, timeliness, findings, evidence."""
    universes = universes_of(run, list(ODAG))
    facts = run_facts(run.setup) | {
        "report": "ODAG universes and timeliness",
        "snapshot": snapshot_of(run.folder),
        "unverified": unverified,
    }
    with run.new_file("workbooks", WORKBOOK) as path:
        write_universe_workbook(
            path,
            facts=facts,
            layouts={code: layout_in_force(code, run.period.end) for code in ODAG},
            universes=universes,
            findings=_with_column_ids(findings),
            verdicts=run.table("verdicts"),
            reconciliation=run.table("reconciliation"),
            exclusions=exclusions_of(run, list(ODAG)),
            policies=run.policies,
            rules=rules_used(run),
            files=run.table("files"),
        )


def _with_column_ids(findings: pd.DataFrame) -> pd.DataFrame:
    """Findings with the column id of the layout where the finding is about a cell of a universe."""
    ids = {
        (code, column.name): column.id
        for code in ODAG for column in load_layouts()[code].columns
    }  # fmt: skip
    pairs = zip(findings["table"], findings["column_name"])
    return findings.assign(column_id=[ids.get(pair, "") for pair in pairs])


def files_of(run: Run) -> pd.DataFrame:
    """The files a reader opens beside the packet: what each is, and where it lies in the run folder."""
    about = {"workbooks": "Workbook", "notebooks": "Narrative", "submissions": "Submission text"}
    rows = []
    for folder, kind in about.items():
        for path in sorted((run.folder / folder).glob("[!.]*")):
            place = f"narratives/{path.stem}.html" if folder == "notebooks" else f"{folder}/{path.name}"
            rows.append((kind, path.stem.replace("_", " "), place))
    return pd.DataFrame([row for row in rows if PACKET not in row[2]], columns=["kind", "name", "file"])
