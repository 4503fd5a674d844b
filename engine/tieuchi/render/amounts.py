"""Amounts of change for people: points with their sign, a reading before and after, 18 more of 1,110."""

from __future__ import annotations

from fractions import Fraction

from tieuchi.model.indicator import Indicator, Value
from tieuchi.model.number import shown_text
from tieuchi.model.rulebook import Shown
from tieuchi.render.numbers import points_text, short_number, value_text
from tieuchi.words.language import Language, Text
from tieuchi.words.terms import localised, term

_CHANGES = {
    "count": (Text("thêm {size}", "{size} more"), Text("bớt {size}", "{size} fewer")),
    "amount": (Text("tăng {size}", "{size} more"), Text("giảm {size}", "{size} less")),
    "percent": (
        Text("tăng {size} điểm phần trăm", "{size} percentage {size:point|points} more"),
        Text("giảm {size} điểm phần trăm", "{size} percentage {size:point|points} less"),
    ),
    "date": (
        Text("muộn hơn {size} ngày", "{size} {size:day|days} later"),
        Text("sớm hơn {size} ngày", "{size} {size:day|days} earlier"),
    ),
}
"""By kind of reading: what is said of one that rises, and of one that falls."""


def signed(points: Fraction | None, language: Language, places: int, shown: Shown) -> str:
    """Return points with their sign; a dash where there are none, zero without one."""
    if points is None:
        return "–"
    text = points_text(abs(points), language, places, shown)
    if points and not any(digit in text for digit in "123456789"):
        text = short_number(abs(points), language).removeprefix("≈")
    return text if not points else ("+" if points > 0 else "−") + text


def change_text(before: Fraction, after: Fraction, indicator: Indicator | None, language: Language) -> str:
    """Return by how much a reading changes, as one says it of its kind: 18 more, 4.2 percentage points less.

    Dates are whole days, as ordinals.

    Example:
        >>> change_text(Fraction(1092), Fraction(1110), None, "en"), change_text(Fraction(2), Fraction(0), None, "vi")
        ('18 more', 'bớt 2')
    """
    size, kind = abs(after - before), "count" if indicator is None else indicator.kind
    shares = kind in ("percent", "ratio")
    amount = size * 100 if shares else size
    word = _CHANGES["percent" if shares else kind if kind in _CHANGES else "count"][0 if after > before else 1]
    return word.fill(language, size=short_number(amount, language))


def reading_text(value: Value | None, indicator: Indicator | None, language: Language) -> str:
    """Return a reading; words where there is none."""
    return term("missing", language) if value is None else value_text(value, indicator, language)


def share_text(share: Fraction, language: Language, places: int = 1) -> str:
    """Return a share in per cent with a fixed number of decimals."""
    return localised(shown_text(share * 100, places), language) + "%"
