"""The rows of a universe as cases for a mock audit: who, which contract, which delegate, and a key of their own."""

import hashlib

import pandas as pd

from auditkit.rules.audit_elements import AuditRules
from auditkit.rules.layouts import Layout

OWN_WORK = "the plan itself"
"""What stands in place of a delegate when the plan processed the case."""
CASE_COLUMNS = ("table", "row", "case_id", "key", "enrollee", "contract", "delegate", "determination")
_NOTHING = ("", "None")


def audit_cases(universe: pd.DataFrame, layout: Layout, rules: AuditRules) -> pd.DataFrame:
    """One row a case of a universe, in its order.

    universe: submission text by layout id; `case_id` where it was filled from source tables.
    Gives table, row (from 1), case_id, key, enrollee (the identifier in the file), contract, delegate
    and determination ('' where the table has none). `key` names the case whatever row it stands in: its case
    number, or a digest of its cells where the number is missing or repeated.
    """
    told = rules.table(layout.code)
    ids = [column.id for column in layout.columns]
    case_id = universe["case_id"] if "case_id" in universe else pd.Series("", index=universe.index, dtype="str")
    case_id = case_id.fillna("").astype("str")
    delegate = universe[told.delegate].where(~universe[told.delegate].isin(_NOTHING), OWN_WORK)
    return pd.DataFrame({
        "table": layout.code,
        "row": range(1, len(universe) + 1),
        "case_id": case_id.to_numpy(),
        "key": _keys(case_id, universe[ids]),
        "enrollee": universe[_column_of(layout, "mbi")].to_numpy(),
        "contract": universe[_column_of(layout, "contract")].to_numpy(),
        "delegate": delegate.to_numpy(),
        "determination": universe[told.determination].to_numpy() if told.determination else "",
    }).astype({"table": "str", "determination": "str"})  # fmt: skip


def _column_of(layout: Layout, kind: str) -> str:
    return next(column.id for column in layout.columns if column.kind == kind)


def _keys(case_id: pd.Series, cells: pd.DataFrame) -> list[str]:
    unclear = case_id.isin(_NOTHING) | case_id.duplicated(keep=False)
    keys = case_id.tolist()
    for place, row in zip(unclear.to_numpy().nonzero()[0], cells[unclear].itertuples(index=False, name=None)):
        keys[place] += "\x1f" + digest(*map(str, row))
    return keys


def digest(*texts: str) -> str:
    """SHA-256 in hex over texts, each kept apart from the next."""
    return hashlib.sha256("\x1f".join(texts).encode("utf-8")).hexdigest()
