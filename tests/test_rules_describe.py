"""Rules in words, the data dictionary and the version of the rules."""

import re
from hashlib import sha256
from pathlib import Path

import pytest

from auditkit.errors import InputError
from auditkit.rules.describe import describe_rule, limit_words, rules_table
from auditkit.rules.dictionary import data_dictionary
from auditkit.rules.timeframes import load_timeframes
from auditkit.rules.version import RULES_FOLDER, rule_files, rules_version

DOCS = Path(__file__).parents[1] / "docs"


def test_the_list_has_a_row_for_every_rule():
    rows = rules_table()
    assert len(rows) == 142 + 13 + len(rules_table("check")) + len(rules_table("policy"))
    assert len({row["id"] for row in rows}) == len(rows)
    assert all(row.keys() == rows[0].keys() and all(row.values()) for row in rows)
    with pytest.raises(InputError, match="no rules of kind clock; the kinds are timeframe, layout, check, policy"):
        rules_table("clock")


def test_a_timeframe_rule_in_words():
    page = " ".join(describe_rule("AIP-IOD-STD-PA").split())
    for part in ("Integrated organization determination: decision and notice, standard",
                 "Limit 7 calendar days", "Extension up to 14 calendar days.", "In force from 2026-01-01",
                 "42 CFR 422.631(d)(2)(i)(B)(2)", "compare with the official eCFR first", "K: knowledge"):
        assert part in page


@pytest.mark.parametrize("rule_id, words", [
    ("AIP-IOD-EXP", "72 hours"), ("AIP-TERM-10D", "at least 10 calendar days"),
    ("M-SFH-DEC-EXP", "3 business days"), ("AIP-G-FILE", "no limit"),
    ("CLM-CONTRACT", "a contract gives the limit"),
])
def test_a_limit_in_words(rule_id, words):
    assert limit_words(load_timeframes()[rule_id]) == words


def test_a_layout_and_a_policy_in_words():
    assert "20 corroborated, 5 recalled" in describe_rule("OD")
    assert "suspended" in describe_rule("AIP")
    policy = describe_rule("timely_target_percent")
    assert "none" in policy and "95 percent is a habit of the industry" in " ".join(policy.split())


def test_a_check_in_words():
    """X05 is one code on several tables; LC02 looks across tables and LC21 at a delegate's file."""
    rows = {row["id"]: row for row in rules_table("check")}
    assert {"X05", "F01", "LC02", "LC21"} <= rows.keys()
    assert rows["LC21"]["in_force"] == "every file"
    page = " ".join(describe_rule("X05").split())
    assert "Tested on OD" in page and "Fires where" in page and "How well known" in page
    assert "Tested on redeterminations" in " ".join(describe_rule("LC02").split())


def test_an_unknown_id_names_the_nearest():
    with pytest.raises(InputError, match="no rule named AIP-IOD-STD-P; nearest are AIP-IOD-STD-PA,"):
        describe_rule("AIP-IOD-STD-P")
    with pytest.raises(InputError, match="nearest are .*GRV_C"):
        describe_rule("grv_c")
    with pytest.raises(InputError, match="no rule named 77777; list them all"):
        describe_rule("77777")


def test_no_research_mark_is_left_for_readers_to_puzzle_over():
    """The notes the rules were made from mark memory as [K] and doubt as [?]; here it is said in words."""
    for row in rules_table():
        assert not re.search(r"\[(K|S|\?)", describe_rule(row["id"]))


def test_the_data_dictionary_in_docs_is_fresh():
    written = (DOCS / "data_dictionary.md").read_text(encoding="utf-8")
    assert written == data_dictionary(), (
        "write it anew: python -m auditkit.rules.dictionary > docs/data_dictionary.md")


def test_the_dictionary_names_every_source_table_and_layout():
    text = data_dictionary()
    assert text.count("\n### ") == 18 + 13
    assert "| `received_at` | moment | yes |" in text
    assert "| K | AOR/Equivalent Notice Receipt Date | date, time in L | 10 |" in text


def test_rule_files_are_hashed_one_by_one():
    files = dict(rule_files())
    assert list(files) == sorted(files)
    path = RULES_FOLDER / "layouts" / "OD.yaml"
    assert files["layouts/OD.yaml"] == sha256(path.read_bytes()).hexdigest()


def test_the_version_changes_with_any_byte_and_any_name(tmp_path, monkeypatch):
    monkeypatch.setattr("auditkit.rules.version.RULES_FOLDER", tmp_path)
    (tmp_path / "a.yaml").write_text("limit: 14\n", encoding="utf-8")
    first = rules_version()
    assert re.fullmatch(r"[0-9a-f]{12}", first)
    (tmp_path / "a.yaml").write_text("limit: 7\n", encoding="utf-8")
    second = rules_version()
    (tmp_path / "a.yaml").rename(tmp_path / "b.yaml")
    assert len({first, second, rules_version()}) == 3
    (tmp_path / "notes.py").write_text("", encoding="utf-8")
    assert [name for name, _ in rule_files()] == ["b.yaml"]
