"""The house style of figures: a small palette with meaning, legible on a light and on a dark page.

Every mark colour has a contrast of at least 3:1 against white and against the dark page
(WCAG 1.4.11) and differs for the common kinds of colour blindness; late and not testable also
carry a hatch, so that no figure speaks by colour alone. Ink, the colour of text and limit
lines, is drawn as one fixed colour and becomes the page's own text colour in the SVG.
"""

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure

INK = "#1f2933"
TIMELY = "#2f7fc1"
LATE = "#cf5c1b"
PENDING = "#8f6fc0"
NOT_TESTABLE = "#7b838c"
VERDICT_COLOURS = {"timely": TIMELY, "late": LATE, "pending": PENDING, "not_testable": NOT_TESTABLE}
VERDICT_HATCHES = {"timely": "", "late": "////", "pending": "\\\\\\\\", "not_testable": "xxxx"}

HOUSE = {
    "axes.edgecolor": INK,
    "axes.facecolor": "none",
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.axisbelow": True,
    "axes.labelcolor": INK,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlelocation": "left",
    "axes.titlesize": 10,
    "figure.facecolor": "none",
    "font.family": "DejaVu Sans",
    "font.size": 10,
    "grid.alpha": 0.18,
    "grid.color": INK,
    "grid.linewidth": 0.8,
    "hatch.linewidth": 0.8,
    "legend.frameon": False,
    "lines.linewidth": 2.0,
    "savefig.facecolor": "none",
    "svg.fonttype": "none",
    "text.color": INK,
    "xtick.color": INK,
    "xtick.labelcolor": INK,
    "ytick.color": INK,
    "ytick.labelcolor": INK,
    "ytick.major.size": 0,
}


def style_figure(
    width: float = 7.6, height: float = 3.4, panels: int = 1
) -> tuple[Figure, Axes | list[Axes]]:
    """Give a new figure in the house style and its axes (a list of them when `panels` is above 1).

    Width and height are in inches. Panels stand side by side and share their vertical axis.
    """
    with matplotlib.rc_context(HOUSE):
        figure = Figure(figsize=(width, height), layout="constrained")
        axes = figure.subplots(1, panels, sharey=True, squeeze=False)[0]
    return figure, axes[0] if panels == 1 else list(axes)
