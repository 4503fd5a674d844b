"""``branches``: alternatives, each behind its conditions, the first that holds being taken.

"Balanced budget: 10 points; else 3 and 0.5 for each 5%": a branch gives points at once, or has a scale of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from tieuchi.model.canonical import Piece, Route, constant
from tieuchi.model.condition import Conditions, tests_of
from tieuchi.model.fields import Clause, Exact, Flag, Strict, Title
from tieuchi.model.provenance import Basis, Reference
from tieuchi.model.scale.case import Case, quotient_or_report
from tieuchi.model.value import Value

if TYPE_CHECKING:
    from tieuchi.model.scale import Scale

Lower = Callable[["Scale", Case], tuple[Route, ...]]


class Branch(Strict):
    """One alternative."""

    clause: Clause
    when: Conditions | None = None
    otherwise: Flag | None = None
    points: Exact | None = None
    value: Value | None = None
    scale: Scale | None = None
    title: Title | None = None
    reference: Reference | None = None
    basis: Basis | None = None

    @model_validator(mode="after")
    def _shape(self) -> Self:
        for names in (("when", "otherwise"), ("points", "scale")):
            given = [name for name in names if getattr(self, name) is not None]
            if len(given) != 1 or self.otherwise is False:
                raise PydanticCustomError("one_of", "exactly one key", {"given": given, "known": list(names)})
        if self.value is not None and self.scale is None:
            raise PydanticCustomError("together", "needs", {"missing": "scale"})
        return self


Branches = Annotated[tuple[Branch, ...], Field(min_length=2)]


def routes(branches: tuple[Branch, ...], case: Case, lower: Lower) -> tuple[Route, ...]:
    """Return the routes of every branch behind its tests; report what can never be taken or is left out."""
    if case.nested:
        case.report((), "R330", beside=("scale",))
        return ()
    result: list[Route] = []
    seen: dict[str, int] = {}
    for index, branch in enumerate(branches):
        if branch.clause in seen:
            case.clause_twice(index, seen[branch.clause], branch.clause)
        seen.setdefault(branch.clause, index)
        last = index == len(branches) - 1
        if branch.otherwise and not last:
            # Whatever the readings: this branch takes them, and the next is never asked.
            names = (branch.clause, branches[index + 1].clause)
            case.report((index, "otherwise"), "R331", clauses=names, other=(index + 1,), clause=branch.clause)
        if last and not branch.otherwise:
            case.report((index,), "R332", clauses=(branch.clause,), clause=branch.clause)
        tests = tests_of(branch.when, (index, "when")) if branch.when else ()
        result += [route.under(tests, branch.clause) for route in _inner(branch, index, case, lower)]
    return tuple(result)


def _inner(branch: Branch, index: int, case: Case, lower: Lower) -> tuple[Route, ...]:
    if branch.points is not None:
        case.check_points((index, "points"), branch.points, branch.clause)
        return (Route((constant(branch.clause, branch.points, (index,)),)),)
    assert branch.scale is not None
    inside = case.inside(index, "scale")
    quotient = case.quotient
    if branch.value is not None:
        from_branch = case.inside(index, "value")
        quotient = quotient_or_report(branch.value, from_branch)
        if quotient is None:
            return ()
    routes = lower(branch.scale, inside._replace(quotient=quotient, nested=True))
    return tuple(r._replace(pieces=tuple(_under(p, index) for p in r.pieces)) for r in routes)


def _under(piece: Piece, index: int) -> Piece:
    return piece._replace(source=(index, "scale", *piece.source))
