"""Nodes and traces that are laid out only when they are read."""

from __future__ import annotations

import copy
import pickle
from fractions import Fraction
from random import Random

import pytest

from random_books import draw_book, draw_readings
from small_books import book_of, book_tree, leaf, readings_of
from tieuchi.model.plan import compile_plan
from tieuchi.model.scorecard import Score, Scorecard
from tieuchi.scoring.aggregate import build_total, shares_of
from tieuchi.scoring.scorer import Scorer
from tieuchi.whatif.rescore import Desk


def drawn(seed: int) -> tuple[Scorer, Scorecard]:
    random = Random(seed)
    plan = draw_book(random, leaves=9)
    scorer = Scorer(plan)
    return scorer, scorer.score(draw_readings(random, plan, "u"))


def read(score: Score) -> Score:
    """Return a score of which every node has been read."""
    assert all(node.parts or node.trace is not None for node in score.walk())
    return score


@pytest.mark.parametrize("seed", range(20))
def test_whether_a_scorecard_was_read_makes_no_difference(seed: int) -> None:
    scorer, card = drawn(seed)
    again = scorer.score(card.readings)
    assert again.total == read(card.total)
    assert scorer.score(card.readings) == card
    read(again.total)
    assert again == card


@pytest.mark.parametrize("seed", range(20))
def test_an_unread_scorecard_can_be_stored_and_copied(seed: int) -> None:
    scorer, card = drawn(seed)
    stored, copied = pickle.dumps(card), copy.deepcopy(card)
    read(card.total)
    assert pickle.loads(stored).total == copied.total == pickle.loads(pickle.dumps(card)).total == card.total
    assert scorer.score(card.readings).total == card.total


@pytest.mark.parametrize("seed", range(20))
def test_traces_add_up_to_the_scorecard_they_came_from(seed: int) -> None:
    _, card = drawn(seed)
    traces = [node.trace for node in card.leaves() if node.trace is not None]
    assert build_total(card.plan.book, traces) == card.total
    assert shares_of(card.plan.book, traces) == card.shares


@pytest.mark.parametrize("seed", range(20))
def test_the_traces_of_a_change_are_those_of_scoring_again(seed: int) -> None:
    random = Random(seed)
    plan = draw_book(random, leaves=9)
    unit, *group = (draw_readings(random, plan, f"u{n}") for n in range(3))
    desk = Desk(plan, unit, group)
    for name in desk.touch.leaves:
        now = desk.inputs.values.get(name)
        if now is None:
            continue
        effect = desk.attempt({name: now})
        assert all(before == after for before, after in effect.touched)
        assert effect.total == desk.total == Scorer(plan).score(unit, group).total


def test_scores_that_differ_anywhere_are_not_equal() -> None:
    tree = leaf({"bands": [{"clause": "a", "otherwise": True, "points": "1"}]}, max_points="1", value={"amount": "x"})
    scorer = Scorer(compile_plan(book_of(book_tree(tree, indicators={"x": "amount"}))))
    one, other = (scorer.score(readings_of(x=x)).total for x in (1, 2))
    assert (one.points, other.points) == (Fraction(1), Fraction(1))
    assert one != other  # the traces tell different values
    assert one == scorer.score(readings_of(x=1)).total
    assert one != "1"
