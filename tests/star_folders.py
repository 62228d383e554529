"""A small CMS Star Ratings folder of any star year, in the shapes CMS publishes.

Five invented contracts: an MA-PD without SNP, an MA-PD with SNP, a PDP, an MA-only contract and a
demonstration. Every measure a contract reports has the same star, so that a test can change one
cell and know the answer.
"""

import csv
from pathlib import Path

from auditkit.rules.star_years import load_star_year

NOT_REQUIRED = "Plan not required to report measure "
CONTRACTS = {
    "H0001": ("Local CCP", False),
    "H0002": ("Local CCP", True),
    "S0003": ("PDP", False),
    "H0004": ("MSA", False),
    "H0005": ("Demo", False),
}
NAMES = {
    "measure_data": "Measure Data",
    "measure_stars": "Measure Stars",
    "summary": "Summary Ratings",
    "cai": "CAI",
    "domain_stars": "Domain Stars",
    "part_c_cut_points": "Part C Cut Points",
    "part_d_cut_points": "Part D Cut Points",
}


def write_folder(folder: Path, year: int, star: int = 3, changes: dict | None = None, leave_out=()) -> Path:
    """Write the tables of `year`. changes: {(table, contract, column): text} replaces one cell."""
    folder.mkdir(parents=True, exist_ok=True)
    changes = changes or {}
    measures = load_star_year(year).measures
    for table, rows in {
        "measure_data": _measure_rows(year, "Data View", measures, changes, "measure_data", _score(star)),
        "measure_stars": _measure_rows(
            year, "Star View", measures, changes, "measure_stars", lambda m, c: f"{star}"
        ),
        "summary": _summary_rows(year, changes),
        "cai": _cai_rows(year),
        "part_c_cut_points": _part_c_cut_points(year, measures),
        "part_d_cut_points": _part_d_cut_points(year, measures),
    }.items():
        if table not in leave_out:
            write_csv(folder / file_name(year, table), rows)
    return folder


def file_name(year: int, table: str) -> str:
    return f"{year} Star Ratings Data Table - {NAMES[table]} (Oct 9 {year - 1}).csv"


def write_csv(path: Path, rows: list[list[str]], encoding: str = "cp1252") -> None:
    """cp1252 with padded cells and empty columns at the end, as CMS saves most of its tables."""
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows([row + [""] * 3 for row in rows])


def _reports(measure, contract: str) -> bool:
    kind, snp = CONTRACTS[contract]
    if measure.snp_only and not snp:
        return False
    if kind == "PDP":
        return measure.part == "D"
    return measure.part == "C" or kind != "MSA"


def _score(star: int):
    def score(measure, contract: str) -> str:
        if measure.method == "improvement":
            return "Medicare shows only a Star Rating for this topic "
        group = "ALL" if measure.part == "C" else "PDP" if contract[0] == "S" else "MA-PD"
        points = measure.cut_points.get(group) or measure.cut_points[next(iter(measure.cut_points))]
        return f"{points[star]:g}" + ("%" if measure.scale == "percent" else "")

    return score


def _measure_rows(year, title, measures, changes, table, value) -> list[list[str]]:
    who = [
        "CONTRACT_ID",
        "Organization Type",
        "Contract Name",
        "Organization Marketing Name",
        "Parent Organization",
    ]
    domains, last = [], None
    for measure in measures:
        domains.append(f"{measure.domain}: a domain" if measure.domain != last else "")
        last = measure.domain
    rows = [
        [f"{year} {title}: Medicare Report Card Master Table"],
        who + domains,
        [""] * 5 + [f"{m.id}: {m.name}".replace(" - ", " \u2013 ") for m in measures],
        [""] * 5 + [m.period or "Not Applicable" for m in measures],
    ]
    for contract, (kind, _) in CONTRACTS.items():
        cells = [
            changes.get(
                (table, contract, m.id),
                (value(m, contract) if _reports(m, contract) else NOT_REQUIRED) + " ",
            )
            for m in measures
        ]
        rows.append([f"{contract} ", f"{kind} ", "A CONTRACT, INC. ", "A plan ", "A parent ", *cells])
    return rows


