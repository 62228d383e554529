"""Why a case is worth looking at: its clocks, its findings, its delegate and what its row says, with points.

The points are a house rule (`rules/audit_elements.yaml`); every reason is told in words beside them.
"""

from collections.abc import Mapping

import pandas as pd

from auditkit.clocks.explain import verdict_words
from auditkit.oversight.audit_cases import OWN_WORK
from auditkit.rules.audit_elements import AuditRules

REASON_COLUMNS = ("table", "row", "code", "points", "words")


def risk_reasons(
    cases: pd.DataFrame,
    universes: Mapping[str, pd.DataFrame],
    verdicts: pd.DataFrame,
    findings: pd.DataFrame,
    rules: AuditRules,
) -> pd.DataFrame:
    """One row a case and reason: table, row, code, points, words; cases without a reason are not in it.

    cases: `audit_cases` of every table. universes: by layout code. verdicts: as `clocks.wording` gives them.
    findings: of the universe checks, with table, row, rule and severity.
    """
    inside = verdicts[verdicts["table"].isin(universes)]
    parts = [*_clock_reasons(inside, rules), *_finding_reasons(findings), *_signs(universes, rules)]
    parts.append(_delegate_reasons(cases, inside, rules))
    parts = [part for part in parts if len(part)]
    if not parts:
        return pd.DataFrame(columns=REASON_COLUMNS)
    told = _one_a_reason(pd.concat(parts, ignore_index=True))
    order = {reason.code: place for place, reason in enumerate(rules.reasons)}
    told["points"] = told["code"].map({reason.code: reason.points for reason in rules.reasons})
    word = told["code"].map({reason.code: reason.word for reason in rules.reasons})
    told["words"] = word.where(told["words"] == "", word + " (" + told["words"] + ")")
    told = told.assign(_order=told["code"].map(order)).sort_values(
        ["table", "row", "_order"], ignore_index=True
    )
    return told[list(REASON_COLUMNS)]


def with_scores(cases: pd.DataFrame, reasons: pd.DataFrame) -> pd.DataFrame:
    """The cases with `score`: the points of their reasons added up, 0 where there is none."""
    points = reasons.groupby(["table", "row"])["points"].sum().rename("score").reset_index()
    scored = cases.merge(points, on=["table", "row"], how="left")
    return scored.assign(score=scored["score"].fillna(0).astype("int64"))


def reason_words(rows: pd.DataFrame, reasons: pd.DataFrame) -> list[str]:
    """The reasons of each row of `rows` (table, row) in one text, each with its points."""
    mine = reasons.merge(rows[["table", "row"]].drop_duplicates(), on=["table", "row"])
    texts = mine["words"] + " [" + mine["points"].astype("str") + "]"
    joined = texts.groupby([mine["table"], mine["row"]]).agg("; ".join).to_dict()
    return [joined.get(pair, "no reason beyond chance") for pair in zip(rows["table"], rows["row"])]


def _one_a_reason(found: pd.DataFrame) -> pd.DataFrame:
    """One row a case and code; the words of several are joined, each said once."""
    keys = ["table", "row", "code"]
    found = found.drop_duplicates([*keys, "words"])
    several = found.duplicated(keys, keep=False)
    joined = found[several].groupby(keys, sort=False)["words"].agg(", ".join).reset_index()
    return pd.concat([found[~several], joined], ignore_index=True)


def _reasons(rows: pd.DataFrame, code: str, words) -> pd.DataFrame:
    return pd.DataFrame({"table": rows["table"], "row": rows["row"], "code": code, "words": words}).astype(
        {"words": "str"}
    )


def _clock_reasons(verdicts: pd.DataFrame, rules: AuditRules) -> list[pd.DataFrame]:
    margin = verdicts["margin"].astype("float64")
    most = verdicts["margin_unit"].map({"days": rules.short_margin.days, "hours": rules.short_margin.hours})
    marked = {
        "late": verdicts["verdict"] == "late",
        "not_testable": verdicts["verdict"] == "not_testable",
        "short_margin": (verdicts["verdict"] == "timely") & (margin <= most),
    }
    parts = []
    for code, hit in marked.items():
        rows = verdicts[hit]
        said = [f"{clock['clock']}: {_clock_words(code, clock)}" for clock in rows.to_dict("records")]
        parts.append(_reasons(rows, code, said))
    return parts


def _clock_words(code: str, clock: dict) -> str:
    if code == "not_testable":
        return clock["reason"]
    if pd.isna(clock["margin"]):
        return "open past its deadline"
    return verdict_words(clock["verdict"], clock["margin"], clock["margin_unit"])


def _finding_reasons(findings: pd.DataFrame) -> list[pd.DataFrame]:
    return [
        _reasons(rows, severity, rows["rule"].astype("str"))
        for severity in ("error", "warning")
        for rows in [findings[(findings["severity"] == severity) & (findings["row"] > 0)]]
    ]


def _signs(universes: Mapping[str, pd.DataFrame], rules: AuditRules) -> list[pd.DataFrame]:
    parts = []
    for code, universe in universes.items():
        for reason, sign in rules.table(code).signs.items():
            rows = universe[sign.column].isin(sign.values).to_numpy().nonzero()[0] + 1
            parts.append(_reasons(pd.DataFrame({"table": code, "row": rows}), reason, ""))
    return parts


def _delegate_reasons(cases: pd.DataFrame, verdicts: pd.DataFrame, rules: AuditRules) -> pd.DataFrame:
    """Cases of delegates whose share of late clocks stands out in their table."""
    tested = verdicts[verdicts["verdict"].isin(["timely", "late"])][["table", "row", "verdict"]]
    tested = tested.merge(cases[["table", "row", "delegate"]], on=["table", "row"])
    late = tested["verdict"] == "late"
    counts = late.groupby([tested["table"], tested["delegate"]]).agg(late="sum", tested="count").reset_index()
    of_table = counts.groupby("table")[["late", "tested"]].transform("sum")
    counts["usual"] = of_table["late"] / of_table["tested"]
    test = rules.delegate
    # Compared as late / tested >= times * usual, without dividing.
    high = counts[
        (counts["delegate"] != OWN_WORK)
        & (counts["tested"] >= test.least_tested)
        & (counts["late"] >= test.least_late)
        & (counts["late"] >= test.times * counts["usual"] * counts["tested"])
    ]
    said = [
        f"{one.late} of {one.tested} clocks late, {100 * one.usual:.1f} percent in the whole table"
        for one in high.itertuples()
    ]
    rows = cases.merge(high.assign(words=said)[["table", "delegate", "words"]], on=["table", "delegate"])
    return _reasons(rows, "delegate", rows["words"])
