"""Compiled: results out, and sums over a block. See ``code.Op``.

While every part of a sum is settled for all units of a block, only what it adds up to is kept for each unit; maximum
and flags are one number, in ``tops``: whether the other registers are there, maximum, flags.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import carray, njit

from tieuchi.columnar.code import WIDTH, Node, Part, Step, Sum
from tieuchi.columnar.kernel_base import (
    COMPILED,
    ONCE,
    add,
    copy,
    fill,
    half_up_one,
    marked,
    past,
    past_same,
    past_states,
    reg,
    state_reg,
    steps_of,
)
from tieuchi.columnar.kernel_lines import LANES, lowest, pointer
from tieuchi.columnar.kernel_results import FIRST, spread

_OUT, _A, _B, _FIRST = int(Step.OUT), int(Step.A), int(Step.B), int(Step.FIRST)
_HIGH, _STATE, _CLAUSE = int(Part.HIGH), int(Part.STATE), int(Part.CLAUSE)
_SUM_LOW, _SUM_HIGH, _MOST, _FLAGS = int(Sum.LOW), int(Sum.HIGH), int(Sum.MOST), int(Sum.FLAGS)
_SURE = int(Sum.SURE)
_N_MOST, _RESCALE, _MODE, _UP, _DOWN = (int(n) for n in list(Node)[:5])
_BLOCK, _LIMITS, _LIMIT, _UNIT, _UNITS, _TOTAL, _DOUBT, _LEAST = (int(n) for n in list(Node)[5:])
APPLIES, LACKS, REFUSES, SCORED = 1, 2, 4, 8
POINTS, STATES, CLAUSES, LOW, HIGH, SUM_LOWS, SUM_HIGHS, SUM_STATES, MOSTS, NEAR = map(np.int64, range(10))
"""Rows of ``outs``: arrays of ``Points``, each by its address (0: not wanted), bytes of a row, bytes of a number.

Of a type of numba's, not numbers that it knows: else a function is compiled anew for each of them."""
NOWHERE, SETTLED = np.int64(0), np.int64(0)
"""An address that is none; the state of what is settled. Of that type for the same reason."""


@njit(**COMPILED)
def _place(outs: Any, which: Any, row: int, start: int) -> int:
    """Return the address of a unit in a row of a result."""
    return outs[3 * which] + row * outs[3 * which + 1] + start * outs[3 * which + 2]


@njit(**COMPILED)
def store(outs: Any, which: Any, row: int, start: int, source: Any, into: int) -> None:
    """Write a register into a row of a result, however wide its numbers are there, and add it to another (0: none)."""
    n, width, at = len(source), outs[3 * which + 2], _place(outs, which, row, start)
    if outs[3 * which] == 0:
        return
    if width == 4:
        past(at, source, into, np.int32(0), 4)
    elif width == 1:
        past(at, source, into, np.int8(0), 1)
    elif width == 2:
        copy(carray(pointer(at, np.int16(0)), n), source)
    else:
        past(at, source, into, np.int64(0), 8)


@njit(**COMPILED)
def _store_same(outs: Any, which: Any, row: int, start: int, n: int, number: int) -> None:
    """Write the same number for all units into a row of states or of maxima."""
    width, at = outs[3 * which + 2], _place(outs, which, row, start)
    if width == 1:
        past_same(at, number, n, np.int8(0), 1)
    elif width == 4:
        past_same(at, number, n, np.int32(0), 4)
    elif width == 8:
        past_same(at, number, n, np.int64(0), 8)


@njit(**COMPILED)
def open_sum(where: Any, base: int, n: int, tops: Any, place: int) -> None:
    """Write zeros into the registers of a sum that are not there yet."""
    if not tops[3 * place]:
        for part in range(_SUM_LOW, WIDTH):
            fill(reg(where, base + part, n), 0)
        tops[3 * place] = 1


@njit(**COMPILED)
def _add_states(state: Any, most: int, most_there: Any, flags: Any) -> None:
    """Add what a sum knows of a part: its maximum where it applies, and the flags of its states."""
    for j in range(len(state)):
        most_there[j] += most if state[j] != 4 else 0
    for j in range(len(state)):
        code = state[j]
        found = APPLIES if code == 1 else APPLIES | LACKS if code == 2 else APPLIES | REFUSES
        flags[j] |= 0 if code == 4 else APPLIES | SCORED if code == 0 else found


@njit(**COMPILED)
def _add_sure(state: Any, most: Any, own: Any, top: int, sure: Any) -> None:
    """Add how much of the maximum of a part applies whatever is still open."""
    for j in range(len(state)):
        part = most[j] if state[j] < 2 else own[j] + top
        sure[j] += part if state[j] != 4 else 0


@njit(**ONCE)
def _add_flags(state: Any, flags: Any) -> int:
    """Add to the flags of a sum those of a part where it is settled; return the flags that every unit has."""
    for j in range(len(state)):
        flags[j] |= APPLIES | SCORED if state[j] == 0 else APPLIES if state[j] == 1 else 0
    common = np.int64(APPLIES | SCORED)
    for j in range(len(state)):
        common &= flags[j]
    return common


