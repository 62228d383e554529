"""The outlook: simulated seasons, chances, what a star is worth, what-if, scenarios, the workbook."""

import numpy as np
import openpyxl
import pandas as pd
import pytest

from auditkit.errors import InputError
from auditkit.rules import star_scenarios
from auditkit.rules.star_years import known_years, load_star_year
from auditkit.stars.legs import half_star
from auditkit.stars.outlook import ratings_today, scenario_ratings, worth_of_a_star
from auditkit.stars.plan_year import measures_to_date
from auditkit.stars.seasons import backtest, past_moves, season_cut_points
from auditkit.stars.simulate import chances, expected, season_ratings, season_stars
from auditkit.stars.star_workbook import write_star_workbook
from auditkit.stars.variants import rate_variants, read_contract_facts
from auditkit.stars.what_if import read_what_if, what_if

RULES = load_star_year(2026)
YEARS = [load_star_year(year) for year in known_years()]


def plan(stars=3, contract="H9901", **special):
    """A quality table in which every measure has the same given star, but for those named."""
    rows = [
        {
            "contract": contract,
            "measure": measure.id,
            "measurement_year": 2026,
            "as_of_date": "2026/09/30",
            "numerator": None,
            "denominator": None,
            "score": None,
            "star": special.get(measure.id, stars),
        }
        for measure in RULES.measures
    ]
    return pd.DataFrame(rows)


def with_counts(table, measure, numerator, denominator):
    at = table["measure"] == measure
    table.loc[at, ["numerator", "denominator", "star"]] = [numerator, denominator, None]
    return table


def no_facts(contracts=("H9901",)):
    return read_contract_facts(None, list(contracts))


# ---- seasons of cut points


def test_past_moves_count_harder_as_positive_whatever_the_direction():
    # 2025 to 2026, cut points of 2 to 5 stars. Breast cancer screening 53, 67, 75, 82 to 58, 71, 76, 84 is
    # harder by 5, 4, 1, 2. Complaints 1.39, 0.76, 0.37, 0.12 to 1.34, 0.71, 0.32, 0.11 per 1,000 is
    # harder too, by 0.05, 0.05, 0.05, 0.01.
    pool = past_moves([load_star_year(2025), load_star_year(2026)])[0]
    assert [5, 4, 1, 2] in pool["clustering, wide"].tolist()
    complaints = pool["clustering, rate_per_1000"].round(2).tolist()
    assert [0.05, 0.05, 0.05, 0.01] in complaints


def test_seasons_keep_order_scale_guardrails_and_seed():
    pools = past_moves(YEARS)
    first = season_cut_points(RULES, pools, "MA-PD", 200, np.random.default_rng(1))
    again = season_cut_points(RULES, pools, "MA-PD", 200, np.random.default_rng(1))
    other = season_cut_points(RULES, pools, "MA-PD", 200, np.random.default_rng(2))
    assert all((first[name] == again[name]).all() for name in first)
    assert any((first[name] != other[name]).any() for name in first)
    assert "C30" not in first and "D04" not in first  # improvement
    for measure in RULES.measures:
        if measure.id not in first:
            continue
        cuts = first[measure.id] * (1 if measure.direction == "higher" else -1)
        assert (np.diff(cuts, axis=1) >= 0).all(), measure.id
        assert first[measure.id].min() >= 0
        if measure.guardrails and measure.scale == "percent":
            last = [next(iter(measure.cut_points.values()))[star] for star in (2, 3, 4, 5)]
            assert (np.abs(first[measure.id] - last) <= 5).all(), measure.id


def test_backtest_shows_that_the_interval_holds(measured):
    table = backtest(YEARS, seasons=400)
    measured(table.round(3).to_string(index=False))
    assert table["star_year"].tolist() == [2024, 2025, 2026, 2027]
    # An 80 percent interval should hold about 80 percent; too wide would be no better than too narrow.
    assert table["inside_80"].between(0.75, 0.95).all()
    assert (table["error"] <= table["error_unchanged"]).all()


# ---- simulated ratings


