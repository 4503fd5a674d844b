"""What a checklist can't tell leaves its points open inside databases, too, also where 0 is compared with 0."""

from __future__ import annotations

import pytest

from small_books import book_of, book_tree, leaf, readings_of
from sql_rows import differences, fitting
from tieuchi.model.plan import compile_plan
from tieuchi.sql.run import score_duckdb, score_sqlite


@pytest.mark.parametrize("operator", ["at_least", "more_than", "at_most", "less_than", "exactly"])
def test_a_part_of_a_checklist_on_nothing_of_nothing_is_open(operator: str) -> None:
    pytest.importorskip("duckdb")
    when = {"value": {"ratio": ["part", "whole"]}, operator: "80%"}
    items = [
        {"clause": "a", "indicator": "held", "points": "1/2"},
        {"clause": "b", "when": [when], "points": "1/3"},
        {"clause": "c", "when": [{"indicator": "held", "is": "true"}, when], "points": "1/6"},
    ]
    kinds = {"part": "count", "whole": "count", "held": "yes_no"}
    plan = compile_plan(book_of(book_tree(leaf({"checklist": items}), indicators=kinds)))
    figures = [(0, 0), (8, 10), (7, 10), (10, 10), (None, 3), (3, None), (0, 1)]
    units = [
        readings_of({n: v for n, v in (("part", part), ("whole", whole), ("held", held)) if v is not None})
        for part, whole in figures
        for held in (True, False, None)
    ]
    given = fitting(plan, units)
    _, _, program, rows = given
    assert differences(given, score_duckdb(program, rows)) == []
    assert differences(given, score_duckdb(program, rows, wide=True)) == []
    assert differences(given, score_sqlite(program, rows)) == []
