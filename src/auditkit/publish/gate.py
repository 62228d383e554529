"""The gate: every byte that is about to leave the plan is read, and an identifier stops the release.

What is found is told by file, place and kind, never by its value. A place that would itself show a value
(a part, a tag or a file named after a member) is told by its number.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from auditkit.errors import InputError
from auditkit.publish.gate_match import HIDDEN, Fault, Matcher, Piece
from auditkit.publish.gate_pieces import pieces_of
from auditkit.publish.known_values import KnownValues
from auditkit.publish.own_words import OwnWords


@dataclass(frozen=True)
class Hit:
    """What the gate found. file: its name. place: where in it. kind: id of the release check, and words."""

    file: str
    place: str
    kind: str


def scan(paths: Path | Iterable[Path], known: KnownValues, own: OwnWords = OwnWords()) -> list[Hit]:
    """Everything in files that must not leave the plan; none means clean.

    paths: a folder, or files. known: this plan's own values (`known_values`). own: what the edition says of
    itself. Files are .html, .xlsx, .json and .txt; any other kind is a hit.
    """
    files = (
        sorted(path for path in Path(paths).rglob("*") if path.is_file())
        if isinstance(paths, Path)
        else list(paths)
    )
    matcher = Matcher(known, own)
    return [hit for number, path in enumerate(files, start=1) for hit in _scan_file(path, number, matcher)]


def refuse_hits(hits: list[Hit], evidence: Path) -> None:
    """Raise InputError when there is a hit, naming the first; evidence: folder of the gate report."""
    if hits:
        more = f", and {len(hits) - 1:,} more" if len(hits) > 1 else ""
        raise InputError(
            f"Nothing was released: {hits[0].file}, {hits[0].place} holds {hits[0].kind}{more}; take it out "
            f"at its source; {evidence / 'gate_report.csv'} lists every place."
        )


def _scan_file(path: Path, number: int, matcher: Matcher) -> Iterable[Hit]:
    named = matcher.kinds(Piece("", path.name, HIDDEN))
    file = f"file {number}" if named else path.name
    hits = [Hit(file, "name of the file", kind) for kind in sorted(named)]
    for count, piece in enumerate(pieces_of(path), start=1):
        kinds = [piece.kind] if isinstance(piece, Fault) else sorted(matcher.kinds(piece))
        if kinds:
            place = f"piece {count}" if matcher.kinds(Piece("", piece.place, HIDDEN)) else piece.place
            hits += [Hit(file, place, kind) for kind in kinds]
    return list(dict.fromkeys(hits))
