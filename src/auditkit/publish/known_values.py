"""The plan's own identifiers, as the gate knows them: hashes of names, numbers and free text of its members.

Nothing of a member can be read out of them: each value is kept as a keyed hash, and the key dies with the
program. How a value is told from a word of the edition:

- A number or code is told by itself, when it has a letter and at least five characters or at least six
  digits. Shorter ones cannot be told from counts; how many there are is kept in `too_short`.
- A first and a last name of one member, each of two letters or more, beside each other in either order, are
  told unless the edition's fixed words hold the same two words beside each other ("grace period").
- A single name is told when it has at least three letters and is no word of the edition's fixed words; of a
  name of several words, each of four letters or more. A member named May Service raises no alarm where one of
  the two words stands alone.
- Free text is told by any six words of it in a row; a text of four or five words when it stands alone in a
  cell, an attribute or a paragraph.
"""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from auditkit.errors import InputError
from auditkit.publish.plain_text import WORDS, plain
from auditkit.rules.identifiers import OwnColumns, load_identifiers

PHRASE = 6
_LEAST_PHRASE = 4
_FREE_TEXT, _NAME = "P-11", "P-06"
_FIXED_FOLDERS = (
    "rules",
    "publish",
    "suite",
    "reports",
    "stars",
    "oversight",
    "universes",
    "findings",
    "clocks",
    "sources",
)
_FIXED_KINDS = (".yaml", ".csv", ".j2", ".css", ".py")


@dataclass(frozen=True)
class KnownValues:
    """Hashed values of a run. codes: check id to hashes. names: of single names, compact and as words. pairs:
    of first and last names together. phrases: of free text. longest: most characters of a code or of a pair.
    too_short: codes too short to be told from counts."""

    key: bytes
    codes: dict[str, frozenset[bytes]]
    names: frozenset[bytes]
    pairs: frozenset[bytes]
    phrases: frozenset[bytes]
    longest: int
    too_short: int

    def hashed(self, text: str) -> bytes:
        return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=10, key=self.key).digest()


def known_values(run_folder: Path) -> KnownValues:
    """The values of the source tables that a run read. Raises InputError when the run holds no snapshot."""
    folder = Path(run_folder) / "data" / "snapshot"
    if not (folder / "members.parquet").exists():
        raise InputError(
            f"{run_folder}: holds no members as read, and the gate needs them; make the run again."
        )
    columns = load_identifiers().values
    tables = [pq.ParquetFile(path) for path in sorted(folder.glob("[!_]*.parquet"))]
    names = [pair for table in tables for pair in _names(table, columns)]
    aside = _set_aside(folder / "_rejects.parquet")
    names += [
        (value, "") for name in (columns.first_name, columns.last_name) for value in aside.get(name, ())
    ]
    codes = {
        check: {value for table in tables for value in _texts(table, wanted)}
        | {value for name in wanted for value in aside.get(name, ())}
        for check, wanted in columns.identifiers.items()
    }
    return values_of(names, codes, (text for table in tables for text in _texts(table, columns.free_text)))


def values_of(
    names: Iterable[tuple[str, str]], codes: dict[str, Iterable[str]], free_text: Iterable[str]
) -> KnownValues:
    """Known values from plain ones. names: first and last name of each member. codes: check id to values."""
    key = os.urandom(32)
    empty = KnownValues(key, {}, frozenset(), frozenset(), frozenset(), 0, 0)
    singles, pairs, longest, too_short = set(), set(), 0, 0
    for first, last in set(names):
        parts = [WORDS.findall(plain(first)), WORDS.findall(plain(last))]
        singles |= {form for words in parts for form in _forms(words)}
        if all(len("".join(words)) >= 2 and "".join(words).isalpha() for words in parts):
            pairs |= {"".join(parts[0] + parts[1]), "".join(parts[1] + parts[0])}
    hashed = {}
    for check, values in codes.items():
        told = set()
        for value in values:
            code = compact(plain(value))
            if tellable(code):
                told.add(empty.hashed(code))
                longest = max(longest, len(code))
            else:
                too_short += 1
        hashed[check] = frozenset(told)
    longest = max([longest, *map(len, pairs)])
    phrases = {empty.hashed(phrase) for text in set(free_text) for phrase in phrases_of(text)}
    return KnownValues(
        key, hashed, frozenset(map(empty.hashed, singles)), frozenset(map(empty.hashed, pairs)),
        frozenset(phrases), longest, too_short,
    )  # fmt: skip


def compact(text: str) -> str:
    """The letters and digits of a plain text."""
    return text if text.isalnum() else "".join(WORDS.findall(text))


def tellable(code: str) -> bool:
    """Is a code long enough to be told from a count or a word?"""
    return len(code) >= 6 if code.isdigit() else len(code) >= 5 and any(letter.isdigit() for letter in code)


def phrases_of(text: str) -> Iterator[str]:
    """Every six words in a row of a text; the whole of a text of four or five."""
    words = WORDS.findall(plain(text))
    if _LEAST_PHRASE <= len(words) < PHRASE:
        yield " ".join(words)
    for start in range(len(words) - PHRASE + 1):
        yield " ".join(words[start : start + PHRASE])


@cache
def fixed_words() -> str:
    """The words of everything that is shipped with the program, one space between them and around them.

    A word in it was there before any member's data. The invented sample plan's files are left out.
    """
    package = Path(__file__).parents[1]
    texts = [
        path.read_text(encoding="utf-8")
        for folder in _FIXED_FOLDERS
        for path in sorted((package / folder).rglob("*"))
        if path.suffix in _FIXED_KINDS and "sample" not in path.parts
    ]
    return f" {' '.join(WORDS.findall(plain(' '.join(texts))))} "


@cache
def fixed_vocabulary() -> frozenset[str]:
    """Each of the fixed words once."""
    return frozenset(fixed_words().split())


def _forms(words: list[str]) -> set[str]:
    """A name as one word, as its words with spaces, and each of its longer words; none that is shorter than
    three letters or holds a digit."""
    whole = {"".join(words), " ".join(words)} if len("".join(words)) >= 3 else set()
    return {
        form for form in whole | {word for word in words if len(word) >= 4} if form.replace(" ", "").isalpha()
    }


def _names(table: pq.ParquetFile, columns: OwnColumns) -> Iterator[tuple[str, str]]:
    wanted = [columns.first_name, columns.last_name]
    if set(wanted) <= set(table.schema_arrow.names):
        read = table.read(columns=wanted)
        pairs = set(zip(*(read.column(name).to_pylist() for name in wanted)))
        yield from ((first or "", last or "") for first, last in pairs)


def _set_aside(path: Path) -> dict[str, set[str]]:
    """Column to the values that could not be read as the table asks: they are somebody's all the same."""
    values: dict[str, set[str]] = {}
    if path.exists():
        rejects = pq.read_table(path, columns=["column", "value"])
        for name, value in zip(rejects["column"].to_pylist(), rejects["value"].to_pylist(), strict=True):
            values.setdefault(name, set()).add(value or "")
    return values


def _texts(table: pq.ParquetFile, wanted: tuple[str, ...]) -> Iterator[str]:
    for name in set(wanted) & set(table.schema_arrow.names):
        column = table.read(columns=[name]).column(name)
        if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
            yield from (value for value in column.unique().to_pylist() if value)
