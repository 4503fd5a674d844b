"""How far a sum of quanta can be from the exact one: whether quanta leave it in doubt which way it is rounded."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import ceil

from tieuchi.columnar.program import LeafOp, NodeOp, Program

HALF = Fraction(1, 2)
ZERO = Fraction(0)


def with_doubts(nodes: Sequence[NodeOp], leaves: Sequence[LeafOp], unit: Fraction) -> tuple[NodeOp, ...]:
    """Return the sums of a program, each that is rounded knowing its doubt; ``unit`` is that of maxima, in quanta."""
    before, _ = _doubts(nodes, leaves, unit)
    return tuple(
        node._replace(doubt=ceil(doubt)) if node.rounding else node for node, doubt in zip(nodes, before, strict=True)
    )


def doubt_of(program: Program) -> Fraction:
    """Return how far, at most, a total can be from the exact one, in quanta; 0 where it is the same.

    That holds for units of which no sum is near a place of rounding; see ``Points.near``.
    """
    return doubts_of(program)[-1]


def doubts_of(program: Program) -> list[Fraction]:
    """Return the same of all sums."""
    return _doubts(program.nodes, program.leaves, program.most_unit / program.quantum)[1]


def _doubts(nodes: Sequence[NodeOp], leaves: Sequence[LeafOp], unit: Fraction) -> tuple[list[Fraction], list[Fraction]]:
    """Return the doubts of all sums, before they are rescaled and rounded, and after."""
    off = [0] * len(nodes)
    for leaf in leaves:
        off[leaf.node] += leaf.inexact
    before = [count * HALF for count in off]
    after: list[Fraction] = []
    for place, node in enumerate(nodes):
        after.append(_after(node, before[place], unit))
        if node.parent >= 0:
            before[node.parent] += after[-1]
    return before, after


def _after(node: NodeOp, doubt: Fraction, unit: Fraction) -> Fraction:
    if node.rescale:
        doubt = doubt * Fraction(node.most, node.least) + HALF
    if node.rounding is not None:
        whole = node.rounding.down == 1 and unit.denominator == 1
        doubt = ZERO if whole else HALF
    return doubt + HALF if node.limit[1] != 1 else doubt
