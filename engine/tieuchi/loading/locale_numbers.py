"""Numbers and dates as people in Vietnam and elsewhere write them, read exactly or not at all.

The same characters mean different numbers in different places: ``12.285`` is twelve thousand in Vietnamese and a
little over twelve in English. So a text is read by a declared locale. Without one it is read by both: where only one
of them makes a number of it, or both make the same, there is nothing to doubt; where they differ it is refused with
both. No guess from neighbouring figures; only that they contradict each other is told (``number_styles``).

What a number is, under either locale: an optional sign (``+``, ``-`` or the minus sign U+2212), digits, perhaps in
groups of three, perhaps decimals, perhaps ``%`` at the end. Groups are set apart by the locale's mark or by a
no-break space (U+00A0, U+202F), never by a plain space, which may as well part two figures. ``31/33`` is a ratio of
two such numbers without signs. Nothing else is a number: no exponent, no ``.5``, no full-width digits.
"""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction
from typing import Literal, NamedTuple, get_args

Locale = Literal["vi", "en"]
LOCALES: tuple[Locale, ...] = get_args(Locale)
MOST_DIGITS = 60

_MARKS = {"vi": (".", ","), "en": (",", ".")}
_NO_BREAK = "\u00a0\u202f"
_LOOK_ALIKES = str.maketrans("OoQlI|", "000111")
_EXPONENT = re.compile(r"[+-]?[\d.,]+[eE][+-]?\d+", re.ASCII)
_SPACED = re.compile(r"[+-]?\d[\d.,]*(?: +\d[\d.,]*)+ *%?", re.ASCII)
_PLAUSIBLE = re.compile(rf"[\d.,+\-%/ {_NO_BREAK}]*\d[\d.,+\-%/ {_NO_BREAK}]*", re.ASCII)
_SHAPE = re.compile(r"([+-]?)([^/%+-]+?)(?:\s*/\s*([^/%+-]+))?(\s*%)?")
_ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_DATE = re.compile(r"(\d{1,2})([/-])(\d{1,2})\2(\d{4})", re.ASCII)


def _decimal_pattern(locale: Locale) -> re.Pattern[str]:
    group, point = (re.escape(mark) for mark in _MARKS[locale])
    grouped = "|".join(rf"[1-9]\d{{0,2}}(?:{mark}\d{{3}})+" for mark in (group, "\u00a0", "\u202f"))
    return re.compile(rf"(\d+|{grouped})(?:{point}(\d+))?", re.ASCII)


_DECIMALS = {locale: _decimal_pattern(locale) for locale in LOCALES}


class RefusedValueError(ValueError):
    """A text is not what it has to be: the code of the message, and the values that clash."""

    def __init__(self, code: str, **facts: str) -> None:
        self.code = code
        self.facts = facts
        super().__init__(code, facts)


class NumberText(NamedTuple):
    """A number as it was written: ``31/33`` keeps its ``second`` part, ``98%`` is 98 with ``percent``."""

    number: Fraction
    percent: bool = False
    second: Fraction | None = None


def read_number(text: str, locale: Locale | None = None) -> NumberText:
    """Read a number, percentage or ratio as written under a locale, or under any that leaves no doubt.

    Raises:
        RefusedValueError: D460 to D466, D488, D489, with what the text would be in each locale where that matters.

    Example:
        >>> read_number("12.285", "vi").number, read_number("98,38%").number
        (Fraction(12285, 1), Fraction(4919, 50))
        >>> read_number("1.092/1.110", "vi").second
        Fraction(1110, 1)
        >>> try:
        ...     read_number("12.285")
        ... except RefusedValueError as refused:
        ...     refused.facts
        {'value': '12.285', 'vi': '12285', 'en': '12 + 285/1000'}
    """
    if text.isdigit() and text.isascii() and len(text) <= MOST_DIGITS:
        return NumberText(Fraction(int(text)))  # the same everywhere
    body = text.strip().replace("\u2212", "-")
    if len(body) > MOST_DIGITS and _too_long(body):
        raise RefusedValueError("D466", value=text, most=str(MOST_DIGITS))
    shape = _SHAPE.fullmatch(body)
    if locale is not None and (number := _read(shape, locale)) is not None:
        return number
    found = {name: number for name in LOCALES if (number := _read(shape, name)) is not None}
    if locale is not None and found:
        reading = _plain(next(iter(found.values())))
        raise RefusedValueError({"vi": "D488", "en": "D489"}[locale], value=text, reading=reading)
    if len(found) == 2 and found["vi"] != found["en"]:
        raise RefusedValueError("D461", value=text, **{name: _plain(number) for name, number in found.items()})
    if found:
        return next(iter(found.values()))
    raise _not_a_number(text, body)


