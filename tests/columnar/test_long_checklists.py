"""Checklists of more parts than 31 bits number: which of them hold is one whole number all the same."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import pyarrow as pa
import pytest

import sql_rows
from roads import differences
from small_books import book_of, book_tree, leaf, node_of, readings_of
from tieuchi.batch.score import score_frame
from tieuchi.columnar.road import Road
from tieuchi.model.plan import Plan, compile_plan
from tieuchi.model.reading import Readings
from tieuchi.model.scenario import NoiseModel
from tieuchi.sql.run import score_duckdb, score_sqlite
from tieuchi.whatif.dial import Rules
from tieuchi.whatif.simulate import Simulator

PARTS = (21, 31, 32, 60)


def checklist_of(parts: int) -> Plan:
    """Return a rulebook of one checklist, whose parts are worth sevenths of a point."""
    worth = [Fraction(place + 1, 7) for place in range(parts)]
    items = [{"clause": f"c{i}", "indicator": f"n{i}", "points": str(points)} for i, points in enumerate(worth)]
    indicators = {f"n{place}": "yes_no" for place in range(parts)}
    return compile_plan(
        book_of(book_tree(leaf({"checklist": items}, max_points=str(sum(worth))), indicators=indicators))
    )


def units_of(parts: int) -> list[Readings]:
    random = Random(parts)
    names = [f"n{place}" for place in range(parts)]
    told = [{name: random.random() < often for name in names} for often in (0, 0.1, 0.5, 0.9, 1)]
    told += [dict.fromkeys(names[:-1], True), {names[-1]: True}]
    return [readings_of(unit) for unit in told]


@pytest.mark.parametrize("parts", PARTS)
@pytest.mark.parametrize("road", ["numpy", "numba"])
def test_columns_give_what_the_exact_road_gives(parts: int, road: Road) -> None:
    if road == "numba":
        pytest.importorskip("numba")
    assert differences(checklist_of(parts), units_of(parts), road) == []


@pytest.mark.parametrize("parts", PARTS)
def test_databases_give_what_the_exact_road_gives(parts: int) -> None:
    pytest.importorskip("duckdb")
    given = sql_rows.fitting(checklist_of(parts), units_of(parts))
    for found in (score_duckdb(given[2], given[3]), score_sqlite(given[2], given[3])):
        assert sql_rows.differences(given, found) == []


def test_tables_name_the_parts_that_hold() -> None:
    told = {f"n{place}": [place in (0, 59), False, True, None] for place in range(60)}
    found, _ = score_frame(checklist_of(60), pa.table({"unit": list("abcd"), **told}))
    assert found["1:clause"].to_pylist() == ["c0+c59", "none", "+".join(f"c{place}" for place in range(60)), None]


def test_a_simulation_counts_the_clauses_that_occur() -> None:
    items = [{"clause": f"c{i}", "when": {"indicator": "share", "at_least": f"{i}%"}, "points": "1"} for i in range(60)]
    tree = book_tree(leaf({"checklist": items}, max_points="60"), indicators={"share": "percent"})
    model = NoiseModel.model_validate({"readings": {"share": {"at_least": "1%", "at_most": "2.5%"}}})
    found = Simulator(Rules(node_of(tree)), [readings_of({"share": "2%"})], model).run(300, seed=1)
    assert set(found.clauses[0, "1"]) == {"c0+c1", "c0+c1+c2"}
    assert sum(found.clauses[0, "1"].values()) == 300
