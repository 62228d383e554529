"""From extract to source table: what is read, what is set aside and why, and that every row is accounted for.

The extracts here feed `effectuations`, a small table: case_id, member_id, request_kind, part_b_drug,
priority, overturned_by and overturn_received_at are required; effectuated_at, interest_paid and
issue_description are not.
"""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditkit.errors import InputError
from auditkit.sources.intake import intake
from auditkit.sources.mapping import load_mapping

BOSTON = "America/New_York"

COLUMNS = """
      case_id: CASE_NO
      member_id: MEMBER
      request_kind: KIND
      part_b_drug: {column: DRUG, values: {"1": Y, "0": N}}
      priority: PRIORITY
      overturned_by: BY
      overturn_received_at: {date: RCVD_DT, time: RCVD_TM}
      effectuated_at: {column: DONE, format: "%m/%d/%Y %I:%M %p"}
      issue_description: NOTE
"""

HEADER = "CASE_NO|MEMBER|KIND|DRUG|PRIORITY|BY|RCVD_DT|RCVD_TM|DONE|NOTE\n"
GOOD = "E1|M1|pre_service|0|standard|ire|2026-03-01|09:30:00|03/02/2026 4:05 PM|wheelchair\n"


def run(tmp_path, text: str, settings_: str = "", columns: str = COLUMNS):
    """Intake of one extract of effectuations; `settings_` are further lines of its mapping entry."""
    (tmp_path / "e.csv").write_text(text, encoding="utf-8", newline="")
    entry = f"  - table: effectuations\n    file: e.csv\n{settings_}    columns:{columns}"
    return run_mapping(tmp_path, entry)


def run_mapping(tmp_path, extracts: str):
    path = tmp_path / "mapping.yaml"
    path.write_text(f"plan: Test\nextracts:\n{extracts}", encoding="utf-8")
    return intake(load_mapping(path), tmp_path, BOSTON)


def used(result, *names, table: str = "effectuations") -> list[tuple]:
    return [tuple(row[name] for name in names) for row in result.tables[table].to_pylist()]


def faults(result, *names) -> list[tuple]:
    """Of each reject record: rule, row, and the columns named."""
    wanted = ["rule", "row", *names]
    records = result.rejects[wanted].astype(object)
    return [*records.where(records.notna(), None).itertuples(index=False, name=None)]


# --- typed values -----------------------------------------------------------------------------


def test_a_good_row(tmp_path):
    """2026-03-01 is day 20,513 (20,454 for the new year, 59 more). 09:30 in Boston is 14:30 UTC:
    20,513 x 86,400 + 52,200 = 1,772,375,400. 16:05 the next day is 21:05 UTC: 1,772,485,500."""
    result = run(tmp_path, HEADER + GOOD)
    received = "overturn_received_at"
    assert used(result, f"{received}_date", f"{received}_time") == [("2026/03/01", "09:30:00")]
    assert used(result, f"{received}_day", f"{received}_sec") == [(20_513, 1_772_375_400)]
    assert used(result, "effectuated_at_time", "effectuated_at_sec") == [("16:05:00", 1_772_485_500)]
    assert used(result, "part_b_drug", "interest_paid", "delegate") == [("N", None, None)]
    assert used(result, "extract", "extract_row") == [("e.csv", 1)]
    assert len(result.rejects) == 0


def test_every_table_is_there_with_all_its_columns(tmp_path):
    result = run(tmp_path, HEADER + GOOD)
    assert len(result.tables) == 18
    assert result.tables["grievances"].num_rows == 0
    assert {"received_at_day", "received_at_sec", "extract", "extract_row"} <= set(
        result.tables["grievances"].column_names
    )


