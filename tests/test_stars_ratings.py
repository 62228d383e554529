"""Measure stars to ratings, worked by hand (Technical Notes 2026, pages 12-23 and Attachment H)."""

import numpy as np
import pandas as pd
import pytest
from star_folders import write_folder

from auditkit.errors import InputError
from auditkit.rules.star_years import load_star_year
from auditkit.stars.grids import open_folder
from auditkit.stars.legs import (
    LEGS,
    half_star,
    reward_factor,
    thresholds,
    weighted_mean_and_variance,
)
from auditkit.stars.ratings import rate
from auditkit.stars.reader import read_contracts, read_measure_stars


def _tables(tmp_path, year, changes=None, star=3):
    tables = open_folder(write_folder(tmp_path / f"{year}", year, star, changes), year)
    return read_measure_stars(tables), read_contracts(tables)


def _set(stars, contract, values):
    """Give these measures of a contract these stars."""
    stars = stars.copy()
    for measure, star in values.items():
        stars.loc[stars["contract_id"].eq(contract) & stars["measure"].eq(measure), "star"] = star
    return stars


def _row(ratings, contract):
    return ratings.set_index("contract_id").loc[contract]


def test_mean_and_variance_by_hand():
    # Stars 5, 3, 4 with weights 3, 1, 1: mean (15+3+4)/5 = 4.4.
    # Variance 3/((3-1)*5) * (3*0.36 + 1*1.96 + 1*0.16) = 0.3 * 3.2 = 0.96. The missing star is no measure.
    stars = np.array([[5.0, 3.0, 4.0, np.nan]])
    mean, variance = weighted_mean_and_variance(stars, np.array([[3.0, 1.0, 1.0, 5.0]]))
    assert mean[0] == pytest.approx(4.4)
    assert variance[0] == pytest.approx(0.96)


@pytest.mark.parametrize(
    ("value", "stars"),
    [(3.249999, 3.0), (3.25, 3.5), (3.749999, 3.5), (3.75, 4.0), (5.4, 5.0), (0.1 + 0.65, 1.0)],
)
def test_quarters_round_up(value, stars):
    assert half_star(np.array([value]))[0] == stars


def test_reward_factor_at_the_limits():
    # Overall 2025 with improvement: means 3.646465 and 3.949495, variances 0.828220 and 1.240423.
    limits = thresholds("overall", LEGS[0], np.array([]), np.array([]), load_star_year(2025), False)
    cases = {
        (3.949495, 0.828219): 0.4,
        (3.949495, 0.828220): 0.3,
        (3.9494949, 0.5): 0.4,  # compared at six decimals: 3.949495 to CMS
        (3.949494, 0.5): 0.2,
        (3.646465, 1.240422): 0.1,
        (3.646465, 1.240423): 0.0,
        (3.646464, 0.1): 0.0,
    }
    for (mean, variance), reward in cases.items():
        assert reward_factor(np.array([mean]), np.array([variance]), limits)[0] == reward, (mean, variance)


def test_thresholds_nobody_published_are_percentiles_as_sas_takes_them():
    # Ten means 1..10: 65% is 6.5 -> the 7th; 85% is 8.5 -> the 9th; 30% is 3 -> between 3rd and 4th.
    values = np.arange(1.0, 11.0)
    limits = thresholds("overall", LEGS[0], values, values, load_star_year(2022), False)
    assert (limits.relatively_high_mean, limits.high_mean) == (7, 9)
    assert (limits.low_variance, limits.high_variance) == (3.5, 7.5)


def test_all_threes_is_three_in_every_rating(tmp_path):
    # Mean 3, variance 0, no reward below the 65th percentile; CAI of 2025 category 1 (Part C) is -0.037897.
    row = _row(rate(*_tables(tmp_path, 2025), 2025), "H0001")
    assert (row["part_c"], row["part_d"], row["overall"]) == (3, 3, 3)
    assert row["part_c_unrounded"] == pytest.approx(3 - 0.037897)
    assert row["part_c_variance"] == 0


def test_what_a_contract_is_rated_as(tmp_path):
    ratings = rate(*_tables(tmp_path, 2025), 2025)
    assert ratings["rated_as"].tolist() == ["ma_pd", "ma_pd", "pdp", "ma_only", "not_rated"]
    assert (
        _row(ratings, "S0003")[["part_c_reason", "overall_reason"]].tolist()
        == ["a PDP has no such rating"] * 2
    )
    assert _row(ratings, "H0004")["overall_reason"] == "an MA-only contract has no such rating"
    assert _row(ratings, "H0005")[["part_c", "part_d", "overall"]].isna().all()


