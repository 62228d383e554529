"""What a share edition says: which counts of a run go into which class.

Only tables of counts are read, by an allow-list: what is never read cannot leave the plan. Findings come as
codes and counts, folded beforehand by `findings.dispositions`.
"""

from collections.abc import Collection
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq

from auditkit.rules.layouts import load_layouts
from auditkit.rules.report_catalogue import load_catalogue
from auditkit.suite.share_cases import add_care, add_intake, add_members, add_universes, link_care, link_intake
from auditkit.suite.share_numbers import Numbers
from auditkit.suite.share_reports import add_findings, add_report, add_stars
from auditkit.suite.share_same import elements_of, link_quarter, link_reports
from auditkit.suite.share_timeliness import add_timeliness, link_universes

READ = (
    "care_coordination_rates", "members_by_age", "pa_elements", "part_cd_elements", "reconciliation",
    "report_elements", "star_ratings", "timeliness_by_rule",
)  # fmt: skip
"""Tables of counts a share edition reads, beside exclusions_CODE of each universe. None has a row a case."""
_REPORTS = {
    "report_elements": "MassHealth reports",
    "pa_elements": "Prior authorization",
    "part_cd_elements": "Part C and Part D reporting",
}
_PUBLIC_REPORTS = ("pa_elements",)


def share_content(
    run_folder: Path, output_class: str, period: str, threshold: int, coded: pd.DataFrame | None,
    told: Collection[str] = (),
) -> Numbers:  # fmt: skip
    """Gather the numbers of a run for one class, nothing hidden yet.

    output_class: shared, or public, which leaves out rows of the extracts, findings and the reports the plan
    owes to CMS and the state. period: of the run, part of every id. threshold: smallest count shown. coded:
    `findings.dispositions.coded_dispositions`, or None. told: ids of everything released before.
    """
    numbers, shared = Numbers(threshold), output_class == "shared"
    codes = {code: layout.title for code, layout in load_layouts().items()}

    def tables(name: str) -> pd.DataFrame | None:
        if name not in READ and name not in {f"exclusions_{code}" for code in codes}:
            raise ValueError(f"{name}: a share edition does not read this table")
        path = Path(run_folder) / "data" / f"{name}.parquet"
        return pq.read_table(path).to_pandas() if path.exists() else None

    add_timeliness(numbers, tables, codes, period)
    add_care(numbers, tables, period)
    add_members(numbers, tables, period)
    numbers.next_stage()
    catalogue = load_catalogue()
    for name, heading in _REPORTS.items():
        if shared or name in _PUBLIC_REPORTS:
            add_report(numbers, tables, name, heading, catalogue)
    elements = elements_of(catalogue)
    link_reports(numbers, elements)
    add_stars(numbers, tables)
    if shared:
        add_findings(numbers, coded, period, codes)
    add_universes(numbers, tables, codes, period)
    link_universes(numbers, tables, period)
    link_care(numbers, tables, period)
    link_quarter(numbers, elements, period)
    if shared:
        add_intake(numbers, tables, period)
        link_intake(numbers, period)
    numbers.link_lines(told)
    return numbers
