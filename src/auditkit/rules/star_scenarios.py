"""Star years to come: what is known to change, read from rules/stars/scenarios.yaml and checked."""

from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field

from auditkit.errors import InputError
from auditkit.rules.checked import Strict, Text, checked
from auditkit.rules.star_links import Status
from auditkit.rules.star_years import StarYear, known_years, load_star_year
from auditkit.rules.yamlfile import read_yaml

FILE = Path(__file__).parent / "stars" / "scenarios.yaml"


class Named(Strict):
    """A measure by what stays the same from year to year."""

    part: Literal["C", "D"]
    name: Text


class NewWeight(Named):
    """A measure's weight from this star year on."""

    weight: float = Field(gt=0)


class Scenario(Strict):
    """Changes of one coming star year.

    removed, added: measures that leave or join (a measure that joins has no cut points yet and
    takes no part in a projected rating). weights: new weights. source, status: how it is known.
    """

    star_year: int
    title: Text
    removed: tuple[Named, ...]
    added: tuple[Named, ...]
    weights: tuple[NewWeight, ...]
    source: Text
    status: Status


class Scenarios(Strict):
    """The whole file: the star year the scenarios start from, and the scenarios in order."""

    from_star_year: int
    scenarios: tuple[Scenario, ...]


@cache
def load_scenarios() -> Scenarios:
    """Give the scenarios; InputError when the file is malformed or names a measure nobody has."""
    loaded = checked(Scenarios, read_yaml(FILE), FILE.name)
    year = load_star_year(loaded.from_star_year)
    for scenario in loaded.scenarios:
        year = apply_scenario(year, scenario)
    return loaded


def apply_scenario(year: StarYear, scenario: Scenario) -> StarYear:
    """Give the star year's parameters with the scenario's changes made; all else is carried forward.

    Measures new in `year` are no longer new. Raises InputError when the scenario removes or reweights a
    measure the year does not have.
    """
    here = {(measure.part, measure.name) for measure in year.measures}
    for entry in (*scenario.removed, *scenario.weights):
        if (entry.part, entry.name) not in here:
            raise InputError(
                f"{FILE.name}, scenario {scenario.star_year}: Part {entry.part} has no measure "
                f"'{entry.name}' at that point; write the name as in the star year file."
            )
    gone = {(entry.part, entry.name) for entry in scenario.removed}
    weights = {(entry.part, entry.name): entry.weight for entry in scenario.weights}
    kept = tuple(
        measure.model_copy(
            update={"new": False, "weight": weights.get((measure.part, measure.name), measure.weight)}
        )
        for measure in year.measures
        if (measure.part, measure.name) not in gone
    )
    return year.model_copy(update={"star_year": scenario.star_year, "measures": kept})


def latest_star_year() -> tuple[StarYear, list[str]]:
    """Give the last published star year ready for rating, and a sentence for each gap that was filled.

    CAI values that are not known for it are taken from the last earlier year that has them.
    """
    year = load_star_year(known_years()[-1])
    if year.cai:
        return year, []
    earlier = [load_star_year(number) for number in known_years() if number < year.star_year]
    donor = [candidate for candidate in earlier if candidate.cai][-1]
    sentence = (
        f"CAI values of star year {year.star_year} are not known; "
        f"those of {donor.star_year} stand in for them."
    )
    return year.model_copy(update={"cai": donor.cai}), [sentence]