def test_complaints_and_leaving_count_once_in_the_overall_rating(tmp_path):
    # D02 and D03 at 5 stars move Part D, and must not move the overall rating, where C25 and C26 stand
    # for them.
    stars, contracts = _tables(tmp_path, 2025)
    before = _row(rate(stars, contracts, 2025), "H0001")
    after = _row(rate(_set(stars, "H0001", {"D02": 5, "D03": 5}), contracts, 2025), "H0001")
    assert after["part_d_mean"] > before["part_d_mean"]
    assert after["overall_mean"] == before["overall_mean"]


def test_snp_measures_do_not_count_without_a_snp(tmp_path):
    stars, contracts = _tables(tmp_path, 2025)
    stars = _set(stars, "H0001", {"C05": 5})  # has a score of a SNP it no longer offers
    assert _row(rate(stars, contracts, 2025), "H0001")["part_c_mean"] == 3


def test_adherence_weighs_nothing_in_puerto_rico(tmp_path):
    # 2025 Part D weights: D01-D03 4 each, D04 5, D05-D06 4 each, D07 1, D08-D10 3 each, D11, D12 1.
    # 37 in all. All 3 stars but adherence 5: (28*3 + 9*5) / 37. With adherence at weight 0: 3.
    stars, contracts = _tables(tmp_path, 2025)
    stars = _set(stars, "H0001", {"D08": 5, "D09": 5, "D10": 5})
    assert _row(rate(stars, contracts, 2025), "H0001")["part_d_mean"] == pytest.approx((28 * 3 + 9 * 5) / 37)
    contracts["puerto_rico_only"] = True
    assert _row(rate(stars, contracts, 2025), "H0001")["part_d_mean"] == 3


def test_improvement_is_dropped_only_from_the_highest_rating_at_four_stars_or_more(tmp_path):
    # All 4 stars, improvement 1 star. Overall weights 99 in all, 89 without improvement. Without: mean 4,
    # variance 0, reward 0.4 (4 is at or above 3.977528), CAI -0.058127: 4.341873, 4.5 stars. With: mean
    # 4 - 30/99 = 3.697, reward 0.1 or 0.2 at most: 4 stars at most. The overall rating takes the better;
    # Part C and Part D of an MA-PD keep the improvement measure whatever it costs.
    stars, contracts = _tables(tmp_path, 2025, star=4)
    stars = _set(stars, "H0001", {"C27": 1, "D04": 1})
    row = _row(rate(stars, contracts, 2025), "H0001")
    assert row["overall_leg"] == "no_improvement"
    assert row["overall"] == row["overall_no_improvement_stars"] == 4.5
    assert row["part_c_leg"] == row["part_d_leg"] == "improvement"
    assert row["part_c_mean"] == pytest.approx(4 - 15 / 70)


def test_below_four_stars_improvement_stays_in(tmp_path):
    stars, contracts = _tables(tmp_path, 2025)
    row = _row(rate(_set(stars, "H0001", {"C27": 1, "D04": 1}), contracts, 2025), "H0001")
    assert row["overall_no_improvement_stars"] > row["overall"]
    assert row["overall_leg"] == "improvement"


def test_in_2022_every_rating_takes_the_better_of_with_and_without(tmp_path):
    # Part C weights without SNP: 42, of which improvement 5. C17 to C20 (2 each) at 2 stars, improvement
    # at 1. Without: 3 - 8/37 = 2.783784, CAI -0.009257: 3 stars. With: 3 - 18/42 = 2.571429: 2.5 stars.
    stars, contracts = _tables(tmp_path, 2022)
    stars = _set(stars, "H0001", {"C17": 2, "C18": 2, "C19": 2, "C20": 2, "C25": 1})
    row = _row(rate(stars, contracts, 2022), "H0001")
    assert row["part_c_improvement_stars"] == 2.5
    assert (row["part_c_leg"], row["part_c"]) == ("no_improvement", 3)


