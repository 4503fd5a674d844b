"""A program as code: a flat list of steps over registers, each a loop over a block of units.

A register is one whole number for each unit of a block. The columns come first, then where a sub-criterion is worked
out, then findings and sums; ``Registers`` says where. A step has an operation, up to three registers, and a run of
constants in ``numbers``; what the constants of an operation are stands beside it in ``Op``. Two machines run the same
code: ``numpy_machine`` and, compiled once for all rulebooks, ``kernel``.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tieuchi.columnar.limits import TOTAL_BITS
from tieuchi.columnar.program import Program


class Op(IntEnum):
    """Operations. A register named out, a or b is the step's; ``below`` is register b, or ``same`` where b is -1.

    Answers are 0 no, 1 yes, and from 2 on the state of a lack. A *result* is five registers from out on (``Part``).
    """

    USE = 0
    """Bring column a into the block, noting which bits it needs and whether a cell lacks; b is the next one (or -1)."""
    LINEAR = 1
    """out = constant + sum of factor * column. Numbers: constant, then column and factor in turn."""
    CUT = 2
    """out = a / below cut down to steps, times parts. Numbers: same, step, parts."""
    EQUAL = 3
    """out = whether column a equals a number. Numbers: the number."""
    KIND = 4
    """out = whether the kind of unit in a is one of the numbers."""
    COMPARE = 5
    """out = how a / below stands to a threshold. Numbers: operator, top, bottom, same, the register (or -1) that must
    be above 0, then the columns it names."""
    AND = 6
    """out = whether a and b hold: no if one fails, else the worse lack, else yes."""
    FINDING = 7
    """out = answer a, where what does not apply does not hold."""
    THEN = 9
    """out = whether a and then b hold: no if one fails, else the lack of a, else b."""
    RELATIVE = 8
    """out, out + 1 = a / below set against the best of the group; out + 2 = lack. Numbers: place, swapped, aimed,
    top, bottom, same."""

    CONSTANT = 10
    """The same result for all. Numbers: points, clause, state."""
    BANDS = 11
    """Points and clause by thresholds of a / below, up to four. Numbers: whether it is the first step for this value,
    points and clause below all thresholds, cuts, same; then for each threshold start, open, what it adds to the
    points and to the clause, and for a constant denominator the first numerator that reaches it."""
    SLOPE = 12
    """Points where the clause is that of a slope. Numbers: clause, base, rate, share, same, whether exact."""
    STAIR = 13
    """Points where the clause is that of a stair. Numbers: clause, base, rate, first, origin, step, started, share,
    same."""
    LACK = 14
    """The ends of the points, and the state, where a value lacks: by lack a, a denominator below a bound (0 where a
    later step takes those that are 0, else 1), or a column it names. Numbers: low, high, whether exact, bound, then the
    columns."""
    PUT = 15
    """A constant result where answer a is yes, ends where it lacks. Numbers: points, clause, state, low, high, whether
    exact, whether it is then open if the sub-criterion applies."""
    MERGE = 16
    """The second result where answer a is yes, ends where it lacks. Numbers: low, high, whether exact, and as above."""
    TALLY = 17
    """Begin a checklist. Numbers: clause."""
    ITEM_EQUAL = 18
    """Add a part that holds where column a equals a number. Numbers: the number, points, bit of the clause."""
    ITEM = 19
    """Add a part that holds by answer a. Numbers: points, bit of the clause."""
    TALLIED = 20
    """End a checklist. Numbers: shares in a quantum, 1 if points stay exact."""
    ZERO = 23
    """A constant result where column a is 0, ends where it lacks. Numbers: as of ``PUT``."""
    DECLARED = 21
    """Take over points from column a. Numbers: up, down, factor, low, high."""
    APPLIES = 22
    """Nothing where answer a is no, ends where it lacks. Numbers: low, high, whether exact."""

    BEGIN = 30
    """Begin a result with exact points: denominators 1."""
    FINDINGS = 31
    """Begin to take what findings take."""
    LIMIT = 32
    """A finding by answer a limits the points. Numbers: clause, limit."""
    DEDUCT = 33
    """A finding by answer a takes points, for each of column b if that is not -1. Numbers: clause, points, floor."""
    SETTLE = 34
    """End with findings: states and clauses they decided."""
    QUANTA = 35
    """Round exact points, then bring them to quanta. Numbers: share, mode, up, down, floor, most."""

    JUMP = 40
    """Pass over some steps where answer a is no for every unit of the block. Numbers: how many."""
    POSITIVE = 41
    """Pass over some steps where every number of column a is there and above 0. Numbers: how many."""
    KEEP = 42
    """Write the result out for sub-criterion a and add it to sum b. Numbers: its maximum, whether it surely applies."""
    CLOSE = 43
    """Settle sum a, write it and add it to sum b (-1: the total). Numbers: ``Node``."""


class Part(IntEnum):
    """Registers of a result, from its first on."""

    LOW, HIGH, STATE, CLAUSE, BOTTOM = range(5)


class Sum(IntEnum):
    """Registers of a sum, from its first on: what is settled, and the ends of what is not; maximum, flags.

    ``SURE`` is how much of the maximum applies whatever is still open.
    """

    BOTH, LOW, HIGH, MOST, FLAGS, SURE = range(6)


class Node(IntEnum):
    """Numbers of ``CLOSE``; ``UNIT`` and ``UNITS`` are the unit of maxima in quanta, as a quotient.

    ``DOUBT`` is how many quanta the sum may be from the exact one before it is rounded, ``LEAST`` the least maximum
    that can be left of it.
    """

    MOST, RESCALE, MODE, ROUND_UP, ROUND_DOWN, BLOCK, LIMITS, LIMIT, UNIT, UNITS, TOTAL, DOUBT, LEAST = range(13)


class Step(IntEnum):
    """Columns of ``Code.steps``."""

    OP, OUT, A, B, FIRST, LAST = range(6)


OPERATORS = ("at_least", "more_than", "at_most", "less_than", "exactly")
MODES = ("half_up", "half_down", "half_even", "down", "up", "floor", "ceiling")
BLOCKS = ("", "bonus", "penalty")
THRESHOLDS = 4
"""Thresholds of one ``BANDS`` step."""
WIDTH = 6
"""Registers of a result and of a sum."""
_LARGEST = (1 << TOTAL_BITS) - 1


@dataclass(frozen=True, slots=True)
class Registers:
    """Where things stand: columns from 0, then the kinds of unit and their groups, then room to work in."""

    slots: int
    findings: int
    sums: int

    @property
    def kinds(self) -> int:
        """Kinds of unit, by code."""
        return self.slots

    @property
    def groups(self) -> int:
        """Groups of group-relative scales."""
        return self.slots + 1

    @property
    def columns(self) -> int:
        """How many registers are columns."""
        return self.slots + 2

    @property
    def above(self) -> int:
        """Numerator, denominator and lack of a value."""
        return self.columns

    @property
    def result(self) -> int:
        """First and second result of a sub-criterion."""
        return self.columns + 3

    @property
    def answers(self) -> int:
        """Answers: of a route, of one part, of one test; then what ``LACK`` works in."""
        return self.result + 2 * WIDTH

    @property
    def marks(self) -> int:
        """Which units are open, which a finding settled, and its clause."""
        return self.answers + 4

    @property
    def finding(self) -> int:
        """Answers of findings."""
        return self.marks + 3

    @property
    def sum(self) -> int:
        """Sums, the total last; after it what bonus and penalty blocks add to the total."""
        return self.finding + self.findings

    @property
    def count(self) -> int:
        """How many registers there are."""
        return self.sum + WIDTH * (self.sums + 1)


class Code(NamedTuple):
    """Code of one program: steps (a row each, see ``Step``) and numbers as 64-bit integers, numbers also as they are.

    A number too large for 64 bits is 0 among the 64-bit ones: what it belongs to is always wide.
    """

    registers: Registers
    steps: NDArray[np.int64]
    numbers: NDArray[np.int64]
    exact: tuple[int, ...]


class Writer:
    """Writes steps one after the other."""

    def __init__(self, program: Program) -> None:
        self.registers = Registers(len(program.layout.slots), len(program.findings), len(program.nodes))
        self.steps: list[tuple[int, ...]] = []
        self.numbers: list[int] = []
        self.used: dict[int, None] = {}
        self._brought: set[int] = set()

    def put(self, op: Op, out: int, a: int, b: int, *numbers: int) -> None:
        """Append a step."""
        first = len(self.numbers)
        self.numbers += numbers
        self.steps.append((op, out, a, b, first, first + len(numbers)))

    def jump(self, op: Op, a: int) -> int:
        """Append a step that may pass over those after it, up to ``land``; return where it is."""
        self.put(op, -1, a, -1, 0)
        return len(self.steps) - 1

    def land(self, jump: int) -> None:
        """Let a step pass over everything after it so far."""
        self.numbers[self.steps[jump][Step.FIRST]] = len(self.steps) - jump - 1

    def use(self, place: int) -> int:
        """Return the register of a column, which is brought into the block before the steps written since ``open``."""
        self.used[place] = None
        return place

    def open(self) -> int:
        """Begin some steps that use columns; return where."""
        self.used.clear()
        return len(self.steps)

    def close(self, start: int) -> None:
        """Bring the columns that steps since ``start`` were the first to use."""
        new = [place for place in self.used if place not in self._brought]
        self._brought.update(new)
        self.steps[start:start] = [(Op.USE, place, place, -1, 0, 0) for place in new]

    def code(self) -> Code:
        """Return the code; columns that no step used are brought all the same, so that their bits are known."""
        rest = [place for place in range(self.registers.slots) if place not in self._brought]
        steps = [*self.steps, *((Op.USE, place, place, -1, 0, 0) for place in rest)]
        uses = [at for at, step in enumerate(steps) if step[Step.OP] == Op.USE]
        for at, after in pairwise(uses):
            steps[at] = (Op.USE, steps[at][Step.OUT], steps[at][Step.A], steps[after][Step.A], 0, 0)
        small = self.numbers
        if small and not -_LARGEST <= min(small) <= max(small) <= _LARGEST:
            small = [number if -_LARGEST <= number <= _LARGEST else 0 for number in small]
        table: Any = np.array(steps, np.int64)
        return Code(self.registers, table, np.array(small, np.int64), tuple(self.numbers))
