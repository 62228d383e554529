"""Samples of a mock audit: drawn by seed, whatever the order of the rows."""

import hashlib

import pandas as pd
import pytest

from auditkit.errors import InputError
from auditkit.oversight.integrity_sample import integrity_lines, integrity_sample
from auditkit.oversight.risk import reason_words, risk_reasons, with_scores
from auditkit.oversight.sampling import allocate, draw_cases, draw_samples
from auditkit.rules.audit_elements import ELEMENT_FILE, load_audit_rules
from mock_audit_cases import OD, RULES, cases_of, finding, frame_of, late, universe, verdict

STRATA = ("contract", "delegate", "determination")


def reasons_of(frame: pd.DataFrame, verdicts: list[dict], findings: list[dict]) -> tuple:
    cases = cases_of(frame)
    reasons = risk_reasons(
        cases, {"OD": frame}, frame_of(verdicts, verdict(1, "")), frame_of(findings, finding(1)), RULES
    )
    return with_scores(cases, reasons), reasons


def test_a_case_is_told_with_all_its_reasons_and_their_points():
    """A1: late (40), an error on its row (25), denied for medical necessity (10): 75. A2 has no reason."""
    frame = universe({"case_id": "A1", "M": "Denied", "Y": "Y"}, {"case_id": "A2"})
    cases, reasons = reasons_of(frame, [late(1, "A1"), verdict(2, "A2")], [finding(1)])
    assert cases["score"].tolist() == [75, 0]
    assert reason_words(cases, reasons) == [
        "late (decision: late by 1 day) [40]; error (X05) [25]; medical necessity denial [10]",
        "no reason beyond chance",
    ]


@pytest.mark.parametrize(
    "facts, score",
    [
        # One day to spare is short (10), two are not; for an hour clock six hours are short, seven are not.
        ({"margin": 1.0}, 10),
        ({"margin": 2.0}, 0),
        ({"margin": 6.0, "margin_unit": "hours"}, 10),
        ({"margin": 7.0, "margin_unit": "hours"}, 0),
        ({"verdict": "not_testable", "margin": None, "reason": "the time of day is missing"}, 20),
        ({"verdict": "pending", "margin": None}, 0),
    ],
)
def test_a_clock_gives_points_by_verdict_and_margin(facts, score):
    cases, _ = reasons_of(universe({"case_id": "A1"}), [verdict(1, "A1", **facts)], [])
    assert cases["score"].tolist() == [score]


def test_two_late_clocks_of_one_case_count_once_and_are_both_told():
    both = [late(1, "A1"), late(1, "A1", days=3, clock="written confirmation")]
    cases, reasons = reasons_of(universe({"case_id": "A1"}), both, [])
    assert cases["score"].tolist() == [40]
    assert reasons["words"].tolist() == [
        "late (decision: late by 1 day, written confirmation: late by 3 days)"
    ]


def test_a_delegate_with_many_late_cases_is_a_reason_for_all_its_cases():
    """Harbor: 2 late of 20 clocks; the table: 2 of 60. 10 percent is three times 3.3 percent: it stands out.

    The plan itself is never called a delegate, and Bay has fewer than the 20 tested clocks that are needed.
    """
    rows = [{"case_id": f"P{n}"} for n in range(21)]
    rows += [{"case_id": f"H{n}", "F": "Harbor"} for n in range(20)]
    rows += [{"case_id": f"B{n}", "F": "Bay"} for n in range(19)]
    verdicts = [verdict(n, row["case_id"]) for n, row in enumerate(rows, start=1)]
    for place in (21, 22):
        verdicts[place] = late(place + 1, rows[place]["case_id"])
    _, reasons = reasons_of(universe(*rows), verdicts, [])
    said = reasons[reasons["code"] == "delegate"]
    assert said["row"].tolist() == list(range(22, 42))
    assert set(said["words"]) == {"delegate often late (2 of 20 clocks late, 3.3 percent in the whole table)"}


def test_a_draw_is_the_smallest_digests_of_seed_draw_and_case():
    """Anybody with SHA-256 can draw the sample again."""
    cases, _ = reasons_of(universe(*({"case_id": f"A{n}"} for n in range(9))), [], [])
    drawn = draw_cases(cases, 3, "random", ("2026", "ODAG-TIME", "OD", "any"), STRATA)

    def chance(case: str) -> str:
        return hashlib.sha256("\x1f".join(["2026", "ODAG-TIME", "OD", "any", case]).encode()).hexdigest()

    assert drawn["case_id"].tolist() == sorted((f"A{n}" for n in range(9)), key=chance)[:3]
    assert drawn["order"].tolist() == [1, 2, 3]


@pytest.mark.parametrize("targeting", ["random", "stratified", "risk"])
def test_the_order_of_the_rows_changes_nothing_and_the_seed_does(targeting):
    frame = universe(*({"case_id": f"A{n}", "D": "H9901" if n % 3 else "H9902"} for n in range(40)))
    turned = frame.iloc[::-1].reset_index(drop=True)
    drawn = []
    for one, seed in ((frame, "1"), (turned, "1"), (frame, "2")):
        cases, _ = reasons_of(one, [], [])
        drawn.append(draw_cases(cases, 6, targeting, (seed, "x"), STRATA)["case_id"].tolist())
    assert drawn[0] == drawn[1] != drawn[2]


