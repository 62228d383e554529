"""Two versions of one universe, case by case: what was fixed, what changed beside it, what broke."""

from dataclasses import dataclass

import pandas as pd

from auditkit.errors import InputError
from auditkit.rules.layouts import Layout
from auditkit.rules.resubmission import load_resubmission
from auditkit.universes.pairing import pair_rows

EFFECTS = ("fixed", "broke", "still wrong", "beside")
"""What a changed cell did: a finding on it went, came, stayed, or there was none before and after."""
FATES = ("fixed", "broke", "stays", "gone with its row", "came with its row")


@dataclass(frozen=True)
class Version:
    """One version of a universe: `frame` as `universes.read.read_universe` gives it, with `row` (place in the
    file, from 1) and A, B, ...; `findings` as `universes.check.check_universe` gives them."""

    frame: pd.DataFrame
    findings: pd.DataFrame


@dataclass(frozen=True)
class Comparison:
    """What became of the first version in the second.

    rows: one row a case: change (added, removed, changed, same), row_before, row_after (places in the
        files), case, contract, delegate, paired_by.
    cells: one row a changed cell: effect (see EFFECTS), row_before, row_after, case, column_id,
        column_name, before, after.
    findings: one row a finding of either version: fate (see FATES), severity, rule, row_before,
        row_after, case, column_id, column_name, found, sentence.
    counts: one row a contract and delegate: rows_before, rows_after, added, removed, changed,
        findings_before, findings_after, fixed, broke.
    """

    rows: pd.DataFrame
    cells: pd.DataFrame
    findings: pd.DataFrame
    counts: pd.DataFrame


def compare_universes(before: Version, after: Version, layout: Layout) -> Comparison:
    """Compare two versions of the universe `layout`.

    Raises InputError when no case of one version is in the other: they are then not versions of one file.
    """
    left, right = before.frame.reset_index(drop=True), after.frame.reset_index(drop=True)
    pairs = pair_rows(left, right, layout)
    both = pairs.dropna(subset=["before", "after"])
    if len(left) and len(right) and both.empty:
        raise InputError(
            f"No case of the one file is in the other, so they are not two versions of one "
            f"{layout.code} universe; check which files were named."
        )
    findings = _findings(before.findings, after.findings, left, right, pairs)
    cells = _cells(left, right, both, findings, layout)
    rows = _rows(left, right, pairs, cells, layout)
    named = rows[["row_before", "row_after", "case"]]
    return Comparison(
        rows=rows,
        cells=_with_case(cells, named),
        findings=_with_case(findings, named),
        counts=_counts(rows, findings),
    )


def _places(frame: pd.DataFrame, positions: pd.Series) -> pd.array:
    """The row in the file for each position, missing where there is none."""
    return pd.array(positions.map(frame["row"].to_dict()), "Int64")


def _rows(left, right, pairs: pd.DataFrame, cells: pd.DataFrame, layout: Layout) -> pd.DataFrame:
    rows = pd.DataFrame(
        {"row_before": _places(left, pairs["before"]), "row_after": _places(right, pairs["after"])}
    )
    changed = rows["row_after"].isin(cells["row_after"]) & rows["row_before"].notna()
    rows["change"] = changed.map({True: "changed", False: "same"})
    rows.loc[rows["row_before"].isna(), "change"] = "added"
    rows.loc[rows["row_after"].isna(), "change"] = "removed"
    for name, column in _described(layout).items():
        newest = pairs["after"].map(right[column].to_dict()) if column else pd.Series("", index=pairs.index)
        oldest = pairs["before"].map(left[column].to_dict()) if column else newest
        rows[name] = newest.where(pairs["after"].notna(), oldest).astype("str")
    rows["paired_by"] = pairs["paired_by"]
    return rows[["change", "row_before", "row_after", "case", "contract", "delegate", "paired_by"]]


def _described(layout: Layout) -> dict[str, str | None]:
    """The columns that say which case, contract and delegate a row is about."""
    rules = load_resubmission()
    contract = next((column.id for column in layout.columns if column.kind == "contract"), None)
    begins = rules.delegate_title
    delegate = next((column.id for column in layout.columns if column.name.startswith(begins)), None)
    return {"case": rules.case_column(layout.code), "contract": contract, "delegate": delegate}


def _cells(left, right, both: pd.DataFrame, findings: pd.DataFrame, layout: Layout) -> pd.DataFrame:
    """Every cell of a paired row that is not the same text in both versions."""
    parts = []
    old, new = left.iloc[both["before"].astype("int64")], right.iloc[both["after"].astype("int64")]
    for column in layout.columns:
        was, now = old[column.id].to_numpy(), new[column.id].to_numpy()
        differs = was != now
        parts.append(
            pd.DataFrame(
                {
                    "row_before": old["row"].to_numpy()[differs],
                    "row_after": new["row"].to_numpy()[differs],
                    "column_id": column.id,
                    "column_name": column.name,
                    "before": was[differs],
                    "after": now[differs],
                }
            )
        )
    cells = pd.concat(parts, ignore_index=True).astype({"row_before": "Int64", "row_after": "Int64"})
    had = _on_cell(cells, findings, "row_before", ("fixed", "stays"))
    has = _on_cell(cells, findings, "row_after", ("broke", "stays"))
    effect = [EFFECTS[{(1, 0): 0, (0, 1): 1, (1, 1): 2, (0, 0): 3}[pair]] for pair in zip(had, has)]
    cells.insert(0, "effect", pd.array(effect, "str"))
    return cells.sort_values(
        ["row_after", "column_id"], key=_place_of(layout), kind="stable", ignore_index=True
    )


