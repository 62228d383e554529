"""Why an appeal stands in one report and not in another: the reasons, read from appeals_walk.yaml."""

from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import Field, model_validator

from auditkit.rules.checked import Strict, Text, checked
from auditkit.rules.universe_rules import load_scope
from auditkit.rules.yamlfile import read_yaml

FILE = Path(__file__).parent / "appeals_walk.yaml"


class Reason(Strict):
    """Why a report leaves an appeal out: a code, a sentence and, in SQL over report_appeals_facts, when."""

    code: Text
    sentence: Text
    when: Text


class WalkedReport(Strict):
    """A report that counts appeals.

    element: the catalogue's element whose cases it counted. counts: what it counts, in words. universe: the
    universe whose scope gives the reasons, instead of `reasons`.
    """

    report: Text
    name: Text
    element: Text | None = None
    counts: Text
    reasons: tuple[Reason, ...] = ()
    universe: Text | None = None

    @model_validator(mode="after")
    def _reasons_from_one_place(self) -> "WalkedReport":
        if bool(self.reasons) == bool(self.universe):
            raise ValueError("one of 'reasons' or 'universe' is needed")
        return self

    def sentences(self) -> dict[str, str]:
        """What each reason says, by code."""
        if self.universe:
            return {one.code: one.sentence for one in load_scope().tables[self.universe].exclusions}
        return {reason.code: reason.sentence for reason in self.reasons}


class _File(Strict):
    version: Text
    reports: Annotated[tuple[WalkedReport, ...], Field(min_length=1)]


@cache
def load_walk() -> tuple[WalkedReport, ...]:
    """The reports in the order in which they are walked; InputError when the file is malformed."""
    return checked(_File, read_yaml(FILE), FILE.name).reports
