"""What a mock audit asks, as typed data: elements, draws, reasons to look at a case, parts of readiness.

`audit_elements.yaml` says of each number whose it is: CMS's (official, corroborated), remembered
(recalled) or the plan's own (house).
"""

from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator

from auditkit.errors import InputError
from auditkit.rules.checked import Strict, Text, checked
from auditkit.rules.layouts import ColumnId, Layout, Protocol, load_layouts
from auditkit.rules.yamlfile import read_yaml

ELEMENT_FILE = Path(__file__).with_name("audit_elements.yaml")

ElementStatus = Literal["official", "corroborated", "recalled", "house"]
Targeting = Literal["random", "stratified", "risk"]
TARGETINGS: tuple[str, ...] = ("random", "stratified", "risk")
READINESS_PARTS = (
    "rows_without_errors",
    "clocks_testable",
    "cases_kept",
    "rows_used",
    "file_agrees",
    "layout_known",
)
WORKED_OUT = ("late", "not_testable", "short_margin", "error", "warning", "delegate")
"""Reasons worked out from clocks, checks and delegates; every other is a sign told by a column."""

Count = Annotated[int, Field(ge=1)]


class Sign(Strict):
    """A fact of a row: `column` has one of `values`."""

    column: ColumnId
    values: Annotated[tuple[Text, ...], Field(min_length=1)]


class AuditTable(Strict):
    """Where a table tells delegate and determination, and which signs its rows carry, by reason code."""

    table: Text
    delegate: ColumnId
    determination: ColumnId | None = None
    signs: dict[Text, Sign] = {}


class Draw(Strict):
    """Cases drawn from one table. cases: which, in a word; where: layout column to its values."""

    table: Text
    cases: Text = "any"
    where: dict[ColumnId, Annotated[tuple[Text, ...], Field(min_length=1)]] = {}
    size: Count


class Element(Strict):
    """One audit element.

    asks: its question. status: how well the element is known; size_status, size_note: whose the sizes are.
    look_at: what a reviewer writes down for each case.
    """

    id: Text
    protocol: Protocol
    name: Text
    asks: Text
    status: ElementStatus
    size_status: ElementStatus
    size_note: Text
    look_at: Annotated[tuple[Text, ...], Field(min_length=1)]
    targeting: Targeting
    draws: tuple[Draw, ...] = ()


class Integrity(Strict):
    """Cases a table whose cells are compared with the plan's systems."""

    size: Count
    status: ElementStatus
    note: Text


class Reason(Strict):
    """Why a case is worth looking at; points are added up. word: the reason in short, sentence: in full."""

    code: Text
    word: Text
    points: Count
    sentence: Text


class ShortMargin(Strict):
    """A clock that stopped with at most so much to spare stopped shortly before its deadline."""

    days: Annotated[float, Field(ge=0)]
    hours: Annotated[float, Field(ge=0)]


class DelegateTest(Strict):
    """When a delegate has many late cases: see the comment in the file."""

    times: Annotated[float, Field(gt=0)]
    least_tested: Count
    least_late: Count


class Part(Strict):
    """One part of readiness: a share, and how much it weighs."""

    code: Literal[READINESS_PARTS]
    weight: Count
    says: Text


class Readiness(Strict):
    """How readiness is put together. lost_reasons: reasons of exclusion that are faults of the data."""

    status: ElementStatus
    note: Text
    parts: Annotated[tuple[Part, ...], Field(min_length=1)]
    lost_reasons: tuple[Text, ...]


class AuditRules(Strict):
    """The whole of audit_elements.yaml. worksheet: what is left blank on the worksheet of every case."""

    version: Text
    source: Text
    standing: Text
    tables: tuple[AuditTable, ...]
    strata: Annotated[tuple[Literal["contract", "delegate", "determination"], ...], Field(min_length=1)]
    elements: tuple[Element, ...]
    worksheet: Annotated[tuple[Text, ...], Field(min_length=1)]
    integrity: Integrity
    reasons: tuple[Reason, ...]
    short_margin: ShortMargin
    delegate: DelegateTest
    readiness: Readiness

    @model_validator(mode="after")
    def _hangs_together(self) -> "AuditRules":
        layouts = load_layouts()
        reasons = [reason.code for reason in self.reasons]
        parts = [part.code for part in self.readiness.parts]
        for what, names in (
            ("element", [one.id for one in self.elements]),
            ("reason", reasons),
            ("table", [one.table for one in self.tables]),
            ("readiness part", parts),
        ):
            twice = [name for name in names if names.count(name) > 1]
            if twice:
                raise ValueError(f"{what} {twice[0]} stands there twice")
        missing = [code for code in WORKED_OUT if code not in reasons]
        if missing:
            raise ValueError(f"the reason {missing[0]} is missing")
        for one in self.tables:
            for code, sign in one.signs.items():
                if code not in reasons:
                    raise ValueError(f"table {one.table}: there is no reason {code}")
                _check_column(layouts, one.table, sign.column, sign.values)
            for column in filter(None, (one.delegate, one.determination)):
                _check_column(layouts, one.table, column, ())
        for element in self.elements:
            for draw in element.draws:
                for column, values in draw.where.items():
                    _check_column(layouts, draw.table, column, values)
                self.table(draw.table)
        return self

    def table(self, code: str) -> AuditTable:
        """Where table `code` tells what a draw needs. Raises ValueError for a table nobody described."""
        for one in self.tables:
            if one.table == code:
                return one
        raise ValueError(f"there is no table {code} in 'tables'")

    def reason(self, code: str) -> Reason:
        """The reason with this code."""
        return next(reason for reason in self.reasons if reason.code == code)


def _check_column(layouts: dict[str, Layout], table: str, column_id: str, values: tuple[str, ...]) -> None:
    """A column named here must stand in the layout, and its values among the values allowed there."""
    if table not in layouts:
        raise ValueError(f"there is no layout {table}")
    try:
        column = layouts[table].column(column_id)
    except InputError as error:
        raise ValueError(str(error).removesuffix(".")) from None
    unknown = [value for value in values if value not in column.values]
    if unknown:
        raise ValueError(f"{table} column {column_id} has no value {unknown[0]}")


@cache
def load_audit_rules(path: Path = ELEMENT_FILE) -> AuditRules:
    """The rules of the mock audit. Raises InputError naming file and reason when they are malformed."""
    return checked(AuditRules, read_yaml(path), path)
