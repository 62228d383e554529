"""The appeals walk on hand-made appeals: every difference between two reports is a sum of stated reasons."""

from datetime import date

import pandas as pd
import pytest

from auditkit.reports.walk import COUNTED, UNEXPLAINED, places, walk, walk_faults
from auditkit.rules.appeals_walk import load_walk
from auditkit.rules.report_catalogue import load_catalogue
from auditkit.stars.own_measures import judged_appeals
from auditkit.sources.moments import day_number
from auditkit.universes.fill import fill
from report_tables import case_ids, result, tables

PERIOD = (date(2026, 7, 1), date(2026, 9, 30))
THROUGH = PERIOD[1]


def appeal(case_id: str, **other) -> dict:
    """A pre-service appeal of a One Care member about a MassHealth-first item, upheld on 14 August 2026."""
    row = {
        "case_id": case_id, "member_id": "O1", "appeal_type": "pre_service", "part_b_drug": "N", "benefit": "medicare",
        "primary_payer": "masshealth", "priority": "standard", "requester": "enrollee", "extension_taken": "N",
        "received_at": "2026-08-03 09:00:00", "status": "decided", "determination": "denied",
        "decided_at": "2026-08-14 09:00:00",
    }  # fmt: skip
    return row | other


FORWARDED = {"ire_forwarded_at": "2026-08-17 09:00:00", "ire_outcome": "upheld"}
APPEALS = [
    appeal("EVERYWHERE", **FORWARDED),
    appeal("NOT-IRE"),
    appeal("PAYER", primary_payer="medicare", **FORWARDED),
    appeal("PAYMENT", appeal_type="payment", **FORWARDED),
    appeal("MASSHEALTH", member_id="N1"),
    appeal("SPRING", received_at="2026-04-01 09:00:00", decided_at="2026-04-20 09:00:00",
           ire_forwarded_at="2026-04-21 09:00:00", ire_outcome="overturned"),
    appeal("LAST-YEAR", received_at="2025-04-01 09:00:00", decided_at="2025-04-20 09:00:00",
           ire_forwarded_at="2025-04-21 09:00:00", ire_outcome="upheld"),
    appeal("WITHDRAWN", status="withdrawn", determination=None, decided_at=None),
    appeal("OPEN", status="pending", determination=None, decided_at=None),
    appeal("DISMISSED", determination="dismissed"),
    appeal("NO-DAY", decided_at=None),
    appeal("AT-IRE", ire_forwarded_at="2026-08-17 09:00:00"),
    appeal("IRE-DISMISSED", ire_forwarded_at="2026-08-17 09:00:00", ire_outcome="dismissed"),
    appeal("CONTRACT", appeal_type="payment", requester="contract_provider"),
    appeal("MEDICAID", benefit="medicaid"),
]  # fmt: skip
WANTED = {
    "EVERYWHERE": [COUNTED, COUNTED, COUNTED, COUNTED],
    "NOT-IRE": [COUNTED, COUNTED, COUNTED, "not-forwarded"],
    "PAYER": ["medicare-pays-first", COUNTED, COUNTED, COUNTED],
    "PAYMENT": [COUNTED, COUNTED, "payment", COUNTED],
    "MASSHEALTH": [COUNTED, "no-medicare", "no-medicare", "not-forwarded"],
    "SPRING": [COUNTED, COUNTED, "outside-period", COUNTED],
    "LAST-YEAR": ["other-year", "other-year", "outside-period", "other-year"],
    "WITHDRAWN": ["withdrawn", "withdrawn", "withdrawn", "not-forwarded"],
    "OPEN": ["open", "open", "pending", "not-forwarded"],
    "DISMISSED": ["dismissed", "dismissed", COUNTED, "not-forwarded"],
    "NO-DAY": ["no-decision-day", "not-stated", "no-determination-date", "not-forwarded"],
    "AT-IRE": [COUNTED, COUNTED, COUNTED, "not-judged"],
    "IRE-DISMISSED": [COUNTED, COUNTED, COUNTED, "ire-dismissed"],
    "CONTRACT": [COUNTED, "contract-provider", "payment", "not-forwarded"],
    "MEDICAID": [COUNTED, COUNTED, COUNTED, "not-forwarded"],
}
"""Where each stands: MCPAR, Part C reporting, the RECON universe, the Star measures."""


