"""The sample plan: the same every time, clean where it says so, wrong exactly where the key says so."""

import csv
import filecmp
import re
import sqlite3
from collections import Counter
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd
import pyarrow.parquet as pq
import pytest
from python_calamine import load_workbook

from auditkit.errors import InputError
from auditkit.rules.clock_rules import load_clock_table
from auditkit.rules.source_tables import load_source_tables
from auditkit.sources.intake import intake
from auditkit.sources.mapping import load_mapping
from auditkit.sources.sample import assumptions, make_sample
from auditkit.sources.sample.boundaries import LATE_DECISION
from auditkit.sources.sample.plan import MAPPING_FILE
from auditkit.sources.sample.report_tables import REOPENED_LEVELS

NEW_YORK = ZoneInfo("America/New_York")
ROOT = Path(__file__).parents[1]
MBI = re.compile(
    "[1-9]S[AC-HJKMNP-RT-Y0-9][0-9][AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9][0-9][AC-HJKMNP-RT-Y]{2}[0-9]{2}"
)


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sample") / "extracts"
    return folder, make_sample(folder, members=2_000, seed=7)


@pytest.fixture(scope="module")
def key(sample):
    with open(sample[0] / "answer_key.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def typed(sample):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AUDITKIT_SAMPLE_DATABASE", f"sqlite:///{sample[0] / 'plan.db'}")
        return intake(load_mapping(MAPPING_FILE), sample[0], "America/New_York")


@pytest.fixture(scope="module")
def clean(typed, key):
    """Rows of each table as dictionaries, with their program, without the cases the key names."""
    named = {(entry["table"], entry["case_id"]) for entry in key}
    program = {row["member_id"]: row["program"] for row in typed.tables["members"].to_pylist()}

    def rows(table: str) -> list[dict]:
        every = typed.tables[table].to_pylist()
        return [
            row | {"program": program[row["member_id"]]}
            for row in every
            if (table, row["case_id"]) not in named
        ]

    return rows


def at(row: dict, moment: str) -> datetime | None:
    """The moment as a time in New York, from the CMS texts."""
    day, time = row[f"{moment}_date"], row[f"{moment}_time"]
    if day is None:
        return None
    return datetime.strptime(f"{day} {time}", "%Y/%m/%d %H:%M:%S").replace(tzinfo=NEW_YORK)


def elapsed(start: datetime, stop: datetime) -> timedelta:
    """Time that really passed, whatever the clocks on the wall were set to in between."""
    return stop.astimezone(ZoneInfo("UTC")) - start.astimezone(ZoneInfo("UTC"))


def in_time(
    start: datetime, stop: datetime | None, days: int | None = None, hours: int | None = None
) -> bool:
    if stop is None:
        return True
    if hours is not None:
        return timedelta(0) <= elapsed(start, stop) <= timedelta(hours=hours)
    return 0 <= (stop.date() - start.date()).days <= days


# --- the same every time ------------------------------------------------------------------------------


def test_same_seed_same_bytes_other_seed_other_bytes(sample, tmp_path):
    make_sample(tmp_path / "again", members=2_000, seed=7)
    make_sample(tmp_path / "other", members=2_000, seed=8)
    names = sorted(file.name for file in sample[0].iterdir())
    assert filecmp.cmpfiles(sample[0], tmp_path / "again", names, shallow=False) == (names, [], [])
    _, differ, _ = filecmp.cmpfiles(sample[0], tmp_path / "other", names, shallow=False)
    assert sorted(set(names) - set(differ)) == ["delegates.csv"]  # the list of delegates holds no chance


def test_making_it_again_replaces_the_extracts_and_leaves_other_files(tmp_path):
    folder = tmp_path / "extracts"
    make_sample(folder, members=1_000, seed=1)
    (folder / "notes.txt").write_text("mine", encoding="utf-8")
    before = (folder / "members.csv").read_bytes()
    make_sample(folder, members=1_000, seed=2)
    assert (folder / "notes.txt").read_text(encoding="utf-8") == "mine"
    assert (folder / "members.csv").read_bytes() != before
    assert [file.name for file in tmp_path.iterdir()] == ["extracts"]  # nothing half-made is left