def test_without_uncertainty_every_season_is_today():
    # All stars given and cut points that never move: every season must end at today's rating.
    measures = measures_to_date(plan(3), RULES, RULES)
    still = [{kind: np.zeros((1, 4)) for kind in past_moves(YEARS)[-1]}]
    seasons = season_ratings(measures, no_facts(), RULES, still, seasons=20)
    assert seasons["overall"].tolist() == [3.0] * 20
    table = chances(seasons)
    overall = table[table["rating"] == "overall"].iloc[0]
    assert (overall["stars"], overall["chance"]) == (3.0, 1.0)
    # 20 of 20: the 95 percent interval still reaches down to 20 / (20 + 1.96^2) = 0.839.
    assert round(overall["low"], 3) == 0.839 and round(overall["high"], 6) == 1.0


def test_a_rate_near_its_cut_point_is_uncertain_and_a_large_one_less_so():
    # 76 percent of 100 members and of 100,000, with the 4-star cut point at 76 and cut points standing still.
    still = {"C01": np.tile([58.0, 71, 76, 84], (2000, 1))}
    shares = {}
    for members in (100, 100_000):
        measures = measures_to_date(with_counts(plan(3), "C01", 0.77 * members, members), RULES, RULES)
        stars = season_stars(measures, RULES, still, 2000, np.random.default_rng(0))[:, 0]
        shares[members] = (stars >= 4).mean()
    # Shown at least 76 means above 75.5: with 100 members the standard error is 4.2 points, so 1.5 points of
    # room are 0.36 standard errors, a chance of about 0.64; with 100,000 it is certain.
    assert 0.58 < shares[100] < 0.70
    assert shares[100_000] == 1.0


def test_growth_of_last_year_is_added():
    table = plan(3)
    rows = [
        {
            **table[table["measure"] == "C01"].iloc[0].to_dict(),
            "star": None,
            "denominator": 100_000,
            "measurement_year": year,
            "as_of_date": as_of,
            "numerator": count,
        }
        for year, as_of, count in (
            (2025, "2025/09/30", 60_000),
            (2025, "2025/12/31", 72_000),
            (2026, "2026/09/30", 64_000),
        )
    ]
    measures = measures_to_date(
        pd.concat([table[table["measure"] != "C01"], pd.DataFrame(rows)]), RULES, RULES
    )
    still = {"C01": np.tile([58.0, 71, 76, 84], (50, 1))}
    stars = season_stars(measures, RULES, still, 50, np.random.default_rng(0))[:, 0]
    # 64 today is 2 stars; with the 12 points that were still to come last year it is 76: 4 stars.
    assert measures.set_index("measure").loc["C01", "star"] == 2
    assert np.median(stars) == 4


def test_same_seed_same_seasons():
    measures = measures_to_date(with_counts(plan(3), "C01", 750, 1000), RULES, RULES)
    pools = past_moves(YEARS)
    first, again, other = (
        season_ratings(measures, no_facts(), RULES, pools, seasons=60, seed=seed) for seed in (1, 1, 2)
    )
    assert first.equals(again)
    assert not first.equals(other)
    assert expected(first)["low_10"].iloc[0] <= expected(first)["high_90"].iloc[0]


# ---- what a star is worth


def test_worth_of_a_star_by_hand():
    # All 43 measures that count in the overall rating of 2026 have 3 stars (D02 and D03 are copies).
    # Their weights sum to W; one star more on a measure of weight w moves the mean by w / W. The mean
    # stays below the reward thresholds, so the rating moves by just that.
    weights = {measure.id: measure.weight for measure in RULES.measures if not measure.counted_in_overall_as}
    total = sum(weights.values())
    measures = measures_to_date(plan(3), RULES, RULES)
    ranking = worth_of_a_star(measures, no_facts(), RULES)
    assert len(ranking) == len(weights)
    for row in ranking.itertuples():
        assert row.gain == pytest.approx(weights[row.measure] / total, abs=1e-9)
    assert ranking["measure"].iloc[:2].tolist() == ["C30", "D04"]  # improvement, weight 5
    assert ranking["rank"].tolist() == list(range(1, len(weights) + 1))


