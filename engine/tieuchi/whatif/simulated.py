"""What a simulation comes to: totals and ranks of every run, and how often each clause decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tieuchi.whatif.dial import Rules

_RANKED = 1 << 13


@dataclass(frozen=True)
class Simulation:
    """All draws: totals in quanta, a row for each run and a column for each unit, and how often each clause decided.

    ``clauses`` has, by unit and sub-criterion, the count of each clause that was met. Units whose total something
    missing leaves open, now or in any run, are in ``unsettled``: they have no rank (0), and their totals, the least
    they can be, are not for showing.
    """

    rules: Rules
    names: tuple[str, ...]
    titles: tuple[str, ...]
    now: NDArray[np.int64]
    totals: NDArray[Any]
    ranks: NDArray[Any]
    clauses: dict[tuple[int, str], dict[str, int]]
    uncertain: tuple[str, ...]
    unsettled: tuple[int, ...] = ()

    def totals_at(self, unit: int, share: Fraction) -> Fraction:
        """Return the total that a share of the runs does not pass, as points."""
        return _at(self.totals[:, unit], share) * self.rules.book.quantum

    def ranks_at(self, unit: int, share: Fraction) -> int:
        """Return the rank that a share of the runs does not pass."""
        return _at(self.ranks[:, unit], share)

    def mean(self, unit: int) -> Fraction:
        """Return the mean total of a unit, as points."""
        high, low = np.divmod(self.totals[:, unit], 1 << 30)  # fine quanta of many runs pass 64 bits together
        added = (int(high.sum(dtype=np.int64)) << 30) + int(low.sum(dtype=np.int64))
        return Fraction(added, len(self.totals)) * self.rules.book.quantum


def _at(values: NDArray[Any], share: Fraction) -> int:
    place = min(int(share * len(values)), len(values) - 1)
    return int(np.partition(values, place)[place])


def rank_rows(totals: NDArray[Any], ties: str = "competition", unsettled: Sequence[int] = ()) -> NDArray[Any]:
    """Return the rank of each unit in each row, 1 for the highest total; 0 for the unsettled, which have none.

    Example:
        >>> rank_rows(np.array([[5, 9, 5, 1]])).tolist()
        [[2, 1, 2, 4]]
        >>> rank_rows(np.array([[5, 9, 5, 1]]), unsettled=(1,)).tolist()
        [[1, 0, 1, 3]]
    """
    if len(unsettled):
        there = np.setdiff1d(np.arange(totals.shape[1]), unsettled)
        found = np.zeros(totals.shape, np.int32)
        found[:, there] = rank_rows(totals[:, there], ties)
        return found
    result = np.empty(totals.shape, np.int16 if totals.shape[1] < 1 << 15 else np.int32)
    for start in range(0, len(totals), _RANKED):
        part = slice(start, start + _RANKED)
        result[part] = _ranked(totals[part], ties)
    return result


def _ranked(totals: NDArray[Any], ties: str) -> NDArray[np.int32]:
    order = np.argsort(-totals, axis=1, kind="stable")
    ordered = np.take_along_axis(totals, order, axis=1)
    new = np.ones(ordered.shape, bool)
    new[:, 1:] = ordered[:, 1:] != ordered[:, :-1]
    if ties == "dense":
        places = np.cumsum(new, axis=1)
    else:
        places = np.maximum.accumulate(np.where(new, np.arange(1, totals.shape[1] + 1), 0), axis=1)
    result = np.empty(totals.shape, np.int32)
    np.put_along_axis(result, order, places.astype(np.int32), axis=1)
    return result
