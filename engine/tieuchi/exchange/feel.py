"""Unary tests and expressions of FEEL, the language of DMN tables: written, and read as far as bands can say."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from tieuchi.algebra.interval import Interval
from tieuchi.model.canonical import Linear, Piece, Quotient
from tieuchi.model.number import exact_text, parse_number

_NUMBER = r"[+-]?\d+(?:\.\d+)?(?:\s*/\s*\d+)?"
_COMPARISON = re.compile(rf"(<=|>=|<|>|=)?\s*({_NUMBER})")
_RANGE = re.compile(rf"([\[\](])\s*({_NUMBER})\s*\.\.\s*({_NUMBER})\s*([\])\[])")
_STRING = re.compile(r'"([^"]*)"')


NO_NUMBER = "number"
"""The reason why a cell is not read where a number should stand."""


class NotSaidError(ValueError):
    """A cell says more than we can: the text and why."""

    def __init__(self, text: str, reason: str) -> None:
        self.text = text
        self.reason = reason
        super().__init__(text, reason)


@dataclass(frozen=True, slots=True)
class Cell:
    """What one cell of a table asks of its column: an interval, a yes/no or a text, or nothing."""

    interval: Interval | None = None
    value: bool | str | None = None

    @property
    def anything(self) -> bool:
        """Whether every value fits."""
        return self.interval is None and self.value is None


def feel_number(number: Fraction) -> str:
    """Write a number: decimals where they end, else a quotient."""
    text = exact_text(number)
    return text.replace("/", " / ")


def feel_interval(interval: Interval) -> str:
    """Write an interval as a unary test.

    Example:
        >>> feel_interval(Interval(Fraction(1, 2), Fraction(1), True, False)), feel_interval(Interval())
        ('[0.5..1)', '-')
    """
    if interval.low is None and interval.high is None:
        return "-"
    if interval.low is None and interval.high is not None:
        return f"<{'=' if interval.high_closed else ''} {feel_number(interval.high)}"
    if interval.high is None and interval.low is not None:
        return f">{'=' if interval.low_closed else ''} {feel_number(interval.low)}"
    assert interval.low is not None
    assert interval.high is not None
    if interval.low == interval.high:
        return feel_number(interval.low)
    left, right = "[" if interval.low_closed else "(", "]" if interval.high_closed else ")"
    return f"{left}{feel_number(interval.low)}..{feel_number(interval.high)}{right}"


def feel_name(indicator: str) -> str:
    """Return an indicator's id as FEEL can name it: a hyphen would be a minus."""
    return indicator.replace("-", "_")


def feel_linear(form: Linear) -> str:
    """Write a linear form."""
    parts = []
    for name, factor in form.terms:
        sign = "- " if factor < 0 else "+ "
        times = "" if abs(factor) == 1 else f"{_factor(abs(factor))} * "
        parts.append(f"{sign}{times}{feel_name(name)}")
    if form.constant or not parts:
        parts.append(f"{'- ' if form.constant < 0 else '+ '}{_factor(abs(form.constant))}")
    text = " ".join(parts)
    return text.removeprefix("+ ") if text.startswith("+ ") else f"0 {text}"


def _factor(number: Fraction) -> str:
    text = feel_number(number)
    return f"({text})" if "/" in text else text


def feel_quotient(quotient: Quotient) -> str:
    """Write a value, which may be cut to a step."""
    text = feel_linear(quotient.numerator)
    if quotient.denominator.terms or quotient.denominator.constant != 1:
        text = f"({text}) / ({feel_linear(quotient.denominator)})"
    if quotient.step is None:
        return text
    steps = 1 / quotient.step
    return f"floor(({text}) * {_factor(steps)}) / {_factor(steps)}"


def feel_points(quotient: Quotient | None, piece: Piece) -> str:
    """Write the points on a piece."""
    if not piece.rate or quotient is None:
        return feel_number(piece.base)
    value = feel_quotient(quotient)
    if piece.stair is not None:
        function = "ceiling" if piece.stair.started else "floor"
        value = f"{function}((({value}) - {_factor(piece.stair.origin)}) / {_factor(piece.stair.step)})"
    sign = "-" if piece.rate < 0 else "+"
    return f"{_factor(piece.base)} {sign} {_factor(abs(piece.rate))} * ({value})"


def read_cell(text: str) -> Cell:
    """Read a unary test: a comparison, a range, a number, a quoted text, true, false or ``-``.

    Raises:
        NotSaidError: It is none of these.

    Example:
        >>> read_cell("]0.5..0.8]").interval == Interval(Fraction(1, 2), Fraction(4, 5), False, True)
        True
    """
    body = text.strip()
    if body in ("", "-"):
        return Cell()
    if body in ("true", "false"):
        return Cell(value=body == "true")
    if (quoted := _STRING.fullmatch(body)) is not None:
        return Cell(value=quoted[1])
    if (found := _RANGE.fullmatch(body)) is not None:
        low, high = read_number(found[2]), read_number(found[3])
        return Cell(Interval(low, high, found[1] == "[", found[4] == "]"))
    if (found := _COMPARISON.fullmatch(body)) is not None:
        number = read_number(found[2])
        closed = found[1] in ("<=", ">=")
        if found[1] in ("<", "<="):
            return Cell(Interval(high=number, high_closed=closed))
        if found[1] in (">", ">="):
            return Cell(Interval(low=number, low_closed=closed))
        return Cell(Interval(number, number))
    raise NotSaidError(text, "unary test")


def read_number(text: str) -> Fraction:
    """Read a number of FEEL."""
    try:
        return parse_number(text)
    except ValueError:
        raise NotSaidError(text, NO_NUMBER) from None
