"""Faults in Part D coverage determinations and redeterminations."""

import numpy as np

from auditkit.sources.sample.members import span_on
from auditkit.sources.sample.seeder import Seeder
from auditkit.sources.sample.table import NONE
from auditkit.sources.sample.timing import DAY


def seed_part_d(s: Seeder) -> None:
    """Seed the faults of the benefit manager's two files."""
    t = s.tables["coverage_determinations"]
    own = _enrolled_and_decided(s, "coverage_determinations")
    approved = own & (t["determination"] == "approved")
    exception = t["request_type"] == "exception"

    entered = approved & (t["request_type"] == "benefit")
    chosen = s.choose("approval_not_entered", "coverage_determinations", entered)
    t["effectuated_at"][chosen] = NONE
    _note(s, "approval_not_entered", chosen, "effectuated_at", "X12", "the effectuation clock finds it too")

    chosen = s.choose("statement_before_request", "coverage_determinations", own & exception)
    t["supporting_statement_at"][chosen] = t["received_at"][chosen] - DAY
    _note(s, "statement_before_request", chosen, "supporting_statement_at", "X25")

    chosen = s.choose("exception_without_an_end", "coverage_determinations", approved & exception)
    t["approval_expires"][chosen] = NONE
    _note(s, "exception_without_an_end", chosen, "approval_expires", "X26")

    denied = own & (t["determination"] == "denied") & (t["request_type"] == "benefit")
    chosen = s.choose("forwarded_without_a_date", "coverage_determinations", denied)
    t["determination"][chosen] = "forwarded_to_ire"
    t["medical_necessity_denial"][chosen] = None
    note = "the clocks find it too: nothing stopped them"
    _note(s, "forwarded_without_a_date", chosen, "ire_forwarded_at", "X11", note)

    t = s.tables["redeterminations"]
    denied = _enrolled_and_decided(s, "redeterminations") & (t["determination"] == "denied")
    chosen = s.choose("upheld_without_a_notice", "redeterminations", denied)
    t["oral_notified_at"][chosen] = t["written_notified_at"][chosen] = NONE
    s.note("upheld_without_a_notice", "redeterminations", chosen, "written_notified_at", "universe", "X10",
           "the clock finds it too: nothing stopped it")  # fmt: skip


def _enrolled_and_decided(s: Seeder, table: str) -> np.ndarray:
    """Decided cases of members enrolled on the day of receipt, so that the case stands in its universe."""
    t = s.tables[table]
    span = span_on(s.tables["members"], t["member_id"], t["received_at"] // DAY)
    return (t["status"] == "decided") & (span >= 0)


def _note(s: Seeder, defect, chosen, column, expected, note="") -> None:
    s.note(defect, "coverage_determinations", chosen, column, "universe", expected, note)
