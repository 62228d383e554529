"""What the universe notebook does across tables: run the lifecycle checks and place what they find."""

import pandas as pd

from auditkit.findings.collect import lifecycle_findings
from auditkit.sources.intake import Intake
from auditkit.suite.notebook import Run
from auditkit.suite.universe_step import Built, universes_of
from auditkit.universes.delegates import delegate_counts, delegate_file_faults, delegate_file_states
from auditkit.universes.lifecycle import lifecycle_faults, shown_in_universes, untested_checks


def check_across(run: Run, taken: Intake, built: dict[str, Built]) -> pd.DataFrame:
    """Findings between the source tables, told on the universe row where the case stands in one.

    built: the universes of the run by code; what their own checks tell is not told again. Files of delegates
    that came late or were used again are among the findings. Saves lifecycle_findings.
    """
    told = {pair for one in built.values() for pair in zip(one.findings["rule"], one.findings["case_id"])}
    faults = lifecycle_faults(taken.tables, (run.period.start, run.period.end), told=told)
    faults = pd.concat([faults, delegate_file_faults(delegate_files(run, taken))], ignore_index=True)
    universes = {code: one.universe for code, one in built.items()}
    shown = shown_in_universes(faults, universes, {code: one.layout for code, one in built.items()})
    findings = lifecycle_findings(faults, shown)
    run.save("lifecycle_findings", findings)
    return findings


def delegate_files(run: Run, taken: Intake) -> pd.DataFrame:
    """The delegates' files the params tell of: when each came, whether late or used again."""
    return delegate_file_states(run.params.delegate_files, taken.reconciliation)


def counts_by_delegate(run: Run, codes: list[str], findings: pd.DataFrame) -> pd.DataFrame:
    """Rows in and out, universe rows, findings and late clocks by delegate; saves delegate_counts."""
    counts = delegate_counts(
        run.table("reconciliation"), universes_of(run, codes), findings, run.table("verdicts")
    )
    run.save("delegate_counts", counts)
    return counts


def not_tested(taken: Intake) -> pd.DataFrame:
    """Lifecycle checks that say nothing on these extracts: check and reason."""
    return pd.DataFrame(list(untested_checks(taken.tables).items()), columns=["check", "reason"])
