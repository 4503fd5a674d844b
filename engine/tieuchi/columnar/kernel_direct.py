"""Compiled: the short way for the shapes that most sub-criteria have, in few passes over a block.

A value that is a plain quotient on pieces, perhaps with points for when nothing was assigned, and a checklist of
yes/no readings. ``flat`` says which sub-criteria these are; all others go through ``kernel_leaf``. Both ways give the
same numbers, which tests compare.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from tieuchi.columnar.flat import Form, Leaf, Piece, Route, Test
from tieuchi.columnar.kernel_leaf import fill, lack_of, no_clause
from tieuchi.columnar.kernel_points import moving
from tieuchi.columnar.kernel_tests import COMPILED, linear, worst

_L_SHARE, _L_FAST, _L_ROUTES, _L_ROUTES_END = int(Leaf.SHARE), int(Leaf.FAST), int(Leaf.ROUTES), int(Leaf.ROUTES_END)
_L_GROUPS = int(Leaf.GROUPS)
_R_CLAUSE, _R_CUTS, _R_FORM = int(Route.CLAUSE), int(Route.CUTS), int(Route.FORM)
_R_PIECES, _R_PIECES_END, _R_ITEMS, _R_ITEMS_END = (
    int(Route.PIECES),
    int(Route.PIECES_END),
    int(Route.ITEMS),
    int(Route.ITEMS_END),
)
_R_LOW, _R_HIGH, _R_HULL_LOW, _R_HULL_HIGH = int(Route.LOW), int(Route.HIGH), int(Route.HULL_LOW), int(Route.HULL_HIGH)
_F_ABOVE, _F_ABOVE_END, _F_ABOVE_CONSTANT = int(Form.ABOVE), int(Form.ABOVE_END), int(Form.ABOVE_CONSTANT)
_F_BELOW, _F_BELOW_END, _F_BELOW_CONSTANT = int(Form.BELOW), int(Form.BELOW_END), int(Form.BELOW_CONSTANT)
_F_NAMES, _F_NAMES_END = int(Form.NAMES), int(Form.NAMES_END)
_P_START, _P_OPEN, _P_POINTS = int(Piece.START), int(Piece.OPEN), int(Piece.POINTS)
_T_SLOT, _T_EXPECTED = int(Test.SLOT), int(Test.EXPECTED)
MISSING = 2


@njit(**COMPILED)
def single(t: Any, start: int, end: int, constant: int) -> int:
    """Return the column that a linear form is, or -1."""
    alone = end - start == 1 and constant == 0 and t.terms[start, 1] == 1
    return t.terms[start, 0] if alone else -1


@njit(**COMPILED)
def steps(t: Any, start: int, end: int, cuts: int, above: Any, below: Any, out: Any, place: Any) -> None:
    """Add up to four thresholds in one pass: what each adds to the points, and one to the piece."""
    n = len(out)
    last = end - 1
    q1, q2, q3 = min(start + 1, last), min(start + 2, last), min(start + 3, last)
    a0, a1, a2, a3 = t.pieces[start, _P_START], t.pieces[q1, _P_START], t.pieces[q2, _P_START], t.pieces[q3, _P_START]
    o0, o1, o2, o3 = t.pieces[start, _P_OPEN], t.pieces[q1, _P_OPEN], t.pieces[q2, _P_OPEN], t.pieces[q3, _P_OPEN]
    p0 = t.pieces[start - 1, _P_POINTS]
    p1, p2, p3 = t.pieces[start, _P_POINTS], t.pieces[q1, _P_POINTS], t.pieces[q2, _P_POINTS]
    p4 = t.pieces[q3, _P_POINTS]
    count = end - start
    one, two, three = np.int64(count > 1), np.int64(count > 2), np.int64(count > 3)
    if count == 1:
        for j in range(n):
            hit = above[j] * cuts >= a0 * below[j] + o0
            out[j] += p1 - p0 if hit else 0
            place[j] += np.int64(hit)
        return
    if count == 2:
        for j in range(n):
            reach, whole = above[j] * cuts, below[j]
            h0, h1 = reach >= a0 * whole + o0, reach >= a1 * whole + o1
            out[j] += (p1 - p0 if h0 else 0) + (p2 - p1 if h1 else 0)
            place[j] += np.int64(h0) + np.int64(h1)
        return
    for j in range(n):
        reach, whole = above[j] * cuts, below[j]
        h0, h1 = reach >= a0 * whole + o0, reach >= a1 * whole + o1
        h2, h3 = reach >= a2 * whole + o2, reach >= a3 * whole + o3
        out[j] += (p1 - p0 if h0 else 0) + (p2 - p1 if h1 else 0) + (p3 - p2 if h2 else 0) + (p4 - p3 if h3 else 0)
        place[j] += np.int64(h0) + (one if h1 else 0) + (two if h2 else 0) + (three if h3 else 0)


@njit(**COMPILED)
def thresholds(t: Any, r: int, same: int, above: Any, below: Any, out: Any, place: Any) -> None:
    """Write the piece of each value, counted from the route's clause, and the points of constant pieces."""
    route = t.routes[r]
    n = len(out)
    start, end, cuts = route[_R_PIECES], route[_R_PIECES_END], route[_R_CUTS]
    fill(out, t.pieces[start, _P_POINTS])
    fill(place, route[_R_CLAUSE])
    if same > 0:
        for q in range(start + 1, end):
            more = t.pieces[q, _P_POINTS] - t.pieces[q - 1, _P_POINTS]
            reach = -((-(t.pieces[q, _P_START] * same + t.pieces[q, _P_OPEN])) // cuts)
            for j in range(n):
                hit = above[j] >= reach
                out[j] += more if hit else 0
                place[j] += np.int64(hit)
        return
    for q in range(start + 1, end, 4):
        steps(t, q, min(q + 4, end), cuts, above, below, out, place)


@njit(**COMPILED)
def quotient(t: Any, q: int, data: Any, cells: Any, lacking: Any, s: Any) -> bool:
    """Score a value on pieces into rows 5 to 8 of ``s``; return whether states and ranges were written."""
    leaf = t.leaves[q]
    n = s.shape[1]
    r = leaf[_L_ROUTES_END] - 1
    route, nothing = t.routes[r], leaf[_L_ROUTES] != r
    form = t.forms[route[_R_FORM]]
    low, clause, lack = s[5], s[8], s[2]
    place = single(t, form[_F_ABOVE], form[_F_ABOVE_END], form[_F_ABOVE_CONSTANT])
    above = data[place] if place >= 0 else s[0]
    if place < 0:
        linear(t.terms, form[_F_ABOVE], form[_F_ABOVE_END], form[_F_ABOVE_CONSTANT], data, above)
    same, least = form[_F_BELOW_CONSTANT], np.int64(1)
    below = s[1]
    if form[_F_BELOW] != form[_F_BELOW_END]:
        place = single(t, form[_F_BELOW], form[_F_BELOW_END], same)
        below = data[place] if place >= 0 else s[1]
        if place < 0:
            linear(t.terms, form[_F_BELOW], form[_F_BELOW_END], same, data, below)
        same = 0
        for j in range(n):
            least = min(least, below[j])
    lacks = worst(t.names, form[_F_NAMES], form[_F_NAMES_END], cells, lacking, lack)
    thresholds(t, r, same, above, below, low, clause)
    if lacks or least < 0 or (least == 0 and not nothing):
        positive(same, least, below, s[4])
        open_value(t, q, r, nothing, lacks, same, above, below, cells, lacking, s)
        return True
    if least == 0:
        positive(same, least, below, s[4])
        moving_rest(t, r, leaf, same, above, s[4], s)
        first = t.routes[leaf[_L_ROUTES]]
        points, own = t.pieces[first[_R_PIECES], _P_POINTS], first[_R_CLAUSE]
        for j in range(n):
            low[j] = points if below[j] == 0 else low[j]
        for j in range(n):
            clause[j] = own if below[j] == 0 else clause[j]
        return False
    moving_rest(t, r, leaf, same, above, below, s)
    return False


@njit(**COMPILED)
def positive(same: int, least: int, below: Any, out: Any) -> None:
    """Write the denominator, 1 where there is none, so that dividing does no harm."""
    if same <= 0 and least <= 0:
        for j in range(len(out)):
            out[j] = max(below[j], 1)


@njit(**COMPILED)
def moving_rest(t: Any, r: int, leaf: Any, same: int, above: Any, below: Any, s: Any) -> None:
    """Write the points on slopes and stairs; the pieces in row 8 count from the route's clause."""
    clause, first = s[8], t.routes[r, _R_CLAUSE]
    for q in range(t.routes[r, _R_PIECES], t.routes[r, _R_PIECES_END]):
        if t.pieces[q, 0] != 0:
            for j in range(len(clause)):
                clause[j] -= first
            moving(t, r, same, leaf[_L_SHARE], True, leaf[_L_FAST], above, below, s[5], clause, s[9])
            for j in range(len(clause)):
                clause[j] += first
            return


@njit(**COMPILED)
def open_value(
    t: Any, q: int, r: int, nothing: bool, lacks: bool, same: int, above: Any, below: Any, cells: Any, lacking: Any,
    s: Any,
) -> None:  # fmt: skip
    """Finish a value of which some units lack a reading or have no denominator."""
    leaf, route = t.leaves[q], t.routes[r]
    low, high, state, clause, lack, whole = s[5], s[6], s[7], s[8], s[2], s[3]
    n = len(low)
    if not lacks:
        fill(lack, 0)
    least = np.int64(1)
    if same <= 0:
        for j in range(n):
            least = min(least, below[j])
        for j in range(n):
            lack[j] = MISSING if below[j] <= 0 and lack[j] == 0 else lack[j]
    moving_rest(t, r, leaf, same, above, s[4] if same <= 0 and least <= 0 else below, s)
    for j in range(n):
        high[j] = low[j]
    fill(state, 0)
    lack_of(lack, low, high, state, clause, route[_R_LOW], route[_R_HIGH])
    if nothing:
        first = t.routes[leaf[_L_ROUTES]]
        test = t.tests[t.groups[leaf[_L_GROUPS], 0]]
        tested = t.forms[test[1]]
        found = worst(t.names, tested[_F_NAMES], tested[_F_NAMES_END], cells, lacking, whole)
        if not found:
            fill(whole, 0)
        points, own = t.pieces[first[_R_PIECES], _P_POINTS], first[_R_CLAUSE]
        for j in range(n):
            hit = (below[j] == 0) & (whole[j] == 0)
            low[j] = points if hit else low[j]
        for j in range(n):
            hit = (below[j] == 0) & (whole[j] == 0)
            high[j] = points if hit else high[j]
        for j in range(n):
            hit = (below[j] == 0) & (whole[j] == 0)
            clause[j] = own if hit else clause[j]
        for j in range(n):
            hit = (below[j] == 0) & (whole[j] == 0)
            state[j] = 0 if hit else state[j]
        if found:
            lack_of(whole, low, high, state, clause, first[_R_HULL_LOW], first[_R_HULL_HIGH])
    no_clause(state, clause)


@njit(**COMPILED)
def flags(t: Any, q: int, data: Any, cells: Any, lacking: Any, s: Any) -> bool:
    """Score a checklist of single equalities into rows 5 to 8 of ``s``; return whether states were written."""
    leaf = t.leaves[q]
    n = s.shape[1]
    route = t.routes[leaf[_L_ROUTES]]
    low, high, state, clause = s[5], s[6], s[7], s[8]
    fill(low, 0)
    fill(clause, route[_R_CLAUSE])
    lacks = False
    bit = np.int64(1)
    for i in range(route[_R_ITEMS], route[_R_ITEMS_END]):
        test = t.tests[t.groups[leaf[_L_GROUPS] + t.items[i, 0], 0]]
        x, expected, points = data[test[_T_SLOT]], test[_T_EXPECTED], t.items[i, 1]
        lacks |= lacking[test[_T_SLOT]] != 0
        for j in range(n):
            holds = x[j] == expected
            low[j] += points if holds else 0
            clause[j] += bit if holds else 0
        bit *= 2
    if not lacks:
        return False
    for j in range(n):
        high[j] = low[j]
    fill(state, 0)
    bit = np.int64(1)
    for i in range(route[_R_ITEMS], route[_R_ITEMS_END]):
        test = t.tests[t.groups[leaf[_L_GROUPS] + t.items[i, 0], 0]]
        slot, expected, points = test[_T_SLOT], test[_T_EXPECTED], t.items[i, 1]
        if lacking[slot]:
            flag_lacks(data[slot], cells[slot], expected, points, low, high, state)
        bit *= 2
    for j in range(n):
        low[j] = 0 if state[j] == 4 else low[j]
    for j in range(n):
        high[j] = 0 if state[j] == 4 else high[j]
    for j in range(n):
        clause[j] = -1 if state[j] != 0 else clause[j]
    return True


@njit(**COMPILED)
def flag_lacks(x: Any, cell: Any, expected: int, points: int, low: Any, high: Any, state: Any) -> None:
    """Take back from the least, and leave in the most, what a lacking yes/no reading would give."""
    for j in range(len(low)):
        low[j] -= points if cell[j] != 0 and x[j] == expected else 0
    for j in range(len(low)):
        high[j] += points if cell[j] != 0 and x[j] != expected else 0
    for j in range(len(low)):
        state[j] = max(state[j], np.int64(cell[j]))