@pytest.mark.parametrize(
    ("day", "time"),
    [
        ("2026-03-08", "01:59:59"),  # last second before the clocks go forward
        ("2026-03-08", "03:00:00"),  # the first after: one second later
        ("2026-03-11", "09:30:00"),
        ("2025-11-02", "00:59:59"),
        ("2025-11-02", "01:30:00"),  # twice that night: the first is taken
        ("2025-11-02", "02:00:00"),
    ],
)
def test_utc_second_on_days_when_the_clocks_change(tmp_path, day, time):
    row = GOOD.replace("2026-03-01|09:30:00", f"{day}|{time}")
    wall = dt.datetime.fromisoformat(f"{day} {time}").replace(tzinfo=ZoneInfo(BOSTON))
    result = run(tmp_path, HEADER + row)
    assert used(result, "overturn_received_at_sec") == [(int(wall.timestamp()),)]


def test_a_missing_time_is_missing_and_never_midnight(tmp_path):
    result = run(tmp_path, HEADER + GOOD.replace("09:30:00", "").replace(" 4:05 PM", ""))
    received = "overturn_received_at"
    assert used(result, f"{received}_day", f"{received}_time", f"{received}_sec") == [(20_513, None, None)]
    assert used(result, "effectuated_at_date", "effectuated_at_time") == [("2026/03/02", None)]
    assert len(result.rejects) == 0


def test_spaces_around_dates_and_codes_say_nothing(tmp_path):
    row = GOOD.replace("|0|standard|", "| 0 | standard |").replace("2026-03-01", " 2026-03-01 ")
    result = run(tmp_path, HEADER + row)
    assert used(result, "part_b_drug", "priority", "overturn_received_at_day") == [("N", "standard", 20_513)]
    assert len(result.rejects) == 0


def test_texts_that_mean_missing_are_named_in_the_mapping(tmp_path):
    row = GOOD.replace("03/02/2026 4:05 PM", "NULL").replace("wheelchair", "None")
    result = run(tmp_path, HEADER + row, '    missing: ["", "NULL"]\n')
    assert used(result, "effectuated_at_date", "issue_description") == [(None, "None")]


# --- what cannot be read ----------------------------------------------------------------------


def test_an_unreadable_optional_value_is_set_aside_and_its_row_stays(tmp_path):
    result = run(tmp_path, HEADER + GOOD.replace("03/02/2026 4:05 PM", "2026-03-02 16:05"))
    assert used(result, "case_id", "effectuated_at_date") == [("E1", None)]
    assert faults(result, "column", "source_column", "value", "expected", "action", "case_key") == [
        ("IN-DATE", 1, "effectuated_at", "DONE", "2026-03-02 16:05",
         "a date that exists, 1900 to 2100, written as 01/31/2026 02:05 PM", "value set aside", "E1"),
    ]  # fmt: skip


def test_an_unreadable_time_leaves_the_date(tmp_path):
    result = run(tmp_path, HEADER + GOOD.replace("09:30:00", "24:00:00").replace("4:05 PM", "16:05 PM"))
    assert used(result, "overturn_received_at_day", "overturn_received_at_time") == [(20_513, None)]
    assert used(result, "effectuated_at_date", "effectuated_at_sec") == [("2026/03/02", None)]
    assert faults(result, "source_column", "action") == [
        ("IN-TIME", 1, "RCVD_TM", "value set aside"),
        ("IN-TIME", 1, "DONE", "value set aside"),
    ]


