"""Ratings of all contracts of a CMS folder."""

import pandas as pd

from auditkit.rules.star_years import load_star_year
from auditkit.stars.disaster import PriorYear
from auditkit.stars.from_scores import folder_stars_from_scores
from auditkit.stars.grids import Folder
from auditkit.stars.measure_stars import original_stars
from auditkit.stars.ratings import rate
from auditkit.stars.reader import read_contracts, read_measure_stars, read_scores


def rate_folder(folder: Folder, from_scores: bool = False, prior: PriorYear | None = None) -> pd.DataFrame:
    """Rate every contract of a folder, from its measure stars or from its scores.

    from_scores: stars are made from the scores, with `prior` for the disaster rule. The rating
    columns of the folder are not read. Columns as `auditkit.stars.ratings.rate` gives them.
    """
    contracts = read_contracts(folder)
    if from_scores:
        stars = folder_stars_from_scores(folder, prior)
    else:
        stars = read_measure_stars(folder)
    original = None
    if load_star_year(folder.year).method.recalculation:
        original = original_stars(stars, read_scores(folder), contracts, folder.year)
    return rate(stars, contracts, folder.year, original)
