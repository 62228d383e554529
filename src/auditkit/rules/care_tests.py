"""The tests of care coordination in a Special Needs Plan: the loader of care_coordination.yaml."""

from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from auditkit.rules.checked import Strict, Text, checked
from auditkit.rules.yamlfile import read_yaml

CARE_FILE = Path(__file__).parent / "care_coordination.yaml"


class CareTest(Strict):
    """One test with a rate.

    id: stable code. days: its limit in calendar days, None where only existence is tested.
    start, stop, passes: in words. citation, status, note: where it comes from and how well it is known.
    """

    id: Text
    title: Text
    days: Annotated[int, Field(gt=0)] | None = None
    start: Text
    stop: Text
    passes: Text
    citation: Text
    status: Literal["recalled", "house"]
    note: Text


class CareTests(Strict):
    """The whole of care_coordination.yaml.

    initial_days_before: days by which an initial assessment may precede enrollment.
    """

    version: Text
    source: Text
    initial_days_before: Annotated[int, Field(ge=0)]
    tests: tuple[CareTest, ...]

    def test(self, test_id: str) -> CareTest:
        """The test with this code."""
        return next(test for test in self.tests if test.id == test_id)


@lru_cache
def load_care_tests(path: Path = CARE_FILE) -> CareTests:
    """The tests of care coordination. Raises InputError naming file, entry and reason when malformed."""
    return checked(CareTests, read_yaml(path), path, "care coordination")
