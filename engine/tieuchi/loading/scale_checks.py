"""What is wrong with the scale of a sub-criterion: what its lowering complains of, steps against its direction."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from tieuchi.loading.checker import Checker, Path
from tieuchi.model.canonical import Piece, Quotient, Relative, Route, Tally
from tieuchi.model.lowering import checked_routes, span_finder
from tieuchi.model.rulebook import Criterion
from tieuchi.model.scale import Span
from tieuchi.model.scale.bands import witness
from tieuchi.model.scale.case import Complaint


def check_lowered(checker: Checker, criterion: Criterion, path: Path) -> tuple[Route, ...]:
    """Lower a scale whose names are sound, and report what does not add up or goes against its direction.

    Returns:
        The routes, as far as the scale has any.
    """
    complaints: list[Complaint] = []
    routes = checked_routes(criterion, checker.indicators, complaints.append)
    steps = list(_against_direction(checker, criterion, routes))
    if complaints or steps:
        # To look for readings takes the algebra, which a sound rulebook is loaded without.
        from tieuchi.loading.scale_issues import report, report_step

        for complaint in complaints:
            report(checker, criterion, path, routes, complaint)
        for place, pieces in steps:
            report_step(checker, criterion, path, (routes, place), pieces)
    return routes


def _against_direction(
    checker: Checker, criterion: Criterion, routes: tuple[Route, ...]
) -> Iterator[tuple[int, tuple[Piece, Piece]]]:
    """Yield the steps that go against the declared direction: the route, and the pieces above and below the step."""
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
                yield place, (piece, piece)
        for low, high in pairwise(pieces):
            below, above = low.ends()[1], high.ends()[0]
            if (above < below) if up else (above > below):
                yield place, (high, low)
