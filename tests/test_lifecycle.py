"""Checks across tables: each with a case on which it must fire and a neighbor on which it must not."""

from datetime import date

import pandas as pd
import pytest
import sqlglot
from engines import ENGINES, open_engine
from worked import source_table

from auditkit.errors import InputError
from auditkit.findings.collect import lifecycle_findings
from auditkit.rules.layouts import load_layouts
from auditkit.rules.lifecycle import LIFECYCLE_FILE, load_lifecycle
from auditkit.sources.intake import intake
from auditkit.sources.mapping import load_mapping
from auditkit.sources.sample import make_sample
from auditkit.sources.sample.plan import ANSWER_KEY, MAPPING_FILE
from auditkit.suite.environment import variables
from auditkit.universes.lifecycle import lifecycle_faults, lifecycle_sql, shown_in_universes, untested_checks

# One case of each table, and together one story: A1 is denied on July 3, appealed as R1, upheld by the plan,
# forwarded, overturned by the IRE and carried out as E1. C1 is a claim paid under the approved A2.
STORY = {
    "members": [{"member_id": "M1", "enrolled_from": "2024-01-01", "enrolled_to": "2026-12-31"},
                {"member_id": "M2", "enrolled_from": "2026-07-15"}],
    "authorizations": [
        {"case_id": "A1", "member_id": "M1", "received_at": "2026-07-01 09:00:00", "determination": "denied",
         "fax_header_at": "2026-07-01 08:58:00", "case_created_at": "2026-07-01 09:00:00",
         "decided_at": "2026-07-03 10:00:00"},
        {"case_id": "A2", "member_id": "M1", "received_at": "2026-07-01 09:00:00", "determination": "approved",
         "decided_at": "2026-07-03 10:00:00"},
    ],
    "appeals": [
        {"case_id": "R1", "member_id": "M1", "original_case_id": "A1", "appeal_type": "pre_service",
         "received_at": "2026-07-03 10:00:00", "determination": "denied", "decided_at": "2026-07-20",
         "ire_forwarded_at": "2026-07-20", "ire_outcome": "overturned"},
        {"case_id": "R2", "member_id": "M1", "original_case_id": "C2", "appeal_type": "payment",
         "received_at": "2026-08-01", "determination": "approved", "decided_at": "2026-08-20",
         "paid_at": "2026-08-20"},
    ],
    "claims": [
        {"case_id": "C1", "member_id": "M1", "authorization_id": "A2", "received_at": "2026-07-10",
         "determination": "approved", "decided_at": "2026-07-20", "paid_at": "2026-07-25"},
        {"case_id": "C2", "member_id": "M1", "received_at": "2026-07-10", "determination": "denied",
         "decided_at": "2026-07-20"},
    ],
    "grievances": [{"case_id": "G1", "member_id": "M1", "received_at": "2026-07-01"}],
    "effectuations": [{"case_id": "E1", "member_id": "M1", "appeal_id": "R1", "overturned_by": "ire",
                       "overturn_received_at": "2026-08-10"}],
    "reductions": [{"case_id": "T1", "member_id": "M1", "authorization_id": "A2", "decided_at": "2026-08-01"}],
    "coverage_determinations": [{"case_id": "D1", "member_id": "M1", "received_at": "2026-07-01",
                                 "determination": "denied", "decided_at": "2026-07-02 10:00:00"}],
    "redeterminations": [{"case_id": "RD1", "member_id": "M1", "original_case_id": "D1",
                          "received_at": "2026-07-02 10:00:00"}],
}  # fmt: skip


def story(**changes):
    """The tables of the story; table=(row from 0, {column: value}) changes one row, a dict alone adds one."""
    rows = {name: [dict(row) for row in table] for name, table in STORY.items()}
    for name, change in changes.items():
        if isinstance(change, dict):
            rows[name].append(rows[name][0] | change)
        else:
            rows[name][change[0]] |= change[1]
    return {name: source_table(name, table) for name, table in rows.items()}


def found(sources, **options) -> list[tuple]:
    faults = lifecycle_faults(sources, **options)
    return list(faults[["rule", "table", "case_id", "column"]].itertuples(index=False, name=None))


def test_a_story_that_fits_together_is_silent():
    assert found(story()) == []


