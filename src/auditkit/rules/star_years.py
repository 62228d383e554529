"""Star Ratings parameters of each star year, read from rules/stars/<year>.yaml and checked.

Code knows the method of 42 CFR 422.166 and 423.186; what changes from year to year (measures,
weights, cut points, reward thresholds, CAI values, minimums, rule variants) stands in the data
with its source and status. A malformed file is refused with file, entry and reason.
"""

from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from auditkit.errors import InputError
from auditkit.rules.yamlfile import read_yaml

FOLDER = Path(__file__).parent / "stars"

ContractType = Literal["cost_1876", "ccp_without_snp", "ccp_with_snp", "ccp_only_isnp", "msa", "pdp", "pffs"]
Rating = Literal["part_c", "part_d_mapd", "part_d_pdp", "overall"]
Group = Literal["ALL", "MA-PD", "PDP"]
CutPoints = dict[Group, dict[int, float]]

DECIMALS = {"percent": 0, "score_0_100": 0, "rate_per_1000": 2, "improvement": 6}


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _null_is_nothing(cls, values):
        if not isinstance(values, dict):
            return values
        return {name: None if value == "null" else value for name, value in values.items()}


class Source(_Strict):
    """Where a block of numbers comes from and how well it is known.

    official: a CMS document or data table. corroborated: second-hand and confirmed by
    recomputing ratings. second_hand: a transcription nobody checked. recalled: from memory of the
    rules. estimated: worked out by us. computed: to be computed from the folder's contracts.
    not_found: no value is known.
    """

    status: Literal[
        "official", "corroborated", "second_hand", "recalled", "estimated", "computed", "not_found"
    ]
    source: str


class Measure(_Strict):
    """One measure of one star year.

    id: CMS's identifier in that year (C01..., D01...). scale: percent (0-100, whole numbers),
    score_0_100 (whole numbers), rate_per_1000 (two decimals), improvement (six decimals).
    method: how stars are set (clustering, cahps, improvement). disaster: which disaster
    percentage counts for it (care_year, survey_year, or none when never adjusted).
    counted_in_overall_as: the Part C measure that stands for it in the overall rating.
    of_only_isnp: False for measures not required of contracts that offer only institutional SNPs.
    cut_points: by group (ALL, MA-PD, PDP) the limit of 2, 3, 4 and 5 stars; scores are at or
    above it (direction higher) or at or below it (lower).
    """

    id: str = Field(pattern=r"^[CD]\d\d$")
    name: str
    part: Literal["C", "D"]
    domain: Literal["HD1", "HD2", "HD3", "HD4", "HD5", "DD1", "DD2", "DD3", "DD4"]
    source: str
    weight_class: Literal[
        "process",
        "intermediate_outcome",
        "outcome",
        "patient_experience_complaints",
        "access",
        "improvement",
    ]
    weight: float = Field(gt=0)
    direction: Literal["higher", "lower"]
    scale: Literal["percent", "score_0_100", "rate_per_1000", "improvement"]
    method: Literal["clustering", "cahps", "improvement"]
    disaster: Literal["care_year", "survey_year", "none"]
    guardrails: bool = False
    new: bool = False
    snp_only: bool = False
    puerto_rico_weight: float | None = None
    counted_in_overall_as: str | None = None
    of_only_isnp: bool = True
    period: str | None = None
    cut_points: CutPoints
    original_cut_points: CutPoints | None = None

    @property
    def decimals(self) -> int:
        """Decimals CMS displays and assigns stars on (Technical Notes, Attachment K)."""
        return DECIMALS[self.scale]

    @field_validator("cut_points", "original_cut_points")
    @classmethod
    def _stars_two_to_five(cls, value):
        for group, points in (value or {}).items():
            if not set(points) <= {2, 3, 4, 5}:
                raise ValueError(f"group {group}: cut points are keyed 2 to 5")
        return value

    @model_validator(mode="after")
    def _in_order(self):
        for points in [*self.cut_points.values(), *(self.original_cut_points or {}).values()]:
            limits = [points[star] for star in sorted(points)]
            if limits != sorted(limits, reverse=self.direction == "lower"):
                raise ValueError("cut points do not run in the measure's direction")
        return self


class RewardThresholds(_Strict):
    """Reward factor limits of one rating and leg: percentiles 65 and 85 of the means, 30 and 70
    of the variances (42 CFR 422.166(f)(1))."""

    rating: Rating
    improvement: Literal["with", "without"]
    new_measures: Literal["with", "without", "any"]
    relatively_high_mean: float
    high_mean: float
    low_variance: float
    high_variance: float


