"""Columns of a table as whole numbers: fast where the type says all, by the readings' own grammar where it is text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from math import lcm
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tieuchi.batch.arrow import numbers
from tieuchi.columnar.layout import MISSING, NOT_APPLICABLE, REFUSED, Column
from tieuchi.columnar.readings_rows import WORD, least_scale, number_of
from tieuchi.errors import Position
from tieuchi.loading.locale_numbers import RefusedValueError
from tieuchi.loading.readings_given import Cell, tidy
from tieuchi.loading.readings_values import points_of, shown_value, state_of, value_of
from tieuchi.model.indicator import Indicator

EPOCH = 719_163
"""Ordinal of 1970-01-01, from which Arrow counts days."""
MICROSECONDS = 86_400_000_000
"""Microseconds of a day."""
SURE_DIGITS = {16: 3, 32: 6, 64: 15}
"""By bits of a binary float, how many decimal digits it holds for sure; one that needs more was reckoned, not typed."""
_NOWHERE = Position("")
_REFUSED = "\x00refused"
WIDE_BITS = 128
FLOAT_WHOLE = 1e15
"""Below it every whole number is a float of its own."""
_WHOLE = r"^-?(0|[1-9][0-9]{0,11})$"
_PLAIN: dict[str | None, str] = {
    None: r"^-?(0|[1-9][0-9]{0,11})(\.([0-9]{1,2}|[0-9]{4,6}))?$",
    "en": r"^-?(0|[1-9][0-9]{0,11})(\.[0-9]{1,6})?$",
    "vi": r"^-?(0|[1-9][0-9]{0,11})(,[0-9]{1,6})?$",
}
SIX = 10**6
_SIX_PLACES = pa.decimal128(18, 6)


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
    digits, and up to six decimals behind a point, but for three of them, which could be a group of thousands.
    """
    kind = indicator.kind if indicator is not None else "amount"
    if kind not in ("count", "amount", "percent") or not (
        pa.types.is_string(array.type) or pa.types.is_large_string(array.type)
    ):
        return None
    found = pc.match_substring_regex(array, _WHOLE if kind == "count" else _PLAIN[locale])
    plain = _bits(found, 1) & (_bits(found, 0) if found.null_count else True)
    rows, rest = np.flatnonzero(plain), np.flatnonzero(~plain)
    if not len(rows):
        return None
    words = array.take(numbers(rows)) if len(rest) else array
    if locale == "vi" and kind != "count":
        words = pc.replace_substring(words, ",", ".")
    read = _decimal(pc.cast(words, _SIX_PLACES), None, 100 if kind == "percent" else 1)
    read = _in_range(_coarser(read), indicator)
    if not len(rest):
        return read
    return _woven([(rows, read), (rest, _text(array.take(numbers(rest)), indicator, locale))], len(array))


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
    for rows, figures in parts:
        column = rescaled(figures.column, scale // figures.scale)
        values[rows] = column.values
        if column.states is not None:
            states[rows] = column.states
        exact |= {int(rows[row]): number for row, number in column.exact.items()}
        wrong |= {int(rows[row]): refused for row, refused in figures.wrong.items()}
    return Figures(Column(values, states if states.any() else None, None, exact), scale, wrong)


def _days(array: Any, states: Any) -> Figures | None:
    if pa.types.is_timestamp(array.type) and array.type.tz is None:
        return _midnights(pc.cast(array, pa.timestamp("us"), safe=False), states)
    if not pa.types.is_date(array.type):
        return None
    return Figures(Column(integers(pc.cast(array, pa.date32())).astype(np.int64) + EPOCH, states), 1, {})


def _midnights(array: Any, states: Any) -> Figures:
    """Return times as days; one that is not midnight says more than a day, and is refused."""
    days, rest = np.divmod(integers(array), MICROSECONDS)
    wrong = {row: RefusedValueError("D497", value=str(array[row])) for row in np.flatnonzero(rest).tolist()}
    return Figures(Column(days + EPOCH, states), 1, wrong)


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
        if abs(edge) >= WORD:
            continue
        out = beyond(values, edge)
        out = out if states is None else out & (states == 0)
        for row in np.flatnonzero(out).tolist():
            value = shown_value(Fraction(int(values[row]), found.scale), indicator)
            found.wrong[row] = RefusedValueError(code, value=value, limit=shown_value(end, indicator))
    return found


def _text(array: Any, indicator: Indicator | None, locale: Any) -> Figures:
    """Return a column by the grammar of readings; each different text is read once."""
    encoded = array.dictionary_encode()
    codes = np.where(_bits(encoded.indices, 0), integers(encoded.indices), -1) if encoded.indices.null_count else None
    codes = integers(encoded.indices) if codes is None else codes
    bits = array.type.bit_width if pa.types.is_floating(array.type) else 0
    return _read_all([_Word(word, bits) for word in encoded.dictionary.to_pylist()], codes, indicator, locale)


def figures_of_cells(cells: Sequence[Cell | None], indicator: Indicator | None, locale: Any = None) -> Figures:
    """Return one column of cells that were read one by one, from a workbook or a long table; None is nothing given."""
    places: dict[Any, int] = {}
    codes = np.empty(len(cells), np.int64)
    words: list[Cell] = []
    for row, cell in enumerate(cells):
        if cell is None:
            codes[row] = -1
            continue
        key = (type(cell.value), cell.value, cell.share, cell.fault, cell.value is None and cell.text)
        codes[row] = places.setdefault(key, len(places))
        if len(words) < len(places):
            words.append(cell)
    return _read_all(words, codes, indicator, locale)


def _read_all(words: Sequence[Cell | _Word], codes: Any, indicator: Indicator | None, locale: Any) -> Figures:
    """Return a column from its different words and, by row, which of them stands there; -1 is nothing."""
    numbers: list[Fraction | None] = []
    states = np.zeros(len(words) + 1, np.uint8)
    states[-1] = MISSING
    faults: dict[int, RefusedValueError] = {}
    for place, word in enumerate(words):
        try:
            state, number = _read(word if isinstance(word, Cell) else cell_of(word.value, word.bits), indicator, locale)
        except RefusedValueError as refused:
            state, number, faults[place] = 0, None, refused
        states[place] = state
        numbers.append(number)
    wrong = {row: faults[code] for row, code in enumerate(codes.tolist()) if code in faults} if faults else {}
    paired = indicator is not None and indicator.kind == "ratio"
    column, scale = _gathered(numbers, codes, states[codes], paired=paired)
    return Figures(column, scale, wrong)


@dataclass(frozen=True, slots=True)
class _Word:
    """One value of an Arrow column; ``bits`` of a binary float, 0 for anything else."""

    value: Any
    bits: int = 64


def cell_of(value: Any, bits: int = 64) -> Cell:
    """Return a value of a typed column as a cell.

    Raises:
        RefusedValueError: It is a binary float that stands for no decimal.
    """
    if isinstance(value, str):
        return Cell(tidy(value), tidy(value), _NOWHERE)
    if isinstance(value, float):
        return Cell(exact_float(value, bits), str(value), _NOWHERE)
    if value is None:
        return Cell(None, "", _NOWHERE)
    if isinstance(value, (datetime, list, dict, bytes)):
        return Cell(str(value), str(value), _NOWHERE)
    if isinstance(value, (bool, date)):
        return Cell(value, str(value), _NOWHERE)
    return Cell(Fraction(str(value)), str(value), _NOWHERE)


def refused_cell(cell: Cell) -> Cell:
    """Return a cell whose figure was not accepted."""
    return Cell(None, _REFUSED, cell.at)


def exact_float(value: float, bits: int = 64) -> Fraction | None:
    """Return the decimal that a binary float stands for: the shortest one, if the float holds its digits for sure.

    What is not a number is nothing given, as pandas has it.

    Raises:
        RefusedValueError: B607 the float needs more digits than it holds for sure, or is infinite.

    Example:
        >>> exact_float(73.82), exact_float(float("nan"))
        (Fraction(3691, 50), None)
    """
    if value != value:  # noqa: PLR0124 - only NaN differs from itself
        return None
    shortest = repr(value) if bits == 64 else str(np.dtype(f"f{bits // 8}").type(value))
    digits = shortest.partition("e")[0].replace(".", "").strip("-0")
    if not np.isfinite(value) or len(digits) > SURE_DIGITS[bits]:
        raise RefusedValueError("B607", value=shortest)
    return Fraction(shortest)


def _read(cell: Cell, indicator: Indicator | None, locale: Any) -> tuple[int, Fraction | None]:
    """Return state and number of one cell as the readings' loader would."""
    if cell.fault is not None:
        raise RefusedValueError(cell.fault.code, **cell.fault.facts)
    if cell.value is None and cell.text == _REFUSED:
        return REFUSED, None
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
