"""The most that several criteria can earn on one unit at once, and readings that earn it.

Each criterion has *ways* of earning points, the best first. Criteria that read nothing in common are asked one by one;
those that do are asked together. Where what is best for one is not best for another there is no such unit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import count

from tieuchi.algebra.domain import Domain
from tieuchi.algebra.interval import Interval, piece_interval
from tieuchi.algebra.query import UNDECIDED, Answer, Atom, OfKind, Query, Within, Witness, atoms_of, route_query
from tieuchi.model.canonical import ZERO, Piece, Quotient, Relative, Route, Tally, Test
from tieuchi.model.lowering import Indicators, span_finder
from tieuchi.model.scale import Span

MOST_ASKED = 3_000
"""So many queries at most; a sum that needs more is shown without readings."""

Way = tuple[Fraction, Query]
Ask = Callable[[Query, tuple[str, ...]], Answer]
"""Answers a query by readings that have some names too."""


@dataclass(frozen=True, slots=True)
class Earner:
    """One criterion: its ways of earning points, the most first, and the readings it needs."""

    ways: tuple[Way, ...]
    names: tuple[str, ...]


def earner_of(
    routes: tuple[Route, ...], applies: tuple[Test, ...], names: tuple[str, ...], known: Indicators
) -> Earner:
    """Return how a criterion of some routes earns points while it applies."""
    span_of = span_finder(known)
    found = [
        (points, route_query(routes, place, applies).also(*atoms))
        for place, route in enumerate(routes)
        if not route.not_applicable
        for points, atoms in _route_ways(route, span_of)
    ]
    return Earner(tuple(sorted(found, key=lambda way: -way[0])), names)


def _route_ways(route: Route, span_of: Callable[[Quotient], Span]) -> Iterator[tuple[Fraction, tuple[Atom, ...]]]:
    measured = route.measured
    if isinstance(measured, Tally):
        atoms = tuple(atom for item in measured.items for test in item.tests for atom in atoms_of(test))
        yield sum((item.points for item in measured.items), ZERO), atoms
        return
    for piece in route.pieces:
        if isinstance(measured, Relative):
            if not piece.rate:
                # The unit is the best of its group.
                yield piece.base, (Within(measured.quotient, Interval(measured.target or ZERO, None, False)),)
        elif not isinstance(measured, Quotient):
            yield piece.base, ()
        elif not piece.rate:
            yield piece.base, (Within(measured, piece_interval(piece)),)
        else:
            end = _better_end(piece, span_of(measured))
            if end is not None:
                yield piece.points(end), (Within(measured, Interval(end, end)),)


def _better_end(piece: Piece, span: Span) -> Fraction | None:
    """Return the value on a slope or stair, among those there are, that earns the most."""
    there = piece_interval(piece) & Interval(span.low, span.high)
    end = there.high if piece.rate > 0 else there.low
    return end if end is not None and there.holds(end) else None


def most_together(earners: Sequence[Earner], domain: Domain, ask: Ask) -> tuple[Witness, list[Fraction]] | None:
    """Return readings of one unit by which each criterion earns its most, and how much; None where none were found."""
    values: dict[str, Fraction | bool | str] = {}
    kind = ""
    points = [ZERO] * len(earners)
    questions = count(1)

    def limited(query: Query, names: tuple[str, ...]) -> Answer:
        return ask(query, names) if next(questions) <= MOST_ASKED else UNDECIDED

    for places in _groups(earners, domain):
        query = Query(())
        names = tuple(dict.fromkeys(name for place in places for name in earners[place].names))
        for place in places:
            found = _best_way(earners[place], query, names, limited)
            if found is None:
                return None
            points[place], query, shown = found
            values |= shown.values
            kind = kind or shown.unit_kind
    return Witness(values, kind), points


def _best_way(
    earner: Earner, before: Query, names: tuple[str, ...], ask: Ask
) -> tuple[Fraction, Query, Witness] | None:
    """Return the best way of a criterion that goes with what was asked before; None where a better one does not."""
    missed: Fraction | None = None
    for points, way in earner.ways:
        if missed is not None and points < missed:
            return None
        both = Query((*before.atoms, *way.atoms), (*before.choices, *way.choices))
        answer = ask(both, names)
        if isinstance(answer, Witness):
            return points, both, answer
        if missed is None and isinstance(ask(way, names), Witness):
            missed = points
    return None


def _groups(earners: Sequence[Earner], domain: Domain) -> list[list[int]]:
    """Return the places of criteria, those together that read something in common or test the kind of the unit."""
    groups: list[tuple[set[str], list[int]]] = []
    for place, earner in enumerate(earners):
        read = {_whole(name, domain.indicators) for name in earner.names}
        if any(isinstance(atom, OfKind) for _, way in earner.ways for atom in _atoms(way)):
            read.add("?kind")
        places = [place]
        for other in [group for group in groups if group[0] & read]:
            groups.remove(other)
            read |= other[0]
            places = [*other[1], *places]
        groups.append((read, places))
    return [sorted(places) for _, places in groups]


def _atoms(query: Query) -> tuple[Atom, ...]:
    return (*query.atoms, *(atom for choice in query.choices for atom in choice))


def _whole(name: str, indicators: Mapping[str, object]) -> str:
    """Return the outermost whole that a reading is a part of."""
    seen = {name}
    while (above := getattr(indicators.get(name), "part_of", None)) is not None and above not in seen:
        name = above
        seen.add(name)
    return name
