"""No hidden cell can be worked out: random tables against oracles that know nothing of the solver.

For small tables the oracle tries every combination of numbers. For tables of three dimensions it is linear
algebra in exact fractions: a cell follows from the sums when no combination of changes that keeps every sum
moves it.
"""

from fractions import Fraction
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from auditkit.publish.release_cells import Cell, Rate, Relation, Statistic
from auditkit.publish.suppress import suppress
from auditkit.publish.suppression_proof import derivable

THRESHOLD, MOST = 3, 11  # the smallest count shown; the largest number tried
FOUR = st.lists(st.integers(0, 4), min_size=4, max_size=4)
UP_TO_SIX = st.lists(st.integers(0, 6), min_size=4, max_size=4)
RANDOM = settings(max_examples=30, deadline=None, derandomize=True)


def may_be(kind, number):
    """Can a hidden cell of this kind be that number, as its words and the rules tell?"""
    if kind == "primary":
        return 1 <= number < THRESHOLD
    return number == 0 or number >= THRESHOLD or kind == "withheld"


def possible_numbers(parts, totals, shown, hidden):
    """Every number each hidden cell can be. parts: ids that are no sums; totals: total to its parts."""
    numbers = {name: set() for name in hidden}
    choices = [
        [shown[name]] if name in shown else [n for n in range(MOST + 1) if may_be(hidden[name], n)]
        for name in parts
    ]
    for values in product(*choices):
        one = dict(zip(parts, values, strict=True))
        for total, names in totals.items():
            one[total] = sum(one[name] for name in names)
            if not (one[total] == shown[total] if total in shown else may_be(hidden[total], one[total])):
                break
        else:
            for name in hidden:
                numbers[name].add(one[name])
    return numbers


@RANDOM
@given(data=st.data())
def test_the_proof_agrees_with_trying_every_number(data):
    """Three shown sums over four unknowns, of at most 11 so that no number beyond those tried would do."""
    parts = ["a", "b", "c", "d"]
    counts = data.draw(FOUR.filter(lambda some: sum(some) <= MOST))
    values = dict(zip(parts, counts, strict=True))
    three, two = data.draw(st.permutations(parts))[:3], data.draw(st.permutations(parts))[:2]
    totals = {"t": three, "u": two, "all": parts}
    for total, names in totals.items():
        values[total] = sum(values[name] for name in names)
    hidden = {}
    for name in parts:
        kinds = ["withheld"]
        kinds += ["primary"] if 1 <= values[name] < THRESHOLD else ["secondary"]
        if (kind := data.draw(st.sampled_from([None, *kinds]))) is not None:
            hidden[name] = kind
    shown = {name: value for name, value in values.items() if name not in hidden}
    relations = [Relation(total, tuple(names)) for total, names in totals.items()]
    cells = [Cell(name, value) for name, value in values.items()]

    numbers = possible_numbers(parts, totals, shown, hidden)
    expected = [name for name in hidden if len(numbers[name]) == 1]
    assert derivable(cells, relations, shown, hidden, THRESHOLD) == expected


@RANDOM
@given(UP_TO_SIX)
def test_no_hidden_cell_of_a_table_with_totals_rates_and_averages_can_be_worked_out(counts):
    """Timely and late cases of two programs: totals both ways, a rate a row, a median a row."""
    parts = ["timely 1", "late 1", "timely 2", "late 2"]
    values = dict(zip(parts, counts, strict=True))
    totals = {
        "cases 1": ["timely 1", "late 1"], "cases 2": ["timely 2", "late 2"],
        "timely": ["timely 1", "timely 2"], "late": ["late 1", "late 2"], "cases": parts,
    }  # fmt: skip
    for total, names in totals.items():
        values[total] = sum(values[name] for name in names)
    relations = [Relation(total, tuple(names)) for total, names in totals.items()]
    relations += [Relation("cases", ("timely", "late")), Relation("cases", ("cases 1", "cases 2"))]
    rates = [Rate(f"rate{row}", f"timely{row}", f"cases{row}") for row in (" 1", " 2", "")]
    medians = [Statistic(f"median{row}", f"cases{row}", "median", 4.0) for row in (" 1", " 2", "")]
    made = suppress([Cell(*one) for one in values.items()], relations, rates, THRESHOLD, {}, medians)

    shown = {name: values[name] for name in values if name in made.shown}
    numbers = possible_numbers(parts, totals, shown, made.hidden)
    assert [name for name in made.hidden if len(numbers[name]) < 2] == []
    assert {name for name, value in values.items() if 1 <= value < THRESHOLD} <= made.hidden.keys()
    for rate in rates:
        counts_shown = {rate.numerator, rate.denominator} <= shown.keys()
        assert (rate.id in made.shown) == counts_shown
        if rate.id in made.shown and shown[rate.denominator]:
            rest = shown[rate.denominator] - shown[rate.numerator]
            assert not 1 <= rest < THRESHOLD, "the rest of a shown rate is a count too"
    for median in medians:
        assert median.id in made.words or values[median.cases] >= THRESHOLD