def test_required_values_missing_or_unreadable_set_the_row_aside_once(tmp_path):
    rows = [
        GOOD.replace("E1|", "|"),  # 1: no case number
        GOOD.replace("E1", "E2").replace("2026-03-01", "03/01/2026"),  # 2: another format
        GOOD.replace("E1", "E3").replace("standard", "Standard"),  # 3: capitals matter
        GOOD.replace("E1", "E4").replace("|0|", "|yes|"),  # 4: not 1, 0, Y or N
        GOOD.replace("E1", "E5").replace("2026-03-01|", "|"),  # 5: a time without its date
        GOOD.replace("E1", "E6").replace("standard", "").replace("ire", "judge"),  # 6: two reasons
        GOOD.replace("E1", "E7"),
    ]
    result = run(tmp_path, HEADER + "".join(rows))
    assert used(result, "case_id", "extract_row") == [("E7", 7)]
    assert faults(result, "column", "action") == [
        ("IN-REQUIRED", 1, "case_id", "row set aside"),
        ("IN-DATE", 2, "overturn_received_at", "row set aside"),
        ("IN-CODE", 3, "priority", "row set aside"),
        ("IN-FLAG", 4, "part_b_drug", "row set aside"),
        ("IN-DATE", 5, "overturn_received_at", "row set aside"),
        ("IN-REQUIRED", 6, "priority", "row set aside"),
        ("IN-CODE", 6, "overturned_by", "row set aside"),
    ]
    account = result.reconciliation.iloc[0]
    assert (account.rows_in, account.rows_used, account.rows_set_aside) == (7, 1, 6)
    assert account["IN-REQUIRED"] == 2
    assert account["IN-CODE"] == 1


def test_dates_that_excel_turned_into_day_numbers_are_named_and_not_repaired(tmp_path):
    """46082 is how Excel shows 2026-03-01 once the cell lost its date format."""
    result = run(tmp_path, HEADER + GOOD.replace("2026-03-01", "46082"))
    assert used(result, "case_id") == []
    (record,) = faults(result, "value", "expected")
    assert record[2] == "46082"
    assert record[3].endswith("this looks like Excel's day number of a date")


def test_ids_that_lost_their_zeros_are_named_and_kept(tmp_path):
    """Eleven member numbers of eight digits, padded with zeros, and one of five: Excel was there."""
    rows = [GOOD.replace("E1", f"E{n}").replace("M1", f"{n:08d}") for n in range(1, 12)]
    result = run(tmp_path, HEADER + "".join(rows) + GOOD.replace("E1", "E99").replace("M1", "12345"))
    assert faults(result, "column", "value", "action") == [
        ("IN-ZEROS", 12, "member_id", "12345", "value kept")
    ]
    assert used(result, "member_id")[-1] == ("12345",)


def test_numbers_of_growing_length_lost_no_zeros(tmp_path):
    rows = [GOOD.replace("E1", str(n)) for n in range(98, 140)]
    assert len(run(tmp_path, HEADER + "".join(rows)).rejects) == 0


def test_spaces_and_control_characters_in_names_are_kept_and_named(tmp_path):
    result = run(tmp_path, HEADER + GOOD.replace("M1", "M1 ").replace("wheelchair", "wheel\x07chair "))
    assert used(result, "member_id", "issue_description") == [("M1 ", "wheel\x07chair ")]
    assert faults(result, "column", "action") == [
        ("IN-SPACE", 1, "member_id", "value kept"),
        ("IN-CHARACTER", 1, "issue_description", "value kept"),
    ]


def test_accents_and_other_scripts_are_no_fault(tmp_path):
    result = run(tmp_path, HEADER + GOOD.replace("wheelchair", "cadeira de rodas, ação, 轮椅, 👍"))
    assert len(result.rejects) == 0


def test_numbers(tmp_path):
    """Of `calls`: offered and answered are whole numbers. A comma or a unit is not guessed at."""
    (tmp_path / "c.csv").write_text(
        "Q|D|OFF|ANS|WAIT\nA|2026-01-01|120|+100|10\nB|2026-01-01|1,200|100|\nC|2026-01-01|120|100|30s\n",
        encoding="utf-8",
    )
    result = run_mapping(
        tmp_path,
        "  - table: calls\n    file: c.csv\n"
        "    columns: {queue: Q, call_date: D, offered: OFF, answered: ANS, wait_seconds: WAIT}\n",
    )
    assert used(result, "queue", "offered", "answered", "wait_seconds", table="calls") == [
        ("A", 120, 100, 10), ("C", 120, 100, None),
    ]  # fmt: skip
    assert faults(result, "value", "action") == [
        ("IN-NUMBER", 2, "1,200", "row set aside"),
        ("IN-NUMBER", 3, "30s", "value set aside"),
    ]


