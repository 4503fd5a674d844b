"""Readings from a plain mapping of Python values.

A value is an ``int``, ``Decimal``, ``Fraction``, ``date``, ``bool``, text to be read as in a file, or None where it is
missing. In a percent indicator ``int``, ``Decimal`` and text are per cent, as people write them (73.82), while a
``Fraction`` is the share itself, as ``Reading.value`` holds it (3691/5000). In a ratio indicator a ``Fraction`` is a
ratio of counts. A ``float`` is refused: 0.1 is not a tenth.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from tieuchi.errors import Position
from tieuchi.loading.locale_numbers import MOST_DIGITS, RefusedValueError
from tieuchi.loading.readings_given import Cell, Figure, GivenUnit, Report, tidy
from tieuchi.loading.readings_judged import judged
from tieuchi.loading.readings_tree import asked_locale
from tieuchi.model.indicator import Indicator
from tieuchi.model.number import exact_text
from tieuchi.model.reading import Readings, Unit

FILE = "<python>"
_TOO_LARGE = 10 ** (2 * MOST_DIGITS)


def readings_from_dict(
    values: Mapping[str, object],
    indicators: Mapping[str, Indicator],
    *,
    unit: str | Unit = "unit",
    period: str = "",
    declared: Mapping[str, object] | None = None,
    locale: str | None = None,
) -> Readings:
    """Return the readings of one unit from values by indicator.

    Args:
        values: Values by indicator, of the types named above; per cent is 73.82, or the share as a ``Fraction``.
        indicators: What can be read, by id.
        unit: Who they belong to.
        period: When.
        declared: Declared points by criterion.
        locale: How numbers in text are written, ``vi`` or ``en``.

    Raises:
        ReadingsError: With every value that is not what its indicator needs.

    Example:
        >>> from tieuchi.model.indicator import Indicator
        >>> done = Indicator(id="done", title={"vi": "Đã làm", "en": "Done"}, kind="ratio")
        >>> readings_from_dict({"done": "31/33"}, {"done": done}).values["done"].value
        Fraction(31, 33)
    """
    at = Position(FILE)
    report = Report(FILE)
    body = unit if isinstance(unit, Unit) else Unit(tidy(unit))
    given = GivenUnit(body, tidy(period), at, asked_locale(locale, at))
    for name, value in values.items():
        kind = indicators[name].kind if name in indicators else ""
        given.figures += _figure(name, value, kind, report)
    for name, value in (declared or {}).items():
        given.declared += _figure(name, value, "", report)
    result = judged([given], indicators, report)
    report.check()
    return result[0]


def _figure(name: object, value: object, kind: str, report: Report) -> list[Figure]:
    """Return one figure, or nothing where it is of no kind that a reading can have."""
    at = Position(FILE)
    if not isinstance(name, str):
        report.add("D494", at, value=repr(name))
        return []
    try:
        cell = _cell(value, kind, at)
    except RefusedValueError as refused:
        report.add(refused.code, at, name, indicator=name, **refused.facts)
        return []
    return [Figure(tidy(name), cell, at, tidy(name))]


def _cell(value: object, kind: str, at: Position) -> Cell:
    if isinstance(value, float):
        raise RefusedValueError("D485", value=repr(value))
    if isinstance(value, Decimal) and not (value.is_finite() and -MOST_DIGITS <= value.adjusted() <= MOST_DIGITS):
        raise RefusedValueError("D460", value=str(value))
    if value is None:
        return Cell(None, "", at)
    if isinstance(value, str):
        return Cell(tidy(value), tidy(value), at)
    if isinstance(value, bool):
        return Cell(value, str(value), at)
    if isinstance(value, date) and not isinstance(value, datetime):
        return Cell(value, value.isoformat(), at)
    if isinstance(value, Fraction) and kind == "ratio":
        return Cell(f"{value.numerator}/{value.denominator}", f"{value.numerator}/{value.denominator}", at)
    if isinstance(value, (int, Decimal, Fraction)):
        number = Fraction(value)
        if max(abs(number.numerator), number.denominator) >= _TOO_LARGE:
            raise RefusedValueError("D466", value=type(value).__name__, most=str(MOST_DIGITS))
        share = kind == "percent" and isinstance(value, Fraction)
        return Cell(number, f"{exact_text(number * 100)}%" if share else exact_text(number), at, share=share)
    raise RefusedValueError("D486", value=type(value).__name__)
