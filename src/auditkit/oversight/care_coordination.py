"""Care coordination of Special Needs Plan enrollees: was every assessment, plan and team there in time?

Reads the filled SNPE universe for the dates, and the assessments for what the layout has no column for:
why an assessment was not done, and how often the enrollee was asked. Day counts stand in
rules/care_coordination.yaml.
"""

from datetime import date

import pandas as pd
import pyarrow as pa

from auditkit.rules.care_tests import CareTest, load_care_tests
from auditkit.sources.moments import day_number

RESULTS = ("met", "excused", "not met")
"""What a test can say of an enrollee; enrollees to whom it does not apply are not listed under it."""
COLUMNS = (
    "test", "row", "case_id", "contract", "delegate", "result", "start", "stop", "days", "limit", "reason",
    "citation",
)  # fmt: skip
_EXCUSES = {"refused": "refused", "unable_to_reach": "not reached"}
_ASSESSED = ("hra_initial", "hra_annual")


def care_results(
    universe: pd.DataFrame, assessments: pa.Table, last_day: date, attempts: int
) -> pd.DataFrame:
    """One row an enrollee and test.

    universe: the filled SNPE universe with `case_id` (member number); row n is its n-th row.
    assessments: the typed source table. last_day: the last day of the period; the tests look no further.
    attempts: documented outreach attempts from which a refusal, or an enrollee not reached, excuses a
        missing assessment (policy hra_outreach_attempts).
    Gives test, row, case_id, contract, delegate, result (met, excused or not met), start and stop
    (CCYY/MM/DD or ''), days between them, limit in days (missing where only existence is tested), reason
    and citation.
    Source: 42 CFR 422.101(f)(1), as recalled.
    """
    outreach = _outreach(assessments, day_number(last_day))
    rows = []
    for number, enrollee in enumerate(universe.to_dict("records"), start=1):
        about = {"row": number, "case_id": enrollee["case_id"], "contract": enrollee["D"],
                 "delegate": enrollee["Q"]}  # fmt: skip
        known = outreach.get(enrollee["case_id"], {})
        for result in _enrollee_results(enrollee, known, last_day, attempts):
            rows.append(about | result)
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({"days": "Int64", "limit": "Int64"})


def care_rates(results: pd.DataFrame) -> pd.DataFrame:
    """One row a test: enrollees it applies to, by result, and two shares in percent, rounded down.

    percent_met counts what was done in time; percent_met_or_excused takes documented refusals and attempts
    as the policy does. No pass mark is applied: none of CMS's is known here.
    """
    rows = []
    for test in load_care_tests().tests:
        mine = results.loc[results["test"] == test.id, "result"].value_counts()
        met, excused, missed = (int(mine.get(name, 0)) for name in RESULTS)
        every = met + excused + missed
        rows.append({
            "test": test.id, "title": test.title, "enrollees": every, "met": met, "excused": excused,
            "not_met": missed, "percent_met": _percent(met, every),
            "percent_met_or_excused": _percent(met + excused, every), "passes": test.passes,
            "citation": test.citation, "known": test.status,
        })  # fmt: skip
    return pd.DataFrame(rows)


def care_gaps(results: pd.DataFrame) -> pd.DataFrame:
    """Enrollees for whom a test was not met, counted by test and reason."""
    missed = results[results["result"] == "not met"]
    counts = missed.groupby(["test", "reason"]).size().rename("enrollees").reset_index()
    order = ["test", "enrollees", "reason"]
    return counts.sort_values(order, ascending=[True, False, True], ignore_index=True)


def _percent(part: int, whole: int) -> float | None:
    return 1000 * part // whole / 10 if whole else None


def _outreach(assessments: pa.Table, last_day: int) -> dict[str, dict]:
    """For each member and kind of assessment the latest one due and not done: due day, reason, attempts."""
    names = ["member_id", "assessment_type", "due_date_day", "not_done_reason", "outreach_attempts"]
    frame = assessments.select(names).to_pandas()
    frame = frame[frame["assessment_type"].isin(_ASSESSED) & frame["not_done_reason"].isin(list(_EXCUSES))]
    frame = frame[frame["due_date_day"] <= last_day].sort_values("due_date_day", kind="stable")
    found: dict[str, dict] = {}
    for member, kind, due, reason, tries in frame.itertuples(index=False, name=None):
        found.setdefault(member, {})[kind] = (int(due), reason, 0 if pd.isna(tries) else int(tries))
    return found


