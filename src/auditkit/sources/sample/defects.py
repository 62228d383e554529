"""Faults seeded into clean cases at known rates; a case carries at most one."""

from datetime import date

import numpy as np

from auditkit.sources.moments import day_number
from auditkit.sources.sample import assumptions as a
from auditkit.sources.sample.later_defects import seed_later
from auditkit.sources.sample.part_d_defects import seed_part_d
from auditkit.sources.sample.seeder import (
    LAST_QUARTER,
    PLAN,
    SPREADSHEET,
    Seeder,
    close_members,
    close_referenced,
    plan_cases,
)
from auditkit.sources.sample.table import NONE, Table, joined, length, take
from auditkit.sources.sample.timing import DAY

_MBI_FAULTS = (
    ("a letter CMS does not use", lambda mbi: mbi[:4] + "O" + mbi[5:]),
    ("lower case", str.lower),
    ("ten characters", lambda mbi: mbi[:10]),
    ("a letter CMS does not use", lambda mbi: mbi[:7] + "I" + mbi[8:]),
    ("hyphens", lambda mbi: f"{mbi[:4]}-{mbi[4:7]}-{mbi[7:]}"),
    ("a letter where a digit belongs", lambda mbi: mbi[:3] + "B" + mbi[4:]),
    ("a letter CMS does not use", lambda mbi: mbi[:8] + "S" + mbi[9:]),
    ("begins with 0", lambda mbi: "0" + mbi[1:]),
)


def seed(
    rng: np.random.Generator, tables: dict[str, Table], natural: dict[str, int], origin: dict[str, np.ndarray]
) -> tuple[list[dict], dict[str, list]]:
    """Seed every fault into `tables` and `origin`, which are changed; gives key entries and raw cells.

    natural: number of rows of each table that were drawn, not built at a limit; only they are touched.
    """
    seeder = Seeder(rng, tables, natural, origin)
    close_referenced(seeder)
    _members(seeder)
    _determination_contents(seeder)
    _determination_cells(seeder)
    _spreadsheet_cells(seeder)
    seed_later(seeder)
    _enrollment(seeder)
    _duplicates(seeder)
    seed_part_d(seeder)
    return seeder.key, seeder.raw


