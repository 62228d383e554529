"""Dispositions in codes for whoever is outside the plan, and how many people stand behind a condition."""

import pandas as pd
import pyarrow as pa
from findings_frames import DIRECTOR, OFFICER, findings, late

from auditkit.findings.annotations import condition_id, note_condition, note_finding, open_log
from auditkit.findings.collect import conditions
from auditkit.findings.dispositions import DISPOSITION_CODES, coded_dispositions
from auditkit.findings.people import with_people
from auditkit.findings.signoff import sign_off, waive

LATE, PART_B = "AIP-IOD-STD-PA", "AIP-IOD-PARTB-STD"
SOURCES = {
    "authorizations": pa.table(
        {"case_id": ["A", "B", "C", "D"], "member_id": ["m1", "m1", "m2", "m3"]}
    )
}


def coded(frame: pd.DataFrame, log, content: str = "c" * 64) -> dict[str, str]:
    told = coded_dispositions(frame, log.records(), content)
    return dict(zip(told["rule"], told["disposition"]))


def test_people_are_counted_once_however_many_cases_they_have():
    """A and B are of one member, C of another; case X is in no extract and counts as a person of its own."""
    told = conditions(with_people(findings(late("A"), late("B"), late("C"), late("X")), SOURCES))
    assert told[["cases", "people"]].values.tolist() == [[4, 3]]


def test_a_person_is_one_number_in_every_condition_and_no_member_number_is_kept():
    frame = with_people(findings(late("C"), late("A"), late("B", rule=PART_B), late("")), SOURCES)
    assert frame["person"].tolist()[:3] == [1, 2, 2] and pd.isna(frame["person"].iloc[3])
    assert not frame.isin(["m1", "m2", "m3"]).any().any()


def test_an_enrollment_span_is_about_its_member_and_a_count_of_calls_about_no_one():
    """The key of members is member and first day; calls and measures have no member."""
    spans = [late("m1|2023/01/01") | {"table": "members"}, late("m1|2025/01/01") | {"table": "members"}]
    calls = [late("One Care|2026/07/01") | {"table": "calls"}]
    universe = [late("m1") | {"table": "SNPE"}, late("A")]
    told = with_people(findings(*spans, *calls, *universe), SOURCES)["person"]
    assert told.isna().tolist() == [False, False, True, False, False] and told.nunique() == 1


def test_a_run_that_does_not_tell_people_apart_says_so():
    assert conditions(findings(late("A")))["people"].isna().all()


def test_each_condition_gets_one_code(tmp_path):
    """Six conditions of two cases each: alike, differing, half done, settled before A changed, waived, open."""
    rules = ("R1", "R2", "R3", "R4", "R5", "R6")
    before = findings(*(late(case, rule=rule) for rule in rules for case in "AB"))
    log = open_log(tmp_path / "review" / "q3.jsonl")
    for rule in ("R1", "R4"):
        note_condition(log, before[before["rule"] == rule], "agree", "", OFFICER)
    note_finding(log, before.iloc[2], "agree", "", DIRECTOR)
    note_finding(log, before.iloc[3], "disagree", "The fax log shows 14 July.", DIRECTOR)
    note_finding(log, before.iloc[4], "explained", "The enrollee asked to wait.", DIRECTOR)
    waive(log, before, condition_id("R5", "OD", "error"), "Reported to CMS.", OFFICER)
    today = before.copy()
    today.loc[6, "found"] = "2026/07/17"
    expected = {"R1": "agree", "R2": "mixed", "R3": "partly", "R4": "facts changed", "R5": "waived", "R6": "open"}
    assert coded(today, log) == expected
    assert set(expected.values()) < set(DISPOSITION_CODES)


def test_the_sign_off_is_told_by_role_and_void_on_other_content(tmp_path):
    frame = with_people(findings(late("A"), late("C")), SOURCES)
    log = open_log(tmp_path / "review" / "q3.jsonl")
    assert set(coded_dispositions(frame, log.records(), "c")["sign_off"]) == {"not signed off"}
    note_condition(log, frame, "agree", "Late, says Dr. Rivera of member m1.", DIRECTOR)
    for who in (OFFICER, DIRECTOR):
        sign_off(log, frame, run="q3", content_sha256="c", who=who)
    told = coded_dispositions(frame, log.records(), "c")
    assert told.to_dict("records") == [
        {"rule": LATE, "table": "OD", "severity": "error", "cases": 2, "people": 2, "disposition": "agree",
         "sign_off": "signed off: medical director, compliance officer"}
    ]  # fmt: skip
    assert set(coded_dispositions(frame, log.records(), "d")["sign_off"]) == {"void"}


def test_no_name_text_or_id_is_in_the_coded_table(tmp_path):
    frame = with_people(findings(late("A")), SOURCES)
    log = open_log(tmp_path / "review" / "q3.jsonl")
    note_condition(log, frame, "agree", "Late, says Dr. Rivera of member m1.", DIRECTOR)
    note_condition(log, findings(late("B", rule="GONE")), "agree", "", DIRECTOR)  # no longer found: not told
    told = coded_dispositions(frame, log.records(), "c")
    assert list(told["rule"]) == [LATE]
    said = told.to_csv()
    assert not any(word in said for word in ("Rivera", "m1", "F-", "C-", "N-", "Decision"))
