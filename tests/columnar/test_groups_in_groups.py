"""Groups in groups, brought back to their maxima or not: all roads alike, and intervals that hold what comes."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from random import Random
from typing import Any

import pytest

import sql_rows
from random_books import REF, T, draw_readings, draw_tree
from roads import differences
from tieuchi.columnar.road import Road
from tieuchi.model.canonical import Quotient
from tieuchi.model.plan import Plan, compile_plan
from tieuchi.model.reading import Readings
from tieuchi.model.rulebook import Rulebook
from tieuchi.scoring.inputs import inputs_of
from tieuchi.scoring.scorer import Scorer
from tieuchi.scoring.tests import Lack, quotient_value
from tieuchi.sql.run import score_duckdb, score_sqlite

SEEDS = range(30)


def nested(random: Random, *, rounded: bool) -> Plan:
    """Return a rulebook of which most fields hold a group of their own, and some sub-criteria go below zero."""
    tree = draw_tree(random, 6)
    for field in tree["criteria"]:
        for part in field["criteria"]:
            if "declared" not in part["scale"] and random.random() < 0.3:
                part.setdefault("min_points", "-1")
        inner = field["criteria"][: random.randint(1, len(field["criteria"]))]
        most = str(sum((Fraction(part["max_points"]) for part in inner), Fraction(0)))
        group = {"id": f"{field['id']}.g", "title": T, "max_points": most, "criteria": inner}
        group |= {"reference": REF, "basis": "assumed", "rescale": random.choice(["true", "false"])}
        field["criteria"] = [group, *field["criteria"][len(inner) :]]
    if not rounded:
        _unrounded(tree)
    return compile_plan(Rulebook.model_validate(tree))


def _unrounded(tree: dict[str, Any]) -> None:
    tree.pop("rounding", None)
    for part in tree.get("criteria", ()):
        _unrounded(part)


@pytest.mark.parametrize("road", ["numpy", "numba"])
@pytest.mark.parametrize("seed", SEEDS)
def test_columns_give_what_the_exact_road_gives(seed: int, road: Road) -> None:
    random = Random(seed)
    plan = nested(random, rounded=True)
    assert differences(plan, [draw_readings(random, plan, f"u{i}") for i in range(30)], road) == []


@pytest.mark.parametrize("score", [score_duckdb, score_sqlite], ids=["duckdb", "sqlite"])
@pytest.mark.parametrize("seed", SEEDS[:12])
def test_databases_give_what_columns_give(seed: int, score: Any) -> None:
    random = Random(seed)
    plan = nested(random, rounded=False)
    given = sql_rows.fitting(plan, [draw_readings(random, plan, f"u{i}") for i in range(30)])
    assert sql_rows.differences(given, score(*given[2:])) == []


@pytest.mark.parametrize("seed", range(80))
def test_intervals_hold_what_comes(seed: int) -> None:
    random = Random(seed)
    plan = nested(random, rounded=False)
    scorer, group = Scorer(plan), [draw_readings(random, plan, "other")]
    for _ in range(5):
        known, rest = without_what_does_not_apply(draw_readings(random, plan, "u")), draw_readings(random, plan, "u")
        later = replace(known, values={**given(rest), **given(known)}, declared={**rest.declared, **known.declared})
        if beyond_all(plan, later):
            continue
        before, after = (scorer.score(readings, group) for readings in (known, later))
        for node, then in zip(before.total.walk(), after.total.walk(), strict=True):
            if then.points is not None and node.state != "not_applicable":
                assert node.low <= then.points <= node.high, node.id


def given(readings: Readings) -> dict[str, Any]:
    return {name: reading for name, reading in readings.values.items() if reading.state == "given"}


def without_what_does_not_apply(readings: Readings) -> Readings:
    values = {name: reading for name, reading in readings.values.items() if reading.state != "not_applicable"}
    return replace(readings, values=values)


def beyond_all(plan: Plan, readings: Readings) -> bool:
    """Say whether more than all of some bodies comply, which no table may say."""
    shares = [route.measured for leaf in plan.leaves for route in leaf.routes if isinstance(route.measured, Quotient)]
    values = (quotient_value(share, inputs_of(readings)) for share in shares if share.kind == "coverage")
    return any(not isinstance(value, Lack) and value[0] > 1 for value in values)
