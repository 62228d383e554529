"""Checks between cells: each with a row on which it must fire, and clean rows on which none may."""

import pandas as pd
import pytest
from engines import ENGINES, open_engine
from universe_rows import (
    AIP_TERMINATION, CLEAN, EFF_ALJ, EFF_IRE, EFF_PAYMENT, GRV_EXPEDITED, GRV_ORAL, GRV_QUALITY,
    GRV_REPRESENTATIVE, GRV_WRITTEN, LAYOUTS, OD_DENIED, OD_DISMISSED_NO_AOR, OD_EXPEDITED, OD_EXTENDED, OD_PART_B,
    OD_REPRESENTATIVE, OD_STANDARD, PERIOD, PYMT_CLAIM, PYMT_LATE_WITH_INTEREST, PYMT_RECON_PROVIDER,
    PYMT_RECON_REPRESENTATIVE, PYMT_REIMBURSEMENT, PYMT_UNCLEAN_DENIED, RECON_APPROVED, RECON_DENIED,
    RECON_DISMISSED, RECON_EXPEDITED, RECON_EXPEDITED_DENIED, universe,
)  # fmt: skip

from auditkit.errors import InputError
from auditkit.rules.universe_rules import load_checks
from auditkit.universes.check import check_universe
from auditkit.universes.crosschecks import check_sql, cross_faults
from auditkit.universes.typed import type_universe


def found(table: str, *rows: dict, **options) -> list[tuple]:
    """(row, column, rule) of each finding."""
    findings = check_universe(universe(table, list(rows)), LAYOUTS[table], period=PERIOD, **options)
    return list(findings[["row", "column_id", "rule"]].itertuples(index=False, name=None))


@pytest.mark.parametrize("table", CLEAN)
def test_clean_rows_of_every_kind_are_silent(table):
    assert found(table, *CLEAN[table], contracts=["H1234"]) == []


