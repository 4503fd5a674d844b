"""Intervals of exact numbers: intersection, emptiness, and the plainest member of one."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor
from typing import NamedTuple

from tieuchi.model.canonical import Bound, Operator, Piece

ZERO = Fraction(0)


class Interval(NamedTuple):
    """Numbers between two ends; an end that is None is infinity."""

    low: Fraction | None = None
    high: Fraction | None = None
    low_closed: bool = True
    high_closed: bool = True

    def __and__(self, other: Interval) -> Interval:
        """Return what lies in both."""
        low, low_closed = self.low, self.low_closed
        if other.low is not None and (low is None or other.low > low):
            low, low_closed = other.low, other.low_closed
        elif other.low is not None and other.low == low:
            low_closed = low_closed and other.low_closed
        high, high_closed = self.high, self.high_closed
        if other.high is not None and (high is None or other.high < high):
            high, high_closed = other.high, other.high_closed
        elif other.high is not None and other.high == high:
            high_closed = high_closed and other.high_closed
        return Interval(low, high, low_closed, high_closed)

    @property
    def empty(self) -> bool:
        """Whether it holds no number."""
        if self.low is None or self.high is None:
            return False
        return self.low > self.high or (self.low == self.high and not (self.low_closed and self.high_closed))

    def holds(self, x: Fraction) -> bool:
        """Say whether a number lies in it."""
        above = self.low is None or x > self.low or (self.low_closed and x == self.low)
        return above and (self.high is None or x < self.high or (self.high_closed and x == self.high))

    def moved(self, factor: Fraction, shift: Fraction) -> Interval:
        """Return the interval of ``factor * x + shift``; the factor is not 0."""
        if not shift and factor == 1:
            return self
        low = None if self.low is None else self.low * factor + shift
        high = None if self.high is None else self.high * factor + shift
        if factor > 0:
            return Interval(low, high, self.low_closed, self.high_closed)
        return Interval(high, low, self.high_closed, self.low_closed)

    def wholes(self) -> tuple[int | None, int | None]:
        """Return the least and the greatest whole number in it, None where there is no limit."""
        first = last = None
        if self.low is not None:
            first = ceil(self.low)
            first += first == self.low and not self.low_closed
        if self.high is not None:
            last = floor(self.high)
            last -= last == self.high and not self.high_closed
        return first, last

    def member(self, *, whole: bool = False) -> Fraction | None:
        """Return the plainest number in it, or None where there is none.

        Example:
            >>> Interval(Fraction("0.7"), Fraction("0.8"), True, False).member()
            Fraction(3, 4)
            >>> Interval(Fraction(0), Fraction(1), False, False).member(whole=True)
        """
        if self.empty:
            return None
        first, last = self.wholes()
        if first is None and last is None:
            return ZERO
        if first is None or (last is not None and first <= last):
            nearest = max(first, 0) if first is not None else 0
            return Fraction(nearest if last is None or nearest <= last else last)
        if last is None:
            return Fraction(max(first, 0))
        return None if whole else simplest(self)


def simplest(interval: Interval) -> Fraction:
    """Return the fraction with the least denominator in an interval that is not empty and has both ends.

    Example:
        >>> simplest(Interval(Fraction(31, 33), Fraction(1), False, False))
        Fraction(16, 17)
    """
    assert interval.low is not None
    assert interval.high is not None
    if interval.high < 0:
        return -simplest(interval.moved(Fraction(-1), ZERO))
    first, last = interval.wholes()
    assert first is not None
    assert last is not None
    if first <= last:
        return Fraction(min(max(first, 0), last))
    whole = floor(interval.low)
    low, high = interval.low - whole, interval.high - whole
    # The fractional parts lie in (0, 1]; their reciprocals turn the interval round.
    top = None if low == 0 else 1 / low
    turned = Interval(1 / high, top, interval.high_closed, interval.low_closed)
    inner = turned.member() if top is None else simplest(turned)
    assert inner is not None
    return whole + 1 / inner


def between(low: Bound, high: Bound) -> Interval:
    """Return the interval between two bounds."""
    return Interval(low.at, high.at, low.closed, high.closed)


def piece_interval(piece: Piece) -> Interval:
    """Return where a piece holds."""
    return between(piece.lower, piece.upper)


def test_interval(operator: Operator, threshold: Fraction) -> Interval:
    """Return the values for which a test holds."""
    match operator:
        case "at_least":
            return Interval(low=threshold)
        case "more_than":
            return Interval(low=threshold, low_closed=False)
        case "at_most":
            return Interval(high=threshold)
        case "less_than":
            return Interval(high=threshold, high_closed=False)
        case "exactly":
            return Interval(threshold, threshold)


def outside(interval: Interval) -> tuple[Interval, ...]:
    """Return what lies below and above an interval."""
    parts = []
    if interval.low is not None:
        parts.append(Interval(high=interval.low, high_closed=not interval.low_closed))
    if interval.high is not None:
        parts.append(Interval(low=interval.high, low_closed=not interval.high_closed))
    return tuple(parts)


def before_cut(interval: Interval, step: Fraction) -> Interval:
    """Return the values that, cut down to a multiple of ``step``, lie in an interval.

    Example:
        >>> cut = before_cut(Interval(low=Fraction("0.805"), high=Fraction(1), high_closed=False), Fraction(1, 100))
        >>> str(cut.low), cut.low_closed, str(cut.high), cut.high_closed
        ('81/100', True, '1', False)
    """
    first, last = Interval(
        None if interval.low is None else interval.low / step,
        None if interval.high is None else interval.high / step,
        interval.low_closed,
        interval.high_closed,
    ).wholes()
    low = None if first is None else first * step
    high = None if last is None else (last + 1) * step
    return Interval(low, high, True, False)
