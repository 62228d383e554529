"""`auditkit explain`: the clocks of one case of a run, as a person would write the arithmetic."""

from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq

from auditkit.clocks.explain import explain_case
from auditkit.errors import InputError


def explain(run: str, wanted: str) -> str:
    """The arithmetic of one case.

    run: name of a run in outputs, its folder, or the folder that `auditkit check` wrote.
    wanted: a finding's id, a row such as OD:17 (the row alone where there is one table), or a case number.
    A finding on which no clock runs (of a check, a report, a measure) is told itself.
    Raises InputError when there is no such run or case; the sentence does not repeat the case number.
    """
    folder = _folder(run)
    verdicts = _table(folder, "verdicts")
    if verdicts.empty:
        raise InputError(f"{run}: holds no verdicts; run it, or check a universe that has clocks.")
    rows = _rows(folder, verdicts, wanted)
    found = _finding(folder, wanted) if rows.empty else None
    if found is not None:
        return _told(found)
    if rows.empty:
        raise InputError(
            f"{run}: no clock was tested on what you named; give a finding's id, "
            f"a row such as {verdicts['table'].iloc[0]}:1, or a case number."
        )
    return explain_case(rows)


def _rows(folder: Path, verdicts: pd.DataFrame, wanted: str) -> pd.DataFrame:
    """The verdicts of the case that `wanted` names."""
    if wanted.startswith("F-"):
        found = _finding(folder, wanted)
        return verdicts.head(0) if found is None else clocks_of(found, verdicts)
    table, _, row = wanted.rpartition(":")
    names = {name.lower(): name for name in verdicts["table"].unique()}
    name = names.get(table.lower()) if table or len(names) > 1 else next(iter(names.values()))
    if name and row.isdigit():
        found = _at(verdicts, name, int(row))
        if len(found):
            return found
    return _of_case(verdicts, wanted)


def _finding(folder: Path, finding_id: str) -> pd.Series | None:
    findings = _table(folder, "findings")
    named = findings[findings["finding_id"] == finding_id] if "finding_id" in findings else findings.head(0)
    return None if named.empty else named.iloc[0]


def _told(finding: pd.Series) -> str:
    """A finding in lines: what it is about, what was found and expected, and the law."""
    row = f", row {finding['row']}" if pd.notna(finding["row"]) and finding["row"] else ""
    lines = [f"{finding['rule']} on {finding['table']}{row}: {finding['sentence']}", ""]
    for label, name in (("Severity", "severity"), ("Case", "case_id"), ("Column", "column_name"), ("Found", "found"),
                        ("Expected", "expected"), ("Citation", "citation")):  # fmt: skip
        if pd.notna(finding[name]) and str(finding[name]):
            lines.append(f"{label + ':':<10} {finding[name]}")
    return "\n".join([*lines, "", "No clock runs under this rule."])


def clocks_of(finding: pd.Series, verdicts: pd.DataFrame) -> pd.DataFrame:
    """The verdicts of a finding's row; for a finding made at intake, those of its case."""
    # A finding on a whole file has no row.
    found = (
        verdicts.head(0) if pd.isna(finding["row"]) else _at(verdicts, finding["table"], int(finding["row"]))
    )
    return found if len(found) else _of_case(verdicts, finding["case_id"])


def _of_case(verdicts: pd.DataFrame, case_id: str) -> pd.DataFrame:
    return verdicts[verdicts["case_id"].astype("string") == case_id]


def _at(verdicts: pd.DataFrame, table: str, row: int) -> pd.DataFrame:
    return verdicts[(verdicts["table"] == table) & (verdicts["row"].astype("int64") == row)]


def _folder(run: str) -> Path:
    for folder in (Path("outputs") / run, Path(run)):
        if folder.is_dir():
            return folder
    raise InputError(f"{run}: there is no such run in outputs and no such folder; check the name.")


def _table(folder: Path, name: str) -> pd.DataFrame:
    """The rows of a run's table, or of the CSV file of a check; no rows where there is neither."""
    saved, written = folder / "data" / f"{name}.parquet", folder / f"{name}.csv"
    if saved.exists():
        return pq.read_table(saved).to_pandas()
    if not written.exists():
        return pd.DataFrame()
    # Every cell as the text it is, but for the one number that is compared with zero.
    frame = pd.read_csv(written, dtype=str, keep_default_na=False)
    return frame.assign(margin=pd.to_numeric(frame["margin"])) if "margin" in frame else frame