def test_a_star_that_lifts_the_half_star_is_marked():
    # Find a plan just below 3.25: every measure 3 but enough at 4, then one more star must tip it.
    total = sum(m.weight for m in RULES.measures if not m.counted_in_overall_as)
    fours, gained = {}, 0
    for measure in RULES.measures:
        if measure.weight == 1 and not measure.counted_in_overall_as and (gained + 1) / total < 0.25:
            fours[measure.id], gained = 4, gained + 1
    for measure in RULES.measures:
        if (
            measure.weight in (2, 3)
            and (gained + measure.weight) / total < 0.25
            and not measure.counted_in_overall_as
        ):
            fours[measure.id], gained = 4, gained + measure.weight
    assert gained / total < 0.25 <= (gained + 1) / total
    ranking = worth_of_a_star(measures_to_date(plan(3, **fours), RULES, RULES), no_facts(), RULES)
    assert half_star(np.array([3 + gained / total]))[0] == 3.0
    assert ranking["changes_overall"].all() and set(ranking["overall_then"]) == {3.5}


# ---- scenarios


def test_measures_that_leave_change_the_mean_of_the_rest():
    # 2027 rules: everything 3 stars, the call centers and statin therapy 5. In 2028 these leave: all 3.
    rules, _ = star_scenarios.latest_star_year()
    names = (
        "Call Center - Foreign Language Interpreter and TTY Availability",
        "Statin Therapy for Patients with Cardiovascular Disease",
    )
    fives = {measure.id: 5 for measure in RULES.measures if measure.name in names}
    frame = scenario_ratings(measures_to_date(plan(3, **fives), RULES, rules), no_facts(), rules)
    assert frame["star_year"].tolist() == [2027, 2028, 2029]
    assert frame["left"].tolist() == [0, 3, 13]
    assert frame["overall_unrounded"].iloc[0] > 3
    assert frame["overall_unrounded"].iloc[1:].tolist() == [3.0, 3.0]
    assert set(frame["status"]) == {"second_hand"}


def test_a_scenario_that_names_no_measure_is_refused():
    scenario = star_scenarios.load_scenarios().scenarios[0]
    again = star_scenarios.apply_scenario(load_star_year(2027), scenario)
    with pytest.raises(InputError, match="scenario 2028: Part C has no measure 'Call Center"):
        star_scenarios.apply_scenario(again, scenario)


def test_unknown_cai_values_are_filled_and_said():
    rules, gaps = star_scenarios.latest_star_year()
    assert rules.cai == load_star_year(2026).cai
    assert gaps == ["CAI values of star year 2027 are not known; those of 2026 stand in for them."]


# ---- what-if and contract facts


def write(path, *lines):
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_what_if_members_more(tmp_path):
    # 740 of 1,000 is 74: 3 stars (71, 76). 20 members more make 76: 4 stars, weight 1.
    measures = measures_to_date(with_counts(plan(3), "C01", 740, 1000), RULES, RULES)
    table = read_what_if(
        write(tmp_path / "w.csv", "scenario,contract,measure,members,score,star", "Outreach,H9901,C01,20,,")
    )
    result = what_if(table, measures, no_facts(), RULES, RULES).iloc[0]
    total = sum(measure.weight for measure in RULES.measures if not measure.counted_in_overall_as)
    assert result["changes"] == "C01 Breast Cancer Screening: 3 to 4 stars"
    assert result["gain"] == pytest.approx(1 / total, abs=1e-9)


def test_what_if_complaints_move_the_part_d_copy_too(tmp_path):
    measures = measures_to_date(plan(3), RULES, RULES)
    table = read_what_if(
        write(
            tmp_path / "w.csv",
            "scenario,contract,measure,members,score,star",
            "Fewer complaints,H9901,C28,,,5",
        )
    )
    result = what_if(table, measures, no_facts(), RULES, RULES).iloc[0]
    both = rate_variants(
        np.array([[5.0 if m.id in ("C28", "D02") else 3.0 for m in RULES.measures]]),
        no_facts().iloc[0],
        RULES,
    ).iloc[0]
    assert result["overall_unrounded"] == both["overall_unrounded"]
    assert result["part_d"] == both["part_d"]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("Outreach,H9901,C01,20,80,", "row 1: fill exactly one of members, score, star; found 2"),
        ("Outreach,H9901,C01,,,", "row 1: fill exactly one of members, score, star; found 0"),
        ("Outreach,H9901,C01,many,,", "row 1, column members: 'many' is no number"),
        ("Outreach,H9901,C01,,,6", "row 1, column star: 6 is no star from 1 to 5"),
    ],
)
def test_what_if_rows_that_cannot_be_read(tmp_path, line, words):
    path = write(tmp_path / "what_if.csv", "scenario,contract,measure,members,score,star", line)
    with pytest.raises(InputError, match=words):
        read_what_if(path)


