"""Filling the Part D (CDAG) and Special Needs Plan (SNPCC) universes: who is in, and how each cell is written."""

from datetime import date

import pytest
from engines import ENGINES, open_engine
from hypothesis import given, settings
from hypothesis import strategies as st
from worked import source_table

from auditkit.rules.layouts import load_layouts
from auditkit.rules.source_tables import load_source_tables
from auditkit.universes.check import check_universe
from auditkit.universes.fill import fill

PERIOD = (date(2026, 7, 1), date(2026, 9, 30))
MEMBER = {"member_id": "M1", "first_name": "Ana", "last_name": "Lima", "mbi": "1EG4TE5MK73", "program": "one_care",
          "contract": "H9901", "pbp": "001", "enrolled_from": "2024-01-01"}  # fmt: skip
MEMBERS = [
    MEMBER,
    {"member_id": "M2", "first_name": "Bo", "last_name": "Test", "program": "sco_medicaid",
     "contract": "H9903", "pbp": "001", "enrolled_from": "2024-01-01"},
    MEMBER | {"member_id": "M3", "mbi": "2EG4TE5MK73", "enrolled_to": "2026-06-30"},
]  # fmt: skip
DETERMINATION = {
    "case_id": "CD1", "member_id": "M1", "delegate": "Bay Rx", "drug": "Apixaban 5 mg tablet", "request_type": "benefit",
    "received_at": "2026-07-01 09:00:00", "requester": "prescriber", "priority_requested": "standard",
    "priority": "standard", "status": "decided", "determination": "approved", "decided_at": "2026-07-02 10:00:00",
    "oral_notified_at": "2026-07-02 10:30:00", "written_notified_at": "2026-07-03 16:00:00",
    "effectuated_at": "2026-07-02 11:00:00", "issue_description": "Prior authorization of apixaban",
}  # fmt: skip
EXCEPTION = DETERMINATION | {
    "case_id": "CD2", "request_type": "exception", "exception_type": "step_therapy",
    "supporting_statement_at": "2026-07-01 12:00:00", "approval_expires": "2026-12-31",
}  # fmt: skip
REIMBURSEMENT = DETERMINATION | {
    "case_id": "CD3", "request_type": "payment", "requester": "enrollee", "paid_at": "2026-07-10 10:00:00",
    "effectuated_at": None,
}  # fmt: skip
REDETERMINATION = {
    "case_id": "RD1", "member_id": "M1", "drug": "Apixaban 5 mg tablet", "request_type": "benefit",
    "received_at": "2026-07-06 09:00:00", "requester": "enrollee", "priority": "standard", "status": "decided",
    "determination": "denied", "decided_at": "2026-07-09 10:00:00", "written_notified_at": "2026-07-10 12:00:00",
    "medical_necessity_denial": "Y", "issue_description": "Appeal about apixaban",
}  # fmt: skip
OVERTURN = {
    "case_id": "E1", "member_id": "M1", "part": "D", "drug": "Apixaban 5 mg tablet", "request_kind": "pre_service",
    "part_b_drug": "N", "priority": "expedited", "overturned_by": "ire", "overturn_received_at": "2026-07-01 09:00:00",
    "effectuated_at": "2026-07-02 08:00:00",
}  # fmt: skip
GRIEVANCE = {
    "case_id": "G1", "member_id": "M1", "part": "D", "received_at": "2026-07-01 09:00:00", "received_how": "oral",
    "filed_by": "enrollee", "priority": "standard", "extension_taken": "N", "category": "Pharmacy access",
    "quality_of_care": "N", "issue_description": "The pharmacy was closed", "status": "resolved",
    "resolved_at": "2026-07-09 10:00:00", "oral_notified_at": "2026-07-10 10:00:00",
    "resolution_description": "Another pharmacy was found",
}  # fmt: skip
SOURCE = {
    "CD": ("coverage_determinations", DETERMINATION), "CDER": ("coverage_determinations", EXCEPTION),
    "PYMT_D": ("coverage_determinations", REIMBURSEMENT), "RD": ("redeterminations", REDETERMINATION),
    "EFF_D": ("effectuations", OVERTURN), "GRV_D": ("grievances", GRIEVANCE),
}  # fmt: skip


def filled(table: str, *changes: dict, appeals=(), engine=None, **options):
    name, row = SOURCE[table]
    sources = {name: source_table(name, [row | change for change in changes]),
               "members": source_table("members", MEMBERS)}  # fmt: skip
    if table == "PYMT_D":
        rows = source_table("redeterminations", [REDETERMINATION | change for change in appeals or [{}]])
        sources["redeterminations"] = rows if appeals else rows.slice(0, 0)
    return fill(table, sources, PERIOD, engine=engine, **options)


