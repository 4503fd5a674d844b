"""The questions that only some kinds of scale raise: steps, outcomes in an order, parts, factors, cut values."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise

from tieuchi.algebra.query import Witness
from tieuchi.model.canonical import Quotient, Tally, Test
from tieuchi.model.lowering import span_finder
from tieuchi.model.number import exact_text
from tieuchi.model.scale import Scale
from tieuchi.proofs.clauses import Path, Written
from tieuchi.proofs.doubt import Raised
from tieuchi.proofs.reach import Reach

_OUTCOMES = {"lateness": ("on_time", "some_late", "not_done"), "deadline": ("on_time", "in_grace", "late")}
"""The outcomes of a scale from the best down: names of clauses, and the keys of their points."""


def kind_doubts(reach: Reach, clauses: tuple[Written, ...]) -> Iterator[Raised]:
    """Yield what is doubtful about a scale of its kind."""
    scale = reach.leaf.criterion.scale
    assert scale is not None
    for inner, path in _scales(scale, ("scale",)):
        yield from _steps(reach, inner, path)
        yield from _outcomes(reach, inner, path)
    yield from _same_parts(reach)
    yield from _factors(reach, scale, clauses)
    yield from _off_the_step(reach, clauses)


def _scales(scale: Scale, path: Path) -> Iterator[tuple[Scale, Path]]:
    """Yield a scale and those inside it, each with the path to its kind."""
    here = (*path, scale.kind)
    yield scale, here
    for index, branch in enumerate(scale.branches or ()):
        if branch.scale is not None:
            yield from _scales(branch.scale, (*here, index, "scale"))
    if scale.by_unit_kind is not None:
        yield from _scales(scale.by_unit_kind.scale, (*here, "scale"))


def _taking(reach: Reach, name: str) -> Witness | None:
    """Return readings that take a clause by its name."""
    for place, route in enumerate(reach.leaf.routes):
        for index, piece in enumerate(route.pieces):
            if piece.clause == name and isinstance(answer := reach.piece(place, index), Witness):
                return answer
    return None


def _steps(reach: Reach, scale: Scale, path: Path) -> Iterator[Raised]:
    """Report a step that is worth more than all there is."""
    most = reach.leaf.criterion.max_points
    for shape, ends in (
        (scale.deduction, ("none", "floor")),
        (scale.per_item, ("none", "cap")),
        (scale.increments, ("base", "cap")),
    ):
        if shape is None:
            continue
        cap = getattr(shape, "at_most", None) or most
        room = cap - (getattr(shape, "floor", None) or getattr(shape, "base", None) or Fraction(0))
        if 0 < room < shape.each:
            facts = {"points": shape.each, "max": room}
            yield Raised((*path, "each"), "W524", facts, _taking(reach, ends[1]), (ends[1],), (("max_points",),))


def _outcomes(reach: Reach, scale: Scale, path: Path) -> Iterator[Raised]:
    """Report an outcome that earns less than one that is worse."""
    shape = getattr(scale, scale.kind)
    given = [name for name in _OUTCOMES.get(scale.kind, ()) if getattr(shape, name) is not None]
    for name, worse in pairwise(given):
        points, more = getattr(shape, name), getattr(shape, worse)
        if points < more:
            facts = {"clause": name, "points": points, "other": worse, "more": more}
            other = (*path, worse) if worse in shape.model_fields_set else path
            yield Raised((*path, name), "W526", facts, _taking(reach, worse), (name, worse), (other,))


def _same_parts(reach: Reach) -> Iterator[Raised]:
    """Report two parts of a checklist that ask for the same thing."""
    for route in reach.leaf.routes:
        if not isinstance(route.measured, Tally) or reach.leaf.criterion.scale is None:
            continue
        if reach.leaf.criterion.scale.checklist is None:
            return
        seen: dict[frozenset[Test], tuple[str, Path]] = {}
        for item in route.measured.items:
            asked = frozenset(test._replace(source=()) for test in item.tests)
            path: Path = ("scale", "checklist", *item.source)
            if asked in seen:
                name, other = seen[asked]
                facts = {"clause": item.clause, "other": name}
                yield Raised(path, "W525", facts, reach.holding(item.tests), (item.clause, name), (other,))
            seen.setdefault(asked, (item.clause, path))


def _factors(reach: Reach, scale: Scale, clauses: tuple[Written, ...]) -> Iterator[Raised]:
    """Report a factor on thresholds that puts a clause out of reach for a kind of unit, and only for it."""
    if scale.by_unit_kind is None or scale.by_unit_kind.of != "thresholds":
        return
    kinds = list(scale.by_unit_kind.factors)
    first = 1 if reach.leaf.criterion.nothing_assigned is not None else 0
    width = (len(reach.leaf.routes) - first) // (len(kinds) + 1)
    for number, kind in enumerate(kinds):
        for clause in clauses:
            for place, index in clause.places:
                own = place - width * (len(kinds) - number)
                if place < first + width * len(kinds) or reach.piece(own, index) is not None:
                    continue
                measured = reach.leaf.routes[own].measured
                if not isinstance(measured, Quotient) or not isinstance(reach.piece(place, index), Witness):
                    continue
                span = span_finder(reach.domain.indicators)(measured)
                low, high = ("∞" if end is None else exact_text(end) for end in (span.low, span.high))
                name = f"{clause.name} ({kind})"
                facts = {"clause": name, "low": low, "high": high}
                path: Path = ("scale", "by_unit_kind", "factors", kind)
                yield Raised(path, "W501", facts, reach.on_route(own), (name, clause.name), (clause.path,))


def _off_the_step(reach: Reach, clauses: tuple[Written, ...]) -> Iterator[Raised]:
    """Report thresholds that lie between the values of a quotient that is cut to steps."""
    seen: set[Fraction] = set()
    for place, route in enumerate(reach.leaf.routes):
        step = route.measured.step if isinstance(route.measured, Quotient) else None
        for index, piece in enumerate(route.pieces if step is not None else ()):
            at = piece.lower.at
            if at is None or step is None or (at / step).denominator == 1 or at in seen:
                continue
            seen.add(at)
            meant = (at / step).__ceil__() * step
            path = next((c.path for c in clauses if (place, index) in c.places), ("scale",))
            facts = {"threshold": at, "step": step, "meant": meant}
            answer = reach.piece(place, index)
            shown = answer if isinstance(answer, Witness) else reach.whoever()
            yield Raised(path, "W527", facts, shown, (piece.clause,), (("value",),))
