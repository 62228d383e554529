"""Faults of a single cell: one finding a cell, the most specific, with what the value looks like."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from universe_rows import LAYOUTS, OD_EXPEDITED, OD_STANDARD, universe

from auditkit.rules.universe_rules import load_checks
from auditkit.sources.moments import day_number, utc_seconds
from auditkit.universes.check import check_universe
from auditkit.universes.formats import CellScope, fault_of, screen
from auditkit.universes.typed import type_universe

OD = LAYOUTS["OD"]
SCOPE = CellScope(contracts=("H1234",), name_columns=load_checks().name_columns)

# column of OD, value, rule, and a word of the hint (None: the value is right)
CELLS = [
    ("A", "José-María O'Brien", None, ""),
    ("A", "", "X18", ""), ("A", "   ", "X18", ""), ("A", "NA", "X18", ""), ("A", "None", "F01", ""),
    ("A", "Ana2", "F12", ""), ("A", "Ana ", "F13", ""), ("A", "x" * 51, "F06", "51"), ("A", "x" * 50, None,
     ""),
    ("A", "An\x07a", "X19", ""), ("A", "Ana\u200b", "X19", ""), ("A", "Pe\ufffda", "X19", ""),
    ("C", "1EG4TE5MK73", None, ""), ("C", "1SG4TE5MK73", "F08", ""), ("C", "1sg4te5mk73", "F07",
     "lower-case"),
    ("C", "1EG4-TE5-MK73", "F07", "hyphens"), ("C", "1EG4TE5MK7", "F07", "10 characters"),
    ("C", "1EG4TE5MK733", "F07", "12 characters"), ("C", "0EG4TE5MK73", "F07", "position 1"),
    ("C", "1LG4TE5MK73", "F07", "position 2"), ("C", "1EG4TO5MK73", "F07", "position 6"),
    ("C", "1EG4TE5MKA3", "F07", "position 10"), ("C", "1EG4TE5MK73 ", "F18", ""), ("C", "None", "F01", ""),
    ("D", "H1234", None, ""), ("D", "h1234", "F09", "capital"), ("D", "1234", "F09", ""), ("D", "H9999",
     "F10", ""),
    ("E", "001", None, ""), ("E", "1", "X20", "leading zeros"), ("E", "1.0", "X20", "number"), ("E", "ABC",
     "F11", ""),
    ("F", "None", None, ""), ("F", "none", "X18", ""), ("F", "N/A", "X18", ""), ("F", "NULL", "X18", ""),
    ("G", "1.23457E+11", "X20", "short form"), ("G", "#REF!", "X20", "formula"), ("G", "000123", None, ""),
    ("H", "2026/07/01", None, ""), ("H", "2024/02/29", None, ""), ("H", "2026/02/29", "F03", "no such day"),
    ("H", "1026/07/01", "F03", ""), ("H", "46204", "X20", "serial"), ("H", "7/1/2026", "X20", "local"),
    ("H", "07-01-26", "X20", "local"), ("H", "1-Jul-26", "X20", "local"), ("H", "2026/7/1", "X20", "zeros"),
    ("H", "2026-07-01", "F02", "ISO"), ("H", "20260701", "F02", "slashes"), ("H", "2026/07/01 09:00", "F02",
     "time"),
    ("H", "July", "F02", ""), ("H", "None", "F01", ""), ("K", "None", None, ""),
    ("I", "00:00:00", None, ""), ("I", "23:59:59", None, ""), ("I", "24:00:00", "F04", "following day"),
    ("I", "09:00", "F04", "seconds"), ("I", "9:00:00", "F04", "zero"), ("I", "09:00:00 AM", "F04", "12-hour"),
    ("I", "0.375", "X20", "fraction"), ("I", "09:60:00", "F04", ""), ("I", "-", "X18", ""),
    ("M", "Approved", None, ""), ("M", "approved", "F05", "Approved"), ("M", "Approved ", "F18", ""),
    ("M", "Favorable", "F05", ""), ("V", "B", "F05", ""), ("X", "None", None, ""), ("O", "None", "F01", ""),
    ("W", "Knee\tMRI", "X19", ""), ("W", "Knee\nMRI", "X19", ""), ("W", "x" * 2001, "F06", "2,001"),
    ("W", "100% N/A, see note", None, ""), ("W", " MRI", "F13", ""),
]  # fmt: skip


@pytest.mark.parametrize("column, value, rule, hint", CELLS)
def test_a_cell_gets_its_most_specific_fault(column, value, rule, hint):
    fault = fault_of(value, OD.column(column), SCOPE)
    assert (fault and fault.code) == rule
    if hint:
        assert hint in fault.hint


@pytest.mark.parametrize("column, value, rule, hint", CELLS)
def test_the_quick_look_misses_nothing(column, value, rule, hint):
    suspect = screen(pa.array([value]), OD.column(column), SCOPE)[0].as_py()
    assert suspect or rule is None


@settings(deadline=None)
@given(column=st.sampled_from(OD.columns), value=st.text(max_size=12))
def test_the_quick_look_and_the_close_look_agree(column, value):
    if fault_of(value, column, SCOPE):
        assert screen(pa.array([value]), column, SCOPE)[0].as_py()


def test_synthetic_identifiers_pass_only_where_said():
    column = OD.column("C")
    assert fault_of("1SG4TE5MK73", column, CellScope(synthetic=True)) is None
    assert fault_of("1SG4TE5MKA3", column,
        CellScope(synthetic=True)).code == "F07"  # else well formed, or not


def test_lost_zeros_say_what_stood_there():
    assert fault_of("1", OD.column("E"), SCOPE).expected == "001"


@pytest.mark.parametrize("code", LAYOUTS)
def test_every_layout_can_be_checked(code):
    # a file of nothing but None: one finding for each column that does not allow it, none for the others
    layout = LAYOUTS[code]
    frame = universe(code, [{column.id: "None" for column in layout.columns}])
    findings = check_universe(frame, layout)
    cells = findings[findings["rule"] == "F01"]
    assert cells["column_id"].tolist() == [c.id for c in layout.columns if not c.none_allowed]
    # an enrollee without any assessment must say why: the one fault between cells that such a row holds
    others = findings[findings["rule"] != "F01"]
    assert others[["column_id", "rule"]].values.tolist() == ([["K", "X21"]] if code == "SNPE" else [])


def test_the_citation_carries_the_status_of_the_column():
    findings = check_universe(universe("OD", [OD_STANDARD | {"O": "y", "Y": "y"}]), OD)
    assert findings["citation"].tolist() == [
        "CMS-10717 layout, ODAG table 1 (OD), column O (corroborated)",
        "CMS-10717 layout, ODAG table 1 (OD), column Y (recalled)",
    ]


def test_control_characters_are_shown_spelled_out_and_long_text_is_cut():
    findings = check_universe(universe("OD", [OD_STANDARD | {"A": "An\x07a", "W": "x" * 3000}]), OD)
    assert findings["found"].tolist() == ["An\\u0007a", "x" * 119 + "…"]


def test_a_missing_cell_of_a_frame_is_an_empty_cell():
    frame = universe("OD", [OD_STANDARD])
    frame.loc[0, "V"] = None
    assert check_universe(frame, OD)["rule"].tolist() == ["X18"]


def test_dates_and_times_become_days_and_seconds():
    # 2026-07-01 is day 20,635; 09:00 in New York is 13:00 UTC in summer
    typed = type_universe(universe("OD", [OD_EXPEDITED, OD_STANDARD]), OD).table.to_pylist()
    assert typed[0]["H_day"] == 20_635 and typed[0]["H_sec"] == 20_635 * 86_400 + 13 * 3_600
    assert typed[1]["H_day"] == 20_635 and typed[1]["H_sec"] is None
    assert typed[1]["K_day"] is None and typed[1]["K_none"] == 1 and typed[1]["K_bad"] == 0
    assert [row["case_row"] for row in typed] == [1, 2]


@settings(deadline=None, max_examples=50)
@given(day=st.dates(min_value=pd.Timestamp("2025-01-01").date(), max_value=pd.Timestamp("2027-12-31").date()),
       time=st.times())
def test_typing_agrees_with_the_calendar(day, time):
    row = OD_EXPEDITED | {"H": day.strftime("%Y/%m/%d"), "I": time.strftime("%H:%M:%S")}
    typed = type_universe(universe("OD", [row]), OD).table.to_pylist()[0]
    second = time.hour * 3600 + time.minute * 60 + time.second
    due = utc_seconds(np.array([day_number(day)]), np.array([second]), "America/New_York")[0]
    assert (typed["H_day"], typed["H_sec"], typed["H_bad"]) == (day_number(day), due, 0)
