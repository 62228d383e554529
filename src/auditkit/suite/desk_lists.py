"""What the review desk lists: conditions and cases narrowed by filters, in pages, one line of text each."""

from dataclasses import dataclass

import pandas as pd

PAGE = 50
"""Entries a list shows at once; a browser stays quick at any number of findings."""


@dataclass(frozen=True)
class Filters:
    """What the lists are narrowed to; '' means everything.

    severity, table, state (review state): one value each. words: all must stand somewhere in a finding or
    its condition, in any order, whatever the case of the letters.
    """

    severity: str = ""
    table: str = ""
    state: str = ""
    words: str = ""


def searchable(findings: pd.DataFrame) -> pd.DataFrame:
    """Findings with `haystack`, everything a reader might search for, in lower case."""
    columns = [
        "finding_id",
        "rule",
        "table",
        "case_id",
        "column_name",
        "found",
        "expected",
        "sentence",
        "citation",
    ]
    text = findings[columns[0]].astype("str")
    for name in columns[1:]:
        text = text + "\x1f" + findings[name].fillna("").astype("str")
    return findings.assign(haystack=text.str.lower())


def narrowed(findings: pd.DataFrame, filters: Filters) -> pd.DataFrame:
    """The findings that pass the filters; findings: as `attach` and then `searchable` give them."""
    keep = pd.Series(True, index=findings.index)
    for column, wanted in (
        ("severity", filters.severity),
        ("table", filters.table),
        ("review_state", filters.state),
    ):
        if wanted:
            keep &= findings[column] == wanted
    for word in filters.words.lower().split():
        keep &= findings["haystack"].str.contains(word, regex=False)
    return findings[keep]


def page_of(frame: pd.DataFrame, number: int) -> tuple[pd.DataFrame, int, int]:
    """One page of `frame`, its number (from 0, moved inside the list) and how many pages there are."""
    pages = max(1, -(-len(frame) // PAGE))
    number = min(max(number, 0), pages - 1)
    return frame.iloc[number * PAGE : (number + 1) * PAGE], number, pages


def page_words(count: int, number: int, one: str, many: str) -> str:
    """Which entries of how many are shown, as "51 to 100 of 312 cases"."""
    if count <= PAGE:
        return f"{count:,} {one if count == 1 else many}"
    first = number * PAGE
    return f"{first + 1:,} to {min(first + PAGE, count):,} of {count:,} {many}"


def condition_line(condition: pd.Series, matching: int, unsaved: bool) -> str:
    """A condition in one line: severity, cases, how far it is reviewed, table, rule and what is wrong."""
    all_match = matching == condition["cases"]
    cases = _cases(condition["cases"]) if all_match else f"{matching:,} of {_cases(condition['cases'])}"
    mark = "UNSAVED TEXT: " if unsaved else ""
    about = f"{condition['table']} {condition['rule']}: {condition['sentence']}"
    return f"{mark}{condition['severity']}, {cases}, {condition['review_state']}; {_cut(about, 120)}"


def case_line(finding: pd.Series, unsaved: bool) -> str:
    """A case in one line: case number, where it stands, what was found, how far it is reviewed."""
    mark = "UNSAVED TEXT: " if unsaved else ""
    row = "" if pd.isna(finding["row"]) else f", row {int(finding['row']):,}"
    found = _cut(str(finding["found"] or "nothing"), 60)
    return f"{mark}{finding['case_id'] or 'no case number'}{row}: {found}, {finding['review_state']}"


def _cut(text: str, longest: int) -> str:
    text = " ".join(text.split())
    return text if len(text) <= longest else text[: longest - 3] + "..."


def _cases(count: int) -> str:
    return "1 case" if count == 1 else f"{count:,} cases"
