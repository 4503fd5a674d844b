"""The numpy machine: from values and answers to points, state and clause. See ``code.Op``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tieuchi.columnar.code import WIDTH, Part
from tieuchi.columnar.layout import DECLARED, MISSING, NOT_APPLICABLE
from tieuchi.columnar.limits import HALF
from tieuchi.columnar.numpy_base import Frame, Lack, divided
from tieuchi.columnar.numpy_values import NO, YES, lacks_of

LOW, HIGH, STATE, CLAUSE, BOTTOM = Part


def constant(f: Frame, out: int, _a: int, _b: int, k: Sequence[int]) -> None:
    """Take ``CONSTANT``."""
    f.opened[f.flag(out)] = False
    f.registers[out], f.registers[out + CLAUSE] = f.new(k[0]), np.full(f.count, k[1], f.out.clauses.dtype)
    if k[2]:
        f.spread(out)
        f.registers[out + STATE][:] = k[2]


def bands(f: Frame, out: int, a: int, b: int, k: Sequence[int]) -> None:
    """Take ``BANDS``: count the thresholds that are reached, then look the points up."""
    fresh, base, first, cuts, same = k[:5]
    above = f.registers[a] if cuts == 1 else f.registers[a] * cuts
    place, points, reached = np.zeros(f.count, np.uint8), [base], base
    for at in range(5, len(k), 5):
        start, open_, more, own, _ = k[at : at + 5]
        if own:
            edge = start * same if b < 0 else start * f.registers[b]
            place += np.asarray(above > edge if open_ else above >= edge, bool)
            reached += more
            points.append(reached)
    found = np.take(_table(points, f), place, mode="clip")
    if fresh:
        f.opened[f.flag(out)] = False
        clause = place.astype(f.out.clauses.dtype)
        f.registers[out], f.registers[out + CLAUSE] = found, clause + clause.dtype.type(first) if first else clause
    else:
        f.registers[out] = f.registers[out] + found
        f.registers[out + CLAUSE] += place.astype(f.out.clauses.dtype)


def _table(numbers: Sequence[int], f: Frame) -> Any:
    return np.array(numbers, f.numbers)


def slope(f: Frame, out: int, a: int, b: int, k: Sequence[int]) -> None:
    """Take ``SLOPE``."""
    here, base, rate, share, fast, same, exact = k
    on = f.registers[out + CLAUSE] == here
    if not on.any():
        return
    above, below = f.registers[a], f.positive(b, same)
    points = base * below + rate * above if base else rate * above
    if exact:
        f.registers[out + BOTTOM] = np.where(on, below, f.registers[out + BOTTOM])
    else:
        points = divided(points, below if share == 1 else share * below)
        if not f.wide and np.max(below) > fast:
            far = np.flatnonzero(np.broadcast_to(np.asarray(below > fast), f.count))
            points[far] = _halved(base, rate, share, above[far], below if b < 0 else below[far])
    f.registers[out] = np.where(on, points, f.registers[out])


def _halved(base: int, rate: int, share: int, above: Any, below: Any) -> Any:
    """Return the points on a slope where the product needs more than 63 bits, multiplying in two halves."""
    rate, above = abs(rate), above if rate >= 0 else -above
    whole, rest = np.divmod(above * (rate >> HALF), below)
    more, rest = np.divmod(rest * (1 << HALF) + above * (rate & ((1 << HALF) - 1)), below)
    top = base + whole * (1 << HALF) + more
    negative = top < 0
    top = np.where(negative, np.where(rest > 0, -top - 1, -top), top)
    rest = np.where(negative & (rest > 0), below - rest, rest)
    points, left = np.divmod(top, share)
    points = points + (2 * (left * below + rest) >= share * below)
    return np.where(negative, -points, points)


def stair(f: Frame, out: int, a: int, b: int, k: Sequence[int]) -> None:
    """Take ``STAIR``."""
    here, base, rate, first, origin, step, started, share, same = k
    on = f.registers[out + CLAUSE] == here
    if not on.any():
        return
    below = f.positive(b, same)
    top, unit = f.registers[a] * first - below * origin, below * step
    points = base + rate * (-(-top // unit) if started else top // unit)
    f.registers[out] = np.where(on, points if share == 1 else divided(points, share), f.registers[out])


def lack(f: Frame, out: int, a: int, b: int, k: Sequence[int]) -> None:
    """Take ``LACK``."""
    low, high, exact, bound = k[:4]
    found = lacks_of(f, k[4:], b, bound)
    if a >= 0:
        own = f.registers[a]
        found = own if found is None else np.where(found != 0, found, own)
    if found is not None and found.any():
        f.spread(out)
        f.put_lack(found, out, low, high, exact)


def put(f: Frame, out: int, a: int, _b: int, k: Sequence[int]) -> None:
    """Take ``PUT``."""
    answer, (points, clause, state) = f.registers[a], k[:3]
    taken = answer == YES
    if taken.any():
        if state:
            f.spread(out)
        settled: list[tuple[int, Any]] = [(LOW, points), (CLAUSE, clause)]
        settled += [(HIGH, points), (STATE, state)] if f.opened[0] else []
        for part, number in (*settled, *([(BOTTOM, 1)] if k[5] else [])):
            f.registers[out + part][taken] = number
    _lacking(f, out, answer, k[3:])


def merge(f: Frame, out: int, a: int, _b: int, k: Sequence[int]) -> None:
    """Take ``MERGE``."""
    answer, other = f.registers[a], out + WIDTH
    taken = answer == YES
    if f.opened[1]:
        f.spread(out)
    elif f.opened[0]:
        f.spread(other)
    parts = [LOW, CLAUSE, *([HIGH, STATE] if f.opened[0] else []), *([BOTTOM] if k[2] else [])]
    for part in parts:
        f.registers[out + part] = np.where(taken, f.registers[other + part], f.registers[out + part])
    _lacking(f, out, answer, k)


def _lacking(f: Frame, out: int, answer: Lack, k: Sequence[int]) -> None:
    """Leave rows open of which an answer is not known. Numbers: low, high, whether exact, whether it opens."""
    if answer.max(initial=0) > YES:
        f.spread(out)
        f.put_lack(answer, out, *k[:3])
    if k[2]:
        opened = f.registers[f.code.registers.marks]
        opened[answer != NO] = False
        opened[answer > YES] = bool(k[3])


def tally(f: Frame, out: int, _a: int, _b: int, k: Sequence[int]) -> None:
    """Take ``TALLY``."""
    constant(f, out, -1, -1, (0, k[0], 0))


def item_equal(f: Frame, out: int, a: int, _b: int, k: Sequence[int]) -> None:
    """Take ``ITEM_EQUAL``."""
    answer, state = np.asarray(f.registers[a] == k[0], bool).view(np.uint8), f.cells[a]
    _item(f, out, answer if state is None else np.where(state != 0, state, answer), k[1], k[2], state is not None)


def item(f: Frame, out: int, a: int, _b: int, k: Sequence[int]) -> None:
    """Take ``ITEM``."""
    answer = f.registers[a]
    _item(f, out, answer, k[0], k[1], bool(answer.max(initial=0) > YES))


def _item(f: Frame, out: int, answer: Lack, points: int, bit: int, lacks: bool) -> None:
    registers, worth = f.registers, _table([0, points, points, points, points], f)
    if lacks:
        f.spread(out)
    if f.opened[f.flag(out)]:
        registers[out + HIGH] += np.take(worth, answer, mode="clip")
        registers[out + STATE] = np.maximum(registers[out + STATE], np.where(answer > YES, answer, np.uint8(0)))
    worth[2:] = 0
    registers[out] += np.take(worth, answer, mode="clip")
    registers[out + CLAUSE] += (answer == YES) * f.out.clauses.dtype.type(bit)


def tallied(f: Frame, out: int, _a: int, _b: int, k: Sequence[int]) -> None:
    """Take ``TALLIED``."""
    registers, opened = f.registers, f.opened[f.flag(out)]
    for part in (LOW, HIGH) if opened else (LOW,):
        registers[out + part] = registers[out + part] if k[0] == 1 else divided(registers[out + part], k[0])
    gone = registers[out + STATE] == NOT_APPLICABLE if opened else None
    if gone is not None and gone.any():
        for part, number in ((LOW, 0), (HIGH, 0), (CLAUSE, -1)):
            registers[out + part][gone] = number


def declared(f: Frame, out: int, a: int, _b: int, k: Sequence[int]) -> None:
    """Take ``DECLARED``."""
    up, down, factor, low, high = k
    constant(f, out, -1, -1, (0, -1, DECLARED))
    points = divided(f.registers[a] * up, down) * factor
    f.registers[out], f.registers[out + HIGH] = points, points.copy()
    state = f.cells[a]
    if state is not None:
        f.put_lack(np.where(state != 0, np.uint8(MISSING), np.uint8(0)), out, low, high, 0)


def applies(f: Frame, out: int, a: int, _b: int, k: Sequence[int]) -> None:
    """Take ``APPLIES``."""
    answer = f.registers[a]
    if (answer == YES).all():
        return
    f.spread(out)
    f.put_lack(np.where(answer == NO, np.uint8(NOT_APPLICABLE), answer), out, *k)
    if k[2]:
        f.registers[f.code.registers.marks][answer > YES] = True
