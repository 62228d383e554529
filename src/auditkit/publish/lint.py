"""Checks a narrative against the parts of WCAG 2.1 AA that a program can see, and against outside calls."""

import re
from itertools import pairwise

from bs4 import BeautifulSoup, Tag

_EMPTY_ALTS = {
    "",
    "image",
    "figure",
    "chart",
    "plot",
    "picture",
    "no description has been provided for this image",
}
_OUTSIDE = re.compile(r"^\s*(?:[a-z][a-z0-9+.-]*:)?//|^\s*(?:https?|ftp|file|javascript):", re.IGNORECASE)
_CSP = "default-src 'none'"


def lint_html(html: str) -> list[str]:
    """Give a sentence for each fault of a narrative; an empty list when none is found.

    Checks language and title (W-01), one h1, heading levels, landmarks and skip link (W-02), table
    captions, scopes and empty headers (W-03), alternative texts (W-04), numbers in images (W-11),
    scripts and outside addresses (W-12), the accessibility line (W-13), and ids used twice.
    """
    page = BeautifulSoup(html, "html.parser")
    checks = (_document, _headings, _landmarks, _tables, _pictures, _closed_to_the_outside, _ids)
    return [fault for check in checks for fault in check(page)]


def _document(page: BeautifulSoup) -> list[str]:
    faults = []
    if not page.html or not page.html.get("lang"):
        faults.append("W-01: the page does not state its language.")
    title = page.head.title.get_text(strip=True) if page.head and page.head.title else ""
    if title in ("", "Notebook") or title.count(",") < 2:
        faults.append("W-01: the title does not name report, plan and period.")
    if "accessib" not in page.get_text().lower():
        faults.append("W-13: no accessibility line.")
    return faults


def _headings(page: BeautifulSoup) -> list[str]:
    levels = [int(tag.name[1]) for tag in page.find_all(re.compile(r"^h[1-6]$"))]
    faults = [] if levels.count(1) == 1 else [f"W-02: {levels.count(1)} first-level headings instead of one."]
    faults += [
        f"W-02: a heading of level {low} is followed by level {high}."
        for low, high in pairwise(levels)
        if high > low + 1
    ]
    return faults


def _landmarks(page: BeautifulSoup) -> list[str]:
    faults = [
        f"W-02: {len(page.find_all(name))} {name} landmarks instead of one."
        for name in ("header", "main", "footer")
        if len(page.find_all(name)) != 1
    ]
    first = page.body.find("a") if page.body else None
    target = (first.get("href") or "")[1:] if first else ""
    if not target or page.find(id=target) is None or page.find(id=target).name != "main":
        faults.append("W-02: the first link does not skip to the main part.")
    return faults


def _tables(page: BeautifulSoup) -> list[str]:
    faults = []
    for number, table in enumerate(page.find_all("table"), start=1):
        caption = table.find("caption")
        if caption is None or not caption.get_text(strip=True):
            faults.append(f"W-03: table {number} has no caption.")
        heads = table.find_all("th")
        if not heads:
            faults.append(f"W-03: table {number} has no header cells.")
        if any(head.get("scope") not in ("col", "row") for head in heads):
            faults.append(f"W-03: table {number} has a header cell without scope.")
        if any(not head.get_text(strip=True) for head in heads):
            faults.append(f"W-03: table {number} has an empty header cell.")
    return faults


def _pictures(page: BeautifulSoup) -> list[str]:
    faults = []
    for image in page.find_all("img"):
        if (image.get("alt") or "").strip().lower().rstrip(".") in _EMPTY_ALTS:
            faults.append("W-04: an image has no alternative text.")
        faults.append("W-11: an image made of pixels; draw it as SVG so that its text stays text.")
    for drawing in page.find_all("svg"):
        faults += _drawing(page, drawing)
    return faults


def _drawing(page: BeautifulSoup, drawing: Tag) -> list[str]:
    named = [page.find(id=name) for name in (drawing.get("aria-labelledby") or "").split()]
    words = " ".join(tag.get_text(strip=True) for tag in named if tag)
    if drawing.get("role") != "img" or len(named) < 2 or None in named or len(words.split()) < 5:
        return ["W-04: a drawing has no title and description that say what it shows."]
    figure = drawing.find_parent("figure")
    if figure is None or figure.find("table") is None:
        return ["W-04: a drawing has no table of its numbers."]
    return []


def _closed_to_the_outside(page: BeautifulSoup) -> list[str]:
    faults = [
        f"W-12: <{tag.name}> is not allowed."
        for tag in page.find_all(
            ["script", "iframe", "object", "embed", "link", "form", "base", "audio", "video"]
        )
    ]
    policy = page.find("meta", attrs={"http-equiv": "Content-Security-Policy"})
    if policy is None or _CSP not in policy.get("content", ""):
        faults.append("W-12: no content security policy that forbids outside calls.")
    for tag in page.find_all(True):
        for name, value in tag.attrs.items():
            value = " ".join(value) if isinstance(value, list) else value
            if name.startswith("on"):
                faults.append(f"W-12: <{tag.name}> has the event handler {name}.")
            if name in ("href", "src", "xlink:href", "srcset", "action") and _OUTSIDE.search(value):
                faults.append(f"W-12: <{tag.name}> points outside the file.")
            if name == "style" and re.search(r"url\(\s*['\"]?(?!#|['\"])", value):
                faults.append(f"W-12: the style of <{tag.name}> points outside the file.")
    if any(re.search(r"@import|url\(", style.get_text()) for style in page.find_all("style")):
        faults.append("W-12: the style sheet points outside the file.")
    return faults


def _ids(page: BeautifulSoup) -> list[str]:
    names = [tag["id"] for tag in page.find_all(id=True)]
    twice = sorted({name for name in names if names.count(name) > 1})
    return [f"The id {name} is used twice." for name in twice]
