"""What the universe notebook does across tables: run the lifecycle checks and place what they find."""

import pandas as pd

from auditkit.findings.collect import lifecycle_findings
from auditkit.sources.intake import Intake
from auditkit.suite.notebook import Run
from auditkit.suite.universe_step import Built
from auditkit.universes.lifecycle import lifecycle_faults, shown_in_universes, untested_checks


def check_across(run: Run, taken: Intake, built: dict[str, Built]) -> pd.DataFrame:
    """Findings between the source tables, told on the universe row where the case stands in one.

    built: the universes of the run by code; what their own checks tell is not told again.
    Saves lifecycle_findings.
    """
    told = {pair for one in built.values() for pair in zip(one.findings["rule"], one.findings["case_id"])}
    faults = lifecycle_faults(taken.tables, (run.period.start, run.period.end), told=told)
    universes = {code: one.universe for code, one in built.items()}
    shown = shown_in_universes(faults, universes, {code: one.layout for code, one in built.items()})
    findings = lifecycle_findings(faults, shown)
    run.save("lifecycle_findings", findings)
    return findings


def not_tested(taken: Intake) -> pd.DataFrame:
    """Lifecycle checks that say nothing on these extracts: check and reason."""
    return pd.DataFrame(list(untested_checks(taken.tables).items()), columns=["check", "reason"])
