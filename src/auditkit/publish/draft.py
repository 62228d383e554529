"""What a release is made of, as plain data: the draft, what its maker hands over, and its checks."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from auditkit.findings.identity import Identity
from auditkit.publish.own_words import OwnWords
from auditkit.publish.register import Release
from auditkit.publish.release_cells import Told
from auditkit.publish.sign import SigningKey


@dataclass(frozen=True)
class Waiver:
    """A check let pass: who does it, and why. The reason leaves the plan with the release manifest."""

    who: Identity
    why: str


@dataclass(frozen=True)
class Check:
    """One check of a release. result: passed, failed, waived, or by hand. note: what failed, or what a person
    has to look at. who, why: of the waiver."""

    id: str
    what: str
    result: str
    note: str = ""
    who: str = ""
    why: str = ""


@dataclass(frozen=True)
class Draft:
    """A release in the making.

    name: `<run>_<class>_v<version>`. stage: folder to write into. folder: where it will stand. outputs: the
    folder of the runs. made: every release so far. told: what they told of each cell. replaces: name of the
    release it replaces, or "".
    """

    name: str
    run_folder: Path
    run_manifest: dict
    output_class: str
    version: int
    stage: Path
    folder: Path
    outputs: Path
    made: tuple[Release, ...]
    told: Mapping[str, Told | tuple[Told, ...]]
    replaces: str
    reason: str

    @property
    def page(self) -> Path:
        """Where the page is to be written."""
        return self.stage / f"{self.name}.html"

    @property
    def workbook(self) -> Path:
        """Where the workbook is to be written."""
        return self.stage / f"{self.name}.xlsx"

    @property
    def manifest(self) -> Path:
        """Where the release manifest is written."""
        return self.stage / f"{self.name}.json"


@dataclass(frozen=True)
class Edition:
    """What the maker of page and workbook hands over beside them.

    cells: id of every cell to the number shown, or to the kind under which it was hidden. of_nobody: ids of
    cells that count no people, cases or services. log: the suppression log, which stays in the plan. own:
    dates, contacts and words of the edition itself. who: who releases. signed: sign-offs that stand on the
    run, as (role, name, time). waivers: check id to who lets it pass, and why. limits: sentences on what is
    not known. key: the plan's signing key, if any.
    """

    cells: Mapping[str, Told]
    log: pd.DataFrame
    own: OwnWords
    who: Identity
    of_nobody: frozenset[str] = frozenset()
    signed: tuple[tuple[str, str, str], ...] = ()
    waivers: Mapping[str, Waiver] | None = None
    limits: tuple[str, ...] = ()
    key: SigningKey | None = None
