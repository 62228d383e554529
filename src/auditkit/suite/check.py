"""`auditkit check`: a universe file somebody else made, checked against its layout and its clocks."""

from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa

from auditkit.clocks import has_clocks, universe_verdicts
from auditkit.errors import InputError
from auditkit.publish.cover import layout_status
from auditkit.publish.files import written_whole
from auditkit.publish.universe_workbook import write_universe_workbook
from auditkit.rules.describe import rules_table
from auditkit.rules.layouts import Layout, layout_in_force, load_layouts
from auditkit.rules.policies import load_policies, resolve_policies
from auditkit.suite.own_layouts import use_own_layouts
from auditkit.suite.params import Setup, load_params
from auditkit.universes.check import check_typed, read_universe
from auditkit.universes.typed import TIME_ZONE, type_universe

FINDING_COLUMNS = (
    "row",
    "column_id",
    "column_name",
    "rule",
    "severity",
    "found",
    "expected",
    "sentence",
    "citation",
)
VERDICT_COLUMNS = ("row", "rule", "clock_start", "clock_stop", "deadline", "verdict")
SEVERITIES = ("error", "warning", "info")
VERDICTS = ("timely", "late", "pending", "not_testable", "not_applicable")


@dataclass(frozen=True)
class Checked:
    """What a check found: counts by severity and verdict, the files it wrote, and what it rests on."""

    layout: Layout
    rows: int
    program: str
    policies: dict[str, str | int]
    severities: dict[str, int]
    verdicts: dict[str, int]
    files: list[Path]

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
        return "\n".join(lines + [f"  {path}" for path in self.files])


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
    frame, of_lines, facts = read_universe(file, layout)
    found, verdicts = _judged(frame, layout, program, scope)
    findings = _in_order(pd.concat([of_lines, found]), layout)
    marked = _with_broken_lines(frame, findings)
    out.mkdir(parents=True, exist_ok=True)
    files = [out / "findings.csv", out / "verdicts.csv", out / f"{file.stem}_marked.xlsx"]
    _write_csv(findings[list(FINDING_COLUMNS)], files[0])
    others = [column for column in verdicts.columns if column not in VERDICT_COLUMNS]
    _write_csv(verdicts[[*VERDICT_COLUMNS, *others]], files[1])
    write_universe_workbook(
        files[2],
        facts=_cover_facts(layout, file, setup, program),
        layouts={layout.code: layout},
        universes={layout.code: marked},
        findings=findings,
        verdicts=verdicts,
        reconciliation=pd.DataFrame(
            [
                {
                    "table": layout.code,
                    "rows_in": len(marked),
                    "rows_used": len(frame),
                    "rows_set_aside": len(marked) - len(frame),
                }
            ]
        ),
        policies=scope.policies,
        rules=_rules_used(verdicts),
        files=pd.DataFrame([{"file": file.name, **{name: str(value) for name, value in facts.items()}}]),
    )
    return Checked(
        layout,
        len(marked),
        program,
        scope.policies,
        _count(findings["severity"], SEVERITIES),
        _count(verdicts["verdict"], VERDICTS) if has_clocks(layout.code) else {},
        files,
    )


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


def _judged(
    frame: pd.DataFrame, layout: Layout, program: str, scope: _Scope
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Findings on cells and rows, and verdicts; the typed universe is let go before anything is written."""
    typed = type_universe(
        frame, layout, contracts=scope.contracts, synthetic=scope.synthetic, time_zone=scope.time_zone
    )
    return check_typed(typed, layout, period=scope.period), _verdicts(layout, typed.table, program, scope)


def _verdicts(layout: Layout, typed, program: str, scope: _Scope) -> pd.DataFrame:
    if not has_clocks(layout.code):
        return pd.DataFrame(columns=list(VERDICT_COLUMNS), dtype=str)
    chosen = {name: str(value) for name, value in scope.policies.items()}
    return universe_verdicts(
        layout.code, typed, program, chosen, as_of=scope.as_of, time_zone=scope.time_zone
    )


def _in_order(findings: pd.DataFrame, layout: Layout) -> pd.DataFrame:
    """By row, then by column as the layout orders them, then by rule; the header is row 0."""
    place = {column.id: number for number, column in enumerate(layout.columns)}
    keys = pd.DataFrame(
        {
            "row": findings["row"].astype("int64"),
            "column": findings["column_id"].map(place).fillna(-1),
            "rule": findings["rule"],
        }
    )
    ordered = keys.reset_index(drop=True).sort_values(["row", "column", "rule"], kind="stable").index
    return findings.reset_index(drop=True).loc[ordered].reset_index(drop=True)


def _write_csv(frame: pd.DataFrame, path: Path) -> None:
    """Written by DuckDB: the same cells as pandas writes, in a sixth of the time; a missing cell is empty."""
    table = pa.Table.from_pandas(frame, preserve_index=False)
    cells = ", ".join(
        f"NULLIF(\"{field.name}\", '') AS \"{field.name}\"" if _is_text(field.type) else f'"{field.name}"'
        for field in table.schema
    )
    with written_whole(path) as beside, duckdb.connect() as connection:
        connection.register("written", table)
        connection.sql(f"SELECT {cells} FROM written").write_csv(str(beside), header=True)


def _is_text(kind: pa.DataType) -> bool:
    return pa.types.is_string(kind) or pa.types.is_large_string(kind)


def _with_broken_lines(frame: pd.DataFrame, findings: pd.DataFrame) -> pd.DataFrame:
    """The universe with an empty row for each line that could not be read, so that numbers agree."""
    last = max(0, *frame["row"].tail(1), int(findings["row"].astype("int64").max()) if len(findings) else 0)
    if last == len(frame):
        return frame.drop(columns="row")
    return frame.set_index("row").reindex(range(1, last + 1), fill_value="").reset_index(drop=True)


def _rules_used(verdicts: pd.DataFrame) -> pd.DataFrame:
    used = set(verdicts["rule"])
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


def _count(values: pd.Series, names: tuple[str, ...]) -> dict[str, int]:
    counted = values.value_counts()
    return {name: int(counted.get(name, 0)) for name in names}


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
