"""What a change of rules does to units: the same readings scored by both rulebooks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from tieuchi.model.plan import compile_plan
from tieuchi.model.reading import Readings
from tieuchi.model.rulebook import Rulebook
from tieuchi.model.scorecard import Scorecard
from tieuchi.scoring.scorer import Scorer


@dataclass(frozen=True, slots=True)
class UnitEffect:
    """One unit under both rulebooks; points are None where something is missing."""

    unit: str
    name: str
    before: Fraction | None
    after: Fraction | None
    grade_before: str | None
    grade_after: str | None
    by_criterion: tuple[tuple[str, Fraction], ...]
    """What each sub-criterion that both have adds to the change, the largest first."""

    @property
    def delta(self) -> Fraction | None:
        """What the unit gains; below zero what it loses."""
        return None if self.before is None or self.after is None else self.after - self.before


def effects_of(old: Rulebook, new: Rulebook, units: Sequence[Readings]) -> tuple[UnitEffect, ...]:
    """Return the effect on each unit, those that lose most first, the unsettled last.

    Args:
        old: The rulebook that was in force.
        new: The one that takes its place.
        units: The readings of each unit, of the indicators of both.
    """
    scorers = Scorer(compile_plan(old)), Scorer(compile_plan(new))
    found = [_effect(scorers[0].score(unit, units), scorers[1].score(unit, units)) for unit in units]
    return tuple(sorted(found, key=lambda e: (e.delta is None, e.delta or 0, e.unit)))


def _effect(before: Scorecard, after: Scorecard) -> UnitEffect:
    points = {node.id: node.points for node in before.leaves()}
    parts: list[tuple[str, Fraction]] = []
    for node in after.leaves():
        was = points.get(node.id)
        if was is not None and node.points is not None and node.points != was:
            parts.append((node.id, node.points - was))
    unit = after.readings.unit
    parts.sort(key=lambda part: (-abs(part[1]), part[0]))
    return UnitEffect(
        unit.id, unit.name, before.total.points, after.total.points, before.grade, after.grade, tuple(parts)
    )
