"""Formulas as trees: written as Excel, and reckoned here exactly, so that each cell has its cached value.

A number is a ``Fraction`` here and a double in Excel. The two agree because whatever decides something (a comparison,
a floor) is arranged by the callers to work on whole numbers below 10^15, which doubles hold exactly.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

from tieuchi.model.number import exact_text

Value = Fraction | str | bool | None
ERROR = "#VALUE!"


class FormulaError(ArithmeticError):
    """What Excel shows as an error; ``IFERROR`` and ``ISNUMBER`` take it up."""


class Place(Protocol):
    """A cell that a formula names."""

    def reference(self, sheet: str) -> str:
        """Return how a formula on a sheet names the cell."""
        ...

    def value(self) -> Value:
        """Return what the cell holds or comes to."""
        ...


class Expr:
    """A formula. Arithmetic is written as in Python, comparisons by name."""

    def excel(self, sheet: str) -> str:
        """Return the formula as Excel writes it on a sheet."""
        raise NotImplementedError

    def value(self) -> Value:
        """Return what it comes to."""
        raise NotImplementedError

    def __repr__(self) -> str:
        return self.excel("")

    def __add__(self, other: Input) -> Expr:
        return Op("+", self, expr(other))

    def __sub__(self, other: Input) -> Expr:
        return Op("-", self, expr(other))

    def __mul__(self, other: Input) -> Expr:
        return Op("*", self, expr(other))

    def __truediv__(self, other: Input) -> Expr:
        return Op("/", self, expr(other))

    def __and__(self, other: Input) -> Expr:
        """Join two texts."""
        return Op("&", self, expr(other))

    def eq(self, other: Input) -> Expr:
        """Say whether two values are equal."""
        return Op("=", self, expr(other))

    def ne(self, other: Input) -> Expr:
        """Say whether two values differ."""
        return Op("<>", self, expr(other))

    def lt(self, other: Input) -> Expr:
        """Say whether this is less."""
        return Op("<", self, expr(other))

    def le(self, other: Input) -> Expr:
        """Say whether this is not more."""
        return Op("<=", self, expr(other))

    def gt(self, other: Input) -> Expr:
        """Say whether this is more."""
        return Op(">", self, expr(other))

    def ge(self, other: Input) -> Expr:
        """Say whether this is not less."""
        return Op(">=", self, expr(other))


Input = Expr | Fraction | int | str | bool


@dataclass(frozen=True, slots=True, repr=False)
class Const(Expr):
    """A number, text or truth value."""

    content: Fraction | str | bool

    def excel(self, sheet: str) -> str:  # noqa: ARG002 - a value is written the same on every sheet
        """Write the value; a fraction whose decimals do not end as a quotient."""
        if isinstance(self.content, bool):
            return "TRUE" if self.content else "FALSE"
        if isinstance(self.content, str):
            return '"' + self.content.replace('"', '""') + '"'
        text = exact_text(self.content)
        return f"({text})" if "/" in text or text.startswith("-") else text

    def value(self) -> Value:
        """Return it."""
        return self.content


@dataclass(frozen=True, slots=True, repr=False)
class Ref(Expr):
    """The value of a cell."""

    place: Place

    def excel(self, sheet: str) -> str:
        """Name the cell."""
        return self.place.reference(sheet)

    def value(self) -> Value:
        """Return what the cell comes to."""
        return self.place.value()


@dataclass(frozen=True, slots=True, repr=False)
class Op(Expr):
    """Two formulas joined by a sign."""

    sign: str
    left: Expr
    right: Expr

    def excel(self, sheet: str) -> str:
        """Write it in brackets, so that nothing hangs on precedence."""
        return f"({self.left.excel(sheet)}{self.sign}{self.right.excel(sheet)})"

    def value(self) -> Value:
        """Reckon it exactly."""
        left, right = self.left.value(), self.right.value()
        if self.sign == "&":
            return _shown(left) + _shown(right)
        if self.sign in _COMPARISONS:
            return _COMPARISONS[self.sign](*_comparable(left, right))
        first, second = number(left), number(right)
        if self.sign == "/":
            if not second:
                raise FormulaError("#DIV/0!")
            return first / second
        return {"+": first + second, "-": first - second, "*": first * second}[self.sign]


@dataclass(frozen=True, slots=True, repr=False)
class Fn(Expr):
    """A function of Excel."""

    name: str
    arguments: tuple[Expr, ...]

    def excel(self, sheet: str) -> str:
        """Write the call."""
        return f"{self.name}({','.join(argument.excel(sheet) for argument in self.arguments)})"

    def value(self) -> Value:
        """Reckon it; branches not taken are left alone."""
        return _FUNCTIONS[self.name](self.arguments)


def expr(given: Input) -> Expr:
    """Return a formula from what may be a plain value."""
    if isinstance(given, Expr):
        return given
    return Const(Fraction(given) if isinstance(given, int) and not isinstance(given, bool) else given)


def fn(name: str, *arguments: Input) -> Expr:
    """Return a call of a function.

    Example:
        >>> call = fn("IF", expr(2).gt(1), "yes", "no")
        >>> call.excel("S"), call.value()
        ('IF((2>1),"yes","no")', 'yes')
    """
    return Fn(name, tuple(expr(argument) for argument in arguments))


def if_(condition: Input, then: Input, otherwise: Input) -> Expr:
    """Return one of two."""
    return fn("IF", condition, then, otherwise)


def chain(pairs: Sequence[tuple[Input, Input]], otherwise: Input) -> Expr:
    """Return the value behind the first condition that holds."""
    result = expr(otherwise)
    for condition, then in reversed(pairs):
        result = if_(condition, then, result)
    return result


def largest(items: Sequence[Input]) -> Expr:
    """Return the greatest of some numbers."""
    return expr(items[0]) if len(items) == 1 else fn("MAX", *items)


def least(items: Sequence[Input]) -> Expr:
    """Return the least of some numbers."""
    return expr(items[0]) if len(items) == 1 else fn("MIN", *items)


def total(items: Sequence[Input]) -> Expr:
    """Return the sum; 0 of nothing."""
    if not items:
        return expr(0)
    return expr(items[0]) if len(items) == 1 else fn("SUM", *items)


def number(value: Value) -> Fraction:
    """Return a value as arithmetic takes it; a blank is 0, a truth value 1 or 0, a text no number."""
    if isinstance(value, str):
        raise FormulaError(ERROR)
    return Fraction(0) if value is None else Fraction(value)


def _shown(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return value if isinstance(value, str) else exact_text(value)


def _comparable(left: Value, right: Value) -> tuple[object, object]:
    """Return two values as Excel compares them: a blank as the other's nothing, texts without case."""
    if left is None:
        left = "" if isinstance(right, str) else Fraction(0)
    if right is None:
        right = "" if isinstance(left, str) else Fraction(0)
    if isinstance(left, str) and isinstance(right, str):
        return left.casefold(), right.casefold()
    first, second = (2 if isinstance(v, bool) else 1 if isinstance(v, str) else 0 for v in (left, right))
    return (left, right) if first == second else (first, second)


