"""Simulations: the same seed gives the same draws, draws are what the model says, and every draw is scored exactly."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from small_books import book_tree, leaf, node_of, readings_of
from tieuchi.errors import ScenarioError
from tieuchi.model.reading import Unit
from tieuchi.model.scenario import Noise, NoiseModel
from tieuchi.whatif.dial import Rules
from tieuchi.whatif.draws import drawer, uniforms
from tieuchi.whatif.reach import Room
from tieuchi.whatif.rescore import Desk
from tieuchi.whatif.sensitivity import sensitivity
from tieuchi.whatif.simulate import Simulator, _Work
from tieuchi.whatif.simulated import rank_rows

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


def test_the_number_of_threads_does_not_matter(simulator):
    alone, together = (simulator.run(20_001, 9, threads=threads) for threads in (1, 2))
    assert (alone.totals == together.totals).all()
    assert (alone.ranks == together.ranks).all()
    assert alone.clauses == together.clauses


def test_units_set_against_the_best_of_their_run_are_scored_together():
    """Each run is a group of its own: the best of a run, not of all runs, is what a unit is set against."""
    scale = leaf({"relative_to_best": {"best": "largest"}}, id="1", max_points="1", value={"count": "done"})
    root = node_of(book_tree(scale, indicators={"done": "count"}))
    rules = Rules(root)
    units = [replace(readings_of({"done": n}), unit=Unit(name)) for name, n in (("a", 100), ("b", 80), ("c", 60))]
    model = NoiseModel.model_validate({"readings": {"done": {"relative_error": "20%"}}})
    simulator = Simulator(rules, units, model)
    found = simulator.run(50, 3, threads=2)
    drawn = _Work(simulator, 3, np.zeros((0, 0), np.int64), {(): simulator.program}).figures(range(50), range(3))
    for run in range(50):
        figures = [int(drawn["done", unit][run]) for unit in range(3)]
        best = max(figures)
        quanta = [int(Fraction(n, best) * 1_000_000 + Fraction(1, 2)) for n in figures]
        assert found.totals[run].tolist() == quanta


def test_every_draw_is_scored_exactly(simulator, province):
    path = "8.2/b/at_least"
    settings = simulator.threshold_places({path: uniforms(4, f"threshold {path}", 0, 40)})
    figures = _Work(simulator, 4, settings, simulator.programs(settings)).figures(range(40), range(1))
    found = simulator.run(40, 4)
    for run in range(40):
        value = simulator.lattices[path][int(settings[run, 0])]
        plan = simulator.rules.turned({"8.2/b/at_least": value})
        changes = {n: Fraction(int(f[run]), simulator.scales[n]) for (n, _), f in figures.items()}
        desk = Desk(plan, province.readings)
        total = desk.attempt(changes).total
        quanta = sum(int((t.points / province.book.quantum + Fraction(1, 2)).__floor__()) for t in _leaves(total))
        assert quanta == found.totals[run, 0]


def _leaves(total):
    return [node.trace for node in total.walk() if node.trace is not None]


def test_a_survey_varies_as_its_sample_does():
    noise = MODEL.readings["public_satisfaction"]
    made = drawer(noise, Fraction(4, 5), 10_000, Room(Fraction(0), Fraction(1), Fraction(1, 10_000), False))
    drawn = made.figures(uniforms(1, "x", 0, 40_000)) / 10_000
    assert abs(drawn.mean() - 0.8) < 0.002
    assert abs(drawn.std() - (0.8 * 0.2 / 300) ** 0.5) < 0.002


def test_figures_stay_in_their_room():
    noise = MODEL.readings["budget_revenue_of_plan"]
    made = drawer(noise, Fraction(99, 100), 10_000, Room(Fraction(0), Fraction(1), Fraction(1, 10_000), False))
    drawn = made.figures(uniforms(1, "y", 0, 1000))
    assert len(drawn) == 1000
    assert drawn.max() <= 10_000
    assert (drawn < 9_900).any()


NOISES = [
    {"respondents": "37"},
    {"error": "2.5%"},
    {"error": "40%"},
    {"at_least": "20%", "at_most": "90%", "step": "7%"},
]


@pytest.mark.parametrize("noise", NOISES, ids=str)
def test_a_draw_that_is_looked_up_is_what_the_inverse_gives(noise):
    room = Room(Fraction(0), Fraction(1), Fraction(1, 10_000), False)
    made = drawer(Noise.model_validate(noise), Fraction(7, 10), 10_000, room)
    uniform = np.sort(uniforms(3, "z", 0, 50_000))
    assert (made.figures(uniform) == made.inverse(uniform)).all()
    assert (np.diff(made.figures(uniform)) >= 0).all()


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
        ({"thresholds": {"8.2/b/at_least": {"error": "1%"}}}, "S737"),
        ({"thresholds": {"8.2/b/at_least": {"at_least": "15%", "at_most": "5%"}}}, "S711"),
        ({"thresholds": {"8.2/b/at_least": {"at_least": "5%", "at_most": "35%"}}}, "R306"),
        ({"units": {"soc-trag": {"enterprises_new": {"error": "3"}}}}, "S738"),
    ],
)
def test_models_that_do_not_fit_are_refused(model, code, province):
    with pytest.raises(ScenarioError) as error:
        Simulator(Rules(province.root), [province.readings], NoiseModel.model_validate(model))
    assert [issue.code for issue in error.value.issues] == [code]


def test_ranks_of_rows_share_ties():
    assert rank_rows(np.array([[3, 3, 1], [1, 2, 3]])).tolist() == [[1, 1, 3], [3, 2, 1]]
