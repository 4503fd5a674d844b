"""Routes with whole numbers only, so that scoring a sub-criterion costs a few multiplications.

A quotient becomes two lists of whole coefficients over a common denominator, a threshold two whole numbers, and a
comparison one cross-multiplication. Nothing is approximated.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from tieuchi.model.canonical import Piece, Quotient, Route, Tally
from tieuchi.model.plan import LeafPlan
from tieuchi.scoring.conditions import Answer, answers_of
from tieuchi.scoring.forms import Form, form_of


@dataclass(frozen=True, slots=True)
class Slope:
    """Points ``(above * x + below) / bottom``; on a stair x is the number of whole or begun steps up to the value."""

    above: int
    below: int
    bottom: int
    stair: tuple[int, int, int] | None = None
    """Steps are ``(stair[0] * value - stair[1]) / stair[2]``."""
    started: bool = False


@dataclass(frozen=True, slots=True)
class CompiledRoute:
    """One route: when it is taken, how to get its value, and where its pieces end."""

    route: Route
    tests: tuple[Answer, ...]
    parts: tuple[tuple[Answer, ...], ...]
    """Conditions of each part of a checklist."""
    form: Form | None
    plain: bool
    """Whether the pieces are asked about the value as it is, not cut to a step nor set against the group."""
    uppers: tuple[tuple[int, int, bool], ...]
    """Upper end of every piece but the last, as numerator, denominator and whether it belongs to the piece."""
    constants: tuple[Fraction | None, ...]
    """Points of each piece that gives the same for all its values."""
    slopes: tuple[Slope | None, ...]
    """How each other piece gives points."""


def compile_leaf(leaf: LeafPlan) -> tuple[CompiledRoute, ...]:
    """Return the routes of a sub-criterion, compiled."""
    return tuple(_compiled(route) for route in leaf.routes)


def _compiled(route: Route) -> CompiledRoute:
    measured = route.measured
    quotient = measured if isinstance(measured, Quotient) else getattr(measured, "quotient", None)
    uppers = []
    for piece in route.pieces[:-1]:
        assert piece.upper.at is not None
        uppers.append((piece.upper.at.numerator, piece.upper.at.denominator, piece.upper.closed))
    constants = tuple(None if piece.rate else piece.base for piece in route.pieces)
    return CompiledRoute(
        route,
        answers_of(route.tests),
        tuple(answers_of(item.tests) for item in measured.items) if isinstance(measured, Tally) else (),
        form_of(quotient) if quotient else None,
        isinstance(measured, Quotient) and measured.step is None,
        tuple(uppers),
        constants,
        tuple(_slope(piece) if piece.rate else None for piece in route.pieces),
    )


def _slope(piece: Piece) -> Slope:
    base, base_parts = piece.base.as_integer_ratio()
    rate, rate_parts = piece.rate.as_integer_ratio()
    line = rate * base_parts, base * rate_parts, base_parts * rate_parts
    if piece.stair is None:
        return Slope(*line)
    origin, origin_parts = piece.stair.origin.as_integer_ratio()
    step, step_parts = piece.stair.step.as_integer_ratio()
    return Slope(
        *line, (origin_parts * step_parts, origin * step_parts, step * origin_parts), started=piece.stair.started
    )


def piece_at(compiled: CompiledRoute, above: int, below: int) -> int:
    """Return the place of the piece that holds the value ``above / below``."""
    place = 0
    for numerator, denominator, closed in compiled.uppers:
        here, there = above * denominator, numerator * below
        if here < there or (closed and here == there):
            return place
        place += 1
    return place


def piece_points(compiled: CompiledRoute, place: int, above: int, below: int) -> Fraction:
    """Return the points that the value ``above / below`` gives on a piece."""
    constant = compiled.constants[place]
    if constant is not None:
        return constant
    slope = compiled.slopes[place]
    assert slope is not None
    if slope.stair is None:
        return Fraction(slope.above * above + slope.below * below, slope.bottom * below)
    first, origin, step = slope.stair
    climbed, size = first * above - origin * below, step * below
    steps = -(-climbed // size) if slope.started else climbed // size
    return Fraction(slope.above * steps + slope.below, slope.bottom)
