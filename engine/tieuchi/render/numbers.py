"""How numbers are shown: exact text for machines, rounded and localised for people."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from tieuchi.model.indicator import Indicator, Value
from tieuchi.model.number import exact_text, shown_text
from tieuchi.model.rulebook import Shown
from tieuchi.words.language import Language
from tieuchi.words.terms import localised, term

MOST_SHOWN_DECIMALS = 4


def points_text(points: Fraction | None, language: Language, places: int, shown: Shown) -> str:
    """Return points with a fixed number of decimals; a dash where there are none."""
    return "–" if points is None else localised(shown_text(points, places, shown.mode), language)


def rate_text(rate: Fraction | None, shown: Shown) -> str:
    """Return a rate in per cent, with a decimal point."""
    return "–" if rate is None else shown_text(rate * 100, shown.rate, shown.mode) + "%"


def short_number(number: Fraction, language: Language) -> str:
    """Return a number as people write it: exact where its decimals end soon, else rounded with a sign for it."""
    text = exact_text(number)
    if "/" in text or len(text.partition(".")[2]) > MOST_SHOWN_DECIMALS:
        return "≈" + localised(shown_text(number, MOST_SHOWN_DECIMALS), language)
    return localised(text, language)


def percent_text(number: Fraction, language: Language) -> str:
    """Return a share in per cent as people write it."""
    return short_number(number * 100, language) + "%"


def value_text(value: Value, indicator: Indicator | None, language: Language) -> str:
    """Return a reading as people of the language write it."""
    if isinstance(value, bool):
        return term("yes" if value else "no", language)
    if isinstance(value, date):
        return f"{value.day:02}/{value.month:02}/{value.year}" if language == "vi" else value.isoformat()
    if isinstance(value, str):
        return value
    if indicator is not None and indicator.kind == "date":
        return value_text(date.fromordinal(int(value)), indicator, language)
    if indicator is not None and indicator.kind in ("percent", "ratio"):
        return percent_text(value, language)
    return short_number(value, language)


def exact_value(value: Value) -> str | bool:
    """Return a reading for machines: exact text, a date as 2017-12-31, yes or no as a boolean."""
    if isinstance(value, bool | str):
        return value
    return value.isoformat() if isinstance(value, date) else exact_text(value)
