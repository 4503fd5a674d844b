"""Exact points on their way to quanta: what findings take, rounding by rule, the one half-up at the end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from tieuchi.columnar.block import Block, Codes, Ints
from tieuchi.columnar.layout import MISSING, NOT_APPLICABLE, REFUSED
from tieuchi.columnar.numpy_tests import NO, YES
from tieuchi.columnar.program import ConsequenceOp, LeafOp, RoundOp

NO_CLAUSE = -1
Mask = NDArray[np.bool_]


@dataclass(slots=True)
class LeafRows:
    """One sub-criterion for all rows of a block: what its points can be, its state, the clause that decided."""

    low: Ints
    high: Ints
    states: Codes
    clauses: NDArray[np.int32]


@dataclass(slots=True)
class Work:
    """Points of one sub-criterion while they are worked on: quanta if ``plain``, else ``low / (share * bottom)``.

    ``opened`` are the rows of which it is not known whether they apply at all; findings leave them alone.
    """

    low: Ints
    high: Ints
    states: Codes
    clauses: NDArray[np.int32]
    plain: bool
    share: int
    bottom: Ints | None = None
    opened: Mask | None = None

    @classmethod
    def empty(cls, leaf: LeafOp, block: Block) -> Work:
        """Return no points for all rows of a block."""
        clauses = np.full(block.count, NO_CLAUSE, np.int32)
        states = np.zeros(block.count, np.uint8)
        return cls(block.zeros(), block.zeros(), states, clauses, leaf.plain, leaf.share)

    def put_points(self, taken: Mask | None, points: Any, clauses: Any) -> None:
        """Settle the points and the clause of the rows that are taken; None takes all."""
        self.put(taken, "low", points)
        self.put(taken, "high", points)
        self.put(taken, "clauses", clauses)

    def put(self, taken: Mask | None, field: Literal["low", "high", "states", "clauses"], new: Any) -> None:
        """Put one number or an array into the rows that are taken; None takes all."""
        target = getattr(self, field)
        if taken is not None:
            target[taken] = new[taken] if isinstance(new, np.ndarray) else new
        elif isinstance(new, np.ndarray) and new.dtype == target.dtype:
            setattr(self, field, new)
        else:
            target[:] = new

    def set_bottom(self, rows: NDArray[np.intp], below: Any, taken: Mask | None) -> None:
        """Give rows that are taken a denominator."""
        if self.bottom is None:
            self.bottom = np.ones_like(self.low)
        if taken is not None:
            kept = taken[rows]
            rows, below = rows[kept], below[kept] if isinstance(below, np.ndarray) else below
        self.bottom[rows] = below


def half_up(top: Ints, bottom: Any) -> Ints:
    """Return ``top / bottom`` as whole numbers, halves going away from zero; ``bottom`` is positive.

    Example:
        >>> half_up(np.array([5, -5, 4]), 2).tolist()
        [3, -3, 2]
    """
    if isinstance(bottom, int) and bottom == 1 and top.dtype != object:
        return top
    size = np.abs(top)
    whole = (2 * size + bottom) // (2 * bottom)
    negative = top < 0
    signed: Ints = np.where(negative, -whole, whole) if negative.any() else whole
    return signed


def after_findings(leaf: LeafOp, block: Block, findings: Sequence[Codes], work: Work) -> None:
    """Take what findings take: deductions first, then the lowest limit; an open finding lowers only the least."""
    lacking = (work.states == MISSING) | (work.states == REFUSED)
    if work.opened is not None:
        lacking &= ~work.opened
    scored = work.states == 0
    touched = lacking | scored
    clauses, taken = np.full(block.count, NO_CLAUSE, np.int32), np.zeros(block.count, bool)
    for consequence in leaf.consequences:
        answer = findings[consequence.finding]
        active = touched & (answer != NO)
        if not active.any():
            continue
        new_low, new_high, counted = _after(consequence, leaf.floor, block, work)
        hit = active & (answer == YES) & counted
        taken |= hit
        clauses[hit & np.asarray(new_high != work.high, bool)] = consequence.clause
        work.low = np.where(active, new_low, work.low)
        work.high = np.where(hit, new_high, work.high)
    settled = np.asarray(work.low == work.high, bool)
    work.states[scored & ~settled] = MISSING
    work.states[lacking & settled & taken] = 0
    work.clauses = np.where(clauses >= 0, clauses, work.clauses)


def _after(consequence: ConsequenceOp, floor: int, block: Block, work: Work) -> tuple[Ints, Ints, Any]:
    """Return least and most points after one consequence, and where its count is known."""
    bottom: Any = 1 if work.bottom is None else work.bottom
    if consequence.at_most is not None:
        limit = consequence.at_most * bottom
        return np.minimum(work.low, limit), np.minimum(work.high, limit), True
    least = floor * bottom
    if consequence.slot < 0:
        off = consequence.deduct * bottom
        return np.maximum(work.low - off, least), np.maximum(work.high - off, least), True
    off = consequence.deduct * block.value(consequence.slot) * bottom
    low, high = np.maximum(work.low - off, least), np.maximum(work.high - off, least)
    states = block.states[consequence.slot]
    if states is None:
        return low, high, True
    counted = states == 0
    return np.where(counted, low, least), np.where(counted, high, work.high), counted


def finished(leaf: LeafOp, work: Work) -> LeafRows:
    """Round where the rulebook says, then bring exact points to quanta."""
    if not work.plain:
        low, high = work.low, work.high
        bottom: Any = leaf.share if work.bottom is None else leaf.share * work.bottom
        work.low, work.high = half_up(low, bottom), half_up(high, bottom)
        if leaf.rounding is not None:
            rows = work.states != NOT_APPLICABLE
            work.low = np.where(rows, _rounded_leaf(leaf, low, work.bottom), work.low)
            work.high = np.where(rows, _rounded_leaf(leaf, high, work.bottom), work.high)
    work.clauses[(work.states == MISSING) | (work.states == REFUSED)] = NO_CLAUSE
    return LeafRows(work.low, work.high, work.states, work.clauses)


def _rounded_leaf(leaf: LeafOp, top: Ints, bottom: Ints | None) -> Ints:
    """Round the points of a sub-criterion, but not past its least or most points."""
    assert leaf.rounding is not None
    own: Any = 1 if bottom is None else bottom
    steps, quanta = rounded(top, leaf.share * own, leaf.rounding)
    reach, scale = steps * (leaf.rounding.up * leaf.share), leaf.rounding.down
    ends = leaf.whole
    quanta = np.where((top <= ends.high_exact * own) & (reach > ends.high_exact * scale), ends.high, quanta)
    return np.where((top >= leaf.floor * own) & (reach < leaf.floor * scale), ends.low, quanta)


def rounded(top: Ints, bottom: Any, rounding: RoundOp) -> tuple[Ints, Ints]:
    """Round ``top / bottom`` quanta by a mode; return the result in the rounding's own steps, and in quanta."""
    size = np.abs(top) * rounding.down
    unit = bottom * rounding.up
    whole = size // unit
    rest = size - whole * unit
    negative = np.asarray(top < 0, bool)
    upwards = np.asarray(_upwards(rounding, whole, 2 * rest, unit, negative), bool) & np.asarray(rest != 0, bool)
    whole = whole + upwards
    steps = np.where(negative, -whole, whole)
    return steps, half_up(steps * rounding.up, rounding.down)


def _upwards(rounding: RoundOp, whole: Ints, twice: Ints, unit: Any, negative: Mask) -> Any:
    match rounding.mode:
        case "half_up":
            return twice >= unit
        case "half_down":
            return twice > unit
        case "half_even":
            return (twice > unit) | ((twice == unit) & (whole % 2 == 1))
        case "down":
            return np.zeros(len(whole), bool)
        case "up":
            return np.ones(len(whole), bool)
        case "floor":
            return negative
        case "ceiling":
            return ~negative
