"""The many-unit roads give the integers of the exact road, cell for cell, on rulebooks drawn at random."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edge_units import edge_units
from random_books import SCALES, draw_book, draw_readings
from roads import differences
from tieuchi.columnar.road import Road

SETTINGS = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.large_base_example])


@pytest.mark.parametrize("road", ["numpy", "numba"])
@pytest.mark.parametrize("scale", SCALES)
def test_each_kind_of_scale_gives_the_exact_points(scale: str, road: Road) -> None:
    for seed in range(12):
        random = Random(f"{scale}-{seed}")
        plan = draw_book(random, 3, (scale,))
        units = [draw_readings(random, plan, f"u{i}") for i in range(25)]
        assert differences(plan, units, road) == []


@pytest.mark.parametrize("road", ["numpy", "numba"])
@given(random=st.randoms(use_true_random=False))
@settings(SETTINGS, max_examples=60)
def test_any_rulebook_gives_the_exact_points(road: Road, random: Random) -> None:
    plan = draw_book(random, random.randint(1, 9))
    units = [draw_readings(random, plan, f"u{i}") for i in range(random.randint(1, 12))]
    assert differences(plan, units, road) == []


@pytest.mark.parametrize("road", ["numpy", "numba"])
@given(random=st.randoms(use_true_random=False))
@settings(SETTINGS, max_examples=100)
def test_edges_of_any_rulebook_give_the_exact_points(road: Road, random: Random) -> None:
    plan = draw_book(random, random.randint(2, 6))
    units = edge_units(plan, draw_readings(random, plan, "u"))
    assert differences(plan, units, road) == []
