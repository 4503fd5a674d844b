"""One unit kept scored while its readings change: only what a change touches is scored again.

Sub-criteria that read a changed figure, themselves or through a finding, are scored anew, and the sums above them are
added up again by the same functions that made them. Everything else is shared with the unit as it was loaded, so that
a change costs microseconds and its undo costs nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from tieuchi.model.canonical import FindingTest, Relative
from tieuchi.model.plan import LeafPlan, Plan
from tieuchi.model.reading import Readings
from tieuchi.model.scorecard import Inputs, Score, Trace
from tieuchi.scoring.findings import answer_findings
from tieuchi.scoring.inputs import inputs_of
from tieuchi.scoring.inverse import own_tests
from tieuchi.scoring.scorer import Scorer
from tieuchi.scoring.unit import Unit

Figure = Fraction | bool | str | None
"""A reading as scoring sees it; None where there is none."""


def others(readings: Readings, group: Sequence[Readings]) -> list[Readings]:
    """Return the units of a group without the one that is looked at."""
    return [other for other in group if other.unit.id != readings.unit.id]


class Touch:
    """Which sub-criteria an indicator can reach, by itself or through findings."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        through = self._findings()
        self.findings: dict[str, tuple[str, ...]] = through
        places: dict[str, dict[int, None]] = {}
        for leaf in plan.leaves:
            names = [*leaf.indicators]
            for test in own_tests(leaf):
                names += self._read_by[test.finding] if isinstance(test, FindingTest) else ()
            for index, consequence in leaf.consequences:
                names += self._read_by[plan.findings[index].finding.id]
                names += [consequence.for_each] if consequence.for_each else []
            for name in names:
                places.setdefault(name, {})[leaf.index] = None
        self.leaves = {name: tuple(sorted(found)) for name, found in places.items()}

    def _findings(self) -> dict[str, tuple[str, ...]]:
        """Return by indicator the findings that rest on it, also through another finding."""
        self._read_by: dict[str, set[str]] = {}
        for finding in self.plan.findings:
            read = set(finding.indicators)
            for test in finding.tests:
                if isinstance(test, FindingTest):
                    read |= self._read_by[test.finding]
            self._read_by[finding.finding.id] = read
        names = {name for read in self._read_by.values() for name in read}
        return {name: tuple(f for f, read in self._read_by.items() if name in read) for name in names}


@dataclass(slots=True)
class Effect:
    """What a change comes to: the new total, and the sub-criteria that it touches, before and after."""

    total: Score
    touched: tuple[tuple[Trace, Trace], ...]


class Desk:
    """One unit on the desk of somebody who tries changes. Holds no files and never changes what it was given."""

    def __init__(self, plan: Plan, readings: Readings, group: Sequence[Readings] = ()) -> None:
        self.plan = plan
        self.readings = readings
        self.touch = Touch(plan)
        self._scorer = Scorer(plan)
        self._relative = {
            leaf.index for leaf in plan.leaves if any(isinstance(r.measured, Relative) for r in leaf.routes)
        }
        self._grouped = bool(group) and bool(self._relative)
        self.bests = self._scorer.best_of(others(readings, group)) if self._grouped else {}
        self.inputs = inputs_of(readings)
        self._unit = self._scorer.unit(self.inputs, self._best(self.inputs))
        self.traces = [self._scorer.trace(leaf.index, self._unit) for leaf in plan.leaves]
        self.total = self._scorer.sums.total(self.traces)

    def _changed(self, changes: Mapping[str, Figure], places: Iterable[int]) -> Unit:
        """Return the unit with some figures changed, as the sub-criteria at some places see it."""
        inputs = self.with_figures(changes)
        best = self._best(inputs) if not self._relative.isdisjoint(places) else self._unit.best
        known = any(name in self.touch.findings for name in changes)
        answers = answer_findings(self.plan, inputs) if known else self._unit.findings
        return Unit(inputs, answers, self._unit.finding_list, best)

    def _best(self, inputs: Inputs) -> Mapping[tuple[str, int], Fraction]:
        """Return the best values of the group and of the unit itself."""
        if not self._grouped:
            return {}
        merged = dict(self.bests)
        for key, value in self._scorer.best_among([inputs.values]).items():
            route = self.plan.by_id[key[0]].routes[key[1]].measured
            choose = max if isinstance(route, Relative) and route.best == "largest" else min
            merged[key] = choose(merged[key], value) if key in merged else value
        return merged

    def with_figures(self, changes: Mapping[str, Figure]) -> Inputs:
        """Return the figures of the unit with some changed."""
        values = dict(self.inputs.values)
        for name, value in changes.items():
            if value is None:
                values.pop(name, None)
            else:
                values[name] = value
        return Inputs(self.inputs.unit_kind, values, self.inputs.readings, self.inputs.declared)

    def leaf_with(self, leaf: LeafPlan, changes: Mapping[str, Figure]) -> Trace:
        """Return the trace of one sub-criterion with some figures changed."""
        return self._scorer.trace(leaf.index, self._changed(changes, (leaf.index,)))

    def attempt(self, changes: Mapping[str, Figure]) -> Effect:
        """Return what some changed figures come to, all others staying as they are.

        Example:
            >>> from tieuchi.api import load_readings, load_rulebook
            >>> from tieuchi.model.plan import compile_plan
            >>> book = load_rulebook("par-index-province/2017")
            >>> desk = Desk(compile_plan(book), load_readings("soc-trang-2017", book))
            >>> desk.attempt({"enterprises_new": Fraction(423)}).total.points - desk.total.points
            Fraction(1, 2)
        """
        places = {place for name in changes for place in self.touch.leaves.get(name, ())}
        if not places:
            return Effect(self.total, ())
        unit = self._changed(changes, places)
        new = {place: self._scorer.trace(place, unit) for place in sorted(places)}
        touched = tuple([(self.traces[place], trace) for place, trace in new.items()])
        return Effect(self._scorer.sums.renewed(self.total, new), touched)