_COMPARISONS: dict[str, Callable[..., bool]] = {
    "=": lambda a, b: a == b,
    "<>": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}

Arguments = tuple[Expr, ...]


def _if(arguments: Arguments) -> Value:
    condition, then, otherwise = arguments
    return then.value() if number(condition.value()) else otherwise.value()


def _choose(arguments: Arguments) -> Value:
    return arguments[int(number(arguments[0].value()))].value()


def _iferror(arguments: Arguments) -> Value:
    try:
        return arguments[0].value()
    except FormulaError:
        return arguments[1].value()


def _kind(wanted: type) -> Callable[[Arguments], Value]:
    def test(arguments: Arguments) -> Value:
        try:
            return isinstance(arguments[0].value(), wanted)
        except FormulaError:
            return False

    return test


def _is_number(arguments: Arguments) -> Value:
    try:
        return isinstance(arguments[0].value(), Fraction)
    except FormulaError:
        return False


def _is_error(arguments: Arguments) -> Value:
    try:
        arguments[0].value()
    except FormulaError:
        return True
    return False


def _numbers(arguments: Arguments) -> list[Fraction]:
    """Return the numbers of cells and formulas; as in Excel, texts and blanks that cells hold do not count."""
    values = [argument.value() for argument in arguments]
    return [Fraction(value) for value in values if isinstance(value, Fraction | bool)]


