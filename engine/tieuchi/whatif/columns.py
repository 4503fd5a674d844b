"""What many units say, asked of all their columns at once: values, conditions, findings.

Nothing is approximated: where a step of the reckoning could pass 64 bits there is no answer, and whoever asks goes from
unit to unit instead.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tieuchi.columnar.block import Rows
from tieuchi.columnar.layout import NOT_APPLICABLE
from tieuchi.columnar.program import Program
from tieuchi.model.canonical import EqualTest, FindingTest, NumberTest, Operator, Quotient, Test, UnitKindTest
from tieuchi.model.plan import Plan
from tieuchi.scoring.forms import Form, Terms, form_of

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]
WORD = 1 << 62

_COMPARE: dict[Operator, Callable[[Any, Any], Any]] = {
    "at_least": operator.ge,
    "more_than": operator.gt,
    "at_most": operator.le,
    "less_than": operator.lt,
    "exactly": operator.eq,
}


class TooWideError(ArithmeticError):
    """Whole numbers of 64 bits can't hold what was asked."""


@dataclass(frozen=True, slots=True)
class Values:
    """A value of each unit, ``above / below``; where it is not ``there`` the two mean nothing, but ``below`` is 1."""

    above: Ints
    below: Ints
    there: Mask

    def shifted(self, offset: Fraction, factor: Fraction) -> tuple[Ints, Ints]:
        """Return ``(value - offset) / factor`` for a factor above 0, as numerators and denominators.

        Raises:
            TooWideError: Some unit's figures are too great for it.
        """
        (off, parts), (top, bottom) = offset.as_integer_ratio(), factor.as_integer_ratio()
        _fits(self.above, 2 * parts * bottom)
        _fits(self.below, 2 * max(abs(off) * bottom, parts * top))
        return (self.above * parts - self.below * off) * bottom, self.below * parts * top

    def rounded(self, base: Fraction, rate: Fraction, most: int) -> Ints:
        """Return ``base + rate * value`` as whole numbers, halves away from zero, none beyond ``most`` either way.

        Raises:
            TooWideError: Some unit's figures are too great for it.
        """
        exact, bottom = self._line(base, rate)
        whole = (2 * np.abs(exact) + bottom) // (2 * bottom)
        held: Ints = np.minimum(whole, most) * np.sign(exact)
        return held

    def cells(self, base: Fraction, rate: Fraction, limits: Sequence[Fraction]) -> tuple[Ints, ...]:
        """Return what decides how ``base + rate * value`` is rounded to a whole number, in whichever way.

        That is the whole number below it, on which side of the half it is, and of each limit.

        Raises:
            TooWideError: Some unit's figures are too great for it.
        """
        exact, bottom = self._line(base, rate)
        whole, left = np.divmod(exact, bottom)
        sides = [np.sign(left), np.sign(2 * left - bottom)]
        for limit in limits:
            top, parts = limit.as_integer_ratio()
            _fits(exact, 2 * parts)
            _fits(bottom, 2 * top)
            sides.append(np.sign(exact * parts - top * bottom))
        return (whole, *sides)

    def _line(self, base: Fraction, rate: Fraction) -> tuple[Ints, Ints]:
        """Return ``base + rate * value`` with room for twice as much."""
        parts = lcm(base.denominator, rate.denominator)
        start, slope = int(base * parts), int(rate * parts)
        _fits(self.above, 4 * slope)
        _fits(self.below, 4 * max(abs(start), parts))
        return slope * self.above + start * self.below, parts * self.below


@dataclass(frozen=True, slots=True)
class Answers:
    """Which units a condition holds for, and which it does not; of those in neither it is not known.

    Of these it does not apply to the ``beside``.
    """

    yes: Mask
    no: Mask
    beside: Mask


@dataclass(frozen=True, slots=True)
class _Column:
    """Figures ``tops / bottom``, or ``tops / bottoms`` of a ratio; who gave one, and to whom it does not apply."""

    tops: Ints
    bottom: int
    bottoms: Ints | None
    there: Mask
    beside: Mask


