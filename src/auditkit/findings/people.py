"""Who is touched by what was found: each finding's enrollee as a number, so that people can be counted.

Numbers are given in the order of the findings and mean nothing outside the run: neither a member number
nor a Medicare identifier stands with a finding.
"""

from collections.abc import Mapping

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from auditkit.rules.source_tables import load_source_tables
from auditkit.universes.fill import SOURCES

PERSON = "person"


def with_people(findings: pd.DataFrame, sources: Mapping[str, pa.Table]) -> pd.DataFrame:
    """The findings with `person`, the number of the enrollee from 1; missing where a finding is on no member.

    sources: typed source tables by name. A case whose enrollee is not known counts as a person of its own,
    as in the impact of the mock audit: two such cases may be two people.
    """
    about = pd.Series(None, index=findings.index, dtype=object)
    named = findings[findings["case_id"].fillna("") != ""]
    for table, cases in named.groupby("table", sort=False)["case_id"]:
        about[cases.index] = _members(str(table), cases, sources)
    numbers = pd.Series(pd.factorize(about)[0] + 1, index=findings.index, dtype="Int64")
    return findings.assign(**{PERSON: numbers.where(about.notna())})


def people(findings: pd.DataFrame) -> int | None:
    """How many enrollees stand behind these findings; None in a run that does not tell them apart."""
    return int(findings[PERSON].nunique()) if PERSON in findings else None


def _members(table: str, cases: pd.Series, sources: Mapping[str, pa.Table]) -> list[str | None]:
    """Who each case of a universe or source table is about; None in a table that is about no one."""
    names = SOURCES.get(table, (table,))
    described = load_source_tables().get(names[0])
    if described is None or all(column.name != "member_id" for column in described.columns):
        return [None] * len(cases)
    # The key of some tables, as of members, begins with the member's number: 00010502|2023/01/01.
    if described.key[0] == "member_id":
        return [f"member {case.partition('|')[0]}" for case in cases]
    known: dict[str, str] = {}
    for source in (sources[name] for name in names if name in sources):
        key = described.key[0]
        mine = source.filter(pc.is_in(source[key], value_set=pa.array(cases.unique(), pa.string())))
        known |= dict(zip(mine[key].to_pylist(), mine["member_id"].to_pylist()))
    return [f"member {known[case]}" if known.get(case) else f"case {names[0]} {case}" for case in cases]
