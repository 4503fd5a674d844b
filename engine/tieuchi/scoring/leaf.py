"""Score one sub-criterion: take the first route that holds, find the piece, apply what findings take."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from tieuchi.model.canonical import Relative, Route, Tally
from tieuchi.model.number import exact_sum, round_within
from tieuchi.model.plan import LeafPlan
from tieuchi.model.rulebook import Consequence, Rounding
from tieuchi.model.scorecard import Taken, Trace, comparable, measured_value
from tieuchi.scoring.compiled import CompiledRoute, compile_leaf, landed, points_of
from tieuchi.scoring.conditions import all_hold_for
from tieuchi.scoring.tests import Lack, all_hold, lack_of
from tieuchi.scoring.unit import Unit

ZERO, ONE = Fraction(0), Fraction(1)
_NO_DENOMINATOR = Lack("missing", (), "zero_denominator")
_NO_GROUP = Lack("missing", (), "group")
_WORTHLESS_BEST = Lack("missing", (), "worthless_best")


class InFull:
    """Scores a sub-criterion in full; its routes are compiled for the first unit that needs them."""

    __slots__ = ("_leaf", "_rounding", "_routes")

    def __init__(self, leaf: LeafPlan, rounding: Rounding | None) -> None:
        self._leaf, self._rounding = leaf, rounding
        self._routes: tuple[CompiledRoute, ...] | None = None

    def score(self, unit: Unit) -> Trace:
        """Return the trace of the sub-criterion."""
        if self._routes is None:
            self._routes = compile_leaf(self._leaf)
        return score_leaf(self._leaf, self._routes, self._rounding, unit)


def score_leaf(leaf: LeafPlan, compiled: tuple[CompiledRoute, ...], rounding: Rounding | None, unit: Unit) -> Trace:
    """Return the trace of one sub-criterion, with its points where it has some, rounded where the rulebook says."""
    trace = _traced(leaf, compiled, unit)
    if rounding is not None and not leaf.declared and trace.state != "not_applicable":
        least, most = leaf.floor, leaf.criterion.max_points
        ends = (trace.low, trace.high)
        trace.low, trace.high = (round_within(end, rounding.places, rounding.mode, least, most) for end in ends)
        trace.points = None if trace.points is None else trace.high
    return trace


def _traced(leaf: LeafPlan, compiled: tuple[CompiledRoute, ...], unit: Unit) -> Trace:
    trace = Trace(leaf)
    if leaf.applies:
        applies = all_hold(leaf.applies, unit.inputs, unit.findings)
        if applies is False:
            trace.state = "not_applicable"
            return trace
        if isinstance(applies, Lack):
            return _open_altogether(trace, applies)
    if leaf.declared:
        return _declared(trace, unit)
    for place, route in enumerate(compiled):
        if route.tests:
            taken = all_hold_for(route.tests, unit, route.route.guards)
            if taken is False:
                continue
            if isinstance(taken, Lack):
                if any(later.not_applicable for later in leaf.routes[place:]):
                    return _open_altogether(trace, taken)
                return _lacking(trace, taken, *_hull(leaf, place), unit)
        trace.route = place
        return _on_route(trace, route, unit)
    raise AssertionError(f"{leaf.id}: no route holds")


def _hull(leaf: LeafPlan, place: int) -> tuple[Fraction, Fraction]:
    """Return what the routes from a place on can give."""
    ranges = leaf.ranges[place:]
    return min(low for low, _ in ranges), max(high for _, high in ranges)


def _on_route(trace: Trace, compiled: CompiledRoute, unit: Unit) -> Trace:
    route = compiled.route
    if route.not_applicable:
        trace.state = "not_applicable"
        trace.piece = 0
        return trace
    if isinstance(route.measured, Tally):
        return _tally(trace, compiled, route.measured, unit)
    if compiled.form is None or compiled.value is None:
        trace.piece = 0
        trace.base_points = route.pieces[0].base
        return _finish(trace, unit)
    try:
        above, below = compiled.value(unit.inputs.values)
    except KeyError:
        lack = lack_of(compiled.form.names, unit.inputs)
        return _lacking(trace, lack, *trace.plan.ranges[trace.route], unit)
    if below <= 0:
        return _lacking(trace, _NO_DENOMINATOR, *trace.plan.ranges[trace.route], unit)
    trace.numerator, trace.denominator = above, below
    if not compiled.plain:
        changed = _measured(trace, route, unit)
        if isinstance(changed, Lack):
            return _lacking(trace, changed, *trace.plan.ranges[trace.route], unit)
        above, below = changed.numerator, changed.denominator
    found = landed(compiled.line, above, below)
    trace.piece, trace.base_points = found[0].piece, points_of(found)
    return _finish(trace, unit)


def _measured(trace: Trace, route: Route, unit: Unit) -> Fraction | Lack:
    """Return the value cut to its step or set against the group, or why there is none."""
    if isinstance(route.measured, Relative):
        best = unit.best.get((trace.plan.id, trace.route))
        if best is None:
            return _NO_GROUP
        trace.group_best = best
        if not comparable(route.measured, best):
            return _WORTHLESS_BEST
    return measured_value(route.measured, Fraction(trace.numerator, trace.denominator), trace.group_best)


def _tally(trace: Trace, compiled: CompiledRoute, tally: Tally, unit: Unit) -> Trace:
    """Add up the parts that hold; parts that are not known leave the sum open."""
    answers = [all_hold_for(tests, unit) for tests in compiled.parts]
    trace.held = tuple(None if isinstance(answer, Lack) else answer for answer in answers)
    sure = exact_sum(item.points for item, held in zip(tally.items, trace.held, strict=True) if held)
    lacks = [answer for answer in answers if isinstance(answer, Lack)]
    if lacks:
        names = tuple(dict.fromkeys(name for lack in lacks for name in lack.indicators))
        open_points = exact_sum(i.points for i, held in zip(tally.items, trace.held, strict=True) if held is None)
        states = {lack.state for lack in lacks}
        state = next(s for s in ("not_applicable", "refused", "missing") if s in states)
        return _lacking(trace, Lack(state, names), sure, sure + open_points, unit)
    trace.piece = 0
    trace.base_points = sure
    return _finish(trace, unit)


def _declared(trace: Trace, unit: Unit) -> Trace:
    """Take over the points that the readings declare."""
    declared = unit.inputs.declared.get(trace.plan.id)
    if declared is None:
        lack = Lack("missing", (), "declared")
        return _lacking(trace, lack, trace.plan.floor, trace.plan.criterion.max_points, unit)
    trace.state = "declared"
    trace.declared = declared
    trace.base_points = trace.points = trace.low = trace.high = declared.points
    return trace


def _finish(trace: Trace, unit: Unit) -> Trace:
    """Apply findings to the points of the scale."""
    points = trace.base_points
    assert points is not None
    if trace.plan.consequences:
        low, high, taken = _after_findings(trace.plan, points, points, unit)
        if low is not high and low != high:
            return _open_finding(trace, low, high, unit)
        trace.taken, points = taken, high
    trace.points = trace.low = trace.high = points
    return trace


def _open_altogether(trace: Trace, lack: Lack) -> Trace:
    """Record why it is not known whether the sub-criterion applies at all.

    If it does not, it counts for nothing, or, where the others are brought back to the whole maximum, for up to its
    own; so findings narrow nothing.
    """
    trace.state, trace.reason, trace.lacking = lack.state, lack.reason, lack.indicators
    if lack.state != "not_applicable":
        trace.low, trace.high = min(trace.plan.floor, ZERO), trace.plan.criterion.max_points
    return trace


def _lacking(trace: Trace, lack: Lack, low: Fraction, high: Fraction, unit: Unit) -> Trace:
    """Record why there are no points; findings that hold may settle them all the same."""
    if lack.state == "not_applicable":
        trace.state = "not_applicable"
        trace.lacking = lack.indicators
        return trace
    if trace.plan.consequences:
        low, high, taken = _after_findings(trace.plan, low, high, unit)
        if taken and low == high:
            trace.taken, trace.base_points = taken, None
            trace.points = trace.low = trace.high = high
            return trace
    trace.state, trace.reason, trace.lacking = lack.state, lack.reason, lack.indicators
    trace.low, trace.high = low, high
    return trace


def _open_finding(trace: Trace, low: Fraction, high: Fraction, unit: Unit) -> Trace:
    names: dict[str, None] = {}
    for index, consequence in trace.plan.consequences:
        answer = unit.findings[unit.finding_list[index]]
        if isinstance(answer, Lack):
            names.update(dict.fromkeys(answer.indicators))
        elif consequence.for_each is not None and consequence.for_each not in unit.inputs.values:
            names[consequence.for_each] = None
    trace.state, trace.reason, trace.lacking = "missing", "finding", tuple(names)
    trace.low, trace.high = low, high
    return trace


def _after_findings(
    leaf: LeafPlan, low: Fraction, high: Fraction, unit: Unit
) -> tuple[Fraction, Fraction, tuple[Taken, ...]]:
    """Return least and most points after findings, and what each took from the most.

    Deductions come first, then the lowest limit; a finding that is not known lowers only the least.
    """
    taken: list[Taken] = []
    floor = leaf.floor
    for index, consequence in _ordered(leaf):
        name = unit.finding_list[index]
        answer = unit.findings[name]
        if answer is False:
            continue
        times, counted = ONE, True
        if consequence.for_each is not None:
            count = unit.inputs.values.get(consequence.for_each)
            counted = isinstance(count, Fraction)
            times = count if isinstance(count, Fraction) else times
        if not counted:
            low = floor
            continue
        left, amount = _lowered(high, consequence, times, floor)
        low = left if low is high else _lowered(low, consequence, times, floor)[0]
        if answer is True:
            taken.append(Taken(name, consequence.clause, amount, times))
            high = left
    return low, high, tuple(taken)


def _ordered(leaf: LeafPlan) -> Sequence[tuple[int, Consequence]]:
    """Return what findings do to a sub-criterion, deductions before limits."""
    if len(leaf.consequences) == 1:
        return leaf.consequences
    return sorted(leaf.consequences, key=lambda pair: pair[1].at_most is not None)


def _lowered(points: Fraction, consequence: Consequence, times: Fraction, floor: Fraction) -> tuple[Fraction, Fraction]:
    """Return the points that are left, and those that were taken."""
    if consequence.at_most is not None:
        left = min(points, max(consequence.at_most, floor))
        return left, points - left
    assert consequence.deduct is not None
    amount = consequence.deduct if times is ONE else consequence.deduct * times
    left = points - amount
    return (left, amount) if left >= floor else (floor, points - floor)