@njit(**ONCE)
def _keep_open(where: Any, base: int, most: int, firm: int, low: Any, high: Any, state: Any, clause: Any) -> None:
    """Add what is open to a sum, unit by unit, and leave nothing of it among the points."""
    n = len(low)
    lows, highs = reg(where, base + _SUM_LOW, n), reg(where, base + _SUM_HIGH, n)
    there, flags = reg(where, base + _MOST, n), reg(where, base + _FLAGS, n)
    sure = reg(where, base + _SURE, n)
    for first in range(0, n, LANES):
        bits = marked(state, first, 1)
        while bits != 0:
            j = first + lowest(bits)
            bits &= bits - np.uint64(1)
            lows[j] += low[j]
            highs[j] += high[j]
            low[j] = 0
            sure[j] -= 0 if firm and state[j] != 4 else most
            if state[j] == 4:
                there[j] -= most
            else:
                clause[j] = -1
                flags[j] |= APPLIES | LACKS if state[j] == 2 else APPLIES | REFUSES


@njit(**COMPILED)
def keep(step: Any, k: Any, where: Any, outs: Any, tops: Any, start: int, opened: Any, base: int, n: int) -> None:
    """Take ``KEEP``; ``base`` is the first register of the sum."""
    out, leaf, place, most = step[_OUT], step[_A], step[_B], k[step[_FIRST]]
    low, clause = reg(where, out, n), reg(where, out + _CLAUSE, n)
    if opened[0] and outs[3 * HIGH]:
        spread(where, out, n, opened, FIRST)
    high, state = reg(where, out + _HIGH if opened[0] else out, n), state_reg(where, out, n)
    store(outs, LOW, leaf, start, low, NOWHERE)
    store(outs, HIGH, leaf, start, high, NOWHERE)
    tops[3 * place + 1] += most
    if not opened[0]:
        _store_same(outs, STATES, leaf, start, n, SETTLED)
        tops[3 * place + 2] |= APPLIES | SCORED
    else:
        past_states(_place(outs, STATES, leaf, start), state)
        open_sum(where, base, n, tops, place)
        if tops[3 * place + 2] != APPLIES | SCORED:
            tops[3 * place + 2] |= _add_flags(state, reg(where, base + _FLAGS, n))
        _keep_open(where, base, most, k[step[_FIRST] + 1], low, high, state, clause)
    store(outs, POINTS, leaf, start, low, where[base])
    store(outs, CLAUSES, leaf, start, clause, NOWHERE)


@njit(**COMPILED)
def _rounded(k: Any, at: int, top: int, bottom: int, most: int) -> int:
    """Round a sum, but not past its maximum; return quanta."""
    up, down, units = k[at + _UP], k[at + _DOWN], k[at + _UNITS]
    steps = steps_of(top, bottom, k[at + _MODE], up, down)
    most = most * k[at + _UNIT]
    if top * units <= most * bottom and steps * up * units > most * down:
        return half_up_one(most, units)
    return half_up_one(steps * up, down)


@njit(**COMPILED)
def _near(k: Any, at: int, top: int, bottom: int, times: int, most: int) -> bool:
    """Say whether quanta leave it in doubt which way a sum, so many times over, is rounded."""
    doubt = k[at + _DOUBT] * max(bottom, times)
    return _rounded(k, at, top - doubt, bottom, most) != _rounded(k, at, top + doubt, bottom, most)


@njit(**ONCE)
def _settle(k: Any, at: int, where: Any, base: int, state: Any, aside: int, top: int, near: Any) -> None:
    """Rescale to the whole maximum, add blocks set aside, round, and make of a block what it adds or takes."""
    n, most, scale, rounds = len(state), k[at + _N_MOST], k[at + _RESCALE] == 1, k[at + _MODE] >= 0
    sure, smallest, doubt = reg(where, base + _SURE, n), k[at + _LEAST], k[at + _DOUBT]
    low, high, there = reg(where, base + _SUM_LOW, n), reg(where, base + _SUM_HIGH, n), reg(where, base + _MOST, n)
    other = aside if aside >= 0 else base
    aside_low, aside_high = reg(where, other + _SUM_LOW, n), reg(where, other + _SUM_HIGH, n)
    for j in range(n):
        least, greatest, bottom, above = low[j], high[j], np.int64(1), np.int64(1)
        low_times, high_times = bottom, above
        if scale and state[j] != 4:
            parts = there[j]
            if (state[j] > 1) & (least < 0):
                # Should what is open turn out not to apply, points taken off weigh more.
                parts = sure[j] + top if sure[j] + top > 0 else smallest
            if parts != most:
                least, bottom, low_times = least * most, parts, most
            if there[j] != most:
                greatest, above, high_times = greatest * most, there[j], most
        if scale:
            there[j] = most
        if aside >= 0 and state[j] != 4:
            least, greatest = least + aside_low[j] * bottom, greatest + aside_high[j] * above
        if doubt and state[j] != 4 and len(near):
            unsure = _near(k, at, least, bottom, low_times, there[j])
            unsure = unsure or _near(k, at, greatest, above, high_times, there[j])
            near[j] |= 1 if unsure else 0
        if rounds:
            least, greatest = _rounded(k, at, least, bottom, there[j]), _rounded(k, at, greatest, above, there[j])
        else:
            least = half_up_one(least, bottom) if bottom != 1 else least
            greatest = half_up_one(greatest, above) if above != 1 else greatest
        if k[at + _BLOCK]:
            state[j] = 0 if state[j] == 4 else state[j]
            if k[at + _LIMITS]:
                least, greatest = min(least, k[at + _LIMIT]), min(greatest, k[at + _LIMIT])
            if k[at + _BLOCK] == 2:
                least, greatest = -greatest, -least
        low[j], high[j] = least, greatest


