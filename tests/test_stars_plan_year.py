"""The plan's own year: rates, stars, members needed, and measures made of the plan's own tables."""

import datetime

import numpy as np
import pandas as pd
import pytest

from auditkit.errors import InputError
from auditkit.rules.star_years import load_star_year
from auditkit.stars.clustering import round_half_up
from auditkit.stars.own_measures import fill_quality, measures_from_tables
from auditkit.stars.plan_year import measure_rate, measures_to_date, needed_count, star_of

RULES = load_star_year(2026)
AS_OF = datetime.date(2026, 9, 30)


def quality(**values):
    row = {
        "contract": "H9901",
        "measure": "C01",
        "measurement_year": 2026,
        "as_of_date": "2026/09/30",
        "numerator": None,
        "denominator": None,
        "score": None,
        "star": None,
    }
    return pd.DataFrame([row | values])


def day(text):
    return (datetime.date.fromisoformat(text) - datetime.date(1970, 1, 1)).days


# ---- rates, stars, members needed


def test_breast_cancer_screening_one_member_short_of_four_stars():
    # 2026 cut points 58, 71, 76, 84. 754 of 1,000 is 75.4, shown as 75: 3 stars. 755 is 75.5, shown as 76:
    # 4 stars, so one member more is needed.
    row = measures_to_date(quality(numerator=754, denominator=1000), RULES, RULES).iloc[0]
    assert (row["score"], row["star"], row["next_star"], row["next_cut"], row["needed"]) == (75, 3, 4, 76, 1)
    assert row["in_words"] == "1 member more"


def test_readmissions_count_downwards():
    # C18, lower is better, 2026 cut points in the rules; 5 stars need at most the 5-star cut point.
    measure = RULES.measure("C18")
    five = measure.cut_points["ALL"][5]
    events = round(1000 * (five + 2) / 100)
    row = measures_to_date(quality(measure="C18", numerator=events, denominator=1000), RULES, RULES).iloc[0]
    assert row["star"] < 5 and row["in_words"].endswith("fewer")


def test_complaints_per_thousand_members_and_thirty_days():
    # 30 complaints, 10,000 members, 1 January to 30 September 2026 = 273 days:
    # 30 / 10,000 * 1,000 * 30 / 273 = 0.3297, shown as 0.33. 2026 cut points 1.34, 0.71, 0.32, 0.11:
    # 3 stars. At most 0.32499 is shown as 0.32: 29 complaints give 0.3187. One complaint fewer.
    row = measures_to_date(quality(measure="C28", numerator=30, denominator=10000), RULES, RULES).iloc[0]
    assert (row["days"], row["score"], row["star"], row["needed"]) == (273, 0.33, 3, 1)
    assert row["in_words"] == "1 complaint fewer"


@pytest.mark.parametrize("measure_id", ["C01", "C18", "C28"])
def test_members_needed_equal_counting_one_by_one(measure_id):
    measure, generator = RULES.measure(measure_id), np.random.default_rng(4)
    for _ in range(150):
        denominator = int(generator.integers(5, 300))
        numerator = int(generator.integers(0, denominator + 1))
        cut = (
            float(generator.integers(1, 100))
            if measure.scale == "percent"
            else round(generator.random() * 2, 2)
        )
        better = (
            range(numerator, denominator + 1) if measure.direction == "higher" else range(numerator, -1, -1)
        )
        expected = None
        for count in better:
            shown = round_half_up(measure_rate(measure, count, denominator, 273), measure.decimals)
            if shown >= cut if measure.direction == "higher" else shown <= cut:
                expected = abs(count - numerator)
                break
        assert needed_count(measure, numerator, denominator, 273, cut) == expected


def test_five_stars_out_of_reach():
    # Reviewing Appeals Decisions asks 100 percent for 5 stars: 99.5 is shown as 100, and 19 of 20 is 95.
    row = measures_to_date(quality(measure="C32", numerator=19, denominator=20), RULES, RULES).iloc[0]
    assert (row["score"], row["star"]) == (95, 2)
    assert needed_count(RULES.measure("C01"), 5, 10, 273, 101.0) is None


def test_a_star_given_by_the_survey_vendor_stands():
    # Getting Needed Care 80: base group limits would say otherwise, the vendor's star also rests on
    # significance and reliability.
    row = measures_to_date(quality(measure="C22", score=80, star=2), RULES, RULES).iloc[0]
    assert (row["basis"], row["star"], np.isnan(row["needed"])) == ("star given", 2, True)


