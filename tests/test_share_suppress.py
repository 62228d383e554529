"""Small cells, as worked examples: what is hidden, what stands in its place, and why a reader learns nothing.

The counts of the first tests are those of the house rules on small cells; 11 is the smallest count shown.
"""

import pytest

from auditkit.errors import InputError
from auditkit.publish.release_cells import Cell, Rate, Relation, Statistic
from auditkit.publish.suppress import suppress

SMALL, SECOND = "suppressed (1-10)", "suppressed (secondary)"


def told(counts, sums=(), rates=(), released=None, statistics=(), threshold=11, before=None):
    """What a reader sees of some counts; sums as {total: parts}."""
    return suppress(
        [Cell(name, value) for name, value in counts.items()],
        [Relation(total, tuple(parts)) for total, parts in dict(sums).items()],
        rates, threshold, released, statistics, before,
    )  # fmt: skip


def test_a_row_with_one_small_count_hides_the_next_smallest_too():
    """4, 25, 31 of 60: with only the 4 hidden it would be 60 - 25 - 31."""
    made = told({"a": 4, "b": 25, "c": 31, "all": 60}, {"all": "abc"})
    assert made.seen() == {"a": SMALL, "b": SECOND, "c": 31, "all": 60}
    assert made.hidden == {"a": "primary", "b": "secondary"}


def test_a_year_gives_away_its_smallest_quarter():
    """15, 7, 20, 18 in a year of 60: hide 7, and 15 as the next smallest."""
    made = told({"q1": 15, "q2": 7, "q3": 20, "q4": 18, "year": 60}, {"year": ("q1", "q2", "q3", "q4")})
    assert made.hidden == {"q2": "primary", "q1": "secondary"}


def test_two_programs_and_the_plan():
    """6 and 200 of 206: one of the two others must go with the 6; the next smallest is the 200."""
    made = told({"one_care": 6, "sco": 200, "plan": 206}, {"plan": ("one_care", "sco")})
    assert made.hidden == {"one_care": "primary", "sco": "secondary"}
    assert made.shown == {"plan": 206}


@pytest.mark.parametrize(
    ("timely", "cases", "seen"),
    [
        (38, 40, {"cases": 40, "timely": SECOND, "rate": SECOND}),  # 2 late
        (40, 40, {"timely": 40, "cases": 40, "rate": 100.0}),
        (0, 8, {"timely": SECOND, "cases": SMALL, "rate": SMALL}),  # denominator 8
        (8, 8, {"timely": SECOND, "cases": SMALL, "rate": SMALL}),  # as 0 of 8, or it would tell the 100 %
        (995, 1000, {"cases": 1000, "timely": SECOND, "rate": "at least 99.0%"}),  # 1 to 10 late: 990 or more
        (5, 1000, {"cases": 1000, "timely": SMALL, "rate": "at most 1.0%"}),
        (11, 12, {"timely": SECOND, "cases": SECOND, "rate": SECOND}),  # 1 late: of 12, only 11 would do
        (0, 30, {"timely": 0, "cases": 30, "rate": 0.0}),
        (0, 0, {"timely": 0, "cases": 0, "rate": None}),
        (700, 800, {"timely": 700, "cases": 800, "rate": 87.5}),
    ],
)
def test_a_percentage_hides_its_numerator_and_the_rest(timely, cases, seen):
    assert told({"timely": timely, "cases": cases}, rates=[Rate("rate", "timely", "cases")]).seen() == seen


def test_a_bound_is_rounded_away_from_the_rate():
    """985 of 995 would be 98.99...%: at least 98.9% holds for all of 985 to 994, 99.0% would not."""
    made = told({"n": 990, "d": 995}, rates=[Rate("rate", "n", "d")])
    assert made.words["rate"] == "at least 98.9%"


def test_a_rate_per_thousand_has_no_rest():
    """30 appeals per 1,000 of 33 members: 33 - 30 counts nothing, so nothing is hidden; 909.1 per 1,000."""
    made = told({"appeals": 30, "members": 33}, rates=[Rate("rate", "appeals", "members", per=1000)])
    assert made.seen() == {"appeals": 30, "members": 33, "rate": 909.1}


def test_a_rate_is_rounded_half_up():
    """1 of 8 hundreds is 0.125: two decimals give 12.50, one gives 12.5, none gives 13."""
    for decimals, number in ((1, 12.5), (0, 13.0)):
        rates = [Rate("rate", "n", "d", decimals)]
        assert told({"n": 100, "d": 800}, rates=rates).shown["rate"] == number


def test_zeros_stay_and_counts_of_things_stay():
    made = told({"none": 0, "rules": 3}, threshold=11)
    assert made.hidden == {"rules": "primary"}
    assert suppress([Cell("rules", 3, people=False)], [], [], 11).shown == {"rules": 3}


