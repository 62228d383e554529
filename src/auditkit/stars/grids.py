"""CMS's table files as grids of text: csv in two encodings, xlsx; and which table each file holds.

CMS changes file names, dates and leading rows every year, so a file is known by the words in its
name and confirmed by what stands in its header; nothing depends on an exact name.
"""

import csv
import io
import re
from dataclasses import dataclass
from pathlib import Path

from openpyxl import load_workbook

from auditkit.errors import InputError
from auditkit.rules.star_years import load_star_year

# Words that must stand in a name, by table. The first table whose words fit wins.
_NAME_WORDS = {
    "cai": ("cai",),
    "domain_stars": ("domain",),
    "measure_data": ("measure", "data"),
    "measure_stars": ("measure", "stars"),
    "part_c_cut_points": ("part", "c", "cutpoints"),
    "part_d_cut_points": ("part", "d", "cutpoints"),
    "high_performing": ("high", "performing"),
    "low_performing": ("low", "performing"),
    "summary": ("summary",),
}
# Words of CMS's title row, by table: a file named one table and titled another is refused.
_TITLE_WORDS = {
    "cai": "cai view",
    "domain_stars": "domain star view",
    "measure_data": "data view",
    "measure_stars": "star view",
    "part_c_cut_points": "part c performance",
    "part_d_cut_points": "part d performance",
    "high_performing": "high performing",
    "low_performing": "low performing",
    "summary": "summary star view",
}
# What the table is called in a sentence to the user.
TITLES = {
    "cai": "CAI",
    "domain_stars": "Domain Stars",
    "measure_data": "Measure Data",
    "measure_stars": "Measure Stars",
    "part_c_cut_points": "Part C Cut Points",
    "part_d_cut_points": "Part D Cut Points",
    "high_performing": "High Performing Contracts",
    "low_performing": "Low Performing Contracts",
    "summary": "Summary Ratings",
}


@dataclass(frozen=True)
class Place:
    """Where one table stands: a file and, in a workbook, a sheet."""

    path: Path
    sheet: str | None = None

    def __str__(self) -> str:
        return f"{self.path.name}, sheet {self.sheet}" if self.sheet else self.path.name


@dataclass(frozen=True)
class Folder:
    """A folder of CMS Star Ratings tables of one star year: where each table stands."""

    path: Path
    year: int
    places: dict[str, Place]

    def place(self, table: str) -> Place:
        """The place of a table; InputError with the words to look for when it is missing."""
        if table in self.places:
            return self.places[table]
        raise InputError(
            f"{self.path}: no {TITLES[table]} table of {self.year}; add the csv or xlsx file of "
            f"CMS's data tables whose name holds the words '{TITLES[table]}'."
        )


def open_folder(path: Path | str, year: int) -> Folder:
    """Find the tables of star year `year` in `path`.

    Raises InputError when there are none, or the rules do not know the year.

    A table in a file of its own is preferred; sheets of a master workbook fill what is missing.
    """
    path = Path(path)
    load_star_year(year)
    if not path.is_dir():
        raise InputError(f"{path}: no such folder; name the folder that holds CMS's Star Ratings tables.")
    files = sorted(
        f for f in path.iterdir() if f.suffix.lower() in (".csv", ".xlsx") and f.name[0] not in ".~"
    )
    named = [(_table(file.stem), Place(file)) for file in files]
    places = _one_each([(table, place) for table, place in named if table], year)
    for table, place in named:
        if table is None and place.path.suffix.lower() == ".xlsx":
            for name, sheet in _sheets(place.path):
                places.setdefault(name, Place(place.path, sheet))
    if not places:
        raise InputError(
            f"{path}: no CMS Star Ratings table found; expected csv or xlsx files named like "
            f"'{year} Star Ratings Data Table - Measure Stars'."
        )
    return Folder(path, year, places)


