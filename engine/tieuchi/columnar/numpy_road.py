"""The numpy road: a program over rows, chunk by chunk, in 64-bit integers or (wide) in Python integers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from tieuchi.columnar.block import Block, Codes, Multipliers, Rows, narrow_block
from tieuchi.columnar.layout import DECLARED, NOT_APPLICABLE
from tieuchi.columnar.numpy_exact import LeafRows
from tieuchi.columnar.numpy_leaf import score_leaf
from tieuchi.columnar.numpy_sums import SumRows, add_up
from tieuchi.columnar.numpy_tests import NO, all_hold
from tieuchi.columnar.program import Program
from tieuchi.columnar.result import Points

Part = slice | NDArray[np.intp]
CHUNK = 1 << 13
"""Rows at a time: what a sub-criterion works on stays in the cache."""


def score_narrow(program: Program, rows: Rows, relatives: Sequence[Multipliers], out: Points) -> None:
    """Score all rows in 64-bit integers. Rows that 64 bits can't hold come out wrong and are for ``wide`` to mend."""
    for start in range(0, rows.count, CHUNK):
        block = narrow_block(program.layout, rows, start, start + CHUNK, relatives)
        part = slice(start, start + block.count)
        findings = answers(program, block)
        leaves = [score_leaf(leaf, block, findings) for leaf in program.leaves]
        for place, found in enumerate(leaves):
            put_leaf(out, place, part, found)
        put_sums(out, part, add_up(program, leaves, block))


def answers(program: Program, block: Block) -> list[Codes]:
    """Return for each finding whether it holds, each after those it tests. What does not apply does not hold."""
    known: list[Codes] = []
    for tests in program.findings:
        answer = all_hold(tests, block, known)
        known.append(np.where(answer == NOT_APPLICABLE, np.uint8(NO), answer))
    return known


def put_leaf(out: Points, place: int, part: Part, found: LeafRows) -> None:
    """Put the points of one sub-criterion into the rows of a result."""
    where = (place, part)
    settled = (found.states == 0) | (found.states == DECLARED)
    out.points[where] = found.high if settled.all() else np.where(settled, found.high, 0)
    out.states[where] = found.states
    out.clauses[where] = found.clauses
    if out.low is not None and out.high is not None:
        out.low[where], out.high[where] = found.low, found.high


def put_sums(out: Points, part: Part, sums: Iterable[SumRows]) -> None:
    """Put all sums into the rows of a result."""
    for place, found in enumerate(sums):
        where = (place, part)
        out.sum_low[where], out.sum_high[where] = found.low, found.high
        out.sum_states[where] = found.states
        if out.most is not None:
            out.most[where] = found.most
