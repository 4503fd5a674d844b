"""The unit that shows a sum of maxima earns just what is told of it, by the exact road, in every part."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from random import Random

import pytest

from random_books import draw_book
from small_books import book_tree, group, leaf, node_of
from tieuchi.algebra.domain import Domain
from tieuchi.algebra.most import Earner, earner_of, most_together
from tieuchi.algebra.query import Query
from tieuchi.algebra.solve import solve
from tieuchi.errors import Example, RulebookError
from tieuchi.loading.bundled import rulebook_names
from tieuchi.loading.rulebook import load_rulebook, rulebook_of, rulebook_tree
from tieuchi.loading.tree_paths import edited
from tieuchi.model.canonical import FindingTest, Relative, Tally
from tieuchi.model.number import parse_number
from tieuchi.model.plan import LeafPlan, Plan, compile_plan
from tieuchi.model.scorecard import Inputs
from tieuchi.scoring.scorer import Scorer


def alone(part: LeafPlan) -> bool:
    """Say whether a sub-criterion looks neither at a group nor, as no rulebook that loads does, at findings."""
    tests = [*part.applies, *(test for route in part.routes for test in route.tests)]
    tests += [
        t for route in part.routes if isinstance(route.measured, Tally) for i in route.measured.items for t in i.tests
    ]
    compared = any(isinstance(route.measured, Relative) for route in part.routes)
    return not compared and not any(isinstance(test, FindingTest) for test in tests)


def values_of(example: Example, plan: Plan) -> dict[str, Fraction | bool | str]:
    found: dict[str, Fraction | bool | str] = {}
    for name, text in example.readings.items():
        kind = plan.indicators[name].kind
        if isinstance(text, bool) or kind == "choice":
            found[name] = text
        else:
            found[name] = Fraction(date.fromisoformat(text).toordinal()) if kind == "date" else parse_number(text)
    return found


@pytest.mark.parametrize("name", rulebook_names())
def test_a_bundled_rulebook_with_another_maximum_is_shown_by_a_unit_that_earns_all(name: str) -> None:
    plan = compile_plan(load_rulebook(name))
    more = str(plan.book.max_points + 1)
    root = edited(rulebook_tree(name), ("max_points",), lambda node: replace(node, text=more))
    with pytest.raises(RulebookError) as caught:
        rulebook_of(root)
    (issue,) = (issue for issue in caught.value.issues if issue.code == "R402")
    (example,) = issue.examples
    assert parse_number(example.total) == plan.book.max_points
    assert issue.clauses == (plan.book.id, *(part.id for part in plan.book.criteria))
    assert len(issue.there) == len(plan.book.criteria)
    inputs = Inputs(example.unit_kind, values_of(example, plan), {})
    scorer = Scorer(plan)
    earned = dict.fromkeys(example.points, Fraction(0))
    for part in plan.leaves:
        base = part.criterion.max_points if part.declared else scorer.score_one(part, inputs, {}).base_points
        assert base is not None, part.id
        earned[(*part.ancestors, part.id)[0]] += base
    assert {name: parse_number(points) for name, points in example.points.items()} == earned


def test_what_is_earned_at_once_is_what_the_exact_road_gives() -> None:
    shown = 0
    for seed in range(60):
        plan = draw_book(Random(f"most-{seed}"), 5)
        domain, scorer = Domain(plan.indicators, tuple(plan.book.unit_kinds)), Scorer(plan)
        leaves = [part for part in plan.leaves if not part.declared and alone(part)]
        earners = [earner_of(part.routes, part.applies, part.indicators, plan.indicators) for part in leaves]
        found = most_together(earners, domain, lambda query, names, domain=domain: solve(query, domain, names))
        if found is None:
            continue
        witness, points = found
        for part, expected in zip(leaves, points, strict=True):
            trace = scorer.score_one(part, Inputs(witness.unit_kind, witness.values, {}), {})
            assert trace.base_points == expected, (seed, part.id)
            shown += 1
    assert shown > 50


def test_where_criteria_want_different_things_of_one_reading_no_unit_is_shown() -> None:
    some = leaf({"any_violation": {"allowed": "3"}}, value={"count": "n"}, id="1.1")
    few = leaf({"per_item": {"each": "1"}}, value={"count": "n"}, id="1.2", max_points="9")
    with pytest.raises(RulebookError) as caught:
        rulebook_of(node_of(book_tree(group("1", some, few), max_points="12", indicators={"n": "count"})))
    (issue,) = caught.value.issues
    assert (issue.code, issue.examples) == ("R402", ())


def test_too_many_questions_are_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tieuchi.algebra.most.MOST_ASKED", 1)
    anything = Earner(((Fraction(1), Query(())),), ())
    domain = Domain({}, ())
    ask = lambda query, names: solve(query, domain, names)  # noqa: E731
    assert most_together([anything], domain, ask) is not None
    assert most_together([anything] * 2, domain, ask) is None
