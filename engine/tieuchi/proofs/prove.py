"""Everything doubtful about one rulebook, sorted by place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from tieuchi.algebra.domain import Domain
from tieuchi.algebra.example import example_of
from tieuchi.algebra.query import Witness
from tieuchi.errors import Issue
from tieuchi.loading.checks import criteria_with_paths
from tieuchi.loading.refusals import path_text
from tieuchi.loading.yaml_source import Node
from tieuchi.model.lowering import applies_tests
from tieuchi.model.number import exact_text
from tieuchi.model.plan import Plan, compile_plan
from tieuchi.model.rulebook import Rulebook
from tieuchi.proofs.book import grade_doubts, weight_doubts
from tieuchi.proofs.clauses import written_clauses
from tieuchi.proofs.doubt import TOP, Path, Raised
from tieuchi.proofs.findings import finding_doubts
from tieuchi.proofs.leaf import leaf_doubts
from tieuchi.proofs.percent import condition_doubts, percent_doubts
from tieuchi.proofs.places import written_path
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
        mixed = list(percent_doubts(leaf, root.at(path), domain))
        raised_by_leaf = list(leaf_doubts(reach))
        # A threshold a hundred times too large leaves clauses and points that nobody reaches; said once.
        echoes = [raised for raised in raised_by_leaf if mixed and raised.code in ("W501", "W502", "W505")]
        own = [raised for raised in raised_by_leaf if raised not in echoes]
        shown = [_shown(raised, echoes, reach) for raised in mixed]
        for raised in (*shown, *weight_doubts(leaf.criterion, reach, root.at(path)), *own):
            yield _below(path, raised, reach)
    yield from finding_doubts(plan, domain, scorer, paths)
    order = {finding.id: place for place, finding in enumerate(book.findings)}
    for found in plan.findings:
        yield from condition_doubts(found.tests, ("findings", order[found.finding.id]), root, domain)
    for criterion, path in criteria_with_paths(book):
        yield from condition_doubts(applies_tests(criterion), path, root, domain)
    yield from grade_doubts(plan, domain, scorer, root)


def _shown(raised: Raised, echoes: list[Raised], reach: Reach) -> Raised:
    """Return a mix-up of shares and numbers with the readings of what comes of it, best at the same clause."""
    if raised.code in ("W520", "W521"):
        return replace(raised, witness=_taking(raised.path, reach) or reach.whoever())
    near = sorted(echoes, key=lambda echo: (echo.path != raised.path[: len(echo.path)], echo.witness is None))
    if near and near[0].witness is not None:
        others = near[0].others if len(near[0].clauses) > 1 else raised.others
        return replace(raised, witness=near[0].witness, clauses=near[0].clauses, others=others)
    return replace(raised, witness=reach.whoever())


def _taking(path: Path, reach: Reach) -> Witness | None:
    """Return readings that take the clause in which a place is."""
    for clause in written_clauses(reach.leaf):
        if path[: len(clause.path)] == clause.path:
            answers = (reach.piece(*place) for place in clause.places)
            return next((answer for answer in answers if isinstance(answer, Witness)), None)
    return None


_WITHOUT_VALUE = frozenset({"W503", "W508"})
"""Doubts whose readings give no points, since they give no value."""


def _below(path: Path, raised: Raised, reach: Reach) -> Raised:
    """Return a doubt about a sub-criterion at its place in the rulebook, with what its readings earn."""
    others = tuple(other if other[:1] == (TOP,) else (*path, *other) for other in raised.others)
    told = raised.witness is not None and raised.code not in _WITHOUT_VALUE
    total = reach.earned(raised.witness) if told and raised.witness is not None else None
    return replace(raised, path=(*path, *raised.path), others=others, total=total)


def _placed(raised: Raised, root: Node, domain: Domain) -> Issue:
    words = {k: exact_text(v) if isinstance(v, Fraction) else str(v) for k, v in raised.facts.items()}
    here = written_path(root, raised.path)
    place, path = root.at(here).position, path_text(here)
    others = [root.at(written_path(root, other)).position for other in raised.others]
    there = tuple(other for other in others if other != place)
    example = None
    if raised.witness is not None:
        example = example_of(raised.witness, domain, points=raised.points, total=raised.total)
    shown = () if example is None else (example,)
    return Issue(raised.code, place, path, words, raised.severity, raised.clauses, there, shown)