# table, a clean row, what is changed in it, and the one cell and rule that must be found
FAULTS = [
    # a standard request that is not about a Part B drug says None in every time column
    ("OD", OD_STANDARD, {"I": "09:00:00"}, ("I", "X01")),
    ("OD", OD_STANDARD, {"Q": "09:00:00"}, ("Q", "X01")),
    ("OD", OD_STANDARD, {"U": "09:00:00"}, ("U", "X01")),
    ("OD", OD_REPRESENTATIVE, {"L": "09:00:00"}, ("L", "X01")),
    ("RECON", RECON_APPROVED, {"W": "09:00:00"}, ("W", "X01")),
    ("RECON", RECON_DENIED, {"Y": "09:00:00"}, ("Y", "X01")),
    ("GRV_C", GRV_ORAL, {"S": "09:00:00"}, ("S", "X01")),
    ("EFF_C", EFF_PAYMENT, {"M": "09:00:00"}, ("M", "X01")),
    ("EFF_C", EFF_ALJ, {"O": "09:00:00"}, ("O", "X01")),
    # an expedited or Part B drug request needs its times
    ("OD", OD_EXPEDITED, {"I": "None"}, ("I", "X02")),
    ("OD", OD_EXPEDITED, {"S": "None"}, ("S", "X02")),
    ("OD", OD_EXPEDITED | {"V": "ER", "K": "2026/07/01"}, {}, ("L", "X02")),
    ("OD", OD_PART_B, {"Q": "None"}, ("Q", "X02")),
    ("OD", OD_PART_B, {"U": "None"}, ("U", "X02")),
    ("RECON", RECON_EXPEDITED, {"W": "None"}, ("W", "X02")),
    ("RECON", RECON_EXPEDITED_DENIED, {"Y": "None"}, ("Y", "X02")),
    ("GRV_C", GRV_EXPEDITED, {"I": "None"}, ("I", "X02")),
    ("GRV_C", GRV_EXPEDITED, {"S": "None"}, ("S", "X02")),
    ("EFF_C", EFF_IRE, {"M": "None"}, ("M", "X02")),
    ("EFF_C", EFF_IRE, {"O": "None"}, ("O", "X02")),
    # the appointment of representative (AOR) belongs to a representative's request, and only there
    ("OD", OD_STANDARD, {"K": "2026/07/02"}, ("K", "X03")),
    ("OD", OD_STANDARD, {"K": "2026/07/02", "L": "09:00:00"}, ("K", "X03")),
    ("RECON", RECON_APPROVED, {"K": "2026/07/02"}, ("K", "X03")),
    ("GRV_C", GRV_ORAL, {"J": "2026/07/02"}, ("J", "X03")),
    ("PYMT_C", PYMT_CLAIM, {"I": "2026/07/02"}, ("I", "X03")),
    ("OD", OD_REPRESENTATIVE, {"K": "None"}, ("K", "X04")),
    ("OD", OD_EXPEDITED | {"V": "ER"}, {}, ("K", "X04")),  # and not its time as well
    ("RECON", RECON_DENIED, {"Z": "ER"}, ("K", "X04")),
    ("GRV_C", GRV_REPRESENTATIVE, {"J": "None"}, ("J", "X04")),
    ("PYMT_C", PYMT_RECON_REPRESENTATIVE, {"I": "None"}, ("I", "X04")),
    ("OD", OD_PART_B, {"O": "Y"}, ("O", "X05")),
    ("RECON", RECON_APPROVED, {"J": "Y", "O": "Y"}, ("O", "X05")),
    ("GRV_C", GRV_EXPEDITED, {"M": "Y"}, ("M", "X05")),
    # an extension that was not needed: decided on day 7 of 7 (in 2025 on day 14 of 14), at hour 72, on day 30
    ("OD", OD_EXTENDED, {"P": "2026/07/08"}, ("O", "X08")),
    ("OD", OD_EXTENDED | {"V": "ER", "K": "2026/07/13"}, {}, ("O", "X08")),
    ("OD", OD_EXPEDITED, {"O": "Y"}, ("O", "X08")),
    ("RECON", RECON_APPROVED, {"O": "Y"}, ("O", "X08")),
    ("RECON", RECON_EXPEDITED, {"O": "Y"}, ("O", "X08")),
    # a time without its date; where the date itself is owed, the date alone is reported
    ("OD", OD_EXPEDITED, {"R": "None"}, ("S", "X06")),
    ("OD", OD_PART_B | {"M": "Denied", "Y": "N", "T": "None"}, {}, ("T", "X10")),
    ("RECON", RECON_EXPEDITED, {"V": "None"}, ("V", "X12")),
    ("RECON", RECON_EXPEDITED_DENIED, {"X": "None"}, ("X", "X11")),
    ("EFF_C", EFF_IRE, {"N": "None"}, ("O", "X06")),
    # order: the later of two neighbors is the one reported
    ("OD", OD_STANDARD | {"H": "2026/07/15"}, {"T": "2026/07/20"}, ("P", "X07")),
    ("OD", OD_STANDARD, {"H": "2026/07/15"}, ("P", "X07")),  # the notice, too, lies before receipt
    ("OD", OD_EXPEDITED, {"P": "2026/07/01", "R": "2026/07/02"}, ("Q", "X07")),
     # decided 08:30, received 09:00
    ("OD", OD_STANDARD, {"T": "2026/07/02"}, ("T", "X07")),
    ("OD", OD_EXPEDITED, {"R": "2026/07/01"}, ("R", "X07")),
    ("OD", OD_EXPEDITED, {"S": "08:29:59"}, ("S", "X07")),
    ("OD", OD_EXPEDITED, {"U": "08:00:00"}, ("U", "X07")),
    ("OD", OD_EXPEDITED, {"P": "2026/07/05"}, ("P", "X07")),  # both notices lie before it
    ("RECON", RECON_APPROVED, {"V": "2026/07/02"}, ("V", "X07")),
    ("RECON", RECON_DENIED, {"X": "2026/07/02"}, ("X", "X07")),
    ("RECON", RECON_EXPEDITED, {"W": "09:59:59"}, ("W", "X07")),
    ("GRV_C", GRV_ORAL, {"R": "2026/06/30"}, ("R", "X09")),  # before receipt and before the period: once
    ("GRV_C", GRV_ORAL, {"H": "2026/07/11"}, ("R", "X07")),
    ("GRV_C", GRV_QUALITY, {"H": "2026/08/01"}, ("H", "X07")),
    ("GRV_C", GRV_EXPEDITED, {"S": "08:00:00"}, ("S", "X07")),
    ("PYMT_C", PYMT_CLAIM, {"H": "2026/07/21"}, ("N", "X07")),
    ("PYMT_C", PYMT_CLAIM, {"R": "2026/07/19"}, ("R", "X07")),
    ("EFF_C", EFF_IRE, {"L": "2026/07/03"}, ("N", "X07")),
    ("EFF_C", EFF_IRE, {"N": "2026/07/01", "O": "08:00:00"}, ("O", "X07")),
    ("AIP", AIP_TERMINATION, {"I": "2026/07/03"}, ("J", "X07")),
    ("AIP", AIP_TERMINATION, {"K": "2026/06/30"}, ("K", "X07")),
    # the date that brings the case into the period: first and last day are inside
    ("OD", OD_STANDARD, {"H": "2026/06/01", "P": "2026/06/30"}, ("P", "X09")),
    ("OD", OD_STANDARD, {"P": "2026/10/01", "T": "2026/10/01"}, ("P", "X09")),
    ("RECON", RECON_DISMISSED, {"P": "2026/10/01", "T": "2026/10/01"}, ("P", "X09")),
    ("GRV_C", GRV_WRITTEN, {"T": "2026/10/01"}, ("T", "X09")),
    ("PYMT_C", PYMT_CLAIM, {"H": "2026/06/29", "N": "2026/06/30"}, ("N", "X09")),
    ("EFF_C", EFF_IRE, {"L": "2026/06/30"}, ("L", "X09")),
    ("AIP", AIP_TERMINATION, {"I": "2026/06/01", "J": "2026/06/02"}, ("I", "X09")),
    # notices, the Independent Review Entity (IRE), effectuation, payment
    ("OD", OD_DENIED, {"T": "None"}, ("T", "X10")),
    ("OD", OD_DISMISSED_NO_AOR, {"T": "None"}, ("T", "X10")),
    ("PYMT_C", PYMT_REIMBURSEMENT, {"L": "Denied", "O": "None", "Q": "None", "R": "2026/07/25", "V": "N"},
     ("Q", "X10")),
    ("PYMT_C", PYMT_UNCLEAN_DENIED, {"R": "None"}, ("R", "X10")),
    ("RECON", RECON_DENIED, {"X": "None"}, ("X", "X11")),
    ("RECON", RECON_APPROVED, {"X": "2026/07/06"}, ("X", "X11")),
    ("RECON", RECON_DISMISSED, {"X": "2026/07/06"}, ("X", "X11")),
    ("PYMT_C", PYMT_RECON_PROVIDER, {"S": "None"}, ("S", "X11")),
    ("PYMT_C", PYMT_CLAIM, {"S": "2026/07/25"}, ("S", "X11")),
    ("RECON", RECON_APPROVED, {"V": "None"}, ("V", "X12")),
    ("RECON", RECON_DENIED, {"V": "2026/07/06"}, ("V", "X12")),
    ("PYMT_C", PYMT_CLAIM, {"O": "None"}, ("O", "X13")),
    ("PYMT_C", PYMT_UNCLEAN_DENIED, {"O": "2026/07/25"}, ("O", "X13")),
    # received 2026/07/01: paid on 2026/08/01 is day 31, on 2026/07/31 day 30
    ("PYMT_C", PYMT_LATE_WITH_INTEREST, {"O": "2026/08/01", "P": "N"}, ("P", "X14")),
    ("GRV_C", GRV_WRITTEN, {"R": "2026/07/12", "T": "None"}, ("T", "X15")),
    ("GRV_C", GRV_QUALITY, {"T": "None"}, ("T", "X15")),
    # answers that depend on another column
    ("OD", OD_STANDARD, {"X": "None"}, ("X", "X21")),
    ("OD", OD_EXPEDITED, {"X": "N"}, ("X", "X21")),
    ("OD", OD_DENIED, {"Y": "None"}, ("Y", "X21")),
    ("OD", OD_STANDARD, {"Y": "N"}, ("Y", "X21")),
    ("PYMT_C", PYMT_CLAIM, {"M": "None"}, ("M", "X21")),
    ("PYMT_C", PYMT_REIMBURSEMENT, {"M": "Y"}, ("M", "X21")),
    ("PYMT_C", PYMT_CLAIM, {"P": "None"}, ("P", "X21")),
    ("PYMT_C", PYMT_REIMBURSEMENT, {"P": "N"}, ("P", "X21")),
    ("PYMT_C", PYMT_UNCLEAN_DENIED, {"V": "None"}, ("V", "X21")),
    ("PYMT_C", PYMT_CLAIM, {"V": "Y"}, ("V", "X21")),
    ("EFF_C", EFF_IRE, {"P": "N"}, ("P", "X21")),
    ("PYMT_C", PYMT_RECON_PROVIDER, {"J": "None"}, ("J", "X22")),
    ("PYMT_C", PYMT_CLAIM, {"J": "2026/07/05"}, ("J", "X22")),
    ("OD", OD_STANDARD, {"T": "None"}, ("T", "X23")),
    ("GRV_C", GRV_ORAL, {"R": "None"}, ("R", "X23")),
]


