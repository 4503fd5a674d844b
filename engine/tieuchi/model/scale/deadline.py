"""``deadline``: a document issued by a day, perhaps with part of the points for a few days' delay."""

from __future__ import annotations

from fractions import Fraction
from typing import Self

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from tieuchi.model.canonical import Bound, Linear, Piece, Quotient, Route
from tieuchi.model.fields import Day, Exact, Identifier, Strict
from tieuchi.model.scale.case import Case


class Deadline(Strict):
    """Points for a date on or before a day (``by``), or strictly before it (``before``)."""

    date: Identifier
    by: Day | None = None
    before: Day | None = None
    on_time: Exact
    late: Exact = Fraction(0)
    grace_days: Exact | None = None
    """Days of delay that still earn ``in_grace``."""
    in_grace: Exact | None = None

    @model_validator(mode="after")
    def _one_day(self) -> Self:
        given = [name for name in ("by", "before") if getattr(self, name) is not None]
        if len(given) != 1:
            raise PydanticCustomError("one_of", "exactly one key", {"given": given, "known": ["by", "before"]})
        if (self.grace_days is None) != (self.in_grace is None):
            missing = "in_grace" if self.in_grace is None else "grace_days"
            raise PydanticCustomError("together", "needs", {"missing": missing})
        return self


def routes(scale: Deadline, case: Case) -> tuple[Route, ...]:
    """Return on time, in grace and late, on the days after the last day that is on time."""
    for name in ("on_time", "late", "in_grace"):
        if getattr(scale, name) is not None:
            case.check_points((name,), getattr(scale, name))
    last_day = scale.by.toordinal() if scale.by else scale.before.toordinal() - 1 if scale.before else 0
    days = Linear(((scale.date, Fraction(1)),), Fraction(-last_day))
    quotient = Quotient(days, measure="days", kind="days_late", named=(scale.date,))
    if scale.grace_days is not None and scale.grace_days < 1:
        next_day = (Bound(Fraction(0)), Bound(Fraction(1), closed=True))
        asked = case._replace(quotient=quotient)
        asked.report(("grace_days",), "R323", other=("in_grace",), where=next_day, value=scale.grace_days)
        return ()
    end = scale.grace_days or Fraction(0)
    pieces = [Piece("on_time", Bound(), Bound(Fraction(0), closed=True), scale.on_time)]
    if scale.in_grace is not None:
        pieces.append(Piece("in_grace", Bound(Fraction(0)), Bound(end, closed=True), scale.in_grace))
    pieces.append(Piece("late", Bound(end), Bound(), scale.late))
    return (Route(tuple(pieces), quotient),)
