"""The numpy machine: registers over some rows, as 64-bit integers, or on the wide path as Python integers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tieuchi.columnar.code import Code, Part
from tieuchi.columnar.layout import NOT_APPLICABLE
from tieuchi.columnar.program import Program
from tieuchi.columnar.result import Points

Rows = slice | NDArray[np.intp]
Lack = NDArray[np.uint8]


@dataclass(slots=True)
class Frame:
    """What the code of a program works on: registers, states of columns, where results go.

    As in the kernel, while no row lacks anything only ``LOW`` and ``CLAUSE`` of a result are there; ``opened`` says
    whether the rest is. ``tops`` are, for each sum, whether its other registers are there, its maximum, its flags.
    """

    program: Program
    code: Code
    count: int
    wide: bool
    registers: list[Any]
    cells: list[Lack | None]
    factors: list[tuple[Any, Any, Any]]
    out: Points
    part: Rows
    opened: list[bool] = field(default_factory=lambda: [False, False])
    least: dict[int, Any] = field(default_factory=dict)
    tops: list[list[int]] = field(default_factory=list)

    @property
    def numbers(self) -> type:
        """Return the type of figures and points."""
        return object if self.wide else np.int64

    def new(self, number: int) -> Any:
        """Return a register with one number for every row."""
        return np.full(self.count, number, self.numbers)

    def flag(self, out: int) -> int:
        """Return which of the two results a register begins."""
        return int(out != self.code.registers.result)

    def least_of(self, place: int) -> Any:
        """Return the smallest number of a register; of a column it is looked for once."""
        found = self.least.get(place)
        if found is None:
            found = self.registers[place].min() if self.count else 1
            if place < self.code.registers.columns:
                self.least[place] = found
        return found

    def spread(self, out: int) -> None:
        """Write ends and states of a result of which only points were written so far."""
        flag = self.flag(out)
        if not self.opened[flag]:
            self.registers[out + Part.HIGH] = self.registers[out].copy()
            self.registers[out + Part.STATE] = np.zeros(self.count, np.uint8)
            self.opened[flag] = True

    def put_lack(self, lack: Lack, out: int, low: int, high: int, exact: int) -> None:
        """Write what a lack (from 2 on) leaves: state and ends, no clause; what does not apply has no points."""
        registers, rows = self.registers, np.flatnonzero(lack > 1)
        found = lack[rows]
        applies = (found != NOT_APPLICABLE).astype(np.int8)
        registers[out][rows] = np.array([0, low], self.numbers)[applies]
        registers[out + Part.HIGH][rows] = np.array([0, high], self.numbers)[applies]
        registers[out + Part.STATE][rows] = found
        registers[out + Part.CLAUSE][rows] = -1
        if exact:
            registers[out + Part.BOTTOM][rows] = 1

    def positive(self, below: int, same: int) -> Any:
        """Return the denominator, 1 where there is none, so that dividing does no harm."""
        if below < 0:
            return same
        found = self.registers[below]
        return found if self.least_of(below) > 0 else np.where(found <= 0, 1, found)


def divided(top: Any, bottom: Any) -> Any:
    """Return ``top / bottom`` as whole numbers, halves going away from zero; ``bottom`` is positive.

    Example:
        >>> divided(np.array([5, -5, 4]), 2).tolist()
        [3, -3, 2]
    """
    if isinstance(bottom, int) and bottom == 1 and top.dtype != object:
        return top
    negative = np.asarray(top < 0, bool)
    if not negative.any():
        return (2 * top + bottom) // (2 * bottom)
    whole = (2 * np.abs(top) + bottom) // (2 * bottom)
    return np.where(negative, -whole, whole)


def rounded(top: Any, bottom: Any, mode: int, up: int, down: int) -> Any:
    """Round ``top / bottom`` quanta to steps of ``up / down`` quanta, by a mode (see ``code.MODES``)."""
    size, unit = np.abs(top) * down, bottom * up
    whole = size // unit
    rest = size - whole * unit
    negative, twice = np.asarray(top < 0, bool), 2 * rest
    ties = (
        twice >= unit, twice > unit, (twice > unit) | ((twice == unit) & (whole % 2 == 1)), False, True, negative,
        ~negative,
    )  # fmt: skip
    whole = whole + (np.asarray(ties[mode], bool) & np.asarray(rest != 0, bool))
    return np.where(negative, -whole, whole)
