"""Everything that was found, under one model, each with an id that survives the next run.

A finding's id is made from what the finding is about: the rule, the table and the case. Row
numbers, dates and computed values are left out of it, so the same condition on the same case
keeps its id when the extracts change.
"""

import hashlib

import pandas as pd

from auditkit.findings.people import people

COLUMNS = [
    "finding_id", "kind", "severity", "rule", "table", "row", "column_name", "case_id", "found", "expected",
    "sentence", "citation",
]  # fmt: skip
SEVERITIES = ("error", "warning", "info")


def finding_id(rule: str, table: str, case_key: str, column: str = "") -> str:
    """F- and twelve hexadecimal digits, from rule, table, case and column."""
    about = "\x1f".join((rule, table, case_key, column))
    return "F-" + hashlib.sha256(about.encode("utf-8")).hexdigest()[:12]


def clock_findings(verdicts: pd.DataFrame) -> pd.DataFrame:
    """Late and untestable clocks as findings: late is an error, not testable a warning."""
    rows = verdicts[verdicts["verdict"].isin(["late", "not_testable"])]
    late = rows["verdict"] == "late"
    return _finish(pd.DataFrame({
        "kind": "clock",
        "severity": late.map({True: "error", False: "warning"}),
        "rule": rows["rule"].where(rows["rule"] != "", "CLOCK"),
        "table": rows["table"],
        "row": rows["row"],
        "column_name": rows["clock"],
        "case_id": rows["case_id"].fillna(""),
        "found": rows["clock_stop"].where(rows["clock_stop"] != "", "no stop recorded"),
        "expected": ("by " + rows["deadline"]).where(rows["deadline"] != "", rows["limit"]),
        "sentence": "The " + rows["clock"] + " clock: " + rows["reason"] + ".",
        "citation": rows["citation"],
    }))  # fmt: skip


def universe_findings(findings: pd.DataFrame, case_ids: pd.Series) -> pd.DataFrame:
    """Faults of one universe as findings.

    findings: as `universes.check.check_universe` gives them.
    case_ids: case number by row of the universe (index from 1).
    """
    return _finish(findings.assign(kind="universe", case_id=findings["row"].map(case_ids).fillna("")))


def intake_findings(rejects: pd.DataFrame) -> pd.DataFrame:
    """Values and rows intake set aside: a row set aside is an error, a value a warning."""
    aside = rejects["action"] == "row set aside"
    return _finish(pd.DataFrame({
        "kind": "intake",
        "severity": aside.map({True: "error", False: "warning"}),
        "rule": rejects["rule"],
        "table": rejects["table"],
        "row": rejects["row"],
        "column_name": rejects["column"].fillna(""),
        "case_id": rejects["case_key"].fillna(""),
        "found": rejects["value"].fillna(""),
        "expected": rejects["expected"],
        "sentence": rejects["extract"] + ": " + rejects["action"] + ".",
        "citation": "house rule",
    }))  # fmt: skip


def lifecycle_findings(faults: pd.DataFrame, shown: pd.DataFrame) -> pd.DataFrame:
    """Faults between tables as findings, told on the universe row where the case stands in one.

    faults: as `universes.lifecycle.lifecycle_faults` gives them.
    shown: table (universe), row (from 1) and column_name, one row a fault in the same order; missing where
        the case stands in no universe. The id is made from the source table, so it stays when a case
        enters or leaves a universe.
    """
    # a fault of a whole file has row 0; its id is made from the extract
    rows = (" row " + faults["extract_row"].astype("str")).where(faults["extract_row"] > 0, "")
    made = _finish(faults.assign(
        kind="lifecycle", row=faults["extract_row"], column_name=faults["column"],
        case_id=faults["case_id"].where(faults["extract_row"] > 0, faults["extract"]),
        found=faults["found"] + "; " + faults["extract"] + rows,
    ))  # fmt: skip
    placed = shown["table"].notna().to_numpy()
    for name in ("table", "row", "column_name"):
        made[name] = made[name].where(~placed, shown[name].to_numpy())
    made["case_id"] = faults["case_id"].to_numpy()
    return made.astype({"row": "int64"})


def collect(*parts: pd.DataFrame) -> pd.DataFrame:
    """All findings in one frame: errors first, then by rule, table and row."""
    parts = tuple(part for part in parts if len(part))
    if not parts:
        return pd.DataFrame(columns=COLUMNS)
    whole = pd.concat(parts, ignore_index=True)
    order = whole["severity"].map({name: rank for rank, name in enumerate(SEVERITIES)})
    whole = whole.assign(_order=order).sort_values(["_order", "rule", "table", "row", "column_name"], kind="stable")
    return whole[COLUMNS].reset_index(drop=True)


def conditions(findings: pd.DataFrame) -> pd.DataFrame:
    """One row a condition (one rule, many cases), the most frequent first within each severity.

    Gives severity, rule, table, cases, people (distinct enrollees; missing where the findings do not tell
    them apart, see `people.with_people`), the first sentence and the citation.
    """
    grouped = findings.groupby(["severity", "rule", "table"], sort=False)
    counted = grouped.agg(cases=("finding_id", "count"), sentence=("sentence", "first"),
                          citation=("citation", "first")).reset_index()  # fmt: skip
    touched = pd.array([people(cases) for _, cases in grouped], dtype="Int64")
    counted.insert(counted.columns.get_loc("cases") + 1, "people", touched)
    order = counted["severity"].map({name: rank for rank, name in enumerate(SEVERITIES)})
    return counted.assign(_order=order, _fewer=-counted["cases"]).sort_values(
        ["_order", "_fewer", "rule", "table"], ignore_index=True).drop(columns=["_order", "_fewer"])  # fmt: skip


def _finish(findings: pd.DataFrame) -> pd.DataFrame:
    """Adds the ids; a second finding of one rule on one case and column is numbered."""
    case = findings["case_id"].astype("str")
    case = case.where(~case.isin(["", "None"]), "row " + findings["row"].astype("str"))
    key = findings["rule"] + "\x1f" + findings["table"] + "\x1f" + case + "\x1f" + findings["column_name"]
    repeat = findings.groupby(key).cumcount()
    ids = [
        finding_id(rule, table, about if not n else f"{about} #{n + 1}", column)
        for rule, table, about, column, n in zip(
            findings["rule"], findings["table"], case, findings["column_name"], repeat)
    ]  # fmt: skip
    return findings.assign(finding_id=ids)[COLUMNS]
