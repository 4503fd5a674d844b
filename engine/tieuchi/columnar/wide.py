"""The wide path: cells that 64 bits can't hold, scored again in Python integers, and counted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tieuchi.columnar.block import Multipliers, Rows, wide_block
from tieuchi.columnar.numpy_leaf import score_leaf
from tieuchi.columnar.numpy_road import answers, put_leaf, put_sums
from tieuchi.columnar.numpy_sums import add_up
from tieuchi.columnar.program import Program
from tieuchi.columnar.result import Points

_CHUNK = 1 << 14
WORD = 64


def column_bits(rows: Rows, program: Program) -> list[int]:
    """Return how many bits the figures of each column need; 64 where some cell is no 64-bit integer."""
    bits = []
    for slot in program.layout.slots:
        column = rows.columns[slot.name]
        values = column.below if slot.below else column.values
        assert values is not None
        if column.exact:
            bits.append(WORD)
        elif values.dtype.itemsize < np.dtype(np.int64).itemsize or not len(values):
            bits.append(8 * values.dtype.itemsize)
        else:
            bits.append(
                max((~int(values.min())).bit_length() if values.min() < 0 else 0, int(values.max()).bit_length())
            )
    return bits


def mend(
    program: Program, rows: Rows, relatives: Sequence[Multipliers], relative_bits: Sequence[int], out: Points,
    bits: Sequence[int],
) -> None:  # fmt: skip
    """Score again, in Python integers, every cell that may have overflowed, and the sums above it."""
    over: dict[int, list[int]] = defaultdict(list)
    for place, leaf in enumerate(program.leaves):
        taken = max((relative_bits[route.relative] for route in leaf.routes if route.relative >= 0), default=0)
        limit = leaf.bits - taken
        concerned = [slot for slot in leaf.slots if bits[slot] > limit]
        if not concerned:
            continue
        found = _rows_over(program, rows, concerned, limit)
        for row in found.tolist():
            over[row].append(place)
        if len(found):
            out.wide_by_leaf[program.leaves[place].id] = len(found)
    out.wide = sum(out.wide_by_leaf.values())
    places = np.array(sorted(over), np.intp)
    for start in range(0, len(places), _CHUNK):
        _mend_rows(program, rows, places[start : start + _CHUNK], relatives, out)


def _rows_over(program: Program, rows: Rows, slots: Sequence[int], limit: int) -> NDArray[np.intp]:
    """Return the rows in which one of some columns passes a limit of bits."""
    wide = np.zeros(rows.count, bool)
    for place in slots:
        slot = program.layout.slots[place]
        column = rows.columns[slot.name]
        values = column.below if slot.below else column.values
        assert values is not None
        if limit <= 0:
            wide[:] = True
        elif limit < 8 * values.dtype.itemsize:
            wide |= (values >> limit != 0) & (values >> limit != -1)
        wide[list(column.exact)] = True
    return np.flatnonzero(wide)


def _mend_rows(
    program: Program, rows: Rows, places: NDArray[np.intp], relatives: Sequence[Multipliers], out: Points
) -> None:
    block = wide_block(program.layout, rows, places, relatives)
    findings = answers(program, block)
    leaves = [score_leaf(leaf, block, findings) for leaf in program.leaves]
    for place, found in enumerate(leaves):
        put_leaf(out, place, places, found)
    put_sums(out, places, add_up(program, leaves, block))


def wide_totals(program: Program, rows: Rows, places: NDArray[np.intp], relatives: Sequence[Multipliers]) -> list[int]:
    """Return the most of the total of some rows, reckoned in Python integers only."""
    totals: list[int] = []
    for start in range(0, len(places), _CHUNK):
        block = wide_block(program.layout, rows, places[start : start + _CHUNK], relatives)
        findings = answers(program, block)
        leaves = [score_leaf(leaf, block, findings) for leaf in program.leaves]
        totals += add_up(program, leaves, block)[-1].high.tolist()
    return totals
