"""`auditkit stars`: what it writes and says, and one sentence for a user's mistake."""

import csv

from star_folders import file_name, write_folder

from auditkit.suite.cli import main


def test_rate_writes_every_step(tmp_path, capsys):
    folder, out = write_folder(tmp_path / "x", 2025), tmp_path / "ratings.csv"
    assert main(["stars", "rate", str(folder), "--year", "2025", "--out", str(out)]) == 0
    with out.open(encoding="utf-8", newline="") as file:
        rows = {row["contract_id"]: row for row in csv.DictReader(file)}
    assert rows["H0001"]["part_c"] == "3.0" and rows["S0003"]["part_c"] == ""
    steps = ("mean", "variance", "reward", "cai", "unrounded")
    assert all(rows["H0001"][f"overall_{step}"] for step in steps)
    assert float(rows["H0001"]["part_c_no_improvement_unrounded"]) == 2.962103
    assert "5 contracts of star year 2025; rated: part_c 3, part_d 3, overall 2" in capsys.readouterr().out
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_rate_from_scores_with_last_year_says_what_it_rests_on(tmp_path, capsys):
    folder, prior, out = (
        write_folder(tmp_path / "x", 2025),
        write_folder(tmp_path / "y", 2024),
        tmp_path / "r.csv",
    )
    command = ["stars", "rate", str(folder), "--year", "2025", "--prior", str(prior), "--from-scores"]
    assert main([*command, "--out", str(out)]) == 0
    assert "CAHPS stars are by base group" in capsys.readouterr().out


def test_a_year_with_estimated_values_says_so(tmp_path, capsys):
    folder, out = write_folder(tmp_path / "x", 2023), tmp_path / "r.csv"
    assert main(["stars", "rate", str(folder), "--year", "2023", "--out", str(out)]) == 0
    said = capsys.readouterr().out
    assert "CAI values: estimated." in said and "Reward thresholds: computed." in said


def test_verify_counts_and_lists_misses(tmp_path, capsys):
    changes = {
        ("summary", "H0001", "2025 Part C Summary"): "3",
        ("summary", "H0002", "2025 Part C Summary"): "4.5",
        ("measure_stars", "H0001", "C01"): "4",
    }
    folder, out = write_folder(tmp_path / "x", 2025, changes=changes), tmp_path / "misses.csv"
    assert main(["stars", "verify", str(folder), "--year", "2025", "--out", str(out)]) == 0
    said = capsys.readouterr().out
    assert "Part C rating: 1 of 2 equal; 1 computed where CMS shows none" in said
    assert "H0002 part_c (CMS 4.5, computed 3)" in said
    assert "H0001 C01 (CMS 4, computed 3)" in said
    assert len(out.read_text(encoding="utf-8").splitlines()) == 3


def _refused(capsys, arguments, sentence):
    assert main(["stars", *arguments]) == 2
    error = capsys.readouterr().err.strip()
    assert sentence in error and "\n" not in error


def test_mistakes_are_one_sentence_and_leave_nothing(tmp_path, capsys):
    folder, out = write_folder(tmp_path / "x", 2025), tmp_path / "r.csv"
    rate = ["rate", str(folder), "--out", str(out), "--year"]
    _refused(capsys, [*rate, "2024"], "its name says star year 2025, asked for was 2024")
    _refused(capsys, [*rate, "2019"], "Star year 2019 has no parameters")
    _refused(capsys, ["rate", str(tmp_path / "no"), "--year", "2025", "--out", str(out)], "no such folder")
    _refused(capsys, [*rate[:2], "--out", str(tmp_path / "no" / "r.csv"), "--year", "2025"], "no such folder")
    (folder / file_name(2025, "cai")).unlink()
    _refused(capsys, [*rate, "2025"], "no CAI table of 2025")
    assert not out.exists()