@pytest.mark.parametrize("wrong", [{"members": 999}, {"seed": -1}])
def test_refuses_what_cannot_be_made(tmp_path, wrong):
    with pytest.raises(InputError):
        make_sample(tmp_path / "extracts", **wrong)
    assert not (tmp_path / "extracts").exists()


def test_refuses_a_file_in_place_of_the_folder(tmp_path):
    (tmp_path / "extracts").write_text("", encoding="utf-8")
    with pytest.raises(InputError, match="name a folder"):
        make_sample(tmp_path / "extracts", members=1_000)


def test_the_mapping_of_the_params_folder_is_the_one_the_extracts_are_written_by():
    assert (ROOT / "params/mappings/sample.yaml").read_bytes() == MAPPING_FILE.read_bytes()


# --- members ----------------------------------------------------------------------------------------------


def test_every_medicare_identifier_carries_the_letter_that_is_never_issued(typed, key):
    wrong = {entry["member_id"] for entry in key if entry["defect"] == "wrong mbi"}
    members = typed.tables["members"].to_pylist()
    mbis = {row["member_id"]: row["mbi"] for row in members if row["mbi"] and row["member_id"] not in wrong}
    assert all(MBI.fullmatch(mbi) for mbi in mbis.values())
    assert len(set(mbis.values())) == len(mbis)
    assert {row["mbi"] for row in members if row["program"] == "sco_medicaid"} == {None}
    assert not any(MBI.fullmatch(row["mbi"]) for row in members if row["member_id"] in wrong)


def test_members_fit_their_programs(typed):
    members = typed.tables["members"].to_pylist()
    share = Counter(row["program"] for row in members)
    assert 0.35 < share["one_care"] / len(members) < 0.45
    for row in members:
        age_in_2025 = 2025 - int(row["birth_date"][:4])
        assert 21 <= age_in_2025 <= 65 if row["program"] == "one_care" else age_in_2025 >= 65
        assert row["masshealth_id"].startswith("9999") and len(row["masshealth_id"]) == 12
        assert (
            row["contract"] == {"one_care": "H9901", "sco": "H9902", "sco_medicaid": "H9903"}[row["program"]]
        )


def test_clean_cases_belong_to_members_enrolled_on_the_day_of_receipt(typed, clean):
    spans = {}
    for row in typed.tables["members"].to_pylist():
        last = row["enrolled_to_day"] if row["enrolled_to_day"] is not None else 10**6
        spans.setdefault(row["member_id"], []).append((row["enrolled_from_day"], last))
    for table in ("authorizations", "appeals", "claims", "grievances"):
        for row in clean(table):
            day = row["received_at_day"]
            assert any(first <= day <= last for first, last in spans[row["member_id"]]), row["case_id"]


# --- no clean case breaks its limit: one loop a table, written from the regulation -------------------------


def test_clean_authorizations_are_answered_in_time(clean):
    rows = clean("authorizations")
    assert len(rows) > 1_500
    for row in rows:
        received, decided = at(row, "received_at"), at(row, "decided_at")
        oral, written = at(row, "oral_notified_at"), at(row, "written_notified_at")
        drug, fast = row["part_b_drug"] == "Y", row["priority"] == "expedited"
        extra = 14 if row["extension_taken"] == "Y" else 0
        if drug and (fast or row["program"] == "sco_medicaid"):
            limit = {"hours": 24}  # 422.572(a)(2); MassHealth outpatient drug 438.210(d)(3)
        elif drug:
            limit = {"hours": 72}  # 422.568(b)(3)
        elif fast:
            limit = {"hours": 72 + 24 * extra}  # 422.572(a), (b)
        else:  # 14 calendar days, 7 for requests received from 2026-01-01
            limit = {"days": (7 if received.date() >= date(2026, 1, 1) else 14) + extra}
        assert in_time(received, oral, **limit) and in_time(received, written, **limit), row["case_id"]
        if row["status"] == "decided":
            assert received <= decided <= written and (oral is None or oral >= decided)
            if row["requester"] == "enrollee_representative" and row["determination"] != "dismissed":
                assert at(row, "aor_received_at") <= decided
        else:
            assert decided is None and written is None and row["determination"] is None
        if extra:
            assert not drug
            assert in_time(
                received,
                at(row, "extension_notice_at"),
                **({"hours": 72} if fast else {"days": 7 if received.date() >= date(2026, 1, 1) else 14}),
            )


