"""The outlook's tables as a board reads them, and its two figures."""

import pandas as pd

from auditkit.stars.simulate import HALF_STARS

RATING_WORDS = {"part_c": "Part C", "part_d": "Part D", "overall": "Overall"}


def today_table(ratings: pd.DataFrame) -> pd.DataFrame:
    """Give one row a contract: ratings today and how the overall one comes about."""
    return pd.DataFrame(
        {
            "Contract": ratings["contract_id"],
            **{words: ratings[rating] for rating, words in RATING_WORDS.items()},
            "Weighted mean": ratings["overall_mean"],
            "Reward factor": ratings["overall_reward"],
            "CAI": ratings["overall_cai"].fillna(0.0),
            "Overall before rounding": ratings["overall_unrounded"],
            "Improvement measures": ratings["overall_leg"].map(
                lambda leg: "left out" if str(leg).startswith("no_improvement") else "counted"
            ),
            "Remark": ratings["overall_reason"],
        }
    )


def measures_table(measures: pd.DataFrame, contract: str) -> pd.DataFrame:
    """Give one contract's measures: score, star, and what the next star takes."""
    own = measures[measures["contract"] == contract]
    return pd.DataFrame(
        {
            "Measure": own["measure"] + " " + own["name"],
            "Weight": own["weight"],
            "Score": own["score"],
            "Unit": own["unit"],
            "Last year": own["last_year"],
            "Rests on": own["basis"],
            "Star today": own["star"],
            "Next cut point": own["next_cut"],
            "For the next star": own["in_words"],
        }
    ).reset_index(drop=True)


def own_table(own: pd.DataFrame) -> pd.DataFrame:
    """Give the measures made of the plan's own tables, and how they differ from what CMS counts."""
    return pd.DataFrame(
        {
            "Measure": own["measure_name"],
            "Contract": own["contract"].fillna("none"),
            "Numerator": own["numerator"],
            "Denominator": own["denominator"],
            "Percent": own["score"],
            "Enough for a rate": own["enough"],
            "Counted": own["counted"],
            "How it differs from CMS": own["differs"],
        }
    )


def chance_table(chance: pd.DataFrame) -> pd.DataFrame:
    """Give the chance of each half star in percent, with its 95 percent interval."""
    return pd.DataFrame(
        {
            "Contract": chance["contract"],
            "Rating": chance["rating"].map(RATING_WORDS),
            "Cut points": chance["cut_points"],
            "Stars": chance["stars"],
            "Chance": (100 * chance["chance"]).round(1),
            "From": (100 * chance["low"]).round(1),
            "To": (100 * chance["high"]).round(1),
        }
    )


def worth_table(worth: pd.DataFrame, contract: str, most: int = 15) -> pd.DataFrame:
    """Give the measures on which one more star adds most to a contract's overall rating."""
    top = worth[worth["contract"] == contract].head(most)
    return pd.DataFrame(
        {
            "Rank": top["rank"],
            "Measure": top["measure"] + " " + top["name"].fillna("(no figures to date)"),
            "Weight": top["weight"],
            "Star today": top["star"],
            "Adds to the overall rating": top["gain"],
            "Overall then": top["overall_then"],
            "Lifts the rating": top["changes_overall"],
            "For the next star": top["in_words"],
        }
    ).reset_index(drop=True)


def what_if_table(results: pd.DataFrame) -> pd.DataFrame:
    """Give each what-if beside today."""
    return pd.DataFrame(
        {
            "What if": results["scenario"],
            "Contract": results["contract"],
            "Changes": results["changes"],
            "Overall today": results["overall_today"],
            "Overall then": results["overall"],
            "Adds before rounding": results["gain"],
        }
    )


def scenario_table(scenarios: pd.DataFrame) -> pd.DataFrame:
    """Give the ratings under the measures of coming star years."""
    return pd.DataFrame(
        {
            "Contract": scenarios["contract"],
            "Star year": scenarios["star_year"],
            "What changes": scenarios["title"],
            "Measures of the contract that leave": scenarios["left"],
            **{words: scenarios[rating] for rating, words in RATING_WORDS.items()},
            "Overall before rounding": scenarios["overall_unrounded"],
            "Against the year before": scenarios["change"],
            "Known how": scenarios["status"].str.replace("_", " "),
        }
    )


