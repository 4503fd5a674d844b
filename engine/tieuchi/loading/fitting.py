"""Whether readings fit a rulebook: what no indicator alone can tell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tieuchi.errors import Issue, Position, ReadingsError, nearest
from tieuchi.model.canonical import Quotient
from tieuchi.model.number import exact_text
from tieuchi.model.plan import LeafPlan, Plan, compile_plan
from tieuchi.model.reading import DeclaredPoints, Readings
from tieuchi.model.rulebook import Rulebook


def check_fit(readings: Sequence[Readings], book: Rulebook) -> None:
    """Check units, declared points and coverages against a rulebook.

    Raises:
        ReadingsError: A unit is of a kind the rulebook does not know; points are declared for a criterion that has
            none to declare, or beyond its maximum; more bodies comply than there are.
    """
    plan = compile_plan(book)
    issues = [issue for unit in readings for issue in _issues(unit, plan)]
    if issues:
        raise ReadingsError(issues)


def _issues(readings: Readings, plan: Plan) -> Iterator[Issue]:
    kinds = plan.book.unit_kinds
    kind = readings.unit.kind
    if kinds and kind and kind not in kinds:
        facts = {
            "kind": kind,
            "unit": readings.unit.id,
            "known": ", ".join(kinds),
            "nearest": nearest(kind, kinds) or "",
        }
        yield Issue("D501", _file_of(readings), facts=facts)
    for declared in readings.declared.values():
        yield from _declared(declared, plan)
    for leaf in plan.leaves:
        yield from _coverage(leaf, readings)


def _file_of(readings: Readings) -> Position:
    places = [reading.at for reading in readings.values.values()]
    places += [declared.at for declared in readings.declared.values()]
    first = places[0] if places else Position("-")
    return Position(first.file, sheet=first.sheet)


def _declared(declared: DeclaredPoints, plan: Plan) -> Iterator[Issue]:
    leaf = plan.by_id.get(declared.criterion)
    if leaf is None:
        facts = {"name": declared.criterion, "nearest": nearest(declared.criterion, plan.by_id) or ""}
        yield Issue("D502", declared.at, facts=facts)
    elif not leaf.declared:
        yield Issue("D503", declared.at, facts={"name": leaf.id})
    elif not leaf.floor <= declared.points <= leaf.criterion.max_points:
        ends = {"low": exact_text(leaf.floor), "high": exact_text(leaf.criterion.max_points)}
        yield Issue("D504", declared.at, facts={"name": leaf.id, "points": exact_text(declared.points), **ends})


def _coverage(leaf: LeafPlan, readings: Readings) -> Iterator[Issue]:
    for route in leaf.routes:
        quotient = route.measured
        if not isinstance(quotient, Quotient) or quotient.kind != "coverage":
            continue
        above, below = quotient.numerator.indicators, quotient.denominator.indicators
        if len(above) != 1 or len(below) != 1:
            continue
        part, whole = (readings.values.get(name) for name in (above[0], below[0]))
        if part is None or whole is None or part.value is None or whole.value is None:
            continue
        if part.value > whole.value:  # type: ignore[operator]
            facts = {"part": part.text or str(part.value), "whole": whole.text or str(whole.value)}
            facts |= {"name": above[0], "other": below[0], "at": str(whole.at), "criterion": leaf.id}
            yield Issue("D505", part.at, facts=facts)
