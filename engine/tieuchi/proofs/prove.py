"""Everything doubtful about one rulebook, sorted by place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from tieuchi.algebra.domain import Domain
from tieuchi.algebra.example import example_of
from tieuchi.errors import Issue
from tieuchi.loading.checks import criteria_with_paths
from tieuchi.loading.refusals import path_text
from tieuchi.loading.yaml_source import Node
from tieuchi.model.number import exact_text
from tieuchi.model.plan import Plan, compile_plan
from tieuchi.model.rulebook import Rulebook
from tieuchi.proofs.book import finding_doubts, grade_doubts, weight_doubts
from tieuchi.proofs.doubt import Path, Raised
from tieuchi.proofs.leaf import leaf_doubts
from tieuchi.proofs.percent import condition_doubts, percent_doubts
from tieuchi.proofs.reach import Reach
from tieuchi.scoring.scorer import Scorer


def doubts_of(book: Rulebook, root: Node) -> list[Issue]:
    """Return what a rulebook that loads says but hardly means, and what could not be proven, sorted by place.

    Args:
        book: The rulebook.
        root: The tree it was read from, for the places.
    """
    plan = compile_plan(book)
    domain = Domain(plan.indicators, tuple(book.unit_kinds))
    found = [_placed(raised, root, domain) for raised in _raised(plan, domain, root)]
    return sorted(found, key=lambda doubt: (doubt.position, doubt.code))


def _raised(plan: Plan, domain: Domain, root: Node) -> Iterator[Raised]:
    book = plan.book
    scorer = Scorer(plan)
    paths = {criterion.id: path for criterion, path in criteria_with_paths(book)}
    for leaf in plan.leaves:
        path = paths[leaf.id]
        reach = Reach(leaf, domain, scorer)
        mixed = list(percent_doubts(leaf, root.at(path), plan.indicators))
        raised_by_leaf = list(leaf_doubts(reach))
        # A threshold a hundred times too large leaves clauses and points that nobody reaches; said once.
        echoes = [raised for raised in raised_by_leaf if mixed and raised.code in ("W501", "W502", "W505")]
        own = [raised for raised in raised_by_leaf if raised not in echoes]
        shown = [_shown(raised, echoes, reach) for raised in mixed]
        for raised in (*shown, *weight_doubts(leaf.criterion), *own):
            yield _below(path, raised)
    yield from finding_doubts(plan, domain)
    order = {finding.id: place for place, finding in enumerate(book.findings)}
    for found in plan.findings:
        yield from condition_doubts(found.tests, ("findings", order[found.finding.id]), root, plan.indicators)
    yield from grade_doubts(plan)


def _shown(raised: Raised, echoes: list[Raised], reach: Reach) -> Raised:
    """Return a mix-up of shares and numbers with the readings of what comes of it, best at the same clause."""
    near = sorted(echoes, key=lambda echo: (echo.path != raised.path[: len(echo.path)], echo.witness is None))
    if near and near[0].witness is not None:
        return replace(raised, witness=near[0].witness, clauses=near[0].clauses, other=near[0].other)
    return replace(raised, witness=reach.whoever())


def _below(path: Path, raised: Raised) -> Raised:
    other = None if raised.other is None else (*path, *raised.other)
    return replace(raised, path=(*path, *raised.path), other=other)


def _placed(raised: Raised, root: Node, domain: Domain) -> Issue:
    words = {k: exact_text(v) if isinstance(v, Fraction) else str(v) for k, v in raised.facts.items()}
    there = root.at(raised.other).position if raised.other is not None else None
    shown = (example_of(raised.witness, domain),) if raised.witness is not None else ()
    place, path = root.at(raised.path).position, path_text(raised.path)
    return Issue(raised.code, place, path, words, raised.severity, raised.clauses, there, shown)
