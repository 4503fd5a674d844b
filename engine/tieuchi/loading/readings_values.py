"""One figure against its indicator: what it is worth, or why it is nothing the indicator can hold.

Words with a fixed meaning, in any case: *missing* is nothing at all, ``-``, ``–``, ``—``, ``...``, ``…``, ``chưa có``,
``chưa có số liệu``, ``not given``, ``no data``; *not applicable* is ``không áp dụng`` or ``not applicable``; yes and
no are ``có``, ``yes``, ``true`` and ``không``, ``no``, ``false``. ``n/a`` can mean either of the first two and is
refused. Nothing else is taken for a word of these kinds, and nothing missing is ever taken for zero.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction

from tieuchi.errors import nearest
from tieuchi.loading.locale_numbers import Locale, NumberText, RefusedValueError, read_date, read_number
from tieuchi.loading.readings_given import Cell, folded, tidy
from tieuchi.model.indicator import Indicator, Kind, Value
from tieuchi.model.number import exact_text
from tieuchi.words.characters import forbidden_character

MISSING = frozenset({"", "-", "–", "—", "...", "…", "chưa có", "chưa có số liệu", "not given", "no data"})
NOT_APPLICABLE = frozenset({"không áp dụng", "not applicable"})
_DOUBTFUL = frozenset({"n/a", "na", "#n/a", "n.a."})
_YES = frozenset({"có", "yes", "true"})
_NO = frozenset({"không", "no", "false"})


def state_of(cell: Cell, indicator: Indicator | None = None) -> str:
    """Return ``missing``, ``not_applicable`` or ``given``, by the cell alone.

    Example:
        >>> from tieuchi.errors import Position
        >>> [state_of(Cell(text, text, Position("x"))) for text in ("…", "Không áp dụng", "0")]
        ['missing', 'not_applicable', 'given']
    """
    if cell.value is None:
        return "missing"
    if not isinstance(cell.value, str) or (indicator is not None and tidy(cell.value) in indicator.choices):
        return "given"
    if cell.value[:1].isdigit():
        return "given"  # no word of these begins with a digit
    word = folded(cell.value)
    return "missing" if word in MISSING else "not_applicable" if word in NOT_APPLICABLE else "given"


def value_of(cell: Cell, indicator: Indicator, locale: Locale | None = None, *, table: bool = False) -> Value:
    """Return what a cell is worth to an indicator.

    A percent comes out as the share it is (``73,82%`` and ``73,82`` as 0.7382), a ratio as the quotient of its counts.

    Args:
        cell: A cell that is neither missing nor not applicable.
        indicator: What the cell must hold.
        locale: How its text is to be read; None where nothing was declared.
        table: Whether it stands in a table, where 1 and 0 may mean yes and no.

    Raises:
        RefusedValueError: The indicator can't hold it.

    Example:
        >>> from tieuchi.errors import Position
        >>> from tieuchi.model.indicator import Indicator
        >>> on_time = Indicator(id="on_time", title={"vi": "Đúng hạn", "en": "On time"}, kind="percent")
        >>> value_of(Cell("73,82", "73,82", Position("x")), on_time)
        Fraction(3691, 5000)
    """
    if isinstance(cell.value, str):
        if character := forbidden_character(cell.value):
            raise RefusedValueError("D419", character=character)
        if not cell.value[:1].isdigit() and folded(cell.value) in _DOUBTFUL:
            raise RefusedValueError("D487", value=cell.text)
    value = _READERS[indicator.kind](cell, indicator, locale, table)
    if isinstance(value, Fraction):
        _check_range(value, cell, indicator)
    return value


def points_of(cell: Cell, locale: Locale | None = None) -> Fraction:
    """Return declared points, which are a plain number.

    Raises:
        RefusedValueError: It is something else.
    """
    return _plain_number(cell, locale)


def shown_value(value: Fraction, indicator: Indicator) -> str:
    """Write a value in its indicator's own measure, to stand in a message.

    Example:
        >>> shown_value(Fraction(3691, 5000), Indicator(id="x", title="x", kind="percent"))
        '73.82%'
    """
    return f"{exact_text(value * 100)}%" if indicator.kind == "percent" else exact_text(value)


def _number(cell: Cell, locale: Locale | None) -> NumberText:
    value = cell.value
    if isinstance(value, bool):
        raise RefusedValueError("D482", value=cell.text)
    if isinstance(value, date):
        raise RefusedValueError("D479", value=cell.text)
    if isinstance(value, Fraction):
        return NumberText(value * 100, percent=True) if cell.share else NumberText(value)
    return read_number(str(value), locale)


def _plain_number(cell: Cell, locale: Locale | None) -> Fraction:
    number = _number(cell, locale)
    if number.second is not None:
        raise RefusedValueError("D468", value=cell.text)
    if number.percent:
        raise RefusedValueError("D467", value=cell.text)
    return number.number


def _amount(cell: Cell, _indicator: Indicator, locale: Locale | None, _table: bool) -> Value:
    return _plain_number(cell, locale)


def _count(cell: Cell, _indicator: Indicator, locale: Locale | None, _table: bool) -> Value:
    number = _plain_number(cell, locale)
    if number.denominator != 1:
        raise RefusedValueError("D473", value=cell.text)
    return number


def _percent(cell: Cell, _indicator: Indicator, locale: Locale | None, _table: bool) -> Value:
    number = _number(cell, locale)
    if number.second is not None:
        raise RefusedValueError("D468", value=cell.text)
    return number.number / 100


def _ratio(cell: Cell, indicator: Indicator, locale: Locale | None, _table: bool) -> Value:
    number = _number(cell, locale)
    part, whole = number.number, number.second
    if whole is None:
        raise RefusedValueError("D469", value=cell.text)
    if part.denominator != 1 or whole.denominator != 1:
        raise RefusedValueError("D472", value=cell.text)
    if whole == 0:
        raise RefusedValueError("D471" if part == 0 else "D470", value=cell.text)
    if part > whole and (indicator.range is None or indicator.range.at_most is None):
        raise RefusedValueError("D484", value=cell.text, part=str(part), whole=str(whole))
    return part / whole


def _day(cell: Cell, _indicator: Indicator, locale: Locale | None, _table: bool) -> Value:
    if isinstance(cell.value, date):
        return cell.value
    if not isinstance(cell.value, str):
        raise RefusedValueError("D483", value=cell.text)
    return read_date(cell.value, locale)


def _yes_no(cell: Cell, _indicator: Indicator, _locale: Locale | None, table: bool) -> Value:
    if isinstance(cell.value, bool):
        return cell.value
    number = cell.value if isinstance(cell.value, Fraction) else None
    word = folded(cell.value) if isinstance(cell.value, str) else ""
    if word in _YES or (table and (word == "1" or number == 1)):
        return True
    if word in _NO or (table and (word == "0" or number == 0)):
        return False
    raise RefusedValueError("D480", value=cell.text)


def _choice(cell: Cell, indicator: Indicator, _locale: Locale | None, _table: bool) -> Value:
    name = tidy(cell.value) if isinstance(cell.value, str) else cell.text
    if isinstance(cell.value, str) and name in indicator.choices:
        return name
    near = nearest(name.casefold(), indicator.choices) or ""
    raise RefusedValueError("D481", value=cell.text, known=", ".join(indicator.choices), nearest=near)


_READERS: Mapping[Kind, Callable[[Cell, Indicator, Locale | None, bool], Value]] = {
    "count": _count,
    "amount": _amount,
    "percent": _percent,
    "ratio": _ratio,
    "date": _day,
    "yes_no": _yes_no,
    "choice": _choice,
}


def _check_range(value: Fraction, cell: Cell, indicator: Indicator) -> None:
    low, high = indicator.bounds
    if low is not None and value < low:
        raise RefusedValueError("D474", value=cell.text, limit=shown_value(low, indicator))
    if high is not None and value > high:
        raise RefusedValueError("D475", value=cell.text, limit=shown_value(high, indicator))


def comparable(part: Indicator, whole: Indicator) -> bool:
    """Say whether a figure of one indicator can be set against one of the whole that it is part of."""
    counted = ("count", "amount")
    return part.kind == whole.kind or (part.kind in counted and whole.kind in counted)
