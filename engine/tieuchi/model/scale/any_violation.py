"""``any_violation``: full points while the count is within what is allowed (none, if not said), else nothing."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated

from pydantic import Field

from tieuchi.model.canonical import Bound, Piece, Route
from tieuchi.model.fields import Exact, Strict
from tieuchi.model.scale.case import Case


class AnyViolation(Strict):
    """All or nothing on a count of what should not happen."""

    allowed: Annotated[Exact, Field(ge=0)] = Fraction(0)
    """Greatest count that still earns full points."""


def routes(scale: AnyViolation, case: Case) -> tuple[Route, ...]:
    """Return two pieces: up to what is allowed, and beyond."""
    if not case.needs_value():
        return ()
    within = Piece("none", Bound(), Bound(scale.allowed, closed=True), case.max_points)
    beyond = Piece("violation", Bound(scale.allowed, closed=False), Bound(), case.min_points)
    return (Route((within, beyond), case.quotient),)
