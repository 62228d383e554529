"""The outlook's tables as a board reads them, and its two figures."""

import textwrap

import pandas as pd

from auditkit.stars.simulate import HALF_STARS

RATING_WORDS = {"part_c": "Part C", "part_d": "Part D", "overall": "Overall"}


def today_table(ratings: pd.DataFrame) -> pd.DataFrame:
    """Give one row a contract: ratings today and how the overall one comes about."""
    legs = ratings["overall_leg"].astype("str").str.startswith("no_improvement")
    table = pd.DataFrame(
        {
            "Contract": ratings["contract_id"],
            **{words: ratings[rating] for rating, words in RATING_WORDS.items()},
            "Weighted mean": ratings["overall_mean"],
            "Reward factor": ratings["overall_reward"],
            "CAI": ratings["overall_cai"].fillna(0.0),
            "Overall before rounding": ratings["overall_unrounded"],
            "Improvement measures": legs.map({True: "left out", False: "counted"}),
        }
    )
    remarks = ratings["overall_reason"]
    return table.assign(Remark=remarks) if remarks.ne("").any() else table


def measures_table(measures: pd.DataFrame, contract: str) -> pd.DataFrame:
    """Give one contract's measures: score, star, and what the next star takes."""
    own = measures[measures["contract"] == contract]
    return pd.DataFrame(
        {
            "Measure": own["measure"] + " " + own["name"],
            "Weight": own["weight"],
            "Score": _shown(own, "score"),
            "Last year": _shown(own, "last_year"),
            "Rests on": own["basis"],
            "Star": own["star"],
            "Next cut point": _shown(own, "next_cut"),
            "For the next star": own["in_words"],
        }
    ).reset_index(drop=True)


def own_table(own: pd.DataFrame) -> pd.DataFrame:
    """Give the measures made of the plan's own tables, by contract."""
    made = own[own["contract"].notna()]
    return pd.DataFrame(
        {
            "Measure": made["measure_name"],
            "Contract": made["contract"],
            "Numerator": made["numerator"],
            "Denominator": made["denominator"],
            "Percent": made["score"],
            "Enough for a rate": made["enough"],
        }
    ).reset_index(drop=True)


def own_meaning_table(own: pd.DataFrame) -> pd.DataFrame:
    """Give what each measure of `own_table` counts, and how that differs from what CMS counts."""
    once = own.drop_duplicates("measure_name")
    return pd.DataFrame(
        {
            "Measure": once["measure_name"],
            "Counted": once["counted"],
            "Out of": once["out_of"],
            "How it differs from CMS": once["differs"],
        }
    ).reset_index(drop=True)


def _shown(measures: pd.DataFrame, column: str) -> list[str | None]:
    """Scores as CMS displays them: 71%, 86, 0.33; missing stays missing."""
    patterns = {"percent": "{:.0f}%", "points": "{:.0f}", "per 1,000 members": "{:.2f}", "index": "{:.6f}"}
    return [
        None if pd.isna(value) else patterns[unit].format(value)
        for value, unit in zip(measures[column], measures["unit"], strict=True)
    ]


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
            "Measure": top["measure"] + " " + top["name"],
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
            "Measures gone": scenarios["left"],
            **{words: scenarios[rating] for rating, words in RATING_WORDS.items()},
            "Overall before rounding": scenarios["overall_unrounded"],
            "Against the year before": scenarios["change"],
        }
    )


def scenario_sentences(scenarios: pd.DataFrame) -> list[str]:
    """Say what changes in each coming star year, and how that is known."""
    later = scenarios[scenarios["change"].notna()].drop_duplicates("star_year")
    return [
        f"{row.star_year}: {row.title}. {row.status.replace('_', ' ').capitalize()}: {row.source}."
        for row in later.itertuples()
    ]


def draw_chances(axes, chance: pd.DataFrame, contract: str, colours: tuple[str, str, str]) -> pd.DataFrame:
    """Draw the chance of each overall half star for one contract; give the numbers drawn.

    colours: of the bars with the last published cut points (hatched as well), of the bars with simulated
    ones, and of the whiskers, which are the 95 percent interval.
    """
    own = chance[(chance["contract"] == contract) & (chance["rating"] == "overall")]
    seen = [stars for stars in HALF_STARS if stars in set(own["stars"])]
    looks = (("as last published", colours[0], "////", -0.2), ("simulated", colours[1], "", 0.2))
    for words, colour, hatch, shift in looks:
        bars = own[own["cut_points"] == words]
        places = [seen.index(stars) + shift for stars in bars["stars"]]
        heights = 100 * bars["chance"]
        edge = "white" if hatch else colour
        label = f"cut points {words}"
        axes.bar(
            places, heights, width=0.38, color=colour, hatch=hatch, edgecolor=edge, linewidth=0, label=label
        )
        reach = [heights - 100 * bars["low"], 100 * bars["high"] - heights]
        axes.errorbar(places, heights, yerr=reach, fmt="none", ecolor=colours[2], capsize=3, linewidth=1)
    axes.set_xticks(range(len(seen)), [f"{stars:g} stars" for stars in seen])
    axes.set_ylabel("percent of seasons")
    axes.set_ylim(0, 105)
    axes.legend(loc="lower left", bbox_to_anchor=(-0.01, 1.0), ncols=2, frameon=False)
    return chance_table(own).drop(columns=["Contract", "Rating"]).reset_index(drop=True)


def draw_worth(
    axes, worth: pd.DataFrame, contract: str, colours: tuple[str, str], most: int = 12
) -> pd.DataFrame:
    """Draw what one more star on each measure adds to the overall rating; give the numbers drawn.

    The longest bars first, each with what it takes beside it; measures whose star would lift the half
    star itself in the second colour, hatched.
    """
    top = worth[worth["contract"] == contract].head(most)
    looks = (
        (False, colours[0], "", "does not lift the rating alone"),
        (True, colours[1], "////", "lifts the rating by half a star"),
    )
    for lifts, colour, hatch, words in looks:
        bars = top[top["changes_overall"] == lifts]
        edge = "white" if hatch else colour
        if len(bars):
            axes.barh(
                bars["rank"],
                bars["gain"],
                height=0.66,
                color=colour,
                hatch=hatch,
                linewidth=0,
                edgecolor=edge,
                label=words,
            )
    longest = top["gain"].max()
    for row in top.itertuples():
        if isinstance(row.in_words, str):
            axes.text(row.gain + 0.015 * longest, row.rank, row.in_words, va="center", fontsize=8)
    names = [textwrap.shorten(str(name), 44, placeholder=" …") for name in top["name"]]
    axes.set_yticks(
        top["rank"], [f"{measure} {name}" for measure, name in zip(top["measure"], names, strict=True)]
    )
    axes.set_ylim(most + 0.6, 0.4)
    axes.set_xlim(0, 1.45 * longest)
    axes.set_xlabel("added to the overall rating before rounding, in stars")
    axes.grid(axis="y", visible=False)
    axes.grid(axis="x", visible=True)
    axes.legend(loc="lower left", bbox_to_anchor=(-0.01, 1.0), ncols=1, frameon=False)
    return worth_table(worth, contract, most)


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


def plain(stars: float) -> float | None:
    """A rating as a plain number for the run's records; None where there is no rating."""
    return None if pd.isna(stars) else float(stars)