@settings(max_examples=8, deadline=None, derandomize=True)
@given(st.lists(st.integers(0, 30), min_size=12, max_size=12))
def test_no_hidden_cell_of_three_dimensions_follows_from_the_sums(counts):
    """Three reasons by two programs by two quarters, with every total."""
    sides = [("r1", "r2", "r3"), ("p1", "p2"), ("q1", "q2")]
    values = {"|".join(key): count for key, count in zip(product(*sides), counts, strict=True)}
    relations = []
    for side, names in enumerate(sides):
        for key in {tuple(name.split("|")) for name in values}:
            if key[side] == names[0]:
                parts = tuple("|".join((*key[:side], name, *key[side + 1 :])) for name in names)
                total = "|".join((*key[:side], "all", *key[side + 1 :]))
                relations.append(Relation(total, parts))
        for one in relations:
            values.setdefault(one.total, sum(values[part] for part in one.parts))
    made = suppress([Cell(*one) for one in sorted(values.items())], relations, [], 11)
    free = moves([[(1 if name == one.total else -1 if name in one.parts else 0) for name in made.hidden]
                  for one in relations], len(made.hidden))  # fmt: skip
    still = [name for place, name in enumerate(made.hidden) if not any(move[place] for move in free)]
    assert still == []


def moves(rows, width):
    """A basis of the changes that keep every sum: the null space, by elimination in exact fractions."""
    rows = [[Fraction(entry) for entry in row] for row in rows]
    pivots = []
    for column in range(width):
        pick = next((row for row in rows[len(pivots) :] if row[column]), None)
        if pick is None:
            continue
        rows.remove(pick)
        pick = [entry / pick[column] for entry in pick]
        rows = [[a - row[column] * b for a, b in zip(row, pick, strict=True)] for row in rows]
        rows.insert(len(pivots), pick)
        pivots.append(column)
    basis = []
    for column in set(range(width)) - set(pivots):
        move = [Fraction(0)] * width
        move[column] = Fraction(1)
        for row, pivot in zip(rows, pivots, strict=False):
            move[pivot] = -row[column]
        basis.append(move)
    return basis


@RANDOM
@given(UP_TO_SIX, st.sets(st.sampled_from("abcd"), min_size=1, max_size=3))
def test_a_second_release_gives_nothing_away_of_the_first(counts, first):
    """Some of four quarters are released, then all of them with the year: old and new are laid together."""
    values = dict(zip("abcd", counts, strict=True))
    before = suppress([Cell(name, values[name]) for name in sorted(first)], [], [], THRESHOLD)
    released = {name: before.hidden.get(name, values[name]) for name in first}
    values["year"] = sum(counts)
    cells = [Cell(*one) for one in values.items()]
    made = suppress(cells, [Relation("year", tuple("abcd"))], [], THRESHOLD, released)
    assert before.hidden.keys() <= made.hidden.keys()
    public = {name: values[name] for name in values if name in made.shown}
    numbers = possible_numbers(list("abcd"), {"year": list("abcd")}, public, made.hidden)
    assert [name for name in made.hidden if len(numbers[name]) < 2] == []


def test_whole_numbers_prove_what_fractions_would_not():
    """x + y = 12, y told as 1 to 10 and x as 0 or 11 and more: only 11 and 1 do. Were x any number between,
    as it is to a linear program, it would look open: so it is where the words tell nothing of x."""
    relation, cells = [Relation("t", ("x", "y"))], [Cell("x", 11), Cell("y", 1), Cell("t", 12)]
    assert derivable(cells, relation, {"t": 12}, {"x": "secondary", "y": "primary"}, 11) == ["x", "y"]
    assert derivable(cells, relation, {"t": 12}, {"x": "withheld", "y": "primary"}, 11) == []


@RANDOM
@given(UP_TO_SIX, st.lists(st.integers(-2, 3), min_size=4, max_size=4))
def test_a_corrected_release_gives_no_small_change_away(counts, changes):
    """A row of four with its total is released, then released again with late arrivals and corrections."""
    old = dict(zip("abcd", counts, strict=True))
    new = {name: max(0, old[name] + change) for name, change in zip("abcd", changes, strict=True)}
    relations = [Relation("all", tuple("abcd"))]
    for values in (old, new):
        values["all"] = sum(values.values())
    first = suppress([Cell(*one) for one in old.items()], relations, [], THRESHOLD)
    released = {name: first.hidden.get(name, old[name]) for name in old}
    second = suppress([Cell(*one) for one in new.items()], relations, [], THRESHOLD, released)
    for name in second.shown.keys() & first.shown.keys():
        assert not 1 <= abs(new[name] - old[name]) < THRESHOLD
    open_ones = [name for name in second.hidden if name not in first.shown or first.shown[name] != new[name]]
    public = {name: new[name] for name in new if name in second.shown or name not in open_ones}
    numbers = possible_numbers(list("abcd"), {"all": list("abcd")}, public, second.hidden)
    assert [name for name in open_ones if len(numbers[name]) < 2] == []
