"""Amounts of very many decimals, which make the thresholds of a slope pass 64 bits, are scored exactly all the same."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pyarrow as pa
import pytest

from small_books import REFERENCE, book_of, book_tree, leaf, readings_of
from tieuchi.batch.score import BatchOptions, score_frame
from tieuchi.columnar.lower_leaf import quanta
from tieuchi.model.plan import compile_plan
from tieuchi.scoring.scorer import Scorer

FINDING = {
    "id": "found",
    "title": "Found",
    "when": [{"indicator": "held", "is": "true"}],
    "consequences": [{"criterion": "1", "clause": "f", "deduct": "1/7"}],
    **REFERENCE,
}


@pytest.mark.parametrize("road", ["numpy", "numba"])
@pytest.mark.parametrize("places", [9, 11, 13, 15])
def test_a_slope_over_amounts_of_many_decimals(road: str, places: int) -> None:
    scale = {"linear": {"full_at": "0.1", "zero_at": "3"}}
    tree = book_tree(
        leaf(scale, max_points="12", value={"amount": "income"}),
        indicators={"income": "amount", "held": "yes_no"},
        findings=[FINDING],
    )
    plan = compile_plan(book_of(tree))
    hair = Decimal(1).scaleb(-places)
    near = [Decimal(end) + step * hair for end in ("0.1", "3", "1") for step in (-1, 0, 1)]
    units = [f"u{place}" for place in range(len(near))]
    table = pa.table({"unit": units, "income": pa.array(near, pa.decimal128(18, places)), "held": [True] * len(near)})
    found, _ = score_frame(plan, table, BatchOptions(road=road))
    scorer, quantum = Scorer(plan), plan.book.quantum
    exact = [scorer.score(readings_of({"income": Fraction(str(n)), "held": True})).total.high for n in near]
    assert [Fraction(str(n)) for n in found["1"].to_pylist()] == [quanta(n, quantum) * quantum for n in exact]
