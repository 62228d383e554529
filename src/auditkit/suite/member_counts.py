"""Members on the last day of the period by program and age group, as counts that may go into a share edition."""

from datetime import date

import pandas as pd

from auditkit.publish.deidentify import OLDEST, deidentified
from auditkit.sources.intake import Intake
from auditkit.suite.params import PROGRAMS

BANDS = {"under 65": 64, "65 to 74": 74, "75 to 84": 84, "85 to 89": 89}
"""Age group and its last year. The groups of the federal measures on long-term services, with those of 90 and
over apart, who are one group whoever reads the table (45 CFR 164.514(b)(2)(i)(C), recalled)."""
NOT_KNOWN = "not known"


def members_by_age(taken: Intake, last_day: date) -> pd.DataFrame:
    """Members enrolled on `last_day`: program, age (group) and members, in the order of the groups."""
    day = f"{last_day:%Y/%m/%d}"
    members = taken.tables["members"].select(
        ["member_id", "program", "birth_date", "enrolled_from", "enrolled_to"]).to_pandas()  # fmt: skip
    ended = members["enrolled_to"].notna() & (members["enrolled_to"] < day)
    there = members[(members["enrolled_from"] <= day) & ~ended].drop_duplicates("member_id")
    safe = deidentified(there.assign(age=_ages(there["birth_date"], day)), {"program": PROGRAMS, "age": "age"}, last_day)
    counted = safe.assign(age=safe["age"].map(_band)).groupby(["program", "age"]).size()
    groups = [*BANDS, OLDEST, *([NOT_KNOWN] if NOT_KNOWN in counted.index.get_level_values("age") else [])]
    programs = [program for program in PROGRAMS if program in counted.index]
    wanted = pd.MultiIndex.from_product([programs, groups], names=["program", "age"])
    return counted.reindex(wanted, fill_value=0).rename("members").reset_index()


def _ages(births: pd.Series, day: str) -> pd.Series:
    """Whole years on `day`; both are written CCYY/MM/DD."""
    years = int(day[:4]) - pd.to_numeric(births.str[:4])
    return years - (births.str[5:] > day[5:]).astype("int64").where(births.notna())


def _band(age: str | float) -> str:
    if pd.isna(age):
        return NOT_KNOWN
    return age if age == OLDEST else next(name for name, last in BANDS.items() if int(age) <= last)
