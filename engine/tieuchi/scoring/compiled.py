"""Routes with whole numbers only, so that scoring a sub-criterion costs a few multiplications.

A quotient becomes two lists of whole coefficients over a common denominator, a threshold two whole numbers, and a
comparison one cross-multiplication. Nothing is approximated.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import NamedTuple

from tieuchi.model import canonical
from tieuchi.model.canonical import Quotient, Route, Tally
from tieuchi.model.plan import LeafPlan
from tieuchi.scoring.conditions import Answer, answers_of
from tieuchi.scoring.forms import Form, ValueOf, form_of, value_of

Slope = Callable[[int, int], tuple[int, int]]
"""Gives the points of a value on a piece where they follow it; both are a numerator and a denominator."""


class Landing(NamedTuple):
    """What is known beforehand of every value that lands on a piece, or of the parts of a checklist that hold."""

    leaf: LeafPlan
    route: int
    piece: int
    held: tuple[bool, ...]
    points: Fraction | None
    """The same for all values, or none: they follow the value."""


Piece = tuple[Landing, int, int, Slope | None]
"""A piece as ``landing, points, parts, slope``: it gives ``points / parts``, or those of its slope where it has one."""


@dataclass(frozen=True, slots=True)
class CompiledRoute:
    """One route: when it is taken, how to get its value, and where its pieces end."""

    route: Route
    tests: tuple[Answer, ...]
    parts: tuple[tuple[Answer, ...], ...]
    """Conditions of each part of a checklist."""
    form: Form | None
    value: ValueOf | None
    plain: bool
    """Whether the pieces are asked about the value as it is, not cut to a step nor set against the group."""
    scale: int
    """What makes every end of a piece whole."""
    ends: tuple[int, ...]
    """Where each piece but the last ends, in half steps of ``1 / scale``: even where the end itself is beyond it."""
    pieces: tuple[Piece, ...]


def compile_leaf(leaf: LeafPlan) -> tuple[CompiledRoute, ...]:
    """Return the routes of a sub-criterion, compiled."""
    return tuple(_compiled(leaf, place, route) for place, route in enumerate(leaf.routes))


def _compiled(leaf: LeafPlan, place: int, route: Route) -> CompiledRoute:
    measured = route.measured
    quotient = measured if isinstance(measured, Quotient) else getattr(measured, "quotient", None)
    form = form_of(quotient) if quotient else None
    uppers = [piece.upper for piece in route.pieces[:-1]]
    scale = lcm(*(upper.at.denominator for upper in uppers if upper.at is not None))
    return CompiledRoute(
        route,
        answers_of(route.tests),
        tuple(answers_of(item.tests) for item in measured.items) if isinstance(measured, Tally) else (),
        form,
        value_of(form) if form else None,
        isinstance(measured, Quotient) and measured.step is None,
        scale,
        tuple(2 * int(upper.at * scale) + upper.closed for upper in uppers if upper.at is not None),
        tuple(_piece(leaf, place, piece) for piece in range(len(route.pieces))),
    )


def _piece(leaf: LeafPlan, route: int, place: int) -> Piece:
    piece = leaf.routes[route].pieces[place]
    points, parts = piece.base.as_integer_ratio()
    if piece.rate:
        return Landing(leaf, route, place, (), None), points, parts, _slope(piece)
    return Landing(leaf, route, place, (), piece.base), points, parts, None


def _slope(piece: canonical.Piece) -> Slope:
    base, base_parts = piece.base.as_integer_ratio()
    rate, rate_parts = piece.rate.as_integer_ratio()
    rise, start, parts = rate * base_parts, base * rate_parts, base_parts * rate_parts
    if piece.stair is None:
        return lambda above, below: (rise * above + start * below, parts * below)
    origin, origin_parts = piece.stair.origin.as_integer_ratio()
    step, step_parts = piece.stair.step.as_integer_ratio()
    first, passed, size = origin_parts * step_parts, origin * step_parts, step * origin_parts
    started = piece.stair.started

    def climbed(above: int, below: int) -> tuple[int, int]:
        way, whole = first * above - passed * below, size * below
        steps = -(-way // whole) if started else way // whole
        return rise * steps + start, parts

    return climbed


def piece_of(compiled: CompiledRoute, above: int, below: int) -> tuple[int, Fraction]:
    """Return the place of the piece that holds the value ``above / below``, and the points it gives."""
    steps, rest = divmod(above * compiled.scale, below)
    landing, points, parts, slope = compiled.pieces[bisect(compiled.ends, 2 * steps + 1 if rest else 2 * steps)]
    if slope is not None:
        points, parts = slope(above, below)
    return landing.piece, landing.points if landing.points is not None else Fraction(points, parts)
