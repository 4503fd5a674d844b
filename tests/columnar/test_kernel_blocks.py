"""The compiled machine gives the integers of the other one over whole blocks, wherever units and results lie."""

from __future__ import annotations

from dataclasses import fields, replace
from random import Random
from typing import Any

import numpy as np
import pytest

from random_books import draw_book, draw_readings
from tieuchi.columnar.block import Rows
from tieuchi.columnar.layout import Column
from tieuchi.columnar.readings_rows import rows_of
from tieuchi.columnar.road import score_rows

COUNT = 4_999
"""Units: more than two blocks, and no multiple of anything, so that rows of results begin anywhere in a line."""


def many(rows: Rows, lacking: float, seed: int) -> Rows:
    """Return the units of some rows many times over in no order, with a share of the cells lacking."""
    draw = np.random.default_rng(seed)
    taken: Any = draw.integers(0, rows.count, COUNT)
    columns = {name: _taken(column, taken, draw.random(COUNT) < lacking, draw) for name, column in rows.columns.items()}
    kinds, groups = (None if codes is None else codes[taken] for codes in (rows.kinds, rows.groups))
    return Rows(COUNT, columns, kinds, groups, rows.group_count)


def _taken(column: Column, taken: Any, lacks: Any, draw: Any) -> Column:
    places = {row: np.flatnonzero(taken == row) for row in column.exact}
    states = np.zeros(COUNT, np.uint8) if column.states is None else column.states[taken]
    states = np.where(lacks & (states == 0), draw.integers(2, 5, COUNT), states).astype(np.uint8)
    return replace(
        column,
        values=column.values[taken],
        below=None if column.below is None else column.below[taken],
        states=states if states.any() else None,
        exact={int(place): column.exact[row] for row, found in places.items() for place in found},
    )


@pytest.mark.parametrize("ranges", [True, False])
@pytest.mark.parametrize("lacking", [0, 0.003, 0.4])
@pytest.mark.parametrize("seed", range(6))
def test_both_machines_give_the_same_over_many_blocks(seed: int, lacking: float, ranges: bool) -> None:
    random = Random(seed)
    plan = draw_book(random, 8)
    units = [draw_readings(random, plan, f"u{i}") for i in range(60)]
    program, rows = rows_of(plan, units)
    rows = many(rows, lacking, seed)
    found, wanted = (score_rows(program, rows, road=road, ranges=ranges) for road in ("numba", "numpy"))
    for field in fields(wanted):
        here, there = getattr(found, field.name), getattr(wanted, field.name)
        if isinstance(there, np.ndarray):
            assert np.array_equal(here, there), field.name
    assert found.wide == wanted.wide
