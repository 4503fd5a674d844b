"""Whether two rulebooks give the same points and clauses for every reading: proven by the intervals of ``proofs``."""

from __future__ import annotations

from tieuchi.algebra.domain import Domain
from tieuchi.algebra.interval import piece_interval
from tieuchi.algebra.query import Query, atoms_of, denials_of
from tieuchi.model.canonical import Linear, NumberTest, Piece, Quotient, Route, Tally, Test
from tieuchi.model.plan import LeafPlan, Plan
from tieuchi.model.rulebook import Consequence
from tieuchi.proofs.reach import Reach
from tieuchi.scoring.scorer import Scorer


def equivalent(before: Plan, after: Plan) -> bool:
    """Say whether it is proven that no reading tells two rulebooks apart; False also where it is not proven."""
    if _header(before) != _header(after) or len(before.leaves) != len(after.leaves):
        return False
    return all(_same_leaf(before, one, two) for one, two in zip(before.leaves, after.leaves, strict=True))


def _header(plan: Plan) -> object:
    book = plan.book
    findings = tuple((f.finding.id, f.tests, _effects(plan, f.finding.consequences)) for f in plan.findings)
    grades = None if book.grades is None else tuple((g.grade, g.at_least) for g in book.grades.classes)
    return book.max_points, book.rescale, book.rounding, findings, grades, book.indicators


def _effects(plan: Plan, consequences: tuple[Consequence, ...]) -> object:
    """Return what a finding does to each sub-criterion, no more than there is to take.

    A limit below the least points is that least; a deduction beyond all points, for each of a whole number, is all.
    """
    found: dict[str, list[object]] = {}
    for one in consequences:
        leaf = plan.by_id[one.criterion]
        limit = None if one.at_most is None else max(one.at_most, leaf.floor)
        off = None if one.deduct is None else min(one.deduct, leaf.criterion.max_points - leaf.floor)
        found.setdefault(one.criterion, []).append((one.clause, limit, off, one.for_each))
    return found


def _plain(quotient: Quotient) -> Quotient:
    """Return a quotient with its readings in one order."""
    above, below = (Linear(tuple(sorted(f.terms)), f.constant) for f in (quotient.numerator, quotient.denominator))
    return quotient._replace(numerator=above, denominator=below, named=tuple(sorted(quotient.named)))


def _normal(test: Test) -> Test:
    """Return a test with its value in one order; being 0 has no sign."""
    if not isinstance(test, NumberTest):
        return test
    quotient = _plain(test.quotient)
    terms = quotient.numerator.terms
    if test.operator == "exactly" and not test.threshold and not quotient.denominator.terms and terms[0][1] < 0:
        turned = Linear(tuple((n, -c) for n, c in terms), -quotient.numerator.constant)
        quotient = quotient._replace(numerator=turned)
    return test._replace(quotient=quotient, source=())


def _same_leaf(plan: Plan, one: LeafPlan, two: LeafPlan) -> bool:
    if one.routes == two.routes and one.criterion.max_points == two.criterion.max_points:
        return True
    same = one.criterion.max_points == two.criterion.max_points and one.floor == two.floor and one.id == two.id
    if not same or one.applies != two.applies or len(one.routes) != len(two.routes):
        return False
    reach = Reach(one, Domain(plan.indicators, tuple(plan.book.unit_kinds)), Scorer(plan))
    pairs = list(zip(one.routes, two.routes, strict=True))
    return all(_same_route(reach, place, *pair) for place, pair in enumerate(pairs))


def _same_route(reach: Reach, place: int, one: Route, two: Route) -> bool:
    if not _same_measured(reach, one, two) or one.clause != two.clause or len(one.tests) != len(two.tests):
        return False
    if one.not_applicable != two.not_applicable:
        return False
    if not all(_same_test(reach, a, b) for a, b in zip(one.tests, two.tests, strict=True)):
        return False
    for piece in one.pieces:
        for other in two.pieces:
            both = piece_interval(piece) & piece_interval(other)
            if both.empty or _alike(piece, other):
                continue
            if not isinstance(one.measured, Quotient) or reach.within(place, both) is not None:
                return False
    return True


def _same_measured(reach: Reach, one: Route, two: Route) -> bool:
    if isinstance(one.measured, Tally) and isinstance(two.measured, Tally):
        items = list(zip(one.measured.items, two.measured.items, strict=False))
        same = len(one.measured.items) == len(two.measured.items)
        return same and all(
            a.clause == b.clause
            and a.points == b.points
            and len(a.tests) == len(b.tests)
            and all(_same_test(reach, x, y) for x, y in zip(a.tests, b.tests, strict=True))
            for a, b in items
        )
    if isinstance(one.measured, Quotient) and isinstance(two.measured, Quotient):
        return _plain(one.measured) == _plain(two.measured)
    return one.measured == two.measured


def _alike(one: Piece, two: Piece) -> bool:
    return (one.clause, one.base, one.rate, one.stair) == (two.clause, two.base, two.rate, two.stair)


def _same_test(reach: Reach, one: Test, two: Test) -> bool:
    one, two = _normal(one), _normal(two)
    if one == two:
        return True
    if not isinstance(one, NumberTest) or not isinstance(two, NumberTest) or one.quotient != two.quotient:
        return False
    sides = ((one, two), (two, one))
    return all(reach.ask(Query(atoms_of(a), (denials_of(b),))) is None for a, b in sides)
