"""Universes filled from source tables: who is in, who is out and why, and what every cell says."""

from datetime import date

import pytest
from engines import ENGINES, open_engine
from hypothesis import given, settings
from hypothesis import strategies as st
from worked import source_table

from auditkit.errors import InputError
from auditkit.rules.layouts import load_layouts
from auditkit.rules.source_tables import load_source_tables
from auditkit.universes.check import check_universe
from auditkit.universes.fill import fill, fill_steps

PERIOD = (date(2026, 7, 1), date(2026, 9, 30))
MEMBERS = [
    {"member_id": "M1", "first_name": "Ana", "last_name": "Lima", "mbi": "1EG4TE5MK73", "program": "one_care",
     "contract": "H9901", "pbp": "001", "enrolled_from": "2024-01-01", "enrolled_to": "2026-07-31"},
    {"member_id": "M1", "first_name": "Ana", "last_name": "Lima", "mbi": "1EG4TE5MK73", "program": "one_care",
     "contract": "H9901", "pbp": "002", "enrolled_from": "2026-08-01"},
    {"member_id": "M2", "first_name": "Bo", "last_name": "Test", "program": "sco_medicaid",
     "contract": "H9903", "pbp": "001", "enrolled_from": "2024-01-01"},
    {"member_id": "M3", "first_name": "Cy", "last_name": "Left", "mbi": "2EG4TE5MK73", "program": "sco",
     "contract": "H9902", "pbp": "001", "enrolled_from": "2024-01-01", "enrolled_to": "2026-06-30"},
]  # fmt: skip
AUTHORIZATION = {
    "case_id": "A1", "member_id": "M1", "request_type": "pre_service", "part_b_drug": "N",
    "benefit": "medicare",
    "received_at": "2026-07-01 09:00:00", "requester": "contract_provider", "priority_requested": "standard",
    "priority": "standard", "extension_taken": "N", "status": "decided", "determination": "approved",
    "decided_at": "2026-07-03 10:00:00", "written_notified_at": "2026-07-03 16:00:00",
    "issue_description": "MRI of the knee",
}  # fmt: skip
APPEAL = {
    "case_id": "R1", "member_id": "M1", "appeal_type": "pre_service", "part_b_drug": "N",
    "benefit": "medicare",
    "received_at": "2026-07-01 09:00:00", "requester": "enrollee", "priority_requested": "expedited",
    "priority": "expedited", "extension_taken": "N", "status": "decided", "determination": "approved",
    "decided_at": "2026-07-02 10:00:00", "written_notified_at": "2026-07-02 12:00:00",
    "effectuated_at": "2026-07-02 11:00:00", "issue_description": "MRI of the knee",
    "medical_necessity_denial": "Y",
}  # fmt: skip
GRIEVANCE = {
    "case_id": "G1", "member_id": "M1", "part": "C", "received_at": "2026-07-01 09:00:00",
    "received_how": "oral",
    "filed_by": "enrollee", "priority": "standard", "extension_taken": "N", "category": "Transportation",
    "quality_of_care": "N", "issue_description": "The van came late", "status": "resolved",
    "resolved_at": "2026-07-09 10:00:00", "oral_notified_at": "2026-07-10 10:00:00",
    "resolution_description": "The vendor was changed",
}  # fmt: skip
CLAIM = {
    "case_id": "C1", "member_id": "M1", "claim_type": "provider_claim", "contracted": "N", "clean": "Y",
    "benefit": "medicare", "received_at": "2026-07-01", "requester": "noncontract_provider",
    "status": "decided",
    "determination": "approved", "decided_at": "2026-07-20", "paid_at": "2026-07-25", "interest_paid": "N",
    "provider_notified_at": "2026-07-25", "issue_description": "Emergency room visit",
}  # fmt: skip
EFFECTUATION = {
    "case_id": "E1", "member_id": "M1", "request_kind": "pre_service", "part_b_drug": "N",
    "priority": "standard",
    "overturned_by": "ire", "overturn_received_at": "2026-07-01 09:00:00",
    "effectuated_at": "2026-07-02 09:00:00",
    "issue_description": "Home health aide",
}  # fmt: skip
REDUCTION = {
    "case_id": "T1", "member_id": "M1", "action": "termination", "decided_at": "2026-07-01 09:00:00",
    "notice_sent_at": "2026-07-02 09:00:00", "effective_date": "2026-07-12",
    "issue_description": "Personal care",
}  # fmt: skip
SOURCE = {
    "OD": ("authorizations", AUTHORIZATION), "RECON": ("appeals", APPEAL), "GRV_C": ("grievances", GRIEVANCE),
    "PYMT_C": ("claims", CLAIM), "EFF_C": ("effectuations", EFFECTUATION), "AIP": ("reductions", REDUCTION),
}  # fmt: skip


