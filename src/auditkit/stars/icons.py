"""High and low performing icons (42 CFR 422.166(h), 423.186(h)).

High: the highest rating is 5 stars. Low: the Part C or the Part D summary rating is 2.5 stars or
less in each of the last three years, so two earlier years are needed to say so.
"""

import numpy as np
import pandas as pd

HIGHEST = {"ma_pd": "overall", "ma_only": "part_c", "pdp": "part_d"}
_LOW = 2.5


def icons(ratings: pd.DataFrame, year: int, history: pd.DataFrame | None = None) -> pd.DataFrame:
    """Icons of each contract.

    ratings: as `auditkit.stars.ratings.rate` gives them. history: contract_id, year, part_c,
    part_d of earlier years, as far as known.
    Gives contract_id, high_performing (True or False) and low_performing: 'yes', 'no' or 'not
    known' where the years at hand are all low and one of the two earlier years is missing.
    """
    highest = ratings["rated_as"].map(HIGHEST)
    value = pd.Series(np.nan, index=ratings.index)
    for name in HIGHEST.values():
        value = value.mask(highest.eq(name), ratings[name])
    low_now = _low(ratings)
    low, known = low_now.copy(), pd.Series(True, index=ratings.index)
    for earlier in (year - 1, year - 2):
        state = _state(ratings["contract_id"], earlier, history)
        low &= state.ne("not low")
        known &= state.ne("missing")
    answer = pd.Series("no", index=ratings.index).mask(low, "not known").mask(low & known, "yes")
    return pd.DataFrame(
        {
            "contract_id": ratings["contract_id"],
            "high_performing": value.eq(5),
            "low_performing": answer,
        }
    )


def _low(table: pd.DataFrame) -> pd.Series:
    return table["part_c"].le(_LOW) | table["part_d"].le(_LOW)


def _state(contracts: pd.Series, year: int, history: pd.DataFrame | None) -> pd.Series:
    """'low', 'not low' or 'missing' (the year is not at hand for the contract)."""
    if history is None:
        return pd.Series("missing", index=contracts.index)
    rows = history[history["year"].eq(year)].drop_duplicates("contract_id").set_index("contract_id")
    low = contracts.map(_low(rows)) if len(rows) else pd.Series(np.nan, index=contracts.index)
    return low.map({True: "low", False: "not low"}).fillna("missing")
