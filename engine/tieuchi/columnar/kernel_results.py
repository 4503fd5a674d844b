"""Compiled: from values and answers to points, state and clause of one sub-criterion. See ``code.Op``.

While no unit of a block lacks anything only the points (``LOW``) and the clause of a result are written. At the first
lack ``open_states`` writes states. Upper ends are then written unit by unit where something lacks, and for all units
(``spread``) where more is reckoned with them. A flag says what is there.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import carray, njit

from tieuchi.columnar.code import WIDTH, Op, Part, Step
from tieuchi.columnar.kernel_base import (
    COMPILED,
    ONCE,
    add,
    copy,
    either,
    fill,
    floor_one,
    half_up_one,
    lacking,
    marked,
    reg,
    state_reg,
)
from tieuchi.columnar.kernel_lines import LANES, lowest, pointer
from tieuchi.columnar.kernel_values import lacks_any, least_of, state_of

_OUT, _A, _B, _FIRST, _LAST = int(Step.OUT), int(Step.A), int(Step.B), int(Step.FIRST), int(Step.LAST)
_HIGH, _STATE, _CLAUSE, _BOTTOM = int(Part.HIGH), int(Part.STATE), int(Part.CLAUSE), int(Part.BOTTOM)
_BANDS, _STAIR = int(Op.BANDS), int(Op.STAIR)
_PUT, _MERGE, _APPLIES = int(Op.PUT), int(Op.MERGE), int(Op.APPLIES)
GONE, MISSING = 4, 2
FIRST = np.int64(0)
"""The flag of the result that is kept; the other is a route's. Of a type, so that nothing is compiled twice."""
CLOSED, STATES, ENDS = 0, 1, 2
"""What is there of a result: points and clause; its states, and upper ends where a state says that it is open; all."""


@njit(**COMPILED)
def open_states(where: Any, out: int, n: int, opened: Any, flag: int) -> None:
    """Write the states of a result of which only points were written so far: all settled."""
    if opened[flag] == CLOSED:
        fill(state_reg(where, out, n), 0)
        opened[flag] = STATES


@njit(**COMPILED)
def spread(where: Any, out: int, n: int, opened: Any, flag: int) -> None:
    """Write the upper ends of a result also where it is settled."""
    open_states(where, out, n, opened, flag)
    if opened[flag] == STATES:
        low, high, state = reg(where, out, n), reg(where, out + _HIGH, n), state_reg(where, out, n)
        for j in range(n):
            high[j] ^= (high[j] ^ low[j]) & -np.int64(state[j] <= 1)  # a choice between the two makes no vectors
        opened[flag] = ENDS


@njit(**COMPILED)
def _result_of(where: Any, out: int, n: int) -> Any:
    """Return the registers of a result: ends, state, clause, denominator."""
    ends = reg(where, out, n), reg(where, out + _HIGH, n)
    return *ends, state_reg(where, out, n), reg(where, out + _CLAUSE, n), reg(where, out + _BOTTOM, n)


@njit(**COMPILED)
def _leave(result: Any, j: int, lack: int, low: int, high: int, exact: int) -> None:
    """Write what a lack leaves of one unit: state and ends, no clause; what does not apply has no points."""
    lows, highs, state, clause, bottom = result
    lows[j] = 0 if lack == GONE else low
    highs[j] = 0 if lack == GONE else high
    state[j] = lack
    clause[j] = -1
    if exact:
        bottom[j] = 1


@njit(**COMPILED)
def put_lack(lack: Any, where: Any, out: int, low: int, high: int, exact: int) -> None:
    """Write what a lack (from 2 on) leaves of the units that have one."""
    result = _result_of(where, out, len(lack))
    for first in range(0, len(lack), LANES):
        bits = lacking(lack, first)
        while bits != 0:
            j = first + lowest(bits)
            bits &= bits - np.uint64(1)
            _leave(result, j, lack[j], low, high, exact)


@njit(**COMPILED)
def _put_states(states: Any, where: Any, out: int, low: int, high: int, exact: int) -> None:
    """Do as ``put_lack`` by states of cells."""
    result = _result_of(where, out, len(states))
    for first in range(0, len(states), LANES):
        bits = marked(states, first, 0)
        while bits != 0:
            j = first + lowest(bits)
            bits &= bits - np.uint64(1)
            _leave(result, j, states[j], low, high, exact)


