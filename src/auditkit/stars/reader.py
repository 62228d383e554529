"""CMS's public Star Ratings folders as tidy tables.

Four header shapes occur: one header row (Summary, CAI, Domain); a domain row, a measure row and a
period row under the contract columns (Measure Data, Measure Stars); stars down the first column
(Part C cut points); contract group and stars down two columns (Part D cut points). Words in place
of numbers must be known (rules/stars/messages.yaml); an unknown column, measure or message is
refused in one sentence, never guessed.
"""

import re
from functools import cache

import numpy as np
import pandas as pd

from auditkit.errors import InputError
from auditkit.rules.star_years import FOLDER, Measure, StarYear, load_star_year
from auditkit.rules.yamlfile import read_yaml
from auditkit.stars.grids import Folder, Place, read_grid

_CONTRACT_HEADS = ("contract number", "contract id", "contract")
_CONTRACT = re.compile(r"[A-Z]\d{4}")
_MEASURE = re.compile(r"([CD]\d\d)\s*:\s*(.+)")
_DOMAIN = re.compile(r"([HD]D\d)\s*:\s*(.+)")
_NUMBER = re.compile(r"(-?\d+(?:\.\d+)?|-?\.\d+)\s*(%?)")


@cache
def messages() -> dict[str, str]:
    """Kind of every known message (not_required, no_star, one_star, star_only) by its text."""
    entries = read_yaml(FOLDER / "messages.yaml")["messages"]
    return {_plain(entry["text"]): entry["kind"] for entry in entries}


def message_kind(texts: pd.Series) -> pd.Series:
    """Kind of each message text, missing where there is no message."""
    return texts.map({text: messages()[_plain(text)] for text in texts.dropna().unique()})


def read_scores(folder: Folder) -> pd.DataFrame:
    """Measure Data: contract_id, measure, score (number as displayed), message (text or missing)."""
    return _measure_table(folder, "measure_data", "score")


def read_measure_stars(folder: Folder) -> pd.DataFrame:
    """Measure Stars: contract_id, measure, star (1 to 5), message (text or missing)."""
    return _measure_table(folder, "measure_stars", "star")


def read_domain_stars(folder: Folder) -> pd.DataFrame:
    """Domain Stars: contract_id, domain, star (1 to 5), message (text or missing)."""
    place = folder.place("domain_stars")
    table = _contract_table(place)
    heads = {name: match[1] for name in table.columns if (match := _DOMAIN.match(name))}
    if not heads:
        raise InputError(f"{place}: no domain column such as 'HD1: ...' found; check the header row.")
    long = _long(table.rename(columns=heads), list(heads.values()), "domain")
    return _with_numbers(long, "domain", "star", place)


def read_contracts(folder: Folder) -> pd.DataFrame:
    """Facts about each contract, from the Summary and CAI tables; no rating is read.

    contract_id; organization_type, contract_name, marketing_name, parent (text); snp (bool);
    disaster_care_year, disaster_survey_year (percent of enrollees in disaster areas);
    puerto_rico_only (bool); fac_part_c, fac_part_d_mapd, fac_part_d_pdp, fac_overall (final
    adjustment category, missing where none applies).
    """
    years = load_star_year(folder.year).method.disaster_years
    place = folder.place("summary")
    table = _contract_table(place)
    facts = pd.DataFrame(
        {
            "contract_id": table["contract_id"],
            "organization_type": _column(table, place, "Organization Type"),
            "contract_name": _column(table, place, "Contract Name"),
            "marketing_name": _column(table, place, "Organization Marketing Name"),
            "parent": _column(table, place, "Parent Organization"),
            "snp": _yes_no(table, place, "SNP"),
            "disaster_care_year": _percent(table, place, f"{years.care_year} Disaster %"),
            "disaster_survey_year": _percent(table, place, f"{years.survey_year} Disaster %"),
        }
    )
    merged = facts.merge(_adjustment_categories(folder), on="contract_id", how="left")
    merged["puerto_rico_only"] = merged["puerto_rico_only"].eq(True)
    return merged


