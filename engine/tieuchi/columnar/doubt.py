"""How far a sum of quanta can be from the exact one: whether quanta leave it in doubt which way it is rounded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from math import ceil

from tieuchi.columnar.program import LeafOp, NodeOp, Program

HALF = Fraction(1, 2)
ZERO = Fraction(0)


def with_doubts(nodes: Sequence[NodeOp], leaves: Sequence[LeafOp], unit: Fraction) -> tuple[NodeOp, ...]:
    """Return the sums of a program, each that is rounded knowing its doubt; ``unit`` is that of maxima, in quanta."""
    before, _ = _doubts(nodes, leaves, unit)
    return tuple(
        replace(node, doubt=ceil(doubt)) if node.rounding else node for node, doubt in zip(nodes, before, strict=True)
    )


def doubt_of(program: Program) -> Fraction:
    """Return how far, at most, a total can be from the exact one, in quanta; 0 where it is the same.

    That holds for units of which no sum is near a place of rounding; see ``Points.near``.
    """
    return _doubts(program.nodes, program.leaves, program.most_unit / program.quantum)[1][-1]


def _doubts(nodes: Sequence[NodeOp], leaves: Sequence[LeafOp], unit: Fraction) -> tuple[list[Fraction], list[Fraction]]:
    """Return the doubts of all sums, before they are rescaled and rounded, and after."""
    before = [ZERO] * len(nodes)
    smallest = [node.most for node in nodes]
    for leaf in leaves:
        before[leaf.node] += HALF if _inexact(leaf) else ZERO
        smallest[leaf.node] = min(smallest[leaf.node], leaf.most)
    after: list[Fraction] = []
    for place, node in enumerate(nodes):
        after.append(_after(node, before[place], smallest[place], unit))
        if node.parent >= 0:
            before[node.parent] += after[-1]
            if not node.block:
                smallest[node.parent] = min(smallest[node.parent], node.most)
    return before, after


def _after(node: NodeOp, doubt: Fraction, smallest: int, unit: Fraction) -> Fraction:
    if node.rescale:
        doubt = doubt * max(Fraction(node.most, smallest), Fraction(1)) + HALF
    if node.rounding is not None:
        whole = node.rounding.down == 1 and unit.denominator == 1
        doubt = ZERO if whole else HALF
    return doubt + HALF if node.at_most is not None else doubt


def _inexact(leaf: LeafOp) -> bool:
    """Say whether some points of a sub-criterion are no whole quanta; they are off by half a quantum then, at most."""
    moving = any(piece.kind == "slope" for route in leaf.routes for piece in route.pieces)
    return moving or leaf.share != 1 or leaf.declared >= 0 or _unwhole(leaf)


def _unwhole(leaf: LeafOp) -> bool:
    return any(
        piece.kind == "constant" and piece.exact != piece.points * leaf.share for r in leaf.routes for piece in r.pieces
    )
