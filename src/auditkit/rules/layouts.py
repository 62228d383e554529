"""Record layouts of the program audit universes, as typed data.

One YAML file a table stands in `layouts/`. Every column says how well it is known:
`official` (taken from CMS's own workbook), `corroborated` (label, length and position seen in
a published source) or `recalled` (from memory; check against the official workbook). Nothing
built on a layout may hide that status.

A plan may keep versions of its own, made from CMS's official workbooks (`use_folder`). They count beside
the packaged ones, each from its first day on, as long as the suite's SQL can fill and test them.

Source: CMS Part C and Part D program audit protocols, CMS-10717, as far as they could be
reconstructed.
"""

from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, get_args

from pydantic import Field, StringConstraints, model_validator

from auditkit.errors import InputError
from auditkit.rules.checked import Day, Strict, Text, checked
from auditkit.rules.yamlfile import read_yaml

LAYOUT_FOLDER = Path(__file__).parent / "layouts"

Protocol = Literal["ODAG", "CDAG", "SNPCC"]
Status = Literal["official", "corroborated", "recalled"]
ColumnId = Annotated[str, StringConstraints(pattern=r"^[A-Z]{1,2}$")]
FIXED_LENGTHS = {"date": 10, "time": 8}
"""Lengths that follow from the text forms CCYY/MM/DD and HH:MM:SS."""


class Column(Strict):
    """One column of a record layout.

    id: column letter, A to Z then AA and so on.
    name: column title.
    kind: text, mbi (Medicare Beneficiary Identifier), contract, pbp, code (one of `values`),
        date (CCYY/MM/DD) or time (HH:MM:SS, 24-hour).
    length: most characters allowed; None when the length is not known.
    values: values allowed, exact and case-sensitive; only for a code.
    none_allowed: may the cell say None (not applicable)?
    rule: when the column is filled, in plain words.
    note: what else is known, and what was corrected.
    status: how well the column is known.
    time_column: on a date, the id of the column that holds its time of day.
    """

    id: ColumnId
    name: Text
    kind: Literal["text", "mbi", "contract", "pbp", "code", "date", "time"]
    length: Annotated[int, Field(ge=1)] | None = None
    values: tuple[Text, ...] = ()
    none_allowed: bool
    rule: Text
    note: Text | None = None
    status: Status
    time_column: ColumnId | None = None

    @model_validator(mode="after")
    def _fits_its_kind(self) -> "Column":
        if self.kind == "code" and not self.values:
            raise ValueError("a column of kind code needs at least one value in 'values'")
        if self.kind != "code" and self.values:
            raise ValueError("'values' belongs to a column of kind code")
        if self.time_column and self.kind != "date":
            raise ValueError("'time_column' belongs to a column of kind date")
        if self.length not in (None, FIXED_LENGTHS.get(self.kind, self.length)):
            raise ValueError(f"a {self.kind} is {FIXED_LENGTHS[self.kind]} characters long")
        return self


