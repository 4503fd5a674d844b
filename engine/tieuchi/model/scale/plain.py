"""Two scales without a figure of their own.

``declared``: the points are taken over from an appraisal, with the readings naming them and their source.
``findings_only``: full points, of which only findings take any.
"""

from __future__ import annotations

from tieuchi.model.canonical import Route, constant
from tieuchi.model.fields import Strict
from tieuchi.model.scale.case import Case


class Declared(Strict):
    """Points come from the readings, as they are."""


class FindingsOnly(Strict):
    """Full points unless a finding says otherwise."""


def declared_routes(_scale: Declared, case: Case) -> tuple[Route, ...]:
    """Return no route: there is nothing to compute; inside another scale that would leave units without points."""
    if case.nested:
        case.report((), "R334", beside=("scale",), kind="declared")
    return ()


def findings_routes(_scale: FindingsOnly, case: Case) -> tuple[Route, ...]:
    """Return the maximum, whatever the readings."""
    return (Route((constant("no_finding", case.max_points),)),)