FAULTS = [
    # R1 appeals A1, decided July 3 at 10:00:00; the very second is not before it, one second earlier is
    ({"appeals": (0, {"received_at": "2026-07-03 09:59:59"})}, ("LC01", "appeals", "R1", "received_at")),
    ({"appeals": (0, {"received_at": "2026-07-02"})}, ("LC01", "appeals", "R1", "received_at")),
    ({"appeals": (1, {"received_at": "2026-07-19"})}, ("LC01", "appeals", "R2", "received_at")),
    ({"redeterminations": (0, {"received_at": "2026-07-02 09:00:00"})},
     ("LC02", "redeterminations", "RD1", "received_at")),
    ({"appeals": (0, {"original_case_id": "A2"})}, ("LC03", "appeals", "R1", "original_case_id")),
    ({"appeals": (0, {"member_id": "M2"})}, ("LC04", "appeals", "R1", "original_case_id")),
    ({"appeals": (1, {"paid_at": None})}, ("LC05", "appeals", "R2", "effectuated_at")),
    ({"effectuations": (0, {"overturned_by": "alj"})}, ("LC06", "appeals", "R1", "ire_outcome")),
    ({"appeals": (0, {"fair_hearing_outcome": "overturned"})}, ("LC06", "appeals", "R1", "ire_outcome")),
    ({"appeals": (0, {"ire_outcome": "upheld"})}, ("LC07", "effectuations", "E1", "appeal_id")),
    ({"effectuations": {"case_id": "E2", "overturned_by": "fair_hearing"}},
     ("LC07", "effectuations", "E2", "appeal_id")),
    ({"effectuations": {"case_id": "E2", "appeal_id": "R9"}}, ("LC08", "effectuations", "E2", "appeal_id")),
    ({"effectuations": {"case_id": "E2", "appeal_id": None}}, ("LC08", "effectuations", "E2", "appeal_id")),
    ({"appeals": (1, {"ire_forwarded_at": "2026-08-20"})}, ("LC09", "appeals", "R2", "ire_forwarded_at")),
    ({"grievances": (0, {"case_id": "R1"})}, ("LC10", "grievances", "R1", "case_id")),
    ({"grievances": (0, {"case_id": "RD1"})}, ("LC10", "grievances", "RD1", "case_id")),
    ({"grievances": (0, {"case_id": "A1"})}, ("LC11", "grievances", "A1", "case_id")),
    ({"authorizations": (0, {"received_at": "2027-01-01", "case_created_at": None, "fax_header_at": None})},
     ("LC12", "authorizations", "A1", "member_id")),
    ({"coverage_determinations": (0, {"received_at": "2023-12-31"})},
     ("LC12", "coverage_determinations", "D1", "member_id")),
    ({"grievances": (0, {"member_id": "M2", "received_at": "2026-07-14"})},
     ("LC13", "grievances", "G1", "member_id")),
    ({"authorizations": (1, {"determination": "denied"})}, ("LC14", "claims", "C1", "authorization_id")),
    ({"claims": (0, {"member_id": "M2"})}, ("LC15", "claims", "C1", "authorization_id")),
    ({"authorizations": (0, {"fax_header_at": "2026-06-30 23:59:00"})},
     ("LC16", "authorizations", "A1", "received_at")),
    ({"authorizations": (0, {"case_created_at": "2026-07-01 08:59:59"})},
     ("LC17", "authorizations", "A1", "received_at")),
    ({"authorizations": (0, {"case_created_at": "2026-06-30", "fax_header_at": "2026-06-30"})},
     ("LC17", "authorizations", "A1", "received_at")),  # the fax day says the same: told once
    ({"reductions": (0, {"authorization_id": "A1"})}, ("LC18", "reductions", "T1", "authorization_id")),
    ({"redeterminations": (0, {"ire_outcome": "overturned"})}, ("LC19", "redeterminations", "RD1", "higher_outcome")),
    ({"appeals": (0, {"higher_reviewer": "alj", "higher_outcome": "overturned"})},
     ("LC19", "appeals", "R1", "higher_outcome")),
    ({"effectuations": {"case_id": "E2", "appeal_id": "RD1", "overturned_by": "alj"},
      "redeterminations": (0, {"higher_reviewer": "alj", "higher_outcome": "upheld"})},
     ("LC20", "effectuations", "E2", "appeal_id")),
    ({"effectuations": {"case_id": "E2", "appeal_id": "RD1", "overturned_by": "ire"},
      "redeterminations": (0, {"ire_outcome": "upheld"})}, ("LC20", "effectuations", "E2", "appeal_id")),
]


