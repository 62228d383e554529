"""Intake: a plan's extracts become the canonical source tables, and every row is accounted for.

Rule codes of the reject records: IN-FIELDS wrong number of fields, IN-TRAILER trailer missing or its
count differs, IN-REQUIRED required value missing, IN-DATE, IN-TIME, IN-NUMBER, IN-CODE, IN-FLAG value
that cannot be read, IN-CHARACTER control character in text, IN-SPACE space around a name or
identifier, IN-ZEROS leading zeros look lost, IN-DUPLICATE key met before, IN-MEMBER member unknown.
"""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa

from auditkit.rules.source_tables import SourceTable, load_source_tables
from auditkit.sources.across_rows import repeated_keys, unknown_members
from auditkit.sources.mapping import Extract, Mapping
from auditkit.sources.reconciliation import file_frame, reconcile
from auditkit.sources.rejects import reject_frame, sort_rejects
from auditkit.sources.typed_extract import TypedExtract, read_extract
from auditkit.sources.typing import empty_columns


@dataclass(frozen=True)
class Intake:
    """What intake gives.

    tables: every canonical source table by name, typed, empty where no extract feeds it.
    rejects: extract, table, row (from 1; empty where the file is meant), column, source_column, value (as
        it came), rule, expected, action, delegate, case_key (key as in the extract).
    reconciliation: extract, table, delegate, rows_in, rows_used, rows_set_aside, and one column a rule
        that sets rows aside. rows_in = rows_used + rows_set_aside, always.
    files: one row an extract: extract, table, format, encoding, delimiter, quoting, header, sheet, rows,
        blank_lines, trailer_rows, bytes, sha256.
    time_zone: in which days and seconds were counted.
    """

    tables: dict[str, pa.Table]
    rejects: pd.DataFrame
    reconciliation: pd.DataFrame
    files: pd.DataFrame
    time_zone: str


def intake(mapping: Mapping, extracts_folder: Path | str, time_zone: str) -> Intake:
    """Read all extracts of a mapping.

    extracts_folder: where the mapping's files lie. time_zone: IANA name, as America/New_York.
    Raises InputError when an extract cannot be read, and RuntimeError when rows do not add up,
    which would be a fault of this program.
    """
    layouts = load_source_tables()
    read = [
        read_extract(extract, layouts[extract.table], Path(extracts_folder), time_zone)
        for extract in mapping.extracts
    ]
    tables, records, reasons = {}, [part.rejects for part in read], [list(part.set_aside) for part in read]
    for name, layout in layouts.items():
        places = [place for place, part in enumerate(read) if part.extract.table == name]
        tables[name], repeats = _one_table(layout, [read[place] for place in places])
        records.append(repeats)
        _count_repeats(repeats, read, reasons)
    records += _members_unknown(tables, read, layouts)
    return Intake(
        tables,
        sort_rejects(_root_faults(reject_frame(records)), mapping.extracts),
        reconcile(read, reasons, tables),
        file_frame(read),
        time_zone,
    )


def _root_faults(rejects: pd.DataFrame) -> pd.DataFrame:
    """The records without "member unknown" where the member number itself lost its zeros: one fault, one record."""
    place = ["extract", "row", "column"]
    zeros = pd.MultiIndex.from_frame(rejects.loc[rejects["rule"] == "IN-ZEROS", place])
    consequence = (rejects["rule"] == "IN-MEMBER") & pd.MultiIndex.from_frame(rejects[place]).isin(zeros)
    return rejects[~consequence]


def _one_table(layout: SourceTable, parts: list[TypedExtract]) -> tuple[pa.Table, pd.DataFrame]:
    """The rows of all extracts of a table without those that repeat a key, and the records of these."""
    if not parts:
        return empty_columns(layout), pd.DataFrame()
    rows = pa.concat_tables([part.rows for part in parts])
    repeats, records = repeated_keys(layout, rows, _of_table([part.extract for part in parts], layout.name))
    return rows.filter(pa.array(~repeats)), records


def _count_repeats(
    repeats: pd.DataFrame, read: list[TypedExtract], reasons: list[list[tuple[str, str]]]
) -> None:
    """Add the rows that repeat a key to what was set aside of their extracts."""
    if repeats.empty:
        return
    for part, reason in zip(read, reasons, strict=True):
        mine = repeats[(repeats["extract"] == part.extract.name) & (repeats["table"] == part.extract.table)]
        reason += [(delegate, "IN-DUPLICATE") for delegate in mine["delegate"]]


def _members_unknown(
    tables: dict[str, pa.Table], read: list[TypedExtract], layouts: dict[str, SourceTable]
) -> list[pd.DataFrame]:
    """Only where members were given can a member be unknown."""
    if not any(part.extract.table == "members" for part in read):
        return []
    extracts = [part.extract for part in read]
    return [
        unknown_members(layouts[name], rows, _of_table(extracts, name), tables["members"])
        for name, rows in tables.items()
        if name != "members" and "member_id" in rows.column_names and rows.num_rows
    ]


def _of_table(extracts: list[Extract], table: str) -> dict[str, Extract]:
    return {extract.name: extract for extract in extracts if extract.table == table}
