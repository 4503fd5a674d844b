"""The best of a group, where figures are fractions that no decimal writes."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from roads import differences
from small_books import book_of, book_tree, leaf, readings_of
from tieuchi.columnar.best import best_values
from tieuchi.columnar.readings_rows import rows_of
from tieuchi.columnar.road import Road
from tieuchi.model.plan import compile_plan

THIRD = Fraction(1, 3)
UNITS = [readings_of({"a": a, "b": b}) for a, b in ((0, 0), (2, THIRD), (1, THIRD), (5, 1), ("0.5", Fraction(1, 7)))]


@pytest.mark.parametrize("step", ["1%", "1/3", None])
@pytest.mark.parametrize("road", ["numpy", "numba"])
def test_a_denominator_below_one_is_no_one(road: Road, step: str | None) -> None:
    value: dict[str, Any] = {"ratio": ["a", "b"]}
    value = value if step is None else {"truncate": {"of": value, "step": step}}
    scale = {"target_and_leader": {"target": "10%", "at_target": "0"}}
    made = leaf(scale, value=value, direction="higher_is_better")
    plan = compile_plan(book_of(book_tree(made, indicators={"a": "ratio", "b": "ratio"})))
    assert best_values(*rows_of(plan, UNITS)) == ({0: Fraction(6)},)
    assert differences(plan, UNITS, road) == []
