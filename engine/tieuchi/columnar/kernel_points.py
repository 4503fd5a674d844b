"""Compiled: from values to points over a block: pieces, slopes, stairs, checklists, rounding."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from tieuchi.columnar.flat import Piece, Route
from tieuchi.columnar.kernel_tests import COMPILED

_P_KIND, _P_START, _P_OPEN, _P_POINTS, _P_BASE = (int(c) for c in list(Piece)[:5])
_P_RATE, _P_STAIR, _P_ORIGIN, _P_STEP, _P_STARTED = (int(c) for c in list(Piece)[5:])
_R_CLAUSE, _R_CUTS, _R_PIECES, _R_PIECES_END = (
    int(Route.CLAUSE),
    int(Route.CUTS),
    int(Route.PIECES),
    int(Route.PIECES_END),
)
_R_ITEMS, _R_ITEMS_END, _R_LOW = int(Route.ITEMS), int(Route.ITEMS_END), int(Route.LOW)

HALF = 11


@njit(**{**COMPILED, "inline": "always"})
def floor_one(top: int, bottom: int) -> int:
    """Return the whole part of ``top / bottom`` from below, guessed by a float and set right; it is less than 2^52."""
    guess = np.int64(np.float64(top) / np.float64(bottom))
    rest = top - guess * bottom
    return guess + np.int64(rest >= bottom) - np.int64(rest < 0)


@njit(**{**COMPILED, "inline": "always"})
def half_up_one(top: int, bottom: int) -> int:
    """Return ``top / bottom`` as a whole number, halves away from zero; ``bottom`` is positive, the result < 2^52.

    The quotient is guessed by a float, which is off by one at most, and set right in whole numbers.
    """
    size = abs(top)
    above, below = 2 * size + bottom, 2 * bottom
    whole = floor_one(above, below)
    return -whole if top < 0 else whole


@njit(**COMPILED)
def pieces(t: Any, r: int, same: int, above: Any, below: Any, out: Any, place: Any) -> None:
    """Write the piece of each value and, where it is constant, its points."""
    route = t.routes[r]
    n = len(out)
    start, end, cuts = route[_R_PIECES], route[_R_PIECES_END], route[_R_CUTS]
    first = t.pieces[start, _P_POINTS]
    for j in range(n):
        out[j] = first
        place[j] = 0
    for q in range(start + 1, end):
        at, points = t.pieces[q, _P_START], t.pieces[q, _P_POINTS]
        opened = t.pieces[q, _P_OPEN]
        if same > 0:
            reach = -((-(at * same + opened)) // cuts)
            for j in range(n):
                hit = above[j] >= reach
                out[j] = points if hit else out[j]
                place[j] += np.int64(hit)
        else:
            for j in range(n):
                hit = above[j] * cuts >= at * below[j] + opened
                out[j] = points if hit else out[j]
                place[j] += np.int64(hit)


@njit(**COMPILED)
def moving(
    t: Any,
    r: int,
    same: int,
    share: int,
    plain: bool,
    fast: int,
    above: Any,
    below: Any,
    out: Any,
    place: Any,
    bottom: Any,
) -> bool:
    """Write the points on slopes and stairs over those of ``pieces``; return whether ``bottom`` was written."""
    route = t.routes[r]
    n = len(out)
    start = route[_R_PIECES]
    divided = False
    for q in range(start, route[_R_PIECES_END]):
        kind = t.pieces[q, _P_KIND]
        if kind == 0:
            continue
        here, base, rate = q - start, t.pieces[q, _P_BASE], t.pieces[q, _P_RATE]
        if kind == 2:
            stairs(t.pieces[q], same, share if plain else 1, above, below, out, place, here)
        elif plain:
            slope(base, rate, same, share, fast, above, below, out, place, here)
        else:
            if not divided:
                for j in range(n):
                    bottom[j] = 1
                divided = True
            for j in range(n):
                own = same if same > 0 else below[j]
                on = place[j] == here
                out[j] = base * own + rate * above[j] if on else out[j]
                bottom[j] = own if on else bottom[j]
    return divided


@njit(**COMPILED)
def slope(
    base: int, rate: int, same: int, share: int, fast: int, above: Any, below: Any, out: Any, place: Any, here: int
) -> None:
    """Write the points on a slope: ``base + rate * above / below`` shares, rounded half up to quanta.

    Up to ``fast`` in the denominator the sum fits 63 bits; beyond, the product is divided in two halves.
    """
    n = len(out)
    widest = np.int64(same)
    if same <= 0:
        for j in range(n):
            widest |= below[j]
    if widest > fast:
        for j in range(n):
            points = halved_slope(base, rate, share, above[j], same if same > 0 else below[j])
            out[j] = points if place[j] == here else out[j]
    elif same > 0:
        unit, first = share * same, base * same
        for j in range(n):
            points = half_up_one(first + rate * above[j], unit)
            out[j] = points if place[j] == here else out[j]
    else:
        for j in range(n):
            points = half_up_one(base * below[j] + rate * above[j], share * below[j])
            out[j] = points if place[j] == here else out[j]


@njit(**{**COMPILED, "inline": "always"})
def halved_slope(base: int, rate: int, share: int, above: int, below: int) -> int:
    """Return what ``slope`` does, multiplying by the rate in two halves: ``rate = high * 2^11 + low``."""
    above = -above if rate < 0 else above
    rate = abs(rate)
    high, low = rate >> HALF, rate & ((1 << HALF) - 1)
    whole = floor_one(above * high, below)
    rest = (above * high - whole * below) * (1 << HALF) + above * low
    more = floor_one(rest, below)
    rest -= more * below
    top = base + whole * (1 << HALF) + more
    negative = top < 0
    top = (-top - 1 if rest > 0 else -top) if negative else top
    rest = below - rest if negative and rest > 0 else rest
    points = floor_one(top, share)
    points += np.int64(2 * ((top - points * share) * below + rest) >= share * below)
    return -points if negative else points


@njit(**COMPILED)
def stairs(piece: Any, same: int, share: int, above: Any, below: Any, out: Any, place: Any, here: int) -> None:
    """Write the points on a stair, of which only whole (or begun) steps count."""
    n = len(out)
    first, origin, step = piece[_P_STAIR], piece[_P_ORIGIN], piece[_P_STEP]
    base, rate, started = piece[_P_BASE], piece[_P_RATE], piece[_P_STARTED]
    sign = -1 if started else 1
    for j in range(n):
        own = same if same > 0 else below[j]
        top = sign * (first * above[j] - origin * own)
        unit = step * own
        steps = sign * floor_one(top, unit)
        points = base + rate * steps
        points = half_up_one(points, share) if share != 1 else points
        out[j] = points if place[j] == here else out[j]


@njit(**COMPILED)
def tally(t: Any, r: int, share: int, plain: bool, answers: Any, low: Any, high: Any, state: Any, clause: Any) -> None:
    """Write the points of the parts that hold, of those that may, the worst lack, and which parts hold."""
    route = t.routes[r]
    n = len(low)
    first = route[_R_CLAUSE]
    for j in range(n):
        low[j] = 0
    for j in range(n):
        high[j] = 0
    for j in range(n):
        state[j] = 0
    for j in range(n):
        clause[j] = first
    for q in range(route[_R_ITEMS], route[_R_ITEMS_END]):
        points, bit = t.items[q, 1], np.int64(1) << (q - route[_R_ITEMS])
        answer = answers[t.items[q, 0]]
        for j in range(n):
            low[j] += points if answer[j] == 1 else 0
        for j in range(n):
            high[j] += points if answer[j] != 0 else 0
        for j in range(n):
            clause[j] += bit if answer[j] == 1 else 0
        for j in range(n):
            state[j] = max(state[j], answer[j] if answer[j] > 1 else 0)
    if plain and share != 1:
        for j in range(n):
            low[j] = half_up_one(low[j], share)
            high[j] = half_up_one(high[j], share)
    for j in range(n):
        low[j] = 0 if state[j] == 4 else low[j]
    for j in range(n):
        high[j] = 0 if state[j] == 4 else high[j]
    for j in range(n):
        clause[j] = -1 if state[j] == 4 else clause[j]


@njit(**COMPILED)
def steps_of(top: int, bottom: int, mode: int, up: int, down: int) -> int:
    """Round ``top / bottom`` quanta to steps of ``up / down`` quanta, by a mode (see ``flat.MODES``)."""
    size, unit = abs(top) * down, bottom * up
    whole = size // unit
    rest = size - whole * unit
    if rest > 0:
        if mode == 0:
            more = 2 * rest >= unit
        elif mode == 1:
            more = 2 * rest > unit
        elif mode == 2:
            more = 2 * rest > unit or (2 * rest == unit and whole % 2 == 1)
        elif mode == 4:
            more = True
        elif mode == 5:
            more = top < 0
        else:
            more = mode == 6 and top >= 0
        whole += np.int64(more)
    return -whole if top < 0 else whole
