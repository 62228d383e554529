"""Which rules a run was made with: one hash over every rule file."""

from hashlib import sha256
from pathlib import Path

from auditkit.rules.layouts import own_layout_files

RULES_FOLDER = Path(__file__).parent
_KINDS = (".yaml", ".csv")


def rule_files() -> list[tuple[str, str]]:
    """Every rule file with its hash, sorted: (path relative to the rules folder, sha256 in hex).

    The plan's own layout versions are among them, under own/.
    """
    return [(name, sha256(path.read_bytes()).hexdigest()) for name, path in _files()]


def rules_version() -> str:
    """Version of the rules as a whole: 12 hex digits that change when any rule file changes.

    The digits begin the sha256 over each file's relative path and bytes, in sorted order.
    """
    total = sha256()
    for name, path in _files():
        total.update(name.encode("utf-8") + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()[:12]


def _files() -> list[tuple[str, Path]]:
    packaged = [(path.relative_to(RULES_FOLDER).as_posix(), path)
                for path in RULES_FOLDER.rglob("*") if path.suffix in _KINDS]
    return sorted(packaged + [(f"own/{path.name}", path) for path in own_layout_files()])
