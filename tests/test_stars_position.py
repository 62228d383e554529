"""Positions of contracts beside the state, the nation and the cut points."""

import pandas as pd
import pytest
from star_folders import write_folder

from auditkit.errors import InputError
from auditkit.stars import position
from auditkit.stars.position import positions, quality_positions, star_folders, state_contracts


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


def test_the_plans_own_quality_table_where_there_is_no_folder():
    # Measurement year 2023 counts for star year 2025. The later day stands: 41 of 50 is 82%, 5 stars.
    quality = pd.DataFrame(
        {
            "contract": "H9901",
            "measure": ["C01", "C01", "C25"],
            "measurement_year": 2023,
            "as_of_date_day": [19000, 19100, 19100],
            "numerator": [10, 41, None],
            "denominator": [50, 50, None],
            "score": [None, None, 0.2],
        }
    )
    table = quality_positions(quality).set_index("measure")
    assert table.loc["C01", ["score", "star", "year"]].tolist() == [82, 5, 2025]
    assert table.loc["C25", "star"] == 4
    assert table["nation"].isna().all()
