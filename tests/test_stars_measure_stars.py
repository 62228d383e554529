"""Scores to measure stars: cut points, rounding, CAHPS table, disaster rule."""

import pandas as pd
import pytest
from star_folders import write_folder

from auditkit.errors import InputError
from auditkit.stars.cahps import cahps_stars
from auditkit.stars.disaster import BASIS, PriorYear, apply_disaster_rule
from auditkit.stars.from_scores import CAHPS_TABLE, assemble_stars, folder_stars_from_scores
from auditkit.stars.grids import open_folder
from auditkit.stars.measure_stars import original_stars, rules_cut_points, stars_from_scores
from auditkit.stars.reader import read_measure_stars

CONTRACTS = pd.DataFrame(
    {
        "contract_id": ["H1", "S1"],
        "organization_type": ["Local CCP", "PDP"],
        "disaster_care_year": [0, 0],
        "disaster_survey_year": [0, 0],
    }
)


def _star(measure, score, year=2025, contract="H1", message=None):
    scores = pd.DataFrame(
        {"contract_id": [contract], "measure": [measure], "score": [score], "message": [message]}
    )
    return stars_from_scores(scores, CONTRACTS, year).iloc[0]


@pytest.mark.parametrize(
    ("measure", "score", "star"),
    [
        ("C01", 52, 1),  # 2025 Breast Cancer Screening: 53, 67, 75, 82
        ("C01", 53, 2),
        ("C01", 81.499999, 4),  # rounds to 81
        ("C01", 81.5, 5),  # rounds half up to 82
        ("C15", 15, 1),  # readmissions, lower is better: 14, 12, 10, 8
        ("C15", 14, 2),
        ("C15", 8, 5),
        ("C25", 0.124, 5),  # complaints 1.39, 0.76, 0.37, 0.12 at two decimals: 0.12
        ("C25", 0.125, 4),  # 0.13
    ],
)
def test_a_score_reaches_a_star_at_its_cut_point(measure, score, star):
    assert _star(measure, score)["star"] == star


def test_part_d_has_cut_points_of_its_own_for_pdps():
    # D01 2025: 74% is 3 stars for an MA-PD (40, 74, 90, 100) and 2 for a PDP (70, 85, 98, 100).
    assert _star("D01", 74)["star"] == 3
    assert _star("D01", 74, contract="S1")["star"] == 2


def test_a_data_issue_is_one_star_and_other_messages_none():
    issue = _star("C05", None, message="CMS identified issues with this plan's data")
    assert (issue["star"], issue["basis"]) == (1, "data issue")
    assert pd.isna(_star("C05", None, message="Plan too new to be measured")["star"])


def test_what_a_star_rests_on_is_said():
    assert _star("C01", 70)["basis"] == "cut points"
    assert _star("C19", 80)["basis"] == "CAHPS base group"
    assert (
        _star("C27", None, message="Medicare shows only a Star Rating for this topic")["basis"]
        == "not computable"
    )
    assert _star("D05", 80, year=2023, contract="S1")["basis"] == "not computable"  # no PDP limits known


# C19 Getting Needed Care 2025: base-group limits 77, 79, 82, 83.
@pytest.mark.parametrize(
    ("score", "significance", "low", "star"),
    [
        (80.0, "none", "no", 3),  # base group 3
        (80.0, "below", "no", 2),
        (80.0, "above", "yes", 4),
        (82.4, "below", "yes", 3),  # base group 4
        (83.6, "above", "no", 5),  # base group 5, within one standard error of 83
        (84.5, "above", "yes", 5),  # more than one standard error above 83
        (83.6, "above", "yes", 4),
        (76.4, "below", "no", 1),  # base group 1, within one standard error of 77
        (76.4, "below", "yes", 2),
        (75.0, "below", "yes", 1),  # more than one standard error below 77
        (75.0, "none", "no", 2),
    ],
)
def test_cahps_star_by_the_full_table(score, significance, low, star):
    detail = pd.DataFrame(
        {
            "contract_id": ["H1"],
            "measure": ["C19"],
            "group": ["ALL"],
            "score": [score],
            "standard_error": [1.0],
            "reliability": [0.7],
            "significance": [significance],
            "low_reliability": [low],
        }
    )
    assert cahps_stars(detail, rules_cut_points(2025), 2025)["star"].iloc[0] == star


def test_cahps_reliability_by_the_published_twelve_percent_limits():
    # C22 of 2026: 0.725813. Reliability 0.72 is low, 0.73 is not, 0.59 gives no star at all.
    # Base group 2, not significantly different: 3 stars when reliability is low, else 2.
    detail = pd.DataFrame(
        {
            "contract_id": ["A", "B", "C"],
            "measure": "C22",
            "group": "ALL",
            "score": 79.0,
            "standard_error": 1.0,
            "reliability": [0.72, 0.73, 0.59],
            "significance": "none",
        }
    )
    stars = cahps_stars(detail, rules_cut_points(2026), 2026)["star"]
    assert stars[0] == 3 and stars[1] == 2 and pd.isna(stars[2])
    with pytest.raises(
        InputError, match="12 percent reliability limits of 2025 are not known; add the column"
    ):
        cahps_stars(detail.assign(measure="C19"), rules_cut_points(2025), 2025)
    with pytest.raises(InputError, match="no column reliability"):
        cahps_stars(detail.drop(columns="reliability"), rules_cut_points(2026), 2026)