@pytest.mark.parametrize(
    "table, row, change, expected", FAULTS, ids=[f"{f[0]}-{f[3][1]}-{f[3][0]}-{n}" for n,
    f in enumerate(FAULTS)]
)
def test_a_fault_is_found_once_on_its_cell(table, row, change, expected):
    assert found(table, row | change) == [(1, *expected)]


def test_every_check_of_the_odag_tables_has_a_row_on_which_it_fires():
    shown = {(table, rule) for table, _, _, (_, rule) in FAULTS} | {(t, "X16") for t in CLEAN}
    odag = {(table, check.code) for table in CLEAN for check in load_checks().for_table(table)}
    assert odag - shown == {("RECON", "X06"), ("GRV_C", "X06"), ("RECON", "X10"), ("RECON",
        "X23")}  # see below


@pytest.mark.parametrize("table, row, change, expected", [
    ("RECON", RECON_EXPEDITED, {"T": "None", "R": "2026/07/03", "S": "10:30:00"}, ("U", "X06")),
    ("GRV_C", GRV_EXPEDITED, {"U": "17:00:00"}, ("U", "X06")),
    ("RECON", RECON_DISMISSED, {"T": "None"}, ("T", "X10")),
    ("RECON", RECON_APPROVED, {"T": "None"}, ("T", "X23")),
])
def test_the_same_check_fires_in_the_sister_table(table, row, change, expected):
    assert found(table, row | change) == [(1, *expected)]


