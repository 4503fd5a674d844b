"""The numpy machine: exact points on their way to quanta: what findings take, rounding. See ``code.Op``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tieuchi.columnar.code import Part
from tieuchi.columnar.layout import MISSING, NOT_APPLICABLE, REFUSED
from tieuchi.columnar.numpy_base import Frame, divided, rounded
from tieuchi.columnar.numpy_values import NO, YES

LOW, HIGH, STATE, CLAUSE, BOTTOM = Part


def begin(f: Frame, out: int, _a: int, _b: int, _k: Sequence[int]) -> None:
    """Take ``BEGIN``."""
    f.fresh(out + BOTTOM).fill(1)
    if not f.flag(out):
        f.registers[f.code.registers.marks] = np.zeros(f.count, bool)


def findings(f: Frame, out: int, _a: int, _b: int, _k: Sequence[int]) -> None:
    """Take ``FINDINGS``: mark which rows findings can touch."""
    f.spread(out)
    marks, state = f.code.registers.marks, f.registers[out + STATE]
    lacking = ((state == MISSING) | (state == REFUSED)) & ~f.registers[marks]
    f.registers[marks] = lacking | (state == 0) & ~f.registers[marks]
    f.registers[marks + 1], f.registers[marks + 2] = np.zeros(f.count, bool), np.full(f.count, -1, f.out.clauses.dtype)


def limit(f: Frame, out: int, a: int, _b: int, k: Sequence[int]) -> None:
    """Take ``LIMIT``."""
    most = k[1] * f.registers[out + BOTTOM]
    low, high = f.registers[out], f.registers[out + HIGH]
    _take(f, out, f.registers[a], k[0], (np.minimum(low, most), np.minimum(high, most), True))


def deduct(f: Frame, out: int, a: int, b: int, k: Sequence[int]) -> None:
    """Take ``DEDUCT``."""
    bottom, low, high = f.registers[out + BOTTOM], f.registers[out], f.registers[out + HIGH]
    clause, points, floor = k
    off, least = points * bottom if b < 0 else points * f.registers[b] * bottom, floor * bottom
    new_low, new_high = np.maximum(low - off, least), np.maximum(high - off, least)
    state = f.cells[b] if b >= 0 else None
    known: Any = True if state is None else state == 0
    if state is not None:
        new_low, new_high = np.where(known, new_low, least), np.where(known, new_high, high)
    _take(f, out, f.registers[a], clause, (new_low, new_high, known))


def _take(f: Frame, out: int, answer: Any, clause: int, made: tuple[Any, Any, Any]) -> None:
    """Let a finding take points: for certain where it holds and its count is known, else perhaps."""
    low, high, known = made
    registers, marks = f.registers, f.code.registers.marks
    active = registers[marks] & (answer != NO)
    hit = active & (answer == YES) & known
    registers[marks + 1] |= hit
    registers[marks + 2][hit & np.asarray(high != registers[out + HIGH], bool)] = clause
    registers[out] = np.where(active, low, registers[out])
    registers[out + HIGH] = np.where(hit, high, registers[out + HIGH])


def settle(f: Frame, out: int, _a: int, _b: int, _k: Sequence[int]) -> None:
    """Take ``SETTLE``."""
    registers, marks = f.registers, f.code.registers.marks
    state, last = registers[out + STATE], registers[marks + 2]
    same = np.asarray(registers[out] == registers[out + HIGH], bool)
    lacking = (state == MISSING) | (state == REFUSED)
    state[(state == 0) & ~same] = MISSING
    state[lacking & same & registers[marks + 1]] = 0
    registers[out + CLAUSE] = np.where(last >= 0, last, registers[out + CLAUSE])


def quanta(f: Frame, out: int, _a: int, _b: int, k: Sequence[int]) -> None:
    """Take ``QUANTA``."""
    f.spread(out)
    share, mode = k[:2]
    bottom, state = f.registers[out + BOTTOM], f.registers[out + STATE]
    for part in (out, out + HIGH):
        points = f.registers[part]
        made = divided(points, share * bottom)
        if mode >= 0:
            made = np.where(state != NOT_APPLICABLE, _rounded(points, bottom, k), made)
        f.registers[part] = made


def _rounded(top: Any, bottom: Any, k: Sequence[int]) -> Any:
    """Round the points of a sub-criterion, but not past its least or most points; return quanta."""
    share, mode, up, down, floor, most = k
    steps = rounded(top, share * bottom, mode, up, down)
    reach, made = steps * (up * share), divided(steps * up, down)
    ends = [int(divided(np.array([end], object), share)[0]) for end in (floor, most)]
    made = np.where((top <= most * bottom) & (reach > most * down), ends[1], made)
    return np.where((top >= floor * bottom) & (reach < floor * down), ends[0], made)
