"""How universe versions are compared and how many submissions CMS takes, as typed data."""

from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from auditkit.errors import InputError
from auditkit.rules.checked import Strict, Text, checked
from auditkit.rules.layouts import ColumnId, load_layouts
from auditkit.rules.yamlfile import read_yaml

RESUBMISSION_FILE = Path(__file__).parent / "resubmission.yaml"

Key = Annotated[tuple[ColumnId, ...], Field(min_length=1)]


class Attempts(Strict):
    """How many submissions of a table CMS takes (`most`), and what follows when the last one fails."""

    most: Annotated[int, Field(ge=1)]
    consequence: Text
    citation: Text
    status: Literal["official", "corroborated", "recalled", "house"]


class Resubmission(Strict):
    """The whole of resubmission.yaml.

    keys: by layout code, the columns that pair the rows of two versions, tried in order.
    delegate_title: how the title of the column begins that names the delegate.
    without_number: codes of the layouts that have no case number.
    """

    version: Text
    attempts: Attempts
    delegate_title: Text
    without_number: tuple[Text, ...]
    keys: dict[str, Annotated[tuple[Key, ...], Field(min_length=1)]]

    def case_column(self, code: str) -> str:
        """The column by which a person names a case: its number, else the enrollee."""
        return "C" if code in self.without_number else "G"


@cache
def load_resubmission(path: Path = RESUBMISSION_FILE) -> Resubmission:
    """The rules on resubmission.

    Raises InputError naming file and entry when it is malformed or names a layout or column there is not.
    """
    rules = checked(Resubmission, read_yaml(path), path)
    layouts = load_layouts()
    for code, keys in rules.keys.items():
        if code not in layouts:
            raise InputError(f"{path}: there is no layout {code}; the tables are {', '.join(layouts)}.")
        for column in {column for key in keys for column in key}:
            layouts[code].column(column)
    return rules