@njit(**ONCE)
def _zero(k: Any, at: int, where: Any, place: int, out: int, cells: Any, opened: Any, open_: Any, spare: Any) -> None:
    """Write the constant result of the units whose column is 0, then what those leave that lack it."""
    n, points, own, settled, exact, lacks = len(open_), k[at], k[at + 1], k[at + 2], k[at + 5], cells[place] != 0
    x, (low, high, state, clause, bottom) = reg(where, place, n), _result_of(where, out, n)
    if lacks or settled != 0:
        open_states(where, out, n, opened, FIRST)
    for j in range(n):
        low[j] = points if x[j] == 0 else low[j]
        clause[j] = own if x[j] == 0 else clause[j]
    if opened[0]:
        for j in range(n):
            state[j] = settled if x[j] == 0 else state[j]
        opened[0] = STATES
    if settled != 0:
        for j in range(n):
            high[j] = points if x[j] == 0 else high[j]
    if exact:
        for j in range(n):
            bottom[j] = 1 if x[j] == 0 else bottom[j]
            open_[j] = 0 if x[j] == 0 else open_[j]
    if lacks:
        states = carray(pointer(spare.ctypes.data, np.uint8(0)), n)
        copy(states, state_of(cells, place, n))
        _put_states(states, where, out, k[at + 3], k[at + 4], exact)
        if exact:
            opens = k[at + 6]
            for j in range(n):
                open_[j] = opens if states[j] != 0 else open_[j]


@njit(**COMPILED)
def _bands(k: Any, at: int, above: Any, below: Any, low: Any, clause: Any) -> None:
    """Write the points and the clause that four thresholds give."""
    base, first, cuts, same, t = k[at + 1], k[at + 2], k[at + 3], k[at + 4], at + 5
    p0, p1, p2, p3 = k[t + 2], k[t + 7], k[t + 12], k[t + 17]
    c0, c1, c2, c3 = k[t + 3], k[t + 8], k[t + 13], k[t + 18]
    if same > 0:
        r0, r1, r2, r3 = k[t + 4], k[t + 9], k[t + 14], k[t + 19]
        for j in range(len(low)):
            x = above[j]
            h0, h1, h2, h3 = x >= r0, x >= r1, x >= r2, x >= r3
            low[j] = base + (p0 if h0 else 0) + (p1 if h1 else 0) + (p2 if h2 else 0) + (p3 if h3 else 0)
            clause[j] = first + (c0 if h0 else 0) + (c1 if h1 else 0) + (c2 if h2 else 0) + (c3 if h3 else 0)
        return
    s0, s1, s2, s3 = k[t], k[t + 5], k[t + 10], k[t + 15]
    o0, o1, o2, o3 = k[t + 1], k[t + 6], k[t + 11], k[t + 16]
    for j in range(len(low)):
        x, y = above[j] * cuts, below[j]
        h0, h1, h2, h3 = x >= s0 * y + o0, x >= s1 * y + o1, x >= s2 * y + o2, x >= s3 * y + o3
        low[j] = base + (p0 if h0 else 0) + (p1 if h1 else 0) + (p2 if h2 else 0) + (p3 if h3 else 0)
        clause[j] = first + (c0 if h0 else 0) + (c1 if h1 else 0) + (c2 if h2 else 0) + (c3 if h3 else 0)


@njit(inline="always", **COMPILED)
def _sloping(base: int, rate: int, share: int, above: int, below: int) -> int:
    """Return ``base + rate * above / below`` shares as quanta, halves away from zero.

    The quotient is guessed by floats, which are less than one off (``limits.SURE``), and set right by what is left:
    that is small, so it is right where the products wrap around.
    """
    unit = share * below
    near = (np.float64(base) * below + np.float64(rate) * above) / unit
    found, negative = np.int64(np.rint(near)), np.int64(near < 0)
    rest = 2 * (base * below + rate * above - found * unit)
    return found + np.int64(rest >= unit + negative) - np.int64(rest < negative - unit)