def test_clean_appeals_are_answered_carried_out_and_forwarded_in_time(clean):
    rows = clean("appeals")
    assert len(rows) > 50
    for row in rows:
        received, decided = at(row, "received_at"), at(row, "decided_at")
        fast, drug = row["priority"] == "expedited", row["part_b_drug"] == "Y"
        extra = 14 if row["extension_taken"] == "Y" else 0
        if fast:
            limit = {"hours": 72 + 24 * extra}
        else:
            limit = {"days": (7 if drug else 30) + extra}
        for step in (
            "written_notified_at",
            "oral_notified_at",
            "effectuated_at",
            "paid_at",
            "ire_forwarded_at",
        ):
            if not (fast and step == "ire_forwarded_at"):
                assert in_time(received, at(row, step), **limit), (row["case_id"], step)
        if row["status"] != "decided":
            continue
        assert in_time(decided, at(row, "effectuated_at"), hours=72)  # 422.634(d)
        payment, approved = row["appeal_type"] == "payment", row["determination"] == "approved"
        assert (at(row, "paid_at") is not None) == (payment and approved)
        assert (at(row, "effectuated_at") is not None) == (approved and not payment)
        adverse = row["determination"] in ("denied", "partially_denied")
        forwarded = at(row, "ire_forwarded_at")
        assert (forwarded is not None) == (
            adverse and row["benefit"] == "medicare" and row["program"] != "sco_medicaid"
        )
        if fast:
            assert in_time(decided, forwarded, hours=24)  # 422.634(b)


def test_clean_grievances_claims_and_reversals_are_in_time(clean):
    for row in clean("grievances"):
        received = at(row, "received_at")
        extra = 14 if row["extension_taken"] == "Y" else 0
        limit = {"hours": 24} if row["priority"] == "expedited" else {"days": 30 + extra}
        assert in_time(received, at(row, "oral_notified_at"), **limit)
        assert in_time(received, at(row, "written_notified_at"), **limit)
        if row["status"] == "resolved" and (
            row["received_how"] == "written" or row["quality_of_care"] == "Y"
        ):
            assert at(row, "written_notified_at") is not None
    for row in clean("claims"):
        received = at(row, "received_at")
        days = 60 if row["contracted"] == "N" and row["clean"] == "N" else 30
        for step in ("paid_at", "enrollee_notified_at", "provider_notified_at"):
            assert in_time(received, at(row, step), days=days)
        if row["program"] == "sco_medicaid" and row["determination"] == "denied":
            assert row["decided_at_day"] == row["enrollee_notified_at_day"]  # 438.404(c)(2)
    for row in clean("effectuations"):
        limit = {"days": 30} if row["request_kind"] == "payment" else {"hours": 72}
        if row["priority"] == "expedited" and row["part_b_drug"] == "Y":
            limit = {"hours": 24}
        assert in_time(at(row, "overturn_received_at"), at(row, "effectuated_at"), **limit)
    for row in clean("reductions"):
        ahead = row["effective_date_day"] - row["notice_sent_at_day"]
        assert ahead >= {"none": 10, "431.213": 0, "431.214": 5}[row["exception"]]


