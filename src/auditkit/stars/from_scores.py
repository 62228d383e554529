"""Measure scores to measure stars as a contract receives them: cut points, CAHPS, disaster rule.

CMS publishes no score of the improvement measures; their stars are taken from the Measure Stars
table, or left out where there is none.
"""

import pandas as pd

from auditkit.rules.star_years import load_star_year
from auditkit.stars.cahps import cahps_stars
from auditkit.stars.disaster import PriorYear, apply_disaster_rule
from auditkit.stars.grids import Folder
from auditkit.stars.measure_stars import stars_from_scores
from auditkit.stars.reader import (
    read_contracts,
    read_cut_points,
    read_measure_stars,
    read_scores,
)

GIVEN = "as CMS shows it"
CAHPS_TABLE = "CAHPS table"


def folder_stars_from_scores(folder: Folder, prior: PriorYear | None = None) -> pd.DataFrame:
    """Measure stars of every contract of a CMS folder, from its scores and cut points.

    Gives contract_id, measure, score, message, star, basis (see `assemble_stars`).
    """
    shown = read_measure_stars(folder) if "measure_stars" in folder.places else None
    return assemble_stars(
        read_scores(folder),
        read_contracts(folder),
        folder.year,
        read_cut_points(folder),
        shown=shown,
        prior=prior,
    )


def assemble_stars(
    scores: pd.DataFrame,
    contracts: pd.DataFrame,
    year: int,
    cut_points: pd.DataFrame,
    shown: pd.DataFrame | None = None,
    prior: PriorYear | None = None,
    cahps_detail: pd.DataFrame | None = None,
    scores_as_shown: bool = True,
) -> pd.DataFrame:
    """Measure stars from scores.

    scores, contracts, cut_points: as the reader gives them. shown: CMS's measure stars, read for
    the improvement measures only. prior: last year's scores and stars for the disaster rule.
    cahps_detail: the plan's CAHPS report, see `auditkit.stars.cahps.cahps_stars`.
    scores_as_shown: False when the scores are a plan's own (see `apply_disaster_rule`).
    Gives contract_id, measure, score, message, star, basis; basis names what each star rests on.
    """
    table = stars_from_scores(scores, contracts, year, cut_points)
    if cahps_detail is not None:
        table = _replace(table, cahps_stars(cahps_detail, cut_points, year), CAHPS_TABLE)
    if shown is not None:
        improvement = [m.id for m in load_star_year(year).measures if m.method == "improvement"]
        given = shown[shown["measure"].isin(improvement) & shown["star"].notna()]
        table = _replace(table, given, GIVEN)
    if prior is not None:
        table = apply_disaster_rule(table, contracts, year, prior, scores_as_shown)
    return table


def _replace(table: pd.DataFrame, stars: pd.DataFrame, basis: str) -> pd.DataFrame:
    """Put these stars in place of the table's, with their basis."""
    known = stars[["contract_id", "measure", "star"]].rename(columns={"star": "known"}).assign(hit=True)
    merged = table.merge(known, on=["contract_id", "measure"], how="left")
    hit = merged["hit"].eq(True)
    merged["star"] = merged["star"].mask(hit, merged["known"])
    merged["basis"] = merged["basis"].mask(hit, basis)
    return merged[table.columns]
