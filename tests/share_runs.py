"""A small finished run for the tests of the share edition: tables of counts, three members, and a manifest."""

from pathlib import Path

import pandas as pd

from auditkit.publish.manifest import write_manifest
from auditkit.rules.policies import resolve_policies

PERIOD = "2026-07-01 to 2026-09-30"
VERDICTS = ["timely", "late", "pending", "not_testable", "not_applicable"]
MEMBER, FIRST, LAST = "0009876543", "Niamhara", "Sycamorra"


def timeliness(rows: list[tuple]) -> pd.DataFrame:
    """(table, clock, rule, limit, then the count of each verdict) as the run saves it."""
    frame = pd.DataFrame(rows, columns=["table", "clock", "rule", "limit", *VERDICTS])
    return frame.assign(cases=frame[VERDICTS].sum(axis=1), citation="42 CFR 422.631", percent_timely=float("nan"))


def tables() -> dict[str, pd.DataFrame]:
    """Counts as a run saves them: decisions on 1,000 requests (5 late), grievances, care coordination."""
    return {
        "timeliness_by_rule": timeliness([
            ("OD", "decision", "AIP-IOD-EXP", "72 hours", 300, 0, 0, 0, 0),
            ("OD", "decision", "AIP-IOD-STD-PA", "7 calendar days", 640, 5, 40, 0, 0),
            ("OD", "decision", "AIP-IOD-PARTB-EXP", "24 hours", 8, 1, 0, 0, 0),
            ("OD", "decision", "AIP-IOD-PARTB-STD", "72 hours", 6, 0, 0, 0, 0),
            ("GRV_C", "resolution", "AIP-G-STD", "30 calendar days", 120, 0, 0, 2, 0),
        ]),
        "exclusions_OD": pd.DataFrame({
            "reason": ["included", "withdrawn", "pending"], "sentence": ["In the period", "Withdrawn", "Still open"],
            "cite": "CMS-10717", "rows": [1000, 30, 4]}),
        "exclusions_GRV_C": pd.DataFrame({
            "reason": ["included", "withdrawn", "dismissed"], "sentence": ["In the period", "Withdrawn", "Dismissed"],
            "cite": "CMS-10717", "rows": [122, 20, 15]}),
        "care_coordination_rates": pd.DataFrame({
            "test": ["HRA-INIT"], "title": ["Initial assessment"], "enrollees": [500], "met": [420], "excused": [50],
            "not_met": [30], "percent_met": [84.0], "percent_met_or_excused": [94.0], "passes": ["within 90 days"],
            "citation": ["42 CFR 422.101(f)"], "known": ["recalled"]}),
        "members_by_age": pd.DataFrame({
            "program": ["one_care"] * 2 + ["sco"] * 2, "age": ["under 65", "90 or over"] * 2,
            "members": [240, 0, 30, 4]}),
        "reconciliation": pd.DataFrame({
            "table": ["authorizations", "authorizations", "delegates"], "rows_in": [600, 440, 2],
            "rows_used": [600, 434, 2], "rows_set_aside": [0, 6, 0]}),
        "star_ratings": pd.DataFrame({
            "contract_id": ["H2225"], "year": [2025], "part_c": [4.0], "part_d": [3.5], "overall": [3.5]}),
        "findings": findings(),
    }  # fmt: skip


def findings() -> pd.DataFrame:
    """Twelve cells without a contract on as many people, and two late decisions on one."""
    rows = [("X20", f"A{place}", place) for place in range(12)] + [("AIP-IOD-STD-PA", f"A{place}", 1) for place in (1, 2)]
    return pd.DataFrame({
        "finding_id": [f"F-{number:016x}" for number in range(len(rows))], "kind": "universe", "severity": "error",
        "rule": [row[0] for row in rows], "table": "OD", "row": range(1, len(rows) + 1), "column_name": "",
        "case_id": [row[1] for row in rows], "found": "", "expected": "", "sentence": "s", "citation": "c",
        "person": [row[2] for row in rows]})  # fmt: skip


def make_run(outputs: Path, change: dict[str, pd.DataFrame | None] | None = None, run: str = "tiny") -> Path:
    """A finished run in `outputs`; `change` puts other tables in the place of some, or takes them out."""
    folder = outputs / run
    held = tables() | {"snapshot/members": pd.DataFrame({
        "member_id": [MEMBER, "0009876544"], "first_name": [FIRST, "May"], "last_name": [LAST, "Service"]})}  # fmt: skip
    for name, frame in (held | (change or {})).items():
        if frame is not None:
            path = folder / "data" / f"{name}.parquet"
            path.parent.mkdir(parents=True, exist_ok=True)
            frame.to_parquet(path)
    (folder / "notebooks").mkdir(exist_ok=True)
    write_manifest(folder, {
        "run": run, "plan": "Tiny Plan", "contracts": ["H9901"], "period": PERIOD, "synthetic": True,
        "policies": resolve_policies({}), "started": "2026-10-05T12:00:00+00:00",
        "ended": "2026-10-05T12:01:00+00:00"})  # fmt: skip
    return folder
