"""Star measures made of the plan's own tables, long before CMS publishes them.

What is counted, and how it differs from what CMS counts, stands in rules/stars/own_measures.yaml and
is printed with the numbers. A measure whose inputs no source table holds is listed with the reason.
"""

import datetime

import numpy as np
import pandas as pd

from auditkit.rules.star_own_measures import OwnMeasure, load_own_measures
from auditkit.rules.star_years import StarYear
from auditkit.stars.clustering import round_half_up

JUDGED = ("upheld", "overturned", "partially_overturned")
MEDICARE_PROGRAMS = ("one_care", "sco")  # members of SCO with MassHealth only are in no Medicare contract
COLUMNS = [
    "contract",
    "measure_name",
    "numerator",
    "denominator",
    "score",
    "enough",
    "counted",
    "out_of",
    "differs",
]


def measures_from_tables(
    tables: dict[str, pd.DataFrame],
    verdicts: pd.DataFrame | None,
    measurement_year: int,
    as_of: datetime.date,
) -> pd.DataFrame:
    """Give the measures that the source tables hold, by contract, for the year so far.

    tables: typed source tables by name (members, appeals, assessments; those missing disable their
    measures). verdicts: the timeliness verdicts of the run, None when there are none.
    measurement_year, as_of: 1 January of the year to `as_of`, both counted.

    One row a contract and measure: contract, measure_name, numerator, denominator, score (percent,
    rounded), enough (the denominator is one CMS gives a rate for), counted, out_of, differs. A measure
    that cannot be made has one row without contract; `differs` then says what is missing.
    """
    own = load_own_measures()
    first = _day(datetime.date(measurement_year, 1, 1))
    last = min(_day(as_of), _day(datetime.date(measurement_year, 12, 31)))
    rows = []
    for measure in own.values():
        missing = [name for name in measure.tables if name not in tables]
        if measure.key == "timely_appeals" and verdicts is None:
            missing.append("timeliness verdicts")
        if not measure.tables or missing:
            rows.append(_not_made(measure, missing))
            continue
        counts = _counts(measure.key, tables, verdicts, first, last)
        rows += [_row(measure, *count) for count in counts.itertuples(index=False)]
    return pd.DataFrame(rows, columns=COLUMNS)


def fill_quality(
    quality: pd.DataFrame, own: pd.DataFrame, ids_of: StarYear, measurement_year: int, as_of: datetime.date
) -> pd.DataFrame:
    """Give the quality table with rows for measures it lacks, made of the plan's own tables.

    own: `measures_from_tables`. Only measures with a denominator CMS gives a rate for are added, and only
    to contracts in the quality table that have no row of that measure and measurement year; no row
    that is there is changed. The Part D copy of a measure is added with its Part C original. Added rows
    carry `extract` "own tables".
    """
    year = quality[quality["measurement_year"].astype(int) == measurement_year]
    present = set(zip(year["contract"], year["measure"], strict=True))
    contracts = set(quality["contract"])
    added = []
    for row in own[own["enough"] & own["contract"].isin(contracts)].to_dict("records"):
        for measure in _with_copies(row["measure_name"], ids_of):
            if (row["contract"], measure) not in present:
                added.append(
                    {
                        "contract": row["contract"],
                        "measure": measure,
                        "measurement_year": measurement_year,
                        "as_of_date": as_of.strftime("%Y/%m/%d"),
                        "numerator": row["numerator"],
                        "denominator": row["denominator"],
                        "score": None,
                        "star": None,
                        "extract": "own tables",
                    }
                )
    if not added:
        return quality
    return pd.DataFrame([*quality.to_dict("records"), *added]).reindex(columns=quality.columns)


def _with_copies(name: str, ids_of: StarYear) -> list[str]:
    originals = [measure.id for measure in ids_of.measures if measure.part == "C" and measure.name == name]
    copies = [measure.id for measure in ids_of.measures if measure.counted_in_overall_as in originals]
    return originals + copies


def contract_on(members: pd.DataFrame, cases: pd.DataFrame, day: str) -> pd.DataFrame:
    """Give the cases of Medicare members with the contract they were enrolled in on the day in column `day`.

    Cases without a member enrolled that day are left out; a case counts once.
    """
    spans = members.loc[
        members["program"].isin(MEDICARE_PROGRAMS),
        ["member_id", "contract", "enrolled_from_day", "enrolled_to_day"],
    ]
    found = cases.merge(spans, on="member_id", how="inner")
    within = (found["enrolled_from_day"] <= found[day]) & ~(found["enrolled_to_day"] < found[day]).fillna(
        False
    )
    return found[within].drop_duplicates(list(cases.columns))


