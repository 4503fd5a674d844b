"""One sub-criterion in whole numbers: its routes, pieces, what findings take, how it is rounded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import gcd, lcm

from tieuchi.columnar.layout import DECLARED_PREFIX, Layout
from tieuchi.columnar.lower_forms import FindingPlaces, form_op, tests_op
from tieuchi.columnar.program import (
    ConsequenceOp,
    Ends,
    ItemOp,
    LeafOp,
    PieceOp,
    RelativeOp,
    RoundOp,
    RouteOp,
)
from tieuchi.model.canonical import ONE, ZERO, Piece, Quotient, Relative, Route, Tally
from tieuchi.model.plan import LeafPlan, Plan
from tieuchi.model.rulebook import Rounding


def quanta(points: Fraction, quantum: Fraction, share: int = 1) -> int:
    """Return points as a whole number of quanta, or of shares of a quantum, halves going away from zero.

    Example:
        >>> quanta(Fraction(1, 3), Fraction(1, 1000)), quanta(Fraction("-0.0005"), Fraction(1, 1000))
        (333, -1)
        >>> quanta(Fraction(1, 3), Fraction(1, 1000), share=3)
        1000
    """
    top, bottom = points.as_integer_ratio()
    up, down = quantum.as_integer_ratio()
    top, bottom = top * down * share, bottom * up
    whole = (2 * abs(top) + bottom) // (2 * bottom)
    return -whole if top < 0 else whole


@dataclass(slots=True)
class _Lowering:
    """What lowering one sub-criterion needs at hand."""

    plan: Plan
    leaf: LeafPlan
    layout: Layout
    findings: FindingPlaces
    plain: bool
    relatives: list[RelativeOp]
    quantum: Fraction
    up: int
    down: int
    """The quantum is ``up / down`` of a point."""
    share: int = 1
    inexact: bool = False
    """Whether some points are no whole number of quanta."""
    clauses: int = 0
    routes: list[RouteOp] = field(default_factory=list)

    def shares(self, points: Fraction) -> int:
        """Return points in shares of a quantum, rounded where they are not whole (then nobody asks)."""
        return quanta(points, self.quantum, self.share)

    def both(self, points: Fraction) -> tuple[int, int]:
        """Return points in quanta and in shares of a quantum."""
        top, bottom = points.as_integer_ratio()
        whole, rest = divmod(top * self.down, bottom * self.up)
        if rest:
            self.inexact = True
            whole = quanta(points, self.quantum)
        return whole, whole if self.share == 1 else self.shares(points)

    def ends(self, low: Fraction, high: Fraction) -> Ends:
        least, least_exact = self.both(low)
        most, most_exact = (least, least_exact) if high is low else self.both(high)
        return Ends(least, most, least_exact, most_exact)


def leaf_op(
    plan: Plan,
    leaf: LeafPlan,
    layout: Layout,
    findings: FindingPlaces,
    relatives: list[RelativeOp],
    *,
    summed: bool = False,
) -> LeafOp:
    """Return one sub-criterion over columns, without its place in the tree and its limits.

    Group-relative values are added to ``relatives``.
    ``summed``: some sum is rounded, so that all points must be known exactly, in shares of a quantum.
    """
    rounding = None if leaf.declared else leaf.criterion.rounding or plan.book.rounding.points
    consequences, quantum = leaf.consequences, plan.book.quantum
    plain = not consequences and rounding is None
    low = _Lowering(plan, leaf, layout, findings, plain, relatives, quantum, *quantum.as_integer_ratio())
    low.share = _share(low, exact=summed or not plain)
    whole = low.ends(leaf.floor, leaf.criterion.max_points)
    ends = [low.ends(*found) for found in leaf.ranges]
    for place, route in enumerate(leaf.routes):
        low.routes.append(_route(low, route, ends[place:], whole))
    declared, scale = _declared(leaf, layout, quantum)
    return LeafOp(
        id=leaf.id,
        node=-1,
        share=low.share,
        whole=whole,
        most=0,
        floor=whole.low_exact,
        routes=tuple(low.routes),
        applies=tests_op(leaf.applies, layout, findings),
        declared=declared,
        declared_scale=scale,
        consequences=_consequences(low, whole.low_exact) if consequences else (),
        rounding=round_op(rounding, quantum),
        clause_count=low.clauses + len(consequences),
        inexact=low.inexact or low.share != 1 or declared >= 0,
    )


def _declared(leaf: LeafPlan, layout: Layout, quantum: Fraction) -> tuple[int, tuple[int, int]]:
    """Return the column of declared points and what its numbers are multiplied with to be quanta; -1 where none is."""
    if not leaf.declared:
        return -1, (1, 1)
    place = layout.place[DECLARED_PREFIX + leaf.id]
    return place, (ONE / quantum / layout.slots[place].scale).as_integer_ratio()


def round_op(rounding: Rounding | None, quantum: Fraction) -> RoundOp | None:
    """Return a rounding whose step is counted in quanta."""
    if rounding is None:
        return None
    return RoundOp(rounding.mode, *(Fraction(1, 10**rounding.places) / quantum).as_integer_ratio())


def _share(low: _Lowering, *, exact: bool) -> int:
    """Return how many shares a quantum must have for all figures to be whole."""
    figures: list[Fraction] = []
    for route in low.leaf.routes:
        if isinstance(route.measured, Tally):
            figures += [item.points for item in route.measured.items]
        figures += [number for piece in route.pieces if piece.rate for number in (piece.base, piece.rate)]
    if exact:
        figures += [low.leaf.floor, low.leaf.criterion.max_points]
        figures += [piece.base for route in low.leaf.routes for piece in route.pieces if not piece.rate]
        figures += [end for ends in low.leaf.ranges for end in ends]
        for _, consequence in low.leaf.consequences:
            scale = low.layout.scale_of(consequence.for_each) if consequence.for_each else 1
            figures += [consequence.at_most or ZERO, (consequence.deduct or ZERO) / scale]
    quotients = [(top * low.down, bottom * low.up) for top, bottom in map(Fraction.as_integer_ratio, figures)]
    return lcm(*[bottom // gcd(top, bottom) for top, bottom in quotients])


def _hull(ends: Sequence[Ends]) -> Ends:
    """Return the least and the most of several ends; what is counted keeps their order."""
    low, high, low_exact, high_exact = zip(*ends, strict=True)
    return Ends(min(low), max(high), min(low_exact), max(high_exact))


def _route(low: _Lowering, route: Route, rest: Sequence[Ends], whole: Ends) -> RouteOp:
    """Return a route over columns; ``rest`` are its own ends and those of the routes after it."""
    tests = tests_op(route.tests, low.layout, low.findings)
    place, clause, ends, measured = len(low.routes), low.clauses, rest[0], route.measured
    opens = bool(tests) and any(later.not_applicable for later in low.leaf.routes[place:])
    hull = whole if opens else _hull(rest) if tests else ends
    if isinstance(measured, Tally) and not route.not_applicable:
        items = tuple(
            [ItemOp(tests_op(i.tests, low.layout, low.findings), *low.both(i.points)) for i in measured.items]
        )
        low.clauses += 1 << len(items)
        return RouteOp("tally", tests, clause, ends, hull, items=items, opens=opens, guards=route.guards)
    low.clauses += len(route.pieces)
    if route.not_applicable:
        return RouteOp("not_applicable", tests, clause, ends, hull, opens=opens, guards=route.guards)
    cuts, pieces = _pieces(low, route.pieces)
    if isinstance(measured, Quotient):
        form = form_op(measured, low.layout)
        return RouteOp("form", tests, clause, ends, hull, cuts, pieces, form, opens=opens, guards=route.guards)
    if isinstance(measured, Relative):
        form = form_op(measured.quotient, low.layout)
        aim = None if measured.target is None else measured.target.as_integer_ratio()
        low.relatives.append(RelativeOp(low.leaf.index, place, form, measured.best, aim))
        swapped, place = measured.best == "smallest" and aim is None, len(low.relatives) - 1
        made = RouteOp("relative", tests, clause, ends, hull, cuts, pieces, form, opens=opens, guards=route.guards)
        return made._replace(relative=place, swapped=swapped, target=aim)
    return RouteOp("constant", tests, clause, ends, hull, 1, pieces[:1], opens=opens, guards=route.guards)


def _pieces(low: _Lowering, pieces: tuple[Piece, ...]) -> tuple[int, tuple[PieceOp, ...]]:
    """Return the common denominator of the thresholds, and the pieces."""
    if len(pieces) == 1:
        return 1, (_piece(low, pieces[0], 0, started=False),)
    uppers = [piece.upper for piece in pieces[:-1]]
    ends = [(*upper.at.as_integer_ratio(), upper.closed) for upper in uppers if upper.at is not None]
    cuts = lcm(*[bottom for _, bottom, _ in ends])
    starts = [(0, False), *[(top * (cuts // bottom), closed) for top, bottom, closed in ends]]
    return cuts, tuple([_piece(low, p, n, started=s) for p, (n, s) in zip(pieces, starts, strict=True)])


def _piece(low: _Lowering, piece: Piece, n: int, *, started: bool) -> PieceOp:
    if not piece.rate:
        return PieceOp("constant", n, started, *low.both(piece.base))
    base, rate = low.shares(piece.base), low.shares(piece.rate)
    if piece.stair is None:
        low.inexact = True
        return PieceOp("slope", n, started, base=base, rate=rate)
    (origin, parts), (step, step_parts) = (end.as_integer_ratio() for end in piece.stair[:2])
    stair = (parts * step_parts, origin * step_parts, parts * step)
    return PieceOp("stair", n, started, base=base, rate=rate, stair=stair, started=piece.stair.started)


def _consequences(low: _Lowering, floor: int) -> tuple[ConsequenceOp, ...]:
    """Return what findings do, deductions first, then limits, as the exact road takes them."""
    ordered = sorted(enumerate(low.leaf.consequences), key=lambda pair: pair[1][1].at_most is not None)
    result = []
    for place, (finding, consequence) in ordered:
        clause = low.clauses + place
        if consequence.at_most is not None:
            limit = max(low.shares(consequence.at_most), floor)
            result.append(ConsequenceOp(finding, clause, at_most=limit))
            continue
        assert consequence.deduct is not None
        slot = low.layout.place[consequence.for_each] if consequence.for_each else -1
        scale = low.layout.slots[slot].scale if slot >= 0 else 1
        result.append(ConsequenceOp(finding, clause, deduct=low.shares(consequence.deduct / scale), slot=slot))
    return tuple(result)
