"""A cell's number as two whole numbers, in formulas: numerator and denominator of the decimal that was typed.

Excel keeps doubles of which fifteen digits count. The fifteen digits are found with whole numbers alone, for a
spreadsheet's own comparisons of fractions are forgiving: LibreOffice takes 99.9999999999999 for 100.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from tieuchi.workbook.formula import Expr, chain, expr, fn, if_
from tieuchi.workbook.grid import Calculation, GridCell

LIMIT = Fraction(10**15)
"""Whole numbers below it are exact in every spreadsheet, and compared exactly."""


@dataclass(frozen=True, slots=True)
class Exact:
    """A number as ``numerator / denominator``; ``fits`` says whether the cell's digits are all in it."""

    numerator: Expr
    denominator: Expr
    fits: Expr | None = None
    whole: bool = False
    """The denominator is always 1."""


def decimal_of(calc: Calculation, what: str, cell: Expr, usable: Expr) -> Exact:
    """Return the exact decimal of a cell; 0/1 where ``usable`` is false."""
    size = calc.step(f"{what}: |x|", if_(usable, fn("ABS", cell), 0))
    # 15 − the place of the first digit, so that all fifteen digits stand before the point.
    wanted = calc.step(
        f"{what}: 15 − e", if_(size.eq(0), 0, expr(15) - fn("INT", fn("LOG10", if_(size.eq(0), 1, size))))
    )
    places = calc.step(f"{what}: k", fn("MAX", 0, fn("MIN", 15, wanted)))
    digits = calc.step(f"{what}: ×10^k", fn("ROUND", size * fn("POWER", 10, places), 0))
    long = digits.ge(LIMIT)
    whole = calc.step(f"{what}: N", if_(long, fn("ROUND", digits / 10, 0), digits))
    power = calc.step(f"{what}: 10^", fn("POWER", 10, if_(long, fn("MAX", 0, places - 1), places)))
    common = calc.step(f"{what}: gcd", if_(whole.eq(0), power, fn("GCD", whole, power)))
    further = fn("MIN", 30, wanted)
    lost = fn("ABS", fn("ROUND", size * fn("POWER", 10, further), 0) - digits * fn("POWER", 10, further - places))
    fits = calc.step(
        f"{what}: ✓",
        chain([(size.ge(LIMIT), 0), (wanted.gt(30), 0), (wanted.gt(15), if_(lost.gt(10), 0, 1))], 1),
    )
    sign = if_(usable, fn("SIGN", cell), 0)
    top = calc.step(f"{what} ▲", sign * whole / common)
    bottom = calc.step(f"{what} ▼", power / common)
    return Exact(top, bottom, fits)


def parameter_of(calc: Calculation, what: str, cell: GridCell, original: Fraction) -> Exact:
    """Return a threshold's cell exactly: its decimals, or, untouched, the fraction that decimals can't write."""
    usable = fn("ISNUMBER", cell.ref)
    decimal = decimal_of(calc, what, cell.ref, usable)
    if excel_decimal(original):
        return decimal
    top, bottom = original.numerator, original.denominator
    untouched = calc.step(f"{what} =", cell.ref.eq(expr(original)))
    return Exact(
        calc.step(f"{what} ▲′", if_(untouched, top, decimal.numerator)),
        calc.step(f"{what} ▼′", if_(untouched, bottom, decimal.denominator)),
    )


def excel_decimal(number: Fraction) -> bool:
    """Say whether a number is a decimal of at most fifteen digits and fifteen places."""
    scaled = number * 10**15
    if scaled.denominator != 1:
        return False
    return len(str(abs(scaled.numerator)).strip("0")) <= 15
