"""CMS's folders as they come: four header shapes, csv and xlsx, two encodings, words for numbers."""

import openpyxl
import pytest
from star_folders import file_name, write_csv, write_folder

from auditkit.errors import InputError
from auditkit.stars.cells import message_kind
from auditkit.stars.grids import open_folder, read_grid
from auditkit.stars.reader import (
    read_contracts,
    read_cut_points,
    read_domain_stars,
    read_measure_stars,
    read_published_ratings,
    read_scores,
)

ALL_YEARS = (2022, 2023, 2024, 2025, 2026)


@pytest.fixture
def folder(tmp_path):
    return write_folder(tmp_path / "2025", 2025)


def _cell(table, contract, measure):
    row = table[table["contract_id"].eq(contract) & table["measure"].eq(measure)]
    return row.iloc[0]


@pytest.mark.parametrize("year", ALL_YEARS)
def test_a_folder_of_any_known_year_is_read(tmp_path, year):
    tables = open_folder(write_folder(tmp_path / "tables", year), year)
    assert len(read_scores(tables)) == len(read_measure_stars(tables))
    assert read_contracts(tables)["contract_id"].tolist() == ["H0001", "H0002", "S0003", "H0004", "H0005"]
    assert set(read_cut_points(tables)["group"]) == {"ALL", "MA-PD", "PDP"}


def test_scores_and_messages_are_told_apart(folder):
    # C01 (2025) has its 3-star cut point at 67%; the padded cell '67% ' is the number 67.
    scores = read_scores(open_folder(folder, 2025))
    assert _cell(scores, "H0001", "C01")["score"] == 67
    assert _cell(scores, "S0003", "C01")["message"] == "Plan not required to report measure"
    # The improvement score is shown for nobody: C27 of four contracts, D04 of four.
    assert message_kind(scores["message"]).value_counts()["star_only"] == 8


def test_contract_facts_come_without_any_rating(folder):
    facts = read_contracts(open_folder(folder, 2025)).set_index("contract_id")
    assert facts.loc["H0002", "snp"] and not facts.loc["H0001", "snp"]
    assert facts.loc["S0003", "fac_part_d_pdp"] == 1
    assert facts["fac_overall"].isna()["H0005"]
    assert not {"part_c", "part_d", "overall"} & set(facts.columns)


def test_ratings_do_not_need_the_rating_columns(folder):
    path = folder / file_name(2025, "summary")
    rows = [row[:8] for row in read_grid(open_folder(folder, 2025).place("summary"))]
    write_csv(path, rows)
    tables = open_folder(folder, 2025)
    assert len(read_contracts(tables)) == 5
    with pytest.raises(InputError, match="no column '2025 Part C Summary'"):
        read_published_ratings(tables)


def test_cut_points_of_both_directions_and_exact_values(folder):
    points = read_cut_points(open_folder(folder, 2025)).set_index(["measure", "group", "star"])["limit"]
    assert points["C01", "ALL", 5] == 82
    assert points["C15", "ALL", 5] == 8  # readmissions: '<= 8 %', lower is better
    assert points["C25", "ALL", 2] == 1.39  # complaints: '> 0.76 to <= 1.39'
    assert points["D04", "PDP", 2] == -0.2825


def test_a_five_star_cell_may_hold_the_number_alone(folder):
    path = folder / file_name(2025, "part_d_cut_points")
    rows = read_grid(open_folder(folder, 2025).place("part_d_cut_points"))
    rows[8][2] = "100%"
    write_csv(path, rows)
    points = read_cut_points(open_folder(folder, 2025)).set_index(["measure", "group", "star"])["limit"]
    assert points["D01", "MA-PD", 5] == 100


def test_xlsx_and_utf8_and_another_date_are_read_alike(folder):
    expected = read_scores(open_folder(folder, 2025))
    old = folder / file_name(2025, "measure_data")
    rows = read_grid(open_folder(folder, 2025).place("measure_data"))
    old.unlink()
    write_csv(folder / "2025 Measure Data, revised.csv", rows, encoding="utf-8-sig")
    assert read_scores(open_folder(folder, 2025)).equals(expected)
    (folder / "2025 Measure Data, revised.csv").unlink()
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    # A percentage kept as a number: 0.67 in percent format is 67%.
    cell = book.active.cell(row=5, column=6)
    cell.value, cell.number_format = 0.67, "0%"
    book.save(folder / "2025_measure_data.xlsx")
    assert read_scores(open_folder(folder, 2025)).equals(expected)


