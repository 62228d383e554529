"""A page taken apart: words, attributes, comments, style sheets, scripts, declarations, drawings."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

from auditkit.publish.gate_match import DRAWING, HEADER, HIDDEN, SEEN, Piece

# Between these, letters of one word can stand apart: "Do<b>e</b>".
_WITHIN_A_WORD = frozenset(
    "a abbr b bdi bdo cite code del dfn em font i ins kbd mark q s samp small span strong sub sup time tspan "
    "u var wbr".split()
)
_READ_OUT = frozenset("title alt content label placeholder summary abbr aria-label aria-description".split())
_COORDINATES = frozenset(
    "d points transform viewbox x y x1 x2 y1 y2 cx cy r rx ry dx dy width height stroke-width "
    "stroke-dasharray".split()
)
_PAINTED = frozenset("style fill stroke color stop-color".split())
_COLOUR = re.compile(r"#(?:[0-9a-fA-F]{3,4}){1,2}\b")
"""A colour such as #104233, which is no six-digit number of a case."""
_END_TAG = re.compile(r"</[a-zA-Z][^\s/>]*([^>]*)>")


def page_pieces(text: str) -> Iterator[Piece]:
    """The pieces of an HTML page, with the line each stands on."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    reader.end_of_words()
    yield from reader.pieces
    # HTMLParser drops what stands in an end tag behind its name.
    for found in _END_TAG.finditer(text):
        if found[1].strip():
            yield Piece(f"line {text.count(chr(10), 0, found.start()) + 1}, end tag", found[1], HIDDEN)


class _Reader(HTMLParser):
    """Collects the pieces; words are kept until a tag ends them."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[Piece] = []
        self.words, self.line, self.tag, self.raw = "", 1, "page", False

    def end_of_words(self) -> None:
        if self.words.strip():
            role = HIDDEN if self.raw else HEADER if self.tag == "th" else SEEN
            words = _COLOUR.sub(" ", self.words) if self.tag == "style" else self.words
            self.pieces.append(Piece(f"line {self.line}, text of {self.tag}", words, role))
        self.words = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        line = self.getpos()[0]
        if tag not in _WITHIN_A_WORD:
            self.end_of_words()
            self.tag, self.raw = tag, tag in ("style", "script", "template", "noscript")
        self.pieces.append(Piece(f"line {line}, name of a tag", tag, HIDDEN))
        for name, value in attrs:
            self.pieces.append(Piece(f"line {line}, name of an attribute", name, HIDDEN))
            role = DRAWING if name in _COORDINATES else SEEN if name in _READ_OUT else HIDDEN
            if value:
                value = _COLOUR.sub(" ", value) if name in _PAINTED else value
                self.pieces.append(Piece(f"line {line}, attribute {name}", value, role))

    def handle_endtag(self, tag: str) -> None:
        if tag not in _WITHIN_A_WORD:
            self.end_of_words()
            self.tag, self.raw = "page", False

    def handle_data(self, data: str) -> None:
        if not self.words:
            self.line = self.getpos()[0]
        self.words += data

    def handle_comment(self, data: str) -> None:
        self._hidden("comment", data)

    def handle_decl(self, decl: str) -> None:
        self._hidden("declaration", decl)

    def handle_pi(self, data: str) -> None:
        self._hidden("processing instruction", data)

    def unknown_decl(self, data: str) -> None:
        self._hidden("declaration", data)

    def _hidden(self, what: str, text: str) -> None:
        self.pieces.append(Piece(f"line {self.getpos()[0]}, {what}", text, HIDDEN))
