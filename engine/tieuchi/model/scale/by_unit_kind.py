"""``by_unit_kind``: a scale whose thresholds or points count less for some kinds of unit.

"Mountain communes count 75%": with ``of: thresholds`` they need three quarters of the figure, with ``of: points``
they earn three quarters of the points.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from tieuchi.model.canonical import Bound, NumberTest, Piece, Relative, Route, Stair, Tally, Test, UnitKindTest
from tieuchi.model.fields import Exact, Identifier, Strict
from tieuchi.model.scale.case import Case

if TYPE_CHECKING:
    from tieuchi.model.scale import Scale

WITHOUT_THRESHOLDS = frozenset({"lateness", "deadline", "checklist", "findings_only"})
"""Kinds that have no figure to reach which a factor could make smaller."""

Lower = Callable[["Scale", Case], tuple[Route, ...]]


class ByUnitKind(Strict):
    """A factor for each kind of unit; kinds not named count 100%."""

    factors: Annotated[dict[Identifier, Annotated[Exact, Field(gt=0)]], Field(min_length=1)]
    of: Literal["thresholds", "points"]
    scale: Scale


def routes(scale: ByUnitKind, case: Case, lower: Lower) -> tuple[Route, ...]:
    """Return the inner routes once for each factor, and once as they are."""
    if case.nested:
        case.report((), "R330", beside=("scale",))
        return ()
    if scale.of == "thresholds" and scale.scale.kind in WITHOUT_THRESHOLDS:
        case.report(("of",), "R335", other=("scale",), kind=scale.scale.kind)
        return ()
    inner = lower(scale.scale, case.inside("scale")._replace(nested=True))
    inner = tuple(r._replace(pieces=tuple(p._replace(source=("scale", *p.source)) for p in r.pieces)) for r in inner)
    if scale.of == "points" and case.min_points > 0:
        least = case.min_points * min(scale.factors.values())
        case.check_points(("of",), least)
    result: list[Route] = []
    for kind, factor in scale.factors.items():
        test = UnitKindTest((kind,), ("factors", kind))
        for route in inner:
            if scale.of == "points" and factor > 1:
                case.report(("factors", kind), "R333", beside=("max_points",), factor=factor)
            changed = _scaled(route, factor) if scale.of == "thresholds" else _weighted(route, factor)
            result.append(changed.under((test,)))
    return (*result, *inner)


def _weighted(route: Route, factor: Fraction) -> Route:
    if isinstance(route.measured, Tally):
        items = tuple(item._replace(points=item.points * factor) for item in route.measured.items)
        return route._replace(measured=Tally(items))
    pieces = tuple(p._replace(base=p.base * factor, rate=p.rate * factor) for p in route.pieces)
    return route._replace(pieces=pieces)


def _scaled(route: Route, factor: Fraction) -> Route:
    """Return the route with every figure that the unit must reach multiplied by the factor."""
    tests = tuple(_stretched_test(t, factor) for t in route.tests)
    measured = route.measured
    if isinstance(measured, Relative) and measured.target is not None:
        # The pieces are on the share of the excess; what the unit must reach is the target.
        return route._replace(measured=measured._replace(target=measured.target * factor), tests=tests)
    return route._replace(pieces=tuple(_stretched(p, factor) for p in route.pieces), tests=tests)


def _stretched(piece: Piece, factor: Fraction) -> Piece:
    stair = piece.stair
    return piece._replace(
        lower=_times(piece.lower, factor),
        upper=_times(piece.upper, factor),
        rate=piece.rate if stair else piece.rate / factor,
        stair=Stair(stair.origin * factor, stair.step * factor, stair.started) if stair else None,
    )


def _stretched_test(test: Test, factor: Fraction) -> Test:
    return test._replace(threshold=test.threshold * factor) if isinstance(test, NumberTest) else test


def _times(bound: Bound, factor: Fraction) -> Bound:
    return bound if bound.at is None else Bound(bound.at * factor, bound.closed)
