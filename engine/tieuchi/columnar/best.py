"""What group-relative scales compare with: the best exact value of each group, found in a pass of its own."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import gcd
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tieuchi.columnar.block import Multipliers, Rows, narrow_block, wide_block
from tieuchi.columnar.layout import MISSING
from tieuchi.columnar.limits import TOTAL_BITS, form_peaks
from tieuchi.columnar.numpy_tests import form_parts
from tieuchi.columnar.program import Program, RelativeOp

Best = tuple[dict[int, Fraction], ...]
"""For each group-relative value of a program, the best by group; a group without any value is not there."""

_CHUNK = 1 << 16


def best_values(program: Program, rows: Rows, before: Best | None = None) -> Best:
    """Return the best value of each group, also among those found ``before`` in other parts of a table."""
    found: Best = before or tuple({} for _ in program.relatives)
    for op, best in zip(program.relatives, found, strict=True):
        unsafe = unsafe_rows(op, program, rows)
        for start in range(0, rows.count, _CHUNK):
            block = narrow_block(program.layout, rows, start, start + _CHUNK, ())
            above, below, lacks = form_parts(op.form, block)
            there = ~unsafe[start : start + block.count]
            if lacks is not None:
                there &= lacks == 0
            places = np.flatnonzero(there)
            bottoms = np.full(len(places), below) if isinstance(below, int) else below[places]
            groups = None if rows.groups is None else rows.groups[start : start + block.count][places]
            _keep_best(op, above[places], bottoms, groups, best)
        places = np.flatnonzero(unsafe)
        if len(places):
            block = wide_block(program.layout, rows, places, ())
            above, below, lacks = form_parts(op.form, block)
            kept = np.arange(len(places)) if lacks is None else np.flatnonzero(lacks == 0)
            bottoms = np.full(len(kept), below, object) if isinstance(below, int) else below[kept]
            groups = None if rows.groups is None else rows.groups[places][kept]
            _keep_best(op, above[kept], bottoms, groups, best)
    return found


def unsafe_rows(op: RelativeOp, program: Program, rows: Rows) -> NDArray[np.bool_]:
    """Return the rows whose value 64 bits can't hold."""
    limit = 1 << max(TOTAL_BITS - 1 - max(form_peaks(op.form)).bit_length(), 0)
    unsafe = np.zeros(rows.count, bool)
    for place in {place for place, _ in (*op.form.above, *op.form.below)}:
        slot = program.layout.slots[place]
        column = rows.columns[slot.name]
        values = column.below if slot.below else column.values
        assert values is not None
        if values.dtype.itemsize == np.dtype(np.int64).itemsize:
            unsafe |= (values >= limit) | (values < -limit)
        unsafe[list(column.exact)] = True
    return unsafe


def _keep_best(
    op: RelativeOp, above: Any, below: Any, groups: NDArray[np.int64] | None, best: dict[int, Fraction]
) -> None:
    """Compare candidates exactly; a quotient of floats only sorts out what is far from the best."""
    if not len(above):
        return
    sign = 1 if op.best == "largest" else -1
    rough = sign * (above.astype(float) / below.astype(float))
    order = np.zeros(len(above), np.int64) if groups is None else groups
    tops = np.full(int(order.max()) + 1, -np.inf)
    np.maximum.at(tops, order, rough)
    slack = np.abs(tops) * 1e-12 + 1e-300
    near = np.flatnonzero(rough >= (tops - slack)[order])
    for group, top, bottom in set(zip(order[near].tolist(), above[near].tolist(), below[near].tolist(), strict=True)):
        value = Fraction(top) / Fraction(bottom)
        known = best.get(group)
        if known is None or sign * value > sign * known:
            best[group] = value


def multipliers(program: Program, best: Best, rows: Rows) -> tuple[Sequence[Multipliers], list[int]]:
    """Return for each group-relative value what its rows are multiplied with, and the bits that takes."""
    result, bits = [], []
    for op, found in zip(program.relatives, best, strict=True):
        table = [_multiplier(op, found.get(group)) for group in range(rows.group_count)]
        widest = max((max(abs(above), abs(below)) for above, below, _ in table), default=1)
        bits.append(widest.bit_length())
        kind: Any = np.int64 if widest.bit_length() < TOTAL_BITS else object
        groups = np.zeros(rows.count, np.int64) if rows.groups is None else rows.groups
        above, below = (np.array([row[side] for row in table], kind)[groups] for side in (0, 1))
        result.append(Multipliers(above, below, np.array([row[2] for row in table], np.uint8)[groups]))
    return result, bits


def _multiplier(op: RelativeOp, best: Fraction | None) -> tuple[int, int, int]:
    """Return what numerator and denominator are multiplied with; see ``Multipliers.says``."""
    if best is None:
        return 0, 1, MISSING
    top, bottom = best.as_integer_ratio()
    if op.target is not None:
        excess = top * op.target[1] - op.target[0] * bottom
        shared = gcd(excess, bottom) or 1
        return (bottom // shared, excess // shared, 0) if excess > 0 else (0, 1, 1)
    if op.best == "smallest":
        return top, bottom, 0
    return (bottom, top, 0) if top > 0 else (0, 1, MISSING)
