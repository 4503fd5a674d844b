"""Conditions that can't hold together: which two of them clash, and readings by which those before the second hold."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tieuchi.algebra.domain import Domain
from tieuchi.algebra.query import Answer, Query, Witness, atoms_of
from tieuchi.model.canonical import Test
from tieuchi.model.lowering import test_indicators
from tieuchi.proofs.doubt import TOP, Path

Findings = dict[str, tuple[Test, ...]]
Placed = tuple[Path, Test]
"""A condition and its place."""


def clash_of(
    placed: Sequence[Placed], ask: Callable[[Query], Answer], domain: Domain, findings: Findings | None = None
) -> tuple[tuple[Path, ...], Witness | None]:
    """Return the places of what clashes and readings by which all hold that stand before it, if any are found.

    A condition that fails by itself clashes with the range of its reading: that is the second place.
    """

    def together(*tests: Test) -> Answer:
        return ask(Query(tuple(atom for test in tests for atom in atoms_of(test, findings))))

    tests = [test for _, test in placed]
    last = next((n for n in range(len(tests)) if together(*tests[: n + 1]) is None), None)
    if last is None:
        return (), None
    before = together(*tests[:last])
    shown = before if isinstance(before, Witness) else None
    if together(tests[last]) is None:
        return (placed[last][0], *declarations(test_indicators(tests[last]), domain)), shown
    other = next((n for n in range(last) if together(tests[n], tests[last]) is None), last - 1)
    return (placed[other][0], placed[last][0]), shown


def declarations(names: Sequence[str], domain: Domain) -> tuple[Path, ...]:
    """Return the places where indicators are declared."""
    order = list(domain.indicators)
    return tuple((TOP, "indicators", order.index(name)) for name in names if name in domain.indicators)
