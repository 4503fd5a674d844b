"""Columns of a table as whole numbers: fast where the type says all, by the readings' own grammar where it is text."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from math import lcm
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tieuchi.batch.arrow import decoded, numbers, whole
from tieuchi.batch.cells import Figures, Marks, Word, absent, read_all, rescaled
from tieuchi.columnar.layout import MISSING, Column
from tieuchi.loading.locale_numbers import RefusedValueError
from tieuchi.loading.number_styles import Role
from tieuchi.loading.readings_values import shown_value
from tieuchi.model.indicator import Indicator

EPOCH = 719_163
"""Ordinal of 1970-01-01, from which Arrow counts days."""
LAST_DAY = date.max.toordinal()
UNHELD = (ArithmeticError, LookupError, ValueError)
"""What Arrow raises for a value that Python can't hold."""
WIDE_BITS = 128
FLOAT_WHOLE = 1e15
"""Below it every whole number is a float of its own."""
_WHOLE = r"^-?(0|[1-9][0-9]{0,17})$"
_PLAIN: dict[str | None, str] = {
    None: r"^-?(0|[1-9][0-9]{0,11})(\.([0-9]{1,2}|[0-9]{4,6}))?$",
    "en": r"^-?(0|[1-9][0-9]{0,11})(\.[0-9]{1,6})?$",
    "vi": r"^-?(0|[1-9][0-9]{0,11})(,[0-9]{1,6})?$",
}
SIX = 10**6
_SIX_PLACES = pa.decimal128(18, 6)


def figures_of(array: Any, indicator: Indicator | None, locale: Any = None) -> Figures:
    """Return one column of a table; without an indicator it holds declared points."""
    array = whole(array)
    kind = indicator.kind if indicator is not None else "amount"
    array = decoded(array)
    if pa.types.is_null(array.type):
        return Figures(absent(len(array), paired=kind == "ratio"), 1, {})
    found = _typed(array, kind)
    if found is None:
        return _plain_numbers(array, indicator, locale) or _text(array, indicator, locale)
    return _in_range(found, indicator)


def _typed(array: Any, kind: str) -> Figures | None:
    """Return a column whose type says all there is to know, or None."""
    states = _states(array)
    if kind in ("ratio", "choice"):
        return None
    if kind == "date":
        return _days(array, states)
    if kind == "yes_no":
        return _yes_no(array, states)
    share = 100 if kind == "percent" else 1
    if pa.types.is_integer(array.type) and not pa.types.is_uint64(array.type):
        return Figures(Column(_signed(integers(array)), states), share, {})
    if pa.types.is_decimal(array.type):
        short = array.type.precision <= 18 and array.type.scale >= 0 and array.type.bit_width <= WIDE_BITS
        return _decimal(array, states, share) if short and (kind != "count" or array.type.scale == 0) else None
    if pa.types.is_floating(array.type):
        return _floating(array, states, share, kind)
    return None


def _plain_numbers(array: Any, indicator: Indicator | None, locale: Any) -> Figures | None:
    """Return a column of text in which plain numbers, the most of it, are read at once and only the rest one by one.

    Plain is what the grammar of readings takes for one number under the locale, or under any where none is declared:
    digits, and up to six decimals behind a point, but for three of them, which could be a group of thousands. A percent
    may carry its sign.
    """
    kind = indicator.kind if indicator is not None else "amount"
    if kind not in ("count", "amount", "percent") or not (
        pa.types.is_string(array.type) or pa.types.is_large_string(array.type)
    ):
        return None
    share = 100 if kind == "percent" else 1
    words = pc.replace_substring_regex(array, "%$", "") if kind == "percent" else array
    whole = _matches(words, _WHOLE)
    broken = ~whole & _matches(words, _PLAIN[locale]) if kind != "count" and not whole.all() else np.zeros_like(whole)
    parts: list[tuple[Any, Figures]] = []
    marks: Marks = {}
    if whole.any():
        numbers_there = integers(pc.cast(_some(words, whole), pa.int64()))
        parts.append((np.flatnonzero(whole), _in_range(Figures(Column(numbers_there, None), share, {}), indicator)))
    if broken.any():
        there = _some(words, broken)
        there = pc.replace_substring(there, ",", ".") if locale == "vi" else there
        read = _coarser(_decimal(pc.cast(there, _SIX_PLACES), None, share))
        parts.append((np.flatnonzero(broken), _in_range(read, indicator)))
        if locale is None:
            row = int(np.argmax(broken))
            marks = {(".", "decimal"): (row, array[row].as_py())}
    rest = ~(whole | broken)
    if len(parts) == 1 and not rest.any():
        return replace(parts[0][1], marks=marks)
    if parts and rest.any():
        parts.append((np.flatnonzero(rest), _text(_some(array, rest), indicator, locale)))
    if not parts:
        return None
    found = _woven(parts, len(array))
    return replace(found, marks={**found.marks, **marks})


