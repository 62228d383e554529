"""A case drawn as a line of time: what happened when, and how each clock ran against its deadline."""

import matplotlib
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from auditkit.publish.house import HOUSE, INK, LATE, TIMELY

_LONGEST = 48


def case_timeline(moments: pd.DataFrame) -> Figure:
    """Draw the moments of one case, one on each line, against the days since the midnight before receipt.

    `moments` has, in order of time, `what` and `day` (days since the midnight before receipt),
    `date`, `time` ('' when not known) and `kind`: event (a dot) or deadline (a diamond on a dashed line).
    """
    with matplotlib.rc_context(HOUSE):
        figure = Figure(figsize=(7.6, 0.9 + 0.3 * max(len(moments), 1)), layout="constrained")
        axes = figure.subplots()
    for place, one in enumerate(moments.itertuples()):
        deadline = one.kind == "deadline"
        marker, colour = ("D", LATE) if deadline else ("o", TIMELY)
        if deadline:
            axes.axvline(one.day, color=LATE, linewidth=1.2, linestyle=(0, (5, 3)))
        axes.plot([0, one.day], [place, place], color=INK, linewidth=0.8, alpha=0.35)
        axes.plot([one.day], [place], linestyle="none", marker=marker, markersize=7, color=colour)
        # The dates stand in a column of their own, where no line crosses them.
        told = f"{one.date} {one.time}".strip()
        axes.text(1.02, place, told, transform=axes.get_yaxis_transform(), va="center", fontsize=9)
    axes.set_yticks(range(len(moments)), [_short(what) for what in moments["what"]])
    axes.set_ylim(len(moments) - 0.4, -0.6)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=8, integer=True))
    axes.set_xlabel("days since the midnight before receipt")
    axes.grid(axis="y", visible=False)
    return figure


def timeline_words(moments: pd.DataFrame) -> str:
    """What `case_timeline` draws, in one sentence for a person who cannot see it."""
    said = [f"{one.what} {one.date} {one.time}".strip() for one in moments.itertuples()]
    return "In order of time: " + "; ".join(said) + "."


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