def filled(table: str, *changes: dict, engine=None, appeals=(), **options):
    name, row = SOURCE[table]
    sources = {name: source_table(name, [row | change for change in changes]),
               "members": source_table("members", MEMBERS)}
    if table == "PYMT_C":
        rows = source_table("appeals", [APPEAL | change for change in appeals] or [APPEAL])
        sources["appeals"] = rows if appeals else rows.slice(0, 0)
    return fill(table, sources, PERIOD, engine=engine, **options)


def cells(table: str, **change) -> str:
    """The one row of the universe, cells after the person's joined by a bar."""
    row = filled(table, change).universe.iloc[0]
    return "|".join(row[column.id] for column in load_layouts()[table].columns[5:])


@pytest.mark.parametrize("table, expected", [
    ("OD", "None|A1|2026/07/01|None|N|None|None|Approved|S|N|2026/07/03|None|None|None|2026/07/03|None|CP|"
           "MRI of the knee|N|None"),
    ("RECON", "None|R1|2026/07/01|09:00:00|N|None|None|Approved|E|N|2026/07/02|10:00:00|None|None|2026/07/02|"
              "12:00:00|2026/07/02|11:00:00|None|None|E|MRI of the knee|None|Y"),
    ("GRV_C", "None|G1|2026/07/01|None|None|None|S|N|Oral|Transportation|The van came late|N|2026/07/10|None|"
              "None|None|The vendor was changed|E"),
    ("PYMT_C", "None|C1|2026/07/01|None|None|OD|Approved|Y|2026/07/20|2026/07/25|N|None|2026/07/25|None|NCP|"
               "Emergency room visit|None"),
    ("EFF_C", "None|E1|Pre-service|N|S|IRE|2026/07/01|09:00:00|2026/07/02|09:00:00|None|Home health aide"),
    ("AIP", "None|T1|Termination|2026/07/01|2026/07/02|2026/07/12|None|Personal care"),
])
def test_a_plain_case_of_each_table(table, expected):
    assert cells(table) == expected
    universe = filled(table, {}).universe
    assert universe.iloc[0][["A", "B", "C", "D", "E"]].tolist() == ["Ana", "Lima", "1EG4TE5MK73", "H9901",
        "001"]
    assert universe.iloc[0][["case_id", "extract", "extract_row", "program"]].tolist() == [
        universe.iloc[0]["G"], "worked example", 1, "one_care"]
    assert check_universe(universe, load_layouts()[table], period=PERIOD).empty


# columns of OD as the layout wants them, worked from its rules
@pytest.mark.parametrize("change, expected", [
    ({"determination": "partially_denied", "medical_necessity_denial": "Y"}, {"M": "Denied", "Y": "Y"}),
    ({"determination": "denied"}, {"M": "Denied", "Y": ""}),  # not known: left blank, the check reports it
    ({"priority": "expedited", "priority_requested": "expedited"}, {"N": "E", "I": "09:00:00", "X": "None"}),
    ({"priority_requested": "expedited"}, {"N": "S", "X": "Y"}),
    ({"part_b_drug": "Y"}, {"J": "Y", "I": "09:00:00", "Q": "10:00:00", "U": "16:00:00", "S": "None"}),
    ({"part_b_drug": "Y", "decided_at": "2026-07-03"}, {"P": "2026/07/03", "Q": "None"}),
    ({"requester": "enrollee_representative", "aor_received_at": "2026-07-02 08:00:00"},
     {"V": "ER", "K": "2026/07/02", "L": "None"}),
    ({"requester": "enrollee", "aor_received_at": "2026-07-02 08:00:00"}, {"V": "E", "K": "None"}),
    ({"requester": "noncontract_provider", "delegate": "Bay Physicians"}, {"V": "NCP",
     "F": "Bay Physicians"}),
    ({"decided_at": "2026-08-03"}, {"E": "002"}),  # the span in force on the date of determination
    ({"member_id": "M3", "received_at": "2026-06-25"}, {"D": "H9902"}),
     # left before the decision: span of receipt
])
def test_the_columns_of_an_organization_determination(change, expected):
    row = filled("OD", change).universe.iloc[0]
    assert {name: row[name] for name in expected} == expected


