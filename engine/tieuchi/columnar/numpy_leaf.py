"""One sub-criterion over a block, the numpy road: routes, pieces, findings, rounding."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tieuchi.columnar.block import Block, Codes, Ints
from tieuchi.columnar.layout import DECLARED, MISSING, NOT_APPLICABLE
from tieuchi.columnar.limits import HALF
from tieuchi.columnar.numpy_exact import NO_CLAUSE, LeafRows, Mask, Work, after_findings, finished, half_up
from tieuchi.columnar.numpy_tests import NO, YES, all_hold, form_parts
from tieuchi.columnar.program import Ends, LeafOp, PieceOp, RouteOp


def score_leaf(leaf: LeafOp, block: Block, findings: Sequence[Codes]) -> LeafRows:
    """Score one sub-criterion for all rows of a block."""
    work = Work.empty(leaf, block)
    open_rows: Mask | None = None
    if leaf.applies:
        answer = all_hold(leaf.applies, block, findings)
        work.states[answer == NO] = NOT_APPLICABLE
        _lack(work, answer >= MISSING, answer, leaf.whole)
        work.opened = answer >= MISSING
        open_rows = answer == YES
    if leaf.declared >= 0:
        _declared(leaf, block, work, open_rows)
    else:
        _routes(leaf, block, findings, work, open_rows)
    if leaf.consequences:
        after_findings(leaf, block, findings, work)
    return finished(leaf, work)


def _lack(work: Work, where: Mask, states: Codes, ends: Ends) -> None:
    """Record a lack; what does not apply has no points at all."""
    rows = np.flatnonzero(where)
    if not len(rows):
        return
    found = states[rows]
    work.states[rows] = found
    applies = found != NOT_APPLICABLE
    low, high = (ends.low, ends.high) if work.plain else (ends.low_exact, ends.high_exact)
    if work.low is work.high:
        work.high = work.low.copy()
    kind = work.low.dtype
    work.low[rows] = np.array([0, low], kind)[applies.astype(np.int8)]
    work.high[rows] = np.array([0, high], kind)[applies.astype(np.int8)]
    work.clauses[rows] = NO_CLAUSE
    if work.bottom is not None:
        work.bottom[rows] = 1


def _declared(leaf: LeafOp, block: Block, work: Work, open_rows: Mask | None) -> None:
    up, down = leaf.declared_scale
    points = half_up(block.value(leaf.declared) * up, down)
    states = block.states[leaf.declared]
    there = np.ones(block.count, bool) if open_rows is None else open_rows
    given = there if states is None else there & (states == 0)
    factor = 1 if work.plain else leaf.share
    work.low[given] = work.high[given] = points[given] * factor
    work.states[given] = DECLARED
    if states is not None:
        _lack(work, there & (states != 0), np.full(block.count, MISSING, np.uint8), leaf.whole)


def _routes(leaf: LeafOp, block: Block, findings: Sequence[Codes], work: Work, open_rows: Mask | None) -> None:
    for route in leaf.routes:
        taken = open_rows
        if route.tests:
            answer = all_hold(route.tests, block, findings)
            if open_rows is not None:
                answer = np.where(open_rows, answer, np.uint8(NO))
            lacks = answer >= MISSING
            if lacks.any():
                _lack(work, lacks, answer, route.hull)
                if route.opens:
                    work.opened = lacks if work.opened is None else work.opened | lacks
            taken = answer == YES
            open_rows = answer == NO if open_rows is None else open_rows & (answer == NO)
        if taken is None or taken.any():
            _on_route(leaf, route, block, findings, work, taken)
        if not route.tests or not (open_rows is None or open_rows.any()):
            return


def _on_route(
    leaf: LeafOp, route: RouteOp, block: Block, findings: Sequence[Codes], work: Work, taken: Mask | None
) -> None:
    if route.kind == "not_applicable":
        work.put(taken, "states", NOT_APPLICABLE)
        work.put(taken, "clauses", route.clause)
    elif route.kind == "tally":
        _tally(route, block, findings, work, taken)
    elif route.form is None:
        piece = route.pieces[0]
        work.put_points(taken, piece.points if work.plain else piece.exact, route.clause)
    else:
        _measured(leaf, route, block, work, taken)


def _tally(route: RouteOp, block: Block, findings: Sequence[Codes], work: Work, taken: Mask | None) -> None:
    """Add up the parts that hold; parts that are not known leave the sum open."""
    low, high = block.zeros(), block.zeros()
    clauses = np.full(block.count, route.clause, np.int32)
    worst = np.zeros(block.count, np.uint8)
    for place, item in enumerate(route.items):
        answer = all_hold(item.tests, block, findings)
        holds = answer == YES
        worth = block.table([0, item.exact])
        low = low + worth[holds.astype(np.int8)]
        high = high + worth[(answer != NO).astype(np.int8)]
        clauses += holds.astype(np.int32) << place
        worst = np.maximum(worst, np.where(answer >= MISSING, answer, np.uint8(0)))
    if work.plain and work.share != 1:
        low, high = half_up(low, work.share), half_up(high, work.share)
    dropped = worst == NOT_APPLICABLE
    if dropped.any():
        low, high = np.where(dropped, 0, low), np.where(dropped, 0, high)
        clauses[dropped] = NO_CLAUSE
    work.put(taken, "low", low)
    work.put(taken, "high", high)
    work.put(taken, "states", worst)
    work.put(taken, "clauses", clauses)


def _measured(leaf: LeafOp, route: RouteOp, block: Block, work: Work, taken: Mask | None) -> None:
    """Find the piece of a value and its points."""
    assert route.form is not None
    above, below, lacks = form_parts(route.form, block)
    if route.kind == "relative":
        above, below, lacks = _relative(route, above, below, lacks, block)
    place: Any = np.zeros(block.count, np.int32)
    scaled = above if route.cuts == 1 else above * route.cuts
    for piece in route.pieces[1:]:
        start = piece.n * below
        place += (scaled > start) if piece.open else (scaled >= start)
    table = block.table([p.points if work.plain else p.exact for p in route.pieces])
    points = table[place]
    for at, piece in enumerate(route.pieces):
        if piece.kind != "constant":
            _moving(leaf, piece, np.flatnonzero(place == at), (above, below), points, work, taken)
    work.put_points(taken, points, place + route.clause)
    if lacks is not None and lacks.any():
        where = lacks != 0
        _lack(work, where if taken is None else where & taken, lacks, route.ends)


def _moving(  # noqa: PLR0913, PLR0917
    leaf: LeafOp,
    piece: PieceOp,
    rows: NDArray[np.intp],
    value: tuple[Ints, Any],
    points: Ints,
    work: Work,
    taken: Mask | None,
) -> None:
    """Put the points of a slope or a stair at the rows that stand on it."""
    if not len(rows):
        return
    above, below = value[0][rows], value[1] if isinstance(value[1], int) else value[1][rows]
    if piece.kind == "stair":
        first, origin, step = piece.stair
        top, bottom = above * first - below * origin, below * step
        steps = -(-top // bottom) if piece.started else top // bottom
        shares = piece.base + piece.rate * steps
        points[rows] = half_up(shares, leaf.share) if work.plain and leaf.share != 1 else shares
        return
    if work.plain and above.dtype != object and np.max(below) > leaf.fast:
        points[rows] = _halved_slope(leaf, piece, above, below)
        return
    shares = piece.base * below + piece.rate * above
    if work.plain:
        points[rows] = half_up(shares, leaf.share * below)
        return
    points[rows] = shares
    work.set_bottom(rows, below, taken)


def _halved_slope(leaf: LeafOp, piece: PieceOp, above: Ints, below: Any) -> Ints:
    """Return the points on a slope where the product needs more than 63 bits, multiplying in two halves."""
    rate, above = abs(piece.rate), above if piece.rate >= 0 else -above
    whole, rest = np.divmod(above * (rate >> HALF), below)
    more, rest = np.divmod(rest * (1 << HALF) + above * (rate & ((1 << HALF) - 1)), below)
    top = piece.base + whole * (1 << HALF) + more
    negative = top < 0
    top = np.where(negative, np.where(rest > 0, -top - 1, -top), top)
    rest = np.where(negative & (rest > 0), below - rest, rest)
    points, left = np.divmod(top, leaf.share)
    points = points + (2 * (left * below + rest) >= leaf.share * below)
    signed: Ints = np.where(negative, -points, points)
    return signed


def _relative(
    route: RouteOp, above: Ints, below: Any, lacks: Codes | None, block: Block
) -> tuple[Ints, Ints, Codes | None]:
    """Return a value set against the best of its group."""
    against = block.relatives[route.relative]
    if route.target is not None:
        top, bottom = route.target
        above = above * bottom - top * below
    elif route.swapped:
        above, below = below, above
    above, below, says = against.above * above, against.below * below, against.says
    if route.swapped:
        says = np.where((says == 0) & np.asarray(below <= 0, bool), np.uint8(MISSING), says)
    reckoned = says == 0
    above, below = np.where(reckoned, above, 0), np.where(reckoned, below, 1)
    own = np.where(says >= MISSING, says, np.uint8(0))
    return above, below, own if lacks is None else np.where(lacks != 0, lacks, own)
