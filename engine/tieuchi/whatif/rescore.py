"""One unit kept scored while its readings change: only what a change touches is scored again.

Sub-criteria that read a changed figure, themselves or through a finding, are scored anew, and the sums above them are
added up again by the same functions that made them. Everything else is shared with the unit as it was loaded, so that
a change costs microseconds and its undo costs nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from tieuchi.errors import Position
from tieuchi.model.canonical import FindingTest, Relative
from tieuchi.model.plan import LeafPlan, Plan
from tieuchi.model.reading import Reading, Readings
from tieuchi.model.rulebook import Criterion
from tieuchi.model.scorecard import Inputs, Score, Trace
from tieuchi.scoring.aggregate import build_total, group_score, leaf_score, total_score
from tieuchi.scoring.compiled import compile_leaf
from tieuchi.scoring.findings import answer_findings
from tieuchi.scoring.inputs import inputs_of
from tieuchi.scoring.inverse import own_tests
from tieuchi.scoring.leaf import score_leaf
from tieuchi.scoring.scorer import Scorer
from tieuchi.scoring.unit import Unit, numbers_of

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


@dataclass(frozen=True, slots=True)
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
        self._compiled = tuple(compile_leaf(leaf) for leaf in plan.leaves)
        self._rounding = tuple(leaf.criterion.rounding or plan.book.rounding.points for leaf in plan.leaves)
        self._names = tuple(finding.finding.id for finding in plan.findings)
        self._scorer = Scorer(plan)
        self._relative = {
            leaf.index for leaf in plan.leaves if any(isinstance(r.measured, Relative) for r in leaf.routes)
        }
        self._grouped = bool(group)
        self.bests = self._scorer.best_of(others(readings, group)) if self._relative and group else {}
        self.inputs = inputs_of(readings)
        self._unit = self._made(self.inputs, None)
        self.traces = [self._score(leaf, self._unit) for leaf in plan.leaves]
        self.total = build_total(plan.book, iter(self.traces))
        self._paths = _paths(plan.book.criteria)

    def _made(self, inputs: Inputs, changed: Mapping[str, Figure] | None) -> Unit:
        """Return the unit with some figures changed; what they can't reach is taken over."""
        if changed is None:
            numbers = numbers_of(inputs)
            answers = answer_findings(self.plan, inputs) if self._names else {}
        else:
            numbers = dict(self._unit.numbers)
            for name, value in changed.items():
                if isinstance(value, Fraction):
                    numbers[name] = value.numerator if value.denominator == 1 else value
                else:
                    numbers.pop(name, None)
            known = any(name in self.touch.findings for name in changed)
            answers = answer_findings(self.plan, inputs) if known else dict(self._unit.findings)
        return Unit(inputs, numbers, answers, self._names, self._best(inputs))

    def _best(self, inputs: Inputs) -> Mapping[tuple[str, int], Fraction]:
        if not self._relative or not self._grouped:
            return {}
        given = {name: Reading(name, value, Position("")) for name, value in inputs.values.items()}
        merged = dict(self.bests)
        for key, value in self._scorer.best_of([replace(self.readings, values=given)]).items():
            route = self.plan.by_id[key[0]].routes[key[1]].measured
            choose = max if isinstance(route, Relative) and route.best == "largest" else min
            merged[key] = choose(merged[key], value) if key in merged else value
        return merged

    def _score(self, leaf: LeafPlan, unit: Unit) -> Trace:
        return score_leaf(leaf, self._compiled[leaf.index], self._rounding[leaf.index], unit)

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
        return self._score(leaf, self._made(self.with_figures(changes), changes))

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
        unit = self._made(self.with_figures(changes), changes)
        new = {place: self._score(self.plan.leaves[place], unit) for place in sorted(places)}
        touched = tuple((self.traces[place], trace) for place, trace in new.items())
        return Effect(self._added_up(new), touched)

    def _added_up(self, new: Mapping[int, Trace]) -> Score:
        """Return the total with some sub-criteria replaced; sums that none of them enters are taken over."""
        below: dict[tuple[int, ...], set[int]] = {}
        for place in new:
            path = self._paths[place]
            for end in range(len(path)):
                below.setdefault(path[:end], set()).add(path[end])
        leaves = {self._paths[place]: trace for place, trace in new.items()}

        def renewed(criterion: Criterion, old: Score, path: tuple[int, ...]) -> Score:
            if path in leaves:
                return leaf_score(criterion, leaves[path])
            assert criterion.criteria is not None
            parts = list(old.parts)
            for step in below[path]:
                parts[step] = renewed(criterion.criteria[step], parts[step], (*path, step))
            return group_score(criterion, tuple(parts), self.plan.book.rounding.sums)

        parts = list(self.total.parts)
        for step in below[()]:
            parts[step] = renewed(self.plan.book.criteria[step], parts[step], (step,))
        return total_score(self.plan.book, tuple(parts))


def _paths(criteria: tuple[Criterion, ...], above: tuple[int, ...] = ()) -> list[tuple[int, ...]]:
    """Return for each sub-criterion the way to it from the top."""
    found: list[tuple[int, ...]] = []
    for step, criterion in enumerate(criteria):
        here = (*above, step)
        found += [here] if criterion.criteria is None else _paths(criterion.criteria, here)
    return found