def _counts(
    key: str, tables: dict[str, pd.DataFrame], verdicts: pd.DataFrame | None, first: int, last: int
) -> pd.DataFrame:
    """Rows (contract, numerator, denominator)."""
    if key == "leaving":
        return _leaving(tables["members"], first, last)
    if key == "snp_care":
        return _snp_care(tables["assessments"], tables["members"], first, last)
    judged = judged_appeals(tables["appeals"], tables["members"], first, last)
    if key == "upheld_appeals":
        return _tally(judged, judged["ire_outcome"] == "upheld")
    return _tally(judged, ~judged["case_id"].isin(_late_forwarding(verdicts, judged)))


def judged_appeals(appeals: pd.DataFrame, members: pd.DataFrame, first: int, last: int) -> pd.DataFrame:
    """Give the appeals both measures on appeals count: judged by the IRE, forwarded in the year, Medicare benefits.

    first, last: day numbers, both counted. One row a case with its contract on the day of receipt.
    """
    medicare = ~(appeals["benefit"] == "medicaid").fillna(False)
    forwarded = appeals["ire_forwarded_at_day"].between(first, last).fillna(False)
    judged = appeals[appeals["ire_outcome"].isin(JUDGED) & forwarded & medicare]
    columns = ["case_id", "member_id", "appeal_type", "ire_outcome", "received_at_day"]
    return contract_on(members, judged[columns], "received_at_day")


def _late_forwarding(verdicts: pd.DataFrame, judged: pd.DataFrame) -> set[str]:
    """Appeals forwarded late: by the IRE forwarding clock, or for payment by the decision clock,
    which ends with payment or forwarding."""
    late = verdicts[verdicts["verdict"] == "late"]
    payment = set(judged.loc[judged["appeal_type"] == "payment", "case_id"])
    by_decision = late.loc[late["clock"] == "decision", "case_id"]
    return set(late.loc[late["clock"] == "IRE forwarding", "case_id"]) | (set(by_decision) & payment)


def _snp_care(assessments: pd.DataFrame, members: pd.DataFrame, first: int, last: int) -> pd.DataFrame:
    due = assessments[
        assessments["assessment_type"].isin(["hra_initial", "hra_annual"])
        & assessments["due_date_day"].between(first, last).fillna(False)
        & ~assessments["not_done_reason"].isin(["disenrolled", "deceased"])
    ]
    columns = ["assessment_id", "member_id", "due_date_day", "completed_date_day"]
    due = contract_on(members, due[columns], "due_date_day")
    return _tally(due, (due["completed_date_day"] <= due["due_date_day"]).fillna(False))


def _leaving(members: pd.DataFrame, first: int, last: int) -> pd.DataFrame:
    spans = members[members["program"].isin(MEDICARE_PROGRAMS)]
    during = (spans["enrolled_from_day"] <= last) & ~(spans["enrolled_to_day"] < first).fillna(False)
    spans = spans[during]
    left = spans[
        (spans["disenrollment_reason"] == "voluntary").fillna(False)
        & spans["enrolled_to_day"].between(first, last).fillna(False)
    ]
    next_day = left[["contract", "member_id", "enrolled_to_day"]].assign(
        enrolled_from_day=left["enrolled_to_day"] + 1
    )
    again = next_day.merge(
        spans[["contract", "member_id", "enrolled_from_day"]],
        on=["contract", "member_id", "enrolled_from_day"],
    )
    stayed = set(zip(again["contract"], again["member_id"], strict=True))
    people = spans[["contract", "member_id"]].drop_duplicates()
    leavers = set(zip(left["contract"], left["member_id"], strict=True)) - stayed
    gone = [pair in leavers for pair in zip(people["contract"], people["member_id"], strict=True)]
    return _tally(people, np.array(gone, dtype=bool))


def _tally(cases: pd.DataFrame, met: pd.Series | np.ndarray) -> pd.DataFrame:
    counted = pd.DataFrame({"contract": cases["contract"], "met": np.asarray(met, dtype=bool)})
    return counted.groupby("contract", sort=True)["met"].agg(["sum", "size"]).reset_index()


def _row(measure: OwnMeasure, contract: str, numerator: int, denominator: int) -> dict:
    return {
        "contract": contract,
        "measure_name": measure.name,
        "numerator": float(numerator),
        "denominator": float(denominator),
        "score": float(round_half_up(100 * numerator / denominator, 0)),
        "enough": denominator >= measure.least,
        "counted": measure.counted,
        "out_of": measure.out_of,
        "differs": measure.differs,
    }


def _not_made(measure: OwnMeasure, missing: list[str]) -> dict:
    reason = (
        f"not made: the run has no {' and no '.join(missing)}" if missing else f"not made: {measure.differs}"
    )
    return {
        "contract": None,
        "measure_name": measure.name,
        "numerator": np.nan,
        "denominator": np.nan,
        "score": np.nan,
        "enough": False,
        "counted": measure.counted,
        "out_of": measure.out_of,
        "differs": reason,
    }


def _day(date: datetime.date) -> int:
    return (date - datetime.date(1970, 1, 1)).days