@njit(**ONCE)
def _slope(k: Any, at: int, above: Any, below: Any, clause: Any, low: Any) -> None:
    """Write the points on a slope."""
    here, base, rate, share, same = k[at], k[at + 1], k[at + 2], k[at + 3], k[at + 4]
    if same > 0:
        for j in range(len(low)):
            points = _sloping(base, rate, share, above[j], same)
            low[j] = points if clause[j] == here else low[j]
    else:
        for j in range(len(low)):
            points = _sloping(base, rate, share, above[j], max(below[j], 1))
            low[j] = points if clause[j] == here else low[j]


@njit(**ONCE)
def _exact_slope(k: Any, at: int, above: Any, below: Any, clause: Any, low: Any, bottom: Any) -> None:
    here, base, rate, same = k[at], k[at + 1], k[at + 2], k[at + 4]
    for j in range(len(low)):
        y = same if same > 0 else max(below[j], 1)
        low[j] = base * y + rate * above[j] if clause[j] == here else low[j]
        bottom[j] = y if clause[j] == here else bottom[j]


@njit(**ONCE)
def _stair(k: Any, at: int, above: Any, below: Any, clause: Any, low: Any) -> None:
    """Write the points on a stair, of which only whole (or begun) steps count."""
    here, base, rate, first, origin, unit = k[at], k[at + 1], k[at + 2], k[at + 3], k[at + 4], k[at + 5]
    sign, share, same = -1 if k[at + 6] else 1, k[at + 7], k[at + 8]
    if same * unit == 1:
        for j in range(len(low)):
            low[j] = base + rate * (first * above[j] - origin) if clause[j] == here else low[j]
    else:
        for j in range(len(low)):
            y = same if same > 0 else max(below[j], 1)
            points = base + rate * sign * floor_one(sign * (first * above[j] - origin * y), unit * y)
            low[j] = points if clause[j] == here else low[j]
    if share != 1:
        for j in range(len(low)):
            low[j] = half_up_one(low[j], share) if clause[j] == here else low[j]


@njit(**COMPILED)
def measure(op: int, step: Any, k: Any, where: Any, low: Any, more: Any, hits: Any) -> None:
    """Take a step from ``BANDS`` to ``STAIR``."""
    n, out, at, b = len(low), step[_OUT], step[_FIRST], step[_B]
    above, below = reg(where, step[_A], n), reg(where, b if b >= 0 else step[_A], n)
    clause = reg(where, out + _CLAUSE, n)
    if op == _BANDS and k[at]:
        _bands(k, at, above, below, low, clause)
    elif op == _BANDS:
        _bands(k, at, above, below, more, hits)
        add(low, more)
        add(clause, hits)
    elif op == _STAIR:
        _stair(k, at, above, below, clause, low)
    elif k[at + 5]:
        _exact_slope(k, at, above, below, clause, low, reg(where, out + _BOTTOM, n))
    else:
        _slope(k, at, above, below, clause, low)


@njit(**COMPILED)
def _put(answer: Any, number: int, out: Any) -> None:
    for j in range(len(out)):
        out[j] = number if answer[j] == 1 else out[j]


@njit(**COMPILED)
def _blend(answer: Any, source: Any, out: Any) -> None:
    for j in range(len(out)):
        out[j] ^= (out[j] ^ source[j]) & -np.int64(answer[j] == 1)


@njit(**ONCE)
def _merge(answer: Any, where: Any, out: int, exact: int, opened: Any) -> None:
    """Take over points, state, clause and denominator of the second result."""
    n, other = len(answer), out + WIDTH
    if opened[1]:
        open_states(where, out, n, opened, FIRST)
        _blend(answer, state_reg(where, other, n), state_reg(where, out, n))
        _blend(answer, reg(where, other + _HIGH, n), reg(where, out + _HIGH, n))
    elif opened[0]:
        _put(answer, 0, state_reg(where, out, n))
    opened[0] = min(opened[0], STATES)
    _blend(answer, reg(where, other, n), reg(where, out, n))
    _blend(answer, reg(where, other + _CLAUSE, n), reg(where, out + _CLAUSE, n))
    if exact:
        _blend(answer, reg(where, other + _BOTTOM, n), reg(where, out + _BOTTOM, n))