class Minimum(_Strict):
    """Rated measures a contract type needs for each rating; None where it gets no such rating."""

    part_c: int | None
    part_d: int | None
    overall: int | None


class ImprovementRule(_Strict):
    """For which ratings the better of with and without the improvement measures counts."""

    ratings: Literal["highest", "all"]
    at_least: float


class DisasterYears(_Strict):
    """Calendar years whose disaster percentage counts for care measures and for HOS surveys."""

    care_year: int
    survey_year: int


class Method(_Strict):
    """Variants of the method in one star year.

    disaster_share: percent of enrollees from which the disaster rules apply. threshold_share:
    percent from which a contract shapes neither cut points nor thresholds (None: never).
    recalculation: higher_of_original where each contract keeps the better of two ratings.
    resampling, tukey, guardrails: steps used for that year's cut points.
    """

    improvement_hold_harmless: ImprovementRule
    disaster_share: float
    disaster_years: DisasterYears
    threshold_share: float | None
    recalculation: Literal["higher_of_original"] | None
    resampling: bool
    tukey: bool
    guardrails: bool


class StarYear(_Strict):
    """All parameters of one star year."""

    star_year: int
    sources: dict[Literal["measures", "cut_points", "reward_thresholds", "cai", "minimum_measures"], Source]
    method: Method
    minimum_measures: dict[ContractType, Minimum]
    cai: dict[Rating, tuple[float, ...]]
    reward_thresholds: tuple[RewardThresholds, ...]
    measures: tuple[Measure, ...]

    @model_validator(mode="after")
    def _hang_together(self):
        ids = [measure.id for measure in self.measures]
        doubled = sorted({name for name in ids if ids.count(name) > 1})
        if doubled:
            raise ValueError(f"measures listed twice: {', '.join(doubled)}")
        for measure in self.measures:
            if measure.counted_in_overall_as and measure.counted_in_overall_as not in ids:
                raise ValueError(f"{measure.id}: counted_in_overall_as names no measure of the year")
            if measure.id[0] != measure.part:
                raise ValueError(f"{measure.id}: part does not fit the identifier")
        return self

    def measure(self, measure_id: str) -> Measure:
        """The measure with this identifier; InputError when the year has none."""
        for measure in self.measures:
            if measure.id == measure_id:
                return measure
        raise InputError(
            f"Star year {self.star_year} has no measure {measure_id}; its measures are "
            f"{self.measures[0].id} to {self.measures[-1].id} in rules/stars/{self.star_year}.yaml."
        )


def known_years() -> list[int]:
    """Star years that have a parameter file, ascending."""
    return sorted(int(path.stem) for path in FOLDER.glob("20[0-9][0-9].yaml"))


@cache
def load_star_year(year: int) -> StarYear:
    """Give the parameters of star year `year`.

    Raises InputError when there is no file for the year or the file is malformed.
    """
    path = FOLDER / f"{year}.yaml"
    if not path.exists():
        known = ", ".join(map(str, known_years()))
        raise InputError(
            f"Star year {year} has no parameters; known years are {known} (add rules/stars/{year}.yaml)."
        )
    parameters = read_star_year(path)
    if parameters.star_year != year:
        raise InputError(f"{path.name}: star_year is {parameters.star_year}; write {year}.")
    return parameters


def read_star_year(path: Path) -> StarYear:
    """Read and check one parameter file; InputError names file, entry and reason."""
    content = read_yaml(path)
    try:
        return StarYear.model_validate(content)
    except ValidationError as error:
        fault = error.errors()[0]
        raise InputError(f"{path.name}, {_entry(content, fault['loc'])}: {fault['msg']}.") from None


def _entry(content: object, location: tuple) -> str:
    """Name the faulty place as a reader of the file finds it: measures C05, weight."""
    names, node = [], content
    for key in location:
        node = node[key] if isinstance(node, (list, dict)) and _has(node, key) else None
        label = node.get("id") or node.get("rating") if isinstance(node, dict) else None
        names.append(str(label or (f"entry {key + 1}" if isinstance(key, int) else key)))
    return ", ".join(names) or "whole file"


def _has(node: list | dict, key: object) -> bool:
    return key in node if isinstance(node, dict) else isinstance(key, int) and key < len(node)
