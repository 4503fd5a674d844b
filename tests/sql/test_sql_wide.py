"""With ``--wide`` every product is reckoned as wide as it may be, also of points so few that a byte holds them."""

from __future__ import annotations

import pytest

from small_books import book_of, book_tree, leaf, readings_of
from sql_rows import differences, fitting
from tieuchi.model.plan import compile_plan
from tieuchi.sql.run import score_duckdb, score_sqlite


@pytest.mark.parametrize("places", [0, 1, 2])
@pytest.mark.parametrize("quantum", ["1/3", "1/10", "1/100", "1/7", "1/1000000"])
@pytest.mark.parametrize("count", [1, 3])
def test_few_points_and_large_factors_do_not_overflow(quantum: str, places: int, count: int) -> None:
    pytest.importorskip("duckdb")
    scale = {"linear": {}}
    leaves = [leaf(scale, id=str(i), max_points="12", value={"ratio": [f"c{i}", "all"]}) for i in range(1, count + 1)]
    indicators = {**{f"c{i}": "count" for i in range(1, 4)}, "all": "count"}
    rounding = {"total": {"places": places}, "points": {"places": 2}}
    tree = book_tree(*leaves, indicators=indicators, quantum=quantum, rounding=rounding)
    plan = compile_plan(book_of(tree))
    units = [readings_of({"c1": a, "c2": b, "c3": 2}) for a in (0, 2, 3) for b in (1, 5)]
    given = fitting(plan, units)
    _, _, program, rows = given
    assert differences(given, score_duckdb(program, rows, wide=True)) == []
    assert differences(given, score_duckdb(program, rows)) == []
    assert differences(given, score_sqlite(program, rows)) == []
