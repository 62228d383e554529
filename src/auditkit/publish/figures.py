"""The figures a reader of a timeliness or Star report asks for, ready made.

Each function takes a small frame of numbers and gives a matplotlib figure in the house style;
`show.show_figure` puts it on the page with its alternative text and the same numbers as a table.
"""

from itertools import pairwise

import matplotlib
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from auditkit.publish.house import (
    HOUSE,
    INK,
    LATE,
    PENDING,
    TIMELY,
    VERDICT_COLOURS,
    VERDICT_HATCHES,
    style_figure,
)

_MARKERS = {"score": ("o", TIMELY), "state": ("D", LATE), "nation": ("s", PENDING)}


def timeliness_by_week(frame: pd.DataFrame, limit: float | None = None, unit: str = "days") -> Figure:
    """Draw cases a week by verdict and, under it, how long the cases took against the limit.

    `frame` has one row a week in order: `week` (text, the first day), any of the counts `timely`,
    `late`, `pending`, `not_testable`, and `median` and `slowest` (time taken, in `unit`).
    `limit` is the rule's limit in `unit`, drawn as a dashed line.
    """
    with matplotlib.rc_context(HOUSE):
        figure = Figure(figsize=(7.6, 4.8), layout="constrained")
        cases, taken = figure.subplots(2, 1, sharex=True)
    places = list(range(len(frame)))
    _stack_verdicts(cases, frame, places)
    cases.set_ylabel("cases")
    taken.plot(places, frame["slowest"], color=LATE, marker="s", markersize=4, label="slowest case")
    taken.plot(places, frame["median"], color=TIMELY, marker="o", markersize=4, label="median case")
    if limit is not None:
        _limit_line(taken, limit, f"limit: {limit:g} {unit}", across=True)
    taken.set_ylabel(f"{unit} taken")
    taken.set_ylim(bottom=0)
    taken.yaxis.set_major_locator(MaxNLocator(nbins=5, integer=True))
    taken.set_xlabel("week beginning")
    _week_ticks(taken, frame["week"].tolist())
    _legend(cases)
    _legend(taken)
    return figure


def margin_distribution(frame: pd.DataFrame, unit: str = "days") -> Figure:
    """Draw how far before or after its deadline each case ended.

    `frame` has `margin` (whole number in `unit`; below zero is late, 0 is on the last moment
    allowed) and `cases` (how many).
    """
    figure, axes = style_figure()
    for label, colour, hatch, part in (
        ("late", LATE, "////", frame[frame["margin"] < 0]),
        ("timely", TIMELY, "", frame[frame["margin"] >= 0]),
    ):
        if len(part):
            edge = "white" if hatch else colour
            axes.bar(
                part["margin"],
                part["cases"],
                width=0.85,
                color=colour,
                hatch=hatch,
                edgecolor=edge,
                linewidth=0,
                label=label,
            )
    _limit_line(axes, -0.5, "deadline", across=False)
    axes.set_xlabel(f"{unit} left at the end of the case (below zero: {unit} late)")
    axes.set_ylabel("cases")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    _legend(axes)
    return figure


def delegates_compared(frame: pd.DataFrame) -> Figure:
    """Draw the share of each verdict for the plan and its delegates, side by side.

    `frame` has `delegate` and any of the counts `timely`, `late`, `pending`, `not_testable`.
    The number late and the number of cases stand beside each bar.
    """
    verdicts = [verdict for verdict in VERDICT_COLOURS if verdict in frame]
    counts = frame[verdicts].fillna(0)
    totals = counts.sum(axis=1)
    shares = counts.div(totals.where(totals > 0, 1), axis=0) * 100
    figure, axes = style_figure(height=1.3 + 0.5 * len(frame))
    places = list(range(len(frame)))
    _stack_verdicts(axes, shares, places, sideways=True)
    late = counts["late"] if "late" in counts else totals * 0
    for place, (failed, total) in enumerate(zip(late, totals, strict=True)):
        axes.text(101, place, f"{failed:,.0f} late of {total:,.0f}", va="center", fontsize=9)
    axes.set_yticks(places, frame["delegate"].tolist())
    axes.invert_yaxis()
    axes.set_xlim(0, 124)
    axes.set_xticks(range(0, 101, 20))
    axes.set_xlabel("percent of cases")
    axes.grid(axis="y", visible=False)
    axes.grid(axis="x", visible=True)
    _legend(axes)
    return figure