@pytest.mark.parametrize(
    ("care", "survey", "rated", "leg"),
    [
        ("24", "24", ("C04", "C13"), "improvement"),
        ("25", "0", ("C13",), "improvement_no_new"),  # KED (HEDIS) counts the care year
        ("0", "25", ("C13",), "improvement"),
        ("0", "25", ("C04", "C13"), "improvement_no_new"),  # an HOS measure counts the survey year
    ],
)
def test_new_measures_are_dropped_after_the_disaster_of_their_own_year(tmp_path, care, survey, rated, leg):
    # 2026: two new HOS measures (C04, C05; disasters of 2023), one new HEDIS measure (C13; of 2024).
    # The rated new ones have 1 star; C30 (weight 5), C22 (2) and C01 (1) have 2, all others 3. Without
    # the new ones: 3 - 8/48 = 2.833333, CAI -0.058259: 3 stars. With C13 alone: 3 - 10/49 = 2.795918:
    # 2.737659, 2.5 stars; with C04 too: 3 - 12/50: 2.5 stars.
    changes = {("summary", "H0001", "2024 Disaster %"): care, ("summary", "H0001", "2023 Disaster %"): survey}
    stars, contracts = _tables(tmp_path, 2026, changes)
    stars = _set(stars, "H0001", {m: 1 if m in rated else np.nan for m in ("C04", "C05", "C13")})
    stars = _set(stars, "H0001", {"C30": 2, "C22": 2, "C01": 2})
    row = _row(rate(stars, contracts, 2026), "H0001")
    assert row["part_c_leg"] == leg
    assert row["part_c"] == (2.5 if leg == "improvement" else 3)


def test_too_few_rated_measures_give_no_rating_and_say_so(tmp_path):
    # A contract without SNP needs 13 Part C measures in 2025, improvement not counted.
    stars, contracts = _tables(tmp_path, 2025)
    part_c = [f"C{number:02d}" for number in range(1, 31)]
    stars = _set(stars, "H0001", dict.fromkeys(part_c, np.nan))
    twelve = [name for name in part_c if name not in ("C05", "C06", "C07", "C27")][:12]
    stars = _set(stars, "H0001", dict.fromkeys([*twelve, "C27"], 4))
    row = _row(rate(stars, contracts, 2025), "H0001")
    assert pd.isna(row["part_c"]) and row["part_c_reason"] == "12 rated measures, 13 needed"
    assert pd.isna(row["overall"]) and row["overall_reason"] == "Part C or Part D has no rating"
    row = _row(rate(_set(stars, "H0001", {"C30": 4}), contracts, 2025), "H0001")
    assert row["part_c"] >= 4


def test_a_snp_contract_without_surveys_is_rated_and_the_presumption_is_said(tmp_path):
    stars, contracts = _tables(tmp_path, 2025)
    surveys = [m.id for m in load_star_year(2025).measures if m.source in ("CAHPS", "HEDIS-HOS")]
    stars = _set(stars, "H0002", dict.fromkeys(surveys + ["C08", "C14", "C15", "C16", "C17", "C18"], np.nan))
    row = _row(rate(stars, contracts, 2025), "H0002")
    assert row["contract_type"] == "ccp_only_isnp"
    assert row["part_c"] == 3 and "presumed" in row["part_c_reason"]


def test_a_recalculated_year_keeps_the_higher_of_two_ratings(tmp_path):
    stars, contracts = _tables(tmp_path, 2024)
    higher = _set(stars, "H0001", dict.fromkeys(stars["measure"].unique(), 5)).assign(kept=False)
    row = _row(rate(stars, contracts, 2024, original_stars=higher), "H0001")
    assert row["overall"] == 5 and "original rating is higher" in row["overall_reason"]
    lower = _set(stars, "H0001", dict.fromkeys(stars["measure"].unique(), 1)).assign(kept=False)
    assert _row(rate(stars, contracts, 2024, original_stars=lower), "H0001")["overall"] == 3


def test_missing_cai_values_are_one_sentence(tmp_path):
    with pytest.raises(
        InputError, match="Star year 2027: no CAI values for part_c .*add them to rules/stars/2027"
    ):
        rate(*_tables(tmp_path, 2027), 2027)


def test_a_category_without_a_value_is_one_sentence(tmp_path):
    stars, contracts = _tables(tmp_path, 2025)
    contracts["fac_part_c"] = 9.0
    with pytest.raises(InputError, match="category 9 of part_c has no CAI value in rules/stars/2025"):
        rate(stars, contracts, 2025)
