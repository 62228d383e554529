"""What the mock audit notebook does: draw from the run's universes, trace, tell impact and readiness."""

from dataclasses import dataclass

import pandas as pd

from auditkit.oversight.audit_cases import audit_cases, source_people
from auditkit.oversight.impact import impact_by_condition, impact_by_enrollee, impact_cases
from auditkit.oversight.integrity_sample import integrity_lines, integrity_sample
from auditkit.oversight.readiness import readiness_parts, readiness_scores
from auditkit.oversight.risk import risk_reasons, with_scores
from auditkit.oversight.sampling import draw_samples
from auditkit.oversight.tracer import Tracer, trace_cases
from auditkit.publish.tracer_workbook import write_tracer_workbook
from auditkit.rules.audit_elements import AuditRules, load_audit_rules
from auditkit.rules.layouts import layout_in_force
from auditkit.sources.intake import Intake
from auditkit.suite.facts import run_facts, snapshot_of
from auditkit.suite.notebook import Run
from auditkit.suite.universe_step import universes_of
from auditkit.universes.fill import SOURCES

WORKBOOK = "mock_audit.xlsx"


@dataclass(frozen=True)
class MockAudit:
    """A mock audit of the run: its frames as the modules of `oversight` give them, and a worksheet a case."""

    rules: AuditRules
    draws: pd.DataFrame
    samples: pd.DataFrame
    integrity: pd.DataFrame
    tracers: list[Tracer]
    impact: pd.DataFrame
    conditions: pd.DataFrame
    enrollees: pd.DataFrame
    parts: pd.DataFrame
    scores: pd.DataFrame


def mock_audit(run: Run, taken: Intake, codes: list[str]) -> MockAudit:
    """Audit the universes `codes` of the run as CMS would, with samples of the run's seed and targeting.

    taken: the source tables, for times and notices no layout holds. Reads the tables that the intake,
    universe and timeliness notebooks saved; raises InputError when one is missing.
    """
    rules = load_audit_rules()
    universes = universes_of(run, codes)
    layouts = {code: layout_in_force(code, run.period.end) for code in codes}
    verdicts = run.table("verdicts")
    findings = _row_findings(run, codes)
    cases = pd.concat(
        [audit_cases(universes[code], layouts[code], rules) for code in codes], ignore_index=True
    )
    reasons = risk_reasons(cases, universes, verdicts, findings, rules)
    cases = with_scores(cases, reasons)
    seed = str(run.policies["audit_sample_seed"])
    samples, draws = draw_samples(
        cases, universes, reasons, rules, seed, str(run.policies["audit_targeting"])
    )
    late = verdicts[verdicts["verdict"] == "late"]
    people = pd.concat(
        [cases[["table", "row", "enrollee", "contract", "delegate"]], source_people(late, taken.tables)],
        ignore_index=True,
    )
    impact = impact_cases(verdicts, findings, people, run.params.as_of)
    parts = pd.concat(
        [_readiness(run, rules, layouts[code], universes[code], verdicts, findings) for code in codes],
        ignore_index=True,
    )
    return MockAudit(
        rules=rules,
        draws=draws,
        samples=samples,
        integrity=integrity_lines(integrity_sample(cases, rules, seed), universes, layouts),
        tracers=trace_cases(samples, universes, layouts, verdicts, findings, taken.tables, rules),
        impact=impact,
        conditions=impact_by_condition(impact, verdicts, {code: len(one) for code, one in universes.items()}),
        enrollees=impact_by_enrollee(impact),
        parts=parts,
        scores=readiness_scores(parts),
    )


def _row_findings(run: Run, codes: list[str]) -> pd.DataFrame:
    """What was found on rows of these universes: by their own checks, and by those between tables."""
    across = run.table("lifecycle_findings")
    own = [run.table(f"universe_findings_{code}") for code in codes]
    return pd.concat([*own, across[across["table"].isin(codes)]], ignore_index=True)


def _readiness(run, rules, layout, universe, verdicts, findings) -> pd.DataFrame:
    reconciliation = run.table("reconciliation")
    return readiness_parts(
        layout,
        rules,
        rows=len(universe),
        findings=findings[findings["table"] == layout.code],
        verdicts=verdicts,
        exclusions=run.table(f"exclusions_{layout.code}"),
        reconciliation=reconciliation[reconciliation["table"].isin(SOURCES[layout.code])],
        file_against_records=run.table("file_against_records"),
    )


def settings_of(run: Run, audit: MockAudit) -> list[tuple[str, str]]:
    """How the cases were chosen, in words: seed, targeting, and what each element takes."""
    chosen = [
        ("Seed", str(run.policies["audit_sample_seed"])),
        ("Targeting", str(run.policies["audit_targeting"])),
    ]
    drawn = audit.draws.groupby(["element", "name", "targeting"], sort=False)["drawn"].sum()
    return chosen + [
        (element, f"{name}: {count} cases, {targeting}")
        for (element, name, targeting), count in drawn.items()
        if count
    ]


def statuses_of(audit: MockAudit) -> list[tuple[str, str]]:
    """Whose the elements, sizes and points are: what is CMS's, recalled, or the plan's own."""
    rules = audit.rules
    used = set(audit.draws.loc[audit.draws["drawn"] > 0, "element"])
    told = [("Elements", rules.standing)]
    told += [
        (f"Size of {one.id}", f"{one.size_status}. {one.size_note}")
        for one in rules.elements
        if one.id in used
    ]
    told.append(("Size of the integrity sample", f"{rules.integrity.status}. {rules.integrity.note}"))
    told.append(("Readiness", f"{rules.readiness.status}. {rules.readiness.note}"))
    return told


def write_mock_audit(run: Run, audit: MockAudit) -> None:
    """Write workbooks/mock_audit.xlsx, and keep samples, draws, impact and readiness as tables of the run."""
    for name, frame in (
        ("mock_audit_samples", audit.samples),
        ("mock_audit_draws", audit.draws),
        ("mock_audit_impact", audit.impact),
        ("mock_audit_readiness", audit.parts),
    ):
        run.save(name, frame)
    with run.new_file("workbooks", WORKBOOK) as path:
        write_tracer_workbook(
            path,
            facts=run_facts(run.setup) | {"snapshot": snapshot_of(run.folder)},
            settings=settings_of(run, audit),
            statuses=statuses_of(audit),
            draws=audit.draws,
            samples=audit.samples,
            tracers=audit.tracers,
            integrity=audit.integrity,
            conditions=audit.conditions,
            enrollees=audit.enrollees,
            impact=audit.impact,
            scores=audit.scores,
            parts=audit.parts,
            points=pd.DataFrame([reason.model_dump() for reason in audit.rules.reasons]),
        )
