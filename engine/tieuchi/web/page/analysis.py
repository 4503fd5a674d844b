"""Questions about one rulebook that the page asks again and again: the next step, edges, room, headroom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from weakref import WeakKeyDictionary

from tieuchi.explain import NextStep, Prober
from tieuchi.model.plan import LeafPlan, Plan
from tieuchi.model.reading import Readings
from tieuchi.model.scorecard import Inputs, Score, Scorecard, Trace
from tieuchi.scoring.inputs import inputs_of
from tieuchi.scoring.scorer import Scorer
from tieuchi.web.books import Loaded
from tieuchi.whatif.critical import critical_values
from tieuchi.whatif.reach import Reach, Room

Figure = Fraction | bool | str


@dataclass(frozen=True, slots=True)
class Opening:
    """One way to gain points: a step, and how large it is beside the figure it changes."""

    criterion: str
    step: NextStep
    effort: Fraction | None
    """The change as a share of the figure or of its whole; None where it can't be compared (yes or no)."""


class Analysis:
    """What is made of a plan once. It remembers the last answer about each sub-criterion."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.prober = Prober(plan)
        self.scorer = Scorer(plan)
        self._reach = Reach(plan)
        self._names = {leaf.id: _names(plan, leaf) for leaf in plan.leaves}
        self._steps: dict[str, tuple[object, Opening | None]] = {}

    def copy(self) -> Analysis:
        """Return an analysis of the same plan that knows the same answers and shares none that come later."""
        made = object.__new__(Analysis)
        made.__dict__.update(self.__dict__)
        made._steps = dict(self._steps)
        return made

    def opening(self, card: Scorecard, node: Score) -> Opening | None:
        """Return the next step of a sub-criterion; as long as its own figures stay it is not sought again."""
        trace, values = node.trace, card.readings.values
        assert trace is not None
        figures = tuple((r.value, r.state) if (r := values.get(name)) else None for name in self._names[node.id])
        key = (figures, trace.group_best, trace.points)
        kept = self._steps.get(node.id)
        if kept is None or kept[0] != key:
            step = self.prober.next_step(card, node.id)
            kept = (key, None if step is None else Opening(node.id, step, _effort(step, card)))
            self._steps[node.id] = kept
        return kept[1]

    def room(self, name: str, readings: Readings) -> Room:
        """Return from where to where a reading can go."""
        return self._reach.room(name, inputs_of(readings))

    def edges(self, criterion: str, name: str, readings: Readings) -> list[Fraction]:
        """Return the values of a reading at which the points of a sub-criterion can change."""
        inputs = inputs_of(readings)
        if not isinstance(inputs.values.get(name), Fraction):
            return []
        return critical_values(self.plan, self.plan.by_id[criterion], name, inputs, self._reach.room(name, inputs))

    def leaf_with(self, card: Scorecard, criterion: str, changes: Mapping[str, Figure]) -> Trace:
        """Return the trace of one sub-criterion with some figures changed."""
        inputs = inputs_of(card.readings)
        changed = Inputs(inputs.unit_kind, {**inputs.values, **changes}, inputs.readings, inputs.declared)
        best = {
            (n.id, n.trace.route): n.trace.group_best
            for n in card.leaves()
            if n.trace is not None and n.trace.group_best is not None
        }
        return self.scorer.score_one(self.plan.by_id[criterion], changed, best)

    def openings(self, card: Scorecard) -> list[Opening]:
        """Return the next step of every sub-criterion, the cheapest points first.

        Cheap is what moves its figure least, as a share of that figure, for each point; what can't be so compared
        (a yes, a date) comes after, by what it gains.
        """
        found = [opening for node in card.leaves() if node.lost and (opening := self.opening(card, node)) is not None]
        return sorted(
            found, key=lambda o: (o.effort is None, 0 if o.effort is None else o.effort / o.step.gain, -o.step.gain)
        )


_MADE: WeakKeyDictionary[Loaded, Analysis] = WeakKeyDictionary()


def analysis_of(loaded: Loaded) -> Analysis:
    """Return the analysis of a rulebook, made once. It is only ever asked about bundled readings; pages copy it."""
    if loaded not in _MADE:
        _MADE[loaded] = Analysis(loaded.plan)
    return _MADE[loaded]


def _names(plan: Plan, leaf: LeafPlan) -> tuple[str, ...]:
    """Return every reading that the next step of a sub-criterion rests on, wholes included."""
    names = dict.fromkeys(leaf.indicators)
    for finding in plan.findings if leaf.consequences else ():
        names.update(dict.fromkeys(finding.indicators))
    names.update({c.for_each: None for _, c in leaf.consequences if c.for_each is not None})
    wholes = [plan.indicators[name].part_of for name in names]
    return tuple({**names, **{whole: None for whole in wholes if whole in plan.indicators}})


def _effort(step: NextStep, card: Scorecard) -> Fraction | None:
    if isinstance(step.value, bool | str) or isinstance(step.target, bool | str):
        return None
    if card.plan.indicators[step.indicator].kind == "date":
        return None
    whole = None if step.whole is None else card.readings.values[step.whole].value
    base = whole if isinstance(whole, Fraction) and whole else max(abs(step.value), abs(step.target))
    return abs(step.target - step.value) / base if base else None
