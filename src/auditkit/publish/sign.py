"""Signatures over released files: Ed25519 in the format of minisign, which anybody can check.

`auditkit verify` checks them, and so does the tool itself: `minisign -Vm FILE -p release.pub`. A signature
signs BLAKE2b-512 of the file and a comment that names the file, its SHA-256 and the time, so that a renamed
file is noticed too. A page also carries its own signature as its last line, over all the bytes before it:
a page that came alone, by mail, can be checked with nothing but the public key.

The secret key is a file of the plan (PKCS#8, readable by its owner only); it belongs in no repository and
in no folder that is released.
"""

import base64
import binascii
import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from auditkit.errors import InputError
from auditkit.publish.files import written_whole
from auditkit.publish.manifest import MANIFEST
from auditkit.publish.register import register_path

SECRET, PUBLIC, ENDING = "release.key", "release.pub", ".minisig"
_SIGNATURE_OF_HASH, _KEY = b"ED", b"Ed"
_PAGE_SIGNATURE = re.compile(
    rb"\n<!-- auditkit signature of every byte before this line\n(.*?)\n-->\n\Z", re.DOTALL
)


@dataclass(frozen=True)
class SigningKey:
    """The plan's secret key, and the id that its public key and signatures carry."""

    secret: Ed25519PrivateKey
    key_id: bytes

    @property
    def public(self) -> "PublicKey":
        return PublicKey(self.secret.public_key(), self.key_id)


@dataclass(frozen=True)
class PublicKey:
    """The key with which anybody can check the plan's signatures."""

    key: Ed25519PublicKey
    key_id: bytes

    @property
    def name(self) -> str:
        """The key's id as minisign writes it: sixteen hexadecimal digits."""
        return self.key_id[::-1].hex().upper()

    def text(self) -> str:
        """The two lines of the key's file."""
        encoded = _encoded(_KEY, self.key_id, self.key.public_bytes_raw())
        return f"untrusted comment: minisign public key {self.name}\n{encoded}\n"


