"""Sums over a block, the numpy road: criteria, fields, blocks and the total, as intervals while something lacks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tieuchi.columnar.block import Block, Codes, Ints
from tieuchi.columnar.layout import DECLARED, MISSING, NOT_APPLICABLE, REFUSED
from tieuchi.columnar.numpy_exact import LeafRows, half_up, rounded
from tieuchi.columnar.program import LeafOp, NodeOp, Program

APPLIES, LACKS, REFUSES, SCORED = 1, 2, 4, 8
"""What a sum knows of its parts: some apply, some lack readings, some were refused, some are not declared."""
_FLAGS = np.array([APPLIES | SCORED, APPLIES, APPLIES | LACKS, APPLIES | REFUSES, 0], np.uint8)
"""What one part adds, by its state."""


def _states_by_flags() -> Codes:
    states = np.zeros(16, np.uint8)
    for flags in range(16):
        if not flags & APPLIES:
            states[flags] = NOT_APPLICABLE
        elif flags & LACKS:
            states[flags] = MISSING
        elif flags & REFUSES:
            states[flags] = REFUSED
        elif not flags & SCORED:
            states[flags] = DECLARED
    return states


STATE_OF_FLAGS = _states_by_flags()


@dataclass(slots=True)
class SumRows:
    """One sum for all rows of a block: ``low / bottom`` to ``high / bottom`` until it is settled, then quanta.

    ``most`` counts only parts that apply, in units of ``Program.most_unit``.
    """

    low: Ints
    high: Ints
    most: NDArray[np.int64]
    flags: Codes
    states: Codes
    bottom: Any = 1

    def add(self, low: Ints, high: Ints, most: Any, states: Codes) -> None:
        """Add one part; what does not apply adds nothing."""
        self.low = self.low + low
        self.high = self.high + high
        self.most = self.most + np.where(states != NOT_APPLICABLE, most, 0)
        self.flags = self.flags | _FLAGS[states]


def add_up(program: Program, leaves: Sequence[LeafRows], block: Block) -> list[SumRows]:
    """Return all sums, in the order of the program's nodes."""
    sums = [_nothing(block) for _ in program.nodes]
    for op, rows in zip(program.leaves, leaves, strict=True):
        _add_leaf(sums[op.node], op, rows)
    total = len(sums) - 1
    aside: list[SumRows] = []
    for place, node in enumerate(program.nodes):
        own = sums[place]
        if place == total:
            for part in aside:
                own.flags = own.flags | (part.flags & np.uint8(LACKS | REFUSES))
        _close(node, own)
        if place == total:
            _add_blocks(own, aside)
        own.low, own.high = (_settled(program, node, end, own) for end in (own.low, own.high))
        if node.block:
            _make_block(node, own)
        if node.block and node.parent == total:
            aside.append(own)
        elif place != total:
            sums[node.parent].add(own.low, own.high, own.most, own.states)
    return sums


def _nothing(block: Block) -> SumRows:
    flags = np.zeros(block.count, np.uint8)
    return SumRows(block.zeros(), block.zeros(), np.zeros(block.count, np.int64), flags, flags)


def _add_leaf(into: SumRows, op: LeafOp, rows: LeafRows) -> None:
    into.add(rows.low, rows.high, op.most, rows.states)


def _close(node: NodeOp, own: SumRows) -> None:
    """Tell the state, and bring the points of the parts that apply back to the whole maximum where the rule says so."""
    own.states = STATE_OF_FLAGS[own.flags]
    empty = own.states == NOT_APPLICABLE
    if node.rescale:
        short = (own.most != node.most) & ~empty
        if short.any():
            factor = np.where(short, node.most, 1)
            own.low, own.high, own.bottom = own.low * factor, own.high * factor, np.where(short, own.most, 1)
        own.most = np.full_like(own.most, node.most)
    own.most = np.where(empty, node.most, own.most)


def _settled(program: Program, node: NodeOp, top: Ints, own: SumRows) -> Ints:
    """Return a sum in quanta, rounded by the rule where there is one, but not past its maximum."""
    if node.rounding is None:
        return half_up(top, own.bottom)
    steps, quanta = rounded(top, own.bottom, node.rounding)
    unit, parts = (program.most_unit / program.quantum).as_integer_ratio()
    most = own.most * unit
    past = (top * parts <= most * own.bottom) & (steps * (node.rounding.up * parts) > most * node.rounding.down)
    return np.where(past, half_up(most, parts), quanta)


def _make_block(node: NodeOp, own: SumRows) -> None:
    """Turn a sum into what its block adds to the total or takes off."""
    own.states = np.where(own.states == NOT_APPLICABLE, np.uint8(0), own.states)
    if node.at_most is not None:
        own.low, own.high = np.minimum(own.low, node.at_most), np.minimum(own.high, node.at_most)
    if node.block == "penalty":
        own.low, own.high = -own.high, -own.low


def _add_blocks(total: SumRows, aside: Sequence[SumRows]) -> None:
    """Add bonus and penalty blocks to the total, unless nothing else applies."""
    there = total.states != NOT_APPLICABLE
    for block in aside:
        total.low = total.low + np.where(there, block.low, 0) * total.bottom
        total.high = total.high + np.where(there, block.high, 0) * total.bottom
