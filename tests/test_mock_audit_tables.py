"""The mock audit works for each of the 13 universes by the same code: nothing but data names a table."""

import pandas as pd
import pytest
from mock_audit_cases import RULES, finding, frame_of, verdict

from auditkit.oversight.audit_cases import audit_cases
from auditkit.oversight.integrity_sample import integrity_lines, integrity_sample
from auditkit.oversight.risk import risk_reasons, with_scores
from auditkit.oversight.sampling import draw_samples
from auditkit.oversight.tracer import trace_cases
from auditkit.publish.tracer_workbook import worksheet
from auditkit.rules.layouts import load_layouts
from auditkit.rules.universe_rules import load_scope

LAYOUTS = load_layouts()
IN_DRAWS = {draw.table for element in RULES.elements for draw in element.draws}


def test_every_layout_is_described_and_all_but_the_suspended_one_are_drawn_from():
    """The AIP table is not collected in 2026 audits, so no element draws from it."""
    assert [one.table for one in RULES.tables] == list(LAYOUTS)
    assert set(LAYOUTS) - IN_DRAWS == {"AIP"}


def test_a_case_counts_as_lost_for_reasons_that_the_universes_know():
    known = {exclusion.code for scope in load_scope().tables.values() for exclusion in scope.exclusions}
    assert set(RULES.readiness.lost_reasons) <= known


@pytest.mark.parametrize("code", sorted(IN_DRAWS))
def test_every_table_is_drawn_from_traced_and_shown(code):
    """Twelve cases, each with a value in every code column and the first sign of its table, if it has one."""
    layout = LAYOUTS[code]
    first = {column.id: column.values[0] if column.values else "None" for column in layout.columns}
    first |= {sign.column: sign.values[0] for sign in RULES.table(code).signs.values()}
    frame = pd.DataFrame([first | {"case_id": f"{code}-{number}"} for number in range(12)])
    verdicts = pd.DataFrame([verdict(1, f"{code}-0", table=code)])
    findings = frame_of([finding(2, table=code)], finding(1))
    cases = audit_cases(frame, layout, RULES)
    reasons = risk_reasons(cases, {code: frame}, verdicts, findings, RULES)
    assert set(reasons["code"]) == {"error", *RULES.table(code).signs}
    cases = with_scores(cases, reasons)
    samples, draws = draw_samples(cases, {code: frame}, reasons, RULES, "2026")
    mine = draws[draws["table"] == code]
    assert mine["drawn"].tolist() == mine[["population", "wanted"]].min(axis=1).tolist()
    assert set(samples["table"]) == {code}
    tracers = trace_cases(samples, {code: frame}, {code: layout}, verdicts, findings, {}, RULES)
    assert len(tracers) == samples["row"].nunique()
    assert len(worksheet(tracers[0]).lines) > len(layout.columns)
    lines = integrity_lines(integrity_sample(cases, RULES, "2026"), {code: frame}, {code: layout})
    assert len(lines) == 10 * len(layout.columns)