def test_a_column_that_is_not_there(tmp_path):
    with pytest.raises(InputError, match="e.csv: there is no column NOTE; the extract has CASE_NO, MEMBER"):
        run(tmp_path, HEADER.replace("|NOTE", "") + GOOD.replace("|wheelchair", ""))
    with pytest.raises(InputError, match="the first line looks like data") as error:
        run(tmp_path, GOOD)
    assert "E1" not in str(error.value)


# --- lines, trailer, repeats, members ---------------------------------------------------------


def test_lines_with_a_wrong_number_of_fields(tmp_path):
    result = run(tmp_path, HEADER + "E0|M1|too short\n" + GOOD)
    assert faults(result, "value", "expected", "action") == [
        ("IN-FIELDS", 1, "E0|M1|too short", "10 fields; line 2 has 3", "row set aside")
    ]
    assert used(result, "case_id", "extract_row") == [("E1", 2)]


def test_a_trailer_that_agrees_is_no_row(tmp_path):
    result = run(tmp_path, HEADER + GOOD + "TRAILER|1\n", "    trailer: TRAILER\n")
    assert len(result.rejects) == 0
    assert result.reconciliation.rows_in.tolist() == [1]
    assert result.files.trailer_rows.tolist() == [1]


def test_a_trailer_as_wide_as_the_rows(tmp_path):
    result = run(tmp_path, HEADER + GOOD + "TRAILER|1||||||||\n", "    trailer: TRAILER\n")
    assert (len(result.rejects), result.reconciliation.rows_in.tolist()) == (0, [1])


def test_a_trailer_that_counts_more_rows_than_there_are(tmp_path):
    result = run(tmp_path, HEADER + GOOD + "TRAILER|0000017\n", "    trailer: TRAILER\n")
    assert faults(result, "value", "expected", "action") == [
        ("IN-TRAILER", None, "TRAILER|0000017",
         "the number of rows, 1; the trailer says 17 rows: ask for the file again", "file kept"),
    ]  # fmt: skip


def test_a_file_cut_off_in_the_middle_of_a_line(tmp_path):
    result = run(tmp_path, HEADER + GOOD + GOOD[:40], "    trailer: TRAILER\n")
    assert [(rule, row) for rule, row in faults(result)] == [("IN-TRAILER", None), ("IN-FIELDS", 2)]
    assert result.reconciliation.rows_in.tolist() == [2]


def test_a_key_met_again_sets_the_later_row_aside(tmp_path):
    changed = GOOD.replace("wheelchair", "walker").replace("standard", "expedited")
    result = run(tmp_path, HEADER + GOOD + GOOD + changed)
    assert used(result, "case_id", "extract_row") == [("E1", 1)]
    assert faults(result, "value", "expected", "action") == [
        ("IN-DUPLICATE", 2, "E1",
         "a key that stands once; it stands first in row 1 of e.csv, which is identical", "row set aside"),
        ("IN-DUPLICATE", 3, "E1",
         "a key that stands once; it stands first in row 1 of e.csv, "
         "which differs in priority, issue_description", "row set aside"),
    ]  # fmt: skip


def test_the_same_case_from_the_plan_and_from_a_delegate(tmp_path):
    (tmp_path / "plan.csv").write_text(HEADER + GOOD, encoding="utf-8")
    (tmp_path / "ipa.csv").write_text(HEADER + GOOD.replace("E1", "E2") + GOOD, encoding="utf-8")
    plan = "  - table: effectuations\n    file: plan.csv\n    columns:" + COLUMNS
    delegate = plan.replace("plan.csv", "ipa.csv\n    delegate: Bay IPA")
    result = run_mapping(tmp_path, plan + delegate)
    assert used(result, "case_id", "delegate") == [("E1", None), ("E2", "Bay IPA")]
    record = result.rejects.iloc[0]
    assert (record.extract, record.row, record.delegate) == ("ipa.csv", 2, "Bay IPA")
    assert record.expected.endswith("row 1 of plan.csv, which differs in delegate")
    account = result.reconciliation[["extract", "delegate", "rows_in", "rows_used", "IN-DUPLICATE"]]
    assert account.values.tolist() == [
        ["plan.csv", "", 1, 1, 0],
        ["ipa.csv", "Bay IPA", 2, 1, 1],
    ]


