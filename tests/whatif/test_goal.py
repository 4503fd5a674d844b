"""Goals: verified by scoring again, never beaten by brute force, and honest where they can't be reached."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from random import Random

import pytest

from random_books import draw_readings
from small_books import REFERENCE, book_tree, leaf, node_of, readings_of
from tieuchi.errors import ScenarioError
from tieuchi.loading.rulebook import rulebook_of
from tieuchi.loading.scenario import load_plan
from tieuchi.model.plan import compile_plan
from tieuchi.model.scenario import GoalPlan
from tieuchi.whatif.goal import Seeker
from tieuchi.whatif.goal_frontier import hull
from tieuchi.whatif.goal_grid import effort_of


def small(seed):
    """Return a seeker on a rulebook of which two readings act together and others alone."""
    random = Random(seed)
    item = {
        "clause": "a",
        "when": [{"indicator": "x", "at_most": "1"}, {"indicator": "y", "at_most": "2"}],
        "points": "1.5",
    }
    criteria = [
        leaf({"checklist": [item]}, id="1", max_points="1.5"),
        leaf({"deduction": {"each": "1/3", "floor": "0"}}, id="2", value={"count": "z"}),
        leaf({"increments": {"base": "0", "up_to": "1", "each": "0.25", "per": "1"}}, id="3", value={"count": "w"}),
        leaf({"linear": {}}, id="4", max_points="2", value={"ratio": ["part", "whole"]}),
    ]
    kinds = {name: {"kind": "count", "range": {"at_most": "4"}} for name in "xyzw"}
    kinds |= {"whole": {"kind": "count", "range": {"at_least": "1"}}, "part": {"kind": "count", "part_of": "whole"}}
    plan = compile_plan(rulebook_of(node_of(book_tree(*criteria, indicators=kinds))))
    unit = draw_readings(random, plan, "unit")
    figures = {n: random.randint(0, 4) for n in "xyzw"} | {"whole": 5, "part": random.randint(0, 5)}
    values = {}
    for name, figure in figures.items():
        from tieuchi.errors import Position
        from tieuchi.model.reading import Reading

        values[name] = Reading(name, Fraction(figure), Position("drawn"))
    from dataclasses import replace

    return Seeker(plan, replace(unit, values=values))


@pytest.mark.parametrize("seed", range(8))
def test_brute_force_over_the_same_grid_cannot_beat_the_answer(seed):
    seeker = small(seed)
    desk, names = seeker.desk, seeker.grid.free
    now = desk.inputs.values
    target = seeker.now + Fraction(random_part(seed), 4)
    goal = seeker.seek(str(target), frontier=False)
    best = None
    lists = [[now[name], *seeker.grid.values[name]] for name in names]
    most = seeker.now
    for values in product(*(sorted(set(part)) for part in lists)):
        changes = {n: v for n, v in zip(names, values, strict=True) if v != now[n]}
        points = desk.attempt(changes).total.points
        most = max(most, points)
        if points >= target:
            effort = sum((effort_of(desk, n, v, seeker.goal) for n, v in changes.items()), Fraction(0))
            best = effort if best is None or effort < best else best
    if best is None:
        assert goal.status == "unreachable"
        assert goal.points == most
    else:
        assert goal.status in ("optimal", "already")
        assert goal.effort == best
        assert goal.points >= target


def random_part(seed):
    return Random(seed * 7 + 1).randint(0, 20)


@pytest.mark.parametrize("seed", range(4))
def test_no_budget_buys_more_than_the_frontier_says(seed):
    seeker = small(seed)
    desk, names = seeker.desk, seeker.grid.free
    now = desk.inputs.values
    lists = [sorted({now[name], *seeker.grid.values[name]}) for name in names]
    every = []
    for values in product(*lists):
        changes = {n: v for n, v in zip(names, values, strict=True) if v != now[n]}
        effort = sum((effort_of(desk, n, v, seeker.goal) for n, v in changes.items()), Fraction(0))
        every.append((effort, desk.attempt(changes).total.points))
    for reached in seeker.frontier():
        assert max(points for effort, points in every if effort <= reached.effort) == reached.points


@pytest.fixture(scope="module")
def seeker(province):
    return Seeker(province.plan, province.readings)


def test_the_answer_is_verified_by_scoring_again(seeker):
    goal = seeker.seek("80", frontier=False)
    again = seeker.desk.attempt({taken.indicator: taken.after for taken in goal.changes}).total.points
    assert again == goal.points >= 80
    assert goal.effort == sum(taken.effort for taken in goal.changes)


def test_a_target_that_is_reached_asks_for_nothing(seeker):
    goal = seeker.seek("70", frontier=False)
    assert (goal.status, goal.changes) == ("already", ())


def test_a_rank_needs_the_group(seeker):
    with pytest.raises(ScenarioError) as error:
        seeker.seek("rank:1")
    assert [issue.code for issue in error.value.issues] == ["S722"]


def test_a_rank_is_reached_among_the_group(province):
    peers = province.peers(12)
    seeker = Seeker(province.plan, province.readings, peers)
    goal = seeker.seek("rank:3", frontier=False)
    totals = sorted((s.total.points for s in map(_scorer(province).score, peers[1:])), reverse=True)
    assert goal.points >= totals[2]


def _scorer(province):
    from tieuchi.scoring.scorer import Scorer

    return Scorer(province.plan)


@pytest.mark.parametrize(("target", "code"), [("abc", "S720"), ("grade:A", "S721"), ("rank:0", "S720")])
def test_targets_that_are_none_are_refused(target, code, seeker):
    with pytest.raises(ScenarioError) as error:
        seeker.seek(target)
    assert [issue.code for issue in error.value.issues] == [code]


def test_a_plan_with_unknown_names_is_refused(province):
    with pytest.raises(ScenarioError) as error:
        Seeker(province.plan, province.readings, goal=GoalPlan.model_validate({"fixed": ["enterprise_new"]}))
    assert [i.facts["nearest"] for i in error.value.issues] == ["enterprises_new"]


def test_a_budget_that_is_too_small_says_what_it_buys(province):
    plan = GoalPlan.model_validate({"budget": "10%", "only": ["budget_revenue_of_plan", "enterprises_new"]})
    goal = Seeker(province.plan, province.readings, goal=plan).seek("76.5", frontier=False)
    assert (goal.status, goal.points - goal.before) == ("over_budget", Fraction(3, 2))


def test_wholes_and_bases_stay_as_they_are_by_default(seeker):
    fixed = seeker.grid.fixed
    assert {"commune_civil_servants", "enterprises_new_last_year", "ministry_inspection_conclusion"} <= set(fixed)


def test_the_hull_leaves_out_what_is_not_worth_its_effort():
    assert hull([]) == []


def graded(points):
    """Return a seeker on a rulebook with grades by points."""
    classes = [{"grade": "A", "title": "A", "at_least": "9"}, {"grade": "B", "title": "B", "at_least": "5"},
               {"grade": "C", "title": "C", "otherwise": "true"}]  # fmt: skip
    scale = leaf({"linear": {"full_at": "10"}}, id="1", max_points="10", value={"count": "done"})
    tree = book_tree(scale, indicators={"done": "count"}, grades={"by": "points", "classes": classes, **REFERENCE})
    return Seeker(compile_plan(rulebook_of(node_of(tree))), readings_of({"done": points}))


@pytest.mark.parametrize(("target", "done", "status"), [("grade:A", 9, "optimal"), ("grade:B", 5, "optimal"),
                                                        ("grade:C", 3, "already"), ("10", 10, "optimal")])  # fmt: skip
def test_a_grade_is_reached_by_the_fewest_counts(target, done, status):
    goal = graded(3).seek(target)
    after = goal.changes[0].after if goal.changes else 3
    assert (goal.status, after) == (status, done)


def test_the_nearest_grade_is_named():
    with pytest.raises(ScenarioError) as error:
        graded(3).seek("grade:a")
    assert [issue.code for issue in error.value.issues] == ["S721"]
    assert error.value.issues[0].facts["known"] == "A, B, C"


def test_a_target_above_the_maximum_says_the_most_that_can_be_reached():
    goal = graded(3).seek("10.5")
    assert (goal.status, goal.points) == ("unreachable", 10)


def test_time_that_runs_out_is_said_and_claims_nothing(seeker, monkeypatch):
    monkeypatch.setattr(seeker, "goal", GoalPlan.model_validate({"seconds": "0.000001"}))
    goal = seeker.seek("90", frontier=False)
    assert goal.status == "bound"
    assert goal.bound is None or goal.bound <= goal.effort or goal.points < 90


PLANS = [
    ("limits:\n  enterprise_new: {effort: 1}\n", "S702", 2),
    ("fixed:\n  - districts\n  - comunes\n", "S702", 3),
    ("limits:\n  enterprises_new: {at_least: 500, at_most: 400}\n", "S724", 2),
    ("limits:\n  enterprises_new: {effort: -1}\n", "R223", 2),
]


@pytest.mark.parametrize(("text", "code", "line"), PLANS)
def test_a_plan_file_is_refused_with_the_place(text, code, line, province, tmp_path):
    file = tmp_path / "plan.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError) as error:
        Seeker(province.plan, province.readings, goal=load_plan(file))
    assert [(issue.code, issue.position.line) for issue in error.value.issues] == [(code, line)]
