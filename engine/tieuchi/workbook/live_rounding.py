"""Rounding as rulebooks declare it, in formulas. What doubles leave beyond the twelfth decimal is cleaned first."""

from __future__ import annotations

from fractions import Fraction

from tieuchi.model.rulebook import Rounding
from tieuchi.workbook.formula import Expr, expr, fn, if_
from tieuchi.workbook.grid import Calculation

CLEAN = 12


def rounded(
    calc: Calculation, what: str, number: Expr, rounding: Rounding, most: Expr, floor: Fraction | None = None
) -> Expr:
    """Return a number rounded to a number of places by a mode, but not past an end that it keeps to."""
    clean = calc.step(f"{what} ≈", cleaned(number))
    result: Expr = calc.step(f"{what} ≈", _by_mode(clean, rounding))
    if floor is not None:
        result = if_(fn("AND", clean.ge(cleaned(expr(floor))), result.lt(floor)), floor, result)
    return if_(fn("AND", clean.le(cleaned(most)), result.gt(most)), most, result)


def _by_mode(clean: Expr, rounding: Rounding) -> Expr:
    places = rounding.places
    match rounding.mode:
        case "half_up":
            return fn("ROUND", clean, places)
        case "down":
            return fn("ROUNDDOWN", clean, places)
        case "up":
            return fn("ROUNDUP", clean, places)
        case "floor":
            return if_(clean.ge(0), fn("ROUNDDOWN", clean, places), fn("ROUNDUP", clean, places))
        case "ceiling":
            return if_(clean.ge(0), fn("ROUNDUP", clean, places), fn("ROUNDDOWN", clean, places))
        case "half_even" | "half_down":
            return _at_half(clean, places, even=rounding.mode == "half_even")


def _at_half(clean: Expr, places: int, *, even: bool) -> Expr:
    """Return the rounding in which a half goes to the even neighbour, or towards zero."""
    scale = Fraction(10**places)
    down = fn("ROUNDDOWN", clean, places)
    half = fn("ROUND", fn("ABS", clean - down) * scale * 2, 6).eq(1)
    odd = fn("MOD", fn("ROUND", fn("ABS", down) * scale, 0), 2).eq(1)
    at_half = if_(odd, fn("ROUNDUP", clean, places), down) if even else down
    return if_(half, at_half, fn("ROUND", clean, places))


def cleaned(number: Expr) -> Expr:
    """Return a sum without what doubles leave beyond the twelfth decimal."""
    return fn("ROUND", expr(number), CLEAN)
