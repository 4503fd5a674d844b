"""Which readings bring a sub-criterion onto a route, onto a piece, to some points."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations, product

from tieuchi.algebra.domain import Domain
from tieuchi.algebra.interval import Interval, piece_interval
from tieuchi.algebra.query import (
    UNDECIDED,
    Answer,
    Query,
    Undecided,
    Within,
    Witness,
    atoms_of,
    denials_of,
    route_query,
)
from tieuchi.algebra.solve import solve
from tieuchi.model.canonical import Piece, Quotient, Relative, Tally, Test
from tieuchi.model.plan import LeafPlan
from tieuchi.model.scorecard import Inputs
from tieuchi.proofs.doubt import Path
from tieuchi.scoring.scorer import Scorer

_ZERO = Fraction(0)

MOST_CORNERED = 5
"""So many readings of a sub-criterion are tried at the ends of their ranges."""
MOST_PARTS = 7
"""So many parts of a checklist are tried in every combination."""
FAR = Fraction(10**9)
"""Stands for an end that a range does not have."""


@dataclass(slots=True)
class Reach:
    """Answers questions about one sub-criterion; what was asked before is remembered."""

    leaf: LeafPlan
    domain: Domain
    scorer: Scorer
    _pieces: dict[tuple[int, int], Answer] = field(default_factory=dict)

    def ask(self, query: Query) -> Answer:
        """Answer any query; the witness has all readings of the sub-criterion."""
        return solve(query, self.domain, self.leaf.indicators)

    def conditions(self, tests: Iterable[Test] = ()) -> list[tuple[Path, Test]]:
        """Return the conditions of applying and others of the scale, each with its place inside the criterion.

        Those that a criterion above it has stand for its own.
        """
        scale = self.leaf.criterion.scale
        assert scale is not None
        applies = [(test.source, test) for test in self.leaf.applies]
        asked = [
            (test.source if "nothing_assigned" in test.source else ("scale", scale.kind, *test.source), test)
            for test in tests
        ]
        return [*applies, *asked]

    def earned(self, witness: Witness) -> Fraction | None:
        """Return the points that some readings earn by the scale alone."""
        return self.scorer.score_one(self.leaf, Inputs(witness.unit_kind, witness.values, {}), {}).base_points

    def whoever(self) -> Witness | None:
        """Return readings of some unit that the sub-criterion applies to."""
        return self.holding(())

    def holding(self, tests: Iterable[Test]) -> Witness | None:
        """Return readings by which some tests hold where the sub-criterion applies."""
        answer = self.ask(Query(tuple(atom for test in (*self.leaf.applies, *tests) for atom in atoms_of(test))))
        return answer if isinstance(answer, Witness) else None

    def on_route(self, place: int) -> Witness | None:
        """Return readings that take some piece of a route."""
        answers = (self.piece(place, index) for index in range(len(self.leaf.routes[place].pieces)))
        return next((answer for answer in answers if isinstance(answer, Witness)), None)

    def taken(self, witness: Witness) -> tuple[int, int]:
        """Return the route and piece that some readings take by the exact road; -1 where they take none."""
        trace = self.scorer.score_one(self.leaf, Inputs(witness.unit_kind, witness.values, {}), {})
        return trace.route, trace.piece

    def route(self, place: int) -> Query:
        """Return what must hold for a route to be taken while the sub-criterion applies."""
        return route_query(self.leaf.routes, place, self.leaf.applies)

    def piece(self, place: int, index: int) -> Answer:
        """Return readings that bring the sub-criterion onto a piece of a route."""
        key = (place, index)
        if key not in self._pieces:
            piece = self.leaf.routes[place].pieces[index]
            self._pieces[key] = self.within(place, piece_interval(piece))
        return self._pieces[key]

    def within(self, place: int, interval: Interval) -> Answer:
        """Return readings that take a route with a value in an interval."""
        route = self.leaf.routes[place]
        query = self.route(place)
        if isinstance(route.measured, Quotient):
            query = query.also(Within(route.measured, interval))
        return self.ask(query)

    def points(self, goal: Fraction, *, at_least: bool) -> Answer:
        """Return readings that give at least, or at most, some points by the scale alone."""
        undecided = False
        for query in self._goals(goal, at_least=at_least):
            answer = self.ask(query) if isinstance(query, Query) else query
            if isinstance(answer, Witness):
                return answer
            undecided = undecided or isinstance(answer, Undecided)
        return UNDECIDED if undecided else None

    def _goals(self, goal: Fraction, *, at_least: bool) -> Iterator[Query | Answer]:
        for place, route in enumerate(self.leaf.routes):
            if route.not_applicable:
                continue
            if isinstance(route.measured, Tally):
                yield self._tally(place, route.measured, goal, at_least=at_least)
                continue
            for index, piece in enumerate(route.pieces):
                interval = reaching(piece, goal, at_least=at_least)
                if interval is None or interval.empty:
                    continue
                if isinstance(route.measured, Relative):
                    yield self.route(place)
                elif interval == piece_interval(piece):
                    yield self.piece(place, index)
                elif isinstance(route.measured, Quotient):
                    yield self.route(place).also(Within(route.measured, interval))
                else:
                    yield self.route(place)

    def samples(self) -> Iterator[tuple[Fraction, Witness]]:
        """Yield points that can be earned, with readings: on every piece, and at the ends of all ranges."""
        found = [self.piece(p, i) for p, route in enumerate(self.leaf.routes) for i in range(len(route.pieces))]
        names = self.leaf.indicators
        ends = [self._ends_of(name) for name in names[:MOST_CORNERED]]
        kinds = ("", *self.domain.unit_kinds)
        corners = [Witness(dict(zip(names, values, strict=False)), k) for values in product(*ends) for k in kinds]
        for place, route in enumerate(self.leaf.routes):
            if isinstance(route.measured, Tally):
                found += self._subsets(place, route.measured)
        for witness in (*(answer for answer in found if isinstance(answer, Witness)), *corners):
            if all(self._fits(part, whole, witness) for part, whole in self.domain.links(witness.values)):
                trace = self.scorer.score_one(self.leaf, Inputs(witness.unit_kind, witness.values, {}), {})
                if trace.base_points is not None and not trace.taken:
                    yield trace.base_points, witness

    def _subsets(self, place: int, tally: Tally) -> Iterator[Answer]:
        """Yield readings by which some parts of a checklist hold together, or fail together."""
        query = self.route(place)
        for size in range(1, len(tally.items) + 1):
            for items in combinations(tally.items[:MOST_PARTS], size):
                yield self.ask(query.also(*(atom for item in items for test in item.tests for atom in atoms_of(test))))
                fails = tuple(tuple(a for test in item.tests for a in denials_of(test)) for item in items)
                yield self.ask(Query(query.atoms, (*query.choices, *fails)))

    def _ends_of(self, name: str) -> list[Fraction | bool | str]:
        if not self.domain.numeric(name):
            indicator = self.domain.indicators[name]
            return [False, True] if indicator.kind == "yes_no" else list(indicator.choices)
        own = self.domain.range_of(name)
        low = own.low if own.low is not None else -FAR
        high = own.high if own.high is not None else FAR
        return [low, min(low + 1, high), high]

    def _fits(self, part: str, whole: str, witness: Witness) -> bool:
        least, most = witness.values[part], witness.values[whole]
        return isinstance(least, Fraction) and isinstance(most, Fraction) and least <= most

    def _tally(self, place: int, tally: Tally, goal: Fraction, *, at_least: bool) -> Query | Answer:
        """Ask for all parts together, or for none of them."""
        query = self.route(place)
        if at_least and goal == sum((item.points for item in tally.items), _ZERO):
            return query.also(*(atom for item in tally.items for test in item.tests for atom in atoms_of(test)))
        if not at_least and goal <= 0:
            fails = tuple(tuple(a for test in item.tests for a in denials_of(test)) for item in tally.items)
            return Query(query.atoms, (*query.choices, *fails))
        return UNDECIDED


def reaching(piece: Piece, goal: Fraction, *, at_least: bool) -> Interval | None:
    """Return where on a piece the points are at least, or at most, a goal; None where nowhere."""
    here = piece_interval(piece)
    if not piece.rate:
        return here if (piece.base >= goal if at_least else piece.base <= goal) else None
    edge = (goal - piece.base) / piece.rate
    above = at_least == (piece.rate > 0)
    if piece.stair is None:
        return here & (Interval(low=edge) if above else Interval(high=edge))
    stair = piece.stair
    if above:
        # At least ``edge`` steps: from the end of the whole steps on, or past the last but one where begun ones count.
        steps = -(-edge.numerator // edge.denominator)
        start = stair.origin + stair.step * (steps - 1 if stair.started else steps)
        return here & Interval(low=start, low_closed=not stair.started)
    steps = edge.numerator // edge.denominator
    end = stair.origin + stair.step * (steps if stair.started else steps + 1)
    return here & Interval(high=end, high_closed=stair.started)
