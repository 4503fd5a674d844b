"""Where units stand against an end, asked of all at once, is what scoring each of them says."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from random import Random

import numpy as np
import pytest

from random_books import draw_book, draw_readings
from small_books import book_tree, leaf, node_of, readings_of
from tieuchi.model.canonical import ONE, ZERO, Bound, Linear, Quotient
from tieuchi.scoring.compiled import compile_leaf
from tieuchi.whatif import terms
from tieuchi.whatif.breakpoints import Breakpoints
from tieuchi.whatif.cohort import Cohort
from tieuchi.whatif.columns import TooWideError
from tieuchi.whatif.dial import Dial, Edge, Rules, dial_of

KINDS = {"part": "count", "whole": "count", "late": "count"}
BANDS = [
    {"clause": "a", "at_least": "80%", "points": "1"},
    {"clause": "b", "at_least": "50%", "points": "0.5"},
    {"clause": "c", "otherwise": "true", "points": "0"},
]
SHARE = {"ratio": ["part", "whole"]}
NONE = {"clause": "none", "points": "1"}


def edges_of(plan):
    """Return every end between two pieces, as a dial would turn it."""
    for place, one in enumerate(plan.leaves):
        for route, held in enumerate(one.routes):
            for piece in range(len(held.pieces) - 1):
                yield Edge(place, route, piece, ONE, ZERO)


@pytest.fixture(params=[False, True], ids=["few", "many"])
def many(request, monkeypatch):
    if request.param:
        monkeypatch.setattr("tieuchi.whatif.cohort.MANY", 1)
    return request.param


@pytest.mark.parametrize("seed", range(40))
def test_where_units_stand_equals_scoring_each(seed, many):
    random = Random(seed)
    plan = draw_book(random, leaves=8)
    cohort = Cohort(plan, [draw_readings(random, plan, f"u{n}") for n in range(60)])
    edges = (*edges_of(plan), *(Edge(e.leaf, e.route, e.piece, Fraction(2, 3), ONE / 7) for e in edges_of(plan)))
    for term in terms.terms_of(cohort, Dial("any", ONE, (), edges)):
        assert told(term) == by_scoring(cohort, term.edge), term.edge


def told(term):
    """Return each unit's value, what it gains and whether it is open, of those that are there."""
    return {
        unit: (Fraction(int(term.above[unit]), int(term.below[unit])), int(term.gain[unit]), bool(term.open[unit]))
        for unit in np.flatnonzero(term.there).tolist()
    }


def by_scoring(cohort, edge):
    one = cohort.plan.leaves[edge.leaf]
    pieces = one.routes[edge.route].pieces[edge.piece : edge.piece + 2]
    found = {}
    for place, unit in enumerate(cohort.units):
        trace = cohort.score(one, compile_leaf(one), unit)
        if trace.route != edge.route or trace.piece < 0:
            continue
        sides = []
        for piece in pieces:
            everywhere = piece._replace(lower=Bound(), upper=Bound())
            routes = list(one.routes)
            routes[edge.route] = routes[edge.route]._replace(pieces=(everywhere,))
            side = replace(one, routes=tuple(routes))
            sides.append(cohort.score(side, compile_leaf(side), unit).points)
        is_open = None in sides
        gain = 0 if is_open else held(cohort, sides[1]) - held(cohort, sides[0])
        found[place] = (trace.value - edge.offset) / edge.factor, gain * cohort.sign(one), is_open
    return found


def held(cohort, points):
    return max(min(cohort.quanta(points), 2**60), -(2**60))


LEAVES = {
    "nothing assigned": {"scale": {"bands": BANDS}, "value": SHARE, "nothing_assigned": NONE},
    "applies": {
        "scale": {"bands": BANDS}, "value": SHARE, "nothing_assigned": {"clause": "none", "not_applicable": "true"},
        "applies_when": [{"indicator": "late", "at_most": "6"}],
    },
    "cut-off": {"scale": {"linear": {"cut_off": "50%", "full_at": "1"}}, "value": SHARE, "nothing_assigned": NONE},
    "rounded": {
        "scale": {"linear": {"cut_off": "50%", "full_at": "1"}}, "value": SHARE, "rounding": {"places": "1"},
    },
    "findings": {
        "scale": {"bands": BANDS}, "value": SHARE, "nothing_assigned": NONE,
        "findings": [
            {
                "id": "f", "title": "f", "when": [{"indicator": "late", "more_than": "4"}],
                "consequences": [{"criterion": "1", "deduct": "0.3", "clause": "f"}],
                "reference": {"item": "1"}, "basis": "assumed",
            }
        ],
    },
}  # fmt: skip


