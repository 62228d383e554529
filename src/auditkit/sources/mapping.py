"""A mapping: from the names a plan uses in its extracts to the canonical source tables."""

from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Annotated, NamedTuple

from pydantic import Field, model_validator

from auditkit.errors import InputError
from auditkit.rules.checked import Strict, Text, checked
from auditkit.rules.source_tables import SourceColumn, SourceTable, load_source_tables
from auditkit.rules.yamlfile import read_yaml
from auditkit.sources.formats import check_format

_source_tables = cache(load_source_tables)

FLAGS = ("Y", "N")


class ColumnSource(Strict):
    """Where the values of one canonical column come from.

    column: the extract's column. date, time: the two columns of a moment (a moment without a time
    column never has a time). constant: one value for every row. format: how a date or moment is
    written, where it differs from the extract's. values: from the extract's words to ours.
    """

    column: Text | None = None
    date: Text | None = None
    time: Text | None = None
    constant: Text | None = None
    format: Text | None = None
    values: dict[str, str] | None = None

    @model_validator(mode="after")
    def _one_source(self) -> "ColumnSource":
        if sum(source is not None for source in (self.column, self.date, self.constant)) != 1:
            raise ValueError("needs one of 'column', 'date' (with 'time') or 'constant'")
        if self.time and not self.date:
            raise ValueError("'time' needs 'date' beside it")
        if self.constant is not None and (self.values or self.format):
            raise ValueError("a 'constant' takes no 'values' and no 'format'")
        if self.date and self.format:
            raise ValueError("'date' and 'time' follow date_format and time_format, not 'format'")
        return self

    @property
    def source_columns(self) -> tuple[str, ...]:
        """The extract's columns it reads."""
        return tuple(name for name in (self.column, self.date, self.time) if name)


def _named_column(value: object) -> object:
    return {"column": value} if isinstance(value, str) else value


class Extract(Strict):
    """One extract: a file, or a query on a connection, that feeds one source table.

    table: canonical table. file: path inside the extracts folder; sheet: of a workbook.
    connection: name of the environment variable that holds the SQLAlchemy URL; query: its SELECT.
    delegate: who delivered it; fills the column delegate when that is not mapped.
    date_format, time_format: how dates and times of day are written. missing: texts that mean "no value".
    trailer: the word the last line begins with, which also states the number of rows.
    columns: canonical column -> where it comes from.
    """

    table: Text
    file: Text | None = None
    sheet: Text | None = None
    connection: Text | None = None
    query: Text | None = None
    delegate: Text | None = None
    date_format: Text = "%Y-%m-%d"
    time_format: Text = "%H:%M:%S"
    missing: tuple[str, ...] = ("",)
    trailer: Text | None = None
    columns: Annotated[dict[str, ColumnSource], Field(min_length=1)]

    @model_validator(mode="after")
    def _one_origin(self) -> "Extract":
        if bool(self.file) == bool(self.connection) or bool(self.connection) != bool(self.query):
            raise ValueError("needs 'file', or 'connection' and 'query' together")
        if self.connection and (self.sheet or self.trailer):
            raise ValueError("'sheet' and 'trailer' belong to a file, not to a query")
        return self

    @property
    def name(self) -> str:
        """What tables and reports call it: the file with its sheet, or the table with its connection."""
        if self.connection:
            whose = f" of {self.delegate}" if self.delegate else ""
            return f"{self.table}{whose} ({self.connection})"
        return f"{self.file} [{self.sheet}]" if self.sheet else str(self.file)

    def moment_format(self, source: ColumnSource) -> str:
        """How a moment that stands in one column is written."""
        return source.format or f"{self.date_format} {self.time_format}"


class Mapping(Strict):
    """A plan's name and its extracts."""

    plan: Text
    extracts: Annotated[tuple[Extract, ...], Field(min_length=1)]


class MissingColumn(NamedTuple):
    """A canonical column an extract does not give; `column` is '' where a whole table has no extract."""

    table: str
    extract: str
    column: str
    meaning: str


def load_mapping(path: Path | str) -> Mapping:
    """The mapping in a YAML file, checked against the source tables.

    Raises InputError naming file, extract, column and mend: unknown names, a required column
    left out, values that are not allowed, a format that cannot be read, one extract named twice.
    """
    path = Path(path)
    raw = read_yaml(path)
    if not isinstance(raw, dict) or not isinstance(raw.get("extracts"), list):
        raise InputError(f"{path}: a list named 'extracts' is needed; add it.")
    extracts = [_extract(entry, path, number) for number, entry in enumerate(raw["extracts"], 1)]
    mapping = checked(Mapping, {**raw, "extracts": extracts}, path)
    seen: set[tuple[str, str]] = set()
    for extract in mapping.extracts:
        if (extract.table, extract.name) in seen:
            raise InputError(f"{path}, extract {extract.name}: it feeds {extract.table} twice; remove one.")
        seen.add((extract.table, extract.name))
    return mapping


