"""Members by program and age: who is enrolled on the last day, how old, and in which group."""

from datetime import date
from types import SimpleNamespace

import pandas as pd
from worked import source_table

from auditkit.suite.member_counts import members_by_age

LAST_DAY = date(2026, 9, 30)


def counted(*rows: tuple) -> dict[tuple[str, str], int]:
    """Counts that are not zero, of members given as number, program, birth date, first and last day of the span."""
    names = ("member_id", "program", "birth_date", "enrolled_from", "enrolled_to")
    members = source_table("members", [dict(zip(names, row)) for row in rows])
    made = members_by_age(SimpleNamespace(tables={"members": members}), LAST_DAY)
    return {(one.program, one.age): one.members for one in made.itertuples() if one.members}


def test_a_birthday_counts_from_its_own_day():
    """Born on 1961-09-30 a member turns 65 on the last day; born a day later, the member is still 64."""
    assert counted(("M1", "one_care", "1961-09-30", "2025-01-01"), ("M2", "one_care", "1961-10-01", "2025-01-01")) == {
        ("one_care", "65 to 74"): 1, ("one_care", "under 65"): 1}  # fmt: skip


def test_all_of_90_and_over_are_one_group():
    assert counted(("M1", "sco", "1936-09-30", "2025-01-01"), ("M2", "sco", "1920-01-01", "2025-01-01"),
                   ("M3", "sco", "1936-10-01", "2025-01-01")) == {  # fmt: skip
        ("sco", "90 or over"): 2, ("sco", "85 to 89"): 1}  # fmt: skip


def test_only_who_is_enrolled_on_the_last_day_counts_and_only_once():
    assert counted(
        ("M1", "sco", "1950-01-01", "2025-01-01", "2026-09-29"),  # left the day before
        ("M2", "sco", "1950-01-01", "2025-01-01", "2026-09-30"),
        ("M3", "sco", "1950-01-01", "2026-10-01"),  # begins the day after
        ("M4", "sco", "1950-01-01", "2025-01-01", "2026-06-30"), ("M4", "sco", "1950-01-01", "2026-07-01"),
    ) == {("sco", "75 to 84"): 2}  # fmt: skip


def test_a_member_without_a_birth_date_is_counted_apart():
    assert counted(("M1", "sco_medicaid", None, "2025-01-01")) == {("sco_medicaid", "not known"): 1}


def test_a_group_nobody_is_in_is_a_zero():
    made = members_by_age(
        SimpleNamespace(tables={"members": source_table("members", [
            {"member_id": "M1", "program": "sco", "birth_date": "1950-01-01", "enrolled_from": "2025-01-01"}])}),
        LAST_DAY)  # fmt: skip
    assert made["age"].tolist() == ["under 65", "65 to 74", "75 to 84", "85 to 89", "90 or over"]
    assert made["members"].sum() == 1 and isinstance(made, pd.DataFrame)
