"""``A / B`` against a threshold ``p / q``, exactly, although ``A × q`` may be more than a double can hold.

Each number below 10^15 is split into two limbs of seven digits and the products are compared limb by limb. Where the
products are small enough, the formula takes the short way.
"""

from __future__ import annotations

from fractions import Fraction

from tieuchi.workbook.exact_cells import LIMIT, Exact
from tieuchi.workbook.formula import Expr, Ref, chain, fn, if_
from tieuchi.workbook.grid import Calculation

_BASE = Fraction(10**7)
Limbs = tuple[Ref, Ref]
Product = tuple[Expr, Expr, Expr]


class Comparer:
    """Lays comparisons; the limbs of a number are laid once."""

    def __init__(self, calc: Calculation) -> None:
        self.calc = calc
        self._limbs: dict[str, Limbs] = {}

    def sign(self, what: str, above: Expr, below: Expr, threshold: Exact) -> Ref:
        """Return −1, 0 or 1 as ``above / below`` is less than, equal to or more than a threshold.

        All four are whole numbers below 10^15, ``below`` and the threshold's denominator positive.
        """
        first = self.calc.step(f"{what}: A×q", above * threshold.denominator)
        second = self.calc.step(f"{what}: p×B", threshold.numerator * below)
        short = fn("MAX", fn("ABS", first), fn("ABS", second)).lt(LIMIT)
        one = self._product(f"{what}: A×q", above, threshold.denominator)
        other = self._product(f"{what}: p×B", threshold.numerator, below)
        pairs = list(zip(one, other, strict=True))
        size = chain(
            [(a.ne(b), if_(a.gt(b), 1, Fraction(-1))) for a, b in pairs[:-1]], fn("SIGN", pairs[-1][0] - pairs[-1][1])
        )
        here, there = fn("SIGN", above), fn("SIGN", threshold.numerator)
        long = if_(here.ne(there), fn("SIGN", here - there), here * size)
        return self.calc.step(f"{what}: <=>", if_(short, fn("SIGN", first - second), long))

    def _split(self, number: Expr) -> Limbs:
        key = number.excel("")
        if key not in self._limbs:
            size = self.calc.step("|n|", fn("ABS", number))
            high = self._carry(size)
            self._limbs[key] = (high, self.calc.step("n mod 10^7", size - high * _BASE))
        return self._limbs[key]

    def _carry(self, number: Expr) -> Ref:
        """Return how many whole 10^7 there are in a number; LibreOffice's INT rounds up what is nearly whole."""
        rough = self.calc.step("⌊n / 10^7⌋", fn("INT", number / _BASE))
        return self.calc.step("⌊n / 10^7⌋", rough - if_((rough * _BASE).gt(number), 1, 0))

    def _product(self, what: str, first: Expr, second: Expr) -> Product:
        """Return a product as three limbs, the greatest first."""
        (a1, a0), (b1, b0) = self._split(first), self._split(second)
        low = self.calc.step(f"{what} 0", a0 * b0)
        up = self._carry(low)
        middle = self.calc.step(f"{what} 1", a1 * b0 + a0 * b1 + up)
        upper = self._carry(middle)
        high = self.calc.step(f"{what} 2", a1 * b1 + upper)
        return high, middle - upper * _BASE, low - up * _BASE
