"""Samples of a mock audit: the same seed draws the same cases, whatever order the rows come in.

A case's place in a draw is a digest of seed, element, table and case key, so a draw can be repeated with
any tool that knows SHA-256, and a case that leaves the universe moves no other case.
"""

from collections.abc import Mapping

import pandas as pd

from auditkit.oversight.audit_cases import digest
from auditkit.oversight.risk import reason_words
from auditkit.rules.audit_elements import AuditRules, Draw, Element

SAMPLE_COLUMNS = (
    "element",
    "name",
    "table",
    "cases",
    "order",
    "row",
    "case_id",
    "contract",
    "delegate",
    "determination",
    "stratum",
    "score",
    "reasons",
)
DRAW_COLUMNS = (
    "element",
    "name",
    "protocol",
    "table",
    "cases",
    "targeting",
    "population",
    "wanted",
    "drawn",
    "size_status",
    "remark",
)


def draw_samples(
    cases: pd.DataFrame,
    universes: Mapping[str, pd.DataFrame],
    reasons: pd.DataFrame,
    rules: AuditRules,
    seed: str,
    targeting: str = "by_element",
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The cases drawn for every audit element whose table is at hand, and what became of every draw.

    cases: `audit_cases` of all tables with `score` (see `risk.with_scores`). universes: by layout code.
    reasons: as `risk.risk_reasons`. seed: any text; it is recorded with the sample.
    targeting: random, stratified or risk for every draw; by_element leaves the choice to the rules.

    Gives the samples (SAMPLE_COLUMNS, in the order drawn) and the draws (DRAW_COLUMNS); `remark` says why
    fewer cases than wanted were drawn.
    """
    samples, draws = [], []
    for element in rules.elements:
        used = element.targeting if targeting == "by_element" else targeting
        if not element.draws:
            draws.append(_draw_row(element, None, used, 0, 0))
        for draw in element.draws:
            population = _population(cases, universes, draw)
            label = (seed, element.id, draw.table, draw.cases)
            drawn = draw_cases(population, draw.size, used, label, rules.strata)
            samples.append(drawn.assign(element=element.id, name=element.name, cases=draw.cases))
            absent = draw.table not in universes
            draws.append(_draw_row(element, draw, used, len(population), len(drawn), absent))
    whole = pd.concat(samples, ignore_index=True)
    whole["reasons"] = reason_words(whole, reasons)
    return whole[list(SAMPLE_COLUMNS)], pd.DataFrame(draws, columns=DRAW_COLUMNS)


def draw_cases(
    cases: pd.DataFrame, size: int, targeting: str, label: tuple[str, ...], strata: tuple[str, ...]
) -> pd.DataFrame:
    """At most `size` of `cases`, in the order drawn, with `order` from 1 and `stratum`.

    cases: with key, score and the columns of `strata`. label: what sets this draw apart, the seed first.
    random takes the smallest digests; stratified does so within each stratum, after `allocate`; risk takes
    the highest scores, and the smallest digests among equal scores.
    """
    if cases.empty:
        return cases.assign(order=pd.Series(dtype="int64"), stratum=pd.Series(dtype="str"))
    if targeting == "risk":
        # Nothing below the size-th best score can be drawn, so chance need not be worked out for it.
        cases = cases[cases["score"] >= cases["score"].nlargest(size).min()]
    stratum = _strata(cases, strata) if targeting == "stratified" else ""
    ranked = cases.assign(_chance=[digest(*label, key) for key in cases["key"]], stratum=stratum)
    if targeting == "risk":
        ranked = ranked.sort_values(["score", "_chance"], ascending=[False, True], kind="stable")
    else:
        ranked = ranked.sort_values("_chance", kind="stable")
    if targeting == "stratified":
        share = allocate(ranked["stratum"].value_counts().to_dict(), size)
        ranked = ranked[ranked.groupby("stratum").cumcount() < ranked["stratum"].map(share)]
    drawn = ranked.head(size).drop(columns="_chance")
    return drawn.assign(order=range(1, len(drawn) + 1)).reset_index(drop=True)


def allocate(strata: Mapping[str, int], size: int) -> dict[str, int]:
    """How many of `size` cases each stratum gives: one each, the rest in proportion, largest remainder first.

    strata: cases by stratum. With fewer cases wanted than strata, the largest strata give one each.
    Equal claims are settled by the name of the stratum.
    """
    total, names = sum(strata.values()), sorted(strata)
    if size >= total:
        return dict(strata)
    if size <= len(names):
        largest = sorted(names, key=lambda name: (-strata[name], name))[:size]
        return {name: int(name in largest) for name in names}
    spare, spread = size - len(names), total - len(names)
    given = {name: 1 + spare * (strata[name] - 1) // spread for name in names}
    left = {name: spare * (strata[name] - 1) % spread for name in names}
    for name in sorted(names, key=lambda name: (-left[name], name))[: size - sum(given.values())]:
        given[name] += 1
    return given


def _strata(cases: pd.DataFrame, strata: tuple[str, ...]) -> pd.Series:
    """'H9901, the plan itself, Denied': the stratum of each case in words."""
    first, *others = [cases[name].where(cases[name] != "", "none") for name in strata]
    return first.str.cat(others, sep=", ")


def _population(cases: pd.DataFrame, universes: Mapping[str, pd.DataFrame], draw: Draw) -> pd.DataFrame:
    mine = cases[cases["table"] == draw.table]
    for column, values in draw.where.items():
        if draw.table in universes:
            mine = mine[universes[draw.table][column].isin(values).to_numpy()[mine["row"] - 1]]
    return mine


def _draw_row(
    element: Element, draw: Draw | None, targeting: str, population: int, drawn: int, absent: bool = False
) -> tuple:
    table, cases, wanted = (draw.table, draw.cases, draw.size) if draw else ("", "", 0)
    if draw is None:
        remark = "no table to draw from"
    elif absent:
        remark = "the table is not in this run"
    else:
        remark = "every case there is" if drawn < wanted else ""
    return (
        element.id,
        element.name,
        element.protocol,
        table,
        cases,
        targeting,
        population,
        wanted,
        drawn,
        element.size_status,
        remark,
    )
