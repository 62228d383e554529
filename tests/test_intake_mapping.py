"""A mapping is checked before a file is opened: one sentence for each way to get it wrong."""

import pytest

from auditkit.errors import InputError
from auditkit.sources.mapping import load_mapping, missing_columns

DELEGATES = """
plan: Sample
extracts:
  - table: delegates
    file: delegates.csv
    columns: {delegate: NAME, delegated_from: FROM}
"""

EFFECTUATIONS = """
plan: Sample
extracts:
  - table: effectuations
    file: e.csv
    columns:
      case_id: CASE
      member_id: MEMBER
      request_kind: {constant: pre_service}
      part_b_drug: {column: DRUG, values: {"1": Y, "0": N}}
      priority: PRIORITY
      overturned_by: BY
      overturn_received_at: {date: RCVD_DT, time: RCVD_TM}
      effectuated_at: {column: DONE, format: "%m/%d/%Y %I:%M %p"}
"""


def load(tmp_path, text: str):
    path = tmp_path / "mapping.yaml"
    path.write_text(text, encoding="utf-8")
    return load_mapping(path)


def test_a_name_alone_is_a_column(tmp_path):
    source = load(tmp_path, DELEGATES).extracts[0].columns["delegate"]
    assert source.source_columns == ("NAME",)


def test_words_of_yaml_stay_text(tmp_path):
    """Plain YAML would make the keys 1 and 0 numbers and Y and N true and false."""
    drug = load(tmp_path, EFFECTUATIONS).extracts[0].columns["part_b_drug"]
    assert drug.values == {"1": "Y", "0": "N"}


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("table: effectuations", "table: effectuation", "'effectuation'; did you mean 'effectuations'"),
        ("case_id: CASE", "case_id: CASE\n      caseid: X", "no column 'caseid'; did you mean 'case_id'"),
        ("file: e.csv", "file: e.csv\n    delimeter: x", "'delimeter' is not a name known here"),
        ("file: e.csv", "sheet: S", "needs 'file', or 'connection' and 'query' together"),
        ("file: e.csv", "connection: DB", "needs 'file', or 'connection' and 'query' together"),
        ("file: e.csv", "connection: DB\n    query: SELECT 1\n    trailer: T", "belong to a file"),
        ("priority: PRIORITY", "priority: {colum: X}", "'colum' is not a name known here"),
        ("priority: PRIORITY", "priority: {constant: urgent}", "'urgent' is not one of standard, expedited"),
        ("priority: PRIORITY", "priority: {column: P, constant: standard}", "needs one of 'column', 'date'"),
        ("priority: PRIORITY", "priority: {date: P}", "is no moment; give it 'column'"),
        ("priority: PRIORITY", "priority: {column: P, format: '%Y'}", "takes no 'format'"),
        ("priority: PRIORITY", "issue_description: X", "effectuations cannot do without priority"),
        ("{date: RCVD_DT, time: RCVD_TM}", "{constant: today}", "is a moment; map it to a column"),
        ("{date: RCVD_DT, time: RCVD_TM}", "{column: R, values: {a: b}}", "takes no 'values'"),
        ("{date: RCVD_DT, time: RCVD_TM}", "{date: R, format: '%Y'}", "follow date_format and time_format"),
        ("{date: RCVD_DT, time: RCVD_TM}", "{time: R}", "needs one of 'column', 'date'"),
        ('"%m/%d/%Y %I:%M %p"', '"%m/%d/%y"', "a year in two digits"),
        ('values: {"1": Y', 'values: {"1": X', "'X' is not one of Y, N"),
    ],
)
def test_each_fault_has_its_sentence(tmp_path, old, new, sentence):
    assert old in EFFECTUATIONS
    with pytest.raises(InputError) as error:
        load(tmp_path, EFFECTUATIONS.replace(old, new))
    assert sentence in str(error.value)
    assert "mapping.yaml, extract 1" in str(error.value)


def test_a_mapping_without_extracts(tmp_path):
    with pytest.raises(InputError, match="a list named 'extracts' is needed"):
        load(tmp_path, "plan: Sample\n")


def test_the_same_extract_twice(tmp_path):
    again = DELEGATES + DELEGATES.split("extracts:\n")[1]
    with pytest.raises(InputError, match="it feeds delegates twice"):
        load(tmp_path, again)


def test_missing_columns_say_what_is_missing_and_what_it_means(tmp_path):
    missing = [item for item in missing_columns(load(tmp_path, DELEGATES)) if item.table == "delegates"]
    assert [(item.column, item.meaning) for item in missing] == [
        ("services", "What is delegated"),
        ("delegated_to", "Last day; empty while in force"),
    ]


def test_a_table_without_an_extract_is_missing_as_a_whole(tmp_path):
    missing = [item for item in missing_columns(load(tmp_path, DELEGATES)) if item.table == "grievances"]
    assert missing == [("grievances", "", "", "no extract: one grievance")]


def test_a_named_delegate_stands_for_the_delegate_column(tmp_path):
    named = EFFECTUATIONS.replace("file: e.csv", "file: e.csv\n    delegate: IPA")
    missing = missing_columns(load(tmp_path, named))
    assert "delegate" not in [item.column for item in missing if item.table == "effectuations"]