def test_averages_need_cases_and_extremes_are_never_shown():
    counts = {"few": 6, "many": 200, "all": 206}
    statistics = [
        Statistic("median of few", "few", "median", 4.0), Statistic("mean of many", "many", "mean", 5.5),
        Statistic("mean of all", "all", "mean", 5.4), Statistic("longest", "all", "maximum", 61.0),
    ]  # fmt: skip
    made = told(counts, {"all": ("few", "many")}, statistics=statistics)
    assert made.words == {
        "few": SMALL, "many": SECOND, "median of few": SMALL, "longest": SMALL,
        # With the mean of many and both counts of cases known, the mean of few would follow.
        "mean of many": SECOND,
    }  # fmt: skip
    assert made.shown == {"all": 206, "mean of all": 5.4}


def test_words_that_give_a_count_away_say_less():
    """Ten counts of 1 to 10 whose sum is 1 to 10 are ten ones: so no word may say 1-10 of all of them."""
    parts = {f"p{number}": 1 for number in range(10)}
    made = told({**parts, "sum": 10}, {"sum": parts})
    assert made.hidden.keys() == {*parts, "sum"}
    assert "withheld" in made.hidden.values()


def test_new_minus_old():
    """A plan total of 100 was released; the corrected one is 103. The difference is 3 people."""
    made = told({"plan": 103, "other": 60}, released={"plan": 100, "other": 60})
    assert made.seen() == {"plan": SECOND, "other": 60}
    assert made.log["reason"].tolist() == [
        "hidden so that the change of plan since it was released cannot be worked out"
    ]
    assert told({"plan": 103}, released={"plan": (100, 103)}).hidden == {}, "103 has been released as well"
    assert told({"plan": 120}, released={"plan": 100}).hidden == {}, "20 people are enough"


def test_programs_to_plan_across_releases():
    """SCO's 200 stood in an earlier file; the plan's 206 would now tell One Care's 6, which no file holds."""
    sums = {"plan": ("one_care", "sco")}
    assert told({"plan": 206}, sums, released={"sco": 200}).hidden == {"plan": "secondary"}
    assert told({"plan": 260}, sums, released={"sco": 200}).shown == {"plan": 260}


def test_quarter_to_year_across_releases():
    """Three quarters are out (15, 20, 18), the one of 7 was hidden. A year of 60 would tell it."""
    sums = {"year": ("q1", "q2", "q3", "q4")}
    for hidden_before in ("primary", None):
        released = {"q1": 15, "q2": hidden_before, "q3": 20, "q4": 18}
        assert told({"year": 60}, sums, released=released).hidden == {"year": "secondary"}


def test_a_year_that_no_longer_agrees_with_its_quarters():
    """The quarters of 15, 20, 18 and 30 are out, 83 in all; a year of 85 or 80 tells that 2 or 3 people came
    or went, a year of 100 or 70 tells of 17 or 13."""
    released = {"q1": 15, "q2": 20, "q3": 18, "q4": 30}
    sums = {"year": ("q1", "q2", "q3", "q4")}
    for year, words in ((85, {"year": SECOND}), (80, {"year": SECOND}), (100, {}), (70, {})):
        assert told({"year": year}, sums, released=released).words == words


def test_a_sum_that_was_corrected_tells_nothing_of_what_was_hidden():
    """A plan of 17 with SCO at 12 was released; SCO alone is 40 now, so the 5 that were left are history."""
    released = {"plan": 17, "sco": 12, "one_care": None}
    made = told({"sco": 40, "one_care": 6}, {"plan": ("one_care", "sco")}, released=released)
    assert made.seen() == {"sco": 40, "one_care": SMALL}


def test_what_was_hidden_stays_hidden():
    assert told({"a": 25}, released={"a": "secondary"}).seen() == {"a": SECOND}


def test_what_is_public_protects_nothing_and_the_log_says_so():
    """A 4 was released by mistake, with its row: it is not repeated, and nothing else is hidden for it."""
    made = told({"a": 4, "b": 25, "all": 29}, {"all": "ab"}, released={"a": 4, "b": 25, "all": 29})
    assert made.seen() == {"a": SMALL, "b": 25, "all": 29}
    assert made.log["reason"].item().startswith("already public")


def test_words_once_told_are_remembered():
    """3 of 8 alone would be told as secondary; after a release that said 1-10 of the 3, it stays 1-10."""
    rates, counts = [Rate("rate", "n", "d")], {"n": 3, "d": 8}
    assert told(counts, rates=rates).words["n"] == SECOND
    assert told(counts, rates=rates, released={"n": "primary"}).words["n"] == SMALL
    # Ten ones in a sum of 10: what was said of the parts cannot be taken back, so the sum must say less.
    parts = {f"p{number}": 1 for number in range(10)}
    made = told({**parts, "sum": 10}, {"sum": parts}, released=dict.fromkeys(parts, "primary"))
    assert made.hidden == dict.fromkeys(parts, "primary") | {"sum": "withheld"}


