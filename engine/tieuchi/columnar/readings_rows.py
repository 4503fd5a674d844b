"""Readings of many units as columns: each indicator at the least decimal scale that makes its figures whole."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from tieuchi.columnar.block import Rows
from tieuchi.columnar.layout import DECLARED_PREFIX, MISSING, NOT_APPLICABLE, REFUSED, Column, Layout, layout_of
from tieuchi.columnar.lower import compile_program
from tieuchi.columnar.program import Program
from tieuchi.model.plan import Plan

if TYPE_CHECKING:
    from tieuchi.model.reading import Readings

MOST_DECIMALS = 9
WORD = 1 << 63
_CODES = {"given": 0, "refused": REFUSED, "not_applicable": NOT_APPLICABLE}
Cell = tuple[int, Fraction | None]


def decimals_of(number: Fraction) -> int | None:
    """Return how many decimals write a number exactly, or None if more than nine do not.

    Example:
        >>> decimals_of(Fraction("12.5")), decimals_of(Fraction(1, 3))
        (1, None)
    """
    for places in range(MOST_DECIMALS + 1):
        if 10**places % number.denominator == 0:
            return places
    return None


def least_scale(numbers: Sequence[Fraction]) -> int:
    """Return the least power of ten that makes whole all numbers that some power of ten makes whole."""
    bottoms = {number.denominator for number in numbers}
    places = [p for p in (decimals_of(Fraction(1, bottom)) for bottom in bottoms) if p is not None]
    return int(10 ** max(places, default=0))


def rows_of(plan: Plan, readings: Sequence[Readings]) -> tuple[Program, Rows]:
    """Return the readings of many units as columns, and the program at their scales."""
    layout = layout_of(plan)
    cells = {slot.name: [_cell(r, slot.name, layout) for r in readings] for slot in layout.slots if not slot.below}
    scales: dict[str, int] = {}
    for name, column in cells.items():
        if name not in layout.below:
            scales[name] = least_scale([value for _, value in column if value is not None])
    program = compile_program(plan, scales)
    columns = {n: column_of(c, program.layout.scale_of(n), paired=n in layout.below) for n, c in cells.items()}
    kinds = np.array([program.layout.kind_code(r.unit.kind) for r in readings], np.int64)
    return program, Rows(len(readings), columns, kinds)


def _cell(readings: Readings, name: str, layout: Layout) -> Cell:
    """Return the state of one cell, and its number where it is given."""
    if name.startswith(DECLARED_PREFIX):
        declared = readings.declared.get(name.removeprefix(DECLARED_PREFIX))
        return (MISSING, None) if declared is None else (0, declared.points)
    reading = readings.values.get(name)
    if reading is None:
        return MISSING, None
    code = _CODES[reading.state]
    return (
        (code, None) if code or reading.value is None else (0, number_of(reading.value, layout.choices.get(name, ())))
    )


def number_of(value: Any, choices: Sequence[str] = ()) -> Fraction:
    """Return the number by which a reading stands in a column: 1 and 0 for yes and no, the place of a choice, a day."""
    if isinstance(value, date):
        return Fraction(value.toordinal())
    if isinstance(value, str):
        return Fraction(choices.index(value) if value in choices else -2)
    return Fraction(value)


def column_of(cells: Sequence[Cell], scale: int, *, paired: bool = False) -> Column:
    """Return cells as a column at a scale; what does not fit is kept exactly."""
    count = len(cells)
    values, below = np.zeros(count, np.int64), np.ones(count, np.int64) if paired else None
    states = np.array([state for state, _ in cells], np.uint8)
    exact: dict[int, Fraction] = {}
    for row, (_, number) in enumerate(cells):
        if number is None:
            continue
        whole = number if paired else number * scale
        top, bottom = whole.as_integer_ratio()
        fits = -WORD <= top < WORD and bottom < WORD and (paired or bottom == 1)
        if not fits:
            exact[row] = whole
            continue
        values[row] = top
        if below is not None:
            below[row] = bottom
    return Column(values, states if states.any() else None, below, exact)
