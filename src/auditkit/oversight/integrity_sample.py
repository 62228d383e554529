"""The integrity sample: cases of each table whose every cell is compared with the plan's own systems."""

from collections.abc import Mapping

import pandas as pd

from auditkit.oversight.sampling import draw_cases
from auditkit.rules.audit_elements import AuditRules
from auditkit.rules.layouts import Layout

LINE_COLUMNS = (
    "table",
    "row",
    "case_id",
    "column_id",
    "column_name",
    "in_the_file",
    "extract",
    "extract_row",
)


def integrity_sample(cases: pd.DataFrame, rules: AuditRules, seed: str) -> pd.DataFrame:
    """Cases drawn at random from each table, as `sampling.draw_cases` gives them.

    cases: `audit_cases` of all tables, with score. Size: `integrity` in rules/audit_elements.yaml.
    """
    parts = [
        draw_cases(mine, rules.integrity.size, "random", (seed, "integrity", table), rules.strata)
        for table, mine in cases.groupby("table", sort=False)
    ]
    return pd.concat(parts, ignore_index=True) if parts else cases.head(0)


def integrity_lines(
    sample: pd.DataFrame, universes: Mapping[str, pd.DataFrame], layouts: Mapping[str, Layout]
) -> pd.DataFrame:
    """One line a cell of every sampled case: what stands in the file, and the extract row it came from.

    Gives LINE_COLUMNS; extract is '' and extract_row missing for a file that was not filled from extracts.
    """
    rows = []
    for case in sample.itertuples():
        universe = universes[case.table]
        cells = universe.iloc[case.row - 1]
        source = (cells.get("extract", ""), cells.get("extract_row"))
        rows += [
            (case.table, case.row, case.case_id, column.id, column.name, cells[column.id], *source)
            for column in layouts[case.table].columns
        ]
    lines = pd.DataFrame(rows, columns=LINE_COLUMNS)
    return lines.astype({"extract_row": "Int64"})
