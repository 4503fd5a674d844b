"""Sums of many units hold the exact ones, and say where quanta can't tell which way a sum is rounded."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest

from random_books import draw_book, draw_readings
from tieuchi.columnar.doubt import doubt_of
from tieuchi.columnar.layout import STATES
from tieuchi.columnar.readings_rows import rows_of
from tieuchi.columnar.result import empty_points
from tieuchi.columnar.road import Road, score_rows
from tieuchi.scoring.scorer import Scorer


@pytest.mark.parametrize("road", ["numpy", "numba"])
@pytest.mark.parametrize("seed", range(24))
def test_totals_are_as_near_the_exact_ones_as_is_said(seed: int, road: Road) -> None:
    random = Random(seed)
    plan = draw_book(random, 6)
    units = [draw_readings(random, plan, f"u{i}") for i in range(20)]
    program, rows = rows_of(plan, units)
    found, scorer = score_rows(program, rows, road=road), Scorer(plan)
    allowed = (doubt_of(program) + 1) * program.quantum
    for column, readings in enumerate(units):
        total = scorer.score(readings, units).total
        assert STATES[found.sum_states[-1, column]] == total.state
        if found.near is None or not found.near[0, column]:
            assert abs(int(found.sum_low[-1, column]) * program.quantum - total.low) <= allowed
            assert abs(int(found.sum_high[-1, column]) * program.quantum - total.high) <= allowed


@pytest.mark.parametrize("road", ["numpy", "numba"])
def test_room_that_was_used_before_leaves_no_doubts_behind(road: Road) -> None:
    doubtful = (draw_book(Random(seed), 6) for seed in range(99))
    plan = next(plan for plan in doubtful if rows_of(plan, [])[0].doubtful)
    program, rows = rows_of(plan, [draw_readings(Random(i), plan, f"u{i}") for i in range(20)])
    out = empty_points(program, rows.count)
    assert out.near is not None
    out.near.fill(1)
    wanted = score_rows(program, rows, road=road).near
    assert np.array_equal(score_rows(program, rows, road=road, out=out).near, wanted)
