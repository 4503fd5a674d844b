"""Score units by one rulebook, compiled once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from tieuchi.model.canonical import Relative
from tieuchi.model.plan import LeafPlan, Plan
from tieuchi.model.reading import Readings
from tieuchi.model.scorecard import Inputs, Score, Scorecard, Trace
from tieuchi.scoring.aggregate import build_total, grades_of, narrowing, shares_of
from tieuchi.scoring.compiled import compile_leaf
from tieuchi.scoring.findings import answer_findings, finding_states
from tieuchi.scoring.forms import Form, form_value
from tieuchi.scoring.inputs import inputs_of
from tieuchi.scoring.leaf import score_leaf
from tieuchi.scoring.points import points_function
from tieuchi.scoring.unit import Unit, numbers_of

Best = Mapping[tuple[str, int], Fraction]


class Scorer:
    """The exact road for one rulebook. Holds nothing of any unit."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._leaves = tuple(
            (leaf, compile_leaf(leaf), leaf.criterion.rounding or plan.book.rounding.points) for leaf in plan.leaves
        )
        self._points = tuple(points_function(*leaf) for leaf in self._leaves)
        self._findings = tuple(finding.finding.id for finding in plan.findings)

    def score(self, readings: Readings, group: Sequence[Readings] = ()) -> Scorecard:
        """Score one unit; ``group`` are the readings of the units that relative scales compare with."""
        unit = self._unit(inputs_of(readings), self.best_of([readings, *group]) if group else {})
        traces = self._traces(unit)
        total = build_total(self.plan.book, iter(traces))
        grades = grades_of(self.plan.book.grades, total)
        return Scorecard(
            self.plan,
            readings,
            total,
            finding_states(dict(unit.findings)),
            shares_of(self.plan.book, traces),
            grades[0] if len(grades) == 1 else None,
            grades,
            narrowing(traces),
            group_size=len(group),
        )

    def points(self, readings: Readings, group: Sequence[Readings] = ()) -> tuple[Fraction | None, ...]:
        """Return the points of every sub-criterion in the order of the rulebook, None where it has none.

        They are those of ``score``, without its trace, sums and states, and several times as fast.
        """
        unit = self._unit(inputs_of(readings), self.best_of([readings, *group]) if group else {})
        return tuple([points(unit) for points in self._points])

    def _unit(self, inputs: Inputs, best: Best) -> Unit:
        answers = answer_findings(self.plan, inputs) if self._findings else {}
        return Unit(inputs, numbers_of(inputs), answers, self._findings, best)

    def _traces(self, unit: Unit) -> list[Trace]:
        return [score_leaf(leaf, compiled, rounding, unit) for leaf, compiled, rounding in self._leaves]

    def total(self, inputs: Inputs, best: Best) -> Score:
        """Score one unit, with all that its total is made of; ``best`` are the best values of its group."""
        return build_total(self.plan.book, iter(self._traces(self._unit(inputs, best))))

    def score_one(self, leaf: LeafPlan, inputs: Inputs, best: Best) -> Trace:
        """Score one sub-criterion of a unit; ``best`` are the best values of its group."""
        _, compiled, rounding = self._leaves[leaf.index]
        return score_leaf(leaf, compiled, rounding, self._unit(inputs, best))

    def best_of(self, group: Sequence[Readings]) -> Best:
        """Return the best value of a group for every scale that compares with it."""
        best: dict[tuple[str, int], Fraction] = {}
        units = [self._unit(inputs_of(readings), {}) for readings in group]
        for leaf, compiled, _ in self._leaves:
            for place, route in enumerate(compiled):
                if not isinstance(route.route.measured, Relative) or route.form is None:
                    continue
                measured = route.route.measured
                values = [measured.quotient.cut(v) for unit in units if (v := _value(route.form, unit)) is not None]
                if values:
                    choose = max if measured.best == "largest" else min
                    best[leaf.id, place] = choose(values)
        return best


def _value(form: Form, unit: Unit) -> Fraction | None:
    try:
        above, below = form_value(form, unit.numbers)
    except KeyError:
        return None
    return Fraction(above, below) if below > 0 else None