class Columns:
    """Units as columns, each read once however often it is asked about.

    All that is asked raises ``TooWideError`` where some unit's figures are too great for it.
    """

    def __init__(self, plan: Plan, program: Program, rows: Rows) -> None:
        self.plan, self.program, self.rows = plan, program, rows
        self._columns: dict[str, _Column] = {}
        self._findings: dict[str, Answers] = {}

    def values(self, quotient: Quotient) -> Values:
        """Return a value of all units, cut to its step if it has one."""
        form = form_of(quotient)
        above, below = self._sums(form)
        there = below > 0
        for name in form.names:
            there &= self._column(name).there
        below = np.where(there, below, 1)
        if quotient.step is not None:
            top, bottom = quotient.step.as_integer_ratio()
            _fits(above, bottom)
            _fits(below, top)
            above = above * bottom // (below * top)
            _fits(above, top)
            above, below = above * top, np.full(len(above), bottom, np.int64)
        return Values(above, below, there)

    def all_hold(self, tests: Sequence[Test]) -> Answers:
        """Return which units all tests hold for: none of those for which any fails."""
        yes, no, beside = np.ones(self.rows.count, bool), *np.zeros((2, self.rows.count), bool)
        for test in tests:
            found = self._holds(test)
            yes &= found.yes
            no |= found.no
            beside |= found.beside
        return Answers(yes, no, beside & ~no)

    def finding(self, name: str) -> Answers:
        """Return which units a finding holds for; where it does not apply, it does not hold."""
        if name not in self._findings:
            tests = next(finding.tests for finding in self.plan.findings if finding.finding.id == name)
            found = self.all_hold(tests)
            self._findings[name] = Answers(found.yes, found.no | found.beside, np.zeros(self.rows.count, bool))
        return self._findings[name]

    def count(self, name: str) -> tuple[Ints, Mask]:
        """Return the figures of one indicator as they are in its column, and who gave one."""
        column = self._column(name)
        return column.tops, column.there

    def _holds(self, test: Test) -> Answers:
        match test:
            case NumberTest(quotient=quotient, operator=name, threshold=threshold):
                values, (top, bottom) = self.values(quotient), threshold.as_integer_ratio()
                _fits(values.above, bottom)
                _fits(values.below, top)
                holds = _COMPARE[name](values.above * bottom, values.below * top)
                beside = [self._column(one).beside for one in form_of(quotient).names]
                return _answers(holds, values.there, np.logical_or.reduce([~values.there & False, *beside]))
            case EqualTest(indicator=name, expected=expected):
                column = self._column(name)
                code = expected if isinstance(expected, bool) else self.plan.indicators[name].choices.index(expected)
                return _answers(column.tops == int(code), column.there, column.beside)
            case UnitKindTest(kinds=kinds):
                codes = [self.program.layout.kind_code(kind) for kind in kinds]
                none, own = np.zeros(self.rows.count, bool), self.rows.kinds
                yes = none if own is None else np.isin(own, codes)
                return Answers(yes, ~yes, none)
            case FindingTest(finding=finding):
                return self.finding(finding)

    def _column(self, name: str) -> _Column:
        if name not in self._columns:
            column, count = self.rows.columns[name], self.rows.count
            if column.exact:
                raise TooWideError
            there, beside = np.ones(count, bool), np.zeros(count, bool)
            if column.states is not None:
                there, beside = column.states == 0, column.states == NOT_APPLICABLE
            values = column.values.astype(np.int64, copy=False)
            below = None if column.below is None else column.below.astype(np.int64, copy=False)
            self._columns[name] = _Column(values, self.program.layout.scale_of(name), below, there, beside)
        return self._columns[name]

    def _sums(self, form: Form) -> tuple[Ints, Ints]:
        """Return the numerators and denominators of a form."""
        columns = {name: self._column(name) for name in form.names}
        paired = next((column for column in columns.values() if column.bottoms is not None), None)
        if paired is not None:
            if len(columns) > 1 or form.below:
                raise TooWideError
            assert paired.bottoms is not None
            factor = dict(form.above).get(form.names[0], 0)
            _fits(paired.tops, 2 * factor)
            _fits(paired.bottoms, 2 * max(abs(form.above_constant), form.below_constant))
            above = paired.tops * factor + paired.bottoms * form.above_constant
            return above, paired.bottoms * form.below_constant
        scale = lcm(*(column.bottom for column in columns.values()))
        return (
            self._sum(form.above, form.above_constant, columns, scale),
            self._sum(form.below, form.below_constant, columns, scale),
        )

    def _sum(self, terms: Terms, constant: int, columns: dict[str, _Column], scale: int) -> Ints:
        """Return a sum of figures, ``scale`` times as great as it is."""
        start = constant * scale
        factors = [(columns[name], factor * (scale // columns[name].bottom)) for name, factor in terms]
        if abs(start) + sum(abs(factor) * _greatest(column.tops) for column, factor in factors) >= WORD:
            raise TooWideError
        total = np.full(self.rows.count, start, np.int64)
        for column, factor in factors:
            total += column.tops if factor == 1 else column.tops * factor
        return total


def _answers(holds: Mask, there: Mask, beside: Mask) -> Answers:
    return Answers(holds & there, ~holds & there, beside)


def _greatest(numbers: Ints) -> int:
    """Return the greatest of some numbers, whatever their sign."""
    return max(int(numbers.max()), -int(numbers.min())) if len(numbers) else 0


def _fits(numbers: Ints, factor: int) -> None:
    """Raise where a product would be too great."""
    if _greatest(numbers) * abs(factor) >= WORD:
        raise TooWideError