def test_clean_part_d_cases_are_answered_in_time(clean):
    for row in clean("coverage_determinations"):
        start = at(row, "supporting_statement_at") or at(row, "received_at")
        fast = row["priority"] == "expedited"
        limit = {"days": 14} if row["request_type"] == "payment" else {"hours": 24 if fast else 72}
        for step in ("oral_notified_at", "written_notified_at", "effectuated_at", "paid_at"):
            assert in_time(start, at(row, step), **limit), row["case_id"]
    for row in clean("redeterminations"):
        fast = row["priority"] == "expedited"
        limit = {"hours": 72} if fast else {"days": 14 if row["request_type"] == "payment" else 7}
        for step in ("written_notified_at", "effectuated_at"):
            assert in_time(at(row, "received_at"), at(row, step), **limit), row["case_id"]
        assert in_time(at(row, "received_at"), at(row, "paid_at"), days=30)  # 423.636(a)(2)
    for row in clean("coverage_determinations") + clean("redeterminations"):
        approved, payment = row["determination"] == "approved", row["request_type"] == "payment"
        assert (at(row, "effectuated_at") is not None) == (approved and not payment), row["case_id"]
        assert (at(row, "paid_at") is not None) == (approved and payment), row["case_id"]
        assert at(row, "ire_forwarded_at") is None  # nothing ran out of time
        oral, written = at(row, "oral_notified_at"), at(row, "written_notified_at")
        assert oral is None or in_time(oral, written, days=3), row["case_id"]  # 423.568(d), 423.572(b)


def test_the_care_of_every_enrollment_has_a_history(typed):
    """An enrollment of a year or more by the sample's end has an initial assessment, or a reason why not."""
    told = {}
    for row in typed.tables["assessments"].to_pylist():
        if row["assessment_type"] == "hra_initial":
            told[row["member_id"]] = row["completed_date"] or row["not_done_reason"]
    for row in typed.tables["members"].to_pylist():
        if row["enrolled_to"] is None and row["enrolled_from"] < "2025/10/01":
            assert told[row["member_id"]], row["member_id"]


def test_appeals_and_reversals_belong_to_what_came_before(typed, key):
    excused = {entry["case_id"] for entry in key if entry["found_by"] == "lifecycle"}
    denied = {
        row["case_id"]: row
        for table in ("authorizations", "claims")
        for row in typed.tables[table].to_pylist()
        if row["determination"] in ("denied", "partially_denied")
    }
    appeals = {row["case_id"]: row for row in typed.tables["appeals"].to_pylist()}
    for row in appeals.values():
        original = denied[row["original_case_id"]]
        assert original["member_id"] == row["member_id"]
        assert original["decided_at_day"] <= row["received_at_day"] or row["case_id"] in excused
    upheld = {r["case_id"] for r in typed.tables["redeterminations"].to_pylist() if r["determination"] == "denied"}
    for row in typed.tables["effectuations"].to_pylist():
        if row["part"] == "D":
            assert row["appeal_id"] in upheld
            continue
        appeal = appeals[row["appeal_id"]]
        by_ire = row["overturned_by"] == "ire" and row["case_id"] not in excused
        assert not by_ire or "overturned" in appeal["ire_outcome"]


# --- what the periodic reports ask for ------------------------------------------------


def test_every_column_of_every_source_table_has_values_but_the_few_named(typed):
    """A report can be looked at on the sample plan only where the columns it reads hold something."""
    never = {
        (name, column.name)
        for name, table in load_source_tables().items()
        for column in table.columns
        for typed_name in [f"{column.name}_day" if column.kind == "moment" else column.name]
        if typed.tables[name][typed_name].null_count == typed.tables[name].num_rows
    }
    assert {entry for entry in never if entry[1] != "delegate"} == {
        ("claims", "aor_received_at"),  # providers and enrollees submit for themselves
        ("delegates", "delegated_to"),  # nobody's contract ended
        ("quality", "star"),  # CMS gives the stars, not the plan
        ("redeterminations", "higher_reviewer"),  # no Part D case went above the IRE
        ("redeterminations", "higher_outcome"),
        ("redeterminations", "higher_decided_at"),
    }