def told_with(expected: tuple) -> list[tuple]:
    """A denied A2 makes its reduction T1 a fault of its own too."""
    both = expected == ("LC14", "claims", "C1", "authorization_id")
    return [expected, ("LC18", "reductions", "T1", "authorization_id")] if both else [expected]


@pytest.mark.parametrize("changes, expected", FAULTS, ids=[f"{fault[1][0]}-{n}" for n, fault in enumerate(FAULTS)])
def test_a_fault_is_found_once_on_its_case(changes, expected):
    assert found(story(**changes)) == told_with(expected)


def test_every_check_has_a_case_on_which_it_fires():
    assert {expected[0] for _, expected in FAULTS} == {check.code for check in load_lifecycle().checks}


@pytest.mark.parametrize("changes", [
    {"effectuations": {"case_id": "E2", "overturned_by": "court"},
     "appeals": (0, {"higher_reviewer": "court", "higher_outcome": "partially_overturned"})},
    {"effectuations": {"case_id": "E2", "overturned_by": "alj"}},  # the record is silent on the judge
    {"effectuations": {"case_id": "E2", "appeal_id": "RD1"}, "redeterminations": (0, {"ire_outcome": "overturned"})},
    {"appeals": (0, {"received_at": "2026-07-03"})},  # the same day without a time of day: not known to be earlier
    {"appeals": (0, {"original_case_id": "A9"})},  # the determination lies before the extracts
    {"members": (0, {"enrolled_to": "2026-07-01"}), "coverage_determinations": (0, {"received_at": None})},
    {"grievances": (0, {"case_id": "A1", "member_id": "M2", "received_at": "2026-07-15"})},  # another member's
    {"effectuations": (0, {"overturned_by": "ire"}), "appeals": (0, {"ire_outcome": "partially_overturned"})},
    {"authorizations": (0, {"member_id": "M9"}), "appeals": (0, {"original_case_id": None})},  # intake tells it
    {"authorizations": (0, {"case_created_at": None, "fax_header_at": None})},
    {"effectuations": {"case_id": "E2", "appeal_id": "RD1"}},  # a reversal of a redetermination
], ids=range(11))
def test_what_only_looks_like_a_fault_is_silent(changes):
    assert found(story(**changes)) == []


def test_a_denied_authorization_that_an_appeal_won_may_be_paid():
    sources = story(claims=(0, {"authorization_id": "A1"}))  # the IRE overturned R1, the appeal of A1
    assert found(sources) == []


def test_a_period_leaves_out_the_cases_of_other_months():
    sources = story(appeals=(0, {"received_at": "2026-07-02"}))  # decided July 20
    assert len(found(sources, period=(date(2026, 7, 20), date(2026, 7, 20)))) == 1
    assert found(sources, period=(date(2026, 7, 1), date(2026, 7, 19))) == []


def test_what_a_universe_check_tells_already_is_not_told_again():
    sources = story(appeals=(1, {"paid_at": None}))
    assert found(sources, told=[("X13", "R2")]) == []
    assert len(found(sources, told=[("X13", "R1"), ("X11", "R2")])) == 1


def test_nothing_is_concluded_from_a_table_no_extract_delivers():
    sources = {name: table for name, table in story().items() if name != "effectuations"}
    assert found(sources) == []  # R1 was overturned, but nobody can say that it was not carried out
    assert untested_checks(sources)["LC06"] == "no rows in effectuations"
    assert untested_checks(story()) == {}


def test_a_fault_is_shown_on_the_universe_row_and_keeps_its_id():
    sources = story(appeals=(0, {"received_at": "2026-07-02"}), reductions=(0, {"authorization_id": "A1"}))
    faults = lifecycle_faults(sources)
    nowhere = lifecycle_findings(faults, shown_in_universes(faults, {}, {}))
    universe = pd.DataFrame({"case_id": ["R7", "R1"]})
    shown = lifecycle_findings(faults, shown_in_universes(faults, {"RECON": universe}, load_layouts()))
    assert shown[["table", "row", "column_name"]].values.tolist() == [
        ["RECON", 2, "Date the request was received"], ["reductions", 1, "authorization_id"]]
    assert nowhere[["table", "row"]].values.tolist() == [["appeals", 1], ["reductions", 1]]
    assert shown["finding_id"].tolist() == nowhere["finding_id"].tolist()
    assert set(shown["kind"]) == {"lifecycle"} and shown["found"][0].endswith("; worked example row 1")


