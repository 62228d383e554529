"""Encryption of a file for its way to somebody else, in the format of age.

age is a small, well-reviewed standard with tools for every system: whoever gets the file opens it with
`age -d` and a passphrase or an own key. Excel's own passwords were left aside: the one Python library that
writes them calls that part experimental.
"""

from collections.abc import Sequence
from pathlib import Path

import pyrage

from auditkit.errors import InputError
from auditkit.publish.files import written_whole

LEAST_PASSPHRASE = 16


def encrypt_file(path: Path, out: Path, recipients: Sequence[str] = (), passphrase: str = "") -> None:
    """Write `path` encrypted to `out`, for the holders of keys, or else for whoever has the passphrase.

    recipients: public keys of age (age1...). Raises InputError for a key that is none, a passphrase of fewer
    than 16 characters, and an `out` that is there already.
    """
    path, out = Path(path), Path(out)
    if out.exists():
        raise InputError(f"{out}: is there already, and nothing is written over; name another file.")
    if not recipients and len(passphrase) < LEAST_PASSPHRASE:
        raise InputError(
            f"A passphrase needs {LEAST_PASSPHRASE} characters or more: four or five unrelated words do."
        )
    keys = [_recipient(recipient) for recipient in recipients]
    try:
        content = path.read_bytes()
        sealed = pyrage.encrypt(content, keys) if keys else pyrage.passphrase.encrypt(content, passphrase)
        with written_whole(out) as partial:
            partial.write_bytes(sealed)
    except FileNotFoundError:
        raise InputError(f"{path}: there is no such file; check the name.") from None
    except OSError as error:
        why = (error.strerror or type(error).__name__).lower()
        raise InputError(f"{error.filename or path}: cannot be read or written ({why}).") from None


def _recipient(key: str) -> pyrage.x25519.Recipient:
    try:
        return pyrage.x25519.Recipient.from_str(key.strip())
    except pyrage.RecipientError:
        raise InputError(
            f"{key[:12]}...: is no public key of age; it begins with age1 and has 62 characters."
        ) from None
