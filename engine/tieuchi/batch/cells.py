"""Columns read cell by cell, by the readings' own grammar; each different word is read once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from typing import Any

import numpy as np

from tieuchi.columnar.layout import MISSING, NOT_APPLICABLE, REFUSED, Column
from tieuchi.columnar.readings_rows import WORD, least_scale, number_of
from tieuchi.errors import Position
from tieuchi.loading.locale_numbers import RefusedValueError
from tieuchi.loading.number_styles import Role, roles_of
from tieuchi.loading.readings_given import Cell, tidy
from tieuchi.loading.readings_values import points_of, state_of, value_of
from tieuchi.model.indicator import Indicator

SURE_DIGITS = {16: 3, 32: 6, 64: 15}
"""By bits of a binary float, how many decimal digits it holds for sure; one that needs more was reckoned, not typed."""
_NOWHERE = Position("")
_REFUSED = "\x00refused"


Marks = Mapping[tuple[str, Role], tuple[int, str]]
"""By mark and what it means, the row and text of a number that shows it."""


@dataclass(frozen=True, slots=True)
class Figures:
    """One column: exact numbers as ``values / scale``, or ``values / below``; what is wrong with which rows.

    ``marks`` are, where no locale is declared, the first numbers that show what a point or comma means: row and text.
    """

    column: Column
    scale: int
    wrong: dict[int, RefusedValueError]
    marks: Marks = field(default_factory=dict)


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
    return read_all(words, codes, indicator, locale)


def read_all(words: Sequence[Cell | Word], codes: Any, indicator: Indicator | None, locale: Any) -> Figures:
    """Return a column from its different words and, by row, which of them stands there; -1 is nothing."""
    numbers: list[Fraction | None] = []
    states = np.zeros(len(words) + 1, np.uint8)
    states[-1] = MISSING
    faults: dict[int, RefusedValueError] = {}
    shown: dict[tuple[str, Role], int] = {}
    for place, word in enumerate(words):
        try:
            state, number = _read(word if isinstance(word, Cell) else cell_of(word.value, word.bits), indicator, locale)
        except RefusedValueError as refused:
            state, number, faults[place] = 0, None, refused.with_traceback(None)  # which holds frames and their cells
        if locale is None and number is not None and isinstance(word.value, str):
            shown = dict.fromkeys(roles_of(word.value).items(), place) | shown
        states[place] = state
        numbers.append(number)
    wrong = {row: faults[code] for row, code in enumerate(codes.tolist()) if code in faults} if faults else {}
    paired = indicator is not None and indicator.kind == "ratio"
    column, scale = _gathered(numbers, codes, states[codes], paired=paired)
    rows = {role: int(np.flatnonzero(codes == place)[0]) for role, place in shown.items()}
    return Figures(column, scale, wrong, {role: (row, words[codes[row]].value) for role, row in rows.items()})


@dataclass(frozen=True, slots=True)
class Word:
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
    if state == "not_applicable" and indicator is None:
        raise RefusedValueError("D446", value=cell.text)
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
    # A factor beyond 64 bits leaves nothing but zeros; all that is given is kept exactly then.
    return Column(values * (factor if factor < WORD else 0), column.states, column.below, exact)


def absent(count: int, *, paired: bool) -> Column:
    """Return a column of which no cell is given."""
    below = np.ones(count, np.int8) if paired else None
    return Column(np.zeros(count, np.int8), np.full(count, MISSING, np.uint8), below)
