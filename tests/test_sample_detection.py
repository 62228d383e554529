"""What was seeded is found, and nothing else: recall and precision on the sample plan's answer key.

The key is written by the generator, which knows nothing of the checks. Every case of the fifteen
months goes through intake, universes and clocks; a finding counts as right when its case is in the key,
because one seeded fault can be late as well as wrong.
"""

from datetime import date

import pandas as pd
import pytest

from auditkit.clocks import source_verdicts
from auditkit.findings.collect import clock_findings, intake_findings, universe_findings
from auditkit.oversight.timeliness import POPULATION_DAYS
from auditkit.rules.layouts import load_layouts
from auditkit.rules.universe_rules import load_scope
from auditkit.sources.intake import intake
from auditkit.sources.mapping import load_mapping
from auditkit.sources.sample import make_sample
from auditkit.suite.environment import variables
from auditkit.universes.check import check_universe
from auditkit.universes.fill import fill

PERIOD = (date(2025, 7, 1), date(2026, 9, 30))
CODES = {"MBI pattern": "F07"}
"""What the key says in words, by the code of the check."""


@pytest.fixture(scope="module")
def plan(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sample")
    facts = make_sample(folder, members=3_000, seed=11)
    with variables(AUDITKIT_SAMPLE_DATABASE=f"sqlite:///{folder}/plan.db"):
        taken = intake(load_mapping("params/mappings/sample.yaml"), folder, "America/New_York")
    return taken, pd.read_csv(facts.answer_key, dtype=str, keep_default_na=False)


@pytest.fixture(scope="module")
def findings(plan):
    """Every finding of intake, universe checks and clocks over the whole sample, by case."""
    taken, _ = plan
    parts = [intake_findings(taken.rejects)]
    for table in POPULATION_DAYS:
        parts.append(clock_findings(source_verdicts(table, taken.tables, as_of=PERIOD[1])))
    for code in load_scope().tables:
        layout, universe = load_layouts()[code], fill(code, taken.tables, PERIOD).universe
        found = check_universe(universe, layout, period=PERIOD, synthetic=True)
        case_ids = pd.Series(universe["case_id"].to_list(), index=range(1, len(universe) + 1))
        parts.append(universe_findings(found, case_ids))
    return pd.concat(parts, ignore_index=True)


def seeded(key: pd.DataFrame, found_by: str) -> pd.DataFrame:
    """The entries that something must be found for: faults, and cases past their limit."""
    return key[key["kind"].isin(["fault", "past_limit"]) & (key["found_by"] == found_by)]


def told(name: str, right: int, wanted: int, of: int, found: int) -> str:
    return (f"{name}: recall {right}/{wanted} = {100 * right / wanted:.1f}%, precision {of}/{found} "
            f"= {100 * of / max(found, 1):.1f}%")


def test_clocks(plan, findings, measured):
    _, key = plan
    mine = findings[findings["kind"] == "clock"]
    wanted = set(zip(seeded(key, "clock")["case_id"], seeded(key, "clock")["rule"]))
    found = set(zip(mine["case_id"], mine["rule"]))
    known = mine["case_id"].isin(set(key.loc[key["kind"].isin(["fault", "past_limit"]), "case_id"]))
    measured(told("clocks", len(wanted & found), len(wanted), int(known.sum()), len(mine)))
    assert wanted <= found
    assert known.all()
    # and nothing inside or on its limit is called late under the rule it was made for
    inside = key[key["kind"].isin(["inside", "on_limit"])]
    assert not set(zip(inside["case_id"], inside["rule"])) & found


def test_universes(plan, findings, measured):
    _, key = plan
    mine = findings[findings["kind"] == "universe"]
    entries = seeded(key, "universe")
    by_case = mine.groupby("case_id")["rule"].agg(set).to_dict()
    members = key[key["table"] == "members"]
    spoilt = set(members["member_id"])
    right = [CODES.get(e.expected, e.expected) in by_case.get(e.case_id, set())
             for e in entries[entries["case_id"] != ""].itertuples()]  # fmt: skip
    faulty = set(key.loc[key["kind"] == "fault", "case_id"]) | set(key.loc[key["kind"] == "past_limit", "case_id"])
    of_member = dict(_members_by_case(plan[0]))
    # a row of SNPE is about a member, and its case number is the member's
    known = [case in faulty or of_member.get(case, case) in spoilt for case in mine["case_id"]]
    measured(told("universe checks", sum(right), len(right), sum(known), len(known)))
    assert all(right)
    assert all(known), mine[[not k for k in known]][["rule", "table", "column_name"]].drop_duplicates().to_string()
    wrong_mbi = set(members.loc[members["expected"] == "MBI pattern", "member_id"])
    caught = {of_member.get(case, case) for case in mine.loc[mine["rule"] == "F07", "case_id"]}
    assert caught <= wrong_mbi


def test_intake(plan, findings, measured):
    taken, key = plan
    entries = seeded(key, "intake")
    found = {(r.extract, str(r.row), r.rule) for r in taken.rejects.itertuples()}
    found |= {(extract, "", rule) for extract, _, rule in found}
    right = [(e.extract, e.row, e.expected) in found for e in entries.itertuples()]
    places = set(zip(key["extract"], key["row"]))
    known = [(r.extract, "" if pd.isna(r.row) else str(r.row)) in places for r in taken.rejects.itertuples()]
    measured(told("intake", sum(right), len(right), sum(known), len(known)))
    assert all(right)
    assert all(known)


def _members_by_case(taken):
    for table in (*POPULATION_DAYS, "coverage_determinations", "redeterminations"):
        rows = taken.tables[table].select(["case_id", "member_id"]).to_pydict()
        yield from zip(rows["case_id"], rows["member_id"])
