"""Safe Harbor, 45 CFR 164.514(b)(2), on invented people: what is left of a row when it leaves the plan."""

from datetime import date

import pandas as pd
import pytest

from auditkit.errors import InputError
from auditkit.publish.deidentify import age_groups, birth_years, deidentified, years, zip_areas

PEOPLE = pd.DataFrame(
    {
        "member_id": ["M1", "M2", "M3"],
        "birth_date": ["1936/12/31", "1937/01/01", None],
        "age": [89, 67, None],
        "received": ["2026/07/04", "2026/07/31", "2025/12/31"],
        "zip": ["02139-4307", "01002", "99999"],
        "program": ["sco", "one_care", "sco"],
        "note": ["fell at home", "", "will call back"],
    }
)
LAST_DAY = date(2026, 9, 30)


def test_a_row_that_may_leave():
    """Who was born in 1936 may be 90 in 2026, so the year is told with all before it; 021 may be told, as the
    plan named it; 010 was not named, and 999 is no area of more than 20,000 people either."""
    keep = {"birth_date": "birth_year", "received": "year", "zip": "zip", "program": ["one_care", "sco"]}
    assert deidentified(PEOPLE, keep, LAST_DAY, populous={"021"}).to_dict("list") == {
        "birth_date": ["1936 or before", "1937", pytest.approx(float("nan"), nan_ok=True)],
        "received": ["2026", "2026", "2025"],
        "zip": ["021", "000", "000"],
        "program": ["sco", "one_care", "sco"],
    }


def test_ages_of_ninety_and_over_are_one_group():
    found = age_groups(pd.Series([89, 90, 104, 0, None, "89", "old", -1]))
    assert found.fillna("missing").tolist() == [
        "89", "90 or over", "90 or over", "0", "missing", "89", "missing", "missing"
    ]  # fmt: skip


def test_of_a_date_only_the_year_is_left():
    dates = ["2026/07/04", "2026-07-04", "2026/13/04", "07/04/2026", "2026/07/04 10:00", None]
    found = years(pd.Series(dates))
    assert found.fillna("missing").tolist() == ["2026", "2026", *["missing"] * 4]


@pytest.mark.parametrize(
    ("born", "told"),
    [("1899/01/01", "1936 or before"), ("1936/01/01", "1936 or before"), ("1937/01/01", "1937")],
)
def test_a_year_of_birth_does_not_tell_an_age_above_89(born, told):
    assert birth_years(pd.Series([born]), LAST_DAY).tolist() == [told]


def test_no_zip_area_is_told_that_the_plan_did_not_name():
    zips = pd.Series(["02139", "021", "02139 4307", "Boston", "021394307"])
    assert zip_areas(zips, {"021"}).tolist() == ["021", "000", "000", "000", "021"]
    assert zip_areas(zips, ()).tolist() == ["000"] * 5


@pytest.mark.parametrize(
    ("keep", "sentence"),
    [
        ({"note": ["", "fell at home"]}, "Column note holds values that are not among .* first in row 3"),
        ({"member_id": ["M1", "M2", "M3"]}, "Column member_id holds an identifier"),
        ({"county": ["Suffolk"]}, "no column county"),
        ({"received": "month"}, "Column received: the rules are age, birth_year, year, zip"),
    ],
)
def test_what_may_not_leave_is_refused_without_being_said(keep, sentence):
    with pytest.raises(InputError, match=sentence) as caught:
        deidentified(PEOPLE, keep, LAST_DAY)
    assert not any(value and value in str(caught.value) for value in [*PEOPLE["note"], "M1"])
