"""A denominator that wraps around 64 bits to 0 costs its row a second reckoning, and nobody a warning."""

from __future__ import annotations

import warnings

import pytest

from roads import differences
from small_books import REFERENCE, book_of, book_tree, leaf, readings_of
from tieuchi.columnar.road import Road
from tieuchi.model.plan import compile_plan

FINDING = {
    "id": "found",
    "title": "Found",
    "when": [{"indicator": "held", "is": "true"}],
    "consequences": [{"criterion": "1", "clause": "f", "deduct": "0.00000025", "for_each": "times"}],
    **REFERENCE,
}


@pytest.mark.parametrize("road", ["numpy", "numba"])
def test_a_denominator_that_wraps_to_nothing_says_no_word(road: Road) -> None:
    kinds = {"times": "count", "held": "yes_no", "part": "count", "whole": "count"}
    struck = leaf({"linear": {}}, value={"ratio": ["part", "whole"]}, rounding={"places": 2})
    plan = compile_plan(book_of(book_tree(struck, indicators=kinds, findings=[FINDING])))
    units = [
        readings_of({"part": part, "whole": 2**62, "held": True, "times": times})
        for part in (0, 1, 2**61, 2**62)
        for times in (0, 1, 10**6)
    ]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert differences(plan, units, road) == []
