"""Many units scored once by one rulebook, so that thresholds can be moved under them.

Points are kept in whole quanta, rounded half up once for each sub-criterion: the numbers that every many-unit road
gives. ``exact`` totals are there as well, for ranks among few units.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tieuchi.columnar.layout import STATES
from tieuchi.columnar.readings_rows import rows_of
from tieuchi.columnar.road import score_rows
from tieuchi.model.canonical import Relative
from tieuchi.model.number import round_to
from tieuchi.model.plan import FindingPlan, LeafPlan, Plan
from tieuchi.model.reading import Readings
from tieuchi.model.rulebook import Criterion
from tieuchi.model.scorecard import Trace
from tieuchi.scoring.aggregate import build_total
from tieuchi.scoring.compiled import CompiledRoute, compile_leaf
from tieuchi.scoring.findings import answer_findings
from tieuchi.scoring.inputs import inputs_of
from tieuchi.scoring.leaf import score_leaf
from tieuchi.scoring.scorer import Scorer
from tieuchi.scoring.unit import Unit, numbers_of
from tieuchi.whatif.ranking import ranks

Ints = NDArray[np.int64]
_Scored = tuple[Ints, NDArray[np.bool_], Ints, NDArray[np.bool_]]
"""Points of all sub-criteria and which are open, the least that totals can be, and which are settled."""
Progress = Callable[[int, int], None]
OPEN = ("missing", "refused")
"""States of a sub-criterion whose points are not settled."""
MANY = 300
"""Units from which the columnar road is quicker than scoring one after the other."""


def silent(_done: int, _all: int) -> None:
    """Show no progress."""


class Cohort:
    """Units on which thresholds are tried.

    ``points`` are quanta, a row for each sub-criterion, a column for each unit; ``totals`` are quanta. Units whose
    total is not ``settled`` have the least it can be there, which is neither shown nor ranked; ``unsettled`` are their
    places.
    """

    def __init__(self, plan: Plan, readings: Sequence[Readings], progress: Progress = silent) -> None:
        self.plan = plan
        self.readings = tuple(readings)
        self.names = tuple(r.unit.id for r in readings)
        grouped = any(isinstance(route.measured, Relative) for leaf in plan.leaves for route in leaf.routes)
        self._best = Scorer(plan).best_of(readings) if grouped else {}
        self._finding_names = tuple(finding.finding.id for finding in plan.findings)
        self._signs = [sign_of(plan, leaf) for leaf in plan.leaves]
        units = []
        for place, one in enumerate(self.readings):
            units.append(self._unit(one))
            progress(place + 1, len(readings))
        self.units = tuple(units)
        in_columns = self.additive and len(self.units) >= MANY
        self.points, self._open, low, self.settled = self._in_columns() if in_columns else self._one_by_one()
        self.unsettled = tuple(np.flatnonzero(~self.settled).tolist())
        # Points are rounded to quanta one by one, as every many-unit road does, and so is what they add up to.
        added = (self.points * np.array(self._signs, np.int64)[:, None]).sum(axis=0)
        self.totals = np.where(self.settled, added, low) if self.additive else low

    def _in_columns(self) -> _Scored:
        """Score by the columnar road."""
        program, rows = rows_of(self.plan, self.readings)
        found = score_rows(program, rows)
        low = found.sum_low[found.total].astype(np.int64)
        is_open = np.isin(found.states, [STATES.index(state) for state in OPEN])
        return found.points.astype(np.int64), is_open, low, found.sum_states[found.total] < 2

    def _one_by_one(self) -> _Scored:
        """Return the same by the exact road, which is quicker for a few units."""
        points = [[self.quanta(trace.points) for trace in traces] for traces in self._traces]
        totals = [build_total(self.plan.book, iter(traces)) for traces in self._traces]
        low = np.array([self.quanta(total.low) for total in totals], np.int64)
        table = np.array(points, np.int64).reshape(-1, len(self.plan.leaves))
        settled = np.array([total.points is not None for total in totals], bool)
        states = [[trace.state in OPEN for trace in traces] for traces in self._traces]
        is_open = np.array(states, bool).reshape(-1, len(self.plan.leaves)).T
        return table.T.copy(), is_open, low, settled

    @cached_property
    def _traces(self) -> list[list[Trace]]:
        compiled = [(leaf, compile_leaf(leaf)) for leaf in self.plan.leaves]
        return [[self.score(leaf, made, unit) for leaf, made in compiled] for unit in self.units]

    def _unit(self, readings: Readings) -> Unit:
        inputs = inputs_of(readings)
        answers = answer_findings(self.plan, inputs) if self._finding_names else {}
        return Unit(inputs, numbers_of(inputs), answers, self._finding_names, self._best)

    @cached_property
    def exact(self) -> tuple[Fraction | None, ...]:
        """The exact total of every unit; None where it is not settled."""
        return tuple(build_total(self.plan.book, iter(traces)).points for traces in self._traces)

    def open(self, place: int) -> NDArray[np.bool_]:
        """Return the units whose points in one sub-criterion are not settled."""
        found: NDArray[np.bool_] = self._open[place]
        return found

    def ranks(self, totals: NDArray[Any], settled: NDArray[np.bool_] | None = None) -> Ints:
        """Return ranks by some totals among the units that are settled; 0 for all others, which have none."""
        return ranks(totals, self.plan.book.ranking.ties, self.settled if settled is None else settled)

    def under(self, findings: tuple[FindingPlan, ...]) -> tuple[Unit, ...]:
        """Return the units as changed findings see them."""
        if findings == self.plan.findings:
            return self.units
        plan = replace(self.plan, findings=findings)
        return tuple(replace(unit, findings=answer_findings(plan, unit.inputs)) for unit in self.units)

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
