"""A ratio of two readings, and growth, which is one less 1: decided exactly, in whole numbers too."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor
from typing import NamedTuple

from tieuchi.algebra.domain import Domain
from tieuchi.algebra.interval import Interval
from tieuchi.algebra.query import UNDECIDED, Undecided
from tieuchi.model.canonical import Quotient

MOST_DENOMINATORS = 5_000
"""Up to this many denominators are gone through one by one."""

_POSITIVE = Interval(low=Fraction(0), low_closed=False)
_PART = Interval(high=Fraction(1))


class Pair(NamedTuple):
    """The two readings of a ratio."""

    above: str
    below: str


class PairForm(NamedTuple):
    """A value that is ``factor * above / below + shift``."""

    pair: Pair
    factor: Fraction
    shift: Fraction
    part: bool

    def of_ratio(self, interval: Interval) -> tuple[Pair, Interval]:
        """Return the pair and where its ratio must lie for the value to lie in an interval."""
        allowed = interval.moved(1 / self.factor, -self.shift / self.factor)
        return self.pair, allowed & _PART if self.part else allowed


def pair_of(quotient: Quotient) -> PairForm | None:
    """Return a quotient as a ratio of two readings, if it is one."""
    above, below = quotient.numerator, quotient.denominator
    if above.constant or below.constant or len(below.terms) != 1 or not 1 <= len(above.terms) <= 2:
        return None
    name, divisor = below.terms[0]
    factors = dict(above.terms)
    shift = factors.pop(name, Fraction(0)) / divisor
    if len(factors) != 1 or divisor < 0:
        return None
    other, factor = next(iter(factors.items()))
    return PairForm(Pair(other, name), factor / divisor, shift, quotient.kind == "coverage")


def solve_pair(
    pair: Pair, ratio: Interval, singles: dict[str, Interval], domain: Domain, *, linked: bool
) -> dict[str, Fraction] | Undecided | None:
    """Return two readings whose ratio lies in an interval, each in its own range; None if there are none."""
    tops = singles.get(pair.above, domain.range_of(pair.above))
    bottoms = singles.get(pair.below, domain.range_of(pair.below)) & _POSITIVE
    if linked:
        ratio &= _PART
    if tops.low is not None and tops.low >= 0:
        ratio &= Interval(low=Fraction(0))
    if ratio.empty or bottoms.member(whole=domain.whole(pair.below)) is None:
        return None
    if domain.whole(pair.above) and domain.whole(pair.below):
        found = _whole_pair(ratio, tops, bottoms)
    elif not domain.whole(pair.above):
        found = _free_top(ratio, tops, bottoms, whole=domain.whole(pair.below))
    else:
        found = UNDECIDED
    if found is None or isinstance(found, Undecided):
        return found
    return {pair.above: found[0], pair.below: found[1]}


def _whole_pair(ratio: Interval, tops: Interval, bottoms: Interval) -> tuple[Fraction, Fraction] | Undecided | None:
    """Return whole numbers ``k / n`` in an interval, by the simplest fraction first, then by every denominator."""
    plain = ratio.member()
    assert plain is not None
    k, n = plain.numerator, plain.denominator
    times = bottoms.moved(Fraction(1, n), Fraction(0))
    if k:
        times &= tops.moved(Fraction(1, k), Fraction(0))
    elif not tops.holds(Fraction(0)):
        times = Interval(Fraction(1), Fraction(0))
    first = times.member(whole=True)
    if first is not None:
        return first * k, first * n
    low, high = bottoms.wholes()
    if low is None:
        return UNDECIDED
    last = high if high is not None and high - low <= MOST_DENOMINATORS else low + MOST_DENOMINATORS
    for bottom in range(low, last + 1):
        least, most = (ratio.moved(Fraction(bottom), Fraction(0)) & tops).wholes()
        if least is None or most is None or least <= most:
            top = least if least is not None else most if most is not None else 0
            return Fraction(top), Fraction(bottom)
    return None if last == high else UNDECIDED


def _free_top(
    ratio: Interval, tops: Interval, bottoms: Interval, *, whole: bool
) -> tuple[Fraction, Fraction] | Undecided | None:
    """Return a ratio whose numerator need not be whole."""
    low, high = bottoms.low, bottoms.high
    tries = {bottoms.member(whole=whole)}
    tries |= {end if end is None else Fraction(f(end)) for end in (low, high) for f in (floor, ceil)}
    tries |= {low, high} if not whole else set()
    for bottom in tries:
        if bottom is None or not bottoms.holds(bottom):
            continue
        top = (ratio.moved(bottom, Fraction(0)) & tops).member()
        if top is not None:
            return top, bottom
    return UNDECIDED
