"""The encoding of a text file: found, stated, and turned into UTF-8, a block at a time.

A file that is UTF-8 already is read where it stands. Any other is written again into a temporary
file without a name, which is gone when it is closed or the process ends.
"""

import codecs
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from typing import BinaryIO

from auditkit.sources.bounds import blocks

# Windows-1252 with its five unassigned bytes kept as control characters, which intake reports.
_CP1252 = {
    byte: bytes([byte]).decode("cp1252")
    for byte in range(0x80, 0xA0)
    if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
}
_STRAY = re.compile("[\udc80-\udcff]")
_BEYOND_ASCII = re.compile("[\x80-\udc7f\udd00-\U0010ffff]")
_IN_MEMORY = 64 << 20  # bytes
_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Utf8File:
    """A text in UTF-8 with line feeds at line ends: it begins at byte `start` of `file`. `encoding` says
    what it was written in; `blank`: it holds nothing but white space."""

    file: BinaryIO
    start: int
    encoding: str
    blank: bool


@contextmanager
def as_utf8(file: BinaryIO) -> Iterator[Utf8File]:
    """The text of `file` as UTF-8 without a byte order mark, with line feeds at line ends."""
    file.seek(0)
    codec, encoding = _encoding(file.read(4))
    start = len(_MARK) if encoding.startswith("UTF-8 with") else 0
    with _Scratch() as scratch:
        if codec:
            file = scratch.written(_decoded(file, codec))
        survey = _survey(file, start)
        if not survey.is_utf8:
            strays = _Strays()
            file = scratch.written(_windows_text(file, start, strays))
            encoding, start = strays.told(encoding), 0
        if not survey.has_line_feed:
            file = scratch.written(_with_line_feeds(file, start))
            start = 0
        yield Utf8File(file, start, encoding, survey.blank)


def _encoding(beginning: bytes) -> tuple[str, str]:
    """The codec of a file that begins so ('' for UTF-8 or what is taken for it), and its name in words."""
    if beginning.startswith(_MARK):
        return "", "UTF-8 with byte order mark"
    if beginning.startswith((b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")):
        return "utf-32", "UTF-32 with byte order mark"
    if beginning.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16", "UTF-16 with byte order mark"
    if len(beginning) > 3 and beginning[1] == 0 and beginning[3] == 0:
        return "utf-16-le", "UTF-16 little-endian"
    if len(beginning) > 3 and beginning[0] == 0 and beginning[2] == 0:
        return "utf-16-be", "UTF-16 big-endian"
    return "", "UTF-8"


class _Scratch:
    """Temporary files that close when the block ends."""

    def __enter__(self) -> "_Scratch":
        self._files: list = []
        return self

    def __exit__(self, *_) -> None:
        for file in self._files:
            file.close()

    def written(self, pieces: Iterator[bytes]) -> BinaryIO:
        file = tempfile.SpooledTemporaryFile(_IN_MEMORY)
        self._files.append(file)
        for piece in pieces:
            file.write(piece)
        return file


@dataclass
class _Survey:
    is_utf8: bool = True
    has_line_feed: bool = False
    blank: bool = True


def _survey(file: BinaryIO, start: int) -> _Survey:
    """What a text is like from byte `start` on."""
    seen, decoder = _Survey(), codecs.getincrementaldecoder("utf-8")()
    for block in _from(file, start):
        seen.has_line_feed = seen.has_line_feed or b"\n" in block
        seen.blank = seen.blank and not block.strip()
        seen.is_utf8 = seen.is_utf8 and _decodes(decoder, block)
    seen.is_utf8 = seen.is_utf8 and _decodes(decoder, b"", final=True)
    return seen


def _from(file: BinaryIO, start: int) -> Iterator[bytes]:
    for number, block in enumerate(blocks(file)):
        yield block if number else block[start:]


def _decodes(decoder, block: bytes, final: bool = False) -> bool:
    if block.isascii() and not decoder.getstate()[0]:
        return True
    try:
        decoder.decode(block, final)
    except UnicodeDecodeError:
        return False
    return True


def _decoded(file: BinaryIO, codec: str) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(codec)(errors="replace")
    for block in blocks(file):
        yield decoder.decode(block).encode()
    yield decoder.decode(b"", final=True).encode()


@dataclass
class _Strays:
    """Bytes that are no UTF-8, counted, and whether good UTF-8 stands around them."""

    count: int = 0
    others: bool = False

    def told(self, encoding: str) -> str:
        if self.others or encoding != "UTF-8":
            return f"{encoding}, bytes read as Windows-1252: {self.count}"
        return "Windows-1252"


def _windows_text(file: BinaryIO, start: int, strays: _Strays) -> Iterator[bytes]:
    """Bytes that are not UTF-8 are read as Windows-1252; good UTF-8 around them stays what it is.

    A file cut off in the middle of a character, or glued from two systems, must not lose the
    accents of all its other lines.
    """
    decoder = codecs.getincrementaldecoder("utf-8")(errors="surrogateescape")
    for block in chain(_from(file, start), [b""]):
        text = decoder.decode(block, final=not block)
        strays.count += len(_STRAY.findall(text))
        strays.others = strays.others or _BEYOND_ASCII.search(text) is not None
        yield _STRAY.sub(_windows_character, text).encode()


def _windows_character(stray: re.Match) -> str:
    byte = ord(stray[0]) - 0xDC00
    return _CP1252.get(byte, chr(byte))


def _with_line_feeds(file: BinaryIO, start: int) -> Iterator[bytes]:
    for block in _from(file, start):
        yield block.replace(b"\r", b"\n")