def _on_cell(cells: pd.DataFrame, findings: pd.DataFrame, row: str, fates: tuple[str, ...]) -> list[bool]:
    """Is there a finding with one of these fates on each cell?"""
    mine = findings[findings["fate"].isin(fates)]
    places = set(zip(mine[row], mine["column_id"]))
    return [pair in places for pair in zip(cells[row], cells["column_id"])]


def _place_of(layout: Layout):
    """A sort key that puts column ids in the order of the layout and leaves numbers alone."""
    place = {column.id: n for n, column in enumerate(layout.columns)}
    return lambda values: values.map(place) if values.name == "column_id" else values


def _findings(one: pd.DataFrame, other: pd.DataFrame, left, right, pairs: pd.DataFrame) -> pd.DataFrame:
    """The findings of both versions, each with what became of it; known by case, column and rule."""
    place = pd.DataFrame(
        {"row_before": _places(left, pairs["before"]), "row_after": _places(right, pairs["after"])}
    )
    place = pd.concat([place, _unread(one, other, left, right)], ignore_index=True)
    key = ["row_before", "row_after", "column_id", "rule"]
    told = ["column_name", "severity", "found", "sentence"]
    sides = []
    for name, findings in (("row_before", one), ("row_after", other)):
        mine = findings.assign(**{name: findings["row"].astype("Int64")}).merge(place, on=name, how="left")
        sides.append(mine[key + told].drop_duplicates(key))
    joined = sides[0].merge(sides[1], on=key, how="outer", suffixes=("_was", ""), indicator=True)
    for name in told:
        joined[name] = joined[name].fillna(joined[f"{name}_was"])
    fate = joined["_merge"].astype("str").map({"both": "stays", "left_only": "fixed", "right_only": "broke"})
    gone = (fate == "fixed") & joined["row_before"].isin(left["row"]) & joined["row_after"].isna()
    came = (fate == "broke") & joined["row_after"].isin(right["row"]) & joined["row_before"].isna()
    joined["fate"] = fate.mask(gone, "gone with its row").mask(came, "came with its row")
    return joined[
        [
            "fate",
            "severity",
            "rule",
            "row_before",
            "row_after",
            "column_id",
            "column_name",
            "found",
            "sentence",
        ]
    ].sort_values(["fate", "rule", "row_after", "row_before"], ignore_index=True)


def _unread(one: pd.DataFrame, other: pd.DataFrame, left, right) -> pd.DataFrame:
    """Places with findings that are no rows, paired by themselves: the header (0), unreadable lines."""
    was = set(one["row"].astype("int64")) - set(left["row"])
    now = set(other["row"].astype("int64")) - set(right["row"])
    both = pd.array(sorted(was & now), "Int64")
    return pd.DataFrame({"row_before": both, "row_after": both})


def _with_case(frame: pd.DataFrame, named: pd.DataFrame) -> pd.DataFrame:
    """`frame` with the case's number after its rows."""
    whole = frame.merge(named, on=["row_before", "row_after"], how="left")
    whole["case"] = whole["case"].fillna("")
    columns = [name for name in frame.columns]
    columns.insert(columns.index("row_after") + 1, "case")
    return whole[columns]


def _counts(rows: pd.DataFrame, findings: pd.DataFrame) -> pd.DataFrame:
    """By contract and delegate: rows, and findings with their fates."""
    fates = pd.crosstab([findings["row_before"].fillna(0), findings["row_after"].fillna(0)], findings["fate"])
    fates = fates.reindex(columns=list(FATES), fill_value=0)
    at = pd.MultiIndex.from_arrays([rows["row_before"].fillna(0), rows["row_after"].fillna(0)])
    fates = fates.reindex(at, fill_value=0).reset_index(drop=True)
    made = pd.DataFrame(
        {
            "contract": rows["contract"],
            "delegate": rows["delegate"],
            "rows_before": rows["row_before"].notna(),
            "rows_after": rows["row_after"].notna(),
            **{change: rows["change"] == change for change in ("added", "removed", "changed")},
            "findings_before": fates["fixed"] + fates["stays"] + fates["gone with its row"],
            "findings_after": fates["broke"] + fates["stays"] + fates["came with its row"],
            "fixed": fates["fixed"],
            "broke": fates["broke"],
        }
    )
    return (
        made.groupby(["contract", "delegate"], as_index=False)
        .sum()
        .astype({name: "int64" for name in made.columns[2:]})
    )
