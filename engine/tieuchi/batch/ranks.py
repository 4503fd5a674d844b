"""Ranks and grades of many units, on exact totals: quanta decide where they can, fractions where they are near."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tieuchi.columnar.program import Program
from tieuchi.model.rulebook import Grades, Ranking


def near_places(
    totals: NDArray[np.int64], settled: NDArray[np.bool_], groups: NDArray[np.int64], doubt: Fraction
) -> NDArray[np.intp]:
    """Return the units whose total is so near another of their group that quanta can't tell them apart."""
    order = np.lexsort((totals, groups))
    order = order[settled[order]]
    if not doubt or len(order) < 2:
        return np.zeros(0, np.intp)
    close = (np.diff(totals[order]) <= int(2 * doubt)) & (np.diff(groups[order]) == 0)
    near = np.zeros(len(order), bool)
    near[1:] |= close
    near[:-1] |= close
    return np.sort(order[near])


@dataclass(frozen=True, slots=True)
class Totals:
    """Totals of all units as whole quanta and fine ones, ``parts`` of which are one quantum.

    ``whole`` says which are exact; the others may be off by ``doubt``: quanta or, where that matters, fine quanta.
    """

    quanta: NDArray[np.int64]
    rest: NDArray[np.int64]
    whole: NDArray[np.bool_]
    settled: NDArray[np.bool_]
    groups: NDArray[np.int64]
    doubt: Fraction
    parts: int

    def refine(self, places: NDArray[np.intp], fine: Sequence[int]) -> None:
        """Put the totals of some units in, counted in fine quanta."""
        self.quanta[places] = [total // self.parts for total in fine]
        self.rest[places] = [total % self.parts for total in fine]

    def exact(self, place: int) -> Fraction:
        """Return the total of a unit in quanta, as it is counted."""
        return int(self.quanta[place]) + Fraction(int(self.rest[place]), self.parts)

    def order(self) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
        """Return the settled units by group and total, highest first, and which can't be told from the one before."""
        order = np.lexsort((-self.rest, -self.quanta, self.groups))
        order = order[self.settled[order]]
        above, below = order[:-1], order[1:]
        apart = self.quanta[above] - self.quanta[below]
        rest = self.rest[above] - self.rest[below] + self.parts * np.minimum(apart, 1)
        within = np.where(self.whole[above] & self.whole[below], 0, int(4 * self.doubt))
        close = np.zeros(len(order), bool)
        close[1:] = (apart <= 1) & (rest <= within) & (self.groups[above] == self.groups[below])
        return order, close

    def doubtful_runs(self, order: NDArray[np.intp], close: NDArray[np.bool_]) -> list[tuple[int, int]]:
        """Return where in an order runs of units begin and end that only fractions can tell apart."""
        starts = np.flatnonzero(~close)
        if not len(starts):
            return []
        ends = np.append(starts[1:], len(order))
        inexact = np.add.reduceat(~self.whole[order], starts, dtype=np.int64)
        asked = (inexact > 0) & (ends - starts > 1)
        return list(zip(starts[asked].tolist(), ends[asked].tolist(), strict=True))

    def equal_places(self) -> list[int]:
        """Return the units that even fine totals can't tell from another, and only fractions can."""
        order, close = self.order()
        return [int(place) for start, end in self.doubtful_runs(order, close) for place in order[start:end]]


def rank_units(totals: Totals, exact: Mapping[int, Fraction], ranking: Ranking) -> NDArray[np.int64]:
    """Rank units within their groups, the highest total first; equal exact totals share a rank. 0 where there is none.

    ``exact`` are the totals of those whom fine quanta can't tell from another.
    """
    order, equal = totals.order()
    for start, end in totals.doubtful_runs(order, equal):
        _settle(order[start:end], equal[start:end], exact)
    ranks = np.zeros(len(totals.quanta), np.int64)
    groups = totals.groups[order]
    edges = np.flatnonzero(np.diff(groups)) + 1
    for start, end in zip([0, *edges.tolist()], [*edges.tolist(), len(order)], strict=True):
        ranks[order[start:end]] = _numbered(equal[start:end], ranking)
    return ranks


def _settle(run: NDArray[np.intp], equal: NDArray[np.bool_], exact: Mapping[int, Fraction]) -> None:
    """Put a run of units in exact order, in place, and say which equal the one before them."""
    places = sorted(run.tolist(), key=lambda place: (-exact[place], place))
    run[:] = places
    equal[1:] = [exact[before] == exact[after] for before, after in pairwise(places)]


def _numbered(equal: NDArray[np.bool_], ranking: Ranking) -> NDArray[np.int64]:
    if ranking.ties == "dense":
        return np.cumsum(~equal)
    return np.maximum.accumulate(np.where(equal, 0, np.arange(1, len(equal) + 1)))


@dataclass(frozen=True, slots=True)
class Cuts:
    """Where grades begin for each unit: by class from the top down, the least total in quanta, exactly."""

    names: tuple[str, ...]
    cuts: tuple[tuple[NDArray[np.int64], Sequence[Fraction]], ...]
    """For each class but the last one: by unit, the place of its cut among the different ones."""

    def near(self, totals: NDArray[np.int64], settled: NDArray[np.bool_], doubt: Fraction) -> list[int]:
        """Return the units whose total is so near a cut that quanta can't tell on which side it is."""
        close = np.zeros(len(totals), bool)
        for which, limits in self.cuts if doubt else ():
            low = np.array([-(-(limit - doubt) // 1) for limit in limits], np.int64)[which]
            high = np.array([(limit + doubt) // 1 for limit in limits], np.int64)[which]
            close |= (totals >= low) & (totals <= high)
        return [int(place) for place in np.flatnonzero(close & settled)]

    def grades(self, totals: NDArray[np.int64], settled: NDArray[np.bool_], exact: Mapping[int, Fraction]) -> Any:
        """Return the place of each unit's grade among ``names``, -1 where its total is not settled.

        ``exact`` are totals in quanta of the units that are near a cut.
        """
        found = np.full(len(totals), len(self.names) - 1, np.int16)
        for place, (which, limits) in reversed(list(enumerate(self.cuts))):
            least = np.array([-(-limit // 1) for limit in limits], np.int64)[which]
            found[totals >= least] = place
            for unit, total in exact.items():
                if total >= limits[which[unit]]:
                    found[unit] = place
                elif found[unit] == place:
                    found[unit] = self._next(unit, total, place)
        found[~settled] = -1
        return found

    def _next(self, unit: int, total: Fraction, place: int) -> int:
        """Return the first class below some place that a total reaches."""
        for lower in range(place + 1, len(self.cuts)):
            which, limits = self.cuts[lower]
            if total >= limits[which[unit]]:
                return lower
        return len(self.names) - 1


def cuts_of(program: Program, grades: Grades | None, most: NDArray[np.int64]) -> Cuts:
    """Return where the grades of a rulebook begin; ``most`` is each unit's maximum over what applies."""
    if grades is None:
        return Cuts(("",), ())
    different, which = np.unique(most, return_inverse=True)
    cuts = []
    for grade in grades.classes:
        if grade.at_least is not None:
            wholes = [n * program.most_unit if grades.by == "rate" else Fraction(1) for n in different.tolist()]
            cuts.append((which, [grade.at_least * whole / program.quantum for whole in wholes]))
    return Cuts(tuple(grade.grade for grade in grades.classes), tuple(cuts))
