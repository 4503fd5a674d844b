"""The numpy machine: products that 63 bits may not hold, told apart exactly all the same.

64-bit integers wrap around, so that the difference of two products comes out right wherever it is small, however large
they are; a float tells the sign wherever it is large. ``FAR`` lies between: a float is off by less, and what is nearer
fits (see ``limits.any_word``). No float decides what is near.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from tieuchi.columnar.limits import SURE, TOTAL_BITS
from tieuchi.columnar.numpy_base import Frame, divided

FAR = float(1 << 62)
WORD = 1 << TOTAL_BITS
FLOATS = 1 << 53
"""Floats hold every whole number below."""


class Side(NamedTuple):
    """A number for each row: as far as it fits 64 bits, and near it as floats."""

    whole: Any
    near: Any


def overflows(f: Frame, *products: tuple[int, int]) -> bool:
    """Say whether some multiples of registers (-1: of one) together may need more than 63 bits."""
    if f.wide:
        return False
    reached = sum([(f.reach(place) if place >= 0 else 1) * abs(factor) for place, factor in products])
    return reached >= WORD or any(place in f.near for place, _ in products)


def linear(f: Frame, out: int, constant: int, terms: Sequence[tuple[int, int]]) -> None:
    """Write a linear form whole and near."""
    whole, near = np.full(f.count, constant, np.int64), np.full(f.count, float(constant))
    for place, factor in terms:
        whole += f.registers[place] * factor
        near += f.registers[place] * float(factor)
    f.put(out, whole)
    f.near[out] = near


def side(f: Frame, place: int, factor: int, spare: int) -> Side:
    """Return a multiple of a register, or (-1) of one."""
    if place < 0:
        return Side(min(max(factor, -WORD), WORD - 1), float(factor))
    near = f.near.get(place)
    if near is None:
        near = f.spare(spare, np.float64)
        near[:] = f.registers[place]
    return more(f, Side(f.registers[place], near), factor, spare)


def more(f: Frame, one: Side, factor: int, spare: int) -> Side:
    """Return a multiple of a number."""
    if factor == 1:
        return one
    whole, near = f.spare(spare), f.spare(spare, np.float64)
    return Side(np.multiply(one.whole, factor, out=whole), np.multiply(one.near, float(factor), out=near))


def stands(f: Frame, beyond: Any, one: Side, other: Side, found: Any) -> None:
    """Write where one number stands so to another (``beyond`` is a comparison)."""
    gap, sign, far = f.spare(4, np.float64), f.spare(4, bool), f.spare(5, bool)
    beyond(np.subtract(one.whole, other.whole, out=f.spare(4)), 0, out=found)
    beyond(np.subtract(one.near, other.near, out=gap), 0, out=sign)
    np.greater(np.abs(gap, out=gap), FAR, out=far)
    sign ^= found
    sign &= far
    found ^= sign


def quotient(f: Frame, a: int, b: int, same: int, k: tuple[int, int, int], on: Any) -> Any:
    """Return ``(base * below + rate * above) / (share * below)`` as whole numbers, halves going away from zero.

    What it is where ``on`` does not hold means nothing.
    """
    base, rate, share = k
    above, below = f.registers[a], f.positive(b, same)
    signed = min(base, rate, f.least_of(a)) < 0
    widest = same if b < 0 else f.most_of(b)
    tops = 2 * (abs(base) * widest + abs(rate) * f.reach(a)) + share * widest
    if tops < FLOATS:
        return _by_floats(f, above, below, k, signed=signed)
    if 3 * share * widest < WORD and f.program.most_points + 2 * abs(base) // share < SURE:
        return _mended(f, above, below, k, signed=signed)
    found, rows = np.zeros(f.count, np.int64), on.nonzero()[0]
    above = above[rows].astype(object)
    below = below if b < 0 else below[rows].astype(object)
    points, most = divided(base * below + rate * above, share * below), f.program.most_points
    found[rows] = np.clip(points, -most, most)  # figures that were cut to 64 bits give anything
    return found


def _by_floats(f: Frame, above: Any, below: Any, k: tuple[int, int, int], *, signed: bool) -> Any:
    """Divide floats: below 2^53 all that goes in is whole, and no quotient is rounded up to a whole number."""
    base, rate, share = k
    top, bottom = f.spare(4, np.float64), _float(f, below)
    np.multiply(above, float(2 * rate), out=top)
    if base:
        top += np.multiply(bottom, float(2 * base), out=f.spare(6, np.float64))
    bottom *= float(share)
    sign = top < 0 if signed else None
    if signed:
        np.abs(top, out=top)
    top += bottom
    bottom *= 2.0
    np.floor(np.divide(top, bottom, out=top), out=top)
    return top if sign is None else np.negative(top, out=top, where=sign)


def _float(f: Frame, below: Any) -> Any:
    if isinstance(below, int):
        return float(below)
    found = f.spare(5, np.float64)
    found[:] = below
    return found


def _mended(f: Frame, above: Any, below: Any, k: tuple[int, int, int], *, signed: bool) -> Any:
    """Divide floats and mend by what is left: that is small, so it is right where products wrap around."""
    base, rate, share = k
    near, found, rest, work = f.spare(4, np.float64), f.spare(4), f.spare(5), f.spare(6)
    unit: Any = below if share == 1 else below * share
    np.multiply(above, float(rate), out=near)
    np.multiply(above, rate, out=rest)
    if base:
        near += np.multiply(below, float(base), out=f.spare(5, np.float64))
        rest += np.multiply(below, base, out=work)
    np.divide(near, unit, out=near)
    negative = near < 0 if signed else None  # asked before it is rounded: half a quantum below 0 comes to -0.0
    np.rint(near, out=near)
    with np.errstate(invalid="ignore"):  # a row that is not on the slope may be anywhere
        np.copyto(found, near, casting="unsafe")
    rest -= np.multiply(found, unit, out=work)
    rest += rest
    up, down = rest >= unit, rest < np.negative(unit)
    if negative is not None:
        up &= ~negative | (rest > unit)
        down |= negative & (rest == np.negative(unit))
    found += up.view(np.int8)
    found -= down.view(np.int8)
    return found
