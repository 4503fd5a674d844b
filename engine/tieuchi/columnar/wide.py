"""The wide path: cells that 64 bits can't hold, scored again where they came out wrong, and counted."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tieuchi.columnar.best import Best, factor_tables
from tieuchi.columnar.block import Rows
from tieuchi.columnar.encode import code_of
from tieuchi.columnar.limits import any_word
from tieuchi.columnar.numpy_machine import CHUNK, Factors, score_narrow, score_places
from tieuchi.columnar.program import LeafOp, Program
from tieuchi.columnar.result import Points

WORD = 64
DENSE = 4
"""If one row in so many is to be scored again, all are: that costs less than taking them out and putting them back."""
_ARRAYS = ("points", "states", "clauses", "low", "high", "sum_low", "sum_high", "sum_states", "most", "near")


def mend(
    program: Program, rows: Rows, factors: tuple[Factors, Factors], out: Points, bits: Sequence[int], *, held: bool
) -> None:
    """Count every cell that may have overflowed, and score it again with the sums above it if it did.

    Args:
        program: The rulebook.
        rows: All rows.
        factors: Of group-relative values, as they are and as 64-bit integers.
        out: Their scores.
        bits: Those that the figures of each column need, at most.
        held: Whether the road that was taken holds what ``any_word`` says.
    """
    wide, narrow = factors
    words, objects = np.zeros(rows.count, bool), np.zeros(rows.count, bool)
    out.wide_by_id = {}
    for leaf, sure, limit in zip(program.leaves, _any_words(program), _limits(program, wide), strict=True):
        concerned = [slot for slot in leaf.slots if bits[slot] > limit]
        always, over = leaf.bits < 0, None
        if always:
            over = np.ones(rows.count, bool)
        elif concerned:
            over = _rows_over(program, rows, concerned, limit)
        if over is not None and over.any():
            out.wide_by_id[leaf.id] = int(np.count_nonzero(over))
            words |= over
            objects |= _exact_rows(program, rows, leaf) if sure and not always else over
    if program.wide_sums:
        out.wide_by_id |= {node.id: rows.count for node in program.nodes}
        objects[:] = True
    out.wide = sum(out.wide_by_id.values())
    program.made["mostly wide"] = DENSE * int(np.count_nonzero(words & ~objects)) > rows.count
    if not held and program.made["mostly wide"]:
        score_narrow(program, code_of(program), rows, narrow, out)
    elif not held:
        _again(program, rows, words & ~objects, narrow, out, wide=False)
    _again(program, rows, objects, wide, out, wide=True)


def _any_words(program: Program) -> list[bool]:
    """Say for each sub-criterion whether 64-bit integers and floats together hold it; see ``limits.any_word``."""
    if "any word" not in program.made:
        program.made["any word"] = [any_word(leaf, program.findings) for leaf in program.leaves]
    found: list[bool] = program.made["any word"]
    return found


def _limits(program: Program, factors: Factors) -> list[int]:
    """Return how many bits the figures of each sub-criterion may need."""
    limits = [leaf.bits for leaf in program.leaves]
    for op, (above, below, _) in zip(program.relatives, factors, strict=bool(factors)):
        widest = max(map(abs, (*above, *below)), default=1).bit_length()
        limits[op.leaf] = min(limits[op.leaf], program.leaves[op.leaf].bits - widest)
    return limits


def _again(
    program: Program, rows: Rows, which: NDArray[np.bool_], factors: Factors, out: Points, *, wide: bool
) -> None:
    """Score some rows again."""
    places = which.nonzero()[0]
    for start in range(0, len(places), CHUNK):
        own = places[start : start + CHUNK]
        ranges = out.low is not None
        _put(score_places(program, rows, own, factors, wide=wide, ranges=ranges), own, out)


def _put(found: Points, places: NDArray[np.intp], out: Points) -> None:
    """Put scores of some rows in their places of a result."""
    for name in _ARRAYS:
        into = getattr(out, name)
        if into is not None:
            into[:, places] = getattr(found, name)


def _rows_over(program: Program, rows: Rows, slots: Sequence[int], limit: int) -> NDArray[np.bool_]:
    """Say in which rows one of some columns passes a limit of bits."""
    over = np.zeros(rows.count, bool)
    for place in slots:
        slot = program.layout.slots[place]
        values = rows.numbers(slot)
        if limit <= 0:
            over[:] = True
        elif limit < 8 * values.dtype.itemsize:
            over |= values >= 1 << limit
            over |= values < -(1 << limit)
        over[list(rows.columns[slot.name].exact)] = True
    return over


def _exact_rows(program: Program, rows: Rows, leaf: LeafOp) -> NDArray[np.bool_]:
    """Say in which rows some figure of a sub-criterion is no 64-bit integer."""
    found = np.zeros(rows.count, bool)
    for place in leaf.slots:
        found[list(rows.columns[program.layout.slots[place].name].exact)] = True
    return found


def wide_totals(program: Program, rows: Rows, places: NDArray[np.intp], best: Best | None) -> list[int]:
    """Return the most of the total of some rows, reckoned in Python integers only."""
    factors = factor_tables(program, best or (), rows.group_count)
    totals: list[int] = []
    for start in range(0, len(places), CHUNK):
        own = places[start : start + CHUNK]
        totals += score_places(program, rows, own, factors, wide=True).sum_high[-1].tolist()
    return totals
