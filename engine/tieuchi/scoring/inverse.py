"""The way back from points to readings: at which value of one reading a quotient meets an edge.

Every test and every value is a quotient of linear forms, so with all other readings staying as they are each edge is
met at one rational value of the reading. ``explain`` takes from it the nearest change that gains, ``whatif`` every
step of every reading.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from tieuchi.model.canonical import FindingTest, Quotient, Tally, Test
from tieuchi.model.plan import LeafPlan, Plan
from tieuchi.model.scorecard import Inputs
from tieuchi.scoring.tests import linear_value

ZERO = Fraction(0)


def meeting(quotient: Quotient, edge: Fraction, name: str, inputs: Inputs) -> Fraction | None:
    """Return the value of a reading at which a quotient meets an edge; None where there is none or every value does.

    Example:
        >>> from tieuchi.model.canonical import Linear
        >>> done, assigned = (Linear(((name, Fraction(1)),)) for name in ("done", "assigned"))
        >>> share = Quotient(done, assigned, named=("done", "assigned"))
        >>> meeting(share, Fraction(4, 5), "done", Inputs("", {"done": Fraction(7), "assigned": Fraction(12)}, {}))
        Fraction(48, 5)
    """
    if any(other not in inputs.values for other in quotient.indicators):
        return None
    slope = dict(quotient.numerator.terms).get(name, ZERO) - edge * dict(quotient.denominator.terms).get(name, ZERO)
    if not slope:
        return None
    above, below = linear_value(quotient.numerator, inputs.values), linear_value(quotient.denominator, inputs.values)
    now = inputs.values[name]
    assert isinstance(now, Fraction)
    return now + (edge * below - above) / slope


def crossings(quotient: Quotient, edge: Fraction) -> tuple[Fraction, ...]:
    """Return where a value crosses an edge; one that is cut to a step does so at a multiple of the step.

    Example:
        >>> from tieuchi.model.canonical import UNIT
        >>> crossings(Quotient(UNIT, step=Fraction(1, 2)), Fraction(3, 4))
        (Fraction(3, 4), Fraction(1, 2), Fraction(1, 1))
    """
    if quotient.step is None:
        return (edge,)
    steps = (edge / quotient.step).__floor__()
    return (edge, steps * quotient.step, (steps + 1) * quotient.step)


def own_tests(leaf: LeafPlan) -> Iterator[Test]:
    """Yield every test that stands in a sub-criterion itself."""
    yield from leaf.applies
    for route in leaf.routes:
        yield from route.tests
        if isinstance(route.measured, Tally):
            yield from (test for item in route.measured.items for test in item.tests)


def tests_of_leaf(plan: Plan, leaf: LeafPlan) -> Iterator[Test]:
    """Yield every test that the points of a sub-criterion can rest on, also those of findings."""
    yield from own_tests(leaf)
    last = max((index for index, _ in leaf.consequences), default=-1)
    if any(isinstance(test, FindingTest) for test in own_tests(leaf)):
        last = len(plan.findings) - 1
    for finding in plan.findings[: last + 1]:
        yield from finding.tests
