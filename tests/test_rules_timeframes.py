"""The timeframe rules: facts checked by hand against the regulation, and malformed files refused."""

import shutil
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from auditkit.errors import InputError
from auditkit.rules.timeframe_meta import TIMEFRAME_FOLDER, load_timeframe_meta
from auditkit.rules.timeframes import Timeframe, load_timeframes


@pytest.fixture(scope="module")
def rules() -> dict[str, Timeframe]:
    return load_timeframes()


def test_all_142_rules_are_there(rules):
    assert len(rules) == 142
    assert Counter(rule.line_of_business for rule in rules.values()) == {
        "AIP": 49, "PART_D": 33, "MA_C": 25, "MEDICAID_438": 18, "MA_STATE": 10, "CLAIMS": 7}


def test_how_well_the_rules_are_known(rules):
    """39 may drive a finding, 91 must first be compared with the eCFR, 12 hang on a contract."""
    assert Counter(rule.sign_off for rule in rules.values()) == {
        "ready": 39, "check_text": 91, "check_contract": 12}
    assert Counter(rule.verification for rule in rules.values()) == {
        "recalled": 45, "read_current": 40, "read_older": 24, "read_secondary": 19, "parallel_read": 14}
    assert [rule.id for rule in rules.values() if rule.confidence == "low"] == ["AIP-REC-PAY"]


@pytest.mark.parametrize("before, after", [
    ("AIP-IOD-STD-PA-2025", "AIP-IOD-STD-PA"),
    ("C-OD-STD-PA-2025", "C-OD-STD-PA"),
    ("M-AUTH-STD-2025", "M-AUTH-STD"),
])
def test_standard_prior_authorization_went_from_14_days_to_7_at_new_year_2026(rules, before, after):
    """CMS-0057-F: received on 2025-12-31, 14 calendar days; received on 2026-01-01, 7."""
    assert (rules[before].limit_days, rules[after].limit_days) == (14, 7)
    assert rules[before].in_force(date(2025, 12, 31)) and not rules[after].in_force(date(2025, 12, 31))
    assert rules[after].in_force(date(2026, 1, 1)) and not rules[before].in_force(date(2026, 1, 1))
    assert rules[before].item == rules[after].item


@pytest.mark.parametrize("rule_id, days, seconds, extension", [
    # 42 CFR 422.631(d)(2)(i)(B)(1): 14 days where 422.122 does not apply, 14 more when extended.
    ("AIP-IOD-STD-NOPA", 14, None, 14),
    # 42 CFR 422.631(d)(2)(iv)(A): 72 hours are 72 x 3,600 = 259,200 seconds.
    ("AIP-IOD-EXP", None, 259_200, 14),
    # 42 CFR 422.568(b)(3): a Part B drug in 72 hours, and no extension.
    ("AIP-IOD-PARTB-STD", None, 259_200, 0),
    # 42 CFR 422.572(a)(2): an expedited Part B drug in 24 hours, 86,400 seconds.
    ("AIP-IOD-PARTB-EXP", None, 86_400, 0),
    # 42 CFR 422.633(f)(1) and (2).
    ("AIP-REC-STD", 30, None, 14),
    ("AIP-REC-EXP", None, 259_200, 14),
    # 42 CFR 422.590(c): a Part B drug reconsidered in 7 days, no extension.
    ("AIP-REC-PARTB-STD", 7, None, 0),
    # 42 CFR 422.630(e)(1) and (d).
    ("AIP-G-STD", 30, None, 14),
    ("AIP-G-EXP", None, 86_400, 0),
    # 42 CFR 422.520(a)(1) and (a)(3).
    ("CLM-NC-CLEAN", 30, None, 0),
    ("CLM-NC-OTHER", 60, None, 0),
    # 42 CFR 422.568(i): six months are neither days nor seconds.
    ("C-DISM-VACATE", None, None, 0),
    # 42 CFR 431.244(f)(2): three working days are not calendar days.
    ("M-SFH-DEC-EXP", None, None, 0),
    # 42 CFR 422.633(d): late filing for good cause has no number of days.
    ("AIP-REC-FILE-65", 60, None, None),
    # 130 CMR 508.012(A): 30 days including any extension, so none is added.
    ("MA-508-APPEAL-STD", 30, None, 0),
])
def test_limits_and_extensions(rules, rule_id, days, seconds, extension):
    rule = rules[rule_id]
    assert (rule.limit_days, rule.limit_seconds, rule.extension_days) == (days, seconds, extension)


def test_advance_notice_is_the_only_at_least_test(rules):
    """Ten days before the action (42 CFR 422.631(d)(2)(i)(A), 438.404(c)(1)); two for the
    Notice of Medicare Non-Coverage (422.624(b))."""
    found = {rule.id: rule.limit_days for rule in rules.values() if rule.test == "at_least"}
    assert found == {"AIP-TERM-10D": 10, "MA-NOMNC": 2, "M-TSR-10D": 10, "MA-508-TSR": 10}


