"""`auditkit check`: a universe file somebody else made, checked against its layout and its clocks."""

import tempfile
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import partial
from pathlib import Path

import pandas as pd

from auditkit.clocks import has_clocks, universe_verdicts
from auditkit.errors import InputError
from auditkit.publish.checked_workbook import Stored, write_checked_workbook
from auditkit.publish.cover import layout_status
from auditkit.publish.sheets import sheet_count
from auditkit.rules.describe import rules_table
from auditkit.rules.layouts import Layout, layout_in_force, load_layouts
from auditkit.rules.policies import load_policies, resolve_policies
from auditkit.sources.engine import DuckDBEngine
from auditkit.suite.judge import Clocks, judge, write_findings, write_verdicts
from auditkit.suite.own_layouts import use_own_layouts
from auditkit.suite.params import Setup, load_params
from auditkit.universes.landing import Landed, land_universe
from auditkit.universes.typed import TIME_ZONE, cell_scope

SEVERITIES = ("error", "warning", "info")
VERDICTS = ("timely", "late", "pending", "not_testable", "not_applicable")


@dataclass(frozen=True)
class Checked:
    """What a check found: counts by severity and verdict, the files it wrote, and what it rests on.

    cut: the workbook cannot hold all rows.
    """

    layout: Layout
    rows: int
    program: str
    policies: dict[str, str | int]
    severities: dict[str, int]
    verdicts: dict[str, int]
    files: list[Path]
    cut: bool

    def text(self, program_stated: bool) -> str:
        """The result as the command line prints it."""
        taken = "" if program_stated else " (taken because --program was not given)"
        policies = _of_clocks(self.policies)
        lines = [
            f"{self.layout.code}: {self.rows:,} row{'' if self.rows == 1 else 's'} checked.",
            f"Findings:  {_counts(self.severities)}",
            f"Verdicts:  {_counts(self.verdicts)}"
            if self.verdicts
            else f"Verdicts:  none, no timeframe rule is tested on {self.layout.code}",
            f"Layout:    {layout_status(self.layout)}",
            f"Program:   {self.program}{taken}",
            f"Policies:  {', '.join(f'{name} = {value}' for name, value in policies.items())}",
            "Written:",
        ]
        lines += [f"  {path}" for path in self.files]
        if self.cut:
            lines.append("A sheet of the workbook ends at Excel's limit; the CSV files hold everything.")
        return "\n".join(lines)


def check_file(table: str, file: Path, out: Path, program: str, params_file: str | None = None) -> Checked:
    """Check the universe in `file` as layout `table` and write what was found into `out`.

    program: one_care, sco, sco_medicaid or ma; whose timeframes apply.
    params_file: gives period, contracts, time zone, policies, the day open cases are judged on, and
        whether synthetic identifiers pass; without it the period and contracts are not tested, open
        cases are pending, and policies take their defaults.
    Writes findings.csv, verdicts.csv and <file>_marked.xlsx, each whole or not at all.
    Raises InputError when the table is unknown, or the file cannot be read as a universe.
    """
    setup = load_params(params_file) if params_file else None
    layout, scope = _layout(table, setup), _scope(setup)
    with tempfile.TemporaryDirectory(prefix=".auditkit-check-", dir=_nearest(out)) as folder:
        cells = cell_scope(scope.contracts, scope.synthetic)
        landed = land_universe(file, layout, Path(folder), cells, scope.time_zone)
        judged = judge(landed, layout, cells, scope.period, _clocks(layout, program, scope), Path(folder))
        out.mkdir(parents=True, exist_ok=True)
        files = [out / "findings.csv", out / "verdicts.csv", out / f"{file.stem}_marked.xlsx"]
        write_findings(judged, files[0])
        write_verdicts(judged, files[1], has_clocks(layout.code))
        names = (file.name, files[0].name, files[1].name)
        write_checked_workbook(
            files[2],
            Stored(landed.typed, landed.last, judged.findings, judged.verdicts, *names),
            judged.overview,
            facts=_cover_facts(layout, file, setup, program),
            policies=scope.policies,
            reconciliation=_reconciliation(layout, landed),
            rules=_rules_used(judged.rules),
            files=_file_row(file, landed.facts),
        )
    verdicts = {name: judged.counts[name] for name in VERDICTS} if has_clocks(layout.code) else {}
    severities = {name: judged.counts[name] for name in SEVERITIES}
    most = max(landed.last, sum(severities.values()), sum(verdicts.values()))
    cut = sheet_count(most) < most
    return Checked(layout, landed.last, program, scope.policies, severities, verdicts, files, cut)


