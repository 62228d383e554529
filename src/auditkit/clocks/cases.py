"""Rows of a source table or of a universe, told as cases the clock engine can read.

A case is one row: what it is (request, line of rules, priority, item, outcome) and its
moments, each as day number, UTC second and a mark for a cell that could not be read.
The SELECT is put together from `rules/clock_cases.yaml` and can be printed and run anywhere.
"""

from auditkit.rules.clock_rules import CaseSource, load_clock_table
from auditkit.rules.layouts import load_layouts
from auditkit.rules.source_tables import load_source_tables

EVENTS = (
    "received", "aor", "waiver", "extension_notice", "decided", "oral", "written", "provider_notice",
    "effectuated", "paid", "ire_forwarded", "reversal", "notice_sent", "effective", "statement",
)  # fmt: skip
"""Moments a case can have: received, AOR received, waiver of liability received, and so on."""

FACTS = {
    "case_id": "CAST(NULL AS VARCHAR(200))",
    "priority": "CAST(NULL AS VARCHAR(20))",
    "item": "CAST(NULL AS VARCHAR(40))",
    "outcome": "CAST(NULL AS VARCHAR(20))",
    "representative": "0",
    "waiver_needed": "0",
    "written_required": "0",
    "oral_denial": "0",
    "extended": "0",
    "extension_shown": "0",
    "medicaid_benefit": "0",
    "exempt_reason": "CAST(NULL AS VARCHAR(80))",
}
"""Facts of a case, and what holds when its table does not tell them."""


def cases_sql(source: CaseSource, table: str, program: str | None = None) -> str:
    """The SELECT that gives the cases of one table.

    source: how its rows become cases.
    table: name under which the rows are known to the engine; every row carries `case_row`, a source
        table's rows `program` as well (see `with_program_sql`).
    program: program of every row, for a universe; a source table's rows carry their own.
    """
    prefix = "CASE" + "".join(f" WHEN program = '{x.program}' THEN '{x.line}'" for x in load_clock_table().lines)
    line = f"'{load_clock_table().line_of(program)}'" if program else f"{prefix} END"
    if source.line:
        line = f"COALESCE({source.line}, {line})"
    columns = ["case_row", f"{line} AS line", f"{source.request} AS request"]
    columns += [f"{source.facts.get(name, absent)} AS {name}" for name, absent in FACTS.items()]
    for event in EVENTS:
        columns += _event_columns(source, event)
    where = f"\nWHERE {source.where}" if source.where else ""
    return "SELECT\n    " + ",\n    ".join(columns) + f"\nFROM {table}{where}"


def _event_columns(source: CaseSource, event: str) -> list[str]:
    column = source.events.get(event)
    if column is None:
        nothing = "CAST(NULL AS BIGINT)"
        return [f"{nothing} AS {event}_day", f"{nothing} AS {event}_sec", f"0 AS {event}_bad"]
    bad = f"{column}_bad" if source.kind == "universe" else "0"
    second = f"{column}_sec" if _has_time(source, column) else "CAST(NULL AS BIGINT)"
    return [f"{column}_day AS {event}_day", f"{second} AS {event}_sec", f"{bad} AS {event}_bad"]


def _has_time(source: CaseSource, column: str) -> bool:
    """Does the column carry a time of day, by the data dictionary or the layout?"""
    if source.kind == "universe":
        return load_layouts()[source.table].column(column).time_column is not None
    return load_source_tables()[source.table].column(column).kind == "moment"


def program_steps(table: str, day: str) -> list[tuple[str, str]]:
    """The SELECTs that give a source table each row's program, from the enrollment span in force on `day`.

    A member whose spans all miss the day gets the program of the nearest earlier span, else of
    the first later one: a case of somebody not enrolled keeps its clock, and the universe checks
    report the enrollment. Only members who changed program need their spans looked at.
    """
    one_program = """SELECT member_id, MIN(program) AS program
FROM members
GROUP BY member_id
HAVING MIN(program) = MAX(program)"""
    nearest_span = f"""SELECT case_row, program
FROM (
    SELECT
        c.case_row,
        m.program,
        ROW_NUMBER() OVER (
            PARTITION BY c.case_row
            ORDER BY
                CASE WHEN m.enrolled_from_day <= c.{day}
                          AND (m.enrolled_to_day IS NULL OR m.enrolled_to_day >= c.{day}) THEN 0
                     WHEN m.enrolled_from_day <= c.{day} THEN 1 ELSE 2 END,
                CASE WHEN m.enrolled_from_day <= c.{day} THEN 0 - m.enrolled_from_day
                     ELSE m.enrolled_from_day END
        ) AS span_rank
    FROM {table} c
    JOIN members m ON m.member_id = c.member_id
    LEFT JOIN one_program o ON o.member_id = c.member_id
    WHERE o.member_id IS NULL
) spans
WHERE span_rank = 1"""
    with_program = f"""SELECT c.*, COALESCE(o.program, n.program) AS program
FROM {table} c
LEFT JOIN one_program o ON o.member_id = c.member_id
LEFT JOIN nearest_span n ON n.case_row = c.case_row"""
    return [("one_program", one_program), ("nearest_span", nearest_span), (f"{table}_with_program", with_program)]
