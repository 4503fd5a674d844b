"""Curves and bends of any number of a rulebook: equal to scoring again at every value, exact at every bend."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from random import Random

import numpy as np
import pytest

from random_books import draw_readings, draw_tree
from small_books import book_tree, leaf, node_of, readings_of
from tieuchi.errors import RulebookError, ScenarioError, UnknownNameError
from tieuchi.loading.tree_paths import names_below
from tieuchi.scoring.compiled import compile_leaf
from tieuchi.whatif.bends import Bends, widest
from tieuchi.whatif.breakpoints import Breakpoints
from tieuchi.whatif.cohort import Cohort
from tieuchi.whatif.curves import Curves
from tieuchi.whatif.dial import Rules, dial_of
from tieuchi.whatif.levels import misses_of, solve_points
from tieuchi.whatif.ranking import ranks
from tieuchi.whatif.ratio import Ratio, fitted, meetings

OTHERS = ("max_points", "min_points", "places", "vi", "en", "item", "id")


def drawn_rules(random):
    """Draw until the rulebook is one that every check takes."""
    while True:
        try:
            return Rules(node_of(draw_tree(random, 4)))
        except RulebookError:
            continue


def points_at(rules, cohort, place, values):
    """Score one sub-criterion again by the whole rulebook, changed; None where the rulebook is refused."""
    try:
        plan = rules.turned(values)
    except ScenarioError:
        return None
    turned = plan.leaves[place]
    made = compile_leaf(turned)
    found = [cohort.score(turned, made, unit).points for unit in cohort.under(plan.findings)]
    return [Fraction(0) if points is None else points for points in found]


def taken(rules, dial, value):
    try:
        rules.turned({dial.path: value})
    except ScenarioError:
        return False
    return True


def curves_of(rules, cohort, dial, span):
    """Return the curves, or why there are none."""
    try:
        return Curves(rules, cohort, dial, span)
    except ScenarioError as error:
        return [issue.code for issue in error.issues]


def span_of(rules, dial):
    """Return an interval about a dial that the rulebook takes, or None."""
    wide = abs(dial.base) / 10 or Fraction(1, 10)
    ends = [end if taken(rules, dial, end) else dial.base for end in (dial.base - wide, dial.base + wide)]
    return tuple(ends) if ends[0] < ends[1] else None


def dials(rules, random, count):
    """Yield some numbers of a rulebook that turn points, of whatever kind."""
    names = [name for name in names_below(rules.root) if name.rsplit("/", 1)[1] not in OTHERS]
    random.shuffle(names)
    left = count
    for name in names:
        try:
            dial = dial_of(rules, name)
        except (ScenarioError, UnknownNameError):
            continue
        if dial.leaves and left:
            left -= 1
            yield dial


@pytest.mark.parametrize("seed", range(10))
def test_curves_equal_scoring_again_whatever_number_is_turned(seed):
    random = Random(seed)
    rules = drawn_rules(random)
    cohort = Cohort(rules.plan, [draw_readings(random, rules.plan, f"u{n}") for n in range(3)])
    told = 0
    for dial in dials(rules, random, 6):
        span = span_of(rules, dial)
        if span is None:
            continue
        curves = curves_of(rules, cohort, dial, span)
        if isinstance(curves, list):
            assert curves == ["S718"]
            assert dial.path.endswith(("per", "step"))  # stairs with more steps than can be told
            continue
        told += 1
        values = {end for curve in curves.found.values() for end in curve.ends}
        values |= {span[0] + (span[1] - span[0]) * Fraction(n, 13) for n in range(14)}
        for place in dial.leaves:
            for value in sorted(values):
                again = points_at(rules, cohort, place, {dial.path: value})
                if again is not None:
                    assert again == [curves.found[place, unit].points(value) for unit in range(3)], (dial.path, value)
    assert told


def book(random: Random):
    linear = {"linear": {"full_at": "90%", "zero_at": "10%"}}
    criteria = [
        leaf(linear, id="1", max_points="2", value={"ratio": ["part", "whole"]}),
        leaf({"deduction": {"each": "0.25", "floor": "0"}}, id="2", max_points="2", value={"count": "late"}),
    ]
    kinds = {"part": "count", "whole": {"kind": "count", "range": {"at_least": "1"}}, "late": "count"}
    rules = Rules(node_of(book_tree(*criteria, indicators=kinds)))
    units = []
    for _ in range(9):
        whole = random.randint(5, 40)
        units.append(readings_of({"part": random.randint(0, whole), "whole": whole, "late": random.randint(0, 9)}))
    return rules, Cohort(rules.plan, units)


@pytest.mark.parametrize(("path", "span"), [("1/full_at", ("20%", "1")), ("1/zero_at", ("0", "85%")),
                                            ("2/each", ("1/10", "3"))])  # fmt: skip
@pytest.mark.parametrize("seed", range(4))
def test_ranks_change_at_bends_and_nowhere_else(seed, path, span):
    rules, cohort = book(Random(seed))
    low, high = (Fraction(end[:-1]) / 100 if end.endswith("%") else Fraction(end) for end in span)
    found = Bends(Curves(rules, cohort, dial_of(rules, path), (low, high)))
    told = [low, *(bend.value for bend in found.found), high]
    before = None
    for first, last in pairwise(told):
        here = [ranks_at(rules, cohort, path, first + (last - first) * part) for part in PARTS]
        assert all((one == here[0]).all() for one in here)
        if before is not None:
            bend = next(bend for bend in found.found if bend.value == first)
            moved = np.flatnonzero(before != here[0])
            assert bend.ranks == {int(u): (int(before[u]), int(here[0][u])) for u in moved}
        before = here[0]


PARTS = (Fraction(1, 1000), Fraction(2, 5), Fraction(1, 2), Fraction(999, 1000))


def ranks_at(rules, cohort, path, value):
    totals = Cohort(rules.turned({path: value}), cohort.readings).exact
    order = sorted(set(totals))
    return ranks(np.array([order.index(total) for total in totals]))


@pytest.mark.parametrize("seed", range(4))
def test_points_move_on_the_stretches_told_and_nowhere_else(seed):
    rules, cohort = book(Random(seed))
    found = Bends(Curves(rules, cohort, dial_of(rules, "1/full_at"), (Fraction(1, 5), Fraction(1))))
    ends = sorted({found.low, found.high, *(e for s in found.stretches for e in (s.low, s.high))})
    for low, high in pairwise(ends):
        some, more = (points_at(rules, cohort, 0, {"1/full_at": low + (high - low) * part}) for part in PARTS[:2])
        moving = {unit for unit in range(9) if some[unit] != more[unit]}
        assert moving == {u for s in found.stretches if s.low <= low and high <= s.high for u in s.units}


@pytest.mark.parametrize("path", ["1/full_at", "2/each"])
@pytest.mark.parametrize("points", [Fraction(2), Fraction(1), Fraction(1, 3)])
@pytest.mark.parametrize("seed", range(3))
def test_a_solved_value_gives_its_share_and_a_scan_finds_no_nearer(seed, path, points):
    rules, cohort = book(Random(seed))
    low, high, wanted = Fraction(1, 5), Fraction(9, 10), Fraction(1, 2)
    curves = Curves(rules, cohort, dial_of(rules, path), (low, high))
    place = curves.dial.leaves[0]
    found = solve_points(curves, points, wanted)

    def passed(value):
        return sum(p >= points for p in points_at(rules, cohort, place, {path: value}))

    for cut in filter(None, (found.nearest, found.other)):
        ends = cut.interval
        inside = [cut.value, (ends.low + ends.high) / 2]
        inside += [end for end, own in ((ends.low, ends.low_closed), (ends.high, ends.high_closed)) if own]
        assert [passed(value) for value in inside] == [cut.passed] * len(inside)
    scan = [low + (high - low) * Fraction(n, 97) for n in range(98)]
    nearest = min(abs(Fraction(passed(value), 9) - wanted) for value in scan)
    assert abs(found.nearest.share - wanted) <= nearest


def test_near_misses_of_a_slope_are_the_units_own_values():
    rules, cohort = book(Random(2))
    curves = Curves(rules, cohort, dial_of(rules, "1/full_at"), (Fraction(1, 5), Fraction(1)))
    found, closed = misses_of(curves, Fraction(2))
    assert closed
    for miss in found:
        values = cohort.readings[miss.unit].values
        own = values["part"].value / values["whole"].value
        assert (miss.value, miss.beyond) == (own, own - Fraction(9, 10))


def test_where_nothing_moves_bends_are_the_breakpoints(province):
    rules = Rules(province.root)
    cohort = Cohort(rules.plan, province.peers(15))
    dial = dial_of(rules, "8.2/b/at_least")
    low, high = Fraction(-1, 4), Fraction(29, 100)
    steps = [point for point in Breakpoints(cohort, dial) if low < point.value < high]
    found = Bends(Curves(rules, cohort, dial, (low, high)))
    assert not found.stretches
    assert [(b.value, b.at, tuple(u for u, _ in b.jumps)) for b in found.found] == [
        (point.value, point.at, tuple(sorted(point.units))) for point in steps
    ]


def test_a_threshold_inside_a_finding_is_followed(province):
    """Findings are answered again when the number that they test is turned."""
    item = {"id": "late", "title": "Late", "when": [{"indicator": "late", "at_least": "3"}],
            "consequences": [{"criterion": "1", "clause": "cap", "at_most": "0.5"}],
            "reference": {"item": "1"}, "basis": "stated"}  # fmt: skip
    bands = [{"clause": "a", "at_least": "5", "points": "1"}, {"clause": "b", "otherwise": "true", "points": "0"}]
    tree = book_tree(
        leaf({"bands": bands}, value={"count": "done"}), indicators={"late": "count", "done": "count"}, findings=[item]
    )
    rules = Rules(node_of(tree))
    cohort = Cohort(rules.plan, [readings_of({"done": 6, "late": late}) for late in (1, 3, 7)])
    dial = dial_of(rules, "findings/late/when/1/at_least")
    found = Bends(Curves(rules, cohort, dial, (Fraction(0), Fraction(9))))
    assert [(b.value, b.at, b.jumps) for b in found.found] == [
        (Fraction(n), False, ((unit, Fraction(1, 2)),)) for unit, n in enumerate((1, 3, 7))
    ]


def test_the_widest_range_is_one_that_the_rulebook_takes(province):
    rules = Rules(province.root)
    dial = dial_of(rules, "5.5/full_at")
    low, high = widest(rules, dial)
    assert low < dial.base <= high
    for end in (low, high):
        rules.turned({dial.path: end})


def test_functions_are_found_from_their_values():
    function = Ratio(Fraction(3), Fraction(-1), Fraction(1), Fraction(2))
    points = [(Fraction(n), function.at(Fraction(n))) for n in (0, 1, 3, 7)]
    found = fitted(points)
    assert found is not None
    assert found.at(Fraction(11, 3)) == function.at(Fraction(11, 3))
    assert fitted([*points[:3], (Fraction(7), Fraction(1))]) is None


def test_functions_meet_where_both_have_one_value():
    line = Ratio(Fraction(1), Fraction(0))
    assert meetings(line, Ratio(Fraction(0), Fraction(2), Fraction(1), Fraction(0))) is None  # at the root of 2
    assert meetings(line, line) == []
    for at in meetings(line, Ratio(Fraction(0), Fraction(6), Fraction(1), Fraction(1))):
        assert at == 6 / (at + 1)
