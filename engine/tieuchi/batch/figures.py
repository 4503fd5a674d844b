"""Columns of a table as whole numbers: fast where the type says all, by the readings' own grammar where it is text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tieuchi.columnar.layout import MISSING, NOT_APPLICABLE, Column
from tieuchi.columnar.readings_rows import WORD, least_scale, number_of
from tieuchi.errors import Position
from tieuchi.loading.locale_numbers import RefusedValueError
from tieuchi.loading.readings_given import Cell, tidy
from tieuchi.loading.readings_values import points_of, state_of, value_of
from tieuchi.model.indicator import Indicator

EPOCH = 719_163
"""Ordinal of 1970-01-01, from which Arrow counts days."""
_DIGITS = r"^-?[0-9]{1,17}$"


@dataclass(frozen=True, slots=True)
class Figures:
    """One column: exact numbers as ``values / scale``, or ``values / below``; what is wrong with which rows."""

    column: Column
    scale: int
    wrong: dict[int, RefusedValueError]


def figures_of(array: Any, indicator: Indicator | None, locale: Any = None) -> Figures:
    """Return one column of a table; without an indicator it holds declared points."""
    array = array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
    kind = indicator.kind if indicator is not None else "amount"
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    found = _typed(array, kind)
    if found is None:
        return _text(array, indicator, locale)
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
        return Figures(Column(_signed(_numbers(array)), states), share, {})
    if pa.types.is_decimal(array.type):
        return _decimal(array, states, share, kind)
    if pa.types.is_floating(array.type):
        return _floating(array, states, share, kind)
    return _digits(array, share)


def _digits(array: Any, share: int) -> Figures | None:
    """Return a column of text that is digits throughout."""
    text = pa.types.is_string(array.type) or pa.types.is_large_string(array.type)
    if text and array.null_count == 0 and pc.all(pc.match_substring_regex(array, _DIGITS)).as_py():
        return Figures(Column(_numbers(pc.cast(array, pa.int64())), None), share, {})
    return None


def _days(array: Any, states: Any) -> Figures | None:
    if not pa.types.is_date(array.type):
        return None
    days = pc.cast(array, pa.date32()).view(pa.int32())
    return Figures(Column(_numbers(days).astype(np.int64) + EPOCH, states), 1, {})


def _yes_no(array: Any, states: Any) -> Figures | None:
    if pa.types.is_boolean(array.type):
        return Figures(Column(_numbers(pc.cast(array, pa.int8())), states), 1, {})
    if not pa.types.is_integer(array.type):
        return None
    numbers = _signed(_numbers(array))
    plain = (numbers == 0) | (numbers == 1)
    return Figures(Column(numbers, states), 1, {}) if plain.all() else None


def _states(array: Any) -> NDArray[np.uint8] | None:
    if array.null_count == 0:
        return None
    return np.where(array.is_null().to_numpy(zero_copy_only=False), np.uint8(MISSING), np.uint8(0))


def _numbers(array: Any) -> Any:
    """Return a column as an array, without a copy where nothing is missing."""
    if array.null_count:
        array = pc.fill_null(array, 0)
    return array.to_numpy(zero_copy_only=False)


def _signed(values: Any) -> Any:
    return values if values.dtype.kind == "i" else values.astype(np.int64)


def _decimal(array: Any, states: Any, share: int, kind: str) -> Figures | None:
    scale = 10**array.type.scale
    if array.type.precision > 18 or (kind == "count" and scale != 1):
        return None
    whole = pc.cast(pc.multiply(array, pa.scalar(scale)), pa.int64(), safe=False)
    return Figures(Column(_numbers(whole), states), scale * share, {})


def _floating(array: Any, states: Any, share: int, kind: str) -> Figures | None:
    """Return floats by the shortest decimal each stands for, if six decimals are enough for all."""
    values = _numbers(array).astype(np.float64)
    if not np.isfinite(values).all() or np.abs(values).max(initial=0) >= 1e9:
        whole = np.isfinite(values).all() and (values == np.rint(values)).all() and np.abs(values).max() < 2**53
        return Figures(Column(values.astype(np.int64), states), share, {}) if whole else None
    for places in range(7 if kind != "count" else 1):
        scale = 10**places
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
        if abs(edge) >= WORD:
            continue
        out = beyond(values, edge)
        out = out if states is None else out & (states == 0)
        for row in np.flatnonzero(out).tolist():
            found.wrong[row] = RefusedValueError(code, value=str(values[row]), limit=str(end))
    return found


def _text(array: Any, indicator: Indicator | None, locale: Any) -> Figures:
    """Return a column by the grammar of readings; each different text is read once."""
    encoded = array.dictionary_encode()
    codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    words = encoded.dictionary.to_pylist()
    numbers: list[Fraction | None] = []
    states = np.zeros(len(words) + 1, np.uint8)
    states[-1] = MISSING
    faults: dict[int, RefusedValueError] = {}
    for place, word in enumerate(words):
        try:
            state, number = _read(word, indicator, locale)
        except RefusedValueError as refused:
            state, number, faults[place] = 0, None, refused
        states[place] = state
        numbers.append(number)
    wrong = {row: faults[code] for row, code in enumerate(codes.tolist()) if code in faults} if faults else {}
    paired = indicator is not None and indicator.kind == "ratio"
    column, scale = _gathered(numbers, codes, states[codes], paired=paired)
    return Figures(column, scale, wrong)


def _read(word: Any, indicator: Indicator | None, locale: Any) -> tuple[int, Fraction | None]:
    """Return state and number of one cell as the readings' loader would."""
    if isinstance(word, str):
        word = tidy(word)
    elif isinstance(word, float):
        word = Fraction(repr(word)) if np.isfinite(word) else None
    elif word is not None and not isinstance(word, (bool, Fraction)) and not hasattr(word, "toordinal"):
        word = Fraction(str(word))
    cell = Cell(word, str(word), Position(""))
    state = state_of(cell, indicator)
    if state != "given":
        return (MISSING if state == "missing" else NOT_APPLICABLE), None
    if indicator is None:
        return 0, points_of(cell, locale)
    return 0, number_of(value_of(cell, indicator, locale, table=True), indicator.choices)