def test_a_repeated_request_is_reported_on_the_later_row():
    findings = check_universe(
        universe("OD", [OD_STANDARD, OD_DENIED, OD_STANDARD | {"W": "worded otherwise"}]), LAYOUTS["OD"])
    assert findings[["row", "column_id", "rule"]].values.tolist() == [[3, "G", "X16"]]
    assert findings["expected"][0] == "one row a request; row 1 has it already"


def test_the_same_number_with_another_date_or_enrollee_is_another_request():
    assert found("OD", OD_STANDARD, OD_STANDARD | {"H": "2026/07/02"},
        OD_STANDARD | {"C": "2EG4TE5MK73"}) == []


def test_without_a_number_only_a_whole_row_can_be_a_repeat():
    row = OD_STANDARD | {"G": "None"}
    assert found("OD", row, row | {"W": "CT of the knee"}) == []
    assert found("OD", row, row) == [(2, "C", "X16")]


def test_a_faulty_cell_silences_the_checks_that_need_it():
    # H cannot be read: nothing is said about the order of H and P, and P is not faulty
    assert found("OD", OD_STANDARD | {"H": "07/15/2026"}) == [(1, "H", "X20")]
    # an unknown requester: whether an AOR is due cannot be told
    assert found("OD", OD_STANDARD | {"V": "BR", "K": "2026/07/02"}) == [(1, "V", "F05")]


