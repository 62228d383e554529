"""The encoding of a text file: found, stated, and turned into UTF-8."""

import re

# Windows-1252 with its five unassigned bytes kept as control characters, which intake reports.
_CP1252 = {
    byte: bytes([byte]).decode("cp1252")
    for byte in range(0x80, 0xA0)
    if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
}


def to_utf8(content: bytes) -> tuple[bytes, str]:
    """The bytes as UTF-8 without a byte order mark, with line feeds at line ends, and the encoding found."""
    if content.startswith(b"\xef\xbb\xbf"):
        content, encoding = content[3:], "UTF-8 with byte order mark"
    elif content.startswith((b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")):
        content, encoding = content.decode("utf-32", errors="replace").encode(), "UTF-32 with byte order mark"
    elif content.startswith((b"\xff\xfe", b"\xfe\xff")):
        content, encoding = content.decode("utf-16", errors="replace").encode(), "UTF-16 with byte order mark"
    elif len(content) > 3 and content[1] == 0 and content[3] == 0:
        content, encoding = content.decode("utf-16-le", errors="replace").encode(), "UTF-16 little-endian"
    elif len(content) > 3 and content[0] == 0 and content[2] == 0:
        content, encoding = content.decode("utf-16-be", errors="replace").encode(), "UTF-16 big-endian"
    else:
        encoding = "UTF-8"
    if not _is_utf8(content):
        content, encoding = _windows_bytes(content, encoding)
    if b"\n" not in content:
        content = content.replace(b"\r", b"\n")
    return content, encoding


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _windows_bytes(content: bytes, encoding: str) -> tuple[bytes, str]:
    """Bytes that are not UTF-8 are read as Windows-1252; good UTF-8 around them stays what it is.

    A file cut off in the middle of a character, or glued from two systems, must not lose the
    accents of all its other lines.
    """
    text = content.decode("utf-8", errors="surrogateescape")
    strays = re.findall("[\udc80-\udcff]", text)
    others = sum(1 for character in set(text) if "\x80" <= character < "\udc80" or character > "\udcff")
    text = re.sub("[\udc80-\udcff]", lambda m: _CP1252.get(ord(m[0]) - 0xDC00, chr(ord(m[0]) - 0xDC00)), text)
    if others or encoding != "UTF-8":
        return text.encode(), f"{encoding}, bytes read as Windows-1252: {len(strays)}"
    return text.encode(), "Windows-1252"
