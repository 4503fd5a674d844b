"""What another format can carry of a rulebook, and what is refused by name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tieuchi.errors import Issue, Position
from tieuchi.model.canonical import Relative
from tieuchi.model.plan import LeafPlan, Plan


@dataclass(frozen=True, slots=True)
class Portable:
    """The sub-criteria that a target can carry, and why the others are left out."""

    leaves: tuple[LeafPlan, ...]
    refused: tuple[Issue, ...]


def portable(plan: Plan, target: str) -> Portable:
    """Return what a format that scores one unit by sums of independent parts can carry.

    It knows no findings that act across criteria, no comparison with a group, no part that does not apply, no
    rescaling, no rounding inside the reckoning and no blocks.
    """
    refused = [_issue(plan.book.id, target, what) for what in _whole(plan)]
    kept = []
    for leaf in plan.leaves:
        reasons = list(_leaf(leaf))
        refused += [_issue(leaf.id, target, what) for what in reasons]
        if not reasons:
            kept.append(leaf)
    return Portable(tuple(kept), tuple(refused))


def _issue(criterion: str, target: str, what: str) -> Issue:
    return Issue("E100", Position(criterion), facts={"criterion": criterion, "target": target, "what": what})


def _whole(plan: Plan) -> Iterator[str]:
    book = plan.book
    if book.rescale or any(criterion.rescale for criterion in book.criteria):
        yield "rescale"
    if book.rounding.points or book.rounding.sums or book.rounding.total:
        yield "rounding"
    if any(criterion.block for criterion in book.criteria):
        yield "block"


def _leaf(leaf: LeafPlan) -> Iterator[str]:
    if leaf.applies:
        yield "applies_when"
    if leaf.consequences:
        yield "findings"
    if leaf.criterion.rounding:
        yield "rounding"
    if any(isinstance(route.measured, Relative) for route in leaf.routes):
        yield "relative_to_best"
    if any(route.not_applicable for route in leaf.routes):
        yield "not_applicable"
