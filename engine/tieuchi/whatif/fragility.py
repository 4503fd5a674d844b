"""Rounding fragility: whether a score is the same wherever and however one rounds, and which clause decides if not.

Decrees say "99.96%" and "at least 100%" and seldom whether one rounds before comparing. Each value that a sub-criterion
measures or tests is rounded to every usual number of places by every mode and asked again; likewise the points, the
sums and the total.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal, get_args

from tieuchi.model.canonical import NumberTest, Quotient, Tally
from tieuchi.model.number import RoundingMode, round_to
from tieuchi.model.plan import LeafPlan
from tieuchi.model.rulebook import Rounding, RoundingRules
from tieuchi.model.scorecard import Score, Scorecard, Trace
from tieuchi.scoring.aggregate import build_total, grades_of
from tieuchi.scoring.inputs import inputs_of
from tieuchi.scoring.tests import Lack, compare, quotient_value

MODES: tuple[RoundingMode, ...] = get_args(RoundingMode)
PLACES = (0, 1, 2, 3, 4)
"""Decimals; of a per cent where the value is a share."""


@dataclass(frozen=True, slots=True)
class Rounded:
    """One way to round a value, the clause that would then decide, and the points of that clause."""

    places: int
    mode: RoundingMode
    value: Fraction
    clause: str
    points: Fraction | None


@dataclass(frozen=True, slots=True)
class Fragility:
    """One value of a sub-criterion: the clause that decides as it is, and every rounding under which another would."""

    criterion: str
    value: Fraction
    share: bool
    clause: str
    points: Fraction | None
    turned: tuple[Rounded, ...]

    @property
    def survives(self) -> bool:
        """Whether no rounding brings another clause."""
        return not self.turned


@dataclass(frozen=True, slots=True)
class Sums:
    """The total with points, sums or the total rounded: the least and the most it can come to, and the grades."""

    where: Literal["points", "sums", "total"]
    least: Fraction
    most: Fraction
    grades: tuple[str, ...]


def fragility(card: Scorecard) -> tuple[Fragility, ...]:
    """Return every value that decides points, in the order of the rulebook.

    Example:
        >>> from tieuchi.api import load_readings, load_rulebook
        >>> from tieuchi.assess import assess
        >>> book = load_rulebook("par-index-province/2017")
        >>> card = assess(book, load_readings("soc-trang-2017", book), road="exact")
        >>> [f.criterion for f in fragility(card) if not f.survives]
        ['3.3.1', '3.3.2', '5.5']
    """
    found = []
    for node in card.leaves():
        assert node.trace is not None
        found += list(_of_leaf(card, node.trace))
    return tuple(found)


def _of_leaf(card: Scorecard, trace: Trace) -> Iterator[Fragility]:
    leaf = trace.plan
    if trace.route < 0 or trace.base_points is None:
        return
    route = leaf.routes[trace.route]
    if isinstance(route.measured, Quotient) and trace.value is not None and trace.piece >= 0 and len(route.pieces) > 1:
        yield _of_value(leaf, trace, route.measured)
    tests = [(test, route.clause or "") for place in range(trace.route + 1) for test in leaf.routes[place].tests]
    if isinstance(route.measured, Tally):
        tests += [(test, item.clause) for item in route.measured.items for test in item.tests]
    for test, clause in tests:
        if isinstance(test, NumberTest):
            value = quotient_value(test.quotient, inputs_of(card.readings))
            if not isinstance(value, Lack):
                yield _of_test(leaf, test, value[1], clause)


def _ways(value: Fraction, share: bool) -> Iterator[tuple[int, RoundingMode, Fraction]]:
    for places in PLACES:
        for mode in MODES:
            yield places, mode, round_to(value, places + (2 if share else 0), mode)


def _of_value(leaf: LeafPlan, trace: Trace, measured: Quotient) -> Fragility:
    raw, route = trace.raw, leaf.routes[trace.route]
    assert raw is not None
    share = measured.measure == "share" or abs(raw) <= 1
    here = route.pieces[trace.piece]
    turned = []
    for places, mode, rounded in _ways(raw, share):
        value = rounded
        if measured.step is not None:
            value = (rounded / measured.step).__floor__() * measured.step
        piece = next(p for p in route.pieces if p.holds(value))
        if piece.clause != here.clause:
            turned.append(Rounded(places, mode, rounded, piece.clause, piece.points(value)))
    return Fragility(leaf.id, raw, share, here.clause, trace.base_points, tuple(turned))


def _of_test(leaf: LeafPlan, test: NumberTest, value: Fraction, clause: str) -> Fragility:
    share = test.quotient.measure == "share"
    holds = compare(value, test.operator, test.threshold)
    turned = tuple(
        Rounded(places, mode, rounded, clause, None)
        for places, mode, rounded in _ways(value, share)
        if compare(rounded, test.operator, test.threshold) != holds
    )
    return Fragility(leaf.id, value, share, clause, None, turned)


def sums_of(card: Scorecard) -> tuple[Sums, ...]:
    """Return what rounding points, sums or the total does to the total, over every number of places and mode."""
    traces = [node.trace for node in card.leaves() if node.trace is not None]
    result = []
    sides: tuple[Literal["points", "sums", "total"], ...] = ("points", "sums", "total")
    for where in sides:
        totals = [_total(card, traces, where, Rounding(places=p, mode=m)) for p in PLACES[1:] for m in MODES]
        points = [total.points for total in totals if total.points is not None]
        grades = {g for total in totals for g in grades_of(card.plan.book.grades, total)}
        if points:
            result.append(Sums(where, min(points), max(points), tuple(sorted(grades))))
    return tuple(result)


def _total(card: Scorecard, traces: list[Trace], where: str, rounding: Rounding) -> Score:
    book = card.plan.book
    if where == "points":
        rounded = [_rounded(t, rounding) for t in traces]
        return build_total(book, iter(rounded))
    rules = RoundingRules(**{"sums": book.rounding.sums, "total": book.rounding.total, where: rounding})
    return build_total(book.model_copy(update={"rounding": rules}), iter(traces))


def _rounded(trace: Trace, rounding: Rounding) -> Trace:
    low, high = (round_to(end, rounding.places, rounding.mode) for end in (trace.low, trace.high))
    return replace(trace, points=None if trace.points is None else high, low=low, high=high)
