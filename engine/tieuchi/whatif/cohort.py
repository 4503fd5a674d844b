"""Many units scored once by one rulebook, so that thresholds can be moved under them.

Points are kept in whole quanta, rounded half up once for each sub-criterion: the numbers that every many-unit road
gives. ``exact`` totals are there as well, for ranks among few units.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cached_property
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from tieuchi.columnar.best import best_values
from tieuchi.columnar.block import Rows
from tieuchi.columnar.layout import STATES
from tieuchi.columnar.program import Program
from tieuchi.columnar.road import score_rows
from tieuchi.model.canonical import Relative
from tieuchi.model.number import round_to
from tieuchi.model.plan import FindingPlan, LeafPlan, Plan
from tieuchi.model.reading import Readings
from tieuchi.model.rulebook import Criterion
from tieuchi.model.scorecard import Score, Trace
from tieuchi.scoring.aggregate import build_total
from tieuchi.scoring.compiled import CompiledRoute, compile_leaf
from tieuchi.scoring.findings import answer_findings
from tieuchi.scoring.inputs import inputs_of
from tieuchi.scoring.leaf import score_leaf
from tieuchi.scoring.scorer import Scorer
from tieuchi.scoring.unit import Unit
from tieuchi.whatif.columns import Columns
from tieuchi.whatif.progress import Progress, silent
from tieuchi.whatif.ranking import ranks
from tieuchi.whatif.table import TableUnits, columns_of, names_of, titles_of

Ints = NDArray[np.int64]
_Scored = tuple[Ints, NDArray[np.bool_], Ints, NDArray[np.bool_]]
"""Points of all sub-criteria and which are open, the least that totals can be, and which are settled."""
OPEN = ("missing", "refused")
"""States of a sub-criterion whose points are not settled."""
MANY = 300
"""Units from which the columnar road is quicker than scoring one after the other."""


class Cohort:
    """Units on which thresholds are tried.

    ``points`` are quanta, a row for each sub-criterion, a column for each unit; ``totals`` are quanta. Units whose
    total is not ``settled`` have the least it can be there, which is neither shown nor ranked; ``unsettled`` are their
    places.
    """

    def __init__(self, plan: Plan, readings: Sequence[Readings], progress: Progress = silent) -> None:
        self.plan = plan
        self.readings = readings if isinstance(readings, TableUnits) else tuple(readings)
        self.names, self.titles = names_of(readings), titles_of(readings)
        self._finding_names = tuple(finding.finding.id for finding in plan.findings)
        self._signs = [sign_of(plan, leaf) for leaf in plan.leaves]
        self.units: Sequence[Unit] = _Units(self)
        self._scored: tuple[Fraction | None, ...] | None = None
        in_columns = self.additive and len(self.units) >= MANY
        self.points, self._open, low, self.settled = self._in_columns() if in_columns else self._one_by_one(progress)
        self.unsettled = tuple(np.flatnonzero(~self.settled).tolist())
        # Points are rounded to quanta one by one, as every many-unit road does, and so is what they add up to.
        added = (self.points * np.array(self._signs, np.int64)[:, None]).sum(axis=0)
        self.totals = np.where(self.settled, added, low) if self.additive else low

    def _in_columns(self) -> _Scored:
        """Score by the columnar road."""
        found = score_rows(*self._table)
        low = found.sum_low[found.total].astype(np.int64)
        is_open = np.isin(found.states, [STATES.index(state) for state in OPEN])
        return found.points.astype(np.int64), is_open, low, found.sum_states[found.total] < 2

    def _one_by_one(self, progress: Progress) -> _Scored:
        """Return the same by the exact road, which is quicker for a few units."""
        compiled = [(leaf, compile_leaf(leaf)) for leaf in self.plan.leaves]
        points, totals, low, states = [], [], [], []
        for place, unit in enumerate(self.units):
            traces = [self.score(leaf, made, unit) for leaf, made in compiled]
            points.append([self.quanta(trace.points) for trace in traces])
            totals.append(build_total(self.plan.book, iter(traces)))
            low.append(self._least(totals[-1], traces))
            states.append([trace.state in OPEN for trace in traces])
            progress(place + 1, len(self.units))
        table = np.array(points, np.int64).reshape(-1, len(self.plan.leaves))
        is_open = np.array(states, bool).reshape(-1, len(self.plan.leaves)).T
        self._scored = tuple(total.points for total in totals)
        settled = np.array([points is not None for points in self._scored], bool)
        return table.T.copy(), is_open, np.array(low, np.int64), settled

    def _least(self, total: Score, traces: Sequence[Trace]) -> int:
        """Return the least that the total of one unit can be, in quanta.

        Where totals are plain sums it adds up the quanta of their parts, as every many-unit road does.
        """
        if not self.additive:
            return self.quanta(total.low)
        parts = zip(traces, self._signs, strict=True)
        ends = (self.quanta(trace.low if sign > 0 else trace.high) * sign for trace, sign in parts)
        return sum(ends)

    @cached_property
    def _table(self) -> tuple[Program, Rows]:
        return columns_of(self.plan, self.readings)

    @cached_property
    def columns(self) -> Columns | None:
        """The units as columns; None of a few, who are asked one by one more quickly."""
        return Columns(self.plan, *self._table) if len(self.units) >= MANY else None

    @cached_property
    def best(self) -> Mapping[tuple[str, int], Fraction]:
        """The best values of the units, by sub-criterion and route, for scales that compare with them."""
        if not any(isinstance(route.measured, Relative) for leaf in self.plan.leaves for route in leaf.routes):
            return {}
        if len(self.units) < MANY:
            return Scorer(self.plan).best_of(self.readings)
        program, rows = self._table
        found = zip(program.relatives, best_values(program, rows), strict=True)
        return {(self.plan.leaves[op.leaf].id, op.route): best[0] for op, best in found if best}

    def unit(self, place: int) -> Unit:
        """Return one unit as its sub-criteria see it."""
        inputs = inputs_of(self.readings[place])
        answers = answer_findings(self.plan, inputs) if self._finding_names else {}
        return Unit(inputs, answers, self._finding_names, self.best)

    @cached_property
    def exact(self) -> tuple[Fraction | None, ...]:
        """The exact total of every unit; None where it is not settled."""
        if self._scored is not None:
            return self._scored
        compiled = [(leaf, compile_leaf(leaf)) for leaf in self.plan.leaves]
        return tuple(
            build_total(self.plan.book, (self.score(leaf, made, unit) for leaf, made in compiled)).points
            for unit in self.units
        )

    def open(self, place: int) -> NDArray[np.bool_]:
        """Return the units whose points in one sub-criterion are not settled."""
        found: NDArray[np.bool_] = self._open[place]
        return found

    def ranks(self, totals: NDArray[Any], settled: NDArray[np.bool_] | None = None) -> Ints:
        """Return ranks by some totals among the units that are settled; 0 for all others, which have none."""
        return ranks(totals, self.plan.book.ranking.ties, self.settled if settled is None else settled)

    def under(self, findings: tuple[FindingPlan, ...]) -> Sequence[Unit]:
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


class _Units(Sequence[Unit]):
    """The units of a cohort, each made when it is first asked for."""

    def __init__(self, cohort: Cohort) -> None:
        self._cohort = cohort
        self._made: dict[int, Unit] = {}

    def __len__(self) -> int:
        return len(self._cohort.names)

    @overload
    def __getitem__(self, place: int) -> Unit: ...
    @overload
    def __getitem__(self, place: slice) -> list[Unit]: ...
    def __getitem__(self, place: int | slice) -> Unit | list[Unit]:
        """Return one unit, or some."""
        if isinstance(place, slice):
            return [self[one] for one in range(*place.indices(len(self)))]
        at = range(len(self))[place]
        if at not in self._made:
            self._made[at] = self._cohort.unit(at)
        return self._made[at]


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
