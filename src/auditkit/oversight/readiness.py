"""How ready a universe is, told by its parts: a house rule for comparing one's own files, none of CMS's.

Each part is a share of things counted in the run; the score weighs the shares that could be counted.
The share of late cases is no part of it: a file that reports its late cases truthfully is ready.
"""

import math

import pandas as pd

from auditkit.rules.audit_elements import AuditRules
from auditkit.rules.layouts import Layout

PART_COLUMNS = ("table", "part", "says", "counted", "of", "percent", "weight", "points", "points_lost")


def readiness_parts(
    layout: Layout,
    rules: AuditRules,
    *,
    rows: int,
    findings: pd.DataFrame,
    verdicts: pd.DataFrame,
    exclusions: pd.DataFrame,
    reconciliation: pd.DataFrame,
    file_against_records: pd.DataFrame,
) -> pd.DataFrame:
    """The parts of one universe's readiness, with PART_COLUMNS.

    rows: rows of the universe. findings: of its checks. verdicts: as `clocks.wording` gives them.
    exclusions: rows by reason, `included` among them. reconciliation: rows_in and rows_used of the extracts
    it comes from. file_against_records: as `timeliness.file_against_source` gives it.

    `counted` of `of` is the share, `percent` is rounded down, `points` is the share of the weight. A part
    with nothing to count has no percent and does not weigh.
    """
    mine = verdicts[(verdicts["table"] == layout.code) & (verdicts["verdict"] != "not_applicable")]
    compared = file_against_records[file_against_records["table"] == layout.code]
    reasons = exclusions.set_index("reason")["rows"]
    kept = int(reasons.get("included", 0))
    lost = int(reasons[reasons.index.isin(rules.readiness.lost_reasons)].sum())
    known = layout.status_counts()
    wrong = findings[(findings["severity"] == "error") & (findings["row"] > 0)]["row"].nunique()
    counts = {
        "rows_without_errors": (rows - wrong, rows),
        "clocks_testable": (int((mine["verdict"] != "not_testable").sum()), len(mine)),
        "cases_kept": (kept, kept + lost),
        "rows_used": (int(reconciliation["rows_used"].sum()), int(reconciliation["rows_in"].sum())),
        "file_agrees": (
            int(compared.loc[compared["why"] == "they agree", "cases"].sum()),
            int(compared["cases"].sum()),
        ),
        "layout_known": (known["official"] + known["corroborated"], sum(known.values())),
    }
    return pd.DataFrame(
        [_part(layout.code, part, *counts[part.code]) for part in rules.readiness.parts], columns=PART_COLUMNS
    )


def _part(table: str, part, counted: int, of: int) -> tuple:
    name = part.code.replace("_", " ")
    if not of:
        return (table, name, part.says, counted, of, math.nan, part.weight, math.nan, math.nan)
    points = part.weight * counted / of
    percent = math.floor(1000 * counted / of) / 10
    return (
        table,
        name,
        part.says,
        counted,
        of,
        percent,
        part.weight,
        round(points, 2),
        round(part.weight - points, 2),
    )


def readiness_scores(parts: pd.DataFrame) -> pd.DataFrame:
    """One row a table: its score of 100, and in words what costs most.

    The score is the points of 100 over the weights of the parts that could be counted, rounded down to one
    decimal, so that 100.0 means every part in full.
    """
    return pd.DataFrame(
        [_score(table, mine) for table, mine in parts.groupby("table", sort=False)],
        columns=["table", "score", "parts_counted", "costs_most"],
    )


def _score(table: str, parts: pd.DataFrame) -> tuple:
    known = parts[parts["of"] > 0]
    counted = f"{len(known)} of {len(parts)}"
    if known.empty:
        return (table, math.nan, counted, "nothing could be counted")
    share = (known["weight"] * known["counted"] / known["of"]).sum() / known["weight"].sum()
    lost = known[known["counted"] < known["of"]].sort_values("points_lost", ascending=False, kind="stable")
    words = [f"{one.part}: {one.counted:,} of {one.of:,}" for one in lost.head(2).itertuples()]
    return (table, math.floor(round(1000 * share, 6)) / 10, counted, "; ".join(words) or "nothing")
