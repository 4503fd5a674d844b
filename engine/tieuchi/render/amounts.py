"""Amounts of change for people: points with their sign, a reading before and after, 18 more of 1,110."""

from __future__ import annotations

from fractions import Fraction

from tieuchi.model.indicator import Indicator, Value
from tieuchi.model.number import shown_text
from tieuchi.model.rulebook import Shown
from tieuchi.render.numbers import percent_text, points_text, short_number, value_text
from tieuchi.words.language import Language
from tieuchi.words.terms import localised, term


def signed(points: Fraction | None, language: Language, places: int, shown: Shown) -> str:
    """Return points with their sign; a dash where there are none, zero without one."""
    if points is None:
        return "–"
    text = points_text(abs(points), language, places, shown)
    if points and not any(digit in text for digit in "123456789"):
        text = short_number(abs(points), language).removeprefix("≈")
    return text if not points else ("+" if points > 0 else "−") + text


def change_text(before: Fraction, after: Fraction, indicator: Indicator | None, language: Language) -> str:
    """Return by how much a reading changes, in its own unit: 18 more, or 4.2 points of per cent."""
    size = abs(after - before)
    word = term("more" if after > before else "fewer", language)
    shares = indicator is not None and indicator.kind in ("percent", "ratio")
    if language == "vi":
        return f"{word} {percent_text(size, language) if shares else short_number(size, language)}"
    return f"{percent_text(size, language) if shares else short_number(size, language)} {word}"


def reading_text(value: Value | None, indicator: Indicator | None, language: Language) -> str:
    """Return a reading; words where there is none."""
    return term("missing", language) if value is None else value_text(value, indicator, language)


def share_text(share: Fraction, language: Language, places: int = 1) -> str:
    """Return a share in per cent with a fixed number of decimals."""
    return localised(shown_text(share * 100, places), language) + "%"
