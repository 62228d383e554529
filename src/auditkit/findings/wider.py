"""Findings on what is no single case: checks and counts of reports, care coordination, Star measures."""

from collections.abc import Mapping

import pandas as pd

from auditkit.findings.collect import COLUMNS, finding_id

ON_CASES = ("intake", "universe", "lifecycle", "clock")
"""Kinds of findings that stand on a case of the extracts; those of this module do not, or stand elsewhere too."""
MOST_STARS = 2
"""A measure with as many stars or fewer is a finding. A house choice; CMS has no such mark for one measure."""


def check_findings(checks: pd.DataFrame, citations: Mapping[str, str]) -> pd.DataFrame:
    """Checks of periodic reports that fail: a rule that must hold is an error, an expected one a warning.

    checks: as `reports.compute` gives them. citations: authority by report. A failure of the total is left out
    where a unit of the same period fails, which tells it already.
    """
    fails = checks[checks["result"] == "fails"]
    units = fails[fails["unit"] != "all"]
    told = pd.MultiIndex.from_frame(units[["check", "period"]])
    total = (fails["unit"] == "all") & pd.MultiIndex.from_frame(fails[["check", "period"]]).isin(told)
    rows = fails[~total]
    return _with_ids(pd.DataFrame({
        "kind": "report",
        "severity": rows["kind"].map({"must": "error", "expected": "warning"}),
        "rule": rows["check"],
        "table": rows["report"],
        "case_id": rows["unit"] + " " + rows["period"],
        "found": [f"{left:g} against {right:g}" for left, right in zip(rows["left"], rows["right"])],
        "expected": rows["relation"],
        "sentence": rows["sentence"],
        "citation": rows["report"].map(citations),
    }))  # fmt: skip


def outlier_findings(outliers: pd.DataFrame, citations: Mapping[str, str]) -> pd.DataFrame:
    """Counts that a data validator would ask about, each a warning. outliers: as `reports.outliers` gives them."""
    rows = outliers[outliers["checks"] != ""]
    return _with_ids(pd.DataFrame({
        "kind": "report",
        "severity": "warning",
        "rule": rows["checks"],
        "table": rows["report"],
        "case_id": rows["code"] + " " + rows["unit"] + " " + rows["period"],
        "found": [f"{value:g}" for value in rows["value"]],
        "expected": "a count like those before it, or the reason why not",
        "sentence": rows["name"] + ": " + rows["why"] + ".",
        "citation": rows["report"].map(citations),
    }))  # fmt: skip


def care_findings(results: pd.DataFrame) -> pd.DataFrame:
    """Enrollees who do not meet a care coordination test, each a warning, on their row of the SNPE universe.

    results: as `oversight.care_coordination.care_results` gives them.
    """
    rows = results[results["result"] == "not met"]
    return _with_ids(pd.DataFrame({
        "kind": "care",
        "severity": "warning",
        "rule": rows["test"],
        "table": "SNPE",
        "row": rows["row"],
        "case_id": rows["case_id"],
        "found": rows["reason"],
        "expected": "met, or excused by documented attempts",
        "sentence": "The care coordination test " + rows["test"] + " is not met.",
        "citation": rows["citation"],
    }))  # fmt: skip


def measure_findings(measures: pd.DataFrame) -> pd.DataFrame:
    """Star measures that stand at one or two stars to date, as something to know. measures: `measures_to_date`."""
    rows = measures[measures["star"] <= MOST_STARS]
    return _with_ids(pd.DataFrame({
        "kind": "measure",
        "severity": "info",
        "rule": rows["measure"],
        "table": "STARS",
        "case_id": rows["contract"],
        "found": [f"star {star:g}, score {score:g}" for star, score in zip(rows["star"], rows["score"])],
        "expected": ("for the next star: " + rows["in_words"]).where(rows["in_words"].fillna("") != "", "more stars"),
        "sentence": rows["name"] + " stands low, measured to date. Two stars or fewer are a house mark.",
        "citation": "42 CFR 422.166(a), 423.186(a)",
    }))  # fmt: skip


def _with_ids(findings: pd.DataFrame) -> pd.DataFrame:
    whole = findings.assign(column_name="", row=findings.get("row", 0))
    about = zip(whole["rule"], whole["table"], whole["case_id"].astype("str"))
    ids = [finding_id(rule, table, case) for rule, table, case in about]
    return whole.assign(finding_id=ids)[COLUMNS].astype({"row": "int64"})
