"""Rows of a table as columns of whole numbers, and how some of them are taken out to be reckoned with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tieuchi.columnar.layout import Column, Slot

Ints = NDArray[Any]
"""Whole numbers: 64-bit, or Python objects on the wide path."""
Taken = slice | NDArray[np.intp]
"""Some rows: those next to each other, or by their places."""


@dataclass(frozen=True, slots=True)
class Rows:
    """All rows of a table: columns by name, the kind of each unit by code, its group for group-relative scales."""

    count: int
    columns: Mapping[str, Column]
    kinds: NDArray[np.int64] | None = None
    groups: NDArray[np.int64] | None = None
    group_count: int = 1

    def part(self, start: int, stop: int) -> Rows:
        """Return some rows, sharing memory."""
        return Rows(
            min(stop, self.count) - start,
            {name: column.part(start, stop) for name, column in self.columns.items()},
            None if self.kinds is None else self.kinds[start:stop],
            None if self.groups is None else self.groups[start:stop],
            self.group_count,
        )

    def taken(self, places: NDArray[np.intp]) -> Rows:
        """Return the rows at some places, each at most once, as copies."""
        kinds, groups = (None if part is None else part[places] for part in (self.kinds, self.groups))
        columns = {name: column.taken(places) for name, column in self.columns.items()}
        return Rows(len(places), columns, kinds, groups, self.group_count)

    def numbers(self, slot: Slot) -> Ints:
        """Return the numbers of one column as they are kept."""
        column = self.columns[slot.name]
        found = column.below if slot.below else column.values
        assert found is not None
        return found

    def narrow(self, slot: Slot, taken: Taken) -> Ints:
        """Return some numbers of a column as 64-bit integers."""
        return self.numbers(slot)[taken].astype(np.int64, copy=False)

    def wide(self, slot: Slot, taken: NDArray[np.intp]) -> Ints:
        """Return some numbers of a column as Python integers, with the exact figure where a cell has one."""
        numbers, column = self.numbers(slot)[taken].astype(object), self.columns[slot.name]
        for at, row in enumerate(taken.tolist() if column.exact else ()):
            if row in column.exact:
                numbers[at] = _exact(column.exact[row], below=slot.below, paired=column.below is not None)
        return numbers

    def states(self, slot: Slot, taken: Taken) -> NDArray[np.uint8] | None:
        """Return the states of some cells of a column, None where all are given."""
        states = self.columns[slot.name].states
        found = None if states is None else states[taken]
        return found if found is not None and found.any() else None


def _exact(number: Fraction, *, below: bool, paired: bool) -> int | Fraction:
    if paired:
        return number.denominator if below else number.numerator
    return number.numerator if number.denominator == 1 else number