def test_no_figures_no_star():
    row = measures_to_date(quality(), RULES, RULES).iloc[0]
    assert row["basis"] == "no data" and np.isnan(row["star"]) and row["in_words"] == "no star to date"


def test_the_latest_day_counts_and_last_year_tells_how_much_is_still_to_come():
    # On 30 September 2025 the measure stood at 60, at the end of 2025 at 72: 12 points were still to come.
    days = {
        "2025/09/30": (2025, 600),
        "2025/12/31": (2025, 720),
        "2026/06/30": (2026, 580),
        "2026/09/30": (2026, 640),
    }
    table = pd.concat(
        [
            quality(as_of_date=as_of, measurement_year=year, numerator=count, denominator=1000)
            for as_of, (year, count) in days.items()
        ]
    )
    frame = measures_to_date(table, RULES, RULES)
    assert len(frame) == 1
    assert (frame.loc[0, "score"], frame.loc[0, "last_year"], frame.loc[0, "growth"]) == (64, 72, 12)


def test_a_measure_is_followed_into_the_next_star_year_by_name():
    table = pd.concat(
        [
            quality(measure="C28", numerator=30, denominator=10000),  # complaints, C27 in 2027
            quality(measure="C17", numerator=500, denominator=1000),
        ]
    )  # reconciliation, gone in 2027
    frame = measures_to_date(table, RULES, load_star_year(2027))
    assert frame["measure"].tolist() == ["C27"]
    assert frame["name"].tolist() == ["Complaints about the Health Plan"]


def test_unknown_measure_is_refused_with_contract_and_measure():
    with pytest.raises(InputError, match="H9901: star year 2026 has no measure 'C99'"):
        measures_to_date(quality(measure="C99", numerator=1, denominator=2), RULES, RULES)


def test_star_of_a_score_on_and_beside_its_cut_points():
    cuts = np.array([58.0, 71.0, 76.0, 84.0])
    assert star_of(RULES.measure("C01"), np.array([57.4, 57.5, 58, 70.9, 84, 100]), cuts).tolist() == [
        1,
        2,
        2,
        3,
        5,
        5,
    ]
    lower = np.array([14.0, 12.0, 10.0, 8.0])
    assert star_of(RULES.measure("C18"), np.array([15, 14, 12.4, 12.5, 8]), lower).tolist() == [1, 2, 3, 2, 5]


# ---- measures made of the plan's own tables


def members(*spans):
    rows = [
        {
            "member_id": member,
            "contract": contract,
            "program": program,
            "enrolled_from_day": day(first),
            "enrolled_to_day": day(last) if last else pd.NA,
            "disenrollment_reason": reason,
        }
        for member, contract, program, first, last, reason in spans
    ]
    return pd.DataFrame(rows).astype({"enrolled_from_day": "Int64", "enrolled_to_day": "Int64"})


def appeals(*cases):
    rows = [
        {
            "case_id": case,
            "member_id": member,
            "appeal_type": kind,
            "benefit": "medicare",
            "received_at_day": day("2026-03-01"),
            "ire_forwarded_at_day": day(forwarded),
            "ire_outcome": outcome,
        }
        for case, member, kind, forwarded, outcome in cases
    ]
    return pd.DataFrame(rows).astype({"received_at_day": "Int64", "ire_forwarded_at_day": "Int64"})


def row_of(frame, name):
    return frame[frame["measure_name"] == name].iloc[0]


def test_appeals_measures():
    people = members(
        ("M1", "H9901", "one_care", "2025-01-01", None, None),
        ("M2", "H9903", "sco_medicaid", "2025-01-01", None, None),
    )
    cases = appeals(
        ("A1", "M1", "pre_service", "2026-03-20", "upheld"),
        ("A2", "M1", "pre_service", "2026-04-20", "overturned"),  # forwarded late
        ("A3", "M1", "payment", "2026-03-25", "partially_overturned"),  # decided late, payment
        ("A4", "M1", "pre_service", "2026-03-25", "dismissed"),  # counts in neither measure
        ("A5", "M1", "pre_service", "2025-12-30", "upheld"),  # last year
        ("A6", "M2", "pre_service", "2026-03-25", "upheld"),  # in no Medicare contract
    )
    verdicts = pd.DataFrame(
        {
            "case_id": ["A1", "A1", "A2", "A3", "A3"],
            "clock": ["decision", "IRE forwarding", "IRE forwarding", "decision", "IRE forwarding"],
            "verdict": ["late", "timely", "late", "late", "not_applicable"],
        }
    )
    made = measures_from_tables({"appeals": cases, "members": people}, verdicts, 2026, AS_OF)
    timely = row_of(made, "Plan Makes Timely Decisions about Appeals")
    # A1's notice was late but it was forwarded in time; A2 and A3 were late: 1 of 3.
    assert (timely["contract"], timely["numerator"], timely["denominator"]) == ("H9901", 1, 3)
    assert timely["score"] == 33 and not timely["enough"]  # CMS gives no rate up to 10 appeals
    upheld = row_of(made, "Reviewing Appeals Decisions")
    assert (upheld["numerator"], upheld["denominator"]) == (1, 3)


