"""Compiled: points, state and clause of a checklist. See ``code.Op``."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from tieuchi.columnar.code import Op, Part, Step
from tieuchi.columnar.kernel_base import COMPILED, ONCE, fill, half_up_one, reg, state_reg
from tieuchi.columnar.kernel_results import GONE, spread
from tieuchi.columnar.kernel_values import state_of

_OUT, _A, _FIRST = int(Step.OUT), int(Step.A), int(Step.FIRST)
_HIGH, _CLAUSE = int(Part.HIGH), int(Part.CLAUSE)
_TALLY, _ITEM_EQUAL, _TALLIED = int(Op.TALLY), int(Op.ITEM_EQUAL), int(Op.TALLIED)


@njit(**COMPILED)
def _item(x: Any, expected: int, points: int, bit: int, low: Any, clause: Any) -> None:
    for j in range(len(low)):
        low[j] += points if x[j] == expected else 0
        clause[j] += bit if x[j] == expected else 0


@njit(**ONCE)
def _open_item(answer: Any, points: int, high: Any, state: Any) -> None:
    for j in range(len(high)):
        high[j] += points if answer[j] != 0 else 0
        state[j] = max(state[j], answer[j] if answer[j] > 1 else 0)


@njit(**ONCE)
def _open_cells(x: Any, expected: int, points: int, states: Any, into: Any) -> None:
    """Add a part that holds where a column, which lacks some cells, equals a number."""
    low, high, state, clause, bit = into
    for j in range(len(x)):
        low[j] += points if (x[j] == expected) & (states[j] == 0) else 0
        clause[j] += bit if (x[j] == expected) & (states[j] == 0) else 0
    for j in range(len(x)):
        high[j] += points if (x[j] == expected) | (states[j] != 0) else 0
    for j in range(len(x)):
        state[j] = max(state[j], states[j])


@njit(**ONCE)
def _tallied(share: int, where: Any, out: int, n: int, opened: int) -> None:
    low, high, state = reg(where, out, n), reg(where, out + _HIGH, n), state_reg(where, out, n)
    clause = reg(where, out + _CLAUSE, n)
    if share != 1:
        for j in range(n):
            low[j] = half_up_one(low[j], share)
    if not opened:
        return
    for j in range(n):
        points = half_up_one(high[j], share) if share != 1 else high[j]
        high[j] = 0 if state[j] == GONE else points
    for j in range(n):
        low[j] = 0 if state[j] == GONE else low[j]
        clause[j] = -1 if state[j] == GONE else clause[j]


@njit(**COMPILED)
def tally(op: int, step: Any, k: Any, where: Any, cells: Any, opened: Any, flag: int, n: int) -> None:
    """Take a step from ``TALLY`` to ``TALLIED``."""
    out, a, at = step[_OUT], step[_A], step[_FIRST]
    low, clause = reg(where, out, n), reg(where, out + _CLAUSE, n)
    if op == _TALLY:
        fill(low, 0)
        fill(clause, k[at])
    elif op == _TALLIED:
        _tallied(k[at], where, out, n, opened[flag])
    else:
        equal = op == _ITEM_EQUAL
        answer, expected, points = reg(where, a, n), k[at] if equal else np.int64(1), k[at + np.int64(equal)]
        bit, high, state = k[at + 1 + np.int64(equal)], reg(where, out + _HIGH, n), state_reg(where, out, n)
        if not equal or cells[a] != 0:
            spread(where, out, n, opened, flag)
        if equal and cells[a] != 0:
            _open_cells(answer, expected, points, state_of(cells, a, n), (low, high, state, clause, bit))
            return
        if equal and opened[flag]:
            _item(answer, expected, points, 0, high, clause)
        _item(answer, expected, points, bit, low, clause)
        if not equal:
            _open_item(answer, points, high, state)
