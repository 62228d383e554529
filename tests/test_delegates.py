"""Delegates: files that came late or were used again, and counts by delegate, on a worked example."""

import pandas as pd
import pytest
from suite_projects import PARAMS, make_project

from auditkit.errors import InputError
from auditkit.findings.collect import lifecycle_findings
from auditkit.suite.params import load_params
from auditkit.universes.delegates import delegate_counts, delegate_file_faults, delegate_file_states
from auditkit.universes.lifecycle import shown_in_universes

RECONCILIATION = pd.DataFrame(
    [("plan.csv", "authorizations", "", 6, 5, 1), ("bay.csv", "authorizations", "Bay Physicians", 4, 4, 0),
     ("bay_appeals.csv", "appeals", "Bay Physicians", 2, 2, 0)],
    columns=["extract", "table", "delegate", "rows_in", "rows_used", "rows_set_aside"])  # fmt: skip
FILE = "{delegate: Bay Physicians, extract: bay.csv, received: 2026-10-05, due: 2026-10-05"


def states(tmp_path, *files: str) -> pd.DataFrame:
    """The states of files written as a params file has them."""
    params = make_project(tmp_path)
    params.write_text(PARAMS + "delegate_files:\n" + "".join(f"  - {file}\n" for file in files), encoding="utf-8")
    return delegate_file_states(load_params(params).params.delegate_files, RECONCILIATION)


@pytest.mark.parametrize("file, code, severity, found", [
    (FILE.replace("received: 2026-10-05", "received: 2026-10-06") + "}", "LC21", "warning",
     "Bay Physicians: received 2026-10-06, due 2026-10-05, 1 day late"),
    (FILE + ", reused_from: 2026q2}", "LC22", "error", "Bay Physicians: from 2026q2, approved by nobody"),
    (FILE + ", reused_from: 2026q2, approved_by: A. Director}", "LC23", "info",
     "Bay Physicians: from 2026q2, approved by A. Director"),
])  # fmt: skip
def test_a_late_or_reused_file_is_a_finding(tmp_path, file, code, severity, found):
    faults = delegate_file_faults(states(tmp_path, file))
    assert faults[["rule", "severity", "found", "extract", "table"]].values.tolist() == [
        [code, severity, found, "bay.csv", "authorizations"]]


def test_a_file_on_its_due_day_is_no_finding(tmp_path):
    known = states(tmp_path, FILE + "}")
    assert known["days_late"].tolist() == [0]
    assert delegate_file_faults(known).empty


def test_a_workbook_is_named_with_or_without_its_sheet(tmp_path):
    sheets = RECONCILIATION.assign(extract=["plan.csv", "bay.csv [UM]", "bay_appeals.csv"])
    params = make_project(tmp_path)
    for name in ("bay.csv", '"bay.csv [UM]"'):
        params.write_text(PARAMS + f"delegate_files:\n  - {FILE.replace('bay.csv', name)}}}\n", encoding="utf-8")
        known = delegate_file_states(load_params(params).params.delegate_files, sheets)
        assert known["extract"].tolist() == ["bay.csv [UM]"]


def test_a_file_can_be_both_late_and_reused_and_two_files_have_two_ids(tmp_path):
    late = FILE.replace("due: 2026-10-05", "due: 2026-10-01") + ", reused_from: 2026q2}"
    faults = delegate_file_faults(states(tmp_path, late, late.replace("bay.csv", "bay_appeals.csv")))
    findings = lifecycle_findings(faults, shown_in_universes(faults, {}, {}))
    assert findings["rule"].tolist() == ["LC21", "LC22"] * 2 and findings["finding_id"].is_unique
    assert findings[["row", "case_id", "table"]].values.tolist()[0] == [0, "", "authorizations"]
    assert findings["found"][0].endswith("4 days late; bay.csv")


@pytest.mark.parametrize("file, reason", [
    (FILE.replace("bay.csv", "bay.xlsx") + "}", "there is no extract bay.xlsx; the extracts are bay.csv"),
    (FILE.replace("Bay Physicians", "Bay") + "}", "no row of bay.csv is of Bay"),
    (FILE + ", approved_by: A. Director}", "name its period in 'reused_from'"),
    (FILE.replace("due: 2026-10-05", "due: 10/5/2026") + "}", "'delegate_files.1.due' must be a date"),
])  # fmt: skip
def test_a_wrong_entry_is_one_sentence(tmp_path, file, reason):
    with pytest.raises(InputError) as refused:
        states(tmp_path, file)
    assert reason in str(refused.value) and "\n" not in str(refused.value)


def test_counts_by_delegate():
    """OD holds two rows of the plan and one of Bay, RECON one of Bay; the finding on a claim is on no row."""
    universes = {"OD": pd.DataFrame({"delegate": [None, "Bay Physicians", None]}),
                 "RECON": pd.DataFrame({"delegate": ["Bay Physicians"]})}  # fmt: skip
    findings = pd.DataFrame([("OD", 2, "error"), ("OD", 1, "warning"), ("claims", 9, "error"), ("RECON", 1, "error")],
                            columns=["table", "row", "severity"])  # fmt: skip
    verdicts = pd.DataFrame([("OD", 3, "late"), ("OD", 2, "timely"), ("claims", 9, "late")],
                            columns=["table", "row", "verdict"])  # fmt: skip
    assert delegate_counts(RECONCILIATION, universes, findings, verdicts).to_dict("records") == [
        {"delegate": "the plan itself", "rows_in": 6, "rows_used": 5, "rows_set_aside": 1, "OD": 2, "RECON": 0,
         "error": 0, "warning": 1, "late": 1},
        {"delegate": "Bay Physicians", "rows_in": 6, "rows_used": 6, "rows_set_aside": 0, "OD": 1, "RECON": 1,
         "error": 2, "warning": 0, "late": 0}]
