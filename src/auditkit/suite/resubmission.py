"""`auditkit universes`: compare two versions of a universe file, and log submission attempts."""

from datetime import datetime, timezone
from hashlib import sha256
from pathlib import Path

import pandas as pd

from auditkit.errors import InputError
from auditkit.publish.comparison_workbook import write_comparison_workbook
from auditkit.publish.cover import layout_status
from auditkit.publish.files import sha256_of, written_whole
from auditkit.rules.layouts import Layout, layout_in_force, load_layouts
from auditkit.suite.own_layouts import use_own_layouts
from auditkit.suite.params import Setup, load_params
from auditkit.universes.attempts import Attempt, log_attempt
from auditkit.universes.check import check_universe, read_universe
from auditkit.universes.compare import EFFECTS, FATES, Comparison, Version, compare_universes
from auditkit.universes.typed import TIME_ZONE


def compare_files(before: Path, after: Path, table: str, out: Path, params_file: str | None = None) -> str:
    """Compare two versions of a universe file, write what was found into `out`, and say it in a few lines.

    table: layout code, in small letters too. params_file: gives the period, the contracts in scope and the
    time zone; without it period and contracts are not tested.
    Writes comparison.xlsx, changes.csv (cells) and findings_compared.csv. Raises InputError when a file
    cannot be read as this universe, or the two have no case in common.
    """
    setup = load_params(params_file) if params_file else None
    layout = _layout(table, setup)
    versions = [_version(file, layout, setup) for file in (before, after)]
    compared = compare_universes(*versions, layout)
    facts = [
        ("Before", f"{before.name}, sha256 {sha256_of(before)}"),
        ("After", f"{after.name}, sha256 {sha256_of(after)}"),
        ("Layout", layout_status(layout)),
    ]
    out.mkdir(parents=True, exist_ok=True)
    write_comparison_workbook(
        out / "comparison.xlsx",
        title=f"{layout.code}: {before.name} and {after.name}",
        facts=facts,
        counts=compared.counts,
        rows=compared.rows,
        cells=compared.cells,
        findings=compared.findings,
    )
    _write_csv(compared.cells, out / "changes.csv")
    _write_csv(compared.findings, out / "findings_compared.csv")
    return _told(compared, layout, out)


def submit(file: Path, table: str, log: Path, params_file: str | None = None) -> Attempt:
    """Log the submission of a universe file as the next attempt for its table.

    Raises InputError when the file cannot be read, or as `universes.attempts.log_attempt`.
    """
    setup = load_params(params_file) if params_file else None
    layout = _layout(table, setup)
    version = _version(file, layout, setup)
    severities = version.findings["severity"].value_counts()
    return log_attempt(
        log,
        table=layout.code,
        at=datetime.now(timezone.utc).isoformat(timespec="seconds"),
        file=file.name,
        file_hash=sha256(file.read_bytes()).hexdigest(),
        rows=len(version.frame),
        errors=int(severities.get("error", 0)),
        warnings=int(severities.get("warning", 0)),
    )


def _layout(table: str, setup: Setup | None) -> Layout:
    if setup is None:
        use_own_layouts()
    layouts = load_layouts()
    if table.upper() not in layouts:
        raise InputError(f"There is no table of this name; the tables are {', '.join(layouts)}.")
    return layout_in_force(table.upper(), setup.params.period.end) if setup else layouts[table.upper()]


def _version(file: Path, layout: Layout, setup: Setup | None) -> Version:
    frame, findings, _ = read_universe(file, layout)
    params = setup.params if setup else None
    checked = check_universe(
        frame,
        layout,
        period=(params.period.start, params.period.end) if params else None,
        contracts=params.contracts if params else None,
        synthetic=params.synthetic if params else False,
        time_zone=params.time_zone if params else TIME_ZONE,
    )
    return Version(frame, pd.concat([findings, checked], ignore_index=True))


def _told(compared: Comparison, layout: Layout, out: Path) -> str:
    rows, cells, fates = (
        frame.iloc[:, 0].value_counts() for frame in (compared.rows, compared.cells, compared.findings)
    )

    def counted(counts: pd.Series, names: tuple[str, ...]) -> str:
        return ", ".join(f"{int(counts.get(name, 0)):,} {name}" for name in names)

    return "\n".join(
        [
            f"{layout.code}: {counted(rows, ('added', 'removed', 'changed', 'same'))} rows.",
            f"Findings:       {counted(fates, FATES)}",
            f"Changed cells:  {counted(cells, EFFECTS)}",
            "Written:",
            *(f"  {out / name}" for name in ("comparison.xlsx", "changes.csv", "findings_compared.csv")),
        ]
    )


def _write_csv(frame: pd.DataFrame, path: Path) -> None:
    with written_whole(path) as beside:
        frame.to_csv(beside, index=False, encoding="utf-8", lineterminator="\n")