def make_keys(folder: Path) -> PublicKey:
    """Make a pair of keys in `folder`: release.key (mode 0600) and release.pub; gives the public one.

    Raises InputError when a key is there already, or when the folder lies in a git checkout or among runs.
    """
    folder = Path(folder).expanduser()
    _refuse_place(folder)
    secret_file, public_file = folder / SECRET, folder / PUBLIC
    for path in (secret_file, public_file):
        if path.exists():
            raise InputError(
                f"{path}: is there already; a key is never written over, so name another folder."
            )
    secret = Ed25519PrivateKey.generate()
    key = SigningKey(secret, _key_id(secret.public_key()))
    content = secret.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(secret_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        with written_whole(public_file) as partial:
            partial.write_text(key.public.text(), encoding="ascii", newline="\n")
    except OSError as error:
        why = (error.strerror or type(error).__name__).lower()
        raise InputError(f"{folder}: cannot be written ({why}); name a folder of your own.") from None
    return key.public


def read_signing_key(path: Path) -> SigningKey:
    """The secret key of a file. Raises InputError when it is none, or when others can read it."""
    path = Path(path).expanduser()
    content = _read(path, "key")
    if path.stat().st_mode & 0o077:
        raise InputError(f"{path}: others can read this key; run `chmod 600` on it, or make new keys.")
    try:
        secret = serialization.load_pem_private_key(content, password=None)
    except (ValueError, TypeError):
        secret = None
    if not isinstance(secret, Ed25519PrivateKey):
        raise InputError(f"{path}: is no signing key; give the {SECRET} that `auditkit keys make` made.")
    return SigningKey(secret, _key_id(secret.public_key()))


def read_public_key(path: Path) -> PublicKey:
    """The public key of a file (`release.pub`, or any of minisign's). Raises InputError when it is none."""
    content = _read(Path(path).expanduser(), "key")
    try:
        kind, key_id, raw = _decoded(content.decode("ascii").splitlines()[1], 32)
        if kind == _KEY:
            return PublicKey(Ed25519PublicKey.from_public_bytes(raw), key_id)
    except (UnicodeDecodeError, IndexError, ValueError):
        pass
    raise InputError(f"{path}: is no public key; give the {PUBLIC} that came from the plan.")


def sign_file(path: Path, key: SigningKey, at: str) -> Path:
    """Write the signature of a file beside it, as `<name>.minisig`, and give its path. at: UTC, as text."""
    beside = path.with_name(path.name + ENDING)
    with written_whole(beside) as partial:
        partial.write_text(signature(path.read_bytes(), path.name, key, at), encoding="utf-8", newline="\n")
    return beside


def sign_page(path: Path, key: SigningKey, at: str) -> None:
    """Put a page's own signature behind its last byte, as a comment that browsers do not show."""
    content = path.read_bytes()
    lines = signature(content, path.name, key, at).rstrip("\n").encode("utf-8")
    with written_whole(path) as partial:
        partial.write_bytes(
            content + b"\n<!-- auditkit signature of every byte before this line\n" + lines + b"\n-->\n"
        )


def page_signature(content: bytes) -> tuple[bytes, str] | None:
    """What a page's own signature covers, and the signature; None when it carries none."""
    found = _PAGE_SIGNATURE.search(content)
    return (content[: found.start()], found[1].decode("utf-8", "replace")) if found else None


def signature(content: bytes, name: str, key: SigningKey, at: str) -> str:
    """The four lines of a signature in minisign's format."""
    sealed = key.secret.sign(_hashed(content))
    comment = f"file:{name} sha256:{hashlib.sha256(content).hexdigest()} signed:{at}"
    over_comment = key.secret.sign(sealed + comment.encode("utf-8"))
    return (
        f"untrusted comment: signature from auditkit key {key.public.name}\n"
        f"{_encoded(_SIGNATURE_OF_HASH, key.key_id, sealed)}\n"
        f"trusted comment: {comment}\n{base64.b64encode(over_comment).decode('ascii')}\n"
    )


@dataclass(frozen=True)
class Checked:
    """What a signature says. holds: it is this key's, over these bytes. why: the fault when it does not."""

    holds: bool
    why: str = ""
    file: str = ""
    signed_at: str = ""


def check_signature(content: bytes, lines: str, public: PublicKey) -> Checked:
    """Check a signature over bytes with a public key."""
    try:
        _, sealed_line, comment_line, over_line = lines.splitlines()[:4]
        kind, key_id, sealed = _decoded(sealed_line, 64)
        over_comment = base64.b64decode(over_line, validate=True)
        marked, comment = comment_line.split(": ", 1)
    except ValueError:
        return Checked(False, "the signature cannot be read")
    if kind != _SIGNATURE_OF_HASH or marked != "trusted comment":
        return Checked(False, "the signature is of a kind this program does not know")
    if key_id != public.key_id:
        return Checked(False, f"the signature is by another key than {public.name}")
    try:
        public.key.verify(sealed, _hashed(content))
    except InvalidSignature:
        return Checked(False, "it was changed after it was signed")
    try:
        public.key.verify(over_comment, sealed + comment.encode("utf-8"))
    except InvalidSignature:
        return Checked(False, "the line of its signature that names the file and the time was changed")
    words = dict(word.split(":", 1) for word in comment.split() if ":" in word)
    return Checked(True, file=words.get("file", ""), signed_at=words.get("signed", ""))


def _hashed(content: bytes) -> bytes:
    return hashlib.blake2b(content, digest_size=64).digest()


def _key_id(public: Ed25519PublicKey) -> bytes:
    """Eight bytes that name a key; from the key itself, so that the secret file needs no second entry."""
    return hashlib.blake2b(public.public_bytes_raw(), digest_size=8).digest()


def _encoded(kind: bytes, key_id: bytes, body: bytes) -> str:
    return base64.b64encode(kind + key_id + body).decode("ascii")


def _decoded(line: str, length: int) -> tuple[bytes, bytes, bytes]:
    try:
        content = base64.b64decode(line.strip(), validate=True)
    except binascii.Error:
        raise ValueError from None
    if len(content) != 10 + length:
        raise ValueError
    return content[:2], content[2:10], content[10:]


def _read(path: Path, what: str) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise InputError(f"{path}: there is no such {what}; check the name.") from None
    except OSError as error:
        why = (error.strerror or type(error).__name__).lower()
        raise InputError(
            f"{path}: cannot be read ({why}); check the name and your right to read it."
        ) from None


def _refuse_place(folder: Path) -> None:
    for above in (folder.absolute(), *folder.absolute().parents):
        if (above / ".git").exists():
            raise InputError(
                f"{folder}: lies in a git checkout ({above}), and would be published; name a folder outside."
            )
        if (above / MANIFEST).exists() or above.name == "outputs" or register_path(above).exists():
            raise InputError(f"{folder}: lies among runs and releases; name a folder outside {above}.")