def _adjustment_categories(folder: Folder) -> pd.DataFrame:
    place = folder.place("cai")
    table = _contract_table(place)
    heads = {
        "fac_part_c": "Part C FAC",
        "fac_part_d_mapd": "Part D MA-PD FAC",
        "fac_part_d_pdp": "Part D PDP FAC",
        "fac_overall": "Overall FAC",
    }
    columns = {name: _category(table, place, head) for name, head in heads.items()}
    return pd.DataFrame(
        {
            "contract_id": table["contract_id"],
            "puerto_rico_only": _yes_no(table, place, "Puerto Rico Only"),
            **columns,
        }
    )


def read_published_ratings(folder: Folder) -> pd.DataFrame:
    """CMS's own ratings, for comparison only: contract_id, part_c, part_d, overall (numbers)."""
    place = folder.place("summary")
    table = _contract_table(place)
    heads = {"part_c": "Part C Summary", "part_d": "Part D Summary", "overall": "Overall"}
    ratings = {"contract_id": table["contract_id"]}
    for name, head in heads.items():
        texts = _column(table, place, f"{folder.year} {head}")
        ratings[name] = pd.to_numeric(texts, errors="coerce")
    return pd.DataFrame(ratings)


def read_icon_contracts(folder: Folder, icon: str) -> set[str]:
    """Contracts CMS lists under an icon: icon is 'high_performing' or 'low_performing'."""
    return set(_contract_table(folder.place(icon))["contract_id"])


def read_low_performing_history(folder: Folder) -> pd.DataFrame:
    """Summary ratings by year as the Low Performing table lists them.

    contract_id, year, part_c, part_d (missing where CMS shows no number).
    """
    place = folder.place("low_performing")
    table = _contract_table(place)
    years = sorted({int(m[1]) for name in table.columns if (m := re.match(r"(20\d\d) [CD] Summary", name))})
    parts = [
        pd.DataFrame(
            {
                "contract_id": table["contract_id"],
                "year": year,
                "part_c": pd.to_numeric(_column(table, place, f"{year} C Summary"), errors="coerce"),
                "part_d": pd.to_numeric(_column(table, place, f"{year} D Summary"), errors="coerce"),
            }
        )
        for year in years
    ]
    return pd.concat(parts, ignore_index=True)


def read_cut_points(folder: Folder) -> pd.DataFrame:
    """Cut points as published: measure, group (ALL, MA-PD, PDP), star (2 to 5), limit (number)."""
    rows = []
    for table, measures in (("part_c_cut_points", "C"), ("part_d_cut_points", "D")):
        rows += _cut_point_rows(folder, folder.place(table), measures)
    return pd.DataFrame(rows, columns=["measure", "group", "star", "limit"])


# ---------------------------------------------------------------- tables with one row a contract


def _contract_table(place: Place, grid: list[list[str]] | None = None) -> pd.DataFrame:
    """The rows of a table that has one header row and one row a contract, all text."""
    grid = grid or read_grid(place)
    at, column = _contract_head(grid, place)
    heads = _heads(grid[at], place)
    return _contract_rows(grid, at, column, heads, place)


def _contract_head(grid: list[list[str]], place: Place) -> tuple[int, int]:
    for at, row in enumerate(grid[:10]):
        for column, cell in enumerate(row):
            if _plain(cell) in _CONTRACT_HEADS:
                return at, column
    raise InputError(
        f"{place}: no column 'Contract Number' or 'CONTRACT_ID' in the first ten rows; check the header row."
    )


def _heads(row: list[str], place: Place) -> list[str]:
    filled = [cell for cell in row if cell]
    doubled = sorted({cell for cell in filled if filled.count(cell) > 1})
    if doubled:
        raise InputError(f"{place}: column '{doubled[0]}' stands twice; keep one.")
    return row


def _contract_rows(grid, at, column, heads, place) -> pd.DataFrame:
    wanted = {name: number for number, name in enumerate(heads) if name and number != column}
    records = []
    for number, row in enumerate(grid[at + 1 :], start=at + 2):
        cell = row[column] if column < len(row) else ""
        if _CONTRACT.fullmatch(cell):
            records.append([cell] + [row[n] if n < len(row) else "" for n in wanted.values()])
        elif cell and sum(map(bool, row)) > 1:
            raise InputError(f"{place}, row {number}: '{cell}' is no contract number such as H1234; mend the row.")
    table = pd.DataFrame(records, columns=["contract_id", *wanted], dtype="str")
    if table.empty:
        raise InputError(f"{place}: no row with a contract number; the table is empty or cut off.")
    doubled = table["contract_id"][table["contract_id"].duplicated()]
    if len(doubled):
        raise InputError(f"{place}: contract {doubled.iloc[0]} stands twice; keep one row a contract.")
    return table


