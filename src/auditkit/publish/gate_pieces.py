"""A file taken apart into pieces of text: every byte of it stands in some piece, or is told as unreadable."""

import json
from collections.abc import Iterator
from pathlib import Path

from auditkit.publish.gate_match import HEADER, NUMBER, SEEN, Fault, Piece
from auditkit.publish.gate_page import page_pieces
from auditkit.publish.gate_workbook import archive_pieces


def pieces_of(path: Path) -> Iterator[Piece | Fault]:
    """The pieces of a page (.html), a workbook (.xlsx), a manifest (.json) or a statement (.txt).

    Anything else is told as a fault: what the gate cannot read does not leave the plan.
    """
    content = path.read_bytes()
    if path.suffix == ".xlsx":
        yield from archive_pieces(content)
        return
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        yield Fault("the whole file", "P-11 bytes that are not UTF-8 text")
        return
    if path.suffix == ".html":
        yield from page_pieces(text)
    elif path.suffix == ".json":
        yield from _json_pieces(text)
    elif path.suffix == ".txt":
        yield from (Piece(f"line {number}", line) for number, line in enumerate(text.splitlines(), start=1))
    else:
        yield Fault("the whole file", "P-11 a kind of file that is not released")


def _json_pieces(text: str) -> Iterator[Piece | Fault]:
    try:
        # Pairs, not dictionaries: of a name that stands twice a dictionary would keep one value only.
        whole = json.loads(
            text, object_pairs_hook=lambda pairs: _Pairs(pairs), parse_int=str, parse_float=float
        )
    except ValueError:
        yield Fault("the whole file", "P-11 text that is not JSON")
        return
    yield from _values(whole, "entry")


class _Pairs(list):
    """The entries of one JSON object, in order."""


def _values(value: object, place: str) -> Iterator[Piece]:
    if isinstance(value, _Pairs):
        for number, (name, inner) in enumerate(value, start=1):
            yield Piece(f"{place} {number}, name", name, HEADER)
            yield from _values(inner, f"{place} {number}")
    elif isinstance(value, list):
        for number, inner in enumerate(value, start=1):
            yield from _values(inner, f"{place}.{number}")
    elif isinstance(value, str):
        yield Piece(place, value, NUMBER if value.isdigit() else SEEN)
    elif isinstance(value, float):
        yield Piece(place, f"{value!r}", NUMBER)