def _disaster(score, star, last_score, last_star, share=25, measure="C01", as_shown=False, message=None):
    contracts = CONTRACTS.assign(disaster_care_year=share)
    stars = pd.DataFrame(
        {
            "contract_id": ["H1"],
            "measure": [measure],
            "score": [score],
            "message": [message],
            "star": [star],
            "basis": ["cut points"],
        }
    )
    last = pd.DataFrame(
        {"contract_id": ["H1"], "measure": [measure], "star": [last_star], "score": [last_score]}
    )
    return apply_disaster_rule(stars, contracts, 2025, PriorYear(2024, last), as_shown).iloc[0]


def test_after_a_disaster_the_better_year_counts_with_its_score():
    row = _disaster(70.0, 3.0, 76.0, 4.0)
    assert (row["star"], row["score"], row["basis"]) == (4, 76, BASIS)


@pytest.mark.parametrize(
    "case",
    [
        {"share": 24},  # under 25 percent
        {"star": 4.0},  # a tie keeps this year's
        {"last_star": float("nan")},  # nothing last year
        {"star": float("nan")},  # nothing this year
        {"measure": "C30"},  # call center: never adjusted (C30 was C30 in 2024 too)
        {"as_shown": True},  # CMS shows this year's score, so this year's star counted
        {"message": "CMS identified issues with this plan's data"},
    ],
)
def test_else_this_year_counts(case):
    given = {"score": 70.0, "star": 3.0, "last_score": 76.0, "last_star": 4.0} | case
    row = _disaster(**given)
    assert row["basis"] == "cut points" and row["score"] == 70


def test_last_years_measure_is_found_by_name_not_by_number():
    # Getting Needed Care: C19 in 2025, C22 in 2026. C19 of 2026 is another measure (statin therapy).
    contracts = CONTRACTS.assign(disaster_care_year=30)
    stars = pd.DataFrame(
        {
            "contract_id": ["H1", "H1"],
            "measure": ["C22", "C19"],
            "score": 80.0,
            "message": None,
            "star": 3.0,
            "basis": "x",
        }
    )
    last = pd.DataFrame({"contract_id": ["H1"], "measure": ["C19"], "star": [5.0], "score": [85.0]})
    table = apply_disaster_rule(stars, contracts, 2026, PriorYear(2025, last), False).set_index("measure")
    assert table["star"].to_dict() == {"C22": 5, "C19": 3}


def test_improvement_stars_are_taken_and_cahps_detail_counts(tmp_path):
    tables = open_folder(write_folder(tmp_path / "x", 2025), 2025)
    stars = folder_stars_from_scores(tables).set_index(["contract_id", "measure"])
    assert stars.loc[("H0001", "C27"), "star"] == 3
    assert stars.loc[("H0001", "C27"), "basis"] == "as CMS shows it"
    detail = pd.DataFrame(
        {
            "contract_id": ["H1"],
            "measure": ["C19"],
            "group": ["ALL"],
            "score": [80.0],
            "standard_error": [1.0],
            "reliability": [0.9],
            "significance": ["above"],
            "low_reliability": ["no"],
        }
    )
    scores = pd.DataFrame({"contract_id": ["H1"], "measure": ["C19"], "score": [80.0], "message": [None]})
    row = assemble_stars(scores, CONTRACTS, 2025, rules_cut_points(2025), cahps_detail=detail).iloc[0]
    assert (row["star"], row["basis"]) == (4, CAHPS_TABLE)


def test_original_stars_of_the_recalculated_year(tmp_path):
    # C25 complaints 2024: July cut points 1.46, 0.83, 0.44, 0.14; October 2023: 0.75, 0.50, 0.32, 0.14.
    # A score of 0.80 is 3 stars in July and 1 in October. Shown 3: the original is 1. Shown 1: kept.
    contracts = CONTRACTS.assign(organization_type="Local CCP")
    scores = pd.DataFrame({"contract_id": ["H1", "S1"], "measure": "C25", "score": 0.80, "message": None})
    shown = pd.DataFrame({"contract_id": ["H1", "S1"], "measure": "C25", "star": [3.0, 1.0], "message": None})
    table = original_stars(shown, scores, contracts, 2024)
    assert table["star"].tolist() == [1, 1]
    assert table["kept"].tolist() == [False, True]


def test_a_folders_own_stars_agree_with_its_scores(tmp_path):
    # The folder's scores stand exactly on the 3-star cut points.
    tables = open_folder(write_folder(tmp_path / "x", 2026), 2026)
    shown = read_measure_stars(tables).merge(folder_stars_from_scores(tables), on=["contract_id", "measure"])
    rated = shown[shown["star_x"].notna()]
    assert rated["star_x"].eq(rated["star_y"]).all() and len(rated) > 150