class Layout(Strict):
    """One universe record layout.

    code: short name used in files and commands, as OD.
    protocol: ODAG, CDAG or SNPCC.
    table: number of the table in its protocol.
    version: which text of the layout this is.
    effective_from, effective_to: first and last day on which a universe is built by this
        layout; no last day means still in force.
    source: where the layout comes from.
    population: which date or fact brings a case into the period, in plain words.
    population_column: id of that date's column, where the layout names a single one.
    include, exclude: what belongs in the table and what does not; scope_status: how well both
        lists are known.
    status_2026: what is known about the collection of this table in 2026 audits.
    columns: in the order of the submission.
    """

    code: Annotated[str, StringConstraints(pattern=r"^[A-Z]+(_[A-Z]+)?$")]
    protocol: Protocol
    table: int
    title: Text
    version: Text
    effective_from: Day
    effective_to: Day | None = None
    source: Text
    population: Text
    population_column: ColumnId | None = None
    scope_status: Status
    include: tuple[Text, ...]
    exclude: tuple[Text, ...]
    status_2026: Text | None = None
    columns: Annotated[tuple[Column, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _hangs_together(self) -> "Layout":
        if self.effective_to and self.effective_to < self.effective_from:
            raise ValueError("'effective_to' lies before 'effective_from'")
        _check_order([column.id for column in self.columns])
        kinds = {column.id: column.kind for column in self.columns}
        if self.population_column and kinds.get(self.population_column) != "date":
            raise ValueError(f"'population_column' {self.population_column} is not a date column")
        for column in self.columns:
            if column.time_column and kinds.get(column.time_column) != "time":
                raise ValueError(f"'time_column' {column.time_column} of column {column.id} "
                                 "is not a time column of this layout")
        return self

    def column(self, column_id: str) -> Column:
        """The column with this id. Raises InputError when the layout has none."""
        for column in self.columns:
            if column.id == column_id:
                return column
        raise InputError(f"Layout {self.code} has no column {column_id}; "
                         f"it runs from A to {self.columns[-1].id}.")

    def status_counts(self) -> dict[Status, int]:
        """Number of columns that are official, corroborated and recalled, in that order."""
        statuses = [column.status for column in self.columns]
        return {status: statuses.count(status) for status in ("official", "corroborated", "recalled")}


def _check_order(ids: list[str]) -> None:
    """Columns are lettered A, B, ... Z, AA, AB without gap or repeat, as a spreadsheet's are."""
    for position, found in enumerate(ids):
        due = (chr(64 + position // 26) if position >= 26 else "") + chr(65 + position % 26)
        if found != due:
            fault = "stands there twice" if found in ids[:position] else f"stands where {due} is due"
            raise ValueError(f"column {found} {fault}; columns run A, B, ... Z, AA without gaps")


def read_layout(path: Path) -> Layout:
    """The layout in one YAML file. Raises InputError naming file, column and reason."""
    raw = read_yaml(path)
    if not isinstance(raw, dict) or not isinstance(raw.get("columns"), list):
        raise InputError(f"{path}: a layout needs a list named 'columns'; add it.")
    columns = []
    for position, entry in enumerate(raw["columns"], start=1):
        label = entry.get("id", f"number {position}") if isinstance(entry, dict) else f"number {position}"
        columns.append(checked(Column, entry, path, f"column {label}"))
    return checked(Layout, {**raw, "columns": columns}, path)


def use_folder(folder: Path | None) -> None:
    """From now on count the plan's own layout versions in `folder` too; None: only the packaged ones.

    A folder that is not there counts as empty. The suite calls this with a project's params/layouts.
    Raises InputError when a file in it is malformed; the packaged layouts alone then hold.
    """
    _in_use.cache_clear()
    _OWN.folder = Path(folder) if folder and Path(folder).is_dir() else None
    try:
        all_layouts()
    except InputError:
        _OWN.folder = None
        raise


class _OWN:
    """Where the plan's own layout versions are; None when it has none."""

    folder: Path | None = None


def own_layout_files() -> list[Path]:
    """The files of the plan's own layout versions, sorted; none where no folder is in use."""
    return sorted(_OWN.folder.glob("*.yaml")) if _OWN.folder else []


def own_layouts() -> list[Layout]:
    """The plan's own layout versions as they are written, also those that do not fit, by file name."""
    return [read_layout(path) for path in own_layout_files()]


def misfit(layout: Layout) -> str | None:
    """Why the suite cannot build or test a universe by `layout`; None when it can.

    The SQL of the suite goes by column letters. It serves any version whose columns have the same letters,
    kinds and pairs of date and time as the packaged one; titles, lengths and allowed values may differ.
    """
    known = next((one for one in reversed(_packaged()) if one.code == layout.code), None)
    if known is None:
        return f"auditkit has no table {layout.code}"
    if len(known.columns) != len(layout.columns):
        return f"it has {len(layout.columns)} columns, and auditkit fills and tests {len(known.columns)}"
    for column, ours in zip(layout.columns, known.columns):
        if column.kind != ours.kind:
            return (f"column {column.id} ({column.name}) is of kind {column.kind}, "
                    f"in auditkit of kind {ours.kind}")
        if column.time_column != ours.time_column:
            return f"column {column.id} ({column.name}) is not paired with its time as in auditkit"
    return None


def all_layouts(folder: Path | None = None) -> list[Layout]:
    """Every version of every layout that runs go by, oldest first.

    folder: read this folder and nothing else; when none is given, the packaged layouts and the plan's own
        versions that fit. An own version ends the one before it on the day before it begins.
    Raises InputError when a file is malformed or two versions of a table are in force on one day.
    """
    return list(_in_use()) if folder is None else _load(Path(folder))


@cache
def _packaged() -> list[Layout]:
    return _load(LAYOUT_FOLDER)


@cache
def _in_use() -> list[Layout]:
    own = [layout for layout in own_layouts() if misfit(layout) is None]
    begins = [(layout.code, layout.effective_from) for layout in own]
    for code, first in begins:
        if begins.count((code, first)) > 1:
            raise InputError(f"{_OWN.folder}, layout {code}: two versions begin on {first}; remove one.")
    packaged = [layout for layout in _packaged() if (layout.code, layout.effective_from) not in begins]
    whole = _in_order(packaged + own)
    ended = [_until(one, later) for one, later in zip(whole, whole[1:])]
    return ended + whole[-1:]


def _until(layout: Layout, later: Layout) -> Layout:
    """`layout`, ended on the day before `later` begins, where both are versions of one table."""
    last = later.effective_from - timedelta(days=1)
    if layout.code != later.code or (layout.effective_to or date.max) <= last:
        return layout
    return layout.model_copy(update={"effective_to": last})


def _load(source: Path) -> list[Layout]:
    layouts = [read_layout(path) for path in sorted(source.glob("*.yaml"))]
    if not layouts:
        raise InputError(f"{source}: no layout files (*.yaml) there; check the folder.")
    layouts = _in_order(layouts)
    for earlier, later in zip(layouts, layouts[1:]):
        if earlier.code == later.code and (earlier.effective_to or date.max) >= later.effective_from:
            raise InputError(f"{source}, layout {later.code}: versions '{earlier.version}' and "
                             f"'{later.version}' are both in force on {later.effective_from}; "
                             "end the earlier one the day before.")
    return layouts


def _in_order(layouts: list[Layout]) -> list[Layout]:
    protocols = get_args(Protocol)
    return sorted(layouts, key=lambda layout: (protocols.index(layout.protocol), layout.table, layout.code,
                                               layout.effective_from))


def load_layouts(folder: Path | None = None) -> dict[str, Layout]:
    """The newest version of each layout, by code (OD, RECON, ... SNPE).

    folder: where the YAML files are; as for `all_layouts`.
    Raises InputError as `all_layouts`.
    """
    return {layout.code: layout for layout in all_layouts(folder)}


def layout_in_force(code: str, on: date, folder: Path | None = None) -> Layout:
    """The version of layout `code` by which a universe is built on the day `on`.

    Raises InputError when there is no such table, none in force on that day, or one of the plan's own that
    the suite cannot build by.
    """
    versions = [layout for layout in all_layouts(folder) if layout.code == code]
    if not versions:
        raise InputError(f"There is no layout {code}; the tables are {', '.join(load_layouts(folder))}.")
    found = next((one for one in versions if _holds(one, on)), None)
    for own in own_layouts() if folder is None else []:
        newer = found is None or own.effective_from > found.effective_from
        if own.code == code and _holds(own, on) and newer and misfit(own):
            raise InputError(f"Layout {code}, version '{own.version}' of your own is in force on {on}, "
                             f"and auditkit cannot build by it: {misfit(own)}. See docs/layouts.md.")
    if found is None:
        raise InputError(f"No version of layout {code} is in force on {on}; "
                         f"the first begins on {versions[0].effective_from}.")
    return found


def _holds(layout: Layout, on: date) -> bool:
    return layout.effective_from <= on <= (layout.effective_to or date.max)
