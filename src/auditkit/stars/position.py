"""Where contracts stand: scores and stars by measure beside the state, the nation and the cut points.

Means are plain means over the contracts that have a score; CMS weighs no contract by its members
either when it sets cut points.
"""

from functools import cache
from pathlib import Path

import pandas as pd

from auditkit.errors import InputError
from auditkit.rules.star_years import FOLDER, known_years, load_star_year
from auditkit.rules.yamlfile import read_yaml
from auditkit.stars.from_scores import folder_stars_from_scores
from auditkit.stars.grids import open_folder
from auditkit.stars.measure_stars import rules_cut_points, stars_from_scores
from auditkit.stars.reader import read_contracts, read_cut_points, read_measure_stars

COLUMNS = [
    "year",
    "contract_id",
    "measure",
    "name",
    "part",
    "domain",
    "weight",
    "direction",
    "score",
    "star",
    "basis",
    "message",
    "cut_2",
    "cut_3",
    "cut_4",
    "cut_5",
    "to_next_star",
    "state",
    "state_contracts",
    "nation",
    "nation_contracts",
]


def star_folders(data_folder: Path | str) -> dict[int, Path]:
    """CMS folders at hand by star year: sub-folders of `<data_folder>/star_ratings` named by a year
    the rules know. Empty when there are none."""
    root = Path(data_folder) / "star_ratings"
    return {year: root / str(year) for year in known_years() if (root / str(year)).is_dir()}


@cache
def state_contracts(state: str) -> tuple[str, ...]:
    """Contracts of a state (two letters) as far as the rules list them; see their status there."""
    states = read_yaml(FOLDER / "state_contracts.yaml")["states"]
    if state not in states:
        raise InputError(
            f"State {state}: no contracts listed; known are {', '.join(states)} "
            f"(add the state to rules/stars/state_contracts.yaml)."
        )
    return tuple(states[state])


def positions(folders: dict[int, Path], contracts: list[str], state: str) -> pd.DataFrame:
    """Positions of `contracts` in every star year of `folders`, one row a year, contract and measure.

    score, star (CMS's own); basis (what the star rests on, see `stars_from_scores`); message (why
    there is no number); cut_2 to cut_5 (first score of each star); to_next_star (how much the score
    must gain, in its own unit, missing at 5 stars); state and nation (mean score),
    state_contracts and nation_contracts (contracts behind each mean).
    Raises InputError when a contract is in none of the folders.
    """
    years = [_one_year(folder, year, contracts, state) for year, folder in sorted(folders.items())]
    table = pd.concat(years, ignore_index=True) if years else pd.DataFrame(columns=COLUMNS)
    absent = [contract for contract in contracts if contract not in set(table["contract_id"])]
    if absent:
        raise InputError(
            f"Contract {absent[0]} is in none of CMS's tables of {', '.join(map(str, sorted(folders)))}; "
            f"check the contract number."
        )
    return table


def _one_year(folder: Path, year: int, contracts: list[str], state: str) -> pd.DataFrame:
    tables = open_folder(folder, year)
    facts, points = read_contracts(tables), read_cut_points(tables)
    ours = folder_stars_from_scores(tables).rename(columns={"star": "from_scores"})
    table = ours.merge(
        read_measure_stars(tables)[["contract_id", "measure", "star"]], on=["contract_id", "measure"]
    )
    neighbours = table[table["contract_id"].isin(state_contracts(state))]
    means = _means(neighbours, "state").join(_means(table, "nation"), how="outer")
    mine = table[table["contract_id"].isin(contracts)].merge(means, on="measure", how="left")
    return _described(mine, facts, points, year)


def quality_positions(quality: pd.DataFrame, year: int) -> pd.DataFrame:
    """Positions from a plan's `quality` source table: the latest day of each contract and measure.

    year: the star year whose measure identifiers the table uses; its cut points are taken.
    Scores of plain rates are 100 times numerator over denominator. The columns are those of
    `positions`, with the state and the nation empty. Measures the year does not know are left out.
    """
    known = [measure.id for measure in load_star_year(year).measures]
    latest = quality[quality["measure"].isin(known)].sort_values("as_of_date_day")
    latest = latest.drop_duplicates(["contract", "measure"], keep="last")
    denominator = latest["denominator"].astype(float)
    rate = 100 * latest["numerator"].astype(float) / denominator.where(denominator > 0)
    scores = pd.DataFrame(
        {
            "contract_id": latest["contract"],
            "measure": latest["measure"],
            "score": latest["score"].astype(float).fillna(rate),
            "message": None,
        }
    )
    facts = pd.DataFrame({"contract_id": scores["contract_id"].unique(), "organization_type": "Local CCP"})
    points = rules_cut_points(year)
    return _described(stars_from_scores(scores, facts, year, points), facts, points, year)


def _means(table: pd.DataFrame, name: str) -> pd.DataFrame:
    grouped = table.groupby("measure")["score"].agg(["mean", "count"])
    return grouped.rename(columns={"mean": name, "count": f"{name}_contracts"})


def _described(table: pd.DataFrame, facts: pd.DataFrame, points: pd.DataFrame, year: int) -> pd.DataFrame:
    """Add names, cut points and the way to the next star, in the columns of `positions`."""
    described = ("name", "part", "domain", "weight", "direction")
    measures = pd.DataFrame(
        [
            {"measure": m.id} | {field: getattr(m, field) for field in described}
            for m in load_star_year(year).measures
        ]
    )
    pdp = facts.loc[facts["organization_type"].fillna("").str.contains("PDP"), "contract_id"]
    table = table.merge(measures, on="measure").assign(year=year)
    drug_group = pd.Series("MA-PD", index=table.index).mask(table["contract_id"].isin(pdp), "PDP")
    table["group"] = drug_group.where(table["part"].eq("D"), "ALL")
    cuts = points.pivot(index=["measure", "group"], columns="star", values="limit").reindex(
        columns=[2, 3, 4, 5]
    )
    cuts.columns = [f"cut_{star}" for star in cuts.columns]
    table = table.merge(cuts.reset_index(), on=["measure", "group"], how="left")
    table["to_next_star"] = _to_next_star(table)
    return table.reindex(columns=COLUMNS).sort_values(["year", "contract_id", "measure"], ignore_index=True)


def _to_next_star(table: pd.DataFrame) -> pd.Series:
    goal = pd.Series(float("nan"), index=table.index)
    for star in (2, 3, 4, 5):
        goal = goal.mask(table["star"].eq(star - 1), table[f"cut_{star}"])
    gain = (goal - table["score"]).where(table["direction"].eq("higher"), table["score"] - goal)
    # A star CMS gave on other grounds (disaster, CAHPS) may lie below what the score alone earns.
    return gain.where(gain > 0).round(6)
