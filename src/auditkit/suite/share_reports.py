"""Share edition: periodic reports in their long form, findings by disposition code, public Star Ratings.

Of a report only numbers are taken. Texts, among them what the plan writes itself, never are.
"""

import re

import pandas as pd

from auditkit.publish.share_tables import ShareTable, share_table
from auditkit.rules.formulas import Formula, parse_formula
from auditkit.rules.report_catalogue import Element, Report
from auditkit.suite.share_numbers import ALL, Numbers, Tables, sums_of, titled

COMPUTED = "computed"
_QUARTER = re.compile(r"(\d{4})Q[1-4]")
_KNOWN = {
    "read_current": "read", "read_secondary": "read, secondary source", "read_older": "read, older text",
    "recalled": "recalled", "mixed": "part recalled",
}  # fmt: skip
_DEFINITION = (
    "Definition: whether that of the element was read in a current text of the regulator, in another one, or is "
    "recalled and not read. A dash: not computed for that unit."
)
_STAR = "CMS's public Star Ratings data tables; contracts and measures, no person. Not masked."


def add_report(numbers: Numbers, tables: Tables, name: str, heading: str, catalogue: dict[str, Report]) -> None:
    """The numbers of the reports saved as table `name`, by report, element, unit and period."""
    saved = tables(name)
    if saved is None:
        numbers.absent.append(f"{heading}: the run did not make them.")
        return
    counted = saved[(saved["state"] == COMPUTED) & (saved["kind"] != "text") & saved["value"].notna()]
    references = {}
    for row in counted.itertuples():
        element = _element(catalogue, row.report, row.code)
        reference = _reference(numbers, row, element)
        if reference is not None:
            references[row.report, row.code, row.unit, row.period] = reference
    _relate(numbers, counted, catalogue)
    if references:
        numbers.tables.append(_laid_out(heading, saved, references, catalogue))
    left_out = len(saved.loc[saved["kind"] != "text", ["report", "code"]].drop_duplicates())
    left_out -= len({key[:2] for key in references})
    if left_out:
        some = "1 element is" if left_out == 1 else f"{left_out:,} elements are"
        numbers.absent.append(f"{heading}: {some} not computed, as the extracts lack what is needed.")


def _element(catalogue: dict[str, Report], report: str, code: str) -> Element | None:
    known = catalogue.get(report)
    return next((element for element in known.elements if element.code == code), None) if known else None


def _id(report: str, code: str, unit: str, period: str) -> str:
    return f"{report}|{code}|{unit}|{period}"


def _reference(numbers: Numbers, row, element: Element | None):
    """The reference to one number; None for a number of a kind whose cells are not known."""
    name = _id(row.report, row.code, row.unit, row.period)
    if row.kind == "count":
        return numbers.count(name, row.value) if float(row.value).is_integer() else None
    decimals = element.round if element is not None and element.round is not None else 1
    if row.kind == "percent" and not pd.isna(row.numerator) and not pd.isna(row.denominator):
        parts = [_id(row.report, f"{row.code}.{what}", row.unit, row.period) for what in ("numerator", "denominator")]
        for part, value in zip(parts, (row.numerator, row.denominator), strict=True):
            numbers.count(part, value)
        return numbers.rate(name, *parts, decimals)
    worked = element is not None and (element.mean or element.median or element.sum)
    if worked and not pd.isna(row.cases):
        cases = _id(row.report, f"{row.code}.cases", row.unit, row.period)
        numbers.count(cases, row.cases)
        return numbers.average(name, row.value, cases, "median" if element.median else "mean")
    return None


def _relate(numbers: Numbers, counted: pd.DataFrame, catalogue: dict[str, Report]) -> None:
    """Programs add up to the plan, quarters to the year, elements to elements."""
    reports = set(counted["report"])
    keys = [tuple(name.split("|")) for name in numbers.cells if name.count("|") == 3]
    keys = [key for key in keys if key[0] in reports]
    by_unit, by_period = {}, {}
    for report, code, unit, period in keys:
        if unit != ALL:
            by_unit.setdefault((report, code, period), []).append(_id(report, code, unit, period))
        quarter = _QUARTER.fullmatch(period)
        if quarter:
            by_period.setdefault((report, code, unit, quarter[1]), []).append(_id(report, code, unit, period))
    for (report, code, period), parts in by_unit.items():
        numbers.balance([_id(report, code, ALL, period)], parts)
    for (report, code, unit, year), parts in by_period.items():
        numbers.balance([_id(report, code, unit, year)], parts)
    places = {(report, unit, period) for report, _, unit, period in keys}
    for report in sorted({report for report, _, _ in places}):
        sums = _sums(catalogue[report]) if report in catalogue else []
        for _, unit, period in sorted(place for place in places if place[0] == report):
            for left, right in sums:
                numbers.balance(*([_id(report, code, unit, period) for code in side] for side in (left, right)))


def _sums(report: Report) -> list[tuple[list[str], list[str]]]:
    """Pairs of sums of elements that are the same: from formulas, from the parts of percentages, from checks."""
    codes, pairs = [element.code for element in report.elements], []
    for element in report.elements:
        if not element.formula:
            continue
        formula = parse_formula(element.formula, codes)
        if element.kind == "count":
            pairs.append(({element.code: 1}, _linear(formula)))
        elif element.kind == "percent" and formula.sign == "/":
            pairs.append(({f"{element.code}.numerator": 1}, _linear(formula.left)))
            pairs.append(({f"{element.code}.denominator": 1}, _linear(formula.right)))
    for check in report.checks:
        if check.is_ == "=":
            pairs.append((_linear(parse_formula(check.left, codes)), _linear(parse_formula(check.right, codes))))
    return [_sides(left, right) for left, right in pairs if left and right]