@pytest.mark.parametrize("table, expected", [
    ("CD", "Apixaban 5 mg tablet|CD1|2026/07/01|09:00:00|None|None|Standard|Approved|2026/07/02|10:00:00|2026/07/02|"
           "10:30:00|2026/07/03|16:00:00|2026/07/02|11:00:00|prescriber or other authorised requester|"
           "Prior authorization of apixaban|None|None|None|Bay Rx"),
    ("CDER", "Apixaban 5 mg tablet|CD2|2026/07/01|09:00:00|None|None|utilisation management exception: step therapy|"
             "2026/07/01|12:00:00|Standard|Approved|2026/07/02|10:00:00|2026/07/02|10:30:00|2026/07/03|16:00:00|"
             "2026/07/02|11:00:00|2026/12/31|prescriber or other authorised requester|"
             "Prior authorization of apixaban|None|None|None|Bay Rx"),
    ("PYMT_D", "Apixaban 5 mg tablet|CD3|CD|2026/07/01|None|Approved|2026/07/02|2026/07/03|2026/07/10|enrollee|"
               "Prior authorization of apixaban|None|None|Bay Rx"),
    ("RD", "Apixaban 5 mg tablet|RD1|2026/07/06|09:00:00|None|None|Standard|Denied|2026/07/09|10:00:00|None|None|"
           "2026/07/10|12:00:00|None|None|enrollee|Appeal about apixaban|Yes|None|None|None"),
    ("EFF_D", "Apixaban 5 mg tablet|E1|expedited|IRE|2026/07/01|09:00:00|2026/07/02|08:00:00|None|None"),
    ("GRV_D", "2026/07/01|None|Oral|None|Standard|No|The pharmacy was closed|Pharmacy access|2026/07/10|10:00:00|None|"
              "None|Another pharmacy was found|Resolved|None"),
])  # fmt: skip
def test_a_plain_case_of_each_table(table, expected):
    universe = filled(table, {}).universe
    row = universe.iloc[0]
    assert "|".join(row[column.id] for column in load_layouts()[table].columns[5:]) == expected
    assert row[["A", "B", "C", "D", "E"]].tolist() == ["Ana", "Lima", "1EG4TE5MK73", "H9901", "001"]
    assert check_universe(universe, load_layouts()[table], period=PERIOD).empty


@pytest.mark.parametrize("table, change, expected", [
    ("CD", {"determination": "partially_denied", "medical_necessity_denial": "N"}, {"M": "Denied", "X": "No",
                                                                                    "T": "None"}),
    ("CD", {"determination": "denied"}, {"X": ""}),  # not known: left blank, the check reports it
    ("CD", {"received_at": "2026-07-01"}, {"H": "2026/07/01", "I": ""}),
    ("CD", {"requester": "enrollee_representative", "aor_received_at": "2026-07-01 08:00:00"},
     {"V": "enrollee's representative", "J": "2026/07/01", "K": "08:00:00"}),
    ("CD", {"aor_received_at": "2026-07-01 08:00:00"}, {"J": "None"}),  # a prescriber needs none
    # never decided: the moment of forwarding stands for that of the determination
    ("CD", {"determination": "forwarded_to_ire", "decided_at": None, "ire_forwarded_at": "2026-07-05 08:00:00"},
     {"M": "IRE auto-forward", "N": "2026/07/05", "O": "08:00:00", "Y": "2026/07/05", "Z": "08:00:00", "T": "None"}),
    ("CDER", {"exception_type": "formulary", "supporting_statement_at": None},
     {"L": "formulary exception (non-formulary drug)", "M": "None", "N": "None"}),
    ("CDER", {"determination": "denied", "medical_necessity_denial": "Y"}, {"Y": "None", "AB": "Yes"}),
    ("PYMT_D", {"determination": "denied", "medical_necessity_denial": "N"}, {"K": "Denied", "N": "None", "Q": "No"}),
    ("EFF_D", {"request_kind": "payment", "paid_at": "2026-07-20 10:00:00", "overturned_by": "council"},
     {"H": "payment", "I": "Medicare Appeals Council", "K": "None", "M": "None", "N": "2026/07/20"}),
    ("EFF_D", {"overturned_by": "alj", "effectuated_at": None},
     {"I": "ALJ or attorney adjudicator (OMHA)", "L": "None", "M": "None"}),
    ("GRV_D", {"priority": "expedited", "extension_taken": "Y"}, {"J": "Expedited", "G": "09:00:00", "O": "10:00:00",
                                                                  "K": "Yes"}),
    ("GRV_D", {"filed_by": "enrollee_representative", "aor_received_at": "2026-07-02"}, {"I": "2026/07/02"}),
    ("GRV_D", {"status": "dismissed"}, {"S": "Dismissed"}),
])  # fmt: skip
def test_cells_worked_from_the_layout(table, change, expected):
    row = filled(table, change).universe.iloc[0]
    assert {name: row[name] for name in expected} == expected


