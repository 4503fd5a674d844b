"""The next step up: the least change of one reading that gains points, all other readings staying as they are.

Candidates are taken from the thresholds of the sub-criterion itself, in the reading's own unit (whole numbers where
it counts things), and each is scored exactly; the least that gains wins. It is the one line that goes with a lost
point: the first reading of the rule that can gain, and on a slope one point of per cent. ``whatif.headroom`` answers
another question with the same inverse (``scoring.inverse``): every step of every reading, up and down, and what each
does to the total.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from tieuchi.model.canonical import (
    EqualTest,
    NumberTest,
    Piece,
    Quotient,
    Relative,
    Route,
    stair_steps,
)
from tieuchi.model.indicator import Indicator
from tieuchi.model.lowering import span_finder
from tieuchi.model.plan import LeafPlan, Plan
from tieuchi.model.scorecard import Inputs, Scorecard, Trace
from tieuchi.scoring.inputs import inputs_of
from tieuchi.scoring.inverse import crossings, meeting, tests_of_leaf
from tieuchi.scoring.scorer import Scorer
from tieuchi.scoring.tests import Lack, quotient_value

_WHOLE = ("count", "date")
# How finely a reading that is no count is read: what "just beyond" a threshold means for it.
_GRAIN = {"percent": Fraction(1, 10_000), "ratio": Fraction(1, 10_000), "amount": Fraction(1, 100)}
# On a slope every change gains; one point of per cent is what people ask about.
_ON_SLOPE = {"percent": Fraction(1, 100), "ratio": Fraction(1, 100), "amount": Fraction(1)}


@dataclass(frozen=True, slots=True)
class NextStep:
    """One reading changed from ``value`` to ``target``, and the points it gains.

    ``whole`` is the reading the change is a part of: 18 more of 1,110.
    """

    indicator: str
    value: Fraction | bool | str
    target: Fraction | bool | str
    gain: Fraction
    clause: str | None
    whole: str | None = None


class Prober:
    """Finds next steps on the scorecards of one plan."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._scorer = Scorer(plan)
        self._span = span_finder(plan.indicators)

    def next_step(self, card: Scorecard, criterion: str) -> NextStep | None:
        """Return the least change of one reading that gains points in one sub-criterion, or None.

        A sub-criterion at its maximum, one whose points are declared, and one that lacks readings have none.
        Readings that stand first in the rule come first.
        """
        trace = card[criterion].trace
        if trace is None or trace.points is None or trace.declared or trace.points >= trace.plan.criterion.max_points:
            return None
        inputs = inputs_of(card.readings)
        best = {
            (n.id, n.trace.route): n.trace.group_best
            for n in card.leaves()
            if n.trace is not None and n.trace.group_best is not None
        }
        for name in self._readings(trace.plan):
            steps = []
            for target in set(self._targets(trace, name, inputs)):
                changed = replace(inputs, values={**inputs.values, name: target})
                new = self._scorer.score_one(trace.plan, changed, best)
                if new.points is not None and new.points > trace.points:
                    steps.append((target, new))
            if steps:
                now = inputs.values[name]
                target, new = min(steps, key=lambda step: (_distance(now, step[0]), str(step[0])))
                assert new.points is not None
                gain = new.points - trace.points
                return NextStep(name, now, target, gain, new.clause, whole_of(self.plan, trace.plan, name))
        return None

    def _readings(self, leaf: LeafPlan) -> list[str]:
        names = dict.fromkeys(leaf.indicators)
        names.update((c.for_each, None) for _, c in leaf.consequences if c.for_each is not None)
        for index, _ in leaf.consequences:
            names.update(dict.fromkeys(self.plan.findings[index].indicators[::-1]))
        return list(names)

    def _targets(self, trace: Trace, name: str, inputs: Inputs) -> Iterator[Fraction | bool | str]:
        """Yield the values of one reading at which something can change."""
        indicator = self.plan.indicators[name]
        now = inputs.values.get(name)
        if now is None:
            return
        for place, route in enumerate(trace.plan.routes):
            if isinstance(now, Fraction):
                for quotient, edge in self._edges(route, trace, place, inputs):
                    yield from self._at_edge(quotient, edge, indicator, inputs)
                if place == trace.route and _on_slope(route, trace):
                    yield from self._on_slope(indicator, now, inputs)
        for test in tests_of_leaf(self.plan, trace.plan):
            if isinstance(test, EqualTest) and test.indicator == name:
                yield from [not now] if isinstance(now, bool) else [test.expected]
            elif isinstance(test, NumberTest) and isinstance(now, Fraction):
                yield from self._at_edge(test.quotient, test.threshold, indicator, inputs)
        if isinstance(now, Fraction) and any(c.for_each == name for _, c in trace.plan.consequences):
            yield from self._allowed(indicator, [now - 1, Fraction(0)], inputs)

    def _on_slope(self, indicator: Indicator, now: Fraction, inputs: Inputs) -> Iterator[Fraction]:
        """Yield one point of per cent either way, or what is left to the end of the range."""
        size = _ON_SLOPE.get(indicator.kind)
        if size is not None:
            ends = [end for end in indicator.bounds if end is not None and abs(end - now) < size]
            yield from self._allowed(indicator, [now - size, now + size, *ends], inputs)

    def _edges(self, route: Route, trace: Trace, place: int, inputs: Inputs) -> Iterator[tuple[Quotient, Fraction]]:
        """Yield the values of a route's quotient at which its points change."""
        measured = route.measured
        if not isinstance(measured, (Quotient, Relative)):
            return
        quotient = measured if isinstance(measured, Quotient) else measured.quotient
        value = _value(quotient, inputs)
        if value is None:
            return
        for piece in route.pieces:
            if isinstance(measured, Quotient):
                yield from ((quotient, edge) for edge in _piece_edges(piece, measured))
            if place == trace.route and piece is route.pieces[trace.piece] and piece.rate:
                kinds = [self.plan.indicators[name].kind for name in quotient.indicators]
                yield from ((quotient, edge) for edge in _inner_edges(piece, value, quotient, kinds))

    def _at_edge(self, quotient: Quotient, edge: Fraction, indicator: Indicator, inputs: Inputs) -> Iterator[Fraction]:
        """Yield the values of a reading on, just below and just above an edge of a quotient."""
        if indicator.id not in quotient.indicators:
            return
        at = meeting(quotient, edge, indicator.id, inputs)
        if at is None:
            return
        if indicator.kind in _WHOLE:
            near = [Fraction(at.__floor__() + offset) for offset in (-1, 0, 1, 2)]
        else:
            grain = _GRAIN[indicator.kind]
            near = [at, at - grain, at + grain]
        for target in self._allowed(indicator, near, inputs):
            changed = replace(inputs, values={**inputs.values, indicator.id: target})
            value = _value(quotient, changed)
            span = self._span(quotient)
            low_ok = value is not None and (span.low is None or value >= span.low)
            if low_ok and value is not None and (span.high is None or value <= span.high):
                yield target

    def _allowed(self, indicator: Indicator, targets: list[Fraction], inputs: Inputs) -> Iterator[Fraction]:
        """Yield the targets that the catalogue's range and the whole they are part of allow."""
        low, high = indicator.bounds
        whole = inputs.values.get(indicator.part_of or "")
        for target in targets:
            inside = (low is None or target >= low) and (high is None or target <= high)
            if inside and not (isinstance(whole, Fraction) and target > whole):
                yield target


