"""Identifiers as typed data: their shapes, the columns that hold them, and the plan's own values."""

import re
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from auditkit.rules.checked import Strict, Text, checked
from auditkit.rules.yamlfile import read_yaml

IDENTIFIER_FILE = Path(__file__).parent / "identifiers.yaml"

CheckId = Annotated[str, StringConstraints(pattern=r"^P-\d\d$")]


def _compiles(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"is no regular expression: {error}") from None
    return pattern


class Shape(Strict):
    """The shape of an identifier. id: of the release check. name: in words. pattern: over plain text in small
    letters. status: how well the shape is known."""

    id: CheckId
    name: Text
    pattern: Annotated[Text, AfterValidator(_compiles)]
    status: Literal["official", "recalled", "house"]


class DeniedColumns(Strict):
    """Names that no column of a release may have."""

    id: CheckId
    names: Annotated[tuple[Text, ...], Field(min_length=1)]


class OwnColumns(Strict):
    """The columns of the source tables in which members' values stand."""

    first_name: Text
    last_name: Text
    identifiers: dict[CheckId, tuple[Text, ...]]
    free_text: tuple[Text, ...]


class Identifiers(Strict):
    """Everything the gate looks for."""

    version: Text
    source: Text
    patterns: tuple[Shape, ...]
    columns: tuple[DeniedColumns, ...]
    values: OwnColumns
    format_words: tuple[Text, ...]


@cache
def load_identifiers() -> Identifiers:
    """The identifiers of the packaged file. Raises InputError when it is malformed."""
    return checked(Identifiers, read_yaml(IDENTIFIER_FILE), IDENTIFIER_FILE)
