"""The timeliness of a period: every case's clocks, told where an auditor would look for the case.

A case that stands in a universe is told by universe and row. A case no universe takes (a
MassHealth-only member, a claim, a case still open) is told by source table: it can be just as
late. The clocks are read from the source tables, which know more than a layout can hold: times
of day, extension notices, whether an item is subject to prior authorization.
"""

from collections.abc import Mapping
from datetime import date

import pandas as pd
import pyarrow as pa

from auditkit.clocks import has_clocks, source_verdicts, universe_verdicts
from auditkit.sources.moments import day_number
from auditkit.universes.fill import SOURCES

POPULATION_DAYS = {
    "authorizations": "decided_at_day",
    "appeals": "decided_at_day",
    "claims": "decided_at_day",
    "effectuations": "overturn_received_at_day",
    "grievances": "resolved_at_day",
    "reductions": "decided_at_day",
    "coverage_determinations": "decided_at_day",
    "redeterminations": "decided_at_day",
}
"""The day that brings a case of a source table into a period."""

UNIVERSES = tuple(code for code in SOURCES if has_clocks(code))
"""Universes whose clocks are told by universe row."""


def case_verdicts(
    sources: Mapping[str, pa.Table], policies: Mapping[str, str], as_of: date, time_zone: str
) -> pd.DataFrame:
    """Verdicts of every case of every source table with clocks, whatever its period.

    as_of: the day on which open cases are judged. Gives the columns of `clocks.wording.verdict_frame`; `row`
    counts the cases of a source table in the order of its extracts.
    """
    parts = [source_verdicts(table, sources, policies, as_of, time_zone) for table in POPULATION_DAYS]
    return pd.concat(parts, ignore_index=True)


def period_verdicts(
    verdicts: pd.DataFrame,
    sources: Mapping[str, pa.Table],
    universes: Mapping[str, pd.DataFrame],
    period: tuple[date, date],
) -> pd.DataFrame:
    """Verdicts of every case in a universe, decided in the period, or open on the as-of day.

    verdicts: as `case_verdicts`. period: first and last day.
    universes: filled universes by layout code, with `case_id`; row n of a universe is its n-th row.
    Gives the columns of `clocks.wording.verdict_frame`; `table` and `row` name the universe row
    where there is one, else the source table and the case in the order of its extracts.
    """
    parts = []
    for table in POPULATION_DAYS:
        mine = verdicts[verdicts["table"] == table]
        within = _cases_of_period(sources[table], table, period)
        placed = _placed(mine, table, universes)
        parts.append(placed[placed["case_id"].isin(within) | (placed["table"] != table)])
    return pd.concat(parts, ignore_index=True)


def file_against_source(
    verdicts: pd.DataFrame,
    typed: Mapping[str, pa.Table],
    program: str,
    policies: Mapping[str, str],
    as_of: date,
    time_zone: str,
) -> pd.DataFrame:
    """Where a universe file, read alone as CMS reads it, says something else than the plan's own records.

    verdicts: as `period_verdicts`. typed: typed universes by layout code. program: whose rules the
    file is read under. Gives table, clock, verdict in the file, verdict from the records, cases and
    the first difference seen (rule, extension or a missing time); agreements are counted too.
    """
    rows = []
    for code, table in typed.items():
        alone = universe_verdicts(code, table, program, policies, as_of, time_zone)
        mine = verdicts[verdicts["table"] == code]
        both = alone.merge(mine, on=["row", "clock"], how="outer", suffixes=("_file", "_records"))
        both["why"] = [_why(pair) for pair in both.to_dict("records")]
        rows.append(both.assign(table=code))
    joined = pd.concat(rows, ignore_index=True)
    keys = ["table", "clock", "verdict_file", "verdict_records", "why"]
    joined[keys] = joined[keys].fillna("no clock")
    return joined.groupby(keys).size().rename("cases").reset_index()


def _why(pair: dict) -> str:
    if pd.isna(pair["verdict_file"]) or pd.isna(pair["verdict_records"]):
        return "only one of the two has what starts this clock"
    if pair["verdict_file"] == pair["verdict_records"]:
        return "they agree"
    for column, words in (("rule", "other rule"), ("extension", "extension"), ("clock_start", "other start"),
                          ("clock_stop", "other stop")):  # fmt: skip
        if pair[f"{column}_file"] != pair[f"{column}_records"]:
            found, known = pair[f"{column}_file"] or "nothing", pair[f"{column}_records"] or "nothing"
            return words if column.startswith("clock") else f"{words}: {found} in the file, {known} in the records"
    return pair["reason_file"]


def _cases_of_period(source: pa.Table, table: str, period: tuple[date, date]) -> set[str]:
    """Case numbers whose population day lies in the period, or that are still open."""
    day = POPULATION_DAYS[table]
    columns = ["case_id", day] + (["status"] if "status" in source.column_names else [])
    frame = source.select(columns).to_pandas()
    inside = frame[day].between(day_number(period[0]), day_number(period[1]))
    pending = frame["status"] == "pending" if "status" in frame else False
    return set(frame.loc[inside | pending, "case_id"])


def _placed(verdicts: pd.DataFrame, table: str, universes: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """The verdicts of a source table, with universe and row for the cases that stand in one."""
    placed = verdicts
    for code in universes:
        if table not in SOURCES[code]:
            continue
        row_of = dict(zip(universes[code]["case_id"], range(1, len(universes[code]) + 1)))
        row = placed["case_id"].map(row_of)
        placed = placed.assign(table=placed["table"].where(row.isna(), code),
                               row=placed["row"].where(row.isna(), row).astype("int64"))  # fmt: skip
    return placed
