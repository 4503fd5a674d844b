"""Breakpoints: the exact finite list of values of one threshold at which any unit's points or rank changes.

A threshold changes a unit's points exactly where it passes the unit's own value, so the list is made of the units'
values and of nothing else. Between two neighbours nothing changes. Floats only order values that are far apart; what
is near is compared in whole numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from tieuchi.errors import Issue, Position, ScenarioError
from tieuchi.whatif.cohort import Cohort, Ints
from tieuchi.whatif.dial import Dial
from tieuchi.whatif.terms import Term, open_interval, open_somewhere, terms_of

_NEAR = 1e-14
_FEW = 20
"""Units up to which it is quicker to see whom they pass than to rank all again."""


@dataclass(frozen=True, slots=True)
class Breakpoint:
    """One value of a threshold. ``at``: points change on reaching it, else only beyond; ``units`` are whose."""

    value: Fraction
    at: bool
    units: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Passing:
    """What a breakpoint does as the threshold rises past it.

    ``changes`` are quanta by unit; ``ranks`` are those of the units whose rank changes, before and after.
    """

    point: Breakpoint
    changes: dict[int, int]
    ranks: dict[int, tuple[int, int]]


class Breakpoints:
    """All breakpoints of one threshold between two values (both excluded), in rising order.

    ``starts`` says where in ``events`` each breakpoint begins; an event is one unit that passes one end of pieces.
    ``settled`` are the units that have a total on the whole way.
    """

    def __init__(self, cohort: Cohort, dial: Dial, terms: Sequence[Term] | None = None) -> None:
        if not dial.stepped:
            raise ScenarioError([Issue("S714", Position(dial.path), facts={"name": dial.path})])
        self.cohort, self.dial = cohort, dial
        self.terms = terms_of(cohort, dial) if terms is None else tuple(terms)
        self.settled = cohort.settled & ~open_somewhere(self.terms, len(cohort.units))
        self.low, self.high = open_interval(cohort, dial)
        above, below, units, gains, at = _events(self.terms, self.low, self.high)
        order = exact_order(above, below, at)
        self.above, self.below, self.units = above[order], below[order], units[order]
        self.gains, self.at = gains[order], at[order]
        self.starts = _starts(self.above, self.below, self.at)

    def __len__(self) -> int:
        return len(self.starts)

    @property
    def left_out(self) -> tuple[int, ...]:
        """The units that have no total somewhere on the way, and so no rank."""
        return tuple(np.flatnonzero(~self.settled).tolist())

    def __getitem__(self, place: int) -> Breakpoint:
        """Return one breakpoint."""
        start, stop = self._part(place)
        value = Fraction(int(self.above[start]), int(self.below[start]))
        return Breakpoint(value, bool(self.at[start]), tuple(self.units[start:stop].tolist()))

    def _part(self, place: int) -> tuple[int, int]:
        place = range(len(self.starts))[place]
        stop = self.starts[place + 1] if place + 1 < len(self.starts) else len(self.above)
        return int(self.starts[place]), int(stop)

    def totals(self, place: int) -> tuple[Ints, Ints]:
        """Return the totals of all units, in quanta, just before and just after a breakpoint as the threshold rises."""
        before = self.at_low()
        start, stop = self._part(place)
        np.subtract.at(before, self.units[:start], self.gains[:start])
        after = before.copy()
        np.subtract.at(after, self.units[start:stop], self.gains[start:stop])
        return before, after

    def at_low(self) -> Ints:
        """Return the totals of all units where the threshold is below every breakpoint."""
        totals = self.cohort.totals.copy()
        base = self.dial.base
        for start in range(len(self.starts)):
            first, stop = self._part(start)
            value = Fraction(int(self.above[first]), int(self.below[first]))
            if value > base or (value == base and not self.at[first]):
                break
            np.add.at(totals, self.units[first:stop], self.gains[first:stop])
        return totals

    def passings(self, inside: tuple[Fraction, Fraction] | None = None) -> Iterator[Passing]:
        """Yield what each breakpoint does, perhaps only those in a range. Ranks are among the ``settled``."""
        standing = _Standing(self.at_low(), self.cohort, self.settled)
        for place in range(len(self.starts)):
            start, stop = self._part(place)
            changes: dict[int, int] = {}
            for unit, gain in zip(self.units[start:stop].tolist(), self.gains[start:stop].tolist(), strict=True):
                changes[unit] = changes.get(unit, 0) - gain
            ranks = standing.moved(changes)
            point = self[place]
            if inside is None or inside[0] <= point.value <= inside[1]:
                yield Passing(point, changes, ranks)


class _Standing:
    """Totals and ranks of units that change a few at a time."""

    def __init__(self, totals: Ints, cohort: Cohort, settled: NDArray[np.bool_]) -> None:
        self.totals, self.cohort, self.settled = totals, cohort, settled
        self.ranks = cohort.ranks(totals, settled)

    def moved(self, changes: dict[int, int]) -> dict[int, tuple[int, int]]:
        """Change the totals of some units; return the ranks that change by it, before and after."""
        before, old = self.ranks, self.totals.copy()
        for unit, change in changes.items():
            self.totals[unit] += change
        ranked = [unit for unit in changes if self.settled[unit]]
        if len(ranked) > _FEW or self.cohort.plan.book.ranking.ties == "dense":
            self.ranks = self.cohort.ranks(self.totals, self.settled)
        else:
            # A unit loses a place to each that has come to be above it, and gains one from each that no longer is.
            shift = np.zeros(len(before), np.int64)
            for unit in ranked:
                shift += self.totals[unit] > self.totals
                shift -= old[unit] > self.totals
            shift[~self.settled] = 0
            self.ranks = before + shift
            for unit in ranked:
                self.ranks[unit] = 1 + int((self.settled & (self.totals > self.totals[unit])).sum())
        return {int(u): (int(before[u]), int(self.ranks[u])) for u in np.flatnonzero(before != self.ranks)}


def _events(
    terms: Sequence[Term], low: Fraction | None, high: Fraction | None
) -> tuple[Ints, Ints, Ints, Ints, NDArray[np.bool_]]:
    """Return every passing of a unit inside an open interval: value, unit, gain, and whether it changes on reaching."""
    parts = []
    for term in terms:
        inside = term.there & (term.gain != 0)
        for end, sign in ((low, 1), (high, -1)):
            if end is not None:
                inside &= _beyond(term.above, term.below, end, sign)
        places = np.flatnonzero(inside)
        changes_at = np.full(len(places), not term.closed)
        parts.append((term.above[places], term.below[places], places, term.gain[places], changes_at))
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
    return columns[0], columns[1], columns[2], columns[3], columns[4]


def _beyond(above: Ints, below: Ints, end: Fraction, sign: int) -> NDArray[np.bool_]:
    """Say which values are above an end (sign 1) or below it (sign -1)."""
    top, bottom = end.numerator, end.denominator
    widest = max(int(np.abs(above).max(initial=0)) * bottom, int(below.max(initial=1)) * abs(top))
    if widest < 1 << 62 and above.dtype != object:
        return np.asarray(sign * (above * bottom - top * below) > 0, bool)
    pairs = zip(above.tolist(), below.tolist(), strict=True)
    return np.array([sign * (a * bottom - top * b) > 0 for a, b in pairs], bool)


def exact_order(above: Ints, below: Ints, at: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Return the order of values ``above / below``, those that change on reaching before those that change beyond.

    Example:
        >>> a, b = np.array([1, 1, 2]), np.array([2, 3, 6])
        >>> exact_order(a, b, np.array([False, False, True])).tolist()
        [2, 1, 0]
    """
    rough = (above / below).astype(float)
    order = np.lexsort((~at, rough))
    sorted_values = rough[order]
    near = np.flatnonzero(np.diff(sorted_values) <= np.abs(sorted_values[1:]) * _NEAR)
    if not len(near):
        return order
    same = above[order[near]] * 0 == 0
    small = max(int(np.abs(above).max()), int(below.max())) < 1 << 31
    if small:
        left, right = order[near], order[near + 1]
        same = above[left] * below[right] != above[right] * below[left]
        same |= at[left] < at[right]
        if not same.any():
            return order
    return _mended(order, near, above, below, at)


def _mended(
    order: NDArray[np.intp], near: NDArray[np.intp], above: Ints, below: Ints, at: NDArray[np.bool_]
) -> NDArray[np.intp]:
    """Sort each run of values that floats can't tell apart by exact fractions."""
    runs = np.split(near, np.flatnonzero(np.diff(near) > 1) + 1)
    for run in runs:
        first, last = int(run[0]), int(run[-1]) + 2
        part = order[first:last].tolist()
        part.sort(key=lambda i: (Fraction(int(above[i]), int(below[i])), not at[i]))
        order[first:last] = part
    return order


def _starts(above: Ints, below: Ints, at: NDArray[np.bool_]) -> Ints:
    """Return where in sorted events a new breakpoint begins. Values are in lowest terms, so equal means the same."""
    if not len(above):
        return np.zeros(0, np.int64)
    new = (above[1:] != above[:-1]) | (below[1:] != below[:-1]) | (at[1:] != at[:-1])
    return np.concatenate([[0], np.flatnonzero(new) + 1]).astype(np.int64)