@pytest.mark.parametrize("table, change, expected", [
    ("RECON", {"priority": "standard"}, {"I": "None", "W": "None", "V": "2026/07/02", "AB": "Y"}),
    ("RECON", {"determination": "partially_denied", "ire_forwarded_at": "2026-07-02 15:00:00"},
     {"M": "Denied", "V": "None", "X": "2026/07/02", "Y": "15:00:00"}),
    ("RECON", {"ire_forwarded_at": "2026-07-02 15:00:00"}, {"M": "Approved", "X": "2026/07/02"}),
     # a fault, kept
    ("GRV_C", {"filed_by": "enrollee_representative", "aor_received_at": "2026-07-02"}, {"W": "ER",
     "J": "2026/07/02"}),
    ("PYMT_C", {"claim_type": "member_reimbursement", "requester": "enrollee",
     "enrollee_notified_at": "2026-07-25"},
     {"T": "E", "M": "None", "P": "None", "Q": "2026/07/25"}),
    ("PYMT_C", {"determination": "denied", "medical_necessity_denial": "N"}, {"L": "Denied", "O": "None",
     "V": "N"}),
    ("EFF_C", {"overturned_by": "council"}, {"K": "MAC", "M": "None", "O": "None"}),
    ("EFF_C", {"request_kind": "payment", "interest_paid": "Y"}, {"H": "Payment", "M": "None", "P": "Y"}),
])
def test_the_columns_of_the_other_tables(table, change, expected):
    row = filled(table, change).universe.iloc[0]
    assert {name: row[name] for name in expected} == expected


def test_a_payment_reconsideration_stands_beside_the_claims():
    appeal = {"appeal_type": "payment", "requester": "noncontract_provider", "priority": "standard",
              "determination": "denied", "waiver_received_at": "2026-07-05", "ire_forwarded_at": "2026-07-03"}
    result = filled("PYMT_C", {}, appeals=[appeal, {"case_id": "R2"}])
    assert result.universe[["G", "K", "T", "J", "S", "R"]].values.tolist() == [
        ["R1", "RECON", "NCP", "2026/07/05", "2026/07/03", "2026/07/02"],
        ["C1", "OD", "NCP", "None", "None", "2026/07/25"]]
    assert result.excluded[["case_id", "reason"]].values.tolist() == [["R2", "pre-service"]]


OUT = [
    ("OD", {"status": "withdrawn", "decided_at": None}, "withdrawn"),
    ("OD", {"status": "pending", "decided_at": None}, "pending"),
    ("OD", {"decided_at": None}, "no-determination-date"),
    ("OD", {"decided_at": "2026-06-30 23:59:59"}, "outside-period"),
    ("OD", {"decided_at": "2026-10-01 00:00:00"}, "outside-period"),
    ("OD", {"request_type": "concurrent"}, "concurrent"),
    ("OD", {"member_id": "M9"}, "member-unknown"),
    ("OD", {"member_id": "M3"}, "not-enrolled"),
    ("OD", {"member_id": "M2"}, "no-medicare"),
    ("RECON", {"appeal_type": "payment"}, "payment"),
    ("RECON", {"status": "withdrawn"}, "withdrawn"),
    ("RECON", {"status": "pending"}, "pending"),
    ("RECON", {"member_id": "M2"}, "no-medicare"),
    ("GRV_C", {"part": "D"}, "part-d"),
    ("GRV_C", {"status": "withdrawn"}, "withdrawn"),
    ("GRV_C", {"status": "dismissed"}, "dismissed"),
    ("GRV_C", {"status": "pending"}, "pending"),
    ("GRV_C", {"resolved_at": None, "oral_notified_at": None}, "no-resolution-date"),
    ("GRV_C", {"oral_notified_at": "2026-10-01"}, "outside-period"),
    ("PYMT_C", {"contracted": "Y"}, "contract-provider"),
    ("PYMT_C", {"status": "pending"}, "pending"),
    ("EFF_C", {"overturned_by": "fair_hearing"}, "fair-hearing"),
    ("EFF_C", {"overturned_by": "court"}, "court"),
    ("EFF_C", {"part": "D"}, "part-d"),
    ("EFF_C", {"overturn_received_at": "2026-06-30"}, "outside-period"),
    ("AIP", {"decided_at": "2026-06-30"}, "outside-period"),
    ("AIP", {"member_id": "M2"}, "no-medicare"),
]  # fmt: skip


