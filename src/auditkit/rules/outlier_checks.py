"""When a reported count asks for a second look, and how data validation scores an element: both as data."""

from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from auditkit.errors import InputError
from auditkit.rules.checked import Strict, Text, checked
from auditkit.rules.yamlfile import read_yaml

OUTLIER_FILE = Path(__file__).parent / "outlier_checks.yaml"
VALIDATION_FILE = Path(__file__).parent / "data_validation.yaml"


class OutlierCheck(Strict):
    """One check: its code, what it says when it fires, what it means, and its limits by name.

    The sentence and the meaning name limits in braces.
    """

    code: Literal["CHANGE", "HISTORY", "PER-1000", "FELL-TO-ZERO"]
    sentence: Text
    meaning: Text
    limits: dict[Text, float]

    def said(self) -> str:
        """The sentence with its limits."""
        return self.sentence.format_map(_shown(self.limits))

    def meant(self) -> str:
        """The meaning with its limits."""
        return self.meaning.format_map(_shown(self.limits))


class _Outliers(Strict):
    version: Text
    status: Literal["house"]
    source: Text
    checks: Annotated[tuple[OutlierCheck, ...], Field(min_length=1)]


class ScoreBand(Strict):
    """A score and the largest percentage of errors that still earns it; None for the lowest score."""

    score: int
    most_percent: Decimal | None = None


class DataValidation(Strict):
    """How a data validator scores an element by its share of errors.

    standards: those of the data validation standards that are scored so; the others are answered
    yes, no or not applicable.
    """

    version: Text
    source: Text
    status: Text
    decimals: int
    standards: tuple[Text, ...]
    bands: Annotated[tuple[ScoreBand, ...], Field(min_length=1)]

    def score(self, errors: int, records: int) -> int:
        """The score of an element with `errors` wrong ones among `records` looked at.

        The percentage is rounded half up to the table's decimals first: the table leaves nothing between
        5 and 5.1. Raises InputError when nothing was looked at, or more is wrong than was looked at.
        """
        if records <= 0 or not 0 <= errors <= records:
            raise InputError(
                f"{errors} errors among {records} records cannot be scored; look at one record or more, and "
                "count an error once."
            )
        step = Decimal(1).scaleb(-self.decimals)
        percent = (Decimal(100) * errors / records).quantize(step, ROUND_HALF_UP)
        return next(
            band.score for band in self.bands if band.most_percent is None or percent <= band.most_percent
        )


def _shown(limits: dict[str, float]) -> dict[str, str]:
    return {name: f"{value:g}" for name, value in limits.items()}


@cache
def load_outlier_checks() -> dict[str, OutlierCheck]:
    """The outlier checks by code; InputError when the file is malformed."""
    loaded = checked(_Outliers, read_yaml(OUTLIER_FILE), OUTLIER_FILE.name)
    return {check.code: check for check in loaded.checks}


@cache
def load_data_validation() -> DataValidation:
    """The scoring of data validation (CMS-10305); InputError when the file is malformed."""
    return checked(DataValidation, read_yaml(VALIDATION_FILE), VALIDATION_FILE.name)
