"""What reviewers settled, in codes: no name, no text, no case and no id, so that it may leave the plan.

The numbers of cases and people are not masked here; small cells are the share edition's to hide.
"""

from collections.abc import Iterable

import pandas as pd

from auditkit.findings.annotations import DISPOSITIONS, Record
from auditkit.findings.fold import CHANGED, GONE, attach, attach_conditions
from auditkit.findings.signoff import SIGNING_ROLES, STANDS, sign_offs, waivers

MIXED, PARTLY, STALE, WAIVED, OPEN = "mixed", "partly", "facts changed", "waived", "open"
DISPOSITION_CODES = {
    "agree": "reviewers hold the finding to be right, on every case",
    "disagree": "reviewers hold the finding to be wrong, on every case",
    "explained": "the finding is right and has a reason, on every case",
    MIXED: "every case has a disposition, and they differ",
    PARTLY: "some cases have a disposition, the others none",
    STALE: "dispositions were given on facts that changed since",
    WAIVED: "no disposition; a signing role let it pass with a reason",
    OPEN: "no disposition",
}
"""Codes of a condition's disposition, and what each says."""

SIGNED, VOIDED, UNSIGNED = "signed off", "void", "not signed off"
SIGN_OFF_CODES = {
    SIGNED: "signed off on the content of this run, by the roles named",
    VOIDED: "signed off on other content than this run holds; void",
    UNSIGNED: "nobody has signed this run off",
}
"""Codes of a run's sign-off, and what each says."""


def coded_dispositions(
    findings: pd.DataFrame, records: Iterable[Record], content_sha256: str
) -> pd.DataFrame:
    """One row a condition of a run, in codes only, errors first and then by cases.

    findings: all findings of the run. records: of its log. content_sha256: hash of the run's content of
    today, as sign-offs hold it. Gives rule, table, severity, cases, people (distinct enrollees, missing
    where the run does not tell them apart), disposition (one of DISPOSITION_CODES) and sign_off (that of
    the run, as `sign_off_code` gives it, the same in every row).
    """
    records = list(records)
    given, conditions = attach(findings, records), attach_conditions(findings, records)
    given, conditions = (one[one["review_state"] != GONE] for one in (given, conditions))
    passing = waivers(findings, records)
    waived = set(passing.loc[passing["holds"].astype(bool), "condition_id"])
    codes = {name: _code(cases) for name, cases in given.groupby("condition_id", sort=False)}
    coded = [
        WAIVED if codes[name] in (PARTLY, STALE, OPEN) and name in waived else codes[name]
        for name in conditions["condition_id"]
    ]
    told = conditions[["rule", "table", "severity", "cases", "people"]]
    return told.assign(
        disposition=pd.Series(coded, told.index, dtype="str"),
        sign_off=sign_off_code(records, content_sha256),
    ).reset_index(drop=True)


def sign_off_code(records: Iterable[Record], content_sha256: str) -> str:
    """The state of a run's sign-off: one of SIGN_OFF_CODES, followed by the roles whose sign-off stands."""
    signed = sign_offs(records, content_sha256)
    signed = signed[signed["intact"].astype(bool)]
    standing = set(signed.loc[signed["state"] == STANDS, "role"])
    if standing:
        return f"{SIGNED}: {', '.join(role for role in SIGNING_ROLES if role in standing)}"
    return VOIDED if len(signed) else UNSIGNED


def _code(cases: pd.DataFrame) -> str:
    """The code of a condition from the dispositions of its cases, their own or the condition's."""
    if not cases["disposition"].isin(DISPOSITIONS).any():
        return OPEN
    current = cases.loc[(cases["disposition"] != "") & (cases["disposition_state"] != CHANGED), "disposition"]
    if current.empty:
        return STALE
    if len(current) < len(cases):
        return PARTLY
    return current.iloc[0] if current.nunique() == 1 else MIXED
