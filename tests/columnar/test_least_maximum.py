"""Should what is open turn out not to apply, points taken off weigh more: as if the least that can be left applied."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from small_books import book_of, book_tree, group, leaf
from tieuchi.batch.quantised import quantised
from tieuchi.columnar.readings_rows import rows_of
from tieuchi.columnar.road import Road, score_rows
from tieuchi.errors import Position
from tieuchi.model.plan import Plan, compile_plan
from tieuchi.model.reading import Reading, Readings, Unit
from tieuchi.scoring.scorer import Scorer
from tieuchi.sql.run import score_duckdb, score_sqlite

SLOPE = {"linear": {"zero_at": "0", "full_at": "1", "start_points": "-0.05"}}
KINDS = {"a": "yes_no", "b": "yes_no", "done": "yes_no", "x": "amount"}


def plan(**more: Any) -> Plan:
    """Return a rulebook in which one tenth of a point can be all that applies, of 2.1."""
    listed = {"checklist": [{"clause": "a", "indicator": "done", "points": "1"}]}
    parts = [
        leaf(listed, id="1.1", applies_when=[{"indicator": "a", "is": "true"}]),
        leaf(SLOPE, id="1.2", max_points="0.1", min_points="-0.05", value={"amount": "x"}),
    ]
    other = leaf(listed, id="2", applies_when=[{"indicator": "b", "is": "true"}])
    return compile_plan(book_of(book_tree(group("1", *parts, **more), other, indicators=KINDS, rescale="true")))


def unit(name: str, **values: Any) -> Readings:
    return Readings(Unit(name), "", {n: Reading(n, value, Position("x")) for n, value in values.items()})


OPEN = unit("open")
LEFT = unit("left", a=False, b=False, x=Fraction(0))


@pytest.mark.parametrize(("more", "least"), [({}, "-21/20"), ({"rescale": "true"}, "-21/20")], ids=["sum", "whole"])
def test_what_is_left_can_be_the_smallest_part(more: dict[str, Any], least: str) -> None:
    scorer = Scorer(plan(**more))
    before, after = (scorer.score(one).total for one in (OPEN, LEFT))
    assert after.points == Fraction(least)
    assert before.low <= after.points <= before.high


@pytest.mark.parametrize("road", ["numpy", "numba"])
@pytest.mark.parametrize("more", [{}, {"rescale": "true"}], ids=["sum", "whole"])
def test_columns_and_databases_say_the_same(road: Road, more: dict[str, Any]) -> None:
    book, units = plan(**more), [OPEN, LEFT, unit("sure", a=True), unit("one", a=True, b=True, x=Fraction(1, 2))]
    program, rows = rows_of(book, units)
    found = score_rows(program, rows, road=road)
    asked = [score(program, rows) for score in (score_sqlite, score_duckdb)]
    for column, readings in enumerate(units):
        for row, own in enumerate(quantised(Scorer(book).score(readings))[1]):
            assert (found.sum_low[row, column], found.sum_high[row, column]) == (own.low, own.high)
            for answer in asked:
                ends = [answer[f"{program.nodes[row].id} {end}"][column] for end in ("low", "high")]
                assert ends == [own.low, own.high]


@pytest.mark.parametrize("road", ["numpy", "numba"])
def test_points_below_zero_that_weigh_a_thousand_times_are_held(road: Road) -> None:
    listed = {"checklist": [{"clause": "a", "indicator": "done", "points": "99.9"}]}
    large = leaf(listed, id="1", max_points="99.9", applies_when=[{"indicator": "a", "is": "true"}])
    deep = {"linear": {"zero_at": "0", "full_at": "1", "start_points": "-10"}}
    small = leaf(deep, id="2", max_points="0.1", min_points="-10", value={"amount": "x"})
    book = compile_plan(book_of(book_tree(large, small, indicators=KINDS, rescale="true")))
    readings = unit("u", a=False, x=Fraction(0))
    program, rows = rows_of(book, [readings])
    found = score_rows(program, rows, road=road)
    assert Scorer(book).score(readings).total.points == -10_000
    assert int(found.sum_low[-1, 0]) * program.quantum == int(found.sum_high[-1, 0]) * program.quantum == -10_000
