"""A workbook in which an auditor can retrace a rating: live formulas over the plan's measure stars.

One sheet a contract: its measures with weight and star, and beside them the weighted mean, variance,
reward factor, CAI and rounding as formulas, for Part C, Part D and the overall rating, each with and
without the improvement measures. Changing a star changes the rating. The values the formulas had when the
workbook was written come from `ratings` and are stored with them. The legs without new
measures (contracts hit by a disaster) are not drawn; a note names them where they would count.
"""

from datetime import datetime
from pathlib import Path

import numpy as np
import pandas as pd
import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell

from auditkit.rules.star_years import StarYear
from auditkit.stars.star_sheets import method_sheet, print_setup, workbook_styles
from auditkit.stars.variants import measure_matrix

RATING_NAMES = {"part_c": "Part C", "part_d": "Part D", "overall": "Overall"}
RULE_KEYS = {"part_c": "part_c", "part_d": "part_d_mapd", "overall": "overall"}
LEGS = {"improvement": "with improvement", "no_improvement": "without improvement"}
FIRST_ROW = 4  # of the measures, counted from 0
HEADERS = (
    "Measure",
    "Name",
    "Weight",
    "Star",
    "Rated",
    "Improvement",
    "In Part C",
    "In Part D",
    "In overall",
)
CALCULATION = 10  # column where the arithmetic stands
STEPS = (
    "Rated measures (n)",
    "Sum of weights (W)",
    "Weighted mean",
    "Variance",
    "Mean: relatively high from",
    "Mean: high from",
    "Variance: medium from",
    "Variance: high from",
    "Reward factor",
    "CAI",
    "Rating before rounding",
    "Rounded to half stars",
    "Rating that counts",
)


def write_star_workbook(
    path: Path,
    measures: pd.DataFrame,
    ratings: pd.DataFrame,
    facts: pd.DataFrame,
    rules: StarYear,
    notes: list[str],
) -> None:
    """Write the workbook to `path`: equal input gives equal bytes.

    measures: `plan_year.measures_to_date`. ratings: `outlook.ratings_today`. facts:
    `variants.read_contract_facts`. rules: the star year used. notes: sentences for the first sheet, such as
    which parameters stand in for unknown ones.
    """
    book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": "Star rating arithmetic", "created": datetime(1980, 1, 1)})
    styles = workbook_styles(book)
    method_sheet(book, styles, rules, notes)
    for _, fact in facts.iterrows():
        rated = ratings[ratings["contract_id"] == fact["contract_id"]].iloc[0]
        _contract_sheet(book, styles, measures, rated, fact, rules)
    book.close()


def _contract_sheet(
    book, styles: dict, measures: pd.DataFrame, rated: pd.Series, fact: pd.Series, rules: StarYear
) -> None:
    contract = fact["contract_id"]
    sheet = book.add_worksheet(contract)
    sheet.write_string(
        0, 0, f"{contract}: measure stars to ratings, star year {rules.star_year}", styles["title"]
    )
    sheet.write_string(1, 0, _remark(rated, fact, rules))
    for column, head in enumerate(HEADERS):
        sheet.write_string(FIRST_ROW - 1, column, head, styles["head"])
    stars = measure_matrix(measures, contract, rules)
    for place, measure in enumerate(rules.measures):
        _measure_line(sheet, styles, FIRST_ROW + place, measure, stars[place], bool(fact["snp"]))
    _arithmetic(sheet, styles, stars, rated, fact, rules)
    widths = (9, 56, 8, 6, 7, 12, 9, 9, 10, 3, 28)
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    sheet.set_column(CALCULATION + 1, CALCULATION + 6, 13)
    sheet.set_row(FIRST_ROW - 1, 32)  # two lines of header
    sheet.freeze_panes(FIRST_ROW, 2)
    print_setup(sheet)


def _remark(rated: pd.Series, fact: pd.Series, rules: StarYear) -> str:
    sentences = [
        f"{RATING_NAMES[rating]}: no rating, {rated[f'{rating}_reason']}."
        for rating in RATING_NAMES
        if pd.isna(rated[rating])
    ]
    if max(fact["disaster_care_year"], fact["disaster_survey_year"]) >= rules.method.disaster_share:
        sentences.append(
            "The better of with and without new measures may also count (disaster); not drawn here."
        )
    unknown = [name for name in RATING_NAMES if np.isnan(fact[f"fac_{RULE_KEYS[name]}"])]
    if unknown:
        named = ", ".join(RATING_NAMES[name] for name in unknown)
        sentences.append(f"Adjustment category not known for {named}: CAI is 0.")
    return " ".join(sentences)


def _measure_line(sheet, styles: dict, row: int, measure, star: float, snp: bool) -> None:
    counts = measure.weight if snp or not measure.snp_only else 0
    sheet.write_string(row, 0, measure.id, styles["text"])
    sheet.write_string(row, 1, measure.name, styles["text"])
    sheet.write_number(row, 2, counts, styles["whole"])
    if np.isnan(star):
        sheet.write_blank(row, 3, None, styles["input"])
    else:
        sheet.write_number(row, 3, star, styles["input"])
    sheet.write_formula(row, 4, f"=IF(ISNUMBER(D{row + 1}),1,0)", styles["whole"], 0 if np.isnan(star) else 1)
    flags = (
        measure.method == "improvement",
        measure.part == "C",
        measure.part == "D",
        measure.counted_in_overall_as is None,
    )
    for column, flag in enumerate(flags, start=5):
        sheet.write_number(row, column, int(flag), styles["whole"])


