"""Exact numbers: from text, to text, and rounded where a rule says so.

Every number of a rulebook or a reading is a ``fractions.Fraction``. No binary float takes part.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from fractions import Fraction
from math import lcm
from typing import Literal

RoundingMode = Literal["half_up", "half_even", "half_down", "down", "up", "floor", "ceiling"]

_PLAIN = re.compile(r"[+-]?[0-9]{1,60}(?:\.[0-9]{1,60})?")
_RATIO = re.compile(r"([+-]?[0-9]{1,60})\s*/\s*([0-9]{1,60})")
# A quotient whose decimals do not end within this many places is written p/q.
_MOST_DECIMALS = 12


def parse_number(text: str) -> Fraction:
    """Read a number as rulebooks write it: ``15``, ``0.5``, ``-2``, ``30%``, ``1/3``.

    Raises:
        ValueError: The text is none of these; ``1e5``, ``.5``, ``1,5`` and ``١٢`` are not.

    Example:
        >>> parse_number("30%"), parse_number("1/3"), parse_number("0.5")
        (Fraction(3, 10), Fraction(1, 3), Fraction(1, 2))
    """
    body = text.strip()
    if not body.isascii():
        raise ValueError(text)
    percent = body.endswith("%")
    if percent:
        body = body[:-1].rstrip()
    if _PLAIN.fullmatch(body):
        number = Fraction(body)
    elif (ratio := _RATIO.fullmatch(body)) and int(ratio[2]):
        number = Fraction(int(ratio[1]), int(ratio[2]))
    else:
        raise ValueError(text)
    return number / 100 if percent else number


def exact_text(number: Fraction) -> str:
    """Write a number so that nothing is lost: decimals where they end, else ``p/q``.

    Example:
        >>> exact_text(Fraction(1, 2)), exact_text(Fraction(31, 33)), exact_text(Fraction(7))
        ('0.5', '31/33', '7')
    """
    numerator, denominator = number.numerator, number.denominator
    if denominator == 1:
        return str(numerator)
    twos = fives = 0
    rest = denominator
    while rest % 2 == 0:
        rest //= 2
        twos += 1
    while rest % 5 == 0:
        rest //= 5
        fives += 1
    places = max(twos, fives)
    if rest != 1 or places > _MOST_DECIMALS:
        return f"{numerator}/{denominator}"
    return _with_places(abs(numerator) * 10**places // denominator, places, numerator < 0)


def round_to(number: Fraction, places: int, mode: RoundingMode = "half_up") -> Fraction:
    """Round to a number of decimal places; halves go away from zero under ``half_up``.

    Example:
        >>> round_to(Fraction("7.99445"), 3), round_to(Fraction("46.487"), 2, "down")
        (Fraction(3997, 500), Fraction(1162, 25))
    """
    scale = 10**places
    sign = -1 if number < 0 else 1
    whole, rest = divmod(abs(number.numerator) * scale, number.denominator)
    if rest:
        twice = 2 * rest
        above, tie = twice > number.denominator, twice == number.denominator
        upwards = {
            "half_up": above or tie,
            "half_down": above,
            "half_even": above or (tie and whole % 2 == 1),
            "down": False,
            "up": True,
            "floor": sign < 0,
            "ceiling": sign > 0,
        }[mode]
        whole += upwards
    return Fraction(sign * whole, scale)


def round_within(
    number: Fraction, places: int, mode: RoundingMode, least: Fraction | None, most: Fraction | None
) -> Fraction:
    """Round, but not past an end that the number itself keeps to: a maximum of 0.25 stays one at one decimal.

    Example:
        >>> round_within(Fraction(1, 4), 1, "half_up", None, Fraction(1, 4))
        Fraction(1, 4)
    """
    rounded = round_to(number, places, mode)
    if most is not None and number <= most < rounded:
        return most
    return least if least is not None and rounded < least <= number else rounded


def exact_sum(numbers: Iterable[Fraction]) -> Fraction:
    """Return the sum of many fractions, bringing them to a common denominator once.

    Example:
        >>> exact_sum([Fraction(1, 3), Fraction(1, 2), Fraction(1, 6)])
        Fraction(1, 1)
    """
    by_denominator: dict[int, int] = {}
    for number in numbers:
        above, below = number.as_integer_ratio()
        by_denominator[below] = by_denominator.get(below, 0) + above
    return common_sum(by_denominator)


def common_sum(tops: Mapping[int, int]) -> Fraction:
    """Return the sum of fractions given as numerators by denominator.

    Example:
        >>> common_sum({3: 2, 2: 1})
        Fraction(7, 6)
    """
    common = lcm(*tops)
    total = 0
    for below, top in tops.items():
        total += top * (common // below)
    return Fraction(total, common)


def least_and_most(numbers: Iterable[Fraction]) -> tuple[Fraction, Fraction]:
    """Return the least and the greatest of some fractions, at least one, comparing whole numbers.

    Example:
        >>> least_and_most([Fraction(1, 2), Fraction(1, 3), Fraction(2, 5)])
        (Fraction(1, 3), Fraction(1, 2))
    """
    others = iter(numbers)
    low = high = next(others)
    low_top, low_bottom = high_top, high_bottom = low.as_integer_ratio()
    for number in others:
        top, bottom = number.as_integer_ratio()
        if top * low_bottom < low_top * bottom:
            low, low_top, low_bottom = number, top, bottom
        elif top * high_bottom > high_top * bottom:
            high, high_top, high_bottom = number, top, bottom
    return low, high


def shown_text(number: Fraction, places: int, mode: RoundingMode = "half_up") -> str:
    """Write a number rounded to exactly ``places`` decimals, with a point.

    Example:
        >>> shown_text(Fraction(31, 33), 3), shown_text(Fraction(27, 2), 3)
        ('0.939', '13.500')
    """
    rounded = round_to(number, places, mode)
    scaled = rounded * 10**places
    return _with_places(abs(scaled.numerator), places, rounded < 0)


def _with_places(digits: int, places: int, negative: bool) -> str:
    text = str(digits).rjust(places + 1, "0")
    if places:
        text = f"{text[:-places]}.{text[-places:]}"
    return f"-{text}" if negative else text
