"""What CMS published against what the rules give, miss by miss with the reason known."""

from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

from auditkit.rules.star_years import FOLDER, StarYear, load_star_year
from auditkit.rules.yamlfile import read_yaml
from auditkit.stars.cahps import base_group_agreement
from auditkit.stars.disaster import PriorYear, read_prior
from auditkit.stars.domains import domain_stars
from auditkit.stars.from_scores import folder_stars_from_scores
from auditkit.stars.grids import Folder
from auditkit.stars.icons import icons
from auditkit.stars.measure_stars import rules_cut_points
from auditkit.stars.rate_folder import rate_folder
from auditkit.stars.ratings import RATINGS
from auditkit.stars.reader import (
    read_contracts,
    read_cut_points,
    read_domain_stars,
    read_icon_contracts,
    read_low_performing_history,
    read_measure_stars,
    read_published_ratings,
)

MISS_COLUMNS = ["what", "contract_id", "item", "published", "computed", "reason"]


@dataclass(frozen=True)
class Verification:
    """counts: what, equal, of, extra (given by us where CMS gives none). misses: what, contract_id,
    item, published, computed, reason, one row a published value that was not reached."""

    counts: pd.DataFrame
    misses: pd.DataFrame


def verify_folder(folder: Folder, prior: Folder | None = None) -> Verification:
    """Recompute a CMS folder and compare: ratings from measure stars, measure stars from scores,
    domain stars, icons, cut points. Tables the folder lacks are left out, ratings are not.

    prior: last year's folder, for the disaster rule and the low performing icon.
    """
    last = read_prior(prior) if prior else None
    ratings = rate_folder(folder)
    parts = [_ratings(folder, ratings)]
    if "measure_data" in folder.places:
        parts.append(_measure_stars(folder, last))
    if "domain_stars" in folder.places:
        parts.append(_domains(folder))
    for icon in ("high_performing", "low_performing"):
        if icon in folder.places:
            parts.append(_icon(folder, ratings, icon, prior))
    if {"part_c_cut_points", "part_d_cut_points"} <= set(folder.places):
        parts.append(_cut_points(folder))
    counts = pd.concat([part.counts for part in parts], ignore_index=True)
    misses = pd.concat([part.misses for part in parts], ignore_index=True)
    return Verification(counts, _with_known_reasons(misses, folder.year))


def _compared(what: pd.Series | str, table: pd.DataFrame, reason: pd.Series | str) -> Verification:
    """Counts and misses of a table with contract_id, item, published, computed."""
    table = table.assign(what=what, reason=reason)
    shown = table["published"].notna()
    equal = shown & table["published"].eq(table["computed"])
    counts = pd.DataFrame(
        {
            "what": table["what"],
            "equal": equal.astype(int),
            "of": shown.astype(int),
            "extra": (~shown & table["computed"].notna()).astype(int),
        }
    )
    misses = table.loc[shown & ~equal, MISS_COLUMNS].copy()
    for name in ("published", "computed"):
        misses[name] = misses[name].map(lambda value: "none" if pd.isna(value) else f"{value:g}")
    return Verification(counts.groupby("what", sort=False, as_index=False).sum(), misses)


# ---------------------------------------------------------------- ratings


def _ratings(folder: Folder, ratings: pd.DataFrame) -> Verification:
    published = read_published_ratings(folder)
    both = published.merge(ratings, on="contract_id", how="left", suffixes=("_cms", ""))
    tables = []
    for rating in RATINGS:
        tables.append(
            pd.DataFrame(
                {
                    "contract_id": both["contract_id"],
                    "item": rating,
                    "published": both[f"{rating}_cms"],
                    "computed": both[rating],
                    "reason": _rating_reason(both, rating, load_star_year(folder.year)),
                }
            )
        )
    table = pd.concat(tables, ignore_index=True)
    names = {"part_c": "Part C rating", "part_d": "Part D rating", "overall": "overall rating"}
    return _compared(table["item"].map(names), table.drop(columns="reason"), table["reason"])


def _rating_reason(table: pd.DataFrame, rating: str, parameters: StarYear) -> pd.Series:
    general = []
    sources = parameters.sources
    if sources["cai"].status == "estimated":
        general.append("CAI values of the year are estimated")
    if not parameters.reward_thresholds or parameters.method.recalculation:
        general.append("reward thresholds are computed, CMS's are not published")
    reason = pd.Series("; ".join(general) or "not known", index=table.index)
    noted = table[f"{rating}_reason"].fillna("contract is in no measure table")
    return reason.mask(noted.ne(""), noted)


# ---------------------------------------------------------------- measure stars