def missing_columns(mapping: Mapping) -> list[MissingColumn]:
    """What the extracts do not give, with its meaning, so that a report can say what it lacks.

    A delegate column is not missing where the extract names its delegate.
    """
    missing = []
    for table in _source_tables().values():
        extracts = [extract for extract in mapping.extracts if extract.table == table.name]
        if not extracts:
            missing.append(MissingColumn(table.name, "", "", f"no extract: {table.one_row_is}"))
        for extract in extracts:
            given = {*extract.columns, "delegate"} if extract.delegate else set(extract.columns)
            missing += [
                MissingColumn(table.name, extract.name, column.name, column.meaning)
                for column in table.columns
                if column.name not in given
            ]
    return missing


def available_columns(mapping: Mapping) -> set[str]:
    """The source columns, as "table.column", that every extract of their table delivers."""
    lacking = column_gaps(mapping)
    every = {f"{table.name}.{column.name}" for table in _source_tables().values() for column in table.columns}
    return every - set(lacking)


def column_gaps(mapping: Mapping) -> dict[str, str]:
    """For each source column ("table.column") that not every extract delivers: which extracts lack it, in words."""
    lacking: dict[str, list[str]] = {}
    for missing in missing_columns(mapping):
        columns = [missing.column] if missing.column else [one.name for one in _source_tables()[missing.table].columns]
        for column in columns:
            lacking.setdefault(f"{missing.table}.{column}", []).append(missing.extract)
    return {
        name: f"not in {', '.join(extracts)}" if extracts[0] else f"no extract feeds the table {name.split('.')[0]}"
        for name, extracts in lacking.items()
    }


def _extract(entry: object, path: Path, number: int) -> Extract:
    named = entry if isinstance(entry, dict) else {}
    label = f"extract {number} ({named.get('file') or named.get('table') or 'without a name'})"
    columns = named.get("columns")
    if isinstance(columns, dict):
        sources = {
            name: checked(ColumnSource, _named_column(source), path, f"{label}, column {name}")
            for name, source in columns.items()
        }
        entry = {**named, "columns": sources}
    extract = checked(Extract, entry, path, label)
    try:
        _check_against_table(extract)
    except InputError as error:
        raise InputError(f"{path}, {label}: {error}") from None
    return extract


def _check_against_table(extract: Extract) -> None:
    tables = _source_tables()
    if extract.table not in tables:
        known = _nearest(extract.table, list(tables))
        raise InputError(f"there is no source table '{extract.table}'; {known}.")
    table = tables[extract.table]
    check_format(extract.date_format, "date")
    check_format(extract.time_format, "time")
    names = [column.name for column in table.columns]
    for name, source in extract.columns.items():
        if name not in names:
            raise InputError(f"table {table.name} has no column '{name}'; {_nearest(name, names)}.")
        _check_column(table.column(name), source)
    _check_required(extract, table)


def _check_required(extract: Extract, table: SourceTable) -> None:
    given = {*extract.columns, "delegate"} if extract.delegate else set(extract.columns)
    lacking = [column.name for column in table.columns if column.required and column.name not in given]
    if lacking:
        raise InputError(
            f"table {table.name} cannot do without {', '.join(lacking)}; "
            "map each to a column, or give it one value for every row with {constant: ...}."
        )


def _check_column(column: SourceColumn, source: ColumnSource) -> None:
    moment, day = column.kind == "moment", column.kind == "date"
    kind = f"column {column.name} is of kind {column.kind}"
    if source.date and not moment:
        raise InputError(f"column {column.name} is no moment; give it 'column' instead of 'date' and 'time'.")
    if source.constant is not None and moment:
        raise InputError(f"column {column.name} is a moment; map it to a column, not to a constant.")
    if source.format and not (moment or day):
        raise InputError(f"{kind} and takes no 'format'; leave it out.")
    if source.format:
        check_format(source.format, column.kind)
    if source.values and column.kind not in ("text", "code", "codes", "flag"):
        raise InputError(f"{kind} and takes no 'values'; leave them out.")
    allowed = allowed_values(column)
    if allowed:
        ours = [*(source.values or {}).values(), *([source.constant] if source.constant is not None else [])]
        wrong = [value for value in ours if value not in (*allowed, "")]
        if wrong:
            known = ", ".join(allowed)
            raise InputError(f"column {column.name}: '{wrong[0]}' is not one of {known}; correct it.")


def allowed_values(column: SourceColumn) -> tuple[str, ...]:
    """The values a code or a flag may take; empty for the other kinds."""
    return FLAGS if column.kind == "flag" else column.values or ()


def _nearest(name: str, known: list[str]) -> str:
    near = get_close_matches(name, known, n=1)
    return f"did you mean '{near[0]}'" if near else f"there are {', '.join(known)}"
