"""Cut-offs: which value gives a wanted share of units the points above it, who just misses, who crowds just above."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import comb

from tieuchi.errors import Issue, Position, ScenarioError
from tieuchi.whatif.cohort import Cohort
from tieuchi.whatif.dial import Dial
from tieuchi.whatif.terms import open_interval, terms_of


@dataclass(frozen=True, slots=True)
class Interval:
    """Values of a dial between ``low`` and ``high``; None is no end."""

    low: Fraction | None
    low_closed: bool
    high: Fraction | None
    high_closed: bool

    def holds(self, value: Fraction) -> bool:
        """Say whether a value lies inside."""
        above = self.low is None or value > self.low or (self.low_closed and value == self.low)
        below = self.high is None or value < self.high or (self.high_closed and value == self.high)
        return above and below


@dataclass(frozen=True, slots=True)
class CutOff:
    """All values of a threshold that bring the same units to or beyond it, and the simplest of them."""

    passed: int
    units: int
    interval: Interval
    value: Fraction

    @property
    def share(self) -> Fraction:
        """The share of units that pass."""
        return Fraction(self.passed, self.units)


@dataclass(frozen=True, slots=True)
class Solution:
    """The cut-offs nearest to a wanted share: the one that gives it or a little less, and the next that gives more."""

    dial: Dial
    wanted: Fraction
    nearest: CutOff
    other: CutOff | None
    points: Fraction | None = None
    """The points that count as reaching it; where the dial is a single cut-off, those beyond it."""
    left_out: tuple[int, ...] = ()
    """Units that have no settled value to compare; shares are of the others."""

    @property
    def exact(self) -> bool:
        """Whether the wanted share is reached to the unit."""
        return self.nearest.share == self.wanted


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A unit close to a cut-off: its value, and how far it is beyond (below zero: short of it)."""

    unit: int
    value: Fraction
    beyond: Fraction


@dataclass(frozen=True, slots=True)
class Bunching:
    """How many units stand within a width above and below a cut-off, and how likely so many above are by chance.

    ``chance`` is exact: that of at least ``above`` heads in ``above + below`` tosses.
    """

    width: Fraction
    above: int
    below: int
    chance: Fraction


def passing(cohort: Cohort, dial: Dial) -> tuple[list[tuple[Fraction, int]], bool]:
    """Return each measured unit's own value in terms of the dial, the highest first, and whether reaching is passing.

    Raises:
        ScenarioError: The dial is no single cut-off, or nobody is measured by it.
    """
    terms = terms_of(cohort, dial) if dial.stepped else ()
    if not terms or len({term.edge.leaf for term in terms}) > 1 or len({term.closed for term in terms}) > 1:
        code = "S714" if not terms else "S715"
        raise ScenarioError([Issue(code, Position(dial.path), facts={"name": dial.path})])
    values = [
        (Fraction(int(term.above[place]), int(term.below[place])), place)
        for term in terms
        for place in range(len(cohort.units))
        if term.there[place] and not term.open[place]
    ]
    if not values:
        raise ScenarioError([Issue("S716", Position(dial.path), facts={"name": dial.path})])
    return sorted(values, key=lambda pair: (-pair[0], pair[1])), terms[0].closed


def solve(cohort: Cohort, dial: Dial, share: Fraction) -> Solution:
    """Return the cut-off that gives a wanted share of the measured units the points above it.

    Values are those the rulebook takes: between the cut-offs on either side.
    """
    values, closed = passing(cohort, dial)
    low, high = open_interval(cohort, dial)
    levels: list[tuple[int, Interval]] = []
    count = len(values)
    for passed in range(count + 1):
        top = values[passed - 1][0] if passed else None
        bottom = values[passed][0] if passed < count else None
        if top is not None and top == bottom:
            continue
        levels.append((passed, _inside(Interval(bottom, not closed, top, closed), low, high)))
    held = [(passed, interval) for passed, interval in levels if not _empty(interval)]
    below = [pair for pair in held if Fraction(pair[0], count) <= share]
    above = [pair for pair in held if Fraction(pair[0], count) > share]
    cuts = [CutOff(passed, count, within, simplest(within)) for passed, within in (*below[-1:], *above[:1])]
    cuts.sort(key=lambda cut: (abs(cut.share - share), cut.share))
    there = {unit for _, unit in values}
    left_out = tuple(unit for unit in range(len(cohort.units)) if unit not in there)
    return Solution(dial, share, cuts[0], cuts[1] if len(cuts) > 1 else None, left_out=left_out)


