"""Checks between cells of the CDAG tables and SNPE: each with a row on which it fires, and clean rows of every kind."""

import pytest
from cdag_rows import (
    CD_APPROVED, CD_DENIED, CD_DISMISSED, CD_FORWARDED, CD_REPRESENTATIVE, CDER_APPROVED, CDER_DENIED, CLEAN,
    EFF_OPEN, EFF_PAYMENT, EFF_STANDARD, GRV_D_EXPEDITED, GRV_D_ORAL, GRV_D_WRITTEN, PYMT_CD, PYMT_DENIED,
    PYMT_FORWARDED, PYMT_RD, REPRESENTATIVE, SNPE_NONE, SNPE_ONE, SNPE_TWO,
)  # fmt: skip
from universe_rows import LAYOUTS, PERIOD, universe

from auditkit.rules.universe_rules import load_checks
from auditkit.universes.check import check_universe


def found(table: str, *rows: dict, **options) -> list[tuple]:
    """(row, column, rule) of each finding."""
    findings = check_universe(universe(table, list(rows)), LAYOUTS[table], period=PERIOD, **options)
    return list(findings[["row", "column_id", "rule"]].itertuples(index=False, name=None))


@pytest.mark.parametrize("table", CLEAN)
def test_clean_rows_of_every_kind_are_silent(table):
    assert found(table, *CLEAN[table], contracts=["H1234"]) == []


