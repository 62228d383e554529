"""Measure scores to measure stars (42 CFR 422.166(a), 423.186(a); Technical Notes 2026, page 6,
pages 7-9 and Attachment K)."""

import numpy as np
import pandas as pd

from auditkit.rules.star_years import StarYear, load_star_year
from auditkit.stars.cells import message_kind

COLUMNS = ["measure", "group", "star", "limit"]


def rules_cut_points(year: int, original: bool = False) -> pd.DataFrame:
    """Cut points of the rules as a table: measure, group (ALL, MA-PD, PDP), star (2-5), limit.

    original: those before a recalculation where there were others (2024).
    """
    rows = []
    for measure in load_star_year(year).measures:
        points = (original and measure.original_cut_points) or measure.cut_points
        rows += [(measure.id, group, star, limit) for group, p in points.items() for star, limit in p.items()]
    return pd.DataFrame(rows, columns=COLUMNS)


def stars_from_scores(
    scores: pd.DataFrame, contracts: pd.DataFrame, year: int, cut_points: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Star of every score by the cut points alone.

    scores: contract_id, measure, score, message (see `auditkit.stars.reader.read_scores`).
    cut_points: as `read_cut_points` gives them; the rules' own where none are given.
    Gives contract_id, measure, score, message, star, basis. basis says what the star rests on:
    'cut points'; 'CAHPS base group' (CMS then moves it by one star at most, see
    `auditkit.stars.cahps`); 'data issue' (1 star); 'not computable' (improvement measures, whose
    scores CMS does not publish, and groups without cut points); '' where there is no star.
    """
    parameters = load_star_year(year)
    points = rules_cut_points(year) if cut_points is None else cut_points
    table = scores.merge(_groups(contracts), on="contract_id", how="left")
    table["group"] = table["drug_group"].where(table["measure"].str.startswith("D"), "ALL")
    limits = points.pivot(index=["measure", "group"], columns="star", values="limit").reindex(
        columns=[2, 3, 4, 5]
    )
    keys = pd.MultiIndex.from_frame(table[["measure", "group"]])
    by_row = limits.reindex(keys).to_numpy(float)
    score = round_half_up(table["score"], table["measure"], parameters)
    lower = table["measure"].isin([m.id for m in parameters.measures if m.direction == "lower"])
    star = _star_of(score.to_numpy(), by_row, lower.to_numpy())
    kinds = message_kind(table["message"])
    star = np.where(kinds.eq("one_star"), 1.0, star)
    table["score"], table["star"] = score, star
    table["basis"] = _basis(table, kinds, parameters)
    return table[["contract_id", "measure", "score", "message", "star", "basis"]]


def round_half_up(values: pd.Series, measures: pd.Series, parameters: StarYear) -> pd.Series:
    """Scores at the precision CMS displays: 83.499999 is 83, 83.5 is 84; complaints two decimals."""
    decimals = measures.map({measure.id: measure.decimals for measure in parameters.measures})
    scale = 10.0 ** decimals.astype(float)
    # Nine decimals first, so that 0.285 stored as 0.28499999999999998 is still a half.
    return np.floor((values.astype(float) * scale).round(9) + 0.5) / scale


def _groups(contracts: pd.DataFrame) -> pd.DataFrame:
    organization = contracts["organization_type"].fillna("")
    pdp = organization.str.contains("PDP") | contracts["contract_id"].str.startswith("S")
    group = pd.Series("MA-PD", index=contracts.index).mask(pdp, "PDP")
    return pd.DataFrame({"contract_id": contracts["contract_id"], "drug_group": group})


def _star_of(score: np.ndarray, limits: np.ndarray, lower: np.ndarray) -> np.ndarray:
    """The highest star whose limit the score reaches, 1 where it reaches none.

    limits: columns of stars 2 to 5, missing where CMS left a star out.
    """
    sign = np.where(lower, -1.0, 1.0)
    with np.errstate(invalid="ignore"):
        reached = (score * sign)[:, None] >= limits * sign[:, None]
    star = np.where(reached, np.array([2, 3, 4, 5]), 1).max(axis=1).astype(float)
    return np.where(np.isnan(score) | np.isnan(limits).all(axis=1), np.nan, star)


def _basis(table: pd.DataFrame, kinds: pd.Series, parameters: StarYear) -> pd.Series:
    methods = table["measure"].map({measure.id: measure.method for measure in parameters.measures})
    basis = methods.map({"clustering": "cut points", "cahps": "CAHPS base group"}).fillna("not computable")
    basis = basis.mask(
        table["star"].isna() & (table["score"].notna() | kinds.eq("star_only")), "not computable"
    )
    basis = basis.mask(table["star"].isna() & basis.ne("not computable"), "")
    basis = basis.mask(table["star"].isna() & kinds.isin(["not_required", "no_star"]), "")
    return basis.mask(kinds.eq("one_star"), "data issue")


def original_stars(
    measure_stars: pd.DataFrame,
    scores: pd.DataFrame,
    contracts: pd.DataFrame,
    year: int,
) -> pd.DataFrame:
    """Measure stars as they stood before the year's recalculation of cut points.

    A star that the new cut points explain is replaced by the one the original cut points give; any
    other (disaster rule, CAHPS, improvement) stands. Gives contract_id, measure, star, message and
    kept: True where CMS shows the star of the original cut points although the new ones give
    another, a sign that the contract keeps its first rating.
    """
    changed = [m.id for m in load_star_year(year).measures if m.original_cut_points]
    new = stars_from_scores(scores, contracts, year)
    old = stars_from_scores(scores, contracts, year, rules_cut_points(year, original=True))
    both = new[["contract_id", "measure", "star"]].assign(old=old["star"]).rename(columns={"star": "new"})
    table = measure_stars.merge(both, on=["contract_id", "measure"], how="left")
    touched = table["measure"].isin(changed)
    table["kept"] = touched & table["star"].eq(table["old"]) & table["star"].ne(table["new"])
    table["star"] = table["star"].mask(touched & table["star"].eq(table["new"]), table["old"])
    return table[["contract_id", "measure", "star", "message", "kept"]]