def test_what_if_for_a_measure_without_figures(tmp_path):
    table = read_what_if(
        write(tmp_path / "w.csv", "scenario,contract,measure,members,score,star", "Outreach,H9901,C01,20,,")
    )
    with pytest.raises(InputError, match="measure C01 of contract H9901 has no counts"):
        what_if(table, measures_to_date(plan(3), RULES, RULES), no_facts(), RULES, RULES)


def test_what_if_a_measure_had_a_star_at_all(tmp_path):
    table = read_what_if(
        write(tmp_path / "w.csv", "scenario,contract,measure,members,score,star", "Improvement,H9901,C30,,,2")
    )
    measures = measures_to_date(plan(3, C30=None), RULES, RULES)
    result = what_if(table, measures, no_facts(), RULES, RULES).iloc[0]
    assert result["changes"] == "C30 Health Plan Quality Improvement: no star to 2 stars"
    assert result["gain"] < 0


def test_contract_facts(tmp_path):
    path = write(
        tmp_path / "facts.csv",
        "contract,snp,puerto_rico_only,disaster_care_year,disaster_survey_year,"
        "fac_part_c,fac_part_d_mapd,fac_overall,note",
        "H9901,Y,N,0,0,8,6,9,",
    )
    facts = read_contract_facts(path, ["H9901", "H9902"])
    assert facts["known"].tolist() == [True, False]
    # CAI 2026, category 9 of the overall rating: +0.145515.
    measures = measures_to_date(pd.concat([plan(3), plan(3, contract="H9902")]), RULES, RULES)
    today = ratings_today(measures, facts, RULES)
    assert today["overall_unrounded"].tolist() == pytest.approx([3.145515, 3.0])
    bad = write(tmp_path / "bad.csv", path.read_text().replace("Y,N", "yes,N"))
    with pytest.raises(InputError, match="bad.csv, row 1, column snp: 'yes' found where Y or N"):
        read_contract_facts(bad, ["H9901"])


# ---- workbook


def test_workbook_holds_formulas_and_the_values_of_the_ratings(tmp_path):
    measures = measures_to_date(plan(3, C01=5, C02=4, D08=2), RULES, RULES)
    facts = no_facts()
    today = ratings_today(measures, facts, RULES)
    for name in ("one.xlsx", "two.xlsx"):
        write_star_workbook(tmp_path / name, measures, today, facts, RULES, ["A note."])
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()
    formulas = openpyxl.load_workbook(tmp_path / "one.xlsx")["H9901"]
    values = openpyxl.load_workbook(tmp_path / "one.xlsx", data_only=True)["H9901"]
    steps = {values.cell(row, 11).value: row for row in range(5, 18)}
    mean = steps["Weighted mean"]
    assert formulas.cell(mean, 16).value.startswith("=SUMPRODUCT(")
    assert values.cell(mean, 16).value == pytest.approx(today["overall_improvement_mean"].iloc[0])
    # By hand: W and the sum of weight x star over the measures that count in the overall rating.
    counted = [m for m in RULES.measures if not m.counted_in_overall_as]
    stars = {"C01": 5, "C02": 4, "D08": 2}
    by_hand = sum(m.weight * stars.get(m.id, 3) for m in counted) / sum(m.weight for m in counted)
    assert values.cell(mean, 16).value == pytest.approx(by_hand)
    assert values.cell(steps["Rating that counts"], 16).value == today["overall"].iloc[0]