def test_receipt_and_notice_are_compared_when_the_determination_cannot_be_read():
    row = OD_STANDARD | {"P": "None", "T": "2026/06/30"}
    assert found("OD", row) == [(1, "P", "F01"), (1, "T", "X07")]


def test_without_a_period_nothing_is_said_about_it():
    row = OD_STANDARD | {"H": "2020/01/01", "P": "2020/01/02", "T": "2020/01/02"}
    assert check_universe(universe("OD", [row]), LAYOUTS["OD"]).empty


def test_a_medicaid_benefit_is_not_forwarded_to_the_ire():
    frame = universe("RECON", [RECON_DENIED | {"X": "None"}])
    assert check_universe(frame.assign(benefit="medicaid"), LAYOUTS["RECON"]).empty
    assert len(check_universe(frame.assign(benefit="medicare"), LAYOUTS["RECON"])) == 1


def test_two_daylight_saving_notices_keep_their_order():
    # 2026-11-01: 01:30 occurs twice; the first is read, so 01:20 comes before it and 01:40 after it
    row = OD_EXPEDITED | {"H": "2026/10/31", "P": "2026/11/01", "Q": "01:30:00", "R": "2026/11/01",
                          "T": "2026/11/01", "U": "01:40:00"}
    findings = check_universe(universe("OD", [row | {"S": "01:20:00"}]), LAYOUTS["OD"])
    assert findings["column_id"].tolist() == ["S"]


def test_findings_are_sorted_and_carry_what_a_person_needs():
    rows = [OD_STANDARD, OD_DENIED | {"Y": "None", "O": "y", "C": "1EG4-TE5-MK73"}]
    findings = check_universe(universe("OD", rows), LAYOUTS["OD"])
    assert findings["column_id"].tolist() == ["C", "O", "Y"]
    assert list(findings.columns) == ["table", "row", "column_id", "column_name", "rule", "severity", "found",
                                      "expected", "sentence", "citation"]
    last = findings.iloc[2]
    assert last["found"] == "None" and last["expected"] == "Y or N, because column M is Denied"
    assert last["citation"] == "CMS-10717 OD layout, column Y (recalled)"
    assert not findings.drop(columns="row").map(lambda cell: cell == "").any().any()
    assert isinstance(findings["row"].dtype, type(pd.Series([1]).dtype))


def test_rows_keep_their_place_in_the_file():
    frame = universe("OD", [OD_STANDARD, OD_STANDARD | {"G": "A-9", "E": "1"}]).assign(row=[4, 9])
    assert check_universe(frame, LAYOUTS["OD"])["row"].tolist() == [9]


def test_a_missing_column_is_one_sentence():
    with pytest.raises(InputError, match=r"no column T \(Date written notification"):
        check_universe(universe("OD", [OD_STANDARD]).drop(columns="T"), LAYOUTS["OD"])


def test_the_sql_of_a_check_can_be_printed():
    assert check_sql("OD", "X05") == (
        "-- OD column O: The timeframe of a Part B drug request cannot be extended.\n"
        "SELECT case_row\nFROM OD\nWHERE J_bad = 0\n  AND O_bad = 0\n  AND (J = 'Y' AND O = 'Y')\n"
        "ORDER BY case_row"
    )
    with pytest.raises(InputError, match="no check X13"):
        check_sql("OD", "X13")
    with pytest.raises(InputError, match="give its first and last day"):
        check_sql("OD", "X09")


@pytest.mark.parametrize("engine_name", [name for name in ENGINES if name != "DuckDB"])
def test_every_engine_finds_the_same_faults(engine_name):
    rows = [row | change | {"G": f"A-{n}"} for n, (table, row, change,
        _) in enumerate(FAULTS) if table == "OD"]
    typed = type_universe(universe("OD", [*rows, rows[0], OD_STANDARD]), LAYOUTS["OD"])

    def fired(engine) -> list[tuple]:
        return [(faults.check.code, faults.column_id, faults.positions.tolist())
                for faults in cross_faults(typed, LAYOUTS["OD"], PERIOD, engine)]

    with open_engine(engine_name) as engine:
        assert fired(engine) == fired(None)
