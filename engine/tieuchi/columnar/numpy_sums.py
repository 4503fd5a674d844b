"""The numpy machine: results out, and sums over some rows, as intervals while something lacks. See ``code.Op``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from tieuchi.columnar.code import WIDTH, Node, Part, Sum
from tieuchi.columnar.layout import DECLARED, MISSING, NOT_APPLICABLE, REFUSED
from tieuchi.columnar.numpy_base import Frame, divided, rounded

APPLIES, LACKS, REFUSES, SCORED, DIFFERS = 1, 2, 4, 8, 16
"""What a sum knows of its parts: some apply, lack readings, were refused, are not declared, are not as in most rows."""
SETTLED = APPLIES | SCORED
_FLAGS = np.array([SETTLED, APPLIES, APPLIES | LACKS, APPLIES | REFUSES, 0], np.uint8)
"""What one part adds, by its state."""


def _state(flags: int) -> int:
    if not flags & APPLIES:
        return NOT_APPLICABLE
    if flags & (LACKS | REFUSES):
        return MISSING if flags & LACKS else REFUSED
    return 0 if flags & SCORED else DECLARED


_STATES = np.array([_state(flags) for flags in range(32)], np.uint8)


class Told(NamedTuple):
    """What a part has to say of itself to the sum above: its maximum where it applies to all, and rows that differ.

    Of these ``own`` is the maximum, and ``sure`` how much of it applies whatever is still open.
    """

    low: Any
    most: int
    rows: Any
    extra: Any
    own: Any
    sure: Any
    state: Any


def start(f: Frame) -> None:
    """Begin with empty sums."""
    sums = f.code.registers.sums + 1
    f.tops = [[0, 0, 0] for _ in range(sums)]
    for place in range(sums):
        f.fresh(f.code.registers.sum + WIDTH * place, f.out.sum_low.dtype.type).fill(0)
    if f.out.near is not None:
        f.out.near[0, f.part] = 0


def _open(f: Frame, place: int) -> int:
    """Write zeros into the registers of a sum that are not there yet; return its first register.

    Only a few rows differ from what all have: ``HIGH`` is how much more than ``BOTH`` a sum can be, ``MOST`` and
    ``SURE`` how much less than the sum of all maxima.
    """
    base = f.code.registers.sum + WIDTH * place
    if not f.tops[place][0]:
        f.tops[place][0] = 1
        f.fresh(base + Sum.HIGH).fill(0)
        for part in (Sum.MOST, Sum.SURE):
            f.fresh(base + part, np.int64).fill(0)
        f.fresh(base + Sum.FLAGS, np.uint8).fill(0)
    return base


def keep(f: Frame, out: int, a: int, b: int, k: Sequence[int]) -> None:
    """Take ``KEEP``."""
    low, clause, where, points = f.registers[out], f.registers[out + Part.CLAUSE], (a, f.part), f.out
    if low is not f.row:
        points.points[where] = low
    if points.low is not None and points.high is not None:
        points.low[where], points.high[where] = low, f.registers[out + Part.HIGH] if f.opened[0] else low
    if f.opened[0]:
        state = f.registers[out + Part.STATE]
        rows = state.nonzero()[0]
        own = state[rows]
        extra = f.registers[out + Part.HIGH][rows] - low[rows]
        most = np.where(own != NOT_APPLICABLE, k[0], 0)
        sure = most if k[1] else np.where(own < MISSING, k[0], 0)
        _add(f, b, Told(low, k[0], rows, extra, most, sure, own))
        clause[rows[(own == MISSING) | (own == REFUSED)]] = -1
        points.points[where][rows[own >= MISSING]] = 0
        points.states[where] = state
    else:
        f.registers[f.code.registers.sum + WIDTH * b] += low
        f.tops[b][1] += k[0]
        f.tops[b][2] |= SETTLED
        points.states[where] = 0
    if clause is not f.label:
        points.clauses[where] = clause
    f.leaf, f.row, f.label = a + 1, None, None


def _add(f: Frame, place: int, part: Told) -> None:
    base, registers, rows = _open(f, place), f.registers, part.rows
    registers[base] += part.low
    f.tops[place][1] += part.most
    if not len(rows):
        f.tops[place][2] |= SETTLED
        return
    flags = registers[base + Sum.FLAGS]
    before = flags[rows]
    flags |= np.uint8(SETTLED)
    flags[rows] = before | _FLAGS[part.state] | np.uint8(DIFFERS)
    registers[base + Sum.HIGH][rows] += part.extra
    registers[base + Sum.MOST][rows] += part.most - part.own
    registers[base + Sum.SURE][rows] += part.most - part.sure


def close(f: Frame, out: int, a: int, b: int, k: Sequence[int]) -> None:
    """Take ``CLOSE``."""
    opened, top, known = f.tops[a]
    total, settled = k[Node.TOTAL], f.registers[out]
    aside = f.code.registers.sum + WIDTH * (total + 1) if a == total and f.tops[total + 1][0] else -1
    plain = k[Node.MODE] < 0 and not k[Node.BLOCK] and aside < 0
    if plain and not opened and known == SETTLED and (not k[Node.RESCALE] or top == k[Node.MOST]):
        _write(f, a, settled, settled, 0, top)
        if b >= 0:
            f.registers[f.code.registers.sum + WIDTH * b] += settled
            f.tops[b][1] += top
            f.tops[b][2] |= known
        return
    told = _as_it_is(f, a, k) if plain and not k[Node.RESCALE] else _settled(f, a, k, aside)
    if b >= 0:
        _add(f, total + 1 if k[Node.BLOCK] and b == total else b, told)


def _write(f: Frame, place: int, low: Any, high: Any, state: Any, most: Any) -> None:
    where, points = (place, f.part), f.out
    points.sum_low[where], points.sum_high[where], points.sum_states[where] = low, high, state
    if points.most is not None:
        points.most[where] = most


def _as_it_is(f: Frame, place: int, k: Sequence[int]) -> Told:
    """Write a sum of which nothing is made; return what it says of itself."""
    base, top = _open(f, place), f.tops[place][1]
    flags = f.registers[base + Sum.FLAGS] | np.uint8(f.tops[place][2])
    rows = (flags != SETTLED).nonzero()[0]
    state, extra, low = _STATES[flags[rows]], f.registers[base + Sum.HIGH][rows], f.registers[base]
    _write(f, place, low, low, 0, top)
    own, gone, where = top - f.registers[base + Sum.MOST][rows], state == NOT_APPLICABLE, (place, f.part)
    sure = np.where(state < MISSING, own, top - f.registers[base + Sum.SURE][rows])
    f.out.sum_high[where][rows] += extra
    f.out.sum_states[where][rows] = state
    if f.out.most is not None:
        f.out.most[where][rows] = np.where(gone, k[Node.MOST], own)
    return Told(low, top, rows, extra, np.where(gone, 0, own), np.where(gone, 0, sure), state)


def _settled(f: Frame, place: int, k: Sequence[int], aside: int) -> Told:
    """Bring a sum to quanta: rescaled to the whole maximum, with blocks set aside, rounded; write it, return it."""
    base, (_, top, known), registers = _open(f, place), f.tops[place], f.registers
    low = registers[base].astype(f.numbers)
    high = low + registers[base + Sum.HIGH]
    flags = registers[base + Sum.FLAGS] | np.uint8(known)
    if aside >= 0:
        flags = flags | (registers[aside + Sum.FLAGS] & np.uint8(LACKS | REFUSES))
    state = _STATES[flags]
    gone = state == NOT_APPLICABLE
    parts = np.where(gone, k[Node.MOST], top - registers[base + Sum.MOST])
    sure = top - registers[base + Sum.SURE]
    under, most = parts, np.full_like(parts, k[Node.MOST]) if k[Node.RESCALE] else parts
    if k[Node.RESCALE]:
        # Should what is open turn out not to apply, points taken off weigh more.
        lighter = np.where(sure > 0, sure, k[Node.LEAST])
        under = np.where(((state == MISSING) | (state == REFUSED)) & (low < 0), lighter, parts)
    under, over, limit = (_as_wide(f, part) for part in (under, parts, most))
    (low, bottom, low_times), (high, above, times) = (_rescaled(end, at, k) for end, at in ((low, under), (high, over)))
    if aside >= 0:
        low = low + np.where(gone, 0, registers[aside]) * bottom
        high = high + np.where(gone, 0, registers[aside] + registers[aside + Sum.HIGH]) * above
    if k[Node.DOUBT] and f.out.near is not None:
        near = _near(low, bottom, low_times, limit, k) | _near(high, above, times, limit, k)
        f.out.near[0, f.part] |= (near & ~gone).astype(np.int8)
    low, high = _quanta(low, bottom, limit, k), _quanta(high, above, limit, k)
    if k[Node.BLOCK]:
        low, high, state = _block(low, high, state, k)
    _write(f, place, low, high, state, most)
    own, whole = np.where(state != NOT_APPLICABLE, most, 0), k[Node.MOST] if k[Node.RESCALE] else top
    rows = ((state != 0) | (own != whole)).nonzero()[0]
    sure = np.where(state < MISSING, own, np.where(state != NOT_APPLICABLE, sure, 0))
    return Told(low, whole, rows, (high - low)[rows], own[rows], sure[rows], state[rows])


def _as_wide(f: Frame, most: Any) -> Any:
    """Return maxima as wide as points are: in quanta they may pass 64 bits."""
    return most.astype(f.numbers, copy=False)


def _rescaled(end: Any, parts: Any, k: Sequence[int]) -> tuple[Any, Any, Any]:
    """Return an end brought from the maximum of its parts to the whole one, as a quotient, and how many times it is."""
    short = parts != k[Node.MOST]
    if not k[Node.RESCALE] or not short.any():
        return end, 1, 1
    times = np.where(short, k[Node.MOST], 1)
    return end * times, np.where(short, parts, 1), times


def _quanta(top: Any, bottom: Any, most: Any, k: Sequence[int]) -> Any:
    """Return a sum in quanta, rounded by the rule where there is one, but not past its maximum."""
    if k[Node.MODE] < 0:
        return divided(top, bottom)
    up, down, units = k[Node.ROUND_UP], k[Node.ROUND_DOWN], k[Node.UNITS]
    steps, whole = rounded(top, bottom, k[Node.MODE], up, down), most * k[Node.UNIT]
    past = (top * units <= whole * bottom) & (steps * (up * units) > whole * down)
    return np.where(past, divided(whole, units), divided(steps * up, down))


def _near(top: Any, bottom: Any, times: Any, most: Any, k: Sequence[int]) -> Any:
    """Say where quanta leave it in doubt which way a sum, so many times over, is rounded."""
    doubt = np.maximum(bottom, times) * k[Node.DOUBT]
    return _quanta(top - doubt, bottom, most, k) != _quanta(top + doubt, bottom, most, k)


def _block(low: Any, high: Any, state: Any, k: Sequence[int]) -> tuple[Any, Any, Any]:
    """Turn a sum into what its block adds to the total or takes off."""
    state = np.where(state == NOT_APPLICABLE, np.uint8(0), state)
    if k[Node.LIMITS]:
        low, high = np.minimum(low, k[Node.LIMIT]), np.minimum(high, k[Node.LIMIT])
    return (-high, -low, state) if k[Node.BLOCK] == 2 else (low, high, state)
