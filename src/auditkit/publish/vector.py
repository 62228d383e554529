"""A matplotlib figure as inline SVG: the same bytes every time, named for a screen reader, text as text."""

import io
import re
import sys
from html import escape

import matplotlib
from matplotlib.figure import Figure

from auditkit.errors import InputError
from auditkit.publish.house import HOUSE, INK
from auditkit.publish.markup import slug

_NO_METADATA = {"Date": None, "Creator": None, "Format": None, "Type": None}
_PLACEHOLDERS = {"figure", "chart", "image", "plot", "graph", "picture"}


def svg_markup(figure: Figure, title: str, alt: str) -> str:
    """Give `figure` as an `<svg role="img">` with `title` and, as its description, `alt`.

    `alt` says in one sentence what the figure shows. Ids inside are made from `title`, text takes
    the page's font, and ink takes the page's text colour. The figure is closed.
    Raises InputError when title or alt is missing or says nothing (WCAG 1.1.1).
    """
    if not title.strip() or len(alt.split()) < 4 or alt.strip(" .").lower() in _PLACEHOLDERS:
        raise InputError(
            f"Figure {title!r}: the alternative text must say in a sentence what the figure shows; write one."
        )
    name = slug(title)
    raw = io.StringIO()
    with matplotlib.rc_context(HOUSE | {"svg.hashsalt": name}):
        figure.savefig(raw, format="svg", metadata=_NO_METADATA, transparent=True)
    _close(figure)
    return _for_the_page(raw.getvalue(), name, title, alt)


def figure_html(drawing: str, title: str, numbers: str) -> str:
    """Give a drawing (`svg_markup`) as a figure with its title above and the table of its numbers under it."""
    return (
        f'<figure class="figure">\n<figcaption>{escape(title)}</figcaption>\n'
        f'<div class="figure-scroll" role="region" aria-label="{escape(title)}" tabindex="0">\n'
        f"{drawing}\n</div>\n"
        f"<details>\n<summary>Numbers of this figure</summary>\n{numbers}\n</details>\n</figure>"
    )


def _close(figure: Figure) -> None:
    """Forget a figure that pyplot keeps, so that a notebook does not show it a second time."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is not None:
        pyplot.close(figure)


def _for_the_page(raw: str, name: str, title: str, alt: str) -> str:
    body = raw[raw.index("<svg") :]
    box = re.search(r'viewBox="([^"]+)"', body).group(1)
    width = float(box.split()[2])
    inner = body[body.index(">") + 1 : body.rindex("</svg>")]
    inner = re.sub(r"<defs>\s*<style.*?</style>\s*</defs>", "", inner, flags=re.DOTALL)
    inner = re.sub(r"font-family: [^;\"]*;? ?", "", inner)
    inner = inner.replace(INK, "currentColor").replace("xlink:href", "href")
    inner = re.sub(r"\s*\n\s*", " ", inner).replace("> <", ">\n<").strip()
    return (
        f'<svg role="img" aria-labelledby="{name}-title {name}-desc" viewBox="{box}" '
        f'style="width: 100%; max-width: {width:g}pt; height: auto; fill: currentColor; '
        f'stroke-linejoin: round; stroke-linecap: butt">\n'
        f'<title id="{name}-title">{escape(title)}</title>\n<desc id="{name}-desc">{escape(alt)}</desc>\n'
        f"{_own_ids(inner, name)}\n</svg>"
    )


def _own_ids(inner: str, name: str) -> str:
    """Keep only the ids something refers to, each with the figure's name before it."""
    used = set(re.findall(r'url\(#([^)]+)\)|href="#([^"]+)"', inner))
    used = {first or second for first, second in used}

    def rename(match: re.Match) -> str:
        return f' id="{name}-{match.group(1)}"' if match.group(1) in used else ""

    inner = re.sub(r' id="([^"]+)"', rename, inner)
    return re.sub(r"(url\(#|href=\"#)", rf"\g<1>{name}-", inner)
