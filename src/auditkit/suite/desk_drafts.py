"""Texts that are not saved yet, kept on disk beside the log: a closed page or a lost kernel loses none.

One file a machine account; it holds what a reviewer typed, so only its owner may read it.
"""

import json
import os
from contextlib import suppress
from pathlib import Path

from auditkit.publish.files import written_whole

Place = tuple[str, str]
"""What a draft belongs to: id of a condition, finding or corrective action, and what is done with it."""
Draft = dict[str, str]
"""What a form holds: text by field."""


class Drafts:
    """The drafts of one account, by place; every change is on disk before the next."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._drafts = _read(path)

    def __len__(self) -> int:
        return len(self._drafts)

    def get(self, place: Place) -> Draft | None:
        """The draft at `place`, or None."""
        return self._drafts.get(place)

    def about(self, about: str) -> bool:
        """True when there is a draft about this condition, finding or corrective action."""
        return any(place[0] == about for place in self._drafts)

    def abouts(self) -> set[str]:
        """What there are drafts about, by id."""
        return {about for about, _ in self._drafts}

    def places(self) -> list[Place]:
        """Where there are drafts, the oldest first."""
        return list(self._drafts)

    def put(self, place: Place, draft: Draft | None) -> bool:
        """Keep `draft` at `place`, or drop what is there; False when the disk did not take it."""
        if self._drafts.get(place) == draft:
            return True
        if draft is None:
            del self._drafts[place]
        else:
            self._drafts[place] = draft
        return self._write()

    def _write(self) -> bool:
        entries = [
            {"about": about, "action": action, "draft": draft}
            for (about, action), draft in self._drafts.items()
        ]
        try:
            if not entries:
                self._path.unlink(missing_ok=True)
                return True
            with written_whole(self._path) as beside:
                with os.fdopen(
                    os.open(beside, os.O_WRONLY | os.O_CREAT, 0o600), "w", encoding="utf-8"
                ) as file:
                    json.dump(entries, file, ensure_ascii=False)
        except OSError:
            return False
        return True


def _read(path: Path) -> dict[Place, Draft]:
    """The drafts on disk; none when there are none or the file cannot be read."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        entries = json.loads(path.read_text(encoding="utf-8"))
        return {(entry["about"], entry["action"]): dict(entry["draft"]) for entry in entries}
    return {}