# table, a clean row, what is changed in it, and the one cell and rule that must be found
FAULTS = [
    # the appointment of representative (AOR): a prescriber needs none
    ("CD", CD_APPROVED, {"J": "2026/07/01", "K": "09:30:00"}, ("J", "X03")),
    ("CDER", CDER_APPROVED, {"J": "2026/07/01", "K": "09:30:00"}, ("J", "X03")),
    ("PYMT_D", PYMT_CD, {"J": "2026/07/02"}, ("J", "X03")),
    ("CD", CD_REPRESENTATIVE, {"J": "None", "K": "None"}, ("J", "X04")),
    ("CDER", CDER_APPROVED, {"Z": REPRESENTATIVE}, ("J", "X04")),
    ("PYMT_D", PYMT_RD, {"J": "None"}, ("J", "X04")),
    # a date needs its time, a time its date
    ("CD", CD_REPRESENTATIVE, {"K": "None"}, ("K", "X02")),
    ("CD", CD_APPROVED, {"Q": "None"}, ("Q", "X02")),
    ("CD", CD_APPROVED, {"U": "None"}, ("U", "X02")),
    ("CD", CD_FORWARDED, {"Z": "None"}, ("Z", "X02")),
    ("CDER", CDER_APPROVED, {"N": "None"}, ("N", "X02")),
    ("CDER", CDER_APPROVED, {"V": "None"}, ("V", "X02")),
    ("CD", CD_APPROVED, {"I": "None"}, ("I", "F01")),
    ("CD", CD_DENIED, {"Q": "10:00:00"}, ("Q", "X06")),
    ("CD", CD_DENIED, {"U": "10:00:00"}, ("U", "X06")),
    ("CDER", CDER_DENIED, {"AD": "10:00:00"}, ("AD", "X06")),
    ("EFF_D", EFF_OPEN, {"M": "10:00:00"}, ("M", "X06")),
    ("GRV_D", GRV_D_WRITTEN, {"O": "10:00:00"}, ("O", "X06")),
    ("EFF_D", EFF_STANDARD, {"K": "None"}, ("K", "X02")),
    ("EFF_D", EFF_STANDARD, {"M": "None"}, ("M", "X02")),
    ("EFF_D", EFF_PAYMENT, {"K": "10:00:00"}, ("K", "X01")),
    ("EFF_D", EFF_PAYMENT, {"M": "10:00:00"}, ("M", "X01")),
    ("GRV_D", GRV_D_EXPEDITED, {"G": "None"}, ("G", "X02")),
    ("GRV_D", GRV_D_EXPEDITED, {"O": "None"}, ("O", "X02")),
    ("GRV_D", GRV_D_ORAL, {"G": "09:00:00"}, ("G", "X01")),
    # determination, notice, effectuation
    ("CD", CD_DENIED, {"N": "None"}, ("N", "X24")),  # and not its time as well
    ("CDER", CDER_DENIED, {"Q": "None"}, ("Q", "X24")),
    ("CD", CD_DENIED, {"R": "None", "S": "None"}, ("R", "X10")),
    ("CD", CD_DISMISSED, {"R": "None"}, ("R", "X10")),  # and not its time as well
    ("CDER", CDER_DENIED, {"U": "None", "V": "None"}, ("U", "X10")),
    ("PYMT_D", PYMT_DENIED, {"M": "None"}, ("M", "X10")),
    ("CD", CD_APPROVED, {"P": "None", "Q": "None", "R": "None", "S": "None"}, ("R", "X23")),
    ("CDER", CDER_APPROVED, {"S": "None", "T": "None", "U": "None", "V": "None"}, ("U", "X23")),
    ("PYMT_D", PYMT_CD, {"M": "None"}, ("M", "X23")),
    ("CD", CD_APPROVED, {"T": "None", "U": "None"}, ("T", "X12")),
    ("CD", CD_APPROVED, {"T": "None"}, ("T", "X12")),
    ("CD", CD_DENIED, {"T": "2026/07/02", "U": "11:00:00"}, ("T", "X12")),
    ("CDER", CDER_APPROVED, {"W": "None", "X": "None"}, ("W", "X12")),
    ("CDER", CDER_DENIED, {"W": "2026/07/02"}, ("W", "X12")),
    # the Independent Review Entity (IRE)
    ("CD", CD_FORWARDED, {"Y": "None"}, ("Y", "X11")),
    ("CD", CD_APPROVED, {"Y": "2026/07/05", "Z": "08:00:00"}, ("Y", "X11")),
    ("CDER", CDER_APPROVED, {"AC": "2026/07/05", "AD": "08:00:00"}, ("AC", "X11")),
    ("PYMT_D", PYMT_FORWARDED, {"R": "None"}, ("R", "X11")),
    # payment
    ("PYMT_D", PYMT_CD, {"N": "None"}, ("N", "X13")),
    ("PYMT_D", PYMT_DENIED, {"N": "2026/07/10"}, ("N", "X13")),
    ("EFF_D", EFF_PAYMENT, {"N": "None"}, ("N", "X13")),
    ("EFF_D", EFF_STANDARD, {"N": "2026/07/20"}, ("N", "X13")),
    # grievances
    ("GRV_D", GRV_D_EXPEDITED, {"K": "Yes"}, ("K", "X05")),
    ("GRV_D", GRV_D_WRITTEN, {"N": "2026/07/12", "P": "None", "Q": "None"}, ("P", "X15")),
    ("GRV_D", GRV_D_ORAL, {"N": "None", "O": "None"}, ("N", "X23")),
    # answers that depend on another column
    ("CD", CD_DENIED, {"X": "None"}, ("X", "X21")),
    ("CD", CD_APPROVED, {"X": "No"}, ("X", "X21")),
    ("CDER", CDER_DENIED, {"AB": "None"}, ("AB", "X21")),
    ("CDER", CDER_APPROVED, {"AB": "Yes"}, ("AB", "X21")),
    ("PYMT_D", PYMT_DENIED, {"Q": "None"}, ("Q", "X21")),
    ("PYMT_D", PYMT_CD, {"Q": "Yes"}, ("Q", "X21")),
    # the supporting statement comes with the request or after it
    ("CDER", CDER_APPROVED, {"M": "2026/06/30"}, ("M", "X25")),
    ("CDER", CDER_APPROVED, {"N": "08:59:59"}, ("N", "X25")),
    # an approved exception has its end, at the earliest with the plan year
    ("CDER", CDER_APPROVED, {"Y": "None"}, ("Y", "X26")),
    ("CDER", CDER_DENIED, {"Y": "2026/12/31"}, ("Y", "X26")),
    ("CDER", CDER_APPROVED, {"Y": "2026/12/30"}, ("Y", "X26")),
    # the period
    ("CD", CD_DENIED, {"H": "2026/06/29", "N": "2026/06/30"}, ("N", "X09")),
    ("CDER", CDER_DENIED, {"H": "2026/09/20", "M": "2026/09/20", "Q": "2026/10/01", "U": "2026/10/01"}, ("Q", "X09")),
    ("PYMT_D", PYMT_CD, {"I": "2026/06/20", "L": "2026/06/30"}, ("L", "X09")),
    ("EFF_D", EFF_STANDARD, {"J": "2026/06/30"}, ("J", "X09")),
    ("GRV_D", GRV_D_WRITTEN, {"P": "2026/10/01"}, ("P", "X09")),
    ("GRV_D", GRV_D_ORAL, {"N": "2026/10/01"}, ("N", "X09")),
    ("SNPE", SNPE_NONE, {"G": "2026/10/01"}, ("G", "X09")),
    # order of events
    ("CD", CD_DENIED, {"H": "2026/07/03"}, ("N", "X07")),
    ("CD", CD_DENIED, {"N": "2026/07/01", "O": "08:59:59"}, ("O", "X07")),
    ("CD", CD_APPROVED, {"N": "2026/07/04"}, ("N", "X07")),  # both notices lie before it
    ("CD", CD_APPROVED, {"P": "2026/07/01"}, ("P", "X07")),
    ("CD", CD_APPROVED, {"Q": "09:59:59"}, ("Q", "X07")),
    ("CD", CD_APPROVED, {"T": "2026/07/01"}, ("T", "X07")),
    ("CD", CD_APPROVED, {"U": "09:59:59"}, ("U", "X07")),
    ("CD", CD_FORWARDED, {"Y": "2026/06/30"}, ("Y", "X07")),
    ("CDER", CDER_DENIED, {"U": "2026/07/01"}, ("U", "X07")),
    ("CDER", CDER_DENIED, {"U": "2026/07/02", "V": "07:59:59"}, ("V", "X07")),
    ("PYMT_D", PYMT_CD, {"I": "2026/07/09"}, ("L", "X07")),
    ("PYMT_D", PYMT_CD, {"N": "2026/07/07"}, ("N", "X07")),
    ("PYMT_D", PYMT_FORWARDED, {"R": "2026/06/30"}, ("R", "X07")),
    ("EFF_D", EFF_STANDARD, {"J": "2026/07/03"}, ("L", "X07")),
    ("EFF_D", EFF_STANDARD, {"L": "2026/07/01", "M": "08:59:59"}, ("M", "X07")),
    ("EFF_D", EFF_PAYMENT, {"N": "2026/07/01"}, ("N", "X07")),
    ("GRV_D", GRV_D_ORAL, {"F": "2026/07/11"}, ("N", "X07")),
    ("GRV_D", GRV_D_WRITTEN, {"F": "2026/07/20", "N": "2026/07/13"}, ("F", "X07")),
    ("GRV_D", GRV_D_EXPEDITED, {"N": "2026/07/01", "O": "08:59:59"}, ("O", "X07")),
    ("SNPE", SNPE_TWO, {"H": "2026/02/06", "J": "None"}, ("H", "X07")),
    ("SNPE", SNPE_TWO, {"J": "2026/02/05"}, ("J", "X07")),
    ("SNPE", SNPE_TWO, {"J": "2024/02/14"}, ("J", "X07")),
    ("SNPE", SNPE_TWO, {"L": "2026/03/02"}, ("L", "X07")),
    # one answer follows from another
    ("SNPE", SNPE_ONE, {"I": "None"}, ("I", "X27")),
    ("SNPE", SNPE_TWO, {"J": "None"}, ("J", "X27")),
    ("SNPE", SNPE_TWO, {"L": "None"}, ("L", "X27")),
    ("SNPE", SNPE_TWO, {"M": "None"}, ("M", "X27")),
    ("SNPE", SNPE_NONE, {"K": "None"}, ("K", "X21")),
    ("SNPE", SNPE_TWO, {"K": "refused"}, ("K", "X21")),
]
# a redetermination has the columns and the checks of a coverage determination; only what X asks is another matter
FAULTS += [("RD", *fault[1:]) for fault in FAULTS if fault[0] == "CD" and fault[2] != {"X": "No"}]


@pytest.mark.parametrize(
    "table, row, change, expected", FAULTS, ids=[f"{f[0]}-{f[3][1]}-{f[3][0]}-{n}" for n, f in enumerate(FAULTS)]
)
def test_a_fault_is_found_once_on_its_cell(table, row, change, expected):
    assert found(table, row | change) == [(1, *expected)]


@pytest.mark.parametrize("table", CLEAN)
def test_a_row_that_stands_there_twice_is_found_once(table):
    row = CLEAN[table][0]
    assert [rule for *_, rule in found(table, row, row)] == ["X16"]


def test_every_check_of_these_tables_has_a_row_on_which_it_fires():
    shown = {(table, rule) for table, _, _, (_, rule) in FAULTS} | {(table, "X16") for table in CLEAN}
    assert {(table, check.code) for table in CLEAN for check in load_checks().for_table(table)} <= shown


def test_a_date_that_cannot_be_read_is_told_and_the_order_still_seen():
    # received July 1, told June 30: the determination between them cannot be read
    assert found("CD", CD_APPROVED | {"N": "07/02/2026", "P": "2026/06/30"}) == [(1, "N", "X20"), (1, "P", "X07")]
