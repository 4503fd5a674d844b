"""Compiled: values, conditions and answers over a block. See ``code.Op`` for what each step reads."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import carray, njit

from tieuchi.columnar.code import Op, Step
from tieuchi.columnar.kernel_base import COMPILED, ONCE, copy, either, fetch, fill, reg
from tieuchi.columnar.kernel_lines import pointer
from tieuchi.columnar.layout import MISSING

_OUT, _A, _B, _FIRST, _LAST = int(Step.OUT), int(Step.A), int(Step.B), int(Step.FIRST), int(Step.LAST)
_USE, _LINEAR, _CUT, _EQUAL, _KIND = int(Op.USE), int(Op.LINEAR), int(Op.CUT), int(Op.EQUAL), int(Op.KIND)
_COMPARE, _AND, _THEN, _FINDING = int(Op.COMPARE), int(Op.AND), int(Op.THEN), int(Op.FINDING)
NOT_APPLICABLE = 4


@njit(**COMPILED)
def _spread(x: Any, out: Any) -> None:
    for j in range(len(out)):
        out[j] = x[j]


TILE = 128
"""Units looked at before more of the next column is asked for."""


@njit(**COMPILED)
def _look(x: Any, found: int, least: int) -> Any:
    for j in range(len(x)):
        found |= x[j] ^ (x[j] >> 63)
        least = min(least, x[j])
    return found, least


@njit(**COMPILED)
def _note(at: int, n: int, place: int, seen: Any, ahead: Any) -> None:
    """Note every bit that some figure needs, and the smallest figure of this block; ask for the next column."""
    found, least, whole = np.int64(0), np.int64(1), n - n % TILE
    values, width, states = ahead
    for start in range(0, whole, TILE):
        fetch(values + start * width, values + (start + TILE) * width)
        fetch(states + start, states + (start + TILE if states else 0))
        found, least = _look(carray(pointer(at + 8 * start, np.int64(0)), TILE), found, least)
    found, least = _look(carray(pointer(at + 8 * whole, np.int64(0)), n - whole), found, least)
    seen[2 * place] |= found
    seen[2 * place + 1] = least


@njit(**ONCE)
def _some(states: int, n: int) -> bool:
    """Say whether any of some states is not 0; eight are looked at as one number."""
    found = either(carray(pointer(states, np.int64(0)), n // 8))
    rest = carray(pointer(states + n // 8 * 8, np.uint8(0)), n % 8)
    for j in range(len(rest)):
        found |= np.int64(rest[j])
    return found != 0


@njit(**COMPILED)
def use(place: int, later: int, start: int, columns: Any, where: Any, cells: Any, seen: Any, n: int) -> None:
    """Bring some rows of a column into the block: where it lies if it is 64 bits wide, else copied to its room.

    ``columns`` has three numbers for each: address, width, address of states or 0; ``seen`` two: bits of all figures,
    smallest of the block (at most 1). Meanwhile the column ``later`` is asked for (-1: none).
    """
    at, width, states = columns[3 * place], columns[3 * place + 1], columns[3 * place + 2]
    at += start * width
    where[place] = at if width == 8 else where[place]
    if width == 4:
        _spread(carray(pointer(at, np.int32(0)), n), reg(where, place, n))
    elif width == 2:
        _spread(carray(pointer(at, np.int16(0)), n), reg(where, place, n))
    elif width == 1:
        _spread(carray(pointer(at, np.int8(0)), n), reg(where, place, n))
    next_ = max(later, 0)
    wide, lacks = columns[3 * next_ + 1] if later >= 0 else 0, columns[3 * next_ + 2] if later >= 0 else 0
    _note(where[place], n, place, seen, (columns[3 * next_] + start * wide, wide, lacks + start if lacks else 0))
    cells[place] = 0
    if states != 0:
        cells[place] = states + start if _some(states + start, n) else 0


@njit(**COMPILED)
def state_of(cells: Any, place: int, n: int) -> Any:
    """Return the states of a column that lacks some cells."""
    return carray(pointer(cells[place], np.uint8(0)), n)


@njit(**COMPILED)
def lacks_any(numbers: Any, first: int, last: int, cells: Any) -> bool:
    """Say whether some of some columns lacks a cell."""
    found = np.int64(0)
    for place in range(first, last):
        found |= cells[numbers[place]]
    return found != 0


@njit(**ONCE)
def _worst(numbers: Any, first: int, last: int, cells: Any, out: Any) -> bool:
    """Write the worst state among some columns; return False, writing nothing, where none of them lacks any cell."""
    found = False
    for k in range(first, last):
        if cells[numbers[k]] != 0:
            state = state_of(cells, numbers[k], len(out))
            if not found:
                copy(out, state)
            else:
                for j in range(len(out)):
                    out[j] = max(out[j], np.int64(state[j]))
            found = True
    return found


@njit(**COMPILED)
def least_of(where: Any, place: int, seen: Any, n: int) -> int:
    """Return the smallest number of a register, at most 1; of a column it is known."""
    if 2 * place < len(seen):
        return seen[2 * place + 1]
    x, least = reg(where, place, n), np.int64(1)
    for j in range(n):
        least = min(least, x[j])
    return least


@njit(**ONCE)
def _lacks_of(k: Any, first: int, last: int, below: int, where: Any, cells: Any, seen: Any, out: Any) -> bool:
    """Write where a value lacks, by its columns or a denominator that is not above 0; if nowhere, only return False."""
    found = _worst(k, first, last, cells, out)
    if below >= 0 and least_of(where, below, seen, len(out)) < 1:
        if not found:
            fill(out, 0)
        x = reg(where, below, len(out))
        for j in range(len(out)):
            out[j] = MISSING if (x[j] < 1) & (out[j] == 0) else out[j]
        found = True
    return found


@njit(**ONCE)
def _linear(k: Any, first: int, last: int, where: Any, out: Any) -> None:
    constant = k[first]
    if last == first + 1:
        fill(out, constant)
        return
    x, factor = reg(where, k[first + 1], len(out)), k[first + 2]
    for j in range(len(out)):
        out[j] = constant + factor * x[j]
    for place in range(first + 3, last, 2):
        x, factor = reg(where, k[place], len(out)), k[place + 1]
        for j in range(len(out)):
            out[j] += factor * x[j]


@njit(**ONCE)
def _cut(k: Any, first: int, above: Any, below: Any, out: Any) -> None:
    same, step, parts = k[first], k[first + 1], k[first + 2]
    for j in range(len(out)):
        bottom = same if same > 0 else max(below[j], 1)
        out[j] = (above[j] * parts) // (bottom * step) * step


@njit(**ONCE)
def _crosswise(operator: int, top: int, bottom: int, same: int, above: Any, below: Any, out: Any) -> None:
    """Write whether ``above / below`` stands so to ``top / bottom``; ``below`` is not read where it is the same."""
    far, not_ = top * same, np.int64((operator == 2) | (operator == 3))
    more = np.int64((operator == 1) | (operator == 2))
    if operator == 4 and same > 0:
        for j in range(len(out)):
            out[j] = np.int64(above[j] * bottom == far)
    elif operator == 4:
        for j in range(len(out)):
            out[j] = np.int64(above[j] * bottom == top * below[j])
    elif same > 0:
        for j in range(len(out)):
            out[j] = np.int64(above[j] * bottom >= far + more) ^ not_
    else:
        for j in range(len(out)):
            out[j] = np.int64(above[j] * bottom >= top * below[j] + more) ^ not_


@njit(**ONCE)
def _compare(
    k: Any, first: int, last: int, a: int, b: int, where: Any, cells: Any, seen: Any, out: Any, lack: Any
) -> None:
    above, below = reg(where, a, len(out)), reg(where, b if b >= 0 else a, len(out))
    _crosswise(k[first], k[first + 1], k[first + 2], k[first + 3], above, below, out)
    if _lacks_of(k, first + 5, last, k[first + 4], where, cells, seen, lack):
        for j in range(len(out)):
            out[j] = lack[j] if lack[j] != 0 else out[j]


@njit(**ONCE)
def _equal(x: Any, expected: int, cells: Any, place: int, out: Any) -> None:
    for j in range(len(out)):
        out[j] = np.int64(x[j] == expected)
    if cells[place] != 0:
        state = state_of(cells, place, len(out))
        for j in range(len(out)):
            out[j] = out[j] if state[j] == 0 else state[j]


@njit(**COMPILED)
def answer(op: int, step: Any, k: Any, where: Any, cells: Any, seen: Any, lack: Any) -> None:
    """Take a step from ``LINEAR`` to ``FINDING``, or ``THEN``."""
    n, a, b, first, last = len(lack), step[_A], step[_B], step[_FIRST], step[_LAST]
    out, x = reg(where, step[_OUT], n), reg(where, max(a, 0), n)
    y = reg(where, b if b >= 0 else max(a, 0), n)
    if op == _LINEAR:
        _linear(k, first, last, where, out)
    elif op == _COMPARE:
        _compare(k, first, last, a, b, where, cells, seen, out, lack)
    elif op == _EQUAL:
        _equal(x, k[first], cells, a, out)
    elif op == _KIND:
        fill(out, 0)
        for place in range(first, last):
            for j in range(n):
                out[j] |= np.int64(x[j] == k[place])
    elif op == _AND:
        for j in range(n):
            out[j] = 0 if (x[j] == 0) | (y[j] == 0) else max(x[j], y[j])
    elif op == _THEN:
        for j in range(n):
            out[j] = 0 if (x[j] == 0) | (y[j] == 0) else x[j] if x[j] > 1 else y[j]
    elif op == _FINDING:
        for j in range(n):
            out[j] = 0 if x[j] == NOT_APPLICABLE else x[j]
    else:
        _cut(k, first, x, y, out)


@njit(**COMPILED)
def relative(k: Any, first: int, above: Any, below: Any, groups: Any, factors: Any, out: Any) -> None:
    """Set a value against the best of its group, into three registers: numerator, denominator, lack.

    ``factors`` has a count of groups, then for each value and group what multiplies above, what below, what to say.
    """
    size, base = factors[0], 1 + 3 * factors[0] * k[first]
    swapped, aimed, top, bottom, same = k[first + 1], k[first + 2], k[first + 3], k[first + 4], k[first + 5]
    up, down, lacks = out
    for j in range(len(up)):
        b = same if same > 0 else below[j]
        at = base + groups[j]
        lack = MISSING if b <= 0 else 0
        b = max(b, 1)
        a = above[j] * bottom - top * b if aimed else above[j]
        a, b = (b, a) if swapped else (a, b)
        a, b, says = a * factors[at], b * factors[at + size], factors[at + 2 * size]
        level = b <= 0  # the smallest of a group can be 0: the unit that has it is the best
        up[j] = (1 if level else a) if says == 0 else 0
        down[j] = (1 if level else b) if says == 0 else 1
        lacks[j] = lack if lack or says <= 1 else says
