"""Compiled: exact points on their way to quanta: declared points, what findings take, rounding. See ``code.Op``."""

from __future__ import annotations

from typing import Any

from numba import njit

from tieuchi.columnar.code import Op, Part, Step
from tieuchi.columnar.kernel_base import COMPILED, ONCE, fill, half_up_one, reg, state_reg, steps_of
from tieuchi.columnar.kernel_values import state_of

_OUT, _A, _B, _FIRST = int(Step.OUT), int(Step.A), int(Step.B), int(Step.FIRST)
_HIGH, _STATE, _CLAUSE, _BOTTOM = int(Part.HIGH), int(Part.STATE), int(Part.CLAUSE), int(Part.BOTTOM)
_DECLARED, _FINDINGS, _LIMIT, _DEDUCT = int(Op.DECLARED), int(Op.FINDINGS), int(Op.LIMIT), int(Op.DEDUCT)
_SETTLE = int(Op.SETTLE)


@njit(**ONCE)
def _declared(k: Any, at: int, x: Any, cells: Any, a: int, where: Any, out: int) -> None:
    n, up, down, factor = len(x), k[at], k[at + 1], k[at + 2]
    low, high, state = reg(where, out, n), reg(where, out + _HIGH, n), state_reg(where, out, n)
    for j in range(n):
        low[j] = half_up_one(x[j] * up, down) * factor
    for j in range(n):
        high[j] = low[j]
        state[j] = 1
    fill(reg(where, out + _CLAUSE, n), -1)
    if cells[a] != 0:
        lacks = state_of(cells, a, n)
        for j in range(n):
            low[j] = low[j] if lacks[j] == 0 else k[at + 3]
            high[j] = high[j] if lacks[j] == 0 else k[at + 4]
        for j in range(n):
            state[j] = 1 if lacks[j] == 0 else 2


@njit(**COMPILED)
def _take(low: int, high: int, bottom: int, k: Any, at: int, limits: bool, times: int) -> Any:
    """Return least and most points after one consequence, exact; ``times`` is -1 where the count is not known."""
    if limits:
        limit = k[at + 1] * bottom
        return min(low, limit), min(high, limit)
    least = k[at + 2] * bottom
    if times < 0:
        return least, high
    off = k[at + 1] * times * bottom
    return max(low - off, least), max(high - off, least)


@njit(**ONCE)
def _consequence(step: Any, k: Any, where: Any, cells: Any, marks: Any, limits: bool, n: int) -> None:
    """Let a finding take points: for certain where it holds, perhaps where that is not known."""
    out, at, slot = step[_OUT], step[_FIRST], step[_B]
    answer, count, lacks = reg(where, step[_A], n), reg(where, max(slot, 0), n), slot >= 0 and cells[max(slot, 0)] != 0
    states = state_of(cells, max(slot, 0), n)
    low, high, state, bottom = (
        reg(where, out, n), reg(where, out + _HIGH, n), state_reg(where, out, n), reg(where, out + _BOTTOM, n),
    )  # fmt: skip
    opened, settled, last = marks
    for j in range(n):
        if answer[j] == 0 or state[j] == 1 or state[j] == 4 or opened[j] == 1:
            continue
        known = not lacks or states[j] == 0
        times = (count[j] if known else -1) if slot >= 0 else 1
        new_low, new_high = _take(low[j], high[j], bottom[j], k, at, limits, times)
        low[j] = new_low
        if answer[j] == 1 and known:
            settled[j] = 1
            last[j] = k[at] if new_high != high[j] else last[j]
            high[j] = new_high


@njit(**ONCE)
def _settle(where: Any, out: int, marks: Any, n: int) -> None:
    low, high, state, clause = (
        reg(where, out, n), reg(where, out + _HIGH, n), state_reg(where, out, n), reg(where, out + _CLAUSE, n),
    )  # fmt: skip
    _, settled, last = marks
    for j in range(n):
        same, code = low[j] == high[j], state[j]
        if code == 0:
            state[j] = 0 if same else 2
        elif (code == 2 or code == 3) and same and settled[j] == 1:
            state[j] = 0
        clause[j] = last[j] if last[j] >= 0 else clause[j]


@njit(**COMPILED)
def _rounded(k: Any, at: int, top: int, bottom: int) -> int:
    """Round the points of a sub-criterion, but not past its least or most points; return quanta."""
    share, up, down, floor, most = k[at], k[at + 2], k[at + 3], k[at + 4], k[at + 5]
    steps = steps_of(top, share * bottom, k[at + 1], up, down)
    reach = steps * up * share
    if top <= most * bottom and reach > most * down:
        return half_up_one(most, share)
    if top >= floor * bottom and reach < floor * down:
        return half_up_one(floor, share)
    return half_up_one(steps * up, down)


@njit(**COMPILED)
def _quanta(k: Any, at: int, state: Any, bottom: Any, points: Any) -> None:
    share, rounds = k[at], k[at + 1] >= 0
    if not rounds:
        for j in range(len(points)):
            points[j] = half_up_one(points[j], share * bottom[j])
        return
    for j in range(len(points)):
        if state[j] == 4:
            points[j] = half_up_one(points[j], share * bottom[j])
        else:
            points[j] = _rounded(k, at, points[j], bottom[j])


@njit(**COMPILED)
def exact(op: int, step: Any, k: Any, where: Any, cells: Any, marks: Any, n: int) -> None:
    """Take ``DECLARED``, or a step from ``FINDINGS`` to ``QUANTA``; ends and states have been written."""
    out, at = step[_OUT], step[_FIRST]
    if op == _DECLARED:
        _declared(k, at, reg(where, step[_A], n), cells, step[_A], where, out)
    elif op == _FINDINGS:
        fill(marks[1], 0)
        fill(marks[2], -1)
    elif op == _LIMIT or op == _DEDUCT:
        _consequence(step, k, where, cells, marks, op == _LIMIT, n)
    elif op == _SETTLE:
        _settle(where, out, marks, n)
    else:
        state, bottom = state_reg(where, out, n), reg(where, out + _BOTTOM, n)
        _quanta(k, at, state, bottom, reg(where, out, n))
        _quanta(k, at, state, bottom, reg(where, out + _HIGH, n))
