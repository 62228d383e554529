"""A plan's own measures to date: rates, stars today, and members needed for the next star.

From the `quality` source table (numerators and denominators to date, survey scores, stars given by CMS
or a survey vendor). Stars today are read against the last published cut points; the year is not over
and next year's cut points are not known (`seasons` simulates them).
"""

import math

import numpy as np
import pandas as pd

from auditkit.errors import InputError
from auditkit.rules.star_links import load_year_links
from auditkit.rules.star_years import Measure, StarYear
from auditkit.stars.clustering import STARS, round_half_up
from auditkit.stars.seasons import cut_point_group

COLUMNS = [
    "contract",
    "measure",
    "name",
    "part",
    "domain",
    "weight",
    "direction",
    "unit",
    "as_of_date",
    "numerator",
    "denominator",
    "days",
    "score",
    "basis",
    "last_year",
    "growth",
    "cut_2",
    "cut_3",
    "cut_4",
    "cut_5",
    "star",
    "next_star",
    "next_cut",
    "needed",
    "in_words",
]
UNITS = {
    "percent": "percent",
    "score_0_100": "points",
    "rate_per_1000": "per 1,000 members",
    "improvement": "index",
}


def measures_to_date(
    quality: pd.DataFrame, ids_of: StarYear, rules: StarYear, group: str = "MA-PD"
) -> pd.DataFrame:
    """Give each contract's measures to date, star today and what the next star takes.

    quality: the source table; the latest as_of_date of each contract and measure counts.
    ids_of: the star year whose identifiers the table uses (C01, D08). rules: the star year whose
    measures, weights and cut points apply; measures are followed by name, and one that has left
    the program has no row. group: MA-PD or PDP.

    One row a contract and measure: measure (identifier in `rules`), name, part, domain, weight,
    direction, unit, as_of_date, numerator, denominator, days (of the year so far), score (rounded as CMS
    displays it), basis (counts, score, star given, or no data), last_year (the final score of the measurement
    year before), growth (points by which it still rose between this day of last year and its final count;
    missing when the table has no row of that day), cut_2 to cut_5, star, next_star, next_cut, needed
    (members, or complaints fewer, with the denominator as it is; missing when it does not depend on
    counts), in_words.

    Raises InputError when the table names a measure `ids_of` does not have.
    """
    links = load_year_links()
    here = {links.key(measure): measure for measure in rules.measures}
    entries = {
        (entry["contract"], entry["measure"], int(entry["measurement_year"]), entry["as_of_date"]): entry
        for entry in quality.to_dict("records")
    }
    rows = []
    for entry in _latest(quality).to_dict("records"):
        measure = here.get(links.key(_measure_of(entry, ids_of)))
        if measure is not None:
            rows.append(_row(entry, measure, group) | _last_year(entry, measure, entries))
    frame = pd.DataFrame(rows, columns=COLUMNS)
    order = {measure.id: place for place, measure in enumerate(rules.measures)}
    frame = frame.sort_values("measure", key=lambda ids: ids.map(order), kind="stable")
    return frame.sort_values("contract", kind="stable").reset_index(drop=True)


def measure_rate(measure: Measure, numerator: float, denominator: float, days: int) -> float:
    """Give a measure's rate, not yet rounded: percent, or complaints per 1,000 members and 30 days.

    days: days of the year counted so far (complaints: numerator / denominator * 1000 * 30 / days).
    """
    if measure.scale == "rate_per_1000":
        return numerator / denominator * 1000 * 30 / days
    return 100 * numerator / denominator


def star_of(measure: Measure, score: np.ndarray | float, cuts: np.ndarray) -> np.ndarray:
    """Give the star (1 to 5) of a score against four cut points (last axis: stars 2 to 5).

    Higher better: the highest star whose cut point the score reaches; lower better: the highest star whose
    cut point the score does not exceed. The score is rounded half up as CMS displays it first.
    """
    score = round_half_up(score, measure.decimals)
    score = np.asarray(score)[..., None]
    reached = score >= cuts if measure.direction == "higher" else score <= cuts
    return np.where(np.isnan(score[..., 0]), np.nan, 1 + reached.sum(axis=-1))


def needed_count(measure: Measure, numerator: float, denominator: float, days: int, cut: float) -> int | None:
    """Give by how many the numerator must change for the rounded rate to reach `cut`, denominator as it is.

    Higher better: members more; lower better: events fewer. Zero when the cut point is reached, None
    when no numerator from 0 to the denominator reaches it.
    """
    half = 0.5 / 10**measure.decimals
    per_event = measure_rate(measure, 1, denominator, days)
    if measure.direction == "higher":
        goal = math.ceil((cut - half) / per_event - 1e-9)
        reachable = measure.scale == "rate_per_1000" or goal <= denominator
        return max(0, math.ceil(goal - numerator)) if reachable else None
    goal = math.ceil((cut + half) / per_event - 1e-9) - 1
    return max(0, math.ceil(numerator - goal)) if goal >= 0 else None


def _latest(quality: pd.DataFrame) -> pd.DataFrame:
    """The last day counted of each contract and measure."""
    ordered = quality.sort_values("as_of_date", kind="stable")
    return ordered.drop_duplicates(["contract", "measure"], keep="last")


