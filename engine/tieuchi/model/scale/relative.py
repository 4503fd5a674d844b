"""Scales that look at a group of units: ``relative_to_best`` and ``target_and_leader``."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Literal

from pydantic import Field

from tieuchi.model.canonical import ONE, ZERO, Bound, NumberTest, Piece, Relative, Route
from tieuchi.model.fields import Exact, Strict
from tieuchi.model.scale.case import Case


class RelativeToBest(Strict):
    """Maximum times own value over the best value of the group (the best over own where less is better)."""

    best: Literal["largest", "smallest"] = "largest"


class TargetAndLeader(Strict):
    """Below the target a share of ``at_target``; from it up, a share of the rest; the leader gets the maximum.

    With own value a, target t, leader's value l and p = ``at_target``: below t the points are p × a / t; from t on
    p + (max − p) × (a − t) / (l − t). A leader exactly on target earns p, for there is no excess to share.
    """

    target: Annotated[Exact, Field(gt=0)]
    at_target: Annotated[Exact, Field(ge=0)]


def relative_routes(scale: RelativeToBest, case: Case) -> tuple[Route, ...]:
    """Return the share of the best, from nothing to the maximum."""
    case.check_points((), ZERO)
    if case.quotient is None:
        case.needs_value()
        return ()
    measured = Relative(case.quotient, scale.best)
    return (Route(_share_pieces(case.min_points, case.max_points), measured),)


def leader_routes(scale: TargetAndLeader, case: Case) -> tuple[Route, ...]:
    """Return the way to the target on the unit's own value, and the way beyond it on its share of the excess."""
    case.check_points((), ZERO)
    case.check_points(("at_target",), scale.at_target)
    if case.quotient is None:
        case.needs_value()
        return ()
    short = NumberTest(case.quotient, "less_than", scale.target, ("target",))
    slope = scale.at_target / scale.target
    below = (
        Piece("zero", Bound(), Bound(ZERO, closed=False), ZERO),
        Piece("below_target", Bound(ZERO, closed=True), Bound(), ZERO, slope),
    )
    excess = Relative(case.quotient, "largest", scale.target)
    beyond = (
        Piece("beyond_target", Bound(), Bound(ONE, closed=False), scale.at_target, case.max_points - scale.at_target),
        Piece("leader", Bound(ONE, closed=True), Bound(), case.max_points),
    )
    return (Route(below, case.quotient, (short,)), Route(beyond, excess))


def _share_pieces(least: Fraction, most: Fraction) -> tuple[Piece, ...]:
    return (
        Piece("zero", Bound(), Bound(ZERO, closed=False), least),
        Piece("share_of_best", Bound(ZERO, closed=True), Bound(ONE, closed=False), ZERO, most),
        Piece("best", Bound(ONE, closed=True), Bound(), most),
    )
