"""`auditkit universes tmp`: the tables of the Timeliness Monitoring Project, made from a finished run's snapshot."""

from pathlib import Path

import pandas as pd

from auditkit.clocks import universe_verdicts
from auditkit.errors import InputError
from auditkit.publish.files import written_whole
from auditkit.rules.layouts import layout_in_force
from auditkit.rules.universe_periods import MonitoredTable, load_universe_periods, monitored_period
from auditkit.suite.extracts import sources_of
from auditkit.suite.notebook import Run, open_run
from auditkit.suite.universe_step import typed_universe
from auditkit.universes.check import check_typed
from auditkit.universes.fill import fill
from auditkit.universes.submission import write_submission


def monitoring_tables(params_file: str, year: int, out: Path) -> str:
    """Make the project's tables for a year and give what the command prints.

    params_file: params of a finished run; its snapshot of the extracts is read.
    out: folder for TMP_<table>.txt, TMP_findings.csv and TMP_verdicts.csv, each written whole.
    Raises InputError when the run does not exist.
    """
    run, project = open_run(params_file), load_universe_periods().timeliness_monitoring
    if not run.finished:
        raise InputError(f"run {run.params.run} does not exist yet; make it with `auditkit run {params_file}`.")
    period = monitored_period(year)
    out.mkdir(parents=True, exist_ok=True)
    lines = [f"Timeliness Monitoring Project, cases of {period[0]} to {period[1]} ({project.status}: {project.source})"]
    findings, verdicts = [], []
    for table in project.tables:
        rows, found, clocks, left_out = _one_table(run, table, period, out)
        findings.append(found)
        verdicts.append(clocks)
        lines.append(f"{table.table}: {rows:,} rows, {len(found):,} findings, "
                     f"{int((clocks['verdict'] == 'late').sum()):,} late clocks"
                     + (f"; {left_out:,} rows left out ({table.left_out})" if table.left_out else ""))  # fmt: skip
    for name, parts in (("TMP_findings.csv", findings), ("TMP_verdicts.csv", verdicts)):
        with written_whole(out / name) as beside:
            pd.concat(parts, ignore_index=True).to_csv(beside, index=False)
    return "\n".join(lines)


def _one_table(run: Run, wanted: MonitoredTable, period, out: Path) -> tuple[int, pd.DataFrame, pd.DataFrame, int]:
    layout = layout_in_force(wanted.table, period[1])
    filled = fill(wanted.table, sources_of(run).tables, period, policies=run.policies).universe
    kept = filled if wanted.column is None else filled[filled[wanted.column] == wanted.value]
    kept = kept.reset_index(drop=True)
    typed = typed_universe(run, layout, kept)
    program = run.params.programs[0]
    clocks = universe_verdicts(wanted.table, typed.table, program, run.policies, run.params.as_of, run.params.time_zone)
    write_submission(out / f"TMP_{wanted.table}.txt", kept, layout)
    return len(kept), check_typed(typed, layout, period=period), clocks, len(filled) - len(kept)