def test_what_earlier_releases_give_away_together_is_reported():
    """206 and 200 are out: the 6 follows from them alone. And 22 of 37 were shown before the smallest
    count shown was raised to 20: the 15 that are left are out as well."""
    out = {"plan": 206, "sco": 200}
    made = told({"one_care": 6}, {"plan": ("one_care", "sco")}, released=out, before=out)
    assert made.seen() == {"one_care": SMALL}
    assert made.log["kind"].tolist() == ["already public"]
    rates, counts = [Rate("rate", "n", "d")], {"n": 22, "d": 37}
    made = told(counts, rates=rates, released=counts, threshold=20, before=counts)
    assert made.shown == {"n": 22, "d": 37, "rate": 59.5}
    assert made.log[["cell", "value", "kind"]].to_dict("records") == [
        {"cell": "d less n", "value": 15, "kind": "already public"}
    ]


@pytest.mark.parametrize("before", [None, {"plan": 206}])
def test_what_another_part_of_the_same_release_gives_away_is_refused(before):
    """206 and 200 are settled, but not both are out: the part that shows them must give way."""
    with pytest.raises(InputError, match="Table qoc: cell qoc.one_care can be worked out"):
        told(
            {"qoc|one_care": 6}, {"plan": ("qoc|one_care", "sco")},
            released={"plan": 206, "sco": 200}, before=before,
        )  # fmt: skip


def test_a_zero_is_hidden_only_where_nothing_else_protects():
    """17 and 12 are out, so two others sum to 5. Showing that one of them is 0 would tell the 5."""
    sums, released = {"plan": ("one_care", "sco", "other")}, {"plan": 17, "sco": 12}
    made = told({"one_care": 5, "other": 0}, sums, released=released)
    assert made.words == {"one_care": SECOND, "other": SECOND}
    assert made.hidden == {"one_care": "withheld", "other": "withheld"}


def test_a_zero_that_follows_anyway_is_shown():
    """No case of the plan is pending, so none of the 8 of one program is, small as they are."""
    counts = {
        "done|a": 8, "pending|a": 0, "cases|a": 8, "done|b": 90, "pending|b": 0, "cases|b": 90, "pending": 0,
    }  # fmt: skip
    sums = {
        "cases|a": ("done|a", "pending|a"), "cases|b": ("done|b", "pending|b"),
        "pending": ("pending|a", "pending|b"),
    }  # fmt: skip
    made = told(counts, sums, [Rate("rate", "done|a", "cases|a")])
    assert made.words == {"done|a": SECOND, "cases|a": SMALL, "rate": SMALL}
    assert made.shown["pending|a"] == 0


def test_the_log_holds_what_the_release_does_not():
    made = told({"n": 38, "d": 40}, rates=[Rate("rate", "n", "d")])
    assert made.log.to_dict("records") == [
        {"cell": "n", "value": 38, "kind": "secondary", "words": SECOND,
         "reason": "hidden so that the rest of rate rate cannot be worked out"},
        {"cell": "rate", "value": 95.0, "kind": "rate", "words": SECOND,
         "reason": "its numerator or denominator is hidden"},
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("cells", "sums", "rates", "sentence"),
    [
        ([Cell("a", 1), Cell("a", 2)], {}, [], "holds cell a twice"),
        ([Cell("a", -1)], {}, [], "Cell a is not a count"),
        ([Cell("a", 1.5)], {}, [], "Cell a is not a count"),
        ([Cell("a", 20), Cell("b", 30), Cell("t", 60)], {"t": "ab"}, [], "Cell t is not the sum"),
        ([Cell("n", 20), Cell("d", 15)], {}, [Rate("r", "n", "d")], "Rate r: its numerator is above"),
        ([Cell("n", 20)], {}, [Rate("r", "n", "d")], "Rate r needs cell d"),
    ],
)
def test_what_does_not_add_up_is_refused(cells, sums, rates, sentence):
    relations = [Relation(total, tuple(parts)) for total, parts in sums.items()]
    with pytest.raises(InputError, match=sentence):
        suppress(cells, relations, rates, 11)


def test_a_part_that_is_left_out_is_protected_too():
    """A total of 60 with 25 and 31 beside it tells the 4 that was left out."""
    made = told({"b": 25, "c": 31, "all": 60}, {"all": ("left out", "b", "c")})
    assert made.seen() == {"b": SECOND, "c": 31, "all": 60}