def _column(table: pd.DataFrame, place: Place, head: str) -> pd.Series:
    for name in table.columns:
        if _plain(name) == _plain(head):
            return table[name]
    found = ", ".join(f"'{name}'" for name in table.columns[1:13])
    raise InputError(f"{place}: no column '{head}'; found {found}; name the column as CMS does.")


def _yes_no(table: pd.DataFrame, place: Place, head: str) -> pd.Series:
    texts = _column(table, place, head).str.lower()
    _refuse(texts.isin(["yes", "no"]), table, texts, place, head, "Yes or No")
    return texts.eq("yes")


def _percent(table: pd.DataFrame, place: Place, head: str) -> pd.Series:
    texts = _column(table, place, head).str.rstrip("% ")
    numbers = pd.to_numeric(texts, errors="coerce")
    _refuse(numbers.between(0, 100), table, texts, place, head, "a percentage from 0 to 100")
    return numbers


def _category(table: pd.DataFrame, place: Place, head: str) -> pd.Series:
    texts = _column(table, place, head)
    none = texts.str.upper().isin(["N/A", "NA", "NOT APPLICABLE", ""])
    numbers = pd.to_numeric(texts.mask(none), errors="coerce")
    _refuse(none | (numbers.ge(1) & numbers.mod(1).eq(0)), table, texts, place, head, "a category or N/A")
    return numbers


def _refuse(good, table, texts, place, head, expected) -> None:
    """Raise InputError for the first cell that is not good."""
    if not good.all():
        at = (~good).idxmax()
        raise InputError(
            f"{place}, contract {table['contract_id'][at]}, column '{head}': '{texts[at]}' found where "
            f"{expected} is expected; mend the cell."
        )


# ---------------------------------------------------------------- tables with one column a measure


def _measure_table(folder: Folder, name: str, value: str) -> pd.DataFrame:
    place = folder.place(name)
    grid = read_grid(place)
    parameters = load_star_year(folder.year)
    _check_year(grid, folder, place)
    at, heads = _measure_heads(grid, place, parameters)
    contract_at, column = _contract_head(grid[: at + 1], place)
    heads = [head if number != column else "" for number, head in enumerate(heads)]
    table = _contract_rows(grid, max(at, contract_at), column, heads, place)
    long = _long(table, [measure.id for measure in parameters.measures], "measure")
    return _with_numbers(long, "measure", value, place)


def _check_year(grid: list[list[str]], folder: Folder, place: Place) -> None:
    title = next((cell for row in grid[:3] for cell in row if cell), "")
    stated = re.match(r"(20\d\d)\b", title)
    if stated and int(stated[1]) != folder.year:
        raise InputError(
            f"{place}: its title says star year {stated[1]}, asked for was {folder.year}; give the right year."
        )


def _measure_heads(grid, place: Place, parameters: StarYear) -> tuple[int, list[str]]:
    """Row of the measure names and, for each column, the measure identifier or nothing."""
    for at, row in enumerate(grid[:10]):
        found = [(number, match) for number, cell in enumerate(row) if (match := _MEASURE.fullmatch(cell))]
        if len(found) >= 3:
            return at, _known_heads(row, found, place, parameters)
    raise InputError(f"{place}: no row of measure columns such as 'C01: ...' found; check the header rows.")


def _known_heads(row, found, place: Place, parameters: StarYear) -> list[str]:
    known = {measure.id: measure for measure in parameters.measures}
    heads = [""] * len(row)
    for number, match in found:
        measure = known.get(match[1])
        if measure is None or not _same_name(measure, match[2]):
            expected = f"'{measure.id}: {measure.name}'" if measure else f"{row[number][:3]} is not among them"
            raise InputError(
                f"{place}: measure column '{row[number]}' is unknown in star year {parameters.star_year} "
                f"({expected}); check the year, or add the measure to rules/stars/{parameters.star_year}.yaml."
            )
        heads[number] = measure.id
    first = {name[0] for name in heads if name}
    missing = [m for m in parameters.measures if m.part in first and m.id not in heads]
    strangers = [cell for number, cell in enumerate(row) if cell and not heads[number] and ":" in cell]
    if missing:
        instead = f"; the column '{strangers[0]}' has no measure identifier" if strangers else ""
        raise InputError(
            f"{place}: no column for measure '{missing[0].id}: {missing[0].name}'{instead}; "
            f"name the column as CMS does."
        )
    return heads