def _measure_of(entry: dict, ids_of: StarYear) -> Measure:
    for measure in ids_of.measures:
        if measure.id == entry["measure"]:
            return measure
    raise InputError(
        f"quality, contract {entry['contract']}: star year {ids_of.star_year} has no measure "
        f"'{entry['measure']}'; use CMS's identifiers of that star year, such as {ids_of.measures[0].id}."
    )


def _last_year(entry: dict, measure: Measure, entries: dict[tuple, dict]) -> dict:
    """Where the measure ended last year, and how far it still had to go on this day of last year."""
    before = int(entry["measurement_year"]) - 1
    days = sorted(key[3] for key in entries if key[:3] == (entry["contract"], entry["measure"], before))
    if not days:
        return {"last_year": np.nan, "growth": np.nan}
    this_day = f"{before}{entry['as_of_date'][4:]}"
    final = _plain_rate(entries[(entry["contract"], entry["measure"], before, days[-1])], measure)
    growth = np.nan
    if this_day in days and this_day != days[-1] and measure.scale == "percent":
        growth = final - _plain_rate(
            entries[(entry["contract"], entry["measure"], before, this_day)], measure
        )
    return {"last_year": float(round_half_up(final, measure.decimals)), "growth": growth}


def _plain_rate(entry: dict, measure: Measure) -> float:
    """A score as given or the rate of its counts, not rounded."""
    if not np.isnan(_number(entry["score"])):
        return _number(entry["score"])
    numerator, denominator = _number(entry["numerator"]), _number(entry["denominator"])
    return measure_rate(measure, numerator, denominator, _days_counted(entry)) if denominator > 0 else np.nan


def _row(entry: dict, measure: Measure, group: str) -> dict:
    numerator, denominator = _number(entry["numerator"]), _number(entry["denominator"])
    days = _days_counted(entry)
    score, basis = _score(entry, measure)
    name = cut_point_group(measure, group)
    cuts = np.array([measure.cut_points[name][star] if name else np.nan for star in STARS])
    star = _star(entry, measure, score, basis, cuts)
    row = {
        "contract": entry["contract"],
        "measure": measure.id,
        "name": measure.name,
        "part": measure.part,
        "domain": measure.domain,
        "weight": measure.weight,
        "direction": measure.direction,
        "unit": UNITS[measure.scale],
        "as_of_date": entry["as_of_date"],
        "numerator": numerator,
        "denominator": denominator,
        "days": days,
        "score": score,
        "basis": basis,
        "star": star,
        **{f"cut_{number}": cut for number, cut in zip(STARS, cuts, strict=True)},
    }
    return row | _next_star(row, measure, cuts)


def _score(entry: dict, measure: Measure) -> tuple[float, str]:
    star_given = not np.isnan(_number(entry["star"]))
    score = float(round_half_up(_plain_rate(entry, measure), measure.decimals))
    if not np.isnan(_number(entry["score"])):
        return score, "star given" if star_given else "score"
    if not np.isnan(score):
        return score, "counts"
    return np.nan, "star given" if star_given else "no data"


def _star(entry: dict, measure: Measure, score: float, basis: str, cuts: np.ndarray) -> float:
    if basis == "star given":
        return _number(entry["star"])
    if np.isnan(score) or np.isnan(cuts).any():
        return np.nan
    return float(star_of(measure, score, cuts))


def _next_star(row: dict, measure: Measure, cuts: np.ndarray) -> dict:
    star = row["star"]
    if np.isnan(star) or star == 5 or np.isnan(cuts).any():
        words = "five stars" if star == 5 else "no star to date"
        return {"next_star": np.nan, "next_cut": np.nan, "needed": np.nan, "in_words": words}
    next_star, cut = star + 1, cuts[int(star) - 1]
    if row["basis"] != "counts":
        words = f"score {cut:g} or {'more' if measure.direction == 'higher' else 'less'}"
        if measure.method == "cahps":
            words += " (survey)"
        return {"next_star": next_star, "next_cut": cut, "needed": np.nan, "in_words": words}
    needed = needed_count(measure, row["numerator"], row["denominator"], row["days"], cut)
    return {
        "next_star": next_star,
        "next_cut": cut,
        "needed": np.nan if needed is None else needed,
        "in_words": _needed_words(measure, needed),
    }


def _needed_words(measure: Measure, needed: int | None) -> str:
    if needed is None:
        return "out of reach with this denominator"
    counted = "complaint" if measure.scale == "rate_per_1000" else "member"
    way = "more" if measure.direction == "higher" else "fewer"
    return f"{needed:,} {counted}{'' if needed == 1 else 's'} {way}"


def _days_counted(entry: dict) -> int:
    """Days from 1 January of the measurement year to the day the counts run to, both counted."""
    start = pd.Timestamp(int(entry["measurement_year"]), 1, 1)
    return (pd.Timestamp(entry["as_of_date"].replace("/", "-")) - start).days + 1


def _number(value: object) -> float:
    return np.nan if value is None or pd.isna(value) else float(value)