def _nearest(out: Path) -> Path:
    """The folder nearest to `out` that is there: what a check lays down for a while stays beside it."""
    return next(folder for folder in (out, *out.absolute().parents) if folder.is_dir())


@dataclass(frozen=True)
class _Scope:
    """What the params say that a check uses, or what holds without params."""

    period: tuple[date, date] | None
    as_of: date | None
    contracts: tuple[str, ...] | None
    synthetic: bool
    time_zone: str
    policies: dict[str, str | int]


def _scope(setup: Setup | None) -> _Scope:
    if setup is None:
        return _Scope(None, None, None, False, TIME_ZONE, resolve_policies({}))
    params = setup.params
    return _Scope(
        (params.period.start, params.period.end),
        params.as_of,
        tuple(params.contracts),
        params.synthetic,
        params.time_zone,
        setup.policies,
    )


def _layout(table: str, setup: Setup | None) -> Layout:
    """The layout of `table` in force at the end of the params' period; without params the newest."""
    if setup is None:
        use_own_layouts()
    layouts = load_layouts()
    code = table.upper()
    if code not in layouts:
        near = get_close_matches(code, layouts, n=1)
        hint = f"did you mean {near[0]}?" if near else f"the tables are {', '.join(layouts)}."
        raise InputError(f"{table}: there is no such table; {hint}")
    return layout_in_force(code, setup.params.period.end) if setup else layouts[code]


def _clocks(layout: Layout, program: str, scope: _Scope) -> Clocks | None:
    """What reads the clocks of typed rows; None where no timeframe rule is tested on the table."""
    if not has_clocks(layout.code):
        return None
    return partial(
        universe_verdicts,
        layout.code,
        program=program,
        policies={name: str(value) for name, value in scope.policies.items()},
        as_of=scope.as_of,
        time_zone=scope.time_zone,
        engine=DuckDBEngine(),
    )


def _reconciliation(layout: Layout, landed: Landed) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "table": layout.code,
                "rows_in": landed.last,
                "rows_used": landed.rows,
                "rows_set_aside": landed.last - landed.rows,
            }
        ]
    )


def _file_row(file: Path, facts: dict) -> pd.DataFrame:
    return pd.DataFrame([{"file": file.name, **{name: str(value) for name, value in facts.items()}}])


def _rules_used(used: set[str]) -> pd.DataFrame:
    return pd.DataFrame([rule for rule in rules_table("timeframe") if rule["id"] in used])


def _cover_facts(layout: Layout, file: Path, setup: Setup | None, program: str) -> dict:
    """What the marked workbook's cover says of the check."""
    known = {"report": f"Check of {file.name} as a {layout.code} universe, program {program}"}
    if setup is None:
        return known
    params = setup.params
    return known | {
        "plan": params.plan,
        "contracts": list(params.contracts),
        "run": params.run,
        "period": f"{params.period.start} to {params.period.end}",
        "synthetic": params.synthetic,
    }


def _of_clocks(policies: dict[str, str | int]) -> dict[str, str | int]:
    """The policies that decide verdicts; the others concern reports a check does not make."""
    known = load_policies()
    return {
        name: value
        for name, value in policies.items()
        if any(use.startswith("clocks") for use in known[name].used_in)
    }


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in counts.items())