def _inside(found: Interval, low: Fraction | None, high: Fraction | None) -> Interval:
    """Return what of an interval lies between two ends that don't belong to it."""
    bottom, bottom_closed, top, top_closed = found.low, found.low_closed, found.high, found.high_closed
    if low is not None and (bottom is None or low >= bottom):
        bottom, bottom_closed = low, False
    if high is not None and (top is None or high <= top):
        top, top_closed = high, False
    return Interval(bottom, bottom_closed, top, top_closed)


def _empty(interval: Interval) -> bool:
    low, high = interval.low, interval.high
    if low is None or high is None:
        return False
    return low > high or (low == high and not (interval.low_closed and interval.high_closed))


def simplest(interval: Interval) -> Fraction:
    """Return a value inside an interval with as few decimals as possible, near its middle.

    Example:
        >>> simplest(Interval(Fraction(101, 1000), False, Fraction(149, 1000), True))
        Fraction(3, 25)
    """
    low, high = interval.low, interval.high
    if low is None or high is None:
        end = high if low is None else low
        for whole in (0,) if end is None else (end.__floor__(), end.__ceil__()):
            if interval.holds(Fraction(whole)):
                return Fraction(whole)
        return Fraction(0) if end is None else Fraction(end.__floor__() - 1 if low is None else end.__ceil__() + 1)
    if low == high:
        return low
    middle = (low + high) / 2
    for places in range(13):
        scale = 10**places
        for candidate in (Fraction((middle * scale).__floor__(), scale), Fraction((middle * scale).__ceil__(), scale)):
            if interval.holds(candidate):
                return candidate
    return middle


def misses(cohort: Cohort, dial: Dial) -> tuple[list[NearMiss], bool]:
    """Return where every measured unit stands against a cut-off, and whether reaching it is passing."""
    values, closed = passing(cohort, dial)
    return [NearMiss(unit, value, value - dial.base) for value, unit in values], closed


def near_misses(
    found: Sequence[NearMiss], *, closed: bool, most: int = 5
) -> tuple[tuple[NearMiss, ...], tuple[NearMiss, ...]]:
    """Return the units just short of a cut-off and those just at or beyond it, the nearest first."""
    beyond = [n for n in found if n.beyond > 0 or (closed and n.beyond == 0)]
    short = [n for n in found if n.beyond < 0 or (not closed and n.beyond == 0)]
    return tuple(sorted(short, key=lambda n: -n.beyond)[:most]), tuple(sorted(beyond, key=lambda n: n.beyond)[:most])


def bunching(found: Sequence[NearMiss], *, closed: bool, width: Fraction | None = None) -> Bunching:
    """Compare how many units stand just beyond a cut-off and just short of it, within a width on either side.

    The width is a twentieth of the units' range if not given.
    """
    every = [one.beyond for one in found]
    size = (max(every) - min(every)) / 20 if width is None else width
    above = sum(0 <= v < size if closed else 0 < v <= size for v in every)
    below = sum(-size <= v < 0 if closed else -size < v <= 0 for v in every)
    tosses = above + below
    chance = Fraction(sum(comb(tosses, heads) for heads in range(above, tosses + 1)), 2**tosses)
    return Bunching(size, above, below, chance)