def test_repeated_and_missing_case_numbers_are_still_told_apart():
    """A1 twice with different members, and a row without a number: none of them stands for another."""
    frame = universe({"case_id": "A1"}, {"case_id": "A1", "C": "E2"}, {"case_id": "", "C": "E3"})
    keys = cases_of(frame)["key"]
    assert keys.is_unique
    turned = cases_of(frame.iloc[::-1].reset_index(drop=True))["key"]
    assert sorted(turned) == sorted(keys)


def test_strata_give_one_case_each_and_the_rest_in_proportion():
    """10 of 100 cases in strata of 80, 15 and 5: one each leaves 7 for 97 others.

    79 of 97 claim 5.70, 14 of 97 claim 1.01, 4 of 97 claim 0.29: 5, 1 and 0, and the one left goes to .70.
    """
    assert allocate({"a": 80, "b": 15, "c": 5}, 10) == {"a": 7, "b": 2, "c": 1}
    assert allocate({"a": 80, "b": 15, "c": 5}, 2) == {"a": 1, "b": 1, "c": 0}
    assert allocate({"a": 2, "b": 1}, 5) == {"a": 2, "b": 1}
    # Equal claims: the name decides, so the same strata give the same sample.
    assert allocate({"b": 5, "a": 5}, 3) == {"a": 2, "b": 1}


def test_risk_takes_the_most_points_first():
    frame = universe({"case_id": "A1"}, {"case_id": "A2", "O": "Y"}, {"case_id": "A3"})
    cases, _ = reasons_of(frame, [late(3, "A3")], [])
    drawn = draw_cases(cases, 2, "risk", ("1", "x"), STRATA)
    # A3 is late (40), A2 was extended (8).
    assert drawn["case_id"].tolist() == ["A3", "A2"]


def test_every_draw_is_accounted_for():
    """One denied and one approved case: denied draws take the one, tables that are not there say so."""
    frame = universe({"case_id": "A1", "M": "Denied"}, {"case_id": "A2"})
    cases, reasons = reasons_of(frame, [], [])
    samples, draws = draw_samples(cases, {"OD": frame}, reasons, RULES, "2026")
    denied = draws[(draws["table"] == "OD") & (draws["cases"] == "denied")].iloc[0]
    assert denied[["population", "wanted", "drawn", "remark"]].tolist() == [1, 15, 1, "every case there is"]
    assert samples[samples["cases"] == "denied"]["case_id"].tolist() == ["A1"]
    assert set(draws[draws["table"] == "RECON"]["remark"]) == {"the table is not in this run"}
    assert draws[draws["element"] == "CDAG-DMP"]["remark"].tolist() == ["no table to draw from"]
    assert len(samples) == draws["drawn"].sum()


def test_one_targeting_for_all_replaces_that_of_the_elements():
    frame = universe({"case_id": "A1"})
    cases, reasons = reasons_of(frame, [], [])
    _, draws = draw_samples(cases, {"OD": frame}, reasons, RULES, "2026", "random")
    assert set(draws["targeting"]) == {"random"}


def test_the_integrity_sample_shows_every_cell_with_the_extract_row_it_came_from():
    """12 cases: 10 are drawn, each with one line a column of the layout (25)."""
    frame = universe(*({"case_id": f"A{n}"} for n in range(12)))
    cases, _ = reasons_of(frame, [], [])
    sample = integrity_sample(cases, RULES, "2026")
    lines = integrity_lines(sample, {"OD": frame}, {"OD": OD})
    assert len(sample) == 10 and len(lines) == 250
    case = lines[lines["case_id"] == sample["case_id"].iloc[0]]
    assert case["column_id"].tolist() == [column.id for column in OD.columns]
    assert case[case["column_id"] == "D"]["in_the_file"].tolist() == ["H9901"]
    # The extract's first row of data stands in its line 2.
    assert case["extract_row"].iloc[0] == sample["row"].iloc[0] + 1


@pytest.mark.parametrize(
    "old, new, reason",
    [
        (
            "where: {M: [Denied]}, size: 15",
            "where: {M: [Refused]}, size: 15",
            "OD column M has no value Refused",
        ),
        ("delegate: F, determination: M", "delegate: ZZ, determination: M", "Layout OD has no column ZZ"),
        ("{code: late,", "{code: later,", "the reason late is missing"),
        ("id: ODAG-PROC", "id: ODAG-TIME", "element ODAG-TIME stands there twice"),
        ("targeting: risk", "targeting: worst", "targeting"),
    ],
)
def test_malformed_rules_are_refused_in_one_sentence(tmp_path, old, new, reason):
    text = ELEMENT_FILE.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "audit_elements.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputError) as refusal:
        load_audit_rules(path)
    assert str(refusal.value).startswith(str(path)) and reason in str(refusal.value)


def test_no_size_and_no_score_is_given_out_as_cms_own():
    """No sample size and no readiness score of CMS was found, so none may carry a status that says so."""
    assert {element.size_status for element in RULES.elements} <= {"recalled", "house"}
    assert RULES.readiness.status == "house" and RULES.integrity.status == "recalled"
