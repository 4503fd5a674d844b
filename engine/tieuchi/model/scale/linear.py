"""``linear``: points in proportion to the value, with a cut-off below and a value at which full points are reached.

Covers "points = ratio × maximum", a cut-off ("below 60% the points are 0"), a target below 100%, a survey that is
satisfied from 80%, and, with ``zero_at`` above ``full_at``, values of which less is better.
"""

from __future__ import annotations

from fractions import Fraction

from tieuchi.model.canonical import Bound, Piece, Route
from tieuchi.model.fields import Clause, Exact, Strict
from tieuchi.model.scale.case import Case


class LinearScale(Strict):
    """Points rise evenly from ``start_points`` at ``zero_at`` to ``points`` at ``full_at``."""

    full_at: Exact = Fraction(1)
    """Value that earns ``points``; beyond it nothing is added."""
    zero_at: Exact = Fraction(0)
    """Value that earns ``start_points``."""
    cut_off: Exact | None = None
    """A value that does not reach it earns ``below_cut_off``; the cut-off itself is on the slope."""
    points: Exact | None = None
    """Points at ``full_at``; the maximum if not given."""
    start_points: Exact = Fraction(0)
    below_cut_off: Exact = Fraction(0)
    clause: Clause = "linear"


def routes(scale: LinearScale, case: Case) -> tuple[Route, ...]:
    """Return the slope and its flat ends as pieces."""
    full = case.max_points if scale.points is None else scale.points
    case.check_points(("points",), full)
    case.check_points(("start_points",), scale.start_points)
    case.check_points(("below_cut_off",), scale.below_cut_off)
    if scale.full_at == scale.zero_at:
        place, other = ("full_at", "zero_at") if "full_at" in scale.model_fields_set else ("zero_at", None)
        same = Bound(scale.full_at, closed=True)
        case.report(
            (place,),
            "R320",
            other=None if other is None else (other,),
            where=(same, same),
            value=scale.full_at,
            start=scale.start_points,
            full=full,
        )
        return ()
    if not case.needs_value():
        return ()
    rising = scale.full_at > scale.zero_at
    low_at, high_at = sorted((scale.zero_at, scale.full_at))
    rate = (full - scale.start_points) / (scale.full_at - scale.zero_at)
    base = scale.start_points - rate * scale.zero_at
    low_points, high_points = (scale.start_points, full) if rising else (full, scale.start_points)
    low_clause, high_clause = ("zero", "full") if rising else ("full", "zero")
    pieces = [
        Piece(low_clause, Bound(), Bound(low_at, not rising), low_points),
        Piece(scale.clause, Bound(low_at, rising), Bound(high_at, not rising), base, rate),
        Piece(high_clause, Bound(high_at, rising), Bound(), high_points),
    ]
    if scale.cut_off is not None:
        if not low_at <= scale.cut_off <= high_at:
            _report_cut_off(case, scale, rising=rising)
            return ()
        pieces = _cut(pieces, scale, rising=rising)
    return (Route(tuple(pieces), case.quotient),)


def _report_cut_off(case: Case, scale: LinearScale, *, rising: bool) -> None:
    """Report a cut-off beside the slope: it takes all from values that earn full points, or cuts what earns none."""
    assert scale.cut_off is not None
    low_at, high_at = sorted((scale.zero_at, scale.full_at))
    above = scale.cut_off > high_at
    other = "full_at" if above == rising else "zero_at"
    ends = (high_at, scale.cut_off) if above else (scale.cut_off, low_at)
    case.report(
        ("cut_off",),
        "R321",
        other=(other,) if other in scale.model_fields_set else None,
        where=(Bound(ends[0], closed=above), Bound(ends[1], closed=not above)),
        cut_off=scale.cut_off,
        low=low_at,
        high=high_at,
    )


def _cut(pieces: list[Piece], scale: LinearScale, *, rising: bool) -> list[Piece]:
    """Replace what lies on the wrong side of the cut-off by one piece."""
    low, slope, high = pieces
    at = scale.cut_off
    if rising:
        flat = Piece("cut_off", Bound(), Bound(at, closed=False), scale.below_cut_off)
        slope = Piece(slope.clause, Bound(at, closed=True), slope.upper, slope.base, slope.rate)
        return [flat, slope, high] if at != high.lower.at else [flat, high]
    flat = Piece("cut_off", Bound(at, closed=False), Bound(), scale.below_cut_off)
    slope = Piece(slope.clause, slope.lower, Bound(at, closed=True), slope.base, slope.rate)
    return [low, slope, flat] if at != low.upper.at else [low, flat]
