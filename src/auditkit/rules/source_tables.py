"""The canonical source tables, as typed data: what a plan's extracts are mapped to.

The tables stand in `source_tables.yaml`; mappings, intake, the sample plan and the data
dictionary are all checked against them.
"""

from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from auditkit.errors import InputError
from auditkit.rules.checked import Strict, Text, checked
from auditkit.rules.yamlfile import read_yaml

SOURCE_TABLE_FILE = Path(__file__).parent / "source_tables.yaml"

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]


class SourceColumn(Strict):
    """One column of a source table.

    name: canonical name; a moment's name ends in _at.
    kind: text, code (one of `values`), codes (one or more of them, between semicolons), flag (Y or N),
        integer, number, date or moment.
    required: a row without a value is set aside.
    values: values allowed; only for a code or codes.
    meaning: what the column holds, with its unit.
    """

    name: Name
    kind: Literal["text", "code", "codes", "flag", "integer", "number", "date", "moment"]
    required: bool = False
    values: tuple[Text, ...] = ()
    meaning: Text

    @model_validator(mode="after")
    def _fits_its_kind(self) -> "SourceColumn":
        coded = self.kind in ("code", "codes")
        if coded and not self.values:
            raise ValueError(f"a column of kind {self.kind} needs at least one value in 'values'")
        if self.values and not coded:
            raise ValueError("'values' belongs to a column of kind code or codes")
        if (self.kind == "moment") != self.name.endswith("_at"):
            raise ValueError("a moment's name ends in _at, and no other name does")
        return self

    def typed_columns(self) -> tuple[str, ...]:
        """Names this column has once intake has typed it.

        A moment X_at gives X_at_date (text CCYY/MM/DD), X_at_time (text HH:MM:SS or null),
        X_at_day (days since 1970-01-01) and X_at_sec (UTC epoch second or null). A date keeps
        its name (text CCYY/MM/DD) and adds NAME_day. Every other kind keeps its name.
        """
        if self.kind == "moment":
            return tuple(f"{self.name}_{part}" for part in ("date", "time", "day", "sec"))
        if self.kind == "date":
            return (self.name, f"{self.name}_day")
        return (self.name,)


class SourceTable(Strict):
    """One source table.

    name, title: canonical name, and the name for people.
    one_row_is: what one row stands for.
    key: columns that tell one row from another.
    columns: its columns.
    """

    name: Name
    title: Text
    one_row_is: Text
    key: Annotated[tuple[Name, ...], Field(min_length=1)]
    columns: Annotated[tuple[SourceColumn, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _hangs_together(self) -> "SourceTable":
        names = [column.name for column in self.columns]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"column {name} stands there twice")
        for name in self.key:
            if name not in names:
                raise ValueError(f"'key' names {name}, which is not a column of the table")
        return self

    def column(self, name: str) -> SourceColumn:
        """The column with this name. Raises InputError when the table has none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise InputError(f"Source table {self.name} has no column {name}; "
                         f"its columns are {', '.join(column.name for column in self.columns)}.")


def load_source_tables(path: Path | None = None) -> dict[str, SourceTable]:
    """The source tables by name, in the order of the file.

    path: another file than the packaged one.
    Raises InputError naming file, table, column and reason when the file is malformed.
    """
    return dict(_packaged()) if path is None else _load(Path(path))


@cache
def _packaged() -> dict[str, SourceTable]:
    return _load(SOURCE_TABLE_FILE)


def _load(source: Path) -> dict[str, SourceTable]:
    raw = read_yaml(source)
    if not isinstance(raw, dict) or not isinstance(raw.get("tables"), list):
        raise InputError(f"{source}: a list named 'tables' is needed; add it.")
    tables: dict[str, SourceTable] = {}
    for position, entry in enumerate(raw["tables"], start=1):
        table = _table(entry, source, position)
        if table.name in tables:
            raise InputError(f"{source}, table {table.name}: it stands there twice; remove one.")
        tables[table.name] = table
    return tables


def _table(entry: object, source: Path, position: int) -> SourceTable:
    if not isinstance(entry, dict) or not isinstance(entry.get("columns"), list):
        raise InputError(f"{source}, table number {position}: a list named 'columns' is needed; add it.")
    label = f"table {entry.get('name', f'number {position}')}"
    columns = []
    for column in entry["columns"]:
        name = column.get("name", "without name") if isinstance(column, dict) else "without name"
        columns.append(checked(SourceColumn, column, source, f"{label}, column {name}"))
    return checked(SourceTable, {**entry, "columns": columns}, source, label)
