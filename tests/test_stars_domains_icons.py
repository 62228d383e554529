"""Domain stars and icons, worked by hand (Technical Notes 2026, pages 10-11; 42 CFR 422.166(h))."""

import numpy as np
import pandas as pd
import pytest
from star_folders import write_folder

from auditkit.stars.domains import domain_stars
from auditkit.stars.grids import open_folder
from auditkit.stars.icons import icons
from auditkit.stars.reader import read_contracts, read_measure_stars


def _domain(tmp_path, contract, domain, values):
    tables = open_folder(write_folder(tmp_path / "x", 2025), 2025)
    stars, contracts = read_measure_stars(tables), read_contracts(tables)
    for measure, star in values.items():
        stars.loc[stars["contract_id"].eq(contract) & stars["measure"].eq(measure), "star"] = star
    table = domain_stars(stars, contracts, 2025).set_index(["contract_id", "domain"])
    return table.loc[(contract, domain)]


@pytest.mark.parametrize(
    ("values", "star"),
    [
        ({"C01": 4, "C02": 4}, 4),  # 4, 4, 3, 3: mean 3.5 rounds up
        ({"C01": 4}, 3),  # mean 3.25
        ({"C01": np.nan}, 3),  # HD1 has 4 measures: 4/2 + 1 = 3 are needed
        ({"C01": np.nan, "C02": np.nan}, None),
    ],
)
def test_an_even_domain_needs_half_and_one_more(tmp_path, values, star):
    row = _domain(tmp_path, "H0001", "HD1", values)
    assert (None if pd.isna(row["star"]) else row["star"]) == star
    assert row["needed"] == 3


def test_an_odd_domain_needs_half_rounded_up_and_counts_improvement(tmp_path):
    # HD4: complaints, members leaving, improvement; (3 + 1) / 2 = 2. Stars 5 and 2: 3.5, 4 stars.
    row = _domain(tmp_path, "H0001", "HD4", {"C25": 5, "C26": np.nan, "C27": 2})
    assert (row["needed"], row["measures"], row["star"]) == (2, 2, 4)


def test_what_is_not_required_gives_no_domain_star(tmp_path):
    assert pd.isna(_domain(tmp_path, "S0003", "HD1", {})["star"])
    assert _domain(tmp_path, "S0003", "HD1", {})["reason"] == "not rated or not required"
    assert (
        _domain(tmp_path, "H0001", "HD1", {"C01": np.nan, "C02": np.nan})["reason"]
        == "2 rated measures, 3 needed"
    )


RATINGS = pd.DataFrame(
    {
        "contract_id": ["A", "B", "C", "D"],
        "rated_as": ["ma_pd", "ma_only", "pdp", "ma_pd"],
        "part_c": [2.5, 5.0, np.nan, 4.0],
        "part_d": [4.0, np.nan, 2.5, 4.5],
        "overall": [3.5, np.nan, np.nan, 5.0],
    }
)


def test_high_performing_is_five_stars_in_the_highest_rating():
    assert icons(RATINGS, 2025)["high_performing"].tolist() == [False, True, False, True]


def test_low_performing_needs_three_low_years_and_says_when_they_are_not_at_hand():
    # A is low in Part C of 2025, was low in Part D of 2024 and in Part C of 2023; C has no 2023.
    history = pd.DataFrame(
        {
            "contract_id": ["A", "A", "C", "B"],
            "year": [2024, 2023, 2024, 2024],
            "part_c": [3.0, 2.0, np.nan, 1.0],
            "part_d": [2.5, 3.0, 2.0, np.nan],
        }
    )
    assert icons(RATINGS, 2025, history)["low_performing"].tolist() == ["yes", "no", "not known", "no"]
    better = history.assign(part_d=[3.0, 3.0, 3.0, 3.0], part_c=3.0)
    assert icons(RATINGS, 2025, better)["low_performing"].tolist() == ["no", "no", "no", "no"]
    assert icons(RATINGS, 2025)["low_performing"].tolist() == ["not known", "no", "not known", "no"]
