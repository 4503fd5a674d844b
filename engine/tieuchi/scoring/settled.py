"""The quick way to points, for what is most common: readings that are given, and no finding that may hold.

A sub-criterion is settled by a few multiplications of whole numbers; whatever needs more (a reading that lacks, a
finding that may hold, a value cut to a step or set against the group) is left to ``leaf``, which knows all there is
to know. ``tests/properties`` hold the two against each other.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Callable
from fractions import Fraction
from itertools import compress

from tieuchi.model.canonical import UNIT, EqualTest, NumberTest, Quotient, Route, Tally
from tieuchi.model.number import exact_sum, round_within
from tieuchi.model.plan import LeafPlan
from tieuchi.model.rulebook import Rounding
from tieuchi.model.scorecard import Trace
from tieuchi.scoring.compiled import CompiledRoute, Landing
from tieuchi.scoring.conditions import Answer, all_hold_for, answers_of
from tieuchi.scoring.forms import ValueOf
from tieuchi.scoring.tests import Lack
from tieuchi.scoring.unit import Unit

Found = tuple[Landing, int, int, int, int]
"""What a trace is made of where nothing is out of the common: ``landing, above, below, points, parts``.

``above / below`` is the value, ``points / parts`` are the points.
"""
Quick = Callable[[Unit], Found | None]
"""Settles a sub-criterion for a unit; None where that takes more than is common."""
Settle = Callable[[Unit], Found | Trace | None]
"""The same, as a trace where points are rounded."""
MOST_SUMS = 256
"""How many sums of a checklist are kept, by the parts that hold."""


def settle_of(leaf: LeafPlan, routes: tuple[CompiledRoute, ...], rounding: Rounding | None) -> Settle:
    """Return what settles a sub-criterion."""
    if leaf.declared:
        return _never
    found = [_on_route(route) for route in routes]
    if found[-1] is _never:
        return _never
    first = _passed_over(leaf.routes)
    steps = tuple((route.tests, settle) for route, settle in zip(routes[first:], found[first:], strict=True))
    settle = _first_that_holds(steps) if steps[0][0] else steps[0][1]
    if leaf.consequences:
        settle = _unless_found(tuple(index for index, _ in leaf.consequences), settle)
    if leaf.applies:
        settle = _if_it_applies(answers_of(leaf.applies), settle)
    return settle if rounding is None else _rounded(settle, rounding)


def points_of(found: Found) -> Fraction:
    """Return the points that were found."""
    landing, _, _, points, parts = found
    known = landing.points
    return Fraction(points, parts) if known is None else known


def trace_of(found: Found) -> Trace:
    """Return what was found as a trace."""
    (leaf, route, piece, held, _), above, below, _, _ = found
    points = points_of(found)
    return Trace(leaf, "scored", route, piece, above, below, held, None, points, (), points, points, points)


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


def _if_it_applies(tests: tuple[Answer, ...], settle: Quick) -> Quick:
    return lambda unit: settle(unit) if all_hold_for(tests, unit) is True else None


def _unless_found(findings: tuple[int, ...], settle: Quick) -> Quick:
    def unless_a_finding_may_hold(unit: Unit) -> Found | None:
        for index in findings:
            if unit.findings[unit.finding_list[index]] is not False:
                return None
        return settle(unit)

    return unless_a_finding_may_hold


def _first_that_holds(steps: tuple[tuple[tuple[Answer, ...], Quick], ...]) -> Quick:
    def of_the_first_that_holds(unit: Unit) -> Found | None:
        for tests, settle in steps:
            taken = all_hold_for(tests, unit)
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
        landing, points, parts, _ = route.pieces[0]
        constant = (landing, 0, 0, points, parts)
        return lambda _unit: constant
    if not route.plain:
        return _never
    return _ratio(route, *route.form.pair) if route.form.pair else _value(route, route.value)


def _value(route: CompiledRoute, value: ValueOf) -> Quick:
    scale, ends, pieces = route.scale, route.ends, route.pieces

    def measured(unit: Unit) -> Found | None:
        try:
            above, below = value(unit.inputs.values)
        except KeyError:
            return None
        if below <= 0:
            return None
        steps, rest = divmod(above * scale, below)
        landing, points, parts, slope = pieces[bisect(ends, 2 * steps + 1 if rest else 2 * steps)]
        if slope is not None:
            points, parts = slope(above, below)
        return landing, above, below, points, parts

    return measured


def _ratio(route: CompiledRoute, first: str, second: str) -> Quick:
    """Return the same for the plain ratio of two readings, the most common value of all."""
    scale, ends, pieces = route.scale, route.ends, route.pieces

    def ratio(unit: Unit) -> Found | None:
        values = unit.inputs.values
        try:
            above, tops = values[first].as_integer_ratio()  # type: ignore[union-attr]
            below, bottoms = values[second].as_integer_ratio()  # type: ignore[union-attr]
        except KeyError:
            return None
        if tops != bottoms:
            above, below = above * bottoms, below * tops
        if below <= 0:
            return None
        steps, rest = divmod(above * scale, below)
        landing, points, parts, slope = pieces[bisect(ends, 2 * steps + 1 if rest else 2 * steps)]
        if slope is not None:
            points, parts = slope(above, below)
        return landing, above, below, points, parts

    return ratio


def _tally(route: CompiledRoute, tally: Tally) -> Quick:
    parts_of, points = _parts_that_hold(route, tally), [item.points for item in tally.items]
    leaf, place = route.pieces[0][0][:2]
    sums: dict[tuple[bool, ...], Found] = {}

    def tallied(unit: Unit) -> Found | None:
        held = parts_of(unit)
        if held is None:
            return None
        found = sums.get(held)
        if found is None:
            total = exact_sum(compress(points, held))
            found = Landing(leaf, place, 0, held, total), 0, 0, *total.as_integer_ratio()
            if len(sums) < MOST_SUMS:
                sums[held] = found
        return found

    return tallied


def _parts_that_hold(route: CompiledRoute, tally: Tally) -> Callable[[Unit], tuple[bool, ...] | None]:
    """Return what says which parts of a checklist hold; None where that is not known of one."""
    tests = [test for item in tally.items for test in item.tests if isinstance(test, EqualTest)]
    expected = [(test.indicator, test.expected) for test in tests]

    def equal(unit: Unit) -> tuple[bool, ...] | None:
        values = unit.inputs.values
        try:
            return tuple([values[name] == what for name, what in expected])
        except KeyError:
            return None

    def answered(unit: Unit) -> tuple[bool, ...] | None:
        answers = [all_hold_for(part, unit) for part in route.parts]
        return None if any(isinstance(answer, Lack) for answer in answers) else tuple(answers)  # type: ignore[arg-type]

    one_each = all(len(item.tests) == 1 for item in tally.items) and len(tests) == len(tally.items)
    return equal if one_each else answered
