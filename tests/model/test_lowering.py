"""The routes of a criterion are kept as long as it lives; a changed one has its own."""

from __future__ import annotations

import gc
from fractions import Fraction

from small_books import book_of, book_tree, leaf
from tieuchi.model import lowering
from tieuchi.model.lowering import routes_of
from tieuchi.model.plan import compile_plan
from tieuchi.model.rulebook import Rulebook

BANDS = [{"clause": "a", "at_least": "5", "points": "1"}, {"clause": "b", "otherwise": "true", "points": "0"}]


def rulebook() -> Rulebook:
    return book_of(book_tree(leaf({"bands": BANDS}, value={"count": "n"}), indicators={"n": "count"}))


def test_a_plan_takes_the_routes_that_were_checked() -> None:
    book = rulebook()
    indicators = {indicator.id: indicator for indicator in book.indicators}
    assert compile_plan(book).leaves[0].routes is routes_of(book.criteria[0], indicators)


def test_a_changed_copy_of_a_criterion_has_routes_of_its_own() -> None:
    book = rulebook()
    old = book.criteria[0]
    assert old.value is not None
    changed = old.model_copy(update={"value": old.value.model_copy(update={"count": "other"})})
    plan = compile_plan(book.model_copy(update={"criteria": (changed,)}))
    assert (plan.leaves[0].indicators, compile_plan(book).leaves[0].indicators) == (("other",), ("n",))


def test_a_changed_maximum_is_not_that_of_the_copy_before() -> None:
    tree = leaf({"linear": {}}, value={"count": "n"})
    old = book_of(book_tree(tree, indicators={"n": "count"})).criteria[0]
    new = old.model_copy(update={"max_points": Fraction(3)})
    tops = [routes_of(criterion, {})[0].pieces[-1].base for criterion in (old, new, old)]
    assert tops == [1, 3, 1]


def test_routes_of_criteria_that_are_gone_are_dropped() -> None:
    book = rulebook()
    key = id(book.criteria[0])
    assert key in lowering._known
    del book
    gc.collect()
    assert key not in lowering._known
