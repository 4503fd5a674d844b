"""How far exact totals lie from totals counted in quanta, for all units of a part at once.

Where points lie on a slope they are ``N / D`` quanta, of which the count ``r`` is the nearest whole number. ``N`` may
pass 64 bits, but ``N - r D`` is at most half of ``D``, so that integers that wrap around give it exactly. What is left
of all sub-criteria together orders totals that quanta can't tell apart.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tieuchi.batch.frame import Part
from tieuchi.columnar.best import Best, factor_tables
from tieuchi.columnar.layout import DECLARED, GIVEN, NOT_APPLICABLE
from tieuchi.columnar.program import FormOp, LeafOp, Program, RouteOp
from tieuchi.columnar.result import Points
from tieuchi.model.canonical import Route, Tally
from tieuchi.model.plan import Plan

SHARES = lcm(*range(1, 37))
"""A share of so few is a whole number of fine quanta: units that tie mostly have small figures."""
FINE = 7 * SHARES
"""About so many fine quanta (10^15) are one of the rulebook's own: each sub-criterion is less than one of them off."""
MOST_FINE = 1 << 50
"""With so many, half a quantum of them guessed in floats, four roundings of 2^-53, is sure to be less than one off."""
REDUCED = 1 << 20
"""Below it a denominator is worth reducing."""
MOST_PARTS = 10**9
HALF = Fraction(1, 2)
SAFE = float(1 << 61)
"""Below it a denominator, found in floats, is sure to fit 64 bits."""


