"""The numpy machine: results out, and sums over some rows, as intervals while something lacks. See ``code.Op``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tieuchi.columnar.code import WIDTH, Node, Part, Sum
from tieuchi.columnar.layout import DECLARED, MISSING, NOT_APPLICABLE, REFUSED
from tieuchi.columnar.numpy_base import Frame, divided, rounded

APPLIES, LACKS, REFUSES, SCORED = 1, 2, 4, 8
"""What a sum knows of its parts: some apply, some lack readings, some were refused, some are not declared."""
_FLAGS = np.array([APPLIES | SCORED, APPLIES, APPLIES | LACKS, APPLIES | REFUSES, 0], np.uint8)
"""What one part adds, by its state."""
_NONE = np.iinfo(np.int64).max


def _state(flags: int) -> int:
    if not flags & APPLIES:
        return NOT_APPLICABLE
    if flags & (LACKS | REFUSES):
        return MISSING if flags & LACKS else REFUSED
    return 0 if flags & SCORED else DECLARED


_STATES = np.array([_state(flags) for flags in range(16)], np.uint8)


def start(f: Frame) -> None:
    """Begin with empty sums."""
    sums = f.code.registers.sums + 1
    f.tops = [[0, 0, 0] for _ in range(sums)]
    for place in range(sums):
        f.registers[f.code.registers.sum + WIDTH * place] = f.new(0)


def _open(f: Frame, place: int) -> int:
    """Write zeros into the registers of a sum that are not there yet; return its first register."""
    base = f.code.registers.sum + WIDTH * place
    if not f.tops[place][0]:
        f.tops[place][0] = 1
        for part in (Sum.LOW, Sum.HIGH, Sum.MOST):
            f.registers[base + part] = f.new(0) if part != Sum.MOST else np.zeros(f.count, np.int64)
        f.registers[base + Sum.FLAGS] = np.zeros(f.count, np.uint8)
        f.registers[base + Sum.SURE] = np.zeros(f.count, np.int64)
        f.registers[base + Sum.LEAST] = np.full(f.count, _NONE)
    return base


def keep(f: Frame, out: int, a: int, b: int, k: Sequence[int]) -> None:
    """Take ``KEEP``."""
    low, where, points = f.registers[out], (a, f.part), f.out
    if not f.opened[0]:
        high, state = low, 0
        f.registers[f.code.registers.sum + WIDTH * b] += low
        f.tops[b][1] += k[0]
        f.tops[b][2] |= APPLIES | SCORED
        points.points[where] = low
    else:
        high, state = f.registers[out + Part.HIGH], f.registers[out + Part.STATE]
        f.registers[out + Part.CLAUSE][(state == MISSING) | (state == REFUSED)] = -1
        points.points[where] = np.where(state < MISSING, high, 0)
        _add(f, _open(f, b), low, high, np.where(state != NOT_APPLICABLE, k[0], 0), state)
    points.states[where] = state
    points.clauses[where] = f.registers[out + Part.CLAUSE]
    if points.low is not None and points.high is not None:
        points.low[where], points.high[where] = low, high


def _add(f: Frame, base: int, low: Any, high: Any, most: Any, state: Any) -> None:
    f.registers[base + Sum.LOW] += low
    f.registers[base + Sum.HIGH] += high
    f.registers[base + Sum.MOST] += most
    f.registers[base + Sum.FLAGS] |= _FLAGS[state]
    is_open = (state == MISSING) | (state == REFUSED)
    f.registers[base + Sum.SURE] += np.where(is_open, 0, most)
    least = f.registers[base + Sum.LEAST]
    np.minimum(least, np.where(is_open, most, _NONE), out=least)


def close(f: Frame, out: int, a: int, b: int, k: Sequence[int]) -> None:
    """Take ``CLOSE``."""
    opened, top, known = f.tops[a]
    total = k[Node.TOTAL]
    aside = f.code.registers.sum + WIDTH * (total + 1) if a == total and f.tops[total + 1][0] else -1
    plain = k[Node.MODE] < 0 and not k[Node.BLOCK] and (not k[Node.RESCALE] or top == k[Node.MOST])
    if not opened and known == APPLIES | SCORED and plain and aside < 0:
        settled = f.registers[out]
        _write(f, a, settled, settled, np.uint8(0), top)
        if b >= 0:
            f.registers[f.code.registers.sum + WIDTH * b] += settled
            f.tops[b][1] += top
            f.tops[b][2] |= known
        return
    state = _settled(f, _open(f, a), k, aside, (top, known))
    low, high, most = (f.registers[out + part] for part in (Sum.LOW, Sum.HIGH, Sum.MOST))
    _write(f, a, low, high, state, most)
    if b >= 0:
        into = _open(f, total + 1 if k[Node.BLOCK] and b == total else b)
        _add(f, into, low, high, np.where(state != NOT_APPLICABLE, most, 0), state)


def _write(f: Frame, place: int, low: Any, high: Any, state: Any, most: Any) -> None:
    where, points = (place, f.part), f.out
    points.sum_low[where], points.sum_high[where], points.sum_states[where] = low, high, state
    if points.most is not None:
        points.most[where] = most


def _settled(f: Frame, base: int, k: Sequence[int], aside: int, known: tuple[int, int]) -> Any:
    """Bring a sum to quanta: rescaled to the whole maximum, with blocks set aside, rounded; return its states."""
    registers = f.registers
    low, high = (registers[base + part] + registers[base] for part in (Sum.LOW, Sum.HIGH))
    flags = registers[base + Sum.FLAGS] | np.uint8(known[1])
    if aside >= 0:
        flags = flags | (registers[aside + Sum.FLAGS] & np.uint8(LACKS | REFUSES))
    state = _STATES[flags]
    gone, most = state == NOT_APPLICABLE, registers[base + Sum.MOST] + known[0]
    parts = np.where(gone, k[Node.MOST], most)
    under = parts
    if k[Node.RESCALE]:
        # Should what is open turn out not to apply, points taken off weigh more.
        sure = registers[base + Sum.SURE] + known[0]
        lighter = np.where(sure > 0, sure, registers[base + Sum.LEAST])
        under = np.where(((state == MISSING) | (state == REFUSED)) & (low < 0), lighter, parts)
        most = np.full_like(most, k[Node.MOST])
    else:
        most = parts
    (low, bottom), (high, above) = (_rescaled(end, at, k) for end, at in ((low, under), (high, parts)))
    if aside >= 0:
        low, high = (
            end + np.where(gone, 0, registers[aside + part]) * at
            for end, part, at in ((low, Sum.LOW, bottom), (high, Sum.HIGH, above))
        )
    if k[Node.DOUBT] and f.out.near is not None:
        near = _near(low, bottom, most, k) | _near(high, above, most, k)
        f.out.near[0, f.part] |= (near & ~gone).astype(np.int8)
    low, high = _quanta(low, bottom, most, k), _quanta(high, above, most, k)
    if k[Node.BLOCK]:
        low, high, state = _block(low, high, state, k)
    registers[base + Sum.LOW], registers[base + Sum.HIGH], registers[base + Sum.MOST] = low, high, most
    return state


def _rescaled(end: Any, parts: Any, k: Sequence[int]) -> tuple[Any, Any]:
    """Return an end brought from the maximum of its parts to the whole one, as a quotient."""
    short = parts != k[Node.MOST]
    if not k[Node.RESCALE] or not short.any():
        return end, 1
    return end * np.where(short, k[Node.MOST], 1), np.where(short, parts, 1)


def _quanta(top: Any, bottom: Any, most: Any, k: Sequence[int]) -> Any:
    """Return a sum in quanta, rounded by the rule where there is one, but not past its maximum."""
    if k[Node.MODE] < 0:
        return divided(top, bottom)
    up, down, units = k[Node.ROUND_UP], k[Node.ROUND_DOWN], k[Node.UNITS]
    steps, whole = rounded(top, bottom, k[Node.MODE], up, down), most * k[Node.UNIT]
    past = (top * units <= whole * bottom) & (steps * (up * units) > whole * down)
    return np.where(past, divided(whole, units), divided(steps * up, down))


def _near(top: Any, bottom: Any, most: Any, k: Sequence[int]) -> Any:
    """Say where quanta leave it in doubt which way a sum is rounded."""
    doubt = np.maximum(bottom, np.where(bottom == 1, 1, k[Node.MOST])) * k[Node.DOUBT]
    return _quanta(top - doubt, bottom, most, k) != _quanta(top + doubt, bottom, most, k)


def _block(low: Any, high: Any, state: Any, k: Sequence[int]) -> tuple[Any, Any, Any]:
    """Turn a sum into what its block adds to the total or takes off."""
    state = np.where(state == NOT_APPLICABLE, np.uint8(0), state)
    if k[Node.LIMITS]:
        low, high = np.minimum(low, k[Node.LIMIT]), np.minimum(high, k[Node.LIMIT])
    return (-high, -low, state) if k[Node.BLOCK] == 2 else (low, high, state)