def test_sheets_of_a_master_workbook_fill_what_is_missing(folder):
    rows = read_grid(open_folder(folder, 2025).place("cai"))
    (folder / file_name(2025, "cai")).unlink()
    book = openpyxl.Workbook()
    book.active.title = "Notes"
    sheet = book.create_sheet("CAI")
    for row in rows:
        sheet.append(row)
    book.save(folder / "2025_Report_Card_Master_Table_2024_12_02.xlsx")
    assert read_contracts(open_folder(folder, 2025))["fac_overall"].tolist()[:2] == [1, 2]


def _refused(read, folder, year, sentence):
    with pytest.raises(InputError, match=sentence) as caught:
        read(open_folder(folder, year))
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_one_sentence(folder):
    (folder / file_name(2025, "measure_stars")).unlink()
    _refused(read_measure_stars, folder, 2025, "no Measure Stars table of 2025; add the csv or xlsx file")
    _refused(read_domain_stars, folder, 2025, "no Domain Stars table of 2025")


def test_a_renamed_column_is_one_sentence(folder):
    path = folder / file_name(2025, "summary")
    path.write_text(path.read_text("cp1252").replace("SNP,", "Special needs,", 1), "cp1252")
    _refused(read_contracts, folder, 2025, "no column 'SNP'; found 'Organization Type'.*'Special needs'")


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("C01: Breast Cancer Screening", "C01: Mammograms", "'C01: Mammograms' is unknown in star year 2025"),
        ("C01: Breast Cancer Screening", "C77: Sleep", "'C77: Sleep' is unknown in star year 2025"),
        (
            "C01: Breast Cancer Screening",
            "Breast: Cancer Screening",
            "no column for measure 'C01: Breast Cancer",
        ),
        ("CONTRACT_ID", "Id", "no column 'Contract Number' or 'CONTRACT_ID'"),
    ],
)
def test_an_unknown_measure_or_header_is_one_sentence(folder, old, new, sentence):
    path = folder / file_name(2025, "measure_data")
    path.write_text(path.read_text("cp1252").replace(old, new), "cp1252")
    _refused(read_scores, folder, 2025, sentence)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Data withheld", "H0001, column C02: 'Data withheld' is neither a number nor a known message"),
        ("", "H0001, column C02: '' is empty"),
    ],
)
def test_a_new_message_is_one_sentence(tmp_path, text, sentence):
    folder = write_folder(tmp_path / "x", 2025, changes={("measure_data", "H0001", "C02"): text})
    _refused(read_scores, folder, 2025, sentence)


def test_a_star_out_of_range_is_refused(tmp_path):
    folder = write_folder(tmp_path / "x", 2025, changes={("measure_stars", "H0001", "C02"): "6"})
    _refused(read_measure_stars, folder, 2025, "'6' is no star from 1 to 5")


def test_the_wrong_year_is_refused_by_name_and_by_title(folder):
    with pytest.raises(InputError, match="its name says star year 2025, asked for was 2024"):
        open_folder(folder, 2024)
    path = folder / file_name(2025, "measure_stars")
    path.write_text(path.read_text("cp1252").replace("2025 Star View", "2024 Star View"), "cp1252")
    _refused(read_measure_stars, folder, 2025, "its title says star year 2024")


def test_a_file_under_another_tables_name_is_refused(folder):
    stars, data = (folder / file_name(2025, name) for name in ("measure_stars", "measure_data"))
    stars.write_bytes(data.read_bytes())
    _refused(
        read_measure_stars, folder, 2025, "named as the Measure Stars table, but its title says Measure Data"
    )


def test_two_files_of_one_table_are_refused(folder):
    (folder / "2025 Measure Stars copy.csv").write_bytes(
        (folder / file_name(2025, "measure_stars")).read_bytes()
    )
    with pytest.raises(InputError, match="two files hold the Measure Stars table"):
        open_folder(folder, 2025)


def test_an_empty_folder_and_no_folder_are_refused(tmp_path):
    with pytest.raises(InputError, match="no CMS Star Ratings table found"):
        open_folder(tmp_path, 2025)
    with pytest.raises(InputError, match="no such folder"):
        open_folder(tmp_path / "nowhere", 2025)
