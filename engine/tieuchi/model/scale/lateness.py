"""``lateness``: tasks assigned, done and done late. All done on time, all done but some late, not all done."""

from __future__ import annotations

from fractions import Fraction

from tieuchi.model.canonical import NumberTest, Quotient, Route, constant, reading
from tieuchi.model.fields import Exact, Identifier, Strict
from tieuchi.model.scale.case import Case


class Lateness(Strict):
    """Three outcomes on three counts."""

    assigned: Identifier
    done: Identifier
    late: Identifier
    on_time: Exact
    """Points when all is done and nothing late."""
    some_late: Exact
    """Points when all is done, some of it late."""
    not_done: Exact = Fraction(0)


def routes(scale: Lateness, case: Case) -> tuple[Route, ...]:
    """Return not all done, done with some late, and done on time, in the order they are tested."""
    for name in ("on_time", "some_late", "not_done"):
        case.check_points((name,), getattr(scale, name))
    not_done = reading(scale.assigned).numerator.plus(reading(scale.done).numerator, Fraction(-1))
    open_tasks = Quotient(not_done, kind="difference", named=tuple(dict.fromkeys((scale.assigned, scale.done))))
    late = reading(scale.late, "count")
    unfinished = NumberTest(open_tasks, "at_least", Fraction(1), ("not_done",))
    delayed = NumberTest(late, "at_least", Fraction(1), ("some_late",))
    return (
        Route((constant("not_done", scale.not_done),), open_tasks, (unfinished,)),
        Route((constant("some_late", scale.some_late),), late, (delayed,)),
        Route((constant("on_time", scale.on_time),)),
    )
