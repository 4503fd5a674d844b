"""Totals counted so fine that no two units look alike: sums that are rounded or rescaled pass 64 bits on the way."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pyarrow as pa
import pytest

from small_books import book_of, book_tree, group, leaf, readings_of
from tieuchi.batch.score import score_frame
from tieuchi.columnar.lower import compile_program
from tieuchi.columnar.lower_leaf import quanta
from tieuchi.columnar.readings_rows import rows_of
from tieuchi.columnar.wide import wide_totals
from tieuchi.model.plan import Plan, compile_plan
from tieuchi.scoring.scorer import Scorer

KINDS = {"a": "amount", "b": "amount", "held": "yes_no"}
TIMES = {"applies_when": {"indicator": "held", "is": "true"}}
FINE = 10**15


def plan_of(mode: str, rescale: str) -> Plan:
    """Return a rulebook of a sum that is rounded, and rescaled where one part does not apply."""
    rounded = {"rounding": {"places": 3, "mode": mode}, "rescale": rescale}
    parts = [leaf({"linear": {}}, id=f"1.{i}", max_points="7/3", value={"amount": n}) for i, n in enumerate("ab")]
    parts[1] |= TIMES
    tree = book_tree(
        group("1", *parts, **rounded),
        leaf({"linear": {}}, id="2", max_points="1/3", value={"amount": "a"}),
        indicators=KINDS,
    )
    return compile_plan(book_of(tree))


@pytest.mark.parametrize("rescale", ["true", "false"])
@pytest.mark.parametrize("mode", ["half_up", "half_even", "half_down", "down", "up", "floor", "ceiling"])
def test_fine_totals_are_the_exact_ones(mode: str, rescale: str) -> None:
    plan = plan_of(mode, rescale)
    figures = [Fraction(1, 7), Fraction(0), Fraction(1), Fraction(3, 14000), Fraction(9, 14)]
    units = [readings_of({"a": a, "b": a, "held": held}) for a in figures for held in (True, False)]
    program, rows = rows_of(plan, units)
    fine = replace(plan, book=plan.book.model_copy(update={"quantum": plan.book.quantum / FINE}))
    program = compile_program(fine, {n: program.layout.scale_of(n) for n in ("a", "b")}, wide=True)
    scorer = Scorer(plan)
    expected = [quanta(scorer.score(unit).total.high, fine.book.quantum) for unit in units]
    # Each sub-criterion is off by half a quantum at most, and rescaling makes two of one.
    found = wide_totals(program, rows, np.arange(rows.count), None)
    assert max(abs(here - there) for here, there in zip(found, expected, strict=True)) <= 3


def test_near_totals_of_rounded_sums_are_ranked_exactly() -> None:
    plan = plan_of("half_up", "true")
    liked = ["0.5000000001", "0.5", "0.5", "0.4999999999"]
    table = pa.table({"unit": list("abcd"), "a": liked, "b": liked, "held": [True, False, True, True]})
    found, _ = score_frame(plan, table)
    assert len(set(found["total"].to_pylist())) == 1
    assert found["rank"].to_pylist() == [1, 2, 2, 4]
