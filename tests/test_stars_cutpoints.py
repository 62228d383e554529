"""Cut points: fences, Ward's clustering, mean resampling, and the published ones of real years."""

import os
from pathlib import Path

import numpy as np
import pytest
from scipy.cluster.hierarchy import fcluster, linkage

from auditkit.rules.star_years import load_star_year
from auditkit.stars import clustering
from auditkit.stars.cutpoints import agreement, cut_points, cut_points_of_population
from auditkit.stars.population import Population, read_population, scores_of
from auditkit.stars.ward import cluster_ranges

DATA = Path(os.environ.get("AUDITKIT_DATA", Path(__file__).parents[2] / "shared" / "data")) / "star_ratings"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="CMS's public Star Ratings folders are not here")


def one_sample(scores):
    values, counts = np.unique(scores, return_counts=True)
    return values, counts[None, :]


def test_fences_of_eight_scores():
    # 1..8: a quarter of 8 is 2, a whole number, so SAS takes the mean of the 2nd and 3rd: Q1 = 2.5, and
    # Q3 = 6.5. IQR = 4, fences 2.5 - 12 = -9.5 and 6.5 + 12 = 18.5.
    assert clustering.outer_fences(np.arange(1.0, 9.0)) == (-9.5, 18.5)


def test_fences_of_seven_scores_and_the_range_of_the_measure():
    # 1..7: 7/4 = 1.75, so Q1 is the 2nd value = 2 and Q3 the 6th = 6; fences 2 - 12 and 6 + 12.
    assert clustering.outer_fences(np.arange(1.0, 8.0)) == (-10, 18)
    assert clustering.outer_fences(np.arange(1.0, 8.0), lowest=0, highest=15) == (0, 15)


def test_outliers_outside_an_interquartile_range_of_zero_all_go():
    scores = np.array([99.0] * 12 + [98.0, 100.0])
    assert clustering.outer_fences(scores) == (99, 99)
    assert set(clustering.inside_fences(scores, (99, 99))) == {99}


def test_half_is_rounded_up():
    assert clustering.round_half_up(83.5, 0) == 84
    assert clustering.round_half_up(83.499999, 0) == 83
    assert clustering.round_half_up(0.125, 2) == 0.13
    assert clustering.round_half_up(2.675, 2) == 2.68  # stored as 2.67499999...


def test_five_plain_clusters():
    low, high = cluster_ranges(*one_sample([10, 11, 20, 21, 40, 41, 60, 61, 90]), clusters=5)
    assert low.tolist() == [[10, 20, 40, 60, 90]]
    assert high.tolist() == [[11, 21, 41, 61, 90]]


def test_a_heavy_score_is_costlier_to_move_than_a_light_one():
    # Two clusters of 0 (1 contract), 10 (1 contract), 19 (30 contracts). Joining 0 and 10 costs
    # 1*1/2 * 100 = 50; joining 10 and 19 costs 1*30/31 * 81 = 78.4. So 0 and 10 are joined.
    low, _ = cluster_ranges(np.array([0.0, 10.0, 19.0]), np.array([[1, 1, 30]]), clusters=2)
    assert low.tolist() == [[0, 19]]
    # With one contract on each the second pair is cheaper: 1*1/2 * 81 = 40.5.
    low, _ = cluster_ranges(np.array([0.0, 10.0, 19.0]), np.array([[1, 1, 1]]), clusters=2)
    assert low.tolist() == [[0, 10]]


@pytest.mark.parametrize("seed", range(25))
def test_equal_to_scipy(seed):
    # Scores without ties in distance, some of them shared by several contracts.
    generator = np.random.default_rng(seed)
    scores = np.repeat(generator.normal(70, 12, 60), generator.integers(1, 5, 60))
    labels = fcluster(linkage(scores[:, None], "ward"), 5, "maxclust")
    expected = sorted((scores[labels == label].min(), scores[labels == label].max()) for label in range(1, 6))
    low, high = cluster_ranges(*one_sample(scores), clusters=5)
    assert list(zip(low[0], high[0], strict=True)) == expected


def test_samples_side_by_side_equal_samples_alone():
    generator = np.random.default_rng(7)
    values = np.sort(generator.normal(size=30))
    counts = generator.integers(0, 4, (12, 30))
    low, high = cluster_ranges(values, counts, 5)
    for row in range(12):
        alone = cluster_ranges(values, counts[row : row + 1], 5)
        np.testing.assert_array_equal(low[row], alone[0][0])
        np.testing.assert_array_equal(high[row], alone[1][0])


