"""Many units scored once by one rulebook, so that thresholds can be moved under them.

Points are kept in whole quanta, rounded half up once for each sub-criterion: the numbers that every many-unit road
gives. ``exact`` totals are there as well, for ranks among few units.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from tieuchi.model.number import round_to
from tieuchi.model.plan import LeafPlan, Plan
from tieuchi.model.reading import Readings
from tieuchi.model.rulebook import Criterion
from tieuchi.model.scorecard import Trace
from tieuchi.scoring.aggregate import build_total
from tieuchi.scoring.compiled import CompiledRoute, Number, compile_leaf
from tieuchi.scoring.findings import answer_findings
from tieuchi.scoring.inputs import inputs_of
from tieuchi.scoring.leaf import Unit, score_leaf
from tieuchi.scoring.scorer import Scorer

Ints = NDArray[np.int64]
Progress = Callable[[int, int], None]


def silent(_done: int, _all: int) -> None:
    """Show no progress."""


class Cohort:
    """Units on which thresholds are tried."""

    def __init__(self, plan: Plan, readings: Sequence[Readings], progress: Progress = silent) -> None:
        self.plan = plan
        self.readings = tuple(readings)
        self.names = tuple(r.unit.id for r in readings)
        best = Scorer(plan).best_of(readings)
        findings = tuple(finding.finding.id for finding in plan.findings)
        self.units = tuple(self._unit(r, findings, best) for r in readings)
        compiled = [compile_leaf(leaf) for leaf in plan.leaves]
        self.points = np.zeros((len(plan.leaves), len(readings)), np.int64)
        self.settled = np.ones((len(plan.leaves), len(readings)), bool)
        self.exact: list[Fraction | None] = []
        self.totals = np.zeros(len(readings), np.int64)
        self._signs = [sign_of(plan, leaf) for leaf in plan.leaves]
        for place, unit in enumerate(self.units):
            traces = [self.score(leaf, compiled[leaf.index], unit) for leaf in plan.leaves]
            self._keep(place, traces)
            progress(place + 1, len(readings))

    def _unit(self, readings: Readings, findings: tuple[str, ...], best: object) -> Unit:
        inputs = inputs_of(readings)
        numbers: dict[str, Number] = {
            n: v.numerator if v.denominator == 1 else v for n, v in inputs.values.items() if isinstance(v, Fraction)
        }
        answers = answer_findings(self.plan, inputs) if findings else {}
        return Unit(inputs, numbers, answers, findings, best)  # type: ignore[arg-type]

    def _keep(self, place: int, traces: list[Trace]) -> None:
        for leaf, trace in zip(self.plan.leaves, traces, strict=True):
            self.points[leaf.index, place] = self.quanta(trace.points)
            self.settled[leaf.index, place] = trace.points is not None or trace.state == "not_applicable"
        total = build_total(self.plan.book, iter(traces)).points
        self.exact.append(total)
        if self.additive:
            signs = np.array(self._signs, np.int64)
            self.totals[place] = int((self.points[:, place] * signs).sum())
        else:
            self.totals[place] = self.quanta(total)

    def score(self, leaf: LeafPlan, compiled: tuple[CompiledRoute, ...], unit: Unit) -> Trace:
        """Score one sub-criterion, as it is or changed, for one unit."""
        return score_leaf(leaf, compiled, leaf.criterion.rounding or self.plan.book.rounding.points, unit)

    def quanta(self, points: Fraction | None) -> int:
        """Return points in whole quanta, rounded half up; 0 where there are none.

        Example:
            >>> int(round_to(Fraction(1, 3) / Fraction(1, 1_000_000), 0))
            333333
        """
        return 0 if points is None else int(round_to(points / self.plan.book.quantum, 0))

    def points_of(self, quanta: int) -> Fraction:
        """Return quanta as points."""
        return int(quanta) * self.plan.book.quantum

    @property
    def additive(self) -> bool:
        """Whether a total is the plain sum of its sub-criteria: nothing rounded, capped or rescaled on the way."""
        book = self.plan.book
        if book.rounding.sums or book.rounding.total or book.rescale:
            return False
        return not any(_bends(criterion) for criterion in book.criteria)

    def sign(self, leaf: LeafPlan) -> int:
        """Return -1 for a sub-criterion whose points are taken off the total, else 1."""
        return self._signs[leaf.index]


def _bends(criterion: Criterion) -> bool:
    if criterion.criteria is None:
        return False
    capped = criterion.block is not None and criterion.block.at_most is not None
    return bool(criterion.rounding or criterion.rescale or capped) or any(_bends(c) for c in criterion.criteria)


def sign_of(plan: Plan, leaf: LeafPlan) -> int:
    """Return -1 where a sub-criterion stands in a penalty block, else 1."""
    top = (leaf.ancestors or (leaf.id,))[0]
    block = next(criterion.block for criterion in plan.book.criteria if criterion.id == top)
    return -1 if block is not None and block.kind == "penalty" else 1
