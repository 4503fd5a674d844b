"""The values of one reading at which the points of a sub-criterion can change, all other readings staying.

Every test and every value is a quotient of linear forms, so each end of a piece, each stair and each cut to a step is
met at one rational value of the reading. Between two neighbours of this list points go one way.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from types import MappingProxyType

from tieuchi.model.canonical import FindingTest, Linear, NumberTest, Piece, Quotient, Relative, Tally, Test
from tieuchi.model.plan import LeafPlan, Plan
from tieuchi.model.scorecard import Inputs
from tieuchi.whatif.reach import Room

MOST_STEPS = 2_000
"""Steps of one stair that are told one by one; of a longer one those nearest to where the unit stands."""


Bests = Mapping[tuple[str, int], Fraction]


def critical_values(
    plan: Plan, leaf: LeafPlan, name: str, inputs: Inputs, room: Room, bests: Bests = MappingProxyType({})
) -> list[Fraction]:
    """Return the values of a reading at which the points of a sub-criterion can change, sorted, each once.

    ``bests`` are the best values among the other units of the group, by sub-criterion and route.
    """
    found: set[Fraction] = set()
    for quotient, edge in (*_edges(plan, leaf, name, inputs, room), *_best_edges(leaf, name, bests)):
        at = meeting(quotient, edge, name, inputs)
        if at is not None:
            found.add(at)
    for quotient in _quotients(plan, leaf):
        if name in quotient.denominator.indicators:
            at = _zero(quotient.denominator, name, inputs)
            found |= {at} if at is not None else set()
    for _, consequence in leaf.consequences:
        if consequence.for_each == name and consequence.deduct:
            most = (leaf.criterion.max_points - leaf.floor) / consequence.deduct
            found |= {Fraction(count) for count in range(min(int(most) + 2, MOST_STEPS))}
    return sorted(found)


def meeting(quotient: Quotient, edge: Fraction, name: str, inputs: Inputs) -> Fraction | None:
    """Return the value of a reading at which a quotient meets an edge; None where there is none or every value does."""
    if any(other not in inputs.values for other in quotient.indicators):
        return None
    slope = dict(quotient.numerator.terms).get(name, ZERO) - edge * dict(quotient.denominator.terms).get(name, ZERO)
    if not slope:
        return None
    above, below = linear(quotient.numerator, inputs), linear(quotient.denominator, inputs)
    now = inputs.values[name]
    assert isinstance(now, Fraction)
    return now + (edge * below - above) / slope


ZERO = Fraction(0)


def linear(form: Linear, inputs: Inputs) -> Fraction:
    """Return the value of a linear form whose readings are all there."""
    total = form.constant
    for name, factor in form.terms:
        value = inputs.values[name]
        assert isinstance(value, Fraction)
        total += factor * value
    return total


def _zero(form: Linear, name: str, inputs: Inputs) -> Fraction | None:
    if any(other not in inputs.values for other in form.indicators):
        return None
    now, factor = inputs.values[name], dict(form.terms)[name]
    assert isinstance(now, Fraction)
    return now - linear(form, inputs) / factor


def own_tests(leaf: LeafPlan) -> Iterator[Test]:
    """Yield every test that stands in a sub-criterion itself."""
    yield from leaf.applies
    for route in leaf.routes:
        yield from route.tests
        if isinstance(route.measured, Tally):
            yield from (test for item in route.measured.items for test in item.tests)


def tests_of_leaf(plan: Plan, leaf: LeafPlan) -> Iterator[Test]:
    """Yield every test that the points of a sub-criterion can rest on, also those of findings."""
    yield from own_tests(leaf)
    last = max((index for index, _ in leaf.consequences), default=-1)
    if any(isinstance(test, FindingTest) for test in own_tests(leaf)):
        last = len(plan.findings) - 1
    for finding in plan.findings[: last + 1]:
        yield from finding.tests


def _quotients(plan: Plan, leaf: LeafPlan) -> Iterator[Quotient]:
    for test in tests_of_leaf(plan, leaf):
        if isinstance(test, NumberTest):
            yield test.quotient
    for route in leaf.routes:
        if isinstance(route.measured, (Quotient, Relative)):
            yield route.measured if isinstance(route.measured, Quotient) else route.measured.quotient


def _edges(plan: Plan, leaf: LeafPlan, name: str, inputs: Inputs, room: Room) -> Iterator[tuple[Quotient, Fraction]]:
    for test in tests_of_leaf(plan, leaf):
        if isinstance(test, NumberTest) and name in test.quotient.indicators:
            yield from ((test.quotient, edge) for edge in _cut(test.quotient, test.threshold))
    for route in leaf.routes:
        measured = route.measured
        if isinstance(measured, Quotient) and name in measured.indicators:
            ends = _span(measured, name, inputs, room)
            for piece in route.pieces:
                yield from ((measured, edge) for edge in _piece_edges(piece, measured, ends))
        elif isinstance(measured, Relative) and name in measured.quotient.indicators:
            yield from ((measured.quotient, edge) for edge in _relative_edges(measured))


def _best_edges(leaf: LeafPlan, name: str, bests: Bests) -> Iterator[tuple[Quotient, Fraction]]:
    for place, route in enumerate(leaf.routes):
        measured = route.measured
        if isinstance(measured, Relative) and name in measured.quotient.indicators and (leaf.id, place) in bests:
            yield measured.quotient, bests[leaf.id, place]


def _relative_edges(measured: Relative) -> Iterable[Fraction]:
    return (ZERO,) if measured.target is None else (ZERO, measured.target)


def _cut(quotient: Quotient, edge: Fraction) -> Iterable[Fraction]:
    """Return where a value crosses an edge; one cut to a step does so at a multiple of the step."""
    if quotient.step is None:
        return (edge,)
    steps = (edge / quotient.step).__floor__()
    return (edge, steps * quotient.step, (steps + 1) * quotient.step)


def _span(quotient: Quotient, name: str, inputs: Inputs, room: Room) -> tuple[Fraction | None, Fraction | None]:
    """Return the least and greatest value that the quotient takes inside the room of a reading; None: no end."""
    ends: list[Fraction | None] = []
    for at in (room.low, room.high):
        if at is None or any(other not in inputs.values for other in quotient.indicators):
            ends.append(None)
            continue
        changed = Inputs(inputs.unit_kind, {**inputs.values, name: at}, inputs.readings, inputs.declared)
        below = linear(quotient.denominator, changed)
        ends.append(linear(quotient.numerator, changed) / below if below > 0 else None)
    if ends[0] is not None and ends[1] is not None and ends[0] > ends[1]:
        ends.reverse()
    return ends[0], ends[1]


def _piece_edges(piece: Piece, quotient: Quotient, ends: tuple[Fraction | None, Fraction | None]) -> Iterator[Fraction]:
    for bound in (piece.lower.at, piece.upper.at):
        if bound is not None:
            yield from _cut(quotient, bound)
    if not piece.rate:
        return
    step = piece.stair.step if piece.stair else quotient.step
    origin = piece.stair.origin if piece.stair else ZERO
    if step is None:
        return
    low = _highest(piece.lower.at, ends[0])
    high = _lowest(piece.upper.at, ends[1])
    if low is None or high is None:
        return
    first = ((low - origin) / step).__floor__()
    last = min(((high - origin) / step).__floor__() + 1, first + MOST_STEPS)
    for count in range(first, last + 1):
        yield from _cut(quotient, origin + count * step)


def _highest(*ends: Fraction | None) -> Fraction | None:
    return max((end for end in ends if end is not None), default=None)


def _lowest(*ends: Fraction | None) -> Fraction | None:
    return min((end for end in ends if end is not None), default=None)