def test_a_member_nobody_knows_is_reported_and_its_row_stays(tmp_path):
    (tmp_path / "m.csv").write_text("ID|F|L|FROM\nM1|Ana|Ortiz|2025-01-01\n", encoding="utf-8")
    (tmp_path / "e.csv").write_text(HEADER + GOOD + GOOD.replace("E1|M1", "E2|M2"), encoding="utf-8")
    members = (
        "  - table: members\n    file: m.csv\n    columns: {member_id: ID, first_name: F, last_name: L,"
        " enrolled_from: FROM, program: {constant: sco}, contract: {constant: H9902},"
        " pbp: {constant: '001'}}\n"
    )
    cases = "  - table: effectuations\n    file: e.csv\n    columns:" + COLUMNS
    result = run_mapping(tmp_path, cases + members)
    assert faults(result, "value", "action") == [("IN-MEMBER", 2, "M2", "row kept")]
    assert used(result, "case_id") == [("E1",), ("E2",)]


# --- every row is accounted for ---------------------------------------------------------------

cell = st.sampled_from(["", "E1", "E2", "pre_service", "0", "standard", "ire", "2026-03-01", "09:30:00", '5"'])
line = st.one_of(
    st.just(GOOD.strip()),
    st.integers(1, 6).map(lambda n: GOOD.strip().replace("E1", f"E{n}")),
    st.lists(cell, min_size=1, max_size=12).map("|".join),
    st.just(""),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=st.lists(line, max_size=8))
def test_rows_in_are_rows_used_and_rows_set_aside(tmp_path, lines):
    """Rows are counted here as the lines that hold something; none of the cells may hold a line break."""
    result = run(tmp_path, HEADER + "\n".join(lines) + "\n")
    account = result.reconciliation[["rows_in", "rows_used", "rows_set_aside"]].sum()
    assert account.rows_in == sum(bool(text) for text in lines)
    assert account.rows_in == account.rows_used + account.rows_set_aside
    assert account.rows_used == result.tables["effectuations"].num_rows
    set_aside = result.rejects[result.rejects.action == "row set aside"]
    assert account.rows_set_aside == set_aside.row.nunique()


# --- databases and workbooks ------------------------------------------------------------------

QUERY = f"""
  - table: effectuations
    connection: AUDITKIT_TEST_DB
    query: SELECT * FROM cases
    columns:{COLUMNS}"""


@pytest.fixture
def database(tmp_path, monkeypatch):
    url = f"sqlite:///{tmp_path / 'plan.db'}"
    engine = sqlalchemy.create_engine(url)
    names = HEADER.strip().split("|")
    with engine.begin() as connection:
        connection.exec_driver_sql(f"CREATE TABLE cases ({', '.join(f'{name} TEXT' for name in names)})")
        marks = ", ".join("?" * len(names))
        values = [tuple(GOOD.strip().split("|")), tuple(GOOD.strip().replace("E1", "E2").split("|"))]
        connection.exec_driver_sql(f"INSERT INTO cases VALUES ({marks})", values)
        connection.exec_driver_sql("UPDATE cases SET DONE = NULL WHERE CASE_NO = 'E2'")
    engine.dispose()
    monkeypatch.setenv("AUDITKIT_TEST_DB", url)
    return url


