"""Delegates: files that came late or were used again, and counts by delegate."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Protocol

import pandas as pd

from auditkit.errors import InputError
from auditkit.rules.lifecycle import load_lifecycle
from auditkit.universes.lifecycle import FAULT_COLUMNS

PLAN = "the plan itself"


class DelegateFile(Protocol):
    """What a plan says about one delegate's file.

    delegate, extract: whose, and which extract of the mapping. received, due: days. reused_from: the earlier
    period it was first used for; approved_by: who approved that; both None for a file of this period.
    """

    delegate: str
    extract: str
    received: date
    due: date
    reused_from: str | None
    approved_by: str | None


def delegate_file_states(files: Sequence[DelegateFile], reconciliation: pd.DataFrame) -> pd.DataFrame:
    """One row a file: delegate, extract, table, received, due, days_late, reused_from, approved_by.

    reconciliation: one row an extract and delegate with extract, table and delegate, as intake gives it.
    Raises InputError when a file names an extract the mapping does not give, or another delegate's.
    """
    rows = []
    for one in files:
        named = reconciliation["extract"]  # a workbook's extract is named by file and [sheet]
        mine = reconciliation[(named == one.extract) | named.str.startswith(f"{one.extract} [")]
        if mine.empty:
            raise InputError(
                f"delegate_files: there is no extract {one.extract}; the extracts are "
                f"{', '.join(sorted(set(reconciliation['extract'])))}."
            )
        if one.delegate not in set(mine["delegate"]):
            raise InputError(
                f"delegate_files: no row of {one.extract} is of {one.delegate}; "
                "write the delegate's name as the mapping or the extract gives it."
            )
        rows.append(
            (
                one.delegate,
                mine["extract"].iloc[0],
                mine["table"].iloc[0],
                str(one.received),
                str(one.due),
                max((one.received - one.due).days, 0),
                one.reused_from or "",
                one.approved_by or "",
            )
        )
    return pd.DataFrame(
        rows,
        columns=[
            "delegate",
            "extract",
            "table",
            "received",
            "due",
            "days_late",
            "reused_from",
            "approved_by",
        ],
    )


def delegate_file_faults(states: pd.DataFrame) -> pd.DataFrame:
    """Files late, reused without approval (error) and reused with approval (info), as lifecycle faults.

    states: as `delegate_file_states` gives them. A fault is about a file, so its case_id is empty and its
    extract_row 0. Columns as `universes.lifecycle.lifecycle_faults`.
    """
    faults = []
    for one in states.itertuples():
        if one.days_late:
            days = f"{one.days_late} day{'' if one.days_late == 1 else 's'}"
            faults.append(
                ("LC21", one, f"{one.delegate}: received {one.received}, due {one.due}, {days} late")
            )
        if one.reused_from:
            code = "LC23" if one.approved_by else "LC22"
            who = f"approved by {one.approved_by}" if one.approved_by else "approved by nobody"
            faults.append((code, one, f"{one.delegate}: from {one.reused_from}, {who}"))
    rules = [load_lifecycle().file_rule(code) for code, _, _ in faults]
    rows = [
        (
            one.table,
            "",
            one.extract,
            0,
            "",
            rule.code,
            rule.severity,
            found,
            rule.expected,
            rule.sentence,
            rule.cited,
        )
        for rule, (_, one, found) in zip(rules, faults)
    ]
    return pd.DataFrame(rows, columns=list(FAULT_COLUMNS)).astype(
        {name: "int64" if name == "extract_row" else "str" for name in FAULT_COLUMNS}
    )


def delegate_counts(
    reconciliation: pd.DataFrame,
    universes: Mapping[str, pd.DataFrame],
    findings: pd.DataFrame,
    verdicts: pd.DataFrame,
) -> pd.DataFrame:
    """One row a delegate: extract rows, universe rows by table, and what was found on universe rows.

    reconciliation: delegate ('' for the plan), rows_in, rows_used, rows_set_aside, one row an extract and
        delegate. universes: filled universes by code, with `delegate` (missing for the plan).
    findings: table, row (from 1), severity. verdicts: table, row, verdict; other tables are left out of both.

    Gives delegate, rows_in, rows_used, rows_set_aside, one column a universe, then error, warning and late:
    findings and late clocks on rows of these universes.
    """
    totals = reconciliation.assign(delegate=reconciliation["delegate"].replace("", PLAN))
    totals = totals.groupby("delegate")[["rows_in", "rows_used", "rows_set_aside"]].sum()
    whose = {
        code: frame["delegate"].fillna(PLAN).replace("", PLAN).reset_index(drop=True)
        for code, frame in universes.items()
    }
    columns = {code: names.value_counts() for code, names in whose.items()}
    for severity in ("error", "warning"):
        columns[severity] = _by_delegate(findings[findings["severity"] == severity], whose)
    columns["late"] = _by_delegate(verdicts[verdicts["verdict"] == "late"], whose)
    whole = totals.join([counts.rename(name) for name, counts in columns.items()], how="outer")
    whole = whole.fillna(0).astype("int64").rename_axis("delegate").reset_index()
    return whole.sort_values("delegate", key=lambda names: names.where(names != PLAN, ""), ignore_index=True)


def _by_delegate(rows: pd.DataFrame, whose: Mapping[str, pd.Series]) -> pd.Series:
    """Rows counted by the delegate of the universe row they are about."""
    named = [
        whose[table].iloc[int(row) - 1] for table, row in zip(rows["table"], rows["row"]) if table in whose
    ]
    return pd.Series(named, dtype="str").value_counts()
