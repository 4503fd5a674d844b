"""Input cells: what an indicator's cell may hold, and a reading written so that it reads back the same."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

from tieuchi.errors import Position
from tieuchi.loading.locale_numbers import ratio_counts
from tieuchi.loading.readings_given import refusal
from tieuchi.model.indicator import Indicator
from tieuchi.model.number import exact_text
from tieuchi.model.reading import Reading
from tieuchi.words.language import Language
from tieuchi.words.terms import term
from tieuchi.workbook.labels import label
from tieuchi.workbook.sheets import Book

EXCEL_DIGITS = 15
FIRST_DAY = date(1900, 3, 1)
"""The first day on which Excel's count of days agrees with the calendar."""
NUMBER_FORMATS = {"count": "#,##0", "percent": "0.00##########%", "amount": "#,##0.############", "date": "dd/mm/yyyy"}


def number_format(indicator: Indicator, language: Language) -> str:
    """Return the number format of an indicator's cell; ``@`` keeps ``1/2`` from becoming a date."""
    if indicator.kind == "date" and language == "en":
        return "yyyy-mm-dd"
    return NUMBER_FORMATS.get(indicator.kind, "@" if indicator.kind == "ratio" else "General")


def how_to(indicator: Indicator, language: Language, titles: dict[str, str]) -> str:
    """Return in words what a cell takes: kind, range, the whole it is part of, and the catalogue's hint."""
    words = label(f"{indicator.kind}_hint", language)
    if indicator.kind == "choice":
        words += f": {', '.join(indicator.choices)}"
    low, high = indicator.bounds
    shares = indicator.kind in ("percent", "ratio")
    for name, end in (("from", low), ("to", high)):
        if end is not None and not shares:
            words += f" {label(name, language)} {exact_text(end)}"
    if shares and high is not None and (low or high != 1):
        words += f" {label('to', language)} {exact_text(high * 100)}%"
    if indicator.part_of is not None:
        words += f"; {label('part_of', language)}: {titles.get(indicator.part_of, indicator.part_of)}"
    return f"{words}. {indicator.hint.of(language)}" if indicator.hint is not None else words


def validate(sheet: Any, row: int, column: int, indicator: Indicator, language: Language, hint: str) -> None:
    """Tell Excel what the cell takes."""
    rule = _rule(indicator, language)
    if rule is None:
        return
    rule |= {
        "input_title": indicator.id[:32],
        "input_message": hint[:255],
        "error_title": label("bad_entry", language)[:32],
        "error_message": hint[:255],
        "ignore_blank": True,
    }
    sheet.data_validation(row, column, row, column, rule)


def _rule(indicator: Indicator, language: Language) -> dict[str, Any] | None:
    kind = indicator.kind
    low, high = (None if end is None else float(end) for end in indicator.bounds)
    if kind == "yes_no":
        return {"validate": "list", "source": [term("yes", language), term("no", language)]}
    if kind == "choice":
        fits = len(",".join(indicator.choices)) <= 255
        return {"validate": "list", "source": list(indicator.choices)} if fits else None
    if kind == "date":
        return {"validate": "date", "criteria": ">=", "value": FIRST_DAY}
    if kind == "ratio":
        return {"validate": "any"}
    rule: dict[str, Any] = {"validate": "integer" if kind == "count" else "decimal"}
    if low is not None and high is not None:
        return rule | {"criteria": "between", "minimum": low, "maximum": high}
    if low is None and high is None:
        return rule | {"criteria": "between", "minimum": -9.99e14, "maximum": 9.99e14}
    return rule | ({"criteria": ">=", "value": low} if low is not None else {"criteria": "<=", "value": high})


def write_reading(
    book: Book, sheet: Any, row: int, column: int, indicator: Indicator, reading: Reading | None, language: Language
) -> None:
    """Write the value of a reading into its cell, as a number where Excel holds it exactly, else as text."""
    form = book.format("input", number_format(indicator, language))
    value = None if reading is None else reading.value
    if value is None or reading is None:
        sheet.write_blank(row, column, None, form)
    elif isinstance(value, bool):
        sheet.write_string(row, column, term("yes" if value else "no", language), form)
    elif isinstance(value, str):
        sheet.write_string(row, column, value, form)
    elif isinstance(value, date):
        if value >= FIRST_DAY:
            sheet.write_datetime(row, column, value, form)
        else:
            sheet.write_string(row, column, value.isoformat(), form)
    elif indicator.kind == "ratio":
        counts = ratio_counts(reading.text) or (value.numerator, value.denominator)
        sheet.write_string(row, column, f"{counts[0]}/{counts[1]}", form)
    else:
        write_number(sheet, row, column, value, form, language, indicator.id, percent=indicator.kind == "percent")


def write_number(
    sheet: Any,
    row: int,
    column: int,
    value: Fraction,
    form: Any,
    language: Language,
    name: str,
    *,
    percent: bool = False,
) -> None:
    """Write a number as one where Excel holds it exactly, else as text of all its decimals.

    Raises:
        ReadingsError: Its decimals do not end.
    """
    if excel_exact(value):
        sheet.write_number(row, column, float(value), form)
    else:
        sheet.write_string(row, column, _as_text(value, name, language, percent=percent), form)


def excel_exact(value: Fraction) -> bool:
    """Say whether a number survives in a cell: at most fifteen decimal digits.

    Example:
        >>> excel_exact(Fraction("0.7382")), excel_exact(Fraction(1, 3)), excel_exact(Fraction(10**15 + 1))
        (True, False, False)
    """
    scaled = value * 10**20
    return scaled.denominator == 1 and len(str(abs(scaled.numerator)).strip("0")) <= EXCEL_DIGITS


def _as_text(value: Fraction, name: str, language: Language, *, percent: bool) -> str:
    """Return a number of too many digits for a cell as text of the form's language."""
    number = value * 100 if percent else value
    places = 0
    while (number * 10**places).denominator != 1:
        places += 1
        if places > 60:
            raise refusal("K811", Position("form"), value=exact_text(value), indicator=name)
    digits = str(abs((number * 10**places).numerator)).rjust(places + 1, "0")
    point = "," if language == "vi" else "."
    text = f"{digits[:-places]}{point}{digits[-places:]}" if places else digits
    return ("-" if number < 0 else "") + text + ("%" if percent else "")