def test_snp_care_management():
    people = members(*((f"M{n}", "H9901", "one_care", "2025-06-01", None, None) for n in range(5)))
    rows = [
        ("S0", "hra_initial", "2026-02-01", "2026-02-01", None),  # on the day: counts
        ("S1", "hra_annual", "2026-02-01", "2026-02-02", None),  # a day late
        ("S2", "hra_annual", "2026-02-01", None, "refused"),  # stays in the denominator
        ("S3", "hra_annual", "2026-02-01", None, "deceased"),  # leaves it
        ("S4", "mds_hc", "2026-02-01", "2026-01-15", None),  # another assessment
    ]
    assessments = pd.DataFrame(
        [
            {
                "assessment_id": key,
                "member_id": f"M{key[1]}",
                "assessment_type": kind,
                "due_date_day": day(due),
                "completed_date_day": day(done) if done else pd.NA,
                "not_done_reason": reason,
            }
            for key, kind, due, done, reason in rows
        ]
    ).astype({"completed_date_day": "Int64"})
    made = measures_from_tables({"assessments": assessments, "members": people}, None, 2026, AS_OF)
    care = row_of(made, "Special Needs Plan (SNP) Care Management")
    assert (care["numerator"], care["denominator"], care["score"]) == (1, 3, 33)


def test_members_leaving():
    people = members(
        ("M1", "H9901", "one_care", "2025-01-01", "2026-05-31", "voluntary"),  # left
        ("M2", "H9901", "one_care", "2025-01-01", "2026-05-31", "moved"),  # moved away: not counted
        ("M3", "H9901", "one_care", "2025-01-01", "2026-05-31", "voluntary"),  # changed benefit package only
        ("M3", "H9901", "one_care", "2026-06-01", None, None),
        ("M4", "H9901", "one_care", "2026-09-30", None, None),  # joined on the last day
        ("M5", "H9901", "one_care", "2025-01-01", "2025-12-31", "voluntary"),  # left last year
    )
    leaving = row_of(
        measures_from_tables({"members": people}, None, 2026, AS_OF), "Members Choosing to Leave the Plan"
    )
    assert (leaving["numerator"], leaving["denominator"], leaving["score"]) == (1, 4, 25)


def test_what_cannot_be_made_says_what_is_missing():
    made = measures_from_tables(
        {"members": members(("M1", "H9901", "one_care", "2025-01-01", None, None))}, None, 2026, AS_OF
    )
    timely = row_of(made, "Plan Makes Timely Decisions about Appeals")
    assert pd.isna(timely["contract"])
    assert timely["differs"] == "not made: the run has no appeals and no timeliness verdicts"
    assert "CTM" in row_of(made, "Complaints about the Health Plan")["differs"]


def test_own_measures_fill_only_what_the_quality_table_lacks():
    own = pd.DataFrame(
        [
            {
                "contract": "H9901",
                "measure_name": "Members Choosing to Leave the Plan",
                "numerator": 90.0,
                "denominator": 1500.0,
                "enough": True,
            }
        ]
    )
    table = pd.concat([quality(numerator=700, denominator=1000), quality(measure="D03", score=5)])
    filled = fill_quality(table, own, RULES, 2026, AS_OF)
    # C29 is added; its Part D copy D03 was there and stays.
    assert filled["measure"].tolist() == ["C01", "D03", "C29"]
    assert filled.loc[filled["measure"] == "D03", "score"].tolist() == [5]
    assert measures_to_date(filled, RULES, RULES).set_index("measure").loc["C29", "score"] == 6