def _enrollee_results(enrollee: dict, outreach: dict, last_day: date, attempts: int) -> list[dict]:
    tests = load_care_tests()
    results = [_initial(enrollee, outreach, attempts, tests.test("HRA-INIT"), last_day)]
    if _day(enrollee["I"]) is not None:
        results.append(_annual(enrollee, outreach, attempts, tests.test("HRA-ANNUAL"), last_day))
    no_plan, no_team = "no individualized care plan (ICP) was completed", "no care team (ICT) is assigned"
    results.append(_exists(enrollee, "M", tests.test("ICP-EXISTS"), no_plan))
    results.append(_exists(enrollee, "N", tests.test("ICT-ASSIGNED"), no_team))
    return [result for result in results if result]


def _initial(
    enrollee: dict, outreach: dict, attempts: int, test: CareTest, last_day: date
) -> dict | None:
    start, done = _day(enrollee["G"]), _day(enrollee["H"])
    if start is None or (done is None and day_number(last_day) <= start + test.days):
        return None  # not due yet
    earliest = -load_care_tests().initial_days_before
    if done is not None and earliest <= done - start <= test.days:
        return _result(test, "met", enrollee["G"], enrollee["H"], done - start, "in time")
    about = outreach.get("hra_initial")
    if done is None:
        excuse = _excuse(about, attempts)
        later = _day(enrollee["I"]) is not None
        missing = "no initial HRA is recorded" if later else "no HRA was ever completed"
        return _result(test, "excused" if excuse else "not met", enrollee["G"], "", None,
                       excuse or _why(about, attempts, missing))  # fmt: skip
    return _result(test, "not met", enrollee["G"], enrollee["H"], done - start,
                   "completed late" if done > start else "completed too long before enrollment")  # fmt: skip


def _annual(
    enrollee: dict, outreach: dict, attempts: int, test: CareTest, last_day: date
) -> dict | None:
    """The gap between the latest two assessments, and from the latest to the last day of the period."""
    latest, previous, end = _day(enrollee["I"]), _day(enrollee["J"]), day_number(last_day)
    if end - latest > test.days:
        about = outreach.get("hra_annual")
        excuse = _excuse(about if about and about[0] > latest else None, attempts)
        return _result(test, "excused" if excuse else "not met", enrollee["I"], "", end - latest,
                       excuse or _why(about, attempts, "no HRA since"))  # fmt: skip
    if previous is None:
        return None  # one assessment, and the next is not due yet
    gap = latest - previous
    return _result(test, "met" if gap <= test.days else "not met", enrollee["J"], enrollee["I"], gap,
                   "in time" if gap <= test.days else "completed late")  # fmt: skip


def _exists(enrollee: dict, column: str, test: CareTest, missing: str) -> dict:
    there = enrollee[column] not in ("None", "")
    stop = enrollee[column] if there and _day(enrollee[column]) is not None else ""
    result, reason = ("met", "there") if there else ("not met", missing)
    return _result(test, result, enrollee["G"], stop, None, reason)


def _excuse(about: tuple | None, attempts: int) -> str | None:
    """The excuse in words, where the documented attempts are enough for it."""
    if about is None or about[2] < attempts:
        return None
    return f"{_EXCUSES[about[1]]}, {attempts} or more documented attempts"


def _why(about: tuple | None, attempts: int, otherwise: str) -> str:
    if about is None:
        return otherwise
    return f"{_EXCUSES[about[1]]}, but fewer than {attempts} documented attempts"


def _result(test: CareTest, result: str, start: str, stop: str, days: int | None, reason: str) -> dict:
    return {"test": test.id, "result": result, "start": start, "stop": stop, "days": days, "limit": test.days,
            "reason": reason, "citation": test.citation}  # fmt: skip


def _day(text: str) -> int | None:
    """Day number of CCYY/MM/DD; None for anything else."""
    if len(text) != 10 or text[4] != "/":
        return None
    return day_number(date(int(text[:4]), int(text[5:7]), int(text[8:])))
