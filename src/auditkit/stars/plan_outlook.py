"""What the outlook of a plan rests on, gathered once: measures, contracts, rules, what is missing."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa

from auditkit.errors import InputError
from auditkit.rules.star_scenarios import latest_star_year
from auditkit.rules.star_years import StarYear, known_years, load_star_year
from auditkit.stars.own_measures import fill_quality, measures_from_tables
from auditkit.stars.plan_year import measures_to_date
from auditkit.stars.seasons import past_moves, standing_still
from auditkit.stars.simulate import SEASONS, chances, expected, season_ratings
from auditkit.stars.variants import read_contract_facts

USED = ("quality", "members", "appeals", "assessments")


@dataclass(frozen=True)
class Outlook:
    """A plan's star outlook.

    measures: `plan_year.measures_to_date`. own: `own_measures.measures_from_tables`. facts:
    `variants.read_contract_facts`. rules: the last published star year, gaps filled. ids_of: the star year
    whose identifiers the quality table uses. notes: sentences on what is filled in or not known.
    """

    measures: pd.DataFrame
    own: pd.DataFrame
    facts: pd.DataFrame
    rules: StarYear
    ids_of: StarYear
    notes: list[str]


def plan_outlook(
    tables: Mapping[str, pa.Table],
    verdicts: pd.DataFrame | None,
    contract_facts: Path | None,
    identifiers_of: int,
    as_of: datetime.date,
) -> Outlook:
    """Gather a plan's outlook from its typed source tables.

    tables: typed source tables by name: quality, and where the plan has them members, appeals and
    assessments. verdicts: timeliness verdicts of the appeals, or None. contract_facts: the plan's table of
    facts about its contracts, such as params/star_contracts.csv.
    identifiers_of: star year whose measure identifiers the quality table uses.

    Raises InputError when the quality table has no row up to `as_of`, or names an unknown measure.
    """
    frames = {name: _frame(tables[name]) for name in USED if name in tables}
    quality = frames.pop("quality")
    quality = quality[quality["as_of_date"] <= as_of.strftime("%Y/%m/%d")]
    if quality.empty:
        raise InputError(
            f"quality: no row up to {as_of:%Y-%m-%d}; check as_of_date and the period in the params."
        )
    ids_of = load_star_year(identifiers_of)
    rules, notes = latest_star_year()
    year = int(quality["measurement_year"].astype(int).max())
    held = {name: frame for name, frame in frames.items() if len(frame)}
    own = measures_from_tables(held, verdicts, year, as_of)
    measures = measures_to_date(fill_quality(quality, own, ids_of, year, as_of), ids_of, rules)
    facts = read_contract_facts(contract_facts, sorted(set(measures["contract"])))
    return Outlook(measures, own, facts, rules, ids_of, notes + _notes(measures, facts, rules))


def simulated(
    outlook: Outlook, seasons: int = SEASONS, seed: int = 2026
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give the chance of each half star and the middle 80 percent of the overall rating, two ways.

    `cut_points` tells them apart: "as last published" (only the plan's own rates are uncertain) and
    "simulated" (next year's cut points as well). Otherwise as `simulate.chances` and `simulate.expected`.
    """
    pools = past_moves([load_star_year(year) for year in known_years()])
    chance, middle = [], []
    for words, moves in (("as last published", standing_still(pools)), ("simulated", pools)):
        ratings = season_ratings(outlook.measures, outlook.facts, outlook.rules, moves, seasons, seed)
        chance.append(chances(ratings).assign(cut_points=words))
        middle.append(expected(ratings).assign(cut_points=words))
    return pd.concat(chance, ignore_index=True), pd.concat(middle, ignore_index=True)


def _frame(table: pa.Table) -> pd.DataFrame:
    """A source table as a frame whose whole numbers stay whole where some are missing."""
    return table.to_pandas(types_mapper={pa.int64(): pd.Int64Dtype()}.get)


def _notes(measures: pd.DataFrame, facts: pd.DataFrame, rules: StarYear) -> list[str]:
    """What is not known, one sentence for all contracts it holds for."""
    found: dict[str, list[str]] = {}
    for contract, known in zip(facts["contract_id"], facts["known"], strict=True):
        own = measures[measures["contract"] == contract]
        for sentence in _gaps(own, known, rules):
            found.setdefault(sentence, []).append(contract)
    return [f"{', '.join(contracts)}: {sentence}" for sentence, contracts in found.items()]


def _gaps(own: pd.DataFrame, known: bool, rules: StarYear) -> list[str]:
    sentences = []
    if not known:
        sentences.append(
            "not in the table of contract facts; taken as a special needs plan without disaster or CAI."
        )
    rated = set(own.loc[own["star"].notna(), "measure"])
    missing = [measure for measure in rules.measures if measure.id not in rated]
    if missing:
        named = ", ".join(f"{measure.id} {measure.name}" for measure in missing)
        sentences.append(f"no star to date on {len(missing)} of {len(rules.measures)} measures ({named}).")
    growing = int((own["basis"].eq("counts") & own["growth"].isna()).sum())
    if growing:
        sentences.append(
            f"for {growing} measures the quality table has no row of the same day last year, so their rates "
            f"are projected as they stand; rates that fill up over the year end higher."
        )
    return sentences
