"""On rulebooks of every kind of scale each witness is a reading there can be, and lands on the piece it is for."""

from __future__ import annotations

from random import Random

import pytest

from random_books import SCALES, draw_book
from tieuchi.algebra.domain import Domain
from tieuchi.algebra.query import Witness
from tieuchi.model.canonical import FindingTest, Relative, Tally
from tieuchi.model.plan import LeafPlan, Plan
from tieuchi.model.scorecard import Inputs
from tieuchi.proofs.reach import Reach
from tieuchi.scoring.scorer import Scorer


def check_leaf(plan: Plan, leaf: LeafPlan, scorer: Scorer, domain: Domain) -> int:
    """Return how many pieces have a witness, each of which the exact road takes onto just that piece."""
    tests = [*leaf.applies, *(test for route in leaf.routes for test in route.tests)]
    tests += [t for r in leaf.routes if isinstance(r.measured, Tally) for i in r.measured.items for t in i.tests]
    if any(isinstance(test, FindingTest) for test in tests):
        return 0  # the loader refuses findings as conditions of a criterion
    reach = Reach(leaf, domain, scorer)
    shown = 0
    for place, route in enumerate(leaf.routes):
        if isinstance(route.measured, (Relative, Tally)):
            continue
        for index in range(len(route.pieces)):
            answer = reach.piece(place, index)
            if not isinstance(answer, Witness):
                continue
            for name, value in answer.values.items():
                if domain.numeric(name):
                    assert domain.range_of(name).holds(value), (leaf.id, name, value)  # type: ignore[arg-type]
            trace = scorer.score_one(leaf, Inputs(answer.unit_kind, answer.values, {}), {})
            assert (trace.route, trace.piece) == (place, index), (leaf.criterion, answer)
            shown += 1
    return shown


@pytest.mark.parametrize("scale", SCALES)
def test_every_witness_lands_on_its_piece_by_the_exact_road(scale: str) -> None:
    shown = 0
    for seed in range(12):
        plan = draw_book(Random(f"witness-{scale}-{seed}"), 3, (scale,))
        domain, scorer = Domain(plan.indicators, tuple(plan.book.unit_kinds)), Scorer(plan)
        shown += sum(check_leaf(plan, leaf, scorer, domain) for leaf in plan.leaves if not leaf.declared)
    assert shown > 10 or scale in ("declared", "relative", "smallest", "checklist")
