"""Scales: how a value becomes points. One module for each family of kinds, all coming down to routes and pieces."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tieuchi.model.canonical import Route
from tieuchi.model.scale import any_violation as _any_violation
from tieuchi.model.scale import bands as _bands
from tieuchi.model.scale import branches as _branches
from tieuchi.model.scale import by_unit_kind as _by_unit_kind
from tieuchi.model.scale import checklist as _checklist
from tieuchi.model.scale import deadline as _deadline
from tieuchi.model.scale import lateness as _lateness
from tieuchi.model.scale import linear as _linear
from tieuchi.model.scale import plain as _plain
from tieuchi.model.scale import relative as _relative
from tieuchi.model.scale import steps as _steps
from tieuchi.model.scale.case import Case, Span
from tieuchi.model.value import OneOf


class Scale(OneOf):
    """How a value becomes points. Exactly one of these keys."""

    bands: _bands.Bands | None = None
    """Steps on a value."""
    linear: _linear.LinearScale | None = None
    """Points in proportion to the value."""
    any_violation: _any_violation.AnyViolation | None = None
    """Full points or none, on a count of what should not happen."""
    deduction: _steps.Deduction | None = None
    """Points off for each violation, down to a floor."""
    per_item: _steps.PerItem | None = None
    """Points for each item, up to a cap."""
    increments: _steps.Increments | None = None
    """A base, then more for each further step, up to a cap."""
    lateness: _lateness.Lateness | None = None
    """Tasks assigned, done and late."""
    deadline: _deadline.Deadline | None = None
    """A date against the day it is due."""
    checklist: _checklist.Checklist | None = None
    """Lettered parts, added up."""
    branches: _branches.Branches | None = None
    """Alternatives behind conditions."""
    by_unit_kind: _by_unit_kind.ByUnitKind | None = None
    """Another scale that counts less for some kinds of unit."""
    relative_to_best: _relative.RelativeToBest | None = None
    """The share of the best value of the group."""
    target_and_leader: _relative.TargetAndLeader | None = None
    """A target, and beyond it the share of the leader's excess."""
    declared: _plain.Declared | None = None
    """Points taken over from an appraisal."""
    findings_only: _plain.FindingsOnly | None = None
    """Full points, of which only findings take any."""


for _module in (_branches, _by_unit_kind):
    vars(_module)["Scale"] = Scale  # their models hold scales again; the name is looked up when one is first read


def scale_routes(scale: Scale, case: Case) -> tuple[Route, ...]:
    """Return the routes of a scale; whatever does not add up goes to ``case.sink``, below the scale's own key."""
    inside = case.inside(scale.kind)
    shape = getattr(scale, scale.kind)
    if scale.branches is not None:
        return _branches.routes(scale.branches, inside, scale_routes)
    if scale.by_unit_kind is not None:
        return _by_unit_kind.routes(scale.by_unit_kind, inside, scale_routes)
    return _ROUTES[scale.kind](shape, inside)


_ROUTES: dict[str, Callable[[Any, Case], tuple[Route, ...]]] = {
    "bands": _bands.routes,
    "linear": _linear.routes,
    "any_violation": _any_violation.routes,
    "deduction": _steps.deduction_routes,
    "per_item": _steps.per_item_routes,
    "increments": _steps.increments_routes,
    "lateness": _lateness.routes,
    "deadline": _deadline.routes,
    "checklist": _checklist.routes,
    "relative_to_best": _relative.relative_routes,
    "target_and_leader": _relative.leader_routes,
    "declared": _plain.declared_routes,
    "findings_only": _plain.findings_routes,
}

TAKES_NO_VALUE = frozenset({"lateness", "deadline", "checklist", "declared", "findings_only"})
"""Kinds that name their own readings."""

__all__ = ["TAKES_NO_VALUE", "Case", "Scale", "Span", "scale_routes"]
