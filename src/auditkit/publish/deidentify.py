"""Values of single people made fit to leave the plan, by the Safe Harbor rules of 45 CFR 164.514(b)(2).

The list of the paragraph is recalled; its zip rule was read in paraphrase of guidance of the Office for Civil
Rights. Share editions hold no rows at all: these functions are for tables that are counted by such values,
and for the day a plan must hand over rows. What a column becomes is named column by column; a column nobody
names is left out, and free text has no way through: a text passes only as one of the values that were listed.
"""

import re
from collections.abc import Collection, Mapping
from datetime import date
from typing import Literal

import pandas as pd

from auditkit.errors import InputError
from auditkit.rules.identifiers import load_identifiers

OLDEST = "90 or over"
NO_AREA = "000"
LAST_AGE = 89  # all ages above are one group

Rule = Literal["age", "birth_year", "year", "zip"]
Keep = Rule | Collection[str]
"""What becomes of a column: one of the four rules, or the texts it may hold."""

_DATE = re.compile(r"((?:18|19|20)\d\d)[/-](?:0[1-9]|1[0-2])[/-](?:0[1-9]|[12]\d|3[01])")
_ZIP = re.compile(r"(\d{3})\d{2}(?:-?\d{4})?")


def deidentified(
    rows: pd.DataFrame, keep: Mapping[str, Keep], last_day: date, populous: Collection[str] = ()
) -> pd.DataFrame:
    """Give the named columns of `rows`, made fit to leave the plan, in the order of `keep`; no other column.

    keep: column to its rule, or to the texts it may hold (program codes, decisions, reason codes).
    last_day: of the data; ages are reckoned to its year. populous: see `zip_areas`.

    Raises InputError naming the column: when it is not there, when it names an identifier and is to be kept
    as it is, when a rule is unknown, and when a value is none of those listed (the value is not said).
    """
    made = {}
    for name, rule in keep.items():
        if name not in rows:
            raise InputError(f"There is no column {name} to release; take it out of the list.")
        if not isinstance(rule, str):
            made[name] = _listed(rows[name], name, frozenset(rule))
        elif rule == "age":
            made[name] = age_groups(rows[name])
        elif rule == "birth_year":
            made[name] = birth_years(rows[name], last_day)
        elif rule == "year":
            made[name] = years(rows[name])
        elif rule == "zip":
            made[name] = zip_areas(rows[name], populous)
        else:
            raise InputError(f"Column {name}: the rules are age, birth_year, year, zip or a list of values.")
    return pd.DataFrame(made, index=rows.index)


def age_groups(ages: pd.Series) -> pd.Series:
    """Ages in whole years as text, all above 89 as "90 or over"; missing stays missing (identifier 3)."""
    numbers = pd.to_numeric(ages, errors="coerce")
    text = numbers.map(lambda age: OLDEST if age > LAST_AGE else str(int(age)), na_action="ignore")
    return text.astype("str").where(numbers >= 0)


def years(dates: pd.Series) -> pd.Series:
    """The year of dates written CCYY/MM/DD or CCYY-MM-DD; missing for anything else (identifier 3)."""
    return dates.astype("str").str.extract(f"^{_DATE.pattern}$", expand=False)


def birth_years(dates: pd.Series, last_day: date) -> pd.Series:
    """The year of birth, but one group of all who turn 90 by the end of the year of `last_day`, or are older.

    A year tells an age: of 1936 the eldest are 90 in 2026, so it is given as "1936 or before".
    """
    latest = last_day.year - LAST_AGE - 1
    born = years(dates)
    return born.map(lambda year: f"{latest} or before" if int(year) <= latest else year, na_action="ignore")


def zip_areas(zips: pd.Series, populous: Collection[str]) -> pd.Series:
    """The first three digits of zip codes where they may be told, else "000"; missing stays (identifier 2).

    populous: three-digit areas of more than 20,000 people by the current census. None is known here, as the
    list of the Census of 2000 must not be relied on once a newer one is published: the plan names them.
    """
    first = zips.astype("str").str.strip().str.extract(f"^{_ZIP.pattern}$", expand=False)
    return first.where(first.isin(list(populous)), NO_AREA).where(zips.notna())


def _listed(values: pd.Series, name: str, allowed: frozenset[str]) -> pd.Series:
    """Texts of a closed list, as they are."""
    if any(_plain(name) in map(_plain, denied.names) for denied in load_identifiers().columns):
        raise InputError(f"Column {name} holds an identifier; it cannot be released as it is.")
    others = ~values.isin(list(allowed)) & values.notna()
    if others.any():
        raise InputError(
            f"Column {name} holds values that are not among those to be released, the first in row "
            f"{int(others.to_numpy().argmax()) + 1}; code them first, or add them to the list."
        )
    return values


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
