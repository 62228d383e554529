"""The rows of a universe as cases for a mock audit: who, which contract, which delegate, and a key."""

import hashlib
from collections.abc import Mapping

import pandas as pd
import pyarrow as pa

from auditkit.rules.audit_elements import AuditRules
from auditkit.rules.clock_rules import load_case_sources
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
    nameless = pd.Series("", index=universe.index, dtype="str")
    case_id = universe["case_id"] if "case_id" in universe else nameless
    case_id = case_id.fillna("").astype("str")
    delegate = universe[told.delegate].where(~universe[told.delegate].isin(_NOTHING), OWN_WORK)
    return pd.DataFrame(
        {
            "table": layout.code,
            "row": range(1, len(universe) + 1),
            "case_id": case_id.to_numpy(),
            "key": _keys(case_id, universe[ids]),
            "enrollee": universe[_column_of(layout, "mbi")].to_numpy(),
            "contract": universe[_column_of(layout, "contract")].to_numpy(),
            "delegate": delegate.to_numpy(),
            "determination": universe[told.determination].to_numpy() if told.determination else "",
        }
    ).astype({"table": "str", "determination": "str"})


def source_people(rows: pd.DataFrame, sources: Mapping[str, pa.Table]) -> pd.DataFrame:
    """Who stands behind cases told by source table: table, row, enrollee, contract, delegate.

    rows: table, row, case_id; rows of tables that are no source table are left out.
    sources: typed source tables by name, `members` among them. The enrollee is the Medicare identifier, or
    the member number where there is none; the contract is that of the span in force on receipt, else of the
    nearest span.
    """
    members = sources["members"].select(["member_id", "mbi", "contract", "enrolled_from_day"]).to_pandas()
    parts = [
        _people(mine, table, sources[table], members)
        for table, mine in rows.groupby("table", sort=False)
        if table in sources
    ]
    empty = pd.DataFrame(columns=["table", "row", "enrollee", "contract", "delegate"])
    return pd.concat(parts, ignore_index=True) if parts else empty


def _people(rows: pd.DataFrame, table: str, source: pa.Table, members: pd.DataFrame) -> pd.DataFrame:
    received = f"{load_case_sources()[table].events['received']}_day"
    facts = source.select(["case_id", "member_id", "delegate", received]).to_pandas()
    known = rows[["table", "row", "case_id"]].drop_duplicates(["table", "row"])
    known = known.merge(facts.drop_duplicates("case_id"), on="case_id").merge(
        members, on="member_id", how="left"
    )
    ahead = known["enrolled_from_day"] - known[received]
    # Spans begun by then come first, the latest of them in front; else the first that begins later.
    known = known.assign(_later=ahead > 0, _distance=ahead.abs()).sort_values(
        ["table", "row", "_later", "_distance"]
    )
    known = known.drop_duplicates(["table", "row"])
    return pd.DataFrame(
        {
            "table": known["table"],
            "row": known["row"],
            "enrollee": known["mbi"].fillna(known["member_id"]),
            "contract": known["contract"],
            "delegate": known["delegate"].fillna(OWN_WORK),
        }
    )


def _column_of(layout: Layout, kind: str) -> str:
    return next(column.id for column in layout.columns if column.kind == kind)


def _keys(case_id: pd.Series, cells: pd.DataFrame) -> list[str]:
    unclear = case_id.isin(_NOTHING) | case_id.duplicated(keep=False)
    keys = case_id.tolist()
    rows = cells[unclear].itertuples(index=False, name=None)
    for place, row in zip(unclear.to_numpy().nonzero()[0], rows):
        keys[place] += "\x1f" + digest(*map(str, row))
    return keys


def digest(*texts: str) -> str:
    """SHA-256 in hex over texts, each kept apart from the next."""
    return hashlib.sha256("\x1f".join(texts).encode("utf-8")).hexdigest()
