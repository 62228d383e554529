"""Record layouts that CMS has announced and not made final: listed, never used in a run."""

from functools import cache
from pathlib import Path
from typing import Literal

from auditkit.errors import InputError
from auditkit.rules.checked import Strict, Text, checked
from auditkit.rules.layouts import LAYOUT_FOLDER
from auditkit.rules.yamlfile import read_yaml

ANNOUNCED_FOLDER = LAYOUT_FOLDER / "announced"


class Element(Strict):
    """One data element: its name, where it was seen (crosswalk of the package, or a public rule pack)."""

    name: Text
    seen: Literal["crosswalk", "rule pack"]
    note: Text | None = None


class Section(Strict):
    """One part of a collection; complete says whether all its elements are known."""

    code: Text
    title: Text
    complete: bool
    elements: tuple[Element, ...]


class Announced(Strict):
    """A data collection that is announced and not final.

    collection, control_number: form and OMB number. authority: the regulation it rests on.
    source: where the elements were seen. outlook: what is known about whether and when it comes.
    """

    collection: Text
    title: Text
    version: Text
    status: Literal["announced, not final"]
    control_number: Text
    authority: Text
    frequency: Text
    source: Text
    outlook: Text
    sections: tuple[Section, ...]


@cache
def load_announced(folder: Path = ANNOUNCED_FOLDER) -> list[Announced]:
    """The announced collections, by file name. Raises InputError naming file and reason when malformed."""
    return [checked(Announced, read_yaml(path), path) for path in sorted(folder.glob("*.yaml"))]


def announced_section(code: str) -> tuple[Announced, Section]:
    """The collection and section of a code such as SLD_OD. Raises InputError when there is none."""
    for collection in load_announced():
        for section in collection.sections:
            if section.code == code:
                return collection, section
    raise InputError(f"There is no announced layout {code}.")
