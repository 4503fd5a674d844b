"""The values of one reading at which the points of a sub-criterion can change, all other readings staying.

Every test and every value is a quotient of linear forms, so each end of a piece, each stair and each cut to a step is
met at one rational value of the reading. Between two neighbours of this list points go one way.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from types import MappingProxyType

from tieuchi.model.canonical import ZERO, Linear, NumberTest, Piece, Quotient, Relative
from tieuchi.model.plan import LeafPlan, Plan
from tieuchi.model.scorecard import Inputs
from tieuchi.scoring.inverse import crossings, meeting, tests_of_leaf
from tieuchi.scoring.tests import linear_value
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


def _zero(form: Linear, name: str, inputs: Inputs) -> Fraction | None:
    if any(other not in inputs.values for other in form.indicators):
        return None
    now, factor = inputs.values[name], dict(form.terms)[name]
    assert isinstance(now, Fraction)
    return now - linear_value(form, inputs.values) / factor


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
            yield from ((test.quotient, edge) for edge in crossings(test.quotient, test.threshold))
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


def _span(quotient: Quotient, name: str, inputs: Inputs, room: Room) -> tuple[Fraction | None, Fraction | None]:
    """Return the least and greatest value that the quotient takes inside the room of a reading; None: no end."""
    ends: list[Fraction | None] = []
    for at in (room.low, room.high):
        if at is None or any(other not in inputs.values for other in quotient.indicators):
            ends.append(None)
            continue
        changed = Inputs(inputs.unit_kind, {**inputs.values, name: at}, inputs.readings, inputs.declared)
        below = linear_value(quotient.denominator, changed.values)
        ends.append(linear_value(quotient.numerator, changed.values) / below if below > 0 else None)
    if ends[0] is not None and ends[1] is not None and ends[0] > ends[1]:
        ends.reverse()
    return ends[0], ends[1]


def _piece_edges(piece: Piece, quotient: Quotient, ends: tuple[Fraction | None, Fraction | None]) -> Iterator[Fraction]:
    for bound in (piece.lower.at, piece.upper.at):
        if bound is not None:
            yield from crossings(quotient, bound)
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
        yield from crossings(quotient, origin + count * step)


def _highest(*ends: Fraction | None) -> Fraction | None:
    return max((end for end in ends if end is not None), default=None)


def _lowest(*ends: Fraction | None) -> Fraction | None:
    return min((end for end in ends if end is not None), default=None)
