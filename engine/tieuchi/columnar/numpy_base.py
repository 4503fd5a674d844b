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

Lack = NDArray[np.uint8]


@dataclass(slots=True)
class Frame:
    """What the code of a program works on: registers, states of columns, where results go.

    As in the kernel, while no row lacks anything only ``LOW`` and ``CLAUSE`` of a result are there; ``opened`` says
    whether the rest is. ``sure`` says of answers that none is a lack, ``near`` has floats beside registers that 63 bits
    may not hold. ``tops`` are, for each sum, whether its other registers are there, its maximum, its flags.

    Registers are written into the same rooms block after block, for allocating takes longer than reckoning. Points
    (``row``) and clauses (``label``) of sub-criterion ``leaf`` are written straight into the result where they fit.
    """

    program: Program
    code: Code
    out: Points
    wide: bool
    factors: list[tuple[Any, Any, Any]]
    part: slice = field(default_factory=lambda: slice(0))
    count: int = 0
    registers: list[Any] = field(default_factory=list)
    cells: list[Lack | None] = field(default_factory=list)
    sure: list[bool] = field(default_factory=list)
    opened: list[bool] = field(default_factory=lambda: [False, False])
    least: dict[int, Any] = field(default_factory=dict)
    most: dict[int, Any] = field(default_factory=dict)
    near: dict[int, Any] = field(default_factory=dict)
    tops: list[list[int]] = field(default_factory=list)
    leaf: int = 0
    row: Any = None
    label: Any = None
    rooms: dict[tuple[int, Any], Any] = field(default_factory=dict)

    def begin(self, part: slice) -> None:
        """Begin a block of rows."""
        count = part.stop - part.start
        if count != self.count:
            self.rooms.clear()
        self.part, self.count, self.leaf = part, count, 0
        self.registers = [None] * self.code.registers.count
        self.sure = [True] * self.code.registers.count
        self.opened = [False, False]
        self.least, self.most, self.near = {}, {}, {}

    @property
    def numbers(self) -> type:
        """Return the type of figures and exact points."""
        return object if self.wide else np.int64

    def room(self, place: int, kind: Any) -> Any:
        """Return room for one number of a kind for every row, the same for a place block after block."""
        found = self.rooms.get((place, kind))
        if found is None:
            found = self.rooms[place, kind] = np.empty(self.count, kind)
        return found

    def spare(self, place: int, kind: Any = None) -> Any:
        """Return room to work in within one step."""
        return self.room(-1 - place, kind or self.numbers)

    def fresh(self, out: int, kind: Any = None) -> Any:
        """Return a register to be written anew."""
        found = self.room(out, kind or self.numbers)
        self.put(out, found)
        return found

    def put(self, out: int, found: Any) -> None:
        """Let a register be an array that was made elsewhere."""
        self.registers[out] = found
        for known in (self.least, self.most, self.near):
            known.pop(out, None)

    def answer(self, out: int) -> Any:
        """Return an answer to be written anew, so far one that nothing is lacking for; as yes or no."""
        self.sure[out] = True
        return self.fresh(out, np.uint8).view(bool)

    def points(self, out: int, kind: Any) -> Any:
        """Return the points of a result to be written anew: in their row of all results if they are of that kind."""
        if out != self.code.registers.result or kind != self.out.points.dtype:
            return self.fresh(out, kind)
        self.row = self.registers[out] = self.out.points[self.leaf, self.part]
        return self.row

    def clauses(self, out: int) -> Any:
        """Return the clauses of a result to be written anew."""
        self.opened[self.flag(out)] = False
        if out != self.code.registers.result:
            return self.fresh(out + Part.CLAUSE, self.out.clauses.dtype)
        self.label = self.registers[out + Part.CLAUSE] = self.out.clauses[self.leaf, self.part]
        return self.label

    def write(self, out: int, where: Any, found: Any) -> None:
        """Write into some rows of a register, without a choice for each: a wrong guess costs more than all the rest."""
        into = self.registers[out]
        if self.wide and into.dtype == object:
            np.putmask(into, where, found)
            return
        change = self.spare(8, into.dtype.type)
        with np.errstate(invalid="ignore"):  # where it is not wanted a float may be anything
            np.copyto(change, found, casting="unsafe")
        change ^= into
        change *= where
        into ^= change

    def flag(self, out: int) -> int:
        """Return which of the two results a register begins."""
        return int(out != self.code.registers.result)

    def least_of(self, place: int) -> Any:
        """Return the smallest number of a register; it is looked for once."""
        found = self.least.get(place)
        if found is None:
            found = np.minimum.reduce(self.registers[place]) if self.count else 1
            self.least[place] = found = found if self.wide else int(found)
        return found

    def most_of(self, place: int) -> Any:
        """Return the largest number of a register; it is looked for once."""
        found = self.most.get(place)
        if found is None:
            found = np.maximum.reduce(self.registers[place]) if self.count else 1
            self.most[place] = found = found if self.wide else int(found)
        return found

    def reach(self, place: int) -> int:
        """Return how far from zero a register goes."""
        found: int = max(-self.least_of(place), self.most_of(place))
        return found

    def spread(self, out: int) -> None:
        """Write ends and states of a result of which only points were written so far."""
        flag = self.flag(out)
        if not self.opened[flag]:
            low = self.registers[out]
            self.fresh(out + Part.HIGH, low.dtype.type)[:] = low
            self.fresh(out + Part.STATE, np.uint8).fill(0)
            self.opened[flag] = True

    def put_lack(self, lack: Lack, out: int, low: int, high: int, exact: int) -> None:
        """Write what a lack (from 2 on) leaves: state and ends, no clause; what does not apply has no points."""
        registers, rows = self.registers, (lack > 1).nonzero()[0]
        found = lack[rows]
        applies = (found != NOT_APPLICABLE).view(np.uint8)
        registers[out][rows] = np.array([0, low], registers[out].dtype)[applies]
        registers[out + Part.HIGH][rows] = np.array([0, high], registers[out + Part.HIGH].dtype)[applies]
        registers[out + Part.STATE][rows] = found
        registers[out + Part.CLAUSE][rows] = -1
        if exact:
            registers[out + Part.BOTTOM][rows] = 1

    def positive(self, below: int, same: int) -> Any:
        """Return the denominator, 1 where there is none, so that dividing does no harm."""
        if below < 0:
            return same
        found = self.registers[below]
        if self.least_of(below) > 0:
            return found
        return np.where(found <= 0, 1, found) if self.wide else np.maximum(found, 1, out=self.spare(9))


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
