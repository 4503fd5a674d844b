"""The numpy machine: from values and answers to points, state and clause. See ``code.Op``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from tieuchi.columnar import numpy_far
from tieuchi.columnar.code import WIDTH, Part
from tieuchi.columnar.layout import DECLARED, MISSING, NOT_APPLICABLE
from tieuchi.columnar.numpy_base import Frame, Lack, divided
from tieuchi.columnar.numpy_values import NO, YES, equal, lacks_of, times

LOW, HIGH, STATE, CLAUSE, BOTTOM = Part


class Edge(NamedTuple):
    """A threshold: how it is reached, and what it adds to the points.

    ``start`` is what the denominator is multiplied with; where that is constant, what the numerator is compared with.
    """

    beyond: Any
    start: int
    more: Any


class Bands(NamedTuple):
    """Numbers of ``BANDS``; ``step`` is what each threshold adds, where all add the same."""

    fresh: int
    base: Any
    first: int
    cuts: int
    edges: Sequence[Edge]
    widest: int
    step: Any
    kind: Any


def bands_of(k: Sequence[int], kind: Any, *, moving: bool) -> Bands:
    """Return the numbers of a step ``BANDS`` for points of a kind."""
    fresh, base, first, cuts, same = k[:5]
    edges, exact = [], kind is object
    for start, open_, more, own, reach in zip(*(iter(k[5:]),) * 5, strict=True):
        if own and (moving or exact):
            edges.append(Edge(np.greater if open_ else np.greater_equal, start if moving else start * same, more))
        elif own:
            edges.append(Edge(np.greater_equal, reach, more))
    even = len({edge.more for edge in edges}) == 1
    widest = max(abs(edge.start) for edge in edges)
    return Bands(
        fresh, base, first, cuts if moving or exact else 1, edges, widest, edges[0].more if even else None, kind
    )


def constant(f: Frame, out: int, _a: int, _b: int, k: Sequence[Any]) -> None:
    """Take ``CONSTANT``."""
    points, clause, state, kind = k
    f.clauses(out).fill(clause)
    f.points(out, kind).fill(points)
    if state:
        f.spread(out)
        f.registers[out + STATE].fill(state)


def bands(f: Frame, out: int, a: int, b: int, k: Bands) -> None:
    """Take ``BANDS``: count the thresholds that are reached, and add up what they are worth."""
    place, low = f.spare(0, np.int8), f.points(out, k.kind) if k.fresh else f.spare(2, k.kind)
    far = numpy_far.overflows(f, (a, k.cuts), (b, k.widest))
    above: Any = numpy_far.side(f, a, k.cuts, 0) if far else times(f, a, k.cuts, 0)
    below = numpy_far.side(f, b, 1, 2) if far and b >= 0 else None
    found = place.view(bool)
    for at, edge in enumerate(k.edges):
        if far:
            other = numpy_far.more(f, below, edge.start, 1) if below else numpy_far.side(f, b, edge.start, 1)
            numpy_far.stands(f, edge.beyond, above, other, found)
        else:
            edge.beyond(above, times(f, b, edge.start, 1) if b >= 0 else edge.start, out=found)
        if k.step is None:
            worth = np.multiply(found, edge.more, out=f.spare(3, k.kind) if at else low, dtype=k.kind)
            low += worth if at else k.base
        if at:
            np.add(place, found.view(np.int8), out=place)
        found = f.spare(1, bool)
    if k.step is not None:
        low[:] = place
        low *= k.step
        low += k.base
    if k.fresh:
        np.add(place, k.first, out=f.clauses(out), dtype=f.out.clauses.dtype)
    else:
        f.registers[out] += low
        f.registers[out + CLAUSE] += place


def slope(f: Frame, out: int, a: int, b: int, k: Sequence[int]) -> None:
    """Take ``SLOPE``."""
    here, base, rate, share, same, exact = k
    on = np.equal(f.registers[out + CLAUSE], here, out=f.spare(0, bool))
    if not on.any():
        return
    if not exact and not f.wide:
        f.write(out, on, numpy_far.quotient(f, a, b, same, (base, rate, share), on))
        return
    below = f.positive(b, same)
    if isinstance(below, int):
        below = np.full(1, below, f.numbers)  # as arrays do, it wraps around where 64 bits can't hold a product
    points = base * below + rate * f.registers[a]
    if exact:
        f.write(out + BOTTOM, on, below)
    f.write(out, on, points if exact else divided(points, share * below))


def stair(f: Frame, out: int, a: int, b: int, k: Sequence[int]) -> None:
    """Take ``STAIR``."""
    here, base, rate, first, origin, step, started, share, same = k
    on = np.equal(f.registers[out + CLAUSE], here, out=f.spare(0, bool))
    if not on.any():
        return
    below, points = f.positive(b, same), f.spare(1)
    np.multiply(f.registers[a], -first if started else first, out=points)
    if origin:
        points += below * (origin if started else -origin)
    if f.wide or b >= 0 or same * step != 1:
        points //= below * step
    points *= -rate if started else rate
    points += base
    f.write(out, on, points if share == 1 else divided(points, share))


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
    taken = (answer.view(bool) if f.sure[a] else answer == YES).nonzero()[0]
    if len(taken):
        if state:
            f.spread(out)
        settled: list[tuple[int, Any]] = [(LOW, points), (CLAUSE, clause)]
        settled += [(HIGH, points), (STATE, state)] if f.opened[0] else []
        for part, number in (*settled, *([(BOTTOM, 1)] if k[5] else [])):
            f.registers[out + part][taken] = number
    _lacking(f, out, a, k[3:])


def zero(f: Frame, out: int, a: int, _b: int, k: Sequence[int]) -> None:
    """Take ``ZERO``."""
    if f.cells[a] is not None or f.least_of(a) <= 0:
        answer = f.code.registers.answers
        equal(f, answer, a, -1, (0,))
        put(f, out, answer, -1, k)


def merge(f: Frame, out: int, a: int, _b: int, k: Sequence[int]) -> None:
    """Take ``MERGE``."""
    other, taken = out + WIDTH, f.registers[a] == YES
    if f.opened[1]:
        f.spread(out)
    elif f.opened[0]:
        f.spread(other)
    parts = [LOW, CLAUSE, *([HIGH, STATE] if f.opened[0] else []), *([BOTTOM] if k[2] else [])]
    for part in parts:
        f.write(out + part, taken, f.registers[other + part])
    _lacking(f, out, a, k)


def _lacking(f: Frame, out: int, a: int, k: Sequence[int]) -> None:
    """Leave rows open of which an answer is not known. Numbers: low, high, whether exact, whether it opens."""
    answer = f.registers[a]
    if not f.sure[a]:
        f.spread(out)
        f.put_lack(answer, out, *k[:3])
    if k[2]:
        opened = f.registers[f.code.registers.marks]
        opened[answer != NO] = False
        opened[answer > YES] = bool(k[3])


def tally(f: Frame, out: int, _a: int, _b: int, k: Sequence[int]) -> None:
    """Take ``TALLY``."""
    f.clauses(out).fill(k[0])
    f.fresh(out).fill(0)


def item_equal(f: Frame, out: int, a: int, _b: int, k: Sequence[int]) -> None:
    """Take ``ITEM_EQUAL``."""
    answer, state = np.equal(f.registers[a], k[0], out=f.spare(0, bool)).view(np.uint8), f.cells[a]
    _item(f, out, answer if state is None else np.where(state != 0, state, answer), k[1], k[2], state is not None)


def item(f: Frame, out: int, a: int, _b: int, k: Sequence[int]) -> None:
    """Take ``ITEM``."""
    _item(f, out, f.registers[a], k[0], k[1], not f.sure[a])


def _item(f: Frame, out: int, answer: Lack, points: int, bit: int, lacks: bool) -> None:
    """Add a part of a checklist: what it is worth where it holds, and at most also where that is not known."""
    registers, worth, clause = f.registers, f.spare(1), f.registers[out + CLAUSE]
    if lacks:
        f.spread(out)
    if f.opened[f.flag(out)]:
        registers[out + HIGH] += np.multiply(answer != NO, points, out=worth, dtype=f.numbers)
        registers[out + STATE] = np.maximum(registers[out + STATE], np.where(answer > YES, answer, np.uint8(0)))
    holds = answer == YES if lacks else answer.view(bool)
    registers[out] += np.multiply(holds, points, out=worth, dtype=f.numbers)
    clause += np.multiply(holds, bit, dtype=clause.dtype)


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
    f.clauses(out).fill(-1)
    points = divided(times(f, a, up, 0), down)
    np.multiply(points, factor, out=f.fresh(out))
    f.spread(out)
    f.registers[out + STATE].fill(DECLARED)
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
