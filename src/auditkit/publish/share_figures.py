"""Figures of a share edition, drawn from what is shown and from nothing else."""

import re

from matplotlib.figure import Figure

from auditkit.publish.house import INK, TIMELY, style_figure

_BOUND = re.compile(r"(at least|at most) (\d+(?:\.\d+)?)%")
_LONGEST = 46


def percent_figure(heads: list[str], values: list[float | str | None]) -> Figure:
    """Draw a percentage for each head: a dot for a number, a triangle for a bound, words where it is suppressed.

    values: percent as number, "at least 99.0%" or "at most 1.0%", other words, or None for no number.
    """
    figure, axes = style_figure(height=1.2 + 0.36 * len(heads))
    low = _lower_edge(values)
    for place, value in enumerate(values):
        at, marker = _mark(value)
        if at is not None:
            face = TIMELY if marker == "o" else "none"
            axes.plot([at], [place], marker, color=TIMELY, markersize=8, markerfacecolor=face, markeredgewidth=1.6)
        axes.text(101 + (100 - low) * 0.01, place, _words(value), va="center", fontsize=9)
    axes.set_yticks(range(len(heads)), [_short(head) for head in heads])
    axes.set_ylim(len(heads) - 0.5, -0.5)
    axes.set_xlim(low, 100 + (100 - low) * 0.62)
    axes.set_xticks([tick for tick in range(0, 101, 10) if tick >= low])
    axes.set_xlabel("percent (dot: number; triangle: bound)")
    axes.axvline(100, color=INK, linewidth=0.8, alpha=0.5)
    axes.grid(axis="y", visible=False)
    axes.grid(axis="x", visible=True)
    return figure


def _mark(value: float | str | None) -> tuple[float | None, str]:
    """Where and with which marker a value is drawn; nowhere when it is neither number nor bound."""
    if isinstance(value, int | float):
        return float(value), "o"
    bound = _BOUND.fullmatch(value or "")
    if not bound:
        return None, ""
    return float(bound[2]), ">" if bound[1] == "at least" else "<"


def _lower_edge(values: list[float | str | None]) -> int:
    """The ten below the lowest number drawn, at most 90."""
    places = [place for place in (_mark(value)[0] for value in values) if place is not None]
    return min(90, int(min(places, default=90) // 10 * 10 - (10 if min(places, default=90) % 10 < 2 else 0)))


def _words(value: float | str | None) -> str:
    if value is None:
        return "no number"
    return f"{value:.1f}%" if isinstance(value, int | float) else value


def _short(head: str) -> str:
    return head if len(head) <= _LONGEST else head[: _LONGEST - 1].rstrip() + "…"
