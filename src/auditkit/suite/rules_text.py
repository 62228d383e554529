"""`auditkit rules list`: every rule on one line, under the kind it is."""

from itertools import groupby

from auditkit.rules.describe import rules_table
from auditkit.rules.version import rules_version

_KINDS = {
    "timeframe": "Timeframes",
    "layout": "Record layouts",
    "check": "Checks of universe files and between tables",
    "policy": "Policies the law leaves open",
}


def rules_list() -> str:
    """All timeframes, layouts, checks and policies as text, one line each."""
    lines = [f"Rules version {rules_version()}. `auditkit rules show ID` prints one in full."]
    for kind, rows in groupby(rules_table(), key=lambda row: row["kind"]):
        rows = list(rows)
        width, limits = (max(len(row[name]) for row in rows) for name in ("id", "limit"))
        lines += ["", f"{_KINDS[kind]} ({len(rows)})"]
        lines += [
            f"  {row['id']:<{width}}  {row['limit']:<{limits}}  {row['about']} [{_first(row['status'])}]"
            for row in rows
        ]
    return "\n".join(lines)


def _first(status: str) -> str:
    """The first statement of a status; `rules show` has all of it."""
    return status.split(";")[0]
