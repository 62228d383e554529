"""A workbook taken apart: every part of the archive, and every byte between them."""

import re
import zipfile
from collections.abc import Iterator
from io import BytesIO
from xml.parsers import expat

from auditkit.publish.gate_match import HEADER, HIDDEN, NUMBER, SEEN, Fault, Piece
from auditkit.publish.workbook_dates import date_styles, day_of
from auditkit.sources.bounds import UNREADABLE_ZIP

_NUMBER = re.compile(r"-?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?")
_TEXT_PARTS = (".xml", ".rels", ".vml")
_PICTURES = (
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"BM",
    b"RIFF",
    b"II*\x00",
    b"MM\x00*",
    b"\xd7\xcd\xc6\x9a",
)
_READ_OUT = frozenset(("descr", "title", "displayName", "prompt", "promptTitle"))
_FORMAT = re.compile(
    r"\Ahttp://(?:schemas\.openxmlformats\.org|schemas\.microsoft\.com|www\.w3\.org|purl\.org)/"
)
"""Names of the format itself, which look like web addresses and are never opened."""
_RUNS = ("r", "t", "rPr")
"""Elements of which several can make one word: <r><t>Do</t></r><r><t>e</t></r>."""
_MOST_BYTES = 1 << 28


def archive_pieces(content: bytes, within: str = "") -> Iterator[Piece | Fault]:
    """The pieces of an .xlsx file; also of an archive that lies in one."""
    try:
        archive = zipfile.ZipFile(BytesIO(content))
        entries = archive.infolist()
    except zipfile.BadZipFile:
        yield Fault(f"{within}the whole file", "P-11 bytes that are no workbook")
        return
    if sum(entry.file_size for entry in entries) > _MOST_BYTES:
        yield Fault(f"{within}the whole file", "P-11 parts too large to be scanned")
        return
    yield Piece(f"{within}comment of the archive", archive.comment.decode("utf-8", "replace"), HIDDEN)
    if _bytes_between(content, archive, entries):
        yield Fault(f"{within}bytes between the parts", "P-11 bytes outside any part")
    styles = (
        next((_read(archive, entry) for entry in entries if entry.filename == "xl/styles.xml"), b"") or b""
    )
    for number, entry in enumerate(entries, start=1):
        place = f"{within}part {number}"
        yield Piece(f"{place}, its name", entry.filename, HIDDEN)
        yield Piece(f"{place}, its comment", entry.comment.decode("utf-8", "replace"), HIDDEN)
        yield Piece(f"{place}, its extra field", entry.extra.decode("latin-1"), HIDDEN)
        content_of_part = _read(archive, entry)
        if content_of_part is None:
            yield Fault(place, "P-11 a part that cannot be unpacked")
        elif content_of_part or not entry.is_dir():
            yield from _part_pieces(content_of_part, entry.filename, place, date_styles(styles))


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes | None:
    """The bytes of a part; None when it is damaged, encrypted or packed in a way that is not known."""
    try:
        return archive.read(entry)
    except UNREADABLE_ZIP:
        return None


def _part_pieces(content: bytes, name: str, place: str, dates: frozenset[int]) -> Iterator[Piece | Fault]:
    if name.endswith(_TEXT_PARTS):
        yield from _xml_pieces(content, f"{place} ({name})", name, dates)
    elif content.startswith(_PICTURES):
        yield Fault(place, "P-10 a picture made of pixels")
    elif content.startswith(b"PK"):
        yield Fault(place, "P-11 a file within the file")
        yield from archive_pieces(content, f"{place}, ")
    else:
        yield Fault(place, "P-11 a part that is no text")


def _xml_pieces(content: bytes, place: str, name: str, dates: frozenset[int]) -> Iterator[Piece | Fault]:
    reader = _Reader(place, name, dates)
    try:
        reader.parser.Parse(content, True)
    except expat.ExpatError:
        yield Fault(place, "P-11 text that is not XML")
    yield from reader.pieces


