"""The exact road's points as the columnar road counts them: quanta, rounded half up once for each sub-criterion."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from tieuchi.columnar.lower_leaf import quanta
from tieuchi.model.number import round_within
from tieuchi.model.plan import Plan
from tieuchi.model.rulebook import Criterion, Rounding, least_maximum
from tieuchi.model.scorecard import Score, Scorecard, State, Trace

ZERO = Fraction(0)
SETTLED = ("scored", "declared")


@dataclass(frozen=True, slots=True)
class Quantised:
    """One cell of a scorecard in quanta: ``low`` and ``high`` are equal where it is settled."""

    id: str
    state: State
    low: int
    high: int
    clause: str | None = None
    most: Fraction = ZERO


def quantised_leaf(trace: Trace, quantum: Fraction) -> Quantised:
    """Return a sub-criterion in quanta. A clause is kept where it settled the matter."""
    decided = trace.state == "scored" or (trace.state == "not_applicable" and trace.piece >= 0)
    clause = trace.clause if decided else None
    return Quantised(trace.plan.id, trace.state, quanta(trace.low, quantum), quanta(trace.high, quantum), clause)


def quantised(card: Scorecard, *, exact: bool = False) -> tuple[tuple[Quantised, ...], tuple[Quantised, ...]]:
    """Return a scorecard's sub-criteria and its sums in quanta; sums add up the quanta of their parts.

    A sum that is rescaled is brought to whole quanta, or to its rounding, in one step. Sums come after their parts.
    ``exact``: a sum that is rounded is what the scorecard says, even where quanta would be rounded the other way.
    """
    quantum = card.plan.book.quantum
    leaves = [quantised_leaf(node.trace, quantum) for node in card.leaves() if node.trace is not None]
    sums: list[Quantised] = []
    scores = {score.id: score for score in _sums(card.total)} if exact else {}
    adder = _Adder(card.plan, quantum, iter(leaves), sums, card.plan.book.rounding.sums, scores)
    parts = [adder.node(criterion) for criterion in card.plan.book.criteria]
    adder.total(card, parts)
    return tuple(leaves), tuple(sums)


def _sums(score: Score) -> Iterator[Score]:
    if score.trace is None:
        yield score
        for part in score.parts:
            yield from _sums(part)


@dataclass(slots=True)
class _Part:
    most: Fraction
    low: Fraction
    high: Fraction
    state: State
    block: str = ""
    sure: Fraction = ZERO
    """How much of its maximum applies whatever is still open."""

    @property
    def settled(self) -> bool:
        return self.state in SETTLED


@dataclass(slots=True)
class _Adder:
    """Adds quanta up by the rules of the exact road."""

    plan: Plan
    quantum: Fraction
    leaves: Iterator[Quantised]
    sums: list[Quantised]
    rounding: Rounding | None
    scores: Mapping[str, Score]

    def node(self, criterion: Criterion) -> _Part:
        """Return one criterion, its parts added up, and note every sum."""
        if criterion.criteria is None:
            leaf = next(self.leaves)
            q = self.quantum
            lacking = leaf.state == "not_applicable"
            low, high = (ZERO, ZERO) if lacking else (leaf.low * q, leaf.high * q)
            applies = not lacking and (leaf.state in SETTLED or self.plan.by_id[leaf.id].firm)
            sure = criterion.max_points if applies else ZERO
            return _Part(criterion.max_points, low, high, leaf.state, sure=sure)
        least = least_maximum(criterion.max_points, criterion.criteria)
        own = self._summed(criterion.max_points, [self.node(p) for p in criterion.criteria], criterion.rescale, least)
        self._bring(own, criterion.rounding or self.rounding)
        if criterion.block is not None:
            _block(own, criterion, self.quantum)
        self._note(criterion.id, own, criterion.rounding or self.rounding)
        return own

    def total(self, card: Scorecard, parts: list[_Part]) -> None:
        """Note the total."""
        book = card.plan.book
        least = least_maximum(book.max_points, book.criteria)
        own = self._summed(book.max_points, [p for p in parts if not p.block], book.rescale, least)
        blocks = [part for part in parts if part.block]
        if own.state != "not_applicable":
            for block in blocks:
                own.low += block.low
                own.high += block.high
            if not all(part.settled for part in (own, *blocks)):
                unsettled = [part.state for part in parts if part.state != "not_applicable"]
                own.state = "missing" if "missing" in unsettled else "refused"
            self._bring(own, book.rounding.total)
        self._note(book.id, own, book.rounding.total)

    def _summed(self, most: Fraction, parts: list[_Part], rescale: bool, least: Fraction) -> _Part:
        counted = [part for part in parts if part.state != "not_applicable"]
        if not counted:
            return _Part(most, ZERO, ZERO, "not_applicable")
        whole = sum((part.most for part in counted), ZERO)
        sure = sum((part.most if part.settled else part.sure for part in counted), ZERO)
        low, high = (sum((getattr(part, end) for part in counted), ZERO) for end in ("low", "high"))
        if rescale:
            # Should what is open turn out not to apply, points taken off weigh more.
            lightest = sure or least
            unsettled = not all(part.settled for part in counted)
            low *= most / (lightest if unsettled and low < 0 else whole)
            high, whole = high * most / whole, most
        return _Part(whole, low, high, _state(counted), sure=sure)

    def _bring(self, part: _Part, rounding: Rounding | None) -> None:
        for end in ("low", "high"):
            number = getattr(part, end)
            if rounding is not None:
                number = round_within(number, rounding.places, rounding.mode, None, part.most)
            setattr(part, end, quanta(number, self.quantum) * self.quantum)

    def _note(self, name: str, part: _Part, rounding: Rounding | None) -> None:
        if rounding is not None and name in self.scores:
            score = self.scores[name]
            part.low, part.high = (quanta(end, self.quantum) * self.quantum for end in (score.low, score.high))
        low, high = quanta(part.low, self.quantum), quanta(part.high, self.quantum)
        self.sums.append(Quantised(name, part.state, low, high, most=part.most))


def _state(parts: list[_Part]) -> State:
    if all(part.settled for part in parts):
        return "declared" if all(part.state == "declared" for part in parts) else "scored"
    return "missing" if any(part.state == "missing" for part in parts) else "refused"


def _block(own: _Part, criterion: Criterion, quantum: Fraction) -> None:
    block = criterion.block
    assert block is not None
    own.block = block.kind
    if own.state == "not_applicable":
        own.state = "scored"
    if block.at_most is not None:
        limit = quanta(block.at_most, quantum) * quantum
        own.low, own.high = min(own.low, limit), min(own.high, limit)
    if block.kind == "penalty":
        own.low, own.high = -own.high, -own.low