def _linear(formula: Formula) -> dict[str, int] | None:
    """A sum and difference of elements as how often each stands in it; None when it is anything else."""
    if not formula.sign:
        return {formula.code: 1} if formula.code else None
    left, right = _linear(formula.left), _linear(formula.right)
    if formula.sign not in "+-" or left is None or right is None or set(left) & set(right):
        return None
    return left | {code: times if formula.sign == "+" else -times for code, times in right.items()}


def _sides(left: dict[str, int], right: dict[str, int]) -> tuple[list[str], list[str]]:
    """An equation with every element on the side on which it is added."""
    plus = [code for code, times in left.items() if times > 0] + [code for code, times in right.items() if times < 0]
    minus = [code for code, times in right.items() if times > 0] + [code for code, times in left.items() if times < 0]
    return plus, minus


def _laid_out(heading: str, saved: pd.DataFrame, references: dict, catalogue: dict[str, Report]) -> ShareTable:
    """One line an element and period, one column a unit; the whole plan first."""
    names = {name: f"{name}: {report.name}" for name, report in catalogue.items()}
    units = sorted({key[2] for key in references}, key=lambda unit: (unit != ALL, unit))
    rows = []
    for row in saved.drop_duplicates(["report", "code", "period"]).itertuples():
        found = [references.get((row.report, row.code, unit, row.period)) for unit in units]
        if any(reference is not None for reference in found):
            element = f"{row.code}: {row.name}"
            known = _KNOWN.get(row.verification, row.verification)
            rows.append((names.get(row.report, row.report), element, row.period, *found, _measure(row.kind), known))
    shown = ["Whole plan" if unit == ALL else unit.replace("_", " ") for unit in units]
    columns = ["Report", "Element", "Period", *shown, "Counted in", "Definition"]
    frame = pd.DataFrame(rows, columns=columns)
    return share_table(heading, heading, heading, frame, _DEFINITION, split_by="Report")


def _measure(kind: str) -> str:
    return {"count": "cases or people", "number": "number"}.get(kind, kind)


def add_findings(numbers: Numbers, coded: pd.DataFrame | None, period: str, codes: dict[str, str]) -> None:
    """Conditions found, by table and rule, with cases, people and the code of what reviewers settled.

    coded: as `findings.dispositions.coded_dispositions` gives it. Conditions of few cases stand together, one
    line a table and severity; whether the people behind them are the same is not known, so none are counted.
    """
    if coded is None:
        numbers.absent.append("Findings: the run gathered none.")
        return
    rows = []
    for (table, severity), group in coded.groupby(["table", "severity"], sort=False):
        few = group["cases"] < numbers.threshold
        for line in [*(group[group["rule"] == rule] for rule in group.loc[~few, "rule"]), group[few]]:
            if len(line):
                shown = _condition(numbers, table, f"finding|{table}/{severity}/{'+'.join(line['rule'])}", line, period)
                rows.append((titled(table, codes), severity, ", ".join(line["rule"]), *shown, _settled(line)))
    frame = pd.DataFrame(rows, columns=["Cases of", "Severity", "Rules", "Cases", "People", "Dispositions"])
    signed = coded["sign_off"].iloc[0] if len(coded) else "not signed off"
    note = (
        "Conditions of few cases stand together on one line, without a count of people. Dispositions are codes, with "
        f"the number of conditions; reviewers' notes stay with the plan. Sign-off of the run: {signed}."
    )
    numbers.tables.append(share_table("Findings", "Findings and dispositions",
                                      "Conditions found, with the dispositions of reviewers", frame, note))


def _condition(numbers: Numbers, table: str, base: str, line: pd.DataFrame, period: str) -> list:
    """References to the cases and people of a line, linked with late cases and with each other."""
    cases, people = f"{base}/cases|{ALL}|{period}", f"{base}/people|{ALL}|{period}"
    counted = line["people"].iloc[0] if len(line) == 1 else None
    references = [numbers.count(cases, line["cases"].sum()), numbers.count(people, counted)]
    numbers.link(cases, [(people,)])
    late = [(name,) for name in numbers.cells if name.startswith(f"timeliness|{table}/") and "/late|" in name]
    numbers.link(cases, sums_of(late, 2))
    return references


def _settled(line: pd.DataFrame) -> str:
    """The disposition codes of a line with the number of conditions of each."""
    counts = line["disposition"].value_counts()
    return ", ".join(f"{code} ({count})" for code, count in sorted(counts.items()))


def add_stars(numbers: Numbers, tables: Tables) -> None:
    """Star Ratings computed from CMS's public tables; nothing of the plan's own members is in them."""
    ratings = tables("star_ratings")
    if ratings is None:
        numbers.absent.append("Star Ratings: the run has no public tables to rate.")
        return
    shown = ratings[["contract_id", "year", "part_c", "part_d", "overall"]].rename(columns={
        "contract_id": "Contract", "year": "Star year", "part_c": "Part C", "part_d": "Part D", "overall": "Overall"})
    shown = shown.astype("object").where(shown.notna(), "not rated")
    rated = ("Part C", "Part D", "Overall")
    numbers.tables.append(ShareTable("Star Ratings", "Star Ratings", "Star Ratings computed from CMS's public tables",
                                     shown, rated, _STAR, units=dict.fromkeys(rated, "stars")))
