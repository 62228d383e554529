"""Periods to expect, and the tables of the Timeliness Monitoring Project."""

from datetime import date

import pytest

from auditkit.errors import InputError
from auditkit.rules.universe_periods import monitored_period, period_by_enrollment
from auditkit.suite.cli import main


@pytest.mark.parametrize("enrollees, first", [
    (49_999, date(2026, 2, 9)),  # 12 weeks before May 4
    (50_000, date(2026, 3, 9)),  # 8 weeks
    (499_999, date(2026, 4, 6)),  # 4 weeks
    (500_000, date(2026, 4, 20)),  # 2 weeks
])
def test_the_period_shrinks_with_the_size_of_the_plan(enrollees, first):
    assert period_by_enrollment(enrollees, date(2026, 5, 4)) == (first, date(2026, 5, 3))


def test_a_plan_without_enrollees_is_refused():
    with pytest.raises(InputError, match="at least 1"):
        period_by_enrollment(0, date(2026, 5, 4))


def test_monitoring_looks_at_the_first_quarter():
    assert monitored_period(2028) == (date(2028, 1, 1), date(2028, 3, 31))


def test_the_command_says_that_the_rule_is_recalled(capsys):
    assert main(["universes", "period", "--enrollees", "42000", "--letter", "2026-05-04"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("2026-02-09 to 2026-05-03") and "recalled" in said


def test_monitoring_needs_a_finished_run(tmp_path, capsys):
    assert main(["universes", "tmp", "params/nothing.yaml", "--year", "2026", "--out", str(tmp_path)]) == 2
    assert "params/nothing.yaml" in capsys.readouterr().err
