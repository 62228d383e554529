"""Members and their enrollment spans, and the drawing of members who were enrolled on a day."""

from datetime import date

import numpy as np

from auditkit.sources.moments import day_number
from auditkit.sources.sample import assumptions as a
from auditkit.sources.sample import timing
from auditkit.sources.sample.table import NONE, Table, complete, draw, joined, length, numbered, take, text
from auditkit.sources.sample.words import COUNTIES, FIRST_NAMES, LANGUAGES, LAST_NAMES

_LETTERS = "ACDEFGHJKMNPQRTUVWXY"  # CMS leaves out S, L, O, I, B and Z
_DIGITS = "0123456789"
_MBI_POSITIONS = (
    "123456789",
    "S",
    _LETTERS + _DIGITS,
    _DIGITS,
    _LETTERS,
    _LETTERS + _DIGITS,
    _DIGITS,
    _LETTERS,
    _LETTERS,
    _DIGITS,
    _DIGITS,
)
"""Form of a Medicare Beneficiary Identifier; CMS never issues S in position 2, so none is a person's."""
_MBI_STEP = 7_368_787_651  # prime: the identifiers of neighbours look unrelated and none occurs twice


def make_members(rng: np.random.Generator, members: int) -> Table:
    """Table `members`: one row a span, sorted by member number and first day."""
    program = draw(rng, a.PROGRAM_SHARES, members)
    people = _people(rng, program, members)
    first = _joined_days(rng, members)
    last = np.full(members, NONE, dtype=np.int64)
    reason = text(None, members)
    fate = rng.random(members)
    leaves = fate < a.LEAVES_SHARE
    last[leaves] = _last_days(rng, first[leaves])
    reason[leaves] = draw(rng, a.LEAVING_REASONS, int(leaves.sum()))
    spans = people | {"enrolled_from": first, "enrolled_to": last, "disenrollment_reason": reason}
    gap = (fate >= a.LEAVES_SHARE) & (fate < a.LEAVES_SHARE + a.GAP_SHARE) & (first < _on(2026, 1, 1))
    moves = (fate > 1 - a.PBP_MOVE_SHARE) & (program == "sco") & (first < _on(2025, 12, 1))
    tables = [take(spans, ~(gap | moves)), *_with_gap(rng, spans, gap), *_with_move(spans, moves)]
    table = complete("members", joined(tables))
    return take(table, np.lexsort((table["enrolled_from"], table["member_id"].astype(str))))


def _people(rng, program: np.ndarray, members: int) -> Table:
    born = rng.integers(65 * 365, 95 * 365, members)
    younger = program == "one_care"
    born[younger] = rng.integers(23 * 365, 64 * 365, int(younger.sum()))
    number = 10_000 + np.cumsum(rng.integers(1, 4, members))
    sco_two = (program == "sco") & (rng.random(members) < a.PBP_TWO_SHARE)
    medicaid_only = program == "sco_medicaid"
    mbi = _mbis(members, int(rng.integers(1, 10**9)))
    mbi[medicaid_only] = None
    return {
        "member_id": numbered("{:08d}", number),
        "first_name": draw(rng, dict.fromkeys(FIRST_NAMES, 1), members),
        "last_name": draw(rng, dict.fromkeys(LAST_NAMES, 1), members),
        "mbi": mbi,
        "masshealth_id": numbered("9999{:08d}", rng.permutation(members) + 1_000_001),
        "birth_date": a.FIRST_DAY - born,
        "sex": draw(rng, {"F": 0.58, "M": 0.415, "X": 0.005}, members),
        "language": draw(rng, LANGUAGES, members),
        "county": draw(rng, COUNTIES, members),
        "program": program,
        "contract": np.select([program == p for p in a.CONTRACTS], list(a.CONTRACTS.values()), "").astype(
            object
        ),
        "pbp": np.where(sco_two, "002", "001").astype(object),
        "dual_status": np.where(medicaid_only, "medicaid_only", "full_dual").astype(object),
    }


def _mbis(members: int, offset: int) -> np.ndarray:
    sizes = [len(position) for position in _MBI_POSITIONS]
    capacity = int(np.prod(sizes))
    made = np.empty(members, dtype=object)
    for row in range(members):
        number, letters = (offset + row * _MBI_STEP) % capacity, []
        for position, size in zip(_MBI_POSITIONS, sizes, strict=True):
            number, which = divmod(number, size)
            letters.append(position[which])
        made[row] = "".join(letters)
    return made


