"""Effects of a comparison add up exactly, in every criterion and in all."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from random import Random

import pytest

from random_books import draw_book, draw_readings
from tieuchi.errors import Position
from tieuchi.loading.scenario_apply import changed_rulebook
from tieuchi.model.reading import Reading
from tieuchi.model.scenario import Change
from tieuchi.whatif.appraise import appraise
from tieuchi.whatif.compare import compare
from tieuchi.whatif.shapley import shapley


@pytest.mark.parametrize("seed", range(30))
def test_effects_add_up_exactly(seed):
    random = Random(seed)
    first, second = draw_book(random), draw_book(random)
    units = [draw_readings(random, plan, "unit") for plan in (first, second)]
    found = compare((first.book, units[0]), (second.book, units[1]))
    for effect in found.effects:
        if effect.gain is not None:
            assert effect.rules + effect.performance + effect.open == effect.gain


def test_other_figures_alone_are_performance(province):
    better = _with(province.readings, enterprises_new=423)
    total = compare((province.book, province.readings), (province.book, better)).total
    assert (total.rules, total.performance) == (0, Fraction(1, 2))


def test_other_rules_alone_are_rules(province):
    at = Position("test")
    _, book, _ = changed_rulebook(province.root, (Change("8.2/b/at_least", "15%", at),))
    total = compare((province.book, province.readings), (book, province.readings)).total
    assert (total.rules, total.performance) == (Fraction(-1, 2), 0)


def test_the_order_of_causes_does_not_matter(province):
    _, book, _ = changed_rulebook(province.root, (Change("8.2/b/at_least", "20%", Position("test")),))
    better = _with(province.readings, enterprises_new=370)  # 13,8%: b of the old rulebook, c of the new
    there = compare((province.book, province.readings), (book, better)).total
    back = compare((book, better), (province.book, province.readings)).total
    assert (there.rules, there.performance) == (-back.rules, -back.performance)


def test_a_criterion_that_exists_only_once_is_named(province):
    book = province.book
    field = book.criteria[0]
    kept = field.model_copy(update={"criteria": field.criteria[1:], "max_points": field.max_points - 1})
    shorter = book.model_copy(update={"criteria": (kept, *book.criteria[1:]), "max_points": book.max_points - 1})
    found = compare((book, province.readings), (shorter, province.readings))
    assert [(effect.criterion, effect.only) for effect in found.only] == [("1.1", "before")]
    assert found.total.rules == Fraction(-31, 33)


def test_shapley_shares_what_only_comes_together():
    both = shapley("ab", lambda done: Fraction(len(done) == 2))
    assert both == {"a": Fraction(1, 2), "b": Fraction(1, 2)}


def test_an_appraisal_is_split_by_cause(province):
    claimed = province.readings
    found = _with(claimed, enterprises_new=350)
    values = dict(found.values)
    values["commune_officials_meeting_standards"] = replace(
        values["commune_officials_meeting_standards"], state="refused", reason="no list"
    )
    rows = {row.criterion: row for row in appraise(province.plan, claimed, replace(found, values=values))}
    assert dict(rows["8.2"].causes) == {"figure": Fraction(-1, 2)}
    assert dict(rows["5.6.2"].causes) == {"refused": Fraction(-1, 2)}
    for row in rows.values():
        assert sum((points for _, points in row.causes), Fraction(0)) == row.found - row.claimed


def _with(readings, **figures):
    values = dict(readings.values)
    for name, value in figures.items():
        values[name] = Reading(name, Fraction(value), Position("test"))
    return replace(readings, values=values)