def _members(s: Seeder) -> None:
    """Wrong identifiers on members who have a determination in the last quarter."""
    t, members = s.tables["authorizations"], s.tables["members"]
    natural = set(
        t["member_id"][s.free["authorizations"] & plan_cases(s) & (t["decided_at"] // DAY >= LAST_QUARTER)]
    )
    usable = natural - s.built  # cases at a limit stay with members whose own row is right
    ids = members["member_id"]
    single = np.ones(len(ids), dtype=bool)
    single[1:] &= ids[1:] != ids[:-1]
    single[:-1] &= ids[:-1] != ids[1:]
    which = single & (members["program"] != "sco_medicaid") & np.array([m in usable for m in ids])
    chosen = s.choose("wrong_mbi", "members", which)
    for turn, index in enumerate(chosen):
        what, spoil = _MBI_FAULTS[turn % len(_MBI_FAULTS)]
        members["mbi"][index] = spoil(members["mbi"][index])
        s.note("wrong_mbi", "members", [index], "mbi", "universe", "MBI pattern", what)
    zeros = s.choose("pbp_leading_zeros_lost", "members", which)
    members["pbp"][zeros] = [pbp.lstrip("0") for pbp in members["pbp"][zeros]]
    s.note(
        "pbp_leading_zeros_lost",
        "members",
        zeros,
        "pbp",
        "intake",
        "IN-ZEROS",
        "the package is not of three digits in the universe either",
    )
    close_members(s, ids[np.concatenate([chosen, zeros])])


def _determination_contents(s: Seeder) -> None:
    """Faults in what the case says: order of events, papers, notices, text."""
    t, plan = s.tables["authorizations"], plan_cases(s)
    slow = plan & (t["priority"] == "standard") & (t["part_b_drug"] == "N")
    answered = np.isin(t["determination"], ("approved", "denied"))

    chosen = s.choose("determination_before_receipt", "authorizations", slow & answered)
    t["decided_at"][chosen] = t["received_at"][chosen] - s.rng.integers(1, 4, len(chosen)) * DAY
    s.note("determination_before_receipt", "authorizations", chosen, "decided_at", "universe", "X07")

    late_enough = t["decided_at"] // DAY - t["received_at"] // DAY >= 2
    chosen = s.choose("notice_before_determination", "authorizations", slow & answered & late_enough)
    t["oral_notified_at"][chosen] = NONE
    t["written_notified_at"][chosen] = t["decided_at"][chosen] - DAY
    s.note("notice_before_determination", "authorizations", chosen, "written_notified_at", "universe", "X07")

    chosen = s.choose("missing_written_notice", "authorizations", slow & (t["determination"] == "denied"))
    t["written_notified_at"][chosen] = NONE
    t["oral_notified_at"][chosen] = NONE
    s.note(
        "missing_written_notice",
        "authorizations",
        chosen,
        "written_notified_at",
        "universe",
        "X10",
        "the clock finds it too: nothing stopped it",
    )

    represented = (t["requester"] == "enrollee_representative") & answered
    chosen = s.choose("missing_aor", "authorizations", plan & represented)
    t["aor_received_at"][chosen] = NONE
    s.note("missing_aor", "authorizations", chosen, "aor_received_at", "universe", "X04")

    for defect, sign in (("control_character", "\x0b"), ("tab_in_text", "\t")):
        chosen = s.choose(defect, "authorizations", slow)
        t["issue_description"][chosen] = [
            text[:12] + sign + text[12:] for text in t["issue_description"][chosen]
        ]
        s.note(defect, "authorizations", chosen, "issue_description", "intake", "IN-CHARACTER")


def _determination_cells(s: Seeder) -> None:
    """Cells of the plan's own file that cannot be read."""
    t, plan = s.tables["authorizations"], plan_cases(s)
    slow = plan & (t["priority"] == "standard") & (t["part_b_drug"] == "N")
    for defect, column, part, raw, expected in (
        ("required_missing", "priority", "value", None, "IN-REQUIRED"),
        ("unknown_code", "determination", "value", "CXL", "IN-CODE"),
        ("unknown_flag", "extension_taken", "value", "Q", "IN-FLAG"),
        ("unreadable_time", "decided_at", "time", "25:61:00", "IN-TIME"),
    ):
        s.cells(defect, s.choose(defect, "authorizations", slow), column, raw, expected, part)


def _spreadsheet_cells(s: Seeder) -> None:
    """What a spreadsheet does to dates and identifiers, in the first delegate's workbook."""
    t = s.tables["authorizations"]
    sheet = (s.origin["authorizations"] == SPREADSHEET) & (t["status"] == "decided")
    chosen = s.choose("excel_serial_date", "authorizations", sheet)
    serials = [int(day) + 25_569 for day in t["decided_at"][chosen] // DAY]  # Excel counts from 1899-12-30
    s.cells("excel_serial_date", chosen, "decided_at", serials, "IN-DATE", "date")
    chosen = s.choose("locale_date", "authorizations", sheet)
    dates = [
        np.datetime64(int(day), "D").item().strftime("%d.%m.%Y") for day in t["decided_at"][chosen] // DAY
    ]
    s.cells("locale_date", chosen, "decided_at", dates, "IN-DATE", "date")
    chosen = s.choose("member_id_zeros_lost", "authorizations", sheet)
    s.cells(
        "member_id_zeros_lost",
        chosen,
        "member_id",
        [int(m) for m in t["member_id"][chosen]],
        "IN-ZEROS",
        note="nobody has the number that is left: IN-MEMBER too",
    )


def _enrollment(s: Seeder) -> None:
    """Cases of nobody, and of a member who was not enrolled yet."""
    t, members, plan = s.tables["authorizations"], s.tables["members"], plan_cases(s)
    chosen = s.choose("unknown_member", "authorizations", plan)
    t["member_id"][chosen] = [f"99{member[2:]}" for member in t["member_id"][chosen]]
    s.note("unknown_member", "authorizations", chosen, "member_id", "intake", "IN-MEMBER")

    newcomers = np.flatnonzero(
        (members["enrolled_from"] > day_number(date(2026, 7, 31))) & (members["program"] != "sco_medicaid")
    )
    ids = members["member_id"]
    newcomers = newcomers[
        ~np.isin(ids[newcomers].astype(str), ids[members["enrolled_from"] < a.LAST_DAY - 61].astype(str))
    ]
    early = plan & (t["written_notified_at"] < day_number(date(2026, 7, 25)) * DAY) & (t["received_at"] > 0)
    early &= (t["received_at"] // DAY >= LAST_QUARTER - 30) & (t["written_notified_at"] != NONE)
    chosen = s.choose("not_enrolled", "authorizations", early)[: len(newcomers)]
    t["member_id"][chosen] = ids[newcomers[: len(chosen)]]
    s.note(
        "not_enrolled",
        "authorizations",
        chosen,
        "member_id",
        "lifecycle",
        "not enrolled on the day of receipt",
    )


def _duplicates(s: Seeder) -> None:
    """The same case a second time: in the plan's file, and in the delegate's workbook."""
    for defect, target in (("duplicate_in_extract", PLAN), ("duplicate_plan_and_delegate", SPREADSHEET)):
        chosen = s.choose(defect, "authorizations", plan_cases(s))
        first = length(s.tables["authorizations"])
        s.tables["authorizations"] = joined(
            [s.tables["authorizations"], take(s.tables["authorizations"], chosen)]
        )
        s.origin["authorizations"] = np.concatenate(
            [s.origin["authorizations"], np.full(len(chosen), target, dtype=np.int64)]
        )
        s.free["authorizations"] = np.concatenate(
            [s.free["authorizations"], np.zeros(len(chosen), dtype=bool)]
        )
        s.note(
            defect,
            "authorizations",
            np.arange(first, first + len(chosen)),
            "case_id",
            "intake",
            "IN-DUPLICATE",
        )
