"""What CMS published, recomputed from its public tables of 2022, 2024 and 2025."""

import os
from pathlib import Path

import pytest

from auditkit.stars.disaster import read_prior
from auditkit.stars.grids import open_folder
from auditkit.stars.measure_stars import rules_cut_points
from auditkit.stars.rate_folder import rate_folder
from auditkit.stars.reader import read_published_ratings
from auditkit.stars.verify import verify_folder

DATA = Path(os.environ.get("AUDITKIT_DATA", Path(__file__).parents[1] / "../shared/data")) / "star_ratings"
RATINGS = ["Part C rating", "Part D rating", "overall rating"]

pytestmark = pytest.mark.skipif(
    not DATA.is_dir(), reason="CMS's public Star Ratings tables are not at hand (AUDITKIT_DATA/star_ratings)"
)


def _folder(year):
    if not (DATA / str(year)).is_dir():
        pytest.skip(f"no CMS tables of star year {year}")
    return open_folder(DATA / str(year), year)


@pytest.fixture(scope="module")
def verified():
    priors = {2022: None, 2024: None, 2025: 2024}
    return {
        year: verify_folder(_folder(year), _folder(prior) if prior else None)
        for year, prior in priors.items()
    }


def _counts(verification):
    return {row.what: (row.equal, row.of) for row in verification.counts.itertuples()}


def test_every_rating_of_2025_equals_cmss(verified):
    counts = _counts(verified[2025])
    assert [counts[name] for name in RATINGS] == [(527, 527), (633, 633), (521, 521)]


@pytest.mark.parametrize(("year", "at_least", "of"), [(2022, 1545, 1546), (2024, 1759, 1763)])
def test_ratings_of_years_whose_thresholds_were_not_published(verified, year, at_least, of):
    counts = _counts(verified[year])
    assert sum(counts[name][0] for name in RATINGS) >= at_least
    assert sum(counts[name][1] for name in RATINGS) == of


def test_measure_stars_of_2025_from_scores(verified):
    # All clustered measures but H6453 C05, which CMS edited; hit contracts with last year's folder.
    counts = _counts(verified[2025])
    assert counts["measure star, contract hit under 25%"] == (15147, 15148)
    assert counts["measure star, contract hit 25% or more"] == (890, 893)
    misses = verified[2025].misses
    assert misses.loc[misses["what"].str.endswith("under 25%"), "contract_id"].tolist() == ["H6453"]


def test_domain_stars_but_one_known_miss(verified):
    assert _counts(verified[2022])["domain star"] == (4556, 4556)
    assert _counts(verified[2025])["domain star"] == (4822, 4822)
    assert _counts(verified[2024])["domain star"] == (5120, 5121)
    misses = verified[2024].misses
    assert misses.loc[misses["what"].eq("domain star"), "contract_id"].tolist() == ["S5596"]


def test_icons(verified):
    assert _counts(verified[2024])["high performing icon"] == (43, 43)
    assert _counts(verified[2024])["low performing icon"] == (6, 6)
    assert _counts(verified[2025])["high performing icon"] == (13, 13)
    assert _counts(verified[2025])["low performing icon"] == (6, 6)


def test_the_rules_hold_the_published_cut_points(verified):
    for year, verification in verified.items():
        assert _counts(verification)["cut point of the rules"] == (len(rules_cut_points(year)),) * 2


def test_every_miss_has_a_reason_and_hard_ones_are_named_one_by_one(verified):
    for verification in verified.values():
        reasons = verification.misses["reason"]
        assert not reasons.isin(["", "not known"]).any()


def test_ratings_from_scores_are_within_half_a_star():
    # CAHPS stars by base group: 2025 with last year's folder.
    folder = _folder(2025)
    ratings = rate_folder(folder, from_scores=True, prior=read_prior(_folder(2024)))
    both = read_published_ratings(folder).merge(ratings, on="contract_id", suffixes=("_cms", ""))
    off = [(both[name] - both[f"{name}_cms"]).abs() for name in ("part_c", "part_d", "overall")]
    exact = sum(gap.eq(0).sum() for gap in off)
    assert max(gap.max() for gap in off) == 0.5
    assert exact >= 1510, f"{exact} of 1,681"