@pytest.mark.parametrize("table, change, reason", OUT)
def test_who_stays_out_and_why(table, change, reason):
    result = filled(table, {}, change | {"case_id": "OUT"})
    assert result.excluded[["case_id", "reason", "extract_row"]].values.tolist() == [["OUT", reason, 2]]
    counts = dict(zip(result.counts["reason"], result.counts["rows"], strict=True))
    assert counts["included"] == 1 and counts[reason] == 1 and sum(counts.values()) == 2


def test_the_first_and_the_last_day_are_inside():
    assert len(filled("OD", {"decided_at": "2026-07-01 00:00:00"},
        {"decided_at": "2026-09-30 23:59:59"}).universe) == 2


def test_policies_the_protocol_leaves_open():
    concurrent, medicaid = {"request_type": "concurrent"}, {"benefit": "medicaid"}
    assert len(filled("OD", concurrent, policies={"concurrent_review": "included"}).universe) == 1
    assert len(filled("OD", medicaid).universe) == 1
    assert filled("OD", medicaid, policies={"medicaid_benefit": "excluded"}).excluded["reason"].tolist() == [
        "medicaid-benefit"]
    with pytest.raises(InputError, match="must be excluded or included, not 'maybe'"):
        filled("OD", {}, policies={"concurrent_review": "maybe"})
    with pytest.raises(InputError, match="no policy named concurent"):
        filled("OD", {}, policies={"concurent": "included"})


def test_a_control_character_becomes_a_space_and_is_listed():
    result = filled("OD", {"issue_description": "MRI\tof the\x0bknee"})
    assert result.universe["W"][0] == "MRI of the knee"
    assert result.changes.values.tolist() == [["A1", "W", "U+0009, U+000B replaced by a space"]]


def test_rows_are_sorted_by_population_date_and_case():
    rows = [{"case_id": "B"}, {"case_id": "C", "decided_at": "2026-07-02"}, {"case_id": "A"}]
    assert filled("OD", *rows).universe["G"].tolist() == ["C", "A", "B"]


def test_what_is_missing_is_one_sentence():
    with pytest.raises(InputError, match="filled from authorizations, which the mapping does not give"):
        fill("OD", {"members": source_table("members", MEMBERS)}, PERIOD)
    with pytest.raises(InputError, match="COA cannot be filled; those that can are OD, RECON"):
        fill_steps("COA", PERIOD)


def drawn(table: str):
    """A row of a source table in which every code is drawn at random and dates lie about the period."""
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
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_rows_always_add_up(table, data):
    rows = data.draw(st.lists(drawn(table), min_size=1, max_size=8))
    result = filled(table, *rows)
    assert len(result.universe) + len(result.excluded) == len(rows) == result.counts["rows"].sum()
    kept = set(zip(result.universe["extract_row"], strict=True)) | set(zip(result.excluded["extract_row"],
        strict=True))
    assert len(kept) == len(rows)


@pytest.mark.parametrize("engine_name", [name for name in ENGINES if name != "DuckDB"])
@pytest.mark.parametrize("table", SOURCE)
def test_every_engine_fills_the_same_universe(table, engine_name):
    changes = [change | {"case_id": f"X{number}"} for number, (of, change,
        _) in enumerate(OUT) if of == table]
    changes += [{}, {"priority": "expedited"}, {"part_b_drug": "Y", "delegate": "Bay Physicians"}]
    here = filled(table, *changes)
    with open_engine(engine_name) as engine:
        there = filled(table, *changes, engine=engine)
    for one, other in ((here.universe, there.universe), (here.excluded, there.excluded)):
        assert one.astype(str).values.tolist() == other.astype(str).values.tolist()
    assert here.counts.equals(there.counts)