def test_payment_redeterminations_stand_beside_the_coverage_determinations():
    result = filled("PYMT_D", {}, {"case_id": "CD9", "request_type": "benefit"},
                    appeals=[{"request_type": "payment"}, {"case_id": "RD2"}])  # fmt: skip
    assert result.universe[["G", "H"]].values.tolist() == [["CD3", "CD"], ["RD1", "RD"]]
    assert sorted(result.excluded[["case_id", "reason"]].values.tolist()) == [["CD9", "not-payment"],
                                                                              ["RD2", "not-payment"]]  # fmt: skip


@pytest.mark.parametrize("table, change, reason", [
    ("CD", {"request_type": "exception"}, "exception"),
    ("CD", {"request_type": "payment"}, "payment"),
    ("CD", {"status": "withdrawn"}, "withdrawn"),
    ("CD", {"status": "pending", "decided_at": None}, "pending"),
    ("CD", {"decided_at": None}, "no-determination-date"),
    ("CD", {"decided_at": "2026-10-01"}, "outside-period"),
    ("CD", {"member_id": "M9"}, "member-unknown"),
    ("CD", {"member_id": "M3"}, "not-enrolled"),
    ("CD", {"member_id": "M2"}, "no-medicare"),
    ("CDER", {"request_type": "benefit"}, "not-an-exception"),
    ("PYMT_D", {"request_type": "benefit"}, "not-payment"),
    ("RD", {"request_type": "payment"}, "payment"),
    ("EFF_D", {"part": "C"}, "part-c"),
    ("EFF_D", {"part": None}, "part-c"),
    ("EFF_D", {"overturned_by": "fair_hearing"}, "fair-hearing"),
    ("EFF_D", {"overturn_received_at": "2026-06-30"}, "outside-period"),
    ("GRV_D", {"part": "C"}, "part-c"),
    ("GRV_D", {"status": "pending"}, "pending"),
])  # fmt: skip
def test_who_stays_out_and_why(table, change, reason):
    result = filled(table, {}, change | {"case_id": "OUT"})
    assert result.excluded[["case_id", "reason", "extract_row"]].values.tolist() == [["OUT", reason, 2]]


def drawn(table: str):
    source, row = SOURCE[table]
    days = st.sampled_from([None, "2026-06-30", "2026-07-01 00:00:00", "2026-09-30 23:59:59", "2026-10-01"])
    choices = {"member_id": st.sampled_from(["M1", "M2", "M3", "M9"])}
    for column in load_source_tables()[source].columns:
        if column.kind == "code":
            choices[column.name] = st.sampled_from(column.values)
        if column.kind == "moment":
            choices[column.name] = days
    return st.fixed_dictionaries(choices).map(lambda change: row | change)


@pytest.mark.parametrize("table", SOURCE)
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_rows_always_add_up(table, data):
    rows = data.draw(st.lists(drawn(table), min_size=1, max_size=8))
    result = filled(table, *rows)
    assert len(result.universe) + len(result.excluded) == len(rows) == result.counts["rows"].sum()


# ---- Special Needs Plan enrollees: the last day of the period is 2026-09-30, the window begins 2025-10-01 --------

HRA = {"assessment_id": "H1", "member_id": "M1", "assessment_type": "hra_initial"}
PLAN = {"care_plan_id": "P1", "member_id": "M1", "completed_date": "2024-03-10", "care_team_assigned": "Y",
        "acuity": "high", "care_transition": "N"}  # fmt: skip


def enrollees(spans, assessments=(), plans=(PLAN,), engine=None, **options):
    def rows(name, given, example):
        return source_table(name, list(given)) if given else source_table(name, [example]).slice(0, 0)

    sources = {"members": source_table("members", spans), "assessments": rows("assessments", assessments, HRA),
               "care_plans": rows("care_plans", plans, PLAN)}  # fmt: skip
    return fill("SNPE", sources, PERIOD, engine=engine, **options)


def assessments(*done, kind="hra_annual"):
    return [HRA | {"assessment_id": f"H{n}", "assessment_type": "hra_initial" if n == 0 else kind,
                   "completed_date": day} for n, day in enumerate(done)]  # fmt: skip


