"""Keys, signatures in minisign's format, encryption in age's, and the commands around them."""

import base64
import stat

import pyrage
import pytest

from auditkit.errors import InputError
from auditkit.publish.encrypt import encrypt_file
from auditkit.publish.sign import (
    check_signature, make_keys, read_public_key, read_signing_key, sign_file, signature,
)  # fmt: skip
from auditkit.suite.cli import main

# Made by another program for this format (py-minisign 0.21.1) over CONTENT.
CONTENT = b"Grievances: 10,432\n"
MINISIGN_KEY = """untrusted comment: minisign public key B43CD656172973CD
RWS0PNZWFylzzaxzXConsmHa02DgZ4+zt94xqaz4rBCsVNvthzwUE7TA
"""
MINISIGN_SIGNATURE = """untrusted comment: signature from minisign secret key
RUS0PNZWFylzzbnOXadFa2ZK6lYU3zsg5IoLGizfXFa2+NG9bulicdFTS7s0iNkZbxzGLqo8/7WJQGVo/nhbAsQvdhnonllaxgE=
trusted comment: file:a.txt signed:2026-11-22T00:00:00Z
cHaR86AN8WrzCj7WCRC38MS11yVBPBwIGP7+hVe66en3iz8Bcd26suTqTCzhll64PGiGuZkmZyEhq2aZtBxyBA==
"""


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    """A folder with a pair of keys."""
    folder = tmp_path_factory.mktemp("keys") / "pair"
    make_keys(folder)
    return folder


def test_a_signature_of_minisign_itself_is_understood(tmp_path):
    (tmp_path / "minisign.pub").write_text(MINISIGN_KEY, encoding="ascii")
    public = read_public_key(tmp_path / "minisign.pub")
    checked = check_signature(CONTENT, MINISIGN_SIGNATURE, public)
    assert (checked.holds, checked.file, checked.signed_at) == (True, "a.txt", "2026-11-22T00:00:00Z")
    assert (
        check_signature(CONTENT + b" ", MINISIGN_SIGNATURE, public).why
        == "it was changed after it was signed"
    )
    moved = MINISIGN_SIGNATURE.replace("file:a.txt", "file:b.txt")
    assert "names the file and the time was changed" in check_signature(CONTENT, moved, public).why
    for torn in (
        "",
        "x",
        MINISIGN_SIGNATURE.replace("RUS0", "!!!!"),
        MINISIGN_SIGNATURE.replace("==\n", "\n"),
    ):
        assert not check_signature(CONTENT, torn, public).holds


def test_our_signature_has_the_four_lines_of_minisign(keys):
    """ED, eight bytes of the key's id, 64 of the signature; the id stands in the public key too, after Ed."""
    key = read_signing_key(keys / "release.key")
    lines = signature(CONTENT, "a.txt", key, "2026-11-22T00:00:00Z").splitlines()
    assert [line.split(":")[0] for line in (lines[0], lines[2])] == ["untrusted comment", "trusted comment"]
    sealed = base64.b64decode(lines[1])
    public = base64.b64decode((keys / "release.pub").read_text(encoding="ascii").splitlines()[1])
    assert (sealed[:2], len(sealed), public[:2], len(public)) == (b"ED", 74, b"Ed", 42)
    assert sealed[2:10] == public[2:10]


def test_keys_are_the_owners_alone_and_never_written_over(keys, tmp_path):
    assert stat.S_IMODE((keys / "release.key").stat().st_mode) == 0o600
    assert stat.S_IMODE(keys.stat().st_mode) == 0o700
    with pytest.raises(InputError, match="release.key: is there already; a key is never written over"):
        make_keys(keys)
    (tmp_path / ".git").mkdir()
    with pytest.raises(InputError, match="lies in a git checkout"):
        make_keys(tmp_path / "deep" / "keys")
    (tmp_path / ".git").rmdir()
    (tmp_path / "manifest.json").write_text("{}", encoding="utf-8")
    with pytest.raises(InputError, match="lies among runs and releases"):
        make_keys(tmp_path / "keys")


def test_a_key_that_others_can_read_or_that_is_none_is_refused(keys, tmp_path):
    loose = tmp_path / "release.key"
    loose.write_bytes((keys / "release.key").read_bytes())
    loose.chmod(0o640)
    with pytest.raises(InputError, match="others can read this key; run `chmod 600` on it"):
        read_signing_key(loose)
    loose.write_text("x", encoding="ascii")
    loose.chmod(0o600)
    with pytest.raises(InputError, match="is no signing key"):
        read_signing_key(loose)
    with pytest.raises(InputError, match="is no public key"):
        read_public_key(loose)
    with pytest.raises(InputError, match="there is no such key"):
        read_public_key(tmp_path / "nothing")


def test_a_file_is_encrypted_for_those_who_hold_a_key(tmp_path):
    reader, other = pyrage.x25519.Identity.generate(), pyrage.x25519.Identity.generate()
    plain, out = tmp_path / "odag.xlsx", tmp_path / "odag.xlsx.age"
    plain.write_bytes(CONTENT * 9_999)
    encrypt_file(plain, out, [str(reader.to_public())])
    assert out.read_bytes().startswith(b"age-encryption.org/v1\n") and CONTENT not in out.read_bytes()
    assert pyrage.decrypt(out.read_bytes(), [reader]) == plain.read_bytes()
    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(out.read_bytes(), [other])
    damaged = bytearray(out.read_bytes())
    damaged[-1] ^= 1
    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(bytes(damaged), [reader])
    for recipients, passphrase, to, sentence in (
        (["age1x"], "", tmp_path / "b.age", "is no public key of age"),
        ([], "too short", tmp_path / "b.age", "A passphrase needs 16 characters or more"),
        ([str(reader.to_public())], "", out, "is there already, and nothing is written over"),
    ):
        with pytest.raises(InputError, match=sentence):
            encrypt_file(plain, to, recipients, passphrase)
    with pytest.raises(InputError, match="there is no such file"):
        encrypt_file(tmp_path / "nothing", tmp_path / "b.age", [str(reader.to_public())])
    assert not (tmp_path / "b.age").exists()


def test_the_commands(keys, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["keys", "make", str(tmp_path / "k")]) == 0
    assert "untrusted comment: minisign public key" in capsys.readouterr().out
    file = tmp_path / "a.txt"
    file.write_bytes(CONTENT)
    sign_file(file, read_signing_key(keys / "release.key"), "2026-11-22T00:00:00Z")
    assert main(["verify", "a.txt", "--key", str(keys / "release.pub")]) == 0
    assert main(["verify", "a.txt", "--key", str(tmp_path / "k" / "release.pub")]) == 1
    file.write_bytes(CONTENT + b" ")
    assert main(["verify", "a.txt", "--key", str(keys / "release.pub")]) == 1
    assert "a.txt: it was changed after it was signed." in capsys.readouterr().out
    assert main(["verify", "nothing"]) == 2
    monkeypatch.setenv("AUDITKIT_PASSPHRASE", "four unrelated words here")
    assert main(["encrypt", "a.txt", "--out", "a.txt.age"]) == 0
    # age slows down whoever guesses passphrases, by scrypt; opening it again here would take a second more.
    assert (tmp_path / "a.txt.age").read_bytes().splitlines()[1].startswith(b"-> scrypt ")
    monkeypatch.setenv("AUDITKIT_PASSPHRASE", "short")
    assert main(["encrypt", "a.txt", "--out", "b.txt.age"]) == 2
