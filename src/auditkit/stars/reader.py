"""CMS's public Star Ratings folders as tidy tables.

Four header shapes occur: one header row (Summary, CAI, Domain); a domain row, a measure row and a
period row under the contract columns (Measure Data, Measure Stars); stars down the first column
(Part C cut points); contract group and stars down two columns (Part D cut points). Words in place
of numbers must be known (rules/stars/messages.yaml); an unknown column, measure or message is
refused in one sentence, never guessed.
"""

import re

import pandas as pd

from auditkit.errors import InputError
from auditkit.rules.star_years import load_star_year
from auditkit.stars.cells import numbers_and_messages, plain
from auditkit.stars.grids import Folder, Place, read_table
from auditkit.stars.tables import (
    category,
    column,
    contract_head,
    contract_rows,
    contract_table,
    measure_heads,
    percent,
    yes_no,
)

_DOMAIN = re.compile(r"([HD]D\d)\s*:\s*(.+)")


def read_scores(folder: Folder) -> pd.DataFrame:
    """Measure Data: contract_id, measure, score (number as displayed), message (text or missing)."""
    return _measure_table(folder, "measure_data", "score")


def read_measure_stars(folder: Folder) -> pd.DataFrame:
    """Measure Stars: contract_id, measure, star (1 to 5), message (text or missing)."""
    return _measure_table(folder, "measure_stars", "star")


def read_domain_stars(folder: Folder) -> pd.DataFrame:
    """Domain Stars: contract_id, domain, star (1 to 5), message (text or missing)."""
    place, table = contract_table(folder, "domain_stars")
    heads = {name: match[1] for name in table.columns if (match := _DOMAIN.match(name))}
    if not heads:
        raise InputError(f"{place}: no domain column such as 'HD1: ...' found; check the header row.")
    long = _long(table.rename(columns=heads), list(heads.values()), "domain")
    return numbers_and_messages(long, "domain", "star", place)


def read_contracts(folder: Folder) -> pd.DataFrame:
    """Facts about each contract, from the Summary and CAI tables; no rating is read.

    contract_id; organization_type, contract_name, marketing_name, parent (text); snp (bool);
    disaster_care_year, disaster_survey_year (percent of enrollees in disaster areas);
    puerto_rico_only (bool); fac_part_c, fac_part_d_mapd, fac_part_d_pdp, fac_overall (final
    adjustment category, missing where none applies).
    """
    years = load_star_year(folder.year).method.disaster_years
    place, table = contract_table(folder, "summary")
    facts = pd.DataFrame(
        {
            "contract_id": table["contract_id"],
            "organization_type": column(table, place, "Organization Type"),
            "contract_name": column(table, place, "Contract Name"),
            "marketing_name": column(table, place, "Organization Marketing Name"),
            "parent": column(table, place, "Parent Organization"),
            "snp": yes_no(table, place, "SNP"),
            "disaster_care_year": percent(table, place, f"{years.care_year} Disaster %"),
            "disaster_survey_year": percent(table, place, f"{years.survey_year} Disaster %"),
        }
    )
    merged = facts.merge(_adjustment_categories(folder), on="contract_id", how="left")
    merged["puerto_rico_only"] = merged["puerto_rico_only"].eq(True)
    return merged


def _adjustment_categories(folder: Folder) -> pd.DataFrame:
    place, table = contract_table(folder, "cai")
    heads = {
        "fac_part_c": "Part C FAC",
        "fac_part_d_mapd": "Part D MA-PD FAC",
        "fac_part_d_pdp": "Part D PDP FAC",
        "fac_overall": "Overall FAC",
    }
    columns = {name: category(table, place, head) for name, head in heads.items()}
    return pd.DataFrame(
        {
            "contract_id": table["contract_id"],
            "puerto_rico_only": yes_no(table, place, "Puerto Rico Only"),
            **columns,
        }
    )


def read_published_ratings(folder: Folder) -> pd.DataFrame:
    """CMS's own ratings, for comparison only: contract_id, part_c, part_d, overall (numbers)."""
    place, table = contract_table(folder, "summary")
    heads = {"part_c": "Part C Summary", "part_d": "Part D Summary", "overall": "Overall"}
    ratings = {"contract_id": table["contract_id"]}
    for name, head in heads.items():
        texts = column(table, place, f"{folder.year} {head}")
        ratings[name] = pd.to_numeric(texts, errors="coerce")
    return pd.DataFrame(ratings)


def read_icon_contracts(folder: Folder, icon: str) -> set[str]:
    """Contracts CMS lists under an icon: icon is 'high_performing' or 'low_performing'."""
    return set(contract_table(folder, icon)[1]["contract_id"])


def read_low_performing_history(folder: Folder) -> pd.DataFrame:
    """Summary ratings by year as the Low Performing table lists them.

    contract_id, year, part_c, part_d (missing where CMS shows no number).
    """
    place, table = contract_table(folder, "low_performing")
    years = sorted({int(m[1]) for name in table.columns if (m := re.match(r"(20\d\d) [CD] Summary", name))})
    parts = [
        pd.DataFrame(
            {
                "contract_id": table["contract_id"],
                "year": year,
                "part_c": pd.to_numeric(column(table, place, f"{year} C Summary"), errors="coerce"),
                "part_d": pd.to_numeric(column(table, place, f"{year} D Summary"), errors="coerce"),
            }
        )
        for year in years
    ]
    return pd.concat(parts, ignore_index=True)


def read_cut_points(folder: Folder) -> pd.DataFrame:
    """Cut points as published: measure, group (ALL, MA-PD, PDP), star (2 to 5), limit (number)."""
    rows = []
    for table, measures in (("part_c_cut_points", "C"), ("part_d_cut_points", "D")):
        rows += _cut_point_rows(folder, table, measures)
    return pd.DataFrame(rows, columns=["measure", "group", "star", "limit"])


def _measure_table(folder: Folder, name: str, value: str) -> pd.DataFrame:
    place, grid = read_table(folder, name)
    parameters = load_star_year(folder.year)
    at, heads = measure_heads(grid, place, parameters, "CD")
    contract_at, number = contract_head(grid[: at + 1], place)
    table = contract_rows(grid, max(at, contract_at), number, heads, place)
    long = _long(table, [measure.id for measure in parameters.measures], "measure")
    return numbers_and_messages(long, "measure", value, place)


def _long(table: pd.DataFrame, columns: list[str], name: str) -> pd.DataFrame:
    return table.melt(id_vars="contract_id", value_vars=columns, var_name=name, value_name="text")


def _cut_point_rows(folder: Folder, name: str, part: str) -> list[tuple[str, str, int, float]]:
    place, grid = read_table(folder, name)
    parameters = load_star_year(folder.year)
    at, heads = measure_heads(grid, place, parameters, part)
    rows, group, seen = [], "ALL", set()
    for row in grid[at + 1 :]:
        words = [plain(cell) for cell in row[:2]]
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
        group, star = missing[0]
        raise InputError(f"{place}: no row '{star}star' for {group}; check the first columns.")
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
        raise InputError(
            f"{place}, column {measure}: cut point '{cell}' cannot be read; write '>= 53 %' or '<= 0.3'."
        )
    return None