def test_each_contract_is_left_out_of_one_run_in_ten():
    scores = np.array([50.0] * 7 + [60.0] * 13 + [70.0] * 3)
    values, runs = clustering.leave_one_group_out(scores, 4, np.random.default_rng(1))
    assert values.tolist() == [50, 60, 70]
    assert runs.shape == (40, 3)
    # Over the ten runs of a partition every contract is present nine times.
    assert runs.reshape(4, 10, 3).sum(axis=1).tolist() == [[63, 117, 27]] * 4
    # 23 contracts in ten groups: groups of 2 or 3, so 20 or 21 are left in.
    assert set(runs.sum(axis=1)) == {20, 21}


def test_cut_point_is_the_lowest_score_of_a_cluster_or_the_highest_where_lower_is_better():
    scores = np.repeat([10.0, 30.0, 50.0, 70.0, 90.0], 20)
    generator = np.random.default_rng(0)
    assert clustering.resampled_cut_points(scores, "higher", 3, generator).tolist() == [[30, 50, 70, 90]] * 3
    assert clustering.resampled_cut_points(scores, "lower", 3, generator).tolist() == [[70, 50, 30, 10]] * 3


def test_one_cluster_left_as_in_mpf_price_accuracy_2026():
    # The 2026 Technical Notes print 0, 0, 0, 99 where the fences left only contracts with 99.
    cuts = clustering.resampled_cut_points(np.full(40, 99.0), "higher", 2, np.random.default_rng(0))
    assert cuts.tolist() == [[0, 0, 0, 99]] * 2


def test_improvement_cut_points_split_at_no_net_change():
    # Losses in two clusters (-0.6, -0.2), gains in three (0.1, 0.4, 0.8): 2 stars from the lowest of the
    # upper loss cluster, 3 stars from zero, 4 and 5 stars from the lowest of the upper gain clusters.
    scores = np.repeat([-0.6, -0.2, 0.1, 0.4, 0.8], 20)
    cuts = clustering.improvement_cut_points(scores, 2, np.random.default_rng(0))
    assert cuts.tolist() == [[-0.2, 0, 0.4, 0.8]] * 2


@needs_data
def test_contracts_in_disaster_areas_shape_no_cut_points_in_2025():
    year = load_star_year(2025)
    population = read_population(DATA / "2025", 2025)
    measure = year.measure("C01")
    before = scores_of(population, year, measure, "ALL")
    struck = population.contracts.assign(disaster_care_year=60.0)
    assert len(before) > 400
    assert len(scores_of(Population(population.scores, struck), year, measure, "ALL")) == 0
    near = population.contracts.assign(disaster_care_year=59.0)
    assert len(scores_of(Population(population.scores, near), year, measure, "ALL")) >= len(before)


@needs_data
def test_cut_points_of_2025_beside_the_published_ones(measured):
    table = cut_points(DATA / "2025", 2025, prior=DATA / "2024")
    counted = agreement(table)
    measured(counted.round(3).to_string(index=False))
    percent = counted[counted["scale"] == "0 to 100"]
    assert percent["cut_points"].sum() == 148
    # An independent reproduction with SciPy reached 60 percent exact and 91 percent within one point.
    assert percent["exact"].sum() / 148 >= 0.55
    assert percent["within_1"].sum() / 148 >= 0.89
    # Complaints: all cut points were set by the guardrail or by a cluster, and all are exact.
    complaints = counted[counted["scale"] != "0 to 100"]
    assert (complaints["exact"].sum(), complaints["cut_points"].sum()) == (12, 12)


@needs_data
def test_without_last_years_scores_no_complaints_cut_point_is_claimed():
    table = cut_points(DATA / "2025", 2025, partitions=1)
    complaints = table[table["name"].str.startswith("Complaints")]
    assert complaints["cut_point"].isna().all() and complaints["before_guardrails"].notna().all()
    assert set(agreement(table)["scale"]) == {"0 to 100"}


@needs_data
def test_same_seed_same_cut_points():
    population = read_population(DATA / "2024", 2024)
    year = load_star_year(2024)
    first = cut_points_of_population(population, year, partitions=2, seed=5)
    again = cut_points_of_population(population, year, partitions=2, seed=5)
    other = cut_points_of_population(population, year, partitions=2, seed=6)
    assert first.equals(again)
    assert not first["clustered"].equals(other["clustered"])
