"""What passing an end of pieces gives each unit, in quanta: asked of as few of them as can tell it for all."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tieuchi.model.canonical import Bound, Piece
from tieuchi.model.plan import LeafPlan
from tieuchi.scoring.compiled import compile_leaf
from tieuchi.whatif.cohort import Cohort, Ints
from tieuchi.whatif.columns import WORD, Columns, TooWideError, Values
from tieuchi.whatif.dial import Edge


@dataclass(frozen=True, slots=True)
class Standing:
    """Who is measured by a route, each one's own value of a dial in lowest terms, and as it is, if at hand."""

    there: NDArray[np.bool_]
    above: Ints
    below: Ints
    values: Values | None = None


def gains_of(cohort: Cohort, leaf: LeafPlan, edge: Edge, stands: Standing) -> tuple[Ints, NDArray[np.bool_]]:
    """Return what passing an end gives each unit that is there, and whose points are open on either side of it.

    On slopes it is reckoned for all at once where nothing else is done to the points; else units are sorted into kinds
    that gain the same, and one of each is scored on both sides.
    """
    touched = _touched(cohort, leaf)
    found = _gains_on_slopes(cohort, leaf, edge, stands)
    gain = np.zeros(len(touched), np.int64) if found is None else found
    rest = np.flatnonzero(stands.there if found is None else stands.there & (touched > 0))
    sides = [_only(leaf, edge.route, edge.piece + step) for step in (0, 1)]
    made = [(side, compile_leaf(side)) for side in sides]
    kinds = _kinds(cohort, leaf, edge, stands, touched)[rest]
    _, firsts, kind_of = np.unique(kinds, return_index=True, return_inverse=True)
    passing, unknown = np.zeros(len(firsts), np.int64), np.zeros(len(firsts), bool)
    for kind, first in enumerate(rest[firsts].tolist()):
        low, high = (cohort.score(side, ready, cohort.units[first]).points for side, ready in made)
        if low is None or high is None:
            unknown[kind] = True
        else:
            passing[kind] = (_held(cohort.quanta(high)) - _held(cohort.quanta(low))) * cohort.sign(leaf)
    is_open = np.zeros(len(touched), bool)
    gain[rest], is_open[rest] = passing[kind_of], unknown[kind_of]
    return gain, is_open


def _touched(cohort: Cohort, leaf: LeafPlan) -> Ints:
    """Return a number for each unit, the same only for those that findings touch alike; 0 where none does."""
    named = [(cohort.plan.findings[index].finding.id, what.for_each) for index, what in leaf.consequences]
    if not named:
        return np.zeros(len(cohort.units), np.int64)
    if cohort.columns is not None:
        try:
            return _touched_alike(cohort.columns, named)
        except TooWideError:
            pass
    touched = [any(unit.findings[name] is not False for name, _ in named) for unit in cohort.units]
    return np.where(touched, np.arange(1, len(touched) + 1), 0)


def _touched_alike(columns: Columns, named: list[tuple[str, str | None]]) -> Ints:
    """Return the same from columns: a number for each way in which findings hold, and for how many each."""
    parts: list[Ints] = []
    for name, count in named:
        found = columns.finding(name)
        held = np.where(found.no, 0, np.where(found.yes, 1, 2))
        parts.append(held)
        if count is not None:
            figures, there = columns.count(count)
            parts += [np.where(there & (held > 0), figures, 0), np.where(held > 0, there, 0)]
    together = np.stack(parts).astype(np.int64)
    numbers: Ints = np.unique(together, axis=1, return_inverse=True)[1].reshape(-1).astype(np.int64) + 1
    return np.where(together.any(axis=0), numbers, 0)


def _kinds(cohort: Cohort, leaf: LeafPlan, edge: Edge, stands: Standing, touched: Ints) -> Ints:
    """Return a number for each unit, the same only for those that passing an end gives the same.

    They are touched alike by findings, and on a slope their points are rounded alike.
    """
    pieces = _beside(leaf, edge)
    if not any(piece.rate for piece in pieces):
        return touched
    rounding = leaf.criterion.rounding or cohort.plan.book.rounding.points
    if rounding is None or touched.any() or stands.values is None or any(piece.stair for piece in pieces):
        return np.arange(len(touched), dtype=np.int64)
    scale = 10**rounding.places
    limits = [limit * scale for limit in (leaf.floor, leaf.criterion.max_points)]
    try:
        parts = [
            part for piece in pieces for part in stands.values.cells(piece.base * scale, piece.rate * scale, limits)
        ]
    except TooWideError:
        return np.arange(len(touched), dtype=np.int64)
    return np.unique(np.stack(parts), axis=1, return_inverse=True)[1].astype(np.int64).reshape(-1)


def _gains_on_slopes(cohort: Cohort, leaf: LeafPlan, edge: Edge, stands: Standing) -> Ints | None:
    """Return what passing gives units that no finding touches, where the points of a slope stay as they are."""
    pieces = _beside(leaf, edge)
    rounded = leaf.criterion.rounding or cohort.plan.book.rounding.points
    flat = not any(piece.rate for piece in pieces)
    if flat or rounded or stands.values is None or any(piece.stair for piece in pieces):
        return None
    quantum = cohort.plan.book.quantum
    try:
        low, high = (stands.values.rounded(p.base / quantum, p.rate / quantum, WORD >> 2) for p in pieces)
    except TooWideError:
        return None
    return np.where(stands.there, (high - low) * cohort.sign(leaf), 0)


def _beside(leaf: LeafPlan, edge: Edge) -> tuple[Piece, ...]:
    """Return the pieces on both sides of an end."""
    return leaf.routes[edge.route].pieces[edge.piece : edge.piece + 2]


def _held(quanta: int) -> int:
    """Return points of a piece that was extended beyond its ends, kept inside 64 bits.

    A unit that far out is never on that piece; what its two terms say of it cancels, held or not.
    """
    return max(min(quanta, WORD >> 2), -WORD >> 2)


def _only(leaf: LeafPlan, route: int, piece: int) -> LeafPlan:
    """Return a leaf in which one piece of one route holds for every value."""
    everywhere = leaf.routes[route].pieces[piece]._replace(lower=Bound(), upper=Bound())
    routes = list(leaf.routes)
    routes[route] = routes[route]._replace(pieces=(everywhere,))
    return replace(leaf, routes=tuple(routes))
