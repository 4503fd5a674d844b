"""The wide path: cells that 64 bits can't hold, scored again in Python integers, and counted."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tieuchi.columnar.best import Best, factor_tables
from tieuchi.columnar.block import Rows
from tieuchi.columnar.code import Code
from tieuchi.columnar.encode import code_of
from tieuchi.columnar.numpy_machine import Factors, score_wide
from tieuchi.columnar.program import Program
from tieuchi.columnar.result import Points

_CHUNK = 1 << 14
WORD = 64
_ARRAYS = ("points", "states", "clauses", "low", "high", "sum_low", "sum_high", "sum_states", "most", "near")


def mend(program: Program, code: Code, rows: Rows, factors: Factors, out: Points, bits: Sequence[int]) -> None:
    """Score again, in Python integers, every cell that may have overflowed, and the sums above it.

    ``bits`` are those that the figures of each column need.
    """
    widest = [max(map(abs, (*above, *below)), default=1).bit_length() for above, below, _ in factors]
    over: dict[int, None] = {}
    out.wide, out.wide_by_leaf = 0, {}
    for leaf in program.leaves:
        taken = max((widest[route.relative] for route in leaf.routes if route.relative >= 0), default=0)
        limit = leaf.bits - taken
        concerned = [slot for slot in leaf.slots if bits[slot] > limit]
        found = _rows_over(program, rows, concerned, limit) if concerned else ()
        if len(found):
            over |= dict.fromkeys(found.tolist())  # type: ignore[union-attr]
            out.wide_by_leaf[leaf.id] = len(found)
    out.wide = sum(out.wide_by_leaf.values())
    places = np.array(sorted(over), np.intp)
    for start in range(0, len(places), _CHUNK):
        own = places[start : start + _CHUNK]
        _put(score_wide(program, code, rows, own, factors), own, out)


def _put(found: Points, places: NDArray[np.intp], out: Points) -> None:
    """Put scores of some rows in their places of a result."""
    for name in _ARRAYS:
        into = getattr(out, name)
        if into is not None:
            into[:, places] = getattr(found, name)


def _rows_over(program: Program, rows: Rows, slots: Sequence[int], limit: int) -> NDArray[np.intp]:
    """Return the rows in which one of some columns passes a limit of bits."""
    wide = np.zeros(rows.count, bool)
    for place in slots:
        slot = program.layout.slots[place]
        values = rows.numbers(slot)
        if limit <= 0:
            wide[:] = True
        elif limit < 8 * values.dtype.itemsize:
            wide |= (values >> limit != 0) & (values >> limit != -1)
        wide[list(rows.columns[slot.name].exact)] = True
    return np.flatnonzero(wide)


def wide_totals(program: Program, rows: Rows, places: NDArray[np.intp], best: Best | None) -> list[int]:
    """Return the most of the total of some rows, reckoned in Python integers only."""
    code, factors = code_of(program), factor_tables(program, best or (), rows.group_count)
    totals: list[int] = []
    for start in range(0, len(places), _CHUNK):
        own = places[start : start + _CHUNK]
        totals += score_wide(program, code, rows, own, factors).sum_high[-1].tolist()
    return totals
