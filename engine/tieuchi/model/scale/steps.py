"""Points per step of a value, in three wordings of decrees.

``deduction``: taken off the maximum for each violation, down to a floor.
``per_item``: given for each item, up to a cap.
``increments``: a base up to some value, then more for each further step, up to a cap.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated

from pydantic import Field

from tieuchi.model.canonical import ONE, ZERO, Bound, Piece, Route, Stair
from tieuchi.model.fields import Exact, Flag, Strict
from tieuchi.model.scale.case import Case

Positive = Annotated[Exact, Field(gt=0)]


class Deduction(Strict):
    """``each`` points off for every ``per`` of the value, not below ``floor``."""

    each: Positive
    per: Positive = ONE
    floor: Exact = ZERO
    started: Flag = False
    """A begun step counts as a whole one."""


class PerItem(Strict):
    """``each`` points for every ``per`` of the value, not above ``at_most`` (the maximum if not given)."""

    each: Positive
    per: Positive = ONE
    at_most: Exact | None = None
    started: Flag = False


class Increments(Strict):
    """``base`` points up to ``up_to``, then ``each`` for every further ``per``, not above ``at_most``."""

    base: Exact
    up_to: Exact
    each: Positive
    per: Positive
    at_most: Exact | None = None
    started: Flag = False


def deduction_routes(scale: Deduction, case: Case) -> tuple[Route, ...]:
    """Return no violation, the falling stair, and the floor."""
    case.check_points(("floor",), scale.floor)
    stair = Stair(ZERO, scale.per, scale.started)
    return _stair_routes(case, stair, case.max_points, -scale.each, scale.floor, ("none", "deducted", "floor"))


def per_item_routes(scale: PerItem, case: Case) -> tuple[Route, ...]:
    """Return nothing, the rising stair, and the cap."""
    cap = case.max_points if scale.at_most is None else scale.at_most
    case.check_points((), ZERO)
    case.check_points(("at_most",), cap)
    stair = Stair(ZERO, scale.per, scale.started)
    return _stair_routes(case, stair, ZERO, scale.each, cap, ("none", "counted", "cap"))


def increments_routes(scale: Increments, case: Case) -> tuple[Route, ...]:
    """Return the base, the rising stair above it, and the cap."""
    cap = case.max_points if scale.at_most is None else scale.at_most
    case.check_points(("at_most",), cap)
    case.check_points(("base",), scale.base)
    if scale.at_most is not None and scale.base > cap:
        where = (Bound(), Bound(scale.up_to, closed=True))
        case.report(("base",), "R322", other=("at_most",), where=where, base=scale.base, cap=cap)
    stair = Stair(scale.up_to, scale.per, scale.started)
    return _stair_routes(case, stair, scale.base, scale.each, cap, ("base", "increment", "cap"))


def _stair_routes(
    case: Case, stair: Stair, base: Fraction, rate: Fraction, limit: Fraction, clauses: tuple[str, str, str]
) -> tuple[Route, ...]:
    """Return a flat start, a stair while it stays on this side of the limit, and the limit."""
    if not case.needs_value():
        return ()
    room = (limit - base) / rate
    if room <= 0:
        flat = Piece(clauses[2], Bound(), Bound(), limit)
        return (Route((flat,), case.quotient),)
    # Whole steps that the stair can take before the limit cuts it.
    whole = -(-room.numerator // room.denominator)
    first = Bound(stair.origin, closed=True) if stair.started else Bound(stair.origin + stair.step, closed=False)
    steps_before_limit = whole - 1
    end = stair.origin + stair.step * (steps_before_limit if stair.started else whole)
    last = Bound(end, closed=stair.started)
    pieces = [Piece(clauses[0], Bound(), first, base)]
    if steps_before_limit:
        pieces.append(Piece(clauses[1], Bound(first.at, not first.closed), last, base, rate, stair))
    pieces.append(Piece(clauses[2], Bound(last.at, not last.closed), Bound(), limit))
    return (Route(tuple(pieces), case.quotient),)