def _rounded(arguments: Arguments, up: Callable[[Fraction], int]) -> Fraction:
    value, places = number(arguments[0].value()), int(number(arguments[1].value()))
    scale = Fraction(10) ** places
    whole = up(abs(value) * scale)
    return Fraction(whole if value >= 0 else -whole) / scale


def _find(arguments: Arguments) -> Value:
    place = _shown(arguments[1].value()).find(_shown(arguments[0].value()))
    if place < 0:
        raise FormulaError(ERROR)
    return Fraction(place + 1)


def _number_of_text(arguments: Arguments) -> Value:
    value = arguments[0].value()
    if isinstance(value, Fraction):
        return value
    text = _shown(value).strip()
    if not text.isascii() or not text.isdigit():
        raise FormulaError(ERROR)
    return Fraction(int(text))


def _log10(arguments: Arguments) -> Value:
    value = number(arguments[0].value())
    if value <= 0:
        raise FormulaError("#NUM!")
    return Fraction(math.log10(value))


def _lcm(arguments: Arguments) -> Value:
    result = math.lcm(*(int(number(argument.value())) for argument in arguments))
    if result >= 2**53:
        raise FormulaError("#NUM!")
    return Fraction(result)


_FUNCTIONS: dict[str, Callable[[Arguments], Value]] = {
    "IF": _if,
    "CHOOSE": _choose,
    "IFERROR": _iferror,
    "AND": lambda a: all(number(x.value()) for x in a),
    "OR": lambda a: any(number(x.value()) for x in a),
    "NOT": lambda a: not number(a[0].value()),
    "MIN": lambda a: min(_numbers(a), default=Fraction(0)),
    "MAX": lambda a: max(_numbers(a), default=Fraction(0)),
    "SUM": lambda a: sum(_numbers(a), Fraction(0)),
    "INT": lambda a: Fraction(math.floor(number(a[0].value()))),
    "ABS": lambda a: abs(number(a[0].value())),
    "SIGN": lambda a: Fraction((number(a[0].value()) > 0) - (number(a[0].value()) < 0)),
    "MOD": lambda a: number(a[0].value()) % number(a[1].value()),
    "POWER": lambda a: number(a[0].value()) ** int(number(a[1].value())),
    "LOG10": _log10,
    "GCD": lambda a: Fraction(math.gcd(*(int(number(x.value())) for x in a))),
    "LCM": _lcm,
    "ROUND": lambda a: _rounded(a, lambda x: math.floor(x + Fraction(1, 2))),
    "ROUNDDOWN": lambda a: _rounded(a, math.floor),
    "ROUNDUP": lambda a: _rounded(a, math.ceil),
    "ISNUMBER": _is_number,
    "ISERROR": _is_error,
    "ISTEXT": _kind(str),
    "ISLOGICAL": _kind(bool),
    "EXACT": lambda a: _shown(a[0].value()) == _shown(a[1].value()),
    "LOWER": lambda a: _shown(a[0].value()).lower(),
    "TRIM": lambda a: " ".join(_shown(a[0].value()).split()),
    "LEN": lambda a: Fraction(len(_shown(a[0].value()))),
    "LEFT": lambda a: _shown(a[0].value())[: int(number(a[1].value()))],
    "MID": lambda a: _shown(a[0].value())[int(number(a[1].value())) - 1 :][: int(number(a[2].value()))],
    "FIND": _find,
    "SUBSTITUTE": lambda a: _shown(a[0].value()).replace(_shown(a[1].value()), _shown(a[2].value())),
    "VALUE": _number_of_text,
}