def _matches(words: Any, pattern: str) -> NDArray[np.bool_]:
    found = pc.match_substring_regex(words, pattern)
    matched: NDArray[np.bool_] = _bits(found, 1) & (_bits(found, 0) if found.null_count else True)
    return matched


def _some(words: Any, rows: NDArray[np.bool_]) -> Any:
    return words if rows.all() else words.take(numbers(np.flatnonzero(rows)))


def _coarser(found: Figures) -> Figures:
    """Return a column of six places with as few as it needs."""
    needed, values = found.scale, found.column.values
    common = int(np.gcd.reduce(values, initial=SIX))
    while common % 10 == 0 and needed % 10 == 0 and common > 1:
        common, needed = common // 10, needed // 10
    return Figures(Column(values // (found.scale // needed), None), needed, {})


def _woven(parts: list[tuple[Any, Figures]], count: int) -> Figures:
    """Return a column whose rows were read in several parts, at a scale that all of them fit."""
    scale = lcm(*(figures.scale for _, figures in parts))
    values, states = np.zeros(count, np.int64), np.zeros(count, np.uint8)
    exact: dict[int, Fraction] = {}
    wrong: dict[int, RefusedValueError] = {}
    marks: dict[tuple[str, Role], tuple[int, str]] = {}
    for rows, figures in parts:
        column = rescaled(figures.column, scale // figures.scale)
        values[rows] = column.values
        if column.states is not None:
            states[rows] = column.states
        exact |= {int(rows[row]): number for row, number in column.exact.items()}
        wrong |= {int(rows[row]): refused for row, refused in figures.wrong.items()}
        marks |= {role: (int(rows[row]), text) for role, (row, text) in figures.marks.items()}
    return Figures(Column(values, states if states.any() else None, None, exact), scale, wrong, marks)


def _days(array: Any, states: Any) -> Figures | None:
    """Return dates, or times of which all are midnights, as days; others are refused, and all that have a zone.

    What is midnight in one zone is another day elsewhere, and files keep one zone for all.
    """
    if not pa.types.is_date(array.type) and not pa.types.is_timestamp(array.type):
        return None
    days, rest = np.divmod(integers(array).astype(np.int64), _in_a_day(array.type))
    beyond = (days <= -EPOCH) | (days > LAST_DAY - EPOCH)
    timed = rest != 0
    if pa.types.is_timestamp(array.type) and array.type.tz is not None:
        timed = np.ones(len(array), bool) if states is None else states == 0
    wrong = {}
    for row in np.flatnonzero(beyond | timed).tolist():
        code = "D476" if beyond[row] else "D497"
        wrong[row] = RefusedValueError(code, value=str(value_at(array[row])))
    return Figures(Column(np.where(beyond, 0, days) + EPOCH, states), 1, wrong)


def _in_a_day(kind: Any) -> int:
    """Return how many of a type's units are one day."""
    if pa.types.is_date32(kind):
        return 1
    unit = "ms" if pa.types.is_date64(kind) else kind.unit
    return 86_400 * {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}[unit]


def _yes_no(array: Any, states: Any) -> Figures | None:
    if pa.types.is_boolean(array.type):
        return Figures(Column(integers(array), states), 1, {})
    if not pa.types.is_integer(array.type):
        return None
    numbers = _signed(integers(array))
    plain = (numbers == 0) | (numbers == 1)
    return Figures(Column(numbers, states), 1, {}) if plain.all() else None


def _states(array: Any) -> NDArray[np.uint8] | None:
    if array.null_count == 0:
        return None
    return np.where(_bits(array, 0), np.uint8(0), np.uint8(MISSING))


def _bits(array: Any, buffer: int) -> Any:
    """Return a bit-packed buffer as truth values."""
    packed = np.frombuffer(array.buffers()[buffer], np.uint8)
    return np.unpackbits(packed, count=array.offset + len(array), bitorder="little")[array.offset :].astype(bool)


def integers(array: Any) -> Any:
    """Return the values of an Arrow column, without a copy where nothing is missing; 0 where something is."""
    if not len(array):
        return np.zeros(0, np.int64)
    kind = array.type
    if pa.types.is_boolean(kind):
        values: Any = _bits(array, 1).astype(np.int8)
    else:
        letter = "f" if pa.types.is_floating(kind) else "u" if pa.types.is_unsigned_integer(kind) else "i"
        words = 2 if kind.bit_width == WIDE_BITS else 1
        values = np.frombuffer(array.buffers()[1], f"{letter}{kind.bit_width // 8 // words}")
        values = values[array.offset * words : (array.offset + len(array)) * words : words]
    return np.where(_bits(array, 0), values, values.dtype.type(0)) if array.null_count else values


def _signed(values: Any) -> Any:
    return values if values.dtype.kind == "i" else values.astype(np.int64)


def _decimal(array: Any, states: Any, share: int) -> Figures:
    """Return decimals by the whole numbers they are stored as, of which the lower 64 bits say all up to 18 digits."""
    scale = 10**array.type.scale
    return Figures(Column(integers(array).astype(np.int64), states), scale * share, {})


def _floating(array: Any, states: Any, share: int, kind: str) -> Figures | None:
    """Return binary floats by the shortest decimal each stands for, if six decimals are enough for all.

    With fewer than 10^9 before the point and six behind it no two decimals share a float.
    """
    values = integers(array)
    if array.type.bit_width != 64 or not np.isfinite(values).all():
        return None
    largest = np.abs(values).max(initial=0)
    for places in range(7 if kind != "count" else 1):
        scale = 10**places
        if largest >= (FLOAT_WHOLE if places == 0 else 1e9):
            return None
        whole_numbers = np.rint(values * scale)
        if (whole_numbers / scale == values).all():
            return Figures(Column(whole_numbers.astype(np.int64), states), scale * share, {})
    return None


def _in_range(found: Figures, indicator: Indicator | None) -> Figures:
    """Note the rows whose figure its indicator can't hold."""
    if indicator is None:
        return found
    values, states = found.column.values, found.column.states
    for end, code, beyond in zip(indicator.bounds, ("D474", "D475"), (np.less, np.greater), strict=True):
        if end is None or indicator.kind == "yes_no":
            continue
        limit = end * found.scale
        edge = -(-limit.numerator // limit.denominator) if code == "D474" else limit.numerator // limit.denominator
        farthest = values.min(initial=0) if code == "D474" else values.max(initial=0)
        if not beyond(farthest, edge):
            continue
        out = beyond(values, edge)
        out = out if states is None else out & (states == 0)
        for row in np.flatnonzero(out).tolist():
            value = shown_value(Fraction(int(values[row]), found.scale), indicator)
            found.wrong[row] = RefusedValueError(code, value=value, limit=shown_value(end, indicator))
    return found


def _text(array: Any, indicator: Indicator | None, locale: Any) -> Figures:
    """Return a column by the grammar of readings; each different text is read once."""
    if pa.types.is_decimal(array.type) and array.type.bit_width < WIDE_BITS:
        array = pc.cast(array, pa.decimal128(38, array.type.scale))  # Arrow makes no dictionary of narrower ones
    encoded = array.dictionary_encode()
    codes = np.where(_bits(encoded.indices, 0), integers(encoded.indices), -1) if encoded.indices.null_count else None
    codes = integers(encoded.indices) if codes is None else codes
    bits = array.type.bit_width if pa.types.is_floating(array.type) else 0
    return read_all([Word(word, bits) for word in values_of(encoded.dictionary)], codes, indicator, locale)


def readable(kind: Any) -> bool:
    """Say whether figures or words can stand in a column of some type."""
    if pa.types.is_dictionary(kind):
        return readable(kind.value_type)
    tests = (
        pa.types.is_null, pa.types.is_boolean, pa.types.is_integer, pa.types.is_floating, pa.types.is_decimal,
        pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view, pa.types.is_date, pa.types.is_timestamp,
    )  # fmt: skip
    return any(test(kind) for test in tests)


def values_of(array: Any) -> list[Any]:
    """Return the values of an Arrow column as Python has them, see ``value_at``."""
    try:
        return list(array.to_pylist())
    except UNHELD:
        return [value_at(scalar) for scalar in array]


def value_at(scalar: Any) -> Any:
    """Return a value of an Arrow column as Python has it; what Python can't hold, such as the year 20000, as text.

    Example:
        >>> value_at(pa.scalar(2**31 - 1, pa.int32()).cast(pa.date32()))
        'date32[day] 2147483647'
    """
    try:
        return scalar.as_py()
    except UNHELD:
        return f"{scalar.type} {getattr(scalar, 'value', '')}".strip()