def star_positions(frame: pd.DataFrame, contract: str) -> Figure:
    """Draw where a contract stands between the cut points of each measure.

    `frame` has one row a measure: `measure` (text), `score`, the cut points `cut_2` to `cut_5` (the
    first score of each star), and, when wanted, `state` and `nation` (scores to compare with).
    Cut points that fall from `cut_2` to `cut_5` mean that a lower score is better. Every band
    is drawn equally wide; a score stands inside its band in proportion.
    """
    figure, axes = style_figure(height=1.5 + 0.42 * len(frame))
    labels = {"score": contract, "state": "state average", "nation": "national average"}
    for name, (marker, colour) in _MARKERS.items():
        if name not in frame:
            continue
        positions = [_band_position(row[name], _cuts(row)) for _, row in frame.iterrows()]
        hollow = {} if name == "score" else {"markerfacecolor": "none", "markeredgewidth": 1.6}
        axes.plot(
            positions,
            range(len(frame)),
            linestyle="none",
            marker=marker,
            color=colour,
            markersize=9 if name == "score" else 7,
            label=labels[name],
            **hollow,
        )
    for place, score in enumerate(frame["score"]):
        axes.text(6.08, place, "no score" if pd.isna(score) else f"{score:g}", va="center", fontsize=9)
    for edge in (2, 3, 4, 5):
        axes.axvline(edge, color=INK, linewidth=1, linestyle=(0, (4, 3)), alpha=0.7)
    axes.set_xlim(1, 6.6)
    axes.tick_params(axis="x", length=0)
    axes.set_xticks([1.5, 2.5, 3.5, 4.5, 5.5], ["1 star", "2 stars", "3 stars", "4 stars", "5 stars"])
    axes.set_yticks(range(len(frame)), frame["measure"].tolist())
    axes.set_ylim(len(frame) - 0.5, -0.5)
    _legend(axes)
    return figure


def _cuts(row: pd.Series) -> list[float]:
    return [float(row[f"cut_{star}"]) for star in (2, 3, 4, 5)]


def _band_position(score: float, cuts: list[float]) -> float:
    """Give 1.0 to 5.95: the star band a score falls in plus how far through it (nan without a score)."""
    if pd.isna(score):
        return float("nan")
    if cuts[0] > cuts[-1]:
        score, cuts = -score, [-cut for cut in cuts]
    edges = [2 * cuts[0] - cuts[1], *cuts, 2 * cuts[-1] - cuts[-2]]
    for star, (low, high) in enumerate(pairwise(edges), start=1):
        if score < high or star == 5:
            part = (score - low) / (high - low) if high > low else 0.0
            return star + min(max(part, 0.03), 0.95)
    raise AssertionError("the last band takes every score")


def _stack_verdicts(axes: Axes, frame: pd.DataFrame, places: list[int], sideways: bool = False) -> None:
    """Draw the verdict columns of `frame` one after the other, each with its colour and hatch."""
    base = [0.0] * len(frame)
    for verdict, colour in VERDICT_COLOURS.items():
        if verdict not in frame or not frame[verdict].fillna(0).any():
            continue
        sizes = frame[verdict].fillna(0).astype(float).tolist()
        hatch = VERDICT_HATCHES[verdict]
        look = {"color": colour, "hatch": hatch, "edgecolor": "white" if hatch else colour, "linewidth": 0}
        look["label"] = verdict.replace("_", " ")
        if sideways:
            axes.barh(places, sizes, left=base, height=0.6, **look)
        else:
            axes.bar(places, sizes, bottom=base, width=0.8, **look)
        base = [low + size for low, size in zip(base, sizes, strict=True)]


def _limit_line(axes: Axes, place: float, words: str, across: bool) -> None:
    draw = axes.axhline if across else axes.axvline
    draw(place, color=INK, linewidth=1.6, linestyle=(0, (5, 3)), label=words)


def _week_ticks(axes: Axes, weeks: list[str]) -> None:
    """Label at most seven weeks, evenly, so that the dates do not run into each other."""
    step = max(1, -(-len(weeks) // 7))
    axes.set_xticks(list(range(0, len(weeks), step)), weeks[::step])


def _legend(axes: Axes) -> None:
    """One row of words above the drawing, where it covers no data."""
    handles, labels = axes.get_legend_handles_labels()
    axes.legend(
        handles,
        labels,
        loc="lower left",
        bbox_to_anchor=(-0.01, 1.0),
        ncols=5,
        borderaxespad=0.2,
        frameon=False,
        handlelength=1.8,
        columnspacing=1.4,
    )
