"""Faults seeded into clean cases at known rates; a case carries at most one."""

from datetime import date

import numpy as np

from auditkit.sources.moments import day_number
from auditkit.sources.sample import assumptions as a
from auditkit.sources.sample.key import fault
from auditkit.sources.sample.members import span_on
from auditkit.sources.sample.table import NONE, Table, joined, length, take
from auditkit.sources.sample.timing import DAY

PLAN, SPREADSHEET = 0, 1
"""Extracts of the authorizations, in the order of the mapping."""
_LAST_QUARTER = day_number(date(2026, 7, 1))
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


class Seeder:
    """The tables while faults are seeded, and which rows are still free of any.

    It is a class because every fault takes rows away from the next.
    """

    def __init__(self, rng, tables: dict[str, Table], natural: dict[str, int], origin: dict[str, np.ndarray]):
        self.rng, self.tables, self.origin = rng, tables, origin
        self.key: list[dict] = []
        self.raw: dict[str, list] = {name: [] for name in tables}
        self.built = {m for name, rows in natural.items() if "member_id" in tables[name]
                      for m in tables[name]["member_id"][rows:]}
        self.free = {name: np.arange(length(tables[name])) < natural[name] for name in natural}

    def choose(self, defect: str, table: str, which: np.ndarray) -> np.ndarray:
        """Free rows for a fault, in the number its rate gives, taken out of the free ones."""
        candidates = np.flatnonzero(self.free[table] & which)
        base = np.count_nonzero(which) if defect in _OF_THE_ELIGIBLE else length(self.tables[table])
        wanted = max(a.LEAST_OF_A_DEFECT, round(base * a.DEFECTS_PER_10_000[defect] / 10_000))
        chosen = np.sort(self.rng.permutation(candidates)[:wanted])
        self.free[table][chosen] = False
        return chosen

    def note(self, defect, table, chosen, column, found_by, expected, note="") -> None:
        """An entry of the key for every chosen row."""
        self.key += [fault(defect.replace("_", " "), table, int(i), column, found_by, expected, note) for i in chosen]

    def cells(self, defect, chosen, column, raw, expected, part="value", table="authorizations") -> None:
        """Put raw cells where the values of a column stand; intake finds them."""
        cells = raw if isinstance(raw, list) else [raw] * len(chosen)
        self.raw[table] += [(int(i), column, part, cell) for i, cell in zip(chosen, cells, strict=True)]
        self.note(defect, table, chosen, column, "intake", expected)


_OF_THE_ELIGIBLE = ("excel_serial_date", "locale_date", "member_id_zeros_lost")


def seed(rng: np.random.Generator, tables: dict[str, Table], natural: dict[str, int],
         origin: dict[str, np.ndarray]) -> tuple[list[dict], dict[str, list]]:
    """Seed every fault into `tables` and `origin`, which are changed; gives the key's entries and the raw cells.

    natural: number of rows of each table that were drawn, not built at a limit; only they are touched.
    """
    seeder = Seeder(rng, tables, natural, origin)
    _close_referenced(seeder)
    _members(seeder)
    _determination_contents(seeder)
    _determination_cells(seeder)
    _spreadsheet_cells(seeder)
    _appeals(seeder)
    _claims(seeder)
    _other_tables(seeder)
    _enrollment(seeder)
    _duplicates(seeder)
    return seeder.key, seeder.raw


def _close_referenced(s: Seeder) -> None:
    """Cases others refer to stay clean, so that a fault has no echo in another case."""
    t = s.tables
    for table, references in (
        ("authorizations", (t["appeals"]["original_case_id"], t["claims"]["authorization_id"],
                            t["reductions"]["authorization_id"])),
        ("claims", (t["appeals"]["original_case_id"],)),
        ("appeals", (t["effectuations"]["appeal_id"],)),
    ):  # fmt: skip
        known = {case for column in references for case in column if case is not None}
        s.free[table] &= np.array([case not in known for case in t[table]["case_id"]])


