"""The star year parameters: complete, consistent, and refused in one sentence when malformed."""

import itertools

import pytest

from auditkit.errors import InputError
from auditkit.rules.star_years import FOLDER, known_years, load_star_year, read_star_year
from auditkit.stars.cells import same_name


@pytest.mark.parametrize("year", known_years())
def test_every_year_holds_what_a_rating_needs(year):
    parameters = load_star_year(year)
    parts = {measure.part for measure in parameters.measures}
    improvement = [measure.part for measure in parameters.measures if measure.method == "improvement"]
    assert parts == {"C", "D"}
    assert improvement == ["C", "D"]
    assert set(parameters.minimum_measures) >= {"ccp_with_snp", "ccp_without_snp", "pdp", "msa"}
    assert all(source.source for source in parameters.sources.values())


@pytest.mark.parametrize("year", known_years())
def test_a_measure_name_fits_one_measure_of_its_part_only(year):
    # The reader takes a column for a measure when one name's words are among the other's.
    measures = load_star_year(year).measures
    for one, other in itertools.combinations(measures, 2):
        assert one.part != other.part or not same_name(one.name, other.name), (one.id, other.id)


def test_weights_follow_the_weighting_category_of_the_year():
    # 42 CFR 422.166(e): patient experience and access weigh 2 in 2022, 4 in 2023-2025, 2 from 2026.
    for year, weight in {2022: 2, 2023: 4, 2024: 4, 2025: 4, 2026: 2}.items():
        access = [m.weight for m in load_star_year(year).measures if m.weight_class == "access"]
        assert set(access) == {weight}, year


def test_an_unknown_year_names_the_known_ones():
    with pytest.raises(InputError, match=r"Star year 2019 has no parameters; known years are 2022, .*2027"):
        load_star_year(2019)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (
            "direction: lower",
            "direction: down",
            r"measures, C15, direction: Input should be 'higher' or 'lower'",
        ),
        ("weight: 5", "wieght: 5", r"measures, C27, weight: Field required"),
        (
            "{2: 53, 3: 67, 4: 75, 5: 82}",
            "{2: 53, 3: 67, 4: 66, 5: 82}",
            r"measures, C01: .*measure's direction",
        ),
        ("{2: 53, 3: 67, 4: 75, 5: 82}", "{1: 53, 3: 67, 4: 75, 5: 82}", r"C01, cut_points.*keyed 2 to 5"),
        ("id: C02", "id: C01", r"measures listed twice: C01"),
        (
            "counted_in_overall_as: C25",
            "counted_in_overall_as: C99",
            r"D02: counted_in_overall_as names no measure",
        ),
        ("status: official", "status: sure", r"sources, measures, status"),
    ],
)
def test_a_malformed_file_is_refused_with_file_entry_and_reason(tmp_path, old, new, sentence):
    text = (FOLDER / "2025.yaml").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "2025.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputError, match=r"2025\.yaml, .*" + sentence):
        read_star_year(path)
