"""What may stand in a narrative: an allow-list over every piece of HTML that a notebook hands over.

Data can hold markup. Whatever is not on the list is removed: scripts, event handlers, forms,
frames, pictures (only a notebook's own PNG outputs make those), addresses outside the file, and
headings (only its prose makes those).
"""

import nh3

_SVG = {
    "circle",
    "clipPath",
    "defs",
    "desc",
    "g",
    "line",
    "path",
    "pattern",
    "polygon",
    "polyline",
    "rect",
    "svg",
    "text",
    "title",
    "tspan",
    "use",
}
_TABLE = {"caption", "col", "colgroup", "table", "tbody", "td", "tfoot", "th", "thead", "tr"}
_PROSE = {
    "a",
    "b",
    "blockquote",
    "br",
    "code",
    "dd",
    "del",
    "details",
    "div",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "hr",
    "i",
    "li",
    "ol",
    "p",
    "pre",
    "small",
    "span",
    "strong",
    "sub",
    "summary",
    "sup",
    "ul",
}
_SVG_ATTRIBUTES = {
    "clip-path",
    "cx",
    "cy",
    "d",
    "fill",
    "height",
    "href",
    "id",
    "patternUnits",
    "points",
    "r",
    "stroke",
    "transform",
    "viewBox",
    "width",
    "x",
    "x1",
    "x2",
    "y",
    "y1",
    "y2",
}
_STYLE = {
    "clip-path",
    "fill",
    "fill-opacity",
    "fill-rule",
    "font-size",
    "font-style",
    "font-weight",
    "height",
    "max-width",
    "opacity",
    "stroke",
    "stroke-dasharray",
    "stroke-dashoffset",
    "stroke-linecap",
    "stroke-linejoin",
    "stroke-opacity",
    "stroke-width",
    "text-align",
    "text-anchor",
    "width",
}
_ATTRIBUTES = {tag: set(_SVG_ATTRIBUTES) for tag in _SVG} | {
    "*": {"aria-describedby", "aria-label", "aria-labelledby", "class", "role", "style", "tabindex"},
    "a": {"href", "id"},
    "details": {"open"},
    "ol": {"start"},
    "td": {"colspan", "headers", "rowspan"},
    "th": {"abbr", "colspan", "id", "rowspan", "scope"},
}
_OUTPUT = nh3.Cleaner(
    tags=_SVG | _TABLE | _PROSE,
    clean_content_tags={"script", "style"},
    attributes=_ATTRIBUTES,
    filter_style_properties=_STYLE,
    url_schemes={"mailto"},
    link_rel=None,
)
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_MARKDOWN = nh3.Cleaner(
    tags=_TABLE | _PROSE | _HEADINGS,
    clean_content_tags={"script", "style"},
    attributes=_ATTRIBUTES | {tag: {"id"} for tag in _HEADINGS},
    filter_style_properties={"text-align"},
    url_schemes={"mailto"},
    link_rel=None,
)


def clean_output(html: str) -> str:
    """Give the HTML of a notebook output with everything outside the allow-list removed."""
    return _OUTPUT.clean(html)


def clean_prose(html: str) -> str:
    """Give the HTML made from a notebook's Markdown with everything outside the allow-list removed."""
    return _MARKDOWN.clean(html)
