"""The worked examples of tests/cases/whatif, and that brute force beats no plan."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import yaml

from tieuchi.errors import Position
from tieuchi.model.number import parse_number
from tieuchi.model.scenario import Change, GoalPlan, Scenario
from tieuchi.whatif.goal import Seeker
from tieuchi.whatif.goal_grid import effort_of
from tieuchi.whatif.headroom import Surveyor
from tieuchi.whatif.rescore import Desk
from tieuchi.whatif.run import Bench

FILE = Path(__file__).parents[1] / "cases" / "whatif" / "soc-trang-2017.yaml"
CASES: dict[str, Any] = yaml.load(FILE.read_text(encoding="utf-8"), yaml.BaseLoader)


def number(text: str) -> Fraction:
    return parse_number(text)


def changes(given: dict[str, str]) -> tuple[Change, ...]:
    return tuple(Change(name, text, Position(FILE.name)) for name, text in given.items())


@pytest.mark.parametrize("case", CASES["whatif"], ids=lambda case: case["name"])
def test_a_change_moves_what_was_worked_out_by_hand(case, province):
    scenario = Scenario(changes(case.get("set", {})), changes(case.get("rules", {})), locale="en")
    found = Bench(province.root, province.readings).run(scenario)
    assert found.difference.gain == number(case["gain"])
    moved = {m.criterion: [*m.clauses, m.gain] for m in found.difference.moved}
    assert moved == {name: [before, after, number(gain)] for name, (before, after, gain) in case["moved"].items()}
    assert [change.name for change in found.idle] == case.get("idle", [])


@pytest.mark.parametrize("case", CASES["headroom"], ids=lambda case: f"{case['criterion']} {case['indicator']}")
def test_headroom_is_what_was_worked_out_by_hand(case, province):
    found = Surveyor(Desk(province.plan, province.readings)).headroom(case["criterion"])
    for side, steps in (("gains", found.gains), ("losses", found.losses)):
        here = {step.target: step.gain for step in steps if step.indicator == case["indicator"]}
        assert here == {number(target): number(gain) for target, gain in case[side].items()}


@pytest.mark.parametrize("case", CASES["goal"], ids=lambda case: case["name"])
def test_no_combination_on_the_same_grid_is_cheaper(case, province):
    plan = GoalPlan.model_validate(case["plan"])
    seeker = Seeker(province.plan, province.readings, goal=plan)
    goal = seeker.seek(case["target"], frontier=False)
    assert goal.status == case["status"]
    if "points" in case:
        assert abs(goal.points - number(case["points"])) < Fraction(1, 10**12)
        return
    assert goal.points >= goal.target.points
    desk, now = seeker.desk, seeker.desk.inputs.values
    lists = [[now[name], *seeker.grid.values[name]] for name in seeker.grid.free]
    best = None
    points, gains = desk.total.points, {}
    for name, values in zip(seeker.grid.free, lists, strict=True):
        for value in values:
            gains[name, value] = desk.attempt({name: value}).total.points - points, effort_of(desk, name, value, plan)
    # Mỗi số liệu ở một tiêu chí riêng nên điểm cộng được; chỉ bỏ những giá trị không hơn gì giá trị khác.
    useful = []
    for name, values in zip(seeker.grid.free, lists, strict=True):
        kinds = {}
        for value in values:
            gain, effort = gains[name, value]
            if gain >= 0 and (gain not in kinds or effort < kinds[gain]):
                kinds[gain] = effort
        useful.append(list(kinds.items()))
    for combination in product(*useful):
        if points + sum(gain for gain, _ in combination) >= goal.target.points:
            effort = sum(effort for _, effort in combination)
            best = effort if best is None or effort < best else best
    assert goal.effort == best
