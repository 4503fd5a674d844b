"""Ranks and grades of many units, on exact totals: quanta decide where they can, fractions where they are near."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tieuchi.columnar.program import LeafOp, Program
from tieuchi.model.rulebook import Grades, Ranking

FINER = Fraction(1, 10**30)
"""Quanta of fine totals, as a part of the rulebook's own."""
Exact = Callable[[int], Fraction]
"""The exact total of the unit at a place."""


def doubt_of(program: Program) -> Fraction:
    """Return how far, at most, a total of quanta can be from the exact one, in quanta; 0 where it is the same.

    A sub-criterion is off by half a quantum at most, and only if some of its points are no whole quanta. A total that
    is rescaled multiplies that.
    """
    halves = sum(1 for leaf in program.leaves if _inexact(leaf))
    rescales = any(node.rescale for node in program.nodes)
    factor = max((node.most for node in program.nodes), default=1) if rescales else 1
    return Fraction(halves * factor, 2) + (len(program.nodes) * factor if rescales else 0)


def _inexact(leaf: LeafOp) -> bool:
    moving = any(piece.kind == "slope" for route in leaf.routes for piece in route.pieces)
    return moving or leaf.share != 1 or leaf.declared >= 0 or _unwhole(leaf)


def _unwhole(leaf: LeafOp) -> bool:
    return any(
        piece.kind == "constant" and piece.exact != piece.points * leaf.share for r in leaf.routes for piece in r.pieces
    )


@dataclass(frozen=True, slots=True)
class Ranked:
    """Ranks by unit, 0 where the total is not settled; ``compared`` units were near others and reckoned exactly."""

    ranks: NDArray[np.int64]
    compared: int


def near_places(
    totals: NDArray[np.int64], settled: NDArray[np.bool_], groups: NDArray[np.int64], doubt: Fraction
) -> NDArray[np.intp]:
    """Return the units whose total is so near another of their group that quanta can't tell them apart."""
    order = np.lexsort((totals, groups))
    order = order[settled[order]]
    if not doubt or len(order) < 2:
        return np.zeros(0, np.intp)
    close = (np.diff(totals[order]) <= int(2 * doubt)) & (np.diff(groups[order]) == 0)
    near = np.zeros(len(order), bool)
    near[1:] |= close
    near[:-1] |= close
    return np.sort(order[near])


def rank_units(  # noqa: PLR0913, PLR0917
    totals: NDArray[np.int64], settled: NDArray[np.bool_], groups: NDArray[np.int64], doubt: Fraction, exact: Exact,
    ranking: Ranking, fine: Mapping[int, int],
) -> Ranked:  # fmt: skip
    """Rank units within their groups, the highest total first; equal exact totals share a rank.

    Totals in quanta decide where they are further apart than they can be off. Those that are near are ordered by
    ``fine`` totals, and by ``exact`` ones where even these are near.
    """
    ranks = np.zeros(len(totals), np.int64)
    for group in np.unique(groups).tolist():
        places = np.flatnonzero((groups == group) & settled)
        order = places[np.argsort(-totals[places], kind="stable")]
        equal = np.zeros(len(order), bool)
        equal[1:] = totals[order[1:]] == totals[order[:-1]]
        if doubt and len(order):
            _settle_near(order, equal, totals, doubt, exact, fine)
        ranks[order] = _numbered(equal, ranking)
    return Ranked(ranks, len(fine))


def _numbered(equal: NDArray[np.bool_], ranking: Ranking) -> NDArray[np.int64]:
    if ranking.ties == "dense":
        return np.cumsum(~equal)
    return np.maximum.accumulate(np.where(equal, 0, np.arange(1, len(equal) + 1)))


def _settle_near(
    order: NDArray[np.intp], equal: NDArray[np.bool_], totals: NDArray[np.int64], doubt: Fraction, exact: Exact,
    fine: Mapping[int, int],
) -> None:  # fmt: skip
    """Put runs of near totals in exact order, in place, and say which equal the one before them."""
    near = np.zeros(len(order), bool)
    near[1:] = totals[order[:-1]] - totals[order[1:]] <= int(2 * doubt)
    starts = np.flatnonzero(~near)
    for start, end in zip(starts.tolist(), [*starts[1:].tolist(), len(order)], strict=True):
        if end - start > 1:
            run, same = _exact_order(order[start:end].tolist(), doubt, exact, fine)
            order[start:end], equal[start:end] = run, same


def _exact_order(
    places: list[int], doubt: Fraction, exact: Exact, fine: Mapping[int, int]
) -> tuple[list[int], list[bool]]:
    """Return places by exact total, the highest first, and which of them equal the one before."""
    places = sorted(places, key=lambda place: (-fine[place], place))
    reach = int(2 * doubt)
    result: list[int] = []
    same: list[bool] = []
    run: list[int] = []
    for place in [*places, -1]:
        if run and (place < 0 or fine[run[-1]] - fine[place] > reach):
            values = {p: exact(p) for p in run} if len(run) > 1 else {run[0]: Fraction(0)}
            run.sort(key=lambda p: (-values[p], p))
            result += run
            same += [False, *(values[a] == values[b] for a, b in pairwise(run))]
            run = []
        run.append(place)
    return result, same


def grade_units(
    program: Program, grades: Grades | None, sums: Mapping[str, Any], doubt: Fraction, exact: Exact
) -> list[str | None]:
    """Return the grade of each settled unit, None for others. ``sums``: ``total``, ``settled`` and ``most`` by unit."""
    total, settled, most = sums["total"], sums["settled"], sums["most"]
    result: list[str | None] = [None] * len(total)
    if grades is None:
        return result
    quantum = program.quantum
    for place in np.flatnonzero(settled).tolist():
        divisor = int(most[place]) * program.most_unit if grades.by == "rate" else Fraction(1)
        value = int(total[place]) * quantum
        for grade in grades.classes:
            if grade.at_least is None:
                break
            cut = grade.at_least * divisor
            if abs(value - cut) <= doubt * quantum and doubt:
                value = exact(place)
            if value >= cut:
                break
        result[place] = grade.grade
    return result
