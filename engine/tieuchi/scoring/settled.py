"""The quick way to points, for what is most common: readings that are given, and no finding that may hold.

A sub-criterion is settled by a few multiplications of whole numbers; whatever needs more (a reading that lacks, a
finding that may hold, a value cut to a step or set against the group) is left to ``leaf``, which knows all there is
to know. ``tests/properties`` hold the two against each other.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import compress
from operator import eq, itemgetter
from typing import Any

from tieuchi.model.canonical import UNIT, EqualTest, NumberTest, Quotient, Route, Tally
from tieuchi.model.number import exact_sum, round_within
from tieuchi.model.plan import LeafPlan, Plan
from tieuchi.model.rulebook import Rounding
from tieuchi.model.scorecard import Trace
from tieuchi.scoring.compiled import (
    MOST_KEPT,
    CompiledRoute,
    Found,
    Landing,
    Line,
    common_parts,
    compile_route,
    landed,
    line_of,
    points_of,
)
from tieuchi.scoring.conditions import Answer, answers_of, together
from tieuchi.scoring.forms import ValueOf
from tieuchi.scoring.tests import Lack
from tieuchi.scoring.unit import Unit

Results = list[Any] | dict[int, Any]
"""What was found of sub-criteria, by place."""
Quick = Callable[[Unit], Found | None]
"""Settles a sub-criterion for a unit; None where that takes more than is common."""
Settle = Callable[[Unit], Found | Trace | None]
"""The same, as a trace where points are rounded."""
Row = tuple[int, str, str | None, int, int, tuple[int, ...], tuple[int, ...], tuple[Landing, ...], Line | None]
"""A sub-criterion with a simple value and nothing else: ``place, first, second, more``, its line, ``nothing``.

