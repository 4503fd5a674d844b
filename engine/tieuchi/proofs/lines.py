"""The questions about the number line of a scale: thresholds that change nothing, seams, direction, denominators."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from tieuchi.algebra.interval import Interval, test_interval
from tieuchi.algebra.query import AtMostZero, Within, Witness
from tieuchi.model.canonical import ZERO, Piece, Quotient, Relative, Route
from tieuchi.model.lowering import linear_span
from tieuchi.proofs.clash import declarations
from tieuchi.proofs.clauses import Path, Written
from tieuchi.proofs.doubt import Raised
from tieuchi.proofs.reach import Reach


def line_doubts(reach: Reach, clauses: tuple[Written, ...]) -> Iterator[Raised]:
    """Yield what is doubtful about the pieces of a scale and the value they are on."""
    yield from _idle_thresholds(reach, clauses)
    for place, route in enumerate(reach.leaf.routes):
        for low, high in pairwise(route.pieces):
            yield from _seam(reach, place, low, high, clauses)
    yield from _denominators(reach)


def _idle_thresholds(reach: Reach, clauses: tuple[Written, ...]) -> Iterator[Raised]:
    """Report neighbouring bands that give the same points: the threshold between them decides nothing."""
    band_of = {spot: clause for clause in clauses if clause.path[-2:-1] == ("bands",) for spot in clause.places}
    seen: set[frozenset[Path]] = set()
    for place, route in enumerate(reach.leaf.routes):
        for index, (low, high) in enumerate(pairwise(route.pieces)):
            first, second = band_of.get((place, index)), band_of.get((place, index + 1))
            if first is None or second is None or first is second or low.base != high.base:
                continue
            answers = reach.piece(place, index), reach.piece(place, index + 1)
            key = frozenset((first.path, second.path))
            if key not in seen and all(isinstance(answer, Witness) for answer in answers):
                seen.add(key)
                yield _idle(answers[1], low, first, second)


def _idle(answer: object, low: Piece, first: Written, second: Written) -> Raised:
    assert isinstance(answer, Witness)
    later, earlier = (second, first) if second.path > first.path else (first, second)
    facts = {"clause": later.name, "other": earlier.name, "points": low.base, "threshold": low.upper.at}
    names = (later.name, earlier.name)
    return Raised(later.path, "W506", facts, answer, names, (earlier.path,))


def _seam(reach: Reach, place: int, low: Piece, high: Piece, clauses: tuple[Written, ...]) -> Iterator[Raised]:
    """Report values between two pieces that are on neither, or on both."""
    end, start = low.upper, high.lower
    assert end.at is not None
    assert start.at is not None
    if end.at == start.at and end.closed != start.closed:
        return
    both = end.at > start.at or (end.at == start.at and end.closed)
    lower, upper = (start, end) if both else (end, start)
    between = Interval(lower.at, upper.at, lower.closed == both, upper.closed == both)
    answer = reach.within(place, between) if not between.empty else None
    if not isinstance(answer, Witness):
        return
    names = (high.clause, low.clause)
    own = {c.name: c.path for c in clauses}
    facts = {"clause": high.clause, "other": low.clause, "low": between.low, "high": between.high}
    path = own.get(high.clause, ("scale",))
    code = "W518" if both else "W517"
    yield Raised(path, code, facts, answer, names, (own[low.clause],) if low.clause in own else ())


def _denominators(reach: Reach) -> Iterator[Raised]:
    """Report values whose denominator can be 0 while the rulebook does not say what holds then."""
    leaf = reach.leaf
    for place, route in enumerate(leaf.routes):
        quotient = _quotient(route)
        if quotient is None:
            continue
        path: Path = ("value",) if leaf.criterion.value is not None else ("scale",)
        if isinstance(route.measured, Relative) and route.measured.best == "smallest":
            yield from _below_zero(reach, place, quotient, path)
        if not quotient.denominator.terms or leaf.criterion.nothing_assigned is not None:
            continue
        low, _ = linear_span(quotient.denominator, reach.domain.indicators)
        if low is not None and low > 0:
            continue
        answer = reach.ask(reach.route(place).also(AtMostZero(quotient.denominator)))
        if isinstance(answer, Witness):
            code = "W508" if quotient.kind == "growth" else "W503"
            yield _about(quotient.denominator.indicators, path, code, answer, reach)
            return


def _below_zero(reach: Reach, place: int, quotient: Quotient, path: Path) -> Iterator[Raised]:
    """Report values below 0: where the smallest is one, no unit of the group can be set against it."""
    answer = reach.ask(reach.route(place).also(Within(quotient, test_interval("less_than", ZERO))))
    if isinstance(answer, Witness):
        yield _about(quotient.numerator.indicators, path, "W509", answer, reach)


def _about(names: tuple[str, ...], path: Path, code: str, shown: Witness, reach: Reach) -> Raised:
    """Report a value with the indicators whose ranges would settle it."""
    facts = {"names": ", ".join(names)}
    return Raised(path, code, facts, shown, others=declarations(names, reach.domain))


def _quotient(route: Route) -> Quotient | None:
    if route.not_applicable:
        return None
    if isinstance(route.measured, Relative):
        return route.measured.quotient
    return route.measured if isinstance(route.measured, Quotient) else None
