"""Figures of up to 64 bits, whose products need more: told apart exactly, on every threshold and a unit beside it."""

from __future__ import annotations

from dataclasses import fields, replace
from fractions import Fraction
from random import Random
from typing import Any

import numpy as np
import pytest

from edge_units import edge_units
from random_books import SCALES, draw_book, draw_readings
from roads import differences
from tieuchi.columnar.block import Rows
from tieuchi.columnar.layout import Column
from tieuchi.columnar.limits import any_word
from tieuchi.columnar.lower import compile_program
from tieuchi.columnar.numpy_machine import score_places
from tieuchi.columnar.program import FormOp, Program
from tieuchi.columnar.road import Road, score_rows
from tieuchi.errors import Position
from tieuchi.model.plan import Plan
from tieuchi.model.reading import Reading, Readings

HERE = Position("far")
COUNT = 3000
MOST = (1 << 63) - 1
HUGE = (MOST, 9 * 10**18, 9 * 10**18 - 7, 10**18 + 1, 1 << 62, 10**14, 10**14 - 1, 1)
FAR_SCALES = ("bands", "bands_up", "linear", "linear_down", "growth", "branches", "checklist", "any_violation")


def columns_of(program: Program, draw: Any, share: float) -> dict[str, Any]:
    """Return a column for each slot: a share of the figures anywhere up to 64 bits, the others small."""
    found = {}
    for place, slot in enumerate(program.layout.slots):
        far = np.exp2(draw.uniform(0, 63, COUNT)).clip(0, MOST - 1024).astype(np.int64)
        far = np.where(draw.random(COUNT) < 0.1, MOST - draw.integers(0, 3, COUNT), far)
        values = np.where(draw.random(COUNT) < share, far, draw.integers(0, 3, COUNT))
        if not slot.natural and not slot.below:
            values = np.where(draw.random(COUNT) < 0.05, -values, values)
        found[place] = values
    for leaf in program.leaves:
        for route in leaf.routes:
            if route.form is not None:
                for piece in route.pieces[1:]:
                    _beside(route.form, (piece.n, route.cuts), found, draw, share)
    return found


def _beside(form: FormOp, threshold: tuple[int, int], columns: dict[Any, Any], draw: Any, share: float) -> None:
    """Put a share of the figures where a value is at a threshold, or one beside it."""
    own = [place for place, factor in form.above if factor == 1 and (place, 1) not in form.below]
    if len(own) != 1 or form.step is not None:
        return
    others = [(place, factor) for place, factor in form.above if place != own[0]]
    for row in np.flatnonzero(draw.random(COUNT) < 0.5 * share):
        below = form.below_constant + sum(factor * int(columns[place][row]) for place, factor in form.below)
        rest = form.above_constant + sum(factor * int(columns[place][row]) for place, factor in others)
        at = threshold[0] * below // threshold[1] - rest + int(draw.integers(-1, 2))
        if 0 <= at <= MOST:
            columns[own[0]][row] = at


def rows_of_columns(program: Program, columns: dict[str, Any], draw: Any) -> Rows:
    made: dict[str, Column] = {}
    for place, slot in enumerate(program.layout.slots):
        if slot.below:
            made[slot.name] = replace(made[slot.name], below=np.maximum(columns[place], 1))
        else:
            made[slot.name] = Column(columns[place])
    return Rows(COUNT, made, draw.integers(-1, 3, COUNT))


@pytest.mark.parametrize("road", ["numpy", "numba"])
@pytest.mark.parametrize("share", [0.02, 0.9])
@pytest.mark.parametrize("seed", range(8))
def test_figures_beyond_64_bits_give_what_python_integers_give(seed: int, share: float, road: Road) -> None:
    random, draw = Random(seed), np.random.default_rng(seed)
    all_scales = tuple(scale for scale in SCALES if scale != "declared")  # whose figures are points: none is far
    plan = draw_book(random, 8, FAR_SCALES if seed % 2 else all_scales)
    program = compile_program(plan)
    rows = rows_of_columns(program, columns_of(program, draw, share), draw)
    found = score_rows(program, rows, road=road, ranges=True, best=[{} for _ in program.relatives])
    factors = [([0], [1], [2]) for _ in program.relatives]
    wanted = score_places(program, rows, np.arange(COUNT), factors, wide=True)
    assert found.wide > 0
    for field in fields(wanted):
        here, there = getattr(found, field.name), getattr(wanted, field.name)
        if isinstance(there, np.ndarray):
            assert np.array_equal(here, there), field.name


def test_the_next_part_of_a_table_of_huge_figures_comes_out_the_same() -> None:
    draw = np.random.default_rng(5)
    programs = (compile_program(draw_book(Random(seed), 4, ("bands", "growth"))) for seed in range(100))
    program = next(p for p in programs if all(any_word(leaf, p.findings) for leaf in p.leaves))
    rows = rows_of_columns(program, columns_of(program, draw, 0.9), draw)
    first, second = (score_rows(program, rows, road="numba") for _ in range(2))
    assert program.made["mostly wide"]
    assert first.wide == second.wide > 0
    for field in fields(first):
        here, there = getattr(first, field.name), getattr(second, field.name)
        if isinstance(there, np.ndarray):
            assert np.array_equal(here, there), field.name
    few = rows_of_columns(program, columns_of(program, draw, 0.0), draw)
    assert score_rows(program, few, road="numba").wide == 0
    assert not program.made["mostly wide"]


def huge(plan: Plan, unit: Readings, random: Random) -> Readings:
    """Return a unit whose counts and amounts are huge."""
    numbers = [name for name in unit.values if plan.indicators[name].kind in ("count", "amount")]
    return replace(
        unit, values=dict(unit.values) | {name: Reading(name, Fraction(random.choice(HUGE)), HERE) for name in numbers}
    )


@pytest.mark.parametrize("road", ["numpy", "numba"])
@pytest.mark.parametrize("scale", FAR_SCALES)
def test_huge_figures_at_the_edges_give_the_exact_points(scale: str, road: Road) -> None:
    for seed in range(4):
        random = Random(f"{scale}-{seed}")
        plan = draw_book(random, 3, (scale,))
        units = edge_units(plan, huge(plan, draw_readings(random, plan, "u"), random))
        assert differences(plan, units, road) == []


def test_most_rules_need_no_python_integers() -> None:
    plans = [draw_book(Random(seed), 8, ("bands", "linear", "growth")) for seed in range(10)]
    programs = [compile_program(plan) for plan in plans]
    held = [any_word(leaf, program.findings) for program in programs for leaf in program.leaves if leaf.plain]
    assert sum(held) > len(held) / 2