@njit(**ONCE)
def _settled(answer: Any, k: Any, at: int, where: Any, out: int, opened: Any) -> None:
    n, points, own = len(answer), k[at], k[at + 1]
    low, clause = reg(where, out, n), reg(where, out + _CLAUSE, n)
    if k[at + 2] != 0:
        open_states(where, out, n, opened, FIRST)
        _put(answer, points, reg(where, out + _HIGH, n))
    for j in range(n):
        low[j] = points if answer[j] == 1 else low[j]
        clause[j] = own if answer[j] == 1 else clause[j]
    if opened[0]:
        _put(answer, k[at + 2], state_reg(where, out, n))
        opened[0] = STATES
    if k[at + 5]:
        _put(answer, 1, reg(where, out + _BOTTOM, n))


@njit(**COMPILED)
def _lacking(answer: Any, k: Any, at: int, where: Any, out: int, opened: Any, open_: Any, some: int) -> None:
    """Leave units open of which an answer is not known. Numbers: low, high, whether exact, whether it opens."""
    if some > 1:
        open_states(where, out, len(answer), opened, FIRST)
        put_lack(answer, where, out, k[at], k[at + 1], k[at + 2])
    if k[at + 2]:
        opens = k[at + 3]
        for j in range(len(answer)):
            open_[j] = (opens if answer[j] > 1 else 0) if answer[j] != 0 else open_[j]


@njit(**ONCE)
def _applies(answer: Any, k: Any, at: int, where: Any, out: int, opened: Any, open_: Any, spare: Any) -> None:
    n, some = len(answer), np.int64(0)
    for j in range(n):
        some |= answer[j] ^ 1
    if some == 0:
        return
    open_states(where, out, n, opened, FIRST)
    for j in range(n):
        spare[j] = GONE if answer[j] == 0 else answer[j]
    put_lack(spare, where, out, k[at], k[at + 1], k[at + 2])
    if k[at + 2]:
        for j in range(n):
            open_[j] = 1 if answer[j] > 1 else open_[j]


@njit(**COMPILED)
def choose(op: int, step: Any, k: Any, where: Any, opened: Any, open_: Any, spare: Any) -> None:
    """Take ``PUT``, ``MERGE`` or ``APPLIES``: what a route or a condition by an answer overrides."""
    n, out, at = len(open_), step[_OUT], step[_FIRST]
    answer = reg(where, step[_A], n)
    some = either(answer)
    if op == _PUT:
        if some:
            _settled(answer, k, at, where, out, opened)
            _lacking(answer, k, at + 3, where, out, opened, open_, some)
    elif op == _MERGE:
        _merge(answer, where, out, k[at + 2], opened)
        _lacking(answer, k, at, where, out, opened, open_, some)
    else:
        _applies(answer, k, at, where, out, opened, open_, spare)


@njit(**ONCE)
def zero(step: Any, k: Any, where: Any, cells: Any, seen: Any, opened: Any, open_: Any, spare: Any) -> None:
    """Take ``ZERO``: nothing is to be done where every number of the column is there and above 0."""
    place = step[_A]
    if cells[place] != 0 or seen[2 * place + 1] < 1:
        _zero(k, step[_FIRST], where, place, step[_OUT], cells, opened, open_, spare)


@njit(**ONCE)
def _worst(k: Any, first: int, last: int, cells: Any, state: Any) -> None:
    """Write the worst state among some columns."""
    fill(state, 0)
    for place in range(first, last):
        if cells[k[place]] != 0:
            own = state_of(cells, k[place], len(state))
            for j in range(len(state)):
                state[j] = max(state[j], own[j])


@njit(**COMPILED)
def lack(step: Any, k: Any, where: Any, cells: Any, seen: Any, opened: Any, flag: int, n: int) -> None:
    """Take ``LACK``: leave open what has no value. Before this step no result has states."""
    out, at, mask, below, last = step[_OUT], step[_FIRST], step[_A], step[_B], step[_LAST]
    bound = k[at + 3]
    below = below if below >= 0 and least_of(where, below, seen, n) < bound else -1
    if below < 0 and mask < 0 and not lacks_any(k, at + 4, last, cells):
        return
    state, opened[flag] = state_reg(where, out, n), STATES
    _worst(k, at + 4, last, cells, state)
    if below >= 0:
        x = reg(where, below, n)
        for j in range(n):
            state[j] = MISSING if (x[j] < bound) & (state[j] == 0) else state[j]
    if mask >= 0:
        own = reg(where, mask, n)
        for j in range(n):
            state[j] = own[j] if state[j] == 0 else state[j]
    _put_states(state, where, out, k[at], k[at + 1], k[at + 2])
