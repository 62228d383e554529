"""The scores of a star year's contracts, and whose scores shape a cut point."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from auditkit.rules.star_years import Measure, StarYear
from auditkit.stars.grids import open_folder
from auditkit.stars.reader import read_contracts, read_scores


@dataclass(frozen=True)
class Population:
    """A star year's contracts: scores as `reader.read_scores`, contracts as `reader.read_contracts`."""

    scores: pd.DataFrame
    contracts: pd.DataFrame


def read_population(folder: Path | str, year: int) -> Population:
    """Read the scores and contract facts of one of CMS's folders; InputError as the reader says."""
    opened = open_folder(folder, year)
    return Population(read_scores(opened), read_contracts(opened))


def scores_of(population: Population, year: StarYear, measure: Measure, group: str) -> np.ndarray:
    """Give the scores that shape the cut points of one measure for one group of contracts.

    Numbers only; Part D scores of MA-PD or of PDP contracts; without contracts at or above the
    star year's disaster share (60 percent through 2025; the rule ended with 2026).
    """
    contracts = population.contracts
    scores = population.scores
    scores = scores[(scores["measure"] == measure.id) & scores["score"].notna()]
    share = year.method.threshold_share
    if share is not None and measure.disaster != "none":
        contracts = contracts[~(contracts[f"disaster_{measure.disaster}"] >= share)]
    if group != "ALL":
        contracts = contracts[is_pdp(contracts) == (group == "PDP")]
    kept = scores[scores["contract_id"].isin(contracts["contract_id"])]
    return kept["score"].to_numpy(dtype=float)


def is_pdp(contracts: pd.DataFrame) -> pd.Series:
    """Tell which contracts are stand-alone drug plans: numbered S..., or called PDP (E... employer plans)."""
    named = contracts["organization_type"].str.contains("PDP", regex=False)
    return contracts["contract_id"].str.startswith("S") | named
