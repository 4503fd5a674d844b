"""While it is not known if a branch is taken, every road gives the state of its conditions, not of its scale."""

from __future__ import annotations

from itertools import product

import pytest

import live_books
import sql_rows
from roads import differences
from small_books import NOT_APPLICABLE, REFUSED, Tree, book_of, book_tree, leaf, readings_of
from tieuchi.columnar.road import Road
from tieuchi.model.plan import Plan, compile_plan
from tieuchi.model.reading import Readings
from tieuchi.scoring.scorer import Scorer
from tieuchi.sql.run import score_duckdb, score_sqlite

LATE: Tree = {
    "lateness": {"assigned": "all", "done": "done", "late": "late", "on_time": "1", "some_late": "1/2", "not_done": "0"}
}
LED: Tree = {"target_and_leader": {"target": "5", "at_target": "1/2"}}
Y, Z = ({"indicator": name, "is": "true"} for name in "yz")
KINDS = {"y": "yes_no", "z": "yes_no", "all": "count", "done": "count", "late": "count"}


def behind(when: list[Tree], scale: Tree) -> Tree:
    branches = [{"clause": "a", "when": when, "scale": scale}, {"clause": "b", "points": "1/4", "otherwise": "true"}]
    return {"branches": branches}


def plan_of(scale: Tree, **more: Tree) -> Plan:
    criteria = [
        leaf(behind([Y], scale), id="1", **more),
        leaf(behind([Y, Z], scale), id="2", **more),
        leaf({"checklist": [{"clause": "a", "indicator": "z", "points": "1"}]}, id="3"),
    ]
    return compile_plan(book_of(book_tree(*criteria, indicators=KINDS)))


def units_of() -> list[Readings]:
    """Return units whose conditions and late tasks are given, missing, refused and not applicable in all ways."""
    answers, counts = (True, False, None, REFUSED, NOT_APPLICABLE), (0, 7, None, REFUSED, NOT_APPLICABLE)
    units = []
    for y, z, late in product(answers, answers, counts):
        for done in (9, 8) if y is None else (9,):
            given = {"y": y, "z": z, "all": 9, "done": done, "late": late}
            units.append(readings_of({name: v for name, v in given.items() if v is not None}))
    return units


PLANS = {
    "lateness": plan_of(LATE),
    "target_and_leader": plan_of(LED, value={"count": "late"}),
}


@pytest.mark.parametrize("name", PLANS)
@pytest.mark.parametrize("road", ["numpy", "numba"])
def test_columns_give_what_the_exact_road_gives(name: str, road: Road) -> None:
    if road == "numba":
        pytest.importorskip("numba")
    assert differences(PLANS[name], units_of(), road) == []


@pytest.mark.parametrize("name", PLANS)
def test_databases_give_what_the_exact_road_gives(name: str) -> None:
    pytest.importorskip("duckdb")
    given = sql_rows.fitting(PLANS[name], units_of())
    _, _, program, rows = given
    assert sql_rows.differences(given, score_duckdb(program, rows)) == []
    assert sql_rows.differences(given, score_sqlite(program, rows)) == []


@pytest.mark.parametrize("name", PLANS)
def test_the_live_workbook_gives_what_the_exact_road_gives(name: str) -> None:
    units = units_of()[::7]
    wrong = [live_books.differences(*live_books.both(PLANS[name], unit, units)) for unit in units]
    assert [line for lines in wrong for line in lines] == []


@pytest.mark.parametrize("late", [0, 7, None, REFUSED, NOT_APPLICABLE])
@pytest.mark.parametrize("name", PLANS)
def test_the_condition_alone_decides_the_state(name: str, late: object) -> None:
    given = {"all": 9, "done": 9, "z": True, **({} if late is None else {"late": late})}
    for y, state in ((None, "missing"), (REFUSED, "refused"), (NOT_APPLICABLE, "not_applicable")):
        unit = readings_of(given if y is None else {**given, "y": y})
        leaves = Scorer(PLANS[name]).score(unit, [unit]).leaves()
        assert [node.state for node in leaves if node.id in "12"] == [state] * 2
