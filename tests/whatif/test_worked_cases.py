"""The worked examples of tests/cases/whatif, and that brute force beats no plan."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import lcm
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
from tieuchi.whatif.reach import Reach
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
    if "changes" in case:
        expected = {name: number(after) for name, after in case["changes"].items()}
        assert {taken.indicator: taken.after for taken in goal.changes} == expected
    assert cheapest_of_all(seeker, goal) == goal.effort


def cheapest_of_all(seeker, goal):
    """Return the least effort of every combination of every value on the grid that reaches the target.

    Readings that meet in no sub-criterion don't change what each other gain, so that combinations are enumerated
    among those that do, each scored exactly, and then added up one after the other; of equal gains the cheapest is
    kept, and what costs more than the answer is let go. Gains and efforts are whole numbers over their common
    denominators, so nothing is rounded.
    """
    tables = [every_combination(seeker, names) for names in meeting_readings(seeker)]
    gains = lcm(
        *(gain.denominator for table in tables for gain in table), (goal.target.points - goal.before).denominator
    )
    efforts = lcm(*(effort.denominator for table in tables for effort in table.values()), goal.effort.denominator)
    need, most = int((goal.target.points - goal.before) * gains), int(goal.effort * efforts)
    best = {0: 0}
    for table in sorted(tables, key=len):
        rows = [(int(gain * gains), int(effort * efforts)) for gain, effort in table.items()]
        found = {}
        for gain, effort in best.items():
            for more, cost in rows:
                if effort + cost <= most:
                    total = min(gain + more, need)
                    found[total] = min(found.get(total, effort + cost), effort + cost)
        best = without_beaten(found)
    return Fraction(best[need], efforts)


def without_beaten(found):
    """Return the gains that no greater gain costs less than."""
    kept, least = {}, None
    for gain in sorted(found, reverse=True):
        if least is None or found[gain] < least:
            kept[gain] = least = found[gain]
    return kept


def every_combination(seeker, names):
    """Return by gain the least effort of every combination of values of some readings."""
    desk, found = seeker.desk, {}
    now, reach = desk.inputs.values, Reach(desk.plan)
    for values in product(*([now[name], *seeker.grid.values[name]] for name in names)):
        changes = {name: value for name, value in zip(names, values, strict=True) if value != now[name]}
        after = {**now, **changes}
        if any(isinstance(v, Fraction) and not reach.room(n, after).holds(v) for n, v in changes.items()):
            continue
        gain = desk.attempt(changes).total.points - desk.total.points
        effort = sum((effort_of(desk, name, value, seeker.goal) for name, value in changes.items()), Fraction(0))
        found[gain] = min(found.get(gain, effort), effort)
    return found


def meeting_readings(seeker):
    """Return the readings that can be changed, those that reach a common sub-criterion together."""
    groups = []
    for name in seeker.grid.free:
        names, leaves = {name}, set(seeker.desk.touch.leaves[name])
        apart = [group for group in groups if not group[1] & leaves]
        for group in groups:
            if group[1] & leaves:
                names |= group[0]
        groups = [*apart, (names, {leaf for n in names for leaf in seeker.desk.touch.leaves[n]})]
    return [sorted(names) for names, _ in groups]
