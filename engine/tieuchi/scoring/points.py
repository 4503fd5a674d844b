"""Points alone, without the trace that explains them: for many units, or many changes of one.

What is common costs a few multiplications; whatever needs more (a finding that may hold, rounding, a group, a
truncation) is scored with its trace, of which only the points are kept. So there is one meaning, and two speeds.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from tieuchi.model.number import exact_sum
from tieuchi.model.plan import LeafPlan
from tieuchi.model.rulebook import Rounding
from tieuchi.scoring.compiled import CompiledRoute, piece_at, piece_points
from tieuchi.scoring.conditions import Answer, all_hold_for
from tieuchi.scoring.forms import form_value
from tieuchi.scoring.leaf import score_leaf
from tieuchi.scoring.unit import Unit

Points = Callable[[Unit], Fraction | None]


def points_function(leaf: LeafPlan, compiled: tuple[CompiledRoute, ...], rounding: Rounding | None) -> Points:
    """Return a function that gives the points of one sub-criterion for a unit, None where there are none."""
    if leaf.declared and not leaf.applies:
        return _taken_over(leaf.id)
    quick = [_on_route(route) for route in compiled]
    if leaf.applies or rounding is not None or None in quick:
        return lambda unit: score_leaf(leaf, compiled, rounding, unit).points
    steps = tuple((route.tests, points) for route, points in zip(compiled, quick, strict=True) if points is not None)
    plain = _first_that_holds(steps) if steps[0][0] else steps[0][1]
    if not leaf.consequences:
        return plain
    findings = tuple(index for index, _ in leaf.consequences)

    def unless_a_finding_may_hold(unit: Unit) -> Fraction | None:
        for index in findings:
            if unit.findings[unit.finding_list[index]] is not False:
                return score_leaf(leaf, compiled, rounding, unit).points
        return plain(unit)

    return unless_a_finding_may_hold


def _taken_over(criterion: str) -> Points:
    def declared(unit: Unit) -> Fraction | None:
        found = unit.inputs.declared.get(criterion)
        return None if found is None else found.points

    return declared


def _first_that_holds(steps: tuple[tuple[tuple[Answer, ...], Points], ...]) -> Points:
    def of_the_first_that_holds(unit: Unit) -> Fraction | None:
        for tests, points in steps:
            taken = all_hold_for(tests, unit)
            if taken is not False:
                return points(unit) if taken is True else None
        raise AssertionError("no route holds")

    return of_the_first_that_holds


def _on_route(route: CompiledRoute) -> Points | None:
    """Return what gives the points on a route that is taken; None where that takes more than its value."""
    if route.route.not_applicable:
        return lambda _unit: None
    if route.parts:
        return _tally(route)
    if route.form is None:
        constant = route.constants[0]
        return lambda _unit: constant
    if not route.plain:
        return None
    return _banded(route) if None not in route.constants else _sloped(route)


def _banded(route: CompiledRoute) -> Points:
    form, last = route.form, route.constants[-1]
    assert form is not None
    steps = tuple((*upper, points) for upper, points in zip(route.uppers, route.constants, strict=False))

    def banded(unit: Unit) -> Fraction | None:
        try:
            above, below = form_value(form, unit.numbers)
        except KeyError:
            return None
        if below <= 0:
            return None
        for top, bottom, closed, points in steps:
            here, there = above * bottom, top * below
            if here < there or (closed and here == there):
                return points
        return last

    return banded


def _sloped(route: CompiledRoute) -> Points:
    form = route.form
    assert form is not None

    def sloped(unit: Unit) -> Fraction | None:
        try:
            above, below = form_value(form, unit.numbers)
        except KeyError:
            return None
        if below <= 0:
            return None
        return piece_points(route, piece_at(route, above, below), above, below)

    return sloped


def _tally(route: CompiledRoute) -> Points:
    items = tuple(zip(route.parts, (item.points for item in route.route.measured.items), strict=True))  # type: ignore[union-attr]

    def tally(unit: Unit) -> Fraction | None:
        held = []
        for tests, points in items:
            answer = all_hold_for(tests, unit)
            if answer is True:
                held.append(points)
            elif answer is not False:
                return None
        return exact_sum(held)

    return tally