def test_claims_tested_as_a_share(rules):
    """95 percent of clean noncontract claims in 30 days (42 CFR 422.520(a)(1)); for Medicaid
    practitioners 90 percent in 30 and 99 percent in 90 days (447.45(d))."""
    shares = {rule.id: (rule.population_test.percent, rule.limit_days)
              for rule in rules.values() if rule.population_test}
    assert shares == {"CLM-NC-CLEAN": (95, 30), "CLM-MEDICAID-90": (90, 30), "CLM-MEDICAID-99": (99, 90)}


def test_plain_medicare_advantage_rules_are_marked_as_reference(rules):
    assert {rule.line_of_business for rule in rules.values() if rule.reference_only} == {"MA_C"}
    assert all(("ma" in rule.programs) == rule.reference_only for rule in rules.values())


def test_vocabulary_has_no_word_that_no_rule_uses(rules):
    meta = load_timeframe_meta()
    used = rules.values()
    assert set(meta.lines) == {rule.line_of_business for rule in used}
    assert set(meta.request_types) == {rule.request_type for rule in used}
    assert set(meta.stages) == {rule.stage for rule in used}
    assert set(meta.priorities) == {rule.priority for rule in used}
    assert set(meta.units) == {rule.limit.unit for rule in used}


RULE = """\
rules:
  - id: T-1
    line_of_business: AIP
    programs: [one_care]
    request_type: grievance
    stage: resolution
    priority: standard
    item: any
    limit: {value: 30, unit: calendar_days}
    test: at_or_before
    start: {event: received, field: received_at}
    stop: {event: answered, field: resolution_notified_at}
    extension: {permitted: false}
    effective: {from: 2026-01-01}
    cite: 42 CFR 422.630(e)(1)
    provenance: [K]
    confidence: high
    verification: recalled
    sign_off: check_text
"""
SECOND = RULE.removeprefix("rules:\n")


def load(folder: Path, text: str) -> dict[str, Timeframe]:
    shutil.copy(TIMEFRAME_FOLDER / "meta.yaml", folder)
    (folder / "aip.yaml").write_text(text, encoding="utf-8")
    return load_timeframes(folder)


def test_a_folder_of_ones_own(tmp_path):
    assert load(tmp_path, RULE)["T-1"].limit_days == 30


@pytest.mark.parametrize("old, new, reason", [
    ("    cite: 42 CFR 422.630(e)(1)\n", "", "aip.yaml, rule T-1: 'cite' is missing; add it."),
    ("cite:", "cites:",
     "'cites' is not a name known here; did you mean 'cite' (1 more fault in this entry)."),
    ("calendar_days", "fortnights", "'limit.unit' must be 'hours', 'calendar_days'"),
    ("value: 30", "value: thirty", "'limit.value' must be a whole number, not 'thirty'."),
    ("value: 30, ", "", "rule T-1: limit: a limit in calendar_days needs a 'value'."),
    ("unit: calendar_days", "unit: contract_term", "limit: a limit of unit contract_term takes no 'value'."),
    ("from: 2026-01-01", "from: 2026-02-30", "'effective.from' must be a date that exists"),
    ("from: 2026-01-01", "from: 20260101",
     "'effective.from' must be a date written as 2026-01-31, not '20260101'."),
    ("from: 2026-01-01", "from: 2026-01-01, to: 2025-12-31", "rule T-1: effective: 'to' lies before 'from'."),
    ("permitted: false", "permitted: perhaps", "'extension.permitted' must be true or false, not 'perhaps'."),
    ("programs: [one_care]", "programs: []", "'programs' must hold at least one value"),
    ("[one_care]", "[onecare]",
     "'programs.1' must be 'one_care', 'sco', 'sco_medicaid' or 'ma', not 'onecare'."),
    ("stage: resolution", "stage: resolved", "rule T-1: 'stage' must be one of filing_window"),
    ("[K]", "[S-NEW]", "'provenance' must be one of S-AX423"),
    ("id: T-1\n", "id:\n", "'id' must not be empty"),
    (RULE, RULE + SECOND, "aip.yaml, rule T-1: the id stands there twice"),
    (RULE, RULE + SECOND.replace("T-1", "T-2"),
     "rule T-2: its effective range overlaps that of T-1, which is for the same case"),
    (RULE, "rules: none\n", "a list named 'rules' is needed"),
])
def test_a_malformed_rule_is_refused_with_file_rule_and_reason(tmp_path, old, new, reason):
    assert old in RULE
    with pytest.raises(InputError) as refusal:
        load(tmp_path, RULE.replace(old, new))
    assert reason in str(refusal.value)
    assert str(tmp_path) in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_a_successor_that_begins_the_day_after_is_taken(tmp_path):
    earlier = RULE.replace("from: 2026-01-01", "to: 2025-12-31")
    assert list(load(tmp_path, earlier + SECOND.replace("T-1", "T-2"))) == ["T-1", "T-2"]
