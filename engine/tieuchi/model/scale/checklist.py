"""``checklist``: lettered parts, each with its own points, added up."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from tieuchi.model.canonical import ONE, Bound, EqualTest, Piece, Route, Tally, TallyItem, Test
from tieuchi.model.condition import Conditions, tests_of
from tieuchi.model.fields import Clause, Exact, Identifier, Strict, Title
from tieuchi.model.number import exact_text
from tieuchi.model.provenance import Basis, Reference
from tieuchi.model.scale.case import Case


class Item(Strict):
    """One part: a yes/no indicator, or conditions that must all hold."""

    clause: Clause
    points: Annotated[Exact, Field(gt=0)]
    indicator: Identifier | None = None
    when: Conditions | None = None
    title: Title | None = None
    reference: Reference | None = None
    basis: Basis | None = None

    @model_validator(mode="after")
    def _one_subject(self) -> Self:
        given = [name for name in ("indicator", "when") if getattr(self, name) is not None]
        if len(given) != 1:
            raise PydanticCustomError("one_of", "exactly one key", {"given": given, "known": ["indicator", "when"]})
        return self


Checklist = Annotated[tuple[Item, ...], Field(min_length=1)]


def routes(items: tuple[Item, ...], case: Case) -> tuple[Route, ...]:
    """Return one route whose value is the points of all parts that hold."""
    total = sum((item.points for item in items), ONE - ONE)
    if total != case.max_points:
        terms = " + ".join(f"{item.clause}: {exact_text(item.points)}" for item in items)
        case.report((), "R324", beside=("max_points",), sum=total, max=case.max_points, terms=terms)
    case.check_points((), ONE - ONE)
    seen: dict[str, int] = {}
    tally: list[TallyItem] = []
    tests: tuple[Test, ...]
    for index, item in enumerate(items):
        if item.clause in seen:
            case.clause_twice(index, seen[item.clause], item.clause)
        seen.setdefault(item.clause, index)
        if item.indicator is not None:
            tests = (EqualTest(item.indicator, expected=True, source=(index, "indicator")),)
        else:
            tests = tests_of(item.when or (), (index, "when"))
        tally.append(TallyItem(item.clause, tests, item.points, (index,)))
    identity = Piece("checklist", Bound(), Bound(), ONE - ONE, ONE)
    return (Route((identity,), Tally(tuple(tally))),)
