"""A sub-criterion as one number of its rulebook turns: which of its own numbers move with it, and how.

It is looked at for a few values of the dial beside each other; each number that differs is fitted exactly. Numbers that
follow in jumps (a whole count at which nothing is left to take off) are left out: where they matter, what stands on
their two sides meets.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from tieuchi.model.plan import FindingPlan, LeafPlan, Plan
from tieuchi.model.rulebook import Consequence
from tieuchi.whatif.ratio import Ratio, fitted

Path = tuple[str | int, ...]
PROBES = 5


class UnfitError(Exception):
    """A number does not follow the dial in a way that can be told exactly."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What of a plan decides the points of one sub-criterion."""

    leaf: LeafPlan
    floor: Fraction
    findings: tuple[FindingPlan, ...]

    @property
    def parts(self) -> dict[str, Any]:
        """The parts whose numbers can move."""
        tests = tuple(finding.tests for finding in self.findings)
        leaf = self.leaf
        return {
            "routes": leaf.routes,
            "applies": leaf.applies,
            "consequences": leaf.consequences,
            "floor": self.floor,
            "most": leaf.criterion.max_points,
            "findings": tests,
        }


def subject_of(plan: Plan, place: int) -> Subject:
    """Return what decides the points of a sub-criterion of a plan."""
    leaf = plan.leaves[place]
    return Subject(leaf, leaf.floor, plan.findings)


class Moving:
    """How the numbers of a sub-criterion move. ``numbers`` are those that do, by where they stand.

    Args:
        subjects: The sub-criterion at a few values of the dial, at least four.

    Raises:
        UnfitError: It has another shape at each of them, or its floor or maximum moves.
    """

    def __init__(self, subjects: Mapping[Fraction, Subject]) -> None:
        self.subjects = subjects
        self.subject = next(iter(subjects.values()))
        told = {value: dict(_numbers(subject.parts)) for value, subject in subjects.items()}
        shape = _shape(self.subject.parts)
        if any(_shape(subject.parts) != shape for subject in subjects.values()):
            raise UnfitError
        self.numbers: dict[Path, Ratio] = {}
        for path, value in next(iter(told.values())).items():
            found = fitted([(at, numbers[path]) for at, numbers in told.items()])
            if found is not None and any(numbers[path] != value for numbers in told.values()):
                self.numbers[path] = found
        if ("floor",) in self.numbers or ("most",) in self.numbers:
            raise UnfitError

    @property
    def findings_move(self) -> bool:
        """Whether what findings say depends on the dial."""
        return any(path[0] == "findings" for path in self.numbers)

    def at(self, value: Fraction) -> Subject:
        """Return the sub-criterion at a value of the dial, all its numbers following as they do nearby."""
        moved = {path: ratio.at(value) for path, ratio in self.numbers.items()}
        parts = {
            name: _with(part, {path[1:]: number for path, number in moved.items() if path[0] == name})
            for name, part in self.subject.parts.items()
        }
        leaf = replace(
            self.subject.leaf, routes=parts["routes"], applies=parts["applies"], consequences=parts["consequences"]
        )
        pairs = zip(self.subject.findings, parts["findings"], strict=True)
        return Subject(leaf, self.subject.floor, tuple(replace(finding, tests=tests) for finding, tests in pairs))

    def number(self, path: Path) -> Ratio | None:
        """Return how a number moves, if it does."""
        return self.numbers.get(path)


def _numbers(node: Any, path: Path = ()) -> Iterator[tuple[Path, Fraction]]:
    """Yield every number of a part of a plan, with where it stands."""
    if isinstance(node, Fraction):
        yield path, node
    for step, below in _below(node):
        yield from _numbers(below, (*path, step))


def _below(node: Any) -> Iterator[tuple[str | int, Any]]:
    if isinstance(node, dict):
        yield from node.items()
    elif _named(node):
        yield from ((name, part) for name, part in zip(node._fields, node, strict=True) if name != "source")
    elif isinstance(node, tuple):
        yield from enumerate(node)
    elif isinstance(node, Consequence):
        yield from (("at_most", node.at_most), ("deduct", node.deduct))


def _named(node: Any) -> bool:
    """Say whether a tuple has names for its parts, as routes, pieces and tests have."""
    return isinstance(node, tuple) and hasattr(node, "_fields")


def _shape(node: Any) -> Any:
    """Return a part of a plan with its numbers taken out."""
    if isinstance(node, Fraction):
        return None
    below = tuple((step, _shape(part)) for step, part in _below(node))
    return (type(node), below) if below or isinstance(node, tuple) else node


def _with(node: Any, numbers: Mapping[Path, Fraction]) -> Any:
    """Return a part of a plan with some numbers replaced."""
    if not numbers:
        return node
    if () in numbers:
        return numbers[()]
    inner: dict[str | int, dict[Path, Fraction]] = {}
    for path, number in numbers.items():
        inner.setdefault(path[0], {})[path[1:]] = number
    if isinstance(node, tuple) and not _named(node):
        return tuple(_with(part, inner.get(place, {})) for place, part in enumerate(node))
    changed = {str(step): _with(getattr(node, str(step)), found) for step, found in inner.items()}
    return node.model_copy(update=changed) if isinstance(node, Consequence) else node._replace(**changed)


def spread(low: Fraction, high: Fraction) -> list[Fraction]:
    """Return a few values inside an interval: evenly, and close to both ends."""
    evenly = [low + (high - low) * Fraction(place, PROBES + 1) for place in range(1, PROBES + 1)]
    near = (high - low) / 1009
    return [low + near, *evenly, high - near]
