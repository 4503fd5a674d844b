"""Score units by one rulebook, compiled once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from tieuchi.model.canonical import Relative
from tieuchi.model.plan import LeafPlan, Plan
from tieuchi.model.reading import Readings
from tieuchi.model.scorecard import Inputs, Score, Scorecard, Trace
from tieuchi.scoring.aggregate import Result, Sums, grades_of, narrowing
from tieuchi.scoring.compiled import points_of
from tieuchi.scoring.findings import answer_findings, finding_states
from tieuchi.scoring.forms import ValueOf, form_of, value_of
from tieuchi.scoring.inputs import inputs_of, values_of
from tieuchi.scoring.leaf import InFull
from tieuchi.scoring.settled import Shortcuts, trace_of
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
        self._shortcuts = Shortcuts(plan)
        self._in_full = [InFull(leaf, leaf.criterion.rounding or plan.book.rounding.points) for leaf in plan.leaves]
        self._dates = tuple([name for name, indicator in plan.indicators.items() if indicator.kind == "date"])
        self._findings = tuple(finding.finding.id for finding in plan.findings)
        self._compared = tuple(compared for leaf in plan.leaves for compared in _compared_in(leaf))

    def score(self, readings: Readings, group: Sequence[Readings] = ()) -> Scorecard:
        """Score one unit; ``group`` are the readings of the units that relative scales compare with.

        Points, sums and all that a trace tells are found here; ``Score.parts`` lays them out when they are read.
        """
        unit = self.unit(inputs_of(readings, self._dates), self.best_of([readings, *group]) if group else {})
        results, left = self.results(unit)
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
            narrowing([results[place] for place in left]),
            group_size=len(group),
        )

    def points(self, readings: Readings, group: Sequence[Readings] = ()) -> tuple[Fraction | None, ...]:
        """Return the points of every sub-criterion in the order of the rulebook, None where it has none.

        They are those of ``score``, without sums and states.
        """
        unit = self.unit(inputs_of(readings, self._dates), self.best_of([readings, *group]) if group else {})
        results, _ = self.results(unit)
        # Most points are known beforehand; those of 0 go the longer way to the same.
        return tuple(
            [
                (points_of(found) if (known := found[0].points) is None else known)
                if isinstance(found, tuple)
                else found.points
                for found in results
            ]
        )

    def unit(self, inputs: Inputs, best: Best) -> Unit:
        """Return a unit with its findings answered; ``best`` are the best values of its group."""
        return Unit(inputs, answer_findings(self.plan, inputs) if self._findings else {}, self._findings, best)

    def results(self, unit: Unit) -> tuple[list[Result], list[int]]:
        """Return what is found of every sub-criterion, and the places of those that took more than is common."""
        results: list[Any] = [None] * len(self._in_full)
        left = self._shortcuts.settle(unit, results)
        for place in left:
            results[place] = self._in_full[place].score(unit)
        return results, left

    def trace(self, place: int, unit: Unit) -> Trace:
        """Return the trace of one sub-criterion, by its place."""
        found = self._shortcuts.settle_one(place, unit) or self._in_full[place].score(unit)
        return found if isinstance(found, Trace) else trace_of(found)

    def total(self, inputs: Inputs, best: Best) -> Score:
        """Score one unit, with all that its total is made of; ``best`` are the best values of its group."""
        return self.sums.total(self.results(self.unit(inputs, best))[0])

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
