"""Issues of scales, each with the two clauses, both places and readings that show it."""

from __future__ import annotations

from fractions import Fraction

from tieuchi.algebra.example import example_of, examples_of
from tieuchi.algebra.interval import between
from tieuchi.algebra.query import Within, Witness, route_query
from tieuchi.loading.checker import Checker, Path
from tieuchi.loading.witnesses import Seeker, value_of
from tieuchi.model.canonical import Bound, Piece, Quotient, Route
from tieuchi.model.rulebook import Criterion
from tieuchi.model.scale import Scale
from tieuchi.model.scale.case import Complaint


def report(checker: Checker, criterion: Criterion, path: Path, routes: tuple[Route, ...], found: Complaint) -> None:
    """Report a complaint, unless it is about a gap that provably no reading falls into."""
    if checker.seeker.harmless(found):
        return
    facts: dict[str, object] = {**found.facts}
    there = found.other
    shown = checker.seeker.shown(found, criterion)
    earned: dict[str, Fraction] = {}
    total = None
    if found.code == "R324":
        shown, earned = checker.seeker.all_parts(routes)
        total = sum(earned.values(), Fraction(0)) if shown is not None else None
    elif found.code in ("R310", "R311", "R333"):
        limit = criterion.min_points or Fraction(0) if found.code == "R311" else criterion.max_points
        shown, total = checker.seeker.beyond(routes, found, limit)
        key = "min_points" if found.code == "R311" else "max_points"
        there = (key,) if found.path != (key,) else ("max_points",)
    elif shown is not None and "witness" in facts and found.quotient is not None:
        # The value in the sentence is the one that these readings have.
        facts["witness"] = value_of(found.quotient, shown)
    checker.report(
        (*path, *found.path),
        found.code,
        clauses=found.clauses,
        there=() if there is None else ((*path, *there),),
        examples=() if shown is None else (example_of(shown, checker.seeker.domain, points=earned, total=total),),
        **facts,
    )


def report_step(
    checker: Checker,
    criterion: Criterion,
    path: Path,
    at: tuple[tuple[Route, ...], int],
    pieces: tuple[Piece, Piece],
) -> None:
    """Report a step against the declared direction, from the piece below it (the second) to the one above."""
    assert criterion.scale is not None
    high, low = pieces
    places = [(*path, "scale", *piece_path(criterion.scale, piece.source)) for piece in pieces]
    shown = _both_sides(checker.seeker, at, pieces)
    named = examples_of([(name, found) for name, found in shown if found is not None], checker.seeker.domain)
    checker.report(
        places[0],
        "R426",
        clauses=(high.clause, low.clause),
        there=(places[1],),
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
