"""Bends: where any unit's points jump or begin to move, and where ranks cross, as any number of a rulebook turns.

Breakpoints are the case in which nothing moves between two of them. Here points may change continuously, as on a slope
whose end is turned: the list still is finite and exact, and says between which values whose points move.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

import numpy as np

from tieuchi.errors import ScenarioError
from tieuchi.scoring.compiled import compile_leaf
from tieuchi.whatif.curves import Curve, Curves, told_by_unit
from tieuchi.whatif.dial import Dial, Rules
from tieuchi.whatif.ratio import Ratio, meetings

MOST_RANKED = 200
"""Units of which every pair is asked whether it crosses."""
HALVINGS = 20
DOUBLINGS = 6


@dataclass(frozen=True, slots=True)
class Bend:
    """One value of a dial at which something changes.

    ``jumps``: points of these units jump, on reaching it if ``at``, else beyond; with how much. ``turns``: points of
    these begin, end or change how they move. ``ranks``: ranks before and after, of those who change theirs.
    """

    value: Fraction
    at: bool
    jumps: tuple[tuple[int, Fraction], ...]
    turns: tuple[int, ...]
    ranks: dict[int, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Stretch:
    """From a value to another the points of some units change continuously."""

    low: Fraction
    high: Fraction
    units: tuple[int, ...]


class Bends:
    """All bends of a dial between two values.

    ``ranked`` unless ranks can't be told: there are too many units, or totals are no plain sums. Ranks are among the
    units whose totals are settled all the way.
    """

    def __init__(self, curves: Curves) -> None:
        self.curves, self.cohort, self.dial = curves, curves.cohort, curves.dial
        self.low, self.high = curves.low, curves.high
        self._of = told_by_unit(curves)
        few = len(self.dial.leaves) == 1 and len(self.cohort.units) <= MOST_RANKED
        self.ranked = few and self.cohort.additive
        self._settled = [u for u in range(len(self.cohort.units)) if self.cohort.settled[u] and u not in curves.open]
        self._now = [self._points_now(unit) for unit in range(len(self.cohort.units))] if self.ranked else []
        self._known = {unit: found for unit, found in self._of.items() if unit not in curves.open}
        own = {b for found in self._known.values() for _, curve in found for b in curve.bends}
        ends = [self.low, *sorted(own), self.high]
        crossings = {t for low, high in pairwise(ends) for t in self._crossings(low, high)} if self.ranked else set()
        self.values = sorted(own | crossings)
        ends = [self.low, *self.values, self.high]
        self._ranks = [self._ranks_at((low + high) / 2) for low, high in pairwise(ends)] if self.ranked else []
        found = (self._bend(place) for place in range(len(self.values)))
        self.found = tuple(bend for bend in found if bend.jumps or bend.turns or bend.ranks)
        self.stretches = self._stretches(sorted(own))

    def _points_now(self, unit: int) -> Fraction:
        """Return a unit's points as the rulebook stands, which may be beyond the range that is looked at."""
        leaf = self.cohort.plan.leaves[self.dial.leaves[0]]
        return self.cohort.score(leaf, compile_leaf(leaf), self.cohort.units[unit]).points or Fraction(0)

    @property
    def left_out(self) -> tuple[int, ...]:
        """The units that have no total somewhere on the way, and so no rank."""
        return tuple(sorted(set(range(len(self.cohort.units))) - set(self._settled)))

    def total(self, unit: int, low: Fraction, high: Fraction) -> Ratio:
        """Return a unit's total between two values that no bend of its own parts; exact, less what does not move."""
        ((place, curve),) = self._of[unit]
        sign = self.cohort.sign(self.cohort.plan.leaves[place])
        part = curve.part(low, high)
        rest = (self.cohort.exact[unit] or Fraction(0)) - sign * self._now[unit]
        return Ratio(sign * part.a, sign * part.b, part.c, part.d).plus(rest)

    def _crossings(self, low: Fraction, high: Fraction) -> list[Fraction]:
        """Return where totals of two units meet inside a stretch on which each is one function."""
        totals = [self.total(unit, low, high) for unit in self._settled]
        moving = [unit for unit, total in enumerate(totals) if not total.constant]
        near = [(total.at(low), total.at(high)) for total in totals]
        found = []
        for first in moving:
            for second in range(len(totals)):
                if second in moving and second <= first:
                    continue
                start, end = (near[first][side] - near[second][side] for side in (0, 1))
                alike = (totals[first].c, totals[first].d) == (totals[second].c, totals[second].d)
                if alike and start * end > 0:
                    continue  # a difference without a bend of its own passes zero once or never
                found += [t for t in meetings(totals[first], totals[second]) or () if low < t < high]
        return found

    def _ranks_at(self, value: Fraction) -> np.ndarray:
        low, high = self._around(value)
        totals = {unit: self.total(unit, low, high).at(value) for unit in self._settled}
        order = {total: place for place, total in enumerate(sorted(set(totals.values())))}
        places, settled = np.zeros(len(self.cohort.units), np.int64), np.zeros(len(self.cohort.units), bool)
        for unit, total in totals.items():
            places[unit], settled[unit] = order[total], True
        return self.cohort.ranks(places, settled)

    def _around(self, value: Fraction) -> tuple[Fraction, Fraction]:
        ends = [self.low, *self.values, self.high]
        place = bisect_left(ends, value, 1, len(ends) - 1)
        return ends[place - 1], ends[place]

    def _bend(self, place: int) -> Bend:
        value = self.values[place]
        jumps, turns, reached = [], [], False
        for unit, curves in self._known.items():
            size, turned, on = Fraction(0), False, False
            for leaf, curve in curves:
                if value in curve.bends:
                    before, here, after = _around(curve, value)
                    size += (after - before) * self.cohort.sign(self.cohort.plan.leaves[leaf])
                    turned, on = turned or before == after, on or here != before
            if size:
                jumps.append((unit, size))
                reached |= on
            elif turned:
                turns.append(unit)
        shifts = {}
        if self.ranked:
            was, now = self._ranks[place], self._ranks[place + 1]
            shifts = {int(u): (int(was[u]), int(now[u])) for u in np.flatnonzero(was != now)}
        return Bend(value, reached, tuple(jumps), tuple(turns), shifts)

    def _stretches(self, ends: Sequence[Fraction]) -> tuple[Stretch, ...]:
        """Return where points move continuously, neighbours of the same units joined."""
        found: list[Stretch] = []
        for low, high in pairwise([self.low, *ends, self.high]):
            units = tuple(
                unit
                for unit, curves in self._known.items()
                if any(not curve.part(low, high).constant for _, curve in curves)
            )
            if units and found and found[-1].units == units and found[-1].high == low:
                found[-1] = Stretch(found[-1].low, high, units)
            elif units:
                found.append(Stretch(low, high, units))
        return tuple(found)


def _around(curve: Curve, value: Fraction) -> tuple[Fraction, Fraction, Fraction]:
    """Return the points just before, at and just after a bend."""
    place = curve.ends.index(value)
    return curve.parts[place - 1].at(value), curve.at[place], curve.parts[place].at(value)


def widest(rules: Rules, dial: Dial) -> tuple[Fraction, Fraction]:
    """Return about how far a dial can be turned before the rulebook is refused; never further than 64 times itself."""
    return _far(rules, dial, -1), _far(rules, dial, 1)


def _far(rules: Rules, dial: Dial, sign: int) -> Fraction:
    step = abs(dial.base) or Fraction(1)

    def taken(value: Fraction) -> bool:
        try:
            rules.turned({dial.path: value})
        except ScenarioError:
            return False
        return True

    good, bad = dial.base, None
    for power in range(DOUBLINGS + 1):
        value = dial.base + sign * step * 2**power
        if sign < 0 and dial.base >= 0 > value:
            value = Fraction(0)
        if value == good:
            return good
        if not taken(value):
            bad = value
            break
        good = value
    for _ in range(HALVINGS):
        if bad is None:
            break
        middle = (good + bad) / 2
        good, bad = (middle, bad) if taken(middle) else (good, middle)
    return good