def test_codes_of_the_reports_follow_from_the_case(typed):
    authorizations = {row["case_id"]: row for row in typed.tables["authorizations"].to_pylist()}
    for row in authorizations.values():
        if row["medical_necessity_denial"] == "Y" and row["determination"] in ("denied", "partially_denied"):
            assert row["denial_reason"] == "medical_necessity"
    for row in typed.tables["appeals"].to_pylist():
        assert row["primary_payer"] in ({"medicaid": "masshealth"}.get(row["benefit"], "medicare"), "both")
        about_payment = row["appeal_reason"] in ("payment_denial", "financial_liability")
        assert about_payment == (row["appeal_type"] == "payment")
        original = authorizations.get(row["original_case_id"])
        assert original is None or row["service_categories"].startswith(original["service_category"])


def test_care_of_the_reports_fits_the_member(typed):
    members = typed.tables["members"].to_pylist()
    program = {row["member_id"]: row["program"] for row in members}
    begun = {(row["member_id"], row["enrolled_from"]) for row in members}
    for row in typed.tables["care_plans"].to_pylist():
        theirs = "lts_coordinator" if program[row["member_id"]] == "one_care" else "gssc"
        assert row["coordinator_type"] in (theirs, "none")
    days = {"enrollment": 90, "annual": 0, "category_change": 30, "transitional_living": 30}
    seen = Counter()
    for row in typed.tables["assessments"].to_pylist():
        seen[row["assessment_type"], row["occasion"]] += 1
        if row["assessment_type"] in ("comprehensive", "mds_hc"):
            assert row["due_date_day"] - row["occasion_date_day"] == days[row["occasion"]]
            assert row["completed_date"] is None or row["not_done_reason"] is None
        if (row["assessment_type"], row["occasion"]) == ("comprehensive", "enrollment"):
            assert (row["member_id"], row["occasion_date"]) in begun
    assert min(seen.values()) > 3 and len(seen) == 8


def test_ltss_lies_inside_enrollment_and_reopenings_name_decided_cases(typed, key):
    spans = {}
    for row in typed.tables["members"].to_pylist():
        first, last = spans.get(row["member_id"], (10**6, 0))
        ends = row["enrolled_to_day"] if row["enrolled_to_day"] is not None else 10**6
        spans[row["member_id"]] = (min(first, row["enrolled_from_day"]), max(last, ends))
    services = typed.tables["ltss_services"].to_pylist()
    for row in services:
        first, last = spans[row["member_id"]]
        approved = row["approved_date_day"]
        assert first <= approved <= (row["service_from_day"] or approved) <= last
    assert 0.2 < len({row["member_id"] for row in services}) / len(spans) < 0.3
    tables = {level: table for table, (_, level) in REOPENED_LEVELS.items()}
    cases = {t: {r["case_id"]: r for r in typed.tables[t].to_pylist()} for t in tables.values()}
    spoken_for = {(entry["table"], entry["case_id"]) for entry in key}
    reopenings = typed.tables["reopenings"].to_pylist()
    assert {row["level"] for row in reopenings} == set(tables)
    for row in reopenings:
        original = cases[tables[row["level"]]][row["original_case_id"]]
        assert original["decided_at_date"] == row["original_decided_date"] < row["reopened_date"]
        assert (tables[row["level"]], row["original_case_id"]) not in spoken_for


# --- the key points at the very rows -------------------------------------------------