def draw_chances(axes, chance: pd.DataFrame, contract: str, colours: tuple[str, str]) -> pd.DataFrame:
    """Draw the chance of each overall half star for one contract; give the numbers drawn.

    Two bars a half star: with the last published cut points (first colour, hatched) and with simulated
    ones (second colour), each with its 95 percent interval.
    """
    own = chance[(chance["contract"] == contract) & (chance["rating"] == "overall")]
    seen = [stars for stars in HALF_STARS if stars in set(own["stars"])]
    looks = (("as last published", colours[0], "////", -0.2), ("simulated", colours[1], "", 0.2))
    for words, colour, hatch, shift in looks:
        bars = own[own["cut_points"] == words]
        places = [seen.index(stars) + shift for stars in bars["stars"]]
        heights = 100 * bars["chance"]
        reach = [heights - 100 * bars["low"], 100 * bars["high"] - heights]
        axes.bar(
            places,
            heights,
            width=0.38,
            color=colour,
            hatch=hatch,
            edgecolor="white" if hatch else colour,
            linewidth=0,
            label=f"cut points {words}",
        )
        axes.errorbar(places, heights, yerr=reach, fmt="none", ecolor=colour, capsize=3, linewidth=1)
    axes.set_xticks(range(len(seen)), [f"{stars:g} stars" for stars in seen])
    axes.set_ylabel("percent of seasons")
    axes.set_ylim(0, 105)
    axes.legend(loc="lower left", bbox_to_anchor=(-0.01, 1.0), ncols=2, frameon=False)
    return chance_table(own).drop(columns=["Contract", "Rating"]).reset_index(drop=True)


def draw_worth(
    axes, worth: pd.DataFrame, contract: str, colours: tuple[str, str], most: int = 12
) -> pd.DataFrame:
    """Draw what one more star on each measure adds to the overall rating; give the numbers drawn.

    The longest bars first; measures whose star would lift the half star itself in the second colour,
    hatched.
    """
    top = worth[worth["contract"] == contract].head(most)
    for lifts, colour, hatch, words in (
        (False, colours[0], "", "does not lift the rating alone"),
        (True, colours[1], "////", "lifts the rating by half a star"),
    ):
        bars = top[top["changes_overall"] == lifts]
        if len(bars):
            axes.barh(
                bars["rank"],
                bars["gain"],
                height=0.66,
                color=colour,
                hatch=hatch,
                linewidth=0,
                edgecolor="white" if hatch else colour,
                label=words,
            )
    names = top["name"].fillna("(no figures to date)").str.slice(0, 46)
    axes.set_yticks(top["rank"], (top["measure"] + " " + names).tolist())
    axes.set_ylim(most + 0.6, 0.4)
    axes.set_xlabel("added to the overall rating before rounding, in stars")
    axes.grid(axis="y", visible=False)
    axes.grid(axis="x", visible=True)
    axes.legend(loc="lower left", bbox_to_anchor=(-0.01, 1.0), ncols=1, frameon=False)
    return worth_table(worth, contract, most)[
        ["Rank", "Measure", "Adds to the overall rating", "Lifts the rating"]
    ]


def verdict_sentence(middle: pd.DataFrame, chance: pd.DataFrame, contract: str) -> str:
    """Say in one sentence where a contract is likely to end with simulated cut points."""
    own = chance[
        (chance["contract"] == contract)
        & (chance["rating"] == "overall")
        & (chance["cut_points"] == "simulated")
    ]
    if own.empty:
        return f"{contract}: no overall rating; too few measures have a star."
    best = own.loc[own["chance"].idxmax()]
    row = middle[(middle["contract"] == contract) & (middle["cut_points"] == "simulated")].iloc[0]
    return (
        f"{contract}: most likely {best['stars']:g} stars ({100 * best['chance']:.0f} percent of the "
        f"simulated seasons); before rounding the middle 80 percent lie between {row['low_10']:.2f} "
        f"and {row['high_90']:.2f}."
    )
