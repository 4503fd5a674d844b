"""Everything doubtful about one rulebook, sorted by place."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from tieuchi.errors import Issue
from tieuchi.loading.checks import criteria_with_paths
from tieuchi.loading.refusals import path_text
from tieuchi.loading.yaml_source import Node
from tieuchi.model.number import exact_text
from tieuchi.model.plan import compile_plan
from tieuchi.model.rulebook import Rulebook
from tieuchi.proofs.book import finding_doubts, grade_doubts, weight_doubts
from tieuchi.proofs.domain import Domain
from tieuchi.proofs.doubt import Doubt, Path, Raised
from tieuchi.proofs.leaf import leaf_doubts
from tieuchi.proofs.percent import condition_doubts, percent_doubts
from tieuchi.proofs.reach import Reach
from tieuchi.scoring.scorer import Scorer


def doubts_of(book: Rulebook, root: Node) -> list[Doubt]:
    """Return what a rulebook that loads says but hardly means, and what could not be proven, sorted by place.

    Args:
        book: The rulebook.
        root: The tree it was read from, for the places.
    """
    found = [_placed(raised, root) for raised in _raised(book, root)]
    return sorted(found, key=lambda doubt: (doubt.issue.position, doubt.issue.code))


def _raised(book: Rulebook, root: Node) -> Iterator[Raised]:
    plan = compile_plan(book)
    scorer = Scorer(plan)
    domain = Domain(plan.indicators, tuple(book.unit_kinds))
    paths = {criterion.id: path for criterion, path in criteria_with_paths(book)}
    for leaf in plan.leaves:
        path = paths[leaf.id]
        mixed = [_below(path, raised) for raised in percent_doubts(leaf, root.at(path), plan.indicators)]
        yield from mixed
        yield from (_below(path, raised) for raised in weight_doubts(leaf.criterion))
        for raised in leaf_doubts(Reach(leaf, domain, scorer)):
            # A threshold a hundred times too large leaves clauses and points that nobody reaches; said once.
            if not mixed or raised.code not in ("W501", "W502", "W505"):
                yield _below(path, raised)
    yield from finding_doubts(plan, domain)
    order = {finding.id: place for place, finding in enumerate(book.findings)}
    for found in plan.findings:
        yield from condition_doubts(found.tests, ("findings", order[found.finding.id]), root, plan.indicators)
    yield from grade_doubts(plan)


def _below(path: Path, raised: Raised) -> Raised:
    other = None if raised.other is None else (*path, *raised.other)
    return Raised(
        (*path, *raised.path),
        raised.code,
        raised.facts,
        raised.witness,
        raised.unit_kind,
        raised.clauses,
        other,
        raised.severity,
    )


def _placed(raised: Raised, root: Node) -> Doubt:
    words = {k: exact_text(v) if isinstance(v, Fraction) else str(v) for k, v in raised.facts.items()}
    node = root.at(raised.path)
    issue = Issue(raised.code, node.position, path_text(raised.path), words, raised.severity)
    there = root.at(raised.other).position if raised.other is not None else None
    return Doubt(issue, raised.witness, raised.unit_kind, raised.clauses, there)
