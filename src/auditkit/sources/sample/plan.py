"""Makes the sample plan: members, cases, seeded faults, extracts and the answer key."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from auditkit.errors import InputError
from auditkit.sources.mapping import load_mapping
from auditkit.sources.moments import day_number
from auditkit.sources.sample import (
    appeals,
    authorizations,
    care,
    claims,
    clock_appeals,
    clock_determinations,
    clock_part_d,
    clock_payments,
    defects,
    grievances,
    part_d,
    report_care,
    report_cases,
    report_tables,
)
from auditkit.sources.sample.boundaries import Cases
from auditkit.sources.sample.extracts import write_extracts
from auditkit.sources.sample.key import fault, key_text, locate
from auditkit.sources.sample.members import make_members
from auditkit.sources.sample.table import Table, from_rows, joined, length, take
from auditkit.sources.sample.timing import DAY

MAPPING_FILE = Path(__file__).parent / "mapping.yaml"
"""The sample plan's mapping; params/mappings/sample.yaml is the same file."""
ANSWER_KEY = "answer_key.csv"
TORN_FILE = "harborview_2026_06.csv"
FEWEST_MEMBERS = 1_000
_TORN_MONTH = (day_number(date(2026, 6, 1)), day_number(date(2026, 6, 30)))
_BUILT = (
    "authorizations",
    "appeals",
    "claims",
    "effectuations",
    "grievances",
    "reductions",
    "coverage_determinations",
    "redeterminations",
)
"""Tables that receive cases built at a limit, and faults."""


@dataclass(frozen=True)
class SampleFacts:
    """What was made.

    tables: rows by source table, as they stand in the extracts. files: data rows by extract.
    faults: entries of the answer key by defect. answer_key: its path.
    """

    tables: dict[str, int]
    files: dict[str, int]
    faults: dict[str, int]
    answer_key: Path


def make_sample(folder: Path, members: int = 25_000, seed: int = 2026) -> SampleFacts:
    """Write the extracts of a synthetic plan and the answer key of its seeded faults into `folder`.

    members: number of people, 1,000 or more. seed: the same seed and number give the same bytes.
    Everything is invented: names, identifiers (a Medicare number with S in position 2 is never
    issued), contracts (H99xx) and cases from 2025-07-01 to 2026-09-30. A case is late only where the
    answer key says so. Raises InputError for too few members, a negative seed, or a file in the
    folder's place.
    """
    folder = Path(folder)
    _refuse(folder, members, seed)
    tables, natural, origin, cases = _make(members, seed)
    entries, raw = defects.seed(_stream(seed, "faults"), tables, natural, origin)
    for name, cells in cases.raw.items():
        raw[name] += cells
    _add_reopenings(seed, tables, origin, entries + cases.key)
    mapping = load_mapping(MAPPING_FILE)
    with _staged(folder) as staging:
        files, names, rows = write_extracts(staging, list(mapping.extracts), tables, origin, raw, TORN_FILE)
        entries += cases.key
        key = locate(entries, tables, names, rows) + _torn_entries(tables, names, rows)
        (staging / ANSWER_KEY).write_text(key_text(key), encoding="utf-8", newline="")
    by_table = dict.fromkeys(tables, 0)
    for extract in mapping.extracts:
        by_table[extract.table] += files[extract.name]
    found = [entry["defect"] for entry in key]
    return SampleFacts(
        by_table, files, {name: found.count(name) for name in sorted(set(found))}, folder / ANSWER_KEY
    )


def _refuse(folder: Path, members: int, seed: int) -> None:
    if members < FEWEST_MEMBERS:
        raise InputError(
            f"A sample plan needs at least {FEWEST_MEMBERS:,} members, not {members:,}; ask for more."
        )
    if seed < 0:
        raise InputError(f"The seed must be zero or a positive whole number, not {seed}.")
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{folder} is a file; name a folder for the extracts.")


def _stream(seed: int, name: str) -> np.random.Generator:
    """Random numbers of its own for every table, so that a change in one leaves the others as they were."""
    return np.random.default_rng([seed, *name.encode()])


