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
    Raises InputError when there is no such run or case; the sentence does not repeat the case number.
    """
    folder = _folder(run)
    verdicts = _table(folder, "verdicts")
    if verdicts.empty:
        raise InputError(f"{run}: holds no verdicts; run it, or check a universe that has clocks.")
    rows = _rows(folder, verdicts, wanted)
    if rows.empty:
        raise InputError(f"{run}: no clock was tested on what you named; give a finding's id, "
                         f"a row such as {verdicts['table'].iloc[0]}:1, or a case number.")
    return explain_case(rows)


def _rows(folder: Path, verdicts: pd.DataFrame, wanted: str) -> pd.DataFrame:
    """The verdicts of the case that `wanted` names."""
    if wanted.startswith("F-"):
        findings = _table(folder, "findings")
        named = findings[findings["finding_id"] == wanted] if "finding_id" in findings else findings.head(0)
        if named.empty:
            return verdicts.head(0)
        return _at(verdicts, named["table"].iloc[0], str(named["row"].iloc[0]))
    table, _, row = wanted.rpartition(":")
    tables = verdicts["table"].unique()
    if row.isdigit() and (table.upper() in tables or (not table and len(tables) == 1)):
        found = _at(verdicts, table.upper() or tables[0], row)
        if len(found):
            return found
    return verdicts[verdicts["case_id"].astype("string") == wanted]


def _at(verdicts: pd.DataFrame, table: str, row: str) -> pd.DataFrame:
    return verdicts[(verdicts["table"] == table) & (verdicts["row"].astype("string") == row)]


def _folder(run: str) -> Path:
    for folder in (Path("outputs") / run, Path(run)):
        if folder.is_dir():
            return folder
    raise InputError(f"{run}: there is no such run in outputs and no such folder; check the name.")


def _table(folder: Path, name: str) -> pd.DataFrame:
    """The rows of every saved table whose name starts with `name`, or of the check's CSV file."""
    parts = [pq.read_table(path).to_pandas() for path in sorted((folder / "data").glob(f"{name}*.parquet"))]
    if (folder / f"{name}.csv").exists():
        # Every cell as the text it is, but for the one number that is compared with zero.
        parts.append(pd.read_csv(folder / f"{name}.csv", dtype=str, keep_default_na=False))
        if "margin" in parts[-1]:
            parts[-1]["margin"] = pd.to_numeric(parts[-1]["margin"])
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()