def _gathered(numbers: list[Fraction | None], codes: Any, states: Any, *, paired: bool) -> tuple[Column, int]:
    """Return a column from the numbers of its different texts."""
    given = [number for number in numbers if number is not None]
    scale = 1 if paired else least_scale(given)
    tops, bottoms, large = np.zeros(len(numbers) + 1, np.int64), np.ones(len(numbers) + 1, np.int64), {}
    for place, number in enumerate(numbers):
        if number is None:
            continue
        whole = number if paired else number * scale
        if abs(whole.numerator) >= WORD or whole.denominator >= WORD or (whole.denominator != 1 and not paired):
            large[place] = whole
            continue
        tops[place], bottoms[place] = whole.numerator, whole.denominator
    exact = {row: large[code] for row, code in enumerate(codes.tolist()) if code in large} if large else {}
    lacks = states if states.any() else None
    return Column(tops[codes], lacks, bottoms[codes] if paired else None, exact), scale


def rescaled(column: Column, factor: int) -> Column:
    """Return a column at a finer scale; what no longer fits 64 bits is kept exactly."""
    if factor == 1:
        return column
    values = column.values.astype(np.int64)
    over = np.flatnonzero((values > WORD // factor - 1) | (values < -(WORD // factor) + 1))
    exact = {row: Fraction(int(values[row]) * factor) for row in over.tolist()}
    exact |= {row: number * factor for row, number in column.exact.items()}
    return Column(values * factor, column.states, column.below, exact)


def absent(count: int, *, paired: bool) -> Column:
    """Return a column of which no cell is given."""
    below = np.ones(count, np.int8) if paired else None
    return Column(np.zeros(count, np.int8), np.full(count, MISSING, np.uint8), below)


def all_wrong(columns: Iterable[Figures]) -> list[int]:
    """Return the rows in which some column is wrong."""
    return sorted({row for column in columns for row in column.wrong})