@dataclass(frozen=True, slots=True)
class Rests:
    """By unit, fine quanta to add to a total, ``parts`` of which are one quantum.

    ``sure`` says whether they are known, ``whole`` whether the total is exact so.
    """

    parts: int
    fine: NDArray[np.int64]
    sure: NDArray[np.bool_]
    whole: NDArray[np.bool_]

    @classmethod
    def none(cls, parts: int, count: int) -> Rests:
        """Return units whose totals are exact in quanta."""
        return cls(parts, np.zeros(count, np.int64), np.ones(count, bool), np.ones(count, bool))

    def add(self, rows: NDArray[np.intp], top: Any, bottom: Any) -> None:
        """Add ``top / bottom`` quanta to some units; what is more than half a quantum was not to be had in 64 bits."""
        beyond = _beyond(top, bottom)
        self.doubt(rows[beyond])
        top, bottom = np.where(beyond, 0, top), np.broadcast_to(bottom, top.shape).copy()
        few = np.flatnonzero((self.parts % bottom != 0) & (bottom < REDUCED))
        shared = np.gcd(top[few], bottom[few])
        top[few] //= shared
        bottom[few] //= shared
        even = self.parts % bottom == 0
        rough = np.rint(np.where(even, 0, top) / bottom * self.parts).astype(np.int64)
        self.fine[rows] += np.where(even, top * (self.parts // bottom), rough)
        self.whole[rows[~even & (top != 0)]] = False

    def shift(self, rows: NDArray[np.intp], quanta: Fraction) -> None:
        """Add the same part of a quantum to some units."""
        self.fine[rows] += round(quanta * self.parts)
        if abs(quanta) > HALF:
            self.doubt(rows)
        if (quanta * self.parts).denominator != 1:
            self.whole[rows] = False

    def doubt(self, rows: Any) -> None:
        """Say that of some units it is not known."""
        self.sure[rows] = False


@dataclass(frozen=True, slots=True)
class Quotients:
    """The same in Python integers, for units that nothing else tells apart: ``top / bottom`` quanta."""

    top: NDArray[Any]
    bottom: NDArray[Any]
    sure: NDArray[np.bool_]

    @classmethod
    def none(cls, count: int) -> Quotients:
        """Return units whose totals are exact in quanta."""
        return cls(np.zeros(count, object), np.ones(count, object), np.ones(count, bool))

    def add(self, rows: NDArray[np.intp], top: Any, bottom: Any) -> None:
        """Add ``top / bottom`` quanta to some units, as ``Rests`` does."""
        top, bottom = (np.broadcast_to(number, rows.shape).astype(object) for number in (top, bottom))
        self.doubt(rows[_beyond(top, bottom)])
        self.top[rows] = self.top[rows] * bottom + top * self.bottom[rows]
        self.bottom[rows] *= bottom

    def shift(self, rows: NDArray[np.intp], quanta: Fraction) -> None:
        """Add the same part of a quantum to some units."""
        if abs(quanta) > HALF:
            self.doubt(rows)
        self.add(rows, *quanta.as_integer_ratio())

    def doubt(self, rows: Any) -> None:
        """Say that of some units it is not known."""
        self.sure[rows] = False


def _beyond(top: Any, bottom: Any) -> Any:
    """Say where something is more than half a quantum: what 64 bits left of it is not what it is."""
    return (top > bottom // 2 + 1) | (top < -(bottom // 2 + 1))


def parts_of(plan: Plan) -> int:
    """Return how many fine quanta one quantum has, so that fixed points of sub-criteria are whole fine quanta."""
    parts = 1
    up, down = plan.book.quantum.as_integer_ratio()
    for route in (route for leaf in plan.leaves for route in leaf.routes if not route.not_applicable):
        items = route.measured.items if isinstance(route.measured, Tally) else ()
        fixed = [number for p in route.pieces if p.stair or not p.rate for number in (p.base, p.rate)]
        for number in [*fixed, *(item.points for item in items)]:
            bottom = number.denominator * up
            parts = lcm(parts, bottom // gcd(number.numerator * down, bottom))
    if parts > MOST_PARTS:
        return FINE
    both = lcm(parts, SHARES)
    return both * max(FINE // both, 1) if both <= MOST_FINE else FINE // parts * parts


def rests_of(plan: Plan, program: Program, part: Part, points: Points, best: Best | None, parts: int) -> Rests:
    """Return how far the exact totals of a part lie from those counted in quanta."""
    found = Rests.none(parts, part.rows.count)
    _gather(plan, program, part, points, best, found)
    found.whole[~found.sure] = False
    return found


def exact_totals(plan: Plan, program: Program, part: Part, points: Points, best: Best | None) -> dict[int, Fraction]:
    """Return the exact totals of the units of a part, all settled, by place; others only the exact road knows."""
    found = Quotients.none(part.rows.count)
    _gather(plan, program, part, points, best, found)
    up, down = program.quantum.as_integer_ratio()
    totals = points.sum_high[points.total].astype(object) * found.bottom + found.top
    sure = np.flatnonzero(found.sure)
    quotients = zip(sure.tolist(), (totals[sure] * up).tolist(), (found.bottom[sure] * down).tolist(), strict=True)
    return {place: Fraction(top, bottom) for place, top, bottom in quotients}


def _gather(
    plan: Plan, program: Program, part: Part, points: Points, best: Best | None, found: Rests | Quotients
) -> None:
    """Add what counting in quanta leaves of each sub-criterion."""
    _sums(program, points, found)
    relatives = factor_tables(program, best or (), part.rows.group_count) if program.relatives else []
    for place, leaf in enumerate(program.leaves):
        if not leaf.inexact:
            continue
        given = np.flatnonzero(points.states[place] == (DECLARED if leaf.declared >= 0 else GIVEN))
        if not leaf.plain:
            found.doubt(given)
        elif leaf.declared >= 0:
            _declared(program, leaf, part, points.points[place], given, found)
        else:
            _leaf(plan.leaves[place].routes, leaf, _Cells(program, part, points, place, relatives), found)
    found.sure[list({row for column in part.rows.columns.values() for row in column.exact})] = False


def _sums(program: Program, points: Points, found: Rests | Quotients) -> None:
    """Doubt the units of which some sum is more than its parts added up: rounded, cut off, taken off, brought up."""
    assert points.most is not None
    scaled = {place for place, node in enumerate(program.nodes) if node.rescale}
    for place, node in enumerate(program.nodes):
        if node.rounding is not None or node.at_most is not None or node.block == "penalty":
            found.doubt(slice(None))
        if node.parent in scaled:
            found.doubt((points.sum_states[place] == NOT_APPLICABLE) | (points.most[place] != node.most))
    for place, leaf in enumerate(program.leaves):
        if leaf.node in scaled:
            found.doubt(points.states[place] == NOT_APPLICABLE)


def _declared(program: Program, leaf: LeafOp, part: Part, quanta: Any, rows: Any, found: Rests | Quotients) -> None:
    up, down = leaf.declared_scale
    if down != 1:
        values = part.rows.narrow(program.layout.slots[leaf.declared], rows)
        found.add(rows, values * _wrapped(up) - quanta[rows].astype(np.int64) * _wrapped(down), np.int64(down))


@dataclass(frozen=True, slots=True)
class _Cells:
    """The cells of one sub-criterion in a part."""

    program: Program
    part: Part
    points: Points
    place: int
    relatives: Any

    def within(self, first: int, size: int = 1) -> NDArray[np.intp]:
        """Return the units that some clauses decided."""
        clauses = self.points.clauses[self.place]
        there = clauses == first if size == 1 else (clauses >= first) & (clauses < first + size)
        return np.flatnonzero(there & (self.points.states[self.place] == GIVEN))

    def value(self, op: RouteOp, rows: Any) -> tuple[Any, Any, Any]:
        """Return numerator and denominator of a value, the one wrapped around, and the other in floats."""
        assert op.form is not None
        form: FormOp = op.form
        above, _ = self._linear(form.above, form.above_constant, rows)
        below, rough = self._linear(form.below, form.below_constant, rows)
        if op.relative < 0:
            return above, below, rough
        ups, downs, _ = self.relatives[op.relative]
        groups = np.zeros(len(rows), np.int64) if self.part.rows.groups is None else self.part.rows.groups[rows]
        if op.target is not None:
            above = above * _wrapped(op.target[1]) - below * _wrapped(op.target[0])
        if op.swapped:
            above, below = below, above
            rough = self._linear(form.above, form.above_constant, rows)[1]
        return (
            above * np.array([_wrapped(up) for up in ups])[groups],
            below * np.array([_wrapped(down) for down in downs])[groups],
            rough * np.array([float(down) for down in downs])[groups],
        )

    def _linear(self, terms: Any, constant: int, rows: Any) -> tuple[Any, Any]:
        exact: Any = np.full(len(rows), _wrapped(constant))
        rough: Any = np.full(len(rows), float(constant))
        for place, factor in terms:
            column = self.part.rows.narrow(self.program.layout.slots[place], rows)
            exact, rough = exact + column * _wrapped(factor), rough + column.astype(float) * factor
        return exact, rough


def _leaf(routes: tuple[Route, ...], leaf: LeafOp, cells: _Cells, found: Rests | Quotients) -> None:
    """Add what each piece of a sub-criterion leaves."""
    quantum = cells.program.quantum
    for route, op in zip(routes, leaf.routes, strict=True):
        if op.kind == "tally":
            _tally(route, op, cells, found)
            continue
        for place, piece in enumerate(route.pieces if op.kind != "not_applicable" else ()):
            if piece.rate and piece.stair is None:
                _slope(leaf, op, place, cells, found)
            elif any((number / quantum).denominator != 1 for number in (piece.base, piece.rate)):
                _fixed(piece.base / quantum, piece.rate / quantum, cells, cells.within(op.clause + place), found)


def _tally(route: Route, op: RouteOp, cells: _Cells, found: Rests | Quotients) -> None:
    """Add what the parts of a checklist leave, for each choice of them that occurs."""
    assert isinstance(route.measured, Tally)
    points = [item.points / cells.program.quantum for item in route.measured.items]
    if all(number.denominator == 1 for number in points):
        return
    rows = cells.within(op.clause, 1 << len(points))
    chosen = cells.points.clauses[cells.place][rows] - op.clause
    for mask, own in _each(chosen):
        whole = sum((number for place, number in enumerate(points) if mask >> place & 1), Fraction(0))
        _fixed(whole, Fraction(0), cells, rows[own], found)


def _fixed(base: Fraction, rate: Fraction, cells: _Cells, rows: NDArray[np.intp], found: Rests | Quotients) -> None:
    """Add what fixed points leave, or those of a stair, whose steps are known by the quanta they come to."""
    if rate and abs(rate) < 2:
        found.doubt(rows)
        return
    counted = cells.points.points[cells.place][rows]
    for quanta, own in _each(counted):
        steps = round((quanta - base) / rate) if rate else 0
        found.shift(rows[own], base + rate * steps - quanta)


def _each(numbers: NDArray[Any]) -> Iterator[tuple[int, NDArray[np.bool_]]]:
    """Yield each number there is with where it stands; asked for that too, numpy loads no masked arrays (10 ms)."""
    different, which = np.unique(numbers, return_inverse=True)
    for place, number in enumerate(different.tolist()):
        yield number, which == place


def _slope(leaf: LeafOp, op: RouteOp, place: int, cells: _Cells, found: Rests | Quotients) -> None:
    piece, rows = op.pieces[place], cells.within(op.clause + place)
    if op.form is None or op.form.step is not None:
        found.doubt(rows)
        return
    above, below, rough = cells.value(op, rows)
    whole = cells.points.points[cells.place][rows].astype(np.int64)
    top = below * _wrapped(piece.base) + above * _wrapped(piece.rate)
    bottom = below * _wrapped(leaf.share)
    found.doubt(rows[(rough * leaf.share >= SAFE) | (rough <= 0)])
    found.add(rows, top - whole * bottom, np.where(bottom > 0, bottom, 1))


def _wrapped(number: int) -> np.int64:
    """Return a whole number as 64 bits hold it, wrapped around."""
    return np.int64((number + (1 << 63)) % (1 << 64) - (1 << 63))
