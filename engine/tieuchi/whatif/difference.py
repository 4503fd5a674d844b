"""Two scorecards of one unit, criterion by criterion: what moved, by how much, and under which clause."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from tieuchi.model.scorecard import Score, Scorecard, Trace


@dataclass(frozen=True, slots=True)
class Moved:
    """One sub-criterion before and after; None where one of the rulebooks does not have it."""

    criterion: str
    before: Score | None
    after: Score | None

    @property
    def gain(self) -> Fraction | None:
        """Points gained, below zero where some are lost; None while either is not settled."""
        ends = [ZERO if node is None or node.state == "not_applicable" else node.points for node in self._pair]
        return None if ends[0] is None or ends[1] is None else ends[1] - ends[0]

    @property
    def _pair(self) -> tuple[Score | None, Score | None]:
        return self.before, self.after

    @property
    def clauses(self) -> tuple[str | None, str | None]:
        """The clauses that decided, before and after."""
        before, after = (node.trace.clause if node is not None and node.trace else None for node in self._pair)
        return before, after


@dataclass(frozen=True, slots=True)
class Difference:
    """Everything that differs between two scorecards."""

    before: Scorecard
    after: Scorecard
    moved: tuple[Moved, ...]

    @property
    def gain(self) -> Fraction | None:
        """Points gained in all; None while either total is not settled."""
        before, after = self.before.total.points, self.after.total.points
        return None if before is None or after is None else after - before


ZERO = Fraction(0)


def difference(before: Scorecard, after: Scorecard) -> Difference:
    """Return what differs between two scorecards, in the order of the rulebook that comes after.

    Sub-criteria that only the one before has come last.
    """
    return Difference(before, after, tuple(_moved(before, after)))


def _moved(before: Scorecard, after: Scorecard) -> Iterator[Moved]:
    old = {node.id: node for node in before.leaves()}
    for node in after.leaves():
        was = old.pop(node.id, None)
        if was is None or not same(was.trace, node.trace):
            yield Moved(node.id, was, node)
    for was in old.values():
        yield Moved(was.id, was, None)


def same(before: Trace | None, after: Trace | None) -> bool:
    """Say whether two traces come to the same: state, points, clause and maximum."""
    if before is None or after is None:
        return before is after
    return _result(before) == _result(after)


def _result(trace: Trace) -> tuple[object, ...]:
    most = trace.plan.criterion.max_points
    return trace.state, trace.points, trace.low, trace.high, trace.clause, most