def units_of(random):
    """Return units, some with nothing assigned, some with figures that lack."""
    for place in range(40):
        whole = random.choice([0, 5, 8, 10, 12])
        given = {
            "whole": whole,
            "part": random.randint(0, whole),
            "late": random.randint(0, 9),
            "yes": True,
            "sort": "x",
        }
        kept = {name: value for name, value in given.items() if random.random() > 0.05}
        yield readings_of(kept, kind=f"u{place}")


@pytest.mark.parametrize("name", LEAVES)
@pytest.mark.parametrize("seed", range(3))
def test_breakpoints_of_leaves_with_several_routes_equal_a_dense_scan(seed, name, many):
    given = dict(LEAVES[name])
    findings = given.pop("findings", [])
    tree = book_tree(leaf(given.pop("scale"), **given), indicators=KINDS, findings=findings)
    rules = Rules(node_of(tree))
    units = list(units_of(Random(seed)))
    cohort = Cohort(rules.plan, units)
    path = "1/cut_off" if "linear" in LEAVES[name]["scale"] else "1/b/at_least"
    found = Breakpoints(cohort, dial_of(rules, path))
    assert len(found) > 3
    ends = sorted({Fraction(1, 100), Fraction(79, 100), *(point.value for point in found)})
    scan = [Fraction(n, 97) for n in range(2, 76)] + ends + [(a + b) / 2 for a, b in pairwise(ends)]
    for value in sorted(v for v in set(scan) if ends[0] <= v <= ends[-1]):
        passed = sum(point.value < value or (point.value == value and point.at) for point in found)
        told = found.at_low() if not passed else found.totals(passed - 1)[1]
        again = Cohort(rules.turned({path: value}), units)
        assert again.settled[found.settled].all()
        assert (told[found.settled] == again.totals[found.settled]).all(), value


def cohort_of(*units):
    tree = book_tree(leaf({"bands": BANDS}, value=SHARE, nothing_assigned=NONE), indicators=KINDS)
    rules = Rules(node_of(tree))
    return rules, Cohort(rules.plan, units)


PART = Linear((("part", ONE),))


def test_figures_beyond_64_bits_are_scored_one_by_one(monkeypatch):
    monkeypatch.setattr("tieuchi.whatif.cohort.MANY", 1)
    rules, cohort = cohort_of(*(readings_of({"part": 10**40 + n, "whole": 2 * 10**40}) for n in (-1, 0, 1)))
    with pytest.raises(TooWideError):
        cohort.columns.values(Quotient(PART, named=("part",)))
    found = Breakpoints(cohort, dial_of(rules, "1/b/at_least"))
    assert [point.value - Fraction(1, 2) for point in found] == [Fraction(n, 2 * 10**40) for n in (-1, 0, 1)]


def test_a_product_that_would_pass_64_bits_is_refused(monkeypatch):
    monkeypatch.setattr("tieuchi.whatif.cohort.MANY", 1)
    columns = cohort_of(readings_of({"part": 2**50, "whole": 2**50}))[1].columns
    assert columns.values(Quotient(PART, named=("part",))).above.tolist() == [2**50]
    with pytest.raises(TooWideError):
        columns.values(Quotient(Linear((("part", Fraction(2**13)),)), named=("part",)))


def test_halves_go_away_from_zero(monkeypatch):
    monkeypatch.setattr("tieuchi.whatif.cohort.MANY", 1)
    columns = cohort_of(*(readings_of({"part": n, "whole": 2}) for n in range(5)))[1].columns
    shares = columns.values(Quotient(PART, Linear((("whole", ONE),)), named=("part", "whole")))
    assert shares.rounded(ZERO, ONE, 100).tolist() == [0, 1, 1, 2, 2]
    assert shares.rounded(ZERO, -ONE, 100).tolist() == [0, -1, -1, -2, -2]
    assert shares.rounded(Fraction(-1, 3), ONE, 1).tolist() == [0, 0, 1, 1, 1]