def _measure_stars(folder: Folder, last: PriorYear | None) -> Verification:
    parameters = load_star_year(folder.year)
    computed = folder_stars_from_scores(folder, last)
    table = read_measure_stars(folder).merge(
        computed[["contract_id", "measure", "star", "basis"]],
        on=["contract_id", "measure"],
        suffixes=("_cms", ""),
    )
    methods = table["measure"].map({measure.id: measure.method for measure in parameters.measures})
    table = table[methods.ne("improvement")].merge(read_contracts(folder), on="contract_id", how="left")
    hit = (
        table[["disaster_care_year", "disaster_survey_year"]].max(axis=1) >= parameters.method.disaster_share
    )
    cahps = table["measure"].isin([m.id for m in parameters.measures if m.method == "cahps"])
    share = f"{parameters.method.disaster_share:g}%"
    what = np.where(
        cahps,
        "CAHPS star by base group",
        np.where(
            hit, f"measure star, contract hit {share} or more", f"measure star, contract hit under {share}"
        ),
    )
    result = pd.DataFrame(
        {
            "contract_id": table["contract_id"],
            "item": table["measure"],
            "published": table["star_cms"],
            "computed": table["star"],
        }
    )
    reason = _measure_reason(table, hit, cahps, last, parameters)
    return _compared(pd.Series(what), result.reset_index(drop=True), reason.reset_index(drop=True))


def _measure_reason(table, hit, cahps, last: PriorYear | None, parameters: StarYear) -> pd.Series:
    reason = pd.Series("not known", index=table.index)
    if parameters.method.recalculation:
        old = rules_cut_points(parameters.star_year, original=True)
        reason = reason.mask(
            table["measure"].isin(old["measure"]) & ~hit,
            "CMS shows the star of the first release, whose rating the contract keeps",
        )
    disaster = (
        "hit by a disaster: CMS takes the better of this and last year's star; give last year's folder"
        if last is None
        else "hit by a disaster in two running years, or last year's star is not in last year's folder"
    )
    reason = reason.mask(hit, disaster)
    agreement = base_group_agreement(parameters.star_year)
    known = f" (right for {agreement:.0%} of the year's scores)" if agreement else ""
    reason = reason.mask(
        cahps,
        "base group only: significance, reliability and standard error are not public, and move the "
        f"star by one at most{known}",
    )
    return reason.mask(
        table["basis"].eq("not computable"), "no cut points are known for the contract's group"
    )


# ---------------------------------------------------------------- domains, icons, cut points


def _domains(folder: Folder) -> Verification:
    ours = domain_stars(read_measure_stars(folder), read_contracts(folder), folder.year)
    both = read_domain_stars(folder).merge(
        ours, on=["contract_id", "domain"], how="left", suffixes=("_cms", "")
    )
    table = both.rename(columns={"domain": "item", "star_cms": "published", "star": "computed"})
    return _compared("domain star", table[["contract_id", "item", "published", "computed"]], "not known")


def _icon(folder: Folder, ratings: pd.DataFrame, icon: str, prior: Folder | None) -> Verification:
    history = read_low_performing_history(folder) if icon == "low_performing" else None
    if history is not None and prior is not None:
        published = read_published_ratings(prior).assign(year=prior.year)
        history = pd.concat([history[history["year"] < folder.year], published], ignore_index=True)
    table = icons(ratings, folder.year, history)
    given = table[icon].eq(True) if icon == "high_performing" else table[icon].eq("yes")
    ours = set(table.loc[given, "contract_id"])
    theirs = read_icon_contracts(folder, icon)
    contracts = sorted(ours | theirs)
    result = pd.DataFrame(
        {
            "contract_id": contracts,
            "item": icon,
            "published": [1.0 if contract in theirs else np.nan for contract in contracts],
            "computed": [1.0 if contract in ours else np.nan for contract in contracts],
        }
    )
    return _compared(f"{icon.replace('_', ' ')} icon", result, "not known")


def _cut_points(folder: Folder) -> Verification:
    keys = ["measure", "group", "star"]
    both = read_cut_points(folder).merge(
        rules_cut_points(folder.year), on=keys, how="outer", suffixes=("_cms", "")
    )
    result = pd.DataFrame(
        {
            "contract_id": "",
            "item": both["measure"] + " " + both["group"] + " " + both["star"].astype("str") + " stars",
            "published": both["limit_cms"],
            "computed": both["limit"],
        }
    )
    return _compared("cut point of the rules", result, "the folder is another release than the rules' source")


@cache
def _known() -> dict[tuple[str, str, str], str]:
    entries = read_yaml(FOLDER / "known_misses.yaml")["misses"]
    return {(entry["year"], entry["contract"], entry["item"]): entry["reason"] for entry in entries}


def _with_known_reasons(misses: pd.DataFrame, year: int) -> pd.DataFrame:
    known = [
        _known().get((str(year), contract, item), reason)
        for contract, item, reason in zip(
            misses["contract_id"], misses["item"], misses["reason"], strict=True
        )
    ]
    return misses.assign(reason=known)