@cache
def rows_of(folder: Path, extract: str) -> list[dict]:
    """The extract read the plainest way, one dictionary of texts a data row."""
    (described,) = [entry for entry in load_mapping(MAPPING_FILE).extracts if entry.name == extract]
    if described.query:
        with sqlite3.connect(folder / "plan.db") as database:
            database.row_factory = sqlite3.Row
            return [dict(row) for row in database.execute(described.query)]
    if described.sheet:
        workbook = load_workbook(folder / described.file)
        header, *cells = workbook.get_sheet_by_name(described.sheet).to_python()
        return [dict(zip(header, row, strict=True)) for row in cells]
    if extract.endswith(".parquet"):
        return pq.read_table(folder / extract).to_pylist()
    delimiter = {"members.csv": "|", "authorizations.csv": "|", "commonwealth_um.txt": "\t"}.get(extract, ",")
    encoding = "cp1252" if extract.endswith(".txt") else "utf-8-sig"
    with open(folder / extract, encoding=encoding, newline="") as file:
        rows = list(csv.DictReader(file, delimiter=delimiter))
    return rows[:-1] if "TRAILER" in rows[-1].values() else rows


def test_every_entry_names_the_row_that_holds_its_case(sample, key):
    mapping = {(e.table, e.name): e for e in load_mapping(MAPPING_FILE).extracts}
    for entry in key:
        if entry["row"] == "":
            assert entry["defect"] == "file cut off"
            continue
        extract = mapping[entry["table"], entry["extract"]]
        rows = rows_of(sample[0], extract.name)
        identifier = "member_id" if entry["table"] == "members" else "case_id"
        cell = rows[int(entry["row"]) - 1][extract.columns[identifier].column]
        assert cell == entry[identifier], entry


def test_the_rows_hold_what_the_key_says(sample, key):
    """One look at the raw cell for each fault that stands in a single cell."""
    shows = {
        "required missing": ("PRTY", lambda cell: cell == ""),
        "unknown code": ("DECISION", lambda cell: cell == "CXL"),
        "unknown flag": ("EXTN", lambda cell: cell == "Q"),
        "unreadable time": ("DECN_TM", lambda cell: cell == "25:61:00"),
        "control character": ("NOTES", lambda cell: "\x0b" in cell),
        "tab in text": ("NOTES", lambda cell: "\t" in cell),
        "excel serial date": ("Decision Date", lambda cell: cell in range(45_000, 47_000)),
        "locale date": ("Decision Date", lambda cell: re.fullmatch(r"\d\d\.\d\d\.202[56]", cell)),
        "member id zeros lost": ("Member ID", lambda cell: isinstance(cell, float)),
        "pbp leading zeros lost": ("PBP", lambda cell: cell in ("1", "2")),
        "unknown member": ("MEMBER_NO", lambda cell: cell.startswith("99")),
        "missing time": (None, lambda row: "" in (row["RCVD_TM"], row["LTR_TM"])),
        "missing aor": (None, lambda row: row["RQSTR"] == "REP" and row["AOR_DT"] == ""),
        "missing written notice": (None, lambda row: row["DECISION"] == "DEN" and row["LTR_DT"] == ""),
        "determination before receipt": (None, lambda row: row["DECN_DT"] < row["RCVD_DT"]),
        "notice before determination": (None, lambda row: row["RCVD_DT"] <= row["LTR_DT"] < row["DECN_DT"]),
        "denied not forwarded": (None, lambda row: row["result"] == "UPHELD" and row["ire_sent_ts"] is None),
        "approved forwarded": (None, lambda row: row["result"] == "OVERTURNED" and row["ire_sent_ts"]),
        "approved not effectuated": (None, lambda r: r["result"] == "OVERTURNED" and not r["effectuated_ts"]),
        "approved not paid": (None, lambda row: row["result"] == "PAID" and row["paid_ts"] is None),
        "upheld without a notice": (None, lambda row: row["OUTCOME"] == "D" and row["LETTER"] == ""),
        "written answer missing": (None, lambda row: row["CHANNEL"] == "MAIL" and row["LTR_TS"] is None),
    }  # fmt: skip
    seen = set()
    for entry in key:
        if entry["defect"] in shows:
            column, holds = shows[entry["defect"]]
            row = rows_of(sample[0], entry["extract"])[int(entry["row"]) - 1]
            assert holds(row if column is None else row[column]), entry
            seen.add(entry["defect"])
    assert seen == set(shows)


