"""Re-scoring only what a change touches gives what scoring everything again gives."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from random_books import draw_book, draw_readings
from tieuchi.model.reading import Reading
from tieuchi.scoring.inputs import inputs_of
from tieuchi.scoring.scorer import Scorer
from tieuchi.whatif.difference import difference
from tieuchi.whatif.rescore import Desk


def figures(total):
    return [(n.id, n.points, n.low, n.high, n.state, n.max_points) for n in total.walk()]


@pytest.mark.parametrize("seed", range(60))
def test_a_change_on_the_desk_equals_scoring_again(seed):
    random = Random(seed)
    plan = draw_book(random)
    unit, *group = (draw_readings(random, plan, f"unit-{n}") for n in range(3))
    desk, scorer = Desk(plan, unit, group), Scorer(plan)
    for _ in range(8):
        other = draw_readings(random, plan, "unit-0")
        names = random.sample(list(plan.indicators), min(2, len(plan.indicators)))
        new = {n: inputs_of(other).values.get(n) for n in names}
        values = {n: r for n, r in unit.values.items() if n not in new}
        values |= {n: replace(other.values[n], state="given") for n, v in new.items() if v is not None}
        again = scorer.score(replace(unit, values=values), group)
        found = desk.attempt(new)
        kept = {n for n in new if new[n] is None and n in unit.values and unit.values[n].state != "given"}
        if kept:
            continue  # a refused reading that stays refused is no change of figures
        assert figures(found.total) == figures(again.total)


def test_a_change_and_its_undo_restore_everything(province):
    desk = Desk(province.plan, province.readings)
    now = desk.inputs.values
    for name in desk.touch.leaves:
        if name in now:
            desk.attempt({name: None})
            assert figures(desk.attempt({name: now[name]}).total) == figures(desk.total)


def test_what_nothing_reads_moves_nothing(province):
    desk = Desk(province.plan, province.readings)
    assert desk.attempt({}).total is desk.total


def test_the_same_card_does_not_differ_from_itself(province):
    card = Scorer(province.plan).score(province.readings)
    assert difference(card, card).moved == ()
    assert isinstance(next(iter(province.readings.values.values())), Reading)
