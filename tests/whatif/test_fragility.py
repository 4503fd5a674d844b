"""Rounding fragility finds the values that rounding would lift over a cut-off."""

from __future__ import annotations

from fractions import Fraction

import pytest

from small_books import book_of, book_tree, leaf, readings_of
from tieuchi.assess import assess
from tieuchi.whatif.fragility import fragility, sums_of

BANDS = [{"clause": "a", "at_least": "100%", "points": "1"}, {"clause": "b", "otherwise": "true", "points": "0"}]
BOOK = book_of(
    book_tree(leaf({"bands": BANDS}, value={"ratio": ["done", "all"]}), indicators={"done": "count", "all": "count"})
)


def card(done, every):
    return assess(BOOK, readings_of({"done": done, "all": every}), road="exact")


def test_a_value_that_rounds_up_to_the_cut_off_is_fragile():
    (found,) = fragility(card(9999, 10_000))
    turned = {(way.places, way.mode) for way in found.turned}
    assert (1, "half_up") in turned
    assert (2, "half_up") not in turned
    assert (1, "down") not in turned
    assert {way.clause for way in found.turned} == {"a"}


@pytest.mark.parametrize(("done", "every"), [(1, 1), (1, 2), (98, 100)])
def test_a_value_far_from_the_cut_off_survives(done, every):
    (found,) = fragility(card(done, every))
    assert found.survives


def test_the_total_is_bounded_by_every_rounding(province):
    found = assess(province.plan, province.readings, road="exact")
    for row in sums_of(found):
        assert row.least <= found.total.points + Fraction(60, 10)
        assert row.least <= row.most
