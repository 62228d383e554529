"""The tables and figure rows of the Star measures report, cut from positions."""

from pathlib import Path

import pandas as pd

from auditkit.stars.grids import open_folder
from auditkit.stars.position import positions, quality_positions, star_folders
from auditkit.stars.rate_folder import rate_folder
from auditkit.stars.ratings import RATINGS


def positions_at_hand(
    data_folder: Path | str, contracts: list[str], state: str, quality: pd.DataFrame, identifiers_of: int
) -> tuple[pd.DataFrame, str]:
    """Positions from CMS's folders where there are any, else from the plan's quality table.

    identifiers_of: star year whose measure identifiers the quality table uses.
    Gives the table of `auditkit.stars.position.positions` and one sentence that says which it is.
    """
    folders = star_folders(data_folder)
    if folders:
        years = ", ".join(map(str, folders))
        return positions(folders, contracts, state), f"CMS's public Star Ratings tables of {years} are read."
    return quality_positions(quality, identifiers_of), (
        "CMS's public Star Ratings tables are not at hand (AUDITKIT_DATA/star_ratings); the plan's own "
        f"quality table is shown instead, on the cut points of {identifiers_of}, without state and nation."
    )


def rating_history(data_folder: Path | str, contracts: list[str]) -> pd.DataFrame:
    """Ratings of contracts in every year at hand, computed from CMS's measure stars.

    contract_id, year, part_c, part_d, overall (half stars, missing without a rating), overall_mean,
    overall_reward, overall_cai, overall_unrounded, leg (whether the improvement measures count),
    why_none (why there is no overall rating).
    """
    columns = {
        "overall_mean": "overall_mean",
        "overall_reward": "overall_reward",
        "overall_cai": "overall_cai",
        "overall_unrounded": "overall_unrounded",
        "overall_leg": "leg",
        "overall_reason": "why_none",
    }
    parts = []
    for year, path in star_folders(data_folder).items():
        ratings = rate_folder(open_folder(path, year))
        mine = ratings[ratings["contract_id"].isin(contracts)]
        parts.append(mine[["contract_id", *RATINGS, *columns]].rename(columns=columns).assign(year=year))
    if not parts:
        return pd.DataFrame(columns=["contract_id", "year", *RATINGS, *columns.values()])
    table = pd.concat(parts, ignore_index=True)
    table["leg"] = table["leg"].str.replace("_", " ")
    # Steps of a rating that was not given would be read as a rating.
    steps = ["overall_mean", "overall_reward", "overall_cai", "overall_unrounded"]
    table[steps] = table[steps].where(table["overall"].notna())
    first = ["contract_id", "year"]
    columns = first + [name for name in table.columns if name not in first]
    return table[columns].sort_values(first, ignore_index=True)


def headed(table: pd.DataFrame, columns: list[str] | None = None) -> pd.DataFrame:
    """The named columns (all when none are named) under headings a reader reads: spaces, no underscores."""
    shown = (table[columns] if columns else table).reset_index(drop=True)
    return shown.rename(columns=lambda name: name.replace("_id", "").replace("cai", "CAI").replace("_", " "))


def star_history(table: pd.DataFrame, contract: str) -> pd.DataFrame:
    """Stars of a contract: name, part, and one column a star year.

    Measures are matched by name, because their identifiers change from year to year.
    """
    mine = table[table["contract_id"].eq(contract)]
    wide = mine.pivot_table(index=["name", "part"], columns="year", values="star", sort=False, dropna=False)
    wide = wide.dropna(how="all").reset_index()
    wide.columns = [str(name) for name in wide.columns]
    order = mine.drop_duplicates(["part", "name"], keep="last")
    wide = wide.merge(order[["part", "name", "measure"]], on=["part", "name"])
    return wide.sort_values(["part", "measure"], ignore_index=True).drop(columns="measure")


def figure_rows(table: pd.DataFrame, contract: str, year: int, part: str) -> pd.DataFrame:
    """Rows for the position figure of a contract, year and part (C or D): measure, score, cut_2 to
    cut_5, state, nation, star. Measures without a score or a full set of cut points are left out."""
    chosen = table["contract_id"].eq(contract) & table["year"].eq(year) & table["part"].eq(part)
    cuts = ["cut_2", "cut_3", "cut_4", "cut_5"]
    rows = table[chosen].dropna(subset=["score", *cuts])
    rows = rows.assign(measure=rows["measure"] + " " + rows["name"].map(_short))
    means = [name for name in ("state", "nation") if rows[name].notna().any()]
    return rows[["measure", "score", *cuts, *means, "star"]].round(2).reset_index(drop=True)


def _short(name: str) -> str:
    return name if len(name) <= 30 else name[:29].rstrip() + "\u2026"


def near_next_star(table: pd.DataFrame, contract: str, year: int, within: float) -> pd.DataFrame:
    """Measures of a contract that gain a star with no more than `within` points, nearest and weightiest
    first.

    measure, name, weight, score, star, to_next_star (points, or complaints per 1,000 members),
    state, nation.
    """
    chosen = table["contract_id"].eq(contract) & table["year"].eq(year) & table["to_next_star"].le(within)
    shown = ["measure", "name", "weight", "score", "star", "to_next_star", "state", "nation"]
    order = ["to_next_star", "weight"]
    return table.loc[chosen, shown].sort_values(order, ascending=[True, False], ignore_index=True).round(2)


def beside_state_and_nation(table: pd.DataFrame, year: int) -> pd.DataFrame:
    """How many measures of each contract stand better than the state's and the nation's mean score.

    contract_id, measures (with a score), better_than_state, better_than_nation, five_stars,
    two_stars_or_less.
    """
    rows = table[table["year"].eq(year) & table["score"].notna()].copy()
    sign = rows["direction"].map({"higher": 1, "lower": -1})
    for name in ("state", "nation"):
        rows[f"better_than_{name}"] = (rows["score"] - rows[name]) * sign > 0
    rows["five_stars"] = rows["star"].eq(5)
    rows["two_stars_or_less"] = rows["star"].le(2)
    flags = ["better_than_state", "better_than_nation", "five_stars", "two_stars_or_less"]
    counted = rows.groupby("contract_id")[flags].sum()
    counted.insert(0, "measures", rows.groupby("contract_id").size())
    return counted.reset_index()
