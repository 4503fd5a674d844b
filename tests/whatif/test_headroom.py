"""Headroom gains what it says, and a count less does not."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import pytest

from random_books import draw_book, draw_readings
from tieuchi.whatif.headroom import Surveyor
from tieuchi.whatif.rescore import Desk


def drawn(seed):
    random = Random(seed)
    plan = draw_book(random)
    unit = draw_readings(random, plan, "unit-0")
    return Surveyor(Desk(plan, unit, [draw_readings(random, plan, "unit-1")]))


@pytest.mark.parametrize("seed", range(80))
def test_every_step_gains_and_a_count_less_does_not(seed):
    surveyor = drawn(seed)
    for headroom in surveyor.all():
        leaf, now = headroom.trace.plan, headroom.trace.points
        for step in headroom.gains:
            points = surveyor.desk.leaf_with(leaf, {step.indicator: step.target}).points
            assert points == step.points > now
            if not isinstance(step.target, Fraction):
                continue
            room = surveyor.reach.room(step.indicator, surveyor.desk.inputs)
            assert room.holds(step.target)
            if room.whole:
                less = step.target - (1 if step.change > 0 else -1)
                before = surveyor.desk.leaf_with(leaf, {step.indicator: less}).points
                assert before is None or before < step.points


@pytest.mark.parametrize("seed", range(40))
def test_the_first_step_up_is_the_first_that_a_scan_finds(seed):
    surveyor = drawn(seed)
    for headroom in surveyor.all():
        leaf, now = headroom.trace.plan, headroom.trace.points
        for name in leaf.indicators:
            value = surveyor.desk.inputs.values.get(name)
            room = surveyor.reach.room(name, surveyor.desk.inputs)
            if not isinstance(value, Fraction) or not room.whole:
                continue
            for sign in (1, -1):
                scanned = None
                for count in range(1, 120):
                    target = value + sign * count
                    if not room.holds(target):
                        continue
                    points = surveyor.desk.leaf_with(leaf, {name: target}).points
                    if points is not None and points > now:
                        scanned = target
                        break
                told = [s.target for s in headroom.gains if s.indicator == name and (s.change > 0) == (sign > 0)]
                near = [t for t in told if abs(t - value) < 120]
                assert (near[0] if near else None) == scanned


def test_a_step_tells_what_it_gains_elsewhere(province):
    found = Surveyor(Desk(province.plan, province.readings)).headroom("4.2")
    step = next(s for s in found.gains if s.indicator == "ministry_inspection_conclusion")
    assert (step.gain, step.total_gain) == (Fraction(1, 2), Fraction(5, 2))


def test_declared_points_have_no_headroom(province):
    found = Surveyor(Desk(province.plan, province.readings)).headroom("1.9")
    assert found.gains == found.losses == ()