def test_an_enrollee_with_three_assessments_and_two_care_plans():
    # initial 2024-02-15, then 2025-02-10 and 2026-02-05: the latest two are the previous and the most recent
    result = enrollees([MEMBER], assessments("2024-02-15", "2025-02-10", "2026-02-05"),
                       [PLAN, PLAN | {"care_plan_id": "P2", "completed_date": "2026-03-01", "delegate": "Bay Care",
                                      "care_transition": "Y"}])  # fmt: skip
    row = result.universe.iloc[0]
    assert [row[letter] for letter in "FGHIJKLMNOPQ"] == [
        "D-SNP", "2024/01/01", "2024/02/15", "2026/02/05", "2025/02/10", "None", "2024/03/10", "2026/03/01",
        "Assigned", "high", "Yes", "Bay Care"]  # fmt: skip
    assert check_universe(result.universe, load_layouts()["SNPE"], period=PERIOD).empty


@pytest.mark.parametrize("completed, initial", [
    ("2023-10-03", "2023/10/03"),  # January 1, 2024 - 90 days
    ("2023-10-02", "None"),  # a day too early: it belongs to an earlier enrollment
    ("2026-09-30", "2026/09/30"),
    ("2026-10-01", "None"),  # after the day of the engagement letter nothing counts
])
def test_which_assessment_belongs_to_the_enrollment(completed, initial):
    assert enrollees([MEMBER], assessments(completed)).universe.iloc[0]["H"] == initial


@pytest.mark.parametrize("reason, told", [("refused", "refused"), ("unable_to_reach", "unable to reach"),
                                          ("disenrolled", "None")])  # fmt: skip
def test_why_no_assessment_was_done(reason, told):
    undone = HRA | {"due_date": "2024-03-31", "not_done_reason": reason}
    assert enrollees([MEMBER], [undone]).universe.iloc[0]["K"] == told
    assert enrollees([MEMBER], [undone, *assessments("2025-02-10")]).universe.iloc[0]["K"] == "None"


def test_adjacent_spans_are_one_enrollment_and_a_gap_begins_another():
    first = MEMBER | {"enrolled_from": "2023-01-01", "enrolled_to": "2025-12-31"}
    joined = enrollees([first, MEMBER | {"pbp": "002", "enrolled_from": "2026-01-01"}])
    assert joined.universe[["E", "G"]].values.tolist() == [["002", "2023/01/01"]]
    assert joined.excluded["reason"].tolist() == ["another-span"]
    broken = enrollees([first, MEMBER | {"enrolled_from": "2026-01-02"}])
    assert sorted(broken.excluded["reason"]) == ["another-span", "shorter-enrollment"]


@pytest.mark.parametrize("change, reason", [
    ({"enrolled_to": "2026-09-29"}, "not-enrolled"),
    ({"enrolled_from": "2026-10-01"}, "not-enrolled"),
    ({"program": "sco_medicaid"}, "no-medicare"),
    ({"enrolled_from": "2025-10-02"}, "shorter-enrollment"),
    ({"enrolled_from": "2025-10-01"}, None),
    ({"enrolled_to": "2026-09-30"}, None),
])  # fmt: skip
def test_who_is_listed(change, reason):
    result = enrollees([MEMBER | change])
    assert result.excluded["reason"].tolist() == ([reason] if reason else [])


def test_thirteen_months_when_the_policy_says_so():
    recent = MEMBER | {"enrolled_from": "2025-09-02"}
    assert len(enrollees([recent]).universe) == 1
    assert enrollees([recent], policies={"snp_review_months": "13"}).universe.empty


@pytest.mark.parametrize("engine_name", ENGINES[1:])
@pytest.mark.parametrize("table", [*SOURCE, "SNPE"])
def test_every_engine_fills_the_same_rows(table, engine_name):
    with open_engine(engine_name) as engine:
        if table == "SNPE":
            given = ([MEMBER, *MEMBERS], assessments("2024-02-15", "2025-02-10", "2026-02-05"))
            one, other = enrollees(*given), enrollees(*given, engine=engine)
        else:
            changes = [{}, {"case_id": "X", "member_id": "M2"}, {"case_id": "Y", "determination": "denied"}]
            one, other = filled(table, *changes), filled(table, *changes, engine=engine)
    # a column without any value is None on one engine and NaN on another; every cell is compared
    for here, there in ((one.universe, other.universe), (one.excluded, other.excluded)):
        assert list(here.columns) == list(there.columns)
        assert here.astype(object).where(here.notna(), None).values.tolist() == (
            there.astype(object).where(there.notna(), None).values.tolist())
