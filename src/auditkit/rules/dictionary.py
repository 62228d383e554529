"""The data dictionary, made from the rule files: source tables, record layouts and policies.

`python -m auditkit.rules.dictionary > docs/data_dictionary.md` writes it anew.
"""

from collections.abc import Iterable

from auditkit.rules.layouts import Column, Layout, load_layouts
from auditkit.rules.policies import load_policies
from auditkit.rules.source_tables import SourceColumn, SourceTable, load_source_tables

_OPENING = """# Data dictionary

Made from the rule files in `src/auditkit/rules`; do not edit it by hand.

- [Source tables](#source-tables): what a plan's extracts are mapped to.
- [Record layouts](#record-layouts): the columns of each universe, with how well each is known.
- [Policies](#policies): settings for what the law leaves open.
"""

_SOURCES = """## Source tables

A *moment* is a date with its time of day in the plan's time zone. Once read, a moment `X_at`
becomes `X_at_date` (CCYY/MM/DD), `X_at_time` (HH:MM:SS, empty when the time is missing),
`X_at_day` (days since 1970-01-01) and `X_at_sec` (UTC second, empty when the time is missing).
A *date* keeps its name (CCYY/MM/DD) and adds `NAME_day`. A *flag* is Y or N; *codes* are one or more
of the values, between semicolons. A row without a value in a required column is set aside with the
reason. Every table also carries `extract` (the file or query it came from) and `extract_row` (counted
from 1).
"""

_LAYOUTS = """## Record layouts

A column is *official* when it was taken from CMS's own workbook, *corroborated* when its label,
length and position were seen in a published source, and *recalled* when it comes from memory and
must be checked against CMS's workbook before anyone relies on it. Dates are CCYY/MM/DD, times
HH:MM:SS on a 24-hour clock; None stands where a value does not apply.
"""

_POLICIES = """## Policies

A run chooses these by name in its params; what it does not choose has the default.
"""


def data_dictionary() -> str:
    """The whole dictionary as Markdown text."""
    parts = [_OPENING, _SOURCES]
    parts += [_source_table(table) for table in load_source_tables().values()]
    parts.append(_LAYOUTS)
    parts += [_layout(layout) for layout in load_layouts().values()]
    parts += [_POLICIES, _policy_table()]
    return "\n".join(parts)


def _table(heads: list[str], rows: Iterable[list[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(_cell(text) for text in line) + " |" for line in lines) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _source_table(table: SourceTable) -> str:
    heads = ["Column", "Kind", "Required", "Allowed values", "Meaning"]
    rows = [_source_row(column) for column in table.columns]
    return (f"### {table.name}: {table.title}\n\nOne row is {table.one_row_is}. "
            f"Key: {', '.join(f'`{name}`' for name in table.key)}.\n\n{_table(heads, rows)}")


def _source_row(column: SourceColumn) -> list[str]:
    return [f"`{column.name}`", column.kind, "yes" if column.required else "",
            ", ".join(column.values), column.meaning]


def _layout(layout: Layout) -> str:
    counts = ", ".join(f"{number} {status}" for status, number in layout.status_counts().items() if number)
    until = f" until {layout.effective_to}" if layout.effective_to else ""
    facts = [
        f"Version: {layout.version}, in force from {layout.effective_from}{until}.",
        f"Source: {layout.source}.",
        f"Columns: {counts}.",
        layout.population,
        f"In ({layout.scope_status}): {' '.join(layout.include)}",
        f"Out ({layout.scope_status}): {' '.join(layout.exclude)}",
        *([layout.status_2026] if layout.status_2026 else []),
    ]
    heads = ["Id", "Column", "Kind", "Length", "Allowed values", "None", "Status", "Filled when, and notes"]
    rows = [_layout_row(column) for column in layout.columns]
    return (f"### {layout.code}: {layout.protocol} Table {layout.table}, {layout.title}\n\n"
            + "\n".join(f"- {fact}" for fact in facts) + f"\n\n{_table(heads, rows)}")


def _layout_row(column: Column) -> list[str]:
    kind = f"{column.kind}, time in {column.time_column}" if column.time_column else column.kind
    return [column.id, column.name, kind, str(column.length) if column.length else "not known",
            ", ".join(column.values), "allowed" if column.none_allowed else "no", column.status,
            " ".join(filter(None, (column.rule, column.note)))]


def _policy_table() -> str:
    rows = [[f"`{policy.name}`", policy.meaning, policy.default, policy.allowed(), policy.why, policy.cite]
            for policy in load_policies().values()]
    return _table(["Name", "Meaning", "Default", "Allowed", "Why it is open", "Citation"], rows)


if __name__ == "__main__":
    print(data_dictionary(), end="")
