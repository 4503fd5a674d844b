"""Simulations: the same seed gives the same draws, draws are what the model says, and every draw is scored exactly."""

from __future__ import annotations

import subprocess
import sys
from fractions import Fraction

import numpy as np
import pytest

from tieuchi.errors import ScenarioError
from tieuchi.model.scenario import NoiseModel
from tieuchi.whatif.dial import Rules
from tieuchi.whatif.draws import BLOCK, drawer, uniforms
from tieuchi.whatif.reach import Room
from tieuchi.whatif.rescore import Desk
from tieuchi.whatif.sensitivity import sensitivity
from tieuchi.whatif.simulate import Simulator, rank_rows

MODEL = NoiseModel.model_validate(
    {
        "readings": {
            "public_satisfaction": {"respondents": "300"},
            "budget_revenue_of_plan": {"error": "3%"},
            "enterprises_new": {"relative_error": "3%"},
        },
        "thresholds": {"8.2/b/at_least": {"at_least": "5%", "at_most": "15%", "step": "5%"}},
    }
)


@pytest.fixture(scope="module")
def simulator(province):
    return Simulator(Rules(province.root), province.peers(5), MODEL)


def test_the_same_seed_gives_the_same_result(simulator):
    first, second, other = (simulator.run(1500, seed) for seed in (1, 1, 2))
    assert (first.totals == second.totals).all()
    assert first.clauses == second.clauses
    assert (first.totals != other.totals).any()


def test_more_runs_begin_with_the_same_runs(simulator):
    few, many = simulator.run(700, 3), simulator.run(2100, 3)
    assert (many.totals[:700] == few.totals).all()


def test_units_do_not_change_each_others_draws(province):
    alone = Simulator(Rules(province.root), [province.readings], MODEL).run(300, 5)
    among = Simulator(Rules(province.root), province.peers(4), MODEL).run(300, 5)
    assert (alone.totals[:, 0] == among.totals[:, 0]).all()


PROGRAM = """
import sys; sys.path[:0] = ["engine", "tests/support"]
from tieuchi.api import load_readings
from tieuchi.loading.rulebook import rulebook_tree
from tieuchi.model.scenario import NoiseModel
from tieuchi.whatif.dial import Rules
from tieuchi.whatif.simulate import Simulator
rules = Rules(rulebook_tree("par-index-province/2017"))
model = NoiseModel.model_validate({"readings": {"public_satisfaction": {"respondents": "300"}}})
found = Simulator(rules, [load_readings("soc-trang-2017", rules.book)] * 1, model).run(20_000, 9)
print(found.totals.tobytes().hex()[:4000], int(found.totals.sum()))
"""


def test_the_number_of_threads_does_not_matter():
    import os

    texts = []
    for threads in ("1", "2"):
        environment = {**os.environ, "NUMBA_NUM_THREADS": threads, "OMP_NUM_THREADS": threads}
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True, env=environment, timeout=120
        )
        texts.append(done.stdout)
    assert texts[0] == texts[1]


def test_every_draw_is_scored_exactly(simulator, province):
    figures = simulator._drawn(4, 0, 40)
    found = simulator.run(40, 4)
    settings = simulator._by_setting(1, 4)
    for run in range(40):
        value = simulator.threshold("8.2/b/at_least", int(settings[run, 0]))
        plan = simulator.rules.turned({"8.2/b/at_least": value})
        changes = {n: Fraction(int(f[run, 0]), simulator.scales[n]) for n, f in figures.items()}
        desk = Desk(plan, province.readings)
        total = desk.attempt(changes).total
        quanta = sum(int((t.points / province.book.quantum + Fraction(1, 2)).__floor__()) for t in _leaves(total))
        assert quanta == found.totals[run, 0]


def _leaves(total):
    return [node.trace for node in total.walk() if node.trace is not None]


def test_a_survey_varies_as_its_sample_does():
    noise = MODEL.readings["public_satisfaction"]
    made = drawer(noise, Fraction(4, 5), 10_000, Room(Fraction(0), Fraction(1), Fraction(1, 10_000), False))
    drawn = np.concatenate([made.figures(uniforms(1, "x", block)) for block in range(40)]) / 10_000
    assert abs(drawn.mean() - 0.8) < 0.002
    assert abs(drawn.std() - (0.8 * 0.2 / 300) ** 0.5) < 0.002


def test_figures_stay_in_their_room():
    noise = MODEL.readings["budget_revenue_of_plan"]
    made = drawer(noise, Fraction(99, 100), 10_000, Room(Fraction(0), Fraction(1), Fraction(1, 10_000), False))
    drawn = made.figures(uniforms(1, "y", 0))
    assert len(drawn) == BLOCK
    assert drawn.max() <= 10_000
    assert (drawn < 9_900).any()


def test_chances_of_clauses_add_up_to_all_runs(simulator):
    found = simulator.run(900, 1)
    assert all(sum(counts.values()) == 900 for counts in found.clauses.values())
    assert len(found.clauses[0, "8.2"]) > 1


def test_sensitivity_is_repeatable_and_finds_what_matters(simulator):
    first, second = (sensitivity(simulator, 0, 1, samples=64) for _ in range(2))
    assert first == second
    assert {row.name for row in first[:2]} <= {"public_satisfaction", "8.2/b/at_least", "enterprises_new"}


@pytest.mark.parametrize(
    ("model", "code"),
    [
        ({}, "S732"),
        ({"readings": {"nothing": {"error": "1"}}}, "S702"),
        ({"readings": {"staff_disciplined": {"error": "1"}}}, "S730"),
        ({"readings": {"enterprises_new": {"respondents": "10"}}}, "S730"),
        ({"thresholds": {"8.2/x": {"at_least": "0", "at_most": "1"}}}, "S701"),
    ],
)
def test_models_that_do_not_fit_are_refused(model, code, province):
    with pytest.raises(ScenarioError) as error:
        Simulator(Rules(province.root), [province.readings], NoiseModel.model_validate(model))
    assert [issue.code for issue in error.value.issues] == [code]


def test_ranks_of_rows_share_ties():
    assert rank_rows(np.array([[3, 3, 1], [1, 2, 3]])).tolist() == [[1, 1, 3], [3, 2, 1]]
