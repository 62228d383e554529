"""Text as the gate reads it: one way to write each letter, and every way a text can be wrapped, unwrapped."""

import base64
import binascii
import re
import unicodedata
import zlib
from collections.abc import Iterator
from html import unescape
from urllib.parse import unquote_plus

WORDS = re.compile(r"[^\W_]+")
"""A word of a plain text: letters and digits without anything between."""
_LAYERS = 4
_LETTERS = str.maketrans({"ø": "o", "Ø": "o", "ł": "l", "Ł": "l", "đ": "d", "Đ": "d", "æ": "ae", "Æ": "ae",
                          "œ": "oe", "Œ": "oe", "ı": "i", "’": "'", "‘": "'", "ʼ": "'"})  # fmt: skip
_DASHES = re.compile("[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]")
_SPACES = re.compile(r"\s+")
_ESCAPES = re.compile(r"\\(?:u\{?([0-9a-fA-F]{4,6})\}?|x([0-9a-fA-F]{2})|([0-9a-fA-F]{2,6}) ?)")
_XML_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{12,}={0,2}")
_WRAPPED = re.compile(r"(?<=[A-Za-z0-9+/]{60})\r?\n(?=[A-Za-z0-9+/])")
_HEX = re.compile(r"(?<![0-9A-Za-z])(?:[0-9A-Fa-f]{2}){8,}(?![0-9A-Za-z])")
_INVISIBLE = re.compile("[\u0300-\u036f\u115f\u1160\u3164\ufe00-\ufe0f]")


def plain(text: str) -> str:
    """A text in small letters without accents, invisible characters, and odd spaces and hyphens."""
    if text.isascii():
        return _SPACES.sub(" ", text.lower())
    text = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    text = "".join(letter for letter in text if unicodedata.category(letter) not in ("Mn", "Cf", "Me"))
    text = _DASHES.sub("-", _INVISIBLE.sub("", text)).casefold()
    return _SPACES.sub(" ", text.translate(_LETTERS))


def readings(text: str) -> Iterator[str]:
    """A text as plain text, then everything else it can be read as, each once.

    Character references, %-escapes, backslash escapes of scripts and style sheets, Excel's own escapes,
    base64, hexadecimal and compressed data are undone, one in the other up to four layers deep.
    """
    seen, layer = {text}, [text]
    yield plain(text)
    for _ in range(_LAYERS):
        below = []
        for each in layer:
            for unwrapped in _unwrapped(each):
                if unwrapped not in seen:
                    seen.add(unwrapped)
                    below.append(unwrapped)
                    yield plain(unwrapped)
        layer = below


def _unwrapped(text: str) -> Iterator[str]:
    text = text if text.isascii() else "".join(each for each in text if unicodedata.category(each) != "Cf")
    bare = unescape(text) if "&" in text else text
    bare = unquote_plus(bare, errors="replace") if "%" in bare else bare
    bare = _ESCAPES.sub(_character, bare) if "\\" in bare else bare
    yield _XML_ESCAPE.sub(lambda found: chr(int(found[1], 16)), bare)
    for found in _BASE64.finditer(_WRAPPED.sub("", text)):
        # What is before the encoded text may look like a part of it, so it is read from four places.
        for start in range(4):
            yield from _texts_of(_from_base64(found[0][start:]))
    for found in _HEX.finditer(text):
        yield from _texts_of(bytes.fromhex(found[0]))


def _character(found: re.Match) -> str:
    code = int(found[1] or found[2] or found[3], 16)
    return chr(code) if code < 0x110000 else ""


def _from_base64(run: str) -> bytes:
    body = run.rstrip("=").replace("-", "+").replace("_", "/")
    body = body[: len(body) - 1] if len(body) % 4 == 1 else body
    try:
        return base64.b64decode(body + "=" * (-len(body) % 4))
    except binascii.Error:
        return b""


def _texts_of(content: bytes) -> Iterator[str]:
    """The texts that bytes can be: themselves or what they were compressed from, in two encodings."""
    for each in (content, *_inflated(content)):
        for encoding in ("utf-8", "utf-16-le"):
            try:
                text = each.decode(encoding)
            except UnicodeDecodeError:
                continue
            # Chance gives a few letters; a text is nearly all Latin letters, digits and marks.
            read = sum(
                letter < "\u3000" and unicodedata.category(letter) != "Cc" or letter.isspace()
                for letter in text
            )
            if len(text) >= 4 and read >= 0.95 * len(text):
                yield text
                break


def _inflated(content: bytes) -> Iterator[bytes]:
    if content[:2] == b"\x1f\x8b" or content[:1] == b"\x78":
        try:
            yield zlib.decompressobj(zlib.MAX_WBITS | 32).decompress(content, 1 << 24)
        except zlib.error:
            return
