"""What ties one star year to the next, read from rules/stars/between_years.yaml and checked."""

from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field

from auditkit.rules.checked import Strict, checked
from auditkit.rules.star_years import Measure
from auditkit.rules.yamlfile import read_yaml

FILE = Path(__file__).parent / "stars" / "between_years.yaml"
Status = Literal["official", "corroborated", "second_hand", "recalled", "estimated"]


class PrintedCap(Strict):
    """A guardrail cap CMS printed for a measure that is not on a 0 to 100 scale."""

    star_year: int
    name: str
    group: Literal["ALL", "MA-PD", "PDP"]
    cap: float = Field(gt=0)
    status: Status


class Guardrails(Strict):
    """Caps on the move of a cut point from one star year to the next.

    absolute_cap: points, for measures on a 0 to 100 scale. range_share: share of last year's range
    of scores, for any other scale. first_year: star year from which guardrails apply.
    """

    absolute_cap: float = Field(gt=0)
    range_share: float = Field(gt=0, lt=1)
    first_year: int
    citation: str
    source: str
    status: Status
    printed_caps: tuple[PrintedCap, ...]


class YearLinks(Strict):
    """The whole file: guardrails, and measures that changed their name."""

    guardrails: Guardrails
    renamed: dict[str, str]

    def key(self, measure: Measure) -> tuple[str, str]:
        """Give (part, name): what stays the same when CMS numbers a measure anew each year."""
        return measure.part, self.renamed.get(measure.name, measure.name)

    def printed_cap(self, star_year: int, measure: Measure, group: str) -> float | None:
        """Give the cap CMS printed for the measure, None when it printed none."""
        for entry in self.guardrails.printed_caps:
            if (entry.star_year, entry.name, entry.group) == (star_year, measure.name, group):
                return entry.cap
        return None


@cache
def load_year_links() -> YearLinks:
    """Give the links between star years; InputError when the file is malformed."""
    return checked(YearLinks, read_yaml(FILE), FILE.name)
