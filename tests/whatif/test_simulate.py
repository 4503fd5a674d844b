"""Simulations: the same seed gives the same draws, draws are what the model says, and every draw is scored exactly."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from small_books import HERE, REFERENCE, book_tree, group, leaf, node_of, readings_of
from strategies import changed
from tieuchi.errors import ScenarioError
from tieuchi.model.reading import Reading, Unit
from tieuchi.model.scenario import Noise, NoiseModel
from tieuchi.scoring.scorer import Scorer
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


def rounded_rules(**more):
    """Return a rulebook whose first sum is rounded to whole points, and two units of thirds."""
    parts = [leaf({"linear": {}}, id=f"1.{n}", max_points="1", value={"amount": n}) for n in "abcd"]
    comparing = leaf({"relative_to_best": {}}, id="2", max_points="1", value={"amount": "b"})
    tree = book_tree(
        group("1", *parts, rounding={"places": "0"}), comparing, indicators=dict.fromkeys("abcd", "amount"), **more
    )
    given = {"u": ("1/3", "1/3", "0.5", "1/3"), "v": ("2/3", "2/3", "0.4", "2/3")}
    return Rules(node_of(tree)), [
        replace(readings_of(dict(zip("abcd", own, strict=True))), unit=Unit(name)) for name, own in given.items()
    ]


def test_sums_that_quanta_would_round_the_other_way_are_exact():
    # Three thirds and a half go up to 2; counted in quanta they are 1.499999, which goes down.
    rules, units = rounded_rules()
    model = NoiseModel.model_validate({"readings": {"c": {"at_least": "0.45", "at_most": "0.55"}}})
    simulator, scorer = Simulator(rules, units, model), Scorer(rules.plan)
    found, quantum = simulator.run(60, 1), rules.book.quantum
    drawn = _Work(simulator, 1, np.zeros((0, 0), np.int64), {(): simulator.program}).figures(range(60), range(2))
    assert simulator.scales["c"] in 2 * drawn["c", 0]
    for run in range(60):
        figures = [Fraction(int(drawn["c", unit][run]), simulator.scales["c"]) for unit in range(2)]
        now = [changed(unit, c=Reading("c", c, HERE)) for unit, c in zip(units, figures, strict=True)]
        assert [int(n) * quantum for n in found.totals[run]] == [scorer.score(u, now).total.points for u in now]
    assert [int(n) * quantum for n in found.now] == [Fraction(5, 2), Fraction(3)]


def test_figures_that_no_whole_number_holds_vary_too():
    rules = Rules(node_of(book_tree(leaf({"linear": {}}, id="1", value={"amount": "a"}), indicators={"a": "amount"})))
    model = NoiseModel.model_validate({"readings": {"a": {"at_least": "0", "at_most": "1"}}})
    thirds, half = (Simulator(rules, [readings_of({"a": a})], model).run(100, 1).totals for a in ("1/3", "0.5"))
    assert len(np.unique(thirds)) > 10
    assert (thirds == half).all()


def of_one_amount(amount, noise):
    """Return the simulator of one amount, of which a full point is 4 * 10^17."""
    scale = leaf({"linear": {"zero_at": "0", "full_at": 4 * 10**17}}, id="1", value={"amount": "a"})
    rules = Rules(node_of(book_tree(scale, indicators={"a": "amount"})))
    return Simulator(rules, [readings_of({"a": amount})], NoiseModel.model_validate({"readings": {"a": noise}}))


def test_figures_that_pass_64_bits_at_the_scale_of_draws_stay_what_they_are():
    simulator = of_one_amount(2 * 10**17, {"at_least": "0", "at_most": "1"})
    assert simulator.run(2, 1).now.tolist() == [500_000]


@pytest.mark.parametrize(
    "noise", [{"relative_error": "1"}, {"error": "9" * 16}, {"at_least": "0", "at_most": "9" * 20}]
)
def test_figures_that_may_be_drawn_beyond_64_bits_are_refused(noise):
    with pytest.raises(ScenarioError) as error:
        of_one_amount(10**16, noise)
    told = "figures of “a” of unit unit can be too large to be drawn"
    assert f"S740: {told}\n    hint  count it in a larger unit, or say a smaller error" in str(error.value)


def test_an_uncertain_least_can_need_more_bits_than_the_rulebook():
    scale = leaf({"linear": {}}, id="1", value={"amount": "a"}, min_points="-1")
    found = {"id": "f", "title": "F", "when": {"indicator": "held", "is": "true"}, **REFERENCE}
    found["consequences"] = [{"criterion": "1", "clause": "off", "deduct": "1000"}]
    kinds = {"a": "amount", "held": "yes_no"}
    rules = Rules(node_of(book_tree(scale, indicators=kinds, quantum="0.00000001", findings=[found])))
    model = NoiseModel.model_validate({"thresholds": {"1/min_points": {"at_least": "-99", "at_most": "-99"}}})
    simulator = Simulator(rules, [readings_of({"a": 1, "held": True})], model)
    assert simulator.run(3, 1).totals.tolist() == [[-99 * 10**8]] * 3


def test_the_mean_of_many_fine_totals_is_exact(simulator):
    totals = np.full((1 << 13, 1), (1 << 51) + 1)
    whole = replace(simulator.run(2, 1), totals=totals)
    assert whole.mean(0) == ((1 << 51) + 1) * simulator.rules.book.quantum


def test_ranks_of_rows_share_ties():
    assert rank_rows(np.array([[3, 3, 1], [1, 2, 3]])).tolist() == [[1, 1, 3], [3, 2, 1]]
