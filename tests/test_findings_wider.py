"""Findings on reports, care coordination and Star measures: what becomes one, how heavy it is, and its id."""

import pandas as pd
import pytest

from auditkit.errors import InputError
from auditkit.findings.collect import collect, conditions, finding_id
from auditkit.findings.people import with_people
from auditkit.findings.wider import care_findings, check_findings, measure_findings, outlier_findings
from auditkit.suite.explain import explain

AUTHORITY = {"MH-01": "42 CFR 438.66(e)", "PART-C-I": "42 CFR 422.516(a)"}


def check(unit, result="fails", kind="must", left=40.0, right=39.0):
    """The MCPAR check that resolved appeals are denied, partly or wholly in favor, in one program."""
    return {"report": "MH-01", "check": "MH-01.OUTCOMES", "unit": unit, "period": "2026", "left": left, "right": right,
            "result": result, "kind": kind, "sentence": "Every resolved appeal has one outcome.",
            "relation": "D1.IV.1 = D1.IV.1a + D1.IV.1b + D1.IV.1c"}  # fmt: skip


def test_a_rule_that_must_hold_is_an_error_told_once():
    """40 resolved appeals and 39 outcomes in One Care: the total of all programs fails too and says nothing new."""
    found = check_findings(pd.DataFrame([check("one_care"), check("sco", "holds"), check("all")]), AUTHORITY)
    assert found[["severity", "table", "case_id", "found", "citation"]].values.tolist() == [
        ["error", "MH-01", "one_care 2026", "40 against 39", "42 CFR 438.66(e)"]]  # fmt: skip
    assert found["finding_id"].tolist() == [finding_id("MH-01.OUTCOMES", "MH-01", "one_care 2026")]


def test_a_total_that_alone_fails_is_told():
    found = check_findings(pd.DataFrame([check("one_care", "holds"), check("all", kind="expected")]), AUTHORITY)
    assert found[["severity", "case_id"]].values.tolist() == [["warning", "all 2026"]]


def test_a_count_unlike_its_past_is_a_warning_and_others_are_none():
    row = {"report": "PART-C-I", "code": "I.A", "name": "Grievances", "unit": "H9902", "period": "2026Q1", "value": 90.0,
           "checks": "HISTORY", "why": "Far from the periods before"}  # fmt: skip
    found = outlier_findings(pd.DataFrame([row, row | {"period": "2026Q2", "checks": "", "why": ""}]), AUTHORITY)
    assert found[["rule", "case_id", "sentence"]].values.tolist() == [
        ["HISTORY", "I.A H9902 2026Q1", "Grievances: Far from the periods before."]]  # fmt: skip


def test_an_unmet_care_test_stands_on_the_enrollees_row_and_counts_a_person():
    results = pd.DataFrame({"test": "HRA-INIT", "row": [1, 2, 3], "case_id": ["00000001", "00000002", "00000003"],
                            "result": ["met", "not met", "excused"], "reason": ["in time", "not done", "refused"],
                            "citation": "42 CFR 422.101(f)(1)(i)"})  # fmt: skip
    found = with_people(care_findings(results), {})
    assert found[["table", "row", "found", "person"]].values.tolist() == [["SNPE", 2, "not done", 1]]


def test_a_low_measure_is_worth_knowing_and_is_about_no_person():
    """Two stars are a finding, three are none."""
    measures = pd.DataFrame({"contract": "H9901", "measure": ["C01", "C02"], "name": ["Breast Cancer Screening", "Other"],
                             "star": [2.0, 3.0], "score": [69.0, 70.0], "in_words": ["15 members more", ""]})  # fmt: skip
    found = with_people(collect(measure_findings(measures)), {})
    assert found[["severity", "rule", "found", "expected"]].values.tolist() == [
        ["info", "C01", "star 2, score 69", "for the next star: 15 members more"]]  # fmt: skip
    assert conditions(found)["people"].tolist() == [0]


def test_a_finding_without_a_clock_is_explained_by_itself(tmp_path):
    """`auditkit explain RUN F-...` on the failing MCPAR check tells the numbers and the law."""
    (tmp_path / "data").mkdir()
    found = check_findings(pd.DataFrame([check("one_care")]), AUTHORITY)
    found.to_parquet(tmp_path / "data" / "findings.parquet")
    pd.DataFrame({"table": ["OD"], "row": [1], "case_id": ["A1"]}).to_parquet(tmp_path / "data" / "verdicts.parquet")
    text = explain(str(tmp_path), found["finding_id"].iloc[0])
    assert text.startswith("MH-01.OUTCOMES on MH-01: Every resolved appeal has one outcome.")
    assert "Found:     40 against 39" in text and "42 CFR 438.66(e)" in text
    with pytest.raises(InputError, match="no clock was tested on what you named"):
        explain(str(tmp_path), "F-000000000000")


def test_nothing_found_has_the_same_columns():
    none = check_findings(pd.DataFrame([check("one_care", "holds")]), AUTHORITY)
    assert none.empty and list(none) == list(collect())