@njit(**ONCE)
def _gather(where: Any, base: int, state: Any, top: int, known: int, declared: int, aside: int) -> None:
    """Bring together what is known of a sum: its ends, its maximum over what applies, its state."""
    n = len(state)
    low, high, there = reg(where, base + _SUM_LOW, n), reg(where, base + _SUM_HIGH, n), reg(where, base + _MOST, n)
    flags, both = reg(where, base + _FLAGS, n), reg(where, base, n)
    add(low, both)
    add(high, both)
    if aside >= 0:
        more = reg(where, aside + _FLAGS, n)
        for j in range(n):
            flags[j] |= more[j] & (LACKS | REFUSES)
    for j in range(n):
        code = flags[j] | known
        settled = 0 if code & SCORED else 1
        state[j] = 4 if code & APPLIES == 0 else 2 if code & LACKS else 3 if code & REFUSES else settled
    for j in range(n):
        there[j] = declared if state[j] == 4 else there[j] + top


@njit(**ONCE)
def _hand_on(where: Any, base: int, into: int, state: Any, top: int) -> None:
    """Add a sum to the sum above it."""
    n = len(state)
    add(reg(where, into + _SUM_LOW, n), reg(where, base + _SUM_LOW, n))
    add(reg(where, into + _SUM_HIGH, n), reg(where, base + _SUM_HIGH, n))
    there, most = reg(where, into + _MOST, n), reg(where, base + _MOST, n)
    for j in range(n):
        there[j] += most[j] if state[j] != 4 else 0
    _add_states(state, 0, there, reg(where, into + _FLAGS, n))
    _add_sure(state, most, reg(where, base + _SURE, n), top, reg(where, into + _SURE, n))


@njit(**ONCE)
def _close_plain(outs: Any, place: int, start: int, both: Any, into: int, top: int) -> None:
    """Write a sum of which all is settled for all units, and add it to the one above it (0: none)."""
    n = len(both)
    store(outs, SUM_LOWS, place, start, both, into)
    store(outs, SUM_HIGHS, place, start, both, NOWHERE)
    _store_same(outs, SUM_STATES, place, start, n, SETTLED)
    _store_same(outs, MOSTS, place, start, n, top)


@njit(**COMPILED)
def close(step: Any, k: Any, where: Any, outs: Any, tops: Any, start: int, sums: int, state: Any) -> None:
    """Take ``CLOSE``; ``sums`` is the first register of the first sum."""
    n, base, place, parent, at = len(state), step[_OUT], step[_A], step[_B], step[_FIRST]
    total = k[at + _TOTAL]
    aside = sums + WIDTH * (total + 1) if place == total and tops[3 * (total + 1)] else -1
    known, top = tops[3 * place + 2], tops[3 * place + 1]
    plain = k[at + _MODE] < 0 and not k[at + _BLOCK] and (not k[at + _RESCALE] or top == k[at + _N_MOST])
    if not tops[3 * place] and known == APPLIES | SCORED and plain and aside < 0:
        into = where[sums + WIDTH * parent] if parent >= 0 else NOWHERE
        _close_plain(outs, place, start, reg(where, base, n), into, top)
        if parent >= 0:
            tops[3 * parent + 1] += top
            tops[3 * parent + 2] |= known
        return
    open_sum(where, base, n, tops, place)
    _gather(where, base, state, top, known, k[at + _N_MOST], aside)
    if k[at + _RESCALE] or k[at + _MODE] >= 0 or k[at + _BLOCK] or aside >= 0:
        address = outs[3 * NEAR]
        near = carray(pointer(address + start, np.int8(0)), n if address else 0)
        _settle(k, at, where, base, state, aside, top, near)
    store(outs, SUM_LOWS, place, start, reg(where, base + _SUM_LOW, n), NOWHERE)
    store(outs, SUM_HIGHS, place, start, reg(where, base + _SUM_HIGH, n), NOWHERE)
    store(outs, SUM_STATES, place, start, state, NOWHERE)
    store(outs, MOSTS, place, start, reg(where, base + _MOST, n), NOWHERE)
    if parent >= 0:
        into = total + 1 if k[at + _BLOCK] and parent == total else parent
        open_sum(where, sums + WIDTH * into, n, tops, into)
        _hand_on(where, base, sums + WIDTH * into, state, top)
