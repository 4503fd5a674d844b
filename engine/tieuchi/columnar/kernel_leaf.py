"""Compiled: one sub-criterion over a block, from tests to points, state and clause."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from tieuchi.columnar.flat import Consequence, Leaf, Route
from tieuchi.columnar.kernel_points import half_up_one, moving, pieces, steps_of, tally
from tieuchi.columnar.kernel_tests import COMPILED, value

_L_SHARE, _L_LOW, _L_HIGH, _L_FLOOR = int(Leaf.SHARE), int(Leaf.LOW), int(Leaf.HIGH), int(Leaf.FLOOR)
_L_ROUTES, _L_ROUTES_END, _L_PLAIN = int(Leaf.ROUTES), int(Leaf.ROUTES_END), int(Leaf.PLAIN)
_L_FAST = int(Leaf.FAST)
_L_APPLIES, _L_DECLARED = int(Leaf.APPLIES), int(Leaf.DECLARED)
_L_UP, _L_DOWN, _L_TAKEN, _L_TAKEN_END = (
    int(Leaf.UP),
    int(Leaf.DOWN),
    int(Leaf.CONSEQUENCES),
    int(Leaf.CONSEQUENCES_END),
)
_L_MODE, _L_ROUND_UP, _L_ROUND_DOWN = int(Leaf.MODE), int(Leaf.ROUND_UP), int(Leaf.ROUND_DOWN)
_R_KIND, _R_GROUP, _R_CLAUSE = int(Route.KIND), int(Route.GROUP), int(Route.CLAUSE)
_R_LOW, _R_HIGH, _R_HULL_LOW, _R_HULL_HIGH = int(Route.LOW), int(Route.HIGH), int(Route.HULL_LOW), int(Route.HULL_HIGH)
_R_OPENS = int(Route.OPENS)
_R_PIECES, _R_FORM, _R_RELATIVE = int(Route.PIECES), int(Route.FORM), int(Route.RELATIVE)
_R_SWAPPED, _R_AIMED, _R_TOP, _R_BOTTOM = (
    int(Route.SWAPPED),
    int(Route.AIMED),
    int(Route.TARGET_TOP),
    int(Route.TARGET_BOTTOM),
)
_C_FINDING, _C_CLAUSE, _C_LIMITS, _C_LIMIT, _C_DEDUCT, _C_SLOT = (int(c) for c in Consequence)
_P_POINTS = 3
CONSTANT, FORM, TALLY, RELATIVE, GONE = range(5)
SCRATCH = 20
"""Rows of scratch that a block needs."""


@njit(**COMPILED)
def fill(out: Any, number: int) -> None:
    """Write one number for every unit."""
    for j in range(len(out)):
        out[j] = number


@njit(**COMPILED)
def put_where(take: Any, new: Any, old: Any) -> None:
    """Write new numbers where they are taken; by a mask, for a choice of two loads would make no vectors."""
    for j in range(len(old)):
        old[j] ^= (old[j] ^ new[j]) & -np.int64(take[j] == 1)


@njit(**COMPILED)
def end_where(lack: Any, out: Any, points: int) -> None:
    """Write an end of the points that a lack leaves; none for what does not apply."""
    for j in range(len(out)):
        out[j] = (0 if lack[j] == 4 else points) if lack[j] > 1 else out[j]


@njit(**COMPILED)
def lack_of(lack: Any, low: Any, high: Any, state: Any, clause: Any, least: int, most: int) -> None:
    """Write what a lack leaves where there is one: the state, and the least and most points it can still be.

    One array a loop: with more the compiler can't tell that they don't overlap, and makes no vectors.
    """
    end_where(lack, low, least)
    end_where(lack, high, most)
    for j in range(len(lack)):
        state[j] ^= (state[j] ^ lack[j]) & -np.int64(lack[j] > 1)
    for j in range(len(lack)):
        clause[j] = -1 if lack[j] > 1 else clause[j]


@njit(**COMPILED)
def against_best(
    route: Any, factors: Any, says: Any, start: int, same: int, above: Any, below: Any, lack: Any, lacks: bool
) -> None:
    """Set a value against the best of its group, in place; always leaves ``below`` and ``lack`` written."""
    n = len(above)
    if same > 0:
        for j in range(n):
            below[j] = same
    if not lacks:
        for j in range(n):
            lack[j] = 0
    place = route[_R_RELATIVE]
    up, down = factors[place, 0, start : start + n], factors[place, 1, start : start + n]
    words = says[place, start : start + n]
    top, bottom = route[_R_TOP], route[_R_BOTTOM]
    for j in range(n):
        a, b = above[j], below[j]
        if route[_R_AIMED]:
            a = a * bottom - top * b
        elif route[_R_SWAPPED]:
            a, b = b, a
        a, b = a * up[j], b * down[j]
        word = np.int64(words[j])
        word = 2 if word == 0 and b <= 0 else word
        above[j] = a if word == 0 else 0
        below[j] = b if word == 0 else 1
        lack[j] = word if word > 1 and lack[j] == 0 else lack[j]


@njit(**COMPILED)
def on_route(
    t: Any, r: int, share: int, plain: bool, fast: int, data: Any, cells: Any, lacking: Any, answers: Any, factors: Any,
    says: Any, start: int, s: Any, o: int,
) -> tuple[bool, bool]:  # fmt: skip
    """Write what a route gives to every unit into rows ``o`` to ``o + 4``; tell if it wrote states, denominators.

    ``high`` is written only where states are.
    """
    route = t.routes[r]
    n = s.shape[1]
    low, high, state, clause, bottom = s[o], s[o + 1], s[o + 2], s[o + 3], s[o + 4]
    kind = route[_R_KIND]
    if kind == TALLY:
        tally(t, r, share, plain, answers, low, high, state, clause)
        return True, False
    if kind == GONE or kind == CONSTANT:
        points = t.pieces[route[_R_PIECES], _P_POINTS] if kind == CONSTANT else 0
        fill(low, points)
        fill(high, points)
        fill(clause, route[_R_CLAUSE])
        fill(state, 4 if kind == GONE else 0)
        return kind == GONE, False
    above, below, lack = s[0], s[1], s[2]
    lacks, same = value(t, route[_R_FORM], data, cells, lacking, above, below, lack)
    if kind == RELATIVE:
        against_best(route, factors, says, start, same, above, below, lack, lacks)
        lacks, same = True, 0
    pieces(t, r, same, above, below, low, clause)
    divided = moving(t, r, same, share, plain, fast, above, below, low, clause, bottom)
    first = route[_R_CLAUSE]
    if first != 0:
        for j in range(n):
            clause[j] += first
    if lacks:
        for j in range(n):
            high[j] = low[j]
        fill(state, 0)
        lack_of(lack, low, high, state, clause, route[_R_LOW], route[_R_HIGH])
        if divided:
            for j in range(n):
                bottom[j] = 1 if lack[j] > 1 else bottom[j]
    return lacks, divided


@njit(**COMPILED)
def merge(take: Any, s: Any, stated: bool, divided: bool) -> None:
    """Write points, states, clauses and denominators of a route (rows 10 to 14) where it is taken (rows 5 to 9)."""
    put_where(take, s[10], s[5])
    put_where(take, s[11] if stated else s[10], s[6])
    put_where(take, s[13], s[8])
    if stated:
        put_where(take, s[12], s[7])
    if divided:
        put_where(take, s[14], s[9])


@njit(**COMPILED)
def prepare(leaf: Any, answers: Any, s: Any) -> None:
    """Write nothing decided for any unit, but what ``applies_when`` decides; row 15 says which units are left."""
    for row in range(5, 10):
        fill(s[row], -1 if row == 8 else 1 if row == 9 else 0)
    left, take, opened = s[15], s[16], s[19]
    fill(left, 1)
    fill(opened, 0)
    if leaf[_L_APPLIES] >= 0:
        answer = answers[leaf[_L_APPLIES]]
        for j in range(len(left)):
            left[j] = np.int64(answer[j] == 1)
        for j in range(len(left)):
            take[j] = 4 if answer[j] == 0 else answer[j]
        for j in range(len(left)):
            opened[j] = np.int64(answer[j] > 1)
        lack_of(take, s[5], s[6], s[7], s[8], leaf[_L_LOW], leaf[_L_HIGH])


@njit(**COMPILED)
def taken_by(route: Any, answers: Any, s: Any) -> tuple[bool, bool]:
    """Write in row 16 which units left take a route, and lacks of its tests; tell if any take it, if any are left."""
    n = s.shape[1]
    left, take = s[15], s[16]
    if route[_R_GROUP] < 0:
        for j in range(n):
            take[j] = left[j]
    else:
        answer, lacks = answers[route[_R_GROUP]], np.int64(0)
        for j in range(n):
            take[j] = answer[j] if left[j] == 1 else 0
            lacks |= take[j]
        if lacks > 1:
            lack_of(take, s[5], s[6], s[7], s[8], route[_R_HULL_LOW], route[_R_HULL_HIGH])
        if lacks > 1 and route[_R_OPENS]:
            opened = s[19]
            for j in range(n):
                opened[j] |= np.int64(take[j] > 1)
    some, remain = np.int64(0), np.int64(0)
    for j in range(n):
        some |= np.int64(take[j] == 1)
    for j in range(n):
        left[j] = np.int64((left[j] == 1) & (take[j] == 0))
    for j in range(n):
        remain |= left[j]
    return some != 0, remain != 0


@njit(**COMPILED)
def score_leaf(
    t: Any, q: int, data: Any, cells: Any, lacking: Any, findings: Any, answers: Any, factors: Any, says: Any,
    start: int, s: Any,
) -> bool:  # fmt: skip
    """Score a sub-criterion: rows 5 to 8 of ``s`` get least and most points, state and clause.

    Return False where all units are scored; then only points (row 5) and clause were written.
    """
    leaf = t.leaves[q]
    share, plain = leaf[_L_SHARE], leaf[_L_PLAIN] == 1
    first = leaf[_L_ROUTES]
    masked = leaf[_L_DECLARED] >= 0 or leaf[_L_APPLIES] >= 0 or not plain or t.routes[first, _R_GROUP] >= 0
    if masked:
        prepare(leaf, answers, s)
        if leaf[_L_DECLARED] >= 0:
            declared(leaf, data, cells, lacking, s)
    for r in range(first, leaf[_L_ROUTES_END]):
        remain = False
        if masked:
            some, remain = taken_by(t.routes[r], answers, s)
            if not some:
                if remain:
                    continue
                break
        stated, divided = on_route(
            t,
            r,
            share,
            plain,
            leaf[_L_FAST],
            data,
            cells,
            lacking,
            answers,
            factors,
            says,
            start,
            s,
            10 if masked else 5,
        )
        if not masked:
            if stated:
                no_clause(s[7], s[8])
            return stated
        merge(s[16], s, stated, divided)
        if not remain:
            break
    if not plain:
        if leaf[_L_TAKEN] != leaf[_L_TAKEN_END]:
            after_findings(t, leaf, data, cells, lacking, findings, s)
        in_quanta(leaf, s)
    no_clause(s[7], s[8])
    return True


@njit(**COMPILED)
def no_clause(state: Any, clause: Any) -> None:
    """Take the clause away where it settled nothing."""
    for j in range(len(state)):
        clause[j] = -1 if (state[j] > 0) & (state[j] < 4) else clause[j]


@njit(**COMPILED)
def declared(leaf: Any, data: Any, cells: Any, lacking: Any, s: Any) -> None:
    """Take over declared points for the units still left."""
    n = s.shape[1]
    low, high, state, left = s[5], s[6], s[7], s[15]
    slot, up, down = leaf[_L_DECLARED], leaf[_L_UP], leaf[_L_DOWN]
    factor = 1 if leaf[_L_PLAIN] == 1 else leaf[_L_SHARE]
    x = data[slot, :n]
    for j in range(n):
        points = half_up_one(x[j] * up, down) * factor
        lack = lacking[slot] and cells[slot, j] != 0
        if left[j] == 1:
            low[j] = leaf[_L_LOW] if lack else points
            high[j] = leaf[_L_HIGH] if lack else points
            state[j] = 2 if lack else 1


@njit(**COMPILED)
def after_findings(t: Any, leaf: Any, data: Any, cells: Any, lacking: Any, findings: Any, s: Any) -> None:
    """Take what findings take; rows 5 to 9 of ``s`` change, row 17 says which lacks were settled by them."""
    n = s.shape[1]
    low, high, state, clause, bottom, settled, last, opened = s[5], s[6], s[7], s[8], s[9], s[17], s[18], s[19]
    fill(last, -1)
    fill(settled, 0)
    floor = leaf[_L_FLOOR]
    for q in range(leaf[_L_TAKEN], leaf[_L_TAKEN_END]):
        taken = t.consequences[q]
        answer = findings[taken[_C_FINDING], :n]
        slot = taken[_C_SLOT]
        for j in range(n):
            if answer[j] == 0 or state[j] == 1 or state[j] == 4 or opened[j] == 1:
                continue
            if taken[_C_LIMITS]:
                limit = taken[_C_LIMIT] * bottom[j]
                new_low, new_high, counted = min(low[j], limit), min(high[j], limit), True
            else:
                times = data[slot, j] if slot >= 0 else 1
                counted = not (slot >= 0 and lacking[slot] and cells[slot, j] != 0)
                off, least = taken[_C_DEDUCT] * times * bottom[j], floor * bottom[j]
                new_low = max(low[j] - off, least) if counted else least
                new_high = max(high[j] - off, least) if counted else high[j]
            low[j] = new_low
            if answer[j] == 1 and counted:
                settled[j] = 1
                last[j] = taken[_C_CLAUSE] if new_high != high[j] else last[j]
                high[j] = new_high
    for j in range(n):
        same = low[j] == high[j]
        lacks = state[j] == 2 or state[j] == 3
        if state[j] == 0 and not same:
            state[j] = 2
        settled[j] = 1 if lacks and same and settled[j] == 1 else 0
        state[j] = 0 if settled[j] == 1 else state[j]
        clause[j] = last[j] if last[j] >= 0 else clause[j]


@njit(**COMPILED)
def in_quanta(leaf: Any, s: Any) -> None:
    """Round where the rule says, then bring exact points to quanta, in rows 5 and 6 of ``s``."""
    n = s.shape[1]
    low, high, state, bottom = s[5], s[6], s[7], s[9]
    share, mode = leaf[_L_SHARE], leaf[_L_MODE]
    for j in range(n):
        unit = share * bottom[j]
        if mode >= 0 and state[j] != 4:
            low[j] = rounded_points(leaf, low[j], bottom[j])
            high[j] = rounded_points(leaf, high[j], bottom[j])
        else:
            low[j] = half_up_one(low[j], unit)
            high[j] = half_up_one(high[j], unit)


@njit(**COMPILED)
def rounded_points(leaf: Any, top: int, bottom: int) -> int:
    """Round the points of a sub-criterion, but not past its least or most points; return quanta."""
    share, up, down = leaf[_L_SHARE], leaf[_L_ROUND_UP], leaf[_L_ROUND_DOWN]
    steps = steps_of(top, share * bottom, leaf[_L_MODE], up, down)
    reach, floor, most = steps * up * share, leaf[_L_FLOOR], leaf[_L_HIGH]
    if top <= most * bottom and reach > most * down:
        return half_up_one(most, share)
    if top >= floor * bottom and reach < floor * down:
        return half_up_one(floor, share)
    return half_up_one(steps * up, down)
