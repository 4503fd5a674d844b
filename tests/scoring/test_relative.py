"""Scales that compare with the group where its best value is 0 or below, on every road."""

from __future__ import annotations

from fractions import Fraction

import pytest

from live_books import both, reckoned
from live_books import differences as live_differences
from roads import differences
from small_books import Tree, book_of, book_tree, leaf, readings_of
from tieuchi.assess import assess
from tieuchi.columnar.readings_rows import rows_of
from tieuchi.columnar.road import score_rows
from tieuchi.model.plan import Plan, compile_plan
from tieuchi.render.card_json import card_json
from tieuchi.scoring.scorer import Scorer
from tieuchi.sql.run import score_duckdb, score_sqlite


def plan_of(best: str, kind: str = "amount") -> Plan:
    scale = {"relative_to_best": {"best": best}}
    tree = leaf(scale, max_points="4", min_points="-1", value={"amount": "x"})
    return compile_plan(book_of(book_tree(tree, indicators={"x": kind})))


CASES = [
    pytest.param("smallest", [0, 0, 5], [4, 4, 0], id="the smallest is 0"),
    pytest.param("smallest", [0], [4], id="alone with the smallest, 0"),
    pytest.param("smallest", [2, 4, 8], [4, 2, 1], id="all above 0"),
    pytest.param("smallest", [-2, 0, 5], [None, None, None], id="the smallest is below 0"),
    pytest.param("largest", [0, 0], [None, None], id="the largest is 0"),
    pytest.param("largest", [-3, -1], [None, None], id="the largest is below 0"),
    pytest.param("largest", [-3, 0, 8, 2], [-1, 0, 4, 1], id="some below the largest are below 0"),
]


@pytest.mark.parametrize(("best", "values", "points"), CASES)
def test_units_are_set_against_the_best_of_their_group(best: str, values: list[int], points: list[int | None]) -> None:
    plan = plan_of(best)
    units = [readings_of(x=value) for value in values]
    assert [Scorer(plan).score(unit, units).total.points for unit in units] == points
    for unit in units:
        assess(plan, unit, units)  # durable-rules has the same to say
    assert differences(plan, units, "numpy") == differences(plan, units, "numba") == []


@pytest.mark.parametrize("score", [score_duckdb, score_sqlite], ids=["duckdb", "sqlite"])
@pytest.mark.parametrize(("best", "values", "points"), CASES)
def test_a_database_sets_units_against_the_best_of_their_group(
    best: str, values: list[int], points: list[int | None], score: object
) -> None:
    assert callable(score)
    program, rows = rows_of(plan_of(best), [readings_of(x=value) for value in values])
    quanta = score_rows(program, rows, road="numpy")
    found = score(program, rows)
    assert [state >= 2 for state in found["1 state"]] == [point is None for point in points]
    wanted = [None if lacks else int(n) for n, lacks in zip(quanta.points[0], (p is None for p in points), strict=True)]
    assert found["1"] == wanted


@pytest.mark.parametrize(("best", "values", "points"), CASES)
def test_a_live_workbook_sets_a_unit_against_the_best_of_its_group(
    best: str, values: list[int], points: list[int | None]
) -> None:
    plan = plan_of(best)
    units = [readings_of(x=value) for value in values]
    for place, unit in enumerate(units):
        card, live = both(plan, unit, [*units[:place], *units[place + 1 :]] or [unit])
        assert card.total.points == points[place]
        assert live_differences(card, live, reckoned) == []


@pytest.mark.parametrize(
    "scale", [{"relative_to_best": {}}, {"target_and_leader": {"target": "2.5", "at_target": "1"}}]
)
def test_values_cut_to_a_step_are_compared_as_they_are_cut(scale: Tree) -> None:
    value = {"truncate": {"of": {"amount": "x"}, "step": "0.5"}}
    tree = leaf(scale, max_points="4", value=value)
    plan = compile_plan(book_of(book_tree(tree, indicators={"x": "amount"})))
    for values in ("5/2", "-5/2"), ("2.9", "5"), ("2/33", "0.4"), ("2.49", "2.6"):
        units = [readings_of(x=value) for value in values]
        assert differences(plan, units, "numpy") == differences(plan, units, "numba") == []


def test_what_can_not_be_compared_is_said_to_be_so() -> None:
    trace = Scorer(plan_of("largest")).score(readings_of(x=0), [readings_of(x=0)])["1"].trace
    assert trace is not None
    assert (trace.reason, trace.low, trace.high, trace.group_best) == ("worthless_best", -1, 4, Fraction(0))
    assert (trace.raw, trace.value) == (0, None)


def test_what_can_not_be_compared_is_printed() -> None:
    plan, unit = plan_of("largest"), readings_of(x=0)
    told = card_json(Scorer(plan).score(unit, [unit]), rulebook_sha256="", version="")
    (leaf,) = told["criteria"]
    assert (leaf["trace"]["value"], leaf["trace"]["group_best"]) == (None, "0")
