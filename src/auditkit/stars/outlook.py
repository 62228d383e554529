"""Where the plan stands, what one more star is worth, and what coming star years would change."""

import numpy as np
import pandas as pd

from auditkit.rules.star_scenarios import apply_scenario, load_scenarios
from auditkit.rules.star_years import StarYear
from auditkit.stars.ratings import RATINGS
from auditkit.stars.variants import measure_matrix, rate_variants


def ratings_today(measures: pd.DataFrame, facts: pd.DataFrame, rules: StarYear) -> pd.DataFrame:
    """Give each contract's ratings from its measure stars today, with every unrounded step.

    measures: `plan_year.measures_to_date`. facts: `variants.read_contract_facts`. Columns as
    `ratings.rate`.
    """
    rows = [
        rate_variants(measure_matrix(measures, fact["contract_id"], rules)[None, :], fact, rules).assign(
            contract_id=fact["contract_id"]
        )
        for _, fact in facts.iterrows()
    ]
    return pd.concat(rows, ignore_index=True)


def worth_of_a_star(measures: pd.DataFrame, facts: pd.DataFrame, rules: StarYear) -> pd.DataFrame:
    """Rank the measures of each contract by what one more star adds to the overall rating.

    The whole rating is computed again for each measure with its star raised by one, so that reward
    factor, improvement rule and the choice of the leg answer as well; the Part D copy of a measure is
    raised together with the Part C original.

    Columns: contract, rank, measure, name, weight, star, gain (overall rating before rounding, in
    stars), overall_then, changes_overall (the half star itself moves), needed, in_words.
    """
    parts = [_worth(measures, fact, rules) for _, fact in facts.iterrows()]
    return pd.concat(parts, ignore_index=True)


def scenario_ratings(measures: pd.DataFrame, facts: pd.DataFrame, rules: StarYear) -> pd.DataFrame:
    """Give each contract's ratings today and under the measures and weights of coming star years.

    Only what rules/stars/scenarios.yaml names changes; measure stars, thresholds and CAI values stay as
    they are in `rules`. Columns: contract, star_year, title, left (measures of the contract that no
    longer count), part_c, part_d, overall, overall_unrounded, change (of overall_unrounded against the
    year before), status, source.
    """
    rows = []
    for _, fact in facts.iterrows():
        year, before = rules, None
        steps = [(rules, None)]
        for scenario in load_scenarios().scenarios:
            year = apply_scenario(year, scenario)
            steps.append((year, scenario))
        for parameters, scenario in steps:
            row = _scenario_row(measures, fact, rules, parameters, scenario, before)
            before = row["overall_unrounded"]
            rows.append(row)
    return pd.DataFrame(rows)


def _scenario_row(measures, fact, rules: StarYear, parameters: StarYear, scenario, before) -> dict:
    here = {measure.id for measure in parameters.measures}
    own = measures[(measures["contract"] == fact["contract_id"]) & measures["star"].notna()]
    stars = measure_matrix(measures, fact["contract_id"], parameters)[None, :]
    rated = rate_variants(stars, fact, parameters).iloc[0]
    sources = rules.sources["measures"]
    return {
        "contract": fact["contract_id"],
        "star_year": parameters.star_year,
        "title": "the rules on file" if scenario is None else scenario.title,
        "left": int((~own["measure"].isin(here)).sum()),
        **{rating: rated[rating] for rating in RATINGS},
        "overall_unrounded": rated["overall_unrounded"],
        "change": np.nan if before is None else rated["overall_unrounded"] - before,
        "status": sources.status if scenario is None else scenario.status,
        "source": sources.source if scenario is None else scenario.source,
    }


def _worth(measures: pd.DataFrame, fact: pd.Series, rules: StarYear) -> pd.DataFrame:
    contract = fact["contract_id"]
    today = measure_matrix(measures, contract, rules)
    ids = [measure.id for measure in rules.measures]
    copies = {
        measure.counted_in_overall_as: place
        for place, measure in enumerate(rules.measures)
        if measure.counted_in_overall_as
    }
    raised = [
        place
        for place, measure in enumerate(rules.measures)
        if today[place] < 5 and measure.counted_in_overall_as is None
    ]
    variants = np.tile(today, (len(raised) + 1, 1))
    for row, place in enumerate(raised, start=1):
        variants[row, place] += 1
        if ids[place] in copies:
            variants[row, copies[ids[place]]] = min(5, today[copies[ids[place]]] + 1)
    rated = rate_variants(variants, fact, rules)
    base = rated.iloc[0]
    table = pd.DataFrame(
        {
            "contract": contract,
            "measure": [ids[place] for place in raised],
            "name": [rules.measures[place].name for place in raised],
            "weight": [rules.measures[place].weight for place in raised],
            "star": today[raised],
            "gain": (rated["overall_unrounded"].iloc[1:] - base["overall_unrounded"]).to_numpy(),
            "overall_then": rated["overall"].iloc[1:].to_numpy(),
        }
    )
    table["changes_overall"] = table["overall_then"] > base["overall"]
    words = measures.loc[measures["contract"] == contract, ["measure", "needed", "in_words"]]
    table = table.merge(words, on="measure", how="left")
    table = table.sort_values(["gain", "needed", "measure"], ascending=[False, True, True], kind="stable")
    table.insert(1, "rank", range(1, len(table) + 1))
    order = [
        "contract",
        "rank",
        "measure",
        "name",
        "weight",
        "star",
        "gain",
        "overall_then",
        "changes_overall",
        "needed",
        "in_words",
    ]
    return table[order]
