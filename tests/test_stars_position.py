"""Positions of contracts beside the state, the nation and the cut points."""

import pandas as pd
import pytest
from star_folders import write_folder

from auditkit.errors import InputError
from auditkit.stars import position
from auditkit.stars.position import positions, star_folders, state_contracts
from auditkit.stars.position_tables import (
    beside_state_and_nation,
    figure_rows,
    near_next_star,
    positions_at_hand,
    rating_history,
    star_history,
)


def test_folders_are_found_by_year_and_none_is_no_error(tmp_path):
    assert star_folders(tmp_path) == {}
    write_folder(tmp_path / "star_ratings" / "2025", 2025)
    (tmp_path / "star_ratings" / "1999").mkdir()
    assert list(star_folders(tmp_path)) == [2025]


def test_a_contract_beside_state_and_nation(tmp_path, monkeypatch):
    # C01 (2025: 53, 67, 75, 82). H0001 has 70%, H0002 and the others that report it 67%.
    # Nation: H0001, H0002, H0004, H0005: (70 + 3*67) / 4 = 67.75. State of H0001 and H0002: 68.5.
    folder = write_folder(tmp_path / "x", 2025, changes={("measure_data", "H0001", "C01"): "70%"})
    monkeypatch.setattr(position, "state_contracts", lambda state: ("H0001", "H0002"))
    table = positions({2025: folder}, ["H0001"], "MA").set_index("measure")
    row = table.loc["C01"]
    assert (row["score"], row["star"], row["state"], row["nation"]) == (70, 3, 68.5, 67.75)
    assert (row["state_contracts"], row["nation_contracts"]) == (2, 4)
    assert [row[f"cut_{star}"] for star in (2, 3, 4, 5)] == [53, 67, 75, 82]
    assert row["to_next_star"] == 5
    # C15 readmissions stands on its 3-star limit 12, lower is better: 2 points down to 10.
    assert table.loc["C15", "to_next_star"] == 2


def test_a_contract_in_no_folder_and_an_unlisted_state_are_refused(tmp_path):
    folder = write_folder(tmp_path / "x", 2025)
    with pytest.raises(InputError, match="Contract H7777 is in none of CMS's tables of 2025"):
        positions({2025: folder}, ["H7777"], "MA")
    with pytest.raises(InputError, match="State ZZ: no contracts listed; known are MA"):
        state_contracts("ZZ")


QUALITY = pd.DataFrame(
    {
        "contract": "H9901",
        "measure": ["C01", "C01", "C25", "C99"],
        "measurement_year": 2024,
        "as_of_date_day": [19000, 19100, 19100, 19100],
        "numerator": [10, 41, None, 1],
        "denominator": [50, 50, None, 2],
        "score": [None, None, 0.2, None],
    }
)


def test_the_plans_own_quality_table_where_there_is_no_folder(tmp_path):
    # The later day stands: 41 of 50 is 82%, 5 stars under the cut points of 2025 (53, 67, 75, 82).
    table, sentence = positions_at_hand(tmp_path, ["H9901"], "MA", QUALITY, 2025)
    table = table.set_index("measure")
    assert table.loc["C01", ["score", "star", "year"]].tolist() == [82, 5, 2025]
    assert table.loc["C25", "star"] == 4
    assert table["nation"].isna().all() and "C99" not in table.index
    assert "not at hand" in sentence


def test_what_the_report_shows_of_a_contract(tmp_path, monkeypatch):
    # C01 at 70% stands 5 points under 4 stars, C02 (53, 65, 75, 83) at 74% one point under; complaints
    # C25 at 0.80 stand 0.04 above the 3-star limit 0.76 (2 stars), D02 at 0.76 stands 0.39 above 0.37.
    stars = {"C01": ("70%", "3"), "C02": ("74%", "3"), "C25": ("0.80", "2")}
    changes = {("measure_data", "H0001", m): score for m, (score, _) in stars.items()}
    changes |= {("measure_stars", "H0001", m): star for m, (_, star) in stars.items()}
    folder = write_folder(tmp_path / "star_ratings" / "2025", 2025, changes=changes)
    monkeypatch.setattr(position, "state_contracts", lambda state: ("H0001", "H0002"))
    table = positions({2025: folder}, ["H0001"], "MA")
    near = near_next_star(table, "H0001", 2025, within=1).set_index("measure")["to_next_star"]
    assert near.index[0] == "C25"
    assert near[["C25", "D02", "C02"]].tolist() == [0.04, 0.39, 1]
    assert "C01" not in near
    rows = figure_rows(table, "H0001", 2025, "C").set_index("measure")
    assert rows.loc["C01 Breast Cancer Screening", ["score", "cut_5", "state"]].tolist() == [70, 82, 68.5]
    beside = beside_state_and_nation(table, 2025).iloc[0]
    assert (beside["better_than_state"], beside["two_stars_or_less"]) == (2, 1)
    history = star_history(table, "H0001").set_index("name")
    assert history.loc["Complaints about the Health Plan", "2025"] == 2
    assert rating_history(tmp_path, ["H0001"])["overall"].tolist() == [3]


def test_stars_by_year_follow_the_measures_name(tmp_path, monkeypatch):
    # Getting Needed Care is C19 in 2025 and C22 in 2026: one row, two years.
    monkeypatch.setattr(position, "state_contracts", lambda state: ("H0001",))
    folders = {year: write_folder(tmp_path / str(year), year) for year in (2025, 2026)}
    history = star_history(positions(folders, ["H0001"], "MA"), "H0001")
    row = history[history["name"].eq("Getting Needed Care")]
    assert row[["2025", "2026"]].to_numpy().tolist() == [[3, 3]]