def _same_name(measure: Measure, name: str) -> bool:
    """Whether a column's words are the measure's; one may leave a word out, none may differ."""
    ours, theirs = set(_plain(measure.name).split()), set(_plain(name).split())
    return len(ours & theirs) >= 2 and (ours <= theirs or theirs <= ours)


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[^a-z0-9%]+", " ", text.lower()).split())


def _long(table: pd.DataFrame, columns: list[str], name: str) -> pd.DataFrame:
    missing = [column for column in columns if column not in table.columns]
    columns = [column for column in columns if column not in missing]
    return table.melt(id_vars="contract_id", value_vars=columns, var_name=name, value_name="text")


def _with_numbers(long: pd.DataFrame, name: str, value: str, place: Place) -> pd.DataFrame:
    """Split text into number and message; refuse a text that is neither, and a star out of range."""
    uniques = pd.Series(long["text"].unique())
    matched = {text: _NUMBER.fullmatch(text) for text in uniques}
    for text, match in matched.items():
        wrong = _wrong_cell(text, match, value)
        if wrong:
            row = long[long["text"].eq(text)].iloc[0]
            raise InputError(
                f"{place}, contract {row['contract_id']}, column {row[name]}: '{text}' {wrong}."
            )
    numbers = {text: float(match[1]) if match else np.nan for text, match in matched.items()}
    messages_ = {text: None if match else text for text, match in matched.items()}
    return pd.DataFrame(
        {
            "contract_id": long["contract_id"],
            name: long[name],
            value: long["text"].map(numbers).astype(float),
            "message": long["text"].map(messages_).astype("str"),
        }
    )


def _wrong_cell(text: str, match: re.Match | None, value: str) -> str | None:
    if match is None:
        if _plain(text) in messages():
            return None
        return (
            "is neither a number nor a known message; add the message with its meaning to "
            "rules/stars/messages.yaml" if text else "is empty; a number or a message is expected"
        )
    if value == "star" and (match[2] or float(match[1]) not in (1, 2, 3, 4, 5)):
        return "is no star from 1 to 5; mend the cell"
    return None


# ---------------------------------------------------------------- cut points


def _cut_point_rows(folder: Folder, place: Place, part: str) -> list[tuple[str, str, int, float]]:
    grid = read_grid(place)
    parameters = load_star_year(folder.year)
    _check_year(grid, folder, place)
    at, heads = _measure_heads(grid, place, parameters)
    rows, group, seen = [], "ALL", set()
    for row in grid[at + 1 :]:
        words = [_plain(cell) for cell in row[:2]]
        if part == "D" and words[0] in ("ma pd", "pdp"):
            group = "PDP" if words[0] == "pdp" else "MA-PD"
        star = next((int(m[1]) for word in words if (m := re.fullmatch(r"([1-5]) ?stars?", word))), None)
        if star is None:
            continue
        seen.add((group, star))
        for number, measure in enumerate(heads):
            limit = _limit(row[number], place, measure) if measure and star > 1 else None
            if limit is not None:
                rows.append((measure, group, star, limit))
    groups = ("MA-PD", "PDP") if part == "D" else ("ALL",)
    missing = [(g, s) for g in groups for s in range(1, 6) if (g, s) not in seen]
    if missing:
        raise InputError(f"{place}: no row '{missing[0][1]}star' for {missing[0][0]}; check the first columns.")
    return rows


def _limit(cell: str, place: Place, measure: str) -> float | None:
    """The number a score must reach for a star: after >= or <=, or the only number.

    A cell without a number (CMS leaves a star out when two cut points fall together) has none.
    """
    number = r"(-?\d*\.?\d+)"
    for pattern in (rf">=\s*{number}", rf"<=\s*{number}", rf"^{number}\s*%?$"):
        match = re.search(pattern, cell)
        if match:
            return float(match[1])
    if re.search(r"\d", cell):
        raise InputError(f"{place}, column {measure}: cut point '{cell}' cannot be read; write '>= 53 %' or '<= 0.3'.")
    return None
