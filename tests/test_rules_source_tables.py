"""The canonical source tables, and malformed files refused."""

import pytest

from auditkit.errors import InputError
from auditkit.rules.source_tables import load_source_tables


def test_the_18_tables():
    assert list(load_source_tables()) == [
        "members", "authorizations", "appeals", "claims", "effectuations", "reductions", "grievances",
        "coverage_determinations", "redeterminations", "assessments", "care_plans", "critical_incidents",
        "calls", "ltss_services", "reopenings", "encounter_files", "quality", "delegates"]


def test_typed_columns_of_each_kind():
    """A moment becomes four columns, a date two, everything else stays one."""
    table = load_source_tables()["authorizations"]
    assert table.column("received_at").typed_columns() == (
        "received_at_date", "received_at_time", "received_at_day", "received_at_sec")
    assert table.column("service_date").typed_columns() == ("service_date", "service_date_day")
    assert table.column("part_b_drug").typed_columns() == ("part_b_drug",)


def test_a_meaning_keeps_what_follows_its_comma():
    """In a YAML flow entry an unquoted comma would cut the sentence off."""
    meaning = load_source_tables()["members"].column("mbi").meaning
    assert meaning == ("Medicare Beneficiary Identifier, 11 characters without hyphens; "
                       "empty for a member without Medicare")


def test_every_case_table_names_its_member_and_its_delegate():
    for name in ("authorizations", "appeals", "claims", "effectuations", "reductions", "grievances"):
        table = load_source_tables()[name]
        assert table.key == ("case_id",)
        assert table.column("member_id").required and not table.column("delegate").required


def test_a_column_that_is_not_there():
    with pytest.raises(InputError, match="Source table delegates has no column name; its columns are"):
        load_source_tables()["delegates"].column("name")


TABLES = """\
tables:
  - name: visits
    title: Visits
    one_row_is: one visit
    key: [visit_id]
    columns:
      - {name: visit_id, kind: text, required: true, meaning: Number of the visit}
      - {name: outcome, kind: code, values: [done, missed], meaning: What came of it}
      - {name: seen_at, kind: moment, meaning: When it was}
"""


@pytest.mark.parametrize("old, new, reason", [
    ("meaning: What came of it", "meaning: What came of it, in a word",
     "'in a word' is not a name known here"),
    (", meaning: When it was", "", "table visits, column seen_at: 'meaning' is missing; add it."),
    ("kind: moment", "kind: instant", "column seen_at: 'kind' must be 'text', 'code', 'codes', 'flag'"),
    ("values: [done, missed], ", "", "column outcome: a column of kind code needs at least one value"),
    ("kind: moment", "kind: moment, values: [x]",
     "column seen_at: 'values' belongs to a column of kind code or codes."),
    ("seen_at", "seen", "column seen: a moment's name ends in _at, and no other name does."),
    ("name: outcome", "name: visit_id", "table visits: column visit_id stands there twice."),
    ("key: [visit_id]", "key: [number]", "'key' names number, which is not a column of the table."),
    ("name: visits", "name: Visits 2026", "'name' must match the pattern"),
    (TABLES, TABLES + TABLES.removeprefix("tables:\n"), "table visits: it stands there twice"),
    (TABLES, "tables: [visits]\n", "table number 1: a list named 'columns' is needed"),
    (TABLES, "table: []\n", "a list named 'tables' is needed"),
])
def test_a_malformed_file_is_refused_with_table_column_and_reason(tmp_path, old, new, reason):
    assert old in TABLES
    path = tmp_path / "tables.yaml"
    path.write_text(TABLES.replace(old, new), encoding="utf-8")
    with pytest.raises(InputError) as refusal:
        load_source_tables(path)
    assert str(refusal.value).startswith(str(path)) and reason in str(refusal.value)