def test_a_duplicate_stands_a_second_time(sample, key):
    plan = Counter(row["AUTH_NO"] for row in rows_of(sample[0], "authorizations.csv"))
    for entry in key:
        if entry["defect"] == "duplicate in extract":
            assert plan[entry["case_id"]] == 2
        if entry["defect"] == "duplicate plan and delegate":
            assert plan[entry["case_id"]] == 1 and entry["extract"].startswith("harborview_authorizations")


def test_the_torn_file_ends_inside_a_line_and_has_no_trailer(sample, key):
    lines = (sample[0] / "harborview_2026_06.csv").read_text(encoding="utf-8").split("\n")
    (entry,) = [entry for entry in key if entry["defect"] == "line cut off"]
    assert len(lines) - 1 == int(entry["row"])
    assert lines[-1].count(",") < lines[0].count(",") and "TRAILER" not in lines[-1]


def test_intake_finds_every_fault_of_its_own_and_invents_none(typed, key):
    wanted = {(e["extract"], e["row"], e["expected"]) for e in key if e["found_by"] == "intake"}
    known = {(entry["extract"], entry["row"]) for entry in key}
    row = ["" if pd.isna(number) else str(int(number)) for number in typed.rejects["row"]]
    found = set(zip(typed.rejects["extract"], row, typed.rejects["rule"], strict=True))
    assert wanted <= found
    assert {(extract, place) for extract, place, _ in found} <= known


# --- rates -----------------------------------------------------------------------------


def test_every_limit_has_its_cases_on_both_sides(key):
    """Four inside, four on, four past, for each rule; a rule with an extended limit or a trap has more."""
    kinds = Counter((entry["rule"], entry["kind"]) for entry in key if entry["margin"])
    rules = {rule for rule, _ in kinds}
    run = {clock.rule for clock in load_clock_table().clocks if set(clock.line) != {"MA_C"}}
    # no second limit for one claim, and no expedited Part D grievances among the sample's cases
    assert rules == run - {"CLM-MEDICAID-99", "D-G-EXP"}
    for rule in rules:
        inside, on_limit = kinds[rule, "inside"], kinds[rule, "on_limit"]
        assert inside == on_limit >= 4 and kinds[rule, "past_limit"] >= 4, rule
    for entry in key:
        if entry["margin"]:
            assert int(entry["margin"]) == {"inside": 1, "on_limit": 0, "past_limit": -1}[entry["kind"]]
            assert entry["verdict"] == ("late" if entry["kind"] == "past_limit" else "timely")


def test_a_case_carries_one_defect_and_counts_follow_the_rates(sample, key):
    # a case about forwarding to the IRE is late in its decision first, and the key says both
    cases = Counter((e["extract"], e["row"]) for e in key if e["row"] and e["defect"] != LATE_DECISION)
    assert set(cases.values()) == {1}
    counted = sample[1].faults
    for name in ("determination_before_receipt", "unknown_code", "wrong_mbi", "approved_not_paid"):
        table = {"wrong_mbi": "members", "approved_not_paid": "claims"}.get(name, "authorizations")
        by_rate = round(sample[1].tables[table] * assumptions.DEFECTS_PER_10_000[name] / 10_000)
        assert counted[name.replace("_", " ")] == max(assumptions.LEAST_OF_A_DEFECT, by_rate)


def test_the_facts_count_the_rows_that_stand_in_the_extracts(sample):
    folder, facts = sample
    for extract in facts.files:
        assert facts.files[extract] == len(rows_of(folder, extract))
    assert facts.answer_key == folder / "answer_key.csv"
    assert set(facts.tables) == {entry.table for entry in load_mapping(MAPPING_FILE).extracts}