def _close_members(s: Seeder, members: np.ndarray) -> None:
    """All cases of members whose own row is wrong are spoken for."""
    tainted = set(members)
    for name, free in s.free.items():
        if name != "members" and "member_id" in s.tables[name]:
            free &= np.array([member not in tainted for member in s.tables[name]["member_id"]])


def _plan_cases(s: Seeder) -> np.ndarray:
    """Decided pre-service cases the plan processed itself, not extended, of members with Medicare."""
    t, members = s.tables["authorizations"], s.tables["members"]
    span = span_on(members, t["member_id"], t["received_at"] // DAY)
    decided = (t["status"] == "decided") & (t["request_type"] == "pre_service") & (t["extension_taken"] == "N")
    return decided & (s.origin["authorizations"] == PLAN) & (span >= 0) & (members["program"][span] != "sco_medicaid")


def _members(s: Seeder) -> None:
    """Wrong identifiers on members who have a determination in the last quarter."""
    t, members = s.tables["authorizations"], s.tables["members"]
    # a case built at a limit must stay in a right universe row
    natural = set(t["member_id"][s.free["authorizations"] & _plan_cases(s)
                                 & (t["decided_at"] // DAY >= _LAST_QUARTER)])
    usable = natural - s.built
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
    s.note("pbp_leading_zeros_lost", "members", zeros, "pbp", "universe", "PBP of three digits")
    _close_members(s, ids[np.concatenate([chosen, zeros])])


def _determination_contents(s: Seeder) -> None:
    """Faults in what the case says: order of events, papers, notices, text."""
    t, plan = s.tables["authorizations"], _plan_cases(s)
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
    s.note("missing_written_notice", "authorizations", chosen, "written_notified_at", "universe", "X10",
           "the clock finds it too: nothing stopped it")

    represented = (t["requester"] == "enrollee_representative") & answered
    chosen = s.choose("missing_aor", "authorizations", plan & represented)
    t["aor_received_at"][chosen] = NONE
    s.note("missing_aor", "authorizations", chosen, "aor_received_at", "universe", "X04")

    for defect, sign in (("control_character", "\x0b"), ("tab_in_text", "\t")):
        chosen = s.choose(defect, "authorizations", slow)
        t["issue_description"][chosen] = [text[:12] + sign + text[12:] for text in t["issue_description"][chosen]]
        s.note(defect, "authorizations", chosen, "issue_description", "intake", "IN-CHARACTER")


def _determination_cells(s: Seeder) -> None:
    """Cells of the plan's own file that cannot be read."""
    t, plan = s.tables["authorizations"], _plan_cases(s)
    slow = plan & (t["priority"] == "standard") & (t["part_b_drug"] == "N")
    for defect, column, part, raw, expected in (
        ("required_missing", "priority", "value", None, "IN-REQUIRED"),
        ("unknown_code", "determination", "value", "CXL", "IN-CODE"),
        ("unknown_flag", "extension_taken", "value", "Q", "IN-FLAG"),
        ("unreadable_time", "decided_at", "time", "25:61:00", "IN-TIME"),
    ):  # fmt: skip
        s.cells(defect, s.choose(defect, "authorizations", slow), column, raw, expected, part)


def _spreadsheet_cells(s: Seeder) -> None:
    """What a spreadsheet does to dates and identifiers, in the first delegate's workbook."""
    t = s.tables["authorizations"]
    sheet = (s.origin["authorizations"] == SPREADSHEET) & (t["status"] == "decided")
    chosen = s.choose("excel_serial_date", "authorizations", sheet)
    serials = [int(day) + 25_569 for day in t["decided_at"][chosen] // DAY]  # Excel counts from 1899-12-30
    s.cells("excel_serial_date", chosen, "decided_at", serials, "IN-DATE", "date")
    chosen = s.choose("locale_date", "authorizations", sheet)
    dates = [np.datetime64(int(day), "D").item().strftime("%d.%m.%Y") for day in t["decided_at"][chosen] // DAY]
    s.cells("locale_date", chosen, "decided_at", dates, "IN-DATE", "date")
    chosen = s.choose("member_id_zeros_lost", "authorizations", sheet)
    s.cells("member_id_zeros_lost", chosen, "member_id", [int(m) for m in t["member_id"][chosen]], "IN-MEMBER")


def _appeals(s: Seeder) -> None:
    """Faults in what follows an appeal's decision."""
    t, members, cases = s.tables["appeals"], s.tables["members"], s.tables["authorizations"]
    span = span_on(members, t["member_id"], t["received_at"] // DAY)
    own = (t["appeal_type"] == "pre_service") & (members["program"][span] != "sco_medicaid")
    own &= (t["status"] == "decided") & (t["priority"] == "standard") & (t["part_b_drug"] == "N")
    own &= t["extension_taken"] == "N"
    not_reversed = ~np.isin(t["ire_outcome"], ("overturned", "partially_overturned"))
    denied = own & (t["determination"] == "denied") & (t["benefit"] == "medicare") & not_reversed

    chosen = s.choose("denied_not_forwarded", "appeals", denied)
    t["ire_forwarded_at"][chosen] = t["ire_decided_at"][chosen] = NONE
    t["ire_outcome"][chosen] = None
    s.note("denied_not_forwarded", "appeals", chosen, "ire_forwarded_at", "universe", "X11", "late under AIP-IRE-STD too")

    approved = own & (t["determination"] == "approved")
    chosen = s.choose("approved_forwarded", "appeals", approved)
    t["ire_forwarded_at"][chosen] = t["effectuated_at"][chosen]
    s.note("approved_forwarded", "appeals", chosen, "ire_forwarded_at", "universe", "X11")

    chosen = s.choose("approved_not_effectuated", "appeals", approved)
    t["effectuated_at"][chosen] = NONE
    s.note("approved_not_effectuated", "appeals", chosen, "effectuated_at", "universe", "X12",
           "the effectuation clock finds it too")

    place = {case: row for row, case in enumerate(cases["case_id"])}
    original = np.array([place.get(case, 0) for case in t["original_case_id"]])
    days = (t["received_at"] - cases["decided_at"][original]) // DAY + 3
    moved = t["received_at"] // DAY - days
    early = approved & (moved >= a.FIRST_DAY) & (span_on(members, t["member_id"], moved) >= 0)
    chosen = s.choose("appeal_before_denial", "appeals", early)
    for column in ("received_at", "aor_received_at", "decided_at", "oral_notified_at", "written_notified_at",
                   "effectuated_at"):  # fmt: skip
        values = t[column][chosen]
        t[column][chosen] = np.where(values == NONE, NONE, values - days[chosen] * DAY)
    s.note("appeal_before_denial", "appeals", chosen, "received_at", "lifecycle", "appealed before the denial existed")


def _claims(s: Seeder) -> None:
    t, members = s.tables["claims"], s.tables["members"]
    cases = s.tables["authorizations"]
    span = span_on(members, t["member_id"], t["received_at"] // DAY)
    paid = (t["determination"] == "approved") & (t["contracted"] == "N") & (members["program"][span] != "sco_medicaid")
    chosen = s.choose("approved_not_paid", "claims", paid)
    t["paid_at"][chosen], t["paid_amount"][chosen] = NONE, np.nan
    s.note("approved_not_paid", "claims", chosen, "paid_at", "universe", "X13", "the payment clock finds it too")

    denied = np.flatnonzero(s.free["authorizations"] & _plan_cases(s) & (cases["determination"] == "denied")
                            & (cases["written_notified_at"] < (_LAST_QUARTER - 60) * DAY))  # fmt: skip
    late = paid & (t["received_at"] >= _LAST_QUARTER * DAY) & (t["authorization_id"] == None)  # noqa: E711
    chosen = s.choose("paid_for_denied_authorization", "claims", late)
    pairs = _same_member_line(s, chosen, denied)
    for claim, case in pairs:
        t["member_id"][claim], t["authorization_id"][claim] = cases["member_id"][case], cases["case_id"][case]
        s.free["authorizations"][case] = False
    s.note("paid_for_denied_authorization", "claims", [claim for claim, _ in pairs], "authorization_id", "lifecycle",
           "paid although the authorization was denied")


def _same_member_line(s: Seeder, claims: np.ndarray, cases: np.ndarray) -> list[tuple[int, int]]:
    """For each claim a denied authorization whose member is enrolled, with Medicare, when the claim arrives."""
    t, members, authorizations = s.tables["claims"], s.tables["members"], s.tables["authorizations"]
    pairs, remaining = [], list(cases)
    for claim in claims:
        day = np.array([t["received_at"][claim] // DAY])
        for case in remaining:
            if span_on(members, authorizations["member_id"][[case]], day)[0] >= 0:
                pairs.append((int(claim), int(case)))
                remaining.remove(case)
                break
    return pairs


def _other_tables(s: Seeder) -> None:
    t = s.tables["grievances"]
    written = (t["received_how"] == "written") & (t["status"] == "resolved") & (t["part"] == "C")
    chosen = s.choose("written_answer_missing", "grievances", written)
    t["oral_notified_at"][chosen] = t["written_notified_at"][chosen]
    t["written_notified_at"][chosen] = NONE
    s.note("written_answer_missing", "grievances", chosen, "written_notified_at", "universe", "X15",
           "the clock finds it too: only a written answer stops it")

    t, appeals = s.tables["effectuations"], s.tables["appeals"]
    place = {case: row for row, case in enumerate(appeals["case_id"])}
    chosen = s.choose("effectuation_without_overturn", "effectuations", t["overturned_by"] == "ire")
    appeals["ire_outcome"][[place[case] for case in t["appeal_id"][chosen]]] = "upheld"
    s.note("effectuation_without_overturn", "effectuations", chosen, "appeal_id", "lifecycle",
           "the appeal's outcome at the IRE is upheld")


def _enrollment(s: Seeder) -> None:
    """Cases of nobody, and of a member who was not enrolled yet."""
    t, members, plan = s.tables["authorizations"], s.tables["members"], _plan_cases(s)
    chosen = s.choose("unknown_member", "authorizations", plan)
    t["member_id"][chosen] = [f"99{member[2:]}" for member in t["member_id"][chosen]]
    s.note("unknown_member", "authorizations", chosen, "member_id", "intake", "IN-MEMBER")

    newcomers = np.flatnonzero((members["enrolled_from"] > day_number(date(2026, 7, 31)))
                               & (members["program"] != "sco_medicaid"))  # fmt: skip
    ids = members["member_id"]
    newcomers = newcomers[~np.isin(ids[newcomers].astype(str), ids[members["enrolled_from"] < a.LAST_DAY - 61].astype(str))]
    early = plan & (t["written_notified_at"] < day_number(date(2026, 7, 25)) * DAY) & (t["received_at"] > 0)
    early &= (t["received_at"] // DAY >= _LAST_QUARTER - 30) & (t["written_notified_at"] != NONE)
    chosen = s.choose("not_enrolled", "authorizations", early)[: len(newcomers)]
    t["member_id"][chosen] = ids[newcomers[: len(chosen)]]
    s.note("not_enrolled", "authorizations", chosen, "member_id", "lifecycle", "not enrolled on the day of receipt")


def _duplicates(s: Seeder) -> None:
    """The same case a second time: in the plan's file, and in the delegate's workbook."""
    for defect, target in (("duplicate_in_extract", PLAN), ("duplicate_plan_and_delegate", SPREADSHEET)):
        chosen = s.choose(defect, "authorizations", _plan_cases(s))
        first = length(s.tables["authorizations"])
        s.tables["authorizations"] = joined([s.tables["authorizations"], take(s.tables["authorizations"], chosen)])
        s.origin["authorizations"] = np.concatenate(
            [s.origin["authorizations"], np.full(len(chosen), target, dtype=np.int64)])
        s.free["authorizations"] = np.concatenate([s.free["authorizations"], np.zeros(len(chosen), dtype=bool)])
        s.note(defect, "authorizations", np.arange(first, first + len(chosen)), "case_id", "intake", "IN-DUPLICATE")

