"""Routes with whole numbers only, so that scoring a sub-criterion costs a few multiplications.

A quotient becomes two lists of whole coefficients over a common denominator, a threshold two whole numbers, and a
comparison one cross-multiplication. Nothing is approximated.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from math import lcm
from typing import NamedTuple

from tieuchi.model.canonical import Quotient, Route, Stair, Tally
from tieuchi.model.plan import LeafPlan
from tieuchi.scoring.conditions import Answer, answers_of
from tieuchi.scoring.forms import Form, ValueOf, form_of, value_of

MOST_KEPT = 256
"""How many landings are kept of a stair, by its steps, and of a checklist, by its readings."""
Climb = Callable[[int, int], "Landing"]
"""Gives the step of a stair that a value reaches; the value is a numerator and a denominator."""


@dataclass(slots=True)
class Landing:
    """What is known beforehand of all values on a piece, or a step of a stair, or of parts of a checklist that hold.

    A value ``x`` gives ``start + rise * x`` parts of a point. Where nothing rises they are parts of the same size in a
    whole rulebook (``common_parts``), so that sums of points are sums of whole numbers.
    """

    leaf: LeafPlan
    route: int
    piece: int
    start: int
    rise: int
    parts: int
    points: Fraction | None
    """The same for all values, or none: they follow the value."""
    climb: Climb | None = None
    held: tuple[bool, ...] = ()


Found = tuple[Landing, int, int]
"""What a trace is made of where nothing is out of the common: ``landing, above, below``; the last two are the value."""
Line = tuple[int, tuple[int, ...], tuple[int, ...], tuple[Landing, ...]]
"""All pieces of a route, as ``scale, before, after, pieces``.

``scale`` makes every end of a piece whole. ``before`` are the ends that belong to the next piece, which begins there;
``after`` are those that belong to the piece that ends there.
"""


class CompiledRoute(NamedTuple):
    """One route: when it is taken, how to get its value, and its pieces."""

    route: Route
    tests: tuple[Answer, ...]
    parts: tuple[tuple[Answer, ...], ...]
    """Conditions of each part of a checklist."""
    form: Form | None
    value: ValueOf | None
    plain: bool
    """Whether the pieces are asked about the value as it is, not cut to a step nor set against the group."""
    line: Line


def common_parts(leaves: Iterable[LeafPlan]) -> int:
    """Return into how many parts a point must be cut so that all points that do not rise with a value are whole."""
    found: set[int] = set()
    for leaf in leaves:
        for route in leaf.routes:
            if isinstance(route.measured, Tally):
                found.update([item.points.denominator for item in route.measured.items])
            for piece in route.pieces:
                if piece.stair is not None:
                    found.add(piece.rate.denominator)
                if piece.stair is not None or not piece.rate:
                    found.add(piece.base.denominator)
    return lcm(*found)


def compile_leaf(leaf: LeafPlan, parts: int = 1) -> tuple[CompiledRoute, ...]:
    """Return the routes of a sub-criterion, compiled; ``parts`` are those that a point is cut into at least."""
    return tuple([compile_route(leaf, place, parts) for place in range(len(leaf.routes))])


def compile_route(leaf: LeafPlan, place: int, parts: int = 1) -> CompiledRoute:
    """Return one route of a sub-criterion, likewise."""
    route = leaf.routes[place]
    measured = route.measured
    quotient = measured if isinstance(measured, Quotient) else getattr(measured, "quotient", None)
    form = form_of(quotient) if quotient else None
    return CompiledRoute(
        route,
        answers_of(route.tests),
        tuple([answers_of(item.tests) for item in measured.items]) if isinstance(measured, Tally) else (),
        form,
        value_of(form) if form else None,
        isinstance(measured, Quotient) and measured.step is None,
        line_of(leaf, place, parts),
    )


def line_of(leaf: LeafPlan, place: int, parts: int = 1) -> Line:
    """Return the pieces of one route, likewise."""
    pieces = leaf.routes[place].pieces
    if len(pieces) == 1:
        return 1, (), (), (_piece(leaf, place, 0, parts),)
    uppers = [piece.upper for piece in pieces[:-1]]
    ends = [(*upper.at.as_integer_ratio(), upper.closed) for upper in uppers if upper.at is not None]
    scale = lcm(*[below for _, below, _ in ends])
    before = tuple([above * (scale // below) for above, below, closed in ends if not closed])
    after = tuple([above * (scale // below) for above, below, closed in ends if closed])
    return scale, before, after, tuple([_piece(leaf, place, number, parts) for number in range(len(pieces))])


def _piece(leaf: LeafPlan, route: int, place: int, parts: int) -> Landing:
    piece = leaf.routes[route].pieces[place]
    base, wholes = piece.base.as_integer_ratio()
    if not piece.rate:
        parts = lcm(parts, wholes)
        return Landing(leaf, route, place, base * (parts // wholes), 0, parts, piece.base)
    rate, rate_wholes = piece.rate.as_integer_ratio()
    parts = lcm(parts, wholes, rate_wholes)
    start, rise = base * (parts // wholes), rate * (parts // rate_wholes)
    landing = Landing(leaf, route, place, start, rise, parts, None)
    if piece.stair is not None:
        landing.climb = _climb(landing, piece.stair)
    return landing


def _climb(landing: Landing, stair: Stair) -> Climb:
    origin, origin_parts = stair.origin.as_integer_ratio()
    step, step_parts = stair.step.as_integer_ratio()
    first, passed, size = origin_parts * step_parts, origin * step_parts, step * origin_parts

    @lru_cache(MOST_KEPT)
    def reached(steps: int) -> Landing:
        points = landing.start + landing.rise * steps
        return replace(landing, start=points, rise=0, points=Fraction(points, landing.parts), climb=None)

    def climb(above: int, below: int) -> Landing:
        way, whole = first * above - passed * below, size * below
        return reached(-(-way // whole) if stair.started else way // whole)

    return climb


def landed(line: Line, above: int, below: int) -> Found:
    """Return the piece that holds the value ``above / below``, or its step.

    A value reaches an end if it is at least that, and is beyond one if, in whole numbers, one less is at least that.
    """
    scale, before, after, pieces = line
    scaled = above * scale
    place = bisect(before, scaled // below)
    if after:
        place += bisect(after, (scaled - 1) // below)
    landing = pieces[place]
    if landing.climb is not None:
        landing = landing.climb(above, below)
    return landing, above, below


def points_of(found: Found) -> Fraction:
    """Return the points that were found."""
    landing, above, below = found
    known = landing.points
    if known is not None:
        return known
    return Fraction(landing.start * below + landing.rise * above, landing.parts * below)
