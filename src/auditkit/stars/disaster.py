"""The disaster rule for measure stars: the better of this and last year's star (42 CFR 422.166(i),
423.186(i); Technical Notes 2026, pages 7-9)."""

from dataclasses import dataclass

import pandas as pd

from auditkit.rules.star_years import Measure, StarYear, load_star_year
from auditkit.stars.cells import message_kind, same_name
from auditkit.stars.grids import Folder
from auditkit.stars.reader import read_measure_stars, read_scores

BASIS = "last year's star (disaster)"


@dataclass(frozen=True)
class PriorYear:
    """Last year's scores and stars: contract_id, measure (last year's identifier), score, star."""

    year: int
    table: pd.DataFrame


def read_prior(folder: Folder) -> PriorYear:
    """Last year's scores and stars from its CMS folder."""
    stars, scores = read_measure_stars(folder), read_scores(folder)
    table = stars[["contract_id", "measure", "star"]].merge(
        scores[["contract_id", "measure", "score"]], on=["contract_id", "measure"], how="left"
    )
    return PriorYear(folder.year, table)


def apply_disaster_rule(
    stars: pd.DataFrame,
    contracts: pd.DataFrame,
    year: int,
    prior: PriorYear,
    scores_as_shown: bool,
) -> pd.DataFrame:
    """Replace a star by last year's where the contract was hit and last year's is higher.

    stars: contract_id, measure, score, star, message, basis (see `stars_from_scores`).
    scores_as_shown: True for CMS's tables, which show the score of the year that counted: last
    year's star can then only count where last year's score stands. False for a plan's own scores
    of this year. A measure without a star in either year, or with a data issue this year, keeps
    this year's star; so do ties. The score given with last year's star is last year's.

    Limit: a contract hit in two running years takes last year's star as it would have been without
    its own adjustment. CMS does not publish it; last year's published star stands in.
    """
    parameters = load_star_year(year)
    last = _last_year(parameters, load_star_year(prior.year), prior.table)
    table = stars.merge(last, on=["contract_id", "measure"], how="left")
    hit = _hit(table, contracts, parameters)
    sound = message_kind(table["message"]).ne("one_star")
    better = hit & sound & table["star"].notna() & table["last_star"].gt(table["star"])
    if scores_as_shown:
        better &= table["score"].eq(table["last_score"])
    for name in ("star", "score"):
        table[name] = table[name].mask(better, table[f"last_{name}"])
    table["basis"] = table["basis"].mask(better, BASIS)
    return table[stars.columns]


def _last_year(now: StarYear, before: StarYear, table: pd.DataFrame) -> pd.DataFrame:
    """Last year's rows under this year's identifiers; measures are the same when their names are."""
    twins = {}
    for measure in now.measures:
        for earlier in before.measures:
            if _same(measure, earlier):
                twins[earlier.id] = measure.id
    kept = table[table["measure"].isin(twins)]
    return pd.DataFrame(
        {
            "contract_id": kept["contract_id"],
            "measure": kept["measure"].map(twins),
            "last_star": kept["star"],
            "last_score": kept["score"],
        }
    )


def _same(measure: Measure, earlier: Measure) -> bool:
    return not measure.new and measure.part == earlier.part and same_name(measure.name, earlier.name)


def _hit(table: pd.DataFrame, contracts: pd.DataFrame, parameters: StarYear) -> pd.Series:
    """Cells of contracts whose disaster share in the measure's year reaches the rule's limit."""
    which = table["measure"].map({measure.id: measure.disaster for measure in parameters.measures})
    facts = contracts.set_index("contract_id")
    hit = pd.Series(False, index=table.index)
    for name in ("care_year", "survey_year"):
        share = table["contract_id"].map(facts[f"disaster_{name}"])
        hit |= which.eq(name) & share.ge(parameters.method.disaster_share)
    return hit
