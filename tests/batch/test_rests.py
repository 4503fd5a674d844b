"""What counting in quanta leaves of a total is told exactly, or said not to be known."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edge_units import edge_units
from random_books import SCALES, draw_book, draw_readings
from small_books import book_of, book_tree, leaf, readings_of
from tieuchi.batch.exact import ExactRoad
from tieuchi.batch.frame import Part
from tieuchi.batch.rests import Rests, exact_totals, parts_of, rests_of
from tieuchi.batch.score import score_frame
from tieuchi.columnar.best import best_values
from tieuchi.columnar.doubt import doubt_of
from tieuchi.columnar.readings_rows import rows_of
from tieuchi.columnar.road import score_rows
from tieuchi.model.plan import Plan, compile_plan
from tieuchi.model.reading import Readings
from tieuchi.scoring.scorer import Scorer

SETTINGS = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.large_base_example])


def checked(plan: Plan, units: list[Readings]) -> Rests:
    """Return what is left of the totals of some units, each compared with its exact total."""
    program, rows = rows_of(plan, units)
    best = best_values(program, rows) if program.relatives else None
    points = score_rows(program, rows, road="numpy", best=best)
    part, parts = Part(rows, {}, {}, [], np.arange(len(units))), parts_of(plan)
    found = rests_of(plan, program, part, points, best, parts)
    known = exact_totals(plan, program, part, points, best)
    assert list(known) == np.flatnonzero(found.sure).tolist()
    scorer, off = Scorer(plan), 2 * doubt_of(program)
    for place, readings in enumerate(units):
        exact = scorer.score(readings, units).total.points
        if points.sum_states[points.total, place] >= 2:
            continue
        assert exact is not None
        counted = int(points.sum_high[points.total, place]) * parts + int(found.fine[place])
        wrong = abs(counted - exact / plan.book.quantum * parts)
        assert not found.whole[place] or wrong == 0
        assert not found.sure[place] or wrong <= off
        assert known.get(place, exact) == exact
    return found


@pytest.mark.parametrize("scale", SCALES)
def test_each_kind_of_scale_leaves_what_exact_totals_say(scale: str) -> None:
    for seed in range(12):
        random = Random(f"{scale}-{seed}")
        plan = draw_book(random, 3, (scale,))
        checked(plan, [draw_readings(random, plan, f"u{i}") for i in range(25)])


@given(random=st.randoms(use_true_random=False))
@settings(SETTINGS, max_examples=150)
def test_any_rulebook_leaves_what_exact_totals_say(random: Random) -> None:
    plan = draw_book(random, random.randint(1, 6))
    checked(plan, [draw_readings(random, plan, f"u{i}") for i in range(8)])


@given(random=st.randoms(use_true_random=False))
@settings(SETTINGS, max_examples=100)
def test_edges_leave_what_exact_totals_say(random: Random) -> None:
    plan = draw_book(random, random.randint(2, 4))
    checked(plan, edge_units(plan, draw_readings(random, plan, "u")))


def test_slopes_are_known_and_thirds_are_exact() -> None:
    bands = [{"clause": "a", "at_least": "1", "points": "1/3"}, {"clause": "b", "otherwise": "true", "points": "0"}]
    plan = compile_plan(
        book_of(
            book_tree(
                leaf({"bands": bands}, id="1", max_points="1/3", value={"count": "n"}),
                leaf({"linear": {}}, id="2", value={"ratio": ["n", "m"]}),
                indicators={"n": "count", "m": "amount"},
            )
        )
    )
    found = checked(plan, [readings_of(n=1, m=m) for m in (1, 7, 70_000, 10**12 + 39, Fraction(1, 3))])
    # Thirds are exact, and so are sevenths. What no column of whole numbers holds is left to others.
    assert found.sure.tolist() == [True, True, True, True, False]
    assert found.whole.tolist() == [True, True, True, False, False]


def test_units_that_tie_on_slopes_are_told_apart_in_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    shares = [leaf({"linear": {}}, id=name, value={"ratio": [name, "of"]}) for name in ("n", "m")]
    plan = compile_plan(book_of(book_tree(*shares, indicators={"n": "count", "m": "count", "of": "count"})))
    # 4 / 70001 but for one part in 5 * 10^21, which not even fine quanta tell.
    part = 4 * 10**12 + 3
    whole = (70001 * part + 1) // 4
    table = pa.table({"unit": list("abc"), "n": [part, 1, 2], "m": [0, 3, 2], "of": [whole, 70001, 70001]})
    monkeypatch.delattr(ExactRoad, "total")
    found, summary = score_frame(plan, table)
    assert [row["rank"] for row in found.to_pylist()] == [3, 1, 1]
    assert summary.compared == 3
