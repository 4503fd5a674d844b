"""What is wrong with the scale of a sub-criterion, each with the two clauses, both places and readings that show it."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

from tieuchi.algebra.example import example_of, examples_of
from tieuchi.algebra.interval import between
from tieuchi.algebra.query import Within, Witness
from tieuchi.loading.checker import Checker, Path
from tieuchi.loading.witnesses import Seeker, route_query, value_of
from tieuchi.model.canonical import Bound, Piece, Quotient, Relative, Route, Tally
from tieuchi.model.lowering import routes_of, span_finder
from tieuchi.model.rulebook import Criterion
from tieuchi.model.scale import Scale, Span
from tieuchi.model.scale.bands import witness
from tieuchi.model.scale.case import Complaint

_LIMITS = {"R310": "max_points", "R311": "min_points"}


def check_lowered(checker: Checker, criterion: Criterion, path: Path) -> None:
    """Lower a scale whose names are sound, and report what does not add up or goes against its direction."""
    complaints: list[Complaint] = []
    routes = routes_of(criterion, checker.indicators, complaints.append)
    for complaint in complaints:
        if not checker.seeker.harmless(complaint):
            _report(checker, criterion, path, routes, complaint)
    _check_direction(checker, criterion, path, routes)


def _report(checker: Checker, criterion: Criterion, path: Path, routes: tuple[Route, ...], found: Complaint) -> None:
    facts: dict[str, object] = {**found.facts}
    there = found.other
    shown = checker.seeker.shown(found, criterion)
    if found.code in _LIMITS:
        limit = criterion.max_points if found.code == "R310" else criterion.min_points or Fraction(0)
        shown = checker.seeker.beyond(routes, found, limit)
        there = (_LIMITS[found.code],) if found.path != (_LIMITS[found.code],) else None
    elif shown is not None and "witness" in facts and found.quotient is not None:
        # The value in the sentence is the one that these readings have.
        facts["witness"] = value_of(found.quotient, shown)
    checker.report(
        (*path, *found.path),
        found.code,
        clauses=found.clauses,
        there=None if there is None else (*path, *there),
        examples=() if shown is None else (example_of(shown, checker.seeker.domain),),
        **facts,
    )


def _check_direction(checker: Checker, criterion: Criterion, path: Path, routes: tuple[Route, ...]) -> None:
    """Report steps that go against the declared direction, with readings on both sides."""
    if criterion.direction is None:
        return
    span_of = span_finder(checker.indicators)
    for place, route in enumerate(routes):
        if isinstance(route.measured, Tally) or not route.pieces:
            continue
        # A share of the smallest falls as the value rises.
        turned = isinstance(route.measured, Relative) and route.measured.best == "smallest"
        up = (criterion.direction == "higher_is_better") != turned
        span = span_of(route.measured) if isinstance(route.measured, Quotient) else Span()
        pieces = [piece for piece in route.pieces if witness(piece.lower, piece.upper, span) is not None]
        for piece in pieces:
            if piece.rate and (piece.rate > 0) != up:
                _report_step(checker, criterion, path, (routes, place), (piece, piece))
        for low, high in pairwise(pieces):
            below, above = low.ends()[1], high.ends()[0]
            if (above < below) if up else (above > below):
                _report_step(checker, criterion, path, (routes, place), (high, low))


def _report_step(
    checker: Checker,
    criterion: Criterion,
    path: Path,
    at: tuple[tuple[Route, ...], int],
    pieces: tuple[Piece, Piece],
) -> None:
    assert criterion.scale is not None
    high, low = pieces
    places = [(*path, "scale", *piece_path(criterion.scale, piece.source)) for piece in pieces]
    shown = _both_sides(checker.seeker, at, pieces)
    named = examples_of([(name, found) for name, found in shown if found is not None], checker.seeker.domain)
    checker.report(
        places[0],
        "R426",
        clauses=(high.clause, low.clause),
        there=places[1],
        examples=named,
        clause=high.clause,
        earlier=low.clause,
        direction=criterion.direction,
    )


def _both_sides(
    seeker: Seeker, at: tuple[tuple[Route, ...], int], pieces: tuple[Piece, Piece]
) -> list[tuple[str, Witness | None]]:
    """Return readings on both pieces; on two ends of it where it is one slope."""
    routes, place = at
    high, low = pieces
    if high is not low:
        return [(piece.clause, seeker.on_piece(routes, place, piece)) for piece in (low, high)]
    measured = routes[place].measured
    first = seeker.on_piece(routes, place, low)
    start = value_of(measured, first) if isinstance(measured, Quotient) and first is not None else None
    if start is None or not isinstance(measured, Quotient):
        return [("", first)]
    for rest in ((Bound(start, closed=False), low.upper), (low.lower, Bound(start, closed=False))):
        answer = seeker.ask(route_query(routes, place).also(Within(measured, between(*rest))))
        if isinstance(answer, Witness):
            return [(low.clause, first), (low.clause, answer)]
    return [("", first)]


def piece_path(scale: Scale, source: Path) -> Path:
    """Return where, inside a scale, a piece was written: at its band or branch, or at the kind of the scale."""
    if scale.branches is not None and source:
        index, rest = source[0], source[1:]
        assert isinstance(index, int)
        inner = scale.branches[index].scale
        below = ("scale", *piece_path(inner, rest[1:])) if rest[:1] == ("scale",) and inner is not None else ()
        return (scale.kind, index, *below)
    if scale.by_unit_kind is not None and source[:1] == ("scale",):
        return (scale.kind, "scale", *piece_path(scale.by_unit_kind.scale, source[1:]))
    return (scale.kind, *source[:1])
