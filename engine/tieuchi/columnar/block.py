"""Some rows of all columns, ready to be reckoned with: as 64-bit integers, or as Python integers for wide rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tieuchi.columnar.layout import Column, Layout

Codes = NDArray[np.uint8]
Ints = NDArray[Any]
"""Whole numbers: 64-bit, or Python objects on the wide path."""


@dataclass(frozen=True, slots=True)
class Multipliers:
    """What a group-relative value is multiplied with, for each row: above, below, and what to say where it can't be.

    ``says``: 0 reckon, 1 the value is 0, otherwise the state that the lack of a best value leaves.
    """

    above: Ints
    below: Ints
    says: Codes


@dataclass(frozen=True, slots=True)
class Block:
    """Rows by column place. ``states`` is None where all cells of a column are given."""

    count: int
    values: Sequence[Ints | None]
    states: Sequence[Codes | None]
    kinds: NDArray[np.int64]
    relatives: Sequence[Multipliers]
    wide: bool = False

    def value(self, place: int) -> Ints:
        """Return the numbers of one column."""
        found = self.values[place]
        assert found is not None
        return found

    def table(self, numbers: Sequence[int]) -> Ints:
        """Return constants as an array that goes with the columns."""
        return np.array(numbers, dtype=object if self.wide else np.int64)

    def zeros(self) -> Ints:
        """Return a zero for each row."""
        return np.zeros(self.count, dtype=object if self.wide else np.int64)


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


def narrow_block(layout: Layout, rows: Rows, start: int, stop: int, relatives: Sequence[Multipliers]) -> Block:
    """Return rows ``start`` to ``stop`` as 64-bit integers."""
    stop = min(stop, rows.count)
    values: list[Ints | None] = []
    states: list[Codes | None] = []
    for slot in layout.slots:
        column = rows.columns[slot.name]
        source = column.below if slot.below else column.values
        assert source is not None
        values.append(source[start:stop].astype(np.int64, copy=False))
        states.append(None if column.states is None else column.states[start:stop])
    kinds = _kinds(rows, slice(start, stop), stop - start)
    parts = [Multipliers(m.above[start:stop], m.below[start:stop], m.says[start:stop]) for m in relatives]
    return Block(stop - start, values, states, kinds, parts)


def wide_block(layout: Layout, rows: Rows, places: NDArray[np.intp], relatives: Sequence[Multipliers]) -> Block:
    """Return the rows at some places as Python integers, with the exact figure where a cell has one."""
    values: list[Ints | None] = []
    states: list[Codes | None] = []
    for slot in layout.slots:
        column = rows.columns[slot.name]
        source = column.below if slot.below else column.values
        assert source is not None
        numbers = source[places].astype(object)
        for at, place in enumerate(places.tolist()):
            if place in column.exact:
                numbers[at] = _exact(column.exact[place], below=slot.below, paired=column.below is not None)
        values.append(numbers)
        states.append(None if column.states is None else column.states[places])
    kinds = _kinds(rows, places, len(places))
    parts = [
        Multipliers(m.above[places].astype(object), m.below[places].astype(object), m.says[places]) for m in relatives
    ]
    return Block(len(places), values, states, kinds, parts, wide=True)


def _exact(number: Fraction, *, below: bool, paired: bool) -> int | Fraction:
    if paired:
        return number.denominator if below else number.numerator
    return number.numerator if number.denominator == 1 else number


def _kinds(rows: Rows, where: slice | NDArray[np.intp], count: int) -> NDArray[np.int64]:
    return np.full(count, -1, np.int64) if rows.kinds is None else rows.kinds[where]
