"""Score units by one rulebook, compiled once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import partial
from typing import Any, NamedTuple

from tieuchi.model.canonical import Relative
from tieuchi.model.plan import LeafPlan, Plan
from tieuchi.model.reading import Readings
from tieuchi.model.rulebook import Rounding
from tieuchi.model.scorecard import Inputs, Score, Scorecard, Trace
from tieuchi.scoring.aggregate import Result, Sums, grades_of, narrowing
from tieuchi.scoring.compiled import compile_leaf
from tieuchi.scoring.findings import answer_findings, finding_states
from tieuchi.scoring.forms import ValueOf, form_of, value_of
from tieuchi.scoring.inputs import inputs_of, values_of
from tieuchi.scoring.leaf import score_leaf
from tieuchi.scoring.settled import Settle, points_of, settle_of, trace_of
from tieuchi.scoring.unit import Unit

Best = Mapping[tuple[str, int], Fraction]


class _Compared(NamedTuple):
    """A route that sets a value against the group: its sub-criterion and place, and the readings of its value."""

    key: tuple[str, int]
    measured: Relative
    names: tuple[str, ...]
    value: ValueOf


class Scorer:
    """The exact road for one rulebook. Holds nothing of any unit."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.sums = Sums(plan.book)
        self._leaves = tuple(_ways(leaf, plan.book.rounding.points) for leaf in plan.leaves)
        self._findings = tuple(finding.finding.id for finding in plan.findings)
        self._compared = tuple(compared for leaf in plan.leaves for compared in _compared_in(leaf))

    def score(self, readings: Readings, group: Sequence[Readings] = ()) -> Scorecard:
        """Score one unit; ``group`` are the readings of the units that relative scales compare with.

        Points, sums and all that a trace tells are found here; ``Score.parts`` lays them out when they are read.
        """
        unit = self.unit(inputs_of(readings), self.best_of([readings, *group]) if group else {})
        results = self.results(unit)
        total = self.sums.total(results)
        grades = grades_of(self.plan.book.grades, total)
        return Scorecard(
            self.plan,
            readings,
            total,
            finding_states(unit.findings),
            self.sums.shares(results),
            grades[0] if len(grades) == 1 else None,
            grades,
            narrowing(results),
            group_size=len(group),
        )

    def points(self, readings: Readings, group: Sequence[Readings] = ()) -> tuple[Fraction | None, ...]:
        """Return the points of every sub-criterion in the order of the rulebook, None where it has none.

        They are those of ``score``, without sums and states.
        """
        unit = self.unit(inputs_of(readings), self.best_of([readings, *group]) if group else {})
        return tuple([found.points if isinstance(found, Trace) else points_of(found) for found in self.results(unit)])

    def unit(self, inputs: Inputs, best: Best) -> Unit:
        """Return a unit with its findings answered; ``best`` are the best values of its group."""
        return Unit(inputs, answer_findings(self.plan, inputs) if self._findings else {}, self._findings, best)

    def results(self, unit: Unit) -> list[Result]:
        """Return what is found of every sub-criterion."""
        return [settle(unit) or in_full(unit) for settle, in_full in self._leaves]

    def trace(self, place: int, unit: Unit) -> Trace:
        """Return the trace of one sub-criterion, by its place."""
        settle, in_full = self._leaves[place]
        result = settle(unit) or in_full(unit)
        return result if isinstance(result, Trace) else trace_of(result)

    def total(self, inputs: Inputs, best: Best) -> Score:
        """Score one unit, with all that its total is made of; ``best`` are the best values of its group."""
        return self.sums.total(self.results(self.unit(inputs, best)))

    def score_one(self, leaf: LeafPlan, inputs: Inputs, best: Best) -> Trace:
        """Score one sub-criterion of a unit; ``best`` are the best values of its group."""
        return self.trace(leaf.index, self.unit(inputs, best))

    def best_of(self, group: Sequence[Readings]) -> Best:
        """Return the best value of a group for every scale that compares with it."""
        names = [name for compared in self._compared for name in compared.names]
        return self.best_among(
            [values_of({n: unit.values[n] for n in names if n in unit.values}) for unit in group if names]
        )

    def best_among(self, units: Sequence[Mapping[str, Any]]) -> Best:
        """Return the same of units whose values are known."""
        best: dict[tuple[str, int], Fraction] = {}
        for key, measured, _, value in self._compared:
            own = [measured.quotient.cut(v) for values in units if (v := _value(value, values)) is not None]
            if own:
                best[key] = max(own) if measured.best == "largest" else min(own)
        return best


def _ways(leaf: LeafPlan, rounding: Rounding | None) -> tuple[Settle, Callable[[Unit], Trace]]:
    """Return what settles a sub-criterion quickly, and what scores it in full where that does not."""
    routes, own = compile_leaf(leaf), leaf.criterion.rounding or rounding
    return settle_of(leaf, routes, own), partial(score_leaf, leaf, routes, own)


def _compared_in(leaf: LeafPlan) -> Iterator[_Compared]:
    for place, route in enumerate(leaf.routes):
        if isinstance(route.measured, Relative):
            form = form_of(route.measured.quotient)
            yield _Compared((leaf.id, place), route.measured, form.names, value_of(form))


def _value(value: ValueOf, values: Mapping[str, Any]) -> Fraction | None:
    try:
        above, below = value(values)
    except KeyError:
        return None
    return Fraction(above, below) if below > 0 else None
