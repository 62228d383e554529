"""What if: ratings under changes a plan writes into a small table.

The table (params/what_if.csv) has one row a change: scenario (any name; its rows are made together),
contract, measure (identifier as in the quality table), and exactly one of members (that many for whom the
measure turns to the better: members more, or events fewer where lower is better), score (instead of
today's), star (instead of today's).
"""

import csv
from pathlib import Path

import numpy as np
import pandas as pd

from auditkit.errors import InputError
from auditkit.rules.star_links import load_year_links
from auditkit.rules.star_years import Measure, StarYear
from auditkit.stars.clustering import STARS, round_half_up
from auditkit.stars.plan_year import measure_rate, star_of
from auditkit.stars.variants import measure_matrix, rate_variants

CHANGES = ("members", "score", "star")
HEADER = ("scenario", "contract", "measure", *CHANGES)


def read_what_if(path: Path) -> pd.DataFrame:
    """Read the what-if table: scenario, contract, measure, and members, score, star as numbers or missing.

    Raises InputError with row and column when a column is missing, a cell is no number, a star is not
    1 to 5, or a row does not hold exactly one change.
    """
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            table = csv.DictReader(file)
            header, rows = table.fieldnames or (), list(table)
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"{Path(path).name}: cannot be read as UTF-8 text ({type(error).__name__})."
        ) from None
    missing = [name for name in HEADER if name not in header]
    if missing:
        raise InputError(f"{Path(path).name}: no column '{missing[0]}'; the columns are {', '.join(HEADER)}.")
    return pd.DataFrame(
        [_change(row, f"{Path(path).name}, row {n}") for n, row in enumerate(rows, 1)], columns=HEADER
    )


def what_if(
    changes: pd.DataFrame, measures: pd.DataFrame, facts: pd.DataFrame, ids_of: StarYear, rules: StarYear
) -> pd.DataFrame:
    """Give each scenario's ratings beside today's.

    changes: `read_what_if`. measures: `plan_year.measures_to_date` with the same `ids_of` and `rules`.

    One row a scenario and contract: scenario, contract, changes (in words), part_c, part_d, overall,
    overall_unrounded, gain (against today, before rounding), overall_today. Raises InputError when a
    change names a contract or measure that has no figures to date.
    """
    rows = []
    for (scenario, contract), own in changes.groupby(["scenario", "contract"], sort=False):
        fact = facts[facts["contract_id"] == contract]
        if fact.empty:
            raise InputError(
                f"what-if '{scenario}': contract {contract} has no measures to date; check the contract."
            )
        today = measure_matrix(measures, contract, rules)
        changed, words = _changed(own, today, measures, ids_of, rules)
        rated = rate_variants(np.vstack([today, changed]), fact.iloc[0], rules)
        now, then = rated.iloc[0], rated.iloc[1]
        rows.append(
            {
                "scenario": scenario,
                "contract": contract,
                "changes": "; ".join(words),
                "part_c": then["part_c"],
                "part_d": then["part_d"],
                "overall": then["overall"],
                "overall_unrounded": then["overall_unrounded"],
                "gain": then["overall_unrounded"] - now["overall_unrounded"],
                "overall_today": now["overall"],
            }
        )
    return pd.DataFrame(rows)


def _changed(
    own: pd.DataFrame, today: np.ndarray, measures: pd.DataFrame, ids_of: StarYear, rules: StarYear
) -> tuple[np.ndarray, list[str]]:
    links = load_year_links()
    here = {links.key(measure): place for place, measure in enumerate(rules.measures)}
    stars, words = today.copy(), []
    for change in own.to_dict("records"):
        place = here.get(links.key(ids_of.measure(change["measure"])))
        if place is None:
            words.append(f"{change['measure']} no longer counts")
            continue
        measure = rules.measures[place]
        rows = measures[(measures["contract"] == change["contract"]) & (measures["measure"] == measure.id)]
        star = _new_star(change, rows, measure)
        for copy, other in enumerate(rules.measures):  # the Part D copy follows its Part C original
            if other.counted_in_overall_as == measure.id and not np.isnan(today[copy]):
                stars[copy] = star
        stars[place] = star
        words.append(f"{measure.id} {measure.name}: {_move(today[place], star)}")
    return stars, words


def _move(before: float, after: float) -> str:
    if before == after:
        return f"stays at {after:g}"
    return f"{'no star' if np.isnan(before) else f'{before:g}'} to {after:g} stars"


def _new_star(change: dict, rows: pd.DataFrame, measure: Measure) -> float:
    if not np.isnan(change["star"]):
        return change["star"]
    place = f"what-if '{change['scenario']}': measure {change['measure']} of contract {change['contract']}"
    if rows.empty:
        raise InputError(f"{place} has no figures; give a star, or add the figures to the quality table.")
    row = rows.iloc[0]
    cuts = row[[f"cut_{star}" for star in STARS]].to_numpy(dtype=float)
    if not np.isnan(change["score"]):
        return float(star_of(measure, change["score"], cuts))
    if row["basis"] != "counts":
        raise InputError(f"{place} has no counts, so members cannot be added; give a score or a star.")
    sign = 1 if measure.direction == "higher" else -1
    numerator = float(np.clip(row["numerator"] + sign * change["members"], 0, None))
    if measure.scale != "rate_per_1000":
        numerator = min(numerator, row["denominator"])
    score = round_half_up(measure_rate(measure, numerator, row["denominator"], row["days"]), measure.decimals)
    return float(star_of(measure, score, cuts))


def _change(row: dict, place: str) -> dict:
    values = {name: _number(row[name], place, name) for name in CHANGES}
    given = [name for name in CHANGES if not np.isnan(values[name])]
    if len(given) != 1:
        raise InputError(f"{place}: fill exactly one of {', '.join(CHANGES)}; found {len(given)}.")
    if given == ["star"] and values["star"] not in (1, 2, 3, 4, 5):
        raise InputError(f"{place}, column star: {values['star']:g} is no star from 1 to 5; mend the cell.")
    return {name: row[name] for name in HEADER[:3]} | values


def _number(text: str | None, place: str, column: str) -> float:
    if not text:
        return np.nan
    try:
        return float(text)
    except ValueError:
        raise InputError(f"{place}, column {column}: '{text}' is no number; mend the cell.") from None
