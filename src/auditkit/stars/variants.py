"""Ratings of one contract under many versions of its measure stars, all at once.

A version is a row of stars: today's, today's with one star more on a measure, one simulated season.
Every version is rated by `ratings.rate_year`, the one implementation of the method.
"""

import csv
from pathlib import Path

import numpy as np
import pandas as pd

from auditkit.errors import InputError
from auditkit.rules.star_years import StarYear
from auditkit.stars.ratings import rate_year

FACTS = (
    "snp",
    "puerto_rico_only",
    "disaster_care_year",
    "disaster_survey_year",
    "fac_part_c",
    "fac_part_d_mapd",
    "fac_overall",
)


def read_contract_facts(path: Path | None, contracts: list[str]) -> pd.DataFrame:
    """Give what a rating needs to know of each contract besides its measures, from the plan's own table.

    path: CSV with the columns contract, snp (Y or N), puerto_rico_only (Y or N), disaster_care_year,
    disaster_survey_year (percent of enrollees in disaster areas), fac_part_c, fac_part_d_mapd,
    fac_overall (final adjustment categories from HPMS, empty when not known), note. Without a file,
    or for a contract it does not name: a SNP without disaster and without known categories (no CAI).

    One row a contract in the order given, as `reader.read_contracts` has it, with `known` (the file
    names the contract). Raises InputError with file, row and column for a value that cannot be read.
    """
    given = _read_facts(path) if path and Path(path).exists() else {}
    unknown = {"snp": True, "puerto_rico_only": False, "disaster_care_year": 0.0, "disaster_survey_year": 0.0}
    rows = [
        {
            "contract_id": contract,
            "organization_type": "Local CCP",
            "known": contract in given,
            **dict.fromkeys(FACTS, np.nan),
            **unknown,
            "fac_part_d_pdp": np.nan,
            **given.get(contract, {}),
        }
        for contract in contracts
    ]
    return pd.DataFrame(rows)


def measure_matrix(measures: pd.DataFrame, contract: str, rules: StarYear) -> np.ndarray:
    """Give one contract's stars from `plan_year.measures_to_date`, in the order of the rules."""
    own = measures[measures["contract"] == contract].set_index("measure")["star"]
    return own.reindex([measure.id for measure in rules.measures]).to_numpy(dtype=float)


def rate_variants(stars: np.ndarray, facts: pd.Series, rules: StarYear) -> pd.DataFrame:
    """Give the ratings of each version of one contract's stars.

    stars: versions x measures, in the order of `rules.measures`, missing where a measure has no star.
    facts: the contract's row of `read_contract_facts`. Columns as `ratings.rate`, one row a version.
    """
    versions, count = stars.shape
    names = np.array([f"{facts['contract_id']}.{number:06d}" for number in range(versions)])
    long = pd.DataFrame(
        {
            "contract_id": np.repeat(names, count),
            "measure": np.tile([measure.id for measure in rules.measures], versions),
            "star": stars.ravel(),
            "message": None,
        }
    )
    contracts = pd.DataFrame([facts.to_dict()]).loc[[0] * versions].assign(contract_id=names)
    return rate_year(long, contracts.reset_index(drop=True), rules)


def _read_facts(path: Path) -> dict[str, dict]:
    with open(path, encoding="utf-8", newline="") as file:
        table = csv.DictReader(file)
        missing = sorted({"contract", *FACTS} - set(table.fieldnames or ()))
        if missing:
            raise InputError(
                f"{Path(path).name}: no column '{missing[0]}'; "
                f"the columns are contract, {', '.join(FACTS)}, note."
            )
        rows = list(table)
    given = {}
    for number, row in enumerate(rows, start=1):
        place = f"{Path(path).name}, row {number}"
        given[row["contract"]] = {name: _fact(name, row[name] or "", place) for name in FACTS}
    return given


def _fact(name: str, text: str, place: str) -> bool | float:
    if name in ("snp", "puerto_rico_only"):
        if text not in ("Y", "N"):
            raise InputError(
                f"{place}, column {name}: '{text}' found where Y or N is expected; mend the cell."
            )
        return text == "Y"
    if not text:
        return np.nan if name.startswith("fac_") else 0.0
    try:
        return float(text)
    except ValueError:
        raise InputError(
            f"{place}, column {name}: '{text}' found where a number is expected; mend the cell."
        ) from None