def _one_each(named: list[tuple[str, Place]], year: int) -> dict[str, Place]:
    places: dict[str, Place] = {}
    for table, place in named:
        stated = re.match(r"\s*(20\d\d)\b", place.path.stem)
        if stated and int(stated[1]) != year:
            raise InputError(
                f"{place.path.name}: its name says star year {stated[1]}, asked for was {year}; "
                f"give the right year or a folder of {year} alone."
            )
        if table in places:
            raise InputError(
                f"{place.path.parent}: two files hold the {TITLES[table]} table, {places[table]} and "
                f"{place}; keep one of them."
            )
        places[table] = place
    return places


def _table(name: str) -> str | None:
    words = re.sub(r"cut\s+points?", "cutpoints", re.sub(r"[^a-z0-9]+", " ", name.lower()))
    present = set(words.replace("cutpoint ", "cutpoints ").split())
    # The date and "Star Ratings Data Table" stand in every name and would answer to 'data'.
    if " table " in words:
        present = set(words.split(" table ", 1)[1].split())
    for table, needed in _NAME_WORDS.items():
        if set(needed) <= present:
            return table
    return None


def _sheets(path: Path) -> list[tuple[str, str]]:
    try:
        names = load_workbook(path, read_only=True).sheetnames
    except Exception as error:  # openpyxl raises many kinds for a damaged file
        raise InputError(f"{path.name}: cannot be read as xlsx ({type(error).__name__}).") from None
    return [(table, name) for name in names if (table := _table(name))]


def read_table(folder: Folder, table: str) -> tuple[Place, list[list[str]]]:
    """Where a table stands, and its cells as text without outer blanks, row by row.

    Raises InputError when the table is missing, cannot be read, or its title names another table
    or another star year.
    """
    place = folder.place(table)
    grid = read_grid(place)
    title = next((cell for row in grid[:3] for cell in row if cell), "")
    stated = re.match(r"(20\d\d)\b", title)
    if stated and int(stated[1]) != folder.year:
        raise InputError(
            f"{place}: its title says star year {stated[1]}, asked for was {folder.year}; "
            f"give the right year."
        )
    # Longest words first: 'domain star view' and 'summary star view' hold 'star view'.
    for name, words in sorted(_TITLE_WORDS.items(), key=lambda entry: -len(entry[1])):
        if words in title.lower():
            if name != table:
                raise InputError(
                    f"{place}: named as the {TITLES[table]} table, but its title says {TITLES[name]} "
                    f"('{title}'); put the right file in its place."
                )
            break
    return place, grid


def read_grid(place: Place) -> list[list[str]]:
    """The cells of a file or sheet as text; InputError when it cannot be read."""
    rows = _xlsx_rows(place) if place.path.suffix.lower() == ".xlsx" else _csv_rows(place.path)
    # A table repeats a few thousand texts; each is cleaned once.
    clean = {text: _clean(text) for text in {cell for row in rows for cell in row}}
    return [[clean[cell] for cell in row] for row in rows]


def _clean(cell: str) -> str:
    return " ".join(cell.replace("\u2019", "'").replace("\u00a0", " ").split())


def _csv_rows(path: Path) -> list[list[str]]:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path.name}: cannot be read ({type(error).__name__}).") from None
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return list(csv.reader(io.StringIO(raw.decode(encoding), newline="")))
        except UnicodeDecodeError:
            continue
        except csv.Error as error:
            raise InputError(f"{path.name}: is not a readable csv file ({error}).") from None
    raise InputError(f"{path.name}: is neither UTF-8 nor Windows-1252 text; save it as csv again.")


def _xlsx_rows(place: Place) -> list[list[str]]:
    try:
        book = load_workbook(place.path, read_only=True, data_only=True)
        sheet = book[place.sheet] if place.sheet else book.worksheets[0]
        return [[_cell_text(cell) for cell in row] for row in sheet.iter_rows()]
    except Exception as error:  # openpyxl raises many kinds for a damaged file
        raise InputError(f"{place.path.name}: cannot be read as xlsx ({type(error).__name__}).") from None


def _cell_text(cell: object) -> str:
    """A cell as CMS displays it: 0.76 in percent format is 76%."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, float | int) and not isinstance(value, bool):
        percent = "%" in (cell.number_format or "")
        return f"{value * 100:.10g}%" if percent else f"{value:.10g}"
    return str(value)