def _summary_rows(year, changes) -> list[list[str]]:
    years = load_star_year(year).method.disaster_years
    heads = ["SNP", f"{years.survey_year} Disaster %", f"{years.care_year} Disaster %"]
    ratings = [f"{year} Part C Summary", f"{year} Part D Summary", f"{year} Overall"]
    rows = [
        [f"{year} Summary Star View: Medicare Report Card Master Table"],
        [
            "Contract Number",
            "Organization Type",
            "Contract Name",
            "Organization Marketing Name",
            "Parent Organization",
            *heads,
            *ratings,
        ],
    ]
    for contract, (kind, snp) in CONTRACTS.items():
        facts = ["Yes " if snp else "No ", "0", "0"]
        facts = [
            changes.get(("summary", contract, head), fact) for head, fact in zip(heads, facts, strict=True)
        ]
        cms = [changes.get(("summary", contract, head), "Not enough data available ") for head in ratings]
        rows.append([f"{contract} ", f"{kind} ", "A CONTRACT, INC. ", "A plan ", "A parent ", *facts, *cms])
    return rows


def _cai_rows(year) -> list[list[str]]:
    rows = [
        [f"{year} CAI View: Medicare Report Card Master Table"],
        [
            "Contract Number",
            "Organization Marketing Name",
            "Contract Name",
            "Parent Organization",
            "Puerto Rico Only",
            "Part C FAC",
            "Part D MA-PD FAC",
            "Part D PDP FAC",
            "Overall FAC",
        ],
    ]
    categories = {
        "H0001": ["1", "1", "N/A ", "1"],
        "H0002": ["2", "2", "N/A ", "2"],
        "S0003": ["N/A ", "N/A ", "1", "N/A"],
        "H0004": ["1", "N/A ", "N/A ", "N/A"],
    }
    return rows + [
        [f"{c} ", "A plan ", "A CONTRACT, INC. ", "A parent ", "No ", *cells]
        for c, cells in categories.items()
    ]


def _band(points: dict, star: int, lower: bool, unit: str) -> str:
    """CMS's words for the band of a star."""
    reach, fall = ("<=", ">") if lower else (">=", "<")
    if star == 1:
        return f"{fall} {points[2]:g}{unit} "
    if star == 5:
        return f"{reach} {points[5]:g}{unit} "
    low, high = f"{reach} {points[star]:g}{unit}", f"{fall} {points[star + 1]:g}{unit}"
    return f"{high} to {low} " if lower else f"{low} to {high} "


def _cut_point_cells(measures, group: str, star: int) -> list[str]:
    cells = []
    for measure in measures:
        points = measure.cut_points.get(group, {})
        unit = " %" if measure.scale == "percent" else ""
        cells.append(_band(points, star, measure.direction == "lower", unit) if len(points) == 4 else "None ")
    return cells


def _part_c_cut_points(year, measures) -> list[list[str]]:
    part = [m for m in measures if m.part == "C"]
    head = "Number of Stars Displayed on the Plan Finder Tool"
    rows = [
        [f"{year} Part C Performance Metrics Threshold for Star Assignments"],
        [head] + ["HD1: a domain"] * len(part),
    ]
    rows += [["", *(f"{m.id}: {m.name}" for m in part)], ["", *("01/01 - 12/31" for _ in part)]]
    return rows + [[f"{star}star ", *_cut_point_cells(part, "ALL", star)] for star in range(1, 6)]


def _part_d_cut_points(year, measures) -> list[list[str]]:
    part = [m for m in measures if m.part == "D"]
    head = ["Org Type", "Number of Stars Displayed on the Plan Finder Tool"]
    rows = [
        [f"{year} Part D Performance Metrics Threshold for Star Assignments"],
        head + ["DD1: a domain"] * len(part),
    ]
    rows += [["", "", *(f"{m.id}: {m.name}" for m in part)], ["", "", *("01/01 - 12/31" for _ in part)]]
    for group in ("MA-PD", "PDP"):
        rows += [[f"{group} ", f"{star}star ", *_cut_point_cells(part, group, star)] for star in range(1, 6)]
    return rows