Its value is the first reading, over the second if there is one, and ``more``; ``nothing`` is the line for a second
reading of 0, where there is one.
"""


class Shortcuts:
    """What settles the sub-criteria of a rulebook."""

    def __init__(self, plan: Plan) -> None:
        parts, rounding = common_parts(plan.leaves), plan.book.rounding.points
        self._rows: dict[int, Row] = {}
        self._others: dict[int, Settle] = {}
        self._none: list[int] = []
        for leaf in plan.leaves:
            found = _shortcut(leaf, parts, leaf.criterion.rounding or rounding)
            if isinstance(found, tuple):
                self._rows[leaf.index] = found
            elif found is not None:
                self._others[leaf.index] = found
            else:
                self._none.append(leaf.index)

    def settle(self, unit: Unit, results: Results) -> list[int]:
        """Put in what settles quickly, by place; return the places of what does not."""
        left = look_up(self._rows.values(), unit.inputs.values, results)
        for place, settle in self._others.items():
            found = settle(unit)
            if found is None:
                left.append(place)
            else:
                results[place] = found
        return left + self._none

    def settle_one(self, place: int, unit: Unit) -> Found | Trace | None:
        """Return the same of one sub-criterion."""
        if place in self._rows:
            results: dict[int, Any] = {}
            look_up((self._rows[place],), unit.inputs.values, results)
            return results.get(place)
        return self._others[place](unit) if place in self._others else None


def look_up(rows: Iterable[Row], values: Mapping[str, Any], results: Results) -> list[int]:
    """Put in what rows come to; return the places of those with a reading that lacks, or no denominator.

    Most sub-criteria are such rows: one loop over all of them, with what ``landed`` does written out, takes less than
    two thirds of the time of a function for each.
    """
    left = []
    for place, first, second, more, scale, before, after, pieces, nothing in rows:
        try:
            above, below = values[first].as_integer_ratio()
            if second is not None:
                tops = below
                below, bottoms = values[second].as_integer_ratio()
                if tops != bottoms:
                    above, below = above * bottoms, below * tops
        except KeyError:
            left.append(place)
            continue
        if more:
            above += more * below
        if below > 0:
            piece = bisect(before, above * scale // below)
            if after:
                piece += bisect(after, (above * scale - 1) // below)
            landing = pieces[piece]
            if landing.climb is not None:
                landing = landing.climb(above, below)
            results[place] = landing, above, below
        elif below == 0 and nothing is not None:
            results[place] = landed(nothing, 0, 1)
        else:
            left.append(place)
    return left


def trace_of(found: Found) -> Trace:
    """Return what was found as a trace."""
    landing, above, below = found
    leaf, route, piece, held = landing.leaf, landing.route, landing.piece, landing.held
    points = points_of(found)
    return Trace(leaf, "scored", route, piece, above, below, held, None, points, (), points, points, points)


def _shortcut(leaf: LeafPlan, parts: int, rounding: Rounding | None) -> Row | Settle | None:
    """Return what settles a sub-criterion; None where nothing does quickly."""
    if leaf.declared:
        return None
    first = _passed_over(leaf.routes)
    routes = [compile_route(leaf, place, parts) for place in range(first, len(leaf.routes))]
    if rounding is None and not leaf.applies and not leaf.consequences and not routes[0].tests:
        nothing = line_of(leaf, 0, parts) if first and not leaf.routes[0].not_applicable else None
        row = _row(leaf, routes[0], nothing)
        if row is not None:
            return row
    steps = [(together(route.tests), _on_route(route)) for route in routes]
    if steps[-1][1] is _never:
        return None
    settle = _first_that_holds(steps) if routes[0].tests else steps[0][1]
    if leaf.consequences:
        settle = _unless_found(tuple(index for index, _ in leaf.consequences), settle)
    if leaf.applies:
        settle = _if_it_applies(together(answers_of(leaf.applies)), settle)
    return settle if rounding is None else _rounded(settle, rounding)


def _row(leaf: LeafPlan, route: CompiledRoute, nothing: Line | None) -> Row | None:
    """Return the row of a sub-criterion of which this route is always taken, if it is one."""
    if not route.plain or route.route.not_applicable or route.form is None or route.form.simple is None:
        return None
    return leaf.index, *route.form.simple, *route.line, nothing


def _never(_unit: Unit) -> None:
    return None


def _passed_over(routes: tuple[Route, ...]) -> int:
    """Return 1 where the first route is for a denominator of 0 and the second has this very denominator, else 0.

    A value settled on the second then has a denominator above 0, so that the first need not be asked.
    """
    if len(routes) != 2 or len(routes[0].tests) != 1 or routes[1].tests:
        return 0
    test, measured = routes[0].tests[0], routes[1].measured
    if not isinstance(test, NumberTest) or not isinstance(measured, Quotient):
        return 0
    whole = test.quotient.numerator == measured.denominator and test.quotient.denominator == UNIT
    plain = whole and test.quotient.step is None and test.operator == "exactly" and not test.threshold
    return int(plain and set(test.quotient.indicators) <= set(measured.indicators))


def _rounded(settle: Quick, rounding: Rounding) -> Settle:
    def rounded(unit: Unit) -> Trace | None:
        found = settle(unit)
        if found is None:
            return None
        trace = trace_of(found)
        ends = trace.plan.floor, trace.plan.criterion.max_points
        points = round_within(trace.high, rounding.places, rounding.mode, *ends)
        trace.points = trace.low = trace.high = points
        return trace

    return rounded


def _if_it_applies(applies: Answer, settle: Quick) -> Quick:
    return lambda unit: settle(unit) if applies(unit) is True else None


def _unless_found(findings: tuple[int, ...], settle: Quick) -> Quick:
    def unless_a_finding_may_hold(unit: Unit) -> Found | None:
        for index in findings:
            if unit.findings[unit.finding_list[index]] is not False:
                return None
        return settle(unit)

    return unless_a_finding_may_hold


def _first_that_holds(steps: Sequence[tuple[Answer, Quick]]) -> Quick:
    def of_the_first_that_holds(unit: Unit) -> Found | None:
        for holds, settle in steps:
            taken = holds(unit)
            if taken is not False:
                return settle(unit) if taken is True else None
        raise AssertionError("no route holds")

    return of_the_first_that_holds


def _on_route(route: CompiledRoute) -> Quick:
    """Return what settles a sub-criterion on a route that is taken."""
    measured = route.route.measured
    if route.route.not_applicable:
        return _never
    if isinstance(measured, Tally):
        return _tally(route, measured)
    if route.form is None or route.value is None:
        constant = (route.line[-1][0], 0, 0)
        return lambda _unit: constant
    return _value(route.value, route.line) if route.plain else _never


def _value(value: ValueOf, line: Line) -> Quick:
    def measured(unit: Unit) -> Found | None:
        try:
            above, below = value(unit.inputs.values)
        except KeyError:
            return None
        return landed(line, above, below) if below > 0 else None

    return measured


def _tally(route: CompiledRoute, tally: Tally) -> Quick:
    points, identity = [item.points for item in tally.items], route.line[-1][0]

    def found_for(held: tuple[bool, ...]) -> Found:
        total = exact_sum(compress(points, held))
        start = int(total * identity.parts)
        return Landing(identity.leaf, identity.route, 0, start, 0, identity.parts, total, held=held), 0, 0

    asked = [item.tests[0] for item in tally.items if len(item.tests) == 1]
    equal = [test for test in asked if isinstance(test, EqualTest)]
    if len(equal) == len(tally.items) > 1:
        return _by_readings(equal, found_for)
    return _by_answers([together(part) for part in route.parts], found_for)


def _by_readings(tests: Sequence[EqualTest], found_for: Callable[[tuple[bool, ...]], Found]) -> Quick:
    """Return what settles a checklist of which each part asks one reading."""
    read, expected = itemgetter(*[test.indicator for test in tests]), [test.expected for test in tests]

    @lru_cache(MOST_KEPT)
    def found_by(given: tuple[bool | str, ...]) -> Found:
        return found_for(tuple(map(eq, given, expected)))

    def tallied(unit: Unit) -> Found | None:
        try:
            given = read(unit.inputs.values)
        except KeyError:
            return None
        return found_by(given)

    return tallied


def _by_answers(parts: Sequence[Answer], found_for: Callable[[tuple[bool, ...]], Found]) -> Quick:
    """Return what settles any other checklist."""
    kept = lru_cache(MOST_KEPT)(found_for)

    def tallied(unit: Unit) -> Found | None:
        held = tuple([part(unit) for part in parts])
        return None if any(isinstance(answer, Lack) for answer in held) else kept(held)

    return tallied