MANY = {
    "appeals": (0, {"received_at": "2026-07-03 09:59:59", "ire_outcome": "upheld"}),
    "authorizations": (0, {"case_created_at": "2026-06-30", "fax_header_at": "2026-06-30"}),
    "redeterminations": (0, {"received_at": "2026-07-02"}),
    "claims": (0, {"case_id": "A2", "member_id": "M1", "authorization_id": "A1"}),
    "grievances": (0, {"case_id": "R2", "member_id": "M2", "received_at": "2026-07-14"}),
    "effectuations": {"case_id": "E2", "appeal_id": "R9"},
    "reductions": (0, {"authorization_id": "A1"}),
}
"""Many faults at once, some with moments that lack their time of day."""


@pytest.mark.parametrize("engine_name", ENGINES)
def test_every_engine_finds_the_same(engine_name):
    with open_engine(engine_name) as engine:
        assert [told[:3] for told in found(story(**MANY), engine=engine)] == [
            ("LC01", "appeals", "R1"), ("LC07", "effectuations", "E1"), ("LC08", "effectuations", "E2"),
            ("LC11", "claims", "A2"), ("LC13", "grievances", "R2"), ("LC14", "claims", "A2"),
            ("LC17", "authorizations", "A1"), ("LC18", "reductions", "T1")]


@pytest.mark.parametrize("check", load_lifecycle().checks, ids=lambda check: check.code)
@pytest.mark.parametrize("dialect", ["duckdb", "postgres", "spark", "tsql", "snowflake"])
def test_the_sql_parses_in_every_dialect(check, dialect):
    sql = lifecycle_sql(check.code, (date(2026, 7, 1), date(2026, 9, 30)))
    assert all(sqlglot.parse(sql, dialect=dialect))
    assert "{" not in sql


def test_the_answer_key_of_the_sample_plan(tmp_path, measured):
    """Every seeded fault between tables is found on its row and column, and nothing else."""
    made = make_sample(tmp_path, members=2_000, seed=11)
    with variables(AUDITKIT_SAMPLE_DATABASE=f"sqlite:///{tmp_path}/plan.db"):
        taken = intake(load_mapping(MAPPING_FILE), tmp_path, "America/New_York")
    key = pd.read_csv(made.answer_key, dtype="str", keep_default_na=False)
    assert made.answer_key.name == ANSWER_KEY
    # two faults of an appeal are found on its universe row or, without universes, here
    also = key["defect"].isin(["approved not effectuated", "approved forwarded"]) & (key["table"] == "appeals")
    key = key[(key["found_by"] == "lifecycle") | also]
    seeded = set(zip(key["table"], key["extract"], key["row"].astype(int), key["column"]))
    faults = lifecycle_faults(taken.tables)
    told = set(zip(faults["table"], faults["extract"], faults["extract_row"], faults["column"]))
    measured(f"lifecycle checks: recall {len(seeded & told) / len(seeded):.0%} of {len(seeded)} seeded, "
             f"precision {len(seeded & told) / len(told):.0%} of {len(told)} told")
    assert told == seeded and len(faults) == len(told) >= 20


@pytest.mark.parametrize("old, new, reason", [
    ("code: LC02", "code: LC01", "code LC01: it stands there twice"),
    ("tables: [redeterminations]", "tables: [redetermination]", "redetermination is no source table"),
    ("shown_in: {EFF_C: K}", "shown_in: {EFFC: K}", "there is no layout EFFC"),
    ("silent_after: [LC17]", "silent_after: [LC99]", "'silent_after' names LC99"),
    ("needs_rows: [effectuations]", "needs_rows: [effects]", "'needs_rows' names effects"),
    ("severity: error", "severity: bad", "checks number 1 LC01: 'severity' must be"),
])
def test_a_malformed_rules_file_is_refused(tmp_path, old, new, reason):
    text = LIFECYCLE_FILE.read_text(encoding="utf-8")
    assert old in text
    file = tmp_path / "checks.yaml"
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputError, match=reason):
        load_lifecycle(file)


def test_an_unknown_check_is_one_sentence():
    with pytest.raises(InputError, match="no lifecycle check LC99; the checks are LC01"):
        lifecycle_sql("LC99")
