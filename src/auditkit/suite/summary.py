"""What a run ends by saying: files to open first, totals, time taken."""

import os
from dataclasses import dataclass
from pathlib import Path

from auditkit.suite.params import Setup
from auditkit.suite.record import recorded_across
from auditkit.suite.reused_files import delegate_files_used_before
from auditkit.suite.shelf import Notebook

ROWS = ("rows_in", "rows_out", "rows_set_aside")
SEVERITIES = ("error", "warning", "info")


@dataclass(frozen=True)
class Summary:
    """The end of a run: `open_first` paths shown from the working folder, totals by name, seconds;
    `used_before`: sentences on delegates' files that a run of another period read too."""

    run: str
    open_first: list[str]
    rows: dict[str, int]
    findings: dict[str, int]
    kept: list[str]
    outdated: list[str]
    used_before: list[str]
    seconds: float

    def text(self) -> str:
        """The summary as the command line prints it."""
        lines = [f"Run {self.run} is done in {self.seconds:.1f} s.", "", "Open first:"]
        lines += [f"  {path}" for path in self.open_first]
        if self.rows:
            lines += [
                "",
                "Rows:  "
                + ", ".join(
                    f"{count:,} {name.removeprefix('rows_').replace('_', ' ')}"
                    for name, count in self.rows.items()
                ),
            ]
        if self.findings:
            lines += ["Findings:  " + ", ".join(f"{count:,} {name}" for name, count in self.findings.items())]
        if self.kept:
            lines += ["", f"Kept from the earlier run: {', '.join(self.kept)}."]
        if self.outdated:
            numbers = ",".join(name.split("_", 1)[0] for name in self.outdated)
            lines += [
                f"These build on what was run again and were not: {', '.join(self.outdated)}; "
                f"run them with --only {numbers}."
            ]
        if self.used_before:
            lines += ["", *self.used_before]
        return "\n".join(lines)


def summarise(setup: Setup, chosen: list[Notebook], kept: list[Notebook], seconds: float) -> Summary:
    """The summary of a finished run, from its files and from what its notebooks recorded.

    Notebooks record `rows_in`, `rows_out`, `rows_set_aside` (numbers) and `findings`
    ({severity: number}); the summary adds them up over the notebooks.
    """
    recorded = recorded_across(setup.run_folder / "notebooks").values()
    rows = {
        name: sum(facts.get(name, 0) for facts in recorded)
        for name in ROWS
        if any(name in facts for facts in recorded)
    }
    counts = [facts["findings"] for facts in recorded if isinstance(facts.get("findings"), dict)]
    findings = (
        {severity: sum(count.get(severity, 0) for count in counts) for severity in SEVERITIES}
        if counts
        else {}
    )
    return Summary(
        run=setup.params.run,
        open_first=[_shown(path) for path in _first_files(setup.run_folder)],
        rows=rows,
        findings=findings,
        kept=[notebook.name for notebook in kept],
        outdated=_outdated(chosen, kept),
        used_before=delegate_files_used_before(setup),
        seconds=seconds,
    )


def _first_files(run_folder: Path) -> list[Path]:
    """The last narrative, which is the packet's index, then workbooks and submissions."""
    narratives = sorted((run_folder / "narratives").glob("[!.]*.html"))
    others = [
        path for kind in ("workbooks", "submissions") for path in sorted((run_folder / kind).glob("[!.]*"))
    ]
    return narratives[-1:] + others


def _outdated(chosen: list[Notebook], kept: list[Notebook]) -> list[str]:
    """Kept notebooks that build, directly or through others, on one that was run again."""
    fresh = {notebook.name for notebook in chosen}
    outdated: list[str] = []
    for _ in kept:
        outdated = [notebook.name for notebook in kept if {*fresh, *outdated} & set(notebook.needs)]
    return outdated


def _shown(path: Path) -> str:
    return Path(os.path.relpath(path)).as_posix()
