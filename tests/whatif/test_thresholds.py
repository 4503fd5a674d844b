"""Breakpoints, sweeps and cut-offs equal what scoring every variant again gives."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from random import Random

import numpy as np
import pytest

from random_books import draw_book, draw_readings
from small_books import book_tree, leaf, node_of
from tieuchi.errors import Position, ScenarioError
from tieuchi.loading.scenario import assigned
from tieuchi.model.plan import compile_plan
from tieuchi.model.reading import Reading, Readings, Unit
from tieuchi.model.rulebook import RoundingRules
from tieuchi.whatif.breakpoints import Breakpoints, exact_order
from tieuchi.whatif.cohort import Cohort
from tieuchi.whatif.cutoff import bunching, misses, near_misses, simplest, solve
from tieuchi.whatif.dial import Rules, dial_of
from tieuchi.whatif.ranking import ranks
from tieuchi.whatif.sweep import sweep

INDICATORS = {"part": "count", "whole": {"kind": "count", "range": {"at_least": "1"}}, "late": "count", "yes": "yes_no"}


def stepped_book(random: Random):
    """Return a small rulebook of stepped scales with thresholds drawn at random."""
    cuts = sorted(random.sample(range(1, 40), 3))
    upper, lower = random.choice([("at_least", "at_least"), ("more_than", "more_than")])
    bands = [
        {"clause": "a", upper: f"{cuts[2]}/40", "points": "1"},
        {"clause": "b", lower: f"{cuts[1]}/40", "points": "1/3"},
        {"clause": "c", lower: f"{cuts[0]}/40", "points": "0.25"},
        {"clause": "d", "otherwise": "true", "points": "0"},
    ]
    down = [
        {"clause": "a", "at_most": "2", "points": "2"},
        {"clause": "b", "at_most": "7", "points": "1"},
        {"clause": "c", "otherwise": "true", "points": "0"},
    ]
    cut_off = {"linear": {"cut_off": "50%", "full_at": "1"}}
    criteria = [
        leaf({"bands": bands}, id="1", value={"ratio": ["part", "whole"]}),
        leaf({"bands": down}, id="2", max_points="2", value={"count": "late"}),
        leaf(cut_off, id="3", value={"coverage": ["part", "whole"]}),
    ]
    return node_of(book_tree(*criteria, indicators=INDICATORS))


def drawn(seed: int, count: int = 12):
    random = Random(seed)
    rules = Rules(stepped_book(random))
    units = [draw_readings(random, rules.plan, f"u{n}") for n in range(count)]
    return rules, units, Cohort(rules.plan, units)


def totals_at(rules, units, setting):
    return Cohort(rules.turned(setting), units).totals


@pytest.mark.parametrize("path", ["1/a/at_least", "1/b/at_least", "1/a/more_than", "2/a/at_most", "3/cut_off"])
@pytest.mark.parametrize("seed", range(5))
def test_breakpoints_equal_a_dense_scan(seed, path):
    rules, units, cohort = drawn(seed)
    try:
        dial = dial_of(rules, path)
    except ScenarioError:
        return  # this rulebook says it the other way
    found = Breakpoints(cohort, dial)
    low = found.low if found.low is not None else min([dial.base, *(p.value for p in found)], default=0) - 1
    high = found.high if found.high is not None else max([dial.base, *(p.value for p in found)], default=0) + 1
    told = sorted({low, high, *(p.value for p in found)})
    scan = [low + (high - low) * Fraction(n, 41) for n in range(1, 41)]
    scan += [p.value for p in found] + [(a + b) / 2 for a, b in pairwise(told)]
    before = None
    for value in sorted(set(scan)):
        if not low < value < high:
            continue
        try:
            here = totals_at(rules, units, {path: value})
        except ScenarioError:
            continue  # beyond what this rulebook takes
        passed = sum(p.value < value or (p.value == value and p.at) for p in found)
        there = found.at_low() if not passed else found.totals(passed - 1)[1]
        assert (here == there).all(), value
        if before is not None and passed == before[0]:
            assert (here == before[1]).all()
        before = passed, here


@pytest.mark.parametrize("ties", ["competition", "dense"])
@pytest.mark.parametrize("few", [0, 1, 20])
@pytest.mark.parametrize("seed", range(6))
def test_the_units_named_at_a_breakpoint_are_those_that_change(seed, few, ties, monkeypatch):
    monkeypatch.setattr("tieuchi.whatif.breakpoints._FEW", few)
    rules, units, _ = drawn(seed, 30)
    ranking = rules.book.ranking.model_copy(update={"ties": ties})
    cohort = Cohort(compile_plan(rules.book.model_copy(update={"ranking": ranking})), units)
    found = Breakpoints(cohort, dial_of(rules, "2/a/at_most"))
    passings = list(found.passings())
    assert len(passings) == len(found)
    for place, passing in enumerate(passings):
        before, after = found.totals(place)
        assert passing.point == found[place]
        assert passing.changes == {int(u): int(after[u] - before[u]) for u in np.flatnonzero(before != after)}
        was, now = (ranks(totals, ties, settled=cohort.settled) for totals in (before, after))
        assert passing.ranks == {int(u): (int(was[u]), int(now[u])) for u in np.flatnonzero(was != now)}
    assert list(found.passings((found[0].value, found[0].value))) == passings[:1]


def test_values_that_floats_cannot_tell_apart_are_ordered_exactly():
    above = np.array([10**15 + 1, 10**15, 1, 10**15 + 2])
    below = np.array([10**15, 10**15, 1, 10**15])
    order = exact_order(above, below, np.zeros(4, bool)).tolist()
    assert [Fraction(int(above[i]), int(below[i])) for i in order] == sorted(
        Fraction(int(a), int(b)) for a, b in zip(above, below, strict=True)
    )


SWEPT = [
    ["2/a/at_most=0:6:1"],
    ["2/a/at_most=0:6:1", "2/b/at_most=3:12:3"],
    ["2/b/points=0.5:2:0.5", "2/a/at_most=0:4:2"],
    ["3/full_at=60%:100%:10%", "2/a/at_most=0:4:2"],
    ["3/cut_off=10%:90%:20%"],
]


@pytest.mark.parametrize("ranges", SWEPT, ids=" ".join)
@pytest.mark.parametrize("seed", range(4))
def test_every_variant_of_a_sweep_equals_scoring_again(seed, ranges):
    rules, units, cohort = drawn(seed)
    found = sweep(rules, cohort, assigned("--threshold", ranges))
    for variant in range(len(found.places)):
        setting = {d.path: v for d, v in zip(found.dials, found.setting(variant), strict=True)}
        try:
            totals = totals_at(rules, units, setting)
        except ScenarioError:
            assert not found.valid[variant]
            continue
        assert found.valid[variant]
        assert (totals == found.totals[variant]).all()


@pytest.mark.parametrize("seed", range(4))
def test_the_compiled_kernel_gives_the_same_integers(seed):
    rules, _, cohort = drawn(seed, 19)
    ranges = assigned("--threshold", ["2/a/at_most=0:6:1", "3/cut_off=10%:90%:5%"])
    by_numpy, by_numba = (sweep(rules, cohort, ranges, compiled=compiled) for compiled in (False, True))
    assert (by_numpy.totals == by_numba.totals).all()


@pytest.mark.parametrize("compiled", [False, True], ids=["numpy", "numba"])
@pytest.mark.parametrize("size", [10**9, 10**20, Fraction(1, 10**12)], ids=["32 bits", "64 bits", "fine"])
@pytest.mark.parametrize("edge", ["at_least", "more_than"])
def test_thresholds_of_any_size_are_swept_exactly(edge, size, compiled):
    bands = [
        {"clause": "a", edge: str(3 * size), "points": "1"},
        {"clause": "b", "otherwise": "true", "points": "0"},
    ]
    tree = book_tree(leaf({"bands": bands}, value={"amount": "x"}), indicators={"x": "amount"})
    rules, at, path = Rules(node_of(tree)), Position("x"), f"1/a/{edge}"
    amounts = [Fraction(n, 2) * size for n in range(9)]
    units = [Readings(Unit(f"u{n}"), "", {"x": Reading("x", x, at)}) for n, x in enumerate(amounts)]
    cohort = Cohort(rules.plan, units)
    swept = sweep(rules, cohort, assigned("--threshold", [f"{path}={size}:{4 * size}:{size}"]), compiled=compiled)
    for variant, times in enumerate(range(1, 5)):
        assert (swept.totals[variant] == totals_at(rules, units, {path: times * size})).all()


@pytest.mark.parametrize("seed", range(12))
def test_many_units_have_the_points_of_a_few(seed, monkeypatch):
    random = Random(seed)
    plan = draw_book(random)
    kept = {"rescale": False, "rounding": RoundingRules()}
    fields = tuple(c.model_copy(update={"rescale": False, "rounding": None, "block": None}) for c in plan.book.criteria)
    plan = compile_plan(plan.book.model_copy(update={**kept, "criteria": fields}))
    units = [draw_readings(random, plan, f"u{n}") for n in range(20)]
    few = Cohort(plan, units)
    monkeypatch.setattr("tieuchi.whatif.cohort.MANY", 1)
    many = Cohort(plan, units)
    assert few.additive
    assert few.best == many.best
    assert (few.points == many.points).all()
    assert few.unsettled == many.unsettled
    assert (few.totals == many.totals).all()  # also the least that totals not settled can be


def test_winners_and_losers_add_up(province):
    rules = Rules(province.root)
    cohort = Cohort(rules.plan, province.peers(20))
    found = sweep(rules, cohort, assigned("--threshold", ["8.2/b/at_least=5%:25%:5%"]))
    winners, losers = found.gained
    same = (found.totals == cohort.totals).sum(axis=1)
    assert (winners + losers + same == 20).all()
    assert (winners[1], losers[1], found.shifted(1)) == (0, 0, 0)  # 10% is what holds now


def test_a_range_that_breaks_the_order_is_refused(province):
    rules = Rules(province.root)
    cohort = Cohort(rules.plan, [province.readings])
    with pytest.raises(ScenarioError) as error:
        sweep(rules, cohort, assigned("--threshold", ["8.2/b/at_least=5%:35%:5%"]))
    assert [issue.code for issue in error.value.issues] == ["R306"]


@pytest.mark.parametrize(
    ("text", "code"), [("x", "S710"), ("3:1", "S711"), ("1:2:0", "S712"), ("0:1:1/10000000", "S713"), ("", "S710")]
)
def test_ranges_that_are_none_are_refused(text, code, province):
    rules = Rules(province.root)
    with pytest.raises(ScenarioError) as error:
        sweep(rules, Cohort(rules.plan, []), assigned("--threshold", [f"8.2/b/at_least={text}"]))
    assert [issue.code for issue in error.value.issues] == [code]


@pytest.mark.parametrize("share", ["0", "20%", "1/3", "50%", "80%", "1"])
def test_a_solved_cut_off_gives_its_share_and_no_other_is_nearer(share, province):
    rules = Rules(province.root)
    cohort = Cohort(rules.plan, province.peers(40))
    dial = dial_of(rules, "8.2/b/at_least")
    wanted = Fraction(share) if "%" not in share else Fraction(share[:-1]) / 100
    found = solve(cohort, dial, wanted)
    for cut in filter(None, (found.nearest, found.other)):
        plan = rules.turned({dial.path: cut.value})
        clauses = [cohort.score(plan.by_id["8.2"], _compiled(plan), unit).clause for unit in cohort.units]
        assert sum(clause in ("a", "b") for clause in clauses) == cut.passed
    if found.other is not None:
        assert abs(found.nearest.share - wanted) <= abs(found.other.share - wanted)


def _compiled(plan):
    from tieuchi.scoring.compiled import compile_leaf

    return compile_leaf(plan.by_id["8.2"])


def test_near_misses_stand_on_their_sides(province):
    rules = Rules(province.root)
    cohort = Cohort(rules.plan, province.peers(40))
    dial = dial_of(rules, "8.2/b/at_least")
    found, closed = misses(cohort, dial)
    short, beyond = near_misses(found, closed=closed)
    assert all(miss.beyond < 0 for miss in short)
    assert all(miss.beyond >= 0 for miss in beyond)
    assert any(cohort.names[miss.unit] == "soc-trang" for miss in beyond)


def test_bunching_tells_an_exact_chance():
    rules, _, cohort = drawn(3, 30)
    stand, closed = misses(cohort, dial_of(rules, "2/a/at_most"))
    found = bunching(stand, closed=closed, width=Fraction(3))
    assert 0 <= found.chance <= 1
    assert found.chance.denominator <= 2 ** (found.above + found.below)


def test_the_simplest_value_lies_inside():
    from tieuchi.whatif.cutoff import Interval

    interval = Interval(Fraction(17, 321), False, Fraction(19, 344), True)
    assert interval.holds(simplest(interval))
    assert simplest(interval) == Fraction(54, 1000)