def _on(year: int, month: int, day: int) -> int:
    return day_number(date(year, month, day))


def _month_starts(first: date, months: int) -> np.ndarray:
    index = np.arange(months) + first.year * 12 + first.month - 1
    return np.array([_on(int(i) // 12, int(i) % 12 + 1, 1) for i in index])


def _joined_days(rng, members: int) -> np.ndarray:
    """First days of a month: since 2019 for most, inside the window for the rest."""
    before = _month_starts(date(2019, 1, 1), 78)
    during = _month_starts(date(2025, 8, 1), 13)
    early = rng.random(members) < a.ALREADY_ENROLLED_SHARE
    return np.where(early, rng.choice(before, members), rng.choice(during, members))


def _last_days(rng, first: np.ndarray) -> np.ndarray:
    """Some day inside the window, at least two months after the span began."""
    earliest = np.maximum(first + 60, a.FIRST_DAY + 30)
    return np.minimum(earliest + rng.integers(0, 330, len(first)), a.LAST_DAY - 1)


def _with_gap(rng, spans: Table, which: np.ndarray) -> list[Table]:
    first, second = take(spans, which), take(spans, which)
    rows = length(first)
    ends = _month_starts(date(2026, 2, 1), 3)[rng.integers(0, 3, rows)] - 1
    begins = _month_starts(date(2026, 6, 1), 2)[rng.integers(0, 2, rows)]
    first = first | {"enrolled_to": ends, "disenrollment_reason": text("lost_eligibility", rows)}
    return [first, second | {"enrolled_from": begins}]


def _with_move(spans: Table, which: np.ndarray) -> list[Table]:
    first, second = take(spans, which), take(spans, which)
    rows = length(first)
    first = first | {
        "enrolled_to": np.full(rows, _on(2025, 12, 31)),
        "disenrollment_reason": text("voluntary", rows),
    }
    moved = np.where(second["pbp"] == "001", "002", "001").astype(object)
    return [first, second | {"enrolled_from": np.full(rows, _on(2026, 1, 1)), "pbp": moved}]


def member_years(members: Table) -> float:
    """Enrolled time inside the window, in years."""
    last = np.where(members["enrolled_to"] == NONE, a.LAST_DAY, members["enrolled_to"])
    days = np.minimum(last, a.LAST_DAY) - np.maximum(members["enrolled_from"], a.FIRST_DAY) + 1
    return float(np.maximum(days, 0).sum() / 365)


def enrolled_on(members: Table, span: np.ndarray, day: np.ndarray) -> np.ndarray:
    """Is the span in force on the day?"""
    last = members["enrolled_to"][span]
    return (members["enrolled_from"][span] <= day) & ((last == NONE) | (last >= day))


def draw_receipts(
    rng: np.random.Generator, members: Table, rows: int, programs: tuple[str, ...] = tuple(a.PROGRAM_SHARES)
) -> tuple[np.ndarray, np.ndarray]:
    """Spans and moments of receipt of enrolled members, sorted by moment."""
    eligible = np.flatnonzero(np.isin(members["program"], programs))
    spans, moments, found = [], [], 0
    while found < rows:
        span = rng.choice(eligible, 2 * rows)
        day = timing.receipt_days(rng, 2 * rows)
        moment = day * timing.DAY + timing.clock_times(rng, 2 * rows)
        inside = enrolled_on(members, span, day)
        spans.append(span[inside])
        moments.append(moment[inside])
        found += int(inside.sum())
    span, moment = np.concatenate(spans)[:rows], timing.daytime(np.concatenate(moments)[:rows])
    order = np.lexsort((span, moment))
    return span[order], moment[order]


def span_on(members: Table, member_id: np.ndarray, day: np.ndarray) -> np.ndarray:
    """Row of the span in force for each member and day; -1 where there is none."""
    ids, wanted = members["member_id"].astype(str), member_id.astype(str)
    found = np.full(len(wanted), -1)
    first = np.searchsorted(ids, wanted)
    for row in (first, first + 1):  # nobody has more than two spans
        inside = np.minimum(row, len(ids) - 1)
        fits = (ids[inside] == wanted) & enrolled_on(members, inside, day)
        found = np.where(fits & (found < 0), inside, found)
    return found
