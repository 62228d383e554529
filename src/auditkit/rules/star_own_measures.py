"""Star measures a plan can follow from its own tables, read from rules/stars/own_measures.yaml."""

from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field

from auditkit.rules.checked import Strict, Text, checked
from auditkit.rules.star_links import Status
from auditkit.rules.yamlfile import read_yaml

FILE = Path(__file__).parent / "stars" / "own_measures.yaml"


class OwnMeasure(Strict):
    """One measure: what is counted, out of what, and how that differs from what CMS counts.

    key: how the code calls it. tables: source tables it is made of, none where they do not hold it.
    least: smallest denominator for which CMS gives a rate.
    """

    key: Literal["timely_appeals", "upheld_appeals", "snp_care", "leaving", "complaints"]
    part: Literal["C", "D"]
    name: Text
    tables: tuple[str, ...]
    least: int = Field(ge=1)
    counted: Text
    out_of: Text
    differs: Text
    status: Status


class _File(Strict):
    measures: tuple[OwnMeasure, ...]


@cache
def load_own_measures() -> dict[str, OwnMeasure]:
    """Give the measures by key; InputError when the file is malformed."""
    loaded = checked(_File, read_yaml(FILE), FILE.name)
    return {measure.key: measure for measure in loaded.measures}