class _Reader:
    """Collects the pieces of one XML part; the runs of one text are put together."""

    def __init__(self, place: str, name: str, dates: frozenset[int]):
        self.place, self.dates = place, dates
        self.properties = name.startswith("docProps/")
        self.pieces: list[Piece | Fault] = []
        self.words, self.element, self.cell, self.kind, self.style, self.string = "", "", "", "", 0, 0
        self.looks = False  # within the looks of a run, which do not end a word
        self.parser = parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler = self._data
        parser.CommentHandler = lambda text: self._add("comment", text, HIDDEN)
        parser.ProcessingInstructionHandler = lambda target, text: self._add(
            "processing instruction", f"{target} {text}", HIDDEN
        )
        parser.StartDoctypeDeclHandler = lambda *_: self.pieces.append(
            Fault(place, "P-11 a document type, which can hide text")
        )

    def _start(self, element: str, attributes: dict[str, str]) -> None:
        local = element.rpartition(":")[2]
        if local not in _RUNS and not self.looks:
            self._end_of_words()
        self.looks = self.looks or local == "rPr"
        if local == "c":
            self.cell, self.kind, self.style = (
                f"cell {attributes.get('r', '')}",
                attributes.get("t", "n"),
                int(attributes.get("s", 0)),
            )
        elif local == "si":
            self.string += 1
            self.cell, self.kind = f"shared text {self.string}", "s"
        self.element = local
        self._add("name of an element", local, HIDDEN)
        for name, value in attributes.items():
            self._add("name of an attribute", name, HIDDEN)
            self._add(f"attribute {name}", _FORMAT.sub(" ", value), self._attribute_role(local, name, value))

    def _attribute_role(self, element: str, name: str, value: str) -> str:
        if element == "tableColumn" and name == "name":
            return HEADER
        if _NUMBER.fullmatch(value):
            return NUMBER
        named = element == "sheet" and name == "name"
        return SEEN if named or name in _READ_OUT or self.properties else HIDDEN

    def _end(self, element: str) -> None:
        local = element.rpartition(":")[2]
        if local == "rPr":
            self.looks = False
        elif local not in _RUNS and not self.looks:
            self._end_of_words()
        if local in ("c", "si"):
            self.cell = ""

    def _data(self, text: str) -> None:
        self.words += text

    def _end_of_words(self) -> None:
        words, self.words = self.words, ""
        if not words.strip():
            return
        if self.element == "v" and self.cell and self.kind == "s":
            return  # the number of a shared text
        if self.element == "v" and self.cell and self.kind == "n" and self.style in self.dates:
            self._add("date", day_of(words), SEEN)
        elif _NUMBER.fullmatch(words.strip()) and self.kind not in ("s", "str", "inlineStr"):
            self._add("number", words, NUMBER)
        elif self.element in ("f", "definedName", "formula1", "formula2"):
            self._add("formula", words, HIDDEN)
        else:
            self._add("text", words, HEADER if self.cell else SEEN)

    def _add(self, what: str, text: str, role: str) -> None:
        if text:
            where = f"{self.place}, {self.cell}" if self.cell else self.place
            self.pieces.append(Piece(f"{where}, {what}", text, role))


def _bytes_between(content: bytes, archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> bool:
    """Do bytes stand before, between or behind the parts that belong to none of them?"""
    at = 0
    for entry in sorted(entries, key=lambda each: each.header_offset):
        if entry.header_offset != at:
            return True
        header = content[at : at + 30]
        at += (
            30
            + int.from_bytes(header[26:28], "little")
            + int.from_bytes(header[28:30], "little")
            + entry.compress_size
        )
        if entry.flag_bits & 8:  # sizes stand behind the part, with or without a mark before them
            at += 16 if content[at : at + 4] == b"PK\x07\x08" else 12
    return archive.start_dir != at or _end_of_directory(content, entries, at) != len(content) - len(
        archive.comment
    )


def _end_of_directory(content: bytes, entries: list[zipfile.ZipInfo], at: int) -> int:
    for _ in entries:
        lengths = [int.from_bytes(content[at + place : at + place + 2], "little") for place in (28, 30, 32)]
        at += 46 + sum(lengths)
    return at + 22
