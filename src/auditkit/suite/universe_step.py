"""What the universe notebooks do for each table: fill, check, write the submission text, keep the evidence."""

from dataclasses import dataclass

import pandas as pd
import pyarrow as pa

from auditkit.findings.collect import universe_findings
from auditkit.rules.layouts import Layout, layout_in_force
from auditkit.sources.intake import Intake
from auditkit.suite.notebook import Run
from auditkit.universes.check import check_typed
from auditkit.universes.fill import fill
from auditkit.universes.submission import write_submission
from auditkit.universes.typed import type_universe


ODAG = ("OD", "RECON", "PYMT_C", "EFF_C", "GRV_C", "AIP")
CDAG = ("CD", "CDER", "PYMT_D", "RD", "EFF_D", "GRV_D")


def odag_tables(run: Run) -> list[str]:
    """The ODAG tables this run makes: all six, or without AIP where the policy `aip_table` leaves it out."""
    return [code for code in ODAG if code != "AIP" or run.policies["aip_table"] == "made"]


@dataclass(frozen=True)
class Built:
    """A universe of the run.

    universe: its rows by layout id, with case_id, extract, extract_row, delegate and program.
    counts: included, and left out by reason. findings: what the checks found.
    """

    layout: Layout
    universe: pd.DataFrame
    counts: pd.DataFrame
    findings: pd.DataFrame


def build_universe(run: Run, taken: Intake, code: str) -> Built:
    """Fill one universe for the run's period, check it, write its submission text, keep all of it in the run.

    Saves universe_CODE, excluded_CODE, exclusions_CODE, changes_CODE and universe_findings_CODE, and
    submissions/CODE.txt. Raises InputError when a source table is missing.
    """
    period = (run.period.start, run.period.end)
    filled = fill(code, taken.tables, period, policies=run.policies)
    layout = layout_in_force(code, run.period.end)
    findings = check_typed(typed_universe(run, layout, filled.universe), layout, period=period)
    case_ids = pd.Series(filled.universe["case_id"].to_list(), index=range(1, len(filled.universe) + 1), dtype="str")
    findings = findings.merge(
        universe_findings(findings, case_ids)[["finding_id", "case_id"]], left_index=True, right_index=True)  # fmt: skip
    with run.new_file("submissions", f"{code}.txt") as path:
        write_submission(path, filled.universe, layout)
    for name, frame in (("universe", filled.universe), ("excluded", filled.excluded), ("exclusions", filled.counts),
                        ("changes", filled.changes), ("universe_findings", findings)):  # fmt: skip
        run.save(f"{name}_{code}", frame)
    return Built(layout, filled.universe, filled.counts, findings)


def typed_universe(run: Run, layout: Layout, universe: pd.DataFrame):
    """A universe with its moments as integers and every cell's faults, under the run's scope."""
    return type_universe(universe, layout, contracts=run.params.contracts, synthetic=run.params.synthetic,
                         time_zone=run.params.time_zone)  # fmt: skip


def universes_of(run: Run, codes: list[str]) -> dict[str, pd.DataFrame]:
    """The universes an earlier notebook built, by code."""
    return {code: run.table(f"universe_{code}") for code in codes}


def typed_universes(run: Run, universes: dict[str, pd.DataFrame]) -> dict[str, pa.Table]:
    """The universes as the clock engine reads them, by code."""
    day = run.period.end
    return {code: typed_universe(run, layout_in_force(code, day), frame).table for code, frame in universes.items()}


def exclusions_of(run: Run, codes: list[str]) -> pd.DataFrame:
    """Rows in and out of each universe by reason: table, reason, sentence, cite, rows."""
    return pd.concat([run.table(f"exclusions_{code}").assign(table=code) for code in codes], ignore_index=True)[
        ["table", "reason", "sentence", "cite", "rows"]]  # fmt: skip
