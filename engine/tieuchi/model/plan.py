"""A rulebook made ready: every sub-criterion with its routes, its readings and what findings do to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

from tieuchi.model.canonical import ZERO, Bound, Piece, Quotient, Relative, Route, Tally, Test
from tieuchi.model.condition import tests_of
from tieuchi.model.indicator import Indicator
from tieuchi.model.lowering import applies_tests, indicators_read, routes_of, span_finder, test_indicators
from tieuchi.model.number import exact_sum, least_and_most
from tieuchi.model.provenance import Reference
from tieuchi.model.rulebook import Consequence, Criterion, Finding, Rulebook
from tieuchi.model.scale import Span


@dataclass(frozen=True, slots=True)
class FindingPlan:
    """One finding, in an order in which each comes after those it tests."""

    finding: Finding
    tests: tuple[Test, ...]
    indicators: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LeafPlan:
    """One sub-criterion, ready to be scored."""

    index: int
    criterion: Criterion
    ancestors: tuple[str, ...]
    owner: str | None
    assessed_by: str | None
    routes: tuple[Route, ...]
    applies: tuple[Test, ...]
    indicators: tuple[str, ...]
    consequences: tuple[tuple[int, Consequence], ...]
    """What findings do to it: the finding's place in ``Plan.findings``, and the consequence."""
    ranges: tuple[tuple[Fraction, Fraction], ...]
    """Least and most points of each route, over the declared ranges of its readings."""

    @property
    def id(self) -> str:
        """The code of the sub-criterion."""
        return self.criterion.id

    @property
    def declared(self) -> bool:
        """Whether its points are taken over, not computed."""
        return self.criterion.scale is not None and self.criterion.scale.declared is not None

    @property
    def floor(self) -> Fraction:
        """The least points it can have."""
        return self.criterion.min_points or ZERO

    @property
    def firm(self) -> bool:
        """Whether it applies unless a reading says that it does not: no condition may take it out of the count."""
        return not self.applies and not any(route.not_applicable for route in self.routes)


@dataclass(frozen=True, slots=True)
class Plan:
    """A rulebook made ready to score."""

    book: Rulebook
    indicators: Mapping[str, Indicator]
    leaves: tuple[LeafPlan, ...]
    findings: tuple[FindingPlan, ...]
    by_id: Mapping[str, LeafPlan] = field(default_factory=dict)


def compile_plan(book: Rulebook) -> Plan:
    """Make a rulebook ready to score."""
    indicators = {indicator.id: indicator for indicator in book.indicators}
    findings = _ordered_findings(book)
    follows: dict[str, list[tuple[int, Consequence]]] = {}
    for place, plan in enumerate(findings):
        for consequence in plan.finding.consequences:
            follows.setdefault(consequence.criterion, []).append((place, consequence))
    maker = _Maker(indicators, span_finder(indicators), follows)
    for criterion in book.criteria:
        maker.add(criterion, _Above())
    return Plan(book, indicators, tuple(maker.leaves), findings, {leaf.id: leaf for leaf in maker.leaves})


class _Above(NamedTuple):
    """What a sub-criterion has from the criteria above it."""

    ids: tuple[str, ...] = ()
    owner: str | None = None
    assessed_by: str | None = None
    applies: tuple[Test, ...] = ()


@dataclass(slots=True)
class _Maker:
    """Makes the leaves of a rulebook, one after the other."""

    indicators: Mapping[str, Indicator]
    span_of: Callable[[Quotient], Span]
    follows: Mapping[str, list[tuple[int, Consequence]]]
    leaves: list[LeafPlan] = field(default_factory=list)

    def add(self, criterion: Criterion, above: _Above) -> None:
        """Add the leaves below a criterion; office, assessor and conditions are inherited."""
        owner, assessed_by = criterion.owner or above.owner, criterion.assessed_by or above.assessed_by
        applies = (*above.applies, *applies_tests(criterion))
        if criterion.criteria is not None:
            below = _Above((*above.ids, criterion.id), owner, assessed_by, applies)
            for part in criterion.criteria:
                self.add(part, below)
            return
        routes = routes_of(criterion, self.indicators)
        read = [name for test in applies for name in test_indicators(test)]
        floor = criterion.min_points or ZERO
        leaf = LeafPlan(
            len(self.leaves),
            criterion,
            above.ids,
            owner,
            assessed_by,
            routes,
            applies,
            tuple(dict.fromkeys([*read, *indicators_read(routes)])),
            tuple(self.follows.get(criterion.id, ())),
            tuple(_route_range(route, self.span_of, floor, criterion.max_points) for route in routes),
        )
        self.leaves.append(leaf)


def _ordered_findings(book: Rulebook) -> tuple[FindingPlan, ...]:
    waiting = list(book.findings)
    known = {finding.id for finding in book.findings}
    done: list[FindingPlan] = []
    names: set[str] = set()
    while waiting:
        ready = [f for f in waiting if {c.finding for c in f.when if c.finding in known} <= names]
        for finding in ready:
            tests = tests_of(finding.when, ("when",))
            read = dict.fromkeys(name for test in tests for name in test_indicators(test))
            done.append(FindingPlan(finding, tests, tuple(read)))
            names.add(finding.id)
        waiting = [finding for finding in waiting if finding.id not in names]
    return tuple(done)


def _route_range(
    route: Route, span_of: Callable[[Quotient], Span], floor: Fraction, most: Fraction
) -> tuple[Fraction, Fraction]:
    """Return the least and most points a route can give."""
    if route.not_applicable:
        # It counts for nothing, or, where the others are brought back to the whole maximum, for up to its own.
        return ZERO, most
    if isinstance(route.measured, Tally):
        return ZERO, exact_sum([item.points for item in route.measured.items])
    if len(route.pieces) == 1 and not route.pieces[0].rate:
        return route.pieces[0].base, route.pieces[0].base
    if isinstance(route.measured, Relative):
        # Set against a target, the value is one that reached it.
        span = Span(ZERO if route.measured.target is not None else None, Fraction(1))
    elif isinstance(route.measured, Quotient):
        span = span_of(route.measured)
    else:
        span = Span()
    ends = [end for piece in route.pieces for end in piece_range(piece, span, floor, most)]
    return least_and_most(ends) if ends else (floor, most)


def piece_range(piece: Piece, span: Span, floor: Fraction, most: Fraction) -> tuple[Fraction, ...]:
    """Return the points at both ends of a piece inside a span; nothing if the span does not meet it."""
    low, high = piece.lower, piece.upper
    if span.low is not None and (low.at is None or span.low > low.at):
        low = Bound(span.low, closed=True)
    if span.high is not None and (high.at is None or span.high < high.at):
        high = Bound(span.high, closed=True)
    cut = low is not piece.lower or high is not piece.upper
    # No piece is empty by itself: where neither end is cut off, the span meets it.
    if cut and low.at is not None and high.at is not None and low.at >= high.at:
        whole = low.at == high.at and piece.holds(low.at)
        if not whole:
            return ()
    if not piece.rate:
        return (piece.base,)
    unbounded = (most if piece.rate > 0 else floor), (floor if piece.rate > 0 else most)
    ends = (
        unbounded[1] if low.at is None else piece.near(low, above=True),
        unbounded[0] if high.at is None else piece.near(high, above=False),
    )
    return tuple(min(max(end, floor), most) for end in ends)


def full_reference(book: Rulebook, reference: Reference | None) -> Reference:
    """Return a reference with the rulebook's own document where it names none."""
    given = reference or Reference()
    return given if given.document else given.model_copy(update={"document": book.document.id})