def test_a_query(tmp_path, database):
    result = run_mapping(tmp_path, QUERY)
    assert used(result, "case_id", "effectuated_at_date", "extract") == [
        ("E1", "2026/03/02", "effectuations (AUDITKIT_TEST_DB)"),
        ("E2", None, "effectuations (AUDITKIT_TEST_DB)"),
    ]
    assert database not in result.files.to_string()


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        (None, "the environment variable AUDITKIT_TEST_DB is not set"),
        ("no url", "does not hold a SQLAlchemy URL"),
        ("nosuch://user:secret@host/db", "the driver that the URL in AUDITKIT_TEST_DB asks for"),
        ("sqlite:////nowhere/secret.db", "the SQLite file that AUDITKIT_TEST_DB points to is not there"),
    ],
)
def test_connections_that_fail_say_so_without_the_address(tmp_path, monkeypatch, url, sentence):
    monkeypatch.delenv("AUDITKIT_TEST_DB", raising=False)
    if url:
        monkeypatch.setenv("AUDITKIT_TEST_DB", url)
    with pytest.raises(InputError, match=sentence) as error:
        run_mapping(tmp_path, QUERY)
    assert "secret" not in str(error.value)
    assert error.value.__cause__ is None


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("SELECT * FROM nowhere", r"refuses the query \(OperationalError\)"),
        ("UPDATE cases SET NOTE = 'x'", "it must be a SELECT"),
    ],
)
def test_queries_that_fail(tmp_path, database, query, sentence):
    with pytest.raises(InputError, match=sentence):
        run_mapping(tmp_path, QUERY.replace("SELECT * FROM cases", query))
    assert used(run_mapping(tmp_path, QUERY), "issue_description") == [("wheelchair",), ("wheelchair",)]


def test_a_delegates_workbook_with_true_dates(tmp_path):
    """Date cells come as ISO text whatever date format the text cells of the sheet have."""
    book = xlsxwriter.Workbook(tmp_path / "ipa.xlsx")
    page = book.add_worksheet("Overturns")
    day = book.add_format({"num_format": "m/d/yyyy"})
    page.write_row(0, 0, HEADER.strip().split("|"))
    for row, case in enumerate(("E1", "E2"), 1):
        page.write_row(row, 0, GOOD.strip().replace("E1", case).split("|"))
    page.write_datetime(1, 6, dt.datetime(2026, 3, 1), day)
    page.write(2, 6, "3/1/2026")
    book.close()
    entry = f"""
  - table: effectuations
    file: ipa.xlsx
    sheet: Overturns
    date_format: "%m/%d/%Y"
    columns:{COLUMNS}"""
    result = run_mapping(tmp_path, entry)
    assert used(result, "case_id", "overturn_received_at_day") == [("E1", 20_513), ("E2", 20_513)]
    assert used(result, "extract")[0] == ("ipa.xlsx [Overturns]",)
    assert len(result.rejects) == 0


def test_several_codes_in_one_cell(tmp_path):
    """Codes between semicolons are mapped one by one; a cell with one that is not known is set aside whole."""
    (tmp_path / "g.csv").write_text(
        "NO,AT,WHY\nG1,2026-03-01 09:30:00,BILL; care_management\nG2,2026-03-01 09:30:00,BILL;BILL\n"
        "G3,2026-03-01 09:30:00,\nG4,2026-03-01 09:30:00,BILL;noise\n",
        encoding="utf-8",
    )
    entry = """  - table: grievances
    file: g.csv
    columns:
      case_id: NO
      member_id: {constant: M1}
      part: {constant: C}
      received_at: AT
      received_how: {constant: oral}
      filed_by: {constant: enrollee}
      priority: {constant: standard}
      quality_of_care: {constant: N}
      status: {constant: pending}
      reason_categories: {column: WHY, values: {BILL: payment_billing}}
"""
    result = run_mapping(tmp_path, entry)
    assert used(result, "case_id", "reason_categories", table="grievances") == [
        ("G1", "payment_billing;care_management"), ("G2", "payment_billing"), ("G3", None), ("G4", None),
    ]  # fmt: skip
    assert faults(result, "source_column", "action") == [("IN-CODE", 4, "WHY", "value set aside")]