def _arithmetic(
    sheet, styles: dict, stars: np.ndarray, rated: pd.Series, fact: pd.Series, rules: StarYear
) -> None:
    head = FIRST_ROW - 1
    sheet.write_string(head, CALCULATION, "Step", styles["head"])
    for row, step in enumerate(STEPS, start=FIRST_ROW):
        sheet.write_string(row, CALCULATION, step, styles["text"])
    last_row = FIRST_ROW + len(rules.measures)
    column = CALCULATION + 1
    for rating, name in RATING_NAMES.items():
        results = []
        for leg, words in LEGS.items():
            sheet.write_string(head, column, f"{name}, {words}", styles["head"])
            cells = _leg(sheet, styles, column, rating, leg, last_row, stars, rated, fact, rules)
            results.append(cells)
            column += 1
        _counts(sheet, styles, column - 2, rating, results, rated, rules)


def _leg(sheet, styles, column, rating, leg, last_row, stars, rated, fact, rules: StarYear) -> str:
    """Write one column of the arithmetic; give the cell of its rounded rating."""
    flag = {"part_c": "G", "part_d": "H", "overall": "I"}[rating]

    def span(letter: str) -> str:
        return f"${letter}${FIRST_ROW + 1}:${letter}${last_row}"

    def cell(step: str) -> str:
        return xl_rowcol_to_cell(FIRST_ROW + STEPS.index(step), column)

    takes_part = f"{span(flag)}*{span('E')}" + ("" if leg == "improvement" else f"*(1-{span('F')})")
    weight = f"{span('C')}*{takes_part}"
    limits = _limits(rating, leg, rules)
    cai = _cai(rating, fact, rules)
    n, total = _counted(rating, leg, stars, fact, rules)
    values = {
        step: rated[f"{rating}_{leg}_{key}"]
        for step, key in (
            ("Weighted mean", "mean"),
            ("Variance", "variance"),
            ("Reward factor", "reward"),
            ("Rating before rounding", "unrounded"),
            ("Rounded to half stars", "stars"),
        )
    }
    mean, variance = f"ROUND({cell('Weighted mean')},6)", f"ROUND({cell('Variance')},6)"
    medium, high = cell("Variance: medium from"), cell("Variance: high from")
    formulas = {
        "Rated measures (n)": (f"=SUMPRODUCT(({span('C')}>0)*{takes_part})", n),
        "Sum of weights (W)": (f"=SUMPRODUCT({weight})", total),
        "Weighted mean": (
            f"=SUMPRODUCT({weight}*{span('D')})/{cell('Sum of weights (W)')}",
            values["Weighted mean"],
        ),
        "Variance": (
            f"={cell('Rated measures (n)')}/(({cell('Rated measures (n)')}-1)*{cell('Sum of weights (W)')})"
            f"*SUMPRODUCT({weight}*({span('D')}-{cell('Weighted mean')})^2)",
            values["Variance"],
        ),
        "Reward factor": (
            f"=IF({mean}>={cell('Mean: high from')},IF({variance}<{medium},0.4,IF({variance}<{high},0.3,0)),"
            f"IF({mean}>={cell('Mean: relatively high from')},IF({variance}<{medium},0.2,"
            f"IF({variance}<{high},0.1,0)),0))",
            values["Reward factor"],
        ),
        "Rating before rounding": (
            f"={cell('Weighted mean')}+{cell('Reward factor')}+{cell('CAI')}",
            values["Rating before rounding"],
        ),
        "Rounded to half stars": (
            f"=MIN(5,INT(2*ROUND({cell('Rating before rounding')},8)+0.5)/2)",
            values["Rounded to half stars"],
        ),
    }
    numbers = {
        "Mean: relatively high from": limits.relatively_high_mean,
        "Mean: high from": limits.high_mean,
        "Variance: medium from": limits.low_variance,
        "Variance: high from": limits.high_variance,
        "CAI": cai,
    }
    for row, step in enumerate(STEPS, start=FIRST_ROW):
        style = styles["whole"] if step in STEPS[:2] else styles["number"]
        if step in formulas:
            formula, value = formulas[step]
            sheet.write_formula(row, column, formula, style, "" if pd.isna(value) else value)
        elif step in numbers:
            sheet.write_number(row, column, numbers[step], style)
    return cell("Rounded to half stars")


def _counts(sheet, styles, column, rating, results: list[str], rated: pd.Series, rules: StarYear) -> None:
    """The rating that counts, under the two legs of `rating`."""
    row = FIRST_ROW + STEPS.index("Rating that counts")
    with_, without = results
    rule = rules.method.improvement_hold_harmless
    formula = f"={with_}"
    if rating == "overall" or rule.ratings == "all":
        formula = f"=IF(AND({without}>={rule.at_least:g},{without}>{with_}),{without},{with_})"
    value = rated[rating]
    sheet.write_formula(row, column, formula, styles["result"], "" if pd.isna(value) else value)


def _limits(rating: str, leg: str, rules: StarYear):
    wanted = "with" if leg == "improvement" else "without"
    return next(
        row
        for row in rules.reward_thresholds
        if row.rating == RULE_KEYS[rating] and row.improvement == wanted and row.new_measures != "without"
    )


def _cai(rating: str, fact: pd.Series, rules: StarYear) -> float:
    category = fact[f"fac_{RULE_KEYS[rating]}"]
    return 0.0 if np.isnan(category) else rules.cai[RULE_KEYS[rating]][int(category) - 1]


def _counted(rating: str, leg: str, stars: np.ndarray, fact: pd.Series, rules: StarYear) -> tuple[int, float]:
    weights = [
        measure.weight
        for measure, star in zip(rules.measures, stars, strict=True)
        if not np.isnan(star)
        and (fact["snp"] or not measure.snp_only)
        and (leg == "improvement" or measure.method != "improvement")
        and (
            measure.counted_in_overall_as is None
            if rating == "overall"
            else measure.part == rating[-1].upper()
        )
    ]
    return len(weights), sum(weights)
