"""What a checklist can't tell leaves its points open inside databases, too, also where 0 is compared with 0."""

from __future__ import annotations

import pytest

from small_books import REFERENCE, REFUSED, book_of, book_tree, leaf, readings_of
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


def test_a_finding_settles_points_that_can_be_nothing_else() -> None:
    """No share reaches the 3 for which there are points: they are 0 whatever the share, once a finding is known."""
    scale = {"per_item": {"each": "0.25", "per": "3"}}
    cut = {"criterion": "1", "clause": "f", "at_most": "0.5"}
    high = {"id": "high", "title": "High", "when": [{"unit_kind": ["island"]}], "consequences": [cut], **REFERENCE}
    kinds = {"part": "count", "whole": "count"}
    more = {"findings": [high], "unit_kinds": {"island": "Island", "coast": "Coast"}}
    tree = book_tree(leaf(scale, value={"coverage": ["part", "whole"]}), indicators=kinds, **more)
    plan = compile_plan(book_of(tree))
    units = [readings_of({"part": REFUSED, "whole": 4}, kind=kind) for kind in ("island", "coast")]
    given = fitting(plan, units)
    for score in (score_duckdb, score_sqlite):
        found = score(*given[2:])
        assert differences(given, found) == []
        assert (found["1"], found["1 state"]) == ([0, None], [0, 3])
