"""The attestation page of a run: prepared for the person who signs, and never filled."""

from collections.abc import Iterable

import pandas as pd

from auditkit.findings.annotations import Record
from auditkit.findings.signoff import SIGNING_ROLES, open_conditions, refusal, sign_offs, waivers


def attestation_page(
    facts: dict, findings: pd.DataFrame, records: Iterable[Record], limits: Iterable[str]
) -> str:
    """The attestation page of a run as Markdown: prepared for the signer, with every blank left blank.

    facts: run, plan, period, content_sha256, log_sha256 (what the review log ends with), version (of
    auditkit) and submissions, a list of (file, sha256). limits: what the run rests on that is not
    verified; it stands above the signature line.
    While a critical condition is open the page says so and has no signature line.
    Who certifies, and the words: 42 CFR 422.504(l), 423.505(k) and 438.606.
    """
    records = list(records)
    lacking = open_conditions(findings, records)
    lines = [
        f"# Attestation: {facts['plan']}, {facts['period']}", "",
        f"Run `{facts['run']}`, auditkit {facts['version']}, content SHA-256 "
        f"`{facts['content_sha256']}`.", "",
        "## Files", "",
        *[f"- `{name}`, SHA-256 `{sha256}`" for name, sha256 in facts["submissions"]], "",
        "## Review", "", *_review_lines(findings, records, facts["content_sha256"]),
        f"- review log: {len(records):,} records, ending with `{facts['log_sha256']}`", "",
        "## Known limits", "", *[f"- {limit}" for limit in [*limits, _RECALLED]], "",
    ]  # fmt: skip
    if len(lacking):
        return "\n".join([*lines, "## Not ready to be signed", "", refusal(lacking), ""])
    return "\n".join([*lines, *_SIGNATURE])


_RECALLED = (
    "Who may certify and the words of the certification were read for Part D only (42 CFR 423.505(k)) and "
    "are recalled for 42 CFR 422.504(l) and 438.606: have counsel read this page before it is signed."
)
_SIGNATURE = [
    "## Certification", "",
    "To be signed by the chief executive officer, the chief financial officer, or a person delegated to "
    "sign for one of them who reports directly to that officer.", "",
    "Based on best knowledge, information, and belief, the data named above are accurate, complete, and "
    "truthful.", "",
    *[line for blank in ("Name", "Title", "Reports to (if delegated)", "Signature", "Date")
      for line in (f"{blank}: ______________________________", "")],
]  # fmt: skip


def _review_lines(findings: pd.DataFrame, records: list[Record], content_sha256: str) -> list[str]:
    signed = sign_offs(records, content_sha256)
    lines = [f"- {row.role}: {row.author}, {row.at}, {row.state}" for row in signed.itertuples()]
    lines += [f"- {role}: no sign-off" for role in SIGNING_ROLES if role not in set(signed["role"])]
    given = waivers(findings, records)
    return lines + [
        f"- waived: {row.about} (the reason is in the log)" for row in given[given["holds"]].itertuples()
    ]