def ratio_counts(text: str) -> tuple[int, int] | None:
    """Return the two counts of a ratio that was accepted, whatever locale it was written in.

    A ratio is accepted only where both its parts are whole. Where both locales make whole parts of a text, as of
    ``0/5,000``, the grouped reading counts: nobody writes a count with decimals.

    Example:
        >>> ratio_counts("1.092/1.110"), ratio_counts("1,092/1,110"), ratio_counts("98,38%")
        ((1092, 1110), (1092, 1110), None)
    """
    shape = _SHAPE.fullmatch(text.strip())
    readings = (_read(shape, locale) for locale in LOCALES)
    counts = [
        (found.number.numerator, found.second.numerator)
        for found in readings
        if found is not None and found.second is not None and found.number.denominator == 1 == found.second.denominator
    ]
    return max(counts, default=None)


def read_date(text: str, locale: Locale | None = None) -> date:
    """Read a date: ``2017-12-31`` always, ``31/12/2017`` day first in Vietnamese, month first in English.

    ``-`` may stand for ``/``. Without a locale a date is refused where both orders make one and they differ.

    Raises:
        RefusedValueError: D476 to D478, or D490.

    Example:
        >>> read_date("31/12/2017"), read_date("03/04/2017", "vi")
        (datetime.date(2017, 12, 31), datetime.date(2017, 4, 3))
    """
    body = text.strip()
    if found := _ISO_DATE.fullmatch(body):
        day = _date(*(int(part) for part in found.groups()))
        if day is None:
            raise RefusedValueError("D476", value=text)
        return day
    options: dict[str, date] = {}
    if found := _DATE.fullmatch(body):
        first, second, year = int(found[1]), int(found[3]), int(found[4])
        read = {"vi": _date(year, second, first), "en": _date(year, first, second)}
        options = {name: day for name, day in read.items() if day is not None}
    if locale is not None and locale in options:
        return options[locale]
    if not options:
        raise RefusedValueError("D476", value=text)
    if locale is not None:
        reading = next(iter(options.values())).isoformat()
        raise RefusedValueError({"vi": "D478", "en": "D490"}[locale], value=text, reading=reading)
    if len(set(options.values())) > 1:
        raise RefusedValueError("D477", value=text, **{name: day.isoformat() for name, day in options.items()})
    return next(iter(options.values()))


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _too_long(body: str) -> bool:
    return len(body) > 3 * MOST_DIGITS or any(len(run) > MOST_DIGITS for run in re.findall(r"\d+", body))


def _read(shape: re.Match[str] | None, locale: Locale) -> NumberText | None:
    """Return what a text of the shape of a number says under one locale, or None."""
    if shape is None:
        return None
    sign, first, second, percent = shape.groups()
    number = _decimal(first, locale)
    below = _decimal(second, locale) if second is not None else None
    if number is None or (second is not None and (below is None or sign or percent)):
        return None
    return NumberText(-number if sign == "-" else number, bool(percent), below)


def _decimal(text: str, locale: Locale) -> Fraction | None:
    found = _DECIMALS[locale].fullmatch(text)
    if found is None:
        return None
    decimals = found[2] or ""
    whole = found[1] if found[1].isdigit() else re.sub(r"\D", "", found[1])
    return Fraction(int(whole + decimals), 10 ** len(decimals))


def _plain(read: NumberText) -> str:
    """Write a number so that it can't be misread in either language: ``12285``, ``12 + 285/1000``."""
    if read.second is not None:
        parts = [_mixed(part) for part in (read.number, read.second)]
        return " / ".join(f"({part})" if "+" in part else part for part in parts)
    text = _mixed(abs(read.number))
    if read.number < 0:
        text = f"-({text})" if "+" in text else f"-{text}"
    return f"({text})%" if read.percent and "+" in text else text + "%" * read.percent


def _mixed(number: Fraction) -> str:
    whole, rest = divmod(number.numerator, number.denominator)
    if not rest:
        return str(whole)
    scale = 10
    while (rest * scale) % number.denominator:
        scale *= 10
    return f"{whole} + {rest * scale // number.denominator}/{scale}"


def _not_a_number(text: str, body: str) -> RefusedValueError:
    """Return the reason why a text is no number in any locale, as near as can be told."""
    if _EXPONENT.fullmatch(body):
        return RefusedValueError("D463", value=text)
    for character in body:
        if (
            not character.isascii()
            and character not in _NO_BREAK
            and (character.isnumeric() or character.isspace() or character in "％–—．，／")
        ):
            return RefusedValueError("D464", value=text, character=f"{character} (U+{ord(character):04X})")
    if _SPACED.fullmatch(body):
        return RefusedValueError("D465", value=text, nearest=body.replace(" ", ""))
    if _PLAUSIBLE.fullmatch(body):
        return RefusedValueError("D462", value=text)
    meant = body.translate(_LOOK_ALIKES)
    likely = meant if meant != body and any(c.isdigit() for c in body) and _PLAUSIBLE.fullmatch(meant) else ""
    return RefusedValueError("D460", value=text, nearest=likely)
