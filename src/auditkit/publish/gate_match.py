"""Does a piece of text hold an identifier? Shapes of identifiers, and this plan's own values."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from auditkit.publish.format_words import format_words
from auditkit.publish.full_dates import without_dates
from auditkit.publish.known_values import (
    PHRASE,
    KnownValues,
    compact,
    fixed_vocabulary,
    fixed_words,
    tellable,
)
from auditkit.publish.own_words import OwnWords
from auditkit.publish.plain_text import WORDS, plain, readings
from auditkit.rules.identifiers import load_identifiers

SEEN, HIDDEN, HEADER, NUMBER, DRAWING = "seen", "hidden", "header", "number", "drawing"
_LEAST_DIGITS = {SEEN: 6, HIDDEN: 6, HEADER: 6, NUMBER: 9, DRAWING: 9}
_WHOLE = re.compile(r"(?<![\w.,])\d{9,}(?![\w]|[.,]\d)")
_WITHIN_A_NAME = re.compile(r"[-_.' ]|, |\. ")
_MBI = re.compile(
    r"[1-9][ac-hjkmnp-rt-y][ac-hjkmnp-rt-y0-9]\d[ac-hjkmnp-rt-y][ac-hjkmnp-rt-y0-9]\d[ac-hjkmnp-rt-y]{2}\d\d"
)
_MOST_WORDS = 24
_LEAST_GLUED = 6
"""Letters from which one word can be two names written together."""


@dataclass(frozen=True)
class Piece:
    """A piece of a file.

    place: where, in words. role: seen (words and cells a reader sees), hidden (comments, attributes, style
    sheets, properties), header (names of columns and fields), number (a numeric cell), drawing (coordinates).
    """

    place: str
    text: str
    role: str = SEEN


@dataclass(frozen=True)
class Fault:
    """A place of a file that the gate cannot read, or that has no business there."""

    place: str
    kind: str


class Matcher:
    """Tells what stands in a piece: shapes of identifiers, known values, dates that are not the edition's.

    It remembers the words of texts it has read, as hashing them again for each of many equal pieces is slow.
    """

    def __init__(self, known: KnownValues, own: OwnWords):
        self.known, self.own = known, own
        texts = [" ".join(WORDS.findall(plain(text))) for text in own.texts]
        self.fixed = fixed_words() + "".join(f" {text} " for text in texts)
        self.vocabulary = fixed_vocabulary() | {word for text in texts for word in text.split()}
        self.told: dict[tuple[str, str], frozenset[str]] = {}

    def kinds(self, piece: Piece) -> frozenset[str]:
        """The kinds of identifier in a piece, such as "P-02 a zip code"; none when clean."""
        asked = (piece.text, piece.role)
        if asked not in self.told:
            self.told[asked] = frozenset(
                kind
                for reading in readings(self._without_own(piece.text))
                for kind in self._kinds(reading, piece.role)
            )
        return self.told[asked]

    def _without_own(self, text: str) -> str:
        for own in sorted(self.own.contacts | self.own.links | self.own.codes, key=len, reverse=True):
            text = re.sub(rf"(?<![\w.@-]){re.escape(own)}(?![\w@-]|[./?#]\w)", " ", text)
        return text

    def _kinds(self, text: str, role: str) -> Iterator[str]:
        allowed = self.own.dates if role in (SEEN, HEADER) else frozenset()
        if role == HEADER:
            yield from _denied_column(text)
        if role == NUMBER:
            yield from ("P-08 a number of nine or more digits" for _ in _WHOLE.finditer(text))
        elif role != DRAWING:
            text, others = without_dates(text, allowed)
            if others:
                yield "P-03 a full date that is not the edition's own"
            yield from (f"{shape.id} {shape.name}" for shape, found in _shapes() if found.search(text))
        words = list(WORDS.finditer(text))
        yield from self._values(text, words, role)

    def _values(self, text: str, words: list[re.Match], role: str) -> Iterator[str]:
        """Known values among the words of a text, also where spaces or hyphens were put between letters."""
        known = self.known
        plain_words = [word[0] for word in words]
        for start in range(len(words)):
            joined = ""
            for end in range(start, min(len(words), start + _MOST_WORDS)):
                joined += plain_words[end]
                if len(joined) > known.longest:
                    break
                alone = end == start
                hashed = known.hashed(joined)
                yield from self._code(joined, hashed, alone, role)
                if alone and len(joined) < _LEAST_GLUED:
                    continue
                if hashed in known.pairs and not self._is_fixed(plain_words[start : end + 1], role):
                    yield "P-06 the first and last name of a member"
        yield from self._single_names(text, words, role)
        windows = [plain_words[start : start + PHRASE] for start in range(len(words) - PHRASE + 1)]
        for phrase in map(" ".join, windows or [plain_words]):
            if known.hashed(phrase) in known.phrases and f" {phrase} " not in self.fixed:
                yield "P-11 free text of a case"

    def _code(self, joined: str, hashed: bytes, alone: bool, role: str) -> Iterator[str]:
        if joined.isdigit() and len(joined) < (_LEAST_DIGITS[role] if alone else 9):
            return  # digits of several words are parts of dates and counts unless there are many of them
        if tellable(joined):
            for check, told in self.known.codes.items():
                if hashed in told:
                    yield f"{check} a number of this plan's members or cases"
            if len(joined) == 11 and not alone and _MBI.fullmatch(joined):
                yield "P-07 a Medicare Beneficiary Identifier"

    def _single_names(self, text: str, words: list[re.Match], role: str) -> Iterator[str]:
        """Names of one or several words; also one that was cut by a hyphen, or written in single letters."""
        for start in range(len(words)):
            for end in range(start, min(len(words), start + 4)):
                before, after = words[end - 1].end(), words[end].start()
                if end > start and not _WITHIN_A_NAME.fullmatch(text, before, after):
                    break
                parts = [word[0] for word in words[start : end + 1]]
                forms = {" ".join(parts), " ".join(parts).removesuffix(" s")}
                if end > start and " " not in text[words[start].end() : words[end].start()]:
                    forms.add("".join(parts))
                if self._is_name(forms) and not self._is_fixed(parts, role):
                    yield "P-06 a name of a member"
        if self._is_name({run for run in _single_letters(words) if len(run) >= 4}):
            yield "P-06 a name of a member"

    def _is_name(self, forms: set[str]) -> bool:
        return any(self.known.hashed(form) in self.known.names for form in forms)

    def _is_fixed(self, parts: list[str], role: str) -> bool:
        """Do these words stand beside each other in what the edition says of itself, or is it one that the
        format brings along where no reader looks?"""
        if len(parts) == 1 and role not in (SEEN, HEADER) and parts[0] in format_words():
            return True
        return all(part in self.vocabulary for part in parts) and f" {' '.join(parts)} " in self.fixed


def _single_letters(words: list[re.Match]) -> Iterator[str]:
    """Letters that stand alone one after the other, put together."""
    run = ""
    for word in words:
        if len(word[0]) == 1:
            run += word[0]
        elif run:
            yield run
            run = ""
    yield run


def _denied_column(text: str) -> Iterator[str]:
    yield from (f"{check} a column of identifiers" for check, names in _denied() if compact(text) in names)


@cache
def _shapes() -> list[tuple]:
    return [(shape, re.compile(shape.pattern)) for shape in load_identifiers().patterns]


@cache
def _denied() -> list[tuple[str, frozenset[str]]]:
    return [(denied.id, frozenset(map(compact, denied.names))) for denied in load_identifiers().columns]