def counted_by(appeals: list[dict], policies: dict) -> tuple[dict, dict]:
    """What each report itself counts, and why the universe leaves its rows out."""
    catalogue, made = load_catalogue(), tables(appeals=appeals)
    filled = fill("RECON", made, PERIOD, policies=policies)
    year = (day_number(date(2026, 1, 1)), day_number(THROUGH))
    counted = {}
    for one in load_walk():
        if one.element:
            report = catalogue[one.report]  # of this report, the one element whose cases are walked
            alone = tuple(element for element in report.elements if element.code == one.element)
            report = report.model_copy(update={"elements": alone, "checks": ()})
            worked = result(report, through=THROUGH, policies=policies, appeals=appeals)
            counted[one.report] = set(case_ids(worked, one.element))
    counted["RECON"] = set(filled.universe["case_id"])
    counted["STAR"] = set(
        judged_appeals(made["appeals"].to_pandas(), made["members"].to_pandas(), *year)["case_id"]
    )
    return counted, {"RECON": dict(zip(filled.excluded["case_id"], filled.excluded["reason"]))}


@pytest.fixture(scope="module")
def reported() -> tuple[dict, dict]:
    return counted_by(APPEALS, {})


@pytest.fixture(scope="module")
def placed(reported) -> pd.DataFrame:
    counted, left_out = reported
    return places(tables(appeals=APPEALS), counted, left_out, {}, THROUGH)


def test_every_appeal_stands_where_the_reports_put_it_and_every_absence_has_its_reason(placed):
    by_case = placed.pivot(index="case_id", columns="report", values="place")[
        [one.report for one in load_walk()]
    ]
    assert {case: row.to_list() for case, row in by_case.iterrows()} == WANTED


def test_the_walk_adds_up_line_by_line(placed):
    """MCPAR counts 9. Part C: two of them not (MassHealth only, a provider under contract), and one that MCPAR leaves
    out (Medicare pays first): 9 − 2 + 1 = 8."""
    walked = walk(placed)
    lines = walked[walked["walk"] == "MH-01 to PART-C-II"]
    assert lines[["line", "reason", "appeals"]].values.tolist() == [
        ["start", COUNTED, 9], ["left out", "no-medicare", 1], ["left out", "contract-provider", 1],
        ["added", "medicare-pays-first", 1], ["end", COUNTED, 8]]  # fmt: skip
    assert walk_faults(walked) == []
    assert list(dict.fromkeys(walked["walk"])) == [
        "all appeals to MH-01", "all appeals to PART-C-II", "all appeals to RECON", "all appeals to STAR",
        "MH-01 to PART-C-II", "PART-C-II to RECON", "RECON to STAR"]  # fmt: skip


def test_other_policies_move_the_reasons_with_the_counts():
    """Medicaid benefits out of ODAG and Part C; every payer in MCPAR."""
    policies = {"medicaid_benefit": "excluded", "mcpar_primary_payer": "all"}
    counted, left_out = counted_by(APPEALS, policies)
    told = places(tables(appeals=APPEALS), counted, left_out, policies, THROUGH).set_index(
        ["case_id", "report"]
    )["place"]
    assert told["MEDICAID", "PART-C-II"] == told["MEDICAID", "RECON"] == "medicaid-benefit"
    assert told["PAYER", "MH-01"] == COUNTED
    assert UNEXPLAINED not in set(told)


def test_what_no_reason_explains_is_said_and_never_spread_over_the_others(reported):
    """A report that lost one case, and one that counted a case it should have left out."""
    counted, left_out = reported
    counted = counted | {"MH-01": counted["MH-01"] - {"NOT-IRE"}, "STAR": counted["STAR"] | {"OPEN"}}
    told = places(tables(appeals=APPEALS), counted, left_out, {}, THROUGH)
    odd = told[told["place"] == UNEXPLAINED]
    assert odd[["case_id", "report"]].values.tolist() == [["NOT-IRE", "MH-01"], ["OPEN", "STAR"]]
    faults = walk_faults(walk(told))
    assert "all appeals to MH-01: 1 appeals unexplained." in faults
    assert "RECON to STAR: 1 appeals between start and end." not in faults


def test_a_walk_with_a_line_missing_does_not_add_up(placed):
    walked = walk(placed)
    missing = walked[~((walked["walk"] == "MH-01 to PART-C-II") & (walked["line"] == "added"))]
    assert walk_faults(missing) == ["MH-01 to PART-C-II: -1 appeals between start and end."]