def _on_slope(route: Route, trace: Trace) -> bool:
    """Say whether points follow the value without steps."""
    measured = route.measured
    piece = route.pieces[trace.piece]
    return isinstance(measured, Quotient) and measured.step is None and bool(piece.rate) and piece.stair is None


def _piece_edges(piece: Piece, quotient: Quotient) -> Iterator[Fraction]:
    for bound in (piece.lower.at, piece.upper.at):
        if bound is not None:
            yield from crossings(quotient, bound)


def _inner_edges(piece: Piece, value: Fraction, quotient: Quotient, kinds: Sequence[str]) -> Iterator[Fraction]:
    """Yield edges inside a piece: the neighbouring steps of a stair or a truncation; on a slope every value is one."""
    if piece.stair is not None:
        steps = stair_steps(piece.stair, value)
        yield from (piece.stair.origin + piece.stair.step * (steps + offset) for offset in (-1, 0, 1))
    elif quotient.step is not None:
        steps = (value / quotient.step).__floor__()
        yield from (quotient.step * (steps + offset) for offset in (-1, 0, 1))
    elif all(kind in _WHOLE for kind in kinds):
        yield value


def _value(quotient: Quotient, inputs: Inputs) -> Fraction | None:
    found = quotient_value(quotient, inputs)
    return None if isinstance(found, Lack) else found[0]


def _distance(now: Fraction | bool | str, target: Fraction | bool | str) -> Fraction:
    if isinstance(now, Fraction) and isinstance(target, Fraction):
        return abs(target - now)
    return Fraction(now != target)


def whole_of(plan: Plan, leaf: LeafPlan, name: str) -> str | None:
    """Return the reading that another is counted out of in a sub-criterion."""
    part_of = plan.indicators[name].part_of
    if part_of in leaf.indicators:
        return part_of
    for route in leaf.routes:
        if isinstance(route.measured, Quotient) and route.measured.kind == "coverage":
            below = route.measured.denominator.indicators
            if len(below) == 1 and below[0] != name:
                return below[0]
    return None
