"""Functions ``(a t + b) / (c t + d)`` of one number, found from a few of their values and met exactly.

Every number of a scale is one of these in every number of the rulebook: an end of a piece, the slope up to it, what a
violation takes off.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import isqrt

ZERO, ONE = Fraction(0), Fraction(1)


@dataclass(frozen=True, slots=True)
class Ratio:
    """``(a t + b) / (c t + d)``."""

    a: Fraction
    b: Fraction
    c: Fraction = ZERO
    d: Fraction = ONE

    def at(self, t: Fraction) -> Fraction:
        """Return the value at ``t``, which is no pole."""
        return (self.a * t + self.b) / (self.c * t + self.d)

    @property
    def constant(self) -> bool:
        """Whether it is the same everywhere."""
        return self.a * self.d == self.b * self.c

    def plus(self, number: Fraction) -> Ratio:
        """Return the function and a number added up."""
        return Ratio(self.a + number * self.c, self.b + number * self.d, self.c, self.d)

    def pole_in(self, low: Fraction, high: Fraction) -> bool:
        """Say whether it has no value somewhere from ``low`` to ``high``."""
        return bool(self.c) and low <= -self.d / self.c <= high


def constant(number: Fraction) -> Ratio:
    """Return the function that is a number everywhere."""
    return Ratio(ZERO, number)


def fitted(points: Sequence[tuple[Fraction, Fraction]]) -> Ratio | None:
    """Return the function through some points, at least four of different ``t``; None where there is none.

    Example:
        >>> found = fitted([(Fraction(t), Fraction(6, t + 1)) for t in (1, 2, 3, 5)])
        >>> found.at(Fraction(11)) if found else None
        Fraction(1, 2)
    """
    (t0, v0), (t1, v1), (t2, v2), *_ = points
    slope = (v1 - v0) / (t1 - t0)
    found: Ratio | None = Ratio(slope, v0 - slope * t0)
    if found is not None and found.at(t2) != v2:
        found = _bent((t0, t1, t2), (v0, v1, v2))
    if found is None or any(not found.c * t + found.d or found.at(t) != v for t, v in points):
        return None
    return found


def _bent(ts: tuple[Fraction, Fraction, Fraction], vs: tuple[Fraction, Fraction, Fraction]) -> Ratio | None:
    """Return the hyperbola ``(a t + b) / (t + d)`` through three points."""
    (t0, t1, t2), (v0, v1, v2) = ts, vs
    # Each point says a t + b - d v = v t; subtracting the first leaves two equations for a and d.
    p1, q1, r1 = t1 - t0, v0 - v1, v1 * t1 - v0 * t0
    p2, q2, r2 = t2 - t0, v0 - v2, v2 * t2 - v0 * t0
    bottom = p1 * q2 - p2 * q1
    if not bottom:
        return None
    a, d = (r1 * q2 - r2 * q1) / bottom, (p1 * r2 - p2 * r1) / bottom
    return Ratio(a, v0 * (t0 + d) - a * t0, ONE, d)


def meetings(first: Ratio, second: Ratio) -> list[Fraction] | None:
    """Return where two functions have the same value; nothing if that is everywhere, None if no fraction says where.

    Example:
        >>> meetings(Ratio(ONE, ZERO), Ratio(ZERO, Fraction(6), ONE, ONE))
        [Fraction(-3, 1), Fraction(2, 1)]
    """
    square = first.a * second.c - second.a * first.c
    line = first.a * second.d + first.b * second.c - second.a * first.d - second.b * first.c
    rest = first.b * second.d - second.b * first.d
    if not square:
        return [-rest / line] if line else []
    under = line * line - 4 * square * rest
    if under < 0:
        return []
    root = _root(under)
    if root is None:
        return None
    return sorted({(-line - root) / (2 * square), (-line + root) / (2 * square)})


def _root(number: Fraction) -> Fraction | None:
    top, bottom = isqrt(number.numerator), isqrt(number.denominator)
    exact = top * top == number.numerator and bottom * bottom == number.denominator
    return Fraction(top, bottom) if exact else None
