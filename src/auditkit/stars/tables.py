"""Header rows and columns of CMS's Star Ratings tables: which column holds what."""

import re

import pandas as pd

from auditkit.errors import InputError
from auditkit.rules.star_years import StarYear
from auditkit.stars.cells import plain, same_name
from auditkit.stars.grids import Folder, Place, read_table

_CONTRACT_HEADS = ("contract number", "contract id", "contract")
_CONTRACT = re.compile(r"[A-Z]\d{4}")
_MEASURE = re.compile(r"([CD]\d\d)\s*:\s*(.+)")


def contract_table(folder: Folder, name: str) -> tuple[Place, pd.DataFrame]:
    """Place and rows of a table that has one header row and one row a contract, all text."""
    place, grid = read_table(folder, name)
    at, number = contract_head(grid, place)
    return place, contract_rows(grid, at, number, _unique(grid[at], place), place)


def contract_head(grid: list[list[str]], place: Place) -> tuple[int, int]:
    """Row and column number of the heading of the contract numbers."""
    for at, row in enumerate(grid[:10]):
        for column, cell in enumerate(row):
            if plain(cell) in _CONTRACT_HEADS:
                return at, column
    raise InputError(
        f"{place}: no column 'Contract Number' or 'CONTRACT_ID' in the first ten rows; check the header row."
    )


def _unique(row: list[str], place: Place) -> list[str]:
    filled = [cell for cell in row if cell]
    doubled = sorted({cell for cell in filled if filled.count(cell) > 1})
    if doubled:
        raise InputError(f"{place}: column '{doubled[0]}' stands twice; keep one.")
    return row


def contract_rows(
    grid: list[list[str]], at: int, column: int, heads: list[str], place: Place
) -> pd.DataFrame:
    """The rows below row `at` whose cell in `column` is a contract number, under the names in `heads`.

    Columns without a name are left out; a row whose contract cell is blank, or that holds nothing
    but a note, is no data. Raises InputError for anything else.
    """
    wanted = {name: number for number, name in enumerate(heads) if name and number != column}
    records = []
    for number, row in enumerate(grid[at + 1 :], start=at + 2):
        cell = row[column] if column < len(row) else ""
        if _CONTRACT.fullmatch(cell):
            records.append([cell] + [row[n] if n < len(row) else "" for n in wanted.values()])
        elif cell and sum(map(bool, row)) > 1:
            raise InputError(
                f"{place}, row {number}: '{cell}' is no contract number such as H1234; mend the row."
            )
    table = pd.DataFrame(records, columns=["contract_id", *wanted], dtype="str")
    if table.empty:
        raise InputError(f"{place}: no row with a contract number; the table is empty or cut off.")
    doubled = table["contract_id"][table["contract_id"].duplicated()]
    if len(doubled):
        raise InputError(f"{place}: contract {doubled.iloc[0]} stands twice; keep one row a contract.")
    return table


def column(table: pd.DataFrame, place: Place, head: str) -> pd.Series:
    """The column with this heading; InputError lists what was found instead."""
    for name in table.columns:
        if plain(name) == plain(head):
            return table[name]
    found = ", ".join(f"'{name}'" for name in table.columns[1:13])
    raise InputError(f"{place}: no column '{head}'; found {found}; name the column as CMS does.")


def yes_no(table: pd.DataFrame, place: Place, head: str) -> pd.Series:
    """A Yes/No column as True and False."""
    texts = column(table, place, head).str.lower()
    _refuse(texts.isin(["yes", "no"]), table, texts, place, head, "Yes or No")
    return texts.eq("yes")


def percent(table: pd.DataFrame, place: Place, head: str) -> pd.Series:
    """A column of percentages, 0 to 100; missing where the cell says N/A."""
    texts = column(table, place, head).str.rstrip("% ")
    none = _none(texts)
    numbers = pd.to_numeric(texts.mask(none), errors="coerce")
    _refuse(none | numbers.between(0, 100), table, texts, place, head, "a percentage from 0 to 100 or N/A")
    return numbers


def category(table: pd.DataFrame, place: Place, head: str) -> pd.Series:
    """A column of categories 1, 2, ...; missing where the cell says N/A."""
    texts = column(table, place, head)
    none = _none(texts)
    numbers = pd.to_numeric(texts.mask(none), errors="coerce")
    _refuse(none | (numbers.ge(1) & numbers.mod(1).eq(0)), table, texts, place, head, "a category or N/A")
    return numbers


def _none(texts: pd.Series) -> pd.Series:
    return texts.str.upper().isin(["N/A", "NOT APPLICABLE", ""])


def _refuse(good, table, texts, place, head, expected) -> None:
    """Raise InputError for the first cell that is not good."""
    if not good.all():
        at = (~good).idxmax()
        raise InputError(
            f"{place}, contract {table['contract_id'][at]}, column '{head}': '{texts[at]}' found where "
            f"{expected} is expected; mend the cell."
        )


def measure_heads(grid, place: Place, parameters: StarYear, parts: str) -> tuple[int, list[str]]:
    """Row of the measure names and, for each column, the measure identifier or nothing."""
    for at, row in enumerate(grid[:10]):
        found = [(number, match) for number, cell in enumerate(row) if (match := _MEASURE.fullmatch(cell))]
        if len(found) >= 3:
            return at, _known_heads(row, found, place, parameters, parts)
    raise InputError(f"{place}: no row of measure columns such as 'C01: ...'; check the header rows.")


def _known_heads(row, found, place: Place, parameters: StarYear, parts: str) -> list[str]:
    known = {measure.id: measure for measure in parameters.measures}
    heads = [""] * len(row)
    for number, match in found:
        measure = known.get(match[1])
        if measure is None or not same_name(measure.name, match[2]):
            expected = (
                f"'{measure.id}: {measure.name}'" if measure else f"{row[number][:3]} is not among them"
            )
            raise InputError(
                f"{place}: measure column '{row[number]}' is unknown in star year {parameters.star_year} "
                f"({expected}); check the year, or add it to rules/stars/{parameters.star_year}.yaml."
            )
        heads[number] = measure.id
    missing = [m for m in parameters.measures if m.part in parts and m.id not in heads]
    strangers = [cell for number, cell in enumerate(row) if cell and not heads[number] and ":" in cell]
    if missing:
        instead = f"; the column '{strangers[0]}' has no measure identifier" if strangers else ""
        raise InputError(
            f"{place}: no column for measure '{missing[0].id}: {missing[0].name}'{instead}; "
            f"name the column as CMS does."
        )
    return heads