def _make(count: int, seed: int) -> tuple[dict[str, Table], dict[str, int], dict[str, np.ndarray], Cases]:
    """Tables still without faults, the drawn rows of each, the extract of every row, the built cases."""
    t: dict[str, Table] = {"members": make_members(_stream(seed, "members"), count)}
    members = t["members"]
    t["authorizations"] = authorizations.make_authorizations(_stream(seed, "authorizations"), members)
    # what the torn file lost must not be referred to
    arrived = take(t["authorizations"], _extract_of(t["authorizations"]) != 2)
    t["claims"] = claims.make_claims(_stream(seed, "claims"), members, arrived)
    t["appeals"] = appeals.make_appeals(_stream(seed, "appeals"), members, arrived, t["claims"])
    t["effectuations"] = appeals.make_effectuations(_stream(seed, "effectuations"), t["appeals"])
    t["grievances"] = grievances.make_grievances(_stream(seed, "grievances"), members)
    t["reductions"] = grievances.make_reductions(_stream(seed, "reductions"), members, arrived)
    t["coverage_determinations"] = part_d.make_coverage_determinations(_stream(seed, "coverage"), members)
    t["redeterminations"] = part_d.make_redeterminations(
        _stream(seed, "redeterminations"), members, t["coverage_determinations"]
    )
    t["assessments"] = care.make_assessments(_stream(seed, "assessments"), members)
    t["care_plans"] = care.make_care_plans(_stream(seed, "care plans"), t["assessments"])
    t["critical_incidents"] = care.make_incidents(_stream(seed, "incidents"), members)
    t["calls"] = care.make_calls(_stream(seed, "calls"), members)
    t["quality"] = care.make_quality(_stream(seed, "quality"), members)
    t["delegates"] = care.make_delegates()
    _add_report_tables(seed, t)
    natural = {name: length(table) for name, table in t.items()}
    cases = Cases(_stream(seed, "limits"), members, {name: natural[name] for name in _BUILT})
    for module in (clock_determinations, clock_appeals, clock_payments, clock_part_d):
        module.build(cases)
    for name in _BUILT:
        t[name] = joined([t[name], from_rows(name, cases.rows[name])])
    appeals.record_reviewers(t["effectuations"], t["appeals"], t["redeterminations"])
    report_cases.describe_authorizations(_stream(seed, "kinds of service"), t["authorizations"])
    report_cases.describe_appeals(_stream(seed, "appeals' reasons"), t["appeals"], t["authorizations"])
    report_cases.describe_grievances(_stream(seed, "grievances' reasons"), t["grievances"])
    origin = {name: np.zeros(length(table), dtype=np.int64) for name, table in t.items()}
    origin["authorizations"] = _extract_of(t["authorizations"])
    return t, natural, origin, cases


def _add_report_tables(seed: int, t: dict[str, Table]) -> None:
    """What only the periodic reports ask for: rating categories, LTSS, assessments by occasion, files."""
    members = t["members"]
    report_care.rate_members(_stream(seed, "rating categories"), members)
    t["ltss_services"] = report_tables.make_ltss_services(_stream(seed, "ltss"), members)
    t["assessments"] = report_care.add_assessments(_stream(seed, "occasions"), t["assessments"], members)
    plans = _stream(seed, "coordinators")
    report_care.describe_care_plans(plans, t["care_plans"], members, t["ltss_services"])
    report_care.follow_incidents(_stream(seed, "investigations"), t["critical_incidents"])
    report_care.describe_calls(_stream(seed, "call counts"), t["calls"])
    t["encounter_files"] = report_tables.make_encounter_files(_stream(seed, "encounter files"))


def _add_reopenings(
    seed: int, t: dict[str, Table], origin: dict[str, np.ndarray], entries: list[dict]
) -> None:
    """Reopenings of cases that carry no fault and that no torn file lost."""
    spoken_for = {name: set() for name in report_tables.REOPENED_LEVELS}
    for entry in entries:
        spoken_for.get(entry["table"], set()).add(entry["index"])
    spoken_for["authorizations"] |= set(np.flatnonzero(origin["authorizations"] == 2).tolist())
    t["reopenings"] = report_tables.make_reopenings(_stream(seed, "reopenings"), t, spoken_for)
    origin["reopenings"] = np.zeros(length(t["reopenings"]), dtype=np.int64)


def _extract_of(table: Table) -> np.ndarray:
    """Which extract of the authorizations holds each case, in the order of the mapping: the plan's, the
    delegate's workbook, its torn month, the other delegate's file."""
    _, first, second = authorizations.DELEGATES
    day = table["received_at"] // DAY
    torn = (day >= _TORN_MONTH[0]) & (day <= _TORN_MONTH[1])
    theirs = table["delegate"] == first
    return np.select([theirs & torn, theirs, table["delegate"] == second], [2, 1, 3], 0).astype(np.int64)


def _torn_entries(tables, names, rows) -> list[dict]:
    """The torn file as a whole, and the line in the middle of which it ends."""
    torn = np.flatnonzero(names["authorizations"] == TORN_FILE)
    last = torn[np.argmax(rows["authorizations"][torn])]
    lost = int(np.count_nonzero(rows["authorizations"][torn] == 0))
    whole = fault(
        "file cut off",
        "authorizations",
        0,
        "",
        "intake",
        "IN-TRAILER",
        f"{lost} rows and the trailer are lost",
    )
    line = fault("line cut off", "authorizations", int(last), "", "intake", "IN-FIELDS")
    return [whole | {"extract": TORN_FILE}] + locate([line], tables, names, rows)


@contextmanager
def _staged(folder: Path) -> Iterator[Path]:
    """A folder beside the target, whose files replace those of the target when all are whole."""
    staging = folder.with_name(f".{folder.name}.partial-{os.getpid()}")
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(parents=True)
    try:
        yield staging
        folder.mkdir(exist_ok=True)
        for made in sorted(staging.iterdir()):
            os.replace(made, folder / made.name)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
